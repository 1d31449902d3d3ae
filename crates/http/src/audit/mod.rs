//! The disclosure log, for auditors (§ 76 BDSG).

mod count;
mod csv;
mod evidence;
mod export;
mod fhir;
mod filter;
mod sample;

use actix_web::{get, web};
use freigabe_contract::{
    audit::{AuditEvent, AuditEventPage},
    query::{AuditFilter, PageQuery},
};
use freigabe_domain::{
    audit::{AuditQuery, Retention},
    ids::EventId,
    store::PageRequest,
};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    access::Auditor,
    convert,
    extract::Id,
    problem::ApiError,
    query::{Asked, Parameters, Query},
    reply::Reply,
    state::HttpState,
};

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use self::{count::Counted, export::Wanted};

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(query_audit_events)
        .service(get_audit_event)
        .service(evidence::get_audit_evidence)
        .service(evidence::get_leaf_evidence)
        .service(count::count_audit_events)
        .service(sample::draw_audit_sample)
        .service(export::export_audit_events)
        .configure(crate::log::configure_proofs);
}

pub(crate) struct Events {
    query: AuditQuery,
    page: PageRequest,
}

impl Query for Events {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        Some(Self {
            query: filter::read(parameters),
            page: parameters.page(),
        })
    }
}

/// Query the log
///
/// Events that meet every condition, newest first. The query itself is logged before the answer. Use is limited to
/// checking lawfulness, self-monitoring, integrity and security of the data, and criminal proceedings (§ 76(3) BDSG).
#[utoipa::path(
    operation_id = "queryAuditEvents",
    tag = "audit",
    params(AuditFilter, PageQuery),
    responses((status = 200, description = "A page.", body = AuditEventPage))
)]
#[get("/v1/audit/events")]
async fn query_audit_events(
    Auditor(caller): Auditor,
    asked: Asked<Events>,
    state: web::Data<HttpState>,
) -> Result<Reply<AuditEventPage>, ApiError> {
    let Events { query, page } = &asked.query;
    if query.retention == Some(Retention::Gone) {
        let gone = state.exchange.audit_gone(&caller).await?;
        return Ok(Reply::ok(AuditEventPage {
            items: Vec::new(),
            next: None,
            gone: Some(gone),
        }));
    }
    let found = state.exchange.audit_events(&caller, query, *page).await?;
    let items = found.items.into_iter().map(convert::audit_event);
    let items = items.collect::<Result<_, _>>()?;
    Ok(asked.page(items, found.next))
}

/// Read an event
///
/// With its payload exactly as it was committed to. That it was read is logged before the answer.
#[utoipa::path(
    operation_id = "getAuditEvent",
    tag = "audit",
    params(("event_id" = uuid::Uuid, Path, description = "The event's `id`.")),
    responses((status = 200, description = "The event.", body = AuditEvent))
)]
#[get("/v1/audit/events/{event_id}")]
async fn get_audit_event(
    Auditor(caller): Auditor,
    Id(id): Id<EventId>,
    state: web::Data<HttpState>,
) -> Result<Reply<AuditEvent>, ApiError> {
    let event = state.exchange.audit_event(&caller, id).await?;
    Ok(Reply::ok(convert::audit_event(event)?))
}
