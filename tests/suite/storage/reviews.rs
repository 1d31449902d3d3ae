//! What the database itself holds of reviews.

use freigabe_domain::{
    entropy::SequentialEntropy,
    exchange::ReviewDueDesk as _,
    gathering::Participant,
    ids::ReviewId,
    instant::Instant,
    review::{Review, ReviewReason, ReviewRules},
    store::{Mode, Scope, prelude::*, unit_of_work},
};
use freigabe_storage::SqlTx;
use freigabe_testkit::{TestStore, on_both_databases};

/// Whether a review with this number and beginning is taken.
async fn is_taken(test: &TestStore, change: impl Fn(&mut Review)) -> bool {
    let office = test.office().clone();
    let scope = Scope::from(&office);
    let entropy = SequentialEntropy::starting_at(7);
    let work = unit_of_work(
        &test.store,
        &scope,
        Mode::Write,
        async |tx: &mut SqlTx<'_>| {
            let latest = tx.latest_review().await?;
            let at = tx.now().await?;
            let id = ReviewId::fresh(at, &entropy)?;
            let asked_by = Some(Participant::Office(office.office().clone()));
            let (reason, rules) = (ReviewReason::NewNeeds, ReviewRules::default());
            let mut review = Review::next(latest.as_ref(), id, reason, asked_by, at, &rules);
            change(&mut review);
            tx.insert_review(&review).await?;
            Ok(())
        },
    );
    let taken: Result<(), freigabe_domain::Error> = work.await;
    taken.is_ok()
}

on_both_databases! {
    async fn periods_neither_overlap_nor_leave_anything_out(test: TestStore) {
        assert_eq!(test.application.open_due_review().await.unwrap(), 1);
        let second = Instant::from_unix_micros(1_000_000);
        assert!(!is_taken(&test, |review| {
            review.period_from = Instant::from_unix_micros(review.period_from.as_unix_micros() - 1);
        }).await);
        assert!(!is_taken(&test, |review| {
            review.period_from = Instant::from_unix_micros(review.period_from.as_unix_micros() + 1);
        }).await);
        assert!(!is_taken(&test, |review| review.number = 3).await);
        assert!(!is_taken(&test, |review| {
            review.number = 1;
            review.period_from = second;
        }).await);
        assert!(is_taken(&test, |_| ()).await);
    }
}
