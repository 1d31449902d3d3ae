//! Auditors also ask by the person behind a client, revision, purpose, legal basis, number of hits, and by what another
//! auditor asked about.

use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;

use crate::backend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (database, kind) = (manager.get_connection(), manager.get_database_backend());
        for statement in COLUMNS {
            database
                .execute_unprepared(&backend::ddl(kind, statement))
                .await?;
        }
        let particular = if backend::has_row_security(kind) {
            POSTGRES
        } else {
            SQLITE
        };
        for statement in particular.iter().chain(INDEXES) {
            database
                .execute_unprepared(&backend::ddl(kind, statement))
                .await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "there is no way back: restore a backup".to_owned(),
        ))
    }

    /// All or nothing on both databases: rows are moved.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const COLUMNS: &[&str] = &[
    "ALTER TABLE events ADD COLUMN user_reference {text}",
    "ALTER TABLE events ADD COLUMN consent_revision {bigint}",
    "ALTER TABLE events ADD COLUMN purpose {text}",
    "ALTER TABLE events ADD COLUMN legal_basis {text}",
    "ALTER TABLE events ADD COLUMN hits {bigint}",
];

/// Most events have none of what these are about, and then cost nothing. A number of hits is asked for by its bounds, so
/// its index is in the order of time, of the uses of the log alone, and holds the number besides.
const INDEXES: &[&str] = &[
    "CREATE INDEX events_by_user ON events (user_reference, at, id) WHERE user_reference IS NOT NULL",
    "CREATE INDEX events_by_purpose ON events (purpose, at, id) WHERE purpose IS NOT NULL",
    "CREATE INDEX events_by_legal_basis ON events (legal_basis, at, id) WHERE legal_basis IS NOT NULL",
    "CREATE INDEX events_with_hits ON events (at, id, hits) WHERE hits IS NOT NULL",
];

/// What older events say about the new dimensions stands in their payloads. On SQLite a check can't be changed, so the table
/// is written anew.
const SQLITE: &[&str] = &[
    "UPDATE events SET
        user_reference = json_extract(CAST(payload AS TEXT), '$.actor.user'),
        consent_revision = json_extract(CAST(payload AS TEXT), '$.consent_revision'),
        purpose = json_extract(CAST(payload AS TEXT), '$.purpose'),
        legal_basis = json_extract(CAST(payload AS TEXT), '$.legal_basis'),
        hits = json_extract(CAST(payload AS TEXT), '$.hits')
     WHERE json_valid(CAST(payload AS TEXT))",
    "CREATE TABLE event_terms_anew (
        dimension {text} NOT NULL
            CHECK (dimension IN ('category', 'refusal_reason', 'organisation', 'person', 'queried')),
        value {text} NOT NULL,
        at {bigint} NOT NULL,
        event_id {uuid} NOT NULL REFERENCES events (id),
        expiry_year {smallint} NOT NULL,
        PRIMARY KEY (dimension, value, at, event_id)
    ){strict}",
    "INSERT INTO event_terms_anew SELECT dimension, value, at, event_id, expiry_year FROM event_terms",
    "DROP TABLE event_terms",
    "ALTER TABLE event_terms_anew RENAME TO event_terms",
    "CREATE INDEX event_terms_by_event ON event_terms (event_id)",
    "CREATE INDEX event_terms_by_expiry ON event_terms (expiry_year)",
    "INSERT OR IGNORE INTO event_terms (dimension, value, at, event_id, expiry_year)
        SELECT 'queried', s.value, e.at, e.id, e.expiry_year
        FROM events e, json_each(json_extract(CAST(e.payload AS TEXT), '$.query')) s
        WHERE e.operation = 'audit_queried' AND json_valid(CAST(e.payload AS TEXT))
            AND s.key IN ('case', 'consent', 'pseudonym')",
];

const POSTGRES: &[&str] = &[
    "ALTER TABLE events NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE event_terms NO FORCE ROW LEVEL SECURITY",
    "UPDATE events SET
        user_reference = p.payload #>> '{actor,user}',
        consent_revision = CAST(p.payload ->> 'consent_revision' AS BIGINT),
        purpose = p.payload ->> 'purpose',
        legal_basis = p.payload ->> 'legal_basis',
        hits = CAST(p.payload ->> 'hits' AS BIGINT)
     FROM (SELECT id, CAST(convert_from(payload, 'UTF8') AS JSON) AS payload FROM events) p
     WHERE p.id = events.id",
    "DO $$
     DECLARE
        found name;
     BEGIN
        FOR found IN SELECT conname FROM pg_constraint
            WHERE conrelid = 'event_terms'::regclass AND contype = 'c'
                AND pg_get_constraintdef(oid) LIKE '%refusal_reason%'
        LOOP
            EXECUTE format('ALTER TABLE event_terms DROP CONSTRAINT %I', found);
        END LOOP;
     END
     $$",
    "ALTER TABLE event_terms ADD CONSTRAINT event_terms_dimension_check
        CHECK (dimension IN ('category', 'refusal_reason', 'organisation', 'person', 'queried'))",
    "INSERT INTO event_terms (dimension, value, at, event_id, expiry_year)
        SELECT 'queried', s.value, e.at, e.id, e.expiry_year
        FROM events e, json_each_text(CAST(convert_from(e.payload, 'UTF8') AS JSON) -> 'query') s
        WHERE e.operation = 'audit_queried' AND s.key IN ('case', 'consent', 'pseudonym')
        ON CONFLICT DO NOTHING",
    "ALTER TABLE events FORCE ROW LEVEL SECURITY",
    "ALTER TABLE event_terms FORCE ROW LEVEL SECURITY",
];
