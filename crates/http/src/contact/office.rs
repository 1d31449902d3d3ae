//! What an office does.

use actix_web::{get, post, web};
use freigabe_contract::contact::{
    ContactConsent, ContactDetails, ContactWithdrawal, RecordContactConsent, ReleaseContactDetails,
};
use freigabe_domain::ids::{ContactConsentId, InvolvementId};

use crate::{
    access::Office,
    convert::contact as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    reply::Reply,
    state::HttpState,
};

/// Record a contact consent
///
/// What a person allowed the office to tell centres about herself. Nothing of it changes the involvement: she is helped without it as
/// well (agreement, point 1), and that she said no is recorded nowhere.
#[utoipa::path(
    operation_id = "recordContactConsent",
    tag = "contacts",
    params(("involvement_id" = uuid::Uuid, Path, description = "The involvement's `id`.")),
    request_body = RecordContactConsent,
    responses((status = 201, description = "It is recorded.", body = ContactConsent))
)]
#[post("/v1/involvements/{involvement_id}/contact-consents")]
pub(super) async fn record_contact_consent(
    Office(caller): Office,
    Id(id): Id<InvolvementId>,
    key: Key,
    body: Body<RecordContactConsent>,
    state: web::Data<HttpState>,
) -> Result<Reply<ContactConsent>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let new = convert::new_consent(id, body.value)?;
    let recorded = state
        .exchange
        .record_contact_consent(&caller, &request, new)
        .await?;
    let location = format!("/v1/contact-consents/{}", recorded.value.consent.head.id);
    Ok(Reply::created(location, convert::consent(&recorded)).receipt(state.receipt(&recorded)))
}

/// Read a contact consent
#[utoipa::path(
    operation_id = "getContactConsent",
    tag = "contacts",
    description = "One of the office's own, with what was told under it.",
    params(("contact_consent_id" = uuid::Uuid, Path, description = "The consent's `id`.")),
    responses((status = 200, description = "The consent.", body = ContactConsent))
)]
#[get("/v1/contact-consents/{contact_consent_id}")]
pub(super) async fn get_contact_consent(
    Office(caller): Office,
    Id(id): Id<ContactConsentId>,
    state: web::Data<HttpState>,
) -> Result<Reply<ContactConsent>, ApiError> {
    let found = state.exchange.contact_consent(&caller, id).await?;
    Ok(Reply::ok(convert::consent(&found)))
}

/// Withdraw a contact consent
///
/// At any time, at once, never refused: without a body, a key or a version. When the answer arrives, no later collection returns
/// anything, on whatever node. What waits is sealed for good; a centre that already collected is asked to erase it. Withdrawing
/// again changes nothing and answers the same.
#[utoipa::path(
    operation_id = "withdrawContactConsent",
    tag = "contacts",
    params(("contact_consent_id" = uuid::Uuid, Path, description = "The consent's `id`.")),
    responses((status = 200, description = "The consent is withdrawn.", body = ContactWithdrawal))
)]
#[post("/v1/contact-consents/{contact_consent_id}/withdrawal")]
pub(super) async fn withdraw_contact_consent(
    Office(caller): Office,
    Id(id): Id<ContactConsentId>,
    state: web::Data<HttpState>,
) -> Result<Reply<ContactWithdrawal>, ApiError> {
    // Nothing of the request but the token and the path is looked at: nothing else can stand in the way.
    let outcome = state.exchange.withdraw_contact_consent(&caller, id).await?;
    Ok(Reply::ok(convert::withdrawal(&outcome)).receipt(state.receipt(&outcome)))
}

/// Tell the centre who the person is
///
/// As far as she allowed it, and only the centre that accepted. The consent is asked in the transaction that seals the details: all of
/// them are released, or nothing is, with every reason.
#[utoipa::path(
    operation_id = "releaseContactDetails",
    tag = "contacts",
    params(("contact_consent_id" = uuid::Uuid, Path, description = "The consent's `id`.")),
    request_body = ReleaseContactDetails,
    responses((status = 201, description = "They are held for the centre.", body = ContactDetails))
)]
#[post("/v1/contact-consents/{contact_consent_id}/contact-details")]
pub(super) async fn release_contact_details(
    Office(caller): Office,
    Id(id): Id<ContactConsentId>,
    key: Key,
    body: Body<ReleaseContactDetails>,
    state: web::Data<HttpState>,
) -> Result<Reply<ContactDetails>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let draft = convert::draft(id, body.value)?;
    let released = state
        .exchange
        .release_contact(&caller, &request, draft)
        .await?;
    let location = format!("/v1/contact-details/{}", released.value.id);
    Ok(Reply::created(location, convert::details(&released)).receipt(state.receipt(&released)))
}
