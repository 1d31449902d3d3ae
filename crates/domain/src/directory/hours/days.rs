//! The days a recurrence names, as sets of bits, and how RFC 5545 writes them.

use super::calendar::Day;

/// Days of the week. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Weekdays(u8);

impl Weekdays {
    pub(super) const fn of(day: &Day) -> Self {
        Self(1 << day.weekday)
    }

    /// Reads `MO,TU`, in any case of letters.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut days = 0;
        for item in items(text) {
            days |= 1 << weekday(item)?;
        }
        Some(Self(days))
    }

    pub(super) const fn contains(self, day: &Day) -> bool {
        self.0 & (1 << day.weekday) != 0
    }
}

impl std::fmt::Display for Weekdays {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        list(
            f,
            CODES
                .iter()
                .zip(0..)
                .filter(|(_, bit)| self.0 & (1 << bit) != 0)
                .map(|(code, _)| code),
        )
    }
}

/// Days of the week in a month: every one, the first to fifth, the last to fifth last. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct MonthWeekdays {
    every: u8,
    /// Bit `8 * (n - 1) + weekday` for the n-th one of the month.
    from_start: u64,
    /// The same, counted from the month's end.
    from_end: u64,
}

impl MonthWeekdays {
    /// Reads `MO,2TU,-1FR`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut days = Self {
            every: 0,
            from_start: 0,
            from_end: 0,
        };
        for item in items(text) {
            let (ordinal, code) = item.split_at_checked(item.len().checked_sub(2)?)?;
            let weekday = weekday(code)?;
            if ordinal.is_empty() {
                days.every |= 1 << weekday;
                continue;
            }
            match signed(ordinal)? {
                n @ 1..=5 => days.from_start |= bit(n.unsigned_abs(), weekday),
                n @ -5..=-1 => days.from_end |= bit(n.unsigned_abs(), weekday),
                _ => return None,
            }
        }
        Some(days)
    }

    pub(super) const fn contains(self, day: &Day) -> bool {
        self.every & (1 << day.weekday) != 0
            || self.from_start & bit(day.from_start.div_ceil(7), day.weekday) != 0
            || self.from_end & bit(day.from_end.div_ceil(7), day.weekday) != 0
    }
}

impl std::fmt::Display for MonthWeekdays {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let every = CODES
            .iter()
            .zip(0..)
            .filter(|(_, weekday)| self.every & (1 << weekday) != 0)
            .map(|(code, _)| (*code).to_owned());
        let counted = |bits: u64, sign: &'static str| {
            (1..=5).flat_map(move |n| {
                CODES
                    .iter()
                    .zip(0..)
                    .filter(move |(_, weekday)| bits & bit(n, *weekday) != 0)
                    .map(move |(code, _)| format!("{sign}{n}{code}"))
            })
        };
        list(
            f,
            every
                .chain(counted(self.from_start, ""))
                .chain(counted(self.from_end, "-")),
        )
    }
}

/// Days of a month, counted from its start or its end. Never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct MonthDays {
    /// Bit n for the n-th day.
    from_start: u32,
    /// Bit n for the n-th last day.
    from_end: u32,
}

impl MonthDays {
    pub(super) const fn of(day: &Day) -> Self {
        Self {
            from_start: 1 << day.from_start,
            from_end: 0,
        }
    }

    /// Reads `1,15,-1`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut days = Self {
            from_start: 0,
            from_end: 0,
        };
        for item in items(text) {
            match signed(item)? {
                n @ 1..=31 => days.from_start |= 1 << n,
                n @ -31..=-1 => days.from_end |= 1 << n.unsigned_abs(),
                _ => return None,
            }
        }
        Some(days)
    }

    pub(super) const fn contains(self, day: &Day) -> bool {
        self.from_start & (1 << day.from_start) != 0 || self.from_end & (1 << day.from_end) != 0
    }
}

impl std::fmt::Display for MonthDays {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counted = |bits: u32, sign: i8| {
            (1..=31_i8)
                .filter(move |n| bits & (1 << n) != 0)
                .map(move |n| n * sign)
        };
        list(
            f,
            counted(self.from_start, 1).chain(counted(self.from_end, -1)),
        )
    }
}

/// The weekdays of RFC 5545 §3.3.10 in their order from Monday.
const CODES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// 0 for `MO` to 6 for `SU`.
pub(super) fn weekday(code: &str) -> Option<u8> {
    CODES
        .iter()
        .zip(0..)
        .find(|(known, _)| known.eq_ignore_ascii_case(code))
        .map(|(_, weekday)| weekday)
}

const fn bit(nth: u8, weekday: u8) -> u64 {
    1 << (8 * (nth - 1) + weekday)
}

/// A number with or without a sign.
fn signed(text: &str) -> Option<i8> {
    text.parse().ok()
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

fn list(
    f: &mut std::fmt::Formatter<'_>,
    items: impl Iterator<Item = impl std::fmt::Display>,
) -> std::fmt::Result {
    for (at, item) in items.enumerate() {
        if at > 0 {
            f.write_str(",")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}
