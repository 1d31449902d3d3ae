//! What it costs to verify a request's token and proof of possession. `cargo bench -p freigabe-http`
//!
//! Allowed are 250 µs of processor time. The floor, in the same run, are the two signatures alone: what nothing that
//! verifies them can do without.

#![allow(
    clippy::expect_used,
    reason = "what is measured is made here, of fixed parts"
)]

use std::{hint::black_box, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_domain::instant::Instant;
use freigabe_http::{Presented, TokenIssuer};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const ISSUER: &str = "https://freigabe.example";
const NOW: i64 = 1_795_507_200;

fn main() {
    divan::main();
}

/// A request with a good token and a good proof by an Ed25519 key.
struct Genuine {
    issuer: TokenIssuer,
    token: String,
    proof: String,
    keys: [DecodingKey; 2],
}

fn now() -> Instant {
    Instant::from_unix_micros(NOW * 1_000_000)
}

fn ed25519(seed: u8) -> Vec<u8> {
    let mut der = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    der.extend([seed; 32]);
    der
}

fn public(seed: u8) -> String {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    let pair = Ed25519KeyPair::from_pkcs8(&ed25519(seed)).expect("a key");
    URL_SAFE_NO_PAD.encode(pair.public_key().as_ref())
}

fn sign(header: &Value, claims: &Value, seed: u8) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(header), part(claims));
    let key = EncodingKey::from_ed_der(&ed25519(seed));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::EdDSA);
    format!("{message}.{}", signature.expect("a signature"))
}

impl Genuine {
    fn prepare() -> Self {
        let lifetime = Duration::from_secs(300);
        let issuer = TokenIssuer::new(ISSUER.to_owned(), &ed25519(1), lifetime).expect("an issuer");
        let x = public(2);
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(members));
        let kid = issuer.jwks().keys.first().map(|key| key.kid.clone());
        let token = sign(
            &json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": kid }),
            &json!({
                "iss": ISSUER, "sub": "a-client", "client_id": "a-client", "aud": issuer.audience(),
                "exp": NOW + 300, "iat": NOW, "jti": "1", "org": "019a6b2e-7c40-7e11-9d3f-5a2b8c4d6e01",
                "role": "centre", "scope": "consents:read", "cnf": { "jkt": thumbprint },
            }),
            1,
        );
        let proof = sign(
            &json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": { "kty": "OKP", "crv": "Ed25519", "x": x } }),
            &json!({
                "jti": "2", "htm": "GET", "htu": format!("{ISSUER}/v1/consents"), "iat": NOW,
                "ath": URL_SAFE_NO_PAD.encode(Sha256::digest(&token)), "nonce": issuer.current_nonce(now()),
            }),
            2,
        );
        let key = |x: &str| DecodingKey::from_ed_components(x).expect("a key");
        let keys = [key(&public(1)), key(&public(2))];
        Self {
            issuer,
            token,
            proof,
            keys,
        }
    }
}

/// Token and proof, everything but the look whether the proof was used before.
#[divan::bench]
fn token_and_proof(bencher: divan::Bencher<'_, '_>) {
    let genuine = Genuine::prepare();
    let presented = Presented {
        token: &genuine.token,
        proof: &genuine.proof,
        method: "GET",
        path: "/v1/consents",
    };
    assert!(genuine.issuer.admit(&presented, now()).is_ok());
    bencher.bench_local(|| black_box(genuine.issuer.admit(black_box(&presented), now())));
}

/// The floor: the two signatures.
#[divan::bench]
fn floor_two_signatures(bencher: divan::Bencher<'_, '_>) {
    let genuine = Genuine::prepare();
    let verify = |token: &str, key: &DecodingKey| {
        let (message, signature) = token.rsplit_once('.').unwrap_or_default();
        jsonwebtoken::crypto::verify(signature, message.as_bytes(), key, Algorithm::EdDSA)
    };
    let [of_token, of_proof] = &genuine.keys;
    assert!(verify(&genuine.token, of_token).is_ok_and(|good| good));
    bencher.bench_local(|| {
        black_box(verify(black_box(&genuine.token), of_token).is_ok());
        black_box(verify(black_box(&genuine.proof), of_proof).is_ok());
    });
}
