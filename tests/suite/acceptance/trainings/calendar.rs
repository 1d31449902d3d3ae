//! The calendar, read by a parser that nobody here wrote.

use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty};
use freigabe_client::Client;
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp,
    network::{CENTRE_A, HAMBURG},
    on_both_databases,
};
use serde_json::json;

use super::{OFFICE, agreed, host, opened, wish, with};

/// How one event stands in it: its UID, status and version.
type Shown = (String, String, String);

fn read(calendar: &str) -> Vec<Shown> {
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n") && calendar.ends_with("END:VCALENDAR\r\n"));
    for line in calendar.split("\r\n") {
        assert!(!line.contains('\n') && line.len() <= 75, "{line}");
    }
    let parsed = ICalendar::parse(calendar).expect("a calendar");
    let events = parsed.components.iter();
    let events = events.filter(|one| one.component_type == ICalendarComponentType::VEvent);
    events
        .map(|event| {
            let text = |property: ICalendarProperty| {
                let entry = event.property(&property);
                let entry = entry.unwrap_or_else(|| panic!("no {property:?}"));
                let value = entry.values.first().expect("a value");
                value
                    .as_text()
                    .map_or_else(|| format!("{value:?}"), str::to_owned)
            };
            for needed in [
                ICalendarProperty::Dtstamp,
                ICalendarProperty::Dtstart,
                ICalendarProperty::Dtend,
            ] {
                assert!(event.property(&needed).is_some(), "no {needed:?}");
            }
            assert_eq!(
                text(ICalendarProperty::Summary),
                "Anzeichen von Menschenhandel"
            );
            let description = text(ICalendarProperty::Description);
            assert_eq!(
                description,
                "Ein Tag; bitte mit Übungen, Fällen aus Büchern; und Pausen."
            );
            assert_eq!(text(ICalendarProperty::Location), "Hamburg, Lehrsaal 2");
            (
                text(ICalendarProperty::Uid),
                text(ICalendarProperty::Status),
                text(ICalendarProperty::Sequence),
            )
        })
        .collect()
}

async fn own(of: &Client) -> Vec<Shown> {
    read(&of.get_calendar().await.expect("a calendar"))
}

fn is(shown: &[Shown], status: &str, version: u64) -> bool {
    let [(uid, found, sequence)] = shown else {
        return false;
    };
    uid.starts_with("training-")
        && found.to_uppercase().contains(status)
        && sequence.contains(&version.to_string())
}

on_both_databases! {
    async fn whoever_takes_part_has_it_in_the_calendar_once_it_is_agreed(app: TestApp) {
        let (office, centre) = (app.office(OFFICE), app.centre_a());
        let asked = opened(&office, with(wish(), "host", host(&app, CENTRE_A))).await;
        assert_eq!(own(&office).await, [], "nothing is agreed");
        agreed(&centre, asked.id).await;
        for takes_part in [&office, &centre] {
            let shown = own(takes_part).await;
            assert!(is(&shown, "CONFIRMED", 2), "{shown:?}");
            assert_eq!(shown[0].0, format!("training-{}", asked.id));
        }
        for other in [app.centre_b(), app.office(HAMBURG), app.coordination()] {
            assert_eq!(own(&other).await, []);
        }
        assert_eq!(read(&app.anonymous().get_public_calendar().await.unwrap()), [], "it is not public");
        office.cancel_training(asked.id, None).await.unwrap();
        let shown = own(&centre).await;
        assert!(is(&shown, "CANCELLED", 3), "{shown:?}");
        app.set_database_time("2028-03-01T00:00:00Z");
        assert_eq!(own(&centre).await, [], "what is long over goes");
    }

    async fn an_audience_is_offices_or_a_direktion_or_all(app: TestApp) {
        let centre = app.centre_a();
        let hamburg = app.office(HAMBURG);
        let parent = centre.get_office(&HAMBURG.into()).await.unwrap().parent.expect("a Direktion");
        for (audience, seen) in [
            (json!({ "type": "direktion", "office": parent }), true),
            (json!({ "type": "offices", "offices": [HAMBURG] }), true),
            (json!({ "type": "offices", "offices": [OFFICE] }), false),
            (json!({ "type": "direktion", "office": "bpold-muenchen" }), false),
            (json!({ "type": "all" }), true),
        ] {
            let before = own(&hamburg).await.len();
            let asked = opened(&app.office(OFFICE), with(wish(), "audience", audience.clone())).await;
            agreed(&centre, asked.id).await;
            assert_eq!(own(&hamburg).await.len() - before, usize::from(seen), "{audience}");
        }
    }

    async fn everybody_reads_what_is_public(app: TestApp) {
        let office = app.office(OFFICE);
        let public = opened(&office, with(wish(), "public", json!(true))).await;
        opened(&office, with(wish(), "public", json!(true))).await;
        agreed(&app.centre_a(), public.id).await;
        let answer = Raw::get("/v1/public-calendar").send(&app.anonymous()).await.expect_status(200);
        assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
        let shown = read(&answer.text());
        assert!(is(&shown, "CONFIRMED", 2), "{shown:?}");
        let own = Raw::get("/v1/calendar").send(&office).await.expect_status(200);
        assert_eq!(own.header("content-type"), Some("text/calendar; charset=utf-8"));
    }
}
