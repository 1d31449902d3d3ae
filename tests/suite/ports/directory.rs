//! The directory of counselling centres. How often it was changed is told as the difference that a call makes, since it goes on
//! counting from sequence to sequence.

use std::{collections::BTreeMap, sync::OnceLock};

use freigabe_domain::{
    directory::{Assurance, Centre, CentreEntry},
    ids::CentreId,
    store::{CentreQuery, StoreError, prelude::*},
};
use freigabe_testkit::Backend;
use proptest::{collection::vec, option, prelude::*, sample::select, strategy::BoxedStrategy};
use sea_orm::{ConnectionTrait as _, Statement};

use super::{
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::{Pair, Transaction},
    slips::{Desk, Slip},
    world::{By, at, centre, thing},
};

struct Directory;

/// An entry, by small numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    id: u8,
    keeper: Option<u8>,
    version: u8,
    /// Of which version, if any.
    assured: Option<u8>,
    says: u8,
}

#[derive(Debug, Clone)]
enum Call {
    List {
        keeper: Option<u8>,
        after: Option<u8>,
        limit: u16,
    },
    Show {
        ids: Vec<u8>,
    },
    Add(Entry),
    Change {
        to: Entry,
        before: Entry,
    },
    Remove {
        id: u8,
        version: u8,
    },
    Places,
}

type Model = BTreeMap<u8, Entry>;

/// How many places with a name and how many postcodes there are, past the store.
static PLACES: OnceLock<(i64, i64)> = OnceLock::new();

fn id(number: u8) -> CentreId {
    CentreId::from_uuid(thing(number))
}

fn stored(entry: &Entry) -> Centre {
    let says: CentreEntry = serde_json::from_value(serde_json::json!({
        "name": format!("Fachberatung {}", entry.says),
        "regime": "gdpr",
        "services": [{
            "name": "Beratung",
            "status": "active",
            "place": { "type": "shelter", "area": { "laender": ["DE-HH"] } },
            "languages": [{ "language": "bin", "mode": "interpreter" }],
        }],
    }))
    .unwrap();
    Centre {
        id: id(entry.id),
        organisation: entry.keeper.map(centre),
        version: u64::from(entry.version),
        changed_at: at(entry.says),
        assurance: entry.assured.map(|version| Assurance {
            at: at(version),
            version: u64::from(version),
        }),
        entry: says,
    }
}

/// Whether PostgreSQL lets somebody add this row: nobody has confirmed what a centre adds.
fn may_add(by: By, entry: &Entry, on: Backend) -> bool {
    let confirmed_by_centre = matches!(by, By::Centre(_)) && entry.assured.is_some();
    may_write(by, entry, on) && (on == Backend::Sqlite || !confirmed_by_centre)
}

/// Whether PostgreSQL lets somebody leave this row.
fn may_write(by: By, entry: &Entry, on: Backend) -> bool {
    match by {
        _ if on == Backend::Sqlite => true,
        By::Coordination | By::Operator => true,
        By::Centre(number) => entry.keeper == Some(number) && entry.assured != Some(entry.version),
        _ => false,
    }
}

/// Whether PostgreSQL lets somebody change what is in this row.
fn may_change(by: By, entry: &Entry, on: Backend) -> bool {
    match by {
        _ if on == Backend::Sqlite => true,
        By::Coordination | By::Operator => true,
        By::Centre(number) => entry.keeper == Some(number),
        _ => false,
    }
}

impl Port for Directory {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &["counselling_centres"];

    async fn given(pair: &Pair) {
        let database = pair.administrator(Backend::Sqlite);
        let count = async |table: &str| {
            let sql = format!("SELECT count(*) AS number FROM {table}");
            let statement = Statement::from_string(database.get_database_backend(), sql);
            let row = database.query_one_raw(statement).await.unwrap().unwrap();
            row.try_get::<i64>("", "number").unwrap()
        };
        let _ = PLACES.set((count("places").await, count("postcodes").await));
    }

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let by = select(vec![
            By::Coordination,
            By::Coordination,
            By::Centre(0),
            By::Centre(1),
            By::Operator,
            By::Directory,
        ]);
        (by, vec(calls(), 1..5)).boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        Ok(match call {
            Call::List {
                keeper,
                after,
                limit,
            } => {
                let wanted = |entry: &&Entry| {
                    keeper.is_none_or(|keeper| entry.keeper == Some(keeper))
                        && after.is_none_or(|after| entry.id > after)
                };
                let found = model.values().filter(wanted).take(usize::from(*limit) + 1);
                told(found.map(stored).collect::<Vec<_>>())
            }
            Call::Show { ids } => {
                let found = model.values().filter(|entry| ids.contains(&entry.id));
                told(found.map(stored).collect::<Vec<_>>())
            }
            Call::Add(entry) if !may_add(by, entry, on) => return Err(Failure::Defect),
            Call::Add(entry) => {
                let fresh = !model.contains_key(&entry.id);
                model.entry(entry.id).or_insert(*entry);
                told((fresh, u64::from(fresh)))
            }
            Call::Change { to, before } => {
                let head = |entry: &Entry| (entry.version, entry.keeper, entry.assured);
                let known = model
                    .get(&to.id)
                    .filter(|known| head(known) == head(before));
                let found = known.is_some_and(|known| may_change(by, known, on));
                if found && !may_write(by, to, on) {
                    return Err(Failure::Defect);
                }
                if found {
                    model.insert(to.id, *to);
                }
                told((found, u64::from(found)))
            }
            Call::Remove { id, version } => {
                let may = on == Backend::Sqlite || by == By::Coordination;
                let known = model.get(id).filter(|known| known.version == *version);
                let found = known.is_some() && may;
                if found {
                    model.remove(id);
                }
                told((found, u64::from(found)))
            }
            Call::Places => told(*PLACES.get().expect("a pair was started")),
        })
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        _: &Desk,
        _: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        let before = tx.directory_version().await?;
        let done = match call {
            Call::List {
                keeper,
                after,
                limit,
            } => {
                let query = CentreQuery {
                    keeper: keeper.map(centre),
                    after: after.map(id),
                };
                return Ok(told(tx.centres(query, *limit).await?));
            }
            Call::Show { ids } => {
                let ids: Vec<CentreId> = ids.iter().copied().map(id).collect();
                return Ok(told(tx.centres_by_id(&ids).await?));
            }
            Call::Places => {
                let (named, codes) = (tx.named_places().await?, tx.postcodes().await?);
                let number = |count: usize| i64::try_from(count).unwrap();
                return Ok(told((number(named.len()), number(codes.len()))));
            }
            Call::Add(entry) => tx.insert_centre(&stored(entry)).await?,
            Call::Change { to, before } => tx.update_centre(&stored(to), &stored(before)).await?,
            Call::Remove {
                id: number,
                version,
            } => tx.remove_centre(id(*number), u64::from(*version)).await?,
        };
        Ok(told((done, tx.directory_version().await? - before)))
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let all = Call::List {
            keeper: None,
            after: None,
            limit: 100,
        };
        vec![(By::Directory, vec![all])]
    }
}

fn entries() -> impl Strategy<Value = Entry> {
    (
        0..5_u8,
        option::of(0..2_u8),
        1..4_u8,
        option::of(1..4_u8),
        0..4_u8,
    )
        .prop_map(|(id, keeper, version, assured, says)| Entry {
            id,
            keeper,
            version,
            // Nobody confirms what is not written yet.
            assured: assured.map(|assured| assured.min(version)),
            says,
        })
}

fn calls() -> impl Strategy<Value = Call> {
    prop_oneof![
        12 => entries().prop_map(Call::Add),
        12 => (entries(), entries()).prop_map(|(to, before)| Call::Change { to, before }),
        4 => (0..5_u8, 1..4_u8).prop_map(|(id, version)| Call::Remove { id, version }),
        8 => (option::of(0..2_u8), option::of(0..5_u8), 0..4_u16)
            .prop_map(|(keeper, after, limit)| Call::List { keeper, after, limit }),
        4 => vec(0..6_u8, 0..4).prop_map(|ids| Call::Show { ids }),
        1 => Just(Call::Places),
    ]
}

#[test]
fn entries_are_the_same_on_both_databases() {
    holds::<Directory>();
}

#[test]
fn planted_mistakes_with_entries_are_noticed() {
    finds::<Directory>(&[
        Slip::ListsEntriesOfAllKeepers,
        Slip::ChangesWhateverVersion,
        Slip::KeepsWhatIsGivenUp,
    ]);
}
