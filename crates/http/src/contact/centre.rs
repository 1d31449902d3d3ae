//! What a centre does.

use actix_web::{get, post, web};
use freigabe_contract::{
    contact::{AddressedContactDetails, AddressedContactDetailsPage, CollectedContactDetails},
    query::PageQuery,
};
use freigabe_domain::ids::ContactDetailsId;

use crate::{
    access::Centre,
    convert::contact as convert,
    extract::{Id, Key},
    problem::ApiError,
    query::{Asked, Listing},
    reply::Reply,
    state::HttpState,
};

/// List contact details
///
/// What waits for the centre and may be collected now, what it has collected, and what it is asked to erase; oldest first, without
/// what it says.
#[utoipa::path(
    operation_id = "listContactDetails",
    tag = "contacts",
    params(PageQuery),
    responses((status = 200, description = "A page.", body = AddressedContactDetailsPage))
)]
#[get("/v1/contact-details")]
pub(super) async fn list_contact_details(
    Centre(caller): Centre,
    asked: Asked<Listing>,
    state: web::Data<HttpState>,
) -> Result<Reply<AddressedContactDetailsPage>, ApiError> {
    let Listing(page) = asked.query;
    let found = state.exchange.contact_inbox(&caller, page).await?;
    let items = found
        .items
        .iter()
        .map(|view| convert::addressed(view.record()));
    Ok(asked.page(items.collect(), found.next))
}

/// Collect contact details
///
/// The consent is asked again, in the transaction that records the collection; only then are they opened. Until they are acknowledged
/// they can be collected again, and the consent is asked each time. Whatever stands against it, the centre learns only that there is
/// nothing.
#[utoipa::path(
    operation_id = "collectContactDetails",
    tag = "contacts",
    params(("contact_details_id" = uuid::Uuid, Path, description = "The `id` of the details.")),
    responses((status = 200, description = "What they say.", body = CollectedContactDetails))
)]
#[post("/v1/contact-details/{contact_details_id}/collection")]
pub(super) async fn collect_contact_details(
    Centre(caller): Centre,
    Id(id): Id<ContactDetailsId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<CollectedContactDetails>, ApiError> {
    let request = key.without_body(&caller);
    let released = state
        .exchange
        .collect_contact(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::collected(&released)?).receipt(state.receipt(&released)))
}

/// Acknowledge contact details
///
/// The centre has them safely; the copy here is destroyed.
#[utoipa::path(
    operation_id = "acknowledgeContactDetails",
    tag = "contacts",
    params(("contact_details_id" = uuid::Uuid, Path, description = "The `id` of the details.")),
    responses((status = 200, description = "They are acknowledged.", body = AddressedContactDetails))
)]
#[post("/v1/contact-details/{contact_details_id}/acknowledgement")]
pub(super) async fn acknowledge_contact_details(
    Centre(caller): Centre,
    Id(id): Id<ContactDetailsId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<AddressedContactDetails>, ApiError> {
    let request = key.without_body(&caller);
    let view = state
        .exchange
        .acknowledge_contact(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::addressed(view.record())).receipt(state.receipt(&view)))
}

/// Say that contact details were erased
///
/// After the person took her consent back (Art. 17 GDPR): `erasure_asked_at` says since when. Once.
#[utoipa::path(
    operation_id = "confirmContactErasure",
    tag = "contacts",
    params(("contact_details_id" = uuid::Uuid, Path, description = "The `id` of the details.")),
    responses((status = 200, description = "It is noted.", body = AddressedContactDetails))
)]
#[post("/v1/contact-details/{contact_details_id}/erasure")]
pub(super) async fn confirm_contact_erasure(
    Centre(caller): Centre,
    Id(id): Id<ContactDetailsId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<AddressedContactDetails>, ApiError> {
    let request = key.without_body(&caller);
    let view = state
        .exchange
        .confirm_contact_erased(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::addressed(view.record())).receipt(state.receipt(&view)))
}
