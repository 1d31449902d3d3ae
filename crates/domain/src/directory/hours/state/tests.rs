use super::super::{
    CalendarDate, LocalMoment, OnPublicHolidays, OpeningHours, OpeningState, Recurrence,
    RecurrenceParts, Schedule, ScheduleParts,
    arbitrary::{day, every_day, monthly, once, time, weekly},
};
use crate::{instant::Instant, office::Land};

mod by_the_minute;

fn schedule(recurrence: Recurrence, opens_at: &str, closes_at: &str) -> ScheduleParts {
    ScheduleParts::new(recurrence, time(opens_at), time(closes_at))
}

fn daily(opens_at: &str, closes_at: &str) -> ScheduleParts {
    ScheduleParts {
        on_public_holidays: OnPublicHolidays::Open,
        ..schedule(every_day(), opens_at, closes_at)
    }
}

fn hours(schedules: impl IntoIterator<Item = ScheduleParts>) -> OpeningHours {
    let schedules = schedules
        .into_iter()
        .map(|parts| Schedule::try_from(parts).unwrap())
        .collect();
    OpeningHours::new(schedules).unwrap()
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn open(until: &str) -> OpeningState {
    OpeningState::Open {
        until: Some(at(until)),
    }
}

fn closed(opens: &str) -> OpeningState {
    OpeningState::Closed {
        opens: Some(at(opens)),
    }
}

/// The state in Hesse, which is the same with and without looking ahead.
#[track_caller]
fn state(hours: &OpeningHours, moment: &str) -> OpeningState {
    state_in(hours, Some(Land::Hesse), moment)
}

#[track_caller]
fn state_in(hours: &OpeningHours, land: Option<Land>, moment: &str) -> OpeningState {
    let state = hours.state(land, at(moment));
    assert_eq!(
        hours.is_open(&LocalMoment::at(at(moment)), land),
        matches!(state, OpeningState::Open { .. }),
        "{moment}"
    );
    state
}

#[test]
fn where_nothing_is_said_nothing_is_known() {
    assert_eq!(
        state(&OpeningHours::default(), "2026-11-30T10:00:00Z"),
        OpeningState::NotStated
    );
}

#[test]
fn it_is_open_from_the_first_moment_until_before_the_last() {
    let office = hours([schedule(weekly("MO,TU"), "09:00", "12:00")]);
    assert_eq!(
        state(&office, "2026-11-30T08:59:59.999999+01:00"),
        closed("2026-11-30T09:00:00+01:00")
    );
    assert_eq!(
        state(&office, "2026-11-30T09:00:00+01:00"),
        open("2026-11-30T12:00:00+01:00")
    );
    assert_eq!(
        state(&office, "2026-11-30T11:59:59.999999+01:00"),
        open("2026-11-30T12:00:00+01:00")
    );
    assert_eq!(
        state(&office, "2026-11-30T12:00:00+01:00"),
        closed("2026-12-01T09:00:00+01:00")
    );
    assert_eq!(
        state(&office, "2026-12-01T12:00:00+01:00"),
        closed("2026-12-07T09:00:00+01:00")
    );
}

#[test]
fn a_day_is_that_of_germany_and_ends_at_its_midnight() {
    let mondays = hours([schedule(weekly("MO"), "00:00", "24:00")]);
    assert_eq!(
        state(&mondays, "2026-11-29T22:59:59Z"),
        closed("2026-11-29T23:00:00Z")
    );
    assert_eq!(
        state(&mondays, "2026-11-29T23:00:00Z"),
        open("2026-11-30T23:00:00Z")
    );
    assert_eq!(
        state(&mondays, "2026-11-30T22:59:59Z"),
        open("2026-11-30T23:00:00Z")
    );
    assert_eq!(
        state(&mondays, "2026-11-30T23:00:00Z"),
        closed("2026-12-06T23:00:00Z")
    );
    let evenings = hours([schedule(weekly("MO"), "20:00", "00:00")]);
    assert_eq!(
        state(&evenings, "2026-11-30T22:59:00Z"),
        open("2026-11-30T23:00:00Z")
    );
}

#[test]
fn what_is_always_open_never_closes() {
    for always in [
        hours([daily("00:00", "24:00")]),
        hours([daily("00:00", "00:00")]),
        hours([daily("07:30", "07:30")]),
        hours([daily("18:00", "08:00"), daily("08:00", "18:00")]),
    ] {
        for moment in [
            "2026-03-29T00:59:59Z",
            "2026-10-25T00:30:00Z",
            "2026-12-24T23:00:00Z",
        ] {
            assert_eq!(state(&always, moment), OpeningState::Open { until: None });
        }
    }
}

#[test]
fn times_that_touch_or_overlap_are_one() {
    let office = hours([
        schedule(weekly("MO"), "12:00", "14:00"),
        schedule(weekly("MO"), "09:00", "12:00"),
        schedule(weekly("MO"), "10:00", "13:00"),
        schedule(weekly("MO"), "14:01", "15:00"),
    ]);
    assert_eq!(
        state(&office, "2026-11-30T09:30:00+01:00"),
        open("2026-11-30T14:00:00+01:00")
    );
    assert_eq!(
        state(&office, "2026-11-30T14:00:00+01:00"),
        closed("2026-11-30T14:01:00+01:00")
    );
    let nights = hours([
        schedule(weekly("FR"), "22:00", "24:00"),
        schedule(weekly("SA"), "00:00", "02:00"),
    ]);
    assert_eq!(
        state(&nights, "2026-11-27T23:00:00+01:00"),
        open("2026-11-28T02:00:00+01:00")
    );
}

#[test]
fn a_night_in_which_the_clock_is_put_forward_is_an_hour_shorter() {
    let night = hours([daily("22:00", "06:00")]);
    for (evening, morning) in [
        ("2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z"),
        ("2027-03-27T21:00:00Z", "2027-03-28T04:00:00Z"),
    ] {
        assert_eq!(state(&night, evening), open(morning));
        let seven_hours = at(morning).as_unix_seconds() - at(evening).as_unix_seconds();
        assert_eq!(seven_hours, 7 * 3600);
    }
}

#[test]
fn a_night_in_which_the_clock_is_put_back_is_an_hour_longer() {
    let night = hours([daily("22:00", "06:00")]);
    for (evening, morning) in [
        ("2026-10-24T20:00:00Z", "2026-10-25T05:00:00Z"),
        ("2027-10-30T20:00:00Z", "2027-10-31T05:00:00Z"),
    ] {
        assert_eq!(state(&night, evening), open(morning));
        let nine_hours = at(morning).as_unix_seconds() - at(evening).as_unix_seconds();
        assert_eq!(nine_hours, 9 * 3600);
    }
}

#[test]
fn a_time_that_is_left_out_comes_an_hour_later() {
    for date in ["2026-03-29", "2027-03-28"] {
        let on = |time: &str| format!("{date}T{time}:00Z");
        // 02:30 is shown as 03:30, 01:30 in UTC.
        let from = hours([daily("02:30", "06:00")]);
        assert_eq!(state(&from, &on("01:00")), closed(&on("01:30")));
        assert_eq!(state(&from, &on("01:30")), open(&on("04:00")));
        let to = hours([daily("01:00", "02:30")]);
        assert_eq!(state(&to, &on("01:29")), open(&on("01:30")));
        let within = hours([daily("02:15", "02:45")]);
        assert_eq!(state(&within, &on("01:15")), open(&on("01:45")));
        // From 03:30 to 03:15: not on that day.
        let nothing = hours([daily("02:30", "03:15")]);
        for moment in ["00:59", "01:00", "01:15", "01:20", "01:30"] {
            assert!(matches!(
                state(&nothing, &on(moment)),
                OpeningState::Closed { .. }
            ));
        }
    }
}

#[test]
fn of_a_time_that_comes_twice_the_first_counts() {
    for date in ["2026-10-25", "2027-10-31"] {
        let on = |time: &str| format!("{date}T{time}:00Z");
        // 02:30 is 00:30 and 01:30 in UTC.
        let from = hours([daily("02:30", "06:00")]);
        assert_eq!(state(&from, &on("00:29")), closed(&on("00:30")));
        assert_eq!(state(&from, &on("01:10")), open(&on("05:00")));
        let to = hours([daily("01:00", "02:30")]);
        assert_eq!(state(&to, &on("00:29")), open(&on("00:30")));
        assert!(matches!(
            state(&to, &on("00:30")),
            OpeningState::Closed { .. }
        ));
        assert!(matches!(
            state(&to, &on("01:10")),
            OpeningState::Closed { .. }
        ));
        let until_three = hours([daily("02:00", "03:00")]);
        assert_eq!(state(&until_three, &on("00:00")), open(&on("02:00")));
        assert_eq!(state(&until_three, &on("01:59")), open(&on("02:00")));
    }
}

#[test]
fn an_office_is_closed_on_the_public_holidays_of_its_land() {
    let office = hours([schedule(weekly("MO,TU,WE,TH,FR"), "09:00", "17:00")]);
    // Epiphany 2027 is a Wednesday.
    let moment = "2027-01-06T10:00:00+01:00";
    assert_eq!(
        state_in(&office, Some(Land::Bavaria), moment),
        closed("2027-01-07T09:00:00+01:00")
    );
    assert_eq!(
        state_in(&office, Some(Land::Hesse), moment),
        open("2027-01-06T17:00:00+01:00")
    );
    assert_eq!(
        state_in(&office, None, moment),
        open("2027-01-06T17:00:00+01:00")
    );
    // The second day of Christmas is a Saturday: Good Friday and Easter Monday 2027 are 26 and 29 March.
    assert_eq!(
        state_in(&office, None, "2027-03-25T17:00:00+01:00"),
        closed("2027-03-30T09:00:00+02:00")
    );
}

#[test]
fn on_holidays_alone_means_on_those_that_fall_on_its_days() {
    let only = hours([ScheduleParts {
        on_public_holidays: OnPublicHolidays::Only,
        ..schedule(weekly("MO,TU,WE,TH,FR"), "10:00", "12:00")
    }]);
    // 3 October 2026 is a Saturday, Christmas Day a Friday.
    assert_eq!(
        state(&only, "2026-10-03T11:00:00+02:00"),
        closed("2026-12-25T10:00:00+01:00")
    );
    assert_eq!(
        state(&only, "2026-12-25T11:00:00+01:00"),
        open("2026-12-25T12:00:00+01:00")
    );
}

#[test]
fn a_night_belongs_to_the_day_on_which_it_begins() {
    let nights = |on_public_holidays| {
        hours([ScheduleParts {
            on_public_holidays,
            ..schedule(every_day(), "20:00", "06:00")
        }])
    };
    // 3 October 2026 is a holiday: the night before it reaches into it, and its own reaches out of it.
    let closed_on_holidays = nights(OnPublicHolidays::Closed);
    assert_eq!(
        state(&closed_on_holidays, "2026-10-03T05:00:00+02:00"),
        open("2026-10-03T06:00:00+02:00")
    );
    assert_eq!(
        state(&closed_on_holidays, "2026-10-03T21:00:00+02:00"),
        closed("2026-10-04T20:00:00+02:00")
    );
    assert_eq!(
        state(&closed_on_holidays, "2026-10-04T05:00:00+02:00"),
        closed("2026-10-04T20:00:00+02:00")
    );
    let on_holidays_alone = nights(OnPublicHolidays::Only);
    assert_eq!(
        state(&on_holidays_alone, "2026-10-03T05:00:00+02:00"),
        closed("2026-10-03T20:00:00+02:00")
    );
    assert_eq!(
        state(&on_holidays_alone, "2026-10-04T05:00:00+02:00"),
        open("2026-10-04T06:00:00+02:00")
    );
}

#[test]
fn validity_is_that_of_the_day_on_which_it_begins() {
    let night = hours([ScheduleParts {
        valid_from: Some(day("2026-11-02")),
        valid_to: Some(day("2026-11-03")),
        ..daily("22:00", "06:00")
    }]);
    assert_eq!(
        state(&night, "2026-11-02T05:00:00+01:00"),
        closed("2026-11-02T22:00:00+01:00")
    );
    assert_eq!(
        state(&night, "2026-11-04T05:00:00+01:00"),
        open("2026-11-04T06:00:00+01:00")
    );
    assert_eq!(
        state(&night, "2026-11-04T06:00:00+01:00"),
        OpeningState::Closed { opens: None }
    );
}

#[test]
fn the_last_friday_and_the_fifth_monday_open_when_they_come() {
    let last_friday = hours([schedule(monthly("-1FR"), "14:00", "18:00")]);
    assert_eq!(
        state(&last_friday, "2026-11-02T12:00:00+01:00"),
        closed("2026-11-27T14:00:00+01:00")
    );
    // Christmas Day is the last Friday of December.
    assert_eq!(
        state(&last_friday, "2026-11-27T18:00:00+01:00"),
        closed("2027-01-29T14:00:00+01:00")
    );
    let fifth_monday = hours([schedule(monthly("5MO"), "14:00", "18:00")]);
    assert_eq!(
        state(&fifth_monday, "2026-09-01T12:00:00+02:00"),
        closed("2026-11-30T14:00:00+01:00")
    );
}

#[test]
fn a_leap_day_is_a_day_like_any_other() {
    let leap_day = hours([schedule(once(day("2028-02-29")), "20:00", "04:00")]);
    assert_eq!(
        state(&leap_day, "2028-02-28T12:00:00+01:00"),
        closed("2028-02-29T20:00:00+01:00")
    );
    assert_eq!(
        state(&leap_day, "2028-03-01T03:00:00+01:00"),
        open("2028-03-01T04:00:00+01:00")
    );
}

#[test]
fn what_opens_within_four_hundred_days_is_found() {
    let once = |date: &str| hours([schedule(once(day(date)), "09:00", "10:00")]);
    let moment = "2026-01-01T12:00:00+01:00";
    assert_eq!(
        state(&once("2027-02-05"), moment),
        closed("2027-02-05T09:00:00+01:00")
    );
    assert_eq!(
        state(&once("2027-02-06"), moment),
        OpeningState::Closed { opens: None }
    );
    assert_eq!(
        state(&once("2025-12-31"), moment),
        OpeningState::Closed { opens: None }
    );
}

#[test]
fn what_stays_open_past_the_horizon_has_no_end() {
    let always_until = |last: &str| {
        hours([ScheduleParts {
            valid_to: Some(day(last)),
            ..daily("00:00", "24:00")
        }])
    };
    let moment = "2026-01-01T12:00:00+01:00";
    assert_eq!(
        state(&always_until("2027-02-04"), moment),
        open("2027-02-05T00:00:00+01:00")
    );
    assert_eq!(
        state(&always_until("2027-02-05"), moment),
        OpeningState::Open { until: None }
    );
}

#[test]
fn the_ends_of_the_calendar_are_no_trouble() {
    let always = hours([daily("00:00", "24:00")]);
    assert_eq!(
        state(&always, "1970-01-01T00:00:00Z"),
        OpeningState::Open { until: None }
    );
    assert_eq!(
        state(&always, "2199-12-31T22:59:59Z"),
        OpeningState::Open { until: None }
    );
    for beyond in ["2199-12-31T23:00:00Z", "9999-12-31T23:59:59.999999Z"] {
        assert_eq!(state(&always, beyond), OpeningState::Closed { opens: None });
    }
}

#[test]
fn every_other_week_opens_in_its_own() {
    let fortnightly = Recurrence::try_from(RecurrenceParts {
        interval: Some(2),
        dtstart: Some(CalendarDate::new(2026, 11, 2).unwrap()),
        ..RecurrenceParts::from(weekly("TH"))
    })
    .unwrap();
    let office = hours([schedule(fortnightly, "09:00", "12:00")]);
    assert_eq!(
        state(&office, "2026-11-05T12:00:00+01:00"),
        closed("2026-11-19T09:00:00+01:00")
    );
}
