//! What stands in a calendar, value by value (RFC 5545), however awkward the texts are.

use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarStatus,
    ICalendarValue,
};
use freigabe_client::Client;
use freigabe_contract::training::Training;
use freigabe_testkit::{ExpectAnswer as _, Raw, TestApp, network::HANNOVER, on_both_databases};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{OFFICE, opened, wish, with};

const OWN: &str = "/v1/calendar";
const PUBLIC: &str = "/v1/public-calendar";

/// What RFC 5545 escapes, and letters of several octets where lines are folded.
const AWKWARD: &str =
    "Gespräch; mit Sprachmittlung, \\ und \"Übung\" üüüüüüüüüüüüüüüüüüüüüüüüüüüüü 中文中文中文中文";

/// The events of a calendar that is as RFC 5545 says.
fn events(text: &str) -> Vec<ICalendarComponent> {
    assert!(text.ends_with("\r\n"), "the last line ends as well");
    assert_eq!(
        text.matches('\n').count(),
        text.matches("\r\n").count(),
        "lines end with CRLF (§3.1)"
    );
    assert!(
        text.split("\r\n").all(|line| line.len() <= 75),
        "lines are folded (§3.1)"
    );
    let calendar = ICalendar::parse(text).expect("a calendar");
    let (frame, events) = calendar.components.split_first().expect("a frame");
    assert_eq!(frame.component_type, ICalendarComponentType::VCalendar);
    assert!(
        frame.has_property(&ICalendarProperty::Prodid)
            && frame.has_property(&ICalendarProperty::Version)
    );
    for event in events {
        assert_eq!(
            event.component_type,
            ICalendarComponentType::VEvent,
            "no text became a component"
        );
    }
    events.to_vec()
}

fn value(event: &ICalendarComponent, property: &ICalendarProperty) -> ICalendarValue {
    let entry = event
        .property(property)
        .unwrap_or_else(|| panic!("no {property:?}"));
    entry.values[0].clone()
}

fn text(event: &ICalendarComponent, property: &ICalendarProperty) -> String {
    value(event, property).as_text().expect("a text").to_owned()
}

/// Seconds since 1970.
fn seconds(event: &ICalendarComponent, property: &ICalendarProperty) -> i64 {
    let value = value(event, property);
    let time = value.as_partial_date_time().expect("a time");
    time.to_timestamp().expect("a whole time")
}

fn sequence(event: &ICalendarComponent) -> i64 {
    value(event, &ICalendarProperty::Sequence)
        .as_integer()
        .expect("a number")
}

fn later() -> Value {
    json!({
        "starts_at": "2031-05-01T08:00:00Z",
        "ends_at": "2031-05-01T15:00:00Z",
        "venue": { "place": "Hamburg, Hof; links", "online": "https://example.org/r?a=1,2;b=3" }
    })
}

async fn agreed(by: &Client, id: Uuid) -> Training {
    let plan = serde_json::from_value(later()).expect("a plan");
    let agreed = by.agree_training(id, &plan, None).await;
    agreed.expect("an agreed training")
}

async fn read(path: &str, by: &Client) -> Vec<ICalendarComponent> {
    let answer = Raw::get(path).send(by).await.expect_status(200);
    assert_eq!(
        answer.header("content-type"),
        Some("text/calendar; charset=utf-8")
    );
    events(&answer.text())
}

on_both_databases! {
    async fn what_is_agreed_stands_in_the_calendars_of_its_organisations(app: TestApp) {
        let (office, centre) = (app.office(OFFICE), app.centre_a());
        let asked = opened(&office, with(wish(), "title", json!(AWKWARD))).await;
        for (path, reader) in [(OWN, &office), (OWN, &centre), (PUBLIC, &app.anonymous())] {
            assert!(read(path, reader).await.is_empty(), "what is only asked for stands nowhere");
        }
        let done = agreed(&centre, asked.id).await;
        for reader in [&office, &centre] {
            let events = read(OWN, reader).await;
            assert_eq!(events.len(), 1);
            assert!(events[0].uid().unwrap().contains(&asked.id.to_string()));
            let event = &events[0];
            assert_eq!(text(event, &ICalendarProperty::Summary), AWKWARD);
            assert_eq!(text(event, &ICalendarProperty::Description), wish()["description"].as_str().unwrap());
            assert_eq!(event.status(), Some(&ICalendarStatus::Confirmed));
            assert_eq!(sequence(event), 2);
            assert_eq!(seconds(event, &ICalendarProperty::Dtstart), 1_935_360_000 + 8 * 3600);
            assert_eq!(seconds(event, &ICalendarProperty::Dtend), 1_935_360_000 + 15 * 3600);
            let changed = serde_json::to_value(done.changed_at).unwrap();
            let stamp = time::OffsetDateTime::from_unix_timestamp(seconds(event, &ICalendarProperty::Dtstamp)).unwrap();
            let format = time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
            assert!(changed.as_str().unwrap().starts_with(&stamp.format(format).unwrap()), "{changed}");
        }
        for stranger in [&app.centre_b(), &app.coordination(), &app.office(HANNOVER)] {
            assert!(read(OWN, stranger).await.is_empty(), "it is in no other's calendar");
        }
        assert!(read(PUBLIC, &app.anonymous()).await.is_empty(), "it is not public");
    }

    async fn a_change_has_the_same_uid_and_a_later_sequence(app: TestApp) {
        let (office, centre) = (app.office(OFFICE), app.centre_a());
        let asked = opened(&office, wish()).await;
        agreed(&centre, asked.id).await;
        let before = read(OWN, &office).await;
        centre.cancel_training(asked.id, None).await.unwrap();
        let after = read(OWN, &office).await;
        assert_eq!((before.len(), after.len()), (1, 1), "what was called off stays, as called off");
        assert_eq!(before[0].uid(), after[0].uid());
        assert_eq!(after[0].status(), Some(&ICalendarStatus::Cancelled));
        assert_eq!((sequence(&before[0]), sequence(&after[0])), (2, 3));
        let stamp = |event| seconds(event, &ICalendarProperty::Dtstamp);
        assert!(stamp(&before[0]) <= stamp(&after[0]));
        assert_eq!(after, read(OWN, &office).await, "what did not change is the same whenever it is read");
    }

    async fn no_text_writes_a_line_of_its_own(app: TestApp) {
        let (office, centre) = (app.office(OFFICE), app.centre_a());
        let evil = "harmlos\nEND:VEVENT\nBEGIN:VALARM\nACTION:DISPLAY\n\tSTATUS:CANCELLED";
        let asked = opened(&office, with(wish(), "description", json!(evil))).await;
        agreed(&centre, asked.id).await;
        let events = read(OWN, &office).await;
        assert_eq!(events.len(), 1);
        assert_eq!(text(&events[0], &ICalendarProperty::Description), evil);
        assert_eq!(text(&events[0], &ICalendarProperty::Location), "Hamburg, Hof; links");
        assert_eq!(events[0].status(), Some(&ICalendarStatus::Confirmed));
    }
}
