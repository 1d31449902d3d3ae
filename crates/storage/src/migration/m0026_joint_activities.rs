//! Joint activities with their invitations (agreement, point 7).

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
    // One party is of the police, the other of the network. Nobody who is affected stands in it, and no case.
    "CREATE TABLE joint_activities (
        id {uuid} PRIMARY KEY,
        version {bigint} NOT NULL CHECK (version > 0),
        kind {text} NOT NULL CHECK (kind IN ('conference', 'campaign', 'exhibition', 'training_day', 'press_conference', 'other')),
        title {text} NOT NULL,
        description {text} NOT NULL,
        starts_at {bigint} NOT NULL,
        ends_at {bigint} NOT NULL,
        place {text},
        online {text},
        public {bool} NOT NULL,
        supplementary_agreement {uuid} REFERENCES supplementary_agreements (id),
        proposed_at {bigint} NOT NULL,
        proposed_by_office {text} REFERENCES offices (id),
        proposed_by_centre {uuid} REFERENCES organisations (id),
        proposed_by_coordination {uuid} REFERENCES organisations (id),
        counterpart_office {text} REFERENCES offices (id),
        counterpart_centre {uuid} REFERENCES organisations (id),
        counterpart_coordination {uuid} REFERENCES organisations (id),
        state {text} NOT NULL CHECK (state IN ('proposed', 'agreed', 'declined', 'held', 'cancelled')),
        answered_at {bigint} CHECK (answered_at >= proposed_at),
        closed_at {bigint} CHECK (closed_at >= proposed_at),
        CHECK (ends_at > starts_at),
        CHECK (place IS NOT NULL OR online IS NOT NULL),
        CHECK ((proposed_by_office IS NOT NULL AND proposed_by_centre IS NULL AND proposed_by_coordination IS NULL)
            OR (proposed_by_office IS NULL AND (proposed_by_centre IS NULL) <> (proposed_by_coordination IS NULL))),
        CHECK ((counterpart_office IS NOT NULL AND counterpart_centre IS NULL AND counterpart_coordination IS NULL)
            OR (counterpart_office IS NULL AND (counterpart_centre IS NULL) <> (counterpart_coordination IS NULL))),
        CHECK ((proposed_by_office IS NULL) <> (counterpart_office IS NULL)),
        CHECK (state <> 'proposed' OR answered_at IS NULL),
        CHECK (state IN ('proposed', 'cancelled') OR answered_at IS NOT NULL),
        CHECK ((closed_at IS NULL) = (state IN ('proposed', 'agreed', 'declined'))),
        CHECK (state <> 'held' OR closed_at >= starts_at)
    ){strict}",
    "CREATE INDEX joint_activities_by_time ON joint_activities (proposed_at, id)",
    // In the order of the invitations.
    "CREATE TABLE joint_activity_invitations (
        activity_id {uuid} NOT NULL REFERENCES joint_activities (id),
        number {int} NOT NULL CHECK (number >= 0),
        office_id {text} REFERENCES offices (id),
        centre_organisation {uuid} REFERENCES organisations (id),
        coordination_organisation {uuid} REFERENCES organisations (id),
        invited_at {bigint} NOT NULL,
        answer {text} CHECK (answer IN ('accepted', 'declined', 'tentative')),
        answered_at {bigint} CHECK (answered_at >= invited_at),
        PRIMARY KEY (activity_id, number),
        UNIQUE (activity_id, office_id),
        UNIQUE (activity_id, centre_organisation),
        UNIQUE (activity_id, coordination_organisation),
        CHECK ((office_id IS NOT NULL AND centre_organisation IS NULL AND coordination_organisation IS NULL)
            OR (office_id IS NULL AND (centre_organisation IS NULL) <> (coordination_organisation IS NULL))),
        CHECK ((answer IS NULL) = (answered_at IS NULL))
    ){strict}",
];

/// No secret among partners and the coordination. Whoever proposes does so in its own name; the two parties change where it stands and invite,
/// and nobody changes what was proposed. Whoever is invited answers for itself alone, and holds the activity meanwhile without changing it.
const ROW_SECURITY: &str = "
REVOKE ALL ON joint_activities, joint_activity_invitations FROM freigabe_app;
GRANT SELECT, INSERT ON joint_activities, joint_activity_invitations TO freigabe_app;
GRANT UPDATE (version, state, answered_at, closed_at) ON joint_activities TO freigabe_app;
GRANT UPDATE (answer, answered_at) ON joint_activity_invitations TO freigabe_app;

ALTER TABLE joint_activities ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON joint_activities FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY party_proposes ON joint_activities FOR INSERT
    WITH CHECK (state = 'proposed' AND version = 1 AND (proposed_by_office = (SELECT freigabe_office())
        OR proposed_by_centre = (SELECT freigabe_organisation())
        OR proposed_by_coordination = (SELECT freigabe_coordination())));
CREATE POLICY proposer_changes ON joint_activities FOR UPDATE
    USING (proposed_by_office = (SELECT freigabe_office())
        OR proposed_by_centre = (SELECT freigabe_organisation())
        OR proposed_by_coordination = (SELECT freigabe_coordination()))
    WITH CHECK (state <> 'declined' AND (proposed_by_office = (SELECT freigabe_office())
        OR proposed_by_centre = (SELECT freigabe_organisation())
        OR proposed_by_coordination = (SELECT freigabe_coordination())));
CREATE POLICY counterpart_changes ON joint_activities FOR UPDATE
    USING (counterpart_office = (SELECT freigabe_office())
        OR counterpart_centre = (SELECT freigabe_organisation())
        OR counterpart_coordination = (SELECT freigabe_coordination()))
    WITH CHECK (counterpart_office = (SELECT freigabe_office())
        OR counterpart_centre = (SELECT freigabe_organisation())
        OR counterpart_coordination = (SELECT freigabe_coordination()));
CREATE POLICY invited_holds ON joint_activities FOR UPDATE
    USING (EXISTS (SELECT FROM joint_activity_invitations i WHERE i.activity_id = joint_activities.id
        AND (i.office_id = (SELECT freigabe_office())
            OR i.centre_organisation = (SELECT freigabe_organisation())
            OR i.coordination_organisation = (SELECT freigabe_coordination()))))
    WITH CHECK (false);

ALTER TABLE joint_activity_invitations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON joint_activity_invitations FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY party_invites ON joint_activity_invitations FOR INSERT
    WITH CHECK (answer IS NULL AND EXISTS (SELECT FROM joint_activities a
        WHERE a.id = joint_activity_invitations.activity_id AND a.state = 'agreed'
            AND (a.proposed_by_office = (SELECT freigabe_office())
                OR a.proposed_by_centre = (SELECT freigabe_organisation())
                OR a.proposed_by_coordination = (SELECT freigabe_coordination())
                OR a.counterpart_office = (SELECT freigabe_office())
                OR a.counterpart_centre = (SELECT freigabe_organisation())
                OR a.counterpart_coordination = (SELECT freigabe_coordination()))));
CREATE POLICY invited_answers ON joint_activity_invitations FOR UPDATE
    USING (office_id = (SELECT freigabe_office())
        OR centre_organisation = (SELECT freigabe_organisation())
        OR coordination_organisation = (SELECT freigabe_coordination()))
    WITH CHECK (answer IS NOT NULL AND EXISTS (SELECT FROM joint_activities a
        WHERE a.id = joint_activity_invitations.activity_id AND a.state = 'agreed'))";
