//! The log as a Merkle tree: events wait in a queue to be sequenced, and are kept by the year at whose end they expire.
//!
//! On PostgreSQL `events` and `event_terms` are cut by that year, so that a year's events are dropped and not searched for.
//! Rows of an older database are carried over, and all of its events wait to be sequenced.

use sea_orm::{ConnectionTrait as _, DbBackend};
use sea_orm_migration::prelude::*;

use crate::backend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// Years that have a partition of their own on PostgreSQL; the others share one.
const YEARS: std::ops::RangeInclusive<u16> = 2026..=2040;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (database, kind) = (manager.get_connection(), manager.get_database_backend());
        let events: &[&str] = match kind {
            DbBackend::Sqlite => EVENTS_ON_SQLITE,
            _ => EVENTS_ON_POSTGRES,
        };
        for statement in events {
            database.execute_unprepared(statement).await?;
        }
        for statement in TABLES {
            database
                .execute_unprepared(&backend::ddl(kind, statement))
                .await?;
        }
        if kind == DbBackend::Sqlite {
            database.execute_unprepared(QUEUE_ALL).await?;
        } else {
            for part in partitions() {
                database.execute_unprepared(&part).await?;
            }
            for part in [CARRY_OVER, QUEUE_ALL, INDEXES_ON_POSTGRES, ROW_SECURITY] {
                database.execute_unprepared(part).await?;
            }
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

/// The terms get the year of their event.
const EVENTS_ON_SQLITE: &[&str] = &[
    "CREATE TABLE event_terms_by_year (
        dimension TEXT NOT NULL CHECK (dimension IN ('category', 'refusal_reason', 'organisation', 'person')),
        value TEXT NOT NULL,
        at INTEGER NOT NULL,
        event_id BLOB NOT NULL REFERENCES events (id),
        expiry_year INTEGER NOT NULL,
        PRIMARY KEY (dimension, value, at, event_id)
    ) STRICT",
    "INSERT INTO event_terms_by_year (dimension, value, at, event_id, expiry_year)
        SELECT t.dimension, t.value, t.at, t.event_id, e.expiry_year
        FROM event_terms t JOIN events e ON e.id = t.event_id",
    "DROP TABLE event_terms",
    "ALTER TABLE event_terms_by_year RENAME TO event_terms",
    "CREATE INDEX event_terms_by_event ON event_terms (event_id)",
    "CREATE INDEX event_terms_by_expiry ON event_terms (expiry_year)",
    "CREATE INDEX events_by_expiry ON events (expiry_year)",
];

/// The cut tables, without keys: rows are carried over first. There is no foreign key between the two: a year's
/// partitions of both are dropped without asking each other, and one statement writes an event with its terms
/// (`backend::append`).
const EVENTS_ON_POSTGRES: &[&str] = &[
    "ALTER TABLE events NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE event_terms NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE events RENAME TO events_before",
    "ALTER TABLE event_terms RENAME TO event_terms_before",
    "CREATE TABLE events (
        id UUID NOT NULL,
        at BIGINT NOT NULL,
        operation TEXT NOT NULL,
        outcome TEXT NOT NULL,
        actor TEXT,
        recipient TEXT,
        case_id UUID,
        consent_id UUID,
        disclosure_id UUID,
        payload BYTEA NOT NULL,
        salt BYTEA NOT NULL,
        commitment BYTEA NOT NULL,
        class SMALLINT NOT NULL,
        expiry_year SMALLINT NOT NULL
    ) PARTITION BY LIST (expiry_year)",
    "CREATE TABLE event_terms (
        dimension TEXT NOT NULL CHECK (dimension IN ('category', 'refusal_reason', 'organisation', 'person')),
        value TEXT NOT NULL,
        at BIGINT NOT NULL,
        event_id UUID NOT NULL,
        expiry_year SMALLINT NOT NULL
    ) PARTITION BY LIST (expiry_year)",
];

fn partitions() -> Vec<String> {
    let mut all = Vec::new();
    for table in ["events", "event_terms"] {
        let one = |name: String, values: String| {
            // Nobody but the owner reaches a partition past its table, and whoever did would find no rule that lets it.
            format!(
                "CREATE TABLE {name} PARTITION OF {table} {values}; REVOKE ALL ON {name} FROM freigabe_app; \
                 ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
            )
        };
        all.extend(
            YEARS.map(|year| one(format!("{table}_{year}"), format!("FOR VALUES IN ({year})"))),
        );
        all.push(one(format!("{table}_default"), "DEFAULT".to_owned()));
    }
    all
}

const CARRY_OVER: &str = "
INSERT INTO events (id, at, operation, outcome, actor, recipient, case_id, consent_id, disclosure_id, payload, salt,
        commitment, class, expiry_year)
    SELECT id, at, operation, outcome, actor, recipient, case_id, consent_id, disclosure_id, payload, salt,
        commitment, class, expiry_year FROM events_before;
INSERT INTO event_terms (dimension, value, at, event_id, expiry_year)
    SELECT t.dimension, t.value, t.at, t.event_id, e.expiry_year
    FROM event_terms_before t JOIN events_before e ON e.id = t.event_id;
DROP TABLE event_terms_before;
DROP TABLE events_before";

/// Every event of an older database waits.
const QUEUE_ALL: &str = "
INSERT INTO log_pending (at, event_id, class, expiry_year, commitment)
    SELECT at, id, class, expiry_year, commitment FROM events";

const INDEXES_ON_POSTGRES: &str = "
ALTER TABLE events ADD PRIMARY KEY (id, expiry_year), ADD UNIQUE (commitment, expiry_year);
ALTER TABLE event_terms ADD PRIMARY KEY (dimension, value, at, event_id, expiry_year);
CREATE INDEX events_by_time ON events (at, id);
CREATE INDEX events_by_operation ON events (operation, at, id);
CREATE INDEX events_by_outcome ON events (outcome, at, id);
CREATE INDEX events_by_actor ON events (actor, at, id);
CREATE INDEX events_by_recipient ON events (recipient, at, id);
CREATE INDEX events_by_case ON events (case_id, at, id);
CREATE INDEX events_by_consent ON events (consent_id, at, id);
CREATE INDEX event_terms_by_event ON event_terms (event_id)";

const TABLES: &[&str] = &[
    // Events that are not in the tree yet. Written with the event; taken out when it is put into the tree.
    "CREATE TABLE log_pending (
        at {bigint} NOT NULL,
        event_id {uuid} NOT NULL,
        class {smallint} NOT NULL,
        expiry_year {smallint} NOT NULL,
        commitment {bytes} NOT NULL,
        PRIMARY KEY (at, event_id)
    ){strict}",
    // One tree for each origin. The newest grows. `unpublished_since`: since when it holds leaves that no published
    // checkpoint covers. The lease says which node asks the witnesses.
    "CREATE TABLE log_heads (
        generation {bigint} PRIMARY KEY CHECK (generation >= 0),
        origin {text} NOT NULL UNIQUE,
        size {bigint} NOT NULL CHECK (size >= 0),
        root {bytes} NOT NULL,
        unpublished_since {bigint},
        lease_holder {uuid},
        lease_until {bigint},
        CHECK ((lease_holder IS NULL) = (lease_until IS NULL))
    ){strict}",
    // Up to 256 leaves each, as they are published (C2SP tlog-tiles).
    "CREATE TABLE log_entries (
        generation {bigint} NOT NULL REFERENCES log_heads (generation),
        bundle {bigint} NOT NULL CHECK (bundle >= 0),
        entries {bytes} NOT NULL,
        PRIMARY KEY (generation, bundle)
    ){strict}",
    // Up to 256 hashes each; the last of a level grows.
    "CREATE TABLE log_tiles (
        generation {bigint} NOT NULL REFERENCES log_heads (generation),
        level {smallint} NOT NULL CHECK (level >= 0),
        tile {bigint} NOT NULL CHECK (tile >= 0),
        hashes {bytes} NOT NULL,
        PRIMARY KEY (generation, level, tile)
    ){strict}",
    // Where an event's leaf stands. Outlives the event. Forgotten only where a log ends that nobody saw with it.
    "CREATE TABLE log_leaves (
        commitment {bytes} PRIMARY KEY,
        generation {bigint} NOT NULL REFERENCES log_heads (generation),
        leaf_index {bigint} NOT NULL CHECK (leaf_index >= 0),
        UNIQUE (generation, leaf_index)
    ){keyed}",
    // What was signed. Published: cosigned as the policy wants it, or signed if there is no policy.
    "CREATE TABLE log_checkpoints (
        generation {bigint} NOT NULL REFERENCES log_heads (generation),
        size {bigint} NOT NULL CHECK (size >= 0),
        root {bytes} NOT NULL,
        note {text} NOT NULL,
        signed_at {bigint} NOT NULL,
        published_at {bigint},
        PRIMARY KEY (generation, size)
    ){strict}",
    // The leaf of the event by which a request was carried out. Null: before there were leaves.
    "ALTER TABLE requests ADD COLUMN leaf {bytes}",
    "CREATE INDEX log_checkpoints_published ON log_checkpoints (generation, size) WHERE published_at IS NOT NULL",
];

/// The log's rows are public (they are what `/log/` serves), and only the sequencer writes them. What waits is written with
/// its event and seen by the sequencer alone: it says when things happened. How long the oldest has waited is all that others
/// learn of it.
///
/// Entries, tiles and checkpoints are never removed; the queue is emptied often, so it is cleaned often.
const ROW_SECURITY: &str = "
ALTER TABLE log_pending SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000);
REVOKE ALL ON events, event_terms, log_pending, log_heads, log_entries, log_tiles, log_leaves, log_checkpoints
    FROM freigabe_app;
GRANT SELECT, INSERT ON events, event_terms TO freigabe_app;
GRANT SELECT, INSERT, DELETE ON log_pending, log_leaves TO freigabe_app;
GRANT SELECT, INSERT ON log_heads, log_entries, log_tiles, log_checkpoints TO freigabe_app;
GRANT UPDATE (size, root, unpublished_since, lease_holder, lease_until) ON log_heads TO freigabe_app;
GRANT UPDATE (entries) ON log_entries TO freigabe_app;
GRANT UPDATE (hashes) ON log_tiles TO freigabe_app;
GRANT UPDATE (note, published_at) ON log_checkpoints TO freigabe_app;

ALTER TABLE events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY auditor_reads ON events FOR SELECT USING ((SELECT freigabe_scope() = 'auditor'));
CREATE POLICY written_in_ones_own_name ON events FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() IN
            ('centre', 'office', 'auditor', 'denied', 'operator', 'registration', 'upkeep', 'sequencer'))
        AND actor IS NOT DISTINCT FROM (SELECT freigabe_client()));

ALTER TABLE event_terms ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY auditor_reads ON event_terms FOR SELECT USING ((SELECT freigabe_scope() = 'auditor'));
CREATE POLICY written_with_the_event ON event_terms FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() IN
        ('centre', 'office', 'auditor', 'denied', 'operator', 'registration', 'upkeep', 'sequencer')));

ALTER TABLE log_pending ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY written_with_the_event ON log_pending FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() IN
        ('centre', 'office', 'auditor', 'denied', 'operator', 'registration', 'upkeep', 'sequencer')));
CREATE POLICY sequencer_reads ON log_pending FOR SELECT USING ((SELECT freigabe_scope() = 'sequencer'));
CREATE POLICY sequencer_takes ON log_pending FOR DELETE USING ((SELECT freigabe_scope() = 'sequencer'));
CREATE FUNCTION freigabe_oldest_pending() RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    asking text := current_setting('freigabe.scope', true);
    oldest bigint;
BEGIN
    PERFORM set_config('freigabe.scope', 'sequencer', true);
    SELECT min(at) INTO oldest FROM log_pending;
    PERFORM set_config('freigabe.scope', coalesce(asking, ''), true);
    RETURN oldest;
END
$$;
GRANT EXECUTE ON FUNCTION freigabe_oldest_pending() TO freigabe_app;

ALTER TABLE log_heads ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads ON log_heads FOR SELECT USING (true);
CREATE POLICY sequencer_begins ON log_heads FOR INSERT WITH CHECK ((SELECT freigabe_scope() = 'sequencer'));
CREATE POLICY sequencer_advances ON log_heads FOR UPDATE USING ((SELECT freigabe_scope() = 'sequencer'));

ALTER TABLE log_entries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads ON log_entries FOR SELECT USING (true);
CREATE POLICY sequencer_adds ON log_entries FOR INSERT WITH CHECK ((SELECT freigabe_scope() = 'sequencer'));
CREATE POLICY sequencer_extends ON log_entries FOR UPDATE USING ((SELECT freigabe_scope() = 'sequencer'));

ALTER TABLE log_tiles ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads ON log_tiles FOR SELECT USING (true);
CREATE POLICY sequencer_adds ON log_tiles FOR INSERT WITH CHECK ((SELECT freigabe_scope() = 'sequencer'));
CREATE POLICY sequencer_extends ON log_tiles FOR UPDATE USING ((SELECT freigabe_scope() = 'sequencer'));

ALTER TABLE log_leaves ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads ON log_leaves FOR SELECT USING (true);
CREATE POLICY sequencer_adds ON log_leaves FOR INSERT WITH CHECK ((SELECT freigabe_scope() = 'sequencer'));
CREATE POLICY sequencer_forgets ON log_leaves FOR DELETE USING ((SELECT freigabe_scope() = 'sequencer'));

ALTER TABLE log_checkpoints ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads ON log_checkpoints FOR SELECT USING (true);
CREATE POLICY sequencer_signs ON log_checkpoints FOR INSERT WITH CHECK ((SELECT freigabe_scope() = 'sequencer'));
CREATE POLICY sequencer_publishes ON log_checkpoints FOR UPDATE USING ((SELECT freigabe_scope() = 'sequencer'))";
