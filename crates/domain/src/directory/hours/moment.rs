//! What the clock on the wall shows, worked out once for a whole search.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use super::{
    calendar::{Day, MINUTES_OF_A_DAY},
    public_holiday::Holiday,
};
use crate::instant::Instant;

/// A moment as it is in Germany: the date, the time, and in which Länder that day and the one before are public holidays. With it, whether
/// something is open is a matter of comparing numbers, also in the nights in which the clocks are changed
/// ([`OpeningHours::is_open`](super::OpeningHours::is_open)).
#[derive(Debug, Clone, Copy)]
pub struct LocalMoment(Option<Wall>);

#[derive(Debug, Clone, Copy)]
struct Wall {
    today: DayOfLaender,
    yesterday: DayOfLaender,
    /// Full minutes after midnight, as on the wall. In the hour that comes twice, the second time: the last minute of that hour, since all
    /// of its times are over.
    minute: u16,
    skipped: Skipped,
}

/// A day, and where it is a public holiday.
#[derive(Debug, Clone, Copy)]
pub(super) struct DayOfLaender {
    pub(super) day: Day,
    pub(super) holiday: Holiday,
}

impl DayOfLaender {
    pub(super) fn on(date: Date) -> Self {
        Self {
            day: Day::on(date),
            holiday: Holiday::on(date),
        }
    }
}

/// The minutes after midnight that the wall does not show on this day: from the first to before the second. Mostly none.
#[derive(Debug, Clone, Copy, Default)]
struct Skipped {
    from: u16,
    to: u16,
}

impl LocalMoment {
    /// The moment in Germany.
    #[must_use]
    pub fn at(at: Instant) -> Self {
        Self(Wall::at(at))
    }

    /// Whether something is open now that opens and closes so many minutes after the midnight of each day for which `begins` is true.
    pub(super) fn is_within(
        &self,
        (opens, closes): (u16, u16),
        begins: impl Fn(&DayOfLaender) -> bool,
    ) -> bool {
        self.0.as_ref().is_some_and(|wall| {
            let since_today = wall.reached(opens) && !wall.reached(closes);
            let since_yesterday = closes
                .checked_sub(MINUTES_OF_A_DAY)
                .is_some_and(|closes| !wall.reached(closes));
            (since_today && begins(&wall.today)) || (since_yesterday && begins(&wall.yesterday))
        })
    }
}

impl Wall {
    fn at(at: Instant) -> Option<Self> {
        let (now, shown) = shown_at(at)?;
        let (date, time) = (shown.date(), shown.time());
        let mut wall = Self {
            today: DayOfLaender::on(date),
            yesterday: DayOfLaender::on(date.yesterday().ok()?),
            minute: minutes(time.hour(), time.minute()),
            skipped: Skipped::default(),
        };
        wall.heed_change(date, now)?;
        Some(wall)
    }

    /// Takes note of a change of the clocks on this day.
    fn heed_change(&mut self, date: Date, now: Timestamp) -> Option<()> {
        let midnight = BERLIN.to_timestamp(date.at(0, 0, 0, 0)).ok()?;
        let following = BERLIN
            .to_timestamp(date.tomorrow().ok()?.at(0, 0, 0, 0))
            .ok()?;
        let Some(change) = BERLIN.following(midnight).next() else {
            return Some(());
        };
        if change.timestamp() >= following {
            return Some(());
        }
        let before = BERLIN
            .to_offset(midnight)
            .to_datetime(change.timestamp())
            .time();
        let after = change.offset().to_datetime(change.timestamp()).time();
        let (before, after) = (
            minutes(before.hour(), before.minute()),
            minutes(after.hour(), after.minute()),
        );
        if before < after {
            self.skipped = Skipped {
                from: before,
                to: after,
            };
        } else if now >= change.timestamp() && self.minute < before {
            self.minute = before - 1;
        }
        Some(())
    }

    /// Whether this minute of the day has come.
    const fn reached(&self, minute: u16) -> bool {
        let Skipped { from, to } = self.skipped;
        let shown = if from <= minute && minute < to {
            minute + (to - from)
        } else {
            minute
        };
        shown <= self.minute
    }
}

/// The date in Germany at a time. None after the year 2199, with which the calendar of schedules ends.
pub(super) fn local_date(at: Instant) -> Option<Date> {
    shown_at(at).map(|(_, shown)| shown.date())
}

/// The time at which the wall shows so many minutes after the midnight with which a day begins: the first such time where the clock is put
/// back and there are two, and later by what the clock is put forward where there is none.
pub(super) fn instant(mut date: Date, mut minute: u16) -> Option<Instant> {
    while minute >= MINUTES_OF_A_DAY {
        date = date.tomorrow().ok()?;
        minute -= MINUTES_OF_A_DAY;
    }
    let (hour, minute) = (
        i8::try_from(minute / 60).ok()?,
        i8::try_from(minute % 60).ok()?,
    );
    let timestamp = BERLIN.to_timestamp(date.at(hour, minute, 0, 0)).ok()?;
    Some(Instant::from_unix_micros(timestamp.as_microsecond()))
}

/// Germany's time zone, with its rules compiled in: neither a file nor the environment has a say.
static BERLIN: TimeZone = jiff::tz::get!("Europe/Berlin");

fn shown_at(at: Instant) -> Option<(Timestamp, DateTime)> {
    let timestamp = Timestamp::from_microsecond(at.as_unix_micros()).ok()?;
    let shown = BERLIN.to_datetime(timestamp);
    (shown.year() < 2200).then_some((timestamp, shown))
}

fn minutes(hour: i8, minute: i8) -> u16 {
    u16::from(hour.unsigned_abs()) * 60 + u16::from(minute.unsigned_abs())
}
