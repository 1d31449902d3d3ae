//! Centres as HSDS. Every identifier follows from the centre's.

use freigabe_contract::{
    directory as wire,
    vocabulary::{Channel, Frequency, LanguageMode},
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::schedule::ALL_DAYS;
use crate::directory::formats::{
    rule,
    terms::{self, mark},
};

/// The centre with all that belongs to it.
pub(in super::super) fn organization(centre: &wire::CounsellingCentre) -> Value {
    let entry = &centre.entry;
    let mut attributes = Attributes::of(centre.id);
    attributes.add(
        "data_protection_regime",
        entry.data_protection_regime.code(),
    );
    let mut organization = Object::new(centre.id);
    organization.text("name", entry.name.as_str());
    organization.maybe("alternate_name", entry.alternate_name.as_ref());
    let description = entry
        .description
        .as_ref()
        .map_or(entry.name.as_str(), |text| text.as_str());
    organization.text("description", description);
    organization.maybe("website", entry.website.as_ref());
    let services = entry.services.iter().map(|one| service(one, centre));
    organization.list("services", services.collect());
    organization.finish(attributes)
}

fn service(service: &wire::Service, centre: &wire::CounsellingCentre) -> Value {
    let id = Uuid::new_v5(&centre.id, service.name.as_str().as_bytes());
    let mut attributes = Attributes::of(id);
    let mut written = Object::new(id);
    written.text("name", service.name.as_str());
    written.maybe("description", service.description.as_ref());
    written.text("status", service.status.code());
    if let Some(at) = centre.assured_at {
        written.text("assured_date", &at.get().date().to_string());
    }
    written.text("last_modified", &centre.changed_at.to_string());
    for group in &service.target_groups {
        attributes.add("target_group", group.code());
    }
    for form in &service.exploitation_forms {
        attributes.add("exploitation_form", form.code());
    }
    for offer in &service.offers {
        attributes.add("offer", offer.code());
    }
    if service.mobile == Some(true) {
        attributes.add(mark::TAXONOMY, mark::MOBILE);
    }
    place(service, id, &mut written, &mut attributes);
    languages(service, id, &mut written);
    contacts(service, id, &mut written);
    let attending = match &service.place {
        wire::ServicePlace::Location { .. } => Some("in person"),
        wire::ServicePlace::Remote { .. } => Some("by telephone or on the web"),
        wire::ServicePlace::Shelter { .. } => None,
    };
    let schedules = service.schedules.iter().enumerate();
    let schedules =
        schedules.map(|(index, one)| schedule(one, nested(id, "schedule", index), attending));
    written.list("schedules", schedules.collect());
    written.finish(attributes)
}

fn place(service: &wire::Service, id: Uuid, written: &mut Object, attributes: &mut Attributes) {
    let own_features = |attributes: &mut Attributes| {
        for feature in &service.accessibility {
            attributes.add("accessibility", feature.code());
        }
    };
    let mut at_location = |location: Value| {
        let there = json!({ "id": nested(id, "service_at_location", 0), "location": location });
        written.list("service_at_locations", vec![there]);
    };
    let location_id = nested(id, "location", 0);
    let stated = match &service.place {
        wire::ServicePlace::Location {
            location: place,
            area,
        } => {
            at_location(location(place, service, location_id));
            area.as_ref()
        }
        wire::ServicePlace::Remote { area } => {
            at_location(json!({ "id": location_id, "location_type": "virtual" }));
            own_features(attributes);
            Some(area)
        }
        // INVARIANT: nothing tells where a shelter is; it has no location.
        wire::ServicePlace::Shelter { area } => {
            attributes.add(mark::TAXONOMY, mark::SHELTER);
            own_features(attributes);
            Some(area)
        }
    };
    written.list(
        "service_areas",
        stated.map_or_else(Vec::new, |stated| areas(stated, id)),
    );
}

fn location(place: &wire::Location, service: &wire::Service, id: Uuid) -> Value {
    let mut location = Object::new(id);
    location.text("location_type", "physical");
    if let Some(point) = place.point {
        location.value("latitude", json!(point.lat));
        location.value("longitude", json!(point.lon));
    }
    location.list("addresses", vec![address(place, nested(id, "address", 0))]);
    let features = service
        .accessibility
        .iter()
        .enumerate()
        .map(|(index, feature)| {
            let id = nested(id, "accessibility", index);
            let mut attributes = Attributes::of(id);
            attributes.add("accessibility", feature.code());
            let mut written = Object::new(id);
            written.text("description", feature.label());
            written.finish(attributes)
        });
    location.list("accessibility", features.collect());
    location.finish(Attributes::of(id))
}

fn address(place: &wire::Location, id: Uuid) -> Value {
    let mut attributes = Attributes::of(id);
    let mut address = Object::new(id);
    match &place.address {
        Some(street) => {
            address.text("address_1", street.street.as_str());
            address.maybe("address_2", street.details.as_ref());
        }
        None => {
            address.text("address_1", place.city.as_str());
            attributes.add(mark::TAXONOMY, mark::NO_STREET);
        }
    }
    address.text("city", place.city.as_str());
    address.text(
        "state_province",
        place.land.map_or("DE", |land| land.code()),
    );
    let postcode = place
        .postcode
        .as_ref()
        .map_or("unknown", |postcode| postcode.as_str());
    address.text("postal_code", postcode);
    address.text("country", "DE");
    address.text("address_type", "physical");
    address.finish(attributes)
}

fn areas(area: &wire::ServiceArea, service: Uuid) -> Vec<Value> {
    let nationwide = area.nationwide.unwrap_or_default();
    let germany = nationwide.then(|| ("Germany (Deutschland)".to_owned(), "DE".to_owned()));
    let laender = area
        .laender
        .iter()
        .map(|land| (land.label().to_owned(), land.code().to_owned()));
    let postcodes = area.postcodes.iter().map(|region| {
        let name =
            format!("Postcodes that begin with {region} (Postleitzahlen mit {region} am Anfang)");
        (name, region.to_string())
    });
    let named = germany
        .into_iter()
        .chain(laender)
        .chain(postcodes)
        .enumerate();
    named
        .map(|(index, (name, extent))| {
            json!({
                "id": nested(service, "service_area", index),
                "name": name,
                "extent": extent,
                "extent_type": "text",
            })
        })
        .collect()
}

fn languages(service: &wire::Service, id: Uuid, written: &mut Object) {
    let rows = service.languages.iter().enumerate().map(|(index, spoken)| {
        let mut language = Object::new(nested(id, "language", index));
        language.text("code", spoken.language.as_str());
        if spoken.mode == LanguageMode::Interpreter {
            language.text("note", LanguageMode::Interpreter.code());
        }
        language.whole()
    });
    written.list("languages", rows.collect());
    let interpreted = service
        .languages
        .iter()
        .filter(|spoken| spoken.mode == LanguageMode::Interpreter)
        .map(|spoken| spoken.language.as_str());
    let codes: Vec<&str> = interpreted.collect();
    if !codes.is_empty() {
        let text = format!(
            "By an interpreter (durch Sprachmittlung): {}",
            codes.join(", ")
        );
        written.text("interpretation_services", &text);
    }
}

fn contacts(service: &wire::Service, id: Uuid, written: &mut Object) {
    let (numbers, others): (Vec<_>, Vec<_>) = service
        .contacts
        .iter()
        .enumerate()
        .partition(|(_, contact)| has_number(contact));
    let in_order = numbers.iter().chain(&others).map(|(index, _)| *index);
    let out_of_order = !in_order.is_sorted();
    let phones = numbers.into_iter().map(|(index, contact)| {
        let id = nested(id, "phone", index);
        let mut attributes = Attributes::of(id);
        attributes.contact(contact, out_of_order.then_some(index));
        let mut phone = Object::new(id);
        phone.text("number", contact.address.as_str());
        let kind = match contact.channel {
            Channel::TextMessage => "text",
            Channel::Messenger => {
                attributes.add("channel", Channel::Messenger.code());
                "cell"
            }
            _ => "voice",
        };
        phone.text("type", kind);
        phone.maybe("description", contact.note.as_ref());
        let languages = contact.languages.iter().enumerate().map(|(index, language)| {
            json!({ "id": nested(id, "language", index), "code": language.as_str() })
        });
        phone.list("languages", languages.collect());
        phone.finish(attributes)
    });
    written.list("phones", phones.collect());
    let is_email = |contact: &wire::Contact| contact.channel == Channel::Email;
    let mut first = |field: &str, email: bool| {
        let found = others
            .iter()
            .find(|(_, contact)| is_email(contact) == email);
        if let Some((_, contact)) = found {
            written.text(field, contact.address.as_str());
        }
    };
    first("email", true);
    first("url", false);
    let rows = others.into_iter().map(|(index, contact)| {
        let id = nested(id, "contact", index);
        let mut attributes = Attributes::of(id);
        attributes.contact(contact, out_of_order.then_some(index));
        let mut row = Object::new(id);
        if is_email(contact) {
            row.text("email", contact.address.as_str());
            attributes.add("channel", contact.channel.code());
        } else {
            attributes.say("channel", contact.channel.code(), contact.address.as_str());
        }
        if let Some(note) = &contact.note {
            attributes.say(mark::TAXONOMY, mark::NOTE, note.as_str());
        }
        for language in &contact.languages {
            attributes.say(mark::TAXONOMY, mark::LANGUAGE, language.as_str());
        }
        row.finish(attributes)
    });
    written.list("contacts", rows.collect());
}

/// Whether it goes to `phones`.
fn has_number(contact: &wire::Contact) -> bool {
    match contact.channel {
        Channel::Phone | Channel::TextMessage => true,
        Channel::Messenger => !contact.address.as_str().starts_with("http"),
        Channel::Email | Channel::Chat | Channel::Video | Channel::WebForm => false,
    }
}

fn schedule(schedule: &wire::Schedule, id: Uuid, attending: Option<&str>) -> Value {
    let mut attributes = Attributes::of(id);
    let mut written = Object::new(id);
    let mut byday = schedule.byday.as_deref();
    match schedule.freq {
        Some(Frequency::Daily) => {
            attributes.add(mark::TAXONOMY, mark::DAILY);
            // Every second day can't be said with weeks: then no rule is better than a false one.
            if schedule.interval.unwrap_or(1) == 1 {
                byday = Some(ALL_DAYS);
                written.text("freq", Frequency::Weekly.code());
            }
        }
        Some(freq) => written.text("freq", freq.code()),
        None => {
            written.text("freq", Frequency::Weekly.code());
            written.value("count", json!(1));
        }
    }
    written.maybe("byday", byday);
    if let Some(interval) = schedule.interval {
        written.value("interval", json!(interval));
    }
    written.maybe("bymonthday", schedule.bymonthday.as_ref());
    written.maybe("dtstart", schedule.dtstart.as_ref());
    written.maybe("until", schedule.until.as_ref());
    written.maybe("valid_from", schedule.valid_from.as_ref());
    written.maybe("valid_to", schedule.valid_to.as_ref());
    written.text("opens_at", &format!("{}:00", schedule.opens_at));
    if schedule.closes_at.as_str() == "24:00" {
        attributes.add(mark::TAXONOMY, mark::END_OF_DAY);
        written.text("closes_at", "00:00:00");
    } else {
        written.text("closes_at", &format!("{}:00", schedule.closes_at));
    }
    if let Some(holidays) = schedule.on_public_holidays {
        attributes.add("public_holidays", holidays.code());
    }
    written.maybe("description", schedule.description.as_ref());
    written.maybe("attending_type", attending);
    written.text("notes", "Times in Germany (Europe/Berlin)");
    written.finish(attributes)
}

fn nested(parent: Uuid, kind: &str, index: usize) -> Uuid {
    Uuid::new_v5(&parent, format!("{kind}/{index}").as_bytes())
}

struct Object(Map<String, Value>);

impl Object {
    fn new(id: Uuid) -> Self {
        Self(Map::from_iter([("id".to_owned(), json!(id))]))
    }

    fn value(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    fn text(&mut self, name: &str, text: &str) {
        self.value(name, Value::String(text.to_owned()));
    }

    fn maybe(&mut self, name: &str, text: Option<impl AsRef<str>>) {
        if let Some(text) = text {
            self.text(name, text.as_ref());
        }
    }

    fn list(&mut self, name: &str, items: Vec<Value>) {
        if !items.is_empty() {
            self.value(name, Value::Array(items));
        }
    }

    fn finish(mut self, attributes: Attributes) -> Value {
        self.list("attributes", attributes.rows);
        self.whole()
    }

    fn whole(self) -> Value {
        Value::Object(self.0)
    }
}

/// The attributes of an object.
struct Attributes {
    of: Uuid,
    rows: Vec<Value>,
}

impl Attributes {
    const fn of(of: Uuid) -> Self {
        Self {
            of,
            rows: Vec::new(),
        }
    }

    fn add(&mut self, taxonomy: &str, code: &str) {
        self.push(taxonomy, code, None);
    }

    fn say(&mut self, taxonomy: &str, code: &str, value: &str) {
        self.push(taxonomy, code, Some(value));
    }

    /// What phones and other contacts have in common.
    fn contact(&mut self, contact: &wire::Contact, position: Option<usize>) {
        if let Some(position) = position {
            self.say(mark::TAXONOMY, mark::POSITION, &position.to_string());
        }
        for hours in &contact.schedules {
            self.say(mark::TAXONOMY, mark::HOURS, &rule::write(hours));
        }
    }

    fn push(&mut self, taxonomy: &str, code: &str, value: Option<&str>) {
        // INVARIANT: every code that is written is a term; a test walks them.
        let Some(term) = terms::term(taxonomy, code) else {
            return;
        };
        let mut attribute = Object::new(nested(self.of, "attribute", self.rows.len()));
        attribute.value("taxonomy_term", term.written());
        attribute.maybe("value", value);
        self.rows.push(attribute.whole());
    }
}
