//! A case that comes back, a message that waits for nobody any more, and a new office that needs no address but its own.

use freigabe_contract::{
    ProblemType,
    vocabulary::{Accompanies, CompetenceReason},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, a_consent, a_draft,
    network::{FRANKFURT_ODER, KB_HAMBURG},
    on_both_databases,
};
use serde_json::json;

use super::{handed_over, made_in_full, to_office, told_in_full};
use crate::support::{collected, inbox_of, recorded, released, revised};

on_both_databases! {
    async fn of_a_case_that_is_back_nothing_waits_for_nobody(app: TestApp) {
        let (centre, office, other) = (app.centre_a(), app.office(KB_HAMBURG), app.office(FRANKFURT_ODER));
        let consent = recorded(&centre, a_consent().recipient(FRANKFURT_ODER)).await;
        let [first, second] = [released(&centre, a_draft(consent.record_id)).await.id, released(&centre, a_draft(consent.record_id)).await.id];
        let made = handed_over(&office, first, &to_office()).await.handover;
        centre.redirect_disclosure(first, None).await.unwrap();
        assert_eq!(told_in_full(&centre, made.id).await.waiting, [second]);
        let back = json!({ "type": "office", "office": KB_HAMBURG });
        handed_over(&other, first, &back).await;

        assert!(told_in_full(&centre, made.id).await.waiting.is_empty(), "the office collects it");
        assert!(made_in_full(&office, made.id).await.messages.is_empty());
        assert_eq!(inbox_of(&office).await, [second]);
        centre.redirect_disclosure(second, None).await.expect_problem(ProblemType::Conflict);
        collected(&office, second).await;
        let messages = made_in_full(&office, made.id).await.messages;
        assert_eq!(messages.iter().map(|one| one.standing).collect::<Vec<_>>(), [Accompanies::StaysHere]);
    }

    async fn what_does_not_exist_for_the_office_is_not_told_to_it(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        let message = released(&centre, a_draft(consent.record_id)).await.id;
        let made = handed_over(&office, message, &to_office()).await;
        assert_eq!(made.messages.len(), 1);
        revised(&centre, &consent, a_consent().valid_from("2026-12-20T00:00:00Z").valid_until("2027-01-20T00:00:00Z")).await;
        assert!(made_in_full(&office, made.handover.id).await.messages.is_empty(), "it is not in force yet");
        assert_eq!(told_in_full(&centre, made.handover.id).await.waiting, [message], "the centre knows what it released");
    }

    async fn whoever_took_a_case_over_handles_it_whatever_place_is_named(app: TestApp) {
        let (centre, office, other) = (app.centre_a(), app.office(KB_HAMBURG), app.office(FRANKFURT_ODER));
        let consent = recorded(&centre, a_consent().recipient(FRANKFURT_ODER)).await;
        let message = released(&centre, a_draft(consent.record_id)).await.id;
        let by_place = a_draft(consent.record_id).recipient(FRANKFURT_ODER);
        let refused = centre.release_disclosure(&by_place.clone().build(), None).await;
        refused.expect_problem(ProblemType::DisclosureRefused);
        handed_over(&office, message, &to_office()).await;

        let told = released(&centre, by_place).await;
        assert_eq!(told.competence, CompetenceReason::HandlesCase);
        assert_eq!(told.matter.handling_office.as_ref().map(|office| office.as_str()), Some(FRANKFURT_ODER));
        collected(&other, told.id).await;
    }
}
