//! General advisories.

use actix_web::{get, post, web};
use freigabe_contract::{
    advisory::{AdvisoryPage, GeneralAdvisory, PublishAdvisory},
    query::PageQuery,
};
use freigabe_domain::ids::AdvisoryId;

use crate::{
    access::PartnerOrCoordination,
    convert::training as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Listing},
    reply::Reply,
    state::HttpState,
};

/// Publish a general advisory
///
/// A development that others should know of, without any case: no field is about a person, and a text with a pseudonym is refused.
#[utoipa::path(
    operation_id = "publishAdvisory",
    tag = "trainings",
    request_body = PublishAdvisory,
    responses((status = 201, description = "It is published.", body = GeneralAdvisory))
)]
#[post("/v1/advisories")]
pub(super) async fn publish_advisory(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    key: Key,
    body: Body<PublishAdvisory>,
    state: web::Data<HttpState>,
) -> Result<Reply<GeneralAdvisory>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let new = convert::new_advisory(body.value)?;
    let published = state
        .exchange
        .publish_advisory(&caller, &request, new)
        .await?;
    let location = format!("/v1/advisories/{}", published.id);
    Ok(Reply::created(location, convert::advisory(&published)).receipt(state.receipt(&published)))
}

/// List general advisories
///
/// Those that nobody took back, newest first.
#[utoipa::path(
    operation_id = "listAdvisories",
    tag = "trainings",
    params(PageQuery),
    responses((status = 200, description = "A page.", body = AdvisoryPage))
)]
#[get("/v1/advisories")]
pub(super) async fn list_advisories(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    asked: Asked<Listing>,
    state: web::Data<HttpState>,
) -> Result<Reply<AdvisoryPage>, ApiError> {
    let found = state.exchange.advisories(&caller, asked.query.0).await?;
    let items = found.items.iter().map(convert::advisory).collect();
    Ok(asked.page(items, found.next))
}

/// Read a general advisory
#[utoipa::path(
    operation_id = "getAdvisory",
    tag = "trainings",
    description = "What it says, and whether its author took it back.",
    params(("advisory_id" = uuid::Uuid, Path, description = "The advisory's `id`.")),
    responses((status = 200, description = "The advisory.", body = GeneralAdvisory))
)]
#[get("/v1/advisories/{advisory_id}")]
pub(super) async fn get_advisory(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<AdvisoryId>,
    state: web::Data<HttpState>,
) -> Result<Reply<GeneralAdvisory>, ApiError> {
    let found = state.exchange.advisory(&caller, id).await?;
    Ok(Reply::ok(convert::advisory(&found)))
}

/// Take a general advisory back
#[utoipa::path(
    operation_id = "withdrawAdvisory",
    tag = "trainings",
    description = "Its author does. It is in no list any more; whoever has its `id` reads when it was taken back.",
    params(("advisory_id" = uuid::Uuid, Path, description = "The advisory's `id`.")),
    responses((status = 200, description = "It is taken back.", body = GeneralAdvisory))
)]
#[post("/v1/advisories/{advisory_id}/withdrawal")]
pub(super) async fn withdraw_advisory(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<AdvisoryId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<GeneralAdvisory>, ApiError> {
    let request = key.without_body(&caller);
    let withdrawn = state
        .exchange
        .withdraw_advisory(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::advisory(&withdrawn)).receipt(state.receipt(&withdrawn)))
}
