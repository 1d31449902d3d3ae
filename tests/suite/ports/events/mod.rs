//! The disclosure log as it is written and read: events, what opens them, and what auditors take with them.

pub(super) mod event;

use std::collections::{BTreeMap, BTreeSet};

use freigabe_domain::{
    audit::{AuditQuery, EventCount, LeafRange, LoggedLeaf, Period, StoredEvent},
    log::{Generation, LeafPlace, LogHead, PendingLeaf},
    store::{Cursor, Page, StoreError, prelude::*},
};
use freigabe_ledger::{Hash, Leaf};
use freigabe_testkit::Backend;
use proptest::{collection::vec, prelude::*, sample::select, strategy::BoxedStrategy};
use serde_json::{Map, Value};

use self::event::{
    EVENTS, Event, events, expiry_year, leaf, moment, pending, position, queries, salt,
};
use super::{
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::Transaction,
    slips::{Desk, Slip},
    world::{self, By, Place, at, cut, places},
};

struct Events;

#[derive(Debug, Clone)]
enum Call {
    Append(Event),
    /// Takes so many out of the queue and notes where their leaves stand.
    Sequence {
        most: u16,
    },
    List {
        query: AuditQuery,
        page: Place,
    },
    Show {
        event: u8,
    },
    Open {
        event: u8,
    },
    Count {
        from: u8,
        until: u8,
    },
    First,
    Erased,
    Between {
        from: u64,
        until: u64,
        years: Vec<u16>,
    },
    At {
        places: Vec<u64>,
        years: Vec<u16>,
    },
    CountKept(LeafRange),
    Matching {
        query: AuditQuery,
        of: LeafRange,
        page: Place,
    },
    CountMatching {
        query: AuditQuery,
        of: LeafRange,
        page: Place,
    },
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Model {
    events: BTreeMap<u8, Event>,
    waiting: BTreeSet<u8>,
    leaves: Vec<u8>,
}

/// A leaf with its event, as far as it can be compared.
type Seen = (
    u64,
    Leaf,
    Option<(StoredEvent, [u8; 32], Map<String, Value>)>,
);

fn seen(leaf: LoggedLeaf) -> Seen {
    let kept = leaf
        .kept
        .map(|kept| (kept.event, *kept.salt.as_bytes(), kept.columns));
    (leaf.index, leaf.leaf, kept)
}

impl Model {
    /// The events that there are for somebody, newest first.
    fn read(&self, by: By, on: Backend) -> impl Iterator<Item = &Event> {
        let may = on == Backend::Sqlite || by == By::Auditor;
        // Numbers ascend with moments and ids.
        self.events.values().rev().filter(move |_| may)
    }

    fn listed(&self, query: &AuditQuery, page: Place, by: By, on: Backend) -> Page<StoredEvent> {
        let found = self.read(by, on).filter(|event| event.meets(query));
        let page = world::page(page, |number| world::event(number).as_uuid());
        cut(found.map(Event::stored).collect(), page, true, position)
    }

    fn seen(&self, number: u8, by: By, on: Backend) -> Option<Seen> {
        let index = self.leaves.iter().position(|leaf| *leaf == number)?;
        let event = self.read(by, on).find(|event| event.number == number)?;
        let kept = (event.stored(), salt(number), event.columns());
        Some((index as u64, leaf(number), Some(kept)))
    }

    fn kept(
        &self,
        is_wanted: impl Fn(u64) -> bool,
        years: &[u16],
        by: By,
        on: Backend,
    ) -> Vec<Seen> {
        let leaves = (0..)
            .zip(&self.leaves)
            .filter(|(index, _)| is_wanted(*index));
        let of_years = leaves.filter(|(_, number)| years.contains(&expiry_year(**number)));
        of_years
            .filter_map(|(_, number)| self.seen(*number, by, on))
            .collect()
    }

    fn placed(&self, events: &Page<StoredEvent>, of: LeafRange, by: By, on: Backend) -> Vec<Seen> {
        let numbers = events
            .items
            .iter()
            .map(|event| event.commitment.as_bytes()[0]);
        numbers
            .filter_map(|number| self.seen(number, by, on))
            .filter(|(index, _, _)| of.generation == 0 && (of.from..of.until).contains(index))
            .collect()
    }
}

fn may_write(by: By) -> bool {
    !matches!(
        by,
        By::Directory | By::SignIn(_) | By::Admission | By::Eraser
    )
}

impl Port for Events {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &[
        "event_terms",
        "events",
        "log_pending",
        "log_leaves",
        "log_heads",
    ];

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let writers = vec![
            By::Centre(0),
            By::Centre(1),
            By::Auditor,
            By::Upkeep,
            By::Sequencer,
        ];
        let appends = (select(writers), vec(events(), 1..4)).prop_map(|(by, events)| {
            let calls = events.into_iter().map(|mut event| {
                event.actor = by.client();
                Call::Append(event)
            });
            (by, calls.collect())
        });
        // In another's name, or by whom nothing is to be written.
        let forged =
            (select(vec![By::Centre(0), By::Directory]), events()).prop_map(|(by, mut event)| {
                event.actor = By::Centre(1).client();
                // One that was never written: of two faults PostgreSQL may tell either.
                event.number += EVENTS;
                (by, vec![Call::Append(event)])
            });
        let sequence = (1..4_u16).prop_map(|most| (By::Sequencer, vec![Call::Sequence { most }]));
        let readers = select(vec![By::Auditor, By::Auditor, By::Auditor, By::Centre(0)]);
        let reads = (readers, vec(reads(), 1..5));
        prop_oneof![5 => appends, 1 => forged, 3 => sequence, 5 => reads].boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        Ok(match call {
            Call::Append(event) => {
                if on == Backend::Postgres && !(may_write(by) && event.actor == by.client()) {
                    return Err(Failure::Defect);
                }
                if model.events.insert(event.number, event.clone()).is_some() {
                    return Err(Failure::Conflict);
                }
                model.waiting.insert(event.number);
                told(())
            }
            Call::Sequence { most } => {
                let taken: Vec<u8> = model
                    .waiting
                    .iter()
                    .take(usize::from(*most))
                    .copied()
                    .collect();
                model.waiting.retain(|number| !taken.contains(number));
                model.leaves.extend(&taken);
                told(taken.into_iter().map(pending).collect::<Vec<_>>())
            }
            Call::List { query, page } => told(model.listed(query, *page, by, on)),
            Call::Show { event } => {
                let found = model.read(by, on).find(|found| found.number == *event);
                told(found.map(Event::stored))
            }
            Call::Open { event } => {
                let found = model.read(by, on).find(|found| found.number == *event);
                told(found.map(|found| (leaf(found.number), salt(found.number))))
            }
            Call::Count { from, until } => {
                let mut counts: BTreeMap<_, u64> = BTreeMap::new();
                for event in model.read(by, on) {
                    if (*from..*until).contains(&moment(event.number)) {
                        *counts.entry((event.operation, event.outcome)).or_default() += 1;
                    }
                }
                let count = |((operation, outcome), count)| EventCount {
                    operation,
                    outcome,
                    count,
                };
                told(counts.into_iter().map(count).collect::<Vec<_>>())
            }
            Call::First => told(
                model
                    .read(by, on)
                    .map(|event| at(moment(event.number)))
                    .min(),
            ),
            Call::Erased => {
                let there = |number: &&u8| model.read(by, on).any(|event| event.number == **number);
                told((model.leaves.len() - model.leaves.iter().filter(there).count()) as u64)
            }
            Call::Between { from, until, years } => {
                told(model.kept(|index| (*from..*until).contains(&index), years, by, on))
            }
            Call::At { places, years } => {
                told(model.kept(|index| places.contains(&index), years, by, on))
            }
            Call::CountKept(of) => {
                let wanted = |index| of.generation == 0 && (of.from..of.until).contains(&index);
                told(model.kept(wanted, &[2030, 2031], by, on).len() as u64)
            }
            Call::Matching { query, of, page } => {
                let events = model.listed(query, *page, by, on);
                told((model.placed(&events, *of, by, on), events.next))
            }
            Call::CountMatching { query, of, page } => {
                let events = model.listed(query, *page, by, on);
                told((model.placed(&events, *of, by, on).len() as u64, events.next))
            }
        })
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        _: &Desk,
        _: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        let page = |page: Place| world::page(page, |number| world::event(number).as_uuid());
        let all_seen = |leaves: Vec<LoggedLeaf>| leaves.into_iter().map(seen).collect::<Vec<_>>();
        Ok(match call {
            Call::Append(event) => told(tx.append(&event.sealed()).await?),
            Call::Sequence { most } => told(sequence(tx, *most).await?),
            Call::List { query, page: place } => told(tx.events(query, page(*place)).await?),
            Call::Show { event } => told(tx.event(world::event(*event)).await?),
            Call::Open { event } => {
                let opening = tx.opening(world::event(*event)).await?;
                told(opening.map(|(leaf, salt)| (leaf, *salt.as_bytes())))
            }
            Call::Count { from, until } => {
                let (from, until) = (at(*from), at(*until));
                told(tx.count_events(Period { from, until }).await?)
            }
            Call::First => told(tx.first_event().await?),
            Call::Erased => told(tx.erased_events().await?),
            Call::Between { from, until, years } => {
                let leaves = tx
                    .kept_between(Generation::FIRST, *from..*until, years)
                    .await?;
                told(all_seen(leaves))
            }
            Call::At { places, years } => told(all_seen(
                tx.kept_at(Generation::FIRST, places, years).await?,
            )),
            Call::CountKept(of) => told(tx.count_kept(*of).await?),
            Call::Matching {
                query,
                of,
                page: place,
            } => {
                let found = tx.matching(query, *of, page(*place)).await?;
                told((all_seen(found.items), found.next))
            }
            Call::CountMatching {
                query,
                of,
                page: place,
            } => {
                let page = page(*place);
                told::<(u64, Option<Cursor>)>(
                    tx.count_matching(query, *of, page.after, page.limit)
                        .await?,
                )
            }
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let (query, page, years) = (AuditQuery::default(), (None, 99), vec![2030, 2031]);
        let of = LeafRange {
            generation: 0,
            from: 0,
            until: 99,
        };
        let calls = vec![
            Call::List {
                query: query.clone(),
                page,
            },
            Call::Matching { query, of, page },
            Call::Between {
                from: 0,
                until: 99,
                years,
            },
            Call::Count { from: 0, until: 99 },
            Call::First,
            Call::Erased,
        ];
        let waiting = vec![Call::Sequence { most: 99 }];
        vec![(By::Auditor, calls), (By::Sequencer, waiting)]
    }
}

/// A round of the sequencer without its tree.
pub(super) async fn sequence(
    tx: &mut Transaction<'_>,
    most: u16,
) -> Result<Vec<PendingLeaf>, StoreError> {
    let head = match tx.lock_log_head().await? {
        Some(head) => head,
        None => {
            let first = LogHead::empty(Generation::FIRST, "log.example".to_owned());
            tx.insert_log_head(&first).await?;
            first
        }
    };
    let taken = tx.take_pending(most).await?;
    let first = LeafPlace {
        generation: head.generation,
        index: head.size,
    };
    let commitments: Vec<_> = taken
        .iter()
        .map(|pending| pending.leaf.commitment)
        .collect();
    tx.insert_log_leaves(first, &commitments).await?;
    let size = head.size + taken.len() as u64;
    let to = LogHead {
        size,
        root: Hash::from_bytes([u8::try_from(size).unwrap(); 32]),
        ..head.clone()
    };
    tx.advance_log_head(&head, &to).await?;
    Ok(taken)
}

fn reads() -> impl Strategy<Value = Call> {
    let page = || places(4, EVENTS);
    let years =
        || prop_oneof![3 => Just(vec![2030, 2031]), 1 => Just(vec![2031]), 1 => Just(vec![])];
    let range = || {
        (
            prop_oneof![4 => Just(0_u32), 1 => Just(1)],
            0..4_u64,
            0..7_u64,
        )
            .prop_map(|(generation, from, until)| LeafRange {
                generation,
                from,
                until,
            })
    };
    prop_oneof![
        6 => (queries(), page()).prop_map(|(query, page)| Call::List { query, page }),
        1 => (0..EVENTS).prop_map(|event| Call::Show { event }),
        1 => (0..EVENTS).prop_map(|event| Call::Open { event }),
        1 => (0..3_u8, 0..4_u8).prop_map(|(from, until)| Call::Count { from, until }),
        1 => (0..4_u64, 0..7_u64, years()).prop_map(|(from, until, years)| Call::Between { from, until, years }),
        1 => (vec(0..7_u64, 0..4), years()).prop_map(|(places, years)| Call::At { places, years }),
        1 => range().prop_map(Call::CountKept),
        3 => (queries(), range(), page()).prop_map(|(query, of, page)| Call::Matching { query, of, page }),
        2 => (queries(), range(), page()).prop_map(|(query, of, page)| Call::CountMatching { query, of, page }),
    ]
}

#[test]
fn events_are_the_same_on_both_databases() {
    holds::<Events>();
}

#[test]
fn planted_mistakes_with_events_are_noticed() {
    finds::<Events>(&[
        Slip::LosesEvents,
        Slip::ForgetsRefusalReasons,
        Slip::SkipsAfterCursors,
        Slip::SkipsTheNewestInTheQueue,
        Slip::CountsThePageAlone,
        Slip::LosesCommits,
    ]);
}
