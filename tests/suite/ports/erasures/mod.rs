//! What is erased: events, cases, and what was announced. Carried out as the owner of the tables, from whom PostgreSQL holds
//! nothing back.

mod model;

use freigabe_domain::{
    erasure::{Erasure, ErasurePlan, ErasureTarget},
    log::Generation,
    store::{ErasureStore as _, StoreError, prelude::*},
};
use freigabe_ledger::LeafClass;
use freigabe_testkit::Backend;
use proptest::{
    collection::{btree_set, vec},
    option,
    prelude::*,
    sample::select,
    strategy::BoxedStrategy,
};

use self::model::Model;
use super::{
    events::event::{self, EVENTS, Event},
    events::sequence,
    given::{self, GIVEN, Release},
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::Transaction,
    slips::{Desk, Slip},
    world::{self, By, at, case, centre, commitment},
};

struct Erasures;

/// What is announced.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Target {
    /// Of a class, unless a case is meant by mistake.
    Year(u16, Option<LeafClass>),
    Case(u8, Option<LeafClass>),
}

#[derive(Debug, Clone)]
enum Call {
    Append(Event),
    Sequence {
        most: u16,
    },
    /// Records a case with its consent.
    Begin {
        case: u8,
    },
    /// Holds a message in a case, for an office.
    Send {
        case: u8,
        office: u8,
    },
    Groups {
        year: Option<u16>,
    },
    KeptApart {
        year: u16,
    },
    OfPlan {
        class: Option<LeafClass>,
        from: u64,
        until: u64,
        year: u16,
        most: u64,
    },
    Erase {
        events: Vec<u8>,
        years: Vec<u16>,
    },
    Erased,
    Standing {
        case: u8,
    },
    Hold {
        case: u8,
    },
    OfCase {
        case: u8,
    },
    EraseCase {
        case: u8,
    },
    Announce {
        intent: u8,
        target: Target,
        at: u8,
    },
    Announced {
        target: Option<Target>,
    },
    LockAnnounced {
        target: Target,
    },
    Forget {
        intent: u8,
    },
    Finish {
        intent: u8,
        done: u8,
        at: u8,
    },
    Uncleaned,
    Cleaned {
        intent: u8,
    },
}

/// One of the expiry years of events, one of which PostgreSQL keeps no table of its own, and one before all.
const YEARS: [u16; 4] = [2030, 2031, 2199, 2020];
const CASES: u8 = 4;

fn target(target: Target) -> ErasureTarget {
    match target {
        Target::Year(year, _) => ErasureTarget::Year(year),
        Target::Case(number, _) => ErasureTarget::Case(case(number)),
    }
}

fn erasure(intent: u8, of: Target, moment: u8) -> Erasure {
    let (Target::Year(_, class) | Target::Case(_, class)) = of;
    Erasure {
        plan: ErasurePlan {
            target: target(of),
            class,
            generation: Generation::FIRST,
            ranges: vec![0..2, 4..5],
            count: 3,
            years: vec![2030],
        },
        intent: commitment(100 + intent),
        announced_at: at(moment),
    }
}

fn message(case: u8, office: u8) -> Release {
    Release {
        message: 2 * case + office,
        consent: case,
        office,
        at: 0,
    }
}

impl Port for Erasures {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &[
        "erasures",
        "contents",
        "disclosures",
        "consent_events",
        "consent_revisions",
        "consents",
        "cases",
        "event_terms",
        "events",
        "log_pending",
        "log_leaves",
        "log_heads",
    ];
    const AS_OWNER: bool = true;

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let by = |calls| (By::Eraser, calls);
        let append = event::events().prop_map(Call::Append);
        let begins = (1..4_u16, vec(append, 1..4)).prop_map(move |(most, mut calls)| {
            calls.push(Call::Sequence { most });
            by(calls)
        });
        let cases = (0..CASES, 0..2_u8).prop_map(move |(case, office)| {
            by(vec![Call::Begin { case }, Call::Send { case, office }])
        });
        let any = vec(calls(), 1..4).prop_map(by);
        prop_oneof![3 => begins, 2 => cases, 8 => any].boxed()
    }

    fn foretell(model: &mut Model, _: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        model.foretell(call, on)
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        desk: &Desk,
        _: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        Ok(match *call {
            Call::Append(ref event) => {
                // An event is never written again after it was erased: its leaf stays.
                let leaf = commitment(event.number);
                let is_known = tx.is_pending(&leaf).await? || tx.leaf_place(&leaf).await?.is_some();
                if !is_known {
                    tx.append(&event.sealed()).await?;
                }
                told(is_known)
            }
            Call::Sequence { most } => told(sequence(tx, most).await?),
            Call::Begin { case: number } => {
                let of = &GIVEN[usize::from(number)];
                let references = world::references(of.case, of.person);
                tx.case_for(centre(of.centre), &references, case(number), at(0))
                    .await?;
                told(
                    tx.insert_consent(&given::head(number), &given::decision(number))
                        .await?,
                )
            }
            Call::Send { case, office } => {
                let release = message(case, office);
                desk.hush(true);
                let sent = release
                    .carry_out(tx, desk, By::Centre(release.given().centre))
                    .await;
                desk.hush(false);
                told(sent?)
            }
            Call::Groups { year } => told(tx.kept_groups(year).await?),
            Call::KeptApart { year } => told(tx.kept_apart(year).await?),
            Call::OfPlan {
                class,
                from,
                until,
                year,
                most,
            } => {
                let mut plan = erasure(0, Target::Year(year, class), 0).plan;
                plan.ranges = std::iter::once(from..until).collect();
                let mut found = tx.events_of_plan(&plan, year, most).await?;
                found.sort_unstable();
                // Which ones are found is only said where all are.
                let number = found.len();
                told((
                    number,
                    if most < u64::from(EVENTS) {
                        Vec::new()
                    } else {
                        found
                    },
                ))
            }
            Call::Erase {
                ref events,
                ref years,
            } => {
                let events: Vec<_> = events.iter().copied().map(world::event).collect();
                told(tx.erase_events(&events, years).await?)
            }
            Call::Erased => told(tx.erased_events().await?),
            Call::Standing { case: number } => told(tx.case_standing(case(number)).await?),
            Call::Hold { case: number } => told(tx.hold_case(case(number)).await?),
            Call::OfCase { case: number } => told(tx.events_of_case(case(number)).await?),
            Call::EraseCase { case: number } => told(tx.erase_case(case(number)).await?),
            Call::Announce { intent, target, at } => {
                told(tx.insert_erasure(&erasure(intent, target, at)).await?)
            }
            Call::Announced { target: of } => told(tx.announced_erasures(of.map(target)).await?),
            Call::LockAnnounced { target: of } => told(tx.lock_announced(target(of)).await?),
            Call::Forget { intent } => told(tx.forget_erasure(&commitment(100 + intent)).await?),
            Call::Finish {
                intent,
                done,
                at: moment,
            } => {
                let (intent, done) = (commitment(100 + intent), commitment(200 + done));
                told(tx.finish_erasure(&intent, &done, at(moment)).await?)
            }
            Call::Uncleaned => {
                let mut uncleaned = tx.uncleaned_erasures().await?;
                // In no particular order.
                uncleaned.sort_by_key(|reported| reported.intent);
                told(uncleaned)
            }
            Call::Cleaned { intent } => {
                told(tx.note_cleaned(&commitment(100 + intent), at(3)).await?)
            }
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let mut calls = vec![
            Call::Groups { year: None },
            Call::Erased,
            Call::Announced { target: None },
            Call::Uncleaned,
        ];
        for case in 0..CASES {
            calls.extend([Call::Standing { case }, Call::OfCase { case }]);
        }
        vec![(By::Eraser, calls)]
    }
}

fn calls() -> impl Strategy<Value = Call> {
    let (moment, intent, number) = (|| 0..3_u8, || 0..4_u8, || 0..CASES);
    let year = || prop_oneof![6 => select(&YEARS[..2]), 1 => select(&YEARS[2..])];
    let class = || select(vec![LeafClass::Operations, LeafClass::ConsentEvidence]);
    let rarely = || prop_oneof![9 => Just(true), 1 => Just(false)];
    let target = move || {
        prop_oneof![
            (year(), class(), rarely())
                .prop_map(|(year, class, fits)| Target::Year(year, fits.then_some(class))),
            (number(), class(), rarely())
                .prop_map(|(case, class, fits)| Target::Case(case, (!fits).then_some(class))),
        ]
    };
    let years = prop_oneof![4 => Just(vec![2030, 2031]), 1 => Just(vec![2030])];
    let of_events = prop_oneof![
        2 => option::of(year()).prop_map(|year| Call::Groups { year }),
        1 => year().prop_map(|year| Call::KeptApart { year }),
        2 => (option::of(class()), 0..3_u64, 0..7_u64, year(), prop_oneof![0..3_u64, Just(99)]).prop_map(
            |(class, from, until, year, most)| Call::OfPlan { class, from, until, year, most }
        ),
        3 => (btree_set(0..EVENTS, 0..3), years).prop_map(|(events, years)| {
            Call::Erase { events: events.into_iter().collect(), years }
        }),
        1 => Just(Call::Erased),
    ];
    let of_cases = prop_oneof![
        2 => number().prop_map(|case| Call::Begin { case }),
        1 => (number(), 0..2_u8).prop_map(|(case, office)| Call::Send { case, office }),
        1 => number().prop_map(|case| Call::Hold { case }),
        1 => number().prop_map(|case| Call::OfCase { case }),
        3 => number().prop_map(|case| Call::EraseCase { case }),
    ];
    let announced = prop_oneof![
        4 => (intent(), target(), moment()).prop_map(|(intent, target, at)| Call::Announce { intent, target, at }),
        1 => option::of(target()).prop_map(|target| Call::Announced { target }),
        1 => target().prop_map(|target| Call::LockAnnounced { target }),
        1 => intent().prop_map(|intent| Call::Forget { intent }),
        3 => (intent(), 0..3_u8, moment()).prop_map(|(intent, done, at)| Call::Finish { intent, done, at }),
        2 => intent().prop_map(|intent| Call::Cleaned { intent }),
    ];
    prop_oneof![of_events, of_cases, announced]
}

#[test]
fn erasures_are_the_same_on_both_databases() {
    holds::<Erasures>();
}

#[test]
fn planted_mistakes_with_erasures_are_noticed() {
    finds::<Erasures>(&[
        Slip::KeepsWhatIsErased,
        Slip::KeepsCases,
        Slip::OverlooksQueriesAboutCases,
        Slip::RemembersWhatIsDone,
        Slip::KeepsWhatIsGivenUp,
    ]);
}
