//! `addMediaReference`, `listMediaReferences`, `getMediaReference`, `recordMediaReferenceCheck`, `removeMediaReference`

use actix_web::{get, post, web};
use freigabe_contract::{
    prevention::{
        AddMediaReference, MediaReference, MediaReferencePage, RecordMediaReferenceCheck,
    },
    query::{MediaReferenceFilter, PageQuery},
};
use freigabe_domain::{ids::MediaReferenceId, office::OfficeId, store::PageRequest};

use crate::{
    access::{Office, PartnerOrCoordination},
    convert::prevention as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Parameters, Query},
    reply::Reply,
    state::HttpState,
};

/// Add a place where the police name the network
///
/// A page on the web or a leaflet, in which an office names the KOK or a counselling centre. Nobody asks the web for it from here: whether it is
/// still there is recorded by the office, by hand or with `freigabe media check`.
#[utoipa::path(
    operation_id = "addMediaReference",
    tag = "activities",
    request_body = AddMediaReference,
    responses((status = 201, description = "It is added.", body = MediaReference))
)]
#[post("/v1/media-references")]
pub(super) async fn add_media_reference(
    Office(caller): Office,
    key: Key,
    body: Body<AddMediaReference>,
    state: web::Data<HttpState>,
) -> Result<Reply<MediaReference>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let new = convert::new_reference(body.value)?;
    let added = state
        .exchange
        .add_media_reference(&caller, &request, new)
        .await?;
    let location = format!("/v1/media-references/{}", added.reference.id);
    Ok(Reply::created(location, convert::reference(&added)).receipt(state.receipt(&added)))
}

pub(crate) struct References {
    office: Option<OfficeId>,
    stale: Option<bool>,
    page: PageRequest,
}

impl Query for References {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        let expected = "an office's id: 2 to 64 characters from a-z 0-9 -";
        Some(Self {
            office: parameters.optional("office", expected, |text| OfficeId::parse(text).ok()),
            stale: parameters.optional("stale", "true or false", |text| text.parse().ok()),
            page: parameters.page(),
        })
    }
}

/// List places where the police name the network
///
/// Of all offices or of one, the last added first; with `stale` only those at which nobody has looked for too long, or only the others. What was
/// removed is not listed.
#[utoipa::path(
    operation_id = "listMediaReferences",
    tag = "activities",
    params(MediaReferenceFilter, PageQuery),
    responses((status = 200, description = "A page.", body = MediaReferencePage))
)]
#[get("/v1/media-references")]
pub(super) async fn list_media_references(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    asked: Asked<References>,
    state: web::Data<HttpState>,
) -> Result<Reply<MediaReferencePage>, ApiError> {
    let References {
        office,
        stale,
        page,
    } = &asked.query;
    let found = state
        .exchange
        .media_references(&caller, office.clone(), *stale, *page)
        .await?;
    let items = found.items.iter().map(convert::reference).collect();
    Ok(asked.page(items, found.next))
}

/// Read a place where the police name the network
#[utoipa::path(
    operation_id = "getMediaReference",
    tag = "activities",
    description = "Where it is, who is named there, and what was found at the last look. What was removed can still be read.",
    params(("media_reference_id" = uuid::Uuid, Path, description = "The reference's `id`.")),
    responses((status = 200, description = "The reference.", body = MediaReference))
)]
#[get("/v1/media-references/{media_reference_id}")]
pub(super) async fn get_media_reference(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<MediaReferenceId>,
    state: web::Data<HttpState>,
) -> Result<Reply<MediaReference>, ApiError> {
    let found = state.exchange.media_reference(&caller, id).await?;
    Ok(Reply::ok(convert::reference(&found)))
}

/// Record a look at a place where the police name the network
///
/// Its office does: whether the network is still named there, and whether a person or a program has looked.
#[utoipa::path(
    operation_id = "recordMediaReferenceCheck",
    tag = "activities",
    params(("media_reference_id" = uuid::Uuid, Path, description = "The reference's `id`.")),
    request_body = RecordMediaReferenceCheck,
    responses((status = 200, description = "It is recorded.", body = MediaReference))
)]
#[post("/v1/media-references/{media_reference_id}/checks")]
pub(super) async fn record_media_reference_check(
    Office(caller): Office,
    Id(id): Id<MediaReferenceId>,
    key: Key,
    body: Body<RecordMediaReferenceCheck>,
    state: web::Data<HttpState>,
) -> Result<Reply<MediaReference>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let found = convert::check(&body.value);
    let checked = state
        .exchange
        .record_media_reference_check(&caller, &request, id, found)
        .await?;
    Ok(Reply::ok(convert::reference(&checked)).receipt(state.receipt(&checked)))
}

/// Remove a place where the police named the network
///
/// Its office no longer keeps it. It is listed no longer, and stays as it was.
#[utoipa::path(
    operation_id = "removeMediaReference",
    tag = "activities",
    params(("media_reference_id" = uuid::Uuid, Path, description = "The reference's `id`.")),
    responses((status = 200, description = "It is removed.", body = MediaReference))
)]
#[post("/v1/media-references/{media_reference_id}/removal")]
pub(super) async fn remove_media_reference(
    Office(caller): Office,
    Id(id): Id<MediaReferenceId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<MediaReference>, ApiError> {
    let request = key.without_body(&caller);
    let removed = state
        .exchange
        .remove_media_reference(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::reference(&removed)).receipt(state.receipt(&removed)))
}
