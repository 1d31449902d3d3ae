//! Validity is judged by the database's clock, after the consent's row is held.

use freigabe_domain::{
    Error,
    consent::{ConsentStatus, Decision, NewConsent},
    exchange::{
        CollectionDesk as _, ConsentDesk as _, REQUESTS_ARE_REMEMBERED, ReleaseDesk as _,
        UpkeepDesk as _,
    },
    ids::ConsentId,
    store::PageRequest,
};
use freigabe_testkit::{
    Backend, TestStore, on_both_databases,
    store::{as_given, good_draft, good_terms, references},
};
use sea_orm::{ConnectionTrait as _, TransactionTrait as _};
use time::Duration;

const PAGE: PageRequest = PageRequest {
    after: None,
    limit: 10,
};

on_both_databases! {
    async fn marking_expired_consents_seals_what_they_still_hold(test: TestStore) {
        let consent = consent_for(&test, Duration::hours(1)).await;
        test.release(consent).await;
        assert_eq!(test.application.mark_expired_consents().await.unwrap(), 0, "not yet");
        test.advance(Duration::hours(2));
        let inbox = test.application.inbox(test.office(), PAGE).await.unwrap();
        assert!(inbox.items.is_empty(), "expired is expired before anybody marks it");
        assert_eq!(test.application.mark_expired_consents().await.unwrap(), 1);
        assert_eq!(test.application.mark_expired_consents().await.unwrap(), 0, "once");
        let view = test.application.consent(test.centre(), consent).await.unwrap();
        assert_eq!(view.head.status, ConsentStatus::Expired);
        assert_eq!(test.number("SELECT count(*) FROM contents").await, 0);
        assert_eq!(test.number("SELECT count(*) FROM disclosures WHERE seal_reason = 'expired'").await, 1);
        assert_eq!(test.number("SELECT count(*) FROM events WHERE operation = 'consent_expired'").await, 1);
    }

    async fn requests_are_forgotten_by_their_age(test: TestStore) {
        test.consent(1).await;
        test.advance(REQUESTS_ARE_REMEMBERED - Duration::minutes(1));
        test.consent(2).await;
        assert_eq!(test.application.forget_old_requests().await.unwrap(), 0);
        test.advance(Duration::hours(1));
        assert_eq!(test.application.forget_old_requests().await.unwrap(), 1);
        assert_eq!(test.number("SELECT count(*) FROM requests").await, 1);
    }

    async fn a_collection_after_the_end_seals_and_is_withheld(test: TestStore) {
        let consent = consent_for(&test, Duration::hours(1)).await;
        let id = test.release(consent).await;
        test.advance(Duration::hours(1));
        let request = test.request(test.office());
        let outcome = test.application.collect_disclosure(test.office(), &request, id).await;
        assert!(matches!(outcome, Err(Error::Withheld)), "{outcome:?}");
        assert_eq!(test.number("SELECT count(*) FROM contents").await, 0);
        test.advance(Duration::hours(-1));
        let outcome = test.application.collect_disclosure(test.office(), &test.request(test.office()), id).await;
        assert!(matches!(outcome, Err(Error::NotFound)), "sealed for good, even if the clock goes back: {outcome:?}");
    }

    async fn who_waited_for_the_row_is_judged_by_the_time_after_the_wait(test: TestStore) {
        let consent = consent_for(&test, Duration::hours(1)).await;
        let id = test.release(consent).await;
        // Somebody else holds the consent's row (PostgreSQL) or the write lock (SQLite) while the consent expires.
        let connection = test.connection().await;
        let blocker = connection.begin().await.unwrap();
        let hold = match test.backend {
            Backend::Sqlite => "UPDATE consents SET revision = revision",
            Backend::Postgres => "SELECT 1 FROM consents FOR UPDATE",
        };
        blocker.execute_unprepared(hold).await.unwrap();
        let request = test.request(test.office());
        let collection = test.application.collect_disclosure(test.office(), &request, id);
        let expiring = async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            test.advance(Duration::hours(1));
            blocker.rollback().await.unwrap();
        };
        let (outcome, ()) = tokio::join!(collection, expiring);
        assert!(matches!(outcome, Err(Error::Withheld)), "{outcome:?}");
    }

    async fn what_was_collected_and_not_acknowledged_is_forgotten_at_the_end(test: TestStore) {
        let consent = consent_for(&test, Duration::hours(1)).await;
        let id = test.release(consent).await;
        let _ = test.application.collect_disclosure(test.office(), &test.request(test.office()), id).await.unwrap();
        assert_eq!(test.number("SELECT count(*) FROM contents").await, 1);
        test.advance(Duration::hours(2));
        assert_eq!(test.application.mark_expired_consents().await.unwrap(), 1);
        assert_eq!(test.number("SELECT count(*) FROM contents").await, 0);
        assert_eq!(test.number("SELECT count(*) FROM withdrawal_notices").await, 0, "nobody withdrew anything");
    }

    async fn what_expired_since_it_was_read_is_another_version(test: TestStore) {
        let consent = consent_for(&test, Duration::hours(1)).await;
        test.advance(Duration::hours(2));
        let decision = || Decision::Given(Box::new(good_terms()));
        let request = test.request(test.centre());
        let stale = test.application.revise_consent(test.centre(), &request, consent, as_given(1), decision()).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        let read = test.application.consent(test.centre(), consent).await.unwrap();
        let seen = Some(read.head.version_at(read.read_at));
        let request = test.request(test.centre());
        test.application.revise_consent(test.centre(), &request, consent, seen, decision()).await.unwrap();
    }

    async fn a_release_before_the_beginning_is_refused(test: TestStore) {
        let consent = consent_for(&test, Duration::hours(1)).await;
        test.advance(Duration::hours(-3));
        let request = test.request(test.centre());
        let outcome = test.application.release_disclosure(test.centre(), &request, good_draft(consent)).await;
        let Err(Error::Refused(refusals)) = outcome else { panic!("{outcome:?}") };
        assert_eq!(refusals.reasons[0].reason.code(), "NOT_YET_VALID");
    }
}

/// A consent that is valid for so long from a little before the database's present.
async fn consent_for(test: &TestStore, long: Duration) -> ConsentId {
    let now = test.consent(900).await.read_at;
    let mut terms = good_terms();
    terms.valid_from = now.plus(Duration::hours(-1));
    terms.valid_until = now.plus(long);
    let decision = Decision::Given(Box::new(terms));
    let new = NewConsent {
        references: references(901),
        decision,
    };
    test.application
        .record_consent(test.centre(), &test.request(test.centre()), new)
        .await
        .unwrap()
        .head
        .id
}
