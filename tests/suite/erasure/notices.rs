//! What an office told a centre about a person goes with her case; what it told several centres stays.

use freigabe_domain::{
    erasure::ErasureTarget,
    exchange::{CollectionDesk as _, SecurityInboxDesk as _, SecurityNoticeDesk as _},
    known_person::KnownFrom,
    security_notice::{NewAudience, PublicSubject, SecurityNoticeKind},
    store::PageRequest,
};
use freigabe_testkit::{TestStore, on_both_databases};

use super::{close, erase, settle};
use crate::storage::security_notices::a_notice;

on_both_databases! {
    async fn notices_about_a_person_are_erased_with_her_case(test: TestStore) {
        let (application, office) = (&test.application, test.office());
        let consent = test.consent(1).await.head;
        let message = test.release(consent.id).await;
        let collected = application.collect_disclosure(office, &test.request(office), message).await;
        assert!(collected.unwrap().content().is_some());
        let about_her = NewAudience::Person(KnownFrom::Disclosure(message));
        let to_all = NewAudience::All { subject: PublicSubject::Counsellors };
        for (kind, audience) in [(SecurityNoticeKind::ThreatPerson, about_her), (SecurityNoticeKind::ThreatCounsellor, to_all)] {
            let issued = application.issue_security_notice(office, &test.request(office), a_notice(kind, audience)).await;
            let _ = issued.unwrap();
        }
        let listed = application.security_inbox(test.centre(), PageRequest { after: None, limit: 10 }).await;
        assert_eq!(listed.unwrap().items.len(), 2);
        close(&test, consent.id).await;
        settle(&test.application).await;

        let gone = erase(&test.eraser().await, ErasureTarget::Case(consent.case)).await;
        // Recorded, released, collected, issued, delivered, withdrawn, answered.
        assert_eq!(gone, 7);
        assert_eq!(test.number("SELECT count(*) FROM security_notices").await, 1);
        assert_eq!(test.number("SELECT count(*) FROM security_notice_deliveries WHERE case_id IS NOT NULL").await, 0);
        assert_eq!(test.number("SELECT count(*) FROM security_notices WHERE audience = 'all'").await, 1);
        let issued = "SELECT count(*) FROM requests WHERE resource IN (SELECT id FROM security_notices)";
        assert_eq!(test.number(issued).await, 1, "the request of the other one");
    }
}
