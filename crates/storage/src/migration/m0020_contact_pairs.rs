//! Contact pairs of offices and centres (agreement, point 9).

use sea_orm::ConnectionTrait as _;

use crate::backend;

migration!(manager => {
    let (database, kind) = (manager.get_connection(), manager.get_database_backend());
    for statement in TABLES {
        database
            .execute_unprepared(&backend::ddl(kind, statement))
            .await?;
    }
    if backend::has_row_security(kind) {
        for part in [RIGHTS, PAIRS, HALVES, CONTENTS] {
            database.execute_unprepared(part).await?;
        }
    }
    Ok(())
});

const TABLES: &[&str] = &[
    "CREATE TABLE contact_pairs (
        id {uuid} PRIMARY KEY,
        office_id {text} NOT NULL REFERENCES offices (id),
        organisation_id {uuid} NOT NULL REFERENCES organisations (id),
        opened_at {bigint} NOT NULL,
        UNIQUE (office_id, organisation_id),
        UNIQUE (id, office_id)
    ){strict}",
    "CREATE INDEX contact_pairs_by_office ON contact_pairs (office_id, opened_at, id)",
    "CREATE INDEX contact_pairs_by_organisation ON contact_pairs (organisation_id, opened_at, id)",
    "CREATE INDEX contact_pairs_by_time ON contact_pairs (opened_at, id)",
    // When each side confirmed is known to more than those two, so that it stands apart from whom they name, and from who the centre is.
    "CREATE TABLE contact_pair_halves (
        pair_id {uuid} NOT NULL,
        side {text} NOT NULL CHECK (side IN ('office', 'centre')),
        office_id {text} NOT NULL,
        version {bigint} NOT NULL CHECK (version > 0),
        since {bigint} NOT NULL,
        changed_at {bigint} NOT NULL CHECK (changed_at >= since),
        confirmed_at {bigint} NOT NULL CHECK (confirmed_at >= changed_at),
        PRIMARY KEY (pair_id, side),
        FOREIGN KEY (pair_id, office_id) REFERENCES contact_pairs (id, office_id)
    ){strict}",
    "CREATE INDEX contact_pair_halves_by_office ON contact_pair_halves (office_id, pair_id, confirmed_at)",
    "CREATE TABLE contact_pair_contents (
        pair_id {uuid} NOT NULL,
        side {text} NOT NULL,
        wrapped_key {bytes} NOT NULL,
        sealed_contacts {bytes} NOT NULL,
        PRIMARY KEY (pair_id, side),
        FOREIGN KEY (pair_id, side) REFERENCES contact_pair_halves (pair_id, side)
    ){strict}",
];

/// Whose pair it is, and since when a half is there, is never changed. Nothing is deleted.
const RIGHTS: &str = "
REVOKE ALL ON contact_pairs, contact_pair_halves, contact_pair_contents FROM freigabe_app;
GRANT SELECT, INSERT ON contact_pairs, contact_pair_halves, contact_pair_contents TO freigabe_app;
GRANT UPDATE (version, changed_at, confirmed_at) ON contact_pair_halves TO freigabe_app;
GRANT UPDATE (wrapped_key, sealed_contacts) ON contact_pair_contents TO freigabe_app;
ALTER TABLE contact_pair_contents ALTER COLUMN wrapped_key SET STATISTICS 0;
ALTER TABLE contact_pair_contents ALTER COLUMN sealed_contacts SET STATISTICS 0";

/// A pair is seen by its two sides, and by the coordination.
const PAIRS: &str = "
ALTER TABLE contact_pairs ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY office_reads ON contact_pairs FOR SELECT USING (office_id = (SELECT freigabe_office()));
CREATE POLICY office_opens ON contact_pairs FOR INSERT WITH CHECK (office_id = (SELECT freigabe_office()));
CREATE POLICY centre_reads ON contact_pairs FOR SELECT
    USING (organisation_id = (SELECT freigabe_organisation()) AND (SELECT freigabe_scope() = 'centre'));
CREATE POLICY centre_opens ON contact_pairs FOR INSERT
    WITH CHECK (organisation_id = (SELECT freigabe_organisation()) AND (SELECT freigabe_scope() = 'centre'));
CREATE POLICY coordination_reads ON contact_pairs FOR SELECT USING ((SELECT freigabe_scope() = 'coordination'))";

/// That an office's contacts are confirmed every office may know, and the coordination; with whom, a row of this table does not say. Each
/// side writes its own: an office of its own pairs, a centre of the pairs that it sees.
const HALVES: &str = "
ALTER TABLE contact_pair_halves ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY office_and_coordination_read ON contact_pair_halves FOR SELECT
    USING ((SELECT freigabe_scope() IN ('office', 'coordination')));
CREATE POLICY office_begins ON contact_pair_halves FOR INSERT
    WITH CHECK (office_id = (SELECT freigabe_office()) AND side = 'office');
CREATE POLICY office_confirms ON contact_pair_halves FOR UPDATE
    USING (office_id = (SELECT freigabe_office()) AND side = 'office')
    WITH CHECK (office_id = (SELECT freigabe_office()) AND side = 'office');
CREATE POLICY centre_reads ON contact_pair_halves FOR SELECT
    USING ((SELECT freigabe_scope() = 'centre')
        AND EXISTS (SELECT FROM contact_pairs p WHERE p.id = contact_pair_halves.pair_id));
CREATE POLICY centre_begins ON contact_pair_halves FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() = 'centre') AND side = 'centre'
        AND EXISTS (SELECT FROM contact_pairs p WHERE p.id = contact_pair_halves.pair_id));
CREATE POLICY centre_confirms ON contact_pair_halves FOR UPDATE
    USING ((SELECT freigabe_scope() = 'centre') AND side = 'centre'
        AND EXISTS (SELECT FROM contact_pairs p WHERE p.id = contact_pair_halves.pair_id))
    WITH CHECK ((SELECT freigabe_scope() = 'centre') AND side = 'centre'
        AND EXISTS (SELECT FROM contact_pairs p WHERE p.id = contact_pair_halves.pair_id))";

/// Whom somebody names is for the other side alone. An office or a centre sees its own pairs and no others, so that to see the pair is to be
/// a side of it.
const CONTENTS: &str = "
ALTER TABLE contact_pair_contents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY sides_read ON contact_pair_contents FOR SELECT
    USING ((SELECT freigabe_scope() IN ('office', 'centre'))
        AND EXISTS (SELECT FROM contact_pairs p WHERE p.id = contact_pair_contents.pair_id));
CREATE POLICY side_writes ON contact_pair_contents FOR INSERT
    WITH CHECK (side = (SELECT freigabe_scope())
        AND EXISTS (SELECT FROM contact_pairs p WHERE p.id = contact_pair_contents.pair_id));
CREATE POLICY side_changes ON contact_pair_contents FOR UPDATE
    USING (side = (SELECT freigabe_scope())
        AND EXISTS (SELECT FROM contact_pairs p WHERE p.id = contact_pair_contents.pair_id))
    WITH CHECK (side = (SELECT freigabe_scope())
        AND EXISTS (SELECT FROM contact_pairs p WHERE p.id = contact_pair_contents.pair_id))";
