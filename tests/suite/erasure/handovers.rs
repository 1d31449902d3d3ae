//! A handover goes with the case that it is about.

use freigabe_domain::{erasure::ErasureTarget, exchange::ReleaseDesk as _};
use freigabe_testkit::{TestStore, on_both_databases};

use super::{close, erase, searched, settle};
use crate::storage::handovers::{hand_over, to_prosecution};

on_both_databases! {
    async fn handovers_are_erased_with_their_case(test: TestStore) {
        let consent = test.consent(1).await.head;
        let message = test.release(consent.id).await;
        hand_over(&test, message, to_prosecution()).await.unwrap();
        let other = test.release(test.consent(2).await.head.id).await;
        hand_over(&test, other, to_prosecution()).await.unwrap();
        close(&test, consent.id).await;

        settle(&test.application).await;
        let gone = erase(&test.eraser().await, ErasureTarget::Case(consent.case)).await;
        // Recorded, released, handed over, withdrawn.
        assert_eq!(gone, 4);
        assert_eq!(test.number("SELECT count(*) FROM handovers").await, 1);
        let made = "SELECT count(*) FROM requests WHERE resource IN (SELECT id FROM handovers)";
        assert_eq!(test.number(made).await, 1, "the request of the other one");
    }

    async fn who_searched_for_the_person_by_the_former_offices_pseudonym_is_erased_too(test: TestStore) {
        let auditor = test.auditor().await;
        let consent = test.consent(1).await.head;
        let message = test.release(consent.id).await;
        let former = test.application.released_disclosure(test.centre(), message).await.unwrap().person_for_recipient;
        searched(&test, &auditor, consent.case, former.clone()).await;
        let moved = "UPDATE disclosures SET person_for_recipient = 'p-00000000000000000000000000000000'";
        assert_eq!(test.execute(moved).await.unwrap(), 1, "as a redirection leaves it");
        close(&test, consent.id).await;

        settle(&test.application).await;
        erase(&test.eraser().await, ErasureTarget::Case(consent.case)).await;
        let left = format!("SELECT count(*) FROM event_terms WHERE value = '{}'", former.as_str());
        assert_eq!(test.number(&left).await, 0);
    }
}
