//! Whether a question of an auditor takes longer when the log is long: `cargo bench -p freigabe-tests --bench log_queries`, with
//! the address of a PostgreSQL in `FREIGABE_TEST_POSTGRES` (`cargo xtask cluster`).
//!
//! Two databases, one with ten thousand events of two years and one with ten million, are asked the same things in turn: by
//! each dimension of a query, each time about another event that is there, every second time for a page deep in the past. What
//! is measured is the reading transaction, as the store carries it out for an auditor; each question is asked once before it
//! counts, so that both databases answer from memory. Then both are asked for pages of the length that both can fill: a longer
//! answer takes longer, however long the log is. Allowed is one and a half times the p99 of the small one, which is the
//! floor. The last row is the whole use case, which writes its own event.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "what goes wrong here ends the benchmark"
)]

mod dimensions;
mod fill;

use std::{process::ExitCode, time::Instant};

use clap::Parser;
use freigabe_contract::query::DEFAULT_LIMIT;
use freigabe_domain::{
    access::AuditorCaller,
    audit::AuditQuery,
    entropy::{Entropy as _, SequentialEntropy},
    exchange::AuditDesk as _,
    store::{Mode, PageRequest, Scope, Store, prelude::*, unit_of_work},
};
use freigabe_storage::{SqlStore, explain_audit_query};
use freigabe_testkit::{
    Backend, TestDatabase, TestStore,
    bench::{Limit, Table, millis, percentile, progress},
    database::connect,
};
use sea_orm::ConnectionTrait as _;

use self::dimensions::{Ask, DIMENSIONS, Picked, TOGETHER};

/// How long audit queries take in a small log and a large one.
#[derive(Debug, Parser)]
struct Options {
    /// Events of the small log
    #[arg(long, env = "FREIGABE_BENCH_FEW", default_value_t = 10_000)]
    few: u64,
    /// Events of the large log
    #[arg(long, env = "FREIGABE_BENCH_MANY", default_value_t = 10_000_000)]
    many: u64,
    /// Questions for each dimension and log
    #[arg(long, env = "FREIGABE_BENCH_QUESTIONS", default_value_t = 1_000)]
    questions: usize,
    /// `postgres`, `sqlite`, or both
    #[arg(long, env = "FREIGABE_BENCH_DATABASES", value_delimiter = ',', default_values_t = ["postgres".to_owned()])]
    databases: Vec<String>,
    /// Only dimensions whose name has this in it
    #[arg(long, default_value = "")]
    only: String,
    /// Shows the database's plan for the slowest question of each dimension that breaks its limit
    #[arg(long)]
    explain: bool,
    /// Leaves both logs on the server, and prints their addresses
    #[arg(long)]
    keep: bool,
    /// Asks two logs on PostgreSQL that an earlier run kept: the small one's address and the large one's
    #[arg(long, value_delimiter = ',', value_name = "URL,URL")]
    reuse: Vec<String>,
    /// Passed on by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

/// How much longer it may take.
const ALLOWED: f64 = 1.5;
/// Events that are asked about.
const PICKED: u64 = 2_000;

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let mut table = Table::new(format!(
        "Audit queries in a log of {} events, measured against one of {}",
        options.many, options.few
    ));
    for name in &options.databases {
        let backend = match name.as_str() {
            "sqlite" => Backend::Sqlite,
            "postgres" => Backend::Postgres,
            other => panic!("{other} is no database that Freigabe knows"),
        };
        runtime.block_on(async {
            let mut kept = options.reuse.iter();
            let few = Log::start(backend, options.few, kept.next()).await;
            let many = Log::start(backend, options.many, kept.next()).await;
            compare(&options, &few, &many, &mut table).await;
            if options.keep {
                eprintln!("{},{}", few.test.database.url, many.test.database.url);
            } else {
                few.remove().await;
                many.remove().await;
            }
        });
    }
    table.finish()
}

/// A log, and events of it to ask for.
struct Log {
    test: TestStore,
    auditor: AuditorCaller,
    picked: Vec<Picked>,
}

/// A question, and where its page begins.
struct Question {
    query: AuditQuery,
    page: PageRequest,
}

impl Log {
    async fn start(backend: Backend, events: u64, kept: Option<&String>) -> Self {
        let database = match kept {
            Some(url) => {
                // Who takes part, and the forms, are made once more below.
                let connection = connect(url, 1).await;
                let cleared =
                    connection.execute_unprepared("TRUNCATE organisations, consent_forms CASCADE");
                let _ = cleared.await.expect("cleared");
                connection.close().await.expect("closed");
                TestDatabase::at(url)
            }
            None => {
                let database = TestDatabase::fresh(backend).await;
                fill::fill(&database, backend, events).await;
                database
            }
        };
        let test = TestStore::over(database, backend).await;
        let auditor = test.auditor().await;
        let connection = test.connection().await;
        let entropy = SequentialEntropy::starting_at(1949);
        let mut picked = Vec::new();
        for _ in 0..PICKED {
            let mut random = [0; 8];
            entropy.fill(&mut random).expect("randomness");
            let number = u64::from_le_bytes(random) % events;
            let at = fill::BEGINS + number * fill::step(events);
            let at = i64::try_from(at).expect("a time");
            picked.push(Picked::at(&connection, at).await);
        }
        connection.close().await.expect("closed");
        Self {
            test,
            auditor,
            picked,
        }
    }

    /// So many questions of a kind.
    fn questions(&self, ask: Ask, number: usize) -> Vec<Question> {
        let able = self.picked.iter().filter(|picked| ask(picked).is_some());
        let able: Vec<&Picked> = able.collect();
        assert!(!able.is_empty(), "nothing to ask for");
        let questions = able.iter().cycle().take(number).enumerate();
        questions
            .map(|(index, picked)| Question {
                query: ask(picked).expect("a question"),
                page: PageRequest {
                    after: (index % 2 == 1).then(|| picked.cursor()),
                    limit: DEFAULT_LIMIT,
                },
            })
            .collect()
    }

    /// How long the reading takes, in milliseconds, and how many events it finds.
    async fn read(&self, question: &Question) -> (f64, usize) {
        let began = Instant::now();
        let scope = Scope::from(&self.auditor);
        let Question { query, page } = question;
        let found = unit_of_work(
            &self.test.store,
            &scope,
            Mode::Read,
            async |tx: &mut <SqlStore as Store>::Tx<'_>| Ok(tx.events(query, *page).await?),
        );
        // Without an answer it took as long as the server lets a statement run.
        let found = found.await.map_or(0, |page| page.items.len());
        (millis(began.elapsed()), found)
    }

    /// How long the whole use case takes.
    async fn ask(&self, question: &Question) -> f64 {
        let began = Instant::now();
        let Question { query, page } = question;
        let application = &self.test.application;
        let found = application.audit_events(&self.auditor, query, *page).await;
        let _ = found.expect("an answer");
        millis(began.elapsed())
    }

    /// How long the counting of erased events takes; not a number if the server gave up.
    async fn count_gone(&self) -> f64 {
        let began = Instant::now();
        let gone = self.test.application.audit_gone(&self.auditor).await;
        gone.map_or(f64::NAN, |_| millis(began.elapsed()))
    }

    async fn remove(self) {
        self.test.store.close().await.expect("closed");
        self.test.database.remove().await;
    }
}

async fn compare(options: &Options, few: &Log, many: &Log, table: &mut Table) {
    let backend = few.test.backend;
    let limited = DIMENSIONS.iter().map(|one| (one, Limit::AtMost(ALLOWED)));
    let unlimited = TOGETHER.iter().map(|one| (one, Limit::None));
    let wanted: Vec<_> = limited
        .chain(unlimited)
        .filter(|((name, _), _)| name.contains(&options.only))
        .collect();
    let bar = progress(wanted.len() as u64, format!("dimensions on {backend:?}"));
    for ((name, ask), limit) in wanted {
        // Without a limit a look will do.
        let number = match limit {
            Limit::None => options.questions / 10,
            _ => options.questions,
        };
        let mut few_asked = few.questions(*ask, number);
        let mut many_asked = many.questions(*ask, number);
        let (mut few_times, mut many_times) = (Vec::new(), Vec::new());
        let (mut few_found, mut many_found) = (0, 0);
        for (question, other) in few_asked.iter_mut().zip(&mut many_asked) {
            let ((_, found), (_, others)) = (few.read(question).await, many.read(other).await);
            let both = u16::try_from(found.min(others).max(1)).expect("a page");
            (question.page.limit, other.page.limit) = (both, both);
        }
        for (question, other) in few_asked.iter().zip(&many_asked) {
            let (time, found) = few.read(question).await;
            few_times.push(time);
            few_found += found;
            let (time, found) = many.read(other).await;
            many_times.push(time);
            many_found += found;
        }
        let (times, besides) = told(&few_times, &many_times);
        let page = |found: usize| found as f64 / number as f64;
        let besides = format!(
            "{besides}; {:.1} and {:.1} events a page",
            page(few_found),
            page(many_found)
        );
        bar.println(format!("{name}: {times:.2}; {besides}"));
        table.row(format!("{backend:?}: {name}"), limit, times, "", besides);
        if options.explain && times > ALLOWED {
            bar.suspend(|| eprintln!("{name}:"));
            explain(many, &many_asked, &many_times).await;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if options.only.is_empty() {
        whole(options, few, many, table).await;
    }
}

/// What a question is besides reading: the use case with its own event, and how many events are gone.
async fn whole(options: &Options, few: &Log, many: &Log, table: &mut Table) {
    let backend = few.test.backend;
    let questions = few.questions(|_| Some(AuditQuery::default()), options.questions);
    let (mut few_times, mut many_times) = (Vec::new(), Vec::new());
    for question in &questions {
        few_times.push(few.ask(question).await);
        many_times.push(many.ask(question).await);
    }
    let (times, besides) = told(&few_times, &many_times);
    let what = format!("{backend:?}: nothing, with its own event");
    table.row(what, Limit::AtMost(ALLOWED), times, "", besides);
    let (few, many) = (few.count_gone().await, many.count_gone().await);
    let what = format!("{backend:?}: how many are gone");
    let besides = format!("{few:.1} and {many:.1} ms, once: it counts what is there");
    table.row(what, Limit::None, many / few, "", besides);
}

/// The one p99 by the other, and both.
fn told(few: &[f64], many: &[f64]) -> (f64, String) {
    let (small, large) = (percentile(few, 0.99), percentile(many, 0.99));
    let (small_median, large_median) = (percentile(few, 0.5), percentile(many, 0.5));
    let besides = format!(
        "p99 {small:.2} and {large:.2} ms, median {small_median:.2} and {large_median:.2} ms"
    );
    (large / small, besides)
}

/// The plan of the slowest question.
async fn explain(log: &Log, questions: &[Question], times: &[f64]) {
    let slowest = times
        .iter()
        .zip(questions)
        .max_by(|(one, _), (other, _)| one.total_cmp(other));
    let (time, question) = slowest.expect("a question");
    let scope = Scope::from(&log.auditor);
    let plan = explain_audit_query(&log.test.store, &scope, &question.query, question.page).await;
    eprintln!("{time:.2} ms: {:?} {:?}", question.query, question.page);
    for line in plan.expect("a plan") {
        eprintln!("    {line}");
    }
}
