//! How many events there are.

use actix_web::{get, web};
use freigabe_contract::{audit::AuditCounts, query::AuditPeriod};
use freigabe_domain::instant::Instant;

use super::filter::A_TIME;
use crate::{
    access::AuditorOrCoordination,
    convert,
    extract::time,
    problem::ApiError,
    query::{Asked, Parameters, Query},
    reply::Reply,
    state::HttpState,
};

pub(crate) struct Counted {
    from: Option<Instant>,
    until: Option<Instant>,
}

impl Query for Counted {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        Some(Self {
            from: parameters.optional("from", A_TIME, time),
            until: parameters.optional("until", A_TIME, time),
        })
    }
}

/// Count events
///
/// How many events there are, by month (UTC), operation and outcome; and how many were erased. No event and no pseudonym:
/// this is all that the network's coordination sees of the log besides its public proofs (§ 76(3) BDSG). That it was counted
/// is logged before the answer.
#[utoipa::path(
    operation_id = "countAuditEvents",
    tag = "audit",
    params(AuditPeriod),
    responses((status = 200, description = "The numbers.", body = AuditCounts))
)]
#[get("/v1/audit/counts")]
pub(super) async fn count_audit_events(
    AuditorOrCoordination(caller): AuditorOrCoordination,
    asked: Asked<Counted>,
    state: web::Data<HttpState>,
) -> Result<Reply<AuditCounts>, ApiError> {
    let Counted { from, until } = asked.query;
    let counts = state.exchange.audit_counts(&caller, from, until).await?;
    Ok(Reply::ok(convert::audit_counts(&counts)?))
}
