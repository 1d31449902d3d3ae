//! `proposeSupplementaryAgreement`, `listSupplementaryAgreements`, `getSupplementaryAgreement`, `confirmSupplementaryAgreement`,
//! `endSupplementaryAgreement`

use actix_web::{get, post, web};
use freigabe_contract::{
    query::{AgreementFilter, PageQuery},
    supplementary::{
        ProposeSupplementaryAgreement, SupplementaryAgreement, SupplementaryAgreementPage,
    },
};
use freigabe_domain::{
    ids::SupplementaryAgreementId, regional::AgreementStanding, store::PageRequest,
};

use crate::{
    access::PartnerOrCoordination,
    convert::supplementary as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Parameters, Query, code},
    reply::Reply,
    state::HttpState,
};

/// Propose a supplementary agreement
///
/// Who bears what of the costs of something that police and network do together; without one, each bears its own. The caller is one of the
/// parties, and has confirmed with that. It binds nobody until each other party has confirmed exactly this. Parties are of both sides, and their
/// shares add up to the total to the cent: given as amounts, or as parts from which the amounts are told.
#[utoipa::path(
    operation_id = "proposeSupplementaryAgreement",
    tag = "activities",
    request_body = ProposeSupplementaryAgreement,
    responses((status = 201, description = "It is proposed.", body = SupplementaryAgreement))
)]
#[post("/v1/supplementary-agreements")]
pub(super) async fn propose_supplementary_agreement(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    key: Key,
    body: Body<ProposeSupplementaryAgreement>,
    state: web::Data<HttpState>,
) -> Result<Reply<SupplementaryAgreement>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let new = convert::new_agreement(body.value)?;
    let proposed = state
        .exchange
        .propose_supplementary_agreement(&caller, &request, new)
        .await?;
    let location = format!("/v1/supplementary-agreements/{}", proposed.agreement.id);
    Ok(Reply::created(location, convert::agreement(&proposed)).receipt(state.receipt(&proposed)))
}

pub(crate) struct Supplementary {
    standing: Option<AgreementStanding>,
    page: PageRequest,
}

impl Query for Supplementary {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        Some(Self {
            standing: code!(parameters, "standing", AgreementStanding),
            page: parameters.page(),
        })
    }
}

/// List supplementary agreements
///
/// All of them, whoever the parties are, newest first: they are no secret among the partners. With `standing` only those that stand so now.
#[utoipa::path(
    operation_id = "listSupplementaryAgreements",
    tag = "activities",
    params(AgreementFilter, PageQuery),
    responses((status = 200, description = "A page.", body = SupplementaryAgreementPage))
)]
#[get("/v1/supplementary-agreements")]
pub(super) async fn list_supplementary_agreements(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    asked: Asked<Supplementary>,
    state: web::Data<HttpState>,
) -> Result<Reply<SupplementaryAgreementPage>, ApiError> {
    let Supplementary { standing, page } = asked.query;
    let found = state
        .exchange
        .supplementary_agreements(&caller, standing, page)
        .await?;
    let items = found.items.iter().map(convert::agreement).collect();
    Ok(asked.page(items, found.next))
}

/// Read a supplementary agreement
#[utoipa::path(
    operation_id = "getSupplementaryAgreement",
    tag = "activities",
    description = "What is shared, who bears what of it, where it stands, and who has confirmed it.",
    params(("supplementary_agreement_id" = uuid::Uuid, Path, description = "The agreement's `id`.")),
    responses((status = 200, description = "The agreement.", body = SupplementaryAgreement))
)]
#[get("/v1/supplementary-agreements/{supplementary_agreement_id}")]
pub(super) async fn get_supplementary_agreement(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<SupplementaryAgreementId>,
    state: web::Data<HttpState>,
) -> Result<Reply<SupplementaryAgreement>, ApiError> {
    let found = state.exchange.supplementary_agreement(&caller, id).await?;
    Ok(Reply::ok(convert::agreement(&found)))
}

/// Confirm a supplementary agreement
///
/// A party says yes to exactly what was proposed. With the last yes the agreement is in force, or will be when its time begins.
#[utoipa::path(
    operation_id = "confirmSupplementaryAgreement",
    tag = "activities",
    params(("supplementary_agreement_id" = uuid::Uuid, Path, description = "The agreement's `id`.")),
    responses((status = 200, description = "It is confirmed by the caller.", body = SupplementaryAgreement))
)]
#[post("/v1/supplementary-agreements/{supplementary_agreement_id}/confirmation")]
pub(super) async fn confirm_supplementary_agreement(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<SupplementaryAgreementId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<SupplementaryAgreement>, ApiError> {
    let request = key.without_body(&caller);
    let confirmed = state
        .exchange
        .confirm_supplementary_agreement(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::agreement(&confirmed)).receipt(state.receipt(&confirmed)))
}

/// End a supplementary agreement
///
/// Any party can, at once; a proposal is taken back or declined so. What was planned on it stays as it was agreed; nothing new can rest on it.
#[utoipa::path(
    operation_id = "endSupplementaryAgreement",
    tag = "activities",
    params(("supplementary_agreement_id" = uuid::Uuid, Path, description = "The agreement's `id`.")),
    responses((status = 200, description = "It is ended.", body = SupplementaryAgreement))
)]
#[post("/v1/supplementary-agreements/{supplementary_agreement_id}/ending")]
pub(super) async fn end_supplementary_agreement(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<SupplementaryAgreementId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<SupplementaryAgreement>, ApiError> {
    let request = key.without_body(&caller);
    let ended = state
        .exchange
        .end_supplementary_agreement(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::agreement(&ended)).receipt(state.receipt(&ended)))
}
