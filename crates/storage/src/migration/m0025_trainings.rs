//! Trainings and general advisories (agreement, point 6).

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
    // No column could name a person or a case. What is agreed has an office, a host, a time and a place; what was held a number.
    "CREATE TABLE trainings (
        id {uuid} PRIMARY KEY,
        version {bigint} NOT NULL CHECK (version > 0),
        state {text} NOT NULL CHECK (state IN ('requested', 'agreed', 'held', 'evaluated', 'declined', 'cancelled')),
        title {text} NOT NULL,
        description {text},
        audience {text} NOT NULL CHECK (audience IN ('offices', 'direktion', 'all')),
        direktion_id {text} REFERENCES offices (id),
        seats {smallint} NOT NULL CHECK (seats BETWEEN 1 AND 1000),
        language {text} NOT NULL CHECK (length(language) BETWEEN 2 AND 3),
        supplementary_agreement_id {uuid} REFERENCES supplementary_agreements (id),
        is_public {bool} NOT NULL,
        opened_at {bigint} NOT NULL,
        opened_by_office {text} REFERENCES offices (id),
        opened_by_centre {uuid} REFERENCES organisations (id),
        opened_by_coordination {uuid} REFERENCES organisations (id),
        changed_at {bigint} NOT NULL,
        host_centre {uuid} REFERENCES organisations (id),
        host_coordination {uuid} REFERENCES organisations (id),
        office_id {text} REFERENCES offices (id),
        starts_at {bigint},
        ends_at {bigint},
        place {text},
        online {text},
        attendance {smallint} CHECK (attendance BETWEEN 0 AND 5000),
        grade {smallint} CHECK (grade BETWEEN 1 AND 5),
        remark {text},
        CHECK ((audience = 'direktion') = (direktion_id IS NOT NULL)),
        CHECK ((opened_by_office IS NOT NULL AND opened_by_centre IS NULL AND opened_by_coordination IS NULL)
            OR (opened_by_office IS NULL AND (opened_by_centre IS NULL) <> (opened_by_coordination IS NULL))),
        CHECK (host_centre IS NULL OR host_coordination IS NULL),
        CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
        CHECK (ends_at > starts_at),
        CHECK ((starts_at IS NULL) = (state IN ('requested', 'declined'))),
        CHECK (starts_at IS NULL OR (office_id IS NOT NULL AND (host_centre IS NOT NULL OR host_coordination IS NOT NULL)
            AND (place IS NOT NULL OR online IS NOT NULL))),
        CHECK ((attendance IS NOT NULL) = (state IN ('held', 'evaluated'))),
        CHECK ((grade IS NOT NULL) = (state = 'evaluated')),
        CHECK (remark IS NULL OR grade IS NOT NULL)
    ){strict}",
    "CREATE INDEX trainings_by_time ON trainings (opened_at, id)",
    "CREATE INDEX trainings_in_calendar ON trainings (ends_at) WHERE ends_at IS NOT NULL",
    "CREATE TABLE training_topics (
        training_id {uuid} NOT NULL REFERENCES trainings (id),
        number {smallint} NOT NULL CHECK (number >= 0),
        topic {text} NOT NULL CHECK (topic IN ('indicators', 'interviewing', 'trauma', 'rights_and_residence', 'exploitation_forms',
            'cooperation_agreement', 'interpreting', 'other')),
        PRIMARY KEY (training_id, number),
        UNIQUE (training_id, topic)
    ){strict}",
    "CREATE TABLE training_offices (
        training_id {uuid} NOT NULL REFERENCES trainings (id),
        number {smallint} NOT NULL CHECK (number >= 0),
        office_id {text} NOT NULL REFERENCES offices (id),
        PRIMARY KEY (training_id, number),
        UNIQUE (training_id, office_id)
    ){strict}",
    "CREATE TABLE training_materials (
        training_id {uuid} NOT NULL REFERENCES trainings (id),
        number {smallint} NOT NULL CHECK (number BETWEEN 0 AND 49),
        title {text} NOT NULL,
        address {text} NOT NULL,
        sha256 {text} NOT NULL CHECK (length(sha256) = 64),
        added_at {bigint} NOT NULL,
        PRIMARY KEY (training_id, number)
    ){strict}",
    "CREATE TABLE advisories (
        id {uuid} PRIMARY KEY,
        title {text} NOT NULL,
        body {text} NOT NULL,
        published_at {bigint} NOT NULL,
        published_by_office {text} REFERENCES offices (id),
        published_by_centre {uuid} REFERENCES organisations (id),
        published_by_coordination {uuid} REFERENCES organisations (id),
        withdrawn_at {bigint},
        CHECK ((published_by_office IS NOT NULL AND published_by_centre IS NULL AND published_by_coordination IS NULL)
            OR (published_by_office IS NULL AND (published_by_centre IS NULL) <> (published_by_coordination IS NULL)))
    ){strict}",
    "CREATE INDEX advisories_by_time ON advisories (published_at, id) WHERE withdrawn_at IS NULL",
    // What an advisory is about, in the order in which it was named: a topic, a country or a form of exploitation.
    "CREATE TABLE advisory_subjects (
        advisory_id {uuid} NOT NULL REFERENCES advisories (id),
        kind {text} NOT NULL CHECK (kind IN ('topic', 'country', 'exploitation_form')),
        number {smallint} NOT NULL CHECK (number >= 0),
        code {text} NOT NULL,
        PRIMARY KEY (advisory_id, kind, number),
        UNIQUE (advisory_id, kind, code)
    ){strict}",
];

/// No secret among partners and the coordination; of a public training everybody may know when and where it is. Whoever asks or offers does
/// so in its own name; the other side agrees in its own; only the two, and whoever is asked, change anything, and nobody the terms.
const ROW_SECURITY: &str = "
REVOKE ALL ON trainings, training_topics, training_offices, training_materials, advisories, advisory_subjects FROM freigabe_app;
GRANT SELECT, INSERT ON trainings, training_topics, training_offices, training_materials, advisories, advisory_subjects TO freigabe_app;
GRANT UPDATE (version, state, changed_at, host_centre, host_coordination, office_id, starts_at, ends_at, place, online, attendance, grade,
    remark) ON trainings TO freigabe_app;
GRANT UPDATE (withdrawn_at) ON advisories TO freigabe_app;

CREATE POLICY coordination_is_known ON organisations FOR SELECT
    USING ((SELECT freigabe_scope() = 'office') AND role = 'coordination');

ALTER TABLE trainings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON trainings FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY everybody_reads_public ON trainings FOR SELECT
    USING ((SELECT freigabe_scope() = 'directory') AND is_public AND starts_at IS NOT NULL);
CREATE POLICY one_side_opens ON trainings FOR INSERT
    WITH CHECK (state = 'requested' AND version = 1 AND (opened_by_office = (SELECT freigabe_office())
        OR opened_by_centre = (SELECT freigabe_organisation())
        OR opened_by_coordination = (SELECT freigabe_coordination())));
CREATE POLICY sides_change ON trainings FOR UPDATE
    USING (opened_by_office = (SELECT freigabe_office()) OR office_id = (SELECT freigabe_office())
        OR opened_by_centre = (SELECT freigabe_organisation()) OR host_centre = (SELECT freigabe_organisation())
        OR opened_by_coordination = (SELECT freigabe_coordination()) OR host_coordination = (SELECT freigabe_coordination())
        OR (opened_by_office IS NOT NULL AND host_centre IS NULL AND host_coordination IS NULL
            AND (SELECT freigabe_scope() IN ('centre', 'coordination')))
        OR (opened_by_office IS NULL AND EXISTS (SELECT FROM training_offices o WHERE o.training_id = trainings.id
            AND o.office_id = (SELECT freigabe_office()))));

ALTER TABLE training_topics ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON training_topics FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY opener_says ON training_topics FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM trainings t WHERE t.id = training_topics.training_id AND t.version = 1
        AND (t.opened_by_office = (SELECT freigabe_office()) OR t.opened_by_centre = (SELECT freigabe_organisation())
            OR t.opened_by_coordination = (SELECT freigabe_coordination()))));

ALTER TABLE training_offices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON training_offices FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY opener_says ON training_offices FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM trainings t WHERE t.id = training_offices.training_id AND t.version = 1
        AND (t.opened_by_office = (SELECT freigabe_office()) OR t.opened_by_centre = (SELECT freigabe_organisation())
            OR t.opened_by_coordination = (SELECT freigabe_coordination()))));

ALTER TABLE training_materials ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON training_materials FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY host_adds ON training_materials FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM trainings t WHERE t.id = training_materials.training_id
        AND (t.host_centre = (SELECT freigabe_organisation()) OR t.host_coordination = (SELECT freigabe_coordination()))));

ALTER TABLE advisories ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON advisories FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY author_publishes ON advisories FOR INSERT
    WITH CHECK (withdrawn_at IS NULL AND (published_by_office = (SELECT freigabe_office())
        OR published_by_centre = (SELECT freigabe_organisation())
        OR published_by_coordination = (SELECT freigabe_coordination())));
CREATE POLICY author_withdraws ON advisories FOR UPDATE
    USING (published_by_office = (SELECT freigabe_office()) OR published_by_centre = (SELECT freigabe_organisation())
        OR published_by_coordination = (SELECT freigabe_coordination()));

ALTER TABLE advisory_subjects ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY partners_read ON advisory_subjects FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'coordination')));
CREATE POLICY author_says ON advisory_subjects FOR INSERT
    WITH CHECK (EXISTS (SELECT FROM advisories a WHERE a.id = advisory_subjects.advisory_id
        AND (a.published_by_office = (SELECT freigabe_office()) OR a.published_by_centre = (SELECT freigabe_organisation())
            OR a.published_by_coordination = (SELECT freigabe_coordination()))))";
