//! `getAuditEventProof`, `checkReceipt`

use actix_web::{get, post, web};
use freigabe_contract::{
    Fault,
    log::{AuditEventProof, CheckReceipt, ReceiptCheck},
};
use freigabe_domain::ids::EventId;

use crate::{
    access::{Anyone, Auditor},
    convert,
    extract::Id,
    json::Body,
    openapi::FOREIGN_RECEIPT,
    problem::ApiError,
    reply::Reply,
    state::HttpState,
};

/// Seconds after which an event that waits will probably be published.
const SOON: u64 = 5;

/// Read an event's proof
///
/// That the event is in the published log: its leaf, its salt, and a C2SP tlog-proof for offline use. With the event's payload
/// and the log's policy nobody needs to be believed. That it was read is logged before the answer.
#[utoipa::path(
    operation_id = "getAuditEventProof",
    tag = "audit",
    params(("event_id" = uuid::Uuid, Path, description = "The event's `id`.")),
    responses((status = 200, description = "The proof.", body = AuditEventProof))
)]
#[get("/v1/audit/events/{event_id}/proof")]
pub(super) async fn get_audit_event_proof(
    Auditor(caller): Auditor,
    Id(id): Id<EventId>,
    state: web::Data<HttpState>,
) -> Result<Reply<AuditEventProof>, ApiError> {
    let proof = state.exchange.event_proof(&caller, id).await?;
    let proof = proof.ok_or(ApiError::NotYetPublished(SOON))?;
    Ok(Reply::ok(convert::event_proof(proof)))
}

/// Check a receipt
///
/// What has become of the promise in a receipt: the leaf is in the published log, with the proof; it waits; its time is over;
/// or the log never had it. The last two are for the auditors, with the receipt as evidence. Everybody may ask about every
/// receipt: it names neither persons nor events.
#[utoipa::path(
    operation_id = "checkReceipt",
    tag = "log",
    request_body = CheckReceipt,
    responses((status = 200, description = "What has become of it.", body = ReceiptCheck))
)]
#[post("/v1/log/receipt-checks")]
pub(super) async fn check_receipt(
    _caller: Anyone,
    body: Body<CheckReceipt>,
    state: web::Data<HttpState>,
) -> Result<Reply<ReceiptCheck>, ApiError> {
    let checked = state.exchange.check_receipt(&body.value.receipt).await?;
    // Why it is none of this log's would only help whoever makes one.
    let standing =
        checked.map_err(|_| ApiError::ForeignReceipt(Fault::at("/receipt", FOREIGN_RECEIPT)))?;
    Ok(Reply::ok(convert::receipt_check(standing)))
}
