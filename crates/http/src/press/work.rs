//! What those who work on a release do about it.

use actix_web::{post, web};
use freigabe_contract::press::{
    ApprovePressRelease, CommentPressRelease, PressRelease, RevisePressRelease,
};
use freigabe_domain::ids::PressReleaseId;

use crate::{
    access::PartnerOrCoordination,
    convert::press as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    reply::Reply,
    state::HttpState,
};

/// Write the next version of a press release
///
/// It comes after the version `based_on`, which must be the latest: whoever was overtaken reads that one first. All approvals are void with it.
/// Former versions stay as they are.
#[utoipa::path(
    operation_id = "revisePressRelease",
    tag = "press",
    params(("press_release_id" = uuid::Uuid, Path, description = "The release's `id`.")),
    request_body = RevisePressRelease,
    responses((status = 200, description = "The release with its new version.", body = PressRelease))
)]
#[post("/v1/press-releases/{press_release_id}/versions")]
pub(super) async fn revise_press_release(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<PressReleaseId>,
    key: Key,
    body: Body<RevisePressRelease>,
    state: web::Data<HttpState>,
) -> Result<Reply<PressRelease>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let (based_on, content) = convert::revision(body.value)?;
    let revised = state
        .exchange
        .revise_press_release(&caller, &request, id, based_on, content)
        .await?;
    Ok(Reply::ok(convert::release(&revised)).receipt(state.receipt(&revised)))
}

/// Comment on a version of a press release
///
/// Those who work on the release read it. The log says that there is a comment, and not what it says.
#[utoipa::path(
    operation_id = "commentPressRelease",
    tag = "press",
    params(("press_release_id" = uuid::Uuid, Path, description = "The release's `id`.")),
    request_body = CommentPressRelease,
    responses((status = 200, description = "The release with the comment.", body = PressRelease))
)]
#[post("/v1/press-releases/{press_release_id}/comments")]
pub(super) async fn comment_press_release(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<PressReleaseId>,
    key: Key,
    body: Body<CommentPressRelease>,
    state: web::Data<HttpState>,
) -> Result<Reply<PressRelease>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let (version, text) = convert::new_comment(body.value)?;
    let commented = state
        .exchange
        .comment_press_release(&caller, &request, id, version, text)
        .await?;
    Ok(Reply::ok(convert::release(&commented)).receipt(state.receipt(&commented)))
}

/// Approve a version of a press release
///
/// For the caller's side, and exactly this version, which must be the latest. It is void as soon as there is another one. The log says who
/// approved which version, for which side, and its SHA-256.
#[utoipa::path(
    operation_id = "approvePressRelease",
    tag = "press",
    params(("press_release_id" = uuid::Uuid, Path, description = "The release's `id`.")),
    request_body = ApprovePressRelease,
    responses((status = 200, description = "It is approved for the caller's side.", body = PressRelease))
)]
#[post("/v1/press-releases/{press_release_id}/approvals")]
pub(super) async fn approve_press_release(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<PressReleaseId>,
    key: Key,
    body: Body<ApprovePressRelease>,
    state: web::Data<HttpState>,
) -> Result<Reply<PressRelease>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let approved = state
        .exchange
        .approve_press_release(&caller, &request, id, body.value.version)
        .await?;
    Ok(Reply::ok(convert::release(&approved)).receipt(state.receipt(&approved)))
}

/// Publish a press release
///
/// Exactly the latest version, once both sides have approved it and its embargo is over, by the database's clock. From then on all partners and
/// the coordination read it, and nothing of it can be changed.
#[utoipa::path(
    operation_id = "publishPressRelease",
    tag = "press",
    params(("press_release_id" = uuid::Uuid, Path, description = "The release's `id`.")),
    responses((status = 200, description = "It is published.", body = PressRelease))
)]
#[post("/v1/press-releases/{press_release_id}/publication")]
pub(super) async fn publish_press_release(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<PressReleaseId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<PressRelease>, ApiError> {
    let request = key.without_body(&caller);
    let published = state
        .exchange
        .publish_press_release(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::release(&published)).receipt(state.receipt(&published)))
}

/// Discard a press release
///
/// Anybody who works on it can, as long as it is not published. It stays readable for those who worked on it.
#[utoipa::path(
    operation_id = "discardPressRelease",
    tag = "press",
    params(("press_release_id" = uuid::Uuid, Path, description = "The release's `id`.")),
    responses((status = 200, description = "It is discarded.", body = PressRelease))
)]
#[post("/v1/press-releases/{press_release_id}/discarding")]
pub(super) async fn discard_press_release(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<PressReleaseId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<PressRelease>, ApiError> {
    let request = key.without_body(&caller);
    let discarded = state
        .exchange
        .discard_press_release(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::release(&discarded)).receipt(state.receipt(&discarded)))
}
