//! One item that is not covered among three that are sent: all or nothing, and every reason is named.

use freigabe_client::{AuditFilter, PageQuery};
use freigabe_contract::{
    ProblemType,
    consent::Exclusion,
    disclosure::Needed,
    vocabulary::{Category, ExpressScope, Handling, Operation, Purpose, RefusalReason},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, a_consent, a_draft, an_item, draft::ItemBuilder, expect::reasons,
    network::KB_HAMBURG, on_both_databases,
};

use crate::support::{
    collected, inbox_of, recorded,
    trail::{field, steps, trail_of_consent},
};

on_both_databases! {
    async fn one_uncovered_item_refuses_the_whole_message_and_the_narrowed_draft_passes(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        let items = [Category::Vehicle, Category::PhoneNumber, Category::TravelRoute].map(an_item);
        let draft = a_draft(consent.record_id).items(items.clone()).build();
        let before = app.inspect().rows().await;

        let refused = centre.release_disclosure(&draft, None).await;
        let problem = refused.expect_problem(ProblemType::DisclosureRefused);
        assert_eq!(reasons(&problem), [(RefusalReason::CategoryNotCovered, Some(1))]);
        let refusal = &problem.refusals[0];
        assert_eq!((refusal.consent_id, refusal.consent_revision), (consent.record_id, Some(1)));
        assert_eq!(refusal.needed, Needed::Category { category: Category::PhoneNumber });
        assert_eq!(problem.passing_items, Some(vec![0, 2]));

        assert_eq!(app.inspect().rows().await, before, "nothing is stored but the refusal in the log");
        assert!(inbox_of(&office).await.is_empty());
        assert!(centre.list_disclosures(&PageQuery::default()).await.unwrap().items.is_empty());

        app.advance(crate::support::A_MINUTE);
        let check = centre.check_disclosure(&draft).await.unwrap();
        assert!(!check.authorized);
        assert_eq!((&check.refusals, &check.passing_items), (&problem.refusals, &vec![0, 2]), "the check says the same");

        app.advance(crate::support::A_MINUTE);
        let narrowed = draft.narrowed_to(&check.passing_items).expect("a smaller draft");
        let narrowed = centre.release_disclosure(&narrowed, None).await.unwrap();
        let [vehicle, _, route] = items.map(ItemBuilder::build);
        assert_eq!(collected(&office, narrowed.id).await.items, [vehicle, route]);

        let log = trail_of_consent(&app.auditor(), consent.record_id).await;
        let expected = [
            (Operation::ConsentRecorded, "done"),
            (Operation::DisclosureReleased, "refused"),
            (Operation::DisclosureChecked, "refused"),
            (Operation::DisclosureReleased, "done"),
            (Operation::DisclosureCollected, "done"),
        ];
        let expected = expected.map(|(operation, outcome)| (operation.to_string(), outcome.to_owned()));
        assert_eq!(steps(&log), expected);
        assert_eq!(field(&log[1], "/refusal_reasons"), Some(&serde_json::json!(["CATEGORY_NOT_COVERED"])));
        assert_eq!(field(&log[1], "/categories"), Some(&serde_json::json!(["vehicle", "phone_number", "travel_route"])));
    }

    async fn every_reason_against_every_item_is_told_at_once(app: TestApp) {
        let centre = app.centre_a();
        let no_routes = Exclusion { category: Some(Category::TravelRoute), ..Exclusion::default() };
        let consent = recorded(&centre, a_consent().excluding(no_routes)).await;
        let draft = a_draft(consent.record_id).items([
            an_item(Category::TravelRoute),
            an_item(Category::Vehicle).touching(ExpressScope::Health).touching(ExpressScope::Identity),
            an_item(Category::Vehicle).handling(Handling::H0),
            an_item(Category::Vehicle),
        ]);
        let refused = centre.release_disclosure(&draft.build(), None).await;
        let problem = refused.expect_problem(ProblemType::DisclosureRefused);
        let mut told = reasons(&problem);
        told.sort_unstable();
        let mut expected = [
            (RefusalReason::Excluded, Some(0)),
            (RefusalReason::ExpressScopeMissing, Some(1)),
            (RefusalReason::ExpressScopeMissing, Some(1)),
            (RefusalReason::HandlingNotCovered, Some(2)),
        ];
        expected.sort_unstable();
        assert_eq!(told, expected);
        assert_eq!(problem.passing_items, Some(vec![3]));
        let needed: Vec<&Needed> = problem.refusals.iter().map(|refusal| &refusal.needed).collect();
        assert!(needed.contains(&&Needed::ExclusionLifted { exclusion: 0 }));
        assert!(needed.contains(&&Needed::ExpressScope { express_scope: ExpressScope::Health }));
        assert!(needed.contains(&&Needed::ExpressScope { express_scope: ExpressScope::Identity }));
        assert!(needed.contains(&&Needed::Handling { handling: Handling::H1 }));
    }

    async fn a_purpose_that_the_person_did_not_allow_is_refused_for_every_item(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent()).await;
        let draft = a_draft(consent.record_id)
            .purpose(Purpose::DangerPrevention)
            .items([an_item(Category::Vehicle), an_item(Category::TravelRoute)]);
        let refused = centre.release_disclosure(&draft.build(), None).await;
        let problem = refused.expect_problem(ProblemType::DisclosureRefused);
        let expected = [0, 1].map(|item| (RefusalReason::PurposeNotCovered, Some(item)));
        assert_eq!(reasons(&problem), expected);
    }

    async fn what_is_missing_in_the_consent_itself_is_told_completely(app: TestApp) {
        let centre = app.centre_a();
        let bare = a_consent().with(|terms| {
            terms.data_protection_consent = None;
            terms.confidentiality_release = None;
            terms.notice.police_cannot_undo = false;
            terms.evidence = None;
            terms.conversation.language = freigabe_contract::vocabulary::Language::Romanian;
            terms.conversation.mediation = freigabe_contract::consent::Mediation::NotRecorded {};
        });
        let consent = recorded(&centre, bare).await;
        let refused = centre.release_disclosure(&a_draft(consent.record_id).build(), None).await;
        let problem = refused.expect_problem(ProblemType::DisclosureRefused);
        let mut told = reasons(&problem);
        told.sort_unstable();
        let mut expected = [
            (RefusalReason::DataProtectionConsentMissing, None),
            (RefusalReason::ConfidentialityReleaseMissing, None),
            (RefusalReason::NoticeIncomplete, None),
            (RefusalReason::InterpreterRequired, None),
            (RefusalReason::EvidenceMissing, None),
        ];
        expected.sort_unstable();
        assert_eq!(told, expected);
        let filter = AuditFilter { refusal_reason: Some(RefusalReason::EvidenceMissing), ..AuditFilter::default() };
        let found = app.auditor().query_audit_events(&filter, &PageQuery::default()).await.unwrap();
        assert_eq!(found.items.len(), 1);
    }
}
