//! A directory in memory, searched as the real one is.

use std::collections::HashMap;

use async_trait::async_trait;
use freigabe_domain::{
    Error,
    directory::{
        Assurance, Centre, CentreEntry, ConfirmationRules, DirectoryIndex, Gazetteer, Indexed,
        MatchPosition, NameMatch, NamedPlace, Search, Spot,
    },
    exchange::{DirectoryDesk, Found, Near, SearchedPlace, UnknownPlace},
    ids::CentreId,
    instant::Instant,
    office::{GeoPoint, Land, Place, Postcode},
    store::Page,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// A Tuesday, 10:00 in Germany.
const NOW: &str = "2026-11-24T09:00:00Z";

pub(crate) struct Directory {
    centres: HashMap<CentreId, Centre>,
    index: DirectoryIndex,
    gazetteer: Gazetteer,
    now: Instant,
    /// Instead of every answer.
    fails: bool,
}

/// The identifier of a centre.
pub(crate) fn id(number: u128) -> CentreId {
    CentreId::from_uuid(Uuid::from_u128(number))
}

impl Directory {
    /// Centres with the numbers from 1; those that `confirmed` names are.
    pub(crate) fn of(entries: Vec<Value>, confirmed: &[u128]) -> Self {
        let now = Instant::parse(NOW).unwrap();
        let centres: Vec<Centre> = (1..)
            .zip(entries)
            .map(|(number, entry)| {
                let entry: CentreEntry = serde_json::from_value(entry).unwrap();
                entry.check().unwrap();
                let assurance = Assurance {
                    at: now,
                    version: 1,
                };
                Centre {
                    id: id(number),
                    organisation: None,
                    version: 1,
                    changed_at: now,
                    assurance: confirmed.contains(&number).then_some(assurance),
                    entry,
                }
            })
            .collect();
        let index = DirectoryIndex::new(1, centres.iter().flat_map(Indexed::of).collect());
        let place = |name: &str, land, lat, lon, population| NamedPlace {
            name: name.to_owned(),
            land,
            point: GeoPoint::new(lat, lon).unwrap(),
            population: Some(population),
        };
        let places = [
            place(
                "Rostock",
                Land::MecklenburgVorpommern,
                54.09,
                12.10,
                200_000,
            ),
            place("Neustadt", Land::Saxony, 51.02, 14.21, 12_000),
            place("Neustadt", Land::Hesse, 50.85, 9.11, 9_000),
        ];
        let postcode = Place {
            postcode: Postcode::parse("18055").unwrap(),
            name: "Rostock".to_owned(),
            land: Land::MecklenburgVorpommern,
            point: GeoPoint::new(54.09, 12.14).unwrap(),
        };
        Self {
            centres: centres.into_iter().map(|it| (it.id, it)).collect(),
            index,
            gazetteer: Gazetteer::new(places, vec![postcode]),
            now,
            fails: false,
        }
    }

    /// A centre with an office, one from afar, and a shelter.
    pub(crate) fn usual() -> Self {
        Self::of(vec![office(), from_afar(), shelter()], &[1, 3])
    }

    /// One whose database is down.
    pub(crate) fn failing() -> Self {
        Self {
            fails: true,
            ..Self::usual()
        }
    }

    /// So many centres, each a kilometre or so further from Rostock than the one before.
    pub(crate) fn of_many(count: u32) -> Self {
        let entries = (1..=count).map(|number| {
            let mut entry = office();
            entry["name"] = json!(format!("Stelle Nummer {number}"));
            entry["services"][0]["place"]["location"]["point"]["lat"] =
                json!(54.09 - f64::from(number) / 100.0);
            entry
        });
        Self::of(entries.collect(), &[])
    }
}

pub(crate) fn office() -> Value {
    let weekdays = json!({
        "recurrence": {"freq": "WEEKLY", "byday": "MO,TU,WE,TH"},
        "opens_at": "09:00",
        "closes_at": "16:00"
    });
    json!({
        "name": "Hafenlicht",
        "description": "Beratung für Betroffene.\n\nAuch abends.",
        "website": "https://hafenlicht.example/",
        "regime": "dsg_ekd",
        "services": [{
            "name": "Beratung",
            "status": "active",
            "place": {
                "type": "location",
                "location": {
                    "city": "Rostock",
                    "postcode": "18055",
                    "land": "DE-MV",
                    "address": {"street": "Lange Straße 1", "details": "2. Stock"},
                    "point": {"lat": 54.1, "lon": 12.1}
                },
                "area": {"laender": ["DE-MV"]}
            },
            "mobile": true,
            "languages": [
                {"language": "de", "mode": "spoken"},
                {"language": "ro", "mode": "spoken"},
                {"language": "ar", "mode": "interpreter"},
                {"language": "pt", "mode": "spoken"}
            ],
            "target_groups": ["women"],
            "exploitation_forms": ["sexual"],
            "offers": ["counselling", "accompaniment"],
            "contacts": [
                {"channel": "phone", "address": "0381 555-0100", "note": "auch nachts"},
                {"channel": "email", "address": "beratung@hafenlicht.example"}
            ],
            "hours": [weekdays],
            "accessibility": ["step_free"]
        }]
    })
}

pub(crate) fn from_afar() -> Value {
    json!({
        "name": "Ferne Beratung",
        "regime": "gdpr",
        "services": [{
            "name": "Ferne Beratung",
            "status": "active",
            "place": {"type": "remote", "area": {"nationwide": true}},
            "languages": [{"language": "en", "mode": "spoken"}],
            "contacts": [{"channel": "chat", "address": "https://chat.example/"}]
        }]
    })
}

pub(crate) fn shelter() -> Value {
    json!({
        "name": "Schutzhaus",
        "regime": "kdg",
        "services": [{
            "name": "Unterkunft",
            "status": "active",
            "place": {"type": "shelter", "area": {"laender": ["DE-MV"]}},
            "contacts": [{"channel": "phone", "address": "0381 555 0200"}]
        }]
    })
}

#[async_trait(?Send)]
impl DirectoryDesk for Directory {
    async fn search_centres(
        &self,
        near: Option<&Near>,
        search: &Search,
        after: Option<MatchPosition>,
        limit: u16,
    ) -> Result<Result<Found, UnknownPlace>, Error> {
        if self.fails {
            return Err(Error::InvalidState("the database is down"));
        }
        let (mut search, mut place) = (search.clone(), None);
        if let Some(near) = near {
            let Some((searched, spot)) = self.spot(near) else {
                return Ok(Err(UnknownPlace));
            };
            (search.near, place) = (Some(spot), Some(searched));
        }
        let rules = self.confirmation_rules();
        Ok(Ok(Found {
            place,
            matches: self.index.search(&search, rules, self.now, after, limit),
            centres: self.centres.clone(),
            at: self.now,
        }))
    }

    async fn places(
        &self,
        _: &str,
        _: Option<Land>,
        _: u16,
    ) -> Result<Vec<(NamedPlace, NameMatch)>, Error> {
        unreachable!("no page asks for it")
    }

    async fn place_of(&self, _: &Postcode) -> Result<Option<Place>, Error> {
        unreachable!("no page asks for it")
    }

    async fn centre(&self, id: CentreId) -> Result<(Centre, Instant), Error> {
        if self.fails {
            return Err(Error::InvalidState("the database is down"));
        }
        let centre = self.centres.get(&id).cloned();
        Ok((centre.ok_or(Error::NotFound)?, self.now))
    }

    async fn centres(
        &self,
        _: Option<CentreId>,
        _: u16,
    ) -> Result<(Page<Centre, CentreId>, Instant), Error> {
        unreachable!("no page asks for it")
    }

    fn confirmation_rules(&self) -> ConfirmationRules {
        ConfirmationRules::default()
    }
}

impl Directory {
    fn spot(&self, near: &Near) -> Option<(SearchedPlace, Spot)> {
        match near {
            Near::Postcode(postcode) => {
                let place = self.gazetteer.postcode(postcode)?;
                let searched = SearchedPlace {
                    name: place.name.clone(),
                    land: place.land,
                    postcode: Some(postcode.clone()),
                    by: None,
                    others: Vec::new(),
                };
                let spot = Spot {
                    point: place.point,
                    land: place.land,
                    postcode: Some(postcode.clone()),
                };
                Some((searched, spot))
            }
            Near::Named { name, land } => {
                let found = self.gazetteer.find(name, *land, 6);
                let (first, others) = found.split_first()?;
                let searched = SearchedPlace {
                    name: first.place.name.clone(),
                    land: first.place.land,
                    postcode: None,
                    by: Some(first.by),
                    others: others.iter().map(|hit| hit.place.clone()).collect(),
                };
                let spot = Spot {
                    point: first.place.point,
                    land: first.place.land,
                    postcode: None,
                };
                Some((searched, spot))
            }
        }
    }
}
