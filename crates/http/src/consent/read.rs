//! `listConsents`, `getConsent`, `getConsentReceipt`

use actix_web::{get, web};
use freigabe_contract::{
    consent::{Consent, ConsentPage, ConsentReceipt},
    query::PageQuery,
};
use freigabe_domain::{Error, access::CentreCaller, exchange::ConsentView, ids::ConsentId};

use super::tag;
use crate::{
    access::Centre,
    convert::{self, Named},
    extract::Id,
    problem::ApiError,
    query::{Asked, Listing},
    reply::Reply,
    state::HttpState,
};

/// List the centre's consents
///
/// Newest first, without their terms.
#[utoipa::path(
    operation_id = "listConsents",
    tag = "consents",
    params(PageQuery),
    responses((status = 200, description = "A page.", body = ConsentPage))
)]
#[get("/v1/consents")]
pub(super) async fn list_consents(
    Centre(caller): Centre,
    asked: Asked<Listing>,
    state: web::Data<HttpState>,
) -> Result<Reply<ConsentPage>, ApiError> {
    let Listing(page) = asked.query;
    let (found, read_at) = state.exchange.consents(&caller, page).await?;
    let items = found
        .items
        .iter()
        .map(|head| convert::summary(head, read_at))
        .collect();
    Ok(asked.page(items, found.next))
}

/// Read a consent
///
/// With all its revisions and events.
#[utoipa::path(
    operation_id = "getConsent",
    tag = "consents",
    params(("consent_id" = uuid::Uuid, Path, description = "The consent's `record_id`.")),
    responses((
        status = 200,
        description = "The consent.",
        body = Consent,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`. It changes with every revision and every change of status."))
    ))
)]
#[get("/v1/consents/{consent_id}")]
pub(super) async fn get_consent(
    Centre(caller): Centre,
    Id(id): Id<ConsentId>,
    state: web::Data<HttpState>,
) -> Result<Reply<Consent>, ApiError> {
    let view = state.exchange.consent(&caller, id).await?;
    Ok(Reply::ok(convert::consent(&view)).tagged(tag::of(&view)))
}

/// Make a receipt for the person
///
/// What she allowed, to whom, for how long, and how to take it back, in German and English (ISO/IEC TS 27560; Art. 7(1) GDPR).
#[utoipa::path(
    operation_id = "getConsentReceipt",
    tag = "consents",
    params(("consent_id" = uuid::Uuid, Path, description = "The consent's `record_id`.")),
    responses((status = 200, description = "The receipt of the latest revision.", body = ConsentReceipt))
)]
#[get("/v1/consents/{consent_id}/receipt")]
pub(super) async fn get_consent_receipt(
    Centre(caller): Centre,
    Id(id): Id<ConsentId>,
    state: web::Data<HttpState>,
) -> Result<Reply<ConsentReceipt>, ApiError> {
    let view = state.exchange.consent_for_receipt(&caller, id).await?;
    let named = names(&state, &caller, &view).await?;
    Ok(Reply::ok(convert::receipt(&view, &named)))
}

/// The names of whatever the receipt mentions. An office that is no longer in the directory keeps its identifier.
async fn names(
    state: &HttpState,
    caller: &CentreCaller,
    view: &ConsentView,
) -> Result<Named, ApiError> {
    let centre = state.exchange.own_organisation(caller).await?;
    let mut offices = Vec::new();
    for id in convert::offices_named_in(view) {
        match state.exchange.office(caller.as_ref(), &id).await {
            Ok(office) => offices.push((id, office.name)),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Named {
        centre: centre.name.as_str().to_owned(),
        offices,
    })
}
