//! Who was invited and who signs in: each reaches its one client. Who lets requests in reaches what that takes.

use freigabe_domain::{access::InvitationSecret, ids::OrganisationId, store::Scope};
use freigabe_testkit::{Backend, on_both::run};

use super::Given;
use crate::storage::raw::{self, Says};

#[test]
fn who_was_invited_adds_the_one_client_that_the_invitation_says() {
    run(async {
        let given = Given::start(Backend::Postgres).await;
        let connection = given.test.connection().await;
        let says = Says::of(&given.registration());
        let (its, others) = (given.elsewhere, given.test.centre().centre());
        let client = |id: &str, organisation: OrganisationId, scopes: &str, active: bool| {
            format!(
                "INSERT INTO clients (id, organisation_id, credential_kind, credential, scopes, active, created_at) \
                 VALUES ('{id}', '{organisation}', 'key', '{{}}', {scopes}, {active}, 1)"
            )
        };
        for statement in [
            client("another", its, "NULL", true),
            client("invited.too", its, "NULL", true),
            client("invited", others, "NULL", true),
            client("invited", its, "'consents:read'", true),
            client("invited", its, "NULL", false),
            "INSERT INTO client_invitations VALUES ('more', gen_random_uuid(), 'x', NULL, 1, 2)"
                .to_owned(),
            "UPDATE client_invitations SET expires_at = expires_at + 1".to_owned(),
            "UPDATE client_invitations SET client_id = 'another'".to_owned(),
            "INSERT INTO organisations VALUES (gen_random_uuid(), 'auditor', 'x', NULL, 'gdpr', 1)"
                .to_owned(),
        ] {
            raw::assert_held_off(&connection, &says, &statement).await;
        }
        for statement in [
            "UPDATE clients SET active = false",
            "UPDATE clients SET credential = 'x'",
        ] {
            let touched = raw::execute(&connection, &says, statement).await;
            assert_eq!(touched.unwrap(), 0, "{statement}");
        }
        let used_up = raw::execute(&connection, &says, "DELETE FROM client_invitations").await;
        assert_eq!(used_up.unwrap(), 1, "its own");
        let added = raw::execute(&connection, &says, &client("invited", its, "NULL", true)).await;
        assert_eq!(added.unwrap(), 1);

        // Whoever has no invitation, or guesses one, has nothing.
        let guessed = Says::of(&Scope::Registration {
            secret: InvitationSecret::parse(&"0".repeat(64)).unwrap(),
        });
        let stranger = Says::of(&Scope::from(&given.other_centre));
        for says in [&guessed, &stranger] {
            raw::assert_held_off(&connection, says, &client("invited", its, "NULL", true)).await;
            let found = raw::execute(&connection, says, "DELETE FROM client_invitations").await;
            assert_eq!(found.unwrap(), 0);
        }
    });
}

#[test]
fn who_signs_in_uses_up_its_own_proofs_and_who_lets_in_everybodys() {
    run(async {
        let given = Given::start(Backend::Postgres).await;
        let connection = given.test.connection().await;
        let client = given.test.centre().as_ref().client.clone();
        let proof = |client: &str| {
            format!(
                "INSERT INTO used_assertions (client_id, jti, expires_at) VALUES ('{client}', 'x', 1)"
            )
        };
        let count = |client: &str| {
            format!(
                "INSERT INTO client_requests (client_id, minute, number) VALUES ('{client}', 1, 1) \
                 ON CONFLICT (client_id) DO UPDATE SET number = 2"
            )
        };
        let (own, anothers) = (client.to_string(), "elsewhere");
        let lets_in = Says::of(&Scope::Admission);
        let signs_in = Says::of(&Scope::SignIn { client });
        for statement in [proof(&own), count(&own)] {
            for says in [&signs_in, &lets_in] {
                let done = raw::execute(&connection, says, &statement).await;
                assert_eq!(done.unwrap(), 1, "{statement}");
            }
        }
        for statement in [proof(anothers), count(anothers)] {
            let done = raw::execute(&connection, &lets_in, &statement).await;
            assert_eq!(done.unwrap(), 1, "{statement}");
            raw::assert_held_off(&connection, &signs_in, &statement).await;
        }
        for says in [&signs_in, &lets_in] {
            for nothing in [
                "UPDATE clients SET active = false",
                "DELETE FROM used_assertions",
            ] {
                let done = raw::execute(&connection, says, nothing).await;
                assert_eq!(done.unwrap(), 0, "{nothing}");
            }
        }
    });
}
