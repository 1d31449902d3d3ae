//! A consent is signed on forms that are known, in a language in which they exist.

use freigabe_contract::{
    ProblemType,
    vocabulary::{FormKind, Language},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, a_consent, expect::pointers, forms::FORM_VERSION,
    on_both_databases,
};

use crate::support::{recorded, trail::trail_of};

on_both_databases! {
    async fn everybody_who_takes_part_sees_the_known_forms(app: TestApp) {
        for client in [app.centre_a(), app.auditor(), app.coordination()] {
            let known = client.list_consent_forms().await.unwrap().items;
            assert_eq!(known.len(), FormKind::ALL.len() * Language::ALL.len());
            assert!(known.iter().all(|form| form.version.as_str() == FORM_VERSION));
        }
    }

    async fn a_version_that_is_not_known_is_refused_with_its_place_and_nothing_is_written(app: TestApp) {
        let centre = app.centre_a();
        let before = app.inspect().rows().await;
        let consent = a_consent().with(|terms| {
            terms.data_protection_consent.as_mut().unwrap().form_version = "2019-7".into();
            terms.confidentiality_release.as_mut().unwrap().form_version = "2019-8".into();
        });
        let problem = centre.record_consent(&consent.record(), None).await.expect_problem(ProblemType::InvalidBody);
        assert_eq!(pointers(&problem), [
            "/terms/confidentiality_release/form_version",
            "/terms/data_protection_consent/form_version",
        ]);
        let detail = &problem.errors[0].detail;
        assert!(detail.contains(FORM_VERSION), "the known version is named: {detail}");
        assert!(!detail.contains("2019-7"), "what was sent is not repeated: {detail}");
        assert_eq!(app.inspect().rows().await, before);

        let good = recorded(&centre, a_consent()).await;
        let revised = a_consent().with(|terms| {
            terms.confidentiality_release.as_mut().unwrap().form_version = "2019-8".into();
        });
        let problem = centre.revise_consent(good.record_id, &good.etag, &revised.revise(), None).await;
        let problem = problem.expect_problem(ProblemType::InvalidBody);
        assert_eq!(pointers(&problem), ["/terms/confidentiality_release/form_version"]);
    }

    async fn what_was_signed_lies_in_the_past(app: TestApp) {
        let consent = a_consent().with(|terms| {
            terms.data_protection_consent.as_mut().unwrap().signed_at = freigabe_testkit::consent::at("2026-11-24T09:06:00Z");
        });
        let refused = app.centre_a().record_consent(&consent.clone().record(), None).await;
        assert_eq!(pointers(&refused.expect_problem(ProblemType::InvalidBody)), ["/terms/data_protection_consent/signed_at"]);
        app.set_database_time("2026-11-24T09:06:00Z");
        recorded(&app.centre_a(), consent).await;
    }

    async fn the_log_says_which_forms_were_added(app: TestApp) {
        use freigabe_contract::vocabulary::Operation::ConsentFormAdded;
        let added = trail_of(&app.auditor(), ConsentFormAdded).await;
        assert_eq!(added.len(), FormKind::ALL.len() * Language::ALL.len());
    }
}
