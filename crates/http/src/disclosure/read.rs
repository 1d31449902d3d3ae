//! `listDisclosures`, `getDisclosure`, `listInbox`

use actix_web::{get, web};
use freigabe_contract::{
    disclosure::{AddressedDisclosurePage, DisclosurePage, DisclosureView},
    query::PageQuery,
};
use freigabe_domain::{access::Partner, ids::DisclosureId};

use crate::{
    access::{Centre, CentreOrOffice, Office},
    convert,
    extract::Id,
    problem::ApiError,
    query::{Asked, Listing},
    reply::Reply,
    state::HttpState,
};

/// List the centre's disclosures
///
/// Newest first, without content.
#[utoipa::path(
    operation_id = "listDisclosures",
    tag = "disclosures",
    params(PageQuery),
    responses((status = 200, description = "A page.", body = DisclosurePage))
)]
#[get("/v1/disclosures")]
pub(super) async fn list_disclosures(
    Centre(caller): Centre,
    asked: Asked<Listing>,
    state: web::Data<HttpState>,
) -> Result<Reply<DisclosurePage>, ApiError> {
    let Listing(page) = asked.query;
    let found = state.exchange.released_disclosures(&caller, page).await?;
    let items = found.items.iter().map(convert::disclosure).collect();
    Ok(asked.page(items, found.next))
}

/// Follow a disclosure
///
/// The centre that released it and the addressed office each see their own view, without content. A message that was
/// recalled or sealed before its collection does not exist for the office.
#[utoipa::path(
    operation_id = "getDisclosure",
    tag = "disclosures",
    params(("disclosure_id" = uuid::Uuid, Path, description = "The disclosure's `id`.")),
    responses((status = 200, description = "The disclosure.", body = DisclosureView))
)]
#[get("/v1/disclosures/{disclosure_id}")]
pub(super) async fn get_disclosure(
    CentreOrOffice(caller): CentreOrOffice,
    Id(id): Id<DisclosureId>,
    state: web::Data<HttpState>,
) -> Result<Reply<DisclosureView>, ApiError> {
    let view = match caller {
        Partner::Centre(caller) => {
            let record = state.exchange.released_disclosure(&caller, id).await?;
            DisclosureView::Centre(convert::disclosure(&record))
        }
        Partner::Office(caller) => {
            let view = state.exchange.addressed_disclosure(&caller, id).await?;
            DisclosureView::Office(convert::addressed(&view))
        }
    };
    Ok(Reply::ok(view))
}

/// List what waits for the office
///
/// Messages that can be collected now, oldest first. A page can have fewer than asked for while more follow: what has become another office's
/// since it was released (point 9) is left out.
#[utoipa::path(
    operation_id = "listInbox",
    tag = "inbox",
    params(PageQuery),
    responses((status = 200, description = "A page.", body = AddressedDisclosurePage))
)]
#[get("/v1/inbox")]
pub(super) async fn list_inbox(
    Office(caller): Office,
    asked: Asked<Listing>,
    state: web::Data<HttpState>,
) -> Result<Reply<AddressedDisclosurePage>, ApiError> {
    let Listing(page) = asked.query;
    let found = state.exchange.inbox(&caller, page).await?;
    let items = found.items.iter().map(convert::addressed).collect();
    Ok(asked.page(items, found.next))
}
