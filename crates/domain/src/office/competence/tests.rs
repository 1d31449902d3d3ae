//! The rules, one by one, on made-up offices.

mod by_place;
mod regional;

use super::*;
use uuid::Uuid;

use crate::office::{GeoPoint, Land};

fn id(text: &str) -> OfficeId {
    OfficeId::parse(text).unwrap()
}

fn office(text: &str, kind: OfficeKind, parent: Option<&str>, point: Option<(f64, f64)>) -> Office {
    let id = id(text);
    Office {
        specialism: Specialism::of_office_id(&id),
        id,
        kind,
        name: text.to_owned(),
        parent: parent.map(|parent| OfficeId::parse(parent).unwrap()),
        city: None,
        land: None,
        point: point.map(|(lat, lon)| GeoPoint::new(lat, lon).unwrap()),
        active: true,
    }
}

fn inspektion(text: &str, point: Option<(f64, f64)>) -> Office {
    office(text, OfficeKind::Inspektion, Some("bpold-nord"), point)
}

/// An Inspektion that the agreement with this number names; the smaller number has the better rank.
fn agreed(text: &str, precedence: Precedence, number: u128) -> AgreedOffice {
    AgreedOffice {
        office: inspektion(text, None),
        precedence,
        rank: Rank {
            digits: 0,
            valid_from: Instant::from_unix_micros(0),
            agreement: agreement(number),
        },
    }
}

fn agreement(number: u128) -> RegionalAgreementId {
    RegionalAgreementId::from_uuid(Uuid::from_u128(number))
}

/// A place at 54° N 10° E, in the area of the Direktion Nord with two general Inspektionen and one of each other sort.
fn facts() -> Jurisdiction {
    Jurisdiction {
        place: Some(Place {
            postcode: Postcode::parse("24103").unwrap(),
            name: "Kiel".to_owned(),
            land: Land::SchleswigHolstein,
            point: GeoPoint::new(54.0, 10.0).unwrap(),
        }),
        handling_office: None,
        agreed: Vec::new(),
        direktion: Some(office(
            "bpold-nord",
            OfficeKind::Direktion,
            Some("bpolp"),
            None,
        )),
        subordinate: vec![
            inspektion("bpoli-far", Some((54.0, 12.0))),
            inspektion("bpoli-near", Some((54.0, 10.1))),
            inspektion("bpoli-kb-nord", Some((54.0, 14.0))),
            inspektion("bpoli-flughafen-nord", Some((54.0, 10.0))),
            inspektion("bpoli-see-nord", Some((54.0, 10.0))),
            inspektion("bpoli-deutsche-bundesbank", Some((54.0, 10.0))),
            office(
                "bpolr-nearest",
                OfficeKind::Revier,
                Some("bpoli-near"),
                Some((54.0, 10.0)),
            ),
        ],
        praesidium: Some(office("bpolp", OfficeKind::Praesidium, None, None)),
    }
}

fn at_place(task: Task) -> Matter {
    Matter::new(None, Some(Postcode::parse("24103").unwrap()), task).unwrap()
}

fn handled_by(office: &str) -> Matter {
    Matter::new(
        Some(id(office)),
        Some(Postcode::parse("24103").unwrap()),
        Task::CriminalInvestigation,
    )
    .unwrap()
}

#[track_caller]
fn assert_suggests(competence: &Competence, office: &str, reason: CompetenceReason) {
    assert_eq!(
        (competence.office.id.as_str(), competence.reason),
        (office, reason),
        "in {competence:?}"
    );
    assert_eq!(
        competence.admits(&id(office)),
        Some(reason),
        "the suggestion itself must be admitted"
    );
}

#[track_caller]
fn assert_also(competence: &Competence, expected: &[(&str, CompetenceReason)]) {
    let also: Vec<_> = competence
        .also
        .iter()
        .map(|admitted| (admitted.office.as_str(), admitted.reason))
        .collect();
    assert_eq!(also, expected);
}

#[test]
fn case_already_handled_beats_agreement_and_place() {
    let mut facts = facts();
    facts.handling_office = Some(office(
        "bpoli-elsewhere",
        OfficeKind::Inspektion,
        Some("bpold-sued"),
        None,
    ));
    facts.agreed = vec![agreed("bpoli-far", Precedence::Replaces, 1)];
    let competence = resolve(&handled_by("bpoli-elsewhere"), &facts).unwrap();
    assert_suggests(
        &competence,
        "bpoli-elsewhere",
        CompetenceReason::HandlesCase,
    );
    assert_also(&competence, &[]);
    for other in [
        "bpoli-far",
        "bpoli-near",
        "bpoli-kb-nord",
        "bpold-nord",
        "bpolp",
    ] {
        assert_eq!(competence.admits(&id(other)), None, "{other}");
    }
}

#[test]
fn a_special_office_is_competent_for_the_case_it_handles() {
    for named in ["bpoli-flughafen-nord", "bpoli-see-nord"] {
        let mut facts = facts();
        facts.handling_office = Some(inspektion(named, None));
        assert_suggests(
            &resolve(&handled_by(named), &facts).unwrap(),
            named,
            CompetenceReason::HandlesCase,
        );
    }
}

#[test]
fn a_handled_case_needs_no_place() {
    let facts = Jurisdiction {
        handling_office: Some(inspektion("bpoli-near", None)),
        ..Jurisdiction::default()
    };
    let matter = Matter::new(Some(id("bpoli-near")), None, Task::VictimProtection).unwrap();
    assert_suggests(
        &resolve(&matter, &facts).unwrap(),
        "bpoli-near",
        CompetenceReason::HandlesCase,
    );
}

#[test]
fn an_unknown_handling_office_is_refused_even_with_a_place() {
    let mut facts = facts();
    let unknown = CompetenceError::UnknownHandlingOffice {
        office: id("bpoli-nowhere"),
    };
    assert_eq!(
        resolve(&handled_by("bpoli-nowhere"), &facts),
        Err(unknown.clone())
    );
    facts.handling_office = Some(inspektion("bpoli-near", None));
    assert_eq!(
        resolve(&handled_by("bpoli-nowhere"), &facts),
        Err(unknown),
        "facts about another office don't count"
    );
}

#[test]
fn an_inactive_handling_office_is_refused_even_with_a_place() {
    let mut facts = facts();
    facts.handling_office = Some(Office {
        active: false,
        ..inspektion("bpoli-near", None)
    });
    assert_eq!(
        resolve(&handled_by("bpoli-near"), &facts),
        Err(CompetenceError::InactiveHandlingOffice {
            office: id("bpoli-near")
        })
    );
}

#[test]
fn an_unknown_postcode_is_refused() {
    let unknown = CompetenceError::UnknownPostcode {
        postcode: Postcode::parse("99999").unwrap(),
    };
    let matter = Matter::new(
        None,
        Some(Postcode::parse("99999").unwrap()),
        Task::VictimProtection,
    )
    .unwrap();
    assert_eq!(
        resolve(&matter, &facts()),
        Err(unknown.clone()),
        "facts about another place don't count"
    );
    assert_eq!(
        resolve(
            &matter,
            &Jurisdiction {
                place: None,
                ..facts()
            }
        ),
        Err(unknown)
    );
}

#[test]
fn an_empty_directory_is_said_to_be_one() {
    let inactive = Office {
        active: false,
        ..office("bpolp", OfficeKind::Praesidium, None, None)
    };
    for praesidium in [None, Some(inactive)] {
        let facts = Jurisdiction {
            place: facts().place,
            praesidium,
            ..Jurisdiction::default()
        };
        assert_eq!(
            resolve(&at_place(Task::DangerPrevention), &facts),
            Err(CompetenceError::EmptyDirectory)
        );
    }
}
