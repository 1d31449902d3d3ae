//! HSDS as centres. Objects are read alike from a document and from the tables of a package: there, every value is a text.

use freigabe_contract::{
    LongText, ShortText, directory as wire,
    vocabulary::{DataProtectionRegime, UnknownCodeError},
};
use serde_json::Value;
use uuid::Uuid;

use super::service;
use crate::directory::formats::{
    FilePlace, Origin, ReadCentre,
    fault::Faults,
    terms::{self, Meaning, Term},
};

/// Reads an organization at this pointer of its document. What is wrong are faults; then there is none.
pub(in super::super) fn organization(
    value: &Value,
    at: String,
    mut reader: Reader<'_>,
) -> Option<ReadCentre> {
    let organization = Spot { value, at };
    reader.note("", &organization, None);
    if !value.is_object() {
        reader.fault(&organization, None, "must be an object");
        return None;
    }
    let id = reader.text(&organization, "id", None);
    let id = id.and_then(|id| Uuid::try_parse(&id).ok());
    if id.is_none() {
        reader.fault(&organization, Some("id"), "must be a UUID");
    }
    let name = reader.needed(&organization, "name", "/name");
    let description = reader.text(&organization, "description", Some("/description"));
    let attributes = reader.attributes(&organization);
    let regimes = attributes.codes("data_protection_regime");
    if let Some((_, repeated)) = regimes.get(1) {
        reader.fault(repeated, None, "must not be a second data-protection law");
    }
    if let Some((_, spot)) = regimes.first() {
        reader.note("/data_protection_regime", spot, None);
    }
    let regime = regimes
        .first()
        .and_then(|(code, _)| DataProtectionRegime::from_code(code).ok());
    let mut website = reader.text(&organization, "website", Some("/website"));
    let rows = reader.list(&organization, "services", "/services");
    if rows.is_empty() {
        reader.fault(
            &organization,
            Some("services"),
            "must have at least one service",
        );
    }
    let mut services = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let read = service::read(
            &mut reader,
            row,
            &organization,
            &format!("/services/{index}"),
        );
        // A page of its own that is nothing else is the centre's if that has none.
        if website.is_none() && read.page.is_some() {
            reader.note("/website", row, Some("url"));
            website = read.page;
        }
        services.push(read.service);
    }
    let entry = wire::CentreEntry {
        // HSDS needs a description; one that repeats the name is none.
        description: description.filter(|text| *text != name).map(LongText::from),
        alternate_name: reader
            .text(&organization, "alternate_name", Some("/alternate_name"))
            .map(ShortText::from),
        name: name.into(),
        website: website.map(Into::into),
        data_protection_regime: regime.unwrap_or(DataProtectionRegime::Gdpr),
        services,
    };
    Some(ReadCentre {
        id: id.filter(|_| reader.sound)?,
        entry,
        origin: reader.origin,
    })
}

/// A value of the document.
#[derive(Clone)]
pub(in super::super) struct Spot<'v> {
    pub(super) value: &'v Value,
    /// Its pointer.
    pub(super) at: String,
}

impl<'v> Spot<'v> {
    /// A member that says something.
    pub(super) fn member(&self, name: &str) -> Option<Spot<'v>> {
        let value = self.value.get(name)?;
        let says_nothing =
            value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        (!says_nothing).then(|| Spot {
            value,
            at: format!("{}/{name}", self.at),
        })
    }
}

/// Reads one organization.
pub(in super::super) struct Reader<'r> {
    locate: &'r dyn Fn(&str) -> FilePlace,
    faults: &'r mut Faults,
    origin: Origin,
    /// Nothing was wrong.
    sound: bool,
}

impl<'r> Reader<'r> {
    /// A reader of a document whose pointers stand for places in the file.
    pub(in super::super) fn new(
        locate: &'r dyn Fn(&str) -> FilePlace,
        faults: &'r mut Faults,
    ) -> Self {
        Self {
            locate,
            faults,
            origin: Origin::default(),
            sound: true,
        }
    }

    fn place(&self, spot: &Spot<'_>, member: Option<&str>) -> FilePlace {
        match member {
            Some(member) => (self.locate)(&format!("{}/{member}", spot.at)),
            None => (self.locate)(&spot.at),
        }
    }

    pub(super) fn fault(&mut self, spot: &Spot<'_>, member: Option<&str>, detail: &str) {
        self.sound = false;
        self.faults.add(self.place(spot, member), detail);
    }

    /// That this part of the entry stands there.
    pub(super) fn note(&mut self, entry: &str, spot: &Spot<'_>, member: Option<&str>) {
        let place = self.place(spot, member);
        self.origin.note(entry, place);
    }

    /// A text, with line ends as the contract has them.
    pub(super) fn text(
        &mut self,
        spot: &Spot<'_>,
        member: &str,
        entry: Option<&str>,
    ) -> Option<String> {
        if let Some(entry) = entry {
            self.note(entry, spot, Some(member));
        }
        let found = spot.member(member)?;
        match found.value {
            Value::String(text) => Some(text.replace("\r\n", "\n").replace('\r', "\n")),
            _ => {
                self.fault(spot, Some(member), "must be a text");
                None
            }
        }
    }

    pub(super) fn needed(&mut self, spot: &Spot<'_>, member: &str, entry: &str) -> String {
        let text = self.text(spot, member, Some(entry));
        if text.is_none() && spot.member(member).is_none() {
            self.fault(spot, Some(member), "is needed");
        }
        text.unwrap_or_default()
    }

    /// A number, or a text that is one.
    pub(super) fn number(&mut self, spot: &Spot<'_>, member: &str) -> Option<f64> {
        let found = spot.member(member)?;
        let number = match found.value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.filter(|number| number.is_finite());
        if number.is_none() {
            self.fault(spot, Some(member), "must be a number");
        }
        number
    }

    /// A code of a vocabulary.
    pub(super) fn code<T>(
        &mut self,
        spot: &Spot<'_>,
        member: &str,
        entry: &str,
        known: fn(&str) -> Result<T, UnknownCodeError>,
        options: &str,
    ) -> Option<T> {
        let text = self.text(spot, member, Some(entry))?;
        let code = known(&text);
        if code.is_err() {
            self.fault(spot, Some(member), &format!("must be one of: {options}"));
        }
        code.ok()
    }

    /// The items of a list, which the entry has at this place.
    pub(super) fn list<'v>(&mut self, spot: &Spot<'v>, member: &str, entry: &str) -> Vec<Spot<'v>> {
        self.note(entry, spot, Some(member));
        let Some(found) = spot.member(member) else {
            return Vec::new();
        };
        let Some(items) = found.value.as_array() else {
            self.fault(spot, Some(member), "must be a list");
            return Vec::new();
        };
        let spots = items.iter().enumerate().map(|(index, value)| Spot {
            value,
            at: format!("{}/{index}", found.at),
        });
        let (objects, others): (Vec<_>, Vec<_>) = spots.partition(|spot| spot.value.is_object());
        for other in others {
            self.fault(&other, None, "must be an object");
        }
        objects
    }

    /// The attributes with terms of ours.
    pub(super) fn attributes<'v>(&mut self, spot: &Spot<'v>) -> Attributes<'v> {
        let Some(Value::Array(rows)) = spot.value.get("attributes") else {
            return Attributes(Vec::new());
        };
        let mut known = Vec::new();
        for (index, value) in rows.iter().enumerate() {
            let row = Spot {
                value,
                at: format!("{}/attributes/{index}", spot.at),
            };
            let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str);
            let id = text("/taxonomy_term_id").or_else(|| text("/taxonomy_term/id"));
            let taxonomy = text("/taxonomy_term/taxonomy");
            match terms::meaning(id, taxonomy, text("/taxonomy_term/code")) {
                Meaning::Ours(term) => known.push((term, row)),
                Meaning::Unknown => self.fault(&row, None, "is no term of this taxonomy"),
                Meaning::Foreign => {}
            }
        }
        Attributes(known)
    }
}

/// The attributes of an object that have terms of ours.
pub(super) struct Attributes<'v>(Vec<(&'static Term, Spot<'v>)>);

impl<'v> Attributes<'v> {
    /// The codes of a taxonomy, in the order of the file.
    pub(super) fn codes(&self, taxonomy: &str) -> Vec<(&'static str, &Spot<'v>)> {
        let of_taxonomy = self.0.iter().filter(|(term, _)| term.taxonomy == taxonomy);
        of_taxonomy.map(|(term, spot)| (term.code, spot)).collect()
    }

    /// The attributes with this term.
    pub(super) fn with<'a>(
        &'a self,
        taxonomy: &'a str,
        code: &'a str,
    ) -> impl Iterator<Item = &'a Spot<'v>> {
        self.0
            .iter()
            .filter(move |(term, _)| term.taxonomy == taxonomy && term.code == code)
            .map(|(_, spot)| spot)
    }
}
