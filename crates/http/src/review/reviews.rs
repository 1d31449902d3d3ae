//! Reviews: asking for one, reading, assessing, concluding.

use actix_web::{get, post, web};
use freigabe_contract::{
    query::PageQuery,
    review::{AssessReview, OpenReview, Review, ReviewFigures, ReviewPage},
};
use freigabe_domain::ids::ReviewId;

use crate::{
    access::{OfficeOrCoordination, PartnerOrCoordination},
    convert::review as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Listing},
    reply::Reply,
    state::HttpState,
};

/// Ask for a review
///
/// On occasion, by either side; reviews by date come by themselves. It is `due` until its figures are made, within minutes, and `open` then. Its
/// period is the time since the review before: periods never overlap. Not while another one is due or open.
#[utoipa::path(
    operation_id = "openReview",
    tag = "reviews",
    request_body = OpenReview,
    responses((status = 201, description = "It is due.", body = Review))
)]
#[post("/v1/reviews")]
pub(super) async fn open_review(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    key: Key,
    body: Body<OpenReview>,
    state: web::Data<HttpState>,
) -> Result<Reply<Review>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let reason = convert::reason(&body.value);
    let asked = state
        .exchange
        .ask_for_review(&caller, &request, reason)
        .await?;
    let location = format!("/v1/reviews/{}", asked.value.id);
    Ok(Reply::created(location, convert::review(&asked)).receipt(state.receipt(&asked)))
}

/// List reviews
#[utoipa::path(
    operation_id = "listReviews",
    tag = "reviews",
    description = "All of them, newest first.",
    params(PageQuery),
    responses((status = 200, description = "A page.", body = ReviewPage))
)]
#[get("/v1/reviews")]
pub(super) async fn list_reviews(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    asked: Asked<Listing>,
    state: web::Data<HttpState>,
) -> Result<Reply<ReviewPage>, ApiError> {
    let found = state.exchange.reviews(&caller, asked.query.0).await?;
    let items = found.items.iter().map(convert::review).collect();
    Ok(asked.page(items, found.next))
}

/// Read a review
#[utoipa::path(
    operation_id = "getReview",
    tag = "reviews",
    description = "What both sides said, and what they agreed to do: agreed measures of earlier reviews too, until they are done.",
    params(("review_id" = uuid::Uuid, Path, description = "The review's `id`.")),
    responses((status = 200, description = "The review.", body = Review))
)]
#[get("/v1/reviews/{review_id}")]
pub(super) async fn get_review(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<ReviewId>,
    state: web::Data<HttpState>,
) -> Result<Reply<Review>, ApiError> {
    let found = state.exchange.review(&caller, id).await?;
    Ok(Reply::ok(convert::review(&found)))
}

/// Read the figures of a review
///
/// By Direktion, and within it by the Land of the office's seat. Numbers above zero and below the threshold are withheld, and with them as many as
/// it takes that none of them follows from the others; the mark is the same. They are made once, when the review opens. No figure says how many
/// consents were asked for or given: there is no target for them.
#[utoipa::path(
    operation_id = "getReviewFigures",
    tag = "reviews",
    params(("review_id" = uuid::Uuid, Path, description = "The review's `id`.")),
    responses((status = 200, description = "The figures.", body = ReviewFigures))
)]
#[get("/v1/reviews/{review_id}/figures")]
pub(super) async fn get_review_figures(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<ReviewId>,
    state: web::Data<HttpState>,
) -> Result<Reply<ReviewFigures>, ApiError> {
    let (review, figures) = state.exchange.review_figures(&caller, id).await?;
    Ok(Reply::ok(convert::figures(&review, &figures)?))
}

/// Assess points of the agreement
///
/// How far the caller's side sees the aims of some points attained, in the place of what it said about them before. An office speaks for the
/// police, the coordination for the network. Until the side concludes the review.
#[utoipa::path(
    operation_id = "assessReview",
    tag = "reviews",
    params(("review_id" = uuid::Uuid, Path, description = "The review's `id`.")),
    request_body = AssessReview,
    responses((status = 200, description = "It is said.", body = Review))
)]
#[post("/v1/reviews/{review_id}/assessments")]
pub(super) async fn assess_review(
    OfficeOrCoordination(caller): OfficeOrCoordination,
    Id(id): Id<ReviewId>,
    key: Key,
    body: Body<AssessReview>,
    state: web::Data<HttpState>,
) -> Result<Reply<Review>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let assessments = convert::assessments(body.value)?;
    let said = state
        .exchange
        .assess_review(&caller, &request, id, assessments)
        .await?;
    Ok(Reply::ok(convert::review(&said)).receipt(state.receipt(&said)))
}

/// Conclude a review
///
/// The caller's side says that it is over; it has assessed every point before. Once both have, the review is `concluded`, or `adapted` if measures
/// were agreed in it.
#[utoipa::path(
    operation_id = "concludeReview",
    tag = "reviews",
    params(("review_id" = uuid::Uuid, Path, description = "The review's `id`.")),
    responses((status = 200, description = "It is concluded by the caller's side.", body = Review))
)]
#[post("/v1/reviews/{review_id}/conclusion")]
pub(super) async fn conclude_review(
    OfficeOrCoordination(caller): OfficeOrCoordination,
    Id(id): Id<ReviewId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<Review>, ApiError> {
    let request = key.without_body(&caller);
    let concluded = state
        .exchange
        .conclude_review(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::review(&concluded)).receipt(state.receipt(&concluded)))
}
