//! All tables. Portable SQL, in which `{…}` stands for the types and the table options that differ (`crate::backend`).
//!
//! Times are microseconds since 1970 in a 64-bit integer: the same value, order and comparison on both databases.

use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;

use crate::backend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let database = manager.get_connection();
        for statement in TABLES.iter().chain(INDEXES) {
            database
                .execute_unprepared(&backend::ddl(manager.get_database_backend(), statement))
                .await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "there is no way back: restore a backup".to_owned(),
        ))
    }
}

const TABLES: &[&str] = &[
    // Which master key this database belongs to.
    "CREATE TABLE installation (
        id {int} PRIMARY KEY CHECK (id = 1),
        master_key_check {bytes} NOT NULL
    ){strict}",
    "CREATE TABLE offices (
        id {text} PRIMARY KEY,
        kind {text} NOT NULL CHECK (kind IN ('praesidium', 'direktion', 'inspektion', 'revier')),
        name {text} NOT NULL,
        parent_id {text} REFERENCES offices (id),
        city {text},
        land {text},
        lat {real},
        lon {real},
        specialism {text} NOT NULL,
        active {bool} NOT NULL,
        CHECK ((lat IS NULL) = (lon IS NULL)),
        CHECK ((kind = 'praesidium') = (parent_id IS NULL))
    ){strict}",
    // A Land belongs to exactly one Direktion.
    "CREATE TABLE direktion_areas (
        land {text} PRIMARY KEY,
        office_id {text} NOT NULL REFERENCES offices (id)
    ){strict}",
    "CREATE TABLE postcodes (
        postcode {text} PRIMARY KEY,
        name {text} NOT NULL,
        land {text} NOT NULL REFERENCES direktion_areas (land),
        lat {real} NOT NULL,
        lon {real} NOT NULL
    ){strict}",
    "CREATE TABLE places (
        geoname_id {bigint} PRIMARY KEY,
        name {text} NOT NULL,
        land {text} NOT NULL,
        lat {real} NOT NULL,
        lon {real} NOT NULL,
        population {bigint},
        feature_code {text}
    ){strict}",
    "CREATE TABLE organisations (
        id {uuid} PRIMARY KEY,
        role {text} NOT NULL CHECK (role IN ('centre', 'office', 'coordination', 'auditor', 'operator')),
        name {text} NOT NULL,
        office_id {text} UNIQUE REFERENCES offices (id),
        regime {text} NOT NULL,
        created_at {bigint} NOT NULL,
        CHECK ((role = 'office') = (office_id IS NOT NULL))
    ){strict}",
    "CREATE TABLE clients (
        id {text} PRIMARY KEY,
        organisation_id {uuid} NOT NULL REFERENCES organisations (id),
        jwk {text} NOT NULL,
        active {bool} NOT NULL,
        created_at {bigint} NOT NULL
    ){strict}",
    "CREATE TABLE used_assertions (
        client_id {text} NOT NULL REFERENCES clients (id),
        jti {text} NOT NULL,
        expires_at {bigint} NOT NULL,
        PRIMARY KEY (client_id, jti)
    ){strict}",
    "CREATE TABLE requests (
        client_id {text} NOT NULL,
        key {text} NOT NULL,
        fingerprint {bytes} NOT NULL,
        resource {uuid} NOT NULL,
        created_at {bigint} NOT NULL,
        PRIMARY KEY (client_id, key)
    ){strict}",
    "CREATE TABLE cases (
        id {uuid} PRIMARY KEY,
        centre_id {uuid} NOT NULL REFERENCES organisations (id),
        lookup {bytes} NOT NULL UNIQUE,
        person {text} NOT NULL,
        wrapped_key {bytes} NOT NULL,
        sealed_references {bytes} NOT NULL,
        created_at {bigint} NOT NULL,
        UNIQUE (id, centre_id)
    ){strict}",
    // The row on which releases, collections and withdrawals meet.
    "CREATE TABLE consents (
        id {uuid} PRIMARY KEY,
        centre_id {uuid} NOT NULL,
        case_id {uuid} NOT NULL,
        person {text} NOT NULL,
        status {text} NOT NULL CHECK (status IN ('not_asked', 'refused', 'given', 'withdrawn', 'expired')),
        revision {bigint} NOT NULL CHECK (revision >= 1),
        recorded_at {bigint} NOT NULL,
        changed_at {bigint} NOT NULL,
        withdrawn_at {bigint},
        valid_from {bigint},
        valid_until {bigint},
        commitment {bytes} NOT NULL,
        UNIQUE (id, centre_id, case_id),
        FOREIGN KEY (case_id, centre_id) REFERENCES cases (id, centre_id),
        CHECK ((status = 'withdrawn') = (withdrawn_at IS NOT NULL)),
        CHECK ((valid_from IS NULL) = (valid_until IS NULL)),
        CHECK (valid_until > valid_from),
        CHECK (status NOT IN ('given', 'expired') OR valid_until IS NOT NULL)
    ){strict}",
    "CREATE TABLE consent_revisions (
        consent_id {uuid} NOT NULL REFERENCES consents (id),
        number {bigint} NOT NULL CHECK (number >= 1),
        recorded_at {bigint} NOT NULL,
        status {text} NOT NULL CHECK (status IN ('not_asked', 'refused', 'given')),
        sealed_terms {bytes},
        PRIMARY KEY (consent_id, number),
        CHECK ((status = 'given') = (sealed_terms IS NOT NULL))
    ){strict}",
    "CREATE TABLE consent_events (
        consent_id {uuid} NOT NULL REFERENCES consents (id),
        revision {bigint} NOT NULL,
        kind {text} NOT NULL CHECK (kind IN ('recorded', 'revised', 'withdrawn', 'expired')),
        at {bigint} NOT NULL,
        PRIMARY KEY (consent_id, revision, kind)
    ){strict}",
    "CREATE TABLE disclosures (
        id {uuid} PRIMARY KEY,
        centre_id {uuid} NOT NULL,
        case_id {uuid} NOT NULL,
        consent_id {uuid} NOT NULL,
        consent_revision {bigint} NOT NULL,
        recipient {text} NOT NULL REFERENCES offices (id),
        purpose {text} NOT NULL,
        onward_transfer {bool} NOT NULL,
        handling_office {text},
        place {text},
        task {text} NOT NULL,
        competence {text} NOT NULL,
        items {text} NOT NULL,
        person {text} NOT NULL,
        person_for_recipient {text} NOT NULL,
        state {text} NOT NULL CHECK (state IN ('held', 'collected', 'acknowledged', 'recalled', 'sealed')),
        seal_reason {text} CHECK (seal_reason IN ('withdrawn', 'superseded', 'expired')),
        released_at {bigint} NOT NULL,
        collected_at {bigint},
        closed_at {bigint},
        FOREIGN KEY (consent_id, centre_id, case_id) REFERENCES consents (id, centre_id, case_id),
        FOREIGN KEY (consent_id, consent_revision) REFERENCES consent_revisions (consent_id, number),
        CHECK (handling_office IS NOT NULL OR place IS NOT NULL),
        CHECK ((state = 'sealed') = (seal_reason IS NOT NULL)),
        CHECK ((state IN ('collected', 'acknowledged')) = (collected_at IS NOT NULL)),
        CHECK ((state IN ('acknowledged', 'recalled', 'sealed')) = (closed_at IS NOT NULL))
    ){strict}",
    // What a disclosure says, sealed. Destroying it is deleting its row.
    "CREATE TABLE contents (
        disclosure_id {uuid} PRIMARY KEY REFERENCES disclosures (id),
        sealed {bytes} NOT NULL
    ){strict}",
    "CREATE TABLE withdrawal_notices (
        id {uuid} PRIMARY KEY,
        disclosure_id {uuid} NOT NULL REFERENCES disclosures (id),
        consent_id {uuid} NOT NULL REFERENCES consents (id),
        centre_id {uuid} NOT NULL REFERENCES organisations (id),
        office_id {text} NOT NULL REFERENCES offices (id),
        person {text} NOT NULL,
        cause {text} NOT NULL CHECK (cause IN ('withdrawn', 'narrowed')),
        issued_at {bigint} NOT NULL,
        answer {text} CHECK (answer IN ('erased', 'restricted', 'retained')),
        legal_basis {text},
        answered_at {bigint},
        CHECK ((answer IS NULL) = (answered_at IS NULL)),
        CHECK ((answer IS NOT NULL AND answer = 'retained') = (legal_basis IS NOT NULL))
    ){strict}",
    // The disclosure log. `payload` is canonical JSON, as bytes; the other columns are projections of it.
    "CREATE TABLE events (
        id {uuid} PRIMARY KEY,
        at {bigint} NOT NULL,
        operation {text} NOT NULL,
        outcome {text} NOT NULL,
        actor {text},
        recipient {text},
        case_id {uuid},
        consent_id {uuid},
        disclosure_id {uuid},
        payload {bytes} NOT NULL,
        salt {bytes} NOT NULL,
        commitment {bytes} NOT NULL UNIQUE,
        class {smallint} NOT NULL,
        expiry_year {smallint} NOT NULL
    ){strict}",
    // What an event has several of: categories, refusal reasons, organisations, pseudonyms.
    "CREATE TABLE event_terms (
        dimension {text} NOT NULL CHECK (dimension IN ('category', 'refusal_reason', 'organisation', 'person')),
        value {text} NOT NULL,
        at {bigint} NOT NULL,
        event_id {uuid} NOT NULL REFERENCES events (id),
        PRIMARY KEY (dimension, value, at, event_id)
    ){strict}",
];

const INDEXES: &[&str] = &[
    "CREATE INDEX offices_by_parent ON offices (parent_id, id)",
    "CREATE INDEX used_assertions_by_expiry ON used_assertions (expires_at)",
    "CREATE INDEX consents_by_centre ON consents (centre_id, recorded_at, id)",
    "CREATE INDEX consents_by_end ON consents (status, valid_until)",
    "CREATE INDEX disclosures_by_centre ON disclosures (centre_id, released_at, id)",
    "CREATE INDEX disclosures_by_recipient ON disclosures (recipient, state, released_at, id)",
    "CREATE INDEX disclosures_by_consent ON disclosures (consent_id, released_at, id)",
    "CREATE INDEX notices_by_office ON withdrawal_notices (office_id, issued_at, id)",
    "CREATE INDEX notices_by_consent ON withdrawal_notices (consent_id, issued_at, id)",
    "CREATE INDEX events_by_time ON events (at, id)",
    "CREATE INDEX events_by_operation ON events (operation, at, id)",
    "CREATE INDEX events_by_outcome ON events (outcome, at, id)",
    "CREATE INDEX events_by_actor ON events (actor, at, id)",
    "CREATE INDEX events_by_recipient ON events (recipient, at, id)",
    "CREATE INDEX events_by_case ON events (case_id, at, id)",
    "CREATE INDEX events_by_consent ON events (consent_id, at, id)",
    "CREATE INDEX event_terms_by_event ON event_terms (event_id)",
];
