//! HSDS phones and contacts: how a service is reached.

use freigabe_contract::{LanguageCode, ShortText, directory as wire, vocabulary::Channel};

use super::read::{Attributes, Reader, Spot};
use crate::directory::formats::{rule, terms::mark};

/// The ways of the first place that names any.
pub(super) fn read_all<'s, 'v: 's>(
    reader: &mut Reader<'_>,
    places: impl Iterator<Item = &'s Spot<'v>>,
    entry: &str,
) -> Vec<wire::Contact> {
    for place in places {
        let found = contacts_at(reader, place, entry);
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

fn contacts_at(reader: &mut Reader<'_>, place: &Spot<'_>, entry: &str) -> Vec<wire::Contact> {
    let phones = reader.list(place, "phones", &format!("{entry}/contacts"));
    let others = reader.list(place, "contacts", &format!("{entry}/contacts"));
    let phones = phones.into_iter().map(|row| (row, true));
    let rows = phones.chain(others.into_iter().map(|row| (row, false)));
    let mut found: Vec<(usize, Row<'_>)> = Vec::new();
    for (row, is_phone) in rows {
        let attributes = reader.attributes(&row);
        let Some(channel) = channel(reader, &row, &attributes, is_phone) else {
            continue;
        };
        let position = attributes.with(mark::TAXONOMY, mark::POSITION).next();
        let position = position.and_then(|spot| spot.member("value"));
        let position = position.and_then(|spot| spot.value.as_str()?.parse().ok());
        let row = Row {
            spot: row,
            attributes,
            channel,
            is_phone,
        };
        found.push((position.unwrap_or(found.len()), row));
    }
    found.sort_by_key(|(position, _)| *position);
    let mut contacts = Vec::new();
    for (_, row) in &found {
        let entry = format!("{entry}/contacts/{}", contacts.len());
        contacts.push(row.read(reader, &entry));
    }
    let email = reader.text(place, "email", None);
    let is_new = |email: &String| {
        !contacts
            .iter()
            .any(|one: &wire::Contact| one.address.as_str() == email)
    };
    if let Some(email) = email.filter(is_new) {
        reader.note(
            &format!("{entry}/contacts/{}", contacts.len()),
            place,
            Some("email"),
        );
        contacts.push(contact(Channel::Email, email));
    }
    contacts
}

/// By which means; none: not a way that the directory has.
fn channel(
    reader: &mut Reader<'_>,
    row: &Spot<'_>,
    attributes: &Attributes<'_>,
    is_phone: bool,
) -> Option<Channel> {
    let stated = attributes.codes("channel");
    let stated = stated
        .first()
        .and_then(|(code, _)| Channel::from_code(code).ok());
    if stated.is_some() || !is_phone {
        // Contacts without a channel are persons, who aren't taken over.
        return stated;
    }
    let kind = reader
        .text(row, "type", None)
        .map(|kind| kind.to_ascii_lowercase());
    match kind.as_deref() {
        None | Some("voice" | "cell") => Some(Channel::Phone),
        Some("text" | "sms") => Some(Channel::TextMessage),
        Some("fax" | "pager" | "textphone" | "video") => None,
        Some(_) => {
            let detail = "must be one of: voice, text, cell, fax, pager, textphone, video";
            reader.fault(row, Some("type"), detail);
            None
        }
    }
}

fn contact(channel: Channel, address: String) -> wire::Contact {
    wire::Contact {
        channel,
        address: address.into(),
        note: None,
        languages: Vec::new(),
        schedules: Vec::new(),
    }
}

struct Row<'v> {
    spot: Spot<'v>,
    attributes: Attributes<'v>,
    channel: Channel,
    is_phone: bool,
}

impl Row<'_> {
    fn read(&self, reader: &mut Reader<'_>, entry: &str) -> wire::Contact {
        let spot = &self.spot;
        reader.note(entry, spot, None);
        let address_at = format!("{entry}/address");
        let address = match (self.is_phone, self.channel) {
            (true, _) => reader.needed(spot, "number", &address_at),
            (false, Channel::Email) => reader.needed(spot, "email", &address_at),
            (false, channel) => match self.attributes.with("channel", channel.code()).next() {
                Some(row) => reader.needed(row, "value", &address_at),
                None => String::new(),
            },
        };
        if spot.member("extension").is_some() {
            reader.fault(
                spot,
                Some("extension"),
                "has no place here: write it behind the number",
            );
        }
        let note_at = format!("{entry}/note");
        let note = match self.attributes.with(mark::TAXONOMY, mark::NOTE).next() {
            Some(row) => reader.text(row, "value", Some(&note_at)),
            None if self.is_phone => reader.text(spot, "description", Some(&note_at)),
            None => None,
        };
        wire::Contact {
            note: note.map(ShortText::from),
            languages: self.languages(reader, entry),
            schedules: self.schedules(reader, entry),
            ..contact(self.channel, address)
        }
    }

    fn languages(&self, reader: &mut Reader<'_>, entry: &str) -> Vec<LanguageCode> {
        let rows = reader.list(&self.spot, "languages", &format!("{entry}/languages"));
        let rows = rows.into_iter().map(|row| (row, "code"));
        let marked = self.attributes.with(mark::TAXONOMY, mark::LANGUAGE);
        let rows: Vec<_> = rows
            .chain(marked.map(|row| (row.clone(), "value")))
            .collect();
        let codes = rows.iter().enumerate().map(|(index, (row, member))| {
            reader
                .needed(row, member, &format!("{entry}/languages/{index}"))
                .into()
        });
        codes.collect()
    }

    fn schedules(&self, reader: &mut Reader<'_>, entry: &str) -> Vec<wire::Schedule> {
        let mut schedules = Vec::new();
        for row in self.attributes.with(mark::TAXONOMY, mark::HOURS) {
            let place = format!("{entry}/schedules/{}", schedules.len());
            let line = reader.needed(row, "value", &place);
            match rule::read(&line) {
                Ok(schedule) => schedules.push(schedule),
                Err(detail) => reader.fault(row, Some("value"), detail),
            }
        }
        schedules
    }
}
