//! A database from before the later dimensions of the log: what its events say is found by them.

use freigabe_domain::{
    audit::{AuditQuery, Queried},
    exchange::{AuditDesk as _, CollectionDesk as _},
    store::PageRequest,
};
use freigabe_testkit::{Backend, TestStore, on_both_databases};
use sea_orm::{ConnectionTrait as _, Statement};

const PAGE: PageRequest = PageRequest {
    after: None,
    limit: 50,
};

/// Takes the migration back, which no installation can.
const UNDO: &[&str] = &[
    "DROP INDEX events_by_user",
    "DROP INDEX events_by_purpose",
    "DROP INDEX events_by_legal_basis",
    "DROP INDEX events_with_hits",
    "ALTER TABLE events DROP COLUMN user_reference",
    "ALTER TABLE events DROP COLUMN consent_revision",
    "ALTER TABLE events DROP COLUMN purpose",
    "ALTER TABLE events DROP COLUMN legal_basis",
    "ALTER TABLE events DROP COLUMN hits",
    "DELETE FROM event_terms WHERE dimension = 'queried'",
    "DELETE FROM seaql_migrations WHERE version = 'm0008_log_dimensions'",
];

/// The later columns and terms of all events, as texts.
async fn dimensions(test: &TestStore) -> Vec<String> {
    let connection = test.connection().await;
    let kind = connection.get_database_backend();
    let blob = match test.backend {
        Backend::Sqlite => "hex(id)",
        Backend::Postgres => "CAST(id AS TEXT)",
    };
    let text = |column: &str| format!("coalesce(CAST({column} AS TEXT), '-')");
    let columns = [
        "user_reference",
        "consent_revision",
        "purpose",
        "legal_basis",
        "hits",
    ];
    let all: Vec<String> = columns.iter().map(|column| text(column)).collect();
    let events = format!(
        "SELECT {blob} || ' ' || {} AS said FROM events ORDER BY 1",
        all.join(" || ' ' || ")
    );
    let terms = format!(
        "SELECT dimension || ' ' || value || ' ' || {} || ' ' || CAST(expiry_year AS TEXT) AS said FROM event_terms ORDER BY 1",
        blob.replace("id", "event_id")
            .replace("event_event_", "event_")
    );
    let mut said = Vec::new();
    for sql in [events, terms] {
        let rows = connection
            .query_all_raw(Statement::from_string(kind, sql))
            .await
            .unwrap();
        said.extend(
            rows.iter()
                .map(|row| row.try_get::<String>("", "said").unwrap()),
        );
    }
    connection.close().await.unwrap();
    said
}

on_both_databases! {
    async fn what_older_events_say_is_found_by_the_later_dimensions(test: TestStore) {
        let consent = test.consent(1).await.head;
        let message = test.release(consent.id).await;
        let collected = test.application.collect_disclosure(test.office(), &test.request(test.office()), message).await;
        let _ = collected.unwrap();
        let auditor = test.auditor().await;
        for query in [
            AuditQuery { consent: Some(consent.id), ..AuditQuery::default() },
            AuditQuery { pseudonym: Some(consent.person.clone()), ..AuditQuery::default() },
        ] {
            let _ = test.application.audit_events(&auditor, &query, PAGE).await.unwrap();
        }
        let before = dimensions(&test).await;
        assert!(before.iter().any(|said| said.starts_with("queried ")), "{before:#?}");

        for statement in UNDO {
            test.execute(statement).await.unwrap();
        }
        let applied = freigabe_storage::migrate(&test.database.url).await.unwrap();
        assert_eq!(applied, ["m0008_log_dimensions"]);
        assert_eq!(dimensions(&test).await, before);
        let about = |subject| AuditQuery { queried: Some(subject), ..AuditQuery::default() };
        for subject in [Queried::Id(consent.id.as_uuid()), Queried::Person(consent.person.clone())] {
            let found = test.application.audit_events(&auditor, &about(subject), PAGE).await.unwrap();
            assert_eq!(found.items.len(), 1);
        }
    }
}
