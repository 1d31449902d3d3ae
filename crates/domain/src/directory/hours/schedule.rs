//! One opening time: on which days, from when until when.

use serde::{Deserialize, Serialize};

use super::{
    calendar::{CalendarDate, Day, MINUTES_OF_A_DAY, TimeOfDay},
    public_holiday::Holiday,
    recurrence::Recurrence,
};
use crate::{office::Land, text::ShortText, vocabulary::vocabulary};

vocabulary! {
    /// Whether an opening time holds on the public holidays of the Land. Holidays of a part of a Land are not counted.
    OnPublicHolidays as "on_public_holidays" {
        Closed = "closed", "nicht an gesetzlichen Feiertagen", "not on public holidays";
        Open = "open", "auch an gesetzlichen Feiertagen", "on public holidays as well";
        /// Only where the holiday falls on a day on which it recurs.
        Only = "only", "nur an gesetzlichen Feiertagen", "on public holidays alone";
    }
}

impl Default for OnPublicHolidays {
    /// An office that says nothing about holidays is closed on them.
    fn default() -> Self {
        Self::Closed
    }
}

/// An opening time (HSDS 3 `schedule`). Its times are those of Germany (`Europe/Berlin`).
///
/// It **belongs to the day it begins on**: whether that day is one of the recurrence, lies in the time of validity, and is a public holiday
/// decides about all of it, also about what lies after midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ScheduleParts", into = "ScheduleParts")]
pub struct Schedule {
    // INVARIANT: it opens before 24:00, and is not valid until a day before the one it is valid from (`TryFrom<ScheduleParts>`).
    parts: ScheduleParts,
}

/// What a [`Schedule`] is made of, not yet checked: as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleParts {
    /// On which days it begins.
    pub recurrence: Recurrence,
    /// From when.
    pub opens_at: TimeOfDay,
    /// Until when. Not later than `opens_at`: on the following day. From 00:00 to 24:00 is a whole day.
    pub closes_at: TimeOfDay,
    /// The first day on which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<CalendarDate>,
    /// The last day on which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<CalendarDate>,
    /// Whether it holds on public holidays.
    #[serde(default, skip_serializing_if = "is_closed")]
    pub on_public_holidays: OnPublicHolidays,
    /// What to know about it, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<ShortText>,
}

impl ScheduleParts {
    /// Always valid, closed on public holidays, and with nothing else to know.
    #[must_use]
    pub const fn new(recurrence: Recurrence, opens_at: TimeOfDay, closes_at: TimeOfDay) -> Self {
        Self {
            recurrence,
            opens_at,
            closes_at,
            valid_from: None,
            valid_to: None,
            on_public_holidays: OnPublicHolidays::Closed,
            description: None,
        }
    }
}

/// Why something is not an opening time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// 24:00 is the end of a day. What begins then begins at 00:00 on the following one, and belongs to that.
    #[error("opens_at must be before 24:00: what opens at midnight opens at 00:00")]
    OpensAtTheEnd,
    /// It would never hold.
    #[error("valid_to must not be before valid_from")]
    EndsBeforeStart,
}

impl Schedule {
    /// What it is made of.
    #[must_use]
    pub const fn parts(&self) -> &ScheduleParts {
        &self.parts
    }

    /// Whether it begins on a day.
    pub(super) fn begins_on(&self, day: &Day, holiday: Holiday, land: Option<Land>) -> bool {
        let parts = &self.parts;
        (match parts.on_public_holidays {
            OnPublicHolidays::Closed => !holiday.holds_in(land),
            OnPublicHolidays::Open => true,
            OnPublicHolidays::Only => holiday.holds_in(land),
        }) && parts.recurrence.occurs(day)
            && parts.valid_from.is_none_or(|from| from.civil() <= day.date)
            && parts.valid_to.is_none_or(|to| day.date <= to.civil())
    }

    /// When it opens and closes, in minutes on the wall after the midnight with which its day begins: 0 to 1439, and 1 to 2879.
    pub(super) fn span(&self) -> (u16, u16) {
        let (opens, closes) = (
            self.parts.opens_at.minutes(),
            self.parts.closes_at.minutes(),
        );
        if closes > opens {
            (opens, closes)
        } else {
            (opens, closes + MINUTES_OF_A_DAY)
        }
    }
}

impl TryFrom<ScheduleParts> for Schedule {
    type Error = ScheduleError;

    fn try_from(parts: ScheduleParts) -> Result<Self, ScheduleError> {
        if parts.opens_at == TimeOfDay::END_OF_DAY {
            return Err(ScheduleError::OpensAtTheEnd);
        }
        if let (Some(from), Some(to)) = (parts.valid_from, parts.valid_to)
            && to < from
        {
            return Err(ScheduleError::EndsBeforeStart);
        }
        Ok(Self { parts })
    }
}

impl From<Schedule> for ScheduleParts {
    fn from(schedule: Schedule) -> Self {
        schedule.parts
    }
}

fn is_closed(on_public_holidays: &OnPublicHolidays) -> bool {
    *on_public_holidays == OnPublicHolidays::Closed
}
