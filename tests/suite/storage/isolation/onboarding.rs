//! Who was invited, and who has a token of another issuer: each reaches its one client.

use freigabe_domain::{
    access::{AtIssuer, InvitationSecret},
    ids::OrganisationId,
    store::Scope,
};
use freigabe_testkit::{Backend, on_both::run};

use super::{Given, at_issuer};
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
fn who_signs_in_elsewhere_uses_up_its_own_proofs_only() {
    run(async {
        let given = Given::start(Backend::Postgres).await;
        let connection = given.test.connection().await;
        let says = Says::of(&Scope::SignInAt(at_issuer()));
        let proof = |client: &str| {
            format!(
                "INSERT INTO used_assertions (client_id, jti, expires_at) VALUES ('{client}', 'x', 1)"
            )
        };
        let own = raw::execute(&connection, &says, &proof("elsewhere")).await;
        assert_eq!(own.unwrap(), 1);
        let anothers = given.test.centre().as_ref().client.to_string();
        raw::assert_held_off(&connection, &says, &proof(&anothers)).await;
        let unknown = Says::of(&Scope::SignInAt(AtIssuer {
            client: "nobody".to_owned(),
            ..at_issuer()
        }));
        raw::assert_held_off(&connection, &unknown, &proof("elsewhere")).await;
        for table in ["clients", "organisations"] {
            let count = format!("SELECT count(*) FROM {table}");
            let found = raw::number(&connection, &unknown, &count).await;
            assert_eq!(found.unwrap(), 0, "{table}");
        }
        let suspended = raw::execute(&connection, &says, "UPDATE clients SET active = false").await;
        assert_eq!(suspended.unwrap(), 0);
    });
}
