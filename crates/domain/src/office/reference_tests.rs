//! The rules on the reference data that a fresh installation starts with.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

const OFFICES: &str = include_str!("../../../storage/reference-data/police_offices.csv");
const POSTCODES: &str = include_str!("../../../storage/reference-data/postcodes.csv");
const AREAS: &str = include_str!("../../../storage/reference-data/direktion_areas.csv");

struct Directory {
    offices: BTreeMap<OfficeId, Office>,
    places: BTreeMap<Postcode, Place>,
    areas: Vec<(Land, OfficeId)>,
}

/// The rows of a file, each as column → cell; empty cells are left out.
fn rows(text: &'static str) -> impl Iterator<Item = BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes())
        .into_deserialize::<BTreeMap<String, String>>()
        .map(|row| {
            let mut row = row.unwrap();
            row.retain(|_, cell| !cell.is_empty());
            row
        })
}

fn point(row: &BTreeMap<String, String>) -> Option<GeoPoint> {
    let degrees = |column| row.get(column).map(|cell| cell.parse().unwrap());
    Some(GeoPoint::new(degrees("lat")?, degrees("lon")?).unwrap())
}

impl Directory {
    fn load() -> Self {
        let offices = rows(OFFICES).map(|row| {
            let id = OfficeId::parse(&row["id"]).unwrap();
            Office {
                specialism: Specialism::of_office_id(&id),
                id,
                kind: OfficeKind::from_code(&row["kind"]).unwrap(),
                name: row["name"].clone(),
                parent: row
                    .get("parent")
                    .map(|parent| OfficeId::parse(parent).unwrap()),
                city: row.get("city").cloned(),
                land: row.get("land").map(|land| Land::from_code(land).unwrap()),
                point: point(&row),
                active: true,
            }
        });
        let places = rows(POSTCODES).map(|row| Place {
            postcode: Postcode::parse(&row["postcode"]).unwrap(),
            name: row["place"].clone(),
            land: Land::from_code(&row["land"]).unwrap(),
            point: point(&row).unwrap(),
        });
        Self {
            offices: offices.map(|office| (office.id.clone(), office)).collect(),
            places: places
                .map(|place| (place.postcode.clone(), place))
                .collect(),
            areas: rows(AREAS)
                .map(|row| {
                    (
                        Land::from_code(&row["land"]).unwrap(),
                        OfficeId::parse(&row["office_id"]).unwrap(),
                    )
                })
                .collect(),
        }
    }

    fn facts(&self, place: &Place) -> Jurisdiction {
        let direktion = self
            .areas
            .iter()
            .find(|(land, _)| *land == place.land)
            .map(|(_, office)| &self.offices[office]);
        let below = |office: &Office| {
            let mut up = office.parent.as_ref();
            while let Some(parent) = up {
                if direktion.is_some_and(|direktion| direktion.id == *parent) {
                    return true;
                }
                up = self.offices[parent].parent.as_ref();
            }
            false
        };
        Jurisdiction {
            place: Some(place.clone()),
            handling_office: None,
            agreed: Vec::new(),
            direktion: direktion.cloned(),
            subordinate: self
                .offices
                .values()
                .filter(|office| below(office))
                .cloned()
                .collect(),
            praesidium: self
                .offices
                .values()
                .find(|office| office.kind == OfficeKind::Praesidium)
                .cloned(),
        }
    }

    #[track_caller]
    fn competence(&self, postcode: &str, task: Task) -> Competence {
        let postcode = Postcode::parse(postcode).unwrap();
        let facts = self.facts(&self.places[&postcode]);
        resolve(&Matter::new(None, Some(postcode), task).unwrap(), &facts).unwrap()
    }
}

#[test]
fn every_land_has_exactly_one_direktion() {
    let directory = Directory::load();
    let laender: BTreeSet<Land> = directory.areas.iter().map(|(land, _)| *land).collect();
    assert_eq!(
        laender,
        Land::ALL.iter().copied().collect(),
        "a Land has no Direktion"
    );
    assert_eq!(
        directory.areas.len(),
        Land::ALL.len(),
        "a Land has two Direktionen"
    );
    for (land, office) in &directory.areas {
        let office = &directory.offices[office];
        assert_eq!(
            (office.kind, office.specialism),
            (OfficeKind::Direktion, Specialism::General),
            "{land}"
        );
    }
}

#[test]
fn every_parent_is_one_level_up_or_a_direktion() {
    let directory = Directory::load();
    for office in directory.offices.values() {
        let parent = office
            .parent
            .as_ref()
            .map(|parent| directory.offices[parent].kind);
        let fits = match office.kind {
            OfficeKind::Praesidium => parent.is_none(),
            OfficeKind::Direktion => parent == Some(OfficeKind::Praesidium),
            OfficeKind::Inspektion => parent == Some(OfficeKind::Direktion),
            OfficeKind::Revier => {
                matches!(parent, Some(OfficeKind::Inspektion | OfficeKind::Direktion))
            }
        };
        assert!(fits, "{} has the parent {parent:?}", office.id);
    }
}

#[test]
fn every_postcode_resolves_for_every_task_within_its_direktion() {
    let directory = Directory::load();
    for place in directory.places.values() {
        let facts = directory.facts(place);
        let direktion = facts
            .direktion
            .as_ref()
            .map(|direktion| direktion.id.clone())
            .unwrap();
        for task in Task::ALL {
            let matter = Matter::new(None, Some(place.postcode.clone()), *task).unwrap();
            let competence = resolve(&matter, &facts).unwrap();
            let office = &competence.office;
            assert!(
                office.id == direktion || office.parent.as_ref() == Some(&direktion),
                "{} in {} went to {}",
                place.postcode,
                place.land,
                office.id
            );
            assert!(
                matches!(
                    office.specialism,
                    Specialism::General | Specialism::SeriousCrime
                ),
                "{}",
                office.id
            );
            assert_ne!(office.kind, OfficeKind::Revier);
            assert!(
                competence.admits(&direktion).is_some(),
                "the Direktion is always competent"
            );
            if *task != Task::CriminalInvestigation {
                assert_eq!(
                    competence.reason,
                    CompetenceReason::PlaceAndTask,
                    "{}",
                    place.postcode
                );
            }
        }
    }
}

#[test]
fn known_places_go_where_one_would_send_them() {
    let directory = Directory::load();
    let cases = [
        ("15230", Task::DangerPrevention, "bpoli-frankfurt-oder"),
        ("15230", Task::VictimProtection, "bpoli-frankfurt-oder"),
        ("15230", Task::CriminalInvestigation, "bpold-berlin"),
        ("20095", Task::CriminalInvestigation, "bpoli-kb-hamburg"),
        ("20095", Task::DangerPrevention, "bpoli-hamburg"),
        ("60311", Task::VictimProtection, "bpoli-frankfurt-am-main"),
        ("60311", Task::CriminalInvestigation, "bpoli-kb-koblenz"),
        ("18055", Task::DangerPrevention, "bpoli-rostock"),
        ("80331", Task::CriminalInvestigation, "bpoli-kb-muenchen"),
        ("94032", Task::VictimProtection, "bpoli-passau"),
        ("01067", Task::DangerPrevention, "bpoli-dresden"),
        ("01067", Task::CriminalInvestigation, "bpold-pirna"),
        ("52062", Task::VictimProtection, "bpoli-aachen"),
        ("66111", Task::VictimProtection, "bpoli-saarbruecken"),
    ];
    for (postcode, task, office) in cases {
        assert_eq!(
            directory.competence(postcode, task).office.id.as_str(),
            office,
            "{postcode} {task}"
        );
    }
}

#[test]
fn both_inspektionen_in_the_middle_of_berlin_are_competent() {
    let competence = Directory::load().competence("10115", Task::VictimProtection);
    assert_eq!(competence.office.id.as_str(), "bpoli-berlin-hauptbahnhof");
    let other = OfficeId::parse("bpoli-berlin-ostbahnhof").unwrap();
    assert_eq!(
        competence.admits(&other),
        Some(CompetenceReason::PlaceAndTask)
    );
}

#[test]
fn only_berlin_and_pirna_have_no_serious_crime_inspektion_on_file() {
    let directory = Directory::load();
    let without: BTreeSet<&str> = directory
        .areas
        .iter()
        .filter(|(_, direktion)| {
            !directory.offices.values().any(|office| {
                office.parent.as_ref() == Some(direktion)
                    && office.specialism == Specialism::SeriousCrime
            })
        })
        .map(|(_, direktion)| direktion.as_str())
        .collect();
    assert_eq!(without, BTreeSet::from(["bpold-berlin", "bpold-pirna"]));
}
