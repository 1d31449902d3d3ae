//! Who is let in with a request: whose the token is, what it stands for, and on whose behalf the request says it comes.

use actix_web::{http::header, test::TestRequest};
use freigabe_contract::{ProblemType, access::USER};
use freigabe_domain::access::{Organisation, RegisteredClient};

use super::{edge::*, *};
use crate::{
    TokenBinding,
    access::binding::Confirmation,
    tests::register::ORGANISATION,
    tls::{
        ClientCertificates,
        tests::harness::{self, Client, Identity, Running},
    },
};

/// Whoever is let in is told what is wrong with the query.
const LIST: &str = "/v1/consents?limit=0";

fn caller_of(client: &str, standing: Standing) -> Caller {
    Caller {
        client: ClientId::parse(client).unwrap(),
        organisation: ORGANISATION,
        standing,
        user: None,
    }
}

fn token_of(caller: &Caller, bound: Option<&Confirmation>) -> String {
    let scopes = AccessScopes::of_role(caller.standing.role());
    issuer().issue(caller, &scopes, bound, now(), "j").unwrap()
}

#[actix_web::test]
async fn a_request_is_let_in_once_with_the_key_that_its_token_is_bound_to() {
    let edge = Edge::of(client(Role::Centre));
    let bound_to = |key: u8| {
        let key = VerifyingKey::from_header(ed_jwk(key).as_object().unwrap()).unwrap();
        token_of(
            &caller_of(CLIENT, Standing::Centre),
            Some(&Confirmation::Key(key.thumbprint)),
        )
    };
    let (ours, theirs) = (bound_to(PROVES), bound_to(7));
    let of = |token: &str, jti: &str| {
        let claims = proof_claims("GET", "/v1/consents", Some(token), jti);
        TestRequest::get()
            .uri(LIST)
            .insert_header((header::AUTHORIZATION, format!("DPoP {token}")))
            .insert_header(("dpop", proof(&claims)))
    };
    let first = edge.ask(of(&ours, "p-1")).await;
    let _ = first.problem(ProblemType::InvalidQuery);
    for request in [
        of(&ours, "p-1"),
        of(&theirs, "p-2"),
        of(&ours, "p-3").uri("/v1/disclosures"),
    ] {
        let answer = edge.ask(request).await;
        let _ = answer.problem(ProblemType::Unauthorized);
        let told = answer.header(header::WWW_AUTHENTICATE).unwrap();
        assert!(told.contains("invalid_dpop_proof"), "{told}");
    }
    let bare = of(&ours, "p-4").insert_header((header::AUTHORIZATION, format!("Bearer {ours}")));
    let answer = edge.ask(bare).await;
    let told = answer.header(header::WWW_AUTHENTICATE).unwrap();
    assert!(told.contains("invalid_token"), "{told}");
}

#[actix_web::test]
async fn a_token_stands_for_the_organisation_that_its_client_is_registered_with_now() {
    let elsewhere = OrganisationId::from_uuid(Uuid::from_u128(2));
    for (role, organisation, claimed, let_in) in [
        (Role::Centre, ORGANISATION, Standing::Centre, true),
        (Role::Centre, elsewhere, Standing::Centre, false),
        (Role::Auditor, ORGANISATION, Standing::Centre, false),
        (Role::Auditor, elsewhere, Standing::Centre, false),
    ] {
        let registered = client(role);
        let registered = RegisteredClient {
            organisation: Organisation {
                id: organisation,
                ..registered.organisation
            },
            ..registered
        };
        let edge = Edge::taking(TokenBinding::Development, registered);
        let token = token_of(&caller_of(CLIENT, claimed), None);
        let request = TestRequest::get()
            .uri(LIST)
            .insert_header((header::AUTHORIZATION, format!("Bearer {token}")));
        let answer = edge.ask(request).await;
        let _ = answer.problem(match let_in {
            true => ProblemType::InvalidQuery,
            false => ProblemType::Unauthorized,
        });
    }
}

#[actix_web::test]
async fn an_office_collects_on_behalf_of_one_person() {
    let office = OfficeId::parse("bpoli-kiel").unwrap();
    let mut registered = client(Role::Office);
    registered.organisation.office = Some(office.clone());
    let edge = Edge::taking(TokenBinding::Development, registered);
    let token = token_of(&caller_of(CLIENT, Standing::Office(office)), None);
    for (users, problem) in [
        (&["P-0815"][..], ProblemType::NotFound),
        (&[], ProblemType::InvalidHeader),
        (&["Erika Mustermann"], ProblemType::InvalidHeader),
        (&["P-0815", "P-0815"], ProblemType::InvalidHeader),
    ] {
        let mut request = TestRequest::post()
            .uri("/v1/disclosures/019a6b2e-7c40-7e11-9d3f-5a2b8c4d6e01/collection")
            .insert_header((header::AUTHORIZATION, format!("Bearer {token}")))
            .insert_header(("idempotency-key", "collected-once"));
        for user in users {
            request = request.append_header((USER, *user));
        }
        let problem = edge.ask(request).await.problem(problem);
        let told = problem
            .errors
            .first()
            .and_then(|fault| fault.header.as_deref());
        assert_eq!(told.is_some(), users != ["P-0815"], "{users:?}");
    }
}

#[test]
fn a_token_that_is_bound_to_a_certificate_comes_over_a_connection_with_it() {
    let [server, ours, theirs] = ["server", "ours", "theirs"].map(Identity::self_signed);
    let running = Running::with_tls(&server, &ClientCertificates::Any);
    let thumbprint = super::super::client_key::KeyThumbprint::parse(&ours.thumbprint()).unwrap();
    let bound = Confirmation::Certificate(thumbprint);
    let caller = caller_of("centre", Standing::Centre);
    let scopes = AccessScopes::of_role(Role::Centre);
    let token = crate::tests::issuer()
        .issue(&caller, &scopes, Some(&bound), now(), "j")
        .unwrap();
    let status = |client: &Client| {
        let mut stream = client.connect(&running).unwrap();
        let headers = format!("authorization: Bearer {token}\r\n");
        let (head, _) = harness::ask(&mut stream, LIST, &headers).unwrap();
        head.split(' ').nth(1).map(str::to_owned).unwrap()
    };
    let client = || Client::of(&server);
    assert_eq!(status(&client().showing(&ours)), "400");
    assert_eq!(status(&client().showing(&theirs)), "401");
    assert_eq!(status(&client()), "401");
}
