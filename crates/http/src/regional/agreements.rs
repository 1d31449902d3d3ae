//! Regional agreements.

use actix_web::{get, post, web};
use freigabe_contract::{
    query::{AgreementFilter, PageQuery},
    regional::{ProposeRegionalAgreement, RegionalAgreement, RegionalAgreementPage},
};
use freigabe_domain::{ids::RegionalAgreementId, regional::AgreementStanding, store::PageRequest};

use crate::{
    access::{CentreOrOffice, PartnerOrCoordination},
    convert::regional as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Parameters, Query, code},
    reply::Reply,
    state::HttpState,
};

/// Propose a regional agreement
///
/// The caller is one of the parties, and has confirmed with that. It binds nobody until each other party has confirmed exactly this: nothing
/// of it can be changed, and a change is a new agreement that `replaces` the former one. It decides about matters of centres that are
/// parties, in its area and its time, and about nobody else's. Of several that apply the one with the narrower area comes first (more
/// digits of the postcode before fewer, any before the Land), then the one that is valid from a later time on.
#[utoipa::path(
    operation_id = "proposeRegionalAgreement",
    tag = "regional",
    request_body = ProposeRegionalAgreement,
    responses((status = 201, description = "It is proposed.", body = RegionalAgreement))
)]
#[post("/v1/regional-agreements")]
pub(super) async fn propose_regional_agreement(
    CentreOrOffice(caller): CentreOrOffice,
    key: Key,
    body: Body<ProposeRegionalAgreement>,
    state: web::Data<HttpState>,
) -> Result<Reply<RegionalAgreement>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let new = convert::new_agreement(body.value)?;
    let proposed = state
        .exchange
        .propose_regional_agreement(&caller, &request, new)
        .await?;
    let location = format!("/v1/regional-agreements/{}", proposed.value.agreement.id);
    Ok(Reply::created(location, convert::agreement(&proposed)).receipt(state.receipt(&proposed)))
}

pub(crate) struct Agreements {
    standing: Option<AgreementStanding>,
    page: PageRequest,
}

impl Query for Agreements {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        Some(Self {
            standing: code!(parameters, "standing", AgreementStanding),
            page: parameters.page(),
        })
    }
}

/// List regional agreements
///
/// All of them, whoever the parties are, newest first: they are no secret among the partners. With `standing` only those that stand so now.
#[utoipa::path(
    operation_id = "listRegionalAgreements",
    tag = "regional",
    params(AgreementFilter, PageQuery),
    responses((status = 200, description = "A page.", body = RegionalAgreementPage))
)]
#[get("/v1/regional-agreements")]
pub(super) async fn list_regional_agreements(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    asked: Asked<Agreements>,
    state: web::Data<HttpState>,
) -> Result<Reply<RegionalAgreementPage>, ApiError> {
    let Agreements { standing, page } = asked.query;
    let found = state
        .exchange
        .regional_agreements(&caller, standing, page)
        .await?;
    let items = found.items.iter().map(convert::agreement).collect();
    Ok(asked.page(items, found.next))
}

/// Read a regional agreement
#[utoipa::path(
    operation_id = "getRegionalAgreement",
    tag = "regional",
    description = "What was agreed, by whom, where it stands, and who has confirmed it.",
    params(("regional_agreement_id" = uuid::Uuid, Path, description = "The agreement's `id`.")),
    responses((status = 200, description = "The agreement.", body = RegionalAgreement))
)]
#[get("/v1/regional-agreements/{regional_agreement_id}")]
pub(super) async fn get_regional_agreement(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<RegionalAgreementId>,
    state: web::Data<HttpState>,
) -> Result<Reply<RegionalAgreement>, ApiError> {
    let found = state.exchange.regional_agreement(&caller, id).await?;
    Ok(Reply::ok(convert::agreement(&found)))
}

/// Confirm a regional agreement
///
/// A party says yes to exactly what was proposed. With the last yes the agreement is in force, or will be when its time begins; what it
/// replaces ends at that moment.
#[utoipa::path(
    operation_id = "confirmRegionalAgreement",
    tag = "regional",
    params(("regional_agreement_id" = uuid::Uuid, Path, description = "The agreement's `id`.")),
    responses((status = 200, description = "It is confirmed by the caller.", body = RegionalAgreement))
)]
#[post("/v1/regional-agreements/{regional_agreement_id}/confirmation")]
pub(super) async fn confirm_regional_agreement(
    CentreOrOffice(caller): CentreOrOffice,
    Id(id): Id<RegionalAgreementId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<RegionalAgreement>, ApiError> {
    let request = key.without_body(&caller);
    let confirmed = state
        .exchange
        .confirm_regional_agreement(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::agreement(&confirmed)).receipt(state.receipt(&confirmed)))
}

/// End a regional agreement
///
/// Any party can, at once; a proposal is taken back or declined so. From then on the federal default holds again, or what else was agreed. What
/// was released, asked or told under it stays as it is.
#[utoipa::path(
    operation_id = "endRegionalAgreement",
    tag = "regional",
    params(("regional_agreement_id" = uuid::Uuid, Path, description = "The agreement's `id`.")),
    responses((status = 200, description = "It is ended.", body = RegionalAgreement))
)]
#[post("/v1/regional-agreements/{regional_agreement_id}/ending")]
pub(super) async fn end_regional_agreement(
    CentreOrOffice(caller): CentreOrOffice,
    Id(id): Id<RegionalAgreementId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<RegionalAgreement>, ApiError> {
    let request = key.without_body(&caller);
    let ended = state
        .exchange
        .end_regional_agreement(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::agreement(&ended)).receipt(state.receipt(&ended)))
}
