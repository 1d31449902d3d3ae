//! Contact pairs, what their halves say, and which offices have none that is current.

mod model;

use freigabe_domain::{
    contact_pair::{HalfDates, Halves, Side},
    office::OfficeKind,
    store::{GapQuery, StoreError, prelude::*},
};
use freigabe_testkit::Backend;
use proptest::{collection::vec, option, prelude::*, sample::select, strategy::BoxedStrategy};

use self::model::{
    Call, Model, Of, PAIRS, centre_of, change, contacts, first, is_side, office_of, pair, pair_id,
    position,
};
use crate::ports::{
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::Transaction,
    slips::{Desk, Slip},
    world::{self, By, at, cut, office, places},
};

struct ContactPairs;

impl Port for ContactPairs {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &[
        "contact_pair_contents",
        "contact_pair_halves",
        "contact_pairs",
    ];
    const CASES: u32 = 24;

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let sides = select(vec![
            By::Office(0),
            By::Office(1),
            By::Centre(0),
            By::Centre(1),
        ]);
        let sides = (sides, vec(calls(), 1..5)).prop_map(|(by, mut calls)| {
            for call in &mut calls {
                make_own(by, call);
            }
            (by, calls)
        });
        let others = select(vec![By::Coordination, By::Coordination, By::Auditor]);
        prop_oneof![6 => sides, 1 => (others, vec(calls(), 1..4))].boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        let free = on == Backend::Sqlite;
        match *call {
            Call::Open { id, at } => {
                let is_a_side = Side::ALL.iter().any(|side| is_side(by, id, *side));
                if !free && !is_a_side {
                    return Err(Failure::Defect);
                }
                let same = |known: &u8| {
                    (office_of(*known), centre_of(*known)) == (office_of(id), centre_of(id))
                };
                if model.pairs.keys().any(same) {
                    return Ok(told(false));
                }
                model.pairs.insert(id, pair(id, at, Halves::default()));
                Ok(told(true))
            }
            Call::Begin { id, side, at, says } => {
                // An office's half names its office; a centre's is asked for its pair.
                let knows = side == Side::Office || model.sees(by, id, on).is_some();
                let may = free || (is_side(by, id, side) && knows);
                if !may {
                    return Err(Failure::Defect);
                }
                let Some(pair) = model.pairs.get_mut(&id) else {
                    return Err(Failure::of_missing(on));
                };
                if pair.halves.of(side).is_some() {
                    return Ok(told(false));
                }
                pair.halves = pair.halves.with(side, first(at));
                model.says.insert((id, side), says);
                Ok(told(true))
            }
            Call::Change {
                id,
                side,
                version,
                confirmed,
                at,
                says,
            } => {
                let (before, after) = change(version, confirmed, at, says.is_some());
                let own = free || is_side(by, id, side);
                let found = model.pairs.get_mut(&id).filter(|_| own);
                let is_it = |half: HalfDates| {
                    (half.version, half.confirmed_at) == (before.version, before.confirmed_at)
                };
                let held = found.filter(|pair| pair.halves.of(side).is_some_and(is_it));
                let Some(pair) = held else {
                    return Ok(told(false));
                };
                pair.halves = pair.halves.with(side, after);
                if let Some(says) = says {
                    model.says.insert((id, side), says);
                }
                Ok(told(true))
            }
            Call::Show { id } => Ok(told(model.sees(by, id, on).cloned())),
            Call::List { of, page } => {
                let numbers = (0..PAIRS).filter(|number| of.has(*number));
                let seen = numbers.filter_map(|number| model.sees(by, number, on));
                let mut seen: Vec<_> = seen.cloned().collect();
                seen.sort_by_key(position);
                seen.reverse();
                let page = world::page(page, |number| pair_id(number).as_uuid());
                Ok(told(cut(seen, page, true, position)))
            }
            Call::Contacts { id, side } => {
                let reads = free || Side::ALL.iter().any(|side| is_side(by, id, *side));
                let found = model.says.get(&(id, side)).filter(|_| reads);
                Ok(told(found.map(|says| contacts(side, *says))))
            }
            Call::Without {
                confirmed_after,
                after,
            } => {
                let counts = |half: Option<HalfDates>| {
                    half.is_some_and(|half| half.confirmed_at > at(confirmed_after))
                };
                let dates = model.dates(by, on);
                let knows = |number: u8| {
                    let mut own = dates.iter().filter(|(pair, _)| office_of(*pair) == number);
                    own.any(|(_, halves)| counts(halves.office) && counts(halves.centre))
                };
                let offices = (0..2).filter(|number| !knows(*number)).map(office);
                let after = after.map(office);
                let listed = offices.filter(|id| after.as_ref().is_none_or(|after| id > after));
                Ok(told(listed.collect::<Vec<_>>()))
            }
            Call::Halves => {
                let dates = model.dates(by, on).into_iter();
                let dates = dates.map(|(pair, halves)| (office(office_of(pair)), halves));
                Ok(told(dates.collect::<Vec<_>>()))
            }
        }
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        _: &Desk,
        _: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        Ok(match *call {
            Call::Open { id, at } => {
                let opened = pair(id, at, Halves::default());
                told(tx.insert_contact_pair(&opened).await?)
            }
            Call::Begin { id, side, at, says } => {
                let of = pair(id, 0, Halves::default());
                let said = contacts(side, says);
                told(tx.insert_half(&of, side, first(at), &said).await?)
            }
            Call::Change {
                id,
                side,
                version,
                confirmed,
                at,
                says,
            } => {
                let dates = change(version, confirmed, at, says.is_some());
                let said = says.map(|says| contacts(side, says));
                let id = pair_id(id);
                told(tx.update_half(id, side, dates, said.as_ref()).await?)
            }
            Call::Show { id } => told(tx.contact_pair(pair_id(id)).await?),
            Call::List { of, page } => {
                let page = world::page(page, |number| pair_id(number).as_uuid());
                told(tx.contact_pairs(&of.whole(), page).await?)
            }
            Call::Contacts { id, side } => told(tx.pair_contacts(pair_id(id), side).await?),
            Call::Without {
                confirmed_after,
                after,
            } => {
                let query = GapQuery {
                    kinds: vec![OfficeKind::Inspektion],
                    parent: None,
                    after: after.map(office),
                    confirmed_after: at(confirmed_after),
                };
                let found = tx.offices_without_contact(&query, 200).await?;
                let ids = found.into_iter().map(|office| office.id);
                let known = [office(0), office(1)];
                told(ids.filter(|id| known.contains(id)).collect::<Vec<_>>())
            }
            Call::Halves => told(tx.halves_of_offices(&[office(1), office(0)]).await?),
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let page = (None, 9);
        let mut calls = vec![Call::Halves, Call::List { of: Of::All, page }];
        calls.extend((0..5).map(|confirmed_after| Call::Without {
            confirmed_after,
            after: None,
        }));
        let mut all = vec![(By::Coordination, calls)];
        for number in 0..2 {
            let own = (0..PAIRS).filter(move |pair| office_of(*pair) == number);
            let said = own.flat_map(|id| Side::ALL.iter().map(move |side| (id, *side)));
            let said = said.map(|(id, side)| Call::Contacts { id, side });
            all.push((By::Office(number), said.collect()));
        }
        all
    }
}

/// Mostly what is the caller's own: the number of a pair as it comes, with the caller's office or centre in it.
fn make_own(by: By, call: &mut Call) {
    let (id, meant) = match call {
        Call::Open { id, at } => (id, *at > 0),
        Call::Begin { id, side, at, .. } | Call::Change { id, side, at, .. } if *at > 0 => {
            *side = match by {
                By::Office(_) => Side::Office,
                _ => Side::Centre,
            };
            (id, true)
        }
        _ => return,
    };
    if meant {
        *id = match by {
            By::Office(number) => *id / 4 * 4 + number * 2 + *id % 2,
            By::Centre(number) => *id / 2 * 2 + number,
            _ => *id,
        };
    }
}

fn calls() -> impl Strategy<Value = Call> {
    let side = || select(Side::ALL);
    let of = prop_oneof![
        (0..2_u8).prop_map(Of::Office),
        (0..2_u8).prop_map(Of::Centre),
        Just(Of::All),
    ];
    prop_oneof![
        3 => (0..PAIRS, 0..4_u8).prop_map(|(id, at)| Call::Open { id, at }),
        4 => (0..PAIRS, side(), 0..4_u8, 0..4_u8).prop_map(
            |(id, side, at, says)| Call::Begin { id, side, at, says }
        ),
        5 => (0..PAIRS, side(), 1..3_u8, 0..4_u8, 0..5_u8, option::of(0..4_u8)).prop_map(
            |(id, side, version, confirmed, at, says)| {
                Call::Change { id, side, version, confirmed, at, says }
            }
        ),
        1 => (0..PAIRS).prop_map(|id| Call::Show { id }),
        2 => (of, places(4, PAIRS)).prop_map(|(of, page)| Call::List { of, page }),
        2 => (0..PAIRS, side()).prop_map(|(id, side)| Call::Contacts { id, side }),
        2 => (0..5_u8, option::of(0..2_u8)).prop_map(
            |(confirmed_after, after)| Call::Without { confirmed_after, after }
        ),
        1 => Just(Call::Halves),
    ]
}

#[test]
fn contact_pairs_are_the_same_on_both_databases() {
    holds::<ContactPairs>();
}

#[test]
fn mistakes_with_contact_pairs_are_noticed() {
    finds::<ContactPairs>(&[
        Slip::OpensPairsAgain,
        Slip::ListsPairsOfEverybody,
        Slip::KeepsHalves,
        Slip::TakesStaleHalves,
        Slip::KeepsFormerContacts,
        Slip::CountsConfirmationsTooLong,
    ]);
}
