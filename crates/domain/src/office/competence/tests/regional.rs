//! What was agreed decides before the federal default does (point 9).

use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

use Precedence::{Replaces, Supplements};

#[test]
fn an_agreement_in_place_of_the_federal_default_beats_place() {
    let mut facts = facts();
    facts.agreed = vec![agreed("bpoli-far", Replaces, 1)];
    for task in Task::ALL {
        let competence = resolve(&at_place(*task), &facts).unwrap();
        assert_suggests(
            &competence,
            "bpoli-far",
            CompetenceReason::RegionalAgreement,
        );
        assert_also(&competence, &[]);
        assert_eq!(competence.agreement, Some(agreement(1)));
        assert_eq!(
            competence.agreement_for(&id("bpoli-far")),
            Some(agreement(1))
        );
        assert_eq!(competence.admits(&id("bpoli-near")), None);
    }
}

#[test]
fn an_agreement_with_an_inactive_office_does_not_fall_back_to_the_federal_default() {
    let mut facts = facts();
    let mut inactive = agreed("bpoli-far", Replaces, 1);
    inactive.office.active = false;
    facts.agreed = vec![inactive];
    assert_eq!(
        resolve(&at_place(Task::VictimProtection), &facts),
        Err(CompetenceError::InactiveAgreedOffice {
            office: id("bpoli-far")
        })
    );
    // Not even to an agreement that comes after it.
    facts.agreed.push(agreed("bpoli-near", Replaces, 2));
    assert!(resolve(&at_place(Task::VictimProtection), &facts).is_err());
}

#[test]
fn an_agreement_beside_the_federal_default_leaves_the_suggestion_and_admits_its_office() {
    let by_default = resolve(&at_place(Task::VictimProtection), &facts()).unwrap();
    let mut facts = facts();
    facts.agreed = vec![agreed("bpoli-flughafen-nord", Supplements, 1)];
    let competence = resolve(&at_place(Task::VictimProtection), &facts).unwrap();
    assert_suggests(&competence, "bpoli-near", CompetenceReason::PlaceAndTask);
    assert_eq!(competence.note, by_default.note);
    assert_eq!(
        competence.admits(&id("bpoli-flughafen-nord")),
        Some(CompetenceReason::RegionalAgreement)
    );
    assert_eq!(
        competence.agreement_for(&id("bpoli-flughafen-nord")),
        Some(agreement(1))
    );
    assert_eq!(competence.agreement_for(&id("bpoli-near")), None);
    for other in &by_default.also {
        assert_eq!(competence.admits(&other.office), Some(other.reason));
    }
}

#[test]
fn what_is_agreed_besides_is_the_reason_unless_the_office_is_suggested_anyway() {
    let mut facts = facts();
    facts.agreed = vec![
        agreed("bpoli-near", Supplements, 1),
        agreed("bpoli-kb-nord", Supplements, 2),
    ];
    let competence = resolve(&at_place(Task::VictimProtection), &facts).unwrap();
    assert_suggests(&competence, "bpoli-near", CompetenceReason::PlaceAndTask);
    assert_also(
        &competence,
        &[
            ("bpoli-kb-nord", CompetenceReason::RegionalAgreement),
            ("bpold-nord", CompetenceReason::DirektionOfLand),
        ],
    );
}

#[test]
fn an_inactive_office_is_not_added_to_the_federal_default() {
    let mut facts = facts();
    let mut inactive = agreed("bpoli-far", Supplements, 1);
    inactive.office.active = false;
    facts.agreed = vec![inactive];
    let competence = resolve(&at_place(Task::VictimProtection), &facts).unwrap();
    assert_suggests(&competence, "bpoli-near", CompetenceReason::PlaceAndTask);
    assert_eq!(competence.admits(&id("bpoli-far")), None);
}

#[test]
fn a_narrower_supplement_does_not_bring_the_federal_default_back() {
    let mut facts = facts();
    facts.agreed = vec![
        agreed("bpoli-see-nord", Replaces, 2),
        agreed("bpoli-far", Supplements, 1),
        agreed("bpoli-near", Supplements, 3),
    ];
    let competence = resolve(&at_place(Task::VictimProtection), &facts).unwrap();
    assert_suggests(
        &competence,
        "bpoli-see-nord",
        CompetenceReason::RegionalAgreement,
    );
    assert_also(
        &competence,
        &[("bpoli-far", CompetenceReason::RegionalAgreement)],
    );
    assert_eq!(
        competence.admits(&id("bpoli-near")),
        None,
        "neither by default nor by what is wider than the replacement"
    );
}

const NAMED: [&str; 5] = [
    "bpoli-far",
    "bpoli-near",
    "bpoli-kb-nord",
    "bpoli-see-nord",
    "bpold-nord",
];

proptest! {
    /// The answer follows from what is agreed, not from the order in which it was read; and the federal default's offices are admitted
    /// exactly where nothing replaces it.
    #[test]
    fn the_federal_default_is_there_exactly_where_nothing_replaces_it(
        named in vec((select(&NAMED[..]), any::<bool>(), any::<bool>()), 0..5),
        task in select(Task::ALL),
    ) {
        let all: Vec<AgreedOffice> = named.iter().zip(1..).map(|((office, replaces, active), number)| {
            let mut one = agreed(office, if *replaces { Replaces } else { Supplements }, number);
            one.office.active = *active;
            one
        }).collect();
        let with = |agreed: Vec<AgreedOffice>| resolve(&at_place(task), &Jurisdiction { agreed, ..facts() });
        let answer = with(all.clone());
        prop_assert_eq!(&answer, &with(all.iter().rev().cloned().collect()));

        let by_default = resolve(&at_place(task), &facts()).unwrap();
        let replacing = all.iter().position(|one| one.precedence == Replaces);
        let over = &all[..replacing.unwrap_or(all.len())];
        let by_agreement = |id: &OfficeId| over.iter().any(|one| one.office.active && one.office.id == *id)
            || replacing.is_some_and(|index| all[index].office.id == *id);
        match answer {
            Err(error) => {
                let named = &all[replacing.expect("only a replacement refuses")];
                prop_assert!(!named.office.active);
                prop_assert_eq!(error, CompetenceError::InactiveAgreedOffice { office: named.office.id.clone() });
            }
            Ok(competence) => {
                for office in NAMED {
                    let office = id(office);
                    let expected = by_agreement(&office) || (replacing.is_none() && by_default.admits(&office).is_some());
                    prop_assert_eq!(competence.admits(&office).is_some(), expected, "{}", office);
                    if replacing.is_none() && competence.office.id == office {
                        prop_assert_eq!(&by_default.office.id, &office, "the suggestion stays");
                    }
                }
                prop_assert!(!competence.also.iter().any(|other| other.office == competence.office.id), "each once");
            }
        }
    }
}
