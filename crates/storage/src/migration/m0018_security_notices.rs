//! Security notices of offices to centres (agreement, point 5).

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
        for part in [ROW_SECURITY, UPKEEP, ERASER] {
            database.execute_unprepared(part).await?;
        }
    }
    Ok(())
});

const TABLES: &[&str] = &[
    // What goes to several centres has no room for a person: neither a case, a pseudonym, a disclosure nor an offer, and no kind that is
    // about one. What a notice says is sealed under a key of its own, which goes with it.
    "CREATE TABLE security_notices (
        id {uuid} PRIMARY KEY,
        series {uuid} NOT NULL,
        version {bigint} NOT NULL CHECK (version > 0),
        office_id {text} NOT NULL REFERENCES offices (id),
        kind {text} NOT NULL CHECK (kind IN ('threat_person', 'threat_counsellor', 'threat_centre', 'threat_family',
            'origin_country_change', 'suspect_released', 'protection_changed', 'contact_officer_changed', 'handover')),
        urgency {text} NOT NULL CHECK (urgency IN ('routine', 'urgent')),
        audience {text} NOT NULL CHECK (audience IN ('centre', 'region', 'all')),
        subject {text} NOT NULL CHECK (subject IN ('person', 'family', 'counsellors', 'centre', 'centres', 'country')),
        country {text} CHECK (length(country) = 2),
        laender {text},
        organisation_id {uuid} REFERENCES organisations (id),
        case_id {uuid} REFERENCES cases (id),
        about_person {bool} GENERATED ALWAYS AS (case_id IS NOT NULL) STORED,
        person {text},
        disclosure_id {uuid} REFERENCES disclosures (id),
        offer_id {uuid} REFERENCES involvement_offers (id),
        person_for_centre {text},
        valid_from {bigint} NOT NULL,
        valid_until {bigint} NOT NULL,
        issued_at {bigint} NOT NULL,
        wrapped_key {bytes},
        sealed_assessment {bytes},
        state {text} NOT NULL CHECK (state IN ('current', 'superseded', 'withdrawn')),
        ended_at {bigint},
        UNIQUE (series, version),
        UNIQUE (id, office_id, about_person),
        UNIQUE (id, case_id, organisation_id),
        CHECK (valid_until > valid_from),
        CHECK ((version = 1) = (series = id)),
        CHECK ((audience = 'centre') = (organisation_id IS NOT NULL)),
        CHECK ((audience = 'region') = (laender IS NOT NULL)),
        CHECK ((audience = 'centre') = (subject IN ('person', 'family', 'centre')) OR subject = 'counsellors'),
        CHECK ((subject = 'country') = (country IS NOT NULL)),
        CHECK ((subject IN ('person', 'family')) = (case_id IS NOT NULL)),
        CHECK ((subject IN ('person', 'family')) = (person IS NOT NULL)),
        CHECK ((subject IN ('person', 'family')) = (disclosure_id IS NOT NULL OR offer_id IS NOT NULL)),
        CHECK (disclosure_id IS NULL OR offer_id IS NULL),
        CHECK ((offer_id IS NULL) = (person_for_centre IS NULL)),
        CHECK (audience = 'centre' OR kind NOT IN ('threat_person', 'threat_family', 'suspect_released', 'handover')),
        CHECK ((state = 'current') = (ended_at IS NULL)),
        CHECK ((state = 'withdrawn') = (sealed_assessment IS NULL)),
        CHECK ((wrapped_key IS NULL) = (sealed_assessment IS NULL))
    ){strict}",
    "CREATE INDEX security_notices_by_office ON security_notices (office_id, issued_at, id)",
    "CREATE INDEX security_notices_by_case ON security_notices (case_id) WHERE case_id IS NOT NULL",
    // Of a notice about a person each delivery has her case, and goes to the one centre that it is addressed to.
    "CREATE TABLE security_notice_deliveries (
        notice_id {uuid} NOT NULL,
        organisation_id {uuid} NOT NULL REFERENCES organisations (id),
        office_id {text} NOT NULL,
        case_id {uuid},
        about_person {bool} GENERATED ALWAYS AS (case_id IS NOT NULL) STORED,
        issued_at {bigint} NOT NULL,
        remind_at {bigint} NOT NULL,
        delivered_at {bigint},
        read_at {bigint},
        reminded_at {bigint},
        acknowledged_at {bigint},
        acknowledged_as {text} CHECK (acknowledged_as IN ('management', 'security_officer', 'on_call_counsellor', 'counsellor')),
        PRIMARY KEY (notice_id, organisation_id),
        FOREIGN KEY (notice_id, office_id, about_person) REFERENCES security_notices (id, office_id, about_person),
        FOREIGN KEY (notice_id, case_id, organisation_id) REFERENCES security_notices (id, case_id, organisation_id),
        CHECK (read_at IS NULL OR delivered_at IS NOT NULL),
        CHECK (acknowledged_at IS NULL OR read_at IS NOT NULL),
        CHECK ((acknowledged_at IS NULL) = (acknowledged_as IS NULL))
    ){strict}",
    "CREATE INDEX security_notice_deliveries_by_organisation ON security_notice_deliveries (organisation_id, issued_at, notice_id)",
    "CREATE INDEX security_notice_deliveries_by_case ON security_notice_deliveries (case_id) WHERE case_id IS NOT NULL",
    "CREATE INDEX security_notice_deliveries_to_remind ON security_notice_deliveries (remind_at)
        WHERE acknowledged_at IS NULL AND reminded_at IS NULL",
];

/// Deliveries know their office and their centre, so that their own rules ask for nothing else: those of notices ask for them. A centre
/// holds the row of a notice while it reads or acknowledges, and can't change it. An office sees which centres take part, as the
/// coordination does, to tell all of them.
const ROW_SECURITY: &str = "
REVOKE ALL ON security_notices, security_notice_deliveries FROM freigabe_app;
GRANT SELECT, INSERT ON security_notices, security_notice_deliveries TO freigabe_app;
GRANT UPDATE (state, ended_at, wrapped_key, sealed_assessment) ON security_notices TO freigabe_app;
GRANT UPDATE (delivered_at, read_at, reminded_at, acknowledged_at, acknowledged_as) ON security_notice_deliveries TO freigabe_app;
ALTER TABLE security_notices ALTER COLUMN sealed_assessment SET STATISTICS 0;
ALTER TABLE security_notices ALTER COLUMN wrapped_key SET STATISTICS 0;

DROP POLICY coordination_reads ON organisations;
CREATE POLICY office_and_coordination_read ON organisations FOR SELECT
    USING ((SELECT freigabe_scope() IN ('coordination', 'office')) AND role = 'centre');

ALTER TABLE security_notice_deliveries ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY office_reads ON security_notice_deliveries FOR SELECT USING (office_id = (SELECT freigabe_office()));
CREATE POLICY office_addresses ON security_notice_deliveries FOR INSERT
    WITH CHECK (office_id = (SELECT freigabe_office()) AND delivered_at IS NULL AND reminded_at IS NULL);
CREATE POLICY centre_reads ON security_notice_deliveries FOR SELECT
    USING (organisation_id = (SELECT freigabe_organisation()) AND (SELECT freigabe_scope() = 'centre'));
CREATE POLICY centre_acknowledges ON security_notice_deliveries FOR UPDATE
    USING (organisation_id = (SELECT freigabe_organisation()) AND (SELECT freigabe_scope() = 'centre'))
    WITH CHECK (organisation_id = (SELECT freigabe_organisation()) AND delivered_at IS NOT NULL);

ALTER TABLE security_notices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY office_reads ON security_notices FOR SELECT USING (office_id = (SELECT freigabe_office()));
CREATE POLICY office_issues ON security_notices FOR INSERT
    WITH CHECK (office_id = (SELECT freigabe_office()) AND state = 'current');
CREATE POLICY office_ends ON security_notices FOR UPDATE
    USING (office_id = (SELECT freigabe_office()))
    WITH CHECK (office_id = (SELECT freigabe_office()) AND state <> 'current');
CREATE POLICY addressed_centre_reads ON security_notices FOR SELECT
    USING ((SELECT freigabe_scope() = 'centre')
        AND EXISTS (SELECT FROM security_notice_deliveries d WHERE d.notice_id = security_notices.id));
CREATE POLICY addressed_centre_holds ON security_notices FOR UPDATE
    USING ((SELECT freigabe_scope() = 'centre')
        AND EXISTS (SELECT FROM security_notice_deliveries d WHERE d.notice_id = security_notices.id))
    WITH CHECK (false)";

/// Reminded is who has not acknowledged, and nothing is read or acknowledged for anybody.
const UPKEEP: &str = "
CREATE POLICY upkeep_reads ON security_notice_deliveries FOR SELECT
    USING ((SELECT freigabe_scope() = 'upkeep') AND acknowledged_at IS NULL);
CREATE POLICY upkeep_reminds ON security_notice_deliveries FOR UPDATE
    USING ((SELECT freigabe_scope() = 'upkeep') AND acknowledged_at IS NULL AND reminded_at IS NULL)
    WITH CHECK ((SELECT freigabe_scope() = 'upkeep') AND acknowledged_at IS NULL);
CREATE POLICY upkeep_reads ON security_notices FOR SELECT
    USING ((SELECT freigabe_scope() = 'upkeep') AND state = 'current');
CREATE POLICY upkeep_holds ON security_notices FOR UPDATE
    USING ((SELECT freigabe_scope() = 'upkeep') AND state = 'current') WITH CHECK (false)";

/// As `m0013_eraser_by_role` has it for the other tables of cases: rules for the owner's role alone.
const ERASER: &str = "
DO $$
DECLARE
    place text;
BEGIN
    FOREACH place IN ARRAY ARRAY['security_notices', 'security_notice_deliveries']
    LOOP
        EXECUTE format('CREATE POLICY eraser_reads ON %I FOR SELECT TO %I USING ((SELECT freigabe_scope() = ''eraser''))',
            place, current_user);
        EXECUTE format('CREATE POLICY eraser_deletes ON %I FOR DELETE TO %I USING ((SELECT freigabe_scope() = ''eraser''))',
            place, current_user);
    END LOOP;
END
$$";
