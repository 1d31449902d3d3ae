//! What events say about point 11: reviews.

use super::Event;
use crate::ids::ReviewId;

impl Event {
    /// About a review.
    #[must_use]
    pub const fn about_review(mut self, review: ReviewId) -> Self {
        self.review = Some(review);
        self
    }
}
