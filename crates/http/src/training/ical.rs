//! Calendars as text (RFC 5545): CRLF, folded lines and escaped texts are the library's.

use freigabe_domain::{gathering::CalendarEvent, instant::Instant};
use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus, Property};
use time::{format_description::BorrowedFormatItem, macros::format_description};

use crate::problem::ApiError;

/// What it is sent as (§8.1).
pub(super) const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

/// Who writes it (§3.7.3).
const PRODUCT: &str = "-//Freigabe//Freigabe//DE";
/// A time in UTC (§3.3.5, form 2).
const UTC: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day]T[hour][minute][second]Z");

/// A calendar of these events.
pub(super) fn written(events: &[CalendarEvent]) -> Result<String, ApiError> {
    let mut calendar = Calendar::empty();
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", PRODUCT),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
    ] {
        calendar.append_property(Property::new(key, value));
    }
    for event in events {
        calendar.push(one(event)?);
    }
    Ok(calendar.to_string())
}

fn one(event: &CalendarEvent) -> Result<Event, ApiError> {
    let mut written = Event::with_uid(&event.uid);
    written
        .add_property("DTSTAMP", utc(event.changed_at)?)
        .add_property("LAST-MODIFIED", utc(event.changed_at)?)
        .add_property("SEQUENCE", event.sequence.to_string())
        .add_property("DTSTART", utc(event.span.starts_at())?)
        .add_property("DTEND", utc(event.span.ends_at())?);
    written.summary(event.title.as_str());
    if let Some(description) = &event.description {
        written.description(description.as_str());
    }
    if let Some(place) = event.venue.place() {
        written.location(place.as_str());
    }
    if let Some(online) = event.venue.online() {
        written.url(online.as_str());
    }
    let status = if event.cancelled {
        EventStatus::Cancelled
    } else {
        EventStatus::Confirmed
    };
    written.status(status);
    Ok(written)
}

fn utc(at: Instant) -> Result<String, ApiError> {
    at.to_datetime()
        .format(UTC)
        .map_err(|error| ApiError::Internal(error.to_string()))
}
