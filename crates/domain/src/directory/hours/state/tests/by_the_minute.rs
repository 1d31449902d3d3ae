//! The same questions answered by looking at every minute of some days, with a table of what the wall shows in each.

use std::{collections::HashMap, sync::LazyLock};

use jiff::{Timestamp, civil::Date};
use proptest::{collection, prelude::*, sample};

use super::super::super::{arbitrary, public_holiday};
use super::*;

/// Days around one on which something is unusual.
struct Window {
    start: Timestamp,
    /// What the wall shows, minute by minute.
    wall: Vec<(Date, u16)>,
    /// The first minute in which it shows that.
    first: HashMap<(Date, u16), usize>,
}

/// So many days before and after.
const AROUND: i32 = 6;
const DAY: usize = 1440;

static WINDOWS: LazyLock<Vec<Window>> = LazyLock::new(|| {
    [
        "2026-03-29", // summer time
        "2026-04-05", // Easter
        "2026-10-25", // winter time
        "2026-12-26",
        "2027-03-28", // summer time and Easter
        "2027-10-31", // winter time and Reformation Day
        "2028-02-29",
    ]
    .map(Window::around)
    .into()
});

impl Window {
    fn around(date: &str) -> Self {
        let first_day = day(date).civil() - jiff::Span::new().days(AROUND);
        let start = first_day.in_tz("UTC").unwrap().timestamp();
        let wall: Vec<(Date, u16)> = (0..=2 * i64::from(AROUND) * 1440)
            .map(|minute| {
                let local = (start + jiff::SignedDuration::from_mins(minute))
                    .in_tz("Europe/Berlin")
                    .unwrap();
                let minute = i16::from(local.hour()) * 60 + i16::from(local.minute());
                (local.date(), minute.unsigned_abs())
            })
            .collect();
        let mut first = HashMap::new();
        for (minute, shown) in wall.iter().enumerate() {
            first.entry(*shown).or_insert(minute);
        }
        Self { start, wall, first }
    }

    /// The minute in which the wall shows that time first; an hour later where it never does.
    fn minute(&self, date: Date, minute: u16) -> Option<usize> {
        let (date, minute) = if minute >= 1440 {
            (date.tomorrow().unwrap(), minute - 1440)
        } else {
            (date, minute)
        };
        let first = self.wall.first()?.0;
        let last = self.wall.last()?.0;
        // The wall of the first and the last day is not known as a whole.
        if date <= first || date >= last {
            return None;
        }
        self.first
            .get(&(date, minute))
            .or_else(|| self.first.get(&(date, minute + 60)))
            .copied()
    }

    /// In which minutes something is open, from the fourth day to the last but two.
    fn open(&self, schedules: &[Schedule], land: Option<Land>) -> Vec<bool> {
        let mut open = vec![false; self.wall.len()];
        let mut date = self.wall[0].0;
        while date <= self.wall[self.wall.len() - 1].0 {
            for schedule in schedules {
                let parts = schedule.parts();
                let opens = parts.opens_at.minutes();
                let closes = parts.closes_at.minutes();
                let closes = if closes <= opens {
                    closes + 1440
                } else {
                    closes
                };
                if let (Some(from), Some(to)) =
                    (self.minute(date, opens), self.minute(date, closes))
                    && from < to
                    && begins(parts, CalendarDate::from_civil(date).unwrap(), land)
                {
                    open[from..to].fill(true);
                }
            }
            date = date.tomorrow().unwrap();
        }
        open
    }

    fn instant(&self, minute: usize, second: i64) -> Instant {
        let seconds = self.start.as_second() + i64::try_from(minute).unwrap() * 60 + second;
        Instant::from_unix_micros(seconds * 1_000_000)
    }
}

fn begins(parts: &ScheduleParts, date: CalendarDate, land: Option<Land>) -> bool {
    let holiday = match land {
        Some(land) => public_holiday(date, land).is_some(),
        None => Land::ALL
            .iter()
            .all(|land| public_holiday(date, *land).is_some()),
    };
    let on_this_kind_of_day = match parts.on_public_holidays {
        OnPublicHolidays::Closed => !holiday,
        OnPublicHolidays::Open => true,
        OnPublicHolidays::Only => holiday,
    };
    on_this_kind_of_day
        && parts.recurrence.occurs_on(date)
        && parts.valid_from.is_none_or(|from| from <= date)
        && parts.valid_to.is_none_or(|to| date <= to)
}

proptest! {
    #[test]
    fn the_state_is_what_every_minute_shows(
        window in 0..7_usize,
        schedules in collection::vec(arbitrary::schedule(), 1..=4),
        land in arbitrary::land(),
        probes in collection::vec((any::<sample::Index>(), 0_i64..60), 12),
    ) {
        let window = &WINDOWS[window];
        let hours = OpeningHours::new(schedules).unwrap();
        let open = window.open(hours.schedules(), land);
        // Days of which also the one before is known.
        let known = 3 * DAY..open.len() - 3 * DAY;
        for (index, (probe, second)) in probes.iter().enumerate() {
            // Every other one in the night in the middle.
            let minute = if index % 2 == 0 {
                known.start + probe.index(known.len())
            } else {
                usize::try_from(AROUND).unwrap() * DAY - 120 + probe.index(480)
            };
            let moment = window.instant(minute, *second);
            let next = (minute..known.end)
                .find(|later| open[*later] != open[minute])
                .map(|later| window.instant(later, 0));
            let (is_open, change) = match hours.state(land, moment) {
                OpeningState::NotStated => (false, None),
                OpeningState::Open { until } => (true, until),
                OpeningState::Closed { opens } => (false, opens),
            };
            prop_assert_eq!(is_open, open[minute], "{}", moment);
            match next {
                Some(next) => prop_assert_eq!(change, Some(next), "{}", moment),
                None => prop_assert!(change.is_none_or(|change| change >= window.instant(known.end, 0))),
            }
        }
    }

    #[test]
    fn looking_ahead_or_not_it_is_open_in_the_same_minutes(
        window in 0..7_usize,
        schedules in collection::vec(arbitrary::schedule(), 1..=4),
        land in arbitrary::land(),
        step in 41_usize..120,
    ) {
        let window = &WINDOWS[window];
        let hours = OpeningHours::new(schedules).unwrap();
        let open = window.open(hours.schedules(), land);
        for minute in (3 * DAY..open.len() - 3 * DAY).step_by(step) {
            let moment = window.instant(minute, 59);
            let is_open = hours.is_open(&LocalMoment::at(moment), land);
            prop_assert_eq!(is_open, open[minute], "{}", moment);
            let state = hours.state(land, moment);
            prop_assert_eq!(is_open, matches!(state, OpeningState::Open { .. }), "{}", moment);
        }
    }
}
