//! What can't be: a clear problem with the place of every fault, and nothing written.

use freigabe_client::Method;
use freigabe_contract::{ProblemType, examples};
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp,
    expect::pointers,
    network::{CENTRE_A, HAMBURG},
    on_both_databases,
};
use serde_json::{Value, json};

use super::{AKTE, a_centre, a_key, a_partner, public};

/// Stands in what is sent, and must not stand in what comes back.
const CANARY: &str = "Kanarienvogel";

on_both_databases! {
    async fn an_organisation_makes_sense(app: TestApp) {
        for (changed, places) in [
            (json!({ "role": "police" }), &["/role"][..]),
            (json!({ "role": null }), &["/role"]),
            (json!({ "name": "" }), &["/name"]),
            (json!({ "name": "x".repeat(201) }), &["/name"]),
            (json!({ "regime": "hipaa" }), &["/regime"]),
            (json!({ "office": HAMBURG }), &["/office"]),
            (json!({ "role": "office" }), &["/office"]),
            (json!({ "role": "office", "office": "bpoli-atlantis" }), &["/office"]),
            (json!({ "role": "office", "office": HAMBURG }), &["/office"]),
            (json!({ "role": "office", "office": CANARY }), &["/office"]),
            (json!({ "id": CANARY, "regime": CANARY }), &["/id", "/regime"]),
        ] {
            let body = with(examples::add_organisation(), &changed);
            refused(&app, Raw::post("/v1/organisations"), &body, places).await;
        }
        for missing in ["role", "name"] {
            let body = without(examples::add_organisation(), missing);
            refused(&app, Raw::post("/v1/organisations"), &body, &[""]).await;
        }
    }

    async fn an_invitation_makes_sense(app: TestApp) {
        let centre = a_centre(&app).await;
        for (changed, places) in [
            (json!({ "client_id": "A" }), &["/client_id"][..]),
            (json!({ "client_id": "hafenlicht akte" }), &["/client_id"]),
            (json!({ "client_id": 7 }), &["/client_id"]),
            (json!({ "scopes": [] }), &["/scopes"]),
            (json!({ "scopes": null }), &["/scopes"]),
            (json!({ "scopes": ["everything", "consents:read"] }), &["/scopes/0"]),
            (json!({ "scopes": ["consents:read", "consents:read"] }), &["/scopes"]),
            (json!({ "scopes": ["inbox:read"] }), &["/scopes"]),
            (json!({ "registration_token": CANARY }), &["/registration_token"]),
        ] {
            let body = with(examples::invite_client(), &changed);
            let invite = Raw::post(format!("/v1/organisations/{}/invitations", centre.id));
            refused(&app, invite, &body, places).await;
        }
    }

    async fn a_client_makes_sense(app: TestApp) {
        let centre = a_centre(&app).await;
        let key = a_key();
        let private: Value = serde_json::from_str(&key.private_jwk()).unwrap();
        let good = json!({ "organisation_id": centre.id, "credential": { "type": "jwk", "jwk": public(&key) } });
        let credential = |credential: Value| json!({ "credential": credential });
        let jwk = |jwk: Value| credential(json!({ "type": "jwk", "jwk": jwk }));
        let address = |address: &str| credential(json!({ "type": "jwks_uri", "jwks_uri": address }));
        let issuer = |issuer: &str, client: &str| {
            credential(json!({ "type": "issuer", "issuer": issuer, "issuer_client_id": client }))
        };
        let long = format!("https://h.example/{}", "x".repeat(500));
        for (changed, places) in [
            (json!({ "organisation_id": crate::support::NOBODYS }), &["/organisation_id"][..]),
            (json!({ "organisation_id": "1" }), &["/organisation_id"]),
            (json!({ "scopes": ["inbox:write"] }), &["/scopes"]),
            (credential(json!({})), &["/credential"]),
            (credential(json!({ "type": "password", "password": CANARY })), &["/credential/type"]),
            (credential(json!({ "type": "jwk" })), &["/credential"]),
            (credential(json!({ "type": "jwk", "jwk": public(&key), "jwks_uri": "https://h.example" })), &["/credential/jwks_uri"]),
            (jwk(private), &["/credential/jwk"]),
            (jwk(json!({ "kty": "oct", "k": CANARY })), &["/credential/jwk"]),
            (jwk(json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA" })), &["/credential/jwk"]),
            (jwk(json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB" })), &["/credential/jwk"]),
            (jwk(json!({ "crv": "Ed25519" })), &["/credential/jwk"]),
            (jwk(json!(CANARY)), &["/credential/jwk"]),
            (jwk(json!({ "kty": "OKP", "crv": "Ed25519", "x": "x".repeat(65) })), &["/credential/jwk/x"]),
            (address("http://h.example/jwks"), &["/credential/jwks_uri"]),
            (address("https://Kanarienvogel@h.example/jwks"), &["/credential/jwks_uri"]),
            (address("https://h.example/jwks#Kanarienvogel"), &["/credential/jwks_uri"]),
            (address(CANARY), &["/credential/jwks_uri"]),
            (address("https://h.example/a b"), &["/credential/jwks_uri"]),
            (address(&long), &["/credential/jwks_uri"]),
            (issuer("http://sso.example", "x"), &["/credential/issuer"]),
            (issuer("https://sso.example?realm=Kanarienvogel", "x"), &["/credential/issuer"]),
            (issuer(CANARY, ""), &["/credential/issuer_client_id"]),
            (issuer("https://sso.example", "Kanarien vogel"), &["/credential/issuer_client_id"]),
        ] {
            let body = with(good.clone(), &changed);
            let add = Raw::new(Method::PUT, format!("/v1/clients/{AKTE}"));
            refused(&app, add, &body, places).await;
        }
        let add = Raw::new(Method::PUT, format!("/v1/clients/{AKTE}")).json(&good);
        let answer = add.send(&app.operator()).await.expect_status(201);
        assert_eq!(answer.header("location"), Some(format!("/v1/clients/{AKTE}").as_str()));
    }

    async fn a_change_makes_sense(app: TestApp) {
        a_partner(&app).await;
        let path = |what: &str| Raw::new(Method::PUT, format!("/v1/clients/{AKTE}/{what}"));
        for (what, body, places) in [
            ("scopes", json!({}), &[""][..]),
            ("scopes", json!({ "scopes": [] }), &["/scopes"]),
            ("scopes", json!({ "scopes": "consents:read" }), &["/scopes"]),
            ("scopes", json!({ "scopes": ["consents:read"], "active": false }), &["/active"]),
            ("scopes", json!({ "scopes": ["audit:read"] }), &["/scopes"]),
            ("credential", json!({}), &[""]),
            ("credential", json!({ "type": "jwk", "jwk": public(&a_key()) }), &["", "/jwk", "/type"]),
            ("credential", json!({ "credential": { "type": "jwks_uri", "jwks_uri": "ftp://h.example" } }), &["/credential/jwks_uri"]),
            ("credential", json!({ "credential": null }), &["/credential"]),
        ] {
            refused(&app, path(what), &body, places).await;
        }
        let put = path("scopes").body("scopes").header("content-type", "text/plain");
        let _ = put.send(&app.operator()).await.expect_problem(ProblemType::UnsupportedMediaType);
        let _ = path("scopes").body("{").send(&app.operator()).await.expect_problem(ProblemType::MalformedJson);
        let centre = app.client(CENTRE_A);
        let _ = path("scopes").json(&json!({ "scopes": null })).send(&centre).await.expect_problem(ProblemType::Forbidden);
    }

    async fn listings_are_read_strictly(app: TestApp) {
        let operator = app.operator();
        for path in ["/v1/organisations", "/v1/clients"] {
            for (query, named) in [
                ("limit=0", "limit"),
                ("limit=201", "limit"),
                ("cursor=", "cursor"),
                ("cursor=Kanarienvogel", "cursor"),
                // A position in the listing of offices.
                ("cursor=bzpicG9saS1raWVs", "cursor"),
                ("after=x", "after"),
            ] {
                let path = format!("{path}?{query}");
                let answer = Raw::get(&path).send(&operator).await;
                assert!(!answer.text().contains(CANARY));
                let problem = answer.expect_problem(ProblemType::InvalidQuery);
                let told: Vec<_> = problem.errors.iter().filter_map(|fault| fault.parameter.as_deref()).collect();
                assert_eq!(told, [named], "{path}");
            }
        }
    }
}

fn with(mut body: Value, changed: &Value) -> Value {
    for (name, value) in changed.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn without(mut body: Value, name: &str) -> Value {
    body.as_object_mut().unwrap().remove(name);
    body
}

/// The operator's request is refused, the faults are at these places, and nothing is written.
#[track_caller]
fn refused<'a>(
    app: &'a TestApp,
    request: Raw,
    body: &'a Value,
    places: &'a [&'a str],
) -> impl Future<Output = ()> + 'a {
    let caller = std::panic::Location::caller();
    async move {
        let before = app.inspect().rows().await;
        let answer = request.json(body).send(&app.operator()).await;
        let text = answer.text();
        assert!(!text.contains(CANARY), "{caller}, {body}: {text}");
        assert_eq!(answer.status.as_u16(), 400, "{caller}, {body}: {text}");
        let problem = answer.expect_problem(ProblemType::InvalidBody);
        let mut told = pointers(&problem);
        told.sort_unstable();
        assert_eq!(told, places, "{caller}, {body}: {text}");
        assert_eq!(
            app.inspect().rows().await,
            before,
            "{caller}, {body}: something was written"
        );
    }
}
