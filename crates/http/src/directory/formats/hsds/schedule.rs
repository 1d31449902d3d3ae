//! HSDS schedules.

use freigabe_contract::{
    TimeOfDay, directory as wire,
    vocabulary::{Frequency, OnPublicHolidays},
};

use super::read::{Reader, Spot};
use crate::directory::formats::{rule, terms::mark};

/// The days of a schedule that is marked as a daily one.
pub(super) const ALL_DAYS: &str = "MO,TU,WE,TH,FR,SA,SU";

/// The schedules of whatever has them there.
pub(super) fn read_all(
    reader: &mut Reader<'_>,
    spot: &Spot<'_>,
    entry: &str,
) -> Vec<wire::Schedule> {
    let rows = reader.list(spot, "schedules", entry);
    let schedules = rows.iter().enumerate();
    schedules
        .map(|(index, row)| read(reader, row, &format!("{entry}/{index}")))
        .collect()
}

fn read(reader: &mut Reader<'_>, row: &Spot<'_>, entry: &str) -> wire::Schedule {
    reader.note(entry, row, None);
    let marks = reader.attributes(row);
    let is_marked = marks.with(mark::TAXONOMY, mark::DAILY).next().is_some();
    let mut text = |name: &str| reader.text(row, name, Some(&format!("{entry}/{name}")));
    let byday = text("byday");
    let bymonthday = text("bymonthday");
    let dtstart = text("dtstart");
    let until = text("until");
    let valid_from = text("valid_from");
    let valid_to = text("valid_to");
    let description = text("description");
    // Whoever wrote other days beside the mark meant them.
    let is_daily = is_marked && byday.as_ref().is_none_or(|days| days == ALL_DAYS);
    let byday = byday
        .filter(|_| !is_daily)
        .and_then(|days| match rule::days(&days) {
            Ok(days) => Some(days),
            Err(detail) => {
                reader.fault(row, Some("byday"), detail);
                None
            }
        });
    let days = Days {
        byday: &byday,
        dtstart: &dtstart,
        until: &until,
    };
    let recurrence = recurrence(reader, row, is_daily, entry, &days);
    let interval = interval(reader, row, entry);
    refuse_unkept(reader, row, interval);
    let ends_day = marks
        .with(mark::TAXONOMY, mark::END_OF_DAY)
        .next()
        .is_some();
    let opens_at = time(reader, row, "opens_at", entry);
    let closes_at = time(reader, row, "closes_at", entry);
    let closes_at = closes_at.filter(|closes| !(ends_day && closes == "00:00"));
    let holidays = marks.codes("public_holidays");
    let holidays = holidays
        .first()
        .and_then(|(code, _)| OnPublicHolidays::from_code(code).ok());
    wire::Schedule {
        freq: match recurrence {
            Recurrence::Once { .. } => None,
            Recurrence::Every(freq) => Some(freq),
        },
        interval,
        byday,
        bymonthday: bymonthday.map(|days| days.replace(' ', "")),
        dtstart: dtstart.map(Into::into),
        until: match recurrence {
            Recurrence::Once { ends_there: true } => None,
            _ => until.map(Into::into),
        },
        opens_at: opens_at.map_or_else(|| "00:00".into(), TimeOfDay::from),
        closes_at: closes_at.map_or_else(|| "24:00".into(), TimeOfDay::from),
        valid_from: valid_from.map(Into::into),
        valid_to: valid_to.map(Into::into),
        on_public_holidays: holidays,
        description: description.map(Into::into),
    }
}

enum Recurrence {
    /// On one day, which `until` may repeat.
    Once {
        ends_there: bool,
    },
    Every(Frequency),
}

struct Days<'d> {
    byday: &'d Option<String>,
    dtstart: &'d Option<String>,
    until: &'d Option<String>,
}

fn recurrence(
    reader: &mut Reader<'_>,
    row: &Spot<'_>,
    is_daily: bool,
    entry: &str,
    days: &Days<'_>,
) -> Recurrence {
    let freq_at = format!("{entry}/freq");
    let options = "WEEKLY, MONTHLY";
    let freq = reader.code(row, "freq", &freq_at, Frequency::from_code, options);
    if row.member("count").is_some() {
        if reader.number(row, "count") == Some(1.0) {
            return Recurrence::Once { ends_there: false };
        }
        reader.fault(
            row,
            Some("count"),
            "must be 1, for a single day: say with until when it ends",
        );
    }
    if is_daily {
        return Recurrence::Every(Frequency::Daily);
    }
    if let Some(freq) = freq {
        return Recurrence::Every(freq);
    }
    let ends_there = days.until.is_some() && days.until == days.dtstart;
    let is_one_day =
        days.dtstart.is_some() && days.byday.is_none() && (ends_there || days.until.is_none());
    if !is_one_day && row.member("freq").is_none() {
        reader.fault(
            row,
            Some("freq"),
            "is needed, unless there is dtstart alone",
        );
    }
    Recurrence::Once { ends_there }
}

fn interval(reader: &mut Reader<'_>, row: &Spot<'_>, entry: &str) -> Option<u8> {
    reader.note(&format!("{entry}/interval"), row, Some("interval"));
    let number = reader.number(row, "interval")?;
    let whole = (1..=53u8).find(|every| f64::from(*every) == number);
    if whole.is_none() {
        reader.fault(row, Some("interval"), "must be a whole number from 1 to 53");
    }
    whole
}

/// What would mean something else if it were left out.
fn refuse_unkept(reader: &mut Reader<'_>, row: &Spot<'_>, interval: Option<u8>) {
    for name in ["byweekno", "byyearday"] {
        if row.member(name).is_some() {
            reader.fault(row, Some(name), "has no place here");
        }
    }
    let week_starts = reader.text(row, "wkst", None);
    if week_starts.is_some_and(|day| day != "MO") && interval.unwrap_or(1) > 1 {
        reader.fault(
            row,
            Some("wkst"),
            "must be MO where interval is more than 1",
        );
    }
}

/// `HH:MM`, of `HH:MM` or `HH:MM:00` with at most an offset that Germany has.
fn time(reader: &mut Reader<'_>, row: &Spot<'_>, name: &str, entry: &str) -> Option<String> {
    let text = reader.needed(row, name, &format!("{entry}/{name}"));
    if text.is_empty() {
        return None;
    }
    let local = ["+01:00", "+02:00", "+01", "+02"]
        .iter()
        .find_map(|offset| text.strip_suffix(offset));
    let local = local.unwrap_or(&text);
    let minutes = local
        .strip_suffix(":00")
        .filter(|minutes| minutes.contains(':'))
        .unwrap_or(local);
    let is_time = minutes.len() == 5
        && minutes
            .bytes()
            .enumerate()
            .all(|(index, byte)| match index {
                2 => byte == b':',
                _ => byte.is_ascii_digit(),
            });
    if !is_time {
        reader.fault(
            row,
            Some(name),
            "must be a time of day in Germany as HH:MM or HH:MM:00",
        );
        return None;
    }
    Some(minutes.to_owned())
}
