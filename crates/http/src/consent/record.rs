//! `recordConsent`

use actix_web::{post, web};
use freigabe_contract::consent::{Consent, RecordConsent};

use super::tag;
use crate::{
    access::Centre, convert, extract::Key, json::Body, problem::ApiError, reply::Reply,
    state::HttpState,
};

/// Record a consent
///
/// Records what an affected person decided: that she allowed something, that she refused, or that she was not asked
/// (agreement, point 4). Only a given consent that is in force ever allows a disclosure; a refusal changes nothing in the help
/// she gets (point 1).
///
/// A consent can be recorded before all its formal parts are there; it is then not in force, and a check says what is missing.
#[utoipa::path(
    operation_id = "recordConsent",
    tag = "consents",
    request_body = RecordConsent,
    responses((
        status = 201,
        description = "The consent as it was recorded.",
        body = Consent,
        headers(
            ("Location" = String, description = "Path of the consent."),
            ("ETag" = String, description = "Tag of this version, for `If-Match`.")
        )
    ))
)]
#[post("/v1/consents")]
pub(super) async fn record_consent(
    Centre(caller): Centre,
    key: Key,
    body: Body<RecordConsent>,
    state: web::Data<HttpState>,
) -> Result<Reply<Consent>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let new = convert::new_consent(body.value)?;
    let view = state
        .exchange
        .record_consent(&caller, &request, new)
        .await?;
    let location = format!("/v1/consents/{}", view.head.id);
    let reply = Reply::created(location, convert::consent(&view)).tagged(tag::of(&view));
    Ok(reply.receipt(state.receipt(&view)))
}
