//! `listKeptCentres`, `confirmCounsellingCentre`, `setCounsellingCentreKeeper`, `removeCounsellingCentre`

use actix_web::{HttpResponse, delete, get, post, put, web};
use freigabe_contract::{
    directory::{CounsellingCentre, KeptCentre, KeptCentrePage, SetKeeper},
    query::{KeptCentreFilter, PageQuery},
};
use freigabe_domain::{
    directory::EntryStanding,
    ids::{CentreId, OrganisationId},
};

use super::tag;
use crate::{
    access::{CentreOrCoordination, Coordination},
    convert::directory as convert,
    extract::{Id, IfMatch},
    json::Body,
    problem::ApiError,
    query::{Asked, Parameters, Query, code},
    reply::{RECEIPT, Reply},
    state::HttpState,
};

pub(crate) struct Kept {
    standing: Option<EntryStanding>,
    after: Option<CentreId>,
    limit: u16,
}

impl Query for Kept {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        Some(Self {
            standing: code!(parameters, "standing", EntryStanding),
            after: parameters.cursor(),
            limit: parameters.limit(),
        })
    }
}

/// List entries to keep
///
/// A centre sees those that it keeps, the coordination all of them, in the order of their identifiers; with `standing`
/// what is to be confirmed, or to be confirmed again.
#[utoipa::path(
    operation_id = "listKeptCentres",
    tag = "directory",
    params(KeptCentreFilter, PageQuery),
    responses((status = 200, description = "A page.", body = KeptCentrePage))
)]
#[get("/v1/kept-centres")]
pub(super) async fn list_kept_centres(
    CentreOrCoordination { keeper, .. }: CentreOrCoordination,
    asked: Asked<Kept>,
    state: web::Data<HttpState>,
) -> Result<Reply<KeptCentrePage>, ApiError> {
    let Kept {
        standing,
        after,
        limit,
    } = asked.query;
    let exchange = &state.exchange;
    let (found, at) = exchange
        .kept_centres(&keeper, standing, after, limit)
        .await?;
    let rules = exchange.confirmation_rules();
    let items: Vec<KeptCentre> = found
        .items
        .iter()
        .map(|centre| convert::kept_centre(centre, rules, at))
        .collect();
    Ok(asked.page(items, found.next))
}

/// Confirm a counselling centre
///
/// The coordination says that the entry is right as it was read under the tag. The confirmation lasts as long as the installation
/// has set; after any change the entry must be confirmed anew.
#[utoipa::path(
    operation_id = "confirmCounsellingCentre",
    tag = "directory",
    params(("centre_id" = uuid::Uuid, Path, description = "The centre's `id`.")),
    responses((
        status = 200,
        description = "The entry.",
        body = CounsellingCentre,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`."))
    ))
)]
#[post("/v1/counselling-centres/{centre_id}/confirmation")]
pub(super) async fn confirm_counselling_centre(
    Coordination(caller): Coordination,
    Id(id): Id<CentreId>,
    IfMatch(tag): IfMatch,
    state: web::Data<HttpState>,
) -> Result<Reply<CounsellingCentre>, ApiError> {
    let exchange = &state.exchange;
    let confirmed = exchange
        .confirm_centre(&caller, id, tag::read(&tag))
        .await?;
    let (centre, at) = &confirmed.value;
    let reply = Reply::ok(convert::centre(centre, exchange.confirmation_rules(), *at));
    Ok(reply
        .tagged(tag::of(centre))
        .receipt(state.receipt(&confirmed)))
}

/// Say who keeps an entry
///
/// A counselling centre that takes part keeps it from then on, or the coordination alone.
#[utoipa::path(
    operation_id = "setCounsellingCentreKeeper",
    tag = "directory",
    params(("centre_id" = uuid::Uuid, Path, description = "The centre's `id`.")),
    request_body = SetKeeper,
    responses((
        status = 200,
        description = "The entry with its keeper.",
        body = KeptCentre,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`."))
    ))
)]
#[put("/v1/counselling-centres/{centre_id}/keeper")]
pub(super) async fn set_counselling_centre_keeper(
    Coordination(caller): Coordination,
    Id(id): Id<CentreId>,
    IfMatch(tag): IfMatch,
    body: Body<SetKeeper>,
    state: web::Data<HttpState>,
) -> Result<Reply<KeptCentre>, ApiError> {
    let exchange = &state.exchange;
    let organisation = body.value.organisation_id.map(OrganisationId::from_uuid);
    let changed = exchange
        .set_keeper(&caller, id, tag::read(&tag), organisation)
        .await?;
    let (centre, at) = &changed.value;
    let reply = Reply::ok(convert::kept_centre(
        centre,
        exchange.confirmation_rules(),
        *at,
    ));
    Ok(reply
        .tagged(tag::of(centre))
        .receipt(state.receipt(&changed)))
}

/// Remove a counselling centre
///
/// Takes the entry that was read under the tag out of the directory. A centre that only rests for a time says so in the `status` of
/// its services instead.
#[utoipa::path(
    operation_id = "removeCounsellingCentre",
    tag = "directory",
    params(("centre_id" = uuid::Uuid, Path, description = "The centre's `id`.")),
    responses((status = 204, description = "It is gone."))
)]
#[delete("/v1/counselling-centres/{centre_id}")]
pub(super) async fn remove_counselling_centre(
    Coordination(caller): Coordination,
    Id(id): Id<CentreId>,
    IfMatch(tag): IfMatch,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    let removed = state
        .exchange
        .remove_centre(&caller, id, tag::read(&tag))
        .await?;
    let mut response = HttpResponse::NoContent();
    if let Some(receipt) = state.receipt(&removed) {
        response.insert_header((RECEIPT, receipt));
    }
    Ok(response.finish())
}
