//! What a proof of possession (DPoP, RFC 9449 §4.3) must say, and by how much it may differ.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};

use super::*;
use crate::access::dpop::{ProofFault, Request, check};

const TOKEN: &str = "a.token.of-this-request";
const URL: &str = "https://freigabe.example/v1/disclosures";

/// What each proof is held against here.
fn request() -> Request<'static> {
    Request {
        method: "POST",
        url: URL,
        token: Some(TOKEN),
    }
}

fn header() -> Value {
    json!({ "alg": "EdDSA", "typ": "dpop+jwt", "jwk": ed_jwk(9) })
}

fn claims() -> Value {
    json!({
        "jti": "once-1", "iat": NOW, "htm": "POST", "htu": URL,
        "ath": hash_of(TOKEN), "nonce": issuer().current_nonce(now())
    })
}

fn hash_of(token: &str) -> String {
    use sha2::{Digest as _, Sha256};
    URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}

/// The claims, of which some are others. `null` leaves one out.
fn with(changes: &[(&str, Value)]) -> Value {
    let mut changed = claims();
    let members = changed.as_object_mut().unwrap();
    for (name, value) in changes {
        match value {
            Value::Null => members.remove(*name),
            value => members.insert((*name).to_owned(), value.clone()),
        };
    }
    changed
}

fn judged(header: &Value, claims: &Value, request: &Request<'_>) -> Result<(), ProofFault> {
    let proof = sign(header, claims, &ed25519(9));
    check(&proof, request, &issuer(), now()).map(|_| ())
}

#[test]
fn a_proof_holds_as_long_as_it_may() {
    for changes in [
        &[][..],
        &[("iat", json!(NOW + 10))],
        &[("iat", json!(NOW - 300))],
        &[("nbf", json!(NOW + 10))],
        &[("exp", json!(NOW + 1))],
        &[("jti", json!("j".repeat(128)))],
        // Characters are counted, not bytes.
        &[("jti", json!("ü".repeat(128)))],
        &[("htu", json!(format!("{URL}?status=held#top")))],
        &[(
            "htu",
            json!("HTTPS://FREIGABE.example:443/v1/./disclosures"),
        )],
        &[("unknown", json!(true))],
    ] {
        assert_eq!(
            judged(&header(), &with(changes), &request()),
            Ok(()),
            "{changes:?}"
        );
    }
    // A request without a token, as for the token endpoint, needs no `ath`.
    let without = Request {
        token: None,
        ..request()
    };
    assert_eq!(
        judged(&header(), &with(&[("ath", Value::Null)]), &without),
        Ok(())
    );
}

#[test]
fn a_proof_of_anything_else_does_not_hold() {
    for (name, value) in [
        ("iat", json!(NOW + 11)),
        ("iat", json!(NOW - 301)),
        ("iat", json!(NOW.to_string())),
        ("nbf", json!(NOW + 11)),
        ("nbf", json!("later")),
        ("exp", json!(NOW)),
        ("exp", json!("never")),
        ("jti", json!("")),
        ("jti", json!(7)),
        ("jti", json!("j".repeat(129))),
        ("htm", json!("GET")),
        ("htm", json!("post")),
        ("htu", json!("https://freigabe.example/v1/consents")),
        ("htu", json!("http://freigabe.example/v1/disclosures")),
        ("htu", json!("https://freigabe.example:8443/v1/disclosures")),
        ("htu", json!("/v1/disclosures")),
        ("ath", json!(hash_of("another.token"))),
        ("ath", json!(TOKEN)),
    ] {
        let changed = with(&[(name, value.clone())]);
        let fault = judged(&header(), &changed, &request());
        assert_eq!(fault, Err(ProofFault::Invalid), "{name}: {value}");
    }
    for name in ["jti", "iat", "htm", "htu", "ath"] {
        let fault = judged(&header(), &with(&[(name, Value::Null)]), &request());
        assert_eq!(fault, Err(ProofFault::Invalid), "without {name}");
    }
}

#[test]
fn only_a_proof_that_is_good_otherwise_is_told_to_come_with_a_nonce() {
    let minute = Duration::from_secs(60);
    let earlier = |minutes: u32| {
        let seconds = NOW - i64::try_from((minute * minutes).as_secs()).unwrap();
        issuer().current_nonce(Instant::from_unix_micros(seconds * 1_000_000))
    };
    let of_another = TokenIssuer::new(ISSUER.to_owned(), &ed25519(2), Duration::from_secs(300));
    for nonce in [
        Value::Null,
        json!(""),
        json!("made up"),
        json!("x".repeat(129)),
        json!(earlier(6)),
        json!(of_another.unwrap().current_nonce(now())),
    ] {
        let changed = with(&[("nonce", nonce.clone())]);
        let fault = judged(&header(), &changed, &request());
        assert_eq!(fault, Err(ProofFault::Nonce), "{nonce}");
        let wrong = with(&[("nonce", nonce), ("htm", json!("GET"))]);
        assert_eq!(
            judged(&header(), &wrong, &request()),
            Err(ProofFault::Invalid)
        );
    }
    assert_eq!(
        judged(
            &header(),
            &with(&[("nonce", json!(earlier(5)))]),
            &request()
        ),
        Ok(())
    );
}

#[test]
fn a_proof_is_signed_by_the_public_key_in_its_header() {
    let mut private = ed_jwk(9);
    private["d"] = json!("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
    for header in [
        json!({ "alg": "EdDSA", "typ": "JWT", "jwk": ed_jwk(9) }),
        json!({ "alg": "EdDSA", "jwk": ed_jwk(9) }),
        json!({ "alg": "EdDSA", "typ": "dpop+jwt" }),
        json!({ "alg": "EdDSA", "typ": "dpop+jwt", "jwk": "a key" }),
        json!({ "alg": "EdDSA", "typ": "dpop+jwt", "jwk": ed_jwk(8) }),
        json!({ "alg": "EdDSA", "typ": "dpop+jwt", "jwk": private }),
        json!({ "alg": "ES256", "typ": "dpop+jwt", "jwk": ed_jwk(9) }),
        json!({ "alg": "none", "typ": "dpop+jwt", "jwk": ed_jwk(9) }),
        json!({ "alg": "EdDSA", "typ": "dpop+jwt", "jwk": ed_jwk(9), "crit": ["b64"] }),
    ] {
        let fault = judged(&header, &claims(), &request());
        assert_eq!(fault, Err(ProofFault::Invalid), "{header}");
    }
    for proof in ["", ".", "..", "a.b.c.d"] {
        let fault = check(proof, &request(), &issuer(), now()).map(|_| ());
        assert_eq!(fault, Err(ProofFault::Invalid), "{proof}");
    }
}

#[test]
fn a_proof_tells_which_key_made_it() {
    let proof = check(
        &sign(&header(), &claims(), &ed25519(9)),
        &request(),
        &issuer(),
        now(),
    );
    // RFC 7638 by way of RFC 8037: the necessary members in the order of their names.
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, public(9));
    assert_eq!(proof.unwrap().key.as_str(), hash_of(&members));

    let random = aws_lc_rs::rand::SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref()).unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
    let header = json!({
        "alg": "ES256", "typ": "dpop+jwt", "jwk": { "kty": "EC", "crv": "P-256", "x": x, "y": y }
    });
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims().to_string())
    );
    let signature = pair.sign(&random, message.as_bytes()).unwrap();
    let proof = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()));
    let proof = check(&proof, &request(), &issuer(), now()).unwrap();
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    assert_eq!(proof.key.as_str(), hash_of(&members));
}
