//! Each kind is told where it suits, and read as what it is about.

use freigabe_contract::{
    ProblemType, examples, known_person::KnownBy, security_notice::ToldSubject,
    vocabulary::SecurityNoticeKind,
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, expect::pointers, network::KB_HAMBURG, on_both_databases,
};
use serde_json::{Value, json};

use super::{about, inbox, issued, known, somebody};
use crate::support::{A_MINUTE, directory::entry_of};

/// To the one centre, about what concerns itself.
fn to_centre(kind: &str, subject: Value) -> Value {
    let mut notice = examples::issue_security_notice();
    notice["kind"] = json!(kind);
    notice["audience"] = json!({ "type": "centre", "subject": subject });
    notice
}

on_both_databases! {
    async fn one_centre_is_told_of_its_counsellors_and_no_other_learns_of_it(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let entry = entry_of(&app.centre_b()).await;
        let subject = json!({ "type": "counsellors", "centre_id": entry });
        let told = issued(&office, to_centre("threat_counsellor", subject)).await;
        let [delivery] = told.deliveries.try_into().expect("one centre");
        assert_eq!(delivery.organisation_id, app.network().participant(freigabe_testkit::network::CENTRE_B).organisation);
        let [listed] = inbox(&app.centre_b()).await.try_into().expect("one notice");
        assert_eq!((listed.id, listed.kind), (told.id, SecurityNoticeKind::ThreatCounsellor));
        let read = somebody(&app.centre_b()).read_security_notice(told.id, None).await.unwrap();
        assert_eq!((read.subject, read.laender), (ToldSubject::Counsellors {}, Vec::new()));
        assert!(read.assessment.is_some());
        for other in [app.centre_a(), app.centre_c()] {
            assert!(inbox(&other).await.is_empty());
            somebody(&other).read_security_notice(told.id, None).await.expect_problem(ProblemType::NotFound);
        }
    }

    async fn whatever_concerns_a_person_or_her_family_is_told_to_her_centre(app: TestApp) {
        let (office, centre) = (app.office(KB_HAMBURG), somebody(&app.centre_a()));
        let (disclosure, case) = known(&app).await;
        let from = || json!({ "type": "disclosure", "disclosure_id": disclosure });
        let known_by = || KnownBy::Disclosure { disclosure_id: disclosure, case_id: case };
        let person = || ToldSubject::Person { known_by: known_by() };
        let family = || ToldSubject::Family { known_by: known_by() };
        let mut expected = Vec::new();
        for (kind, name, subject, told) in [
            (SecurityNoticeKind::ThreatPerson, "threat_person", "person", person()),
            (SecurityNoticeKind::ThreatFamily, "threat_family", "family", family()),
            (SecurityNoticeKind::SuspectReleased, "suspect_released", "person", person()),
            (SecurityNoticeKind::SuspectReleased, "suspect_released", "family", family()),
            (SecurityNoticeKind::ProtectionChanged, "protection_changed", "person", person()),
            (SecurityNoticeKind::ContactOfficerChanged, "contact_officer_changed", "person", person()),
            (SecurityNoticeKind::Handover, "handover", "person", person()),
        ] {
            let notice = issued(&office, about(name, subject, from())).await;
            assert_eq!((notice.kind, notice.counts.addressed), (kind, 1));
            let read = centre.read_security_notice(notice.id, None).await.unwrap();
            assert_eq!((read.notice.kind, read.subject), (kind, told), "{name}");
            expected.insert(0, (notice.id, kind));
            app.advance(A_MINUTE);
        }
        let listed: Vec<_> = inbox(&app.centre_a()).await.iter().map(|one| (one.id, one.kind)).collect();
        assert_eq!(listed, expected);
        for other in [app.centre_b(), app.centre_c()] {
            assert!(inbox(&other).await.is_empty());
        }
        for (name, subject) in [("threat_person", "family"), ("threat_family", "person"), ("handover", "family"), ("threat_counsellor", "person")] {
            let unsuited = serde_json::from_value(about(name, subject, from())).unwrap();
            let refused = office.issue_security_notice(&unsuited, None).await.expect_problem(ProblemType::InvalidBody);
            assert_eq!(pointers(&refused), ["/audience"], "{name} about a {subject}");
        }
    }

    async fn what_concerns_no_person_alone_is_told_to_several(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        for kind in ["protection_changed", "contact_officer_changed"] {
            let mut notice = examples::issue_security_broadcast();
            notice["kind"] = json!(kind);
            notice["audience"]["subject"] = json!({ "type": "centres" });
            let told = issued(&office, notice).await;
            assert_eq!(told.counts.addressed, 3, "{kind}");
            let read = somebody(&app.centre_c()).read_security_notice(told.id, None).await.unwrap();
            assert_eq!(read.subject, ToldSubject::Centres {}, "{kind}");
        }
    }
}
