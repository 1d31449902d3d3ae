//! Offices and places: read, never written.

use std::sync::OnceLock;

use freigabe_domain::{
    ids::OrganisationId,
    instant::Instant,
    office::{
        GeoPoint, Jurisdiction, Land, Matter, OfCentre, Office, OfficeId, OfficeKind, Place,
        Postcode, Specialism, Task,
    },
    store::{OfficeQuery, StoreError, prelude::*},
};
use freigabe_testkit::Backend;
use proptest::{collection::vec, option, prelude::*, sample::select, strategy::BoxedStrategy};
use sea_orm::{ConnectionTrait as _, DbErr, QueryResult, Statement};

use super::{
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::{Pair, Transaction},
    slips::{Desk, Slip},
    world::By,
};

struct Offices;

#[derive(Debug, Clone)]
enum Call {
    Show {
        office: u8,
    },
    List {
        parent: Option<u8>,
        kind: Option<OfficeKind>,
        after: Option<u8>,
        limit: u16,
    },
    Unknown {
        offices: Vec<u8>,
    },
    Jurisdiction {
        handling: Option<u8>,
        place: u8,
    },
}

/// What the tables say, past the store, in the order of ids.
struct Directory {
    offices: Vec<Office>,
    /// The office of a Land.
    areas: Vec<(Land, OfficeId)>,
    places: Vec<Place>,
}

static DIRECTORY: OnceLock<Directory> = OnceLock::new();

fn directory() -> &'static Directory {
    DIRECTORY.get().expect("a pair was started")
}

/// One of the offices; the numbers beyond them are none.
fn id(number: u8) -> OfficeId {
    let known = directory().offices.get(usize::from(number));
    known.map_or_else(
        || OfficeId::parse("bpoli-nowhere").unwrap(),
        |office| office.id.clone(),
    )
}

/// In several Länder; the last is none.
const PLACES: [&str; 6] = ["20095", "18055", "80331", "01067", "66111", "00000"];

fn matter(handling: Option<u8>, place: u8) -> Matter {
    let place = PLACES
        .get(usize::from(place))
        .map(|place| Postcode::parse(place).unwrap());
    // Without a place there must be an office.
    let handling = handling.or(place.is_none().then_some(0));
    Matter::new(handling.map(id), place, Task::CriminalInvestigation).unwrap()
}

impl Port for Offices {
    type Model = ();
    type Call = Call;

    const TABLES: &'static [&'static str] = &[];

    async fn given(pair: &Pair) {
        let read = read(pair).await.expect("a directory");
        let _ = DIRECTORY.set(read);
    }

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let by = select(vec![
            By::Directory,
            By::Centre(0),
            By::Office(1),
            By::Upkeep,
        ]);
        (by, vec(calls(), 1..6)).boxed()
    }

    fn foretell(_: &mut (), _: By, call: &Call, _: Backend) -> Result<Answer, Failure> {
        let all = &directory().offices;
        let find = |id: &OfficeId| all.iter().find(|office| office.id == *id).cloned();
        Ok(match call {
            Call::Show { office } => told(find(&id(*office))),
            Call::List {
                parent,
                kind,
                after,
                limit,
            } => {
                let wanted = |office: &&Office| {
                    parent.is_none_or(|parent| office.parent == Some(id(parent)))
                        && kind.is_none_or(|kind| office.kind == kind)
                        && after.is_none_or(|after| office.id.as_str() > id(after).as_str())
                };
                let found = all.iter().filter(wanted).take(usize::from(*limit) + 1);
                told(found.cloned().collect::<Vec<_>>())
            }
            Call::Unknown { offices } => {
                let unknown = offices
                    .iter()
                    .map(|office| id(*office))
                    .filter(|id| find(id).is_none());
                told(unknown.collect::<Vec<_>>())
            }
            Call::Jurisdiction { handling, place } => {
                let matter = matter(*handling, *place);
                told(facts(&matter))
            }
        })
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        _: &Desk,
        by: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        Ok(match call {
            Call::Show { office } => told(tx.office(&id(*office)).await?),
            Call::List {
                parent,
                kind,
                after,
                limit,
            } => {
                let query = OfficeQuery {
                    parent: parent.map(id),
                    kind: *kind,
                    after: after.map(id),
                };
                told(tx.offices(&query, *limit).await?)
            }
            Call::Unknown { offices } => {
                let ids: Vec<_> = offices.iter().map(|office| id(*office)).collect();
                told(tx.unknown_offices(&ids).await?)
            }
            Call::Jurisdiction { handling, place } => {
                let matter = matter(*handling, *place);
                // Agreements are another port's; a centre that has none asks as everybody does.
                let of = matches!(by, By::Centre(_)).then(|| OfCentre {
                    centre: OrganisationId::from_uuid(uuid::Uuid::nil()),
                    at: Instant::from_unix_micros(0),
                });
                told(tx.jurisdiction(&matter, of).await?)
            }
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        Vec::new()
    }
}

fn facts(matter: &Matter) -> Jurisdiction {
    let Directory {
        offices,
        areas,
        places,
    } = directory();
    let find = |id: &OfficeId| offices.iter().find(|office| office.id == *id).cloned();
    let place = places
        .iter()
        .find(|place| matter.place() == Some(&place.postcode))
        .cloned();
    let area = place
        .as_ref()
        .and_then(|place| areas.iter().find(|(land, _)| *land == place.land));
    let direktion = area.and_then(|(_, id)| find(id));
    let below = |office: &&Office| {
        office.active
            && direktion
                .as_ref()
                .is_some_and(|above| office.parent.as_ref() == Some(&above.id))
    };
    Jurisdiction {
        place,
        handling_office: matter.handling_office().and_then(find),
        agreed: Vec::new(),
        subordinate: offices.iter().filter(below).cloned().collect(),
        direktion: direktion.clone(),
        praesidium: offices
            .iter()
            .find(|office| office.kind == OfficeKind::Praesidium)
            .cloned(),
    }
}

/// Reads the tables of SQLite; that PostgreSQL's are the same is what the sequences show.
async fn read(pair: &Pair) -> Result<Directory, DbErr> {
    let database = pair.administrator(Backend::Sqlite);
    let rows = async |sql: &str| {
        let statement = Statement::from_string(database.get_database_backend(), sql);
        database.query_all_raw(statement).await
    };
    let text = |row: &QueryResult, column: &str| row.try_get::<String>("", column);
    let maybe = |row: &QueryResult, column: &str| row.try_get::<Option<String>>("", column);
    let point = |row: &QueryResult| -> Result<Option<GeoPoint>, DbErr> {
        let (lat, lon): (Option<f64>, Option<f64>) =
            (row.try_get("", "lat")?, row.try_get("", "lon")?);
        Ok(lat
            .zip(lon)
            .map(|(lat, lon)| GeoPoint::new(lat, lon).unwrap()))
    };
    let mut offices = Vec::new();
    for row in rows("SELECT * FROM offices").await? {
        offices.push(Office {
            id: OfficeId::parse(&text(&row, "id")?).unwrap(),
            kind: OfficeKind::from_code(&text(&row, "kind")?).unwrap(),
            name: text(&row, "name")?,
            parent: maybe(&row, "parent_id")?.map(|id| OfficeId::parse(&id).unwrap()),
            city: maybe(&row, "city")?,
            land: maybe(&row, "land")?.map(|land| Land::from_code(&land).unwrap()),
            point: point(&row)?,
            specialism: Specialism::from_code(&text(&row, "specialism")?).unwrap(),
            active: row.try_get("", "active")?,
        });
    }
    offices.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
    let mut areas = Vec::new();
    for row in rows("SELECT * FROM direktion_areas").await? {
        let land = Land::from_code(&text(&row, "land")?).unwrap();
        areas.push((land, OfficeId::parse(&text(&row, "office_id")?).unwrap()));
    }
    let mut places = Vec::new();
    let wanted = format!(
        "SELECT * FROM postcodes WHERE postcode IN ('{}')",
        PLACES.join("', '")
    );
    for row in rows(&wanted).await? {
        places.push(Place {
            postcode: Postcode::parse(&text(&row, "postcode")?).unwrap(),
            name: text(&row, "name")?,
            land: Land::from_code(&text(&row, "land")?).unwrap(),
            point: point(&row)?.expect("a point"),
        });
    }
    Ok(Directory {
        offices,
        areas,
        places,
    })
}

fn calls() -> impl Strategy<Value = Call> {
    // There are somewhat more than a hundred.
    let office = || any::<u8>();
    let few = || prop_oneof![2 => 0..20_u8, 1 => any::<u8>()];
    prop_oneof![
        1 => office().prop_map(|office| Call::Show { office }),
        4 => (option::of(few()), option::of(select(OfficeKind::ALL)), option::of(office()), 0..6_u16).prop_map(
            |(parent, kind, after, limit)| Call::List { parent, kind, after, limit }
        ),
        1 => vec(office(), 0..5).prop_map(|offices| Call::Unknown { offices }),
        2 => (option::of(office()), 0..7_u8).prop_map(|(handling, place)| Call::Jurisdiction { handling, place }),
    ]
}

#[test]
fn offices_are_the_same_on_both_databases() {
    holds::<Offices>();
}

#[test]
fn planted_mistakes_with_offices_are_noticed() {
    finds::<Offices>(&[
        Slip::ListsOfficesOfAnyKind,
        Slip::OverlooksTheFirstUnknownOffice,
    ]);
}
