//! Drafting, listing and reading.

use actix_web::{get, post, web};
use freigabe_contract::{
    press::{DraftPressRelease, PressRelease, PressReleasePage},
    query::{PageQuery, PressFilter},
};
use freigabe_domain::{ids::PressReleaseId, press::PressStanding, store::PageRequest};

use crate::{
    access::PartnerOrCoordination,
    convert::press as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Parameters, Query, code},
    reply::Reply,
    state::HttpState,
};

/// Draft a press release
///
/// The caller takes part, and names who else works on it: at least one of the other side. Any of them may write a version, comment, approve
/// for its side, publish what both sides approved, or discard it. Nobody else sees anything of it before it is published.
#[utoipa::path(
    operation_id = "draftPressRelease",
    tag = "press",
    request_body = DraftPressRelease,
    responses((status = 201, description = "It is drafted.", body = PressRelease))
)]
#[post("/v1/press-releases")]
pub(super) async fn draft_press_release(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    key: Key,
    body: Body<DraftPressRelease>,
    state: web::Data<HttpState>,
) -> Result<Reply<PressRelease>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let new = convert::new_release(body.value)?;
    let drafted = state
        .exchange
        .draft_press_release(&caller, &request, new)
        .await?;
    let location = format!("/v1/press-releases/{}", drafted.value.id);
    Ok(Reply::created(location, convert::release(&drafted)).receipt(state.receipt(&drafted)))
}

pub(crate) struct Releases {
    standing: Option<PressStanding>,
    page: PageRequest,
}

impl Query for Releases {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        Some(Self {
            standing: code!(parameters, "standing", PressStanding),
            page: parameters.page(),
        })
    }
}

/// List press releases
///
/// Those that the caller works on, and all that are published; newest draft first. With `standing` only those that stand so.
#[utoipa::path(
    operation_id = "listPressReleases",
    tag = "press",
    params(PressFilter, PageQuery),
    responses((status = 200, description = "A page.", body = PressReleasePage))
)]
#[get("/v1/press-releases")]
pub(super) async fn list_press_releases(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    asked: Asked<Releases>,
    state: web::Data<HttpState>,
) -> Result<Reply<PressReleasePage>, ApiError> {
    let Releases { standing, page } = asked.query;
    let found = state
        .exchange
        .press_releases(&caller, standing, page)
        .await?;
    let items = found.items.iter().map(convert::listed).collect();
    Ok(asked.page(items, found.next))
}

/// Read a press release
///
/// Whoever works on it reads all versions and comments; everybody else the version that is published, and who approved it.
#[utoipa::path(
    operation_id = "getPressRelease",
    tag = "press",
    params(("press_release_id" = uuid::Uuid, Path, description = "The release's `id`.")),
    responses((status = 200, description = "The release.", body = PressRelease))
)]
#[get("/v1/press-releases/{press_release_id}")]
pub(super) async fn get_press_release(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<PressReleaseId>,
    state: web::Data<HttpState>,
) -> Result<Reply<PressRelease>, ApiError> {
    let found = state.exchange.press_release(&caller, id).await?;
    Ok(Reply::ok(convert::release(&found)))
}
