//! Press releases of both sides (agreement, point 7): what is published is the latest version, which both sides approved.

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
    // Nothing here says that it is published: that is the row of a publication, which refers to the latest version of one that is open, and
    // so keeps both as they are.
    "CREATE TABLE press_releases (
        id {uuid} PRIMARY KEY,
        drafted_at {bigint} NOT NULL,
        drafted_by_office {text} REFERENCES offices (id),
        drafted_by_centre {uuid} REFERENCES organisations (id),
        drafted_by_coordination {uuid} REFERENCES organisations (id),
        participants {smallint} NOT NULL CHECK (participants BETWEEN 2 AND 20),
        latest_version {int} NOT NULL CHECK (latest_version > 0),
        state {text} NOT NULL CHECK (state IN ('open', 'discarded')),
        discarded_at {bigint},
        discarded_by {smallint},
        UNIQUE (id, latest_version, state),
        CHECK ((state = 'discarded') = (discarded_at IS NOT NULL)),
        CHECK ((discarded_at IS NULL) = (discarded_by IS NULL)),
        CHECK ((drafted_by_office IS NOT NULL AND drafted_by_centre IS NULL AND drafted_by_coordination IS NULL)
            OR (drafted_by_office IS NULL AND (drafted_by_centre IS NULL) <> (drafted_by_coordination IS NULL)))
    ){strict}",
    "CREATE INDEX press_releases_by_time ON press_releases (drafted_at, id)",
    // Number 0 drafted it. Whoever does something about a release does it as one of these.
    "CREATE TABLE press_release_participants (
        release_id {uuid} NOT NULL REFERENCES press_releases (id),
        number {smallint} NOT NULL CHECK (number >= 0),
        side {text} NOT NULL CHECK (side IN ('police', 'network')),
        office_id {text} REFERENCES offices (id),
        centre_organisation {uuid} REFERENCES organisations (id),
        coordination_organisation {uuid} REFERENCES organisations (id),
        PRIMARY KEY (release_id, number),
        UNIQUE (release_id, number, side),
        UNIQUE (release_id, office_id),
        UNIQUE (release_id, centre_organisation),
        UNIQUE (release_id, coordination_organisation),
        CHECK ((side = 'police') = (office_id IS NOT NULL)),
        CHECK ((office_id IS NOT NULL AND centre_organisation IS NULL AND coordination_organisation IS NULL)
            OR (office_id IS NULL AND (centre_organisation IS NULL) <> (coordination_organisation IS NULL)))
    ){strict}",
    "CREATE INDEX press_release_participants_by_office ON press_release_participants (office_id)",
    "CREATE INDEX press_release_participants_by_centre ON press_release_participants (centre_organisation)",
    "CREATE INDEX press_release_participants_by_coordination ON press_release_participants (coordination_organisation)",
    // Texts about nobody.
    "CREATE TABLE press_release_versions (
        release_id {uuid} NOT NULL REFERENCES press_releases (id),
        number {int} NOT NULL CHECK (number > 0),
        title {text} NOT NULL,
        content {text} NOT NULL,
        language {text} NOT NULL,
        embargo_until {bigint},
        publishable_from {bigint} NOT NULL,
        sha256 {bytes} NOT NULL CHECK (length(sha256) = 32),
        written_by {smallint} NOT NULL,
        written_at {bigint} NOT NULL,
        PRIMARY KEY (release_id, number),
        UNIQUE (release_id, number, sha256),
        UNIQUE (release_id, number, sha256, publishable_from),
        CHECK (publishable_from = COALESCE(embargo_until, written_at)),
        FOREIGN KEY (release_id, written_by) REFERENCES press_release_participants (release_id, number)
    ){strict}",
    "CREATE TABLE press_release_comments (
        release_id {uuid} NOT NULL REFERENCES press_releases (id),
        number {int} NOT NULL CHECK (number > 0),
        version {int} NOT NULL,
        written_by {smallint} NOT NULL,
        written_at {bigint} NOT NULL,
        content {text} NOT NULL,
        PRIMARY KEY (release_id, number),
        FOREIGN KEY (release_id, version) REFERENCES press_release_versions (release_id, number),
        FOREIGN KEY (release_id, written_by) REFERENCES press_release_participants (release_id, number)
    ){strict}",
    // Of one version with one text, by a participant of that side.
    "CREATE TABLE press_release_approvals (
        release_id {uuid} NOT NULL REFERENCES press_releases (id),
        version {int} NOT NULL,
        side {text} NOT NULL CHECK (side IN ('police', 'network')),
        sha256 {bytes} NOT NULL,
        approved_by {smallint} NOT NULL,
        approved_at {bigint} NOT NULL,
        PRIMARY KEY (release_id, version, side),
        UNIQUE (release_id, version, side, sha256),
        FOREIGN KEY (release_id, version, sha256) REFERENCES press_release_versions (release_id, number, sha256),
        FOREIGN KEY (release_id, approved_by, side) REFERENCES press_release_participants (release_id, number, side)
    ){strict}",
    // One approval of each side, both of this version and its text; the version is the latest, the release not discarded, and stays so; the
    // embargo is over.
    "CREATE TABLE press_release_publications (
        release_id {uuid} PRIMARY KEY REFERENCES press_releases (id),
        version {int} NOT NULL,
        release_state {text} NOT NULL CHECK (release_state = 'open'),
        sha256 {bytes} NOT NULL,
        publishable_from {bigint} NOT NULL,
        police_side {text} NOT NULL CHECK (police_side = 'police'),
        network_side {text} NOT NULL CHECK (network_side = 'network'),
        published_by {smallint} NOT NULL,
        published_at {bigint} NOT NULL,
        CHECK (published_at >= publishable_from),
        FOREIGN KEY (release_id, version, release_state) REFERENCES press_releases (id, latest_version, state),
        FOREIGN KEY (release_id, version, sha256, publishable_from)
            REFERENCES press_release_versions (release_id, number, sha256, publishable_from),
        FOREIGN KEY (release_id, version, police_side, sha256) REFERENCES press_release_approvals (release_id, version, side, sha256),
        FOREIGN KEY (release_id, version, network_side, sha256) REFERENCES press_release_approvals (release_id, version, side, sha256),
        FOREIGN KEY (release_id, published_by) REFERENCES press_release_participants (release_id, number)
    ){strict}",
];

/// Who is named works on a release, everybody else sees the version that is published. Each participant acts as itself, for its own side,
/// and approves the latest version alone; what is written is never changed.
const ROW_SECURITY: &str = "
CREATE POLICY press_names_network ON organisations FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')) AND role IN ('centre', 'coordination'));

REVOKE ALL ON press_releases, press_release_participants, press_release_versions, press_release_comments,
    press_release_approvals, press_release_publications FROM freigabe_app;
GRANT SELECT, INSERT ON press_releases, press_release_participants, press_release_versions, press_release_comments,
    press_release_approvals, press_release_publications TO freigabe_app;
GRANT UPDATE (latest_version, state, discarded_at, discarded_by) ON press_releases TO freigabe_app;

CREATE FUNCTION freigabe_press_number(release uuid) RETURNS smallint LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (SELECT p.number FROM press_release_participants p WHERE p.release_id = release
        AND (p.office_id = freigabe_office() OR p.centre_organisation = freigabe_organisation()
            OR p.coordination_organisation = freigabe_coordination()));
GRANT EXECUTE ON FUNCTION freigabe_press_number(uuid) TO freigabe_app;

ALTER TABLE press_release_participants ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON press_release_participants FOR SELECT
    USING (freigabe_scope() IN ('centre', 'office', 'coordination'));
CREATE POLICY drafter_names ON press_release_participants FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM press_releases r WHERE r.id = press_release_participants.release_id
        AND press_release_participants.number < r.participants
        AND (r.drafted_by_office = (SELECT freigabe_office())
            OR r.drafted_by_centre = (SELECT freigabe_organisation())
            OR r.drafted_by_coordination = (SELECT freigabe_coordination()))));

ALTER TABLE press_release_publications ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON press_release_publications FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY participant_publishes ON press_release_publications FOR INSERT
    WITH CHECK (published_by = freigabe_press_number(release_id));

ALTER TABLE press_releases ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY participant_or_published ON press_releases FOR SELECT
    USING (drafted_by_office = (SELECT freigabe_office())
        OR drafted_by_centre = (SELECT freigabe_organisation())
        OR drafted_by_coordination = (SELECT freigabe_coordination())
        OR freigabe_press_number(id) IS NOT NULL
        OR EXISTS (SELECT FROM press_release_publications p WHERE p.release_id = press_releases.id
            AND (SELECT freigabe_scope() IN ('centre', 'office', 'coordination'))));
CREATE POLICY drafter_drafts ON press_releases FOR INSERT
    WITH CHECK (latest_version = 1 AND state = 'open' AND (drafted_by_office = (SELECT freigabe_office())
        OR drafted_by_centre = (SELECT freigabe_organisation())
        OR drafted_by_coordination = (SELECT freigabe_coordination())));
CREATE POLICY participant_changes ON press_releases FOR UPDATE
    USING (freigabe_press_number(id) IS NOT NULL)
    WITH CHECK (discarded_by IS NULL OR discarded_by = freigabe_press_number(id));

ALTER TABLE press_release_versions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY participant_or_published ON press_release_versions FOR SELECT
    USING (freigabe_press_number(release_id) IS NOT NULL
        OR EXISTS (SELECT FROM press_release_publications p WHERE p.release_id = press_release_versions.release_id
            AND p.version = press_release_versions.number));
CREATE POLICY participant_writes ON press_release_versions FOR INSERT
    WITH CHECK (written_by = freigabe_press_number(release_id)
        AND EXISTS (SELECT FROM press_releases r WHERE r.id = press_release_versions.release_id
            AND r.latest_version = press_release_versions.number AND r.state = 'open'));

ALTER TABLE press_release_comments ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY participant_reads ON press_release_comments FOR SELECT
    USING (freigabe_press_number(release_id) IS NOT NULL);
CREATE POLICY participant_comments ON press_release_comments FOR INSERT
    WITH CHECK (written_by = freigabe_press_number(release_id));

ALTER TABLE press_release_approvals ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY participant_or_published ON press_release_approvals FOR SELECT
    USING (freigabe_press_number(release_id) IS NOT NULL
        OR EXISTS (SELECT FROM press_release_publications p WHERE p.release_id = press_release_approvals.release_id
            AND p.version = press_release_approvals.version));
CREATE POLICY participant_approves ON press_release_approvals FOR INSERT
    WITH CHECK (approved_by = freigabe_press_number(release_id)
        AND EXISTS (SELECT FROM press_releases r WHERE r.id = press_release_approvals.release_id
            AND r.latest_version = press_release_approvals.version AND r.state = 'open'))";
