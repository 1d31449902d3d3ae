//! `listOfficesWithoutContact`

use actix_web::{get, web};
use freigabe_contract::{
    contact_pair::OfficeWithoutContactPage,
    query::{OfficeFilter, PageQuery},
};

use crate::{
    access::OfficeOrCoordination, convert::contact_pair as convert, office::Offices,
    problem::ApiError, query::Asked, reply::Reply, state::HttpState,
};

/// List offices without a current contact
///
/// Active offices that have no current contact pair with any centre, and what each lacks, in the order of their identifiers: Direktionen
/// and Inspektionen, unless another `kind` is asked for. By the dates alone: whom anybody names is in no answer.
#[utoipa::path(
    operation_id = "listOfficesWithoutContact",
    tag = "regional",
    params(OfficeFilter, PageQuery),
    responses((status = 200, description = "A page.", body = OfficeWithoutContactPage))
)]
#[get("/v1/offices-without-contact")]
pub(super) async fn list_offices_without_contact(
    OfficeOrCoordination(caller): OfficeOrCoordination,
    asked: Asked<Offices>,
    state: web::Data<HttpState>,
) -> Result<Reply<OfficeWithoutContactPage>, ApiError> {
    let Offices { query, limit } = &asked.query;
    let found = state
        .exchange
        .offices_without_contact(&caller, query.clone(), *limit)
        .await?;
    let items = found.items.iter().map(convert::without_contact).collect();
    Ok(asked.page(items, found.next))
}
