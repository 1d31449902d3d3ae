//! Access tokens, client assertions and proofs of possession: nothing is taken but what was signed, as it was signed; and what
//! is well signed is taken only if it says what it must.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a rule that is broken is a panic"
)]

use std::{sync::LazyLock, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_domain::{
    access::{AccessScopes, Caller, ClientId, ClientKey, Role, Standing},
    ids::OrganisationId,
    instant::Instant,
};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{
    Presented, TokenIssuer, assertion, binding::Confirmation, client_key::VerifyingKey,
    jws::Unverified,
};

const ISSUER: &str = "https://freigabe.example";
const NOW: i64 = 1_795_507_200;
const CLIENT: &str = "fbs-nord";
const PATH: &str = "/v1/consents";
/// Separates the header of a token from its claims, where both are to be signed.
const NEXT: u8 = 0;

/// The P-256 key whose private half is 1: the curve's own generator.
const P256: [&str; 2] = [
    "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
    "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
];

fn now() -> Instant {
    Instant::from_unix_micros(NOW * 1_000_000)
}

/// An Ed25519 key in PKCS #8, version 1, from a seed.
fn ed25519(seed: u8) -> Vec<u8> {
    let mut der = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    der.extend([seed; 32]);
    der
}

fn p256() -> Vec<u8> {
    let mut der = vec![
        0x30, 0x81, 0x87, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d,
        0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x04, 0x6d, 0x30,
        0x6b, 0x02, 0x01, 0x01, 0x04, 0x20,
    ];
    der.extend([0; 31]);
    der.push(1);
    der.extend([0xa1, 0x44, 0x03, 0x42, 0x00, 0x04]);
    for coordinate in P256 {
        der.extend(URL_SAFE_NO_PAD.decode(coordinate).unwrap());
    }
    der
}

fn ed25519_jwk(seed: u8) -> Value {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    let pair = Ed25519KeyPair::from_pkcs8(&ed25519(seed)).unwrap();
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    json!({ "kty": "OKP", "crv": "Ed25519", "x": x })
}

fn p256_jwk() -> Value {
    json!({ "kty": "EC", "crv": "P-256", "x": P256[0], "y": P256[1] })
}

fn sign(header: &[u8], claims: &[u8], key: &EncodingKey, algorithm: Algorithm) -> String {
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), key, algorithm).unwrap();
    format!("{signed}.{signature}")
}

/// An issuer, a client that signs in, and a token that is bound to each of two keys, with its proof.
struct World {
    issuer: TokenIssuer,
    client: ClientId,
    client_key: VerifyingKey,
    assertion: String,
    bound: [Bound; 2],
}

/// A token that is bound to a key, and a proof by that key.
struct Bound {
    token: String,
    proof: String,
    key: EncodingKey,
    algorithm: Algorithm,
}

fn proof_header(algorithm: Algorithm) -> Value {
    match algorithm {
        Algorithm::EdDSA => json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": ed25519_jwk(3) }),
        _ => json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": p256_jwk() }),
    }
}

fn proof_claims_of(token: &str, issuer: &TokenIssuer) -> Value {
    json!({
        "jti": "j-1",
        "htm": "POST",
        "htu": format!("{ISSUER}{PATH}"),
        "iat": NOW,
        "nonce": issuer.current_nonce(now()),
        "ath": URL_SAFE_NO_PAD.encode(Sha256::digest(token)),
    })
}

fn assertion_claims_of() -> Value {
    json!({ "iss": CLIENT, "sub": CLIENT, "aud": ISSUER, "jti": "j-1", "iat": NOW, "exp": NOW + 60 })
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let issuer =
        TokenIssuer::new(ISSUER.to_owned(), &ed25519(1), Duration::from_secs(300)).unwrap();
    let client = ClientId::parse(CLIENT).unwrap();
    let caller = Caller {
        client: client.clone(),
        organisation: OrganisationId::from_uuid(Uuid::from_u128(5)),
        standing: Standing::Centre,
        user: None,
    };
    let bound = [Algorithm::EdDSA, Algorithm::ES256].map(|algorithm| {
        let (key, jwk) = match algorithm {
            Algorithm::EdDSA => (EncodingKey::from_ed_der(&ed25519(3)), ed25519_jwk(3)),
            _ => (EncodingKey::from_ec_der(&p256()), p256_jwk()),
        };
        let thumbprint = VerifyingKey::from_header(jwk.as_object().unwrap())
            .unwrap()
            .thumbprint;
        let scopes = AccessScopes::of_role(Role::Centre);
        let to = Confirmation::Key(thumbprint);
        let token = issuer
            .issue(&caller, &scopes, Some(&to), now(), "j-1")
            .unwrap();
        let header = proof_header(algorithm).to_string();
        let claims = proof_claims_of(&token, &issuer).to_string();
        let proof = sign(header.as_bytes(), claims.as_bytes(), &key, algorithm);
        Bound {
            token,
            proof,
            key,
            algorithm,
        }
    });
    let registered = ClientKey {
        jwk: ed25519_jwk(2).to_string(),
    };
    let header = json!({ "typ": "JWT", "alg": "EdDSA" }).to_string();
    let claims = assertion_claims_of().to_string();
    let key = EncodingKey::from_ed_der(&ed25519(2));
    World {
        assertion: sign(header.as_bytes(), claims.as_bytes(), &key, Algorithm::EdDSA),
        client_key: VerifyingKey::from_registered(&registered).unwrap(),
        client,
        issuer,
        bound,
    }
});

impl World {
    fn admits(&self, bound: &Bound, proof: &str) -> bool {
        let presented = Presented {
            token: &bound.token,
            proof,
            method: "POST",
            path: PATH,
        };
        self.issuer.admit(&presented, now()).is_ok()
    }

    fn takes_assertion(&self, text: &str) -> bool {
        let Some(token) = Unverified::read(text) else {
            return false;
        };
        assertion::check(&self.client, &self.client_key, token, ISSUER, now()).is_some()
    }
}

/// Good inputs of the targets here; none of another.
pub(crate) fn seeds(target: &str) -> Option<Vec<Vec<u8>>> {
    let world = &*WORLD;
    let parts = |token: &str| {
        let mut parts = token
            .split('.')
            .map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
        let (header, claims) = (parts.next().unwrap(), parts.next().unwrap());
        [header, vec![NEXT], claims].concat()
    };
    let tokens = world.bound.iter().map(|bound| &bound.token);
    let proofs = world.bound.iter().map(|bound| &bound.proof);
    let seeds: Vec<Vec<u8>> = match target {
        "access_token" => tokens.map(|token| token.clone().into_bytes()).collect(),
        "access_claims" => tokens.map(|token| parts(token)).collect(),
        "assertion" => vec![world.assertion.clone().into_bytes()],
        "assertion_claims" => vec![parts(&world.assertion)],
        "proof" => proofs.map(|proof| proof.clone().into_bytes()).collect(),
        "proof_claims" => {
            let seeds: Vec<_> = proofs.map(|proof| parts(proof)).collect();
            let good = world.bound.iter().zip(&seeds);
            assert!(
                good.into_iter()
                    .all(|(bound, _)| world.admits(bound, &bound.proof))
            );
            seeds
        }
        _ => return None,
    };
    Some(seeds)
}

pub(crate) fn access_token(data: &[u8]) {
    if let Ok(text) = str::from_utf8(data)
        && WORLD.issuer.verify(text, now()).is_some()
    {
        let genuine = WORLD.bound.iter().any(|bound| bound.token == text);
        assert!(genuine, "a token that nobody issued is taken");
    }
}

pub(crate) fn assertion(data: &[u8]) {
    if let Ok(text) = str::from_utf8(data)
        && WORLD.takes_assertion(text)
    {
        assert_eq!(
            text, WORLD.assertion,
            "an assertion that nobody made is taken"
        );
    }
}

pub(crate) fn proof(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    for bound in &WORLD.bound {
        if WORLD.admits(bound, text) {
            // Whoever sees a signature of ES256 can make a second one of it; its proof is used up all the same.
            let signed = |proof: &str| match bound.algorithm {
                Algorithm::ES256 => proof.rsplit_once('.').unwrap().0.to_owned(),
                _ => proof.to_owned(),
            };
            assert_eq!(
                signed(text),
                signed(&bound.proof),
                "a proof that nobody made is taken"
            );
        }
    }
}

/// The header and the claims of an input, and both as JSON objects.
fn to_sign(data: &[u8]) -> Option<(&[u8], &[u8], Value, Value)> {
    let at = data.iter().position(|byte| *byte == NEXT)?;
    let (header, claims) = (&data[..at], &data[at + 1..]);
    let object = |part| serde_json::from_slice(part).unwrap_or_default();
    Some((header, claims, object(header), object(claims)))
}

/// A whole number, however it is written.
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole, and compared with seconds"
)]
fn whole(value: &Value) -> i64 {
    let float = value.as_f64().expect("a number");
    assert_eq!(float.fract(), 0.0, "a part of a second");
    float as i64
}

/// What must hold of the times in claims that were taken.
fn are_current(claims: &Value, least: i64) {
    let times = ["iat", "nbf"].map(|name| claims.get(name).map(whole));
    assert!(
        times.iter().flatten().all(|time| *time <= NOW + 10),
        "from the future: {claims}"
    );
    let exp = claims.get("exp").map(whole);
    assert!(exp.is_none_or(|exp| exp > NOW), "over: {claims}");
    assert!(whole(&claims["iat"]) >= least, "too old: {claims}");
    assert!(
        !claims["jti"].as_str().expect("a text").is_empty(),
        "without an identifier"
    );
}

fn has_no_extension(header: &Value) {
    assert!(
        header.get("crit").is_none(),
        "an extension that nobody understands: {header}"
    );
}

pub(crate) fn access_claims(data: &[u8]) {
    let Some((header, claims, says, said)) = to_sign(data) else {
        return;
    };
    let key = EncodingKey::from_ed_der(&ed25519(1));
    let token = sign(header, claims, &key, Algorithm::EdDSA);
    let Some(holder) = WORLD.issuer.verify(&token, now()) else {
        return;
    };
    has_no_extension(&says);
    assert_eq!(says["typ"], "at+jwt");
    assert!(says["alg"] == "EdDSA" || says["alg"] == "Ed25519", "{says}");
    are_current(&said, i64::MIN);
    assert!(said.get("exp").is_some(), "for ever");
    assert_eq!(said["iss"], ISSUER);
    assert_eq!(said["aud"], format!("{ISSUER}/v1"));
    assert_eq!(said["sub"], said["client_id"]);
    let caller = holder.claimed.expect("who it is");
    assert_eq!(said["sub"], caller.client.as_str());
    assert_eq!(said["role"], caller.standing.role().code());
    assert_eq!(
        said.get("cnf").is_some(),
        holder.confirmation.is_some(),
        "less bound than it says"
    );
    let scopes = said["scope"].as_str().expect("scopes").split(' ');
    assert!(
        scopes
            .into_iter()
            .all(|scope| holder.scopes.to_string().contains(scope))
    );
}

pub(crate) fn assertion_claims(data: &[u8]) {
    let Some((header, claims, says, said)) = to_sign(data) else {
        return;
    };
    let key = EncodingKey::from_ed_der(&ed25519(2));
    let token = sign(header, claims, &key, Algorithm::EdDSA);
    if WORLD.takes_assertion(&token) {
        has_no_extension(&says);
        are_current(&said, i64::MIN);
        assert_eq!([&said["iss"], &said["sub"]], [CLIENT, CLIENT]);
        assert_eq!(said["aud"], ISSUER);
        assert!(whole(&said["exp"]) <= NOW + 300, "too long: {said}");
    }
}

pub(crate) fn proof_claims(data: &[u8]) {
    let Some((header, claims, says, said)) = to_sign(data) else {
        return;
    };
    for bound in &WORLD.bound {
        let proof = sign(header, claims, &bound.key, bound.algorithm);
        if WORLD.admits(bound, &proof) {
            has_no_extension(&says);
            assert_eq!(says["typ"], "dpop+jwt");
            are_current(&said, NOW - 300);
            assert_eq!(said["htm"], "POST");
            let address = said["htu"].as_str().expect("an address");
            let bare = address.split(['?', '#']).next().unwrap();
            assert!(
                bare.ends_with(PATH) || bare.contains('%') || bare.contains("/."),
                "{address}"
            );
            assert_eq!(said["nonce"], WORLD.issuer.current_nonce(now()));
            let of_token = URL_SAFE_NO_PAD.encode(Sha256::digest(&bound.token));
            assert_eq!(said["ath"], of_token);
            assert!(said["jti"].as_str().unwrap().chars().count() <= 128);
        }
    }
}
