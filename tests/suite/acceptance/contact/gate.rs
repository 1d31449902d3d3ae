//! What passes the gate, and what does not: every reason at once, and nothing is kept of it.

use freigabe_client::{Client, PageQuery};
use freigabe_contract::{
    Problem, ProblemType,
    contact::ContactDetailsView,
    involvement::OfferInvolvement,
    vocabulary::{ContactState, OfferAnswerKind, Operation, Outcome},
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, expect::pointers, network::HAMBURG,
    on_both_databases, request::fresh_key,
};
use serde_json::json;
use time::Duration;
use uuid::Uuid;

use super::{CANARY, Helped};
use crate::support::{
    NOBODYS,
    directory::entry_of,
    trail::{field, steps, text, trail, trail_of},
};

async fn waiting(centre: &Client) -> Vec<Uuid> {
    let found = centre.list_contact_details(&PageQuery::default()).await;
    found
        .expect("a list")
        .items
        .iter()
        .map(|details| details.id)
        .collect()
}

/// The codes of a refusal, with the item that each concerns.
fn reasons(problem: &Problem) -> Vec<(&'static str, Option<u32>)> {
    let all = problem.refusals.iter();
    all.map(|refusal| (refusal.reason.code(), refusal.item))
        .collect()
}

on_both_databases! {
    async fn the_centre_that_helps_learns_what_the_person_allowed(app: TestApp) {
        let helped = Helped::by_centre_a(&app).await;
        let (office, centre) = (&helped.office, &helped.centre);
        let consent = helped.allowed().await;
        let key = fresh_key();
        let told = office.release_contact_details(consent, &helped.details(), Some(&key)).await.unwrap();
        assert_eq!(told.state, ContactState::Held);
        assert_eq!(office.release_contact_details(consent, &helped.details(), Some(&key)).await.unwrap(), told, "once for one key");
        assert_eq!(waiting(centre).await, [told.id]);
        assert!(waiting(&app.centre_b()).await.is_empty());
        let seen = serde_json::to_string(&centre.get_contact_details(told.id).await.unwrap()).unwrap();
        assert!(!seen.contains(CANARY) && !seen.contains(&consent.to_string()), "{seen}");

        let collected = centre.collect_contact_details(told.id, None).await.unwrap();
        assert_eq!(collected.items[0].text.as_str(), CANARY);
        assert_eq!(collected.details.offer_id, helped.offer);
        let again = centre.collect_contact_details(told.id, None).await.unwrap();
        assert_eq!(again, collected, "until it is acknowledged");
        let acknowledged = centre.acknowledge_contact_details(told.id, None).await.unwrap();
        assert_eq!(acknowledged.state, ContactState::Acknowledged);
        assert_eq!(app.inspect().rows_in("contact_contents").await, 0, "the copy here is destroyed");
        centre.collect_contact_details(told.id, None).await.expect_problem(ProblemType::Conflict);
        match office.get_contact_details(told.id).await.unwrap() {
            ContactDetailsView::Office(details) => assert_eq!(details.state, ContactState::Acknowledged),
            ContactDetailsView::Centre(_) => panic!("the office got the centre's view"),
        }

        let events = trail(&app.auditor(), &Default::default()).await;
        let of_contact: Vec<_> = events.into_iter().filter(|event| text(event, "/operation").starts_with("contact_")).collect();
        let expected = ["contact_consent_recorded", "contact_released", "contact_collected", "contact_collected", "contact_acknowledged"];
        assert_eq!(steps(&of_contact).into_iter().map(|(operation, _)| operation).collect::<Vec<_>>(), expected);
        for event in &of_contact[1..4] {
            assert_eq!(text(event, "/contact_consent"), consent.to_string());
            assert!(field(event, "/relied_on").is_some(), "it rests on the consent's own event");
        }
        assert!(!serde_json::to_string(&of_contact).unwrap().contains(CANARY));
    }

    async fn what_was_not_allowed_is_refused_with_every_reason(app: TestApp) {
        let helped = Helped::asked(&app).await;
        let (office, centre) = (&helped.office, &helped.centre);
        // Nobody helps yet, another centre was named, and one kind was not allowed; nothing proves it either.
        let other = entry_of(&app.centre_b()).await;
        let consent = helped.consent(|terms| {
            terms["recipients"] = json!([other]);
            terms["items"] = json!(["name"]);
            terms.as_object_mut().unwrap().remove("evidence");
            terms.as_object_mut().unwrap().remove("data_protection_consent");
            terms["notice"]["help_without_it"] = json!(false);
        });
        let consent = office.record_contact_consent(helped.involvement, &consent, None).await.unwrap().id;
        let before = app.inspect().rows().await;
        let refused = office.release_contact_details(consent, &helped.details(), None).await.expect_problem(ProblemType::ContactRefused);
        assert_eq!(reasons(&refused), [
            ("DATA_PROTECTION_CONSENT_MISSING", None),
            ("NOTICE_INCOMPLETE", None),
            ("EVIDENCE_MISSING", None),
            ("CENTRE_DOES_NOT_HELP", None),
            ("RECIPIENT_NOT_COVERED", None),
            ("CATEGORY_NOT_COVERED", Some(1)),
        ]);
        assert!(refused.refusals.iter().all(|one| !one.text_de.is_empty() && one.consent_id == consent && one.consent_revision.is_none()));
        assert_eq!(app.inspect().rows().await, before, "nothing is kept of it");
        assert!(waiting(centre).await.is_empty());
        let [event] = trail_of(&app.auditor(), Operation::ContactReleased).await.try_into().expect("one event");
        assert_eq!(text(&event, "/outcome"), Outcome::Refused.code());
        assert!(!serde_json::to_string(&event).unwrap().contains(CANARY));
    }

    async fn only_the_centre_that_helps_and_only_as_long_as_it_does(app: TestApp) {
        let helped = Helped::by_centre_a(&app).await;
        let other = entry_of(&app.centre_b()).await;
        let consent = helped.consent(|terms| terms["recipients"] = json!([helped.entry, other]));
        let consent = helped.office.record_contact_consent(helped.involvement, &consent, None).await.unwrap().id;
        let mut details = helped.details();
        details.centre_id = other;
        let refused = helped.office.release_contact_details(consent, &details, None).await.expect_problem(ProblemType::ContactRefused);
        assert_eq!(reasons(&refused), [("CENTRE_DOES_NOT_HELP", None)]);

        let told = helped.told(consent).await;
        app.centre_b().collect_contact_details(told.id, None).await.expect_problem(ProblemType::NotFound);
        app.centre_b().get_contact_details(told.id).await.expect_problem(ProblemType::NotFound);
        app.office(HAMBURG).get_contact_details(told.id).await.expect_problem(ProblemType::NotFound);
        // It can't help after all: what waits for it is no longer handed out.
        helped.answers(OfferAnswerKind::Unavailable).await;
        helped.centre.collect_contact_details(told.id, None).await.expect_problem(ProblemType::NotFound);
        let offer = OfferInvolvement { centres: vec![other] };
        helped.office.offer_involvement(helped.involvement, &offer, None).await.unwrap();
        let collected = trail_of(&app.auditor(), Operation::ContactCollected).await;
        assert_eq!(collected.iter().map(|event| text(event, "/outcome")).collect::<Vec<_>>(), ["refused"]);
    }

    async fn a_consent_has_its_time_by_the_databases_clock(app: TestApp) {
        let helped = Helped::by_centre_a(&app).await;
        let consent = helped.consent(|terms| {
            terms["valid_from"] = json!("2026-11-25T09:00:00Z");
            terms["valid_until"] = json!("2026-11-26T09:00:00Z");
        });
        let consent = helped.office.record_contact_consent(helped.involvement, &consent, None).await.unwrap().id;
        let refused = helped.office.release_contact_details(consent, &helped.details(), None).await.expect_problem(ProblemType::ContactRefused);
        assert_eq!(reasons(&refused), [("NOT_YET_VALID", None)]);
        app.advance(Duration::hours(25));
        let told = helped.told(consent).await;
        app.advance(Duration::hours(24));
        assert!(waiting(&helped.centre).await.is_empty());
        helped.centre.collect_contact_details(told.id, None).await.expect_problem(ProblemType::NotFound);
        let refused = helped.office.release_contact_details(consent, &helped.details(), None).await.expect_problem(ProblemType::ContactRefused);
        assert_eq!(reasons(&refused), [("EXPIRED", None)]);
        assert_eq!(app.inspect().rows_in("contact_contents").await, 0, "the refused collection sealed it");
    }

    async fn an_end_is_marked_and_what_was_held_is_destroyed(app: TestApp) {
        let helped = Helped::by_centre_a(&app).await;
        let consent = helped.allowed().await;
        helped.told(consent).await;
        let mark = async || app.operate(async |exchange| exchange.mark_expired_contact_consents().await.expect("marked")).await;
        assert_eq!(mark().await, 0);
        app.advance(Duration::days(100));
        assert_eq!((mark().await, mark().await), (1, 0));
        assert_eq!(app.inspect().rows_in("contact_contents").await, 0);
        let seen = helped.office.get_contact_consent(consent).await.unwrap();
        assert_eq!(seen.details[0].seal_reason.map(|reason| reason.code()), Some("expired"));
        assert_eq!(trail_of(&app.auditor(), Operation::ContactConsentExpired).await.len(), 1);
    }

    async fn a_minor_needs_a_representative_and_her_own_assent(app: TestApp) {
        let helped = Helped::by_centre_a(&app).await;
        for (grantor, expected) in [
            (json!({ "type": "person" }), vec!["REPRESENTATIVE_REQUIRED"]),
            (
                json!({ "type": "representative", "basis": "parental_custody", "representative": "R-1", "suspected": true,
                    "assent": { "type": "refused" } }),
                vec!["REPRESENTATIVE_REQUIRED", "ASSENT_REQUIRED"],
            ),
        ] {
            let consent = helped.consent(|terms| {
                terms["capacity"] = json!("minor");
                terms["grantor"] = grantor;
            });
            let consent = helped.office.record_contact_consent(helped.involvement, &consent, None).await.unwrap().id;
            let refused = helped.office.release_contact_details(consent, &helped.details(), None).await;
            let refused = refused.expect_problem(ProblemType::ContactRefused);
            assert_eq!(reasons(&refused).into_iter().map(|(code, _)| code).collect::<Vec<_>>(), expected);
        }
    }

    async fn what_makes_no_sense_is_refused_with_each_fault(app: TestApp) {
        let helped = Helped::by_centre_a(&app).await;
        let office = &helped.office;
        let before = app.inspect().rows().await;
        let nonsense = helped.consent(|terms| {
            terms["recipients"] = json!([helped.entry, NOBODYS]);
            terms["valid_until"] = json!("2026-11-01T00:00:00Z");
            terms["retention"]["until"] = json!("2026-10-01T00:00:00Z");
            terms["data_protection_consent"]["form_version"] = json!("NO-SUCH-FORM");
            terms["conversation"]["read_back_at"] = json!("2090-01-01T00:00:00Z");
        });
        let refused = office.record_contact_consent(helped.involvement, &nonsense, None).await.expect_problem(ProblemType::InvalidBody);
        assert_eq!(pointers(&refused), [
            "/terms/conversation/read_back_at",
            "/terms/data_protection_consent/form_version",
            "/terms/recipients/1",
            "/terms/retention/until",
            "/terms/valid_until",
        ]);
        assert_eq!(app.inspect().rows().await, before);

        let consent = helped.allowed().await;
        let path = format!("/v1/contact-consents/{consent}/contact-details");
        let twice = json!({ "centre_id": helped.entry, "items": [{ "kind": "name", "text": "A" }, { "kind": "name", "text": "B" }] });
        for (body, pointer) in [
            (twice, "/items/1/kind"),
            (json!({ "centre_id": helped.entry, "items": [] }), "/items"),
            (json!({ "centre_id": helped.entry, "items": [{ "kind": "statement", "text": "x" }] }), "/items/0/kind"),
            (json!({ "centre_id": helped.entry, "items": [{ "kind": "name", "text": " " }] }), "/items/0/text"),
        ] {
            let answer = Raw::post(path.clone()).json(&body).send(office).await;
            assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), [pointer]);
        }
        office.close_involvement(helped.involvement, None).await.unwrap();
        let closed = office.record_contact_consent(helped.involvement, &helped.consent(|_| {}), None).await;
        closed.expect_problem(ProblemType::Conflict);
        let foreign = app.office(HAMBURG).record_contact_consent(helped.involvement, &helped.consent(|_| {}), None).await;
        foreign.expect_problem(ProblemType::NotFound);
    }
}
