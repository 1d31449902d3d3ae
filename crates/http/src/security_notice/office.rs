//! What an office does.

use actix_web::{get, post, web};
use freigabe_contract::{
    query::PageQuery,
    security_notice::{
        IssueSecurityNotice, ReviseSecurityNotice, SecurityNotice, SecurityNoticePage,
    },
};
use freigabe_domain::ids::SecurityNoticeId;

use crate::{
    access::Office,
    convert::security_notice as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Listing},
    reply::Reply,
    state::HttpState,
};

/// Issue a security notice
///
/// To one centre, about a person whom it knows as well, her family, its counsellors or itself; to the centres of a region; or to all. What
/// goes to several centres is about counsellors, centres or a country, and has no field for a person. Whom it is addressed to is fixed from
/// here on. Each centre is reminded once of what it does not acknowledge: the deadline is the installation's own.
#[utoipa::path(
    operation_id = "issueSecurityNotice",
    tag = "security notices",
    request_body = IssueSecurityNotice,
    responses((status = 201, description = "It is issued.", body = SecurityNotice))
)]
#[post("/v1/security-notices")]
pub(super) async fn issue_security_notice(
    Office(caller): Office,
    key: Key,
    body: Body<IssueSecurityNotice>,
    state: web::Data<HttpState>,
) -> Result<Reply<SecurityNotice>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let new = convert::new_notice(body.value)?;
    let issued = state
        .exchange
        .issue_security_notice(&caller, &request, new)
        .await?;
    let location = format!("/v1/security-notices/{}", issued.value.notice.id);
    Ok(Reply::created(location, convert::notice(&issued)).receipt(state.receipt(&issued)))
}

/// List the office's security notices
///
/// Every version, newest first, with what became of each at the centres.
#[utoipa::path(
    operation_id = "listSecurityNotices",
    tag = "security notices",
    params(PageQuery),
    responses((status = 200, description = "A page.", body = SecurityNoticePage))
)]
#[get("/v1/security-notices")]
pub(super) async fn list_security_notices(
    Office(caller): Office,
    asked: Asked<Listing>,
    state: web::Data<HttpState>,
) -> Result<Reply<SecurityNoticePage>, ApiError> {
    let page = asked.query.0;
    let found = state.exchange.security_notices(&caller, page).await?;
    let items = found.items.iter().map(convert::notice).collect();
    Ok(asked.page(items, found.next))
}

/// Follow a security notice
#[utoipa::path(
    operation_id = "getSecurityNotice",
    tag = "security notices",
    description = "One of the office's own: where it stands, and at which centres it was delivered, read and acknowledged. What it says is not repeated.",
    params(("security_notice_id" = uuid::Uuid, Path, description = "The version's `id`.")),
    responses((status = 200, description = "The notice.", body = SecurityNotice))
)]
#[get("/v1/security-notices/{security_notice_id}")]
pub(super) async fn get_security_notice(
    Office(caller): Office,
    Id(id): Id<SecurityNoticeId>,
    state: web::Data<HttpState>,
) -> Result<Reply<SecurityNotice>, ApiError> {
    let found = state.exchange.security_notice(&caller, id).await?;
    Ok(Reply::ok(convert::notice(&found)))
}

/// Supersede a security notice
///
/// A new version takes the place of the one that holds, with an identifier of its own, for the same centres and about the same. Each of
/// them reads and acknowledges it anew.
#[utoipa::path(
    operation_id = "reviseSecurityNotice",
    tag = "security notices",
    params(("security_notice_id" = uuid::Uuid, Path, description = "The `id` of the version that holds.")),
    request_body = ReviseSecurityNotice,
    responses((status = 201, description = "The new version.", body = SecurityNotice))
)]
#[post("/v1/security-notices/{security_notice_id}/revisions")]
pub(super) async fn revise_security_notice(
    Office(caller): Office,
    Id(id): Id<SecurityNoticeId>,
    key: Key,
    body: Body<ReviseSecurityNotice>,
    state: web::Data<HttpState>,
) -> Result<Reply<SecurityNotice>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let version = convert::new_version(body.value)?;
    let revised = state
        .exchange
        .supersede_security_notice(&caller, &request, id, version)
        .await?;
    let location = format!("/v1/security-notices/{}", revised.value.notice.id);
    Ok(Reply::created(location, convert::notice(&revised)).receipt(state.receipt(&revised)))
}

/// Withdraw a security notice
///
/// What this version said is destroyed at once, with its key. That there was one, and that it is withdrawn, is still seen.
#[utoipa::path(
    operation_id = "withdrawSecurityNotice",
    tag = "security notices",
    params(("security_notice_id" = uuid::Uuid, Path, description = "The version's `id`.")),
    responses((status = 200, description = "It is withdrawn.", body = SecurityNotice))
)]
#[post("/v1/security-notices/{security_notice_id}/withdrawal")]
pub(super) async fn withdraw_security_notice(
    Office(caller): Office,
    Id(id): Id<SecurityNoticeId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<SecurityNotice>, ApiError> {
    let request = key.without_body(&caller);
    let withdrawn = state
        .exchange
        .withdraw_security_notice(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::notice(&withdrawn)).receipt(state.receipt(&withdrawn)))
}
