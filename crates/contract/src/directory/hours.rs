//! When a service is open.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    CalendarDate, ShortText, TimeOfDay, Timestamp,
    vocabulary::{Frequency, OnPublicHolidays, OpeningKind},
};

/// An opening time that recurs (HSDS `schedule`; RFC 5545 §3.3.10). Times are those of Germany (`Europe/Berlin`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::schedule))]
pub struct Schedule {
    /// How often. Absent: on the one day `dtstart`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub freq: Option<Frequency>,
    /// Every so many days, weeks or months, counted from `dtstart`, which is needed for more than 1. Default: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 53)]
    pub interval: Option<u8>,
    /// Days of the week, with a comma between them: `MO,TU,WE`. Every month also the first or the last: `1MO`, `-1FR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        min_length = 2,
        max_length = 200,
        pattern = "^[A-Za-z0-9, +-]+$"
    )]
    pub byday: Option<String>,
    /// Days of the month, with a comma between them; -1 is the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        min_length = 1,
        max_length = 200,
        pattern = "^[0-9, +-]+$"
    )]
    pub bymonthday: Option<String>,
    /// The first day that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub dtstart: Option<CalendarDate>,
    /// The last day of the recurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub until: Option<CalendarDate>,
    /// From when.
    pub opens_at: TimeOfDay,
    /// Until when; not later than `opens_at`: on the following day.
    pub closes_at: TimeOfDay,
    /// The first day on which it holds at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub valid_from: Option<CalendarDate>,
    /// The last day on which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub valid_to: Option<CalendarDate>,
    /// Whether it holds on the public holidays of the Land. Default: `closed`. Holidays of a part of a Land don't count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub on_public_holidays: Option<OnPublicHolidays>,
    /// What to know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<ShortText>,
}

/// Whether a service is open at the moment of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Opening {
    /// Which.
    pub state: OpeningKind,
    /// Until when it is open; absent when it always is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closes: Option<Timestamp>,
    /// When it opens again; absent when that isn't stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub opens: Option<Timestamp>,
}
