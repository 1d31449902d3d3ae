//! Centres as lines.

use freigabe_contract::{
    directory as wire,
    vocabulary::{Channel, LanguageMode},
};

use super::{
    COLUMNS,
    cells::{contact, escaped, is_misread, joined},
};
use crate::directory::formats::{
    FormatError, rule,
    sheet::{self, SheetWriter},
};

/// Writes the table.
pub(in super::super) fn write(centres: &[wire::CounsellingCentre]) -> Result<Vec<u8>, FormatError> {
    let mut sheet = SheetWriter::for_spreadsheets();
    sheet.line(COLUMNS)?;
    for centre in centres {
        for service in &centre.entry.services {
            sheet.line(COLUMNS.iter().map(|column| {
                let cell = cell(column, centre, service).unwrap_or_default();
                sheet::defused(cell, |cell| is_misread(column, cell))
            }))?;
        }
    }
    sheet.finish()
}

fn cell(column: &str, centre: &wire::CounsellingCentre, service: &wire::Service) -> Option<String> {
    let entry = &centre.entry;
    let text = |text: &str| Some(text.to_owned());
    let location = match &service.place {
        wire::ServicePlace::Location { location, .. } => Some(location),
        wire::ServicePlace::Remote { .. } | wire::ServicePlace::Shelter { .. } => None,
    };
    let address = location.and_then(|location| location.address.as_ref());
    match column {
        "id" => Some(centre.id.to_string()),
        "name" => text(entry.name.as_str()),
        "alternate_name" => text(entry.alternate_name.as_ref()?.as_str()),
        "description" => text(entry.description.as_ref()?.as_str()),
        "website" => text(entry.website.as_ref()?.as_str()),
        "data_protection_regime" => text(entry.data_protection_regime.code()),
        "service" => text(service.name.as_str()),
        "service_description" => text(service.description.as_ref()?.as_str()),
        "status" => text(service.status.code()),
        "place" => text(kind(&service.place)),
        "city" => text(location?.city.as_str()),
        "postcode" => text(location?.postcode.as_ref()?.as_str()),
        "land" => text(location?.land?.code()),
        "street" => text(address?.street.as_str()),
        "address_details" => text(address?.details.as_ref()?.as_str()),
        "point" => location?
            .point
            .map(|point| format!("{} {}", point.lat, point.lon)),
        "area" => area(&service.place).map(areas),
        "mobile" => service
            .mobile
            .filter(|mobile| *mobile)
            .map(|_| "yes".to_owned()),
        "languages" => Some(joined(service.languages.iter().map(
            |spoken| match spoken.mode {
                LanguageMode::Spoken => spoken.language.to_string(),
                LanguageMode::Interpreter => format!("{}:{}", spoken.language, spoken.mode),
            },
        ))),
        "target_groups" => Some(joined(
            service.target_groups.iter().map(ToString::to_string),
        )),
        "exploitation_forms" => Some(joined(
            service.exploitation_forms.iter().map(ToString::to_string),
        )),
        "offers" => Some(joined(service.offers.iter().map(ToString::to_string))),
        "accessibility" => Some(joined(
            service.accessibility.iter().map(ToString::to_string),
        )),
        "schedules" => Some(joined(
            service
                .schedules
                .iter()
                .map(|one| escaped(&rule::write(one))),
        )),
        "assured_on" => centre.assured_at.map(|at| at.get().date().to_string()),
        "standing" => text(centre.standing.code()),
        channel => Channel::from_code(channel)
            .ok()
            .map(|channel| contacts(channel, service)),
    }
}

fn contacts(channel: Channel, service: &wire::Service) -> String {
    let order =
        |contact: &wire::Contact| Channel::ALL.iter().position(|one| *one == contact.channel);
    let in_order = service.contacts.iter().map(order).is_sorted();
    let of_channel = service
        .contacts
        .iter()
        .enumerate()
        .filter(|(_, one)| one.channel == channel);
    joined(of_channel.map(|(index, one)| contact(one, (!in_order).then_some(index))))
}

pub(super) const fn kind(place: &wire::ServicePlace) -> &'static str {
    match place {
        wire::ServicePlace::Location { .. } => "location",
        wire::ServicePlace::Remote { .. } => "remote",
        wire::ServicePlace::Shelter { .. } => "shelter",
    }
}

const fn area(place: &wire::ServicePlace) -> Option<&wire::ServiceArea> {
    match place {
        wire::ServicePlace::Location { area, .. } => area.as_ref(),
        wire::ServicePlace::Remote { area } | wire::ServicePlace::Shelter { area } => Some(area),
    }
}

fn areas(area: &wire::ServiceArea) -> String {
    let germany = area.nationwide.filter(|all| *all).map(|_| "DE".to_owned());
    let laender = area.laender.iter().map(ToString::to_string);
    let regions = area.postcodes.iter().map(|region| format!("{region}*"));
    joined(germany.into_iter().chain(laender).chain(regions))
}
