//! `addClient`, `listClients`, `getClient`

use actix_web::{get, put, web};
use freigabe_contract::{
    onboarding::{AddClient, RegisteredClient, RegisteredClientPage},
    query::PageQuery,
};
use freigabe_domain::access::ClientId;

use crate::{
    access::ByOperator,
    convert::onboarding as convert,
    extract::Id,
    json::Body,
    problem::ApiError,
    query::{Asked, Ordered},
    reply::Reply,
    state::HttpState,
};

/// Add a client
///
/// For a client whose public key, key set or other issuer is known already; otherwise invite its organisation
/// (`inviteClient`), which then brings its own key. The same again changes nothing and has the same answer; another client
/// with the same identifier is a conflict. An identifier of another form than the path's names nothing (404).
#[utoipa::path(
    operation_id = "addClient",
    tag = "access-administration",
    params(("client_id" = freigabe_contract::ClientId, Path, description = "The identifier that the client will have.")),
    request_body = AddClient,
    responses((
        status = 201,
        description = "The client.",
        body = RegisteredClient,
        headers(("Location" = String, description = "Path of the client."))
    ))
)]
#[put("/v1/clients/{client_id}")]
pub(super) async fn add_client(
    ByOperator(operator): ByOperator,
    Id(id): Id<ClientId>,
    body: Body<AddClient>,
    state: web::Data<HttpState>,
) -> Result<Reply<RegisteredClient>, ApiError> {
    let new = convert::new_client(id, body.value)?;
    let added = state.exchange.add_client(&operator, &new).await?;
    let location = format!("/v1/clients/{}", added.id);
    let reply = Reply::created(location, convert::client(&added)?);
    Ok(reply.receipt(state.receipt(&added)))
}

/// List clients
///
/// In the order of their identifiers, suspended ones among them.
#[utoipa::path(
    operation_id = "listClients",
    tag = "access-administration",
    params(PageQuery),
    responses((
        status = 200,
        description = "A page.",
        body = RegisteredClientPage
    ))
)]
#[get("/v1/clients")]
pub(super) async fn list_clients(
    ByOperator(operator): ByOperator,
    asked: Asked<Ordered<ClientId>>,
    state: web::Data<HttpState>,
) -> Result<Reply<RegisteredClientPage>, ApiError> {
    let Ordered { after, limit } = &asked.query;
    let exchange = &state.exchange;
    let found = exchange.clients(&operator, after.as_ref(), *limit).await?;
    let items = found
        .items
        .iter()
        .map(convert::client)
        .collect::<Result<_, _>>()?;
    Ok(asked.page(items, found.next))
}

/// Read a client
#[utoipa::path(
    operation_id = "getClient",
    tag = "access-administration",
    description = "One client: for whom it speaks, by what it is known, what it may do, and whether it is let in.",
    params(("client_id" = freigabe_contract::ClientId, Path, description = "The client's identifier.")),
    responses((status = 200, description = "The client.", body = RegisteredClient))
)]
#[get("/v1/clients/{client_id}")]
pub(super) async fn get_client(
    ByOperator(operator): ByOperator,
    Id(id): Id<ClientId>,
    state: web::Data<HttpState>,
) -> Result<Reply<RegisteredClient>, ApiError> {
    let found = state.exchange.client(&operator, &id).await?;
    Ok(Reply::ok(convert::client(&found)?))
}
