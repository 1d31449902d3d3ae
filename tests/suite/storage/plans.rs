//! Every dimension that auditors search by has its index on both databases.

use freigabe_domain::{
    access::ClientId,
    audit::{AuditQuery, Operation, Outcome},
    disclosure::{Pseudonym, RefusalReason},
    ids::{CaseId, ConsentId, EventId, OrganisationId},
    instant::Instant,
    office::OfficeId,
    store::{Cursor, PageRequest, Scope},
    vocabulary::Category,
};
use freigabe_storage::explain_audit_query;
use freigabe_testkit::{Backend, TestStore, on_both_databases};
use uuid::Uuid;

const PAGE: PageRequest = PageRequest {
    after: None,
    limit: 50,
};

on_both_databases! {
    async fn each_dimension_of_an_audit_query_uses_an_index(test: TestStore) {
        fill(&test).await;
        let auditor = Scope::from(&test.auditor().await);
        for (name, query) in dimensions() {
            for page in [PAGE, PageRequest { after: Some(somewhere()), limit: 50 }] {
                let plan = explain_audit_query(&test.store, &auditor, &query, page).await.unwrap();
                let scans_all = |line: &String| match test.backend {
                    Backend::Sqlite => line.contains("SCAN") && !line.contains("INDEX"),
                    Backend::Postgres => line.contains("Seq Scan"),
                };
                assert!(!plan.iter().any(scans_all), "{name} reads a whole table: {plan:#?}");
                let uses_index = |line: &String| match test.backend {
                    Backend::Sqlite => line.contains("INDEX"),
                    Backend::Postgres => line.contains("Index Scan") || line.contains("Index Only Scan"),
                };
                assert!(plan.iter().any(uses_index), "{name} uses no index: {plan:#?}");
            }
        }
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
         commitment, class, expiry_year) SELECT {id}, n * CAST(1000000 AS BIGINT), 'operation-' || {op}, 'outcome-' || {out}, \
         'actor-' || {actor}, 'office-' || {actor}, {id}, {id}, {blob}, {blob}, {blob}, 1, 2027 FROM s",
        op = text("n % 40"),
        out = text("n % 30"),
        actor = text("n % 300"),
    );
    test.execute(&events).await.unwrap();
    let terms = format!(
        "{series} INSERT INTO event_terms (dimension, value, at, event_id) SELECT 'category', 'value-' || {value}, \
         n * CAST(1000000 AS BIGINT), {id} FROM s",
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
            "recipient and category",
            AuditQuery {
                recipient: Some(OfficeId::parse("office-17").unwrap()),
                category: Some(Category::Vehicle),
                ..all()
            },
        ),
    ]
}
