//! Random samples.

use actix_web::{post, web};
use freigabe_contract::{
    Fault,
    audit::{AuditSample, DrawAuditSample},
};
use freigabe_domain::audit::{SampleRequest, SampleSeed, WantedLeaves};

use crate::{
    access::Auditor, convert, json::Body, problem::ApiError, reply::Reply, state::HttpState,
};

/// Draw a random sample
///
/// Leaves of the published log are chosen at random and given with their events, as far as these are still there. Everybody
/// can choose the same leaves again from the seed and the population: the candidates are the first eight bytes (big-endian)
/// of HMAC-SHA256 under the seed over the numbers 0, 1, 2 … (8 bytes, big-endian); one that would favour small indexes, and
/// one that was chosen before, is passed over. Seed, population and size are logged before
/// the sample is given.
#[utoipa::path(
    operation_id = "drawAuditSample",
    tag = "audit",
    request_body = DrawAuditSample,
    responses((status = 200, description = "The sample.", body = AuditSample))
)]
#[post("/v1/audit/samples")]
pub(super) async fn draw_audit_sample(
    Auditor(caller): Auditor,
    body: Body<DrawAuditSample>,
    state: web::Data<HttpState>,
) -> Result<Reply<AuditSample>, ApiError> {
    let wanted = body.value;
    let fault =
        |pointer: &str, detail: &str| ApiError::InvalidBody(vec![Fault::at(pointer, detail)]);
    let seed = wanted.seed.as_deref().map(SampleSeed::parse).transpose();
    let seed = seed.map_err(|error| fault("/seed", &error.to_string()))?;
    let request = SampleRequest {
        size: u64::from(wanted.size),
        leaves: WantedLeaves {
            from: wanted.from_leaf,
            until: wanted.to_leaf,
        },
        seed,
    };
    let sample = state.exchange.audit_sample(&caller, request).await?;
    Ok(Reply::ok(convert::audit_sample(sample)?))
}
