//! Who gets a token, what it is bound to, and what it is good for.

use freigabe_domain::access::RegisteredClient;

use super::{edge::*, *};
use crate::{TokenBinding, access::binding::Confirmation};

fn centre() -> RegisteredClient {
    client(Role::Centre)
}

fn good(jti: &str) -> String {
    assertion_of(CLIENT, KEY, jti)
}

/// A proof for the token endpoint.
fn proof_of(jti: &str) -> String {
    proof(&proof_claims("POST", "/oauth2/token", None, jti))
}

#[actix_web::test]
async fn a_token_is_bound_to_the_key_of_the_proof_that_it_was_asked_with() {
    let edge = Edge::of(centre());
    let named = format!("&client_id={CLIENT}");
    for (number, more) in ["", &named].into_iter().enumerate() {
        let request = asking_for_a_token(&good(&format!("a-{number}")), more);
        let request = request.insert_header(("dpop", proof_of(&format!("p-{number}"))));
        let answer = edge.ask(request).await;
        let said = said(&answer);
        assert_eq!(answer.status, 200, "{said}");
        assert_eq!(said["token_type"], "DPoP");
        assert_eq!(said["expires_in"], 300);
        let all = AccessScopes::of_role(Role::Centre);
        assert_eq!(said["scope"], all.to_string());
        let token = said["access_token"].as_str().unwrap();
        let holder = issuer().verify(token, now()).unwrap();
        assert_eq!(holder.scopes, all);
        assert_eq!(holder.claimed.unwrap().client.as_str(), CLIENT);
        let key = VerifyingKey::from_header(ed_jwk(PROVES).as_object().unwrap()).unwrap();
        let bound = Some(Confirmation::Key(key.thumbprint));
        assert_eq!(holder.confirmation, bound);
    }
}

#[actix_web::test]
async fn without_a_proof_there_is_a_token_in_development_alone() {
    let request = || asking_for_a_token(&good("a"), "");
    let answer = Edge::of(centre()).ask(request()).await;
    assert_eq!(answer.status, 400);
    assert_eq!(said(&answer)["error"], "invalid_dpop_proof");
    let development = Edge::taking(TokenBinding::Development, centre());
    let answer = development.ask(request()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(said(&answer)["token_type"], "Bearer");
}

#[actix_web::test]
async fn who_comes_again_with_a_nonce_may_bring_the_same_assertion() {
    let edge = Edge::of(centre());
    let mut without = proof_claims("POST", "/oauth2/token", None, "p");
    without.as_object_mut().unwrap().remove("nonce");
    let request = asking_for_a_token(&good("a"), "").insert_header(("dpop", proof(&without)));
    let answer = edge.ask(request).await;
    assert_eq!(answer.status, 400);
    assert_eq!(said(&answer)["error"], "use_dpop_nonce");
    let nonce = issuer().current_nonce(now());
    assert_eq!(answer.header("dpop-nonce"), Some(nonce.as_str()));
    let request = asking_for_a_token(&good("a"), "").insert_header(("dpop", proof_of("p")));
    assert_eq!(edge.ask(request).await.status, 200);
}

#[actix_web::test]
async fn an_assertion_and_a_proof_count_once() {
    let edge = Edge::of(centre());
    for (assertion, proof, status, error) in [
        ("a-1", "p-1", 200, Value::Null),
        ("a-1", "p-2", 401, json!("invalid_client")),
        ("a-2", "p-1", 400, json!("invalid_dpop_proof")),
        ("a-3", "p-3", 200, Value::Null),
    ] {
        let request = asking_for_a_token(&good(assertion), "");
        let request = request.insert_header(("dpop", proof_of(proof)));
        let answer = edge.ask(request).await;
        assert_eq!(answer.status, status, "{assertion}, {proof}");
        assert_eq!(said(&answer)["error"], error, "{assertion}, {proof}");
    }
}

#[actix_web::test]
async fn nobody_can_tell_why_a_client_does_not_sign_in() {
    let suspended = RegisteredClient {
        active: false,
        ..centre()
    };
    let mut answers = Vec::new();
    for (what, registered, assertion, more) in [
        ("suspended", suspended, good("a"), ""),
        ("unknown", centre(), assertion_of("nobody", KEY, "a"), ""),
        ("another key", centre(), assertion_of(CLIENT, 7, "a"), ""),
        ("another's name", centre(), good("a"), "&client_id=fbs-sued"),
    ] {
        let edge = Edge::of(registered);
        let request = asking_for_a_token(&assertion, more);
        let answer = edge
            .ask(request.insert_header(("dpop", proof_of("p"))))
            .await;
        assert_eq!(answer.status, 401, "{what}");
        assert_eq!(edge.exchange.denials.lock().unwrap().len(), 1, "{what}");
        answers.push(answer.body);
    }
    assert!(answers.windows(2).all(|two| two[0] == two[1]));
}

#[actix_web::test]
async fn a_token_is_good_for_what_was_asked_if_the_client_was_given_all_of_it() {
    let given = RegisteredClient {
        scopes: Some(AccessScopes::parse("consents:read directory:read").unwrap()),
        ..centre()
    };
    for (asked, scope) in [
        ("", Some("consents:read directory:read")),
        ("&scope=directory:read", Some("directory:read")),
        (
            "&scope=directory:read+consents:read",
            Some("consents:read directory:read"),
        ),
        ("&scope=consents:write", None),
        ("&scope=consents:read+consents:write", None),
        ("&scope=everything", None),
        ("&scope=+", None),
    ] {
        let edge = Edge::taking(TokenBinding::Development, given.clone());
        let answer = edge.ask(asking_for_a_token(&good("a"), asked)).await;
        let said = said(&answer);
        match scope {
            Some(scope) => {
                assert_eq!(said["scope"], scope, "{asked}");
                let token = said["access_token"].as_str().unwrap();
                let holder = issuer().verify(token, now()).unwrap();
                assert_eq!(holder.scopes.to_string(), scope);
            }
            None => assert_eq!(said["error"], "invalid_scope", "{asked}"),
        }
    }
}

#[actix_web::test]
async fn a_form_has_at_most_16_kib() {
    let padded = |length: usize| {
        let text = "grant_type=password&x=";
        form(&format!("{text}{}", "x".repeat(length - text.len())))
    };
    for (length, error) in [
        (16 * 1_024, "unsupported_grant_type"),
        (16 * 1_024 + 1, "invalid_request"),
    ] {
        let answer = Edge::of(centre()).ask(padded(length)).await;
        assert_eq!(said(&answer)["error"], error, "{length}");
    }
}

#[actix_web::test]
async fn a_registration_has_at_most_16_kib() {
    use actix_web::{http::header, test::TestRequest};
    let padded = |length: usize| {
        let text = freigabe_contract::examples::client_metadata().to_string();
        let padding = " ".repeat(length - text.len());
        TestRequest::post()
            .uri("/oauth2/register")
            .insert_header((header::AUTHORIZATION, format!("Bearer {}", "ab".repeat(32))))
            .insert_header((header::CONTENT_TYPE, "application/json"))
            .set_payload(text + &padding)
    };
    for (length, error) in [
        // Read, and there is no such invitation.
        (16 * 1_024, "invalid_token"),
        (16 * 1_024 + 1, "invalid_client_metadata"),
    ] {
        let answer = Edge::of(centre()).ask(padded(length)).await;
        assert_eq!(said(&answer)["error"], error, "{length}");
    }
}
