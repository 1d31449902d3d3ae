//! Regional agreements: what is stored, where it stands, and what it says about a place and a time.

use std::collections::BTreeMap;

use freigabe_domain::{
    ids::{CentreId, RegionalAgreementId},
    office::{Land, Matter, OfCentre, OfficeId, Postcode, Task},
    regional::{
        AgreementArea, AgreementParty, AgreementStanding, Deviations, Hours, NoticeDeadlines,
        OfferDeadlines, Party, PostcodePrefix, Precedence, Rank, RegionalAgreement,
    },
    store::{Cursor, StoreError, prelude::*},
    text::ShortText,
};
use freigabe_testkit::Backend;
use proptest::{collection::vec, option, prelude::*, sample::select, strategy::BoxedStrategy};

use super::{
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::{Pair, Transaction},
    slips::{Desk, Slip},
    world::{self, By, at, centre, cut, office, places, thing},
};

struct Regional;

/// A proposal, by small numbers.
#[derive(Debug, Clone, Copy)]
struct Proposal {
    id: u8,
    /// An even number is an office, an odd one a centre.
    proposer: u8,
    /// Whether the second office and the second centre are parties too.
    more: (bool, bool),
    area: u8,
    from: u8,
    /// So many moments later.
    lasts: Option<u8>,
    replaces_default: bool,
    names: bool,
    deadlines: (bool, bool),
    replaces: Option<u8>,
}

#[derive(Debug, Clone)]
enum Call {
    Propose(Proposal),
    Show {
        id: u8,
    },
    Hold {
        id: u8,
    },
    List {
        standing: Option<AgreementStanding>,
        now: u8,
        page: world::Place,
    },
    Confirm {
        id: u8,
        party: u8,
        at: u8,
    },
    End {
        id: u8,
        party: u8,
        at: u8,
    },
    Deadlines {
        office: u8,
        place: Option<u8>,
        now: u8,
    },
    Named {
        centre: u8,
        place: u8,
        task: Task,
        now: u8,
    },
}

type Model = BTreeMap<u8, RegionalAgreement>;

const IDS: u8 = 4;
/// In Hamburg, in Rostock, and nowhere.
const PLACES: [(&str, Option<Land>); 3] = [
    ("20095", Some(Land::Hamburg)),
    ("18055", Some(Land::MecklenburgVorpommern)),
    ("00000", None),
];

fn id(number: u8) -> RegionalAgreementId {
    RegionalAgreementId::from_uuid(thing(number))
}

fn party(number: u8) -> Party {
    match number % 2 {
        0 => Party::Office(office(number / 2)),
        _ => Party::Centre(centre(number / 2)),
    }
}

/// As which party somebody acts.
fn acting(by: By) -> Option<Party> {
    match by {
        By::Office(number) => Some(Party::Office(office(number))),
        By::Centre(number) => Some(Party::Centre(centre(number))),
        _ => None,
    }
}

/// Who reads agreements at all.
fn reads(by: By, on: Backend) -> bool {
    on == Backend::Sqlite || acting(by).is_some() || by == By::Coordination
}

fn area(number: u8) -> AgreementArea {
    let prefix = |digits: &str| PostcodePrefix::parse(digits).unwrap();
    match number {
        0 => AgreementArea::new([Land::Hamburg], []),
        1 => AgreementArea::new([Land::Bavaria], [prefix("2"), prefix("200")]),
        2 => AgreementArea::new([], [prefix("2009"), prefix("18055"), prefix("0")]),
        _ => AgreementArea::new(
            [Land::Hamburg, Land::MecklenburgVorpommern],
            [prefix("20095")],
        ),
    }
    .unwrap()
}

fn place(number: u8) -> (Postcode, Option<Land>) {
    let (postcode, land) = PLACES[usize::from(number) % PLACES.len()];
    (Postcode::parse(postcode).unwrap(), land)
}

fn stored(new: &Proposal) -> RegionalAgreement {
    let hours = |hours: u8| Hours::new(u16::from(hours)).unwrap();
    let named = new.names.then(|| (Task::VictimProtection, office(0)));
    let parties = [
        (true, 0),
        (new.more.0 || new.proposer == 2, 2),
        (true, 1),
        (new.more.1 || new.proposer == 3, 3),
    ];
    let party_of = |(there, number): (bool, u8)| {
        let party = party(number);
        there.then(|| AgreementParty {
            entry: party.centre().map(|_| CentreId::from_uuid(thing(number))),
            party,
            confirmed_at: None,
        })
    };
    let agreement = RegionalAgreement {
        id: id(new.id),
        title: ShortText::parse(format!("Vereinbarung {}", new.id)).unwrap(),
        reference: new
            .names
            .then(|| ShortText::parse(format!("Blatt {}", new.area)).unwrap()),
        parties: parties.into_iter().filter_map(party_of).collect(),
        area: area(new.area),
        valid_from: at(new.from),
        valid_until: new.lasts.map(|moments| at(new.from + moments)),
        precedence: if new.replaces_default {
            Precedence::Replaces
        } else {
            Precedence::Supplements
        },
        deviations: Deviations {
            competent_offices: named.into_iter().collect(),
            offers: new.deadlines.0.then(|| OfferDeadlines {
                remind_after: hours(1 + new.id),
                answer_within: hours(10 + new.id),
            }),
            notices: new.deadlines.1.then(|| NoticeDeadlines {
                routine: hours(20 + new.id),
                urgent: hours(2 + new.id),
            }),
        },
        replaces: new.replaces.filter(|former| *former != new.id).map(id),
        proposed_by: party(new.proposer),
        proposed_at: at(new.from),
        ended: None,
        replaced: None,
    };
    agreement.confirmed_by(&party(new.proposer), at(new.from))
}

/// All of them, each with what replaces it.
fn whole(model: &Model) -> Vec<RegionalAgreement> {
    let all = model.values();
    all.map(|one| one.clone().replaced_by(model.values()))
        .collect()
}

fn position(agreement: &RegionalAgreement) -> Cursor {
    Cursor {
        at: agreement.proposed_at,
        id: agreement.id.as_uuid(),
    }
}

/// What is named, in its order.
type Named = Vec<(OfficeId, Precedence, Rank)>;

fn named(
    model: &Model,
    of: u8,
    (postcode, land): (Postcode, Option<Land>),
    task: Task,
    now: u8,
) -> Named {
    // A place that the directory does not know is asked no further.
    let there = |one: &RegionalAgreement| land.is_some() && one.area.contains(land, &postcode);
    let mut all: Named = whole(model)
        .into_iter()
        .filter(|one| one.binds(&Party::Centre(centre(of))))
        .filter(|one| one.standing(at(now)) == AgreementStanding::InForce && there(one))
        .filter_map(|one| {
            let office = one.deviations.competent_offices.get(&task)?.clone();
            Some((office, one.precedence, one.rank(Some(&postcode))))
        })
        .collect();
    all.sort_by_key(|(_, _, rank)| *rank);
    all
}

impl Port for Regional {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &[
        "regional_agreement_offices",
        "regional_agreement_areas",
        "regional_agreement_parties",
        "regional_agreements",
    ];
    const CASES: u32 = 24;

    async fn given(_: &Pair) {}

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let parties = select(vec![
            By::Office(0),
            By::Centre(0),
            By::Office(1),
            By::Centre(1),
        ]);
        let parties = (parties, vec(own(), 1..4)).prop_map(|(by, calls)| {
            let calls = calls.into_iter().map(|call| in_name_of(by, call)).collect();
            (by, calls)
        });
        let anybody = select(vec![
            By::Office(0),
            By::Centre(0),
            By::Coordination,
            By::Upkeep,
            By::Directory,
        ]);
        let others = (anybody, vec(prop_oneof![own(), reading()], 1..3));
        prop_oneof![8 => parties, 2 => others].boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        let free = on == Backend::Sqlite;
        let found = |model: &Model, number: &u8| {
            let seen = whole(model).into_iter().filter(|_| reads(by, on));
            seen.into_iter().find(|one| one.id == id(*number))
        };
        let is_party =
            |one: &RegionalAgreement| free || acting(by).is_some_and(|party| one.binds(&party));
        Ok(match call {
            Call::Propose(new) => {
                let new_agreement = stored(new);
                if !free && acting(by) != Some(party(new.proposer)) {
                    return Err(Failure::Defect);
                }
                if model.contains_key(&new.id) {
                    return Err(Failure::Conflict);
                }
                let former = new.replaces.filter(|former| *former != new.id);
                if former.is_some_and(|former| !model.contains_key(&former)) {
                    return Err(Failure::of_missing(on));
                }
                model.insert(new.id, new_agreement);
                told(())
            }
            Call::Show { id } => told(found(model, id)),
            Call::Hold { id } => told(found(model, id).filter(is_party)),
            Call::List {
                standing,
                now,
                page,
            } => {
                let wanted = |one: &RegionalAgreement| {
                    standing.is_none_or(|standing| one.standing(at(*now)) == standing)
                };
                let seen = whole(model)
                    .into_iter()
                    .filter(|_| reads(by, on))
                    .filter(wanted);
                let page = world::page(*page, |number| id(number).as_uuid());
                let mut rows: Vec<_> = seen.collect();
                rows.sort_by_key(|one| std::cmp::Reverse(position(one)));
                told(cut(rows, page, true, position))
            }
            Call::Confirm {
                id,
                party: number,
                at: moment,
            } => {
                let party = party(*number);
                let itself = free || acting(by).as_ref() == Some(&party);
                let row = model.get_mut(id).filter(|one| itself && one.binds(&party));
                let row = row.filter(|one| !one.is_confirmed_by(&party));
                let row = row.ok_or(Failure::Affected(0))?;
                *row = row.clone().confirmed_by(&party, at(*moment));
                told(())
            }
            Call::End {
                id,
                party: number,
                at: moment,
            } => {
                let row = model
                    .get_mut(id)
                    .filter(|one| is_party(one) && one.ended.is_none());
                let row = row.ok_or(Failure::Affected(0))?;
                if !free && acting(by) != Some(party(*number)) {
                    return Err(Failure::Defect);
                }
                *row = row.clone().ended_by(party(*number), at(*moment));
                told(())
            }
            Call::Deadlines {
                office: of,
                place: there,
                now,
            } => {
                let mut all = whole(model);
                all.retain(|one| {
                    let says = one.deviations.offers.is_some() || one.deviations.notices.is_some();
                    let here = there
                        .map(place)
                        .is_none_or(|(postcode, land)| one.area.contains(land, &postcode));
                    reads(by, on)
                        && says
                        && here
                        && one.binds(&Party::Office(office(*of)))
                        && one.standing(at(*now)) == AgreementStanding::InForce
                });
                told(all)
            }
            Call::Named {
                centre,
                place: there,
                task,
                now,
            } => {
                let all = named(model, *centre, place(*there), *task, *now);
                told(if reads(by, on) { all } else { Vec::new() })
            }
        })
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        _: &Desk,
        _: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        Ok(match call {
            Call::Propose(new) => told(tx.insert_regional_agreement(&stored(new)).await?),
            Call::Show { id: number } => told(tx.regional_agreement(id(*number)).await?),
            Call::Hold { id: number } => told(tx.lock_regional_agreement(id(*number)).await?),
            Call::List {
                standing,
                now,
                page,
            } => {
                let page = world::page(*page, |number| id(number).as_uuid());
                told(tx.regional_agreements(*standing, at(*now), page).await?)
            }
            Call::Confirm {
                id: number,
                party: by,
                at: moment,
            } => told(
                tx.confirm_regional_agreement(id(*number), &party(*by), at(*moment))
                    .await?,
            ),
            Call::End {
                id: number,
                party: by,
                at: moment,
            } => told(
                tx.end_regional_agreement(id(*number), &party(*by), at(*moment))
                    .await?,
            ),
            Call::Deadlines {
                office: of,
                place: there,
                now,
            } => {
                let postcode = there.map(|number| place(number).0);
                let mut found = tx
                    .deadlines_agreed(&office(*of), postcode.as_ref(), at(*now))
                    .await?;
                found.sort_by_key(|one| one.id);
                told(found)
            }
            Call::Named {
                centre: of,
                place: there,
                task,
                now,
            } => {
                let matter = Matter::new(None, Some(place(*there).0), *task).unwrap();
                let of = OfCentre {
                    centre: centre(*of),
                    at: at(*now),
                };
                let agreed = tx.jurisdiction(&matter, Some(of)).await?.agreed;
                let mut named: Named = agreed
                    .into_iter()
                    .map(|one| (one.office.id, one.precedence, one.rank))
                    .collect();
                named.sort_by_key(|(_, _, rank)| *rank);
                told(named)
            }
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let standings = AgreementStanding::ALL.iter().copied().map(Some);
        let list = |standing, now| Call::List {
            standing,
            now,
            page: (None, 9),
        };
        let lists =
            (0..6).flat_map(|now| standings.clone().map(move |standing| list(standing, now)));
        let all = lists.chain([list(None, 0)]).collect();
        let named = |now| Call::Named {
            centre: 0,
            place: 0,
            task: Task::VictimProtection,
            now,
        };
        let deadlines = |now, place| Call::Deadlines {
            office: 0,
            place: Some(place),
            now,
        };
        // An area has one of the places, and not the others.
        let said = (0..6)
            .flat_map(|now| {
                [named(now)]
                    .into_iter()
                    .chain((0..3).map(move |place| deadlines(now, place)))
            })
            .collect();
        vec![(By::Coordination, all), (By::Office(0), said)]
    }
}

/// What somebody does in their own name.
fn in_name_of(by: By, call: Call) -> Call {
    let own = match by {
        By::Office(number) => number * 2,
        By::Centre(number) => number * 2 + 1,
        _ => 0,
    };
    match call {
        Call::Propose(new) => Call::Propose(Proposal {
            proposer: own,
            ..new
        }),
        Call::Confirm { id, at, .. } => Call::Confirm { id, party: own, at },
        Call::End { id, at, .. } => Call::End { id, party: own, at },
        other => other,
    }
}

fn proposals() -> impl Strategy<Value = Proposal> {
    let small = (
        0..IDS,
        0..4_u8,
        0..4_u8,
        0..3_u8,
        option::of(1..3_u8),
        option::of(0..IDS),
    );
    let flags = (
        any::<(bool, bool)>(),
        any::<bool>(),
        any::<bool>(),
        any::<(bool, bool)>(),
    );
    (small, flags).prop_map(
        |(
            (id, proposer, area, from, lasts, replaces),
            (more, replaces_default, names, deadlines),
        )| Proposal {
            id,
            proposer,
            // Few, so that all of them confirm now and then.
            more: (more.0 && more.1, more.0 && !more.1),
            area,
            from,
            lasts,
            replaces_default,
            names,
            deadlines,
            replaces,
        },
    )
}

fn own() -> impl Strategy<Value = Call> {
    prop_oneof![
        4 => proposals().prop_map(Call::Propose),
        6 => (0..IDS, 0..4_u8, 0..4_u8).prop_map(|(id, party, at)| Call::Confirm { id, party, at }),
        1 => (0..IDS, 0..4_u8, 0..5_u8).prop_map(|(id, party, at)| Call::End { id, party, at }),
        2 => reading(),
    ]
}

fn reading() -> impl Strategy<Value = Call> {
    let standing = option::of(select(AgreementStanding::ALL));
    prop_oneof![
        1 => (0..=IDS).prop_map(|id| Call::Show { id }),
        2 => (0..=IDS).prop_map(|id| Call::Hold { id }),
        2 => (standing, 0..6_u8, places(3, IDS)).prop_map(|(standing, now, page)| Call::List { standing, now, page }),
        2 => (0..2_u8, option::of(0..3_u8), 0..6_u8).prop_map(|(office, place, now)| Call::Deadlines { office, place, now }),
        2 => (0..2_u8, 0..3_u8, select(Task::ALL), 0..6_u8)
            .prop_map(|(centre, place, task, now)| Call::Named { centre, place, task, now }),
    ]
}

#[test]
fn agreements_are_the_same_on_both_databases() {
    holds::<Regional>();
}

#[test]
fn planted_mistakes_with_agreements_are_noticed() {
    finds::<Regional>(&[
        Slip::KeepsWhatIsGivenUp,
        Slip::LosesCommits,
        Slip::ForgetsConfirmations,
        Slip::KeepsEnded,
        Slip::ListsWhateverStanding,
        Slip::OverlooksPlace,
        Slip::SkipsAfterCursors,
    ]);
}
