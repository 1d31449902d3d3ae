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

/// All is well.
const OK: &str = "ok";
/// Requests are answered, but the disclosure log has stopped: the server's own log says why.
const LOG_STOPPED: &str = "log_stopped";

fn said(status: &str) -> Reply<Health> {
    Reply::ok(Health {
        status: status.to_owned(),
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
    said(OK)
}

/// Tell whether the service is ready
///
/// The store answers, too. `log_stopped` says that the disclosure log does not go on until somebody has looked: that is no
/// reason to send nothing here any more, for withdrawals must arrive all the same.
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
        .map(|()| said(OK))
        .or_else(|error| match error {
            // A balancer that took every node out for this would stand in the way of withdrawals.
            Error::Log(_) => Ok(said(LOG_STOPPED)),
            other => Err(ApiError::Unavailable(other.to_string())),
        })
}
