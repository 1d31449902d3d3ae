//! Client assertions (RFC 7523) at the token endpoint, with a good proof of possession.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_client::{ClientKeyPair, RawAnswer, SystemRandom};
use freigabe_testkit::{
    ExpectAnswer as _, Raw,
    machine::machine_time,
    network::{CENTRE_A, CENTRE_B},
    on_both_databases,
    proof::{Proof, proof},
};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::{Stage, junk};

const TYPE: &str = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

on_both_databases! {
    async fn none_of_them_is_taken(stage: Stage) {
        let good = assertion(&stage).sign();
        let _ = present(&stage, &good).await.expect_status(200);
        let mut attacks = vec![("used before".to_owned(), good)];
        attacks.extend(headers(&stage));
        attacks.extend(claims(&stage));
        assert!(attacks.len() >= 80, "{}", attacks.len());
        let before = stage.app.inspect().rows().await;
        let mut failures = Vec::new();
        for (name, assertion) in &attacks {
            let answer = present(&stage, assertion).await;
            let fits = answer.status.as_u16() == 401
                && answer.header("www-authenticate") == Some("DPoP")
                && answer.json() == json!({ "error": "invalid_client" });
            if !fits {
                failures.push(format!("{name}: {} {}", answer.status, answer.text()));
            }
        }
        assert!(failures.is_empty(), "{} of {}:\n{}", failures.len(), attacks.len(), failures.join("\n"));
        assert_eq!(stage.app.inspect().rows().await, before);
        let _ = present(&stage, &assertion(&stage).sign()).await.expect_status(200);
        println!("{} attacks were refused", attacks.len());
    }

    async fn what_was_used_is_remembered_by_a_database_whose_clock_is_ahead(stage: Stage) {
        stage.app.use_machine_time();
        stage.app.advance(time::Duration::minutes(10));
        let used = assertion(&stage).sign();
        let _ = present(&stage, &used).await.expect_status(200);
        let _ = present(&stage, &assertion(&stage).sign()).await.expect_status(200);
        let _ = present(&stage, &used).await.expect_status(401);
    }

    async fn a_proof_is_needed_and_is_good_once(stage: Stage) {
        let without = token_request(&assertion(&stage).sign()).send(&stage.nobody).await.expect_status(400);
        assert_eq!(without.json()["error"], "invalid_dpop_proof");
        let proof = endpoint_proof(&stage).sign();
        let with = |assertion: &str| token_request(assertion).header("dpop", &proof);
        let granted = with(&assertion(&stage).sign()).send(&stage.nobody).await.expect_status(200);
        assert_eq!(granted.json()["token_type"], "DPoP");
        let again = with(&assertion(&stage).sign()).send(&stage.nobody).await.expect_status(400);
        assert_eq!(again.json()["error"], "invalid_dpop_proof");
        for (fault, proof, error) in [
            ("another address", endpoint_proof(&stage).claim("htu", json!(stage.url("/v1/consents"))), "invalid_dpop_proof"),
            ("another method", endpoint_proof(&stage).claim("htm", json!("GET")), "invalid_dpop_proof"),
            ("no nonce", endpoint_proof(&stage).without("nonce"), "use_dpop_nonce"),
        ] {
            let request = token_request(&assertion(&stage).sign()).header("dpop", proof.sign());
            let refused = request.send(&stage.nobody).await.expect_status(400);
            assert_eq!(refused.json()["error"], error, "{fault}");
        }
    }
}

/// A good assertion, made with the tools for proofs: header and claims that can be changed before they are signed.
pub(super) fn assertion(stage: &Stage) -> Proof {
    let now = machine_time().unix_timestamp();
    let mut assertion = proof(&stage.key, "POST", "x");
    assertion.header = json!({ "alg": "EdDSA", "typ": "JWT", "kid": stage.key.key_id() });
    let jti = assertion.claims["jti"].clone();
    assertion.claims = json!({
        "iss": CENTRE_A, "sub": CENTRE_A, "aud": stage.app.issuer(), "jti": jti, "iat": now, "exp": now + 60,
    });
    assertion
}

pub(super) fn endpoint_proof(stage: &Stage) -> Proof {
    proof(&stage.key, "POST", &stage.url("/oauth2/token")).nonce(&stage.nonce)
}

pub(super) fn token_request(assertion: &str) -> Raw {
    let form = format!(
        "grant_type=client_credentials&client_assertion_type={TYPE}&client_assertion={assertion}"
    );
    Raw::post("/oauth2/token")
        .body(form)
        .header("content-type", "application/x-www-form-urlencoded")
}

async fn present(stage: &Stage, assertion: &str) -> RawAnswer {
    token_request(assertion)
        .header("dpop", endpoint_proof(stage).sign())
        .send(&stage.nobody)
        .await
}

fn headers(stage: &Stage) -> Vec<(String, String)> {
    let good = || assertion(stage);
    let mut attacks = Vec::new();
    for alg in ["none", "None", "HS256", "RS256", "ES256", "PS256", "eddsa"] {
        attacks.push((
            format!("alg {alg:?}"),
            good().header("alg", json!(alg)).sign(),
        ));
    }
    for typ in ["at+jwt", "dpop+jwt", "secevent+jwt"] {
        attacks.push((
            format!("typ {typ:?}"),
            good().header("typ", json!(typ)).sign(),
        ));
    }
    for kid in [
        json!("another"),
        json!("../../dev/null"),
        json!(1),
        json!(null),
    ] {
        attacks.push((format!("kid {kid}"), good().header("kid", kid).sign()));
    }
    attacks.push((
        "crit".to_owned(),
        good().header("crit", json!(["exp"])).sign(),
    ));
    let unsigned = good().header("alg", json!("none")).sign();
    attacks.push((
        "no signature".to_owned(),
        format!("{}.", unsigned.rsplit_once('.').unwrap().0),
    ));
    // Another key that brings itself along, and another client's.
    let attacker = ClientKeyPair::generate(&SystemRandom).expect("a key pair");
    let by = |key: &ClientKeyPair| {
        let mut theirs = proof(key, "POST", "x");
        let jwk = theirs.header["jwk"].clone();
        theirs.header = good().header("jwk", jwk).header;
        theirs.claims = good().claims;
        theirs.sign()
    };
    attacks.push((
        "by another key that it brings along".to_owned(),
        by(&attacker),
    ));
    attacks.push((
        "by another client's key".to_owned(),
        by(&stage.app.network().participant(CENTRE_B).key),
    ));
    let public: Value = serde_json::from_str(&stage.key.public_jwk()).unwrap();
    let part = |text: String| URL_SAFE_NO_PAD.encode(text);
    let message = format!(
        "{}.{}",
        part(json!({ "alg": "HS256" }).to_string()),
        part(good().claims.to_string())
    );
    let secret = EncodingKey::from_secret(
        &URL_SAFE_NO_PAD
            .decode(public["x"].as_str().unwrap())
            .unwrap(),
    );
    let code = jsonwebtoken::crypto::sign(message.as_bytes(), &secret, Algorithm::HS256).unwrap();
    attacks.push((
        "keyed with the public key".to_owned(),
        format!("{message}.{code}"),
    ));
    attacks.push(("the access token".to_owned(), stage.token.clone()));
    attacks.push((
        "a proof of possession".to_owned(),
        endpoint_proof(stage).sign(),
    ));
    attacks
}

fn claims(stage: &Stage) -> Vec<(String, String)> {
    let good = || assertion(stage);
    let now = machine_time().unix_timestamp();
    let issuer = stage.app.issuer();
    let mut attacks = Vec::new();
    for name in ["iss", "sub", "aud", "jti", "iat", "exp"] {
        attacks.push((format!("without {name}"), good().without(name).sign()));
        for value in junk().into_iter().chain([json!([good().claims[name]])]) {
            attacks.push((
                format!("{name} is {value}"),
                good().claim(name, value).sign(),
            ));
        }
    }
    for (name, value) in [
        ("iss", json!(CENTRE_B)),
        ("sub", json!(CENTRE_B)),
        ("sub", json!("nobody-at-all")),
        ("sub", json!("Robert'); DROP TABLE clients;--")),
        ("aud", json!(format!("{issuer}/"))),
        ("aud", json!(format!("{issuer}/oauth2/token"))),
        ("aud", json!(format!("{issuer}/v1"))),
        ("aud", json!("https://elsewhere.example")),
        ("aud", json!([issuer, "https://elsewhere.example"])),
        ("exp", json!(now)),
        ("exp", json!(now - 1)),
        ("exp", json!(now + 320)),
        ("exp", json!((now + 60).to_string())),
        ("exp", json!(1e300)),
        ("iat", json!(now + 20)),
        ("iat", json!(now + 59)),
        ("iat", json!(now + 61)),
        ("iat", json!(now.to_string())),
        ("nbf", json!(now + 61)),
        ("nbf", json!("now")),
        ("jti", json!("j".repeat(129))),
    ] {
        attacks.push((format!("{name}: {value}"), good().claim(name, value).sign()));
    }
    let claims = good().claims.to_string();
    let twice = claims.replacen('{', "{\"aud\":\"x\",", 1);
    attacks.push((
        "aud twice".to_owned(),
        good().sign_as(&good().header.to_string(), &twice),
    ));
    attacks
}
