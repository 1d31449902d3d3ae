//! Which keys of a set count.

use jsonwebtoken::EncodingKey;

use super::*;
use crate::access::{
    jws::Unverified,
    key_set::set::{KeySet, NotAKeySet},
};

/// The `kid` of the key that is found for an algorithm, with or without one.
#[track_caller]
fn found(text: &str, kid: Option<&str>, algorithm: Algorithm) -> Option<String> {
    let set = KeySet::read(text.as_bytes()).unwrap();
    let key = set.find(kid, algorithm)?;
    assert_eq!(key.algorithm, algorithm);
    Some(key.key_id.clone().unwrap_or_default())
}

#[track_caller]
fn counts(key: &Value) -> bool {
    KeySet::read(set(std::slice::from_ref(key)).as_bytes())
        .unwrap()
        .len()
        == 1
}

#[test]
fn a_key_is_found_by_its_name_and_algorithm() {
    let text = set(&[ed25519("a"), p256("b"), rsa("c"), ed25519("d")]);
    for (kid, algorithm) in [
        ("a", Algorithm::EdDSA),
        ("b", Algorithm::ES256),
        ("c", Algorithm::PS256),
        ("d", Algorithm::EdDSA),
    ] {
        let name = Some(kid.to_owned());
        assert_eq!(found(&text, Some(kid), algorithm), name);
    }
    assert_eq!(found(&text, Some("e"), Algorithm::EdDSA), None);
    assert_eq!(found(&text, Some(""), Algorithm::EdDSA), None);
    assert_eq!(found(&text, Some("A"), Algorithm::EdDSA), None);
    assert_eq!(found(&text, Some("a"), Algorithm::ES256), None);
    assert_eq!(found(&text, Some("c"), Algorithm::RS256), None);
    assert_eq!(found(&text, Some("c"), Algorithm::HS256), None);
}

#[test]
fn without_a_name_the_only_key_for_the_algorithm_is_meant() {
    let text = set(&[ed25519("a"), p256("b"), ed25519("c")]);
    assert_eq!(found(&text, None, Algorithm::ES256), Some("b".to_owned()));
    assert_eq!(found(&text, None, Algorithm::EdDSA), None, "two");
    assert_eq!(found(&text, None, Algorithm::PS256), None, "none");
    let mut nameless = p256("");
    nameless.as_object_mut().unwrap().remove("kid");
    let text = set(&[ed25519("a"), nameless]);
    assert_eq!(found(&text, None, Algorithm::ES256), Some(String::new()));
    assert_eq!(found(&text, Some("b"), Algorithm::ES256), None);
}

#[test]
fn keys_that_can_not_be_used_are_skipped() {
    for (key, what) in [
        (but(rsa("x"), json!({ "alg": "RS256" })), "RS256"),
        (but(rsa("x"), json!({ "alg": "PS384" })), "PS384"),
        (but(rsa("x"), json!({ "alg": "RSA-OAEP" })), "encryption"),
        (but(rsa("x"), json!({ "use": "enc" })), "encryption"),
        (but(rsa("x"), json!({ "alg": null })), "no text"),
        (but(rsa("x"), json!({ "n": bytes(128, 200) })), "1024 bits"),
        (but(rsa("x"), json!({ "n": bytes(513, 200) })), "large"),
        (but(rsa("x"), json!({ "e": "Aw" })), "exponent 3"),
        (but(rsa("x"), json!({ "d": bytes(256, 1) })), "private"),
        (but(ed25519("x"), json!({ "d": bytes(32, 1) })), "private"),
        (but(ed25519("x"), json!({ "x": bytes(31, 7) })), "short"),
        (but(ed25519("x"), json!({ "x": bytes(33, 7) })), "long"),
        (but(ed25519("x"), json!({ "crv": "X25519" })), "agreement"),
        (but(ed25519("x"), json!({ "crv": "Ed448" })), "Ed448"),
        (but(ed25519("x"), json!({ "alg": "ES256" })), "another's"),
        (but(ed25519("x"), json!({ "kid": 7 })), "a number as name"),
        (but(ed25519("x"), json!({ "kid": "" })), "no name"),
        (
            but(ed25519("x"), json!({ "kid": "k".repeat(129) })),
            "long name",
        ),
        (but(ed25519("x"), json!({ "key_ops": ["sign"] })), "signs"),
        (but(ed25519("x"), json!({ "key_ops": [] })), "nothing"),
        (but(ed25519("x"), json!({ "key_ops": "verify" })), "no list"),
        (but(p256("x"), json!({ "crv": "P-384" })), "P-384"),
        (but(p256("x"), json!({ "crv": "secp256k1" })), "secp256k1"),
        (but(p256("x"), json!({ "y": null })), "half a point"),
        (
            json!({ "kty": "oct", "k": bytes(32, 1), "kid": "x" }),
            "symmetric",
        ),
        (
            json!({ "kty": "AKP", "alg": "ML-DSA-65", "kid": "x" }),
            "unknown",
        ),
        (json!({ "kid": "x" }), "nothing"),
        (json!("x"), "a text"),
        (json!(null), "null"),
        (json!([ed25519("x")]), "a list"),
    ] {
        assert!(!counts(&key), "{what}");
        let text = set(&[key, ed25519("good")]);
        let good = Some("good".to_owned());
        assert_eq!(found(&text, Some("good"), Algorithm::EdDSA), good, "{what}");
        assert_eq!(found(&text, None, Algorithm::EdDSA), good, "{what}");
    }
}

#[test]
fn a_key_for_signatures_counts_whatever_else_it_says() {
    for key in [
        ed25519("x"),
        but(ed25519("x"), json!({ "alg": "EdDSA" })),
        but(ed25519("x"), json!({ "alg": "Ed25519", "use": "sig" })),
        but(ed25519("x"), json!({ "key_ops": ["sign", "verify"] })),
        but(p256("x"), json!({ "alg": "ES256", "ext": true })),
        but(
            rsa("x"),
            json!({ "alg": "PS256", "x5c": ["MIIC"], "x5t": "a" }),
        ),
        but(rsa("x"), json!({ "n": bytes(512, 200), "x5t#S256": "b" })),
        but(
            rsa("x"),
            json!({ "x5u": "https://other.example/", "nbf": 1 }),
        ),
    ] {
        assert!(counts(&key), "{key}");
    }
}

#[test]
fn two_keys_of_one_name_do_not_count() {
    let text = set(&[ed25519("a"), ed25519("a"), ed25519("b")]);
    assert_eq!(found(&text, Some("a"), Algorithm::EdDSA), None);
    assert_eq!(
        found(&text, Some("b"), Algorithm::EdDSA),
        Some("b".to_owned())
    );
    let text = set(&[ed25519("a"), p256("a"), rsa("b")]);
    assert_eq!(found(&text, Some("a"), Algorithm::EdDSA), None);
    assert_eq!(found(&text, Some("a"), Algorithm::ES256), None);
    assert_eq!(found(&text, None, Algorithm::ES256), None);
    // One that could not be used anyway leaves no doubt.
    let text = set(&[
        but(rsa("a"), json!({ "alg": "RS256" })),
        but(rsa("a"), json!({ "alg": "PS256" })),
    ]);
    assert_eq!(
        found(&text, Some("a"), Algorithm::PS256),
        Some("a".to_owned())
    );
}

/// As Keycloak publishes the keys of a realm.
fn realm(more: &[Value]) -> String {
    let certificate = |key: Value, alg: &str, usage: &str| {
        but(
            key,
            json!({
                "alg": alg,
                "use": usage,
                "x5c": [bytes(700, 48)],
                "x5t": bytes(20, 1),
                "x5t#S256": bytes(32, 2),
            }),
        )
    };
    let mut keys = vec![
        certificate(rsa("jOxhWn9gTvbYQNVUc2wGRXdMTlG3Fw0W"), "RS256", "sig"),
        certificate(rsa("QyPrJ0nTzBrS8Xk1W2U5h5VdXy8x7c1r"), "RSA-OAEP", "enc"),
    ];
    keys.extend_from_slice(more);
    set(&keys)
}

#[test]
fn a_keycloak_realm_is_understood() {
    let text = realm(&[]);
    let keys = KeySet::read(text.as_bytes()).unwrap();
    assert_eq!((keys.len(), keys.skipped()), (0, 2));
    for algorithm in [Algorithm::PS256, Algorithm::RS256] {
        assert_eq!(found(&text, None, algorithm), None);
        let kid = Some("jOxhWn9gTvbYQNVUc2wGRXdMTlG3Fw0W");
        assert_eq!(found(&text, kid, algorithm), None);
    }
    let text = realm(&[
        but(
            rsa("ps"),
            json!({ "alg": "PS256", "use": "sig", "x5c": [bytes(700, 48)] }),
        ),
        but(p256("es"), json!({ "alg": "ES256", "use": "sig" })),
        but(ed25519("ed"), json!({ "alg": "EdDSA", "use": "sig" })),
    ]);
    for (kid, algorithm) in [
        ("ps", Algorithm::PS256),
        ("es", Algorithm::ES256),
        ("ed", Algorithm::EdDSA),
    ] {
        let name = Some(kid.to_owned());
        assert_eq!(found(&text, Some(kid), algorithm), name);
        assert_eq!(found(&text, None, algorithm), name);
    }
}

#[test]
fn a_set_is_an_object_with_an_array_of_at_most_32_keys() {
    let of = |count: usize| {
        let kids: Vec<String> = (0..count).map(|kid| format!("k{kid}")).collect();
        named(&kids.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert_eq!(KeySet::read(of(0).as_bytes()).map(|set| set.len()), Ok(0));
    assert_eq!(KeySet::read(of(32).as_bytes()).map(|set| set.len()), Ok(32));
    let refused = |text: &str| KeySet::read(text.as_bytes()).err();
    assert_eq!(refused(&of(33)), Some(NotAKeySet::TooMany));
    let useless = vec![json!({ "kty": "oct" }); 33];
    assert_eq!(refused(&set(&useless)), Some(NotAKeySet::TooMany));
    let deep = format!("{{\"keys\":[],\"x\":{}{}}}", "[".repeat(40), "]".repeat(40));
    for text in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        "\"keys\"",
        "{\"keys\":null}",
        "{\"keys\":{}}",
        "{\"keys\":[]} more",
        "{\"keys\":[],\"keys\":[]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"kty\":\"RSA\"}]}",
        "{\"keys\":[],}",
        "{'keys':[]}",
        "\u{feff}{\"keys\":[]}",
        "<html></html>",
        deep.as_str(),
    ] {
        assert_eq!(refused(text), Some(NotAKeySet::Form), "{text:?}");
    }
    let not_utf_8 = KeySet::read(b"{\"keys\":[],\"x\":\"\xff\"}");
    assert_eq!(not_utf_8.err(), Some(NotAKeySet::Form));
}

#[tokio::test]
async fn a_key_from_a_set_verifies_what_its_owner_signed() {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    let mut private = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    private.extend([5; 32]);
    let pair = Ed25519KeyPair::from_pkcs8(&private).unwrap();
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    let server = Server::start(ok(&set(&[but(ed25519("a"), json!({ "x": x }))])));
    let (sets, _) = key_sets();
    for alg in ["EdDSA", "Ed25519"] {
        let header = json!({ "alg": alg, "kid": "a" }).to_string();
        let message = [header.as_str(), "{\"sub\":\"b\"}"]
            .map(|part| URL_SAFE_NO_PAD.encode(part))
            .join(".");
        let signature = jsonwebtoken::crypto::sign(
            message.as_bytes(),
            &EncodingKey::from_ed_der(&private),
            Algorithm::EdDSA,
        )
        .unwrap();
        let token = format!("{message}.{signature}");
        let token = Unverified::read(&token).unwrap();
        let algorithm = token.algorithm().unwrap();
        let key = sets
            .key(&server.uri(), token.header("kid"), algorithm)
            .await
            .unwrap()
            .unwrap();
        let claims = token.verify(&key.key, key.algorithm).unwrap();
        assert_eq!(claims.text("sub"), Some("b"));
    }
}
