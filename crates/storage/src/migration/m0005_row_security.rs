//! PostgreSQL holds rows back by itself: row-level security, and a role for the server that may do no more than it needs
//! to. SQLite knows neither; there this migration is empty, and the conditions of the queries are the only wall.
//!
//! Each transaction says for whom it is carried out (`backend::scope_statement`). A policy names the scopes that reach a
//! table's rows, and which rows; what no policy names is not there. Policies that look into another table see there what
//! that table's own policies show.

use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;

use crate::backend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if !backend::has_row_security(manager.get_database_backend()) {
            return Ok(());
        }
        let parts = [ROLE, SCOPE, INDEX, GRANTS, CONSENTS, MESSAGES, LOG, ACCESS];
        for part in parts {
            manager.get_connection().execute_unprepared(part).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "there is no way back: restore a backup".to_owned(),
        ))
    }
}

/// The role belongs to the whole cluster: another database's migration may have made it, or be making it at this moment.
/// Whoever migrates joins it where that is allowed, so that one login is enough for a small installation.
const ROLE: &str = "
DO $$
DECLARE
    joined boolean;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'freigabe_app') THEN
        BEGIN
            CREATE ROLE freigabe_app NOLOGIN;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN NULL;
            WHEN insufficient_privilege THEN
                RAISE EXCEPTION 'the role freigabe_app is missing and this login may not make it; let an administrator run: CREATE ROLE freigabe_app NOLOGIN; GRANT freigabe_app TO the login of the server';
        END;
    END IF;
    IF current_user = 'freigabe_app' THEN
        RAISE EXCEPTION 'tables must not belong to freigabe_app, as which the server works: migrate as another role';
    END IF;
    IF current_setting('server_version_num')::integer >= 160000 THEN
        joined := pg_has_role(current_user, 'freigabe_app', 'SET');
    ELSE
        joined := pg_has_role(current_user, 'freigabe_app', 'MEMBER');
    END IF;
    IF NOT joined THEN
        BEGIN
            GRANT freigabe_app TO CURRENT_USER;
        EXCEPTION
            WHEN insufficient_privilege OR unique_violation THEN NULL;
        END;
    END IF;
END
$$";

/// What the transaction said about itself. A setting that was never made is null, and one of an earlier transaction of
/// the same connection is empty.
///
/// The policies call these in a `SELECT` of its own: so they are asked once in a statement, not once for each row, and the
/// planner does not take the answer for a condition that few rows meet.
const SCOPE: &str = "
CREATE FUNCTION freigabe_scope() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('freigabe.scope', true), '');
CREATE FUNCTION freigabe_organisation() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CAST(nullif(current_setting('freigabe.organisation', true), '') AS uuid);
CREATE FUNCTION freigabe_office() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('freigabe.office', true), '');
CREATE FUNCTION freigabe_client() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('freigabe.client', true), '')";

/// For the policy by which an office reaches a case.
const INDEX: &str = "CREATE INDEX disclosures_by_case ON disclosures (case_id, recipient)";

/// What the server may do at all. Earlier installations gave it everything on every table, those to come included.
const GRANTS: &str = "
REVOKE ALL ON seaql_migrations, installation, offices, direktion_areas, postcodes, places, organisations, clients,
    used_assertions, requests, cases, consents, consent_revisions, consent_events, disclosures, contents,
    withdrawal_notices, events, event_terms, consent_forms FROM freigabe_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM freigabe_app;
GRANT USAGE ON SCHEMA public TO freigabe_app;
GRANT EXECUTE ON FUNCTION freigabe_scope(), freigabe_organisation(), freigabe_office(), freigabe_client()
    TO freigabe_app;
GRANT SELECT ON seaql_migrations, offices, direktion_areas, postcodes, places TO freigabe_app;
GRANT SELECT, INSERT ON installation, organisations, clients, consent_forms TO freigabe_app;
GRANT UPDATE (jwk, active) ON clients TO freigabe_app;
GRANT SELECT, INSERT, DELETE ON used_assertions, requests, contents TO freigabe_app;
GRANT SELECT, INSERT ON cases, consents, consent_revisions, consent_events, disclosures, withdrawal_notices
    TO freigabe_app;
GRANT UPDATE (status, revision, changed_at, withdrawn_at, valid_from, valid_until, commitment) ON consents
    TO freigabe_app;
GRANT UPDATE (state, seal_reason, collected_at, closed_at) ON disclosures TO freigabe_app;
GRANT UPDATE (answer, legal_basis, answered_at) ON withdrawal_notices TO freigabe_app;
GRANT SELECT, INSERT ON events, event_terms TO freigabe_app";

/// Cases and consents: the centre's own. An office reaches those that a message for it rests on, to hold the consent's
/// row (which asks for the right to change it, hence a check that nothing passes) and to open what is sealed.
const CONSENTS: &str = "
ALTER TABLE cases ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY centre_reads ON cases FOR SELECT USING (centre_id = (SELECT freigabe_organisation()));
CREATE POLICY centre_adds ON cases FOR INSERT WITH CHECK (centre_id = (SELECT freigabe_organisation()));
CREATE POLICY office_reads ON cases FOR SELECT USING (EXISTS (
    SELECT FROM disclosures d WHERE d.case_id = cases.id AND d.recipient = (SELECT freigabe_office())));

ALTER TABLE consents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY centre_reads ON consents FOR SELECT USING (centre_id = (SELECT freigabe_organisation()));
CREATE POLICY centre_adds ON consents FOR INSERT WITH CHECK (centre_id = (SELECT freigabe_organisation()));
CREATE POLICY centre_changes ON consents FOR UPDATE USING (centre_id = (SELECT freigabe_organisation()));
CREATE POLICY office_reads ON consents FOR SELECT USING (EXISTS (
    SELECT FROM disclosures d WHERE d.consent_id = consents.id AND d.recipient = (SELECT freigabe_office())));
CREATE POLICY office_holds ON consents FOR UPDATE USING (EXISTS (
    SELECT FROM disclosures d WHERE d.consent_id = consents.id AND d.recipient = (SELECT freigabe_office())))
    WITH CHECK (false);
CREATE POLICY upkeep_reads ON consents FOR SELECT
    USING ((SELECT freigabe_scope() = 'upkeep') AND status IN ('given', 'expired'));
CREATE POLICY upkeep_ends ON consents FOR UPDATE
    USING ((SELECT freigabe_scope() = 'upkeep') AND status = 'given')
    WITH CHECK ((SELECT freigabe_scope() = 'upkeep') AND status = 'expired');

ALTER TABLE consent_revisions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY centre_and_office_read ON consent_revisions FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office'))
        AND EXISTS (SELECT FROM consents c WHERE c.id = consent_revisions.consent_id));
CREATE POLICY centre_adds ON consent_revisions FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() = 'centre')
        AND EXISTS (SELECT FROM consents c WHERE c.id = consent_revisions.consent_id));

ALTER TABLE consent_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY centre_reads ON consent_events FOR SELECT
    USING ((SELECT freigabe_scope() = 'centre')
        AND EXISTS (SELECT FROM consents c WHERE c.id = consent_events.consent_id));
CREATE POLICY centre_adds ON consent_events FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() = 'centre')
        AND EXISTS (SELECT FROM consents c WHERE c.id = consent_events.consent_id));
CREATE POLICY upkeep_adds ON consent_events FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() = 'upkeep') AND kind = 'expired'
        AND EXISTS (SELECT FROM consents c WHERE c.id = consent_events.consent_id))";

/// Messages: of the centre that released them, for the office they are addressed to; each moves them only along its own
/// steps. Content is reached, and destroyed, by whom its message is reached.
const MESSAGES: &str = "
ALTER TABLE disclosures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY centre_reads ON disclosures FOR SELECT USING (centre_id = (SELECT freigabe_organisation()));
CREATE POLICY centre_releases ON disclosures FOR INSERT
    WITH CHECK (centre_id = (SELECT freigabe_organisation()) AND state = 'held');
CREATE POLICY centre_takes_back ON disclosures FOR UPDATE
    USING (centre_id = (SELECT freigabe_organisation()) AND state = 'held')
    WITH CHECK (centre_id = (SELECT freigabe_organisation()) AND state IN ('recalled', 'sealed'));
CREATE POLICY office_reads ON disclosures FOR SELECT USING (recipient = (SELECT freigabe_office()));
CREATE POLICY office_collects ON disclosures FOR UPDATE
    USING (recipient = (SELECT freigabe_office()) AND state IN ('held', 'collected'))
    WITH CHECK (recipient = (SELECT freigabe_office()) AND state IN ('collected', 'acknowledged', 'sealed'));
CREATE POLICY upkeep_reads ON disclosures FOR SELECT USING ((SELECT freigabe_scope() = 'upkeep'));
CREATE POLICY upkeep_seals ON disclosures FOR UPDATE
    USING ((SELECT freigabe_scope() = 'upkeep') AND state = 'held')
    WITH CHECK ((SELECT freigabe_scope() = 'upkeep') AND state = 'sealed' AND seal_reason = 'expired');

ALTER TABLE contents ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY with_its_message ON contents FOR SELECT
    USING (EXISTS (SELECT FROM disclosures d WHERE d.id = contents.disclosure_id));
CREATE POLICY centre_releases ON contents FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() = 'centre')
        AND EXISTS (SELECT FROM disclosures d WHERE d.id = contents.disclosure_id));
CREATE POLICY destroyed_with_its_message ON contents FOR DELETE
    USING (EXISTS (SELECT FROM disclosures d WHERE d.id = contents.disclosure_id));

ALTER TABLE withdrawal_notices ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY centre_reads ON withdrawal_notices FOR SELECT USING (centre_id = (SELECT freigabe_organisation()));
CREATE POLICY centre_tells ON withdrawal_notices FOR INSERT
    WITH CHECK (centre_id = (SELECT freigabe_organisation()) AND answer IS NULL AND EXISTS (
        SELECT FROM disclosures d WHERE d.id = withdrawal_notices.disclosure_id
            AND d.consent_id = withdrawal_notices.consent_id AND d.recipient = withdrawal_notices.office_id));
CREATE POLICY office_reads ON withdrawal_notices FOR SELECT USING (office_id = (SELECT freigabe_office()));
CREATE POLICY office_answers ON withdrawal_notices FOR UPDATE
    USING (office_id = (SELECT freigabe_office()) AND answer IS NULL)
    WITH CHECK (office_id = (SELECT freigabe_office()));

ALTER TABLE requests ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY client_reads ON requests FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office')) AND client_id = (SELECT freigabe_client()));
CREATE POLICY client_remembers ON requests FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() IN ('centre', 'office')) AND client_id = (SELECT freigabe_client()));
CREATE POLICY upkeep_reads ON requests FOR SELECT USING ((SELECT freigabe_scope() = 'upkeep'));
CREATE POLICY upkeep_forgets ON requests FOR DELETE USING ((SELECT freigabe_scope() = 'upkeep'))";

/// The log is written by everybody, in nobody's name but their own, and read by auditors. There is no right to change or
/// remove anything.
const LOG: &str = "
ALTER TABLE events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY auditor_reads ON events FOR SELECT USING ((SELECT freigabe_scope() = 'auditor'));
CREATE POLICY written_in_ones_own_name ON events FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() IN ('centre', 'office', 'auditor', 'denied', 'operator', 'upkeep'))
        AND actor IS NOT DISTINCT FROM (SELECT freigabe_client()));

ALTER TABLE event_terms ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY auditor_reads ON event_terms FOR SELECT USING ((SELECT freigabe_scope() = 'auditor'));
CREATE POLICY written_with_the_event ON event_terms FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() IN ('centre', 'office', 'auditor', 'denied', 'operator', 'upkeep')))";

/// Who takes part, and the register of forms: the operator's. Signing in reaches the client that is named, and the used
/// assertions, of which it also forgets those that are over. A centre reaches its own name.
const ACCESS: &str = "
ALTER TABLE organisations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_reads ON organisations FOR SELECT USING ((SELECT freigabe_scope() = 'operator'));
CREATE POLICY operator_adds ON organisations FOR INSERT WITH CHECK ((SELECT freigabe_scope() = 'operator'));
CREATE POLICY centre_reads_itself ON organisations FOR SELECT USING (id = (SELECT freigabe_organisation()));
CREATE POLICY read_to_sign_in ON organisations FOR SELECT
    USING ((SELECT freigabe_scope() = 'sign_in')
        AND EXISTS (SELECT FROM clients c WHERE c.organisation_id = organisations.id));

ALTER TABLE clients ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_reads ON clients FOR SELECT USING ((SELECT freigabe_scope() = 'operator'));
CREATE POLICY operator_adds ON clients FOR INSERT WITH CHECK ((SELECT freigabe_scope() = 'operator'));
CREATE POLICY operator_changes ON clients FOR UPDATE USING ((SELECT freigabe_scope() = 'operator'));
CREATE POLICY read_to_sign_in ON clients FOR SELECT
    USING ((SELECT freigabe_scope() = 'sign_in') AND id = (SELECT freigabe_client()));

ALTER TABLE used_assertions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY read_to_sign_in ON used_assertions FOR SELECT USING ((SELECT freigabe_scope() = 'sign_in'));
CREATE POLICY used_to_sign_in ON used_assertions FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() = 'sign_in') AND client_id = (SELECT freigabe_client()));
CREATE POLICY forgotten_when_over ON used_assertions FOR DELETE USING ((SELECT freigabe_scope() = 'sign_in'));

ALTER TABLE consent_forms ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY everybody_reads ON consent_forms FOR SELECT USING (true);
CREATE POLICY operator_adds ON consent_forms FOR INSERT WITH CHECK ((SELECT freigabe_scope() = 'operator'))";
