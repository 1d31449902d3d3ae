//! The operator lets organisations take part: it invites them, they bring their own key (RFC 7591), and it looks after their
//! clients.

mod bad_input;
mod clients;
mod registration;
mod scopes;

use freigabe_client::{Client, ClientKeyPair, Credentials, Error, SystemRandom, register};
use freigabe_contract::{
    ClientId,
    onboarding::{AddOrganisation, Invitation, InviteClient, Organisation, PublicJwk},
    registration::{ClientMetadata, ClientRegistration},
    vocabulary::{AccessScope, Operation, Role},
};
use freigabe_testkit::TestApp;

use crate::support::trail::{text, trail_of};

/// The client of the centre that is to take part.
pub(super) const AKTE: &str = "hafenlicht-akte";

/// A counselling centre that the operator adds.
pub(super) async fn a_centre(app: &TestApp) -> Organisation {
    let new = AddOrganisation {
        role: Role::Centre,
        name: "Beispielberatung Hafenlicht".into(),
        office: None,
        regime: None,
    };
    let added = app.operator().add_organisation(&new, None).await;
    added.expect("an organisation")
}

/// A centre's invitation to register a client that may do all that a centre may.
pub(super) async fn invited(app: &TestApp, centre: &Organisation, client: &str) -> Invitation {
    invited_to(app, centre, client, None).await
}

/// A centre's invitation to register a client that may do this.
pub(super) async fn invited_to(
    app: &TestApp,
    centre: &Organisation,
    client: &str,
    scopes: Option<Vec<AccessScope>>,
) -> Invitation {
    let new = InviteClient {
        client_id: client.into(),
        scopes,
    };
    let invited = app.operator().invite_client(centre.id, &new).await;
    invited.expect("an invitation")
}

/// A key that the partner makes.
pub(super) fn a_key() -> ClientKeyPair {
    ClientKeyPair::generate(&SystemRandom).expect("a key pair")
}

/// Its public half.
pub(super) fn public(key: &ClientKeyPair) -> PublicJwk {
    PublicJwk::parse(&key.public_jwk()).expect("a JWK")
}

/// Whoever has the token registers with this key.
pub(super) async fn registers(
    app: &TestApp,
    token: &str,
    key: &ClientKeyPair,
) -> Result<ClientRegistration, Error> {
    register(app.url(), token, &ClientMetadata::with_key(public(key))).await
}

/// The partner's system: this client with this key.
pub(super) fn partner(app: &TestApp, client: &str, key: &ClientKeyPair) -> Client {
    asking_for(app, client, key, None)
}

/// The partner's system, which asks for tokens with these scopes.
pub(super) fn asking_for(
    app: &TestApp,
    client: &str,
    key: &ClientKeyPair,
    scope: Option<&str>,
) -> Client {
    let credentials = Credentials {
        client_id: client.to_owned(),
        private_jwk: key.private_jwk().to_string(),
    };
    let builder = Client::builder(app.url(), credentials);
    let builder = builder.issuer(app.issuer()).public_url(app.issuer());
    let builder = match scope {
        Some(scope) => builder.scope(scope),
        None => builder,
    };
    builder.build().expect("a client")
}

/// A centre with a client that registered itself.
pub(super) async fn a_partner(app: &TestApp) -> (Organisation, ClientKeyPair) {
    let (centre, key) = (a_centre(app).await, a_key());
    let invitation = invited(app, &centre, AKTE).await;
    registers(app, &invitation.registration_token, &key)
        .await
        .expect("a registration");
    (centre, key)
}

pub(super) fn akte() -> ClientId {
    AKTE.into()
}

/// Who did this to whom, each time it was done.
pub(super) async fn doers(app: &TestApp, operation: Operation) -> Vec<(String, String)> {
    let events = trail_of(&app.auditor(), operation).await;
    let doer = |event| (text(event, "/actor/client"), text(event, "/participant"));
    events.iter().map(doer).collect()
}

/// What was denied, to whom, and why, as the log has it.
pub(super) async fn denials(app: &TestApp) -> Vec<(String, String, String)> {
    let events = trail_of(&app.auditor(), Operation::AccessDenied).await;
    let denial = |event| {
        (
            text(event, "/attempted"),
            text(event, "/actor/client"),
            text(event, "/denial"),
        )
    };
    events.iter().map(denial).collect()
}

const A_CENTRES: &str = "consents:read consents:write disclosures:read disclosures:write directory:read directory:write involvements:read involvements:write contacts:read contacts:write notices:read notices:write regional:read regional:write handovers:read handovers:write";
