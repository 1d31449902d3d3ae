//! How long a search of the directory takes, and whether it takes memory: `cargo bench -p freigabe-tests --bench directory_search`.
//!
//! The whole use case is measured, as the store carries it out: its transaction, the version of the directory, the search in the
//! index, and the entries of the answer. Questions are of all kinds, around places all over Germany, misspelt ones too. The floor
//! is the same questions to a directory of a hundred services in the same run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "what goes wrong here ends the benchmark"
)]

use std::{process::ExitCode, sync::Arc, time::Instant};

use clap::Parser;
use freigabe_domain::{
    access::{Keeper, Operator},
    directory::{CentreEntry, LanguageCode, NamedPlace, Offer, Search, SearchOrder, TargetGroup},
    entropy::SequentialEntropy,
    exchange::{Application, DirectoryDesk as _, ImportDesk as _, ImportedCentre, Near},
    ids::CentreId,
    office::Land,
    store::{Mode, Scope, Store, prelude::*, unit_of_work},
};
use freigabe_storage::{SqlStore, StoreSettings};
use freigabe_testkit::{
    Backend, TestDatabase,
    bench::{Limit, Table, memory_of, millis, percentile, progress},
    store::master_key,
};
use serde_json::{Value, json};

/// How long a search of the directory takes.
#[derive(Debug, Parser)]
struct Options {
    /// Services in the directory
    #[arg(long, env = "FREIGABE_BENCH_SERVICES", default_value_t = 10_000)]
    services: usize,
    /// Questions to each directory
    #[arg(long, env = "FREIGABE_BENCH_QUESTIONS", default_value_t = 20_000)]
    questions: usize,
    /// `sqlite`, `postgres` (with FREIGABE_TEST_POSTGRES), or both
    #[arg(long, env = "FREIGABE_BENCH_DATABASES", value_delimiter = ',', default_values_t = ["sqlite".to_owned()])]
    databases: Vec<String>,
    /// Passed on by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

/// Services of one centre.
const OF_A_CENTRE: usize = 5;
/// Services of the floor.
const FEW: usize = 100;
const P99: Limit = Limit::AtMost(10.0);
/// Memory at the end by that after the first tenth.
const GROWTH: Limit = Limit::AtMost(1.05);

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let mut table = Table::new(format!(
        "Searches of a directory with {} services",
        options.services
    ));
    for (name, backend) in [("sqlite", Backend::Sqlite), ("postgres", Backend::Postgres)] {
        if options.databases.iter().any(|wanted| wanted == name) {
            runtime.block_on(measure(&options, name, backend, &mut table));
        }
    }
    table.finish()
}

async fn measure(options: &Options, name: &str, backend: Backend, table: &mut Table) {
    let few = Directory::with(backend, FEW).await;
    let many = Directory::with(backend, options.services).await;
    let bar = progress(2 * options.questions as u64, name);
    let (mut floor, mut times) = (Vec::new(), Vec::new());
    let mut memory = Vec::new();
    // In turns, since a machine is not the same from minute to minute.
    for round in 0..10 {
        for number in 0..options.questions / 10 {
            let number = round * (options.questions / 10) + number;
            floor.push(few.ask(number).await);
            times.push(many.ask(number).await);
            bar.inc(2);
        }
        memory.push(memory_of(std::process::id()).expect("Linux").now);
    }
    bar.finish_and_clear();
    let besides = format!("p50 {:.2} ms", percentile(&times, 0.5));
    table.row(
        format!("{name}: p99"),
        P99,
        percentile(&times, 0.99),
        "ms",
        besides,
    );
    let besides = format!("p50 {:.2} ms", percentile(&floor, 0.5));
    let of_few = format!("{name}: p99 of {FEW} services");
    table.row(of_few, Limit::None, percentile(&floor, 0.99), "ms", besides);
    let besides = format!("{:.0} MB at the end, with both directories", memory[9]);
    table.row(
        format!("{name}: memory by that before"),
        GROWTH,
        memory[9] / memory[0],
        "",
        besides,
    );
}

struct Directory {
    application: Application<SqlStore>,
    places: Vec<NamedPlace>,
    _database: TestDatabase,
}

impl Directory {
    async fn with(backend: Backend, services: usize) -> Self {
        let database = TestDatabase::fresh(backend).await;
        let entropy = Arc::new(SequentialEntropy::starting_at(7));
        let settings = StoreSettings::new(&database.url, master_key(), entropy.clone());
        let store = SqlStore::open(settings).await.expect("the store opens");
        let places = places(&store).await;
        let application = Application::new(store, entropy);
        let centres: Vec<ImportedCentre> = (0..services / OF_A_CENTRE)
            .map(|number| ImportedCentre {
                id: CentreId::from_uuid(uuid::Uuid::from_u128(number as u128)),
                entry: entry(number, &places),
            })
            .collect();
        let bar = progress(centres.len() as u64, "centres");
        for part in centres.chunks(500) {
            let keeper = Keeper::Operator(Operator::AtTheMachine);
            let imported = application.import_centres(&keeper, part, false).await;
            let _ = imported.expect("imported");
            bar.inc(part.len() as u64);
        }
        bar.finish_and_clear();
        Self {
            application,
            places,
            _database: database,
        }
    }

    /// How long a question takes, in milliseconds.
    async fn ask(&self, number: usize) -> f64 {
        let (near, search) = question(number, &self.places);
        let began = Instant::now();
        let found = self
            .application
            .search_centres(near.as_ref(), &search, None, 20)
            .await;
        let took = millis(began.elapsed());
        assert!(found.expect("an answer").is_ok(), "a place that is known");
        took
    }
}

async fn places(store: &SqlStore) -> Vec<NamedPlace> {
    let mut places = unit_of_work(
        store,
        &Scope::Directory,
        Mode::Read,
        async |tx: &mut <SqlStore as Store>::Tx<'_>| Ok(tx.named_places().await?),
    )
    .await
    .expect("places");
    places.retain(|place| place.name.chars().count() > 7);
    places.sort_by(|a, b| a.name.cmp(&b.name));
    places
}

/// Numbers that look random and are the same in each run.
fn mixed(number: usize) -> usize {
    let mixed = (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from((mixed ^ (mixed >> 29)) >> 16).unwrap()
}

const LANGUAGES: [&str; 12] = [
    "de", "en", "fr", "ro", "bg", "hu", "zh", "es", "vi", "ar", "ru", "bin",
];

fn entry(number: usize, places: &[NamedPlace]) -> CentreEntry {
    let services: Vec<Value> = (0..OF_A_CENTRE)
        .map(|index| {
            let random = mixed(number * OF_A_CENTRE + index);
            let place = &places[random % places.len()];
            let spoken = (0..4).map(|one| {
                let code = LANGUAGES[(random / 7 + one * 3) % LANGUAGES.len()];
                json!({ "language": code, "mode": if one < 2 { "spoken" } else { "interpreter" } })
            });
            let place = match random % 10 {
                0 => json!({ "type": "shelter", "area": { "laender": [place.land] } }),
                1 => json!({ "type": "remote", "area": { "nationwide": true } }),
                kind => {
                    let mut at = json!({ "type": "location", "location": {
                        "city": place.name, "land": place.land,
                        "point": { "lat": place.point.lat(), "lon": place.point.lon() }
                    } });
                    if kind < 6 {
                        at["area"] = json!({ "laender": [place.land] });
                    }
                    at
                }
            };
            let day = |byday: &str, opens: &str, closes: &str| {
                json!({ "recurrence": { "freq": "WEEKLY", "byday": byday }, "opens_at": opens, "closes_at": closes })
            };
            json!({
                "name": format!("Beratung {index}"),
                "status": "active",
                "description": "Fachberatung für Betroffene von Menschenhandel und Ausbeutung. ".repeat(6),
                "place": place,
                "mobile": random.is_multiple_of(3),
                "languages": spoken.collect::<Vec<_>>(),
                "target_groups": if random.is_multiple_of(2) { json!(["women"]) } else { json!([]) },
                "offers": ["counselling", "accompaniment"],
                "contacts": [{ "channel": "phone", "address": "030 1234567" }],
                "hours": [day("MO,TU,WE,TH", "09:00", "17:00"), day("FR", "09:00", "13:00")],
            })
        })
        .collect();
    let entry = json!({ "name": format!("Fachberatungsstelle {number}"), "regime": "gdpr", "services": services });
    serde_json::from_value(entry).expect("an entry")
}

fn question(number: usize, places: &[NamedPlace]) -> (Option<Near>, Search) {
    let random = mixed(number);
    let place = &places[random % places.len()];
    let mut name = place.name.clone();
    if random.is_multiple_of(4) {
        // One letter too few, in the middle.
        let middle = name.char_indices().nth(4).expect("a long name").0;
        name.remove(middle);
    }
    let near = (!random.is_multiple_of(5)).then_some(Near::Named { name, land: None });
    let language = LANGUAGES[random / 3 % LANGUAGES.len()];
    let maybe = |one_in: usize| (random / one_in).is_multiple_of(one_in);
    let search = Search {
        language: maybe(2).then(|| LanguageCode::parse(language).unwrap()),
        land: (near.is_none() && maybe(3)).then_some(Land::Bavaria),
        target_group: maybe(5).then_some(TargetGroup::Women),
        offer: maybe(7).then_some(Offer::Counselling),
        open_now: maybe(4),
        mobile: maybe(6),
        order: if maybe(9) {
            SearchOrder::Distance
        } else {
            SearchOrder::Suitable
        },
        ..Search::default()
    };
    (near, search)
}
