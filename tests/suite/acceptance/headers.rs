//! What stands in the headers of every answer.

use std::collections::BTreeSet;

use freigabe_client::{Method, header::HeaderName};
use freigabe_contract::ProblemType;
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp, a_consent, a_draft, network::KB_HAMBURG, on_both_databases,
};
use serde_json::Value;

use crate::support::{NOBODYS, recorded, released};

on_both_databases! {
    async fn nothing_under_v1_may_be_stored_on_the_way(app: TestApp) {
        let (centre, office, auditor) = (app.centre_a(), app.office(KB_HAMBURG), app.auditor());
        let consent = recorded(&centre, a_consent()).await.record_id;
        let disclosure = released(&centre, a_draft(consent)).await.id;
        let requests = [
            (Raw::post("/v1/consents").json(&a_consent().record()), &centre),
            (Raw::get("/v1/consents"), &centre),
            (Raw::get(format!("/v1/consents/{consent}")), &centre),
            (Raw::get(format!("/v1/consents/{consent}/receipt")), &centre),
            (Raw::post("/v1/disclosure-checks").json(&a_draft(consent).build()), &centre),
            (Raw::post("/v1/disclosures").json(&a_draft(consent).build()), &centre),
            (Raw::get("/v1/disclosures"), &centre),
            (Raw::get("/v1/inbox"), &office),
            (Raw::get(format!("/v1/disclosures/{disclosure}")), &office),
            (Raw::post(format!("/v1/disclosures/{disclosure}/collection")), &office),
            (Raw::post(format!("/v1/disclosures/{disclosure}/acknowledgement")), &office),
            (Raw::post(format!("/v1/consents/{consent}/withdrawal")), &centre),
            (Raw::get("/v1/withdrawal-notices"), &office),
            (Raw::get("/v1/offices"), &office),
            (Raw::get(format!("/v1/offices/{KB_HAMBURG}")), &office),
            (Raw::get("/v1/competent-office?postcode=20095&task=danger_prevention"), &office),
            (Raw::get("/v1/audit/events"), &auditor),
        ];
        for (request, sender) in requests {
            let answer = request.send(sender).await;
            assert!(answer.status.is_success(), "{request:?}: {}", answer.text());
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{request:?}");
            assert_eq!(answer.header("content-type"), Some("application/json"), "{request:?}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{request:?}");
        }
        let refused = [
            Raw::get("/v1/consents"),
            Raw::get("/v1/nothing"),
            Raw::new(Method::DELETE, "/v1/consents"),
            Raw::get(format!("/v1/disclosures/{NOBODYS}")),
            Raw::post(format!("/v1/disclosures/{disclosure}/collection")),
        ];
        for request in refused {
            let answer = request.send(&office).await;
            assert!(answer.status.is_client_error(), "{request:?}: {}", answer.text());
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{request:?}");
        }
    }

    async fn a_token_is_not_stored_on_the_way_either(app: TestApp) {
        let form = "grant_type=client_credentials";
        let request = Raw::post("/oauth2/token").body(form).header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send(&app.anonymous()).await.expect_status(400);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.json()["error"], "invalid_request");
    }

    async fn a_wrong_method_is_told_the_right_ones(app: TestApp) {
        let description: Value = serde_json::from_str(&freigabe_http::openapi_json()).unwrap();
        let centre = app.centre_a();
        for (path, operations) in description["paths"].as_object().unwrap() {
            let mut allowed: BTreeSet<String> =
                operations.as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
            if allowed.contains("GET") {
                allowed.insert("HEAD".to_owned());
            }
            let path = path
                .replace("{office_id}", KB_HAMBURG)
                .replace("{name}", "not-found")
                .replace("{consent_id}", &NOBODYS.to_string())
                .replace("{disclosure_id}", &NOBODYS.to_string())
                .replace("{notice_id}", &NOBODYS.to_string())
                .replace("{event_id}", &NOBODYS.to_string());
            for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::GET, Method::POST] {
                if allowed.contains(method.as_str()) {
                    continue;
                }
                let answer = Raw::new(method.clone(), &path).send(&centre).await;
                let told: BTreeSet<String> = answer
                    .header("allow")
                    .unwrap_or_else(|| panic!("{method} {path} has no Allow: {}", answer.text()))
                    .split(',')
                    .map(|method| method.trim().to_owned())
                    .collect();
                assert_eq!(told, allowed, "{method} {path}");
                let _ = answer.expect_problem(ProblemType::MethodNotAllowed);
            }
        }
    }

    async fn what_does_not_exist_is_a_problem_like_any_other(app: TestApp) {
        let centre = app.centre_a();
        for path in ["/v1", "/v1/", "/v1/consents/", "/v1/Consents", "/v2/consents", "/admin", "/%00", "/v1/%2e%2e/consents"] {
            let answer = Raw::get(path).send(&centre).await;
            let _ = answer.expect_problem(ProblemType::NotFound);
        }
    }

    async fn what_is_made_says_where_it_is(app: TestApp) {
        let centre = app.centre_a();
        let made = Raw::post("/v1/consents").json(&a_consent().record()).send(&centre).await.expect_status(201);
        let id = made.json()["record_id"].as_str().unwrap().to_owned();
        let location = made.header("location").expect("a Location").to_owned();
        assert!(location.ends_with(&format!("/v1/consents/{id}")), "{location}");
        let path = &location[location.find("/v1/").unwrap()..];
        let read = Raw::get(path).send(&centre).await.expect_status(200);
        assert_eq!(read.header("etag"), made.header("etag"));

        let consent = id.parse().unwrap();
        let made = Raw::post("/v1/disclosures").json(&a_draft(consent).build()).send(&centre).await.expect_status(201);
        let location = made.header("location").expect("a Location").to_owned();
        let path = &location[location.find("/v1/").unwrap()..];
        let _ = Raw::get(path).send(&centre).await.expect_status(200);
    }

    async fn no_answer_tells_what_the_server_is_made_of(app: TestApp) {
        for path in ["/v1/consents", "/health/live", "/openapi.json", "/nothing"] {
            let answer = Raw::get(path).send(&app.centre_a()).await;
            for name in ["server", "x-powered-by", "via"] {
                assert_eq!(answer.header(name), None, "{path}");
            }
            let names: Vec<&HeaderName> = answer.headers.keys().collect();
            assert!(!names.iter().any(|name| name.as_str().starts_with("access-control-")), "{path}: {names:?}");
        }
    }

    async fn what_is_public_needs_no_token(app: TestApp) {
        let anyone = app.anonymous();
        assert_eq!(anyone.get_liveness().await.unwrap().status, "ok");
        assert_eq!(anyone.get_readiness().await.unwrap().status, "ok");
        let metadata = Raw::get("/.well-known/oauth-authorization-server").send(&anyone).await.expect_status(200).json();
        assert_eq!(metadata["issuer"], app.issuer());
        let keys = Raw::get("/.well-known/jwks.json").send(&anyone).await.expect_status(200).json();
        assert_eq!(keys["keys"][0]["crv"], "Ed25519");
        assert!(keys["keys"][0].get("d").is_none(), "the private half stays at home");
        let description = Raw::get("/openapi.json").send(&anyone).await.expect_status(200).json();
        assert_eq!(description["openapi"], "3.1.0");
        for kind in ProblemType::ALL {
            let page = Raw::get(format!("/problems/{}", kind.name())).send(&anyone).await;
            assert_eq!(page.status.as_u16(), 200, "{}", kind.name());
        }
        let docs = Raw::get("/docs/").send(&anyone).await;
        assert!(docs.status.is_success() || docs.status.is_redirection());
    }
}
