//! The evidence of one event.

use std::io::{Cursor, Write as _};

use actix_web::{HttpResponse, get, http::header, web};
use freigabe_domain::{audit::Evidence, ids::EventId};
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{access::Auditor, extract::Id, problem::ApiError, state::HttpState};

/// Get the evidence of an event
///
/// A package (ZIP) that proves the event to anybody, without this server: the payload byte for byte, its salt, its leaf, the
/// proof that leads to a published checkpoint, the policy and the public keys, and how to verify all of it. That it was taken
/// is logged before the answer.
#[utoipa::path(
    operation_id = "getAuditEvidence",
    tag = "audit",
    params(("event_id" = uuid::Uuid, Path, description = "The event's `id`.")),
    responses((status = 200, description = "The package.", content_type = "application/zip", body = Vec<u8>))
)]
#[get("/v1/audit/events/{event_id}/evidence")]
pub(super) async fn get_audit_evidence(
    Auditor(caller): Auditor,
    Id(id): Id<EventId>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    let evidence = state.exchange.audit_evidence(&caller, id).await?;
    answer(&evidence)
}

/// Get the evidence of what became of a leaf
///
/// A package (ZIP) as of `getAuditEvidence`, for the leaf at this index of the newest log. If its event was erased, the
/// package holds in its place `erasures.ndjson`: the announcement and the report of each erasure that took it, with their proofs. If there is
/// none and its year is not over, the event is missing. That it was taken is logged before the answer.
#[utoipa::path(
    operation_id = "getLeafEvidence",
    tag = "audit",
    params(("index" = u64, Path, description = "The leaf's index, from 0.")),
    responses((status = 200, description = "The package.", content_type = "application/zip", body = Vec<u8>))
)]
#[get("/v1/audit/leaves/{index}/evidence")]
pub(super) async fn get_leaf_evidence(
    Auditor(caller): Auditor,
    Id(index): Id<u64>,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    let evidence = state.exchange.leaf_evidence(&caller, index).await?;
    answer(&evidence)
}

fn answer(evidence: &Evidence) -> Result<HttpResponse, ApiError> {
    let package = package(evidence)
        .map_err(|error| ApiError::Internal(format!("a package of evidence: {error}")))?;
    let name = format!("attachment; filename=\"{}\"", evidence.name);
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/zip"))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(package))
}

/// The files as they are, uncompressed and without times: the same evidence is the same package.
fn package(evidence: &Evidence) -> Result<Vec<u8>, ZipError> {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in &evidence.files {
        package.start_file(*name, options)?;
        package.write_all(content)?;
    }
    Ok(package.finish()?.into_inner())
}
