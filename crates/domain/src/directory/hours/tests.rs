use proptest::{collection, prelude::*};

use super::{
    arbitrary::{time, weekly},
    *,
};

fn schedule(opens_at: &str, closes_at: &str) -> Schedule {
    Schedule::try_from(ScheduleParts::new(
        weekly("MO"),
        time(opens_at),
        time(closes_at),
    ))
    .unwrap()
}

#[test]
fn a_schedule_opens_before_the_end_of_the_day() {
    let parts = |opens_at| ScheduleParts::new(weekly("MO"), opens_at, time("06:00"));
    assert_eq!(
        Schedule::try_from(parts(TimeOfDay::END_OF_DAY)),
        Err(ScheduleError::OpensAtTheEnd)
    );
    assert!(Schedule::try_from(parts(time("23:59"))).is_ok());
}

#[test]
fn a_schedule_is_not_valid_until_before_it_is_valid() {
    let parts = |from: &str, to: &str| ScheduleParts {
        valid_from: Some(arbitrary::day(from)),
        valid_to: Some(arbitrary::day(to)),
        ..ScheduleParts::new(weekly("MO"), time("09:00"), time("17:00"))
    };
    assert_eq!(
        Schedule::try_from(parts("2026-01-02", "2026-01-01")),
        Err(ScheduleError::EndsBeforeStart)
    );
    assert!(Schedule::try_from(parts("2026-01-01", "2026-01-01")).is_ok());
}

#[test]
fn closing_not_later_than_opening_is_on_the_following_day() {
    assert_eq!(schedule("09:00", "17:00").span(), (540, 1020));
    assert_eq!(schedule("00:00", "24:00").span(), (0, 1440));
    assert_eq!(schedule("00:00", "00:00").span(), (0, 1440));
    assert_eq!(schedule("22:00", "06:00").span(), (1320, 1800));
    assert_eq!(schedule("23:59", "23:59").span(), (1439, 2879));
}

#[test]
fn opening_hours_are_forty_schedules_at_most() {
    let many = |count| vec![schedule("09:00", "17:00"); count];
    assert!(OpeningHours::new(many(MOST_SCHEDULES)).is_ok());
    assert_eq!(
        OpeningHours::new(many(MOST_SCHEDULES + 1)),
        Err(OpeningHoursError)
    );
    let stored = serde_json::to_string(&many(MOST_SCHEDULES + 1)).unwrap();
    assert!(serde_json::from_str::<OpeningHours>(&stored).is_err());
}

#[test]
fn what_is_stored_is_short_and_takes_no_unknown_fields() {
    let hours = OpeningHours::new(vec![schedule("09:00", "17:00")]).unwrap();
    let stored =
        r#"[{"recurrence":{"freq":"WEEKLY","byday":"MO"},"opens_at":"09:00","closes_at":"17:00"}]"#;
    assert_eq!(serde_json::to_string(&hours).unwrap(), stored);
    assert_eq!(serde_json::from_str::<OpeningHours>(stored).unwrap(), hours);
    for invalid in [
        stored.replace("09:00", "24:00"),
        stored.replace("17:00", "24:30"),
        stored.replace("\"opens_at\"", "\"timezone\":1,\"opens_at\""),
        stored.replace("WEEKLY", "YEARLY"),
    ] {
        assert!(
            serde_json::from_str::<OpeningHours>(&invalid).is_err(),
            "{invalid}"
        );
    }
}

proptest! {
    #[test]
    fn opening_hours_read_back(schedules in collection::vec(arbitrary::schedule(), 0..=5)) {
        let hours = OpeningHours::new(schedules).unwrap();
        let stored = serde_json::to_string(&hours).unwrap();
        prop_assert_eq!(serde_json::from_str::<OpeningHours>(&stored).unwrap(), hours);
    }
}
