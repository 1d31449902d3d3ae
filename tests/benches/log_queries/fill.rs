//! Events of two years, written in bulk: made up by the database itself, from their numbers alone, so that they are the same in
//! each run.
//!
//! Each case has 24 events among those of 39 others. Few centres and offices have many cases and many have few; one operation in
//! fifty is a use of the log; one answer in ten is a refusal.

use freigabe_domain::{
    audit::LegalBasis,
    disclosure::RefusalReason,
    vocabulary::{Category, Purpose},
};
use freigabe_testkit::{
    Backend, TestDatabase,
    bench::progress,
    database::{connect, run},
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};

/// 2026-01-01T00:00:00Z, in microseconds.
pub(crate) const BEGINS: u64 = 1_767_225_600_000_000;
/// Two years, in microseconds.
const LASTS: u64 = 2 * 365 * 86_400 * 1_000_000;
/// Events of one statement.
const BATCH: u64 = 200_000;
const TABLES: &str = "('events', 'event_terms')";

/// How far apart two events are, in microseconds.
pub(crate) const fn step(events: u64) -> u64 {
    LASTS / events
}

/// Fills an empty database.
pub(crate) async fn fill(database: &TestDatabase, backend: Backend, events: u64) {
    let connection = connect(&database.url, 1).await;
    let sql = Dialect { backend, events };
    for setting in sql.settings() {
        run(&connection, setting).await;
    }
    // Made anew at the end, exactly as they are: that is faster, and they are as dense as after a vacuum.
    let indexes = take_indexes(&connection, backend).await;
    let bar = progress(events, format!("events on {backend:?}"));
    let mut from = 0;
    while from < events {
        let until = events.min(from + BATCH);
        run(&connection, "BEGIN").await;
        run(&connection, &sql.events(from, until)).await;
        for terms in sql.terms(from, until) {
            run(&connection, &terms).await;
        }
        run(&connection, "COMMIT").await;
        from = until;
        bar.set_position(from);
    }
    bar.finish_and_clear();
    let bar = progress(indexes.len() as u64, format!("indexes on {backend:?}"));
    for index in indexes {
        run(&connection, &index).await;
        bar.inc(1);
    }
    bar.finish_and_clear();
    let tidy: &[&str] = match backend {
        Backend::Sqlite => &["ANALYZE"],
        Backend::Postgres => &["VACUUM (ANALYZE) events", "VACUUM (ANALYZE) event_terms"],
    };
    for tidy in tidy {
        run(&connection, tidy).await;
    }
    connection.close().await.expect("closed");
}

/// Drops what can be dropped of the tables' indexes; returns what makes them again.
async fn take_indexes(connection: &DatabaseConnection, backend: Backend) -> Vec<String> {
    let pairs = match backend {
        Backend::Sqlite => vec![format!(
            "SELECT 'DROP INDEX ' || name, sql FROM sqlite_master \
             WHERE type = 'index' AND tbl_name IN {TABLES} AND sql IS NOT NULL"
        )],
        Backend::Postgres => vec![
            format!(
                "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname), \
                 format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) \
                 FROM pg_constraint WHERE contype IN ('p', 'u') \
                 AND conrelid IN (SELECT oid FROM pg_class WHERE relname IN {TABLES})"
            ),
            format!(
                "SELECT format('DROP INDEX %I', i.indexname), replace(i.indexdef, ' ON ONLY ', ' ON ') \
                 FROM pg_indexes i WHERE tablename IN {TABLES} \
                 AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)"
            ),
        ],
    };
    let mut both = Vec::new();
    for pair in pairs {
        let statement = Statement::from_string(connection.get_database_backend(), pair);
        let rows = connection.query_all_raw(statement).await.expect("indexes");
        both.extend(rows.iter().map(|row| {
            let text = |index| row.try_get_by_index::<String>(index).expect("a text");
            (text(0), text(1))
        }));
    }
    let mut again = Vec::new();
    for (drop, create) in both {
        run(connection, &drop).await;
        again.push(create);
    }
    again
}

/// The events in the words of one of the databases.
struct Dialect {
    backend: Backend,
    events: u64,
}

impl Dialect {
    fn settings(&self) -> &'static [&'static str] {
        match self.backend {
            Backend::Sqlite => &[
                "PRAGMA journal_mode = OFF",
                "PRAGMA synchronous = OFF",
                "PRAGMA foreign_keys = OFF",
                "PRAGMA cache_size = -3000000",
                "PRAGMA temp_store = FILE",
            ],
            Backend::Postgres => &[
                "SET synchronous_commit = off",
                "SET statement_timeout = 0",
                "SET maintenance_work_mem = '512MB'",
                "SET max_parallel_maintenance_workers = 1",
            ],
        }
    }

    fn events(&self, from: u64, until: u64) -> String {
        let happenings = self.happenings(from, until);
        format!(
            "{series} INSERT INTO events (id, at, operation, outcome, actor, recipient, case_id, consent_id, disclosure_id, \
             payload, salt, commitment, class, expiry_year, user_reference, consent_revision, purpose, legal_basis, hits) \
             SELECT id, at, operation, outcome, actor, recipient, case_id, consent_id, disclosure_id, {payload}, {salt}, \
             {salt}, class, expiry_year, user_reference, revision, purpose, {basis}, hits FROM ({happenings}) AS h",
            series = self.series(from, until),
            payload = self.bytes(&format!("'7b' || {}", self.repeated(&self.hex("r1"), 128))),
            salt = self.bytes(&format!(
                "{} || {} || {} || {} || {} || {} || {} || {}",
                self.hex("r1"),
                self.hex("r2"),
                self.hex("r3"),
                self.hex("r2 * 3 + r1"),
                self.hex("r3 * 3 + r1"),
                self.hex("r3 * 3 + r2"),
                self.hex("r1 + r2"),
                self.hex("n")
            )),
            basis = basis(),
        )
    }

    fn terms(&self, from: u64, until: u64) -> Vec<String> {
        let happenings = self.happenings(from, until);
        let about = "kind < 92 OR kind = 99";
        let items = "operation IN ('disclosure_checked', 'disclosure_released', 'disclosure_collected', 'disclosure_acknowledged')";
        let category = |n: &str| one_of(n, Category::ALL.iter().map(|c| c.code()));
        let reason = |n: &str| one_of(n, RefusalReason::ALL.iter().map(|r| r.code()));
        let (categories, reasons) = (Category::ALL.len(), RefusalReason::ALL.len());
        let person = |of: &str| {
            format!(
                "'p-' || {} || {} || {} || {}",
                self.hex(of),
                self.hex("rc"),
                self.hex("rc"),
                self.hex(of)
            )
        };
        let terms = [
            (
                "category",
                category(&format!(
                    "{categories} * (r3 / 16 % 1000) * (r3 / 16 % 1000) / 1000000"
                )),
                items,
            ),
            (
                "category",
                category(&format!(
                    "({categories} * (r3 / 16 % 1000) * (r3 / 16 % 1000) / 1000000 + 1 + r1 / 64 % 3) % {categories}"
                )),
                "kind BETWEEN 30 AND 60",
            ),
            (
                "refusal_reason",
                reason(&format!("r1 / 64 % {reasons}")),
                "outcome = 'refused'",
            ),
            ("organisation", self.uuid_text("centre + 1000"), about),
            (
                "organisation",
                self.uuid_text("office + 2000"),
                "by_office = 1",
            ),
            (
                "organisation",
                self.uuid_text("3000 + n % 5"),
                "kind BETWEEN 96 AND 98",
            ),
            ("person", person("c"), about),
            (
                "person",
                person("c + 100000000"),
                "operation IN ('disclosure_released', 'disclosure_collected')",
            ),
            (
                "queried",
                person("c"),
                "kind BETWEEN 96 AND 98 AND n % 2 = 0",
            ),
            (
                "queried",
                self.uuid_text("c"),
                "kind BETWEEN 96 AND 98 AND n % 2 = 1",
            ),
        ];
        let all = terms.map(|(dimension, value, when)| {
            format!(
                "{series} INSERT INTO event_terms (dimension, value, at, event_id, expiry_year) \
                 SELECT '{dimension}', {value}, at, id, expiry_year FROM ({happenings}) AS h WHERE {when}",
                series = self.series(from, until),
            )
        });
        all.into()
    }

    /// Events with these numbers, in all that follows from a number.
    fn happenings(&self, from: u64, until: u64) -> String {
        let step = step(self.events);
        let numbers = match self.backend {
            Backend::Sqlite => "SELECT n FROM s".to_owned(),
            Backend::Postgres => format!(
                "SELECT n FROM generate_series(CAST({from} AS BIGINT), CAST({until} AS BIGINT) - 1) AS s (n)"
            ),
        };
        // Numbers that look random: of the event, and of its case.
        let numbered = format!(
            "SELECT n, {BEGINS} + n * {step} AS at, n * 2654435761 & 4294967295 AS r1, n * 2246822519 & 4294967295 AS r2, \
             n * 3266489917 & 4294967295 AS r3, n / 960 * 40 + n % 40 AS c, \
             (n / 960 * 40 + n % 40) * 2654435761 & 4294967295 AS rc FROM ({numbers}) AS numbers"
        );
        let sorted = format!(
            "SELECT numbered.*, r1 / 4096 % 100 AS kind, \
             60 * (rc / 16 % 1000) * (rc / 16 % 1000) / 1000000 AS centre, \
             80 * (rc / 4096 % 1000) * (rc / 4096 % 1000) / 1000000 AS office, \
             CASE WHEN r1 / 4096 % 100 BETWEEN 46 AND 91 THEN 1 ELSE 0 END AS by_office FROM ({numbered}) AS numbered"
        );
        let operation = "CASE WHEN kind < 5 THEN 'consent_recorded' WHEN kind < 7 THEN 'consent_revised' \
             WHEN kind < 8 THEN 'consent_withdrawn' WHEN kind < 23 THEN 'disclosure_checked' \
             WHEN kind < 46 THEN 'disclosure_released' WHEN kind < 69 THEN 'disclosure_collected' \
             WHEN kind < 90 THEN 'disclosure_acknowledged' WHEN kind < 92 THEN 'withdrawal_notice_answered' \
             WHEN kind < 96 THEN 'access_denied' WHEN kind < 98 THEN 'audit_queried' \
             WHEN kind < 99 THEN 'audit_exported' ELSE 'consent_expired' END";
        let outcome = "CASE WHEN kind BETWEEN 92 AND 95 THEN 'denied' \
             WHEN kind BETWEEN 8 AND 60 AND r2 / 64 % 100 < 18 THEN 'refused' ELSE 'done' END";
        let about = "(kind < 92 OR kind = 99)";
        let case = self.uuid("c");
        let consent = self.uuid("c + 4000000000");
        let purposes = Purpose::ALL.len();
        format!(
            "SELECT sorted.*, {id} AS id, {operation} AS operation, {outcome} AS outcome, \
             CASE WHEN kind BETWEEN 92 AND 95 AND n % 4 = 0 OR kind = 99 THEN NULL WHEN by_office = 1 THEN 'buero-' || {office} \
             WHEN kind BETWEEN 96 AND 98 THEN 'pruefung-' || {auditor} ELSE 'zentrum-' || {centre} END AS actor, \
             CASE WHEN kind BETWEEN 8 AND 91 THEN 'bpoli-' || {office} END AS recipient, \
             CASE WHEN {about} THEN {case} END AS case_id, CASE WHEN {about} THEN {consent} END AS consent_id, \
             CASE WHEN kind BETWEEN 23 AND 91 THEN {disclosure} END AS disclosure_id, \
             CASE WHEN kind < 8 OR kind = 99 THEN 1 ELSE 2 END AS class, \
             CASE WHEN kind < 8 OR kind = 99 THEN {year} + 4 + c % 2 ELSE {year} + 1 END AS expiry_year, \
             CASE WHEN r2 / 4096 % 10 < 3 AND kind < 92 THEN 'person-' || {user} END AS user_reference, \
             CASE WHEN {about} THEN 1 + c % 3 / 2 END AS revision, \
             CASE WHEN kind BETWEEN 8 AND 91 THEN {purpose} END AS purpose, \
             CASE WHEN kind BETWEEN 96 AND 97 THEN r2 / 64 % 51 WHEN kind = 98 THEN r2 / 64 % 100000 END AS hits \
             FROM ({sorted}) AS sorted",
            id = self.uuid_of("at", &format!("{} || {}", self.hex("r1"), self.hex("r2"))),
            disclosure = self.uuid_of("n", &format!("{} || {}", self.hex("r2"), self.hex("r3"))),
            office = self.text("office"),
            centre = self.text("centre"),
            auditor = self.text("n % 5"),
            user = self.text("(centre * 20 + r3 / 64 % 20)"),
            year = format_args!("(2026 + n * 2 / {})", self.events),
            purpose = one_of(
                &format!("{purposes} * (rc / 64 % 1000) * (rc / 64 % 1000) / 1000000"),
                Purpose::ALL.iter().map(|p| p.code())
            ),
        )
    }

    fn series(&self, from: u64, until: u64) -> String {
        match self.backend {
            Backend::Sqlite => format!(
                "WITH RECURSIVE s(n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM s WHERE n < {until} - 1)"
            ),
            Backend::Postgres => String::new(),
        }
    }

    /// Eight hexadecimal digits.
    fn hex(&self, number: &str) -> String {
        match self.backend {
            Backend::Sqlite => format!("printf('%08x', ({number}) & 4294967295)"),
            Backend::Postgres => format!("lpad(to_hex(({number}) & 4294967295), 8, '0')"),
        }
    }

    fn repeated(&self, digits: &str, times: u32) -> String {
        match self.backend {
            Backend::Sqlite => format!("replace(hex(zeroblob({times})), '00', {digits})"),
            Backend::Postgres => format!("repeat({digits}, {times})"),
        }
    }

    fn text(&self, number: &str) -> String {
        format!("CAST({number} AS TEXT)")
    }

    fn bytes(&self, digits: &str) -> String {
        match self.backend {
            Backend::Sqlite => format!("unhex({digits})"),
            Backend::Postgres => format!("decode({digits}, 'hex')"),
        }
    }

    /// 32 hexadecimal digits, of which the first 16 are a number's.
    fn digits(&self, number: &str, rest: &str) -> String {
        match self.backend {
            Backend::Sqlite => format!("printf('%016x', {number}) || {rest}"),
            Backend::Postgres => format!("lpad(to_hex({number}), 16, '0') || {rest}"),
        }
    }

    fn uuid_of(&self, number: &str, rest: &str) -> String {
        let digits = self.digits(number, rest);
        match self.backend {
            Backend::Sqlite => format!("unhex({digits})"),
            Backend::Postgres => format!("CAST({digits} AS UUID)"),
        }
    }

    fn uuid(&self, number: &str) -> String {
        self.uuid_of(
            number,
            &format!("{} || {}", self.hex("rc"), self.hex(number)),
        )
    }

    /// An identifier as terms have it.
    fn uuid_text(&self, number: &str) -> String {
        let digits = self.digits(
            number,
            &format!("{} || {}", self.hex(number), self.hex(number)),
        );
        match self.backend {
            Backend::Sqlite => {
                let part = |from: u8, length: u8| format!("substr(d, {from}, {length})");
                let parts = [
                    part(1, 8),
                    part(9, 4),
                    part(13, 4),
                    part(17, 4),
                    part(21, 12),
                ];
                format!(
                    "(SELECT {} FROM (SELECT {digits} AS d))",
                    parts.join(" || '-' || ")
                )
            }
            Backend::Postgres => format!("CAST(CAST({digits} AS UUID) AS TEXT)"),
        }
    }
}

/// The basis that goes with the operation.
fn basis() -> String {
    format!(
        "CASE WHEN kind < 7 OR kind = 99 THEN '{}' WHEN kind < 8 THEN '{}' WHEN kind < 90 THEN '{}' \
         WHEN kind < 92 THEN '{}' WHEN kind BETWEEN 96 AND 98 THEN '{}' END",
        LegalBasis::ProofOfConsent.code(),
        LegalBasis::Withdrawal.code(),
        LegalBasis::Consent.code(),
        LegalBasis::OwnBasis.code(),
        LegalBasis::LogControl.code(),
    )
}

/// The text with this number.
fn one_of<'t>(number: &str, texts: impl Iterator<Item = &'t str>) -> String {
    let whens: String = (0..)
        .zip(texts)
        .map(|(index, text): (u32, _)| format!(" WHEN {index} THEN '{text}'"))
        .collect();
    format!("CASE {number}{whens} END")
}
