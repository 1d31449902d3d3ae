//! Referral notices and involvements (agreement, points 2 and 3). Offices have cases from here on, as centres do.

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
        for part in [CASES, ROW_SECURITY, CONTACTS, UPKEEP, ERASER] {
            database.execute_unprepared(part).await?;
        }
    }
    Ok(())
});

const TABLES: &[&str] = &[
    // Nothing here is about a person: closed codes, a minute, and ids of the directory.
    "CREATE TABLE referral_notices (
        id {uuid} PRIMARY KEY,
        office_id {text} NOT NULL REFERENCES offices (id),
        recorded_at {bigint} NOT NULL,
        told_at {bigint} NOT NULL CHECK (told_at % 60000000 = 0),
        language {text} NOT NULL CHECK (length(language) BETWEEN 2 AND 3),
        medium {text} NOT NULL CHECK (medium IN ('spoken', 'interpreted', 'leaflet', 'link', 'call_together')),
        leaflet_version {bigint} CHECK (leaflet_version > 0),
        centres {text} NOT NULL,
        CHECK (leaflet_version IS NULL OR medium IN ('leaflet', 'link'))
    ){strict}",
    "CREATE INDEX referral_notices_by_office ON referral_notices (office_id, recorded_at, id)",
    // The row on which a centre's answer, its office's changes and the upkeep meet. `cases.centre_id` is whoever has the case.
    "CREATE TABLE involvements (
        id {uuid} PRIMARY KEY,
        office_id {text} NOT NULL REFERENCES offices (id),
        organisation_id {uuid} NOT NULL,
        case_id {uuid} NOT NULL,
        person {text} NOT NULL,
        suspicion_noted_at {bigint} NOT NULL,
        opened_at {bigint} NOT NULL,
        sealed_need {bytes} NOT NULL,
        state {text} NOT NULL CHECK (state IN ('noted', 'offered', 'accepted', 'contact_agreed', 'closed')),
        accepted_offer {uuid},
        contact_mode {text} CHECK (contact_mode IN ('centre_comes', 'person_brought', 'centre_calls', 'office_calls', 'person_contacts')),
        meeting_at {bigint},
        contact_agreed_at {bigint},
        closed_at {bigint},
        UNIQUE (id, office_id, case_id),
        FOREIGN KEY (case_id, organisation_id) REFERENCES cases (id, centre_id),
        CHECK (state NOT IN ('noted', 'offered') OR accepted_offer IS NULL),
        CHECK (state NOT IN ('accepted', 'contact_agreed') OR accepted_offer IS NOT NULL),
        CHECK ((contact_mode IS NULL) = (contact_agreed_at IS NULL)),
        CHECK (meeting_at IS NULL OR contact_mode IS NOT NULL),
        CHECK (contact_mode IS NULL OR state IN ('contact_agreed', 'closed')),
        CHECK (contact_mode IS NOT NULL OR state <> 'contact_agreed'),
        CHECK ((state = 'closed') = (closed_at IS NOT NULL))
    ){strict}",
    "CREATE INDEX involvements_by_office ON involvements (office_id, opened_at, id)",
    "CREATE INDEX involvements_by_case ON involvements (case_id)",
    "CREATE TABLE involvement_offers (
        id {uuid} PRIMARY KEY,
        involvement_id {uuid} NOT NULL,
        office_id {text} NOT NULL,
        case_id {uuid} NOT NULL,
        centre_id {uuid} NOT NULL,
        organisation_id {uuid} NOT NULL REFERENCES organisations (id),
        person_for_centre {text} NOT NULL,
        state {text} NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'unavailable')),
        reason {text} CHECK (reason IN ('capacity', 'language', 'target_group', 'area', 'conflict_of_interest', 'other')),
        offered_at {bigint} NOT NULL,
        remind_at {bigint} NOT NULL,
        answer_by {bigint} NOT NULL,
        reminded_at {bigint},
        escalated_at {bigint},
        answered_at {bigint},
        UNIQUE (involvement_id, centre_id),
        FOREIGN KEY (involvement_id, office_id, case_id) REFERENCES involvements (id, office_id, case_id),
        CHECK ((state = 'open') = (answered_at IS NULL)),
        CHECK (reason IS NULL OR state IN ('declined', 'unavailable'))
    ){strict}",
    "CREATE INDEX involvement_offers_by_organisation ON involvement_offers (organisation_id, offered_at, id)",
    "CREATE INDEX involvement_offers_by_case ON involvement_offers (case_id, organisation_id)",
    "CREATE INDEX involvement_offers_to_remind ON involvement_offers (remind_at)
        WHERE state = 'open' AND reminded_at IS NULL",
    "CREATE INDEX involvement_offers_to_escalate ON involvement_offers (answer_by)
        WHERE state = 'open' AND escalated_at IS NULL",
    // The row on which a release, a collection and the withdrawal meet. Only what was allowed is here.
    "CREATE TABLE contact_consents (
        id {uuid} PRIMARY KEY,
        involvement_id {uuid} NOT NULL,
        office_id {text} NOT NULL,
        case_id {uuid} NOT NULL,
        person {text} NOT NULL,
        status {text} NOT NULL CHECK (status IN ('given', 'withdrawn', 'expired')),
        recorded_at {bigint} NOT NULL,
        withdrawn_at {bigint},
        valid_from {bigint} NOT NULL,
        valid_until {bigint} NOT NULL,
        sealed_terms {bytes} NOT NULL,
        commitment {bytes} NOT NULL,
        UNIQUE (id, involvement_id, office_id, case_id),
        FOREIGN KEY (involvement_id, office_id, case_id) REFERENCES involvements (id, office_id, case_id),
        CHECK ((status = 'withdrawn') = (withdrawn_at IS NOT NULL)),
        CHECK (valid_until > valid_from)
    ){strict}",
    "CREATE INDEX contact_consents_by_case ON contact_consents (case_id)",
    "CREATE INDEX contact_consents_by_end ON contact_consents (status, valid_until)",
    "CREATE TABLE contact_details (
        id {uuid} PRIMARY KEY,
        consent_id {uuid} NOT NULL,
        involvement_id {uuid} NOT NULL,
        office_id {text} NOT NULL,
        case_id {uuid} NOT NULL,
        offer_id {uuid} NOT NULL REFERENCES involvement_offers (id),
        centre_id {uuid} NOT NULL,
        organisation_id {uuid} NOT NULL REFERENCES organisations (id),
        person {text} NOT NULL,
        person_for_centre {text} NOT NULL,
        kinds {text} NOT NULL,
        state {text} NOT NULL CHECK (state IN ('held', 'collected', 'acknowledged', 'sealed')),
        seal_reason {text} CHECK (seal_reason IN ('withdrawn', 'expired')),
        released_at {bigint} NOT NULL,
        collected_at {bigint},
        closed_at {bigint},
        erasure_asked_at {bigint},
        erased_at {bigint},
        FOREIGN KEY (consent_id, involvement_id, office_id, case_id)
            REFERENCES contact_consents (id, involvement_id, office_id, case_id),
        CHECK ((state = 'sealed') = (seal_reason IS NOT NULL)),
        CHECK ((state IN ('collected', 'acknowledged')) = (collected_at IS NOT NULL)),
        CHECK ((state IN ('acknowledged', 'sealed')) = (closed_at IS NOT NULL)),
        CHECK (erasure_asked_at IS NULL OR collected_at IS NOT NULL),
        CHECK (erased_at IS NULL OR erasure_asked_at IS NOT NULL)
    ){strict}",
    "CREATE INDEX contact_details_by_consent ON contact_details (consent_id, released_at, id)",
    "CREATE INDEX contact_details_by_organisation ON contact_details (organisation_id, released_at, id)",
    "CREATE INDEX contact_details_by_case ON contact_details (case_id)",
    "CREATE TABLE contact_contents (
        details_id {uuid} PRIMARY KEY REFERENCES contact_details (id),
        sealed {bytes} NOT NULL
    ){strict}",
    "CREATE INDEX involvement_offers_unanswered ON involvement_offers (offered_at, id)
        WHERE state = 'open' AND escalated_at IS NOT NULL",
];

/// An office has cases of its own, by the organisation that it is; that is said, since to look it up would ask the rules of other tables
/// with each case. A centre that was asked opens what help is needed, which is sealed under the case's key.
const CASES: &str = "
CREATE FUNCTION freigabe_holder() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CAST(nullif(current_setting('freigabe.holder', true), '') AS uuid);
GRANT EXECUTE ON FUNCTION freigabe_holder() TO freigabe_app;
CREATE POLICY office_reads_own ON cases FOR SELECT USING (centre_id = (SELECT freigabe_holder()));
CREATE POLICY office_adds_own ON cases FOR INSERT WITH CHECK (centre_id = (SELECT freigabe_holder()));
CREATE POLICY asked_centre_reads ON cases FOR SELECT USING (EXISTS (
    SELECT FROM involvement_offers o
    WHERE o.case_id = cases.id AND o.organisation_id = (SELECT freigabe_organisation())));
ALTER TABLE involvements ALTER COLUMN sealed_need SET STATISTICS 0";

/// Offers know their office and their centre, so that their own rules ask for nothing else: those of involvements ask for them. A centre
/// that was asked may say that it helps, or that it can't any more, and changes nothing else of the involvement.
const ROW_SECURITY: &str = "
REVOKE ALL ON referral_notices, involvements, involvement_offers FROM freigabe_app;
GRANT SELECT, INSERT ON referral_notices, involvements, involvement_offers TO freigabe_app;
GRANT UPDATE (state, accepted_offer, contact_mode, meeting_at, contact_agreed_at, closed_at) ON involvements TO freigabe_app;
GRANT UPDATE (state, reason, reminded_at, escalated_at, answered_at) ON involvement_offers TO freigabe_app;

ALTER TABLE referral_notices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY office_reads ON referral_notices FOR SELECT USING (office_id = (SELECT freigabe_office()));
CREATE POLICY office_notes ON referral_notices FOR INSERT WITH CHECK (office_id = (SELECT freigabe_office()));

ALTER TABLE involvement_offers ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY office_reads ON involvement_offers FOR SELECT USING (office_id = (SELECT freigabe_office()));
CREATE POLICY office_offers ON involvement_offers FOR INSERT
    WITH CHECK (office_id = (SELECT freigabe_office()) AND state = 'open');
CREATE POLICY centre_reads ON involvement_offers FOR SELECT
    USING (organisation_id = (SELECT freigabe_organisation()));
CREATE POLICY centre_answers ON involvement_offers FOR UPDATE
    USING (organisation_id = (SELECT freigabe_organisation()) AND state IN ('open', 'accepted'))
    WITH CHECK (organisation_id = (SELECT freigabe_organisation()) AND state <> 'open');
CREATE POLICY coordination_reads ON involvement_offers FOR SELECT
    USING ((SELECT freigabe_scope() = 'coordination') AND escalated_at IS NOT NULL);

ALTER TABLE involvements ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY office_reads ON involvements FOR SELECT USING (office_id = (SELECT freigabe_office()));
CREATE POLICY office_notes ON involvements FOR INSERT
    WITH CHECK (office_id = (SELECT freigabe_office()) AND state IN ('noted', 'offered'));
CREATE POLICY office_changes ON involvements FOR UPDATE
    USING (office_id = (SELECT freigabe_office())) WITH CHECK (office_id = (SELECT freigabe_office()));
CREATE POLICY asked_centre_reads ON involvements FOR SELECT
    USING ((SELECT freigabe_scope() = 'centre')
        AND EXISTS (SELECT FROM involvement_offers o WHERE o.involvement_id = involvements.id));
CREATE POLICY asked_centre_answers ON involvements FOR UPDATE
    USING ((SELECT freigabe_scope() = 'centre')
        AND EXISTS (SELECT FROM involvement_offers o WHERE o.involvement_id = involvements.id))
    WITH CHECK ((SELECT freigabe_scope() = 'centre') AND contact_mode IS NULL
        AND (state IN ('noted', 'offered') OR state = 'accepted' AND EXISTS (
            SELECT FROM involvement_offers o WHERE o.id = involvements.accepted_offer)));
CREATE POLICY coordination_reads ON involvements FOR SELECT
    USING ((SELECT freigabe_scope() = 'coordination')
        AND EXISTS (SELECT FROM involvement_offers o WHERE o.involvement_id = involvements.id))";

/// Contact consents are the office's that recorded them. A centre for which something is held under one holds its row, and can't change
/// it. Details are told by the office and taken by the centre, each along its own steps.
const CONTACTS: &str = "
REVOKE ALL ON contact_consents, contact_details, contact_contents FROM freigabe_app;
GRANT SELECT, INSERT ON contact_consents, contact_details, contact_contents TO freigabe_app;
GRANT UPDATE (status, withdrawn_at, commitment) ON contact_consents TO freigabe_app;
GRANT UPDATE (state, seal_reason, collected_at, closed_at, erasure_asked_at, erased_at) ON contact_details TO freigabe_app;
GRANT DELETE ON contact_contents TO freigabe_app;
ALTER TABLE contact_consents ALTER COLUMN sealed_terms SET STATISTICS 0;
ALTER TABLE contact_contents ALTER COLUMN sealed SET STATISTICS 0;

ALTER TABLE contact_details ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY office_reads ON contact_details FOR SELECT USING (office_id = (SELECT freigabe_office()));
CREATE POLICY office_tells ON contact_details FOR INSERT
    WITH CHECK (office_id = (SELECT freigabe_office()) AND state = 'held');
CREATE POLICY office_takes_back ON contact_details FOR UPDATE
    USING (office_id = (SELECT freigabe_office()) AND state IN ('held', 'collected', 'acknowledged'))
    WITH CHECK (office_id = (SELECT freigabe_office())
        AND (state = 'sealed' OR state IN ('collected', 'acknowledged') AND erasure_asked_at IS NOT NULL));
CREATE POLICY centre_reads ON contact_details FOR SELECT USING (organisation_id = (SELECT freigabe_organisation()));
CREATE POLICY centre_collects ON contact_details FOR UPDATE
    USING (organisation_id = (SELECT freigabe_organisation()) AND state IN ('held', 'collected', 'acknowledged'))
    WITH CHECK (organisation_id = (SELECT freigabe_organisation()) AND (state <> 'sealed' OR seal_reason = 'expired'));
CREATE POLICY upkeep_reads ON contact_details FOR SELECT USING ((SELECT freigabe_scope() = 'upkeep'));
CREATE POLICY upkeep_seals ON contact_details FOR UPDATE
    USING ((SELECT freigabe_scope() = 'upkeep') AND state = 'held')
    WITH CHECK ((SELECT freigabe_scope() = 'upkeep') AND state = 'sealed' AND seal_reason = 'expired');

ALTER TABLE contact_contents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY with_its_details ON contact_contents FOR SELECT
    USING (EXISTS (SELECT FROM contact_details d WHERE d.id = contact_contents.details_id));
CREATE POLICY office_tells ON contact_contents FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() = 'office')
        AND EXISTS (SELECT FROM contact_details d WHERE d.id = contact_contents.details_id));
CREATE POLICY destroyed_with_its_details ON contact_contents FOR DELETE
    USING (EXISTS (SELECT FROM contact_details d WHERE d.id = contact_contents.details_id));

ALTER TABLE contact_consents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY office_reads ON contact_consents FOR SELECT USING (office_id = (SELECT freigabe_office()));
CREATE POLICY office_records ON contact_consents FOR INSERT
    WITH CHECK (office_id = (SELECT freigabe_office()) AND status = 'given');
CREATE POLICY office_withdraws ON contact_consents FOR UPDATE USING (office_id = (SELECT freigabe_office()))
    WITH CHECK (office_id = (SELECT freigabe_office()) AND status = 'withdrawn');
CREATE POLICY centre_reads ON contact_consents FOR SELECT USING ((SELECT freigabe_scope() = 'centre')
    AND EXISTS (SELECT FROM contact_details d WHERE d.consent_id = contact_consents.id));
CREATE POLICY centre_holds ON contact_consents FOR UPDATE USING ((SELECT freigabe_scope() = 'centre')
    AND EXISTS (SELECT FROM contact_details d WHERE d.consent_id = contact_consents.id)) WITH CHECK (false);
CREATE POLICY upkeep_reads ON contact_consents FOR SELECT
    USING ((SELECT freigabe_scope() = 'upkeep') AND status IN ('given', 'expired'));
CREATE POLICY upkeep_ends ON contact_consents FOR UPDATE
    USING ((SELECT freigabe_scope() = 'upkeep') AND status = 'given')
    WITH CHECK ((SELECT freigabe_scope() = 'upkeep') AND status = 'expired')";

/// What is due is followed up, and nothing is answered for anybody. Rows of involvements are held, not changed.
const UPKEEP: &str = "
CREATE POLICY upkeep_reads ON involvement_offers FOR SELECT
    USING ((SELECT freigabe_scope() = 'upkeep') AND state = 'open');
CREATE POLICY upkeep_follows_up ON involvement_offers FOR UPDATE
    USING ((SELECT freigabe_scope() = 'upkeep') AND state = 'open')
    WITH CHECK ((SELECT freigabe_scope() = 'upkeep') AND state = 'open');
CREATE POLICY upkeep_reads ON involvements FOR SELECT USING ((SELECT freigabe_scope() = 'upkeep'));
CREATE POLICY upkeep_holds ON involvements FOR UPDATE
    USING ((SELECT freigabe_scope() = 'upkeep')) WITH CHECK (false)";

/// As `m0013_eraser_by_role` has it for the other tables of cases: rules for the owner's role alone.
const ERASER: &str = "
DO $$
DECLARE
    place text;
BEGIN
    FOREACH place IN ARRAY ARRAY['involvements', 'involvement_offers', 'contact_consents', 'contact_details',
        'contact_contents']
    LOOP
        EXECUTE format('CREATE POLICY eraser_reads ON %I FOR SELECT TO %I USING ((SELECT freigabe_scope() = ''eraser''))',
            place, current_user);
        EXECUTE format('CREATE POLICY eraser_deletes ON %I FOR DELETE TO %I USING ((SELECT freigabe_scope() = ''eraser''))',
            place, current_user);
    END LOOP;
    FOREACH place IN ARRAY ARRAY['involvements', 'contact_consents']
    LOOP
        EXECUTE format('CREATE POLICY eraser_holds ON %I FOR UPDATE TO %I
            USING ((SELECT freigabe_scope() = ''eraser'')) WITH CHECK (false)', place, current_user);
    END LOOP;
END
$$";
