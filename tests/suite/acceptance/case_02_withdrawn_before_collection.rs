//! Withdrawn before collection: the content is gone for good, and nothing else changed.

use freigabe_client::PageQuery;
use freigabe_contract::{
    ProblemType,
    vocabulary::{ConsentStatus, Decision, DisclosureState, RefusalReason, SealReason},
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, a_consent, a_draft, expect::reasons,
    network::KB_HAMBURG, on_both_databases,
};

use crate::support::{
    NOBODYS, collected, compare::assert_indistinguishable, followed, inbox_of, recorded, released,
};

on_both_databases! {
    async fn a_withdrawal_destroys_what_was_not_collected_and_touches_nothing_else(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let withdrawn = recorded(&centre, a_consent()).await;
        let kept = recorded(&centre, a_consent()).await;
        let first = released(&centre, a_draft(withdrawn.record_id)).await;
        let second = released(&centre, a_draft(withdrawn.record_id)).await;
        let untouched = released(&centre, a_draft(kept.record_id)).await;
        let elsewhere = recorded(&app.centre_b(), a_consent()).await;
        let of_another_centre = released(&app.centre_b(), a_draft(elsewhere.record_id)).await;

        let withdrawal = centre.withdraw_consent(withdrawn.record_id).await.unwrap();
        assert_eq!(withdrawal.status, ConsentStatus::Withdrawn);
        assert_eq!((withdrawal.sealed_disclosures, withdrawal.withdrawal_notices), (2, 0));

        for gone in [first.id, second.id] {
            assert!(!app.inspect().holds_content_of(gone).await, "the content is still stored");
            let seen = followed(&centre, gone).await;
            assert_eq!((seen.state, seen.seal_reason), (DisclosureState::Sealed, Some(SealReason::Withdrawn)));
        }
        assert_eq!(inbox_of(&office).await, [untouched.id, of_another_centre.id]);
        for alive in [untouched.id, of_another_centre.id] {
            assert_eq!(collected(&office, alive).await.items.len(), 1);
        }
        assert_eq!(centre.get_consent(kept.record_id).await.unwrap().status, ConsentStatus::Given);
    }

    async fn an_office_can_not_tell_a_withdrawn_message_from_one_that_never_was(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        let disclosure = released(&centre, a_draft(consent.record_id)).await;
        centre.withdraw_consent(consent.record_id).await.unwrap();

        for request in ["", "/collection", "/acknowledgement"] {
            let ask = async |id| {
                let path = format!("/v1/disclosures/{id}{request}");
                let raw = if request.is_empty() { Raw::get(path) } else { Raw::post(path) };
                raw.send(&office).await
            };
            let (withdrawn, missing) = (ask(disclosure.id).await, ask(NOBODYS).await);
            assert_indistinguishable(&format!("…{request}"), &withdrawn, &missing);
            let _ = withdrawn.expect_problem(ProblemType::NotFound);
        }
        assert!(office.list_withdrawal_notices(false, &PageQuery::default()).await.unwrap().items.is_empty());
    }

    async fn a_withdrawn_consent_allows_nothing_and_can_not_be_revised(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent()).await;
        centre.withdraw_consent(consent.record_id).await.unwrap();

        let refused = centre.release_disclosure(&a_draft(consent.record_id).build(), None).await;
        let problem = refused.expect_problem(ProblemType::DisclosureRefused);
        assert_eq!(reasons(&problem), [(RefusalReason::Withdrawn, None)]);
        assert_eq!(problem.passing_items, Some(Vec::new()));

        let now = centre.get_consent(consent.record_id).await.unwrap();
        let revision = centre.revise_consent(consent.record_id, &now.etag, &a_consent().revise(), None).await;
        let _ = revision.expect_problem(ProblemType::Conflict);
    }

    async fn a_withdrawal_is_never_refused_in_whatever_state_the_consent_is(app: TestApp) {
        let centre = app.centre_a();
        let given = recorded(&centre, a_consent()).await;
        let refused = recorded(&centre, a_consent().decision(Decision::Refused)).await;
        let not_asked = recorded(&centre, a_consent().decision(Decision::NotAsked)).await;
        let not_yet = recorded(&centre, a_consent().valid_from("2027-01-01T00:00:00+01:00")).await;
        let over = recorded(&centre, a_consent().valid_until("2026-11-24T00:00:00+01:00")).await;
        assert_eq!(over.status, ConsentStatus::Expired);

        for consent in [given, refused, not_asked, not_yet, over] {
            let first = centre.withdraw_consent(consent.record_id).await.unwrap();
            assert_eq!(first.status, ConsentStatus::Withdrawn);
            let again = centre.withdraw_consent(consent.record_id).await.unwrap();
            assert_eq!(again, first, "withdrawing again changes nothing and answers the same");
        }
    }

    async fn a_withdrawal_needs_no_body_no_key_and_no_tag(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent()).await;
        let withdrawal = format!("/v1/consents/{}/withdrawal", consent.record_id);
        let bare = Raw::post(&withdrawal).without("idempotency-key");
        let _ = bare.send(&centre).await.expect_status(200);
        let overloaded = Raw::post(&withdrawal).header("if-match", "\"7\"").body("not even JSON");
        let _ = overloaded.send(&centre).await.expect_status(200);
    }
}
