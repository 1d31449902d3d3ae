//! Handovers (agreement, point 9): an office hands a case over, the centre is told.

use actix_web::{get, post, web};
use freigabe_contract::{
    handover::{
        HandCaseOver, HandoverPage, HandoverView, ListedHandover, MadeHandoverDetails,
        ToldHandoverDetails,
    },
    query::PageQuery,
};
use freigabe_domain::{access::Partner, ids::HandoverId};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    access::{Centre, CentreOrOffice, Office},
    convert::handover as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Listing},
    reply::Reply,
    state::HttpState,
};

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(hand_case_over)
        .service(list_handovers)
        .service(get_handover)
        .service(acknowledge_handover);
}

/// Hand a case over
///
/// To another office, to the police of a Land, or to a prosecution: whoever handles the case from now on is a new recipient, and learns
/// nothing by this. What waits for the office that hands over can't be collected any more; nothing of the case can be released to it. The
/// centre is told. Of a case that the office knows from an offer, the centre is told and nothing else changes: what the centre itself released
/// belongs to its own case, and nobody but the centre can tell that both are one person. The answer says of each message whether it may go along with the file: only what the person allowed to be passed on may.
#[utoipa::path(
    operation_id = "handCaseOver",
    tag = "handovers",
    request_body = HandCaseOver,
    responses((
        status = 201,
        description = "It is handed over.",
        body = MadeHandoverDetails,
        headers(("Location" = String, description = "Path of the handover."))
    ))
)]
#[post("/v1/handovers")]
async fn hand_case_over(
    Office(caller): Office,
    key: Key,
    body: Body<HandCaseOver>,
    state: web::Data<HttpState>,
) -> Result<Reply<MadeHandoverDetails>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let new = convert::new_handover(body.value)?;
    let made = state.exchange.hand_over(&caller, &request, new).await?;
    let location = format!("/v1/handovers/{}", made.value.handover.id);
    Ok(Reply::created(location, convert::made_details(&made)).receipt(state.receipt(&made)))
}

/// List handovers
///
/// Newest first: those that the office made, or that the centre is told of.
#[utoipa::path(
    operation_id = "listHandovers",
    tag = "handovers",
    params(PageQuery),
    responses((status = 200, description = "A page.", body = HandoverPage))
)]
#[get("/v1/handovers")]
async fn list_handovers(
    CentreOrOffice(caller): CentreOrOffice,
    asked: Asked<Listing>,
    state: web::Data<HttpState>,
) -> Result<Reply<HandoverPage>, ApiError> {
    let page = asked.query.0;
    let (items, next) = match caller {
        Partner::Office(caller) => {
            let found = state.exchange.handovers(&caller, page).await?;
            let made = |one| ListedHandover::Office(convert::made(one));
            (found.items.iter().map(made).collect(), found.next)
        }
        Partner::Centre(caller) => {
            let found = state.exchange.told_handovers(&caller, page).await?;
            let told = |one| ListedHandover::Centre(convert::told(one));
            (found.items.iter().map(told).collect(), found.next)
        }
    };
    Ok(asked.page(items, next))
}

/// Read a handover
///
/// The office that made it sees what becomes of each message; the centre that is told sees which messages wait for nobody, to redirect or
/// recall them.
#[utoipa::path(
    operation_id = "getHandover",
    tag = "handovers",
    params(("handover_id" = uuid::Uuid, Path, description = "The handover's `id`.")),
    responses((status = 200, description = "The handover.", body = HandoverView))
)]
#[get("/v1/handovers/{handover_id}")]
async fn get_handover(
    CentreOrOffice(caller): CentreOrOffice,
    Id(id): Id<HandoverId>,
    state: web::Data<HttpState>,
) -> Result<Reply<HandoverView>, ApiError> {
    let view = match caller {
        Partner::Office(caller) => {
            let view = state.exchange.handover(&caller, id).await?;
            HandoverView::Office(convert::made_details(&view))
        }
        Partner::Centre(caller) => {
            let view = state.exchange.told_handover(&caller, id).await?;
            HandoverView::Centre(convert::told_details(&view))
        }
    };
    Ok(Reply::ok(view))
}

/// Acknowledge a handover
///
/// The centre knows whom the case is with now. Once.
#[utoipa::path(
    operation_id = "acknowledgeHandover",
    tag = "handovers",
    params(("handover_id" = uuid::Uuid, Path, description = "The handover's `id`.")),
    responses((status = 200, description = "It is acknowledged.", body = ToldHandoverDetails))
)]
#[post("/v1/handovers/{handover_id}/acknowledgement")]
async fn acknowledge_handover(
    Centre(caller): Centre,
    Id(id): Id<HandoverId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<ToldHandoverDetails>, ApiError> {
    let request = key.without_body(&caller);
    let told = state
        .exchange
        .acknowledge_handover(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::told_details(&told)).receipt(state.receipt(&told)))
}
