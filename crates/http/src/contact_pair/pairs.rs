//! `openContactPair`, `listContactPairs`, `getContactPair`, `setPairContacts`, `confirmContactPair`

use actix_web::{get, post, put, web};
use freigabe_contract::{
    contact_pair::{ContactPair, ContactPairPage, OpenContactPair, SetPairContacts},
    query::PageQuery,
};
use freigabe_domain::{access, exchange::PairView, ids::ContactPairId};

use crate::{
    access::{CentreOrOffice, PartnerOrCoordination},
    convert::contact_pair as convert,
    directory::tag,
    extract::{Id, IfMatch, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Listing},
    reply::Reply,
    state::HttpState,
};

/// The pair with the tag of its reader's own half: its version, nought where it is not there yet. What the other side does with its half is
/// no part of it, so that nobody has to read anew before changing what is their own.
fn tagged(
    view: &PairView,
    reply: impl FnOnce(ContactPair) -> Reply<ContactPair>,
) -> Reply<ContactPair> {
    let own = view.listed.pair.halves.of(view.own);
    let version = own.map_or(0, |half| half.version);
    reply(convert::pair(view)).tagged(tag::write(version))
}

/// Open a contact pair
///
/// An office opens one with a centre, by its entry in the directory, or a centre with an office, and names whom the other side is to call.
/// There is one pair of both. Where the other side has opened it, this is refused (409): list the pairs, and write into that one with
/// `setPairContacts`, under the tag `"0"`. It is current once both have named somebody.
#[utoipa::path(
    operation_id = "openContactPair",
    tag = "regional",
    request_body = OpenContactPair,
    responses((
        status = 201,
        description = "It is opened.",
        body = ContactPair,
        headers(
            ("Location" = String, description = "Path of the pair."),
            ("ETag" = String, description = "Tag of the caller's half, for `If-Match`.")
        )
    ))
)]
#[post("/v1/contact-pairs")]
pub(super) async fn open_contact_pair(
    CentreOrOffice(caller): CentreOrOffice,
    key: Key,
    body: Body<OpenContactPair>,
    state: web::Data<HttpState>,
) -> Result<Reply<ContactPair>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let (with, contacts) = convert::new_pair(body.value)?;
    let opened = state
        .exchange
        .open_contact_pair(&caller, &request, with, contacts)
        .await?;
    let location = format!("/v1/contact-pairs/{}", opened.listed.pair.id);
    let reply = tagged(&opened, |pair| Reply::created(location, pair));
    Ok(reply.receipt(state.receipt(&opened)))
}

/// List contact pairs
///
/// An office and a centre see their own, the network's coordination all of them, the newest first: whose they are, where they stand and when
/// each side confirmed. Whom a half names is read one by one, by its two sides alone.
#[utoipa::path(
    operation_id = "listContactPairs",
    tag = "regional",
    params(PageQuery),
    responses((status = 200, description = "A page.", body = ContactPairPage))
)]
#[get("/v1/contact-pairs")]
pub(super) async fn list_contact_pairs(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    asked: Asked<Listing>,
    state: web::Data<HttpState>,
) -> Result<Reply<ContactPairPage>, ApiError> {
    let (exchange, page) = (&state.exchange, asked.query.0);
    let found = match &caller {
        access::PartnerOrCoordination::Partner(caller) => {
            exchange.contact_pairs(caller, page).await
        }
        access::PartnerOrCoordination::Coordination(caller) => {
            exchange.all_contact_pairs(caller, page).await
        }
    }?;
    let items = found.items.iter().map(convert::listed).collect();
    Ok(asked.page(items, found.next))
}

/// Read a contact pair
#[utoipa::path(
    operation_id = "getContactPair",
    tag = "regional",
    description = "One of the caller's own: whom both sides name, when each confirmed it, and where the pair stands.",
    params(("contact_pair_id" = uuid::Uuid, Path, description = "The pair's `id`.")),
    responses((
        status = 200,
        description = "The pair.",
        body = ContactPair,
        headers(("ETag" = String, description = "Tag of the caller's half, for `If-Match`; `\"0\"` where it is not there yet."))
    ))
)]
#[get("/v1/contact-pairs/{contact_pair_id}")]
pub(super) async fn get_contact_pair(
    CentreOrOffice(caller): CentreOrOffice,
    Id(id): Id<ContactPairId>,
    state: web::Data<HttpState>,
) -> Result<Reply<ContactPair>, ApiError> {
    let found = state.exchange.contact_pair(&caller, id).await?;
    Ok(tagged(&found, Reply::ok))
}

/// Write one's own half of a contact pair
///
/// In the place of what it said before, as it was read under the tag; that counts as a confirmation. What it said before is gone. The other
/// side's half stays as it is.
#[utoipa::path(
    operation_id = "setPairContacts",
    tag = "regional",
    params(("contact_pair_id" = uuid::Uuid, Path, description = "The pair's `id`.")),
    request_body = SetPairContacts,
    responses((
        status = 200,
        description = "The pair.",
        body = ContactPair,
        headers(("ETag" = String, description = "Tag of the caller's half, for `If-Match`."))
    ))
)]
#[put("/v1/contact-pairs/{contact_pair_id}/contacts")]
pub(super) async fn set_pair_contacts(
    CentreOrOffice(caller): CentreOrOffice,
    Id(id): Id<ContactPairId>,
    IfMatch(tag): IfMatch,
    body: Body<SetPairContacts>,
    state: web::Data<HttpState>,
) -> Result<Reply<ContactPair>, ApiError> {
    let contacts = convert::contacts(body.value)?;
    let changed = state
        .exchange
        .set_pair_contacts(&caller, id, tag::read(&tag), contacts)
        .await?;
    Ok(tagged(&changed, Reply::ok).receipt(state.receipt(&changed)))
}

/// Confirm one's own half of a contact pair
///
/// Whom it names is still to be called, as it was read under the tag. A confirmation counts as long as the installation has set: the
/// agreement names no time.
#[utoipa::path(
    operation_id = "confirmContactPair",
    tag = "regional",
    params(("contact_pair_id" = uuid::Uuid, Path, description = "The pair's `id`.")),
    responses((
        status = 200,
        description = "The pair.",
        body = ContactPair,
        headers(("ETag" = String, description = "Tag of the caller's half, for `If-Match`."))
    ))
)]
#[post("/v1/contact-pairs/{contact_pair_id}/confirmation")]
pub(super) async fn confirm_contact_pair(
    CentreOrOffice(caller): CentreOrOffice,
    Id(id): Id<ContactPairId>,
    IfMatch(tag): IfMatch,
    state: web::Data<HttpState>,
) -> Result<Reply<ContactPair>, ApiError> {
    let confirmed = state
        .exchange
        .confirm_contact_pair(&caller, id, tag::read(&tag))
        .await?;
    Ok(tagged(&confirmed, Reply::ok).receipt(state.receipt(&confirmed)))
}
