//! Clients at the edge: what they send, and what they are answered.

use std::sync::Arc;

use actix_web::{
    http::header,
    test::{self, TestRequest},
    web,
};
use freigabe_domain::{
    Error,
    access::{Credential, RegisteredClient},
    entropy::SequentialEntropy,
};
use sha2::{Digest as _, Sha256};

use super::*;
use crate::{
    HttpState, TokenBinding, application,
    tests::{Answer, StoppedClock, fake::FakeExchange, register},
};

/// The client that is registered.
pub(super) const CLIENT: &str = "fbs-nord";
/// It signs its assertions with this key, and its proofs with another one.
pub(super) const KEY: u8 = 9;
pub(super) const PROVES: u8 = 8;

pub(super) fn client(role: Role) -> RegisteredClient {
    let jwk = ed_jwk(KEY).to_string();
    RegisteredClient {
        id: ClientId::parse(CLIENT).unwrap(),
        organisation: register::organisation(role),
        credential: Credential::Key(ClientKey { jwk }),
        scopes: None,
        active: true,
    }
}

/// A server that knows this client; whatever else it is asked for is not found.
pub(super) struct Edge {
    pub(super) exchange: Arc<FakeExchange>,
    state: web::Data<HttpState>,
}

impl Edge {
    /// It takes no tokens but bound ones.
    pub(super) fn of(client: RegisteredClient) -> Self {
        Self::taking(TokenBinding::Required, client)
    }

    pub(super) fn taking(binding: TokenBinding, client: RegisteredClient) -> Self {
        let exchange = FakeExchange::failing_with(Error::NotFound);
        exchange.register.add(client);
        let state = HttpState::new(
            Arc::<FakeExchange>::clone(&exchange),
            issuer(),
            Arc::new(StoppedClock),
            Arc::new(SequentialEntropy::starting_at(1)),
        );
        let state = state.unwrap().with_binding(binding);
        let state = web::Data::new(state);
        Self { exchange, state }
    }

    pub(super) async fn ask(&self, request: TestRequest) -> Answer {
        let service = test::init_service(application(self.state.clone())).await;
        Answer::of(test::call_service(&service, request.to_request()).await).await
    }
}

/// What an answer says.
#[track_caller]
pub(super) fn said(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

/// An assertion of this client, by this key.
pub(super) fn assertion_of(client: &str, key: u8, jti: &str) -> String {
    let claims = json!({
        "iss": client, "sub": client, "aud": ISSUER, "exp": NOW + 60, "iat": NOW, "jti": jti
    });
    sign(&json!({ "alg": "EdDSA" }), &claims, &ed25519(key))
}

/// Claims of a proof for a request, and for a token if one comes with it.
pub(super) fn proof_claims(method: &str, path: &str, token: Option<&str>, jti: &str) -> Value {
    let mut claims = json!({
        "jti": jti, "iat": NOW, "htm": method, "htu": format!("{ISSUER}{path}"),
        "nonce": issuer().current_nonce(now())
    });
    if let Some(token) = token {
        claims["ath"] = URL_SAFE_NO_PAD.encode(Sha256::digest(token)).into();
    }
    claims
}

/// A proof by the client's key.
pub(super) fn proof(claims: &Value) -> String {
    let header = json!({ "alg": "EdDSA", "typ": "dpop+jwt", "jwk": ed_jwk(PROVES) });
    sign(&header, claims, &ed25519(PROVES))
}

/// A request for a token: the usual form, and these parameters.
pub(super) fn asking_for_a_token(assertion: &str, more: &str) -> TestRequest {
    form(&format!(
        "grant_type=client_credentials&client_assertion={assertion}{more}\
         &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
    ))
}

pub(super) fn form(text: &str) -> TestRequest {
    TestRequest::post()
        .uri("/oauth2/token")
        .insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
        .set_payload(text.to_owned())
}
