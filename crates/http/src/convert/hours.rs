//! Opening times, in both directions.

use freigabe_contract::{self as contract, directory as wire};
use freigabe_domain::{
    directory::hours::{
        CalendarDate, OpeningHours, Recurrence, RecurrenceParts, Schedule, ScheduleError,
        ScheduleParts, TimeOfDay,
    },
    text::ShortText,
};

use super::{Faults, vocabulary::Mirror};

/// Opening times that came in at this place of the body.
pub(super) fn read(
    faults: &mut Faults,
    at: &str,
    schedules: Vec<wire::Schedule>,
) -> Option<OpeningHours> {
    let read: Vec<Option<Schedule>> = schedules
        .into_iter()
        .enumerate()
        .map(|(index, schedule)| read_one(faults, &format!("{at}/{index}"), schedule))
        .collect();
    let read: Option<Vec<Schedule>> = read.into_iter().collect();
    faults.keep(|| at.to_owned(), OpeningHours::new(read?))
}

fn read_one(faults: &mut Faults, at: &str, schedule: wire::Schedule) -> Option<Schedule> {
    let dtstart = date(faults, format!("{at}/dtstart"), schedule.dtstart);
    let until = date(faults, format!("{at}/until"), schedule.until);
    let valid_from = date(faults, format!("{at}/valid_from"), schedule.valid_from);
    let valid_to = date(faults, format!("{at}/valid_to"), schedule.valid_to);
    let opens_at = time(faults, format!("{at}/opens_at"), &schedule.opens_at);
    let closes_at = time(faults, format!("{at}/closes_at"), &schedule.closes_at);
    let description = match schedule.description {
        None => Some(None),
        Some(text) => {
            let read = ShortText::parse(text.as_str());
            faults.keep(|| format!("{at}/description"), read).map(Some)
        }
    };
    let recurrence = Recurrence::try_from(RecurrenceParts {
        freq: schedule.freq.map(Mirror::mirror),
        interval: schedule.interval,
        byday: schedule.byday,
        bymonthday: schedule.bymonthday,
        dtstart: dtstart?,
        until: until?,
    });
    let recurrence = match recurrence {
        Ok(recurrence) => Some(recurrence),
        Err(error) => {
            faults.add(&format!("{at}/{}", error.field), &error.fault.to_string());
            None
        }
    };
    let parts = ScheduleParts {
        recurrence: recurrence?,
        opens_at: opens_at?,
        closes_at: closes_at?,
        valid_from: valid_from?,
        valid_to: valid_to?,
        on_public_holidays: schedule
            .on_public_holidays
            .map(Mirror::mirror)
            .unwrap_or_default(),
        description: description?,
    };
    match Schedule::try_from(parts) {
        Ok(schedule) => Some(schedule),
        Err(error) => {
            let field = match error {
                ScheduleError::OpensAtTheEnd => "opens_at",
                ScheduleError::EndsBeforeStart => "valid_to",
            };
            faults.add(&format!("{at}/{field}"), &error.to_string());
            None
        }
    }
}

fn date(
    faults: &mut Faults,
    at: String,
    date: Option<contract::CalendarDate>,
) -> Option<Option<CalendarDate>> {
    match date {
        None => Some(None),
        Some(date) => faults
            .keep(|| at, CalendarDate::parse(date.as_str()))
            .map(Some),
    }
}

fn time(faults: &mut Faults, at: String, time: &contract::TimeOfDay) -> Option<TimeOfDay> {
    faults.keep(|| at, TimeOfDay::parse(time.as_str()))
}

/// Opening times as they are shown.
pub(super) fn write(hours: &OpeningHours) -> Vec<wire::Schedule> {
    hours.schedules().iter().map(write_one).collect()
}

fn write_one(schedule: &Schedule) -> wire::Schedule {
    let parts = schedule.parts();
    let date = |date: CalendarDate| date.to_string().into();
    let recurrence = RecurrenceParts::from(parts.recurrence);
    wire::Schedule {
        freq: recurrence.freq.map(Mirror::mirror),
        interval: recurrence.interval.filter(|interval| *interval > 1),
        byday: recurrence.byday,
        bymonthday: recurrence.bymonthday,
        dtstart: recurrence.dtstart.map(date),
        until: recurrence.until.map(date),
        opens_at: parts.opens_at.to_string().into(),
        closes_at: parts.closes_at.to_string().into(),
        valid_from: parts.valid_from.map(date),
        valid_to: parts.valid_to.map(date),
        on_public_holidays: Some(parts.on_public_holidays.mirror()),
        description: parts.description.as_ref().map(|text| text.as_str().into()),
    }
}
