//! `planPreventionEvent`, `listPreventionEvents`, `getPreventionEvent`, `invitePreventionEvent`, `replyToPreventionEvent`,
//! `recordPreventionEventHeld`, `cancelPreventionEvent`

use actix_web::{get, post, web};
use freigabe_contract::{
    prevention::{
        InvitePreventionEvent, PlanPreventionEvent, PreventionEvent, PreventionEventPage,
        ReplyToPreventionEvent,
    },
    query::{PageQuery, PreventionFilter},
};
use freigabe_domain::{
    access,
    ids::PreventionEventId,
    prevention::{self, PreventionState},
    store::PageRequest,
};

use crate::{
    access::{CentreOrCoordination, Office, PartnerOrCoordination},
    convert::prevention as convert,
    directory::tag,
    extract::{Id, IfMatch, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Parameters, Query, code},
    reply::Reply,
    state::HttpState,
};

/// The day with the tag of its version.
fn tagged(
    event: &prevention::PreventionEvent,
    reply: impl FnOnce(PreventionEvent) -> Reply<PreventionEvent>,
) -> Reply<PreventionEvent> {
    reply(convert::event(event)).tagged(tag::write(event.version))
}

/// Plan a prevention day
///
/// The police invite the network to a day of their own. Nobody is invited with that: see `invitePreventionEvent`. Each side bears its own
/// costs, or a supplementary agreement of which the office is a party shares them.
#[utoipa::path(
    operation_id = "planPreventionEvent",
    tag = "activities",
    request_body = PlanPreventionEvent,
    responses((
        status = 201,
        description = "It is planned.",
        body = PreventionEvent,
        headers(
            ("Location" = String, description = "Path of the prevention day."),
            ("ETag" = String, description = "Tag of this version, for `If-Match`.")
        )
    ))
)]
#[post("/v1/prevention-events")]
pub(super) async fn plan_prevention_event(
    Office(caller): Office,
    key: Key,
    body: Body<PlanPreventionEvent>,
    state: web::Data<HttpState>,
) -> Result<Reply<PreventionEvent>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let new = convert::new_event(body.value)?;
    let planned = state
        .exchange
        .plan_prevention_event(&caller, &request, new)
        .await?;
    let location = format!("/v1/prevention-events/{}", planned.id);
    let reply = tagged(&planned, |event| Reply::created(location, event));
    Ok(reply.receipt(state.receipt(&planned)))
}

pub(crate) struct Events {
    state: Option<PreventionState>,
    page: PageRequest,
}

impl Query for Events {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        Some(Self {
            state: code!(parameters, "state", PreventionState),
            page: parameters.page(),
        })
    }
}

/// List prevention days
///
/// All of them, whichever office plans them, the last planned first. With `state` only those that stand so.
#[utoipa::path(
    operation_id = "listPreventionEvents",
    tag = "activities",
    params(PreventionFilter, PageQuery),
    responses((status = 200, description = "A page.", body = PreventionEventPage))
)]
#[get("/v1/prevention-events")]
pub(super) async fn list_prevention_events(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    asked: Asked<Events>,
    state: web::Data<HttpState>,
) -> Result<Reply<PreventionEventPage>, ApiError> {
    let query = &asked.query;
    let found = state
        .exchange
        .prevention_events(&caller, query.state, query.page)
        .await?;
    let items = found.items.iter().map(convert::event).collect();
    Ok(asked.page(items, found.next))
}

/// Read a prevention day
#[utoipa::path(
    operation_id = "getPreventionEvent",
    tag = "activities",
    description = "What is planned, where it stands, who is invited, and what they answered.",
    params(("prevention_event_id" = uuid::Uuid, Path, description = "The prevention day's `id`.")),
    responses((
        status = 200,
        description = "The prevention day.",
        body = PreventionEvent,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`. Answers to invitations are no part of it."))
    ))
)]
#[get("/v1/prevention-events/{prevention_event_id}")]
pub(super) async fn get_prevention_event(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<PreventionEventId>,
    state: web::Data<HttpState>,
) -> Result<Reply<PreventionEvent>, ApiError> {
    let found = state.exchange.prevention_event(&caller, id).await?;
    Ok(tagged(&found, Reply::ok))
}

/// Invite to a prevention day
///
/// The network's coordination, centres by Land, or centres by name: whoever that is at this moment. Who is invited already stays as it is. As long as
/// the day is planned and not over.
#[utoipa::path(
    operation_id = "invitePreventionEvent",
    tag = "activities",
    params(("prevention_event_id" = uuid::Uuid, Path, description = "The prevention day's `id`.")),
    request_body = InvitePreventionEvent,
    responses((
        status = 200,
        description = "They are invited.",
        body = PreventionEvent,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`."))
    ))
)]
#[post("/v1/prevention-events/{prevention_event_id}/invitations")]
pub(super) async fn invite_prevention_event(
    Office(caller): Office,
    Id(id): Id<PreventionEventId>,
    IfMatch(tag): IfMatch,
    body: Body<InvitePreventionEvent>,
    state: web::Data<HttpState>,
) -> Result<Reply<PreventionEvent>, ApiError> {
    let who = convert::invitations(body.value);
    let changed = state
        .exchange
        .invite_prevention_event(&caller, id, tag::read(&tag), who)
        .await?;
    Ok(tagged(&changed, Reply::ok).receipt(state.receipt(&changed)))
}

/// Answer an invitation to a prevention day
///
/// Whoever is invited answers for itself, and may answer anew as long as the day is planned and not over.
#[utoipa::path(
    operation_id = "replyToPreventionEvent",
    tag = "activities",
    params(("prevention_event_id" = uuid::Uuid, Path, description = "The prevention day's `id`.")),
    request_body = ReplyToPreventionEvent,
    responses((status = 200, description = "It is answered.", body = PreventionEvent))
)]
#[post("/v1/prevention-events/{prevention_event_id}/reply")]
pub(super) async fn reply_to_prevention_event(
    CentreOrCoordination { caller, .. }: CentreOrCoordination,
    Id(id): Id<PreventionEventId>,
    key: Key,
    body: Body<ReplyToPreventionEvent>,
    state: web::Data<HttpState>,
) -> Result<Reply<PreventionEvent>, ApiError> {
    let caller =
        access::PartnerOrCoordination::try_from(caller).map_err(|_| ApiError::Forbidden)?;
    let request = key.with_body(&caller, &body.bytes);
    let answer = convert::answer(&body.value);
    let answered = state
        .exchange
        .reply_to_prevention_event(&caller, &request, id, answer)
        .await?;
    Ok(Reply::ok(convert::event(&answered)).receipt(state.receipt(&answered)))
}

/// Say that a prevention day was held
///
/// Its office does, once it has begun.
#[utoipa::path(
    operation_id = "recordPreventionEventHeld",
    tag = "activities",
    params(("prevention_event_id" = uuid::Uuid, Path, description = "The prevention day's `id`.")),
    responses((
        status = 200,
        description = "It was held.",
        body = PreventionEvent,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`."))
    ))
)]
#[post("/v1/prevention-events/{prevention_event_id}/holding")]
pub(super) async fn record_prevention_event_held(
    Office(caller): Office,
    Id(id): Id<PreventionEventId>,
    IfMatch(tag): IfMatch,
    state: web::Data<HttpState>,
) -> Result<Reply<PreventionEvent>, ApiError> {
    let changed = state
        .exchange
        .record_prevention_event_held(&caller, id, tag::read(&tag))
        .await?;
    Ok(tagged(&changed, Reply::ok).receipt(state.receipt(&changed)))
}

/// Call a prevention day off
///
/// Its office does, as long as it is planned. Whoever is invited reads that it is cancelled.
#[utoipa::path(
    operation_id = "cancelPreventionEvent",
    tag = "activities",
    params(("prevention_event_id" = uuid::Uuid, Path, description = "The prevention day's `id`.")),
    responses((
        status = 200,
        description = "It is cancelled.",
        body = PreventionEvent,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`."))
    ))
)]
#[post("/v1/prevention-events/{prevention_event_id}/cancellation")]
pub(super) async fn cancel_prevention_event(
    Office(caller): Office,
    Id(id): Id<PreventionEventId>,
    IfMatch(tag): IfMatch,
    state: web::Data<HttpState>,
) -> Result<Reply<PreventionEvent>, ApiError> {
    let changed = state
        .exchange
        .cancel_prevention_event(&caller, id, tag::read(&tag))
        .await?;
    Ok(tagged(&changed, Reply::ok).receipt(state.receipt(&changed)))
}
