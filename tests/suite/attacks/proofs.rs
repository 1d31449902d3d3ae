//! Proofs of possession (RFC 9449), with a genuine token.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_client::{ClientKeyPair, SystemRandom};
use freigabe_testkit::{
    Backend, ExpectAnswer as _, Raw, machine::machine_time, network::CENTRE_A, on_both,
    on_both_databases, proof::proof,
};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::{Attack, PATH, Stage, failure, junk};

on_both_databases! {
    async fn none_of_them_is_taken(stage: Stage) {
        stage.genuine_passes().await;
        let mut attacks = headers(&stage);
        attacks.extend(claims(&stage));
        attacks.extend(addresses(&stage));
        attacks.extend(nonces(&stage));
        attacks.extend(structures(&stage));
        assert!(attacks.len() >= 110, "{}", attacks.len());
        stage.all_are_refused(attacks).await;
    }

    async fn each_is_good_once(stage: Stage) {
        let sign = stage.proof(&stage.token).sign();
        let ask = stage.ask(&stage.token, &sign);
        let _ = ask.send(&stage.nobody).await.expect_status(200);
        for _ in 0..3 {
            let again = ask.send(&stage.nobody).await;
            assert_eq!(failure(&again, "invalid_dpop_proof"), None);
        }
        // Also after the key signed it anew, and for another token of the same client.
        let id = json!("chosen-by-the-client");
        let first = stage.proof(&stage.token).claim("jti", id.clone()).sign();
        let _ = stage.ask(&stage.token, &first).send(&stage.nobody).await.expect_status(200);
        let second = stage.proof(&stage.token).claim("jti", id).claim("x", json!(1)).sign();
        assert_eq!(failure(&stage.ask(&stage.token, &second).send(&stage.nobody).await, "invalid_dpop_proof"), None);
    }

    async fn at_the_same_moment_one_of_many_is_taken(stage: Stage) {
        for _ in 0..5 {
            let ask = stage.ask(&stage.token, &stage.proof(&stage.token).sign());
            let (a, b, c) = tokio::join!(ask.send(&stage.nobody), ask.send(&stage.nobody), ask.send(&stage.nobody));
            let mut statuses = [a.status.as_u16(), b.status.as_u16(), c.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 401, 401]);
        }
    }

    async fn what_was_used_is_remembered_by_a_database_whose_clock_is_ahead(stage: Stage) {
        stage.app.use_machine_time();
        stage.app.advance(time::Duration::minutes(10));
        let old = machine_time().unix_timestamp() - 240;
        let proof = stage.proof(&stage.token).claim("iat", json!(old)).sign();
        let ask = stage.ask(&stage.token, &proof);
        let _ = ask.send(&stage.nobody).await.expect_status(200);
        // Whoever comes now lets the database forget what is over by its clock.
        stage.genuine_passes().await;
        assert_eq!(failure(&ask.send(&stage.nobody).await, "invalid_dpop_proof"), None);
    }

    async fn what_differs_in_nothing_that_matters_is_taken(stage: Stage) {
        let now = machine_time().unix_timestamp();
        let url = stage.url(PATH);
        for (name, proof) in [
            ("a query", stage.proof(&stage.token).claim("htu", json!(format!("{url}?limit=5")))),
            ("a fragment", stage.proof(&stage.token).claim("htu", json!(format!("{url}#top")))),
            ("capitals in the scheme and host", stage.proof(&stage.token).claim("htu", json!(url.replacen("http://", "HTTP://", 1)))),
            ("9 seconds ahead", stage.proof(&stage.token).claim("iat", json!(now + 9))),
            ("four minutes old", stage.proof(&stage.token).claim("iat", json!(now - 240))),
            ("further claims", stage.proof(&stage.token).claim("anything", json!({ "x": [1] }))),
            ("further members of the header", stage.proof(&stage.token).header("kid", json!("x"))),
            ("the newer name of the algorithm", stage.proof(&stage.token).header("alg", json!("Ed25519"))),
        ] {
            let answer = stage.ask(&stage.token, &proof.sign()).send(&stage.nobody).await;
            assert_eq!(answer.status.as_u16(), 200, "{name}: {}", answer.text());
        }
        let head = proof(&stage.key, "HEAD", &url).token(&stage.token).nonce(&stage.nonce).sign();
        let head = Raw::new(freigabe_client::Method::HEAD, PATH).header("authorization", format!("DPoP {}", stage.token)).header("dpop", head);
        let _ = head.send(&stage.nobody).await.expect_status(200);
    }

    async fn every_answer_to_a_proof_brings_the_next_nonce(stage: Stage) {
        let answer = stage.ask(&stage.token, &stage.proof(&stage.token).sign()).send(&stage.nobody).await;
        let next = answer.header("dpop-nonce").expect("a nonce").to_owned();
        let proof = stage.proof(&stage.token).nonce(&next).sign();
        let _ = stage.ask(&stage.token, &proof).send(&stage.nobody).await.expect_status(200);
        assert_eq!(answer.header("freigabe-mode"), None);
    }
}

#[test]
fn a_proof_that_one_node_took_is_used_up_on_the_other() {
    on_both::run(async {
        let stage = Stage::start(Backend::Postgres).await;
        let second = stage.app.start_second_node().await;
        for turn in 0..4 {
            let ask = stage.ask(&stage.token, &stage.proof(&stage.token).sign());
            let (first, then) = if turn % 2 == 0 {
                (&stage.nobody, second.anonymous())
            } else {
                (&second.anonymous(), stage.nobody.clone())
            };
            let _ = ask.send(first).await.expect_status(200);
            assert_eq!(failure(&ask.send(&then).await, "invalid_dpop_proof"), None);
        }
        let ask = stage.ask(&stage.token, &stage.proof(&stage.token).sign());
        let elsewhere = second.anonymous();
        let (here, there) = tokio::join!(ask.send(&stage.nobody), ask.send(&elsewhere));
        let mut statuses = [here.status.as_u16(), there.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401]);
    });
}

fn headers(stage: &Stage) -> Vec<Attack> {
    let good = || stage.proof(&stage.token);
    let mut attacks = Vec::new();
    for typ in [
        "JWT",
        "at+jwt",
        "client-authentication+jwt",
        "DPOP+JWT",
        "dpop+jwt ",
    ] {
        attacks.push(stage.with_proof(
            format!("typ {typ:?}"),
            &good().header("typ", json!(typ)).sign(),
        ));
    }
    for alg in [
        "none", "NONE", "HS256", "RS256", "ES256", "PS256", "eddsa", "Ed448",
    ] {
        attacks.push(stage.with_proof(
            format!("alg {alg:?}"),
            &good().header("alg", json!(alg)).sign(),
        ));
    }
    for name in ["typ", "alg", "jwk"] {
        let mut proof = good();
        proof.header.as_object_mut().unwrap().remove(name);
        attacks.push(stage.with_proof(format!("without {name} in the header"), &proof.sign()));
        for value in junk() {
            attacks.push(stage.with_proof(
                format!("{name} is {value}"),
                &good().header(name, value).sign(),
            ));
        }
    }
    let jwk = good().header["jwk"].clone();
    let with = |name: &str, value: Value| {
        let mut jwk = jwk.clone();
        jwk[name] = value;
        good().header("jwk", jwk).sign()
    };
    for (name, value) in [
        ("d", json!("A".repeat(43))),
        ("k", json!("AAAA")),
        ("kty", json!("oct")),
        ("kty", json!("EC")),
        ("crv", json!("X25519")),
        ("crv", json!("Ed448")),
        ("x", json!("")),
        ("x", json!("AAAA")),
        ("x", json!("A".repeat(43))),
        ("x", json!(format!("{}=", jwk["x"].as_str().unwrap()))),
        ("alg", json!("ES256")),
        ("use", json!("enc")),
    ] {
        attacks.push(stage.with_proof(format!("jwk with {name} {value}"), &with(name, value)));
    }
    attacks.push(stage.with_proof("crit", &good().header("crit", json!(["htu"])).sign()));
    // Well made, by a key to which the token is not bound.
    let attacker = ClientKeyPair::generate(&SystemRandom).expect("a key pair");
    let theirs = proof(&attacker, "GET", &stage.url(PATH))
        .token(&stage.token)
        .nonce(&stage.nonce);
    attacks.push(stage.with_proof("by another key", &theirs.sign()));
    attacks.push(stage.with_proof(
        "by another key under ours",
        &theirs.clone().header("jwk", jwk.clone()).sign(),
    ));
    attacks.push(stage.with_proof(
        "by ours under another key",
        &good().header("jwk", theirs.header["jwk"].clone()).sign(),
    ));
    // A message authentication code keyed with the public key.
    let header = json!({ "typ": "dpop+jwt", "alg": "HS256", "jwk": jwk }).to_string();
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let message = format!("{}.{}", part(&header), part(&good().claims.to_string()));
    let secret =
        EncodingKey::from_secret(&URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap()).unwrap());
    let code = jsonwebtoken::crypto::sign(message.as_bytes(), &secret, Algorithm::HS256).unwrap();
    attacks.push(stage.with_proof("keyed with the public key", &format!("{message}.{code}")));
    attacks
}

fn claims(stage: &Stage) -> Vec<Attack> {
    let good = || stage.proof(&stage.token);
    let now = machine_time().unix_timestamp();
    let mut attacks = Vec::new();
    for name in ["jti", "htm", "htu", "iat", "ath"] {
        attacks.push(stage.with_proof(format!("without {name}"), &good().without(name).sign()));
        for value in junk().into_iter().chain([json!([good().claims[name]])]) {
            attacks.push(stage.with_proof(
                format!("{name} is {value}"),
                &good().claim(name, value).sign(),
            ));
        }
    }
    let ath = good().claims["ath"].as_str().unwrap().to_owned();
    let hash = URL_SAFE_NO_PAD.decode(&ath).unwrap();
    for (name, value) in [
        ("htm", json!("POST")),
        ("htm", json!("get")),
        ("htm", json!("GET ")),
        ("htm", json!("HEAD")),
        ("iat", json!(now - 301)),
        ("iat", json!(now - 86_400)),
        ("iat", json!(0)),
        ("iat", json!(-1)),
        ("iat", json!(now + 20)),
        ("iat", json!(now + 59)),
        ("iat", json!(now + 61)),
        ("iat", json!(now.to_string())),
        ("iat", json!(0.5)),
        ("iat", json!(1e300)),
        ("iat", json!(u64::MAX)),
        ("nbf", json!(now + 61)),
        ("nbf", json!("soon")),
        ("exp", json!(now - 1)),
        ("exp", json!("later")),
        ("ath", json!(format!("{ath}="))),
        (
            "ath",
            json!(
                hash.iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<String>()
            ),
        ),
        ("ath", json!(&ath[..42])),
        ("jti", json!("j".repeat(129))),
    ] {
        attacks.push(stage.with_proof(
            format!("{name}: {value}"),
            &good().claim(name, value).sign(),
        ));
    }
    attacks.push(stage.with_proof("for another token", &good().token("another").sign()));
    attacks
}

fn addresses(stage: &Stage) -> Vec<Attack> {
    let issuer = stage.app.issuer();
    let host = issuer.trim_start_matches("http://");
    let attack = |htu: String| {
        stage.with_proof(
            format!("htu {htu:?}"),
            &stage.proof(&stage.token).claim("htu", json!(htu)).sign(),
        )
    };
    let all = [
        format!("{issuer}/v1/disclosures"),
        format!("{issuer}/v1/consents/"),
        format!("{issuer}/v1"),
        format!("{issuer}//v1/consents"),
        format!("{issuer}/V1/CONSENTS"),
        format!("{issuer}/v1/consents%2f"),
        format!("{issuer}/v1/consents;x"),
        format!("{issuer}/v1/%63onsents"),
        "/v1/consents".to_owned(),
        format!("{host}/v1/consents"),
        format!("https://{host}/v1/consents"),
        format!("http://user@{host}/v1/consents"),
        format!("http://{host}.elsewhere.example/v1/consents"),
        format!("http://elsewhere.example/{host}/v1/consents"),
        "http://elsewhere.example/v1/consents".to_owned(),
        "http://127.0.0.1/v1/consents".to_owned(),
        "http://localhost:1/v1/consents".to_owned(),
        "*".to_owned(),
    ];
    all.map(attack).into()
}

fn nonces(stage: &Stage) -> Vec<Attack> {
    let good = || stage.proof(&stage.token);
    let nonce = &stage.nonce;
    let bytes = URL_SAFE_NO_PAD.decode(nonce).unwrap();
    let later = URL_SAFE_NO_PAD.encode([&1_u64.to_be_bytes()[..], &bytes[8..]].concat());
    let mut attacks = vec![("without nonce".to_owned(), good().without("nonce"))];
    let values = junk().into_iter().chain([
        json!([nonce]),
        json!("guessed"),
        json!(&nonce[1..]),
        json!(format!("{nonce}A")),
        json!(format!("{nonce}=")),
        json!(later),
        json!("n".repeat(4_000)),
    ]);
    attacks.extend(values.map(|value| (format!("nonce is {value}"), good().claim("nonce", value))));
    let attack = |(name, proof): (String, freigabe_testkit::proof::Proof)| {
        let mut attack = stage.with_proof(name, &proof.sign());
        attack.error = "use_dpop_nonce";
        attack
    };
    attacks.into_iter().map(attack).collect()
}

fn structures(stage: &Stage) -> Vec<Attack> {
    let good = stage.proof(&stage.token);
    let signed = good.sign();
    let parts: Vec<&str> = signed.split('.').collect();
    let (header, claims) = (good.header.to_string(), good.claims.to_string());
    let twice = |text: &str, member: &str| text.replacen('{', &format!("{{{member},"), 1);
    let named = [
        ("empty", String::new()),
        ("one part", parts[0].to_owned()),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("four parts", format!("{signed}.x")),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        ("a cut signature", signed[..signed.len() - 4].to_owned()),
        (
            "another's signature",
            format!(
                "{}.{}.{}",
                parts[0],
                parts[1],
                stage.proof("x").sign().rsplit('.').next().unwrap()
            ),
        ),
        ("padding", format!("{signed}==")),
        ("two proofs in one header", format!("{signed}, {signed}")),
        (
            "8,001 characters",
            format!("{signed}{}", "A".repeat(8_001 - signed.len())),
        ),
        (
            "htu twice",
            good.sign_as(&header, &twice(&claims, "\"htu\":\"x\"")),
        ),
        (
            "jti twice",
            good.sign_as(&header, &twice(&claims, "\"jti\":\"x\"")),
        ),
        (
            "jwk twice",
            good.sign_as(&twice(&header, "\"jwk\":{}"), &claims),
        ),
        (
            "typ twice",
            good.sign_as(&twice(&header, "\"typ\":\"JWT\""), &claims),
        ),
        ("claims that are a list", good.sign_as(&header, "[]")),
        ("claims that are no JSON", good.sign_as(&header, "jti")),
        ("the access token", stage.token.clone()),
    ];
    let mut attacks: Vec<Attack> = named
        .map(|(name, proof)| stage.with_proof(format!("structure: {name}"), &proof))
        .into();
    let without = Raw::get(PATH).header("authorization", format!("DPoP {}", stage.token));
    // An empty header, so that nothing adds a proof on the way.
    attacks.push(Attack {
        name: "no proof but blanks".to_owned(),
        request: without.header("dpop", "  "),
        error: "invalid_dpop_proof",
    });
    attacks
}

/// A token that was stolen is of no use to another client of the same server.
#[test]
fn a_stolen_token_is_of_no_use() {
    on_both::run(async {
        let stage = Stage::start(Backend::Sqlite).await;
        let thief = stage.app.centre_b();
        let stolen = stage
            .app
            .client(CENTRE_A)
            .access_token()
            .await
            .unwrap()
            .token;
        let answer = Raw::get(PATH).token(&stolen).send(&thief).await;
        assert_eq!(failure(&answer, "invalid_dpop_proof"), None);
    });
}
