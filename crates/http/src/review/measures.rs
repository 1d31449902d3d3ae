//! What both sides agree to do after a review.

use actix_web::{post, web};
use freigabe_contract::review::{ProposeMeasure, Review};
use freigabe_domain::ids::{ReviewId, ReviewMeasureId};

use crate::{
    access::OfficeOrCoordination,
    convert::review as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    reply::Reply,
    state::HttpState,
};

/// Propose a measure
///
/// What one of the sides is to do, and until when. It binds once the other side agrees; until it is done, later reviews have it too.
#[utoipa::path(
    operation_id = "proposeMeasure",
    tag = "reviews",
    params(("review_id" = uuid::Uuid, Path, description = "The review's `id`.")),
    request_body = ProposeMeasure,
    responses((status = 200, description = "It is proposed.", body = Review))
)]
#[post("/v1/reviews/{review_id}/measures")]
pub(super) async fn propose_measure(
    OfficeOrCoordination(caller): OfficeOrCoordination,
    Id(id): Id<ReviewId>,
    key: Key,
    body: Body<ProposeMeasure>,
    state: web::Data<HttpState>,
) -> Result<Reply<Review>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let measure = convert::measure(body.value)?;
    let proposed = state
        .exchange
        .propose_measure(&caller, &request, id, measure)
        .await?;
    Ok(Reply::ok(convert::review(&proposed)).receipt(state.receipt(&proposed)))
}

/// Agree to a measure
#[utoipa::path(
    operation_id = "agreeMeasure",
    tag = "reviews",
    description = "The side that did not propose it agrees. The answer is the review in which it was proposed.",
    params(("review_measure_id" = uuid::Uuid, Path, description = "The measure's `id`.")),
    responses((status = 200, description = "It is agreed.", body = Review))
)]
#[post("/v1/review-measures/{review_measure_id}/agreement")]
pub(super) async fn agree_measure(
    OfficeOrCoordination(caller): OfficeOrCoordination,
    Id(id): Id<ReviewMeasureId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<Review>, ApiError> {
    let request = key.without_body(&caller);
    let agreed = state.exchange.agree_measure(&caller, &request, id).await?;
    Ok(Reply::ok(convert::review(&agreed)).receipt(state.receipt(&agreed)))
}

/// Complete a measure
#[utoipa::path(
    operation_id = "completeMeasure",
    tag = "reviews",
    description = "The side that does it says that it is done. The answer is the review in which it was proposed.",
    params(("review_measure_id" = uuid::Uuid, Path, description = "The measure's `id`.")),
    responses((status = 200, description = "It is done.", body = Review))
)]
#[post("/v1/review-measures/{review_measure_id}/completion")]
pub(super) async fn complete_measure(
    OfficeOrCoordination(caller): OfficeOrCoordination,
    Id(id): Id<ReviewMeasureId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<Review>, ApiError> {
    let request = key.without_body(&caller);
    let done = state
        .exchange
        .complete_measure(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::review(&done)).receipt(state.receipt(&done)))
}
