//! Requests are let in together, whoever's they are: in one transaction for all that came meanwhile.

/// Who lets requests in sees whose they can be, counts them, and uses up what they are proved by. Nobody else has to do with
/// other issuers' clients any more. Signing in stays each client's own.
const POLICIES: &str = "
DROP POLICY read_to_sign_in_elsewhere ON clients;
DROP POLICY read_to_sign_in_elsewhere ON organisations;
DROP POLICY read_to_sign_in_elsewhere ON used_assertions;
DROP POLICY used_to_sign_in_elsewhere ON used_assertions;
DROP POLICY counted_with_its_client ON client_requests;
DROP FUNCTION freigabe_issuer();

CREATE POLICY read_to_let_in ON clients FOR SELECT USING ((SELECT freigabe_scope() = 'admission'));
CREATE POLICY read_to_let_in ON organisations FOR SELECT USING ((SELECT freigabe_scope() = 'admission'));
CREATE POLICY read_to_let_in ON used_assertions FOR SELECT USING ((SELECT freigabe_scope() = 'admission'));
CREATE POLICY used_to_be_let_in ON used_assertions FOR INSERT WITH CHECK ((SELECT freigabe_scope() = 'admission'));
CREATE POLICY counted_when_let_in ON client_requests USING ((SELECT freigabe_scope() = 'admission'));
CREATE POLICY counted_when_signing_in ON client_requests
    USING ((SELECT freigabe_scope() = 'sign_in') AND client_id = (SELECT freigabe_client()))";

row_rules!(POLICIES);
