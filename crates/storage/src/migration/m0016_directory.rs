//! The directory of counselling centres (agreement, points 1 and 2), kept by centres and by the network's coordination.

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
        database.execute_unprepared(ROW_SECURITY).await?;
    }
    Ok(())
});

const TABLES: &[&str] = &[
    // An entry is one document: it is written as a whole and read as a whole, and searches go through an index in memory.
    "CREATE TABLE counselling_centres (
        id {uuid} PRIMARY KEY,
        organisation_id {uuid} REFERENCES organisations (id),
        version {bigint} NOT NULL CHECK (version > 0),
        changed_at {bigint} NOT NULL,
        assured_at {bigint},
        assured_version {bigint} CHECK (assured_version BETWEEN 1 AND version),
        entry {text} NOT NULL,
        CHECK ((assured_at IS NULL) = (assured_version IS NULL))
    ){strict}",
    "CREATE INDEX counselling_centres_by_keeper ON counselling_centres (organisation_id, id)",
    // Counts all changes, so that whoever remembers the entries knows when to read them again.
    "CREATE TABLE directory_state (
        id {int} PRIMARY KEY CHECK (id = 1),
        version {bigint} NOT NULL
    ){strict}",
    "INSERT INTO directory_state (id, version) VALUES (1, 1)",
];

/// Everybody reads entries. A centre adds and changes its own, and can't confirm them: what it changes is a version that nobody has
/// confirmed. The coordination does the rest, and sees which centres take part, to say who keeps an entry.
const ROW_SECURITY: &str = "
REVOKE ALL ON counselling_centres, directory_state FROM freigabe_app;
GRANT SELECT, INSERT, DELETE ON counselling_centres TO freigabe_app;
GRANT UPDATE (organisation_id, version, changed_at, assured_at, assured_version, entry) ON counselling_centres TO freigabe_app;
GRANT SELECT, UPDATE (version) ON directory_state TO freigabe_app;

ALTER TABLE counselling_centres ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads ON counselling_centres FOR SELECT USING (true);
CREATE POLICY coordination_adds ON counselling_centres FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() IN ('coordination', 'operator')));
CREATE POLICY coordination_changes ON counselling_centres FOR UPDATE
    USING ((SELECT freigabe_scope() IN ('coordination', 'operator')));
CREATE POLICY coordination_removes ON counselling_centres FOR DELETE
    USING ((SELECT freigabe_scope() = 'coordination'));
CREATE POLICY centre_adds ON counselling_centres FOR INSERT
    WITH CHECK (organisation_id = (SELECT freigabe_organisation()) AND assured_version IS NULL);
CREATE POLICY centre_changes ON counselling_centres FOR UPDATE
    USING (organisation_id = (SELECT freigabe_organisation()))
    WITH CHECK (organisation_id = (SELECT freigabe_organisation()) AND assured_version IS DISTINCT FROM version);

ALTER TABLE directory_state ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads ON directory_state FOR SELECT USING (true);
CREATE POLICY keepers_count ON directory_state FOR UPDATE
    USING ((SELECT freigabe_scope() IN ('centre', 'coordination', 'operator')));

CREATE POLICY coordination_reads ON organisations FOR SELECT
    USING ((SELECT freigabe_scope() = 'coordination') AND role = 'centre');
CREATE POLICY coordination_reads ON requests FOR SELECT
    USING ((SELECT freigabe_scope() = 'coordination') AND client_id = (SELECT freigabe_client()));
CREATE POLICY coordination_remembers ON requests FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() = 'coordination') AND client_id = (SELECT freigabe_client()));
CREATE POLICY coordination_writes ON events FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() = 'coordination') AND actor IS NOT DISTINCT FROM (SELECT freigabe_client()));
CREATE POLICY coordination_writes ON event_terms FOR INSERT WITH CHECK ((SELECT freigabe_scope() = 'coordination'));
CREATE POLICY coordination_writes ON log_pending FOR INSERT WITH CHECK ((SELECT freigabe_scope() = 'coordination'))";
