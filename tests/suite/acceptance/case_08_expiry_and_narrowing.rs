//! A consent that ends at midnight in Berlin, and one that is given again more narrowly.

use freigabe_client::PageQuery;
use freigabe_contract::{
    ProblemType,
    vocabulary::{
        Category, ConsentStatus, DisclosureState, NoticeCause, RefusalReason, RevisionState,
        SealReason,
    },
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, a_consent, a_draft, an_item, expect::reasons, network::KB_HAMBURG,
    on_both_databases,
};

use crate::support::{collected, followed, inbox_of, recorded, released, revised};

const MIDNIGHT: &str = "2027-01-01T00:00:00+01:00";
const ONE_SECOND_BEFORE: &str = "2026-12-31T23:59:59+01:00";

on_both_databases! {
    async fn a_consent_allows_until_the_last_second_and_nothing_at_midnight(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent().valid_until(MIDNIGHT)).await;
        let in_time = released(&centre, a_draft(consent.record_id)).await;
        let too_late = released(&centre, a_draft(consent.record_id)).await;
        assert_eq!(inbox_of(&office).await.len(), 2);

        app.set_database_time(ONE_SECOND_BEFORE);
        assert_eq!(collected(&office, in_time.id).await.items.len(), 1);

        app.set_database_time(MIDNIGHT);
        assert!(inbox_of(&office).await.is_empty(), "what can't be collected is not listed");
        let _ = office.get_disclosure(too_late.id).await.expect_problem(ProblemType::NotFound);
        let _ = office.collect_disclosure(too_late.id, None).await.expect_problem(ProblemType::NotFound);
        let _ = office.collect_disclosure(in_time.id, None).await.expect_problem(ProblemType::NotFound);
        let seen = followed(&centre, too_late.id).await;
        assert_eq!((seen.state, seen.seal_reason), (DisclosureState::Sealed, Some(SealReason::Expired)));
        assert!(!app.inspect().holds_content_of(too_late.id).await);
        assert_eq!(centre.get_consent(consent.record_id).await.unwrap().status, ConsentStatus::Expired);

        let refused = centre.release_disclosure(&a_draft(consent.record_id).build(), None).await;
        let problem = refused.expect_problem(ProblemType::DisclosureRefused);
        assert_eq!(reasons(&problem), [(RefusalReason::Expired, None)]);
    }

    async fn a_consent_allows_nothing_before_it_begins(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent().valid_from(MIDNIGHT)).await;
        let refused = centre.release_disclosure(&a_draft(consent.record_id).build(), None).await;
        let problem = refused.expect_problem(ProblemType::DisclosureRefused);
        assert_eq!(reasons(&problem), [(RefusalReason::NotYetValid, None)]);

        app.set_database_time(MIDNIGHT);
        let _ = released(&centre, a_draft(consent.record_id)).await;
    }

    async fn a_narrower_revision_seals_for_good_what_it_does_not_cover(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let wide = recorded(&centre, a_consent()).await;
        let route = released(&centre, a_draft(wide.record_id).category(Category::TravelRoute)).await;
        let both = a_draft(wide.record_id).items([an_item(Category::Vehicle), an_item(Category::TravelRoute)]);
        let both = released(&centre, both).await;
        let vehicle = released(&centre, a_draft(wide.record_id).category(Category::Vehicle)).await;

        let narrow = revised(&centre, &wide, a_consent().only_categories(&[Category::Vehicle])).await;
        let states: Vec<_> = narrow.revisions.iter().map(|revision| revision.state).collect();
        assert_eq!(states, [RevisionState::Superseded, RevisionState::Current]);
        for sealed in [route.id, both.id] {
            let seen = followed(&centre, sealed).await;
            assert_eq!((seen.state, seen.seal_reason), (DisclosureState::Sealed, Some(SealReason::Superseded)));
            assert!(!app.inspect().holds_content_of(sealed).await);
        }
        assert_eq!(inbox_of(&office).await, [vehicle.id]);

        let wide_again = revised(&centre, &narrow, a_consent()).await;
        assert_eq!(wide_again.revision, 3);
        for sealed in [route.id, both.id] {
            let _ = office.collect_disclosure(sealed, None).await.expect_problem(ProblemType::NotFound);
        }
        assert_eq!(collected(&office, vehicle.id).await.items.len(), 1);
        let anew = released(&centre, a_draft(wide.record_id).category(Category::TravelRoute)).await;
        assert_eq!(collected(&office, anew.id).await.items.len(), 1, "what is allowed again can be sent again");
    }

    async fn an_office_that_collected_what_is_no_longer_covered_is_told_and_gets_it_no_more(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let wide = recorded(&centre, a_consent()).await;
        let route = released(&centre, a_draft(wide.record_id).category(Category::TravelRoute)).await;
        let vehicle = released(&centre, a_draft(wide.record_id)).await;
        collected(&office, route.id).await;
        collected(&office, vehicle.id).await;

        let narrow = revised(&centre, &wide, a_consent().only_categories(&[Category::Vehicle])).await;
        let notices = office.list_withdrawal_notices(true, &PageQuery::default()).await.unwrap().items;
        let told: Vec<_> = notices.iter().map(|notice| (notice.disclosure_id, notice.cause)).collect();
        assert_eq!(told, [(route.id, NoticeCause::Narrowed)]);
        let _ = office.collect_disclosure(route.id, None).await.expect_problem(ProblemType::NotFound);
        assert!(!app.inspect().holds_content_of(route.id).await);
        collected(&office, vehicle.id).await;

        revised(&centre, &narrow, a_consent()).await;
        let _ = office.collect_disclosure(route.id, None).await.expect_problem(ProblemType::NotFound);
    }

    async fn a_draft_that_names_an_older_revision_is_refused(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent()).await;
        let consent = revised(&centre, &consent, a_consent()).await;
        let refused = centre.release_disclosure(&a_draft(consent.record_id).revision(1).build(), None).await;
        let problem = refused.expect_problem(ProblemType::DisclosureRefused);
        assert_eq!(reasons(&problem), [(RefusalReason::Superseded, None)]);
        let _ = released(&centre, a_draft(consent.record_id).revision(2)).await;
    }

    async fn what_lay_there_at_the_end_stays_sealed_whatever_is_allowed_afterwards(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let of_one_case = || a_consent().of("2026/FALL.9", "P-9");
        let first = recorded(&centre, of_one_case().valid_until(MIDNIGHT)).await;
        let revised_later = released(&centre, a_draft(first.record_id)).await;
        let second = recorded(&centre, of_one_case().valid_until(MIDNIGHT)).await;
        let replaced_later = released(&centre, a_draft(second.record_id)).await;

        app.set_database_time(MIDNIGHT);
        // Read again: what has expired is another version than what was recorded.
        let first = centre.get_consent(first.record_id).await.unwrap();
        let anew = revised(&centre, &first, of_one_case()).await;
        let narrower = recorded(&centre, of_one_case().only_categories(&[Category::Vehicle])).await;
        assert_eq!(narrower.case_id, second.case_id, "it is the same person's case");
        for held in [revised_later.id, replaced_later.id] {
            let _ = office.collect_disclosure(held, None).await.expect_problem(ProblemType::NotFound);
            assert_eq!(followed(&centre, held).await.seal_reason, Some(SealReason::Expired));
            assert!(!app.inspect().holds_content_of(held).await);
        }
        for alive in [anew.record_id, narrower.record_id] {
            let sent = released(&centre, a_draft(alive)).await;
            assert_eq!(collected(&office, sent.id).await.items.len(), 1);
        }
    }

    async fn a_new_and_narrower_record_after_a_withdrawal_brings_nothing_back(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let of_one_case = || a_consent().of("2026/FALL.10", "P-10");
        let before = recorded(&centre, of_one_case()).await;
        let held = released(&centre, a_draft(before.record_id)).await;
        centre.withdraw_consent(before.record_id).await.unwrap();

        let after = recorded(&centre, of_one_case().only_categories(&[Category::Vehicle])).await;
        let _ = office.collect_disclosure(held.id, None).await.expect_problem(ProblemType::NotFound);
        let _ = released(&centre, a_draft(after.record_id)).await;
        assert_eq!(followed(&centre, held.id).await.state, DisclosureState::Sealed);
    }
}
