//! What a client's assertion (RFC 7523 §3) must say, by how much it may differ, and what of it is remembered.

use super::*;

fn proof(header: &Value, claims: &Value, key_id: Option<&str>) -> Option<assertion::Proof> {
    let mut jwk = ed_jwk(9);
    if let Some(key_id) = key_id {
        jwk["kid"] = key_id.into();
    }
    proven(&jwk, &sign(header, claims, &ed25519(9)))
}

fn with(changes: &[(&str, Value)]) -> Value {
    let mut changed = assertion_claims();
    for (name, value) in changes {
        changed[*name] = value.clone();
    }
    changed
}

#[test]
fn a_client_assertion_is_for_this_issuer_and_not_for_long() {
    let header = json!({ "alg": "EdDSA", "typ": "JWT" });
    let key = ed25519(9);
    let jwk = ed_jwk(9);
    assert!(passes(&jwk, &sign(&header, &assertion_claims(), &key)));
    assert!(passes(
        &jwk,
        &sign(&json!({ "alg": "EdDSA" }), &assertion_claims(), &key)
    ));
    for (name, value) in [
        ("aud", json!("https://freigabe.example/oauth2/token")),
        ("aud", json!("https://freigabe.example/")),
        ("aud", json!([ISSUER])),
        ("iss", json!("another")),
        ("sub", json!("another")),
        ("exp", json!(NOW)),
        ("exp", json!(NOW + 301)),
        ("exp", json!((NOW + 60).to_string())),
        ("iat", json!(NOW + 11)),
        ("iat", json!("now")),
        ("nbf", json!(NOW + 11)),
        ("jti", json!("")),
        ("jti", json!(7)),
        ("jti", json!("j".repeat(129))),
    ] {
        let mut changed = assertion_claims();
        changed[name] = value.clone();
        assert!(
            !passes(&jwk, &sign(&header, &changed, &key)),
            "{name}: {value}"
        );
    }
    for name in ["iss", "sub", "aud", "exp", "iat", "jti"] {
        let mut without = assertion_claims();
        without.as_object_mut().unwrap().remove(name);
        assert!(
            !passes(&jwk, &sign(&header, &without, &key)),
            "without {name}"
        );
    }
    assert!(
        !passes(&jwk, &sign(&header, &assertion_claims(), &ed25519(8))),
        "another key"
    );
    let typ = json!({ "alg": "EdDSA", "typ": "at+jwt" });
    assert!(
        !passes(&jwk, &sign(&typ, &assertion_claims(), &key)),
        "an access token"
    );
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
        // It has just ended.
        &[("iat", json!(NOW - 60)), ("exp", json!(NOW))],
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
    assert_eq!(
        remembered.jti,
        "d3701b8a15e85c6772d35cbfa92079be85eeab20a24d431052ce6f5fdb1f1ee6"
    );
}
