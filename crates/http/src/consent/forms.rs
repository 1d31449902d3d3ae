//! `listConsentForms`

use actix_web::{get, web};
use freigabe_contract::consent::ConsentForms;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{access::Anyone, convert, problem::ApiError, reply::Reply, state::HttpState};

/// Registers the operation.
pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_consent_forms);
}

/// List the known consent forms
///
/// Everything that a consent may have been signed on here, for both declarations; the operator adds what the coordination
/// publishes. There are few, so there are no pages.
#[utoipa::path(
    operation_id = "listConsentForms",
    tag = "consents",
    responses((status = 200, description = "All forms, by kind, version and language.", body = ConsentForms))
)]
#[get("/v1/consent-forms")]
async fn list_consent_forms(
    _caller: Anyone,
    state: web::Data<HttpState>,
) -> Result<Reply<ConsentForms>, ApiError> {
    let forms = state.exchange.consent_forms().await?;
    Ok(Reply::ok(convert::consent_forms(&forms)))
}
