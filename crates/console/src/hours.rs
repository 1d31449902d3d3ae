//! Opening hours in words.

use freigabe_domain::{
    directory::{
        Frequency, OnPublicHolidays,
        hours::{CalendarDate, OpeningHours, OpeningState, Schedule, TimeOfDay},
    },
    instant::Instant,
    leaflet::LeafletLabels,
};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::reader::{Reader, Words as _};

/// Germany's time zone, with its rules compiled in: neither a file nor the environment has a say.
static BERLIN: TimeZone = jiff::tz::get!("Europe/Berlin");

/// The days of the week as RFC 5545 writes them, from Monday.
const CODES: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

const GERMAN_DAYS: [&str; 7] = [
    "Montag",
    "Dienstag",
    "Mittwoch",
    "Donnerstag",
    "Freitag",
    "Samstag",
    "Sonntag",
];
const ENGLISH_DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Whether something is open, and until or from when.
pub(crate) fn state(reader: Reader, state: &OpeningState, now: Instant) -> String {
    match state {
        OpeningState::NotStated => reader
            .pick("Öffnungszeiten nicht angegeben", "opening hours not stated")
            .to_owned(),
        OpeningState::Open { until: None } => {
            reader.pick("jetzt erreichbar", "open now").to_owned()
        }
        OpeningState::Open { until: Some(until) } => {
            let until = moment(reader, *until, now);
            match reader {
                Reader::German => format!("jetzt erreichbar, bis {until}"),
                Reader::English => format!("open now, until {until}"),
            }
        }
        OpeningState::Closed { opens: None } => reader
            .pick("zurzeit geschlossen", "closed at present")
            .to_owned(),
        OpeningState::Closed { opens: Some(opens) } => {
            let opens = moment(reader, *opens, now);
            match reader {
                Reader::German => format!("jetzt geschlossen, öffnet {opens}"),
                Reader::English => format!("closed now, opens {opens}"),
            }
        }
    }
}

/// A day as it is written.
pub(crate) fn day(reader: Reader, at: Instant) -> String {
    local(at).map_or_else(String::new, |at| date(reader, at.date()))
}

fn local(at: Instant) -> Option<DateTime> {
    let timestamp = Timestamp::from_microsecond(at.as_unix_micros()).ok()?;
    Some(BERLIN.to_datetime(timestamp))
}

/// A time as near as whoever reads it now needs it.
fn moment(reader: Reader, at: Instant, now: Instant) -> String {
    let (Some(at), Some(now)) = (local(at), local(now)) else {
        return String::new();
    };
    let ahead = at
        .date()
        .since(now.date())
        .map_or(i32::MAX, |span| span.get_days());
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    let weekday = weekday(reader, at.date());
    match (reader, ahead) {
        (Reader::German, 0) => format!("heute {time} Uhr"),
        (Reader::English, 0) => format!("{time} today"),
        (Reader::German, 1) => format!("morgen {time} Uhr"),
        (Reader::English, 1) => format!("{time} tomorrow"),
        (Reader::German, 2..=6) => format!("{weekday} {time} Uhr"),
        (Reader::English, 2..=6) => format!("{time} on {weekday}"),
        (Reader::German, _) => format!("{weekday}, {}, {time} Uhr", date(reader, at.date())),
        (Reader::English, _) => format!("{time} on {weekday}, {}", date(reader, at.date())),
    }
}

fn weekday(reader: Reader, date: Date) -> &'static str {
    let days = date.weekday().to_monday_zero_offset();
    let names = match reader {
        Reader::German => GERMAN_DAYS,
        Reader::English => ENGLISH_DAYS,
    };
    usize::try_from(days)
        .ok()
        .and_then(|index| names.get(index).copied())
        .unwrap_or_default()
}

fn date(reader: Reader, date: Date) -> String {
    let (year, month, day) = (date.year(), date.month(), date.day());
    match reader {
        Reader::German => format!("{day}.{month}.{year}"),
        Reader::English => date.strftime("%-d %B %Y").to_string(),
    }
}

/// One line for each opening time.
pub(crate) fn lines(reader: Reader, hours: &OpeningHours) -> Vec<String> {
    let same_on_holidays = on_holidays(hours).is_some();
    hours
        .schedules()
        .iter()
        .map(|schedule| line(reader, schedule, !same_on_holidays))
        .collect()
}

/// What all of them do on public holidays, if they do the same.
pub(crate) fn on_holidays(hours: &OpeningHours) -> Option<OnPublicHolidays> {
    let mut kinds = hours
        .schedules()
        .iter()
        .map(|schedule| schedule.parts().on_public_holidays);
    let first = kinds.next()?;
    kinds.all(|kind| kind == first).then_some(first)
}

fn line(reader: Reader, schedule: &Schedule, with_holidays: bool) -> String {
    let parts = schedule.parts();
    let mut line = format!(
        "{}: {}",
        days(reader, schedule),
        times(reader, parts.opens_at, parts.closes_at)
    );
    let recurrence = &parts.recurrence;
    let from = recurrence
        .dtstart()
        .filter(|_| recurrence.freq().is_some())
        .max(parts.valid_from);
    // The earlier end; none is no end.
    let until = match (recurrence.until(), parts.valid_to) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    let on = |on: CalendarDate| date(reader, on.civil());
    if let Some(from) = from {
        line += &format!(", {} {}", reader.pick("ab", "from"), on(from));
    }
    if let Some(until) = until {
        line += &format!(", {} {}", reader.pick("bis", "until"), on(until));
    }
    if with_holidays {
        line += &format!(", {}", parts.on_public_holidays.words(reader));
    }
    if let Some(description) = &parts.description {
        line += &format!(" ({})", description.as_str());
    }
    line
}

fn times(reader: Reader, opens: TimeOfDay, closes: TimeOfDay) -> String {
    if opens == TimeOfDay::MIDNIGHT && closes == TimeOfDay::END_OF_DAY {
        return reader.pick("rund um die Uhr", "day and night").to_owned();
    }
    let next_day = if closes > opens {
        ""
    } else {
        reader.pick(" am nächsten Tag", " on the next day")
    };
    let clock = reader.pick(" Uhr", "");
    format!("{opens}–{closes}{clock}{next_day}")
}

fn days(reader: Reader, schedule: &Schedule) -> String {
    let recurrence = &schedule.parts().recurrence;
    let interval = recurrence.interval();
    let names = match reader {
        Reader::German => GERMAN_DAYS,
        Reader::English => ENGLISH_DAYS,
    };
    let byday = recurrence.byday().unwrap_or_default();
    match recurrence.freq() {
        None => recurrence
            .dtstart()
            .map_or_else(String::new, |on| date(reader, on.civil())),
        Some(Frequency::Daily) if interval == 1 => reader.pick("täglich", "every day").to_owned(),
        Some(Frequency::Daily) => every(reader, interval, "Tage", "days"),
        Some(Frequency::Weekly) => {
            let days = ranges(&byday, &names, reader.pick(" bis ", " to ")).join(", ");
            if interval == 1 {
                days
            } else {
                format!("{}, {days}", every(reader, interval, "Wochen", "weeks"))
            }
        }
        Some(Frequency::Monthly) => {
            let days = match recurrence.bymonthday() {
                Some(days) => month_days(reader, &days),
                None => month_weekdays(reader, &byday, &names),
            };
            if interval == 1 {
                format!("{days} {}", reader.pick("im Monat", "of the month"))
            } else {
                format!("{}, {days}", every(reader, interval, "Monate", "months"))
            }
        }
    }
}

fn every(reader: Reader, interval: u8, german: &str, english: &str) -> String {
    match reader {
        Reader::German => format!("alle {interval} {german}"),
        Reader::English => format!("every {interval} {english}"),
    }
}

/// `MO,TU,WE,FR` as Monday to Wednesday, Friday.
fn ranges(byday: &str, names: &[impl AsRef<str>; 7], to: &str) -> Vec<String> {
    let named: Vec<&str> = byday.split(',').collect();
    let mut runs: Vec<Vec<&str>> = Vec::new();
    let mut before = false;
    for (code, name) in CODES.iter().zip(names) {
        let there = named.contains(code);
        if there {
            match runs.last_mut() {
                Some(run) if before => run.push(name.as_ref()),
                _ => runs.push(vec![name.as_ref()]),
            }
        }
        before = there;
    }
    let written = runs.into_iter().flat_map(|run| match run.as_slice() {
        [first, _, .., last] => vec![format!("{first}{to}{last}")],
        few => few.iter().map(|day| (*day).to_owned()).collect(),
    });
    written.collect()
}

/// `1,15,-1`.
fn month_days(reader: Reader, days: &str) -> String {
    let days = days
        .split(',')
        .filter_map(|day| day.parse::<i8>().ok())
        .map(|day| match (reader, day) {
            (Reader::German, -1) => "am letzten Tag".to_owned(),
            (Reader::English, -1) => "on the last day".to_owned(),
            (Reader::German, ..=-2) => format!("am {}.-letzten Tag", day.unsigned_abs()),
            (Reader::English, ..=-2) => format!("on the {}-last day", ordinal(day.unsigned_abs())),
            (Reader::German, _) => format!("am {day}."),
            (Reader::English, _) => format!("on the {}", ordinal(day.unsigned_abs())),
        });
    days.collect::<Vec<_>>().join(", ")
}

/// `MO,1TU,-1FR`.
fn month_weekdays(reader: Reader, byday: &str, names: &[&str; 7]) -> String {
    let days = byday.split(',').filter_map(|item| {
        let (number, code) = item.split_at_checked(item.len().checked_sub(2)?)?;
        let index = CODES.iter().position(|known| *known == code)?;
        let name = names.get(index)?;
        let number = if number.is_empty() {
            0
        } else {
            number.parse::<i8>().ok()?
        };
        Some(match (reader, number) {
            (Reader::German, 0) => format!("jeden {name}"),
            (Reader::English, 0) => format!("every {name}"),
            (Reader::German, -1) => format!("jeden letzten {name}"),
            (Reader::English, -1) => format!("every last {name}"),
            (Reader::German, ..=-2) => format!("jeden {}.-letzten {name}", number.unsigned_abs()),
            (Reader::English, ..=-2) => {
                format!("every {}-last {name}", ordinal(number.unsigned_abs()))
            }
            (Reader::German, _) => format!("jeden {number}. {name}"),
            (Reader::English, _) => format!("every {} {name}", ordinal(number.unsigned_abs())),
        })
    });
    days.collect::<Vec<_>>().join(", ")
}

fn ordinal(number: u8) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// An opening time in the words of a leaflet.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LeafletLine {
    /// On which days: those of the week, in the leaflet's language.
    pub(crate) days: String,
    pub(crate) times: String,
}

/// An opening time in the words of a leaflet, if it is one of every week, always: leaflets have no words for more.
pub(crate) fn leaflet_line(labels: &LeafletLabels, schedule: &Schedule) -> Option<LeafletLine> {
    let parts = schedule.parts();
    let recurrence = &parts.recurrence;
    let plain = recurrence.interval() == 1
        && recurrence.dtstart().is_none()
        && recurrence.until().is_none()
        && parts.valid_from.is_none()
        && parts.valid_to.is_none()
        && parts.description.is_none();
    let byday = match recurrence.freq() {
        Some(Frequency::Weekly) => recurrence.byday()?,
        Some(Frequency::Daily) => CODES.join(","),
        Some(Frequency::Monthly) | None => return None,
    };
    plain.then(|| LeafletLine {
        days: ranges(&byday, &labels.weekdays, " – ").join(" · "),
        times: format!("{}–{}", parts.opens_at, parts.closes_at),
    })
}

#[cfg(test)]
mod tests {
    use freigabe_domain::{leaflet::Leaflet, vocabulary::Language};
    use serde_json::{Value, json};

    use super::*;

    fn hours(schedules: Value) -> OpeningHours {
        serde_json::from_value(schedules).unwrap()
    }

    #[track_caller]
    fn says(schedule: Value, german: &str, english: &str) {
        let hours = hours(json!([schedule]));
        assert_eq!(lines(Reader::German, &hours), [german]);
        assert_eq!(lines(Reader::English, &hours), [english]);
    }

    fn at(recurrence: Value) -> Value {
        json!({"recurrence": recurrence, "opens_at": "09:00", "closes_at": "16:30"})
    }

    #[test]
    fn every_kind_of_recurrence_has_words() {
        says(
            at(json!({"freq": "WEEKLY", "byday": "MO,TU,WE,FR"})),
            "Montag bis Mittwoch, Freitag: 09:00–16:30 Uhr",
            "Monday to Wednesday, Friday: 09:00–16:30",
        );
        says(
            at(json!({"freq": "WEEKLY", "byday": "MO,TU", "interval": 2, "dtstart": "2027-01-04"})),
            "alle 2 Wochen, Montag, Dienstag: 09:00–16:30 Uhr, ab 4.1.2027",
            "every 2 weeks, Monday, Tuesday: 09:00–16:30, from 4 January 2027",
        );
        says(
            at(json!({"freq": "DAILY"})),
            "täglich: 09:00–16:30 Uhr",
            "every day: 09:00–16:30",
        );
        says(
            at(
                json!({"freq": "DAILY", "interval": 3, "dtstart": "2027-01-04", "until": "2027-02-01"}),
            ),
            "alle 3 Tage: 09:00–16:30 Uhr, ab 4.1.2027, bis 1.2.2027",
            "every 3 days: 09:00–16:30, from 4 January 2027, until 1 February 2027",
        );
        says(
            at(json!({"freq": "MONTHLY", "byday": "MO,2TU,-1FR,-2SA"})),
            "jeden Montag, jeden 2. Dienstag, jeden letzten Freitag, jeden 2.-letzten Samstag im Monat: 09:00–16:30 Uhr",
            "every Monday, every 2nd Tuesday, every last Friday, every 2nd-last Saturday of the month: 09:00–16:30",
        );
        says(
            at(json!({"freq": "MONTHLY", "bymonthday": "1,15,23,-1,-3"})),
            "am 1., am 15., am 23., am letzten Tag, am 3.-letzten Tag im Monat: 09:00–16:30 Uhr",
            "on the 1st, on the 15th, on the 23rd, on the last day, on the 3rd-last day of the month: 09:00–16:30",
        );
        says(
            at(json!({"dtstart": "2026-12-24"})),
            "24.12.2026: 09:00–16:30 Uhr",
            "24 December 2026: 09:00–16:30",
        );
    }

    #[test]
    fn nights_and_days_are_named() {
        let daily = json!({"freq": "DAILY"});
        says(
            json!({"recurrence": daily, "opens_at": "22:00", "closes_at": "06:00", "description": "nur <Notfall>"}),
            "täglich: 22:00–06:00 Uhr am nächsten Tag (nur <Notfall>)",
            "every day: 22:00–06:00 on the next day (nur <Notfall>)",
        );
        says(
            json!({"recurrence": daily, "opens_at": "00:00", "closes_at": "24:00"}),
            "täglich: rund um die Uhr",
            "every day: day and night",
        );
    }

    #[test]
    fn holidays_stand_with_a_line_only_where_lines_differ() {
        let open = json!({"recurrence": {"freq": "DAILY"}, "opens_at": "18:00", "closes_at": "20:00", "on_public_holidays": "open"});
        let differ = hours(json!([at(json!({"freq": "DAILY"})), open]));
        assert_eq!(on_holidays(&differ), None);
        let said = lines(Reader::German, &differ);
        assert!(said[0].ends_with("nicht an gesetzlichen Feiertagen"));
        assert!(said[1].ends_with("auch an gesetzlichen Feiertagen"));
        let same = hours(json!([open]));
        assert_eq!(on_holidays(&same), Some(OnPublicHolidays::Open));
        assert_eq!(on_holidays(&hours(json!([]))), None);
    }

    #[test]
    fn a_time_is_told_as_near_as_it_is() {
        let time = |text| Instant::parse(text).unwrap();
        // A Tuesday, 10:00 in Germany.
        let now = time("2026-11-24T09:00:00Z");
        for (opens, german, english) in [
            ("2026-11-24T13:00:00Z", "heute 14:00 Uhr", "14:00 today"),
            ("2026-11-24T23:30:00Z", "morgen 00:30 Uhr", "00:30 tomorrow"),
            (
                "2026-11-27T08:00:00Z",
                "Freitag 09:00 Uhr",
                "09:00 on Friday",
            ),
            (
                "2026-12-01T08:00:00Z",
                "Dienstag, 1.12.2026, 09:00 Uhr",
                "09:00 on Tuesday, 1 December 2026",
            ),
        ] {
            let closed = OpeningState::Closed {
                opens: Some(time(opens)),
            };
            assert_eq!(
                state(Reader::German, &closed, now),
                format!("jetzt geschlossen, öffnet {german}")
            );
            assert_eq!(
                state(Reader::English, &closed, now),
                format!("closed now, opens {english}")
            );
        }
        let open = OpeningState::Open {
            until: Some(time("2026-11-24T15:00:00Z")),
        };
        assert_eq!(
            state(Reader::German, &open, now),
            "jetzt erreichbar, bis heute 16:00 Uhr"
        );
        for silent in [
            OpeningState::NotStated,
            OpeningState::Open { until: None },
            OpeningState::Closed { opens: None },
        ] {
            assert!(!state(Reader::English, &silent, now).is_empty());
        }
    }

    #[test]
    fn a_leaflet_says_what_is_so_every_week_and_nothing_else() {
        let romanian = &Leaflet::in_language(Language::Romanian).text().labels;
        let weekly = hours(json!([at(
            json!({"freq": "WEEKLY", "byday": "MO,TU,WE,FR"})
        )]));
        let line = leaflet_line(romanian, &weekly.schedules()[0]).unwrap();
        assert_eq!(line.days, "luni – miercuri · vineri");
        assert_eq!(line.times, "09:00–16:30");
        for other in [
            json!({"dtstart": "2026-12-24"}),
            json!({"freq": "WEEKLY", "byday": "MO", "interval": 2, "dtstart": "2027-01-04"}),
            json!({"freq": "MONTHLY", "byday": "1MO"}),
        ] {
            let other = hours(json!([at(other)]));
            assert_eq!(leaflet_line(romanian, &other.schedules()[0]), None);
        }
    }
}
