//! `addCounsellingCentre`, `changeCounsellingCentre`

use actix_web::{post, put, web};
use freigabe_contract::directory::{AddCounsellingCentre, CentreEntry, CounsellingCentre};
use freigabe_domain::ids::{CentreId, OrganisationId};

use super::tag;
use crate::{
    access::CentreOrCoordination,
    convert::directory as convert,
    extract::{Id, IfMatch, Key},
    json::Body,
    problem::ApiError,
    reply::Reply,
    state::HttpState,
};

/// Add a counselling centre
///
/// A centre adds an entry that it keeps itself; the coordination adds one for a centre, or one that it keeps alone. The entry can be
/// found at once, and says that nobody has confirmed it yet.
#[utoipa::path(
    operation_id = "addCounsellingCentre",
    tag = "directory",
    request_body = AddCounsellingCentre,
    responses((
        status = 201,
        description = "The entry.",
        body = CounsellingCentre,
        headers(
            ("Location" = String, description = "Path of the entry."),
            ("ETag" = String, description = "Tag of this version, for `If-Match`.")
        )
    ))
)]
#[post("/v1/counselling-centres")]
pub(super) async fn add_counselling_centre(
    CentreOrCoordination { caller, keeper }: CentreOrCoordination,
    key: Key,
    body: Body<AddCounsellingCentre>,
    state: web::Data<HttpState>,
) -> Result<Reply<CounsellingCentre>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let exchange = &state.exchange;
    let entry = convert::entry(body.value.entry, "/entry", exchange.as_ref()).await?;
    let organisation = body.value.organisation_id.map(OrganisationId::from_uuid);
    let added = exchange
        .add_centre(&keeper, &request, organisation, &entry)
        .await?;
    let (centre, at) = &added.value;
    let location = format!("/v1/counselling-centres/{}", centre.id);
    let reply = Reply::created(
        location,
        convert::centre(centre, exchange.confirmation_rules(), *at),
    );
    Ok(reply.tagged(tag::of(centre)).receipt(state.receipt(&added)))
}

/// Change a counselling centre
///
/// Puts another entry in the place of the one that was read under the tag. It can be found at once, and says that it was changed
/// since it was confirmed. The same again changes nothing.
#[utoipa::path(
    operation_id = "changeCounsellingCentre",
    tag = "directory",
    params(("centre_id" = uuid::Uuid, Path, description = "The centre's `id`.")),
    request_body = CentreEntry,
    responses((
        status = 200,
        description = "The entry.",
        body = CounsellingCentre,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`."))
    ))
)]
#[put("/v1/counselling-centres/{centre_id}")]
pub(super) async fn change_counselling_centre(
    CentreOrCoordination { keeper, .. }: CentreOrCoordination,
    Id(id): Id<CentreId>,
    IfMatch(tag): IfMatch,
    body: Body<CentreEntry>,
    state: web::Data<HttpState>,
) -> Result<Reply<CounsellingCentre>, ApiError> {
    let exchange = &state.exchange;
    let entry = convert::entry(body.value, "", exchange.as_ref()).await?;
    let changed = exchange
        .change_centre(&keeper, id, tag::read(&tag), &entry)
        .await?;
    let (centre, at) = &changed.value;
    let reply = Reply::ok(convert::centre(centre, exchange.confirmation_rules(), *at));
    Ok(reply
        .tagged(tag::of(centre))
        .receipt(state.receipt(&changed)))
}
