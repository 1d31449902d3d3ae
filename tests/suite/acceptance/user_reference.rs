//! The person behind a police office's retrieval or disclosure is recorded (§ 76(2) BDSG).

use freigabe_client::Client;
use freigabe_contract::{
    ProblemType, examples,
    vocabulary::{NoticeAnswerKind, Operation},
    withdrawal::AnswerWithdrawalNotice,
};
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp, a_consent, a_draft,
    network::{CENTRE_A, KB_HAMBURG},
    on_both_databases,
};
use serde_json::json;
use uuid::Uuid;

use super::contact::Helped;
use crate::support::{
    collected, recorded, released,
    trail::{field, text, trail_of},
};

/// An office's client that says on nobody's behalf anything.
fn office(app: &TestApp) -> Client {
    let credentials = app.network().participant(KB_HAMBURG).credentials.clone();
    let builder = Client::builder(app.url(), credentials);
    let builder = builder.issuer(app.issuer()).public_url(app.issuer());
    builder.build().expect("a client")
}

/// What an office does that the log of retrievals and disclosures has to name a person for.
async fn deeds(app: &TestApp) -> (Uuid, Vec<(Operation, Raw)>) {
    let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
    let withdrawn = recorded(&centre, a_consent()).await;
    let fetched = released(&centre, a_draft(withdrawn.record_id)).await;
    collected(&office, fetched.id).await;
    centre.withdraw_consent(withdrawn.record_id).await.unwrap();
    let notices = office
        .list_withdrawal_notices(true, &Default::default())
        .await
        .unwrap();
    let consent = recorded(&centre, a_consent()).await;
    let waiting = released(&centre, a_draft(consent.record_id)).await.id;
    let answer = AnswerWithdrawalNotice {
        answer: NoticeAnswerKind::Erased,
        legal_basis: None,
    };
    let notice = notices.items[0].id;
    let helped = Helped::by_centre_a(app).await;
    let allowed = helped.record(&helped.consent(|_| {})).await;
    let mut warning = examples::issue_security_notice();
    warning["audience"]["subject"]["known_from"]["disclosure_id"] = json!(fetched.id);
    let deeds = vec![
        (
            Operation::DisclosureCollected,
            Raw::post(format!("/v1/disclosures/{waiting}/collection")),
        ),
        (
            Operation::DisclosureAcknowledged,
            Raw::post(format!("/v1/disclosures/{waiting}/acknowledgement")),
        ),
        (
            Operation::WithdrawalNoticeAnswered,
            Raw::post(format!("/v1/withdrawal-notices/{notice}/acknowledgement")).json(&answer),
        ),
        (
            Operation::ContactReleased,
            Raw::post(format!("/v1/contact-consents/{allowed}/contact-details"))
                .json(&helped.details()),
        ),
        (
            Operation::SecurityNoticeIssued,
            Raw::post("/v1/security-notices").json(&warning),
        ),
        (
            Operation::CaseHandedOver,
            Raw::post("/v1/handovers").json(&json!({
                "known_from": { "type": "disclosure", "disclosure_id": waiting },
                "to": { "type": "land_police", "land": "DE-HH" }
            })),
        ),
    ];
    (waiting, deeds)
}

on_both_databases! {
    async fn whoever_retrieves_or_discloses_says_for_whom_and_the_log_has_it(app: TestApp) {
        let (_, deeds) = deeds(&app).await;
        let nobody = office(&app);
        for (number, (operation, request)) in deeds.into_iter().enumerate() {
            let before = app.inspect().rows().await;
            let problem = request.send(&nobody).await.expect_problem(ProblemType::InvalidHeader);
            assert_eq!(problem.errors.len(), 1, "{operation}");
            assert_eq!(problem.errors[0].header.as_deref(), Some("Freigabe-User"));
            assert!(problem.errors[0].detail.contains("§ 76(2) BDSG"), "{operation}");
            assert_eq!(app.inspect().rows().await, before, "{operation}");

            let user = format!("P-{number}");
            let done = request.header("freigabe-user", &user).send(&nobody).await;
            assert!(done.status.is_success(), "{operation}: {}", done.text());
            let events = trail_of(&app.auditor(), operation).await;
            let last = events.last().unwrap();
            assert_eq!((text(last, "/actor/client"), text(last, "/actor/user")), (KB_HAMBURG.to_owned(), user));
        }
    }

    async fn what_only_reads_needs_no_person_and_is_told_one_all_the_same(app: TestApp) {
        let (waiting, _) = deeds(&app).await;
        let nobody = office(&app);
        let _ = Raw::get("/v1/inbox").send(&nobody).await.expect_status(200);
        let _ = Raw::get(format!("/v1/disclosures/{waiting}")).send(&nobody).await.expect_status(200);
        let _ = Raw::get("/v1/inbox").header("freigabe-user", "P-1").send(&nobody).await.expect_status(200);
    }

    async fn a_reference_is_no_name_and_stands_once(app: TestApp) {
        let (_, deeds) = deeds(&app).await;
        let (_, collecting) = &deeds[0];
        let too_long = "x".repeat(65);
        for bad in [&b""[..], b"Frau Muster", b"muster@bundespolizei.example", b"M\xc3\xbcller", b"a/b", b"a,b", too_long.as_bytes()] {
            for (request, client) in [
                (collecting.clone(), office(&app)),
                (Raw::get("/v1/inbox"), office(&app)),
                (Raw::get("/v1/consents"), app.client(CENTRE_A)),
            ] {
                let answer = request.header("freigabe-user", bad).send(&client).await;
                assert!(!answer.text().contains("uster"), "{}", answer.text());
                let problem = answer.expect_problem(ProblemType::InvalidHeader);
                assert_eq!(problem.errors[0].header.as_deref(), Some("Freigabe-User"));
            }
        }
    }

    async fn a_centres_event_names_its_person_if_the_centre_does(app: TestApp) {
        let centre = app.centre_a();
        recorded(&centre, a_consent()).await;
        recorded(&centre.on_behalf_of("BERAT-04").unwrap(), a_consent()).await;
        let events = trail_of(&app.auditor(), Operation::ConsentRecorded).await;
        assert_eq!(field(&events[0], "/actor/user"), None);
        assert_eq!(field(&events[1], "/actor/user"), Some(&json!("BERAT-04")));
    }
}
