//! `addOrganisation`, `listOrganisations`, `getOrganisation`

use actix_web::{get, post, web};
use freigabe_contract::{
    onboarding::{AddOrganisation, Organisation, OrganisationPage},
    query::PageQuery,
};
use freigabe_domain::ids::OrganisationId;

use crate::{
    access::ByOperator,
    convert::onboarding as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Ordered},
    reply::Reply,
    state::HttpState,
};

/// Add an organisation
///
/// A centre, a police office, the coordination, an auditor, or an operator. A police office says which office of the
/// directory it is, and takes part once. What an organisation is never changes; there is no way to remove one, because the log
/// speaks of it: suspend its clients.
#[utoipa::path(
    operation_id = "addOrganisation",
    tag = "access-administration",
    request_body = AddOrganisation,
    responses((
        status = 201,
        description = "The organisation.",
        body = Organisation,
        headers(("Location" = String, description = "Path of the organisation."))
    ))
)]
#[post("/v1/organisations")]
pub(super) async fn add_organisation(
    ByOperator(operator): ByOperator,
    key: Key,
    body: Body<AddOrganisation>,
    state: web::Data<HttpState>,
) -> Result<Reply<Organisation>, ApiError> {
    let request = operator
        .caller()
        .map(|caller| key.with_body(caller, &body.bytes));
    let new = convert::new_organisation(body.value)?;
    let exchange = &state.exchange;
    let added = exchange
        .add_organisation(&operator, request.as_ref(), &new)
        .await?;
    let location = format!("/v1/organisations/{}", added.id);
    let reply = Reply::created(location, convert::organisation(&added));
    Ok(reply.receipt(state.receipt(&added)))
}

/// List organisations
///
/// In the order of their identifiers: the oldest first.
#[utoipa::path(
    operation_id = "listOrganisations",
    tag = "access-administration",
    params(PageQuery),
    responses((
        status = 200,
        description = "A page.",
        body = OrganisationPage
    ))
)]
#[get("/v1/organisations")]
pub(super) async fn list_organisations(
    ByOperator(operator): ByOperator,
    asked: Asked<Ordered<OrganisationId>>,
    state: web::Data<HttpState>,
) -> Result<Reply<OrganisationPage>, ApiError> {
    let Ordered { after, limit } = asked.query;
    let found = state
        .exchange
        .organisations(&operator, after, limit)
        .await?;
    let items = found.items.iter().map(convert::organisation).collect();
    Ok(asked.page(items, found.next))
}

/// Read an organisation
#[utoipa::path(
    operation_id = "getOrganisation",
    tag = "access-administration",
    description = "One organisation that takes part.",
    params(("organisation_id" = uuid::Uuid, Path, description = "The organisation's `id`.")),
    responses((status = 200, description = "The organisation.", body = Organisation))
)]
#[get("/v1/organisations/{organisation_id}")]
pub(super) async fn get_organisation(
    ByOperator(operator): ByOperator,
    Id(id): Id<OrganisationId>,
    state: web::Data<HttpState>,
) -> Result<Reply<Organisation>, ApiError> {
    let found = state.exchange.organisation(&operator, id).await?;
    Ok(Reply::ok(convert::organisation(&found)))
}
