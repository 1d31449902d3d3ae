mod assertions;
mod edge;
mod letting_in;
mod proofs;
mod signing_in;

use std::time::Duration;

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_domain::{
    access::{AccessScopes, Caller, ClientId, ClientKey, Role, Standing},
    ids::OrganisationId,
    instant::Instant,
    office::OfficeId,
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{assertion, client_key::VerifyingKey, issuer::TokenIssuer, jws::Unverified};
use crate::{IssuerError, jwk_is_acceptable};

const ISSUER: &str = "https://freigabe.example";
const NOW: i64 = 1_795_507_200;

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

fn public(seed: u8) -> String {
    use aws_lc_rs::signature::KeyPair as _;
    let pair = Ed25519KeyPair::from_pkcs8(&ed25519(seed)).unwrap();
    URL_SAFE_NO_PAD.encode(pair.public_key().as_ref())
}

fn issuer() -> TokenIssuer {
    TokenIssuer::new(ISSUER.to_owned(), &ed25519(1), Duration::from_secs(300)).unwrap()
}

fn office_caller() -> Caller {
    Caller {
        client: ClientId::parse("bpoli-kiel-it").unwrap(),
        organisation: OrganisationId::from_uuid(Uuid::from_u128(5)),
        standing: Standing::Office(OfficeId::parse("bpoli-kiel").unwrap()),
        user: None,
    }
}

fn sign(header: &Value, claims: &Value, key: &[u8]) -> String {
    sign_text(&header.to_string(), &claims.to_string(), key)
}

fn sign_text(header: &str, claims: &str, key: &[u8]) -> String {
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let key = EncodingKey::from_ed_der(key);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::EdDSA).unwrap();
    format!("{message}.{signature}")
}

/// The parts of a genuine token.
fn parts() -> (Value, Value) {
    let token = issuer()
        .issue(
            &office_caller(),
            &AccessScopes::of_role(Role::Office),
            None,
            now(),
            "j-1",
        )
        .unwrap();
    let mut parts = token
        .split('.')
        .take(2)
        .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap());
    (parts.next().unwrap(), parts.next().unwrap())
}

fn caller(token: &str, now: Instant) -> Option<Caller> {
    issuer().verify(token, now)?.claimed
}

#[track_caller]
fn refused(token: &str, what: &str) {
    assert_eq!(issuer().verify(token, now()), None, "{what}");
}

#[test]
fn an_issued_token_verifies_until_its_end() {
    let token = issuer()
        .issue(
            &office_caller(),
            &AccessScopes::of_role(Role::Office),
            None,
            now(),
            "j-1",
        )
        .unwrap();
    assert_eq!(caller(&token, now()), Some(office_caller()));
    let at = |seconds: i64| Instant::from_unix_micros((NOW + seconds) * 1_000_000);
    assert!(issuer().verify(&token, at(299)).is_some());
    assert_eq!(issuer().verify(&token, at(300)), None);
    assert!(issuer().verify(&token, at(-10)).is_some());
    assert_eq!(issuer().verify(&token, at(-11)), None);
}

#[test]
fn tokens_are_those_of_rfc_9068() {
    let (header, claims) = parts();
    assert_eq!(header["typ"], "at+jwt");
    assert_eq!(header["alg"], "EdDSA");
    assert_eq!(header["kid"], issuer().jwks().keys[0].kid.as_str());
    let mut names: Vec<_> = claims.as_object().unwrap().keys().cloned().collect();
    names.sort();
    assert_eq!(
        names,
        [
            "aud",
            "client_id",
            "exp",
            "iat",
            "iss",
            "jti",
            "office",
            "org",
            "role",
            "scope",
            "sub"
        ]
    );
    assert_eq!(claims["aud"], "https://freigabe.example/v1");
}

#[test]
fn every_claim_is_needed_and_has_its_type() {
    let (header, claims) = parts();
    let key = ed25519(1);
    for name in [
        "iss",
        "sub",
        "client_id",
        "aud",
        "exp",
        "iat",
        "jti",
        "org",
        "role",
        "office",
    ] {
        let mut without = claims.clone();
        without.as_object_mut().unwrap().remove(name);
        refused(&sign(&header, &without, &key), name);
        for wrong in [
            json!(null),
            json!([claims[name]]),
            json!({}),
            json!(true),
            json!(""),
        ] {
            let mut changed = claims.clone();
            changed[name] = wrong.clone();
            refused(&sign(&header, &changed, &key), &format!("{name}: {wrong}"));
        }
    }
    for (name, value) in [
        ("exp", json!((NOW + 300).to_string())),
        ("exp", json!(1e300)),
        ("exp", json!(0.5)),
        ("exp", json!(-1)),
        ("iat", json!(NOW.to_string())),
        ("iat", json!(NOW + 11)),
        ("nbf", json!(NOW + 11)),
        ("nbf", json!(NOW.to_string())),
        ("iss", json!("https://freigabe.example/")),
        ("aud", json!("https://freigabe.example")),
        ("aud", json!(["https://freigabe.example/v1"])),
        ("sub", json!("another-client")),
        ("role", json!("centre")),
        ("role", json!("OFFICE")),
        ("org", json!("00000000000000000000000000000005")),
        ("office", json!("BPOLI")),
    ] {
        let mut changed = claims.clone();
        changed[name] = value.clone();
        refused(&sign(&header, &changed, &key), &format!("{name}: {value}"));
    }
}

#[test]
fn a_member_that_stands_twice_is_a_fault() {
    let (header, claims) = parts();
    let twice = claims.to_string().replacen('{', "{\"exp\":9999999999,", 1);
    refused(
        &sign_text(&header.to_string(), &twice, &ed25519(1)),
        "exp twice",
    );
    let header = header.to_string().replacen('{', "{\"alg\":\"EdDSA\",", 1);
    refused(
        &sign_text(&header, &claims.to_string(), &ed25519(1)),
        "alg twice",
    );
}

#[test]
fn headers_can_not_talk_the_server_into_anything() {
    let (header, claims) = parts();
    let with = |name: &str, value: Value| {
        let mut changed = header.clone();
        changed[name] = value;
        sign(&changed, &claims, &ed25519(1))
    };
    for alg in ["none", "HS256", "RS256", "ES256", "PS256", "eddsa", "Ed448"] {
        refused(&with("alg", json!(alg)), alg);
    }
    for typ in ["JWT", "AT+JWT", "application/at+jwt", "dpop+jwt"] {
        refused(&with("typ", json!(typ)), typ);
    }
    refused(&with("kid", json!("another")), "another kid");
    refused(&with("crit", json!(["exp"])), "crit");

    // Keys that come along are ignored, not used.
    let mut theirs = header.clone();
    theirs["jwk"] = json!({ "kty": "OKP", "crv": "Ed25519", "x": public(2) });
    theirs["jku"] = json!("https://elsewhere.example/jwks.json");
    refused(
        &sign(&theirs, &claims, &ed25519(2)),
        "signed by the embedded key",
    );
    assert!(
        issuer()
            .verify(&sign(&theirs, &claims, &ed25519(1)), now())
            .is_some()
    );
}

#[test]
fn an_hmac_with_the_public_key_is_no_signature() {
    let (mut header, claims) = parts();
    header["alg"] = json!("HS256");
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let secret = EncodingKey::from_secret(&URL_SAFE_NO_PAD.decode(public(1)).unwrap());
    let signature =
        jsonwebtoken::crypto::sign(message.as_bytes(), &secret, Algorithm::HS256).unwrap();
    refused(
        &format!("{message}.{signature}"),
        "HS256 with the public key",
    );
}

#[test]
fn damaged_tokens_are_refused() {
    let token = issuer()
        .issue(
            &office_caller(),
            &AccessScopes::of_role(Role::Office),
            None,
            now(),
            "j-1",
        )
        .unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    for damaged in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        signed.to_owned(),
        format!("{signed}."),
        format!("{token}."),
        format!("{token}.x"),
        format!("{token}="),
        format!(" {token}"),
        format!("{header}.{payload}A.{signature}"),
        format!("{header}..{signature}"),
        token.replace('.', ","),
        "A".repeat(100_000),
        format!("{token}{}", "A".repeat(8_000)),
    ] {
        refused(&damaged, &damaged.chars().take(40).collect::<String>());
    }
}

#[test]
fn an_issuer_needs_a_url_a_key_and_a_lifetime() {
    let new = |url: &str, key: &[u8], seconds| {
        TokenIssuer::new(url.to_owned(), key, Duration::from_secs(seconds)).err()
    };
    let key = ed25519(1);
    for url in [
        "",
        "freigabe.example",
        "https://x/",
        "https://x?y",
        "https://x#y",
        "https://x y",
    ] {
        assert_eq!(new(url, &key, 300), Some(IssuerError::Url), "{url}");
    }
    assert_eq!(new(ISSUER, &key[1..], 300), Some(IssuerError::Key));
    assert_eq!(new(ISSUER, &key, 0), Some(IssuerError::Lifetime));
    assert_eq!(new(ISSUER, &key, 3_601), Some(IssuerError::Lifetime));
    assert_eq!(new(ISSUER, &key, 300), None);
}

#[test]
fn tokens_are_for_the_issuers_audience_and_for_its_lifetime() {
    let issuer = || issuer().with_audience("https://api.example".to_owned());
    assert_eq!(self::issuer().audience(), "https://freigabe.example/v1");
    assert_eq!(issuer().audience(), "https://api.example");
    assert_eq!(issuer().lifetime(), 300);
    let scopes = AccessScopes::of_role(Role::Office);
    let token = issuer().issue(&office_caller(), &scopes, None, now(), "j");
    let token = token.unwrap();
    assert!(issuer().verify(&token, now()).is_some());
    refused(&token, "for another audience");
}

#[test]
fn a_token_has_at_most_8000_bytes() {
    let of = |length: usize| {
        let header = URL_SAFE_NO_PAD.encode("{}");
        format!("{header}.e30.{}", "A".repeat(length - header.len() - 5))
    };
    assert!(Unverified::read(&of(8_000)).is_some());
    assert!(Unverified::read(&of(8_001)).is_none());
}

fn ed_jwk(seed: u8) -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": public(seed) })
}

fn assertion_claims() -> Value {
    json!({
        "iss": "fbs-nord", "sub": "fbs-nord", "aud": ISSUER,
        "exp": NOW + 60, "iat": NOW, "jti": "once-1"
    })
}

/// What an assertion proves of a client that is registered with this key.
fn proven(jwk: &Value, token: &str) -> Option<assertion::Proof> {
    let registered = ClientKey {
        jwk: jwk.to_string(),
    };
    let key = VerifyingKey::from_registered(&registered).unwrap();
    let client = ClientId::parse("fbs-nord").unwrap();
    assertion::check(&client, &key, Unverified::read(token)?, ISSUER, now())
}

fn passes(jwk: &Value, token: &str) -> bool {
    proven(jwk, token).is_some()
}

#[test]
fn each_key_has_one_algorithm() {
    use aws_lc_rs::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
    };
    let document =
        EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
            .unwrap();
    let pair =
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref()).unwrap();
    let point = pair.public_key().as_ref();
    let jwk = json!({
        "kty": "EC", "crv": "P-256",
        "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..65])
    });
    let token = |algorithm| {
        let header = Header::new(algorithm);
        let key = EncodingKey::from_ec_der(document.as_ref());
        jsonwebtoken::encode(&header, &assertion_claims(), &key)
    };
    assert!(passes(&jwk, &token(Algorithm::ES256).unwrap()));
    assert!(!passes(&ed_jwk(9), &token(Algorithm::ES256).unwrap()));
    let disguised = sign(&json!({ "alg": "ES256" }), &assertion_claims(), &ed25519(9));
    assert!(!passes(&ed_jwk(9), &disguised));
}

#[test]
fn rsa_keys_verify_ps256_and_nothing_else() {
    use aws_lc_rs::{
        encoding::{AsDer as _, Pkcs8V1Der},
        rsa::{KeyPair, KeySize},
        signature::KeyPair as _,
    };
    let pair = KeyPair::generate(KeySize::Rsa3072).unwrap();
    let public = pair.public_key();
    let jwk = json!({
        "kty": "RSA",
        "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
        "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
    });
    let document: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    // The library signs with PKCS #1: the key inside the PKCS #8 wrapping.
    let inner = document.as_ref()[26..].to_vec();
    let token = |algorithm| {
        let key = EncodingKey::from_rsa_der(&inner);
        jsonwebtoken::encode(&Header::new(algorithm), &assertion_claims(), &key).unwrap()
    };
    assert!(passes(&jwk, &token(Algorithm::PS256)));
    assert!(!passes(&jwk, &token(Algorithm::RS256)));
    assert!(!passes(&jwk, &token(Algorithm::PS384)));
}

/// A number with so many bits, as it stands in a key.
fn modulus(bits: usize) -> String {
    let mut bytes = vec![0xff; bits.div_ceil(8)];
    bytes[0] >>= bytes.len() * 8 - bits;
    URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn rsa_keys_have_3000_to_4096_bits() {
    for (bits, taken) in [
        (1_024, false),
        (2_048, false),
        (2_999, false),
        (3_000, true),
        (3_072, true),
        (4_096, true),
        (4_097, false),
        (8_192, false),
    ] {
        let jwk = json!({ "kty": "RSA", "n": modulus(bits), "e": "AQAB" });
        let acceptable = jwk_is_acceptable(&jwk.to_string());
        assert_eq!(acceptable.is_ok(), taken, "{bits}: {acceptable:?}");
        let in_proof = VerifyingKey::from_header(jwk.as_object().unwrap());
        assert_eq!(in_proof.is_ok(), taken, "{bits}");
    }
    let zeros = URL_SAFE_NO_PAD.encode([&[0], &[0xff; 384][..]].concat());
    let jwk = json!({ "kty": "RSA", "n": zeros, "e": "AQAB" });
    assert!(jwk_is_acceptable(&jwk.to_string()).is_err());
}

#[test]
fn keys_are_checked_before_they_are_registered() {
    let reduced = jwk_is_acceptable(
        &json!({ "kty": "OKP", "crv": "Ed25519", "x": public(9), "kid": "k1", "x5u": "https://x" })
            .to_string(),
    )
    .unwrap();
    let read: Value = serde_json::from_str(&reduced.jwk).unwrap();
    assert_eq!(
        read,
        json!({ "kty": "OKP", "crv": "Ed25519", "x": public(9), "kid": "k1", "alg": "EdDSA", "use": "sig" })
    );
    assert!(VerifyingKey::from_registered(&reduced).is_ok());

    let short = URL_SAFE_NO_PAD.encode([1; 31]);
    let modulus = modulus(3_072);
    for refused in [
        json!("a text"),
        json!({}),
        json!({ "kty": "oct", "k": "AAAA" }),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": short }),
        json!({ "kty": "OKP", "crv": "X25519", "x": public(9) }),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": public(9), "d": public(8) }),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": public(9), "alg": "ES256" }),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": public(9), "use": "enc" }),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": public(9), "kid": 7 }),
        json!({ "kty": "EC", "crv": "P-256", "x": public(9), "y": short }),
        json!({ "kty": "EC", "crv": "P-384", "x": public(9), "y": public(9) }),
        json!({ "kty": "RSA", "n": modulus, "e": "Aw" }),
        json!({ "kty": "RSA", "n": modulus, "e": "AQAB", "alg": "RS256" }),
    ] {
        assert!(
            jwk_is_acceptable(&refused.to_string()).is_err(),
            "{refused}"
        );
    }
    let twice = format!(
        "{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"{}\",\"x\":\"{}\"}}",
        public(1),
        public(2)
    );
    assert!(jwk_is_acceptable(&twice).is_err(), "a member twice");
}

#[test]
fn a_key_is_rotated_with_an_overlap() {
    let with = |signing: u8, others: &[u8]| {
        let lifetime = Duration::from_secs(300);
        let issuer = TokenIssuer::new(ISSUER.to_owned(), &ed25519(signing), lifetime).unwrap();
        others.iter().fold(issuer, |issuer, other| {
            issuer.with_other_key(&ed25519(*other)).unwrap()
        })
    };
    // Key 1 signs; key 2 is published before it signs; one node after the other signs with it; key 1 goes.
    let (before, announced, changed, after) =
        (with(1, &[]), with(1, &[2]), with(2, &[1]), with(2, &[]));
    let token = |issuer: &TokenIssuer| {
        issuer
            .issue(
                &office_caller(),
                &AccessScopes::of_role(Role::Office),
                None,
                now(),
                "j",
            )
            .unwrap()
    };
    let takes = |issuer: &TokenIssuer, token: &str| issuer.verify(token, now()).is_some();
    for (one, other) in [
        (&before, &announced),
        (&announced, &changed),
        (&changed, &after),
    ] {
        assert!(takes(one, &token(one)) && takes(other, &token(other)));
        assert!(takes(other, &token(one)) || std::ptr::eq(one, &changed));
        assert!(other.knows_nonce(&one.current_nonce(now()), now()));
    }
    assert!(
        takes(&announced, &token(&changed)),
        "a node that was not changed yet"
    );
    assert!(announced.knows_nonce(&changed.current_nonce(now()), now()));
    assert!(!takes(&after, &token(&before)), "the old key is gone");
    assert!(!after.knows_nonce(&before.current_nonce(now()), now()));
    let published = |issuer: &TokenIssuer| issuer.jwks().keys.len();
    assert_eq!(
        [&before, &announced, &changed, &after].map(published),
        [1, 2, 2, 1]
    );
    assert_eq!(published(&with(1, &[1, 2, 2])), 2, "each stands once");
}
