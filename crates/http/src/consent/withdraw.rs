//! `withdrawConsent`

use actix_web::{post, web};
use freigabe_contract::consent::Withdrawal;
use freigabe_domain::ids::ConsentId;

use crate::{
    access::Centre, convert, extract::Id, problem::ApiError, reply::Reply, state::HttpState,
};

/// Withdraw a consent
///
/// At any time, at once, never refused: in whatever state the consent is, without a body, a key or a version. When the answer
/// arrives, no later collection returns content, on whatever node. Messages that wait are sealed for good; each office that
/// already collected gets a notice that it must answer. Withdrawing again changes nothing and answers the same.
#[utoipa::path(
    operation_id = "withdrawConsent",
    tag = "consents",
    params(("consent_id" = uuid::Uuid, Path, description = "The consent's `record_id`.")),
    responses((status = 200, description = "The consent is withdrawn.", body = Withdrawal))
)]
#[post("/v1/consents/{consent_id}/withdrawal")]
pub(super) async fn withdraw_consent(
    Centre(caller): Centre,
    Id(id): Id<ConsentId>,
    state: web::Data<HttpState>,
) -> Result<Reply<Withdrawal>, ApiError> {
    // Nothing of the request but the token and the path is looked at: nothing else can stand in the way.
    let outcome = state.exchange.withdraw_consent(&caller, id).await?;
    Ok(Reply::ok(convert::withdrawal(&outcome)).receipt(state.receipt(&outcome)))
}
