//! `replaceClientCredential`, `setClientScopes`, `suspendClient`, `resumeClient`

use actix_web::{post, put, web};
use freigabe_contract::onboarding::{RegisteredClient, ReplaceClientCredential, SetClientScopes};
use freigabe_domain::access::{ClientChange, ClientId, Operator};

use crate::{
    access::ByOperator, convert::onboarding as convert, extract::Id, json::Body, problem::ApiError,
    reply::Reply, state::HttpState,
};

/// Replace what a client is known by
///
/// What is signed with an old key counts no longer, and no token of an earlier issuer; tokens that were issued here stay good
/// until their end. Where a key may be in wrong hands, suspend the client first. What is so already stays so.
#[utoipa::path(
    operation_id = "replaceClientCredential",
    tag = "access-administration",
    params(("client_id" = freigabe_contract::ClientId, Path, description = "The client's identifier.")),
    request_body = ReplaceClientCredential,
    responses((status = 200, description = "The client as it is now.", body = RegisteredClient))
)]
#[put("/v1/clients/{client_id}/credential")]
pub(super) async fn replace_client_credential(
    ByOperator(operator): ByOperator,
    Id(id): Id<ClientId>,
    body: Body<ReplaceClientCredential>,
    state: web::Data<HttpState>,
) -> Result<Reply<RegisteredClient>, ApiError> {
    let credential = convert::credential(body.value.credential)?;
    change(&state, &operator, &id, ClientChange::Credential(credential)).await
}

/// Set what a client is allowed
///
/// From the moment of the answer: a token that was good for more is so no longer. Only scopes that its organisation's role can
/// make something of are taken. A client that is given more uses it with its next token.
#[utoipa::path(
    operation_id = "setClientScopes",
    tag = "access-administration",
    params(("client_id" = freigabe_contract::ClientId, Path, description = "The client's identifier.")),
    request_body = SetClientScopes,
    responses((status = 200, description = "The client as it is now.", body = RegisteredClient))
)]
#[put("/v1/clients/{client_id}/scopes")]
pub(super) async fn set_client_scopes(
    ByOperator(operator): ByOperator,
    Id(id): Id<ClientId>,
    body: Body<SetClientScopes>,
    state: web::Data<HttpState>,
) -> Result<Reply<RegisteredClient>, ApiError> {
    let scopes = convert::scopes(body.value.scopes);
    change(&state, &operator, &id, ClientChange::Scopes(scopes)).await
}

/// Suspend a client
///
/// At once: from the moment of the answer none of its tokens is good for anything, on whatever node, and it gets no other. A
/// suspended client stays so when this is asked again.
#[utoipa::path(
    operation_id = "suspendClient",
    tag = "access-administration",
    params(("client_id" = freigabe_contract::ClientId, Path, description = "The client's identifier.")),
    responses((status = 200, description = "The client as it is now.", body = RegisteredClient))
)]
#[post("/v1/clients/{client_id}/suspension")]
pub(super) async fn suspend_client(
    ByOperator(operator): ByOperator,
    Id(id): Id<ClientId>,
    state: web::Data<HttpState>,
) -> Result<Reply<RegisteredClient>, ApiError> {
    change(&state, &operator, &id, ClientChange::Active(false)).await
}

/// Let a suspended client in again
///
/// Its tokens that have not ended are good again. Where its key may be in wrong hands, replace that first.
#[utoipa::path(
    operation_id = "resumeClient",
    tag = "access-administration",
    params(("client_id" = freigabe_contract::ClientId, Path, description = "The client's identifier.")),
    responses((status = 200, description = "The client as it is now.", body = RegisteredClient))
)]
#[post("/v1/clients/{client_id}/resumption")]
pub(super) async fn resume_client(
    ByOperator(operator): ByOperator,
    Id(id): Id<ClientId>,
    state: web::Data<HttpState>,
) -> Result<Reply<RegisteredClient>, ApiError> {
    change(&state, &operator, &id, ClientChange::Active(true)).await
}

async fn change(
    state: &HttpState,
    operator: &Operator,
    id: &ClientId,
    change: ClientChange,
) -> Result<Reply<RegisteredClient>, ApiError> {
    let changed = state.exchange.change_client(operator, id, &change).await?;
    Ok(Reply::ok(convert::client(&changed)?).receipt(state.receipt(&changed)))
}
