//! Access tokens.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use freigabe_client::{ClientKeyPair, SystemRandom};
use freigabe_testkit::{
    Raw,
    machine::machine_time,
    on_both_databases,
    tokens::{claims_of, header_members, signed_by_another_key, unsigned},
};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Map, Value, json};

use super::{Attack, PATH, Stage, junk};

on_both_databases! {
    async fn none_of_them_is_taken(stage: Stage) {
        stage.genuine_passes().await;
        let mut attacks = algorithms(&stage);
        attacks.extend(headers(&stage));
        attacks.extend(claims(&stage));
        attacks.extend(confirmations(&stage));
        attacks.extend(signatures(&stage));
        attacks.extend(structures(&stage));
        attacks.extend(presentations(&stage));
        assert!(attacks.len() >= 150, "{}", attacks.len());
        stage.all_are_refused(attacks).await;
    }
}

type Members = Map<String, Value>;

fn parts(stage: &Stage) -> (Members, Members) {
    (header_members(&stage.token), claims_of(&stage.token))
}

fn text(members: &Members) -> String {
    serde_json::to_string(members).expect("JSON")
}

/// The genuine token with another header, signed by the server's own key.
fn reheaded(stage: &Stage, change: impl FnOnce(&mut Members)) -> String {
    let (mut header, claims) = parts(stage);
    change(&mut header);
    stage.forge.signed(&text(&header), &text(&claims))
}

/// The genuine token with other claims, signed by the server's own key.
fn reclaimed(stage: &Stage, change: impl FnOnce(&mut Members)) -> String {
    let (header, mut claims) = parts(stage);
    change(&mut claims);
    stage.forge.signed(&text(&header), &text(&claims))
}

fn with_header(stage: &Stage, name: &str, value: Value) -> String {
    reheaded(stage, |header| {
        header.insert(name.to_owned(), value);
    })
}

fn with_claim(stage: &Stage, name: &str, value: Value) -> String {
    reclaimed(stage, |claims| {
        claims.insert(name.to_owned(), value);
    })
}

/// The token's content under a message authentication code, keyed with what everybody can know.
fn keyed_with(stage: &Stage, named: &str, algorithm: Algorithm, key: &[u8]) -> String {
    let (mut header, claims) = parts(stage);
    header.insert("alg".to_owned(), json!(named));
    let part = |members: &Members| URL_SAFE_NO_PAD.encode(text(members));
    let message = format!("{}.{}", part(&header), part(&claims));
    let key = EncodingKey::from_secret(key);
    let code = jsonwebtoken::crypto::sign(message.as_bytes(), &key, algorithm).expect("a code");
    format!("{message}.{code}")
}

fn algorithms(stage: &Stage) -> Vec<Attack> {
    let mut attacks = vec![stage.with_token("alg none, no signature", &unsigned(&stage.token))];
    for name in [
        "none", "None", "NONE", "nOnE", "", "RS256", "RS512", "PS256", "PS384", "ES256", "ES256K",
        "ES384", "Ed448", "eddsa", "EDDSA", "HS256",
    ] {
        attacks.push(stage.with_token(
            format!("alg {name:?}, signed by the server's key"),
            &with_header(stage, "alg", json!(name)),
        ));
    }
    for value in junk().into_iter().chain([json!(["EdDSA"]), json!(8)]) {
        attacks
            .push(stage.with_token(format!("alg is {value}"), &with_header(stage, "alg", value)));
    }
    let key: Value = serde_json::from_str(&stage.key.public_jwk()).unwrap();
    let (_, server_kid) = (
        "",
        header_members(&stage.token)["kid"]
            .as_str()
            .unwrap()
            .to_owned(),
    );
    for (what, secret) in [
        ("an empty key", Vec::new()),
        ("the key's identifier", server_kid.clone().into_bytes()),
        (
            "the client's public key",
            URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap(),
        ),
        ("the client's JWK", stage.key.public_jwk().into_bytes()),
        ("the issuer", stage.app.issuer().as_bytes().to_vec()),
    ] {
        for (named, algorithm) in [("HS256", Algorithm::HS256), ("HS512", Algorithm::HS512)] {
            attacks.push(stage.with_token(
                format!("{named} keyed with {what}"),
                &keyed_with(stage, named, algorithm, &secret),
            ));
        }
    }
    attacks
}

fn headers(stage: &Stage) -> Vec<Attack> {
    let mut attacks = Vec::new();
    for name in ["typ", "kid", "alg"] {
        let without = reheaded(stage, |header| {
            header.remove(name);
        });
        attacks.push(stage.with_token(format!("without {name}"), &without));
    }
    for typ in [
        "JWT",
        "jwt",
        "dpop+jwt",
        "client-authentication+jwt",
        "at+jwt ",
        "AT+JWT",
        "id_token",
    ] {
        attacks.push(stage.with_token(
            format!("typ {typ:?}"),
            &with_header(stage, "typ", json!(typ)),
        ));
    }
    for kid in [
        "../../../../dev/null",
        "/proc/self/environ",
        "' OR '1'='1",
        "x' UNION SELECT 'key",
        "https://elsewhere.example/key",
        "0",
        "%00",
        "; sleep 5",
    ] {
        attacks.push(stage.with_token(
            format!("kid {kid:?}"),
            &with_header(stage, "kid", json!(kid)),
        ));
    }
    attacks.push(stage.with_token(
        "a long kid",
        &with_header(stage, "kid", json!("k".repeat(2_000))),
    ));
    for name in ["typ", "kid"] {
        for value in junk() {
            attacks.push(stage.with_token(
                format!("{name} is {value}"),
                &with_header(stage, name, value),
            ));
        }
    }
    for value in [json!(["exp"]), json!([]), json!("exp"), json!(["b64"])] {
        attacks.push(stage.with_token(
            format!("crit is {value}"),
            &with_header(stage, "crit", value),
        ));
    }
    // Signed by the attacker, who says where the key is.
    let attacker = ClientKeyPair::generate(&SystemRandom).expect("a key pair");
    let jwk: Value = serde_json::from_str(&attacker.public_jwk()).unwrap();
    let sign = |change: &dyn Fn(&mut Members)| {
        let (mut header, claims) = parts(stage);
        change(&mut header);
        let part = |members: &Members| URL_SAFE_NO_PAD.encode(text(members));
        let message = format!("{}.{}", part(&header), part(&claims));
        let key = EncodingKey::from_ed_der(&attacker.pkcs8_der());
        let signature =
            jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::EdDSA).unwrap();
        format!("{message}.{signature}")
    };
    for (name, value) in [
        ("jwk", jwk.clone()),
        ("jku", json!("https://elsewhere.example/jwks.json")),
        (
            "jku",
            json!(format!(
                "{}/.well-known/jwks.json#@elsewhere.example",
                stage.app.issuer()
            )),
        ),
        ("x5u", json!("https://elsewhere.example/cert.pem")),
        (
            "x5c",
            json!([STANDARD.encode([0x30, 0x03, 0x02, 0x01, 0x01])]),
        ),
        ("x5t#S256", json!("A".repeat(43))),
        ("kid", jwk["kid"].clone()),
    ] {
        let token = sign(&|header| {
            header.insert(name.to_owned(), value.clone());
        });
        attacks.push(stage.with_token(format!("the attacker's key by {name} {value}"), &token));
    }
    attacks
}

fn claims(stage: &Stage) -> Vec<Attack> {
    let genuine = claims_of(&stage.token);
    let now = machine_time().unix_timestamp();
    let mut attacks = Vec::new();
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
    ] {
        let without = reclaimed(stage, |claims| {
            claims.remove(name);
        });
        attacks.push(
            stage
                .with_token(format!("without {name}"), &without)
                .named("claim"),
        );
        for value in junk().into_iter().chain([json!([genuine[name]])]) {
            let token = with_claim(stage, name, value.clone());
            attacks.push(
                stage
                    .with_token(format!("{name} is {value}"), &token)
                    .named("claim"),
            );
        }
    }
    let issuer = stage.app.issuer();
    for (name, value) in [
        ("exp", json!(now - 1)),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("exp", json!((now + 300).to_string())),
        ("exp", json!(1e300)),
        ("exp", json!(0.5)),
        ("exp", json!(u64::MAX)),
        ("iat", json!(now + 20)),
        ("iat", json!(now + 59)),
        ("iat", json!(now + 61)),
        ("iat", json!(now.to_string())),
        ("iat", json!(i64::MAX)),
        ("nbf", json!(now + 20)),
        ("nbf", json!(now + 61)),
        ("nbf", json!(now.to_string())),
        ("nbf", json!(null)),
        ("iss", json!("https://elsewhere.example")),
        ("iss", json!(format!("{issuer}/"))),
        ("iss", json!(issuer.to_uppercase())),
        ("iss", json!(issuer.replace("http", "https"))),
        ("aud", json!(issuer)),
        ("aud", json!(format!("{issuer}/v1/"))),
        ("aud", json!(format!("{issuer}/v2"))),
        ("aud", json!("*")),
        (
            "aud",
            json!([format!("{issuer}/v1"), "https://elsewhere.example"]),
        ),
        ("sub", json!("centre-b")),
        ("client_id", json!("centre-b")),
        ("client_id", json!("CENTRE-A")),
        ("role", json!("office")),
        ("role", json!("Centre")),
        ("role", json!("superuser")),
        ("role", json!("centre operator")),
        ("office", json!("bpoli-kb-hamburg")),
        ("office", json!(null)),
        ("org", json!("not-a-uuid")),
        (
            "org",
            json!(genuine["org"].as_str().unwrap().replace('-', "")),
        ),
        (
            "org",
            json!(format!("{{{}}}", genuine["org"].as_str().unwrap())),
        ),
    ] {
        let token = with_claim(stage, name, value.clone());
        attacks.push(stage.with_token(format!("{name}: {value}"), &token));
    }
    attacks
}

fn confirmations(stage: &Stage) -> Vec<Attack> {
    let genuine = claims_of(&stage.token)["cnf"]["jkt"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut attacks = Vec::new();
    for value in [
        json!(null),
        json!(true),
        json!({}),
        json!([]),
        json!("x"),
        json!([{ "jkt": genuine }]),
        json!({ "jkt": null }),
        json!({ "jkt": 1 }),
        json!({ "jkt": "" }),
        json!({ "jkt": [genuine] }),
        json!({ "jkt": &genuine[1..] }),
        json!({ "jkt": format!("{genuine}=") }),
        json!({ "JKT": genuine }),
        json!({ "kid": genuine }),
        json!({ "jkt": genuine, "x5t#S256": genuine }),
        json!({ "jkt": genuine, "anything": true }),
        json!({ "jwk": { "kty": "OKP" } }),
    ] {
        let token = with_claim(stage, "cnf", value.clone());
        attacks.push(stage.with_token(format!("cnf is {value}"), &token));
    }
    let unbound = reclaimed(stage, |claims| {
        claims.remove("cnf");
    });
    attacks.push(stage.with_token("a plain token as a bound one", &unbound));
    let bearer = Raw::get(PATH).header("authorization", format!("Bearer {unbound}"));
    attacks.push(Attack {
        name: "a plain bearer token".to_owned(),
        request: bearer,
        error: "invalid_token",
    });
    let mut of_another = stage.with_token(
        "bound to another key",
        &with_claim(stage, "cnf", json!({ "jkt": "A".repeat(43) })),
    );
    of_another.error = "invalid_dpop_proof";
    attacks.push(of_another);
    attacks
}

fn signatures(stage: &Stage) -> Vec<Attack> {
    let token = &stage.token;
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let flipped = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(bytes))
    };
    let other = reclaimed(stage, |claims| {
        claims.insert("jti".to_owned(), json!("another"));
    });
    // The last character carries two bits that belong to no byte: the same signature in other letters.
    let last = signature.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let malleable = alphabet
        .chars()
        .nth(alphabet.find(last).unwrap() + 1)
        .unwrap();
    let named = [
        ("by another key", signed_by_another_key(token)),
        ("cut by one character", token[..token.len() - 1].to_owned()),
        (
            "cut by four characters",
            token[..token.len() - 4].to_owned(),
        ),
        ("empty", format!("{signed}.")),
        (
            "of zeros",
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode([0; 64])),
        ),
        ("with its first bit flipped", flipped(0)),
        ("with a bit flipped in the middle", flipped(32)),
        ("with its last bit flipped", flipped(63)),
        (
            "of another token",
            format!("{signed}.{}", other.rsplit('.').next().unwrap()),
        ),
        ("with padding", format!("{token}==")),
        (
            "with a byte more",
            format!(
                "{signed}.{}",
                URL_SAFE_NO_PAD.encode([&bytes[..], &[0]].concat())
            ),
        ),
        (
            "in other letters",
            format!("{signed}.{}{malleable}", &signature[..signature.len() - 1]),
        ),
        (
            "in the standard alphabet",
            format!("{signed}.{}", STANDARD.encode(&bytes)),
        ),
        (
            "in hexadecimal digits",
            format!(
                "{signed}.{}",
                bytes
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<String>()
            ),
        ),
    ];
    named
        .map(|(name, token)| stage.with_token(format!("a signature {name}"), &token))
        .into()
}

fn structures(stage: &Stage) -> Vec<Attack> {
    let token = stage.token.as_str();
    let parts: Vec<&str> = token.split('.').collect();
    let (header, claims) = (text(&header_members(token)), text(&claims_of(token)));
    let twice = |text: &str, member: &str| text.replacen('{', &format!("{{{member},"), 1);
    let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
    let sign = |header: &str, claims: &str| stage.forge.signed(header, claims);
    let named = [
        ("one part", parts[0].to_owned()),
        ("two parts", format!("{}.{}", parts[0], parts[1])),
        ("four parts", format!("{token}.{}", parts[2])),
        (
            "five parts, like JWE",
            format!("{token}.{}.{}", parts[1], parts[2]),
        ),
        ("only dots", "..".to_owned()),
        ("an empty header", format!(".{}.{}", parts[1], parts[2])),
        ("empty claims", format!("{}..{}", parts[0], parts[2])),
        (
            "no base64 in the header",
            format!("!!!.{}.{}", parts[1], parts[2]),
        ),
        (
            "padding in the header",
            format!("{}=.{}.{}", parts[0], parts[1], parts[2]),
        ),
        (
            "8,001 characters",
            format!("{token}{}", "A".repeat(8_001 - token.len())),
        ),
        ("a header that is no JSON", sign("{", &claims)),
        ("a header that is a list", sign("[]", &claims)),
        ("claims that are no JSON", sign(&header, "exp")),
        (
            "claims that are a list",
            sign(&header, &format!("[{claims}]")),
        ),
        ("claims that are a text", sign(&header, "\"claims\"")),
        (
            "something after the claims",
            sign(&header, &format!("{claims}{{}}")),
        ),
        (
            "a byte order mark",
            sign(&header, &format!("\u{feff}{claims}")),
        ),
        (
            "exp twice",
            sign(&header, &twice(&claims, "\"exp\":9999999999")),
        ),
        ("cnf twice", sign(&header, &twice(&claims, "\"cnf\":{}"))),
        (
            "role twice",
            sign(&header, &twice(&claims, "\"role\":\"operator\"")),
        ),
        (
            "alg twice",
            sign(&twice(&header, "\"alg\":\"EdDSA\""), &claims),
        ),
        ("kid twice", sign(&twice(&header, "\"kid\":\"x\""), &claims)),
        (
            "a member twice by escapes",
            sign(&header, &twice(&claims, "\"\\u0065xp\":9999999999")),
        ),
        (
            "deeply nested claims",
            sign(&header, &twice(&claims, &format!("\"x\":{deep}"))),
        ),
        (
            "a lone surrogate",
            sign(&header, &twice(&claims, "\"x\":\"\\ud800\"")),
        ),
        (
            "a huge number",
            sign(
                &header,
                &twice(&claims, &format!("\"x\":1{}", "0".repeat(400))),
            ),
        ),
    ];
    named
        .map(|(name, token)| stage.with_token(format!("structure: {name}"), &token))
        .into()
}

/// Ways to bring a token.
fn presentations(stage: &Stage) -> Vec<Attack> {
    let token = &stage.token;
    let proof = || stage.proof(token).sign();
    let with = |authorization: String| {
        Raw::get(PATH)
            .header("authorization", authorization)
            .header("dpop", proof())
    };
    let attack = |name: &str, request: Raw, error: &'static str| Attack {
        name: name.to_owned(),
        request,
        error,
    };
    vec![
        attack(
            "a bound token as a bearer token",
            with(format!("Bearer {token}")),
            "invalid_token",
        ),
        attack(
            "a bound token as a bearer token without a proof",
            Raw::get(PATH).header("authorization", format!("Bearer {token}")),
            "invalid_token",
        ),
        attack("another scheme", with(format!("Basic {token}")), ""),
        attack("no scheme", with(token.clone()), ""),
        attack("only a scheme", with("DPoP".to_owned()), ""),
        attack("a scheme and a blank", with("DPoP  ".to_owned()), ""),
        attack(
            "two tokens in one header",
            with(format!("DPoP {token}, DPoP {token}")),
            "invalid_token",
        ),
        attack(
            "something after the token",
            with(format!("DPoP {token} x")),
            "invalid_token",
        ),
        attack(
            "in the query",
            Raw::get(format!("{PATH}?access_token={token}")).header("dpop", proof()),
            "",
        ),
        attack(
            "in a cookie",
            Raw::get(PATH)
                .header("cookie", format!("access_token={token}"))
                .header("dpop", proof()),
            "",
        ),
        attack(
            "a proof and no token",
            Raw::get(PATH).header("dpop", proof()),
            "",
        ),
        attack(
            "the proof as the token",
            with(format!("DPoP {}", proof())),
            "invalid_token",
        ),
    ]
}

impl Attack {
    /// Tells cases apart that have the same name elsewhere.
    fn named(mut self, prefix: &str) -> Self {
        self.name = format!("{prefix} {}", self.name);
        self
    }
}
