//! On which days something recurs: the part of RFC 5545 §3.3.10 that HSDS 3 `schedule` carries.

use serde::{Deserialize, Serialize};

use super::{
    calendar::{CalendarDate, Day},
    days::{MonthDays, MonthWeekdays, Weekdays},
};
use crate::vocabulary::vocabulary;

vocabulary! {
    /// How often something recurs (`FREQ` of RFC 5545 §3.3.10). HSDS 3.2 names the last two alone.
    Frequency as "frequency" {
        Daily = "DAILY", "täglich", "daily";
        Weekly = "WEEKLY", "wöchentlich", "weekly";
        Monthly = "MONTHLY", "monatlich", "monthly";
    }
}

/// On which days something recurs; or, without a frequency, the one day on which it takes place.
///
/// Weeks begin on Monday. Unlike an event of a calendar, nothing takes place on `dtstart` itself where the rule does not name that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RecurrenceParts", into = "RecurrenceParts")]
pub struct Recurrence {
    rule: Rule,
    // INVARIANT: 1 to 53 (12 for months), and there is a `dtstart` to count from where it is more than 1 (`TryFrom<RecurrenceParts>`).
    interval: u8,
    // INVARIANT: there is one where the rule is `Once`.
    dtstart: Option<CalendarDate>,
    until: Option<CalendarDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Rule {
    Once,
    Daily,
    Weekly(Weekdays),
    MonthlyByWeekday(MonthWeekdays),
    MonthlyByDay(MonthDays),
}

/// What a [`Recurrence`] is made of, not yet checked: as it is stored, and as partners send it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecurrenceParts {
    /// How often. None: once, on `dtstart`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freq: Option<Frequency>,
    /// Every so many days or weeks (1 to 53) or months (1 to 12). None: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<u8>,
    /// Days of the week with a comma between them: `MO,TU`; monthly also `1MO,-1FR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub byday: Option<String>,
    /// Days of the month with a comma between them, 1 to 31 or -1 for the last to -31.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bymonthday: Option<String>,
    /// The first day that counts, and the one from which intervals are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dtstart: Option<CalendarDate>,
    /// The last day that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<CalendarDate>,
}

/// Why something is not a recurrence, and in which field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field} {fault}")]
pub struct RecurrenceError {
    /// The name of the field, as in HSDS and in [`RecurrenceParts`].
    pub field: &'static str,
    /// What is wrong with it.
    pub fault: RecurrenceFault,
}

/// What is wrong with a field of a recurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecurrenceFault {
    /// Not a number, or out of range for the frequency.
    #[error("must be a whole number from 1 to {0}")]
    Interval(u8),
    /// Not days of the week.
    #[error("must be days of the week with a comma between them, such as MO,WE")]
    Weekdays,
    /// Not days of the week in a month.
    #[error(
        "must be days of the week with a comma between them, each with or without 1 to 5 or -1 to -5 before it, such as 1MO,-1FR"
    )]
    MonthWeekdays,
    /// Not days of a month.
    #[error("must be days of the month with a comma between them, 1 to 31 or -1 to -31")]
    MonthDays,
    /// Nothing says which days are meant.
    #[error("is needed where there is no dtstart")]
    NoDays,
    /// An interval has nothing to be counted from, or a single day is not named.
    #[error("is needed where the interval is more than 1, and where there is no freq")]
    NoStart,
    /// A field that the frequency has no use for.
    #[error("does not go with this freq, or without one")]
    OutOfPlace,
    /// `byday` and `bymonthday` at once, of which RFC 5545 makes the days that are both.
    #[error("does not go with byday")]
    TwoKindsOfDays,
    /// It ends before it begins.
    #[error("must not be before dtstart")]
    EndsBeforeStart,
}

impl Recurrence {
    /// Whether that day is one of its days. Takes the same time for any day: nothing is counted up from `dtstart`.
    #[must_use]
    pub fn occurs_on(&self, date: CalendarDate) -> bool {
        self.occurs(&Day::on(date.civil()))
    }

    /// How often; none: once, on `dtstart`.
    #[must_use]
    pub const fn freq(&self) -> Option<Frequency> {
        match self.rule {
            Rule::Once => None,
            Rule::Daily => Some(Frequency::Daily),
            Rule::Weekly(_) => Some(Frequency::Weekly),
            Rule::MonthlyByWeekday(_) | Rule::MonthlyByDay(_) => Some(Frequency::Monthly),
        }
    }

    /// Every so many days, weeks or months.
    #[must_use]
    pub const fn interval(&self) -> u8 {
        self.interval
    }

    /// Days of the week as RFC 5545 writes them, each once and in order.
    #[must_use]
    pub fn byday(&self) -> Option<String> {
        match self.rule {
            Rule::Weekly(days) => Some(days.to_string()),
            Rule::MonthlyByWeekday(days) => Some(days.to_string()),
            Rule::Once | Rule::Daily | Rule::MonthlyByDay(_) => None,
        }
    }

    /// Days of the month as RFC 5545 writes them, each once and in order.
    #[must_use]
    pub fn bymonthday(&self) -> Option<String> {
        match self.rule {
            Rule::MonthlyByDay(days) => Some(days.to_string()),
            Rule::Once | Rule::Daily | Rule::Weekly(_) | Rule::MonthlyByWeekday(_) => None,
        }
    }

    /// The first day that counts.
    #[must_use]
    pub const fn dtstart(&self) -> Option<CalendarDate> {
        self.dtstart
    }

    /// The last day that counts.
    #[must_use]
    pub const fn until(&self) -> Option<CalendarDate> {
        self.until
    }

    pub(super) fn occurs(&self, day: &Day) -> bool {
        self.dtstart.is_none_or(|start| start.civil() <= day.date)
            && self.until.is_none_or(|until| day.date <= until.civil())
            && match self.rule {
                Rule::Once => self.dtstart.is_some_and(|on| on.civil() == day.date),
                Rule::Daily => self.in_step(|start| day.number - start.number),
                Rule::Weekly(days) => {
                    days.contains(day) && self.in_step(|start| day.week - start.week)
                }
                Rule::MonthlyByWeekday(days) => {
                    days.contains(day) && self.in_step(|start| day.month - start.month)
                }
                Rule::MonthlyByDay(days) => {
                    days.contains(day) && self.in_step(|start| day.month - start.month)
                }
            }
    }

    fn in_step(&self, distance: impl Fn(&Day) -> i32) -> bool {
        self.interval == 1
            || self.dtstart.is_some_and(|start| {
                distance(&Day::on(start.civil())) % i32::from(self.interval) == 0
            })
    }
}

impl TryFrom<RecurrenceParts> for Recurrence {
    type Error = RecurrenceError;

    fn try_from(parts: RecurrenceParts) -> Result<Self, RecurrenceError> {
        let interval = parts.interval.unwrap_or(1);
        if parts.freq.is_none() && interval > 1 {
            return Err(fault("interval", RecurrenceFault::OutOfPlace));
        }
        if interval == 0 || interval > most(parts.freq) {
            return Err(bad_interval(parts.freq));
        }
        let rule = rule(&parts)?;
        if parts.dtstart.is_none() && (interval > 1 || rule == Rule::Once) {
            return Err(fault("dtstart", RecurrenceFault::NoStart));
        }
        if rule == Rule::Once && parts.until.is_some() {
            return Err(fault("until", RecurrenceFault::OutOfPlace));
        }
        if let (Some(start), Some(until)) = (parts.dtstart, parts.until)
            && until < start
        {
            return Err(fault("until", RecurrenceFault::EndsBeforeStart));
        }
        Ok(Self {
            rule,
            interval,
            dtstart: parts.dtstart,
            until: parts.until,
        })
    }
}

impl From<Recurrence> for RecurrenceParts {
    fn from(recurrence: Recurrence) -> Self {
        Self {
            freq: recurrence.freq(),
            interval: Some(recurrence.interval).filter(|interval| *interval > 1),
            byday: recurrence.byday(),
            bymonthday: recurrence.bymonthday(),
            dtstart: recurrence.dtstart,
            until: recurrence.until,
        }
    }
}

/// Which days, by frequency. What the rule does not name is taken from `dtstart` (RFC 5545 §3.3.10).
fn rule(parts: &RecurrenceParts) -> Result<Rule, RecurrenceError> {
    let byday = parts.byday.as_deref();
    let bymonthday = parts.bymonthday.as_deref();
    let start = parts.dtstart.map(|start| Day::on(start.civil()));
    let days_needed = fault("byday", RecurrenceFault::NoDays);
    let out_of_place = |field, text: Option<&str>| {
        text.map_or(Ok(()), |_| Err(fault(field, RecurrenceFault::OutOfPlace)))
    };
    match parts.freq {
        None | Some(Frequency::Daily) => {
            out_of_place("byday", byday)?;
            out_of_place("bymonthday", bymonthday)?;
            Ok(if parts.freq.is_none() {
                Rule::Once
            } else {
                Rule::Daily
            })
        }
        Some(Frequency::Weekly) => {
            out_of_place("bymonthday", bymonthday)?;
            let days = match byday {
                Some(text) => {
                    Weekdays::parse(text).ok_or(fault("byday", RecurrenceFault::Weekdays))?
                }
                None => Weekdays::of(&start.ok_or(days_needed)?),
            };
            Ok(Rule::Weekly(days))
        }
        Some(Frequency::Monthly) => match (byday, bymonthday) {
            (Some(_), Some(_)) => Err(fault("bymonthday", RecurrenceFault::TwoKindsOfDays)),
            (Some(text), None) => MonthWeekdays::parse(text)
                .map(Rule::MonthlyByWeekday)
                .ok_or(fault("byday", RecurrenceFault::MonthWeekdays)),
            (None, Some(text)) => MonthDays::parse(text)
                .map(Rule::MonthlyByDay)
                .ok_or(fault("bymonthday", RecurrenceFault::MonthDays)),
            (None, None) => Ok(Rule::MonthlyByDay(MonthDays::of(
                &start.ok_or(days_needed)?,
            ))),
        },
    }
}

/// The longest interval of a frequency: a year in weeks or in months. Days are not worth a bound of their own.
const fn most(freq: Option<Frequency>) -> u8 {
    match freq {
        None => 1,
        Some(Frequency::Daily | Frequency::Weekly) => 53,
        Some(Frequency::Monthly) => 12,
    }
}

const fn bad_interval(freq: Option<Frequency>) -> RecurrenceError {
    fault("interval", RecurrenceFault::Interval(most(freq)))
}

const fn fault(field: &'static str, fault: RecurrenceFault) -> RecurrenceError {
    RecurrenceError { field, fault }
}

#[cfg(test)]
mod tests;
