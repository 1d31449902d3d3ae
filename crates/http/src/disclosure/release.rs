//! `checkDisclosure`, `releaseDisclosure`, `recallDisclosure`

use actix_web::{post, web};
use freigabe_contract::disclosure::{CheckResult, Disclosure, DraftDisclosure};
use freigabe_domain::ids::DisclosureId;

use crate::{
    access::Centre,
    convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    reply::Reply,
    state::HttpState,
};

/// Check a disclosure
///
/// What would happen to a draft, and what consent is missing. Changes nothing and keeps nothing of the draft; that it was
/// asked is in the log.
#[utoipa::path(
    operation_id = "checkDisclosure",
    tag = "disclosures",
    request_body = DraftDisclosure,
    responses((status = 200, description = "Whether it would be released, and every reason against it.", body = CheckResult))
)]
#[post("/v1/disclosure-checks")]
pub(super) async fn check_disclosure(
    Centre(caller): Centre,
    body: Body<DraftDisclosure>,
    state: web::Data<HttpState>,
) -> Result<Reply<CheckResult>, ApiError> {
    let draft = convert::draft(body.value)?;
    let (consent, items) = (draft.consent, draft.items.len());
    let outcome = state.exchange.check_disclosure(&caller, draft).await?;
    let result = convert::check_result(&outcome, consent, items);
    Ok(Reply::ok(result).receipt(state.receipt(&outcome)))
}

/// Release a disclosure
///
/// Hands a message over for collection by the competent office, if the person's consent allows every item of it (agreement,
/// point 4). It is released whole or not at all; there is no override. The content is sealed until the office collects it,
/// and the consent is asked again then.
#[utoipa::path(
    operation_id = "releaseDisclosure",
    tag = "disclosures",
    request_body = DraftDisclosure,
    responses((
        status = 201,
        description = "The message waits for the office.",
        body = Disclosure,
        headers(("Location" = String, description = "Path of the disclosure."))
    ))
)]
#[post("/v1/disclosures")]
pub(super) async fn release_disclosure(
    Centre(caller): Centre,
    key: Key,
    body: Body<DraftDisclosure>,
    state: web::Data<HttpState>,
) -> Result<Reply<Disclosure>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let draft = convert::draft(body.value)?;
    let record = state
        .exchange
        .release_disclosure(&caller, &request, draft)
        .await?;
    let location = format!("/v1/disclosures/{}", record.id);
    let reply = Reply::created(location, convert::disclosure(&record));
    Ok(reply.receipt(state.receipt(&record)))
}

/// Recall a disclosure
///
/// Takes back a message that was not collected yet. Its content is destroyed, and the office finds nothing any more.
#[utoipa::path(
    operation_id = "recallDisclosure",
    tag = "disclosures",
    params(("disclosure_id" = uuid::Uuid, Path, description = "The disclosure's `id`.")),
    responses((status = 200, description = "It is recalled.", body = Disclosure))
)]
#[post("/v1/disclosures/{disclosure_id}/recall")]
pub(super) async fn recall_disclosure(
    Centre(caller): Centre,
    Id(id): Id<DisclosureId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<Disclosure>, ApiError> {
    let request = key.without_body(&caller);
    let record = state
        .exchange
        .recall_disclosure(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::disclosure(&record)).receipt(state.receipt(&record)))
}

/// Redirect a disclosure
///
/// Lets a message that is held for an office which has handed the case over wait for the office that handles it now (agreement, point 9).
/// That is a new recipient: the consent is asked as for a release to it, by the latest handover, and all refusals are told. Until a consent
/// covers it, the message stays sealed where it is. Nobody opens it here.
#[utoipa::path(
    operation_id = "redirectDisclosure",
    tag = "disclosures",
    params(("disclosure_id" = uuid::Uuid, Path, description = "The disclosure's `id`.")),
    responses((status = 200, description = "It waits for the new office.", body = Disclosure))
)]
#[post("/v1/disclosures/{disclosure_id}/redirection")]
pub(super) async fn redirect_disclosure(
    Centre(caller): Centre,
    Id(id): Id<DisclosureId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<Disclosure>, ApiError> {
    let request = key.without_body(&caller);
    let record = state
        .exchange
        .redirect_disclosure(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::disclosure(&record)).receipt(state.receipt(&record)))
}
