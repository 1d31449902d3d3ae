//! One line: what its cells say.

use freigabe_contract::{
    directory as wire,
    office::GeoPoint,
    vocabulary::{Channel, Land, LanguageMode, Offer, TargetGroup, UnknownCodeError},
};
use uuid::Uuid;

use super::{
    COLUMNS, OF_LOCATION,
    cells::{read_contact, unescaped, values},
};
use crate::directory::formats::{FilePlace, NAMESPACE, Origin, fault::Faults, hsds, rule};

/// A line, while it is read.
pub(super) struct Line<'l, 'f> {
    pub(super) number: u64,
    /// The cells that say something.
    pub(super) cells: Vec<(&'static str, &'l str)>,
    pub(super) sound: bool,
    pub(super) faults: &'f mut Faults,
}

impl Line<'_, '_> {
    pub(super) fn cell(&self, column: &str) -> Option<&str> {
        self.cells
            .iter()
            .find(|(name, _)| *name == column)
            .map(|(_, cell)| *cell)
    }

    /// The centre's identifier, or one that follows from what stands there.
    pub(super) fn id(&mut self) -> Option<Uuid> {
        let Some(id) = self.trimmed("id") else {
            let detail = "is needed: a UUID, or any text that stays the same";
            self.fault("id", detail);
            return None;
        };
        if let Ok(id) = Uuid::try_parse(&id) {
            return Some(id);
        }
        let is_damaged = id.chars().count() == 36 && id.split('-').count() == 5;
        if is_damaged || id.chars().any(char::is_control) {
            self.fault("id", "is neither a UUID nor a plain text");
            return None;
        }
        Some(Uuid::new_v5(&NAMESPACE, format!("centre/{id}").as_bytes()))
    }

    pub(super) const fn place(&self, column: Option<&'static str>) -> FilePlace {
        FilePlace::Line {
            table: None,
            line: self.number,
            column,
        }
    }

    pub(super) fn fault(&mut self, column: &'static str, detail: &str) {
        self.sound = false;
        self.faults.add(self.place(Some(column)), detail);
    }

    /// A text, with line ends as the contract has them.
    pub(super) fn text(&self, column: &str) -> Option<String> {
        self.cell(column)
            .map(|cell| cell.replace("\r\n", "\n").replace('\r', "\n"))
    }

    pub(super) fn trimmed(&self, column: &str) -> Option<String> {
        self.cell(column).map(|cell| cell.trim().to_owned())
    }

    pub(super) fn needed(&mut self, column: &'static str) -> String {
        let text = self.text(column);
        if text.is_none() {
            self.fault(column, "is needed");
        }
        text.unwrap_or_default()
    }

    fn values(&self, column: &str) -> Vec<String> {
        values(&self.text(column).unwrap_or_default())
    }

    pub(super) fn code<T: Copy + std::fmt::Display>(
        &mut self,
        column: &'static str,
        all: &[T],
        known: fn(&str) -> Result<T, UnknownCodeError>,
    ) -> Option<T> {
        let code = known(&self.trimmed(column)?);
        if code.is_err() {
            self.fault(column, &format!("must be one of: {}", listed(all)));
        }
        code.ok()
    }

    pub(super) fn codes<T: Copy + std::fmt::Display>(
        &mut self,
        column: &'static str,
        all: &[T],
        known: fn(&str) -> Result<T, UnknownCodeError>,
    ) -> Vec<T> {
        let mut codes = Vec::new();
        for value in self.values(column) {
            match known(&value) {
                Ok(code) => codes.push(code),
                Err(_) => self.fault(column, &format!("must be any of: {}", listed(all))),
            }
        }
        codes
    }

    /// What a plain list says in words: target groups and offers that are ours, and the rest as a text.
    pub(super) fn words(&self) -> (Vec<TargetGroup>, Vec<Offer>, Option<String>) {
        let code = |word: &str| word.to_lowercase().replace(' ', "_");
        let said_groups = self.values("target_groups");
        let groups = said_groups
            .iter()
            .map(|word| TargetGroup::from_code(&code(word)));
        // A part of those that it is for would keep the others away.
        let groups: Result<Vec<_>, _> = groups.collect();
        let other_groups = if groups.is_ok() {
            Vec::new()
        } else {
            said_groups
        };
        let mut offers = Vec::new();
        let mut other_offers = Vec::new();
        for word in self.values("offers") {
            match Offer::from_code(&code(&word)) {
                Ok(offer) => offers.push(offer),
                Err(_) => other_offers.push(word),
            }
        }
        let said = [("Angebote", other_offers), ("Für", other_groups)]
            .into_iter()
            .filter(|(_, words)| !words.is_empty())
            .map(|(heading, words)| {
                format!(
                    "{heading}: {}.",
                    words
                        .iter()
                        .map(|word| unescaped(word))
                        .collect::<Vec<_>>()
                        .join("; ")
                )
            });
        let said = said.collect::<Vec<_>>().join("\n");
        (
            groups.unwrap_or_default(),
            offers,
            (!said.is_empty()).then_some(said),
        )
    }

    pub(super) fn service_place(&mut self) -> wire::ServicePlace {
        let kind = self.trimmed("place");
        let area = self.area();
        let kind = match kind.as_deref() {
            Some(kind @ ("location" | "remote" | "shelter")) => kind,
            None if self.cell("city").is_some() => "location",
            None => return self.somewhere(area),
            Some(_) => {
                self.fault("place", "must be one of: location, remote, shelter");
                return wire::ServicePlace::Remote {
                    area: area.unwrap_or_else(no_area),
                };
            }
        };
        if kind == "location" {
            return wire::ServicePlace::Location {
                location: self.location(),
                area,
            };
        }
        for column in OF_LOCATION {
            if self.cell(column).is_some() {
                let detail = if kind == "shelter" {
                    "a shelter has no address: nothing tells where it is"
                } else {
                    "only a location has an address"
                };
                self.fault(column, detail);
            }
        }
        let area = area.unwrap_or_else(|| {
            self.fault(
                "area",
                "is needed where there is no place that people come to",
            );
            no_area()
        });
        if kind == "shelter" {
            wire::ServicePlace::Shelter { area }
        } else {
            wire::ServicePlace::Remote { area }
        }
    }

    /// Without a town, a centre is there for its Land.
    fn somewhere(&mut self, area: Option<wire::ServiceArea>) -> wire::ServicePlace {
        for column in ["postcode", "street", "address_details", "point"] {
            if self.cell(column).is_some() {
                self.fault("city", "is needed with an address");
                break;
            }
        }
        let land = self.land();
        if area.is_none() && land.is_none() && self.cell("land").is_none() {
            self.fault("city", "is needed, or else an area or a Land");
        }
        let area = area.unwrap_or_else(|| wire::ServiceArea {
            laender: land.into_iter().collect(),
            ..no_area()
        });
        wire::ServicePlace::Remote { area }
    }

    fn land(&mut self) -> Option<Land> {
        let name = self.trimmed("land")?;
        let land = hsds::land(&name);
        if land.is_none() {
            self.fault("land", "must be a Land: its code of ISO 3166-2 or its name");
        }
        land
    }

    fn location(&mut self) -> wire::Location {
        let street = self.text("street");
        let details = self.text("address_details");
        if street.is_none() && details.is_some() {
            self.fault("street", "is needed with address_details");
        }
        let postcode = self.trimmed("postcode").map(|code| {
            let lost_its_zero = code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit());
            if lost_its_zero {
                format!("0{code}")
            } else {
                code
            }
        });
        wire::Location {
            city: self.needed("city").into(),
            postcode: postcode.map(Into::into),
            land: self.land(),
            address: street.map(|street| wire::StreetAddress {
                street: street.into(),
                details: details.map(Into::into),
            }),
            point: self.point(),
        }
    }

    fn point(&mut self) -> Option<GeoPoint> {
        let cell = self.trimmed("point")?;
        let (lat, lon) = cell
            .split_once(|c: char| c.is_whitespace() || c == ',')
            .unwrap_or((&cell, ""));
        let number = |text: &str| {
            text.trim()
                .parse()
                .ok()
                .filter(|number: &f64| number.is_finite())
        };
        let point = number(lat)
            .zip(number(lon))
            .map(|(lat, lon)| GeoPoint { lat, lon });
        if point.is_none() {
            self.fault(
                "point",
                "must be latitude and longitude with a space between them, with decimal points",
            );
        }
        point
    }

    fn area(&mut self) -> Option<wire::ServiceArea> {
        let parts = self.values("area");
        let mut area = no_area();
        for part in &parts {
            let digits = part.strip_suffix('*').unwrap_or(part);
            let is_region =
                (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            match hsds::land(part) {
                Some(land) => area.laender.push(land),
                None if is_region => area.postcodes.push(digits.into()),
                None if part == "DE" => area.nationwide = Some(true),
                None => self.fault("area", "must be DE, codes or names of Länder, or the first one or two digits of postcodes with * behind them"),
            }
        }
        (!parts.is_empty()).then_some(area)
    }

    pub(super) fn mobile(&mut self) -> Option<bool> {
        match self.trimmed("mobile")?.to_lowercase().as_str() {
            "yes" | "ja" | "true" | "wahr" | "x" | "1" => Some(true),
            "no" | "nein" | "false" | "falsch" | "0" => None,
            _ => {
                self.fault("mobile", "must be yes or no");
                None
            }
        }
    }

    pub(super) fn languages(&mut self) -> Vec<wire::SpokenLanguage> {
        let mut languages = Vec::new();
        for value in self.values("languages") {
            let (code, mode) = value.split_once(':').unwrap_or((&value, "spoken"));
            match LanguageMode::from_code(mode.trim()) {
                Ok(mode) => languages.push(wire::SpokenLanguage {
                    language: code.trim().into(),
                    mode,
                }),
                Err(_) => self.fault(
                    "languages",
                    "must have spoken or interpreter behind a colon, if anything",
                ),
            }
        }
        languages
    }

    pub(super) fn schedules(&mut self) -> Vec<wire::Schedule> {
        let mut schedules = Vec::new();
        for value in self.values("schedules") {
            match rule::read(&unescaped(&value)) {
                Ok(schedule) => schedules.push(schedule),
                Err(detail) => self.fault("schedules", detail),
            }
        }
        schedules
    }

    /// The contacts of all columns, in their order.
    pub(super) fn contacts(&mut self, origin: &mut Origin, at: &str) -> Vec<wire::Contact> {
        let mut found = Vec::new();
        for (channel, column) in Channel::ALL.iter().filter_map(|channel| {
            let column = COLUMNS.iter().find(|column| **column == channel.code())?;
            Some((*channel, *column))
        }) {
            for value in self.values(column) {
                match read_contact(channel, &value) {
                    Ok((position, contact)) => {
                        found.push((position.unwrap_or(found.len()), column, contact))
                    }
                    Err(detail) => self.fault(column, detail),
                }
            }
        }
        found.sort_by_key(|(position, ..)| *position);
        let contacts = found
            .into_iter()
            .enumerate()
            .map(|(index, (_, column, contact))| {
                origin.note(format!("{at}/contacts/{index}"), self.place(Some(column)));
                contact
            });
        contacts.collect()
    }
}

const fn no_area() -> wire::ServiceArea {
    wire::ServiceArea {
        nationwide: None,
        laender: Vec::new(),
        postcodes: Vec::new(),
    }
}

fn listed<T: std::fmt::Display>(codes: &[T]) -> String {
    codes
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
