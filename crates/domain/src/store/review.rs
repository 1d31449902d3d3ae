//! Reviews of the agreement.
#![expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]

use super::{Page, PageRequest, StoreError};
use crate::{
    gathering::Side,
    ids::{ReviewId, ReviewMeasureId},
    instant::Instant,
    review::{Assessment, FigureSet, Measure, ReleaseRefusal, Review, ReviewFacts},
};

/// Reviews (agreement, point 11). Partners and the coordination read all of them; both sides write; the upkeep counts.
pub trait ReviewStore<'tx> {
    /// Stores a review that is due or open, without what it has of others.
    ///
    /// # Errors
    /// When the store fails, or another has its number.
    async fn insert_review(&mut self, review: &Review) -> Result<(), StoreError>;

    /// The latest review.
    ///
    /// # Errors
    /// When the store fails.
    async fn latest_review(&mut self) -> Result<Option<Review>, StoreError>;

    /// A review, with its assessments and measures.
    ///
    /// # Errors
    /// When the store fails.
    async fn review(&mut self, id: ReviewId) -> Result<Option<Review>, StoreError>;

    /// The same, its row held alone. Not for centres.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_review(&mut self, id: ReviewId) -> Result<Option<Review>, StoreError>;

    /// All reviews, newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn reviews(&mut self, page: PageRequest) -> Result<Page<Review>, StoreError>;

    /// Opens a review that is due, with its figures; the row is held.
    ///
    /// # Errors
    /// When the store fails, or it was opened before.
    async fn open_review(
        &mut self,
        id: ReviewId,
        at: Instant,
        threshold: u64,
        figures: &FigureSet,
    ) -> Result<(), StoreError>;

    /// A side says that a review is over, which it has not said before; the row is held.
    ///
    /// # Errors
    /// When the store fails, or it was said before.
    async fn conclude_review(
        &mut self,
        id: ReviewId,
        side: Side,
        at: Instant,
    ) -> Result<(), StoreError>;

    /// A side's assessments, in the place of what it said about these points before; the row is held.
    ///
    /// # Errors
    /// When the store fails.
    async fn assess_review(
        &mut self,
        id: ReviewId,
        side: Side,
        assessments: &[Assessment],
        at: Instant,
    ) -> Result<(), StoreError>;

    /// Stores a measure.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_measure(&mut self, measure: &Measure) -> Result<(), StoreError>;

    /// The review in which a measure was proposed.
    ///
    /// # Errors
    /// When the store fails.
    async fn review_of_measure(
        &mut self,
        id: ReviewMeasureId,
    ) -> Result<Option<ReviewId>, StoreError>;

    /// The other side agrees to a measure, which it has not done before.
    ///
    /// # Errors
    /// When the store fails, or it was agreed before.
    async fn agree_measure(&mut self, id: ReviewMeasureId, at: Instant) -> Result<(), StoreError>;

    /// An agreed measure is done, and was not before.
    ///
    /// # Errors
    /// When the store fails, or it was done before.
    async fn complete_measure(
        &mut self,
        id: ReviewMeasureId,
        at: Instant,
    ) -> Result<(), StoreError>;

    /// The figures that a review opened with.
    ///
    /// # Errors
    /// When the store fails.
    async fn review_figures(&mut self, id: ReviewId) -> Result<Option<FigureSet>, StoreError>;

    /// What happened from `from` on and before `until`. Contact pairs count whose halves both were confirmed since `confirmed_since`.
    ///
    /// # Errors
    /// When the store fails.
    async fn review_facts(
        &mut self,
        from: Instant,
        until: Instant,
        confirmed_since: Instant,
    ) -> Result<ReviewFacts, StoreError>;

    /// Notes that a release was refused, for counting.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_release_refusal(&mut self, refusal: &ReleaseRefusal) -> Result<(), StoreError>;
}
