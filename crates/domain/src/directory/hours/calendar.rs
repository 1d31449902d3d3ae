//! Days and times of day as a schedule states them: without a time zone, as they are on the wall in Germany.

use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer, de};

/// A day between the years 1970 and 2199 (Gregorian calendar), written `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CalendarDate(Date);

/// Why a text is not a day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a day between the years 1970 and 2199 as YYYY-MM-DD")]
pub struct CalendarDateError;

impl CalendarDate {
    /// A day by its year, month (1–12) and day of the month (1–31).
    ///
    /// # Errors
    /// When there is no such day, or its year is before 1970 or after 2199.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, CalendarDateError> {
        let date = Date::new(year, month, day).map_err(|_| CalendarDateError)?;
        Self::from_civil(date)
    }

    /// The same day, if its year lies between 1970 and 2199.
    ///
    /// # Errors
    /// When it does not.
    pub fn from_civil(date: Date) -> Result<Self, CalendarDateError> {
        if (1970..=2199).contains(&date.year()) {
            Ok(Self(date))
        } else {
            Err(CalendarDateError)
        }
    }

    /// Reads `YYYY-MM-DD` and nothing else of ISO 8601.
    ///
    /// # Errors
    /// When it is something else, or no day between the years 1970 and 2199.
    pub fn parse(text: &str) -> Result<Self, CalendarDateError> {
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shaped {
            return Err(CalendarDateError);
        }
        Self::from_civil(text.parse().map_err(|_| CalendarDateError)?)
    }

    /// The same day for reckoning with.
    #[must_use]
    pub const fn civil(self) -> Date {
        self.0
    }
}

impl std::fmt::Display for CalendarDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = (self.0.year(), self.0.month(), self.0.day());
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl std::fmt::Debug for CalendarDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl Serialize for CalendarDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CalendarDate {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// A time of day in whole minutes since local midnight, written `HH:MM`. `24:00` is the end of a day: a time at which something
/// closes, never one at which it opens (see [`ScheduleError::OpensAtTheEnd`](super::ScheduleError::OpensAtTheEnd)).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u16);

/// Why something is not a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a time of day as HH:MM, 24:00 at the latest")]
pub struct TimeOfDayError;

impl TimeOfDay {
    /// 00:00, with which a day begins.
    pub const MIDNIGHT: Self = Self(0);
    /// 24:00, with which a day ends.
    pub const END_OF_DAY: Self = Self(MINUTES_OF_A_DAY);

    /// So many minutes after midnight.
    ///
    /// # Errors
    /// When they are more than 1440.
    pub const fn from_minutes(minutes: u16) -> Result<Self, TimeOfDayError> {
        if minutes <= MINUTES_OF_A_DAY {
            Ok(Self(minutes))
        } else {
            Err(TimeOfDayError)
        }
    }

    /// Reads `HH:MM`, both with two digits.
    ///
    /// # Errors
    /// When it is something else, or after 24:00.
    pub fn parse(text: &str) -> Result<Self, TimeOfDayError> {
        let (hours, minutes) = text.split_once(':').ok_or(TimeOfDayError)?;
        let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
        if minutes > 59 {
            return Err(TimeOfDayError);
        }
        Self::from_minutes(hours * 60 + minutes)
    }

    /// Minutes after midnight, 0 to 1440.
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl std::fmt::Debug for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// Minutes from one midnight to the next, where the clocks are not changed.
pub(super) const MINUTES_OF_A_DAY: u16 = 24 * 60;

fn two_digits(text: &str) -> Result<u16, TimeOfDayError> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().map_err(|_| TimeOfDayError)
    } else {
        Err(TimeOfDayError)
    }
}

/// A day taken apart once, for the many recurrences that are asked about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    pub(super) date: Date,
    /// Days since 1970-01-01.
    pub(super) number: i32,
    /// Weeks since the one of 1970-01-01. They begin on Monday.
    pub(super) week: i32,
    /// Months since the year 0.
    pub(super) month: i32,
    /// 0 for Monday to 6 for Sunday.
    pub(super) weekday: u8,
    /// 1 for the first day of the month.
    pub(super) from_start: u8,
    /// 1 for the last day of the month.
    pub(super) from_end: u8,
}

impl Day {
    pub(super) fn on(date: Date) -> Self {
        let number = days_since_epoch(date);
        // 1970-01-01 was a Thursday, three days after a Monday.
        let since_a_monday = number + 3;
        Self {
            date,
            number,
            week: since_a_monday.div_euclid(7),
            month: i32::from(date.year()) * 12 + i32::from(date.month()),
            weekday: u8::try_from(since_a_monday.rem_euclid(7)).unwrap_or_default(),
            from_start: date.day().unsigned_abs(),
            from_end: (date.days_in_month() - date.day() + 1).unsigned_abs(),
        }
    }
}

fn days_since_epoch(date: Date) -> i32 {
    let seconds = date.duration_since(jiff::civil::date(1970, 1, 1)).as_secs();
    // INVARIANT: dates of this library lie within the years ±9999, so that days fit well into 32 bits.
    i32::try_from(seconds.div_euclid(86_400)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_one_way_and_lies_in_the_calendar() {
        let leap = CalendarDate::parse("2028-02-29").unwrap();
        assert_eq!(leap.to_string(), "2028-02-29");
        assert_eq!(CalendarDate::new(2028, 2, 29), Ok(leap));
        assert!(CalendarDate::parse("1970-01-01").is_ok());
        assert!(CalendarDate::parse("2199-12-31").is_ok());
        for refused in [
            "",
            "2027-02-29",
            "1969-12-31",
            "2200-01-01",
            "20280229",
            "2028-2-29",
            "2028-02-29T00:00",
            "+028-02-29",
            "2028-02-2٩",
            " 2028-02-9",
        ] {
            assert_eq!(
                CalendarDate::parse(refused),
                Err(CalendarDateError),
                "{refused:?}"
            );
        }
        assert!(serde_json::from_str::<CalendarDate>("\"2027-02-29\"").is_err());
        assert_eq!(serde_json::to_string(&leap).unwrap(), "\"2028-02-29\"");
    }

    #[test]
    fn a_time_of_day_ends_with_the_day() {
        assert_eq!(TimeOfDay::parse("00:00"), Ok(TimeOfDay::MIDNIGHT));
        assert_eq!(TimeOfDay::parse("24:00"), Ok(TimeOfDay::END_OF_DAY));
        assert_eq!(TimeOfDay::parse("09:30").unwrap().minutes(), 570);
        for refused in [
            "", "24:01", "9:30", "09:60", "25:00", "09:30:00", "+9:30", "09.30",
        ] {
            assert_eq!(
                TimeOfDay::parse(refused),
                Err(TimeOfDayError),
                "{refused:?}"
            );
        }
        assert_eq!(TimeOfDay::from_minutes(1441), Err(TimeOfDayError));
        for minutes in 0..=1440 {
            let time = TimeOfDay::from_minutes(minutes).unwrap();
            assert_eq!(TimeOfDay::parse(&time.to_string()), Ok(time));
        }
    }

    #[test]
    fn a_day_taken_apart_is_the_same_day() {
        let mut date = jiff::civil::date(1969, 12, 1);
        let mut last = Day::on(date);
        while date.year() < 2205 {
            let day = Day::on(date);
            assert_eq!(
                i32::from(day.weekday),
                i32::from(date.weekday().to_monday_zero_offset())
            );
            assert_eq!(i32::from(day.from_start), i32::from(date.day()));
            assert_eq!(day.from_end == 1, date == date.last_of_month());
            assert_eq!(
                day.week == last.week,
                day.weekday != 0 || day.number == last.number
            );
            last = day;
            date = date.tomorrow().unwrap();
        }
    }
}
