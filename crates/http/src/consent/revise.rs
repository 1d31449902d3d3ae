//! `reviseConsent`

use actix_web::{post, web};
use freigabe_contract::consent::{Consent, ReviseConsent};
use freigabe_domain::ids::ConsentId;

use super::tag;
use crate::{
    access::Centre,
    convert,
    extract::{Id, IfMatch, Key},
    json::Body,
    problem::ApiError,
    reply::Reply,
    state::HttpState,
};

/// Revise a consent
///
/// Adds a revision, which from then on counts alone. Messages that wait for collection and are not covered by it are sealed
/// for good in the same transaction; offices that already collected such messages get a withdrawal notice. A withdrawn
/// consent can't be revised: record a new one.
#[utoipa::path(
    operation_id = "reviseConsent",
    tag = "consents",
    params(("consent_id" = uuid::Uuid, Path, description = "The consent's `record_id`.")),
    request_body = ReviseConsent,
    responses((
        status = 200,
        description = "The consent with its new revision.",
        body = Consent,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`."))
    ))
)]
#[post("/v1/consents/{consent_id}/revisions")]
pub(super) async fn revise_consent(
    Centre(caller): Centre,
    Id(id): Id<ConsentId>,
    key: Key,
    IfMatch(tag): IfMatch,
    body: Body<ReviseConsent>,
    state: web::Data<HttpState>,
) -> Result<Reply<Consent>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let decision = convert::decision(body.value)?;
    // A tag that is none of ours names no version: it is stale, and still tells a stranger nothing.
    let expected = tag::read(&tag);
    let view = state
        .exchange
        .revise_consent(&caller, &request, id, expected, decision)
        .await?;
    let reply = Reply::ok(convert::consent(&view)).tagged(tag::of(&view));
    Ok(reply.receipt(state.receipt(&view)))
}
