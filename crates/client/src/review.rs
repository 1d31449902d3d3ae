//! Reviews: partners ask for them and read them; both sides assess, agree on measures, and conclude.

use freigabe_contract::{
    query::PageQuery,
    review::{AssessReview, OpenReview, ProposeMeasure, Review, ReviewFigures, ReviewPage},
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `openReview`: asks for a review on occasion.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn open_review(
        &self,
        review: &OpenReview,
        idempotency_key: Option<&str>,
    ) -> Result<Review, Error> {
        Call::post("openReview", &["v1", "reviews"])
            .json(review)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listReviews`: all of them, newest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_reviews(&self, page: &PageQuery) -> Result<ReviewPage, Error> {
        Call::get("listReviews", &["v1", "reviews"])
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getReview`: one of them.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_review(&self, id: Uuid) -> Result<Review, Error> {
        let path = ["v1", "reviews", &id.to_string()];
        Call::get("getReview", &path).fetch(self).await
    }

    /// `getReviewFigures`: the figures that it opened with.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_review_figures(&self, id: Uuid) -> Result<ReviewFigures, Error> {
        let path = ["v1", "reviews", &id.to_string(), "figures"];
        Call::get("getReviewFigures", &path).fetch(self).await
    }

    /// `assessReview`: what the caller's side says about some points.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn assess_review(
        &self,
        id: Uuid,
        assessments: &AssessReview,
        idempotency_key: Option<&str>,
    ) -> Result<Review, Error> {
        let path = ["v1", "reviews", &id.to_string(), "assessments"];
        Call::post("assessReview", &path)
            .json(assessments)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `proposeMeasure`: the caller's side proposes a measure.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn propose_measure(
        &self,
        id: Uuid,
        measure: &ProposeMeasure,
        idempotency_key: Option<&str>,
    ) -> Result<Review, Error> {
        let path = ["v1", "reviews", &id.to_string(), "measures"];
        Call::post("proposeMeasure", &path)
            .json(measure)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `agreeMeasure`: the caller's side agrees to what the other proposed.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn agree_measure(
        &self,
        measure: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<Review, Error> {
        let path = ["v1", "review-measures", &measure.to_string(), "agreement"];
        Call::post("agreeMeasure", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `completeMeasure`: what the caller's side was to do is done.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn complete_measure(
        &self,
        measure: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<Review, Error> {
        let path = ["v1", "review-measures", &measure.to_string(), "completion"];
        Call::post("completeMeasure", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `concludeReview`: the caller's side says that it is over.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn conclude_review(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<Review, Error> {
        let path = ["v1", "reviews", &id.to_string(), "conclusion"];
        Call::post("concludeReview", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }
}
