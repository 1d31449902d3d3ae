//! Every dimension that auditors search by has its index on both databases; and PostgreSQL's rules about who sees which
//! rows cost no index.

use freigabe_domain::{
    access::{ClientId, UserReference},
    audit::{AuditQuery, LegalBasis, Operation, Outcome, Queried, Retention},
    disclosure::{Pseudonym, RefusalReason},
    ids::{CaseId, ConsentId, EventId, OrganisationId},
    instant::Instant,
    office::OfficeId,
    store::{Cursor, PageRequest, Scope},
    vocabulary::{Category, Purpose},
};
use freigabe_storage::explain_audit_query;
use freigabe_testkit::{Backend, TestStore, on_both::run, on_both_databases, store::HAMBURG};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};
use uuid::Uuid;

use super::raw::{self, Says};

const PAGE: PageRequest = PageRequest {
    after: None,
    limit: 50,
};

/// The year at whose end the many events expire: a partition of its own on PostgreSQL.
const YEAR: u16 = 2031;

on_both_databases! {
    async fn each_dimension_of_an_audit_query_uses_an_index(test: TestStore) {
        fill(&test).await;
        let auditor = Scope::from(&test.auditor().await);
        for (name, query) in dimensions() {
            for page in [PAGE, PageRequest { after: Some(somewhere()), limit: 50 }] {
                let plan = explain_audit_query(&test.store, &auditor, &query, page).await.unwrap();
                let scans_all = |line: &String| match test.backend {
                    Backend::Sqlite => line.contains("SCAN") && !line.contains("INDEX"),
                    // The partitions of other years are empty or nearly so, and read as a whole.
                    Backend::Postgres => {
                        line.contains("Seq Scan") && line.contains(&format!("_{YEAR}"))
                    }
                };
                assert!(!plan.iter().any(scans_all), "{name} reads a whole table: {plan:#?}");
                let uses_index = |line: &String| match test.backend {
                    Backend::Sqlite => line.contains("INDEX"),
                    Backend::Postgres => {
                        let index = line.contains("Index Scan") || line.contains("Index Only Scan");
                        index && line.contains(&format!("_{YEAR}"))
                    }
                };
                assert!(plan.iter().any(uses_index), "{name} uses no index: {plan:#?}");
            }
        }
    }
}

on_both_databases! {
    /// PostgreSQL keeps a plan until it has looked at the table again: one that was made while there were hardly any rows would
    /// read all of them when there are many.
    async fn an_index_is_used_while_there_are_hardly_any_rows(test: TestStore) {
        test.release(test.consent(1).await.head.id).await;
        let auditor = Scope::from(&test.auditor().await);
        test.execute("ANALYZE").await.unwrap();
        for (name, query) in dimensions().into_iter().filter(|(_, query)| *query != AuditQuery::default()) {
            let plan = explain_audit_query(&test.store, &auditor, &query, PAGE).await.unwrap();
            let scans_all = |line: &String| match test.backend {
                Backend::Sqlite => line.contains("SCAN") && !line.contains("INDEX"),
                Backend::Postgres => line.contains("Seq Scan"),
            };
            assert!(!plan.iter().any(scans_all), "{name} reads a whole table: {plan:#?}");
        }
    }
}

on_both_databases! {
    async fn a_page_by_a_common_term_is_read_in_its_order_and_not_sorted(test: TestStore) {
        fill(&test).await;
        let common = "UPDATE event_terms SET value = 'vehicle' WHERE at % 4000000 = 0";
        test.execute(common).await.unwrap();
        let query = AuditQuery { category: Some(Category::Vehicle), ..AuditQuery::default() };
        expect_order(&test, &query).await;
    }
}

on_both_databases! {
    async fn a_page_by_the_common_term_of_a_rare_dimension_is_read_in_its_order(test: TestStore) {
        fill(&test).await;
        let rare = "UPDATE event_terms SET dimension = 'refusal_reason', value = 'NOTICE_INCOMPLETE' WHERE at % 40000000 = 0";
        test.execute(rare).await.unwrap();
        let query = AuditQuery {
            refusal_reason: Some(RefusalReason::NoticeIncomplete),
            ..AuditQuery::default()
        };
        expect_order(&test, &query).await;
    }
}

/// Both the first page and one in the middle are read in order.
async fn expect_order(test: &TestStore, query: &AuditQuery) {
    test.execute("ANALYZE").await.unwrap();
    let auditor = Scope::from(&test.auditor().await);
    let middle = PageRequest {
        after: Some(somewhere()),
        limit: 50,
    };
    for page in [PAGE, middle] {
        let plan = explain_audit_query(&test.store, &auditor, query, page)
            .await
            .unwrap();
        let sorts = |line: &String| match test.backend {
            Backend::Sqlite => line.contains("TEMP B-TREE"),
            Backend::Postgres => line.contains("Sort  ("),
        };
        assert!(
            !plan.iter().any(sorts),
            "it reads all of them: {query:?} {plan:#?}"
        );
    }
}

/// What the hot paths ask, for whom, in the shape in which the store asks it. `{id}` is a row in the middle.
const ASKED: &[(&str, &str)] = &[
    ("centre", "SELECT * FROM consents WHERE id = {id} FOR SHARE"),
    (
        "centre",
        "SELECT * FROM consents WHERE centre_id = {centre} ORDER BY recorded_at DESC, id DESC LIMIT 51",
    ),
    (
        "centre",
        "SELECT * FROM consent_revisions WHERE consent_id = {id} AND number = 1",
    ),
    (
        "centre",
        "SELECT * FROM consent_events WHERE consent_id = {id} ORDER BY at, revision",
    ),
    ("centre", "SELECT * FROM cases WHERE id = {id}"),
    ("centre", "SELECT * FROM cases WHERE lookup = '\\x00'"),
    ("centre", "SELECT * FROM disclosures WHERE id = {id}"),
    (
        "centre",
        "SELECT * FROM disclosures WHERE centre_id = {centre} ORDER BY released_at DESC, id DESC LIMIT 51",
    ),
    (
        "centre",
        "SELECT * FROM disclosures WHERE consent_id = {id} AND state IN ('held', 'collected', 'acknowledged')",
    ),
    (
        "centre",
        "UPDATE consents SET status = 'refused' WHERE id = {id} AND revision = 1",
    ),
    (
        "centre",
        "UPDATE disclosures SET state = 'sealed', seal_reason = 'withdrawn' WHERE id IN ({id}) AND state = 'held'",
    ),
    (
        "centre",
        "DELETE FROM contents WHERE disclosure_id IN ({id})",
    ),
    ("office", "SELECT * FROM disclosures WHERE id = {id}"),
    (
        "office",
        "SELECT * FROM disclosures WHERE recipient = {office} AND state = 'held' AND EXISTS (SELECT 1 FROM consents \
                WHERE consents.id = disclosures.consent_id AND status = 'given' AND valid_from <= 5 AND valid_until > 5) \
                AND NOT EXISTS (SELECT 1 FROM handovers WHERE handovers.case_id = disclosures.case_id \
                AND handovers.office_id = {office} AND NOT EXISTS (SELECT 1 FROM handovers AS later \
                WHERE later.case_id = handovers.case_id AND later.to_office = {office} AND (later.handed_over_at, later.id) > (handovers.handed_over_at, handovers.id))) \
                ORDER BY released_at, disclosures.id LIMIT 51",
    ),
    (
        "office",
        "SELECT * FROM handovers WHERE case_id = {id} AND (office_id = {office} OR to_office = {office}) \
                ORDER BY handed_over_at DESC, id DESC LIMIT 1",
    ),
    (
        "centre",
        "SELECT * FROM handovers WHERE case_id = {id} AND (office_id = {office} OR to_office = {office}) \
                ORDER BY handed_over_at DESC, id DESC LIMIT 1",
    ),
    ("office", "SELECT * FROM consents WHERE id = {id} FOR SHARE"),
    (
        "office",
        "SELECT * FROM consent_revisions WHERE consent_id = {id} AND number = 1",
    ),
    ("office", "SELECT * FROM cases WHERE id = {id}"),
    (
        "office",
        "SELECT * FROM contents WHERE disclosure_id = {id}",
    ),
    (
        "office",
        "UPDATE disclosures SET state = 'collected' WHERE id = {id} AND state IN ('held', 'collected')",
    ),
    (
        "office",
        "DELETE FROM contents WHERE disclosure_id IN ({id})",
    ),
    (
        "upkeep",
        "SELECT id FROM consents WHERE status = 'given' AND valid_until <= 100 ORDER BY valid_until LIMIT 100",
    ),
    (
        "upkeep",
        "SELECT * FROM disclosures WHERE consent_id = {id} AND state IN ('held', 'collected', 'acknowledged')",
    ),
    (
        "upkeep",
        "DELETE FROM contents WHERE disclosure_id IN ({id})",
    ),
];

#[test]
fn the_rules_about_who_sees_which_rows_leave_the_indexes_in_use() {
    run(async {
        let test = TestStore::start(Backend::Postgres).await;
        fill_with_messages(&test).await;
        let connection = test.connection().await;
        for (name, asked) in ASKED {
            let plan = explain(&test, &connection, name, asked).await;
            let scans_all = plan.iter().any(|line| line.contains("Seq Scan"));
            assert!(!scans_all, "{name}: {asked} reads a whole table: {plan:#?}");
        }
    });
}

#[test]
fn an_office_is_let_to_a_consent_by_the_message_for_it_and_not_by_all_that_it_ever_had() {
    run(async {
        let test = TestStore::start(Backend::Postgres).await;
        fill_with_messages(&test).await;
        // Thirty messages rest on each consent, so that each of both alone seems to lead somewhere.
        let bundled = "UPDATE disclosures d SET consent_id = c.id, case_id = c.case_id, centre_id = c.centre_id \
                       FROM consents c WHERE c.recorded_at = 1 + d.released_at / 30";
        test.execute(bundled).await.unwrap();
        test.execute("ANALYZE").await.unwrap();
        let connection = test.connection().await;
        for (name, asked, of) in [
            (
                "office",
                "SELECT * FROM consents WHERE id = {id} FOR SHARE",
                "consent_id",
            ),
            (
                "centre",
                "SELECT * FROM consents WHERE id = {id} FOR SHARE",
                "consent_id",
            ),
            (
                "office",
                "SELECT * FROM consent_revisions WHERE consent_id = {id} AND number = 1",
                "consent_id",
            ),
            ("office", "SELECT * FROM cases WHERE id = {id}", "case_id"),
        ] {
            let plan = explain(&test, &connection, name, asked).await;
            let by_both = |line: &&String| {
                line.contains("Index Cond") && line.contains(of) && line.contains("recipient")
            };
            let looks_for = plan
                .iter()
                .filter(|line| line.contains(" on disclosures "))
                .count();
            assert!(
                looks_for > 0,
                "{name}: {asked} asks for no message: {plan:#?}"
            );
            assert_eq!(
                plan.iter().filter(by_both).count(),
                looks_for,
                "{name}: {asked} looks through messages of others: {plan:#?}"
            );
        }
    });
}

/// How PostgreSQL carries out what is asked for somebody, line by line.
async fn explain(
    test: &TestStore,
    connection: &DatabaseConnection,
    name: &str,
    asked: &str,
) -> Vec<String> {
    let says = match name {
        "centre" => Says::of(&Scope::from(test.centre())),
        "office" => Says::of(&Scope::from(test.office())),
        _ => Says::of(&Scope::Upkeep),
    };
    let asked = asked
        .replace("{id}", &format!("'{}'", Uuid::from_u128(0x5_0000)))
        .replace("{centre}", &format!("'{}'", test.centre().centre()))
        .replace("{office}", &format!("'{HAMBURG}'"));
    let transaction = raw::begin(connection, &says).await;
    let explain = Statement::from_string(
        connection.get_database_backend(),
        format!("EXPLAIN {asked}"),
    );
    let plan = transaction.query_all_raw(explain).await.unwrap();
    transaction.rollback().await.unwrap();
    plan.iter()
        .map(|row| row.try_get("", "QUERY PLAN").unwrap())
        .collect()
}

/// Cases, consents and messages of a hundred centres for thirty offices.
async fn fill_with_messages(test: &TestStore) {
    let id = "CAST(lpad(CAST(n AS TEXT), 32, '0') AS UUID)";
    let centre = format!(
        "CASE n % 100 WHEN 0 THEN CAST('{}' AS UUID) ELSE CAST(lpad(CAST(n % 100 AS TEXT), 32, 'c') AS UUID) END",
        test.centre().centre()
    );
    let office = format!(
        "CASE n % 30 WHEN 0 THEN '{HAMBURG}' ELSE (ARRAY(SELECT id FROM offices WHERE id <> '{HAMBURG}' ORDER BY id))[n % 30] END"
    );
    let series = "FROM generate_series(1, 60000) AS s (n)";
    for statement in [
        format!(
            "INSERT INTO organisations SELECT DISTINCT {centre}, 'centre', 'x', NULL, 'gdpr', 1 {series} ON CONFLICT DO NOTHING"
        ),
        format!(
            "INSERT INTO cases SELECT {id}, {centre}, decode(lpad(CAST(n AS TEXT), 32, '0'), 'hex'), 'x', 'x', 'x', 1 {series}"
        ),
        format!(
            "INSERT INTO consents SELECT {id}, {centre}, {id}, 'x', 'given', 1, n, n, NULL, 1, 10 + n, 'x' {series}"
        ),
        format!("INSERT INTO consent_revisions SELECT {id}, 1, 1, 'given', 'x' {series}"),
        format!("INSERT INTO consent_events SELECT {id}, 1, 'recorded', 1 {series}"),
        format!(
            "INSERT INTO disclosures (id, centre_id, case_id, consent_id, consent_revision, recipient, purpose, onward_transfer, \
             place, task, competence, items, person, person_for_recipient, state, released_at) SELECT {id}, {centre}, {id}, {id}, \
             1, {office}, 'x', false, '20095', 'x', 'x', '[]', 'x', 'x', 'held', n {series}"
        ),
        format!("INSERT INTO contents SELECT {id}, 'x' {series}"),
        // A tenth of as many involvements, in which the centre of a message was asked.
        format!(
            "INSERT INTO involvements (id, office_id, organisation_id, case_id, person, sealed_need, state, suspicion_noted_at, \
             opened_at) SELECT {id}, {office}, {centre}, {id}, 'x', 'x', 'noted', n, n {series} WHERE n % 10 = 0"
        ),
        format!(
            "INSERT INTO involvement_offers (id, involvement_id, office_id, case_id, centre_id, organisation_id, \
             person_for_centre, state, offered_at, remind_at, answer_by) SELECT {id}, {id}, {office}, {id}, {id}, {centre}, \
             'x', 'open', n, n, n {series} WHERE n % 10 = 0"
        ),
        // And of as many cases a handover.
        format!(
            "INSERT INTO handovers (id, office_id, organisation_id, case_id, turn, person, disclosure_id, to_kind, to_land, \
             handed_over_at) SELECT {id}, {office}, {centre}, {id}, 1, 'x', {id}, 'land_police', 'DE-HH', n {series} WHERE n % 10 = 5"
        ),
        "ANALYZE".to_owned(),
    ] {
        test.execute(&statement).await.unwrap();
    }
}

/// Enough events, of many actors, cases and days, that a planner prefers an index where there is one.
async fn fill(test: &TestStore) {
    let (series, id, blob, cast) = match test.backend {
        Backend::Sqlite => (
            "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 40000)",
            "CAST(printf('%016d', n) AS BLOB)",
            "CAST(printf('%032d', n) AS BLOB)",
            "CAST(x AS TEXT)",
        ),
        Backend::Postgres => (
            "WITH s(n) AS (SELECT generate_series(1, 40000))",
            "CAST(lpad(CAST(n AS TEXT), 32, '0') AS UUID)",
            "CAST(lpad(CAST(n AS TEXT), 32, '0') AS BYTEA)",
            "CAST(x AS TEXT)",
        ),
    };
    let text = |expression: &str| cast.replace('x', expression);
    let events = format!(
        "{series} INSERT INTO events (id, at, operation, outcome, actor, recipient, case_id, consent_id, payload, salt, \
         commitment, class, expiry_year, user_reference, consent_revision, purpose, legal_basis, hits) \
         SELECT {id}, n * CAST(1000000 AS BIGINT), 'operation-' || {op}, 'outcome-' || {out}, \
         'actor-' || {actor}, 'office-' || {actor}, {id}, {id}, {blob}, {blob}, {blob}, 1, {YEAR}, 'user-' || {actor}, n % 3, \
         'purpose-' || {out}, 'basis-' || {out}, CASE n % 50 WHEN 0 THEN n ELSE NULL END FROM s",
        op = text("n % 40"),
        out = text("n % 30"),
        actor = text("n % 300"),
    );
    test.execute(&events).await.unwrap();
    let terms = format!(
        "{series} INSERT INTO event_terms (dimension, value, at, event_id, expiry_year) SELECT 'category', \
         'value-' || {value}, n * CAST(1000000 AS BIGINT), {id}, {YEAR} FROM s",
        value = text("n % 300"),
    );
    test.execute(&terms).await.unwrap();
    test.execute("ANALYZE").await.unwrap();
}

fn somewhere() -> Cursor {
    Cursor {
        at: Instant::from_unix_micros(20_000_000_000),
        id: Uuid::from_u128(20_000),
    }
}

fn dimensions() -> Vec<(&'static str, AuditQuery)> {
    let all = AuditQuery::default;
    let id = Uuid::from_u128(17);
    let at = Instant::from_unix_micros;
    vec![
        ("nothing", all()),
        (
            "time",
            AuditQuery {
                from: Some(at(1_000_000)),
                until: Some(at(2_000_000)),
                ..all()
            },
        ),
        (
            "actor",
            AuditQuery {
                actor: Some(ClientId::parse("actor-17").unwrap()),
                ..all()
            },
        ),
        (
            "organisation",
            AuditQuery {
                organisation: Some(OrganisationId::from_uuid(id)),
                ..all()
            },
        ),
        (
            "recipient",
            AuditQuery {
                recipient: Some(OfficeId::parse("office-17").unwrap()),
                ..all()
            },
        ),
        (
            "operation",
            AuditQuery {
                operation: Some(Operation::DisclosureReleased),
                ..all()
            },
        ),
        (
            "outcome",
            AuditQuery {
                outcome: Some(Outcome::Refused),
                ..all()
            },
        ),
        (
            "refusal reason",
            AuditQuery {
                refusal_reason: Some(RefusalReason::Expired),
                ..all()
            },
        ),
        (
            "category",
            AuditQuery {
                category: Some(Category::Vehicle),
                ..all()
            },
        ),
        (
            "case",
            AuditQuery {
                case: Some(CaseId::from_uuid(id)),
                ..all()
            },
        ),
        (
            "consent",
            AuditQuery {
                consent: Some(ConsentId::from_uuid(id)),
                ..all()
            },
        ),
        (
            "event",
            AuditQuery {
                event: Some(EventId::from_uuid(id)),
                ..all()
            },
        ),
        (
            "pseudonym",
            AuditQuery {
                pseudonym: Some(Pseudonym::from_bytes([17; 16])),
                ..all()
            },
        ),
        (
            "user",
            AuditQuery {
                user: Some(UserReference::parse("user-17").unwrap()),
                ..all()
            },
        ),
        (
            "purpose",
            AuditQuery {
                purpose: Some(Purpose::DangerPrevention),
                ..all()
            },
        ),
        (
            "legal basis",
            AuditQuery {
                legal_basis: Some(LegalBasis::LogControl),
                ..all()
            },
        ),
        (
            "consent and revision",
            AuditQuery {
                consent: Some(ConsentId::from_uuid(id)),
                revision: Some(2),
                ..all()
            },
        ),
        (
            "hits from",
            AuditQuery {
                min_hits: Some(1_000),
                ..all()
            },
        ),
        (
            "hits up to",
            AuditQuery {
                max_hits: Some(1_000),
                ..all()
            },
        ),
        (
            "what was queried: a case or consent",
            AuditQuery {
                queried: Some(Queried::Id(id)),
                ..all()
            },
        ),
        (
            "what was queried: a person",
            AuditQuery {
                queried: Some(Queried::Person(Pseudonym::from_bytes([17; 16]))),
                ..all()
            },
        ),
        (
            "still there",
            AuditQuery {
                retention: Some(Retention::Open),
                ..all()
            },
        ),
        (
            "recipient and category",
            AuditQuery {
                recipient: Some(OfficeId::parse("office-17").unwrap()),
                category: Some(Category::Vehicle),
                ..all()
            },
        ),
    ]
}
