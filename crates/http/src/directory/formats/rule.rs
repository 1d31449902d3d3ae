//! Opening times in one line of text, for cells of spreadsheets and values of attributes.
//!
//! `MO-FR 09:00-17:00`, `DAILY 00:00-24:00`, `MONTHLY 1MO,-1FR 10:00-12:00`, `MONTHLY day=1,-1 10:00-12:00`, `2026-12-24 09:00-12:00` (on
//! one day alone). Behind that, where needed: `interval=2`, `from=2026-01-05` (the first day that counts), `until=2026-12-31`,
//! `valid_from=…`, `valid_to=…`, `holidays=open` (or `only`, `closed`), and at last `note=` with any text. Days may be German ones
//! (`DI`, `MI`, `DO`, `SO`), in small letters as well.

use freigabe_contract::{
    directory::Schedule,
    vocabulary::{Frequency, OnPublicHolidays},
};

const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
/// Stands before the note.
const NOTE: &str = "note=";

/// The line.
pub(super) fn write(schedule: &Schedule) -> String {
    let mut parts: Vec<String> = Vec::new();
    match (schedule.freq, &schedule.dtstart) {
        (Some(Frequency::Weekly), _) if schedule.byday.is_some() => {}
        (Some(freq), _) => parts.push(freq.code().to_owned()),
        (None, Some(day)) => parts.push(day.to_string()),
        (None, None) => parts.push("ONCE".to_owned()),
    }
    if let Some(days) = &schedule.byday {
        parts.push(short_days(days));
    }
    if let Some(days) = &schedule.bymonthday {
        parts.push(format!("day={}", without_space(days)));
    }
    parts.push(format!("{}-{}", schedule.opens_at, schedule.closes_at));
    let mut stated = |name: &str, value: Option<String>| {
        parts.extend(value.map(|value| format!("{name}={value}")));
    };
    stated("interval", schedule.interval.map(|every| every.to_string()));
    if schedule.freq.is_some() {
        stated("from", schedule.dtstart.as_ref().map(ToString::to_string));
    }
    stated("until", schedule.until.as_ref().map(ToString::to_string));
    stated(
        "valid_from",
        schedule.valid_from.as_ref().map(ToString::to_string),
    );
    stated(
        "valid_to",
        schedule.valid_to.as_ref().map(ToString::to_string),
    );
    let holidays = schedule.on_public_holidays;
    stated(
        "holidays",
        holidays.map(|holidays| holidays.code().to_owned()),
    );
    if let Some(note) = &schedule.description {
        parts.push(format!("{NOTE}{}", note.as_str()));
    }
    parts.join(" ")
}

/// Reads the line.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(line: &str) -> Result<Schedule, &'static str> {
    let (rule, note) = match line.split_once(NOTE) {
        Some((rule, note)) => (rule, Some(note)),
        None => (line, None),
    };
    let mut read = Read::default();
    for part in rule.split_whitespace() {
        read.part(part)?;
    }
    let (opens_at, closes_at) = read.times.ok_or("needs times as HH:MM-HH:MM")?;
    let freq = match (read.freq, read.once) {
        (Some(_), true) => return Err("recurs or is on one day, not both"),
        (None, false) if read.byday.is_some() => Some(Frequency::Weekly),
        (None, false) => return Err("needs days of the week, DAILY, WEEKLY, MONTHLY or a date"),
        (freq, _) => freq,
    };
    Ok(Schedule {
        freq,
        interval: read.interval,
        byday: read.byday,
        bymonthday: read.bymonthday,
        dtstart: read.dtstart.map(Into::into),
        until: read.until.map(Into::into),
        opens_at: opens_at.into(),
        closes_at: closes_at.into(),
        valid_from: read.valid_from.map(Into::into),
        valid_to: read.valid_to.map(Into::into),
        on_public_holidays: read.holidays,
        description: note.map(Into::into),
    })
}

/// Days of the week as the contract has them: in capitals, without spaces, German ones in English, ranges with every day.
///
/// # Errors
/// When a part of it is no day.
pub(super) fn days(text: &str) -> Result<String, &'static str> {
    let mut days = Vec::new();
    for part in without_space(text).to_ascii_uppercase().split(',') {
        let range = part
            .split_once('-')
            .and_then(|(from, to)| Some((day(from)?, day(to)?)));
        match range {
            Some((from, to)) => days.extend(
                DAYS.iter()
                    .cycle()
                    .skip(from)
                    .take(1 + (to + 7 - from) % 7)
                    .map(ToString::to_string),
            ),
            None => days.push(
                numbered_day(part).ok_or("names days other than MO, TU, WE, TH, FR, SA, SU")?,
            ),
        }
    }
    Ok(days.join(","))
}

#[derive(Default)]
struct Read {
    freq: Option<Frequency>,
    once: bool,
    times: Option<(String, String)>,
    interval: Option<u8>,
    byday: Option<String>,
    bymonthday: Option<String>,
    dtstart: Option<String>,
    until: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
    holidays: Option<OnPublicHolidays>,
}

impl Read {
    fn part(&mut self, part: &str) -> Result<(), &'static str> {
        if let Some((name, value)) = part.split_once('=') {
            return self.named(name, value);
        }
        let upper = part.to_ascii_uppercase();
        if let Ok(freq) = Frequency::from_code(&upper) {
            return once(&mut self.freq, freq);
        }
        if upper == "ONCE" {
            self.once = true;
            return Ok(());
        }
        if is_date(part) {
            self.once = true;
            return once(&mut self.dtstart, part.to_owned());
        }
        match part.split_once(['-', '–']) {
            Some((from, to)) if from.contains(':') && to.contains(':') => {
                once(&mut self.times, (two_digits(from), two_digits(to)))
            }
            _ => once(&mut self.byday, days(part)?),
        }
    }

    fn named(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        let text = value.to_owned();
        match name {
            "day" => once(&mut self.bymonthday, text),
            "from" => once(&mut self.dtstart, text),
            "until" => once(&mut self.until, text),
            "valid_from" => once(&mut self.valid_from, text),
            "valid_to" => once(&mut self.valid_to, text),
            "interval" => {
                let every = value
                    .parse()
                    .map_err(|_| "interval must be a number from 1 to 53")?;
                once(&mut self.interval, every)
            }
            "holidays" => {
                let known = OnPublicHolidays::from_code(value);
                once(
                    &mut self.holidays,
                    known.map_err(|_| "holidays must be one of: closed, open, only")?,
                )
            }
            _ => Err(
                "names something other than day, interval, from, until, valid_from, valid_to, holidays, note",
            ),
        }
    }
}

/// `9:00` as `09:00`.
fn two_digits(time: &str) -> String {
    if time.find(':') == Some(1) {
        format!("0{time}")
    } else {
        time.to_owned()
    }
}

fn once<T>(slot: &mut Option<T>, value: T) -> Result<(), &'static str> {
    if slot.replace(value).is_some() {
        return Err("says something twice");
    }
    Ok(())
}

/// `MO,TU,WE` as `MO-WE`; anything else as it is.
fn short_days(byday: &str) -> String {
    let plain = without_space(byday);
    let numbers: Option<Vec<usize>> = plain
        .split(',')
        .map(|name| DAYS.iter().position(|day| *day == name))
        .collect();
    let Some(numbers) = numbers else {
        return plain;
    };
    let in_a_row = numbers
        .iter()
        .zip(numbers.iter().skip(1))
        .all(|(one, next)| one + 1 == *next);
    match plain.split_once(',').zip(plain.rsplit_once(',')) {
        Some(((first, _), (_, last))) if in_a_row && numbers.len() > 2 => format!("{first}-{last}"),
        _ => plain,
    }
}

/// The number of a day of the week, from 0, in English or German.
fn day(name: &str) -> Option<usize> {
    let german = match name {
        "DI" => "TU",
        "MI" => "WE",
        "DO" => "TH",
        "SO" => "SU",
        other => other,
    };
    DAYS.iter().position(|day| *day == german)
}

/// A day of the week with its number in the month before it, if it has one.
fn numbered_day(part: &str) -> Option<String> {
    let name = part.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'));
    let number = part.strip_suffix(name)?;
    let known = DAYS.get(day(name)?)?;
    let digits = number.strip_prefix(['-', '+']).unwrap_or(number);
    let is_number = number.is_empty() || digits.parse::<u8>().is_ok();
    is_number.then(|| format!("{number}{known}"))
}

fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

fn without_space(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_people_write_are_understood() {
        for (line, freq, byday) in [
            ("MO-FR 09:00-17:00", "WEEKLY", "MO,TU,WE,TH,FR"),
            ("mo,di,mi 9:00–12:00", "WEEKLY", "MO,TU,WE"),
            ("Fr-Mo 22:00-06:00", "WEEKLY", "FR,SA,SU,MO"),
            (
                "monthly 1mo,-1FR 10:00-12:00 note=by appointment",
                "MONTHLY",
                "1MO,-1FR",
            ),
        ] {
            let read = read(line).unwrap();
            assert_eq!(read.freq.unwrap().code(), freq, "{line}");
            assert_eq!(read.byday.unwrap(), byday, "{line}");
        }
        assert_eq!(read("MO 9:00-12:00").unwrap().opens_at.as_str(), "09:00");
        let eve = read("2026-12-24 09:00-12:00 holidays=open").unwrap();
        assert_eq!(
            (eve.freq, eve.dtstart.unwrap().as_str()),
            (None, "2026-12-24")
        );
    }

    #[test]
    fn lines_that_say_nothing_or_two_things_are_refused() {
        for line in [
            "",
            "MO-FR",
            "09:00-17:00",
            "MO 09:00-12:00 13:00-17:00",
            "MO-XX 09:00-12:00",
            "DAILY 2026-12-24 09:00-12:00",
            "MO 09:00-12:00 colour=red",
            "MO 09:00-12:00 interval=x",
            "MO 09:00-12:00 holidays=maybe",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
