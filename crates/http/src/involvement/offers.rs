//! What a centre does, and what the coordination sees.

use actix_web::{get, post, web};
use freigabe_contract::{
    involvement::{AnswerOffer, InvolvementOffer, InvolvementOfferPage, UnansweredOfferPage},
    query::PageQuery,
};
use freigabe_domain::ids::InvolvementOfferId;

use crate::{
    access::{Centre, Coordination},
    convert::involvement as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Listing},
    reply::Reply,
    state::HttpState,
};

/// List what the centre was asked
///
/// Newest first.
#[utoipa::path(
    operation_id = "listInvolvementOffers",
    tag = "involvements",
    params(PageQuery),
    responses((status = 200, description = "A page.", body = InvolvementOfferPage))
)]
#[get("/v1/involvement-offers")]
pub(super) async fn list_involvement_offers(
    Centre(caller): Centre,
    asked: Asked<Listing>,
    state: web::Data<HttpState>,
) -> Result<Reply<InvolvementOfferPage>, ApiError> {
    let found = state.exchange.offers(&caller, asked.query.0).await?;
    let items = found.items.iter().map(convert::offer).collect();
    Ok(asked.page(items, found.next))
}

/// Read what the centre was asked
#[utoipa::path(
    operation_id = "getInvolvementOffer",
    tag = "involvements",
    description = "Which help is needed, by which office, and how the centre and the person find each other once that is agreed.",
    params(("offer_id" = uuid::Uuid, Path, description = "The offer's `id`.")),
    responses((status = 200, description = "The offer.", body = InvolvementOffer))
)]
#[get("/v1/involvement-offers/{offer_id}")]
pub(super) async fn get_involvement_offer(
    Centre(caller): Centre,
    Id(id): Id<InvolvementOfferId>,
    state: web::Data<HttpState>,
) -> Result<Reply<InvolvementOffer>, ApiError> {
    let found = state.exchange.offer(&caller, id).await?;
    Ok(Reply::ok(convert::offer(&found)))
}

/// Answer whether the centre helps
///
/// The first centre that accepts helps; the others are then no longer needed. Whoever accepted can still answer `unavailable`, and the
/// others may answer again. Nothing follows from a refusal but that others are asked.
#[utoipa::path(
    operation_id = "answerInvolvementOffer",
    tag = "involvements",
    params(("offer_id" = uuid::Uuid, Path, description = "The offer's `id`.")),
    request_body = AnswerOffer,
    responses((status = 200, description = "It is answered.", body = InvolvementOffer))
)]
#[post("/v1/involvement-offers/{offer_id}/answer")]
pub(super) async fn answer_involvement_offer(
    Centre(caller): Centre,
    Id(id): Id<InvolvementOfferId>,
    key: Key,
    body: Body<AnswerOffer>,
    state: web::Data<HttpState>,
) -> Result<Reply<InvolvementOffer>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let answer = convert::offer_answer(body.value)?;
    let answered = state
        .exchange
        .answer_offer(&caller, &request, id, answer)
        .await?;
    Ok(Reply::ok(convert::offer(&answered)).receipt(state.receipt(&answered)))
}

/// List what nobody has answered in time
///
/// Offers that still wait although their deadline is over, the oldest first: the coordination finds somebody who helps. It sees who asked
/// whom and when, and nothing of the case.
#[utoipa::path(
    operation_id = "listUnansweredOffers",
    tag = "involvements",
    params(PageQuery),
    responses((status = 200, description = "A page.", body = UnansweredOfferPage))
)]
#[get("/v1/unanswered-offers")]
pub(super) async fn list_unanswered_offers(
    Coordination(caller): Coordination,
    asked: Asked<Listing>,
    state: web::Data<HttpState>,
) -> Result<Reply<UnansweredOfferPage>, ApiError> {
    let found = state
        .exchange
        .unanswered_offers(&caller, asked.query.0)
        .await?;
    let items = found.items.iter().filter_map(convert::unanswered).collect();
    Ok(asked.page(items, found.next))
}
