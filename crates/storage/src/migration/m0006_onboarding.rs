//! Clients are known by a key, by an address where keys are published, or by another issuer; they are allowed scopes; they
//! can be invited; and their requests are counted.

use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;

use crate::backend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (database, kind) = (manager.get_connection(), manager.get_database_backend());
        for statement in STATEMENTS {
            database
                .execute_unprepared(&backend::ddl(kind, statement))
                .await?;
        }
        if backend::has_row_security(kind) {
            database.execute_unprepared(ROW_SECURITY).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "there is no way back: restore a backup".to_owned(),
        ))
    }
}

const STATEMENTS: &[&str] = &[
    // A JSON Web Key, the address of a key set, or the client's identifier at its issuer.
    "ALTER TABLE clients RENAME COLUMN jwk TO credential",
    "ALTER TABLE clients ADD COLUMN credential_kind {text} NOT NULL DEFAULT 'key'
        CHECK (credential_kind IN ('key', 'key_set', 'issuer'))",
    "ALTER TABLE clients ADD COLUMN issuer {text} CHECK ((credential_kind = 'issuer') = (issuer IS NOT NULL))",
    // Codes with a space between them. Null: all that the organisation's role may ever do.
    "ALTER TABLE clients ADD COLUMN scopes {text}",
    "CREATE UNIQUE INDEX clients_by_issuer ON clients (issuer, credential) WHERE issuer IS NOT NULL",
    "CREATE TABLE client_invitations (
        client_id {text} PRIMARY KEY,
        organisation_id {uuid} NOT NULL REFERENCES organisations (id),
        secret_hash {bytes} NOT NULL UNIQUE,
        scopes {text},
        created_at {bigint} NOT NULL,
        expires_at {bigint} NOT NULL,
        CHECK (expires_at > created_at)
    ){strict}",
    // Requests of a client in the minute (since 1970) of the last one.
    "CREATE TABLE client_requests (
        client_id {text} PRIMARY KEY REFERENCES clients (id),
        minute {bigint} NOT NULL,
        number {bigint} NOT NULL CHECK (number > 0)
    ){strict}",
];

/// Who has a token of another issuer reaches the client that is known by it, and that client's used proofs. Who was invited
/// reaches the invitation, may hold it but not change it, and may add the client that it is for. The operator's client may repeat a request.
const ROW_SECURITY: &str = "
CREATE FUNCTION freigabe_issuer() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('freigabe.issuer', true), '');
CREATE FUNCTION freigabe_invitation() RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE
    RETURN decode(nullif(current_setting('freigabe.invitation', true), ''), 'hex');
REVOKE ALL ON client_invitations, client_requests FROM freigabe_app;
GRANT EXECUTE ON FUNCTION freigabe_issuer(), freigabe_invitation() TO freigabe_app;
GRANT SELECT, INSERT, DELETE ON client_invitations TO freigabe_app;
GRANT SELECT, INSERT, UPDATE (minute, number) ON client_requests TO freigabe_app;
GRANT UPDATE (expires_at) ON client_invitations TO freigabe_app;
GRANT UPDATE (credential_kind, credential, issuer, scopes, active) ON clients TO freigabe_app;

ALTER TABLE client_invitations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_reads ON client_invitations FOR SELECT USING ((SELECT freigabe_scope() = 'operator'));
CREATE POLICY operator_invites ON client_invitations FOR INSERT WITH CHECK ((SELECT freigabe_scope() = 'operator'));
CREATE POLICY operator_revokes ON client_invitations FOR DELETE USING ((SELECT freigabe_scope() = 'operator'));
CREATE POLICY invited_reads ON client_invitations FOR SELECT
    USING ((SELECT freigabe_scope() = 'registration') AND secret_hash = (SELECT freigabe_invitation()));
CREATE POLICY invited_holds ON client_invitations FOR UPDATE
    USING ((SELECT freigabe_scope() = 'registration') AND secret_hash = (SELECT freigabe_invitation())) WITH CHECK (false);
CREATE POLICY invited_accepts ON client_invitations FOR DELETE
    USING ((SELECT freigabe_scope() = 'registration') AND secret_hash = (SELECT freigabe_invitation()));

CREATE POLICY read_to_register ON organisations FOR SELECT
    USING ((SELECT freigabe_scope() = 'registration')
        AND EXISTS (SELECT FROM client_invitations i WHERE i.organisation_id = organisations.id));
CREATE POLICY invited_adds ON clients FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() = 'registration') AND active AND EXISTS (
        SELECT FROM client_invitations i WHERE i.client_id = clients.id
            AND i.organisation_id = clients.organisation_id AND i.scopes IS NOT DISTINCT FROM clients.scopes));

-- An insert that yields to a client with the same id must see what it adds (ON CONFLICT).
CREATE POLICY invited_sees_what_it_adds ON clients FOR SELECT
    USING ((SELECT freigabe_scope() = 'registration') AND EXISTS (
        SELECT FROM client_invitations i WHERE i.client_id = clients.id AND i.organisation_id = clients.organisation_id));

CREATE POLICY read_to_sign_in_elsewhere ON clients FOR SELECT
    USING ((SELECT freigabe_scope() = 'sign_in_at') AND issuer = (SELECT freigabe_issuer())
        AND credential = (SELECT freigabe_client()));
CREATE POLICY read_to_sign_in_elsewhere ON organisations FOR SELECT
    USING ((SELECT freigabe_scope() = 'sign_in_at')
        AND EXISTS (SELECT FROM clients c WHERE c.organisation_id = organisations.id));
CREATE POLICY read_to_sign_in_elsewhere ON used_assertions FOR SELECT
    USING ((SELECT freigabe_scope() = 'sign_in_at'));
CREATE POLICY used_to_sign_in_elsewhere ON used_assertions FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() = 'sign_in_at')
        AND EXISTS (SELECT FROM clients c WHERE c.id = used_assertions.client_id));
CREATE POLICY forgotten_elsewhere_when_over ON used_assertions FOR DELETE
    USING ((SELECT freigabe_scope() = 'sign_in_at'));

ALTER TABLE client_requests ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY counted_with_its_client ON client_requests
    USING ((SELECT freigabe_scope() IN ('sign_in', 'sign_in_at'))
        AND EXISTS (SELECT FROM clients c WHERE c.id = client_requests.client_id));

DROP POLICY client_reads ON requests;
DROP POLICY client_remembers ON requests;
CREATE POLICY client_reads ON requests FOR SELECT
    USING ((SELECT freigabe_scope() IN ('centre', 'office', 'operator')) AND client_id = (SELECT freigabe_client()));
CREATE POLICY client_remembers ON requests FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() IN ('centre', 'office', 'operator')) AND client_id = (SELECT freigabe_client()));

DROP POLICY written_in_ones_own_name ON events;
CREATE POLICY written_in_ones_own_name ON events FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() IN
            ('centre', 'office', 'auditor', 'denied', 'operator', 'registration', 'upkeep'))
        AND actor IS NOT DISTINCT FROM (SELECT freigabe_client()));
DROP POLICY written_with_the_event ON event_terms;
CREATE POLICY written_with_the_event ON event_terms FOR INSERT
    WITH CHECK ((SELECT freigabe_scope() IN
        ('centre', 'office', 'auditor', 'denied', 'operator', 'registration', 'upkeep')))";
