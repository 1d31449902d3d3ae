//! Whether something is open, until when, or when it opens.

use super::{
    moment::{self, DayOfLaender},
    schedule::Schedule,
};
use crate::{instant::Instant, office::Land};

/// How far ahead closing and opening are looked for: more than a year, so that what takes place once a year is found.
const HORIZON_DAYS: i32 = 400;

/// Whether something is open at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpeningState {
    /// It does not say when it is open.
    NotStated,
    /// It is open.
    Open {
        /// When it closes; not where one opening time goes over into another. None: not before the 400 days after this one are over.
        until: Option<Instant>,
    },
    /// It is closed.
    Closed {
        /// When it opens. None: not on this day or one of the 400 after it.
        opens: Option<Instant>,
    },
}

/// A time from which something is open, and one from which it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Interval {
    start: Instant,
    end: Instant,
}

/// The state at a moment: all intervals from the day before on, in the order in which they begin, until the answer is certain.
pub(super) fn state(schedules: &[Schedule], land: Option<Land>, at: Instant) -> OpeningState {
    if schedules.is_empty() {
        return OpeningState::NotStated;
    }
    let Some(today) = moment::local_date(at) else {
        return OpeningState::Closed { opens: None };
    };
    let ahead = |days: i32| today.checked_add(jiff::Span::new().days(days)).ok();
    let mut open_until: Option<Instant> = None;
    let mut intervals = Vec::new();
    for date in (-1..=HORIZON_DAYS).map_while(ahead) {
        collect(&mut intervals, schedules, &DayOfLaender::on(date), land);
        for Interval { start, end } in &intervals {
            match open_until {
                Some(until) if *start <= until => open_until = Some(until.max(*end)),
                Some(until) => return OpeningState::Open { until: Some(until) },
                None if *end <= at => {}
                None if *start <= at => open_until = Some(*end),
                None => {
                    return OpeningState::Closed {
                        opens: Some(*start),
                    };
                }
            }
        }
    }
    let horizon = ahead(HORIZON_DAYS + 1).and_then(|date| moment::instant(date, 0));
    match open_until {
        Some(until) => OpeningState::Open {
            until: Some(until).filter(|until| horizon.is_some_and(|horizon| *until < horizon)),
        },
        None => OpeningState::Closed { opens: None },
    }
}

/// The intervals that begin on a day, in order. In the night in which the clock is put forward one that lies in the hour that is left out
/// can come to nothing.
fn collect(
    intervals: &mut Vec<Interval>,
    schedules: &[Schedule],
    on: &DayOfLaender,
    land: Option<Land>,
) {
    intervals.clear();
    intervals.extend(
        schedules
            .iter()
            .filter(|schedule| schedule.begins_on(&on.day, on.holiday, land))
            .filter_map(|schedule| {
                let (opens, closes) = schedule.span();
                let (start, end) = (
                    moment::instant(on.day.date, opens)?,
                    moment::instant(on.day.date, closes)?,
                );
                (start < end).then_some(Interval { start, end })
            }),
    );
    intervals.sort_unstable();
}

#[cfg(test)]
mod tests;
