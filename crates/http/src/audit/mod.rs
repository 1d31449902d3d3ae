//! The disclosure log, for auditors (§ 76 BDSG).

use actix_web::{get, web};
use freigabe_contract::{
    audit::{AuditEvent, AuditEventPage},
    query::{AuditFilter, PageQuery},
};
use freigabe_domain::{
    access::ClientId,
    audit::{AuditQuery, Operation, Outcome},
    disclosure::{Pseudonym, RefusalReason},
    ids::{CaseId, ConsentId, EventId, OrganisationId},
    office::OfficeId,
    store::PageRequest,
    vocabulary::Category,
};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    access::Auditor,
    convert,
    extract::{Id, time, uuid},
    problem::ApiError,
    query::{Asked, Parameters, Query},
    reply::Reply,
    state::HttpState,
};

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(query_audit_events)
        .service(get_audit_event)
        .configure(crate::log::configure_proofs);
}

struct Events {
    query: AuditQuery,
    page: PageRequest,
}

const A_TIME: &str = "a date and time in RFC 3339 form, between the years 1970 and 9999";
const A_UUID: &str = "a UUID with its four hyphens";

macro_rules! code {
    ($parameters:ident, $name:literal, $vocabulary:ident) => {{
        let all: Vec<_> = $vocabulary::ALL
            .iter()
            .map(|member| member.code())
            .collect();
        $parameters.code($name, &all, $vocabulary::from_code)
    }};
}

impl Query for Events {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        let query = AuditQuery {
            from: parameters.optional("from", A_TIME, time),
            until: parameters.optional("until", A_TIME, time),
            actor: parameters.optional("actor", "a client id", |text| ClientId::parse(text).ok()),
            organisation: parameters.optional("organisation", A_UUID, |text| {
                uuid(text).map(OrganisationId::from_uuid)
            }),
            recipient: parameters.optional("recipient", "the identifier of an office", |text| {
                OfficeId::parse(text).ok()
            }),
            operation: code!(parameters, "operation", Operation),
            outcome: code!(parameters, "outcome", Outcome),
            refusal_reason: code!(parameters, "refusal_reason", RefusalReason),
            category: code!(parameters, "category", Category),
            case: parameters.optional("case", A_UUID, |text| uuid(text).map(CaseId::from_uuid)),
            consent: parameters.optional("consent", A_UUID, |text| {
                uuid(text).map(ConsentId::from_uuid)
            }),
            event: parameters.optional("event", A_UUID, |text| uuid(text).map(EventId::from_uuid)),
            pseudonym: parameters.optional(
                "pseudonym",
                "'p-' and 32 lower-case hexadecimal digits",
                |text| Pseudonym::parse(text).ok(),
            ),
        };
        Some(Self {
            query,
            page: parameters.page(),
        })
    }
}

/// Query the log
///
/// Events that meet every condition, newest first. The query itself is logged in the same transaction. Use is limited to
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
    let found = state.exchange.audit_events(&caller, query, *page).await?;
    let items = found.items.into_iter().map(convert::audit_event);
    let items = items.collect::<Result<_, _>>()?;
    Ok(asked.page(items, found.next))
}

/// Read an event
///
/// With its payload exactly as it was committed to. That it was read is logged in the same transaction.
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
