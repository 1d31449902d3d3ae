//! The operator adds clients whose credential is known, replaces it, shuts clients out and lets them in again. Whatever is
//! asked twice is done once.

use freigabe_client::PageQuery;
use freigabe_contract::{
    ProblemType,
    onboarding::{AddClient, AddOrganisation, ClientCredential, ReplaceClientCredential},
    vocabulary::{AccessScope, DataProtectionRegime, Operation, Role},
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, a_consent,
    network::{HAMBURG, KB_HAMBURG, OPERATOR},
    on_both_databases,
    request::fresh_key,
};

use super::{AKTE, a_centre, a_key, a_partner, akte, denials, doers, partner, public};
use crate::support::recorded;

const ROSTOCK: &str = "bpoli-kb-rostock";

on_both_databases! {
    async fn an_organisation_is_added_once_for_a_key(app: TestApp) {
        let operator = app.operator();
        let centre = AddOrganisation { role: Role::Centre, name: "Beratung".into(), office: None, regime: Some(DataProtectionRegime::DsgEkd) };
        let key = fresh_key();
        let added = operator.add_organisation(&centre, Some(&key)).await.unwrap();
        assert_eq!(added.regime, DataProtectionRegime::DsgEkd);
        let again = operator.add_organisation(&centre, Some(&key)).await.unwrap();
        assert_eq!(again, added);
        let other = AddOrganisation { name: "Andere Beratung".into(), ..centre };
        let _ = operator.add_organisation(&other, Some(&key)).await.expect_problem(ProblemType::IdempotencyKeyReused);

        let office = AddOrganisation { role: Role::Office, name: "Rostock".into(), office: Some(ROSTOCK.into()), regime: None };
        let key = fresh_key();
        let raw = Raw::post("/v1/organisations").key(&key).json(&office).send(&operator).await.expect_status(201);
        let first = operator.add_organisation(&office, Some(&key)).await.unwrap();
        assert_eq!(raw.header("location"), Some(format!("/v1/organisations/{}", first.id).as_str()));
        assert_eq!((first.regime, first.office.as_ref().unwrap().as_str()), (DataProtectionRegime::Bdsg, ROSTOCK));
        let taken = operator.add_organisation(&office, None).await.expect_problem(ProblemType::InvalidBody);
        assert_eq!(taken.errors[0].pointer.as_deref(), Some("/office"));

        let all = freigabe_client::every_item(async |page| operator.list_organisations(&page).await).await.unwrap();
        assert!(all.is_sorted_by_key(|organisation| organisation.id));
        assert_eq!(all.len(), app.network().clients().count() + 2);
        let two = PageQuery { limit: Some(2), cursor: None };
        let page = operator.list_organisations(&two).await.unwrap();
        assert_eq!(page.items, all[..2]);
        let rest = operator.list_organisations(&PageQuery { limit: Some(200), cursor: page.next }).await.unwrap();
        assert_eq!((rest.items, rest.next), (all[2..].to_vec(), None));
        let events = doers(&app, Operation::OrganisationAdded).await;
        assert_eq!(events.iter().filter(|(by, _)| by == OPERATOR).count(), 2, "each once");
    }

    async fn a_client_is_added_once_and_by_every_kind_of_credential(app: TestApp) {
        let operator = app.operator();
        let centre = a_centre(&app).await;
        let key = a_key();
        let kinds = [
            ClientCredential::Jwk { jwk: public(&key) },
            ClientCredential::JwksUri { jwks_uri: "https://hafenlicht.example/jwks.json".to_owned() },
            ClientCredential::Issuer {
                issuer: "https://sso.hafenlicht.example/realms/beratung".to_owned(),
                issuer_client_id: "fallsoftware".to_owned(),
            },
        ];
        for (number, credential) in kinds.iter().enumerate() {
            let id = format!("hafenlicht.{number}").as_str().into();
            let new = AddClient { organisation_id: centre.id, credential: credential.clone(), scopes: None };
            let added = operator.add_client(&id, &new).await.unwrap();
            assert_eq!((&added.client_id, &added.credential, added.active), (&id, credential, true));
            assert_eq!(operator.add_client(&id, &new).await.unwrap(), added);
            assert_eq!(operator.get_client(&id).await.unwrap(), added);
            let narrower = AddClient { scopes: Some(vec![AccessScope::ConsentsRead]), ..new.clone() };
            let _ = operator.add_client(&id, &narrower).await.expect_problem(ProblemType::Conflict);
            let anothers = AddClient { organisation_id: app.network().participant(OPERATOR).organisation, ..new };
            let _ = operator.add_client(&id, &anothers).await.expect_problem(ProblemType::Conflict);
        }
        partner(&app, "hafenlicht.0", &key).list_consents(&PageQuery::default()).await.unwrap();
        let same_at_the_issuer = AddClient { organisation_id: centre.id, credential: kinds[2].clone(), scopes: None };
        let _ = operator.add_client(&akte(), &same_at_the_issuer).await.expect_problem(ProblemType::Conflict);
        let moved = ReplaceClientCredential { credential: kinds[2].clone() };
        let _ = operator.replace_client_credential(&"hafenlicht.0".into(), &moved).await.expect_problem(ProblemType::Conflict);
        let events = doers(&app, Operation::ClientAdded).await;
        let by_the_operator = events.iter().filter(|(by, _)| by == OPERATOR).map(|(_, id)| id.as_str());
        assert_eq!(by_the_operator.collect::<Vec<_>>(), ["hafenlicht.0", "hafenlicht.1", "hafenlicht.2"]);
    }

    async fn a_suspended_client_is_out_at_once_until_it_is_let_in_again(app: TestApp) {
        let operator = app.operator();
        let (_, key) = a_partner(&app).await;
        let system = partner(&app, AKTE, &key);
        let consent = recorded(&system, a_consent()).await;
        let token = system.access_token().await.unwrap().token;
        for _ in 0..2 {
            assert!(!operator.suspend_client(&akte()).await.unwrap().active);
        }
        let path = format!("/v1/consents/{}", consent.record_id);
        let _ = Raw::get(&path).token(&token).send(&system).await.expect_problem(ProblemType::Unauthorized);
        assert_eq!(partner(&app, AKTE, &key).access_token().await.unwrap_err().status(), Some(401));
        for _ in 0..2 {
            assert!(operator.resume_client(&akte()).await.unwrap().active);
        }
        let _ = Raw::get(&path).token(&token).send(&system).await.expect_status(200);
        let by_the_operator = [(OPERATOR.to_owned(), AKTE.to_owned())];
        assert_eq!(doers(&app, Operation::ClientSuspended).await, by_the_operator, "once, and by whom");
        assert_eq!(doers(&app, Operation::ClientResumed).await, by_the_operator);
    }

    async fn what_is_signed_with_a_replaced_key_counts_no_longer(app: TestApp) {
        let operator = app.operator();
        let (_, old) = a_partner(&app).await;
        let new = a_key();
        let replacement = ReplaceClientCredential { credential: ClientCredential::Jwk { jwk: public(&new) } };
        for _ in 0..2 {
            let seen = operator.replace_client_credential(&akte(), &replacement).await.unwrap();
            assert_eq!(seen.credential, replacement.credential);
        }
        assert_eq!(partner(&app, AKTE, &old).access_token().await.unwrap_err().status(), Some(401));
        partner(&app, AKTE, &new).access_token().await.unwrap();
        assert_eq!(doers(&app, Operation::ClientKeyReplaced).await, [(OPERATOR.to_owned(), AKTE.to_owned())]);

        let address = ClientCredential::JwksUri { jwks_uri: "https://hafenlicht.example/jwks.json".to_owned() };
        let seen = operator.replace_client_credential(&akte(), &ReplaceClientCredential { credential: address.clone() }).await;
        assert_eq!(seen.unwrap().credential, address);
        // Nothing is published there: the key that counted is out, and of no other can anything be said.
        assert_eq!(partner(&app, AKTE, &new).access_token().await.unwrap_err().status(), Some(503));
    }

    async fn what_is_not_there_can_be_neither_read_nor_changed(app: TestApp) {
        let operator = app.operator();
        let nobody = "nobody-at-all".into();
        let key = ReplaceClientCredential { credential: ClientCredential::Jwk { jwk: public(&a_key()) } };
        let scopes = freigabe_contract::onboarding::SetClientScopes { scopes: None };
        let _ = operator.get_client(&nobody).await.expect_problem(ProblemType::NotFound);
        let _ = operator.replace_client_credential(&nobody, &key).await.expect_problem(ProblemType::NotFound);
        let _ = operator.set_client_scopes(&nobody, &scopes).await.expect_problem(ProblemType::NotFound);
        let _ = operator.suspend_client(&nobody).await.expect_problem(ProblemType::NotFound);
        let _ = operator.resume_client(&nobody).await.expect_problem(ProblemType::NotFound);
        let _ = operator.get_organisation(crate::support::NOBODYS).await.expect_problem(ProblemType::NotFound);
        let denied = denials(&app).await;
        let attempted: Vec<&str> = denied.iter().map(|(attempted, ..)| attempted.as_str()).collect();
        let expected = ["getClient", "replaceClientCredential", "setClientScopes", "suspendClient", "resumeClient", "getOrganisation"];
        assert_eq!(attempted, expected);
        assert!(denied.iter().all(|(_, by, why)| by == OPERATOR && why == "not_found_or_not_yours"));
        for bad in ["A", "ab", "-abc", "%C3%A4bc", "x%20y"] {
            let path = format!("/v1/clients/{bad}");
            let _ = Raw::get(&path).send(&operator).await.expect_problem(ProblemType::NotFound);
        }
    }

    async fn an_operator_sees_nothing_of_what_is_exchanged(app: TestApp) {
        let operator = app.operator();
        let consent = recorded(&app.centre_a(), a_consent()).await;
        let _ = operator.get_consent(consent.record_id).await.expect_problem(ProblemType::Forbidden);
        let _ = operator.list_inbox(&PageQuery::default()).await.expect_problem(ProblemType::Forbidden);
        let _ = operator.query_audit_events(&Default::default(), &PageQuery::default()).await.expect_problem(ProblemType::Forbidden);
        let clients = operator.list_clients(&PageQuery::default()).await.unwrap();
        let ids: Vec<&str> = clients.items.iter().map(|client| client.client_id.as_str()).collect();
        assert!(ids.contains(&KB_HAMBURG) && ids.contains(&HAMBURG));
    }
}
