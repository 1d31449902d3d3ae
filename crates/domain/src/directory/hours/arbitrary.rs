//! Random opening times for the tests of properties, and short ways to write them.

use proptest::{collection, option, prelude::*, sample};

use super::*;

pub(super) fn day(text: &str) -> CalendarDate {
    CalendarDate::parse(text).unwrap()
}

pub(super) fn time(text: &str) -> TimeOfDay {
    TimeOfDay::parse(text).unwrap()
}

pub(super) fn weekly(byday: &str) -> Recurrence {
    Recurrence::try_from(RecurrenceParts {
        freq: Some(Frequency::Weekly),
        byday: Some(byday.to_owned()),
        ..RecurrenceParts::default()
    })
    .unwrap()
}

pub(super) fn monthly(byday: &str) -> Recurrence {
    Recurrence::try_from(RecurrenceParts {
        freq: Some(Frequency::Monthly),
        byday: Some(byday.to_owned()),
        ..RecurrenceParts::default()
    })
    .unwrap()
}

/// Parts that are a recurrence, with days written in any order and more than once.
pub(super) fn recurrence_parts() -> impl Strategy<Value = RecurrenceParts> {
    let start = || {
        (2024_i16..=2027, 1_i8..=12, 1_i8..=31)
            .prop_map(|(year, month, day)| date_near(year, month, day))
    };
    let length = option::of(0_i32..1500);
    prop_oneof![
        1 => Just((None, 1_u8..=1, Just(None).boxed(), Just(None).boxed())).boxed(),
        1 => Just((Some(Frequency::Daily), 1_u8..=53, Just(None).boxed(), Just(None).boxed())).boxed(),
        3 => Just((
            Some(Frequency::Weekly),
            1_u8..=53,
            listed(sample::select(WEEKDAYS).prop_map(str::to_owned)),
            Just(None).boxed(),
        ))
        .boxed(),
        3 => Just((Some(Frequency::Monthly), 1_u8..=12, listed(month_weekday()), Just(None).boxed())).boxed(),
        2 => Just((
            Some(Frequency::Monthly),
            1_u8..=12,
            Just(None).boxed(),
            listed(prop_oneof![1_i8..=31, -31_i8..=-1].prop_map(|day| day.to_string())),
        ))
        .boxed(),
    ]
    .prop_flat_map(move |(freq, intervals, byday, bymonthday)| {
        let interval = prop_oneof![Just(1), intervals];
        (Just(freq), interval, byday, bymonthday, start(), length.clone(), any::<bool>())
    })
    .prop_map(|(freq, interval, byday, bymonthday, start, length, bounded)| {
        let unnamed = freq != Some(Frequency::Daily) && byday.is_none() && bymonthday.is_none();
        let dtstart = Some(start).filter(|_| bounded || unnamed || interval > 1);
        RecurrenceParts {
            freq,
            interval: Some(interval).filter(|interval| *interval > 1),
            byday,
            bymonthday,
            dtstart,
            until: length.filter(|_| freq.is_some()).map(|days| later(start, days)),
        }
    })
}

pub(super) fn recurrence() -> impl Strategy<Value = Recurrence> {
    recurrence_parts().prop_map(|parts| Recurrence::try_from(parts).unwrap())
}

/// Opening times of which many lie in the hours in which clocks are changed, and many hold every day.
pub(super) fn schedule() -> impl Strategy<Value = Schedule> {
    let often = prop_oneof![
        Just(every_day()),
        sample::subsequence(WEEKDAYS.to_vec(), 1..=7).prop_map(|days| weekly(&days.join(","))),
        recurrence(),
    ];
    let bound = || option::weighted(0.2, (2026_i16..=2028, 1_i8..=12, 1_i8..=31));
    (
        often,
        minute().prop_filter("opens before the end", |minute| *minute < 1440),
        minute(),
        bound(),
        bound(),
        sample::select(OnPublicHolidays::ALL),
    )
        .prop_map(
            |(recurrence, opens, closes, from, to, on_public_holidays)| {
                let date = |(year, month, day)| date_near(year, month, day);
                let (from, to) = (from.map(date), to.map(date));
                let swapped = matches!((from, to), (Some(from), Some(to)) if to < from);
                Schedule::try_from(ScheduleParts {
                    valid_from: if swapped { to } else { from },
                    valid_to: if swapped { from } else { to },
                    on_public_holidays,
                    ..ScheduleParts::new(
                        recurrence,
                        TimeOfDay::from_minutes(opens).unwrap(),
                        TimeOfDay::from_minutes(closes).unwrap(),
                    )
                })
                .unwrap()
            },
        )
}

pub(super) fn land() -> impl Strategy<Value = Option<Land>> {
    option::weighted(0.9, sample::select(Land::ALL))
}

const WEEKDAYS: &[&str] = &["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

fn minute() -> impl Strategy<Value = u16> {
    prop_oneof![
        3 => 90_u16..=270,
        2 => 0_u16..=1440,
        1 => sample::select(vec![0_u16, 120, 180, 1440]),
    ]
}

/// Not the fifth last, which the other implementation does not know.
fn month_weekday() -> impl Strategy<Value = String> {
    let ordinal = prop_oneof![
        Just(String::new()),
        prop_oneof![1_i8..=5, -4_i8..=-1].prop_map(|n| n.to_string())
    ];
    (ordinal, sample::select(WEEKDAYS)).prop_map(|(ordinal, code)| format!("{ordinal}{code}"))
}

/// Some of them, or none, which means those of `dtstart`.
fn listed(item: impl Strategy<Value = String> + 'static) -> BoxedStrategy<Option<String>> {
    option::weighted(
        0.9,
        collection::vec(item, 1..=5).prop_map(|items| items.join(",")),
    )
    .boxed()
}

/// The day, or the last one of its month.
fn date_near(year: i16, month: i8, day: i8) -> CalendarDate {
    let first = jiff::civil::date(year, month, 1);
    CalendarDate::new(year, month, day.min(first.days_in_month())).unwrap()
}

fn later(date: CalendarDate, days: i32) -> CalendarDate {
    CalendarDate::from_civil(date.civil() + jiff::Span::new().days(days)).unwrap()
}

/// Every day.
pub(super) fn every_day() -> Recurrence {
    Recurrence::try_from(RecurrenceParts {
        freq: Some(Frequency::Daily),
        ..RecurrenceParts::default()
    })
    .unwrap()
}

/// One day alone.
pub(super) fn once(on: CalendarDate) -> Recurrence {
    Recurrence::try_from(RecurrenceParts {
        dtstart: Some(on),
        ..RecurrenceParts::default()
    })
    .unwrap()
}
