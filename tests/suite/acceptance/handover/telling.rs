//! The centre is told, and nobody else.

use freigabe_client::PageQuery;
use freigabe_contract::{
    ProblemType,
    handover::HandCaseOver,
    known_person::{KnownBy, KnownFrom},
    vocabulary::Operation,
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, a_consent, a_draft,
    expect::pointers,
    network::{FRANKFURT_ODER, HAMBURG, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};
use serde_json::json;

use super::{handed_over, handover, made_in_full, to_office, to_prosecution, told, told_in_full};
use crate::{
    acceptance::contact::Helped,
    support::{
        NOBODYS,
        compare::assert_indistinguishable,
        inbox_of, recorded, released,
        trail::{field, text, trail_of},
    },
};

on_both_databases! {
    async fn the_centre_is_told_and_acknowledges_and_nobody_else_learns_of_it(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        let message = released(&centre, a_draft(consent.record_id)).await.id;
        let made = handed_over(&office, message, &to_office()).await.handover;
        assert_eq!(made.known_from, KnownFrom::Disclosure { disclosure_id: message });

        let [listed] = told(&centre).await.try_into().expect("one handover");
        let known_by = KnownBy::Disclosure { disclosure_id: message, case_id: consent.case_id };
        assert_eq!((listed.id, listed.office.as_str(), &listed.known_by), (made.id, KB_HAMBURG, &known_by));
        assert_eq!(listed.acknowledged_at, None);
        let key = fresh_key();
        let acknowledged = centre.acknowledge_handover(made.id, Some(&key)).await.unwrap();
        assert!(acknowledged.handover.acknowledged_at.is_some());
        assert_eq!(centre.acknowledge_handover(made.id, Some(&key)).await.unwrap(), acknowledged);
        centre.acknowledge_handover(made.id, None).await.expect_problem(ProblemType::Conflict);
        let seen = made_in_full(&office, made.id).await.handover;
        assert_eq!(seen.acknowledged_at, acknowledged.handover.acknowledged_at);

        for other in [app.centre_b(), app.office(FRANKFURT_ODER), app.office(HAMBURG)] {
            assert!(other.list_handovers(&PageQuery::default()).await.unwrap().items.is_empty());
            let mut answers = Vec::new();
            for id in [made.id, NOBODYS] {
                answers.push(Raw::get(format!("/v1/handovers/{id}")).send(&other).await.expect_status(404));
            }
            assert_indistinguishable("another's, and one that is not there", &answers[0], &answers[1]);
        }
        let [event] = trail_of(&app.auditor(), Operation::CaseHandedOver).await.try_into().expect("one event");
        assert_eq!(text(&event, "/handover"), made.id.to_string());
        assert_eq!(text(&event, "/participant"), FRANKFURT_ODER);
        assert_eq!(text(&event, "/case"), consent.case_id.to_string());
        assert!(field(&event, "/actor/user").is_some(), "somebody answers for it");
        assert_eq!(trail_of(&app.auditor(), Operation::HandoverAcknowledged).await.len(), 1);
    }

    async fn an_office_hands_over_what_it_knows_and_once(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        let message = released(&centre, a_draft(consent.record_id)).await.id;
        let itself = json!({ "type": "office", "office": KB_HAMBURG });
        let nowhere = json!({ "type": "office", "office": "bpoli-nirgendwo" });
        for (doer, named, to, pointer) in [
            (&office, message, &itself, "/to/office"),
            (&office, message, &nowhere, "/to/office"),
            (&office, NOBODYS, &to_office(), "/known_from/disclosure_id"),
            (&app.office(HAMBURG), message, &to_office(), "/known_from/disclosure_id"),
        ] {
            let refused = doer.hand_case_over(&handover(named, to), None).await;
            assert_eq!(pointers(&refused.expect_problem(ProblemType::InvalidBody)), [pointer], "{to}");
        }
        assert!(told(&centre).await.is_empty());
        handed_over(&office, message, &to_office()).await;
        let again = office.hand_case_over(&handover(message, &to_prosecution()), None).await;
        again.expect_problem(ProblemType::Conflict);
        assert_eq!(told(&centre).await.len(), 1);
    }

    async fn of_a_case_that_was_handed_over_nothing_is_handed_over_again(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        let message = released(&centre, a_draft(consent.record_id)).await.id;
        crate::support::collected(&office, message).await;
        let key = fresh_key();
        let body = handover(message, &to_office());
        let made = office.hand_case_over(&body, Some(&key)).await.unwrap();
        assert_eq!(office.hand_case_over(&body, Some(&key)).await.unwrap(), made);
        office.hand_case_over(&body, None).await.expect_problem(ProblemType::Conflict);
        let other = handover(message, &to_prosecution());
        let reused = office.hand_case_over(&other, Some(&key)).await;
        reused.expect_problem(ProblemType::IdempotencyKeyReused);
    }

    async fn of_an_involvement_the_centre_is_told_by_its_own_pseudonym(app: TestApp) {
        let helped = Helped::by_centre_a(&app).await;
        let offer = helped.centre.get_involvement_offer(helped.offer).await.unwrap();
        let body = json!({ "known_from": { "type": "offer", "offer_id": offer.id }, "to": to_prosecution() });
        let body: HandCaseOver = serde_json::from_value(body).unwrap();
        let made = helped.office.hand_case_over(&body, None).await.unwrap();
        assert!(made.messages.is_empty());
        let [listed] = told(&helped.centre).await.try_into().expect("one handover");
        assert_eq!(listed.known_by, KnownBy::Offer { offer_id: offer.id, person: offer.person });
        assert!(told_in_full(&helped.centre, listed.id).await.waiting.is_empty());
        assert!(inbox_of(&helped.office).await.is_empty());
    }
}
