//! The log's queue, trees and checkpoints.

mod model;

use freigabe_domain::{
    log::{Generation, LeafPlace, LogHead, PendingLeaf, StoredCheckpoint},
    store::{StoreError, prelude::*},
};
use freigabe_ledger::{Hash, Leaf, LeafClass, tile::Tile};
use freigabe_testkit::Backend;
use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::select,
    strategy::BoxedStrategy,
};

use self::model::Model;
use super::{
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::Transaction,
    slips::{Desk, Slip},
    world::{self, By, at, commitment, thing},
};

struct Log;

#[derive(Debug, Clone)]
enum Call {
    CountPending {
        most: u64,
    },
    Take {
        most: u16,
    },
    TakeEvent {
        event: u8,
    },
    /// Moments and events.
    Put {
        leaves: Vec<(u8, u8)>,
    },
    IsPending {
        event: u8,
    },
    Heads,
    LockHead,
    InsertHead {
        generation: u8,
        origin: u8,
        size: u64,
    },
    /// Each end with its size, and since when it is unpublished.
    Advance {
        generation: u8,
        from: (u64, Option<u8>),
        to: (u64, Option<u8>),
    },
    Lag,
    Lease {
        generation: u8,
        holder: u8,
        now: u8,
        until: u8,
    },
    Tiles {
        generation: u8,
        tiles: Vec<(u8, u64)>,
    },
    PutTiles {
        generation: u8,
        tiles: Vec<((u8, u64), u8)>,
    },
    Bundles {
        generation: u8,
        from: u64,
        until: u64,
    },
    PutBundles {
        generation: u8,
        bundles: Vec<(u64, u8)>,
    },
    InsertLeaves {
        generation: u8,
        first: u64,
        events: Vec<u8>,
    },
    Leaves {
        generation: u8,
        from: u64,
        until: u64,
    },
    Forget {
        generation: u8,
        from: u64,
    },
    PlaceOf {
        event: u8,
    },
    Sign {
        generation: u8,
        size: u64,
        note: u8,
        published: Option<u8>,
    },
    Signed {
        generation: u8,
    },
    SignedAt {
        generation: u8,
        size: u64,
    },
    Published {
        generation: u8,
    },
    Update {
        generation: u8,
        size: u64,
        note: u8,
        published: Option<u8>,
    },
}

fn generation(number: u8) -> Generation {
    Generation::from_number(u32::from(number))
}

fn place(of: u8, index: u64) -> LeafPlace {
    LeafPlace {
        generation: generation(of),
        index,
    }
}

fn root(size: u64) -> Hash {
    Hash::from_bytes([u8::try_from(size).unwrap(); 32])
}

fn head(number: u8, origin: u8, size: u64, since: Option<u8>) -> LogHead {
    LogHead {
        generation: generation(number),
        origin: format!("log-{origin}.example"),
        size,
        root: root(size),
        unpublished_since: since.map(at),
    }
}

fn pending((moment, event): (u8, u8)) -> PendingLeaf {
    let leaf = Leaf {
        class: LeafClass::Operations,
        expiry_year: 2030,
        commitment: commitment(event),
    };
    PendingLeaf {
        event: world::event(event),
        at: at(moment),
        leaf,
    }
}

fn checkpoint(of: u8, size: u64, note: u8, published: Option<u8>) -> StoredCheckpoint {
    StoredCheckpoint {
        generation: generation(of),
        size,
        root: root(size),
        note: format!("note {note}\n"),
        signed_at: at(note),
        published_at: published.map(at),
    }
}

impl Port for Log {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &[
        "log_pending",
        "log_leaves",
        "log_tiles",
        "log_entries",
        "log_checkpoints",
        "log_heads",
    ];

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let begins = (0..2_u8, 0..3_u64).prop_map(|(generation, size)| {
            let origin = generation;
            (
                By::Sequencer,
                vec![Call::InsertHead {
                    generation,
                    origin,
                    size,
                }],
            )
        });
        let sequencer = vec(calls(), 1..5).prop_map(|calls| (By::Sequencer, calls));
        let others = (select(vec![By::Directory, By::Auditor]), vec(calls(), 1..4));
        prop_oneof![2 => begins, 8 => sequencer, 2 => others].boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        model.foretell(by, call, on)
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        _: &Desk,
        _: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        Ok(match call {
            Call::CountPending { most } => told(tx.count_pending(*most).await?),
            Call::Take { most } => told(tx.take_pending(*most).await?),
            Call::TakeEvent { event } => told(tx.take_pending_event(world::event(*event)).await?),
            Call::Put { leaves } => {
                let leaves: Vec<_> = leaves.iter().copied().map(pending).collect();
                told(tx.put_pending(&leaves).await?)
            }
            Call::IsPending { event } => told(tx.is_pending(&commitment(*event)).await?),
            Call::Heads => told(tx.log_heads().await?),
            Call::LockHead => told(tx.lock_log_head().await?),
            Call::InsertHead {
                generation,
                origin,
                size,
            } => told(
                tx.insert_log_head(&head(*generation, *origin, *size, None))
                    .await?,
            ),
            Call::Advance {
                generation,
                from: (size, since),
                to: (grown, unpublished),
            } => {
                let (from, to) = (
                    head(*generation, 0, *size, *since),
                    head(*generation, 0, *grown, *unpublished),
                );
                told(tx.advance_log_head(&from, &to).await?)
            }
            Call::Lag => told(tx.log_lag().await?),
            Call::Lease {
                generation: of,
                holder,
                now,
                until,
            } => {
                let leased =
                    tx.lease_cosigning(generation(*of), thing(*holder), at(*now), at(*until));
                told(leased.await?)
            }
            Call::Tiles {
                generation: of,
                tiles,
            } => {
                let tiles: Vec<_> = tiles
                    .iter()
                    .map(|(level, index)| tile(*level, *index))
                    .collect();
                let found = tx.log_tiles(generation(*of), &tiles).await?;
                let mut found: Vec<_> = found
                    .into_iter()
                    .map(|(tile, hashes)| ((tile.level, tile.index), hashes))
                    .collect();
                // In no particular order.
                found.sort_unstable();
                told(found)
            }
            Call::PutTiles {
                generation: of,
                tiles,
            } => {
                let tiles = tiles
                    .iter()
                    .map(|((level, index), hashes)| (tile(*level, *index), vec![*hashes; 3]));
                told(
                    tx.put_log_tiles(generation(*of), &tiles.collect::<Vec<_>>())
                        .await?,
                )
            }
            Call::Bundles {
                generation: of,
                from,
                until,
            } => told(tx.log_bundles(generation(*of), *from..*until).await?),
            Call::PutBundles {
                generation: of,
                bundles,
            } => {
                let bundles = bundles
                    .iter()
                    .map(|(index, entries)| (*index, vec![*entries; 3]));
                told(
                    tx.put_log_bundles(generation(*of), &bundles.collect::<Vec<_>>())
                        .await?,
                )
            }
            Call::InsertLeaves {
                generation: of,
                first,
                events,
            } => {
                let commitments: Vec<_> = events.iter().copied().map(commitment).collect();
                told(
                    tx.insert_log_leaves(place(*of, *first), &commitments)
                        .await?,
                )
            }
            Call::Leaves {
                generation: of,
                from,
                until,
            } => told(tx.log_leaves(generation(*of), *from..*until).await?),
            Call::Forget {
                generation: of,
                from,
            } => told(tx.forget_log_leaves(place(*of, *from)).await?),
            Call::PlaceOf { event } => told(tx.leaf_place(&commitment(*event)).await?),
            Call::Sign {
                generation: of,
                size,
                note,
                published,
            } => told(
                tx.insert_checkpoint(&checkpoint(*of, *size, *note, *published))
                    .await?,
            ),
            Call::Signed { generation: of } => told(tx.signed_checkpoint(generation(*of)).await?),
            Call::SignedAt {
                generation: of,
                size,
            } => told(tx.checkpoint_at(generation(*of), *size).await?),
            Call::Published { generation: of } => {
                told(tx.published_checkpoint(generation(*of)).await?)
            }
            Call::Update {
                generation: of,
                size,
                note,
                published,
            } => told(
                tx.update_checkpoint(&checkpoint(*of, *size, *note, *published))
                    .await?,
            ),
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let mut calls = vec![Call::Heads, Call::Lag];
        let (from, until) = (0, 99);
        for generation in 0..3 {
            let tiles = (0..2).flat_map(|level| (0..2).map(move |index| (level, index)));
            calls.extend([
                Call::Tiles {
                    generation,
                    tiles: tiles.collect(),
                },
                Call::Bundles {
                    generation,
                    from,
                    until,
                },
                Call::Leaves {
                    generation,
                    from,
                    until,
                },
                Call::Signed { generation },
                Call::Published { generation },
            ]);
            calls.extend((0..3).map(|size| Call::SignedAt { generation, size }));
        }
        let waiting = vec![Call::CountPending { most: 99 }, Call::Take { most: 99 }];
        vec![(By::Directory, calls), (By::Sequencer, waiting)]
    }
}

fn tile(level: u8, index: u64) -> Tile {
    Tile { level, index }
}

fn calls() -> impl Strategy<Value = Call> {
    // There are never more than two logs: the third generation is unknown.
    let of = || prop_oneof![5 => Just(0_u8), 2 => Just(1), 1 => Just(2)];
    let (event, moment, size) = (|| 0..4_u8, || 0..3_u8, || 0..3_u64);
    let published = || option::of(0..3_u8);
    let queue = prop_oneof![
        4 => vec((moment(), event()), 0..3).prop_map(|leaves| Call::Put { leaves }),
        2 => (0..3_u16).prop_map(|most| Call::Take { most }),
        2 => event().prop_map(|event| Call::TakeEvent { event }),
        1 => event().prop_map(|event| Call::IsPending { event }),
        1 => prop_oneof![3 => 0..4_u64, 1 => Just(u64::MAX)].prop_map(|most| Call::CountPending { most }),
    ];
    let heads = prop_oneof![
        2 => (0..2_u8, 0..2_u8, size())
            .prop_map(|(generation, origin, size)| Call::InsertHead { generation, origin, size }),
        4 => (of(), (size(), published()), (size(), published()))
            .prop_map(|(generation, from, to)| Call::Advance { generation, from, to }),
        3 => (of(), 0..2_u8, moment(), 0..4_u8)
            .prop_map(|(generation, holder, now, until)| Call::Lease { generation, holder, now, until }),
        1 => Just(Call::LockHead),
    ];
    let tiles = btree_map((0..2_u8, 0..2_u64), 0..4_u8, 0..4).prop_map(Vec::from_iter);
    let bundles = btree_map(0..3_u64, 0..4_u8, 0..3).prop_map(Vec::from_iter);
    let until = prop_oneof![3 => 0..4_u64, 1 => Just(u64::MAX)];
    let tree = prop_oneof![
        4 => (of(), tiles).prop_map(|(generation, tiles)| Call::PutTiles { generation, tiles }),
        3 => (of(), bundles).prop_map(|(generation, bundles)| Call::PutBundles { generation, bundles }),
        1 => (of(), vec((0..2_u8, 0..2_u64), 0..3))
            .prop_map(|(generation, tiles)| Call::Tiles { generation, tiles }),
        1 => (of(), 0..3_u64, until)
            .prop_map(|(generation, from, until)| Call::Bundles { generation, from, until }),
    ];
    let leaves = prop_oneof![
        4 => (of(), 0..3_u64, vec(event(), 0..3))
            .prop_map(|(generation, first, events)| Call::InsertLeaves { generation, first, events }),
        1 => (of(), 0..4_u64, 0..5_u64)
            .prop_map(|(generation, from, until)| Call::Leaves { generation, from, until }),
        2 => (of(), 0..4_u64).prop_map(|(generation, from)| Call::Forget { generation, from }),
        1 => event().prop_map(|event| Call::PlaceOf { event }),
    ];
    let note = || (of(), size(), 0..4_u8, published());
    let checkpoints = prop_oneof![
        3 => note().prop_map(
            |(generation, size, note, published)| Call::Sign { generation, size, note, published }
        ),
        2 => note().prop_map(
            |(generation, size, note, published)| Call::Update { generation, size, note, published }
        ),
        1 => of().prop_map(|generation| Call::SignedAt { generation, size: u64::MAX }),
    ];
    prop_oneof![3 => queue, 3 => heads, 4 => tree, 3 => leaves, 3 => checkpoints]
}

#[test]
fn the_log_is_the_same_on_both_databases() {
    holds::<Log>();
}

#[test]
fn planted_mistakes_with_the_log_are_noticed() {
    finds::<Log>(&[
        Slip::SkipsTheNewestInTheQueue,
        Slip::NotesLeavesOneOn,
        Slip::AdvancesWhateverIsThere,
        Slip::LeasesToEverybody,
        Slip::PublishesWhatIsSigned,
        Slip::KeepsOldTiles,
    ]);
}
