//! The edge without a store: an exchange that answers nothing but an error of the test's choosing.

pub(crate) mod fake;
mod fuzzed;
pub(crate) mod register;

use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use crate::{HttpState, RateLimits, TokenBinding, TokenIssuer, application};
use actix_web::{
    body::{BoxBody, MessageBody},
    dev::ServiceResponse,
    http::{StatusCode, header},
    test::{self, TestRequest},
    web,
};
use fake::FakeExchange;
use freigabe_contract::{Problem, ProblemType, examples, problem::PROBLEM_JSON};
use freigabe_domain::{
    Error, InvalidInput,
    access::{AccessScopes, Caller, ClientId, Standing},
    audit::DenialReason,
    entropy::{EntropyError, SequentialEntropy},
    instant::{Clock, Instant},
    store::StoreError,
};
use register::ORGANISATION;

const CONSENT: &str = "/v1/consents/019a6b2e-7c40-7e11-9d3f-5a2b8c4d6e01";

pub(crate) struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Instant {
        Instant::from_unix_micros(1_795_507_200_000_000)
    }
}

pub(crate) fn issuer() -> TokenIssuer {
    let mut key = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    key.extend([3; 32]);
    TokenIssuer::new(
        "https://freigabe.example".to_owned(),
        &key,
        Duration::from_secs(300),
    )
    .unwrap()
}

fn token(standing: Standing) -> String {
    let role = standing.role();
    let caller = Caller {
        client: ClientId::parse(role.code()).unwrap(),
        organisation: ORGANISATION,
        standing,
        user: None,
    };
    let scopes = AccessScopes::of_role(role);
    let token = issuer()
        .issue(&caller, &scopes, None, StoppedClock.now(), "j")
        .unwrap();
    format!("Bearer {token}")
}

pub(crate) fn state(exchange: Arc<FakeExchange>) -> web::Data<HttpState> {
    let state = HttpState::new(
        exchange,
        issuer(),
        Arc::new(StoppedClock),
        Arc::new(SequentialEntropy::starting_at(1)),
    );
    // What these tests are about has nothing to do with proofs of possession; those have tests of their own.
    web::Data::new(state.unwrap().with_binding(TokenBinding::Development))
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    headers: header::HeaderMap,
    pub(crate) body: web::Bytes,
}

impl Answer {
    pub(crate) async fn of(response: ServiceResponse<impl MessageBody + 'static>) -> Self {
        let response: ServiceResponse<BoxBody> = response.map_into_boxed_body();
        Self {
            status: response.status(),
            headers: response.headers().clone(),
            body: test::read_body(response).await,
        }
    }

    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn problem(&self, kind: ProblemType) -> Problem {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status.as_u16(), kind.status(), "{text}");
        assert_eq!(self.header(header::CONTENT_TYPE), Some(PROBLEM_JSON));
        let problem: Problem = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(problem.kind(), Some(kind), "{text}");
        problem
    }
}

async fn ask(exchange: &Arc<FakeExchange>, request: TestRequest) -> Answer {
    let service = test::init_service(application(state(Arc::clone(exchange)))).await;
    Answer::of(test::call_service(&service, request.to_request()).await).await
}

fn as_centre(request: TestRequest) -> TestRequest {
    request.insert_header((header::AUTHORIZATION, token(Standing::Centre)))
}

fn recording() -> TestRequest {
    as_centre(TestRequest::post().uri("/v1/consents"))
        .insert_header(("Idempotency-Key", "12345678"))
        .set_json(examples::record_consent())
}

#[actix_web::test]
async fn every_error_of_the_domain_has_its_problem() {
    let store = |error| Error::Store(error);
    let invalid = || {
        Error::Invalid(vec![InvalidInput {
            pointer: "/terms/grants/0".to_owned(),
            detail: "there is no such office".to_owned(),
        }])
    };
    for (error, kind) in [
        (Error::NotFound, ProblemType::NotFound),
        (Error::Withheld, ProblemType::NotFound),
        (Error::Stale, ProblemType::Stale),
        (Error::KeyReused, ProblemType::IdempotencyKeyReused),
        (Error::InvalidState("why"), ProblemType::Conflict),
        (invalid(), ProblemType::InvalidBody),
        (store(StoreError::Conflict), ProblemType::Unavailable),
        (store(StoreError::CommitUnknown), ProblemType::Unavailable),
        (
            store(StoreError::Unavailable("SECRET".to_owned())),
            ProblemType::Unavailable,
        ),
        (store(StoreError::Sealed("SECRET")), ProblemType::Internal),
        (
            store(StoreError::Affected {
                operation: "SECRET",
                affected: 2,
            }),
            ProblemType::Internal,
        ),
        (
            store(StoreError::Defect("SECRET".to_owned())),
            ProblemType::Internal,
        ),
        (Error::Entropy(EntropyError), ProblemType::Unavailable),
    ] {
        let exchange = FakeExchange::failing_with(error);
        let answer = ask(&exchange, recording()).await;
        let problem = answer.problem(kind);
        assert!(!String::from_utf8_lossy(&answer.body).contains("SECRET"));
        assert_eq!(
            answer.header(header::RETRY_AFTER).is_some(),
            kind == ProblemType::Unavailable
        );
        assert_eq!(answer.header(header::CACHE_CONTROL), Some("no-store"));
        if kind == ProblemType::InvalidBody {
            assert_eq!(
                problem.errors[0].pointer.as_deref(),
                Some("/terms/grants/0")
            );
        }
    }
}

#[actix_web::test]
async fn missing_withheld_and_malformed_are_the_same_bytes() {
    let missing = ask(
        &FakeExchange::failing_with(Error::NotFound),
        as_centre(TestRequest::get().uri(CONSENT)),
    )
    .await;
    let withheld = ask(
        &FakeExchange::failing_with(Error::Withheld),
        as_centre(TestRequest::get().uri(CONSENT)),
    )
    .await;
    let malformed = ask(
        &FakeExchange::failing_with(Error::Stale),
        as_centre(TestRequest::get().uri("/v1/consents/x")),
    )
    .await;
    let elsewhere = ask(
        &FakeExchange::failing_with(Error::Stale),
        TestRequest::get().uri("/v1/nothing"),
    )
    .await;
    missing.problem(ProblemType::NotFound);
    for other in [withheld, malformed, elsewhere] {
        assert_eq!(other.body, missing.body);
        assert_eq!(other.status, missing.status);
    }
}

#[actix_web::test]
async fn denials_are_recorded_with_what_was_tried_before_anything_is_read() {
    let exchange = FakeExchange::failing_with(Error::NotFound);
    let body = || {
        TestRequest::post()
            .uri("/v1/consents")
            .set_payload("not JSON")
    };
    let answer = ask(&exchange, body()).await;
    answer.problem(ProblemType::Unauthorized);
    assert_eq!(
        answer.header(header::WWW_AUTHENTICATE),
        Some("DPoP algs=\"EdDSA Ed25519 ES256 PS256\"")
    );

    let bad = body().insert_header((header::AUTHORIZATION, "Bearer x"));
    let answer = ask(&exchange, bad).await;
    answer.problem(ProblemType::Unauthorized);
    assert_eq!(
        answer.header(header::WWW_AUTHENTICATE),
        Some("DPoP error=\"invalid_token\", algs=\"EdDSA Ed25519 ES256 PS256\"")
    );

    let auditor = body().insert_header((header::AUTHORIZATION, token(Standing::Auditor)));
    ask(&exchange, auditor)
        .await
        .problem(ProblemType::Forbidden);

    let denials = exchange
        .denials
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let told: Vec<_> = denials
        .iter()
        .map(|denial| (denial.attempted, denial.reason, denial.caller.is_some()))
        .collect();
    assert_eq!(
        told,
        [
            ("recordConsent", DenialReason::NoToken, false),
            ("recordConsent", DenialReason::InvalidToken, false),
            ("recordConsent", DenialReason::WrongRole, true),
        ]
    );
}

#[actix_web::test]
async fn a_denial_that_can_not_be_recorded_is_an_outage() {
    let exchange = FakeExchange::without_log();
    ask(&exchange, TestRequest::get().uri("/v1/consents"))
        .await
        .problem(ProblemType::Unavailable);
}

#[actix_web::test]
async fn a_wrong_method_is_told_the_right_ones_and_head_is_a_get() {
    let exchange = FakeExchange::failing_with(Error::NotFound);
    let answer = ask(&exchange, TestRequest::delete().uri("/v1/consents")).await;
    answer.problem(ProblemType::MethodNotAllowed);
    assert_eq!(answer.header(header::ALLOW), Some("POST, GET, HEAD"));
    let head = TestRequest::default()
        .method(actix_web::http::Method::HEAD)
        .uri("/health/live");
    assert_eq!(ask(&exchange, head).await.status, StatusCode::OK);
}

#[actix_web::test]
async fn the_documentation_needs_nothing_from_elsewhere() {
    let exchange = FakeExchange::failing_with(Error::NotFound);
    let redirect = ask(&exchange, TestRequest::get().uri("/docs")).await;
    assert_eq!(redirect.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(redirect.header(header::LOCATION), Some("/docs/"));
    for (path, kind) in [
        ("/docs/", "text/html"),
        ("/docs/swagger-ui-bundle.js", "text/javascript"),
        ("/docs/swagger-initializer.js", "text/javascript"),
        ("/docs/swagger-ui.css", "text/css"),
    ] {
        let answer = ask(&exchange, TestRequest::get().uri(path)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(
            answer
                .header(header::CONTENT_TYPE)
                .unwrap()
                .starts_with(kind),
            "{path}"
        );
        let policy = answer.header(header::CONTENT_SECURITY_POLICY).unwrap();
        assert!(
            policy.contains("script-src 'self'") && !policy.contains("http"),
            "{policy}"
        );
        if path.ends_with("initializer.js") || path.ends_with('/') {
            let text = String::from_utf8_lossy(&answer.body);
            assert!(
                !text.contains("https://") && !text.contains("http://"),
                "{path}: {text}"
            );
        }
    }
    ask(&exchange, TestRequest::get().uri("/docs/nothing"))
        .await
        .problem(ProblemType::NotFound);
}

#[actix_web::test]
async fn a_problem_type_is_described_for_programs_and_for_people() {
    let exchange = FakeExchange::failing_with(Error::NotFound);
    for kind in ProblemType::ALL {
        let path = format!("/problems/{}", kind.name());
        let answer = ask(&exchange, TestRequest::get().uri(&path)).await;
        let described: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(described["type"], kind.urn());
    }
    let page = TestRequest::get()
        .uri("/problems")
        .insert_header((header::ACCEPT, "text/html,*/*"));
    let answer = ask(&exchange, page).await;
    assert!(
        answer
            .header(header::CONTENT_TYPE)
            .unwrap()
            .starts_with("text/html")
    );
    assert!(String::from_utf8_lossy(&answer.body).contains("urn:problem-type:freigabe:stale"));
}

#[actix_web::test]
async fn the_token_endpoint_speaks_rfc_6749() {
    let exchange = FakeExchange::failing_with(Error::NotFound);
    let form = |text: &str| {
        TestRequest::post()
            .uri("/oauth2/token")
            .insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
            .set_payload(text.to_owned())
    };
    let good = "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=x";
    for (request, status, code) in [
        (form(""), 400, "invalid_request"),
        (form("grant_type=password"), 400, "unsupported_grant_type"),
        (
            form("grant_type=client_credentials"),
            400,
            "invalid_request",
        ),
        (
            form(&format!("{good}&grant_type=x")),
            400,
            "invalid_request",
        ),
        (
            form(&format!("{good}&client_secret=x")),
            400,
            "invalid_request",
        ),
        (
            // Whoever is not known learns nothing about scopes.
            form(&format!("{good}&scope=everything")),
            401,
            "invalid_client",
        ),
        (form(&"x".repeat(20_000)), 400, "invalid_request"),
        (form(good), 401, "invalid_client"),
        (
            TestRequest::post().uri("/oauth2/token").set_json("x"),
            400,
            "invalid_request",
        ),
    ] {
        let answer = ask(&exchange, request).await;
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(
            (answer.status.as_u16(), &body["error"]),
            (status, &code.into()),
            "{body}"
        );
        assert_eq!(answer.header(header::CACHE_CONTROL), Some("no-store"));
        assert_eq!(
            answer.header(header::WWW_AUTHENTICATE).is_some(),
            status == 401
        );
    }
}

#[actix_web::test]
async fn the_registration_endpoint_speaks_rfc_7591() {
    let registering = |token: &str| {
        TestRequest::post()
            .uri("/oauth2/register")
            .insert_header((header::AUTHORIZATION, format!("Bearer {token}")))
            .set_json(examples::client_metadata())
    };
    let token = "ab".repeat(32);
    for (error, status, code) in [
        (Error::NotFound, 401, "invalid_token"),
        (Error::InvalidState("taken"), 400, "invalid_client_metadata"),
        (
            Error::Store(StoreError::Unavailable("secret".into())),
            503,
            "temporarily_unavailable",
        ),
        (
            Error::Store(StoreError::Defect("secret".into())),
            500,
            "server_error",
        ),
    ] {
        let exchange = FakeExchange::failing_with(error);
        let answer = ask(&exchange, registering(&token)).await;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let body: serde_json::Value = serde_json::from_str(&text).unwrap();
        let told = (answer.status.as_u16(), &body["error"]);
        assert_eq!(told, (status, &code.into()), "{text}");
        assert!(!text.contains("secret"), "{text}");
        assert_eq!(answer.header(header::CACHE_CONTROL), Some("no-store"));
        let waits = answer.header(header::RETRY_AFTER).is_some();
        assert_eq!(waits, status == 503);
        let tls = answer.header(header::STRICT_TRANSPORT_SECURITY);
        assert_eq!(tls, Some("max-age=63072000"));
        let denials = exchange.denials.lock().unwrap().len();
        assert_eq!(denials, usize::from(status == 401));
    }
    // A denial that can't be recorded is refused for that reason instead.
    let answer = ask(&FakeExchange::without_log(), registering("x")).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[actix_web::test]
async fn what_a_client_asked_of_other_nodes_counts() {
    let quota = RateLimits::default().per_client.get();
    for (requests, expected) in [
        (quota, ProblemType::InvalidQuery),
        (quota + 1, ProblemType::TooManyRequests),
    ] {
        let exchange = FakeExchange::failing_with(Error::NotFound);
        exchange.requests.store(requests, Ordering::Relaxed);
        let request = as_centre(TestRequest::get().uri("/v1/consents?limit=0"));
        let answer = ask(&exchange, request).await;
        let _ = answer.problem(expected);
        let told = answer.header("ratelimit").unwrap();
        assert!(told.starts_with("\"client\";r=0;"), "{told}");
        let wait = answer.header(header::RETRY_AFTER);
        assert_eq!(wait.is_some(), requests > quota, "{wait:?}");
    }
}

#[actix_web::test]
async fn who_asks_too_often_is_told_when_to_come_again_and_nothing_is_asked_of_the_store() {
    let exchange = FakeExchange::failing_with(Error::NotFound);
    let one = |number| std::num::NonZeroU32::new(number).unwrap();
    let limits = RateLimits {
        per_address: one(3),
        sign_ins_per_address: one(1),
        per_client: one(2),
    };
    let state = state(Arc::clone(&exchange)).into_inner();
    let state = Arc::into_inner(state)
        .expect("the only one")
        .with_limits(limits);
    let service = test::init_service(application(web::Data::new(state))).await;
    let ask = async |request: TestRequest, address: &str| {
        let request = request.peer_addr(format!("{address}:1").parse().unwrap());
        Answer::of(test::call_service(&service, request.to_request()).await).await
    };
    let consents = || as_centre(TestRequest::get().uri("/v1/consents?limit=0"));
    for left in ["1", "0"] {
        let answer = ask(consents(), "192.0.2.1").await;
        let _ = answer.problem(ProblemType::InvalidQuery);
        let told = answer.header("ratelimit").unwrap();
        assert!(told.starts_with(&format!("\"client\";r={left};")), "{told}");
        assert_eq!(
            answer.header("ratelimit-policy"),
            Some("\"client\";q=2;w=60")
        );
    }
    let refused = ask(consents(), "192.0.2.1").await;
    let _ = refused.problem(ProblemType::TooManyRequests);
    let wait: u64 = refused
        .header(header::RETRY_AFTER)
        .unwrap()
        .parse()
        .unwrap();
    assert!((30..=31).contains(&wait), "{wait}");
    let of_address = ask(TestRequest::get().uri("/health/live"), "192.0.2.1").await;
    let _ = of_address.problem(ProblemType::TooManyRequests);
    assert_eq!(
        of_address.header("ratelimit-policy"),
        Some("\"address\";q=3;w=60")
    );
    let elsewhere = ask(TestRequest::get().uri("/health/live"), "192.0.2.2").await;
    assert_eq!(elsewhere.status, StatusCode::OK);
    for expected in [400, 429] {
        let answer = ask(TestRequest::post().uri("/oauth2/token"), "192.0.2.3").await;
        assert_eq!(answer.status.as_u16(), expected);
    }
    for expected in [401, 429] {
        let answer = ask(TestRequest::post().uri("/oauth2/register"), "192.0.2.4").await;
        assert_eq!(
            answer.status.as_u16(),
            expected,
            "a registration is a sign-in"
        );
    }
}
