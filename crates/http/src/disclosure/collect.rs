//! `collectDisclosure`, `acknowledgeDisclosure`

use actix_web::{post, web};
use freigabe_contract::disclosure::{AddressedDisclosure, CollectedDisclosure};
use freigabe_domain::ids::DisclosureId;

use crate::{
    access::Office,
    convert,
    extract::{Id, Key},
    problem::ApiError,
    reply::Reply,
    state::HttpState,
};

/// Collect a disclosure
///
/// The consent is asked again, in the transaction that records the collection; only then is the content opened. Until it is
/// acknowledged it can be collected again, and the consent is asked each time. Whatever stands against it, the office learns
/// only that there is nothing.
#[utoipa::path(
    operation_id = "collectDisclosure",
    tag = "inbox",
    params(("disclosure_id" = uuid::Uuid, Path, description = "The disclosure's `id`.")),
    responses((status = 200, description = "The content.", body = CollectedDisclosure))
)]
#[post("/v1/disclosures/{disclosure_id}/collection")]
pub(super) async fn collect_disclosure(
    Office(caller): Office,
    Id(id): Id<DisclosureId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<CollectedDisclosure>, ApiError> {
    let request = key.without_body(&caller);
    let released = state
        .exchange
        .collect_disclosure(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::collected(&released)?).receipt(state.receipt(&released)))
}

/// Acknowledge a disclosure
///
/// The office has the content safely; the copy here is destroyed.
#[utoipa::path(
    operation_id = "acknowledgeDisclosure",
    tag = "inbox",
    params(("disclosure_id" = uuid::Uuid, Path, description = "The disclosure's `id`.")),
    responses((status = 200, description = "It is acknowledged.", body = AddressedDisclosure))
)]
#[post("/v1/disclosures/{disclosure_id}/acknowledgement")]
pub(super) async fn acknowledge_disclosure(
    Office(caller): Office,
    Id(id): Id<DisclosureId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<AddressedDisclosure>, ApiError> {
    let request = key.without_body(&caller);
    let view = state
        .exchange
        .acknowledge_disclosure(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::addressed(&view)).receipt(state.receipt(&view)))
}
