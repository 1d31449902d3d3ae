//! Whether the service is alive, and whether it is ready.

use actix_web::{get, web};
use freigabe_contract::access::Health;
use freigabe_domain::Error;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{problem::ApiError, reply::Reply, state::HttpState};

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_liveness).service(get_readiness);
}

fn ok() -> Reply<Health> {
    Reply::ok(Health {
        status: "ok".to_owned(),
    })
}

/// Tell whether the service is alive
///
/// It answers; nothing else is asked.
#[utoipa::path(
    operation_id = "getLiveness",
    tag = "service",
    responses((status = 200, description = "Alive.", body = Health))
)]
#[get("/health/live")]
async fn get_liveness() -> Reply<Health> {
    ok()
}

/// Tell whether the service is ready
///
/// The store answers, too, and the disclosure log has not stopped.
#[utoipa::path(
    operation_id = "getReadiness",
    tag = "service",
    responses((status = 200, description = "Ready.", body = Health))
)]
#[get("/health/ready")]
async fn get_readiness(state: web::Data<HttpState>) -> Result<Reply<Health>, ApiError> {
    state
        .exchange
        .ready()
        .await
        .map(|()| ok())
        .map_err(|error| match error {
            // Why the log stopped is nobody's secret.
            Error::Log(why) => ApiError::LogBehind(why),
            other => ApiError::Unavailable(other.to_string()),
        })
}
