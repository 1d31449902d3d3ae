//! `getCalendar`, `getPublicCalendar`

use actix_web::{HttpResponse, get, http::header::CONTENT_TYPE, web};
use freigabe_domain::gathering::CalendarEvent;

use super::ical;
use crate::{access::PartnerOrCoordination, problem::ApiError, state::HttpState};

/// Read one's own calendar
///
/// iCalendar (RFC 5545): agreed trainings that the caller's organisation asked for, holds or is in the audience of; of the last year and all
/// that come. An office is in the audience that names it, that of a Direktion above it, and that of all. What was called off stands there
/// as cancelled. The same training has the same `UID` for ever, and its version as `SEQUENCE`.
#[utoipa::path(
    operation_id = "getCalendar",
    tag = "trainings",
    responses((status = 200, description = "The calendar.", body = String, content_type = "text/calendar"))
)]
#[get("/v1/calendar")]
pub(super) async fn get_calendar(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    reply(&state.exchange.calendar(&caller).await?)
}

/// Read the public calendar
///
/// iCalendar (RFC 5545), for everybody, without a token: what takes place and is public. Calendar programs can subscribe to it.
#[utoipa::path(
    operation_id = "getPublicCalendar",
    tag = "trainings",
    responses((status = 200, description = "The calendar.", body = String, content_type = "text/calendar"))
)]
#[get("/v1/public-calendar")]
pub(super) async fn get_public_calendar(
    state: web::Data<HttpState>,
) -> Result<HttpResponse, ApiError> {
    reply(&state.exchange.public_calendar().await?)
}

fn reply(events: &[CalendarEvent]) -> Result<HttpResponse, ApiError> {
    let calendar = ical::written(events)?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, ical::MEDIA_TYPE))
        .body(calendar))
}
