//! Where an agreement stands follows from facts alone.

use uuid::Uuid;

use super::*;
use crate::{
    office::{Land, Task},
    regional::{AgreementArea, Deviations, Precedence},
};

fn at(moment: i64) -> Instant {
    Instant::from_unix_micros(moment)
}

fn id(number: u128) -> RegionalAgreementId {
    RegionalAgreementId::from_uuid(Uuid::from_u128(number))
}

fn office() -> Party {
    Party::Office(OfficeId::parse("bpoli-kiel").unwrap())
}

fn centre() -> Party {
    Party::Centre(OrganisationId::from_uuid(Uuid::from_u128(7)))
}

fn party(party: Party, confirmed_at: Option<i64>) -> AgreementParty {
    AgreementParty {
        entry: party
            .centre()
            .map(|centre| CentreId::from_uuid(centre.as_uuid())),
        party,
        confirmed_at: confirmed_at.map(at),
    }
}

/// Valid from 100 to 200, proposed at 10 and confirmed at this time.
fn agreement(number: u128, confirmed_at: Option<i64>) -> RegionalAgreement {
    RegionalAgreement {
        id: id(number),
        title: ShortText::parse("Hafen").unwrap(),
        reference: None,
        parties: vec![party(office(), Some(10)), party(centre(), confirmed_at)],
        area: AgreementArea::new([Land::Hamburg], []).unwrap(),
        valid_from: at(100),
        valid_until: Some(at(200)),
        precedence: Precedence::Replaces,
        deviations: Deviations {
            competent_offices: [(
                Task::VictimProtection,
                OfficeId::parse("bpoli-kiel").unwrap(),
            )]
            .into(),
            ..Deviations::default()
        },
        replaces: None,
        proposed_by: office(),
        proposed_at: at(10),
        ended: None,
        replaced: None,
    }
}

#[track_caller]
fn stands(agreement: &RegionalAgreement, expected: &[(i64, AgreementStanding)]) {
    for (moment, standing) in expected {
        assert_eq!(agreement.standing(at(*moment)), *standing, "at {moment}");
    }
}

use AgreementStanding::{Confirmed, Ended, InForce, Proposed};

#[test]
fn it_is_in_force_only_when_nobody_is_missing_and_only_in_its_time() {
    stands(
        &agreement(1, None),
        &[(10, Proposed), (150, Proposed), (200, Ended)],
    );
    let confirmed = agreement(1, Some(20));
    stands(
        &confirmed,
        &[
            (20, Confirmed),
            (99, Confirmed),
            (100, InForce),
            (199, InForce),
            (200, Ended),
        ],
    );
    assert_eq!(confirmed.begins_at(), Some(at(100)));
    assert_eq!(agreement(1, Some(120)).begins_at(), Some(at(120)));
    let open = RegionalAgreement {
        valid_until: None,
        ..confirmed
    };
    stands(&open, &[(i64::MAX, InForce)]);
}

#[test]
fn each_party_confirms_for_itself() {
    let proposed = agreement(1, None);
    assert!(proposed.is_confirmed_by(&office()) && !proposed.is_confirmed_by(&centre()));
    let stranger = Party::Office(OfficeId::parse("bpoli-far").unwrap());
    assert!(proposed.binds(&centre()) && !proposed.binds(&stranger));
    assert_eq!(
        proposed
            .clone()
            .confirmed_by(&stranger, at(20))
            .confirmed_at(),
        None
    );
    assert_eq!(
        proposed.confirmed_by(&centre(), at(20)).confirmed_at(),
        Some(at(20))
    );
}

#[test]
fn a_party_ends_it_from_a_moment_on() {
    stands(
        &agreement(1, Some(20)).ended_by(centre(), at(150)),
        &[(149, InForce), (150, Ended)],
    );
    let withdrawn = agreement(1, None).ended_by(office(), at(15));
    stands(&withdrawn, &[(14, Proposed), (15, Ended)]);
}

#[test]
fn one_that_replaces_it_ends_it_when_that_one_begins_and_not_before() {
    let mut new = agreement(2, Some(30));
    new.replaces = Some(id(1));
    new.valid_from = at(150);
    let former = agreement(1, Some(20));
    let of = |others: &[RegionalAgreement]| former.clone().replaced_by(others);
    stands(&of(&[new.clone()]), &[(149, InForce), (150, Ended)]);
    assert_eq!(
        of(&[new.clone()]).replaced,
        Some(Replacement {
            by: id(2),
            at: at(150)
        })
    );

    let unconfirmed = RegionalAgreement {
        parties: agreement(2, None).parties,
        ..new.clone()
    };
    stands(&of(&[unconfirmed]), &[(199, InForce)]);
    let never_began = new.clone().ended_by(office(), at(150));
    stands(&of(&[never_began]), &[(199, InForce)]);
    let over_again = new.clone().ended_by(office(), at(151));
    stands(
        &of(&[over_again]),
        &[(149, InForce), (150, Ended), (160, Ended)],
    );
    let of_another = RegionalAgreement {
        replaces: Some(id(9)),
        ..new.clone()
    };
    stands(&of(&[of_another]), &[(199, InForce)]);
    let sooner = RegionalAgreement {
        id: id(3),
        valid_from: at(120),
        ..new.clone()
    };
    assert_eq!(of(&[new, sooner]).replaced.unwrap().by, id(3));
}
