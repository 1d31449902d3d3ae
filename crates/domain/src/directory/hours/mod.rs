//! When a service is open: opening times that recur, public holidays, and the time in Germany.
//!
//! An [`OpeningHours`] is a list of [`Schedule`]s, each of which says on which days it begins ([`Recurrence`]), at which [`TimeOfDay`] it opens
//! and closes, and what it does on a [`PublicHoliday`]. It is open while one of them is.
//!
//! - All times are those of `Europe/Berlin`. A time that a change of the clocks leaves out is that much later; of a time that comes twice the
//!   first counts. An opening time of eight hours on the wall thus lasts seven or nine in those two nights.
//! - Whether a day is a public holiday depends on the Land. Where there is none, for a service that is there for all of Germany, only the
//!   holidays of all sixteen Länder count.
//! - [`OpeningHours::state`] says until when or from when. [`OpeningHours::is_open`] says no more than that, thousands of times in a
//!   millisecond, at a [`LocalMoment`] that is worked out once.

#[cfg(test)]
mod arbitrary;
mod calendar;
mod days;
mod moment;
mod public_holiday;
mod recurrence;
mod schedule;
mod state;

use serde::{Deserialize, Serialize};

pub use calendar::{CalendarDate, CalendarDateError, TimeOfDay, TimeOfDayError};
pub use moment::LocalMoment;
pub use public_holiday::{PublicHoliday, public_holiday};
pub use recurrence::{Frequency, Recurrence, RecurrenceError, RecurrenceFault, RecurrenceParts};
pub use schedule::{OnPublicHolidays, Schedule, ScheduleError, ScheduleParts};
pub use state::OpeningState;

use crate::{instant::Instant, office::Land};

/// Something has so many opening times at most.
pub const MOST_SCHEDULES: usize = 40;

/// When something is open. No opening times: it does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<Schedule>", into = "Vec<Schedule>")]
pub struct OpeningHours(
    // INVARIANT: at most `MOST_SCHEDULES` (`OpeningHours::new`).
    Vec<Schedule>,
);

/// Why something is not opening hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must not be more than {MOST_SCHEDULES} opening times")]
pub struct OpeningHoursError;

impl OpeningHours {
    /// Opening times, any of which may overlap.
    ///
    /// # Errors
    /// When there are more than [`MOST_SCHEDULES`].
    pub fn new(schedules: Vec<Schedule>) -> Result<Self, OpeningHoursError> {
        if schedules.len() <= MOST_SCHEDULES {
            Ok(Self(schedules))
        } else {
            Err(OpeningHoursError)
        }
    }

    /// The opening times, in the order in which they were stated.
    #[must_use]
    pub fn schedules(&self) -> &[Schedule] {
        &self.0
    }

    /// Whether nothing is said.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is open, until when, or when it opens, looking 400 days ahead. After the year 2199 everything is closed.
    #[must_use]
    pub fn state(&self, land: Option<Land>, at: Instant) -> OpeningState {
        state::state(&self.0, land, at)
    }

    /// Whether it is open: the same as [`OpeningHours::state`] says, without looking ahead.
    #[must_use]
    pub fn is_open(&self, moment: &LocalMoment, land: Option<Land>) -> bool {
        self.0.iter().any(|schedule| {
            moment.is_within(schedule.span(), |on| {
                schedule.begins_on(&on.day, on.holiday, land)
            })
        })
    }
}

impl TryFrom<Vec<Schedule>> for OpeningHours {
    type Error = OpeningHoursError;

    fn try_from(schedules: Vec<Schedule>) -> Result<Self, OpeningHoursError> {
        Self::new(schedules)
    }
}

impl From<OpeningHours> for Vec<Schedule> {
    fn from(hours: OpeningHours) -> Self {
        hours.0
    }
}

#[cfg(test)]
mod tests;
