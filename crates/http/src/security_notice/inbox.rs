//! What a centre does.

use actix_web::{get, post, web};
use freigabe_contract::{
    query::PageQuery,
    security_notice::{
        AcknowledgeSecurityNotice, InboxSecurityNotice, InboxSecurityNoticePage, ReadSecurityNotice,
    },
};
use freigabe_domain::ids::SecurityNoticeId;

use crate::{
    access::Centre,
    convert::security_notice as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Listing},
    reply::Reply,
    state::HttpState,
};

/// List security notices to the centre
///
/// Newest first, every version. Whom they are about and what they say is read one by one. What is listed for the first time counts as
/// delivered.
#[utoipa::path(
    operation_id = "listSecurityInbox",
    tag = "security notices",
    params(PageQuery),
    responses((status = 200, description = "A page.", body = InboxSecurityNoticePage))
)]
#[get("/v1/security-inbox")]
pub(super) async fn list_security_inbox(
    Centre(caller): Centre,
    asked: Asked<Listing>,
    state: web::Data<HttpState>,
) -> Result<Reply<InboxSecurityNoticePage>, ApiError> {
    let found = state
        .exchange
        .security_inbox(&caller, asked.query.0)
        .await?;
    let items = found.items.iter().map(convert::listed).collect();
    Ok(asked.page(items, found.next))
}

/// Read a security notice
///
/// Whom it is about and what it says; each reading is an event of the log (§ 76 BDSG). A person is named by what the centre knows her by:
/// its own disclosure, or the pseudonym of the offer that it accepted. Of a withdrawn version nothing is left to read.
#[utoipa::path(
    operation_id = "readSecurityNotice",
    tag = "security notices",
    params(("security_notice_id" = uuid::Uuid, Path, description = "The version's `id`.")),
    responses((status = 200, description = "What it says.", body = ReadSecurityNotice))
)]
#[post("/v1/security-inbox/{security_notice_id}/reading")]
pub(super) async fn read_security_notice(
    Centre(caller): Centre,
    Id(id): Id<SecurityNoticeId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<ReadSecurityNotice>, ApiError> {
    let request = key.without_body(&caller);
    let read = state
        .exchange
        .read_security_notice(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::read(&read)).receipt(state.receipt(&read)))
}

/// Acknowledge a security notice
///
/// That it is known to somebody who acts on it: of the version that holds, and after it was read. An urgent one is acknowledged by the
/// management, the security officer or the counsellor on call.
#[utoipa::path(
    operation_id = "acknowledgeSecurityNotice",
    tag = "security notices",
    params(("security_notice_id" = uuid::Uuid, Path, description = "The version's `id`.")),
    request_body = AcknowledgeSecurityNotice,
    responses((status = 200, description = "It is acknowledged.", body = InboxSecurityNotice))
)]
#[post("/v1/security-inbox/{security_notice_id}/acknowledgement")]
pub(super) async fn acknowledge_security_notice(
    Centre(caller): Centre,
    Id(id): Id<SecurityNoticeId>,
    key: Key,
    body: Body<AcknowledgeSecurityNotice>,
    state: web::Data<HttpState>,
) -> Result<Reply<InboxSecurityNotice>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let role = convert::role(&body.value);
    let acknowledged = state
        .exchange
        .acknowledge_security_notice(&caller, &request, id, role)
        .await?;
    Ok(Reply::ok(convert::listed(&acknowledged)).receipt(state.receipt(&acknowledged)))
}
