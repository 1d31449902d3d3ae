//! By place and task, down to the Präsidium.

use super::*;

#[test]
fn trafficking_goes_to_kriminalitaetsbekaempfung_however_far() {
    let competence = resolve(&at_place(Task::CriminalInvestigation), &facts()).unwrap();
    assert_suggests(&competence, "bpoli-kb-nord", CompetenceReason::PlaceAndTask);
    assert_also(
        &competence,
        &[
            ("bpoli-near", CompetenceReason::PlaceAndTask),
            ("bpold-nord", CompetenceReason::DirektionOfLand),
        ],
    );
    assert_eq!(competence.note, None);
}

#[test]
fn danger_and_protection_go_to_the_nearest_general_inspektion() {
    for task in [Task::DangerPrevention, Task::VictimProtection] {
        let competence = resolve(&at_place(task), &facts()).unwrap();
        assert_suggests(&competence, "bpoli-near", CompetenceReason::PlaceAndTask);
        assert_also(
            &competence,
            &[
                ("bpoli-kb-nord", CompetenceReason::PlaceAndTask),
                ("bpold-nord", CompetenceReason::DirektionOfLand),
            ],
        );
        assert_eq!(competence.note, Some(CompetenceNote::NearestSeat));
    }
}

#[test]
fn by_place_nobody_else_is_competent() {
    for task in Task::ALL {
        let competence = resolve(&at_place(*task), &facts()).unwrap();
        for other in [
            "bpoli-far",
            "bpoli-flughafen-nord",
            "bpoli-see-nord",
            "bpoli-deutsche-bundesbank",
            "bpolr-nearest",
            "bpolp",
            "bpoli-unheard-of",
        ] {
            assert_eq!(competence.admits(&id(other)), None, "{other} for {task}");
        }
    }
}

#[test]
fn inactive_and_foreign_inspektionen_are_passed_over() {
    let mut facts = facts();
    facts.subordinate.push(Office {
        active: false,
        ..inspektion("bpoli-closed", Some((54.0, 10.0)))
    });
    facts.subordinate.push(office(
        "bpoli-foreign",
        OfficeKind::Inspektion,
        Some("bpold-sued"),
        Some((54.0, 10.0)),
    ));
    let competence = resolve(&at_place(Task::DangerPrevention), &facts).unwrap();
    assert_suggests(&competence, "bpoli-near", CompetenceReason::PlaceAndTask);
    assert_eq!(competence.admits(&id("bpoli-closed")), None);
    assert_eq!(competence.admits(&id("bpoli-foreign")), None);
}

#[test]
fn equally_near_inspektionen_are_both_competent_and_the_first_by_id_is_suggested() {
    // A few millimetres farther, which no machine's sine shall decide about.
    let mut facts = facts();
    facts
        .subordinate
        .push(inspektion("bpoli-also-near", Some((54.0, 10.1000001))));
    for _ in 0..facts.subordinate.len() {
        facts.subordinate.rotate_left(1);
        let competence = resolve(&at_place(Task::VictimProtection), &facts).unwrap();
        assert_suggests(
            &competence,
            "bpoli-also-near",
            CompetenceReason::PlaceAndTask,
        );
        assert_eq!(
            competence.admits(&id("bpoli-near")),
            Some(CompetenceReason::PlaceAndTask)
        );
    }
}

#[test]
fn the_nearest_of_several_serious_crime_offices_is_suggested_and_all_are_competent() {
    let mut facts = facts();
    facts
        .subordinate
        .push(inspektion("bpoli-kb-a-without-seat", None));
    facts
        .subordinate
        .push(inspektion("bpoli-kb-west", Some((54.0, 9.0))));
    let competence = resolve(&at_place(Task::CriminalInvestigation), &facts).unwrap();
    assert_suggests(&competence, "bpoli-kb-west", CompetenceReason::PlaceAndTask);
    for other in ["bpoli-kb-a-without-seat", "bpoli-kb-nord"] {
        assert_eq!(
            competence.admits(&id(other)),
            Some(CompetenceReason::PlaceAndTask),
            "{other}"
        );
    }
}

#[test]
fn without_kriminalitaetsbekaempfung_the_direktion_is_suggested_and_the_nearest_still_competent() {
    let mut facts = facts();
    facts
        .subordinate
        .retain(|office| office.specialism != Specialism::SeriousCrime);
    let competence = resolve(&at_place(Task::CriminalInvestigation), &facts).unwrap();
    assert_suggests(&competence, "bpold-nord", CompetenceReason::DirektionOfLand);
    assert_also(
        &competence,
        &[("bpoli-near", CompetenceReason::PlaceAndTask)],
    );
    assert_eq!(competence.note, Some(CompetenceNote::NoInspektion));
}

#[test]
fn a_direktion_without_inspektionen_is_competent_itself() {
    let mut facts = facts();
    facts.subordinate.clear();
    for task in Task::ALL {
        let competence = resolve(&at_place(*task), &facts).unwrap();
        assert_suggests(&competence, "bpold-nord", CompetenceReason::DirektionOfLand);
        assert_also(&competence, &[]);
    }
}

#[test]
fn an_inspektion_without_a_known_seat_is_never_the_nearest() {
    let mut facts = facts();
    facts.subordinate = vec![inspektion("bpoli-somewhere", None)];
    let competence = resolve(&at_place(Task::DangerPrevention), &facts).unwrap();
    assert_suggests(&competence, "bpold-nord", CompetenceReason::DirektionOfLand);
    assert_eq!(competence.admits(&id("bpoli-somewhere")), None);
}

#[test]
fn without_a_territorial_direktion_the_praesidium_is_competent() {
    let direktion = || office("bpold-nord", OfficeKind::Direktion, Some("bpolp"), None);
    let airport = office(
        "bpold-flughafen-nord",
        OfficeKind::Direktion,
        Some("bpolp"),
        None,
    );
    for none in [
        None,
        Some(Office {
            active: false,
            ..direktion()
        }),
        Some(airport),
    ] {
        let facts = Jurisdiction {
            direktion: none,
            ..facts()
        };
        let competence = resolve(&at_place(Task::VictimProtection), &facts).unwrap();
        assert_suggests(&competence, "bpolp", CompetenceReason::Praesidium);
        assert_also(&competence, &[]);
        assert_eq!(competence.note, Some(CompetenceNote::NoDirektion));
    }
}
