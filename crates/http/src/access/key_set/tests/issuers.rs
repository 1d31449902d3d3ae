//! Tokens of other issuers, whose keys are in the sets that they publish.

use actix_web::{
    http::header,
    test::{self, TestRequest},
    web,
};
use freigabe_contract::ProblemType;
use freigabe_domain::{
    Error,
    access::{AccessScopes, AtIssuer, ClientId, Credential, Organisation, RegisteredClient, Role},
    entropy::SequentialEntropy,
    exchange::Presenter,
    ids::OrganisationId,
    office::OfficeId,
};
use jsonwebtoken::EncodingKey;
use uuid::Uuid;

use super::*;
use crate::{
    HttpState, TokenBinding,
    access::{TrustedIssuer, TrustedIssuers, issuer::Holder},
    application,
    tests::{Answer, StoppedClock, fake::FakeExchange, issuer, register},
};

const NAME: &str = "https://sso.example/realms/office";
const HERE: &str = "https://freigabe.example/v1";
const SECOND: i64 = NOW / 1_000_000;

/// The issuer's key.
fn key() -> Vec<u8> {
    let mut der = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    der.extend([6; 32]);
    der
}

/// Where it publishes that key.
fn publishing() -> Server {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
    let pair = Ed25519KeyPair::from_pkcs8(&key()).unwrap();
    let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    Server::start(ok(&set(&[but(ed25519("a"), json!({ "x": x }))])))
}

/// It may speak for one office.
fn trusted(server: &Server) -> TrustedIssuer {
    let organisations = vec![register::ORGANISATION];
    TrustedIssuer::new(
        NAME.to_owned(),
        server.uri(),
        vec![Role::Office],
        organisations,
    )
    .unwrap()
}

fn header() -> Value {
    json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "a" })
}

fn claims() -> Value {
    json!({
        "iss": NAME, "aud": HERE, "sub": "service-account", "client_id": "Vorgang/1",
        "iat": SECOND, "exp": SECOND + 300, "jti": "t-1", "scope": "openid inbox:read"
    })
}

fn signed(header: &Value, claims: &Value) -> String {
    let message = [header, claims]
        .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()))
        .join(".");
    let key = EncodingKey::from_ed_der(&key());
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::EdDSA);
    format!("{message}.{}", signature.unwrap())
}

async fn holder(server: &Server, header: &Value, claims: &Value) -> Option<Holder> {
    let issuers = TrustedIssuers::new(vec![trusted(server)], "https://freigabe.example").unwrap();
    let (sets, clock) = key_sets();
    let token = signed(header, claims);
    let verified = issuers.verify(&token, HERE, &sets, clock.now()).await;
    verified.unwrap()
}

#[tokio::test]
async fn a_token_of_a_trusted_issuer_says_who_it_was_issued_to_and_nothing_more() {
    let server = publishing();
    for typ in ["at+jwt", "application/at+jwt"] {
        let header = but(header(), json!({ "typ": typ }));
        let expected = Holder {
            presenter: Presenter::AtIssuer(AtIssuer {
                issuer: NAME.to_owned(),
                client: "Vorgang/1".to_owned(),
            }),
            claimed: None,
            scopes: AccessScopes::parse("inbox:read").unwrap(),
            confirmation: None,
        };
        assert_eq!(holder(&server, &header, &claims()).await, Some(expected));
    }
}

#[tokio::test]
async fn a_token_of_a_trusted_issuer_is_for_this_server_and_lives_an_hour_at_most() {
    let server = publishing();
    let good = [
        json!({ "exp": SECOND + 3_600 }),
        json!({ "iat": SECOND - 3_599, "exp": SECOND + 1 }),
        json!({ "client_id": "c".repeat(200) }),
    ];
    for changes in good {
        let claims = but(claims(), changes.clone());
        let holder = holder(&server, &header(), &claims).await;
        assert!(holder.is_some(), "{changes}");
    }
    for changes in [
        json!({ "exp": SECOND + 3_601 }),
        json!({ "exp": SECOND }),
        json!({ "iat": SECOND + 11 }),
        json!({ "iss": "https://sso.example/realms/another" }),
        json!({ "aud": "https://freigabe.example" }),
        json!({ "client_id": "two words" }),
        json!({ "client_id": "c".repeat(201) }),
        json!({ "client_id": null }),
        json!({ "sub": null }),
        json!({ "scope": null }),
        json!({ "cnf": null }),
        json!({ "cnf": { "jkt": "short" } }),
    ] {
        let claims = but(claims(), changes.clone());
        let holder = holder(&server, &header(), &claims).await;
        assert_eq!(holder, None, "{changes}");
    }
    for changes in [
        json!({ "typ": "JWT" }),
        json!({ "kid": "b" }),
        json!({ "kid": 1 }),
        json!({ "alg": "HS256" }),
    ] {
        let header = but(header(), changes.clone());
        assert_eq!(holder(&server, &header, &claims()).await, None, "{changes}");
    }
}

/// The client's inbox, with this token.
async fn asked(server: &Server, registered: RegisteredClient, token: &str) -> Answer {
    let exchange = FakeExchange::failing_with(Error::NotFound);
    exchange.register.add(registered);
    let state = HttpState::new(
        exchange,
        issuer(),
        Arc::new(StoppedClock),
        Arc::new(SequentialEntropy::starting_at(1)),
    );
    let state = state
        .unwrap()
        .with_binding(TokenBinding::Development)
        .with_trusted(vec![trusted(server)])
        .unwrap()
        .with_key_sets(key_sets().0);
    let service = test::init_service(application(web::Data::new(state))).await;
    let request = TestRequest::get()
        .uri("/v1/inbox?limit=0")
        .insert_header((header::AUTHORIZATION, format!("Bearer {token}")));
    Answer::of(test::call_service(&service, request.to_request()).await).await
}

#[actix_web::test]
async fn who_is_known_at_a_trusted_issuer_is_let_in_if_that_speaks_for_the_organisation() {
    let server = publishing();
    let there = |client: &str| {
        Credential::Issuer(AtIssuer {
            issuer: NAME.to_owned(),
            client: client.to_owned(),
        })
    };
    let registered = |organisation: OrganisationId, credential| RegisteredClient {
        id: ClientId::parse("office.here").unwrap(),
        organisation: Organisation {
            id: organisation,
            office: Some(OfficeId::parse("bpoli-kiel").unwrap()),
            ..register::organisation(Role::Office)
        },
        credential,
        scopes: None,
        active: true,
    };
    let another = OrganisationId::from_uuid(Uuid::from_u128(2));
    for (organisation, client, problem) in [
        // Let in: the query is what is wrong.
        (
            register::ORGANISATION,
            "Vorgang/1",
            ProblemType::InvalidQuery,
        ),
        (another, "Vorgang/1", ProblemType::Unauthorized),
        (
            register::ORGANISATION,
            "Vorgang/2",
            ProblemType::Unauthorized,
        ),
    ] {
        let registered = registered(organisation, there(client));
        let token = signed(&header(), &claims());
        let _ = asked(&server, registered, &token).await.problem(problem);
    }
}
