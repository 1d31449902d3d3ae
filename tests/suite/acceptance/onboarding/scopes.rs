//! What a client may do within what its organisation's role may ever do: from the moment the operator says so.

use freigabe_client::{Error, PageQuery};
use freigabe_contract::{
    ProblemType,
    onboarding::SetClientScopes,
    vocabulary::{AccessScope, Operation},
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, a_consent,
    network::{KB_HAMBURG, OPERATOR},
    on_both_databases,
};
use time::Duration;

use super::{
    A_CENTRES, AKTE, a_centre, a_key, a_partner, akte, asking_for, denials, doers, invited_to,
    partner, registers,
};
use crate::support::recorded;

on_both_databases! {
    async fn a_right_that_is_taken_is_gone_at_once_also_from_tokens_that_had_it(app: TestApp) {
        let operator = app.operator();
        let (_, key) = a_partner(&app).await;
        let system = partner(&app, AKTE, &key);
        recorded(&system, a_consent()).await;
        let token = system.access_token().await.unwrap().token;
        let reading = SetClientScopes { scopes: Some(vec![AccessScope::ConsentsRead]) };
        for _ in 0..2 {
            let seen = operator.set_client_scopes(&akte(), &reading).await.unwrap();
            assert_eq!((seen.scopes.as_ref(), &seen.allowed), (reading.scopes.as_ref(), reading.scopes.as_ref().unwrap()));
        }
        let before = app.inspect().rows().await;
        let recording = Raw::post("/v1/consents").json(&a_consent().record()).token(&token);
        let refused = recording.send(&system).await.expect_status(403);
        assert_eq!(
            refused.header("www-authenticate"),
            Some("DPoP error=\"insufficient_scope\", scope=\"consents:write\", algs=\"EdDSA Ed25519 ES256 PS256\"")
        );
        let problem = refused.expect_problem(ProblemType::Forbidden);
        assert_eq!(problem.detail.as_deref(), Some("The access token lacks the scope consents:write."));
        let _ = Raw::get("/v1/consents").token(&token).send(&system).await.expect_status(200);
        let _ = Raw::get("/v1/consent-forms").token(&token).send(&system).await.expect_status(403);
        assert_eq!(app.inspect().rows().await, before);
        let denied = |operation: &str| (operation.to_owned(), AKTE.to_owned(), "insufficient_scope".to_owned());
        assert_eq!(denials(&app).await, [denied("recordConsent"), denied("listConsentForms")]);

        let everything = operator.set_client_scopes(&akte(), &SetClientScopes { scopes: None }).await.unwrap();
        assert_eq!((everything.scopes, everything.allowed.len()), (None, A_CENTRES.split(' ').count()));
        let _ = recording.send(&system).await.expect_status(201);
        assert_eq!(doers(&app, Operation::ClientScopesChanged).await, vec![(OPERATOR.to_owned(), AKTE.to_owned()); 2]);
    }

    async fn a_client_uses_what_it_is_given_with_its_next_token(app: TestApp) {
        let (centre, key) = (a_centre(&app).await, a_key());
        let invitation = invited_to(&app, &centre, AKTE, Some(vec![AccessScope::ConsentsRead])).await;
        assert_eq!(invitation.scopes, Some(vec![AccessScope::ConsentsRead]));
        registers(&app, &invitation.registration_token, &key).await.unwrap();
        let system = partner(&app, AKTE, &key);
        let _ = system.record_consent(&a_consent().record(), None).await.expect_problem(ProblemType::Forbidden);
        let more = SetClientScopes { scopes: Some(vec![AccessScope::ConsentsWrite, AccessScope::ConsentsRead]) };
        let seen = app.operator().set_client_scopes(&akte(), &more).await.unwrap();
        assert_eq!(seen.scopes, Some(vec![AccessScope::ConsentsRead, AccessScope::ConsentsWrite]), "in the vocabulary's order");
        let _ = system.record_consent(&a_consent().record(), None).await.expect_problem(ProblemType::Forbidden);
        recorded(&partner(&app, AKTE, &key), a_consent()).await;
    }

    async fn a_token_is_good_for_what_was_asked_for(app: TestApp) {
        let (_, key) = a_partner(&app).await;
        let reading = asking_for(&app, AKTE, &key, Some("directory:read consents:read"));
        reading.list_consents(&PageQuery::default()).await.unwrap();
        reading.list_consent_forms().await.unwrap();
        let _ = reading.record_consent(&a_consent().record(), None).await.expect_problem(ProblemType::Forbidden);
        let before = app.inspect().rows().await;
        for asked in [
            "inbox:read",
            "consents:read inbox:read",
            "access:write",
            "everything",
            "consents:read consents:read",
            "consents:read  directory:read",
            " consents:read",
            "CONSENTS:READ",
        ] {
            let refused = asking_for(&app, AKTE, &key, Some(asked)).access_token().await.unwrap_err();
            match refused {
                Error::Token(refused) => assert_eq!((refused.status, refused.error.as_str()), (400, "invalid_scope"), "{asked:?}"),
                other => panic!("{asked:?}: {other:?}"),
            }
        }
        assert_eq!(app.inspect().rows().await, before);
        let office = asking_for_office(&app, "inbox:read disclosures:read");
        office.list_inbox(&PageQuery::default()).await.unwrap();
    }

    async fn whatever_a_client_is_given_its_role_stands_above_it(app: TestApp) {
        let operator = app.operator();
        a_partner(&app).await;
        for scopes in [
            vec![AccessScope::InboxRead],
            vec![AccessScope::ConsentsRead, AccessScope::AuditRead],
            vec![AccessScope::AccessWrite],
        ] {
            let set = SetClientScopes { scopes: Some(scopes) };
            let problem = operator.set_client_scopes(&akte(), &set).await.expect_problem(ProblemType::InvalidBody);
            assert_eq!(problem.errors[0].pointer.as_deref(), Some("/scopes"));
            assert!(problem.errors[0].detail.contains("clients of the role centre can have: consents:read"));
        }
        assert!(doers(&app, Operation::ClientScopesChanged).await.is_empty());
        app.advance(Duration::minutes(1));
    }

    async fn an_operator_who_may_only_see_changes_nothing(app: TestApp) {
        let credentials = &app.network().participant(OPERATOR).key;
        let seeing = asking_for(&app, OPERATOR, credentials, Some("access:read"));
        seeing.list_clients(&PageQuery::default()).await.unwrap();
        seeing.list_organisations(&PageQuery::default()).await.unwrap();
        let _ = seeing.suspend_client(&KB_HAMBURG.into()).await.expect_problem(ProblemType::Forbidden);
        let denied = ("suspendClient".to_owned(), OPERATOR.to_owned(), "insufficient_scope".to_owned());
        assert_eq!(denials(&app).await, [denied]);
    }
}

fn asking_for_office(app: &TestApp, scope: &str) -> freigabe_client::Client {
    asking_for(
        app,
        KB_HAMBURG,
        &app.network().participant(KB_HAMBURG).key,
        Some(scope),
    )
}
