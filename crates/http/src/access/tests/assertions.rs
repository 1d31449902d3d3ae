//! By how much a client's assertion (RFC 7523 §3) may differ, and what of it is remembered.

use super::*;
use crate::access::assertion::Proof;

fn proof(header: &Value, claims: &Value, key_id: Option<&str>) -> Option<Proof> {
    let mut jwk = ed_jwk(9);
    if let Some(key_id) = key_id {
        jwk["kid"] = key_id.into();
    }
    let registered = ClientKey {
        jwk: jwk.to_string(),
    };
    let key = VerifyingKey::from_registered(&registered).unwrap();
    let token = sign(header, claims, &ed25519(9));
    let client = ClientId::parse("fbs-nord").unwrap();
    assertion::check(&client, &key, Unverified::read(&token)?, ISSUER, now())
}

fn with(changes: &[(&str, Value)]) -> Value {
    let mut changed = assertion_claims();
    for (name, value) in changes {
        changed[*name] = value.clone();
    }
    changed
}

#[test]
fn an_assertion_holds_as_long_as_it_may() {
    let header = json!({ "alg": "EdDSA" });
    for changes in [
        &[("exp", json!(NOW + 300))][..],
        &[("exp", json!(NOW + 1))],
        &[("iat", json!(NOW + 10))],
        &[("iat", json!(NOW + 9)), ("exp", json!(NOW + 10))],
        &[("nbf", json!(NOW + 10))],
        &[("jti", json!("j".repeat(128)))],
        &[("jti", json!("ü".repeat(128)))],
    ] {
        assert!(
            proof(&header, &with(changes), None).is_some(),
            "{changes:?}"
        );
    }
    for changes in [
        // It ends when it was made.
        &[("iat", json!(NOW + 10)), ("exp", json!(NOW + 10))][..],
        &[("nbf", json!("later"))],
    ] {
        assert!(
            proof(&header, &with(changes), None).is_none(),
            "{changes:?}"
        );
    }
}

#[test]
fn an_assertion_says_what_it_is_or_nothing_about_it() {
    for typ in ["JWT", "jwt", "client-authentication+jwt"] {
        let header = json!({ "alg": "EdDSA", "typ": typ });
        assert!(proof(&header, &assertion_claims(), None).is_some(), "{typ}");
    }
    for typ in [json!("dpop+jwt"), json!(""), json!(7), json!(null)] {
        let header = json!({ "alg": "EdDSA", "typ": typ });
        assert!(proof(&header, &assertion_claims(), None).is_none(), "{typ}");
    }
}

#[test]
fn an_assertion_names_its_key_rightly_or_not_at_all() {
    let named = |kid: Value| json!({ "alg": "EdDSA", "kid": kid });
    let good = |header: &Value, key_id| proof(header, &assertion_claims(), key_id).is_some();
    assert!(good(&named(json!("one")), Some("one")));
    assert!(good(&json!({ "alg": "EdDSA" }), Some("one")));
    // A key that was registered without a name goes by any.
    assert!(good(&named(json!("one")), None));
    for other in [json!("two"), json!(""), json!(1), json!(null)] {
        assert!(!good(&named(other.clone()), Some("one")), "{other}");
    }
}

#[test]
fn an_assertion_is_remembered_an_hour_longer_than_it_is_good_and_by_the_hash_of_its_id() {
    let header = json!({ "alg": "EdDSA" });
    let remembered = proof(&header, &assertion_claims(), None).unwrap();
    let end = Instant::from_unix_micros((NOW + 60 + 3_600) * 1_000_000);
    assert_eq!(remembered.forget_at, end);
    // `printf once-1 | sha256sum`
    assert_eq!(remembered.jti, ONCE_1);
}

const ONCE_1: &str = "d3701b8a15e85c6772d35cbfa92079be85eeab20a24d431052ce6f5fdb1f1ee6";
