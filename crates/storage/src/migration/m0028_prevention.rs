//! Prevention days of the police with their invitations, and where the police name the network (agreement, point 8).

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
        database.execute_unprepared(EVENTS).await?;
        database.execute_unprepared(MEDIA).await?;
    }
    Ok(())
});

const TABLES: &[&str] = &[
    // Nobody who is affected stands in it, and no case.
    "CREATE TABLE prevention_events (
        id {uuid} PRIMARY KEY,
        version {bigint} NOT NULL CHECK (version > 0),
        office_id {text} NOT NULL REFERENCES offices (id),
        title {text} NOT NULL,
        description {text} NOT NULL,
        starts_at {bigint} NOT NULL,
        ends_at {bigint} NOT NULL,
        place {text},
        online {text},
        public {bool} NOT NULL,
        supplementary_agreement {uuid} REFERENCES supplementary_agreements (id),
        state {text} NOT NULL CHECK (state IN ('planned', 'held', 'cancelled')),
        planned_at {bigint} NOT NULL,
        closed_at {bigint},
        CHECK (ends_at > starts_at),
        CHECK (place IS NOT NULL OR online IS NOT NULL),
        CHECK ((closed_at IS NULL) = (state = 'planned')),
        CHECK (state <> 'held' OR closed_at >= starts_at)
    ){strict}",
    "CREATE INDEX prevention_events_by_time ON prevention_events (planned_at, id)",
    // In the order of the invitations. Who is invited is of the network.
    "CREATE TABLE prevention_invitations (
        event_id {uuid} NOT NULL REFERENCES prevention_events (id),
        number {int} NOT NULL CHECK (number >= 0),
        centre_organisation {uuid} REFERENCES organisations (id),
        coordination_organisation {uuid} REFERENCES organisations (id),
        invited_at {bigint} NOT NULL,
        answer {text} CHECK (answer IN ('accepted', 'declined', 'tentative')),
        answered_at {bigint} CHECK (answered_at >= invited_at),
        PRIMARY KEY (event_id, number),
        UNIQUE (event_id, centre_organisation),
        UNIQUE (event_id, coordination_organisation),
        CHECK ((centre_organisation IS NULL) <> (coordination_organisation IS NULL)),
        CHECK ((answer IS NULL) = (answered_at IS NULL))
    ){strict}",
    // A page or a leaflet. It names a centre, by its entry in the directory as it was then, or the coordination. `looked_at` is when it was last
    // looked at, or added.
    "CREATE TABLE media_references (
        id {uuid} PRIMARY KEY,
        office_id {text} NOT NULL REFERENCES offices (id),
        page {text},
        leaflet_title {text},
        leaflet_lies_at {text},
        names_centre {uuid},
        added_at {bigint} NOT NULL,
        looked_at {bigint} NOT NULL CHECK (looked_at >= added_at),
        found {text} CHECK (found IN ('yes', 'no', 'unknown')),
        checked_by {text} CHECK (checked_by IN ('hand', 'program')),
        removed_at {bigint} CHECK (removed_at >= added_at),
        CHECK ((page IS NOT NULL AND leaflet_title IS NULL AND leaflet_lies_at IS NULL)
            OR (page IS NULL AND leaflet_title IS NOT NULL AND leaflet_lies_at IS NOT NULL)),
        CHECK ((found IS NULL) = (checked_by IS NULL)),
        CHECK (found IS NOT NULL OR looked_at = added_at)
    ){strict}",
    "CREATE INDEX media_references_by_time ON media_references (added_at, id)",
];

/// No secret among partners and the coordination. An office plans in its own name, and invites to what is its own; nobody changes what was
/// planned but where it stands. Whoever is invited answers for itself alone, and holds the day meanwhile without changing it.
const EVENTS: &str = "
REVOKE ALL ON prevention_events, prevention_invitations FROM freigabe_app;
GRANT SELECT, INSERT ON prevention_events, prevention_invitations TO freigabe_app;
GRANT UPDATE (version, state, closed_at) ON prevention_events TO freigabe_app;
GRANT UPDATE (answer, answered_at) ON prevention_invitations TO freigabe_app;

ALTER TABLE prevention_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON prevention_events FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY office_plans ON prevention_events FOR INSERT
    WITH CHECK (office_id = (SELECT freigabe_office()) AND state = 'planned');
CREATE POLICY office_changes ON prevention_events FOR UPDATE
    USING (office_id = (SELECT freigabe_office()))
    WITH CHECK (office_id = (SELECT freigabe_office()));
CREATE POLICY invited_holds ON prevention_events FOR UPDATE
    USING (EXISTS (SELECT FROM prevention_invitations i WHERE i.event_id = prevention_events.id
        AND (i.centre_organisation = (SELECT freigabe_organisation())
            OR i.coordination_organisation = (SELECT freigabe_coordination()))))
    WITH CHECK (false);

ALTER TABLE prevention_invitations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON prevention_invitations FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY office_invites ON prevention_invitations FOR INSERT
    WITH CHECK (answer IS NULL AND EXISTS (SELECT FROM prevention_events e
        WHERE e.id = prevention_invitations.event_id AND e.office_id = (SELECT freigabe_office()) AND e.state = 'planned'));
CREATE POLICY invited_answers ON prevention_invitations FOR UPDATE
    USING (centre_organisation = (SELECT freigabe_organisation())
        OR coordination_organisation = (SELECT freigabe_coordination()))
    WITH CHECK (answer IS NOT NULL AND EXISTS (SELECT FROM prevention_events e
        WHERE e.id = prevention_invitations.event_id AND e.state = 'planned'))";

/// No secret among partners and the coordination; an office keeps its own, and once removed it stays as it was.
const MEDIA: &str = "
REVOKE ALL ON media_references FROM freigabe_app;
GRANT SELECT, INSERT ON media_references TO freigabe_app;
GRANT UPDATE (looked_at, found, checked_by, removed_at) ON media_references TO freigabe_app;
ALTER TABLE media_references ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON media_references FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY office_adds ON media_references FOR INSERT
    WITH CHECK (office_id = (SELECT freigabe_office()) AND found IS NULL AND removed_at IS NULL);
CREATE POLICY office_keeps ON media_references FOR UPDATE
    USING (office_id = (SELECT freigabe_office()))
    WITH CHECK (office_id = (SELECT freigabe_office()))";
