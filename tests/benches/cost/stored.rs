//! Messages of years, written in bulk: copies of one row of each table, with identifiers, times, centres and offices that follow
//! from a number, so that they are the same in each run. Contents are none: what was acknowledged has none any more.

use freigabe_testkit::{
    Backend,
    bench::progress,
    database::{connect, run},
    network::KB_HAMBURG,
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};

use crate::{log_events::BEGINS, operation::Subject, scene::Scene};

/// Messages under one consent.
const UNDER_ONE: u64 = 10;
/// Centres and offices that have them in turn; one of each is who is measured.
const CENTRES: u64 = 60;
const OFFICES: u64 = 40;
/// In microseconds: there is one message in a second from [`BEGINS`] on.
const SECOND: u64 = 1_000_000;
/// Rows of one statement.
const BATCH: u64 = 100_000;

/// Stores so many messages that were acknowledged, with their cases and consents.
pub(crate) async fn store(scene: &Scene, messages: u64) {
    let subject = Subject::fresh(scene).await;
    let held = scene.held(subject.consent).await;
    let connection = connect(&scene.database.url, 1).await;
    let settings: &[&str] = match scene.backend {
        Backend::Sqlite => &[
            "PRAGMA synchronous = OFF",
            "PRAGMA foreign_keys = OFF",
            "PRAGMA cache_size = -1000000",
        ],
        // No triggers, which is how foreign keys are looked after.
        Backend::Postgres => &[
            "SET synchronous_commit = off",
            "SET session_replication_role = replica",
        ],
    };
    for setting in settings {
        run(&connection, setting).await;
    }
    let centre = scene.centre.centre().to_string();
    let copies = Copies {
        backend: scene.backend,
        connection: &connection,
    };
    let of = |table: &'static str, key: &'static str, id: String| (table, key, id);
    let originals = [
        of("cases", "id", subject.case.to_string()),
        of("consents", "id", subject.consent.to_string()),
        of(
            "consent_revisions",
            "consent_id",
            subject.consent.to_string(),
        ),
        of("consent_events", "consent_id", subject.consent.to_string()),
        of("disclosures", "id", held.to_string()),
    ];
    let consents = messages.div_ceil(UNDER_ONE);
    let rows = consents * 4 + messages;
    let bar = progress(rows, format!("rows on {:?}", scene.backend));
    for (table, key, id) in originals {
        let number = if table == "disclosures" {
            messages
        } else {
            consents
        };
        let mut from = 0;
        while from < number {
            let until = number.min(from + BATCH);
            copies.make(table, key, &id, &centre, from..until).await;
            bar.inc(until - from);
            from = until;
        }
    }
    bar.finish_and_clear();
    let tidy: &[&str] = match scene.backend {
        Backend::Sqlite => &["ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"],
        Backend::Postgres => &["VACUUM (ANALYZE)", "CHECKPOINT"],
    };
    for tidy in tidy {
        run(&connection, tidy).await;
    }
    connection.close().await.expect("closed");
}

struct Copies<'a> {
    backend: Backend,
    connection: &'a DatabaseConnection,
}

impl Copies<'_> {
    /// Copies one row with these numbers.
    async fn make(
        &self,
        table: &str,
        key: &str,
        original: &str,
        centre: &str,
        numbers: std::ops::Range<u64>,
    ) {
        let columns = self.columns(table).await;
        let values = columns
            .iter()
            .map(|column| self.value(table, column, centre));
        let values: Vec<_> = values.collect();
        let (from, last) = (numbers.start, numbers.end - 1);
        let series = match self.backend {
            Backend::Sqlite => format!(
                "(WITH RECURSIVE s (n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM s WHERE n < {last}) SELECT n FROM s)"
            ),
            Backend::Postgres => format!(
                "(SELECT n FROM generate_series(CAST({from} AS BIGINT), CAST({last} AS BIGINT)) AS s (n))"
            ),
        };
        let sql = format!(
            "INSERT INTO {table} ({}) SELECT {} FROM {series} AS numbers, {table} AS original WHERE original.{key} = {}",
            columns.join(", "),
            values.join(", "),
            self.literal(original)
        );
        run(self.connection, &sql).await;
    }

    async fn columns(&self, table: &str) -> Vec<String> {
        let sql = match self.backend {
            Backend::Sqlite => {
                format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid")
            }
            Backend::Postgres => format!(
                "SELECT column_name::text FROM information_schema.columns \
                 WHERE table_schema = 'public' AND table_name = '{table}' ORDER BY ordinal_position"
            ),
        };
        let backend = self.connection.get_database_backend();
        let rows = self
            .connection
            .query_all_raw(Statement::from_string(backend, sql));
        let rows = rows.await.expect("columns");
        rows.iter()
            .map(|row| row.try_get_by_index(0).expect("a name"))
            .collect()
    }

    /// What stands in a column: as in the original, unless it follows from the number.
    fn value(&self, table: &str, column: &str, centre: &str) -> String {
        let message = table == "disclosures";
        let consent = if message {
            format!("n / {UNDER_ONE}")
        } else {
            "n".to_owned()
        };
        let first = if message {
            "n".to_owned()
        } else {
            format!("n * {UNDER_ONE}")
        };
        let at = |later: u64| format!("{BEGINS} + ({first} + {later}) * {SECOND}");
        match (table, column) {
            ("disclosures", "id") => self.id(3, "n"),
            ("consents", "id") | (_, "consent_id") => self.id(2, &consent),
            ("cases", "id") | (_, "case_id") => self.id(1, &consent),
            ("cases", "lookup") => self.twice(&self.digits(1, &consent)),
            (_, "centre_id") => format!(
                "CASE ({consent}) % {CENTRES} WHEN 0 THEN {} ELSE {} END",
                self.literal(centre),
                self.id(4, &format!("({consent}) % {CENTRES}"))
            ),
            (_, "recipient") => format!(
                "CASE ({consent}) % {OFFICES} WHEN 0 THEN '{KB_HAMBURG}' ELSE 'bpoli-' || (({consent}) % {OFFICES}) END"
            ),
            (_, "state") => "'acknowledged'".to_owned(),
            (_, "created_at" | "recorded_at" | "changed_at" | "at" | "released_at") => at(0),
            (_, "collected_at") => at(600),
            (_, "closed_at") => at(1_200),
            _ => format!("original.{column}"),
        }
    }

    /// 32 hexadecimal digits, which grow with the number as those of a new row do with time.
    fn digits(&self, kind: u8, number: &str) -> String {
        match self.backend {
            Backend::Sqlite => format!("printf('%012x70008%03x%012x', {number}, {kind}, {number})"),
            Backend::Postgres => format!(
                "lpad(to_hex({number}), 12, '0') || '70008' || lpad(to_hex({kind}), 3, '0') || lpad(to_hex({number}), 12, '0')"
            ),
        }
    }

    fn id(&self, kind: u8, number: &str) -> String {
        let digits = self.digits(kind, number);
        match self.backend {
            Backend::Sqlite => format!("unhex({digits})"),
            Backend::Postgres => format!("CAST({digits} AS UUID)"),
        }
    }

    fn twice(&self, digits: &str) -> String {
        match self.backend {
            Backend::Sqlite => format!("unhex({digits} || {digits})"),
            Backend::Postgres => format!("decode({digits} || {digits}, 'hex')"),
        }
    }

    fn literal(&self, id: &str) -> String {
        match self.backend {
            Backend::Sqlite => format!("x'{}'", id.replace('-', "")),
            Backend::Postgres => format!("CAST('{id}' AS UUID)"),
        }
    }
}
