//! Isolation: who has no business with something learns nothing, not even whether it exists.
//!
//! The table below has a row for every operation of the published description. An operation without a row fails the test.

use std::collections::BTreeSet;

use freigabe_client::{Method, PageQuery, RawAnswer};
use freigabe_contract::{
    ProblemType, examples,
    vocabulary::{ConsentStatus, DisclosureState, Operation},
};
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp, a_consent, a_draft,
    machine::machine_time,
    network::{AUDITOR, CENTRE_A, CENTRE_B, COORDINATION, HAMBURG, KB_HAMBURG, OPERATOR},
    on_both_databases,
    tokens::{signed_by_another_key, unsigned},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    NOBODYS, collected,
    compare::assert_indistinguishable,
    followed, recorded, released,
    trail::{text, trail_of},
};

/// Everybody may call these without a token. This list only ever gets shorter without a decision record.
const PUBLIC: &[&str] = &[
    "issueToken",
    // Needs the token of an invitation (decision 0013).
    "registerClient",
    "getServerMetadata",
    "getJwks",
    "getLiveness",
    "getReadiness",
    "getOpenApi",
    "listProblemTypes",
    "getProblemType",
];

/// One client of each role.
const ROLES: &[&str] = &[CENTRE_A, KB_HAMBURG, COORDINATION, AUDITOR, OPERATOR];

/// One operation that needs a token.
struct Row {
    operation: &'static str,
    /// Whose roles may call it; the first owns what it is about, if it is about something.
    may: &'static [&'static str],
    /// Clients of a role that may call it, to whom what it is about does not belong.
    strangers: &'static [&'static str],
}

const fn row(
    operation: &'static str,
    may: &'static [&'static str],
    strangers: &'static [&'static str],
) -> Row {
    Row {
        operation,
        may,
        strangers,
    }
}

/// How to come in, for whoever brought nothing.
const CHALLENGE: &str = "DPoP algs=\"EdDSA Ed25519 ES256 PS256\"";

const TABLE: &[Row] = &[
    row("recordConsent", &[CENTRE_A], &[]),
    row("listConsents", &[CENTRE_A], &[]),
    row("getConsent", &[CENTRE_A], &[CENTRE_B]),
    row("reviseConsent", &[CENTRE_A], &[CENTRE_B]),
    row("withdrawConsent", &[CENTRE_A], &[CENTRE_B]),
    row("getConsentReceipt", &[CENTRE_A], &[CENTRE_B]),
    row("checkDisclosure", &[CENTRE_A], &[CENTRE_B]),
    row("releaseDisclosure", &[CENTRE_A], &[CENTRE_B]),
    row("listDisclosures", &[CENTRE_A], &[]),
    row(
        "getDisclosure",
        &[CENTRE_A, KB_HAMBURG],
        &[CENTRE_B, HAMBURG],
    ),
    row("recallDisclosure", &[CENTRE_A], &[CENTRE_B]),
    row("listInbox", &[KB_HAMBURG], &[]),
    row("collectDisclosure", &[KB_HAMBURG], &[HAMBURG]),
    row("acknowledgeDisclosure", &[KB_HAMBURG], &[HAMBURG]),
    row("listWithdrawalNotices", &[KB_HAMBURG], &[]),
    row("getWithdrawalNotice", &[KB_HAMBURG], &[HAMBURG]),
    row("answerWithdrawalNotice", &[KB_HAMBURG], &[HAMBURG]),
    row("listConsentForms", ROLES, &[]),
    row("listOffices", ROLES, &[]),
    row("getOffice", ROLES, &[]),
    row("getCompetentOffice", ROLES, &[]),
    row("queryAuditEvents", &[AUDITOR], &[]),
    row("getAuditEvent", &[AUDITOR], &[]),
    row("addOrganisation", &[OPERATOR], &[]),
    row("listOrganisations", &[OPERATOR], &[]),
    row("getOrganisation", &[OPERATOR], &[]),
    row("inviteClient", &[OPERATOR], &[]),
    row("listClients", &[OPERATOR], &[]),
    row("addClient", &[OPERATOR], &[]),
    row("getClient", &[OPERATOR], &[]),
    row("replaceClientCredential", &[OPERATOR], &[]),
    row("setClientScopes", &[OPERATOR], &[]),
    row("suspendClient", &[OPERATOR], &[]),
    row("resumeClient", &[OPERATOR], &[]),
];

/// What operations are about.
#[derive(Clone, Copy)]
struct Objects {
    consent: Uuid,
    disclosure: Uuid,
    notice: Uuid,
    event: Uuid,
    organisation: Uuid,
    client: &'static str,
}

/// Well-formed, but nothing is there.
const MISSING: Objects = Objects {
    consent: NOBODYS,
    disclosure: NOBODYS,
    notice: NOBODYS,
    event: NOBODYS,
    organisation: NOBODYS,
    client: "nobody-at-all",
};

/// A client's key that signs nothing here.
fn a_credential() -> Value {
    json!({ "type": "jwk", "jwk": examples::public_jwk() })
}

/// A well-formed request of an operation about these objects.
fn request(operation: &str, about: Objects) -> Raw {
    let Objects {
        consent,
        disclosure,
        notice,
        event,
        organisation,
        client,
    } = about;
    let put = |what: &str| Raw::new(Method::PUT, format!("/v1/clients/{client}{what}"));
    match operation {
        "recordConsent" => Raw::post("/v1/consents").json(&a_consent().record()),
        "listConsents" => Raw::get("/v1/consents"),
        "getConsent" => Raw::get(format!("/v1/consents/{consent}")),
        "reviseConsent" => {
            let revision =
                Raw::post(format!("/v1/consents/{consent}/revisions")).header("if-match", "\"1\"");
            revision.json(&a_consent().revise())
        }
        "withdrawConsent" => Raw::post(format!("/v1/consents/{consent}/withdrawal")),
        "getConsentReceipt" => Raw::get(format!("/v1/consents/{consent}/receipt")),
        "listConsentForms" => Raw::get("/v1/consent-forms"),
        "checkDisclosure" => Raw::post("/v1/disclosure-checks").json(&a_draft(consent).build()),
        "releaseDisclosure" => Raw::post("/v1/disclosures").json(&a_draft(consent).build()),
        "listDisclosures" => Raw::get("/v1/disclosures"),
        "getDisclosure" => Raw::get(format!("/v1/disclosures/{disclosure}")),
        "recallDisclosure" => Raw::post(format!("/v1/disclosures/{disclosure}/recall")),
        "listInbox" => Raw::get("/v1/inbox"),
        "collectDisclosure" => Raw::post(format!("/v1/disclosures/{disclosure}/collection")),
        "acknowledgeDisclosure" => {
            Raw::post(format!("/v1/disclosures/{disclosure}/acknowledgement"))
        }
        "listWithdrawalNotices" => Raw::get("/v1/withdrawal-notices"),
        "getWithdrawalNotice" => Raw::get(format!("/v1/withdrawal-notices/{notice}")),
        "answerWithdrawalNotice" => {
            let answer = Raw::post(format!("/v1/withdrawal-notices/{notice}/acknowledgement"));
            answer.json(&json!({ "answer": "erased" }))
        }
        "listOffices" => Raw::get("/v1/offices"),
        "getOffice" => Raw::get(format!("/v1/offices/{KB_HAMBURG}")),
        "getCompetentOffice" => {
            Raw::get("/v1/competent-office?postcode=20095&task=criminal_investigation")
        }
        "queryAuditEvents" => Raw::get("/v1/audit/events"),
        "getAuditEvent" => Raw::get(format!("/v1/audit/events/{event}")),
        "addOrganisation" => Raw::post("/v1/organisations").json(&examples::add_organisation()),
        "listOrganisations" => Raw::get("/v1/organisations"),
        "getOrganisation" => Raw::get(format!("/v1/organisations/{organisation}")),
        "inviteClient" => {
            let invite = Raw::post(format!("/v1/organisations/{organisation}/invitations"));
            invite.json(&examples::invite_client())
        }
        "listClients" => Raw::get("/v1/clients"),
        "addClient" => {
            let new = json!({ "organisation_id": organisation, "credential": a_credential() });
            put("").json(&new)
        }
        "getClient" => Raw::get(format!("/v1/clients/{client}")),
        "replaceClientCredential" => {
            put("/credential").json(&json!({ "credential": a_credential() }))
        }
        "setClientScopes" => put("/scopes").json(&json!({ "scopes": null })),
        "suspendClient" => Raw::post(format!("/v1/clients/{client}/suspension")),
        "resumeClient" => Raw::post(format!("/v1/clients/{client}/resumption")),
        other => panic!(
            "no request is known for the operation {other}: add one here and a row to the table"
        ),
    }
}

#[test]
fn every_operation_is_in_the_table_or_expressly_public() {
    let known: BTreeSet<String> = TABLE
        .iter()
        .map(|row| row.operation)
        .chain(PUBLIC.iter().copied())
        .map(str::to_owned)
        .collect();
    let published: BTreeSet<String> = operations().into_iter().map(|(id, _)| id).collect();
    let missing: Vec<_> = published.difference(&known).collect();
    assert!(
        missing.is_empty(),
        "operations without a row in the authorization table: {missing:?}"
    );
    let gone: Vec<_> = known.difference(&published).collect();
    assert!(
        gone.is_empty(),
        "rows for operations that are not published any more: {gone:?}"
    );
}

#[test]
fn exactly_the_public_operations_are_described_as_needing_no_token() {
    for (id, operation) in operations() {
        let open = operation["security"]
            .as_array()
            .is_some_and(|security| security == &[json!({})] || security.is_empty());
        assert_eq!(
            open,
            PUBLIC.contains(&id.as_str()),
            "{id}: {}",
            operation["security"]
        );
    }
}

on_both_databases! {
    async fn without_a_valid_token_there_is_nothing_to_be_had(app: TestApp) {
        let things = Things::prepare(&app).await;
        let before = app.inspect().rows().await;
        let anonymous = app.anonymous();
        for row in TABLE {
            let request = request(row.operation, things.objects);
            let without = request.send(&anonymous).await;
            assert_eq!(without.header("www-authenticate"), Some(CHALLENGE), "{}", row.operation);
            let of_nothing = self::request(row.operation, MISSING).send(&anonymous).await;
            assert_indistinguishable(row.operation, &without, &of_nothing);
            let _ = without.expect_problem(ProblemType::Unauthorized);

            let owner = app.client(row.may[0]);
            let genuine = owner.access_token().await.unwrap().token;
            let mut refused: Option<RawAnswer> = None;
            for (fault, token) in faulty_tokens(&app, &genuine) {
                let answer = request.clone().token(&token).send(&owner).await;
                let what = format!("{} with {fault}", row.operation);
                assert_eq!(answer.status.as_u16(), 401, "{what}: {}", answer.text());
                if let Some(other) = &refused {
                    assert_indistinguishable(&what, &answer, other);
                }
                refused = Some(answer);
            }
            let refused = refused.expect("an answer");
            assert_eq!(refused.header("www-authenticate"), Some("DPoP error=\"invalid_token\", algs=\"EdDSA Ed25519 ES256 PS256\""));
            let _ = refused.expect_problem(ProblemType::Unauthorized);
        }
        assert_eq!(app.inspect().rows().await, before);
        things.are_untouched(&app).await;
    }

    async fn a_role_that_may_never_do_it_is_told_so_and_not_whether_there_is_anything(app: TestApp) {
        let things = Things::prepare(&app).await;
        let before = app.inspect().rows().await;
        let mut expected = BTreeSet::new();
        for row in TABLE {
            for client in ROLES.iter().filter(|client| !row.may.contains(client)) {
                let caller = app.client(client);
                let answer = request(row.operation, things.objects).send(&caller).await;
                let of_nothing = request(row.operation, MISSING).send(&caller).await;
                assert_indistinguishable(&format!("{} by {client}", row.operation), &answer, &of_nothing);
                let _ = answer.expect_problem(ProblemType::Forbidden);
                expected.insert((row.operation.to_owned(), (*client).to_owned(), "wrong_role".to_owned()));
            }
        }
        assert_eq!(app.inspect().rows().await, before);
        things.are_untouched(&app).await;
        assert_eq!(denials(&app).await, expected, "every denial is in the log, with who tried what");
    }

    async fn what_is_anothers_can_not_be_told_from_what_is_not_there(app: TestApp) {
        let things = Things::prepare(&app).await;
        let before = app.inspect().rows().await;
        let mut expected = BTreeSet::new();
        for row in TABLE {
            for client in row.strangers {
                let stranger = app.client(client);
                let what = format!("{} by {client}", row.operation);
                let foreign = request(row.operation, things.objects).send(&stranger).await;
                let missing = request(row.operation, MISSING).send(&stranger).await;
                assert_indistinguishable(&what, &foreign, &missing);
                assert_eq!(foreign.status.as_u16(), 404, "{what}: {}", foreign.text());
                let _ = foreign.expect_problem(ProblemType::NotFound);
                expected.insert((
                    row.operation.to_owned(),
                    (*client).to_owned(),
                    "not_found_or_not_yours".to_owned(),
                ));
            }
        }
        assert_eq!(app.inspect().rows().await, before);
        things.are_untouched(&app).await;
        assert_eq!(denials(&app).await, expected, "every denial is in the log, with who tried what");
    }

    async fn everybody_who_may_gets_an_answer(app: TestApp) {
        // Without this, a server that refuses everything would pass the tests above.
        let things = Things::prepare(&app).await;
        for row in TABLE {
            let about_its_end = ["withdrawConsent", "recallDisclosure", "acknowledgeDisclosure"].contains(&row.operation);
            if about_its_end {
                continue;
            }
            for client in row.may {
                let answer = request(row.operation, things.objects).send(&app.client(client)).await;
                assert!(answer.status.as_u16() < 400 || answer.status.as_u16() == 412, "{} by {client}: {}", row.operation, answer.text());
            }
        }
    }

    async fn listings_hold_only_the_callers_own(app: TestApp) {
        let things = Things::prepare(&app).await;
        let (stranger, other_office) = (app.centre_b(), app.office(HAMBURG));
        let all = PageQuery::default();
        assert!(stranger.list_consents(&all).await.unwrap().items.is_empty());
        assert!(stranger.list_disclosures(&all).await.unwrap().items.is_empty());
        assert!(other_office.list_inbox(&all).await.unwrap().items.is_empty());
        assert!(other_office.list_withdrawal_notices(false, &all).await.unwrap().items.is_empty());

        let own = recorded(&stranger, a_consent()).await;
        let listed: Vec<Uuid> =
            stranger.list_consents(&all).await.unwrap().items.iter().map(|consent| consent.record_id).collect();
        assert_eq!(listed, [own.record_id]);
        things.are_untouched(&app).await;
    }

    async fn the_same_references_at_two_centres_are_two_persons(app: TestApp) {
        let consent = || a_consent().of("2026/FALL.1", "P-1");
        let at_a = recorded(&app.centre_a(), consent()).await;
        let at_b = recorded(&app.centre_b(), consent()).await;
        let again_at_a = recorded(&app.centre_a(), consent()).await;
        assert_ne!(at_a.case_id, at_b.case_id);
        assert_eq!(at_a.case_id, again_at_a.case_id);
        let from_a = released(&app.centre_a(), a_draft(at_a.record_id)).await;
        let from_b = released(&app.centre_b(), a_draft(at_b.record_id)).await;
        assert_ne!(from_a.person, from_b.person);
    }

    async fn one_clients_idempotency_key_is_nothing_to_another(app: TestApp) {
        let consent = a_consent().record();
        let at_a = app.centre_a().record_consent(&consent, Some("one-key-for-two")).await.unwrap();
        let at_b = app.centre_b().record_consent(&consent, Some("one-key-for-two")).await.unwrap();
        assert_ne!(at_a.record_id, at_b.record_id);
    }
}

/// Centre A and the Inspektion for serious crime in Hamburg have a consent, a message that waits and an open notice.
struct Things {
    objects: Objects,
}

impl Things {
    async fn prepare(app: &TestApp) -> Self {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let withdrawn = recorded(&centre, a_consent()).await;
        let fetched = released(&centre, a_draft(withdrawn.record_id)).await;
        collected(&office, fetched.id).await;
        centre.withdraw_consent(withdrawn.record_id).await.unwrap();
        let notices = office
            .list_withdrawal_notices(true, &PageQuery::default())
            .await
            .unwrap();
        let consent = recorded(&centre, a_consent()).await.record_id;
        let disclosure = released(&centre, a_draft(consent)).await.id;
        let events = app
            .auditor()
            .query_audit_events(&Default::default(), &PageQuery::default())
            .await
            .unwrap();
        let organisation = app.network().participant(COORDINATION).organisation;
        let objects = Objects {
            consent,
            disclosure,
            notice: notices.items[0].id,
            event: events.items[0].id,
            organisation,
            client: "coordination.reports",
        };
        let added = request("addClient", objects).send(&app.operator()).await;
        let _ = added.expect_status(201);
        Self { objects }
    }

    async fn are_untouched(&self, app: &TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = centre.get_consent(self.objects.consent).await.unwrap();
        assert_eq!(
            (consent.status, consent.revision),
            (ConsentStatus::Given, 1)
        );
        assert_eq!(
            followed(&centre, self.objects.disclosure).await.state,
            DisclosureState::Held
        );
        assert_eq!(
            office
                .get_withdrawal_notice(self.objects.notice)
                .await
                .unwrap()
                .answer,
            None
        );
    }
}

/// Tokens that are not good enough, each made of a genuine one.
fn faulty_tokens(app: &TestApp, genuine: &str) -> Vec<(&'static str, String)> {
    let forge = app.token_forge();
    let now = machine_time().unix_timestamp();
    let with = |name: &'static str, value: Value| {
        forge.changed(genuine, |claims| {
            claims.insert(name.to_owned(), value);
        })
    };
    let lacking = |name: &'static str| {
        forge.changed(genuine, |claims| {
            claims.remove(name);
        })
    };
    vec![
        (
            "another audience",
            with("aud", json!("https://elsewhere.example/v1")),
        ),
        ("the issuer as audience", with("aud", json!(app.issuer()))),
        ("no audience", lacking("aud")),
        ("an expired token", with("exp", json!(now - 1))),
        (
            "an end in words",
            with("exp", json!((now + 300).to_string())),
        ),
        ("no end", lacking("exp")),
        ("a token from the future", with("iat", json!(now + 61))),
        (
            "another issuer",
            with("iss", json!("https://elsewhere.example")),
        ),
        ("no identifier", lacking("jti")),
        ("an unknown role", with("role", json!("superuser"))),
        (
            "the type of an assertion",
            forge.with_header(genuine, |header| header.typ = Some("JWT".to_owned())),
        ),
        ("another key's signature", signed_by_another_key(genuine)),
        ("no signature", unsigned(genuine)),
        ("a cut signature", genuine[..genuine.len() - 4].to_owned()),
        (
            "half a token",
            genuine.split('.').next().expect("a part").to_owned(),
        ),
    ]
}

/// Every denied access of somebody who was known: what, who, why.
async fn denials(app: &TestApp) -> BTreeSet<(String, String, String)> {
    let log = trail_of(&app.auditor(), Operation::AccessDenied).await;
    log.iter()
        .map(|event| {
            (
                text(event, "/attempted"),
                text(event, "/actor/client"),
                text(event, "/denial"),
            )
        })
        .collect()
}

/// Every operation of the published description with its identifier.
fn operations() -> Vec<(String, Value)> {
    let description: Value = serde_json::from_str(&freigabe_http::openapi_json()).expect("JSON");
    let paths = description["paths"].as_object().expect("paths").values();
    let methods = [
        Method::GET,
        Method::PUT,
        Method::POST,
        Method::DELETE,
        Method::PATCH,
        Method::HEAD,
        Method::OPTIONS,
    ];
    let methods = methods.map(|method| method.as_str().to_lowercase());
    paths
        .flat_map(|path| methods.iter().filter_map(|method| path.get(method)))
        .map(|operation| {
            (
                operation["operationId"]
                    .as_str()
                    .expect("an operationId")
                    .to_owned(),
                operation.clone(),
            )
        })
        .collect()
}
