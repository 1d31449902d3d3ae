//! Leaflets as data (agreement, point 2): for whoever prints or shows them elsewhere. Pages to print are beside the API.

use actix_web::get;
use freigabe_contract::leaflet::{Leaflet, LeafletList};
use freigabe_domain::{leaflet as domain, vocabulary::Language};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{convert::leaflet as convert, extract::Id, problem::ApiError, reply::Reply};

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_leaflets).service(get_leaflet);
}

/// List leaflets
///
/// Texts that tell a person about help, one for each language, each with its version. No token is needed.
#[utoipa::path(
    operation_id = "listLeaflets",
    tag = "directory",
    responses((status = 200, description = "Which there are.", body = LeafletList))
)]
#[get("/v1/leaflets")]
async fn list_leaflets() -> Reply<LeafletList> {
    let items = domain::Leaflet::all().map(convert::summary).collect();
    Reply::ok(LeafletList { items })
}

/// Read a leaflet
///
/// The text in one language. Where no native speaker has checked it, it says so, and whoever shows it has to show that as well.
#[utoipa::path(
    operation_id = "getLeaflet",
    tag = "directory",
    params(("language" = freigabe_contract::vocabulary::Language, Path, description = "Its language.")),
    responses((status = 200, description = "The text.", body = Leaflet))
)]
#[get("/v1/leaflets/{language}")]
async fn get_leaflet(Id(language): Id<Language>) -> Result<Reply<Leaflet>, ApiError> {
    Ok(Reply::ok(convert::leaflet(domain::Leaflet::in_language(
        language,
    ))))
}
