use proptest::prelude::*;

use super::super::arbitrary::{self, day, monthly, weekly};
use super::*;

mod by_expansion;

fn parts(freq: Frequency, byday: Option<&str>, bymonthday: Option<&str>) -> RecurrenceParts {
    RecurrenceParts {
        freq: Some(freq),
        byday: byday.map(str::to_owned),
        bymonthday: bymonthday.map(str::to_owned),
        ..RecurrenceParts::default()
    }
}

fn recurrence(parts: RecurrenceParts) -> Recurrence {
    Recurrence::try_from(parts).unwrap()
}

/// The days of a year on which it takes place.
fn days_of(recurrence: Recurrence, year: i16) -> Vec<String> {
    jiff::civil::date(year, 1, 1)
        .series(jiff::Span::new().days(1))
        .take_while(|date| date.year() == year)
        .map(|date| CalendarDate::from_civil(date).unwrap())
        .filter(|date| recurrence.occurs_on(*date))
        .map(|date| date.to_string())
        .collect()
}

#[track_caller]
fn refused(parts: RecurrenceParts, field: &'static str, fault: RecurrenceFault) {
    assert_eq!(
        Recurrence::try_from(parts),
        Err(RecurrenceError { field, fault })
    );
}

#[test]
fn the_last_friday_of_each_month_is_minus_one_fr() {
    assert_eq!(
        days_of(monthly("-1FR"), 2026),
        [
            "2026-01-30",
            "2026-02-27",
            "2026-03-27",
            "2026-04-24",
            "2026-05-29",
            "2026-06-26",
            "2026-07-31",
            "2026-08-28",
            "2026-09-25",
            "2026-10-30",
            "2026-11-27",
            "2026-12-25",
        ]
    );
}

#[test]
fn a_fifth_weekday_is_left_out_in_months_that_have_four() {
    assert_eq!(
        days_of(monthly("5MO"), 2026),
        ["2026-03-30", "2026-06-29", "2026-08-31", "2026-11-30"]
    );
    assert_eq!(
        days_of(monthly("5MO"), 2026),
        days_of(monthly("5MO,5mo"), 2026)
    );
    assert_eq!(
        days_of(monthly("-5MO"), 2026),
        ["2026-03-02", "2026-06-01", "2026-08-03", "2026-11-02"]
    );
}

#[test]
fn the_29th_of_february_is_there_in_leap_years_alone() {
    let yearly = recurrence(RecurrenceParts {
        interval: Some(12),
        dtstart: Some(day("2024-02-29")),
        ..parts(Frequency::Monthly, None, None)
    });
    assert_eq!(days_of(yearly, 2027), [""; 0]);
    assert_eq!(days_of(yearly, 2028), ["2028-02-29"]);
    assert_eq!(days_of(yearly, 2100), [""; 0]);
    let last = recurrence(parts(Frequency::Monthly, None, Some("-1")));
    assert!(last.occurs_on(day("2027-02-28")));
    assert!(!last.occurs_on(day("2028-02-28")));
    assert!(last.occurs_on(day("2028-02-29")));
}

#[test]
fn a_day_of_the_month_is_left_out_where_the_month_is_shorter() {
    let last = recurrence(parts(Frequency::Monthly, None, Some("31")));
    assert_eq!(days_of(last, 2026).len(), 7);
    let first = recurrence(parts(Frequency::Monthly, None, Some("-31")));
    assert_eq!(days_of(first, 2026).len(), 7);
    assert!(first.occurs_on(day("2026-01-01")));
    assert!(!first.occurs_on(day("2026-02-01")));
}

#[test]
fn every_other_week_is_counted_in_weeks_that_begin_on_monday() {
    // RFC 5545 §3.3.10: the same rule with weeks from Sunday takes place on other days.
    let fortnightly = recurrence(RecurrenceParts {
        interval: Some(2),
        dtstart: Some(day("1997-08-05")),
        until: Some(day("1997-08-31")),
        ..parts(Frequency::Weekly, Some("TU,SU"), None)
    });
    assert_eq!(
        days_of(fortnightly, 1997),
        ["1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"]
    );
}

#[test]
fn the_first_and_the_last_day_count() {
    let bounded = recurrence(RecurrenceParts {
        dtstart: Some(day("2026-11-03")),
        until: Some(day("2026-11-05")),
        ..parts(Frequency::Daily, None, None)
    });
    assert_eq!(
        days_of(bounded, 2026),
        ["2026-11-03", "2026-11-04", "2026-11-05"]
    );
}

#[test]
fn without_a_frequency_it_takes_place_once() {
    let once = arbitrary::once(day("2026-11-28"));
    assert_eq!(days_of(once, 2026), ["2026-11-28"]);
    assert_eq!(
        once,
        recurrence(RecurrenceParts {
            dtstart: Some(day("2026-11-28")),
            ..RecurrenceParts::default()
        })
    );
}

#[test]
fn dtstart_is_no_occurrence_where_the_rule_does_not_name_it() {
    let mondays = recurrence(RecurrenceParts {
        dtstart: Some(day("2026-11-28")),
        until: Some(day("2026-12-01")),
        ..parts(Frequency::Weekly, Some("MO"), None)
    });
    assert_eq!(days_of(mondays, 2026), ["2026-11-30"]);
}

#[test]
fn days_that_are_not_named_are_those_of_dtstart() {
    let start = Some(day("2026-11-28"));
    let weekly_from = recurrence(RecurrenceParts {
        dtstart: start,
        ..parts(Frequency::Weekly, None, None)
    });
    assert_eq!(weekly_from.byday().as_deref(), Some("SA"));
    let monthly_from = recurrence(RecurrenceParts {
        dtstart: start,
        ..parts(Frequency::Monthly, None, None)
    });
    assert_eq!(monthly_from.bymonthday().as_deref(), Some("28"));
}

#[test]
fn days_are_written_in_order_and_once() {
    assert_eq!(weekly("su, MO,mo").byday().as_deref(), Some("MO,SU"));
    assert_eq!(
        monthly("-1FR,+2TU,1MO,FR,-1MO,2TU").byday().as_deref(),
        Some("FR,1MO,2TU,-1MO,-1FR")
    );
    let days = recurrence(parts(Frequency::Monthly, None, Some("15,-1,+1,-31,15")));
    assert_eq!(days.bymonthday().as_deref(), Some("1,15,-1,-31"));
}

#[test]
fn an_interval_needs_a_day_to_be_counted_from() {
    for (freq, byday) in [
        (Frequency::Daily, None),
        (Frequency::Weekly, Some("MO")),
        (Frequency::Monthly, Some("1MO")),
    ] {
        refused(
            RecurrenceParts {
                interval: Some(2),
                ..parts(freq, byday, None)
            },
            "dtstart",
            RecurrenceFault::NoStart,
        );
    }
    refused(
        RecurrenceParts::default(),
        "dtstart",
        RecurrenceFault::NoStart,
    );
    refused(
        parts(Frequency::Weekly, None, None),
        "byday",
        RecurrenceFault::NoDays,
    );
    refused(
        parts(Frequency::Monthly, None, None),
        "byday",
        RecurrenceFault::NoDays,
    );
}

#[test]
fn an_interval_is_a_year_at_most() {
    for (freq, byday, most) in [
        (Frequency::Daily, None, 53),
        (Frequency::Weekly, Some("MO"), 53),
        (Frequency::Monthly, Some("MO"), 12),
    ] {
        let every = |interval| RecurrenceParts {
            interval: Some(interval),
            dtstart: Some(day("2026-01-01")),
            ..parts(freq, byday, None)
        };
        assert!(Recurrence::try_from(every(most)).is_ok());
        refused(every(most + 1), "interval", RecurrenceFault::Interval(most));
        refused(every(0), "interval", RecurrenceFault::Interval(most));
    }
}

#[test]
fn days_that_do_not_exist_are_refused() {
    for text in ["", "MO,", "1MO", "XX", "MO;TU", "ÄÖ"] {
        refused(
            parts(Frequency::Weekly, Some(text), None),
            "byday",
            RecurrenceFault::Weekdays,
        );
    }
    for text in [
        "", "M", "0MO", "6MO", "-6FR", "1 MO", "--1MO", "1.MO", "ü", "1Ä",
    ] {
        refused(
            parts(Frequency::Monthly, Some(text), None),
            "byday",
            RecurrenceFault::MonthWeekdays,
        );
    }
    for text in ["", "0", "32", "-32", "1,", "1-5", "999", "MO"] {
        refused(
            parts(Frequency::Monthly, None, Some(text)),
            "bymonthday",
            RecurrenceFault::MonthDays,
        );
    }
}

#[test]
fn days_that_the_frequency_has_no_use_for_are_refused() {
    let out = RecurrenceFault::OutOfPlace;
    refused(parts(Frequency::Daily, Some("MO"), None), "byday", out);
    refused(parts(Frequency::Daily, None, Some("1")), "bymonthday", out);
    refused(
        parts(Frequency::Weekly, Some("MO"), Some("1")),
        "bymonthday",
        out,
    );
    refused(
        parts(Frequency::Monthly, Some("FR"), Some("13")),
        "bymonthday",
        RecurrenceFault::TwoKindsOfDays,
    );
    let once = RecurrenceParts {
        dtstart: Some(day("2026-01-01")),
        ..RecurrenceParts::default()
    };
    refused(
        RecurrenceParts {
            until: once.dtstart,
            ..once.clone()
        },
        "until",
        out,
    );
    refused(
        RecurrenceParts {
            byday: Some("MO".into()),
            ..once.clone()
        },
        "byday",
        out,
    );
    refused(
        RecurrenceParts {
            interval: Some(2),
            ..once
        },
        "interval",
        out,
    );
}

#[test]
fn a_recurrence_does_not_end_before_it_begins() {
    refused(
        RecurrenceParts {
            dtstart: Some(day("2026-01-02")),
            until: Some(day("2026-01-01")),
            ..parts(Frequency::Daily, None, None)
        },
        "until",
        RecurrenceFault::EndsBeforeStart,
    );
}

#[test]
fn nothing_invalid_is_read_from_what_is_stored() {
    for stored in [
        r#"{"freq":"WEEKLY"}"#,
        r#"{"freq":"weekly","byday":"MO"}"#,
        r#"{"freq":"WEEKLY","byday":"MO","interval":2}"#,
        r#"{"freq":"WEEKLY","byday":"MO","count":2}"#,
        r#"{"freq":"WEEKLY","byday":"1MO"}"#,
        "{}",
    ] {
        assert!(
            serde_json::from_str::<Recurrence>(stored).is_err(),
            "{stored}"
        );
    }
    let stored = r#"{"freq":"WEEKLY","interval":2,"byday":"MO,FR","dtstart":"2026-01-05"}"#;
    let read: Recurrence = serde_json::from_str(stored).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), stored);
}

proptest! {
    #[test]
    fn what_is_written_reads_back(recurrence in arbitrary::recurrence()) {
        let stored = serde_json::to_string(&recurrence).unwrap();
        prop_assert_eq!(serde_json::from_str::<Recurrence>(&stored).unwrap(), recurrence);
    }
}
