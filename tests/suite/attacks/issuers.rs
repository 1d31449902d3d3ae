//! Access tokens of another authorization server: those that are good enough, and those that are not.

use freigabe_client::{ClientKeyPair, SystemRandom};
use freigabe_contract::{ProblemType, access::USER, vocabulary::Operation};
use freigabe_domain::{
    access::{AccessScopes, AtIssuer, ClientChange, ClientId, Credential, NewClient, Operator},
    exchange::Exchange,
    ids::OrganisationId,
};
use freigabe_testkit::{
    Backend, ExpectAnswer as _, Raw, TestApp, a_consent, a_draft,
    foreign::{ForeignIssuer, ForeignToken},
    machine::machine_time,
    network::{CENTRE_A, CENTRE_B, FRANKFURT_ODER, KB_HAMBURG},
    on_both_databases,
    proof::proof,
    tokens::assertion,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{failure, junk};
use crate::support::{recorded, released, trail::trail_of};

const INBOX: &str = "/v1/inbox";
/// The office's client at its issuer, and here.
const THERE: &str = "Bundespolizei-Vorgang/1";
const HERE: &str = "kb-hamburg.vorgang";

on_both_databases! {
    async fn an_office_collects_with_a_token_of_its_own_issuer(office: Office) {
        let centre = office.app.centre_a();
        let consent = recorded(&centre, a_consent()).await;
        let message = released(&centre, a_draft(consent.record_id)).await.id;
        let token = office.token().sign();
        let path = format!("/v1/disclosures/{message}/collection");
        let collection = office.request("POST", &path, &token).header("idempotency-key", "collected-once");
        let collected = collection.header(USER, "P-0815").send(&office.app.anonymous()).await;
        let _ = collected.expect_status(200);
        let events = trail_of(&office.app.auditor(), Operation::DisclosureCollected).await;
        let actor = &events[0].event["actor"];
        assert_eq!(actor["client"], HERE);
        assert_eq!(actor["user"], "P-0815");
        assert_eq!(actor["organisation"], office.organisation(KB_HAMBURG).to_string());
        assert_eq!(office.issuer().asked(), 1, "its keys were fetched once");
    }

    async fn what_its_issuer_says_narrows_what_it_may_and_never_widens_it(office: Office) {
        let reads = office.token().claim("scope", json!("disclosures:read inbox:write consents:read audit:read"));
        let answer = office.ask(&reads.sign()).await;
        let challenge = "DPoP error=\"insufficient_scope\", scope=\"inbox:read\", algs=\"EdDSA Ed25519 ES256 PS256\"";
        assert_eq!(answer.header("www-authenticate"), Some(challenge));
        let _ = answer.expect_problem(ProblemType::Forbidden);
        // A scope of another role is none.
        let answer = office.request("GET", "/v1/consents", &reads.sign()).send(&office.app.anonymous()).await;
        let _ = answer.expect_problem(ProblemType::Forbidden);
        let no_scope = office.token().claim("scope", json!("openid profile"));
        let _ = office.ask(&no_scope.sign()).await.expect_problem(ProblemType::Forbidden);
        // What the register says here counts as well, at once.
        let token = office.token().sign();
        let _ = office.ask(&token).await.expect_status(200);
        let change = ClientChange::Scopes(Some(AccessScopes::parse("directory:read").unwrap()));
        office.change(&change).await;
        let _ = office.ask(&token).await.expect_problem(ProblemType::Forbidden);
    }

    async fn a_client_that_is_suspended_here_is_out_whatever_its_issuer_says(office: Office) {
        let token = office.token().sign();
        let _ = office.ask(&token).await.expect_status(200);
        office.change(&ClientChange::Active(false)).await;
        for token in [token, office.token().sign()] {
            let answer = office.ask(&token).await;
            assert_eq!(failure(&answer, "invalid_token"), None);
        }
        office.change(&ClientChange::Active(true)).await;
        let _ = office.ask(&office.token().sign()).await.expect_status(200);
    }

    async fn an_issuer_speaks_only_for_those_it_was_trusted_for(office: Office) {
        for (name, organisation) in [("of.a.centre", CENTRE_A), ("of.another.office", FRANKFURT_ODER)] {
            office.register(name, organisation, office.issuer().url(), name).await;
            let answer = office.ask(&office.token_of(name).sign()).await;
            assert_eq!(failure(&answer, "invalid_token"), None, "{name}");
        }
        let _ = office.ask(&office.token().sign()).await.expect_status(200);
    }

    async fn tokens_of_another_issuer_that_are_not_good_are_refused(office: Office) {
        let _ = office.ask(&office.token().sign()).await.expect_status(200);
        let attacks = attacks(&office);
        let all = attacks.len();
        assert!(all >= 60, "{all}");
        let before = office.app.inspect().rows().await;
        let mut failures = Vec::new();
        for (name, token) in attacks {
            let answer = office.ask(&token).await;
            failures.extend(failure(&answer, "invalid_token").map(|failure| format!("{name}: {failure}")));
        }
        assert!(failures.is_empty(), "{} of {all}:\n{}", failures.len(), failures.join("\n"));
        assert_eq!(office.app.inspect().rows().await, before, "nothing is written");
        assert_eq!(office.issuer().asked(), 1, "nobody makes this server ask for keys again and again");
        println!("{all} tokens of another issuer were refused");
    }

    async fn without_its_issuers_keys_nothing_is_said_about_a_token(office: Office) {
        office.issuer().publish(None);
        let answer = office.ask(&office.token().sign()).await;
        assert!(answer.header("retry-after").is_some());
        let _ = answer.expect_problem(ProblemType::Unavailable);
        // Everybody else goes on.
        recorded(&office.app.centre_a(), a_consent()).await;
    }

    async fn a_proof_for_such_a_token_counts_once_on_all_nodes(office: Office) {
        let token = office.token().sign();
        let request = office.request("GET", INBOX, &token);
        let _ = request.clone().send(&office.app.anonymous()).await.expect_status(200);
        let second = office.app.start_second_node().await;
        let again = request.send(&second.anonymous()).await;
        assert_eq!(failure(&again, "invalid_dpop_proof"), None);
    }

    async fn a_client_may_be_known_by_the_address_of_its_keys(office: Office) {
        let uri = office.issuer().key_set_uri();
        office.change(&ClientChange::Credential(Credential::KeySet(uri))).await;
        let now = machine_time().unix_timestamp();
        let claims = |id: &str| json!({
            "iss": HERE, "sub": HERE, "aud": office.app.issuer(), "jti": id, "iat": now, "exp": now + 60,
        });
        let sign_in = |assertion: String| {
            let form = format!(
                "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion={assertion}"
            );
            let proof = proof(&office.key, "POST", &format!("{}/oauth2/token", office.app.issuer())).nonce(&office.nonce);
            let request = Raw::post("/oauth2/token").header("dpop", proof.sign());
            let request = request.body(form).header("content-type", "application/x-www-form-urlencoded");
            let nobody = office.app.anonymous();
            async move { request.send(&nobody).await }
        };
        let answer = sign_in(assertion(office.issuer().key(), &claims("one"))).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
        let token: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(token["scope"], "disclosures:read inbox:read inbox:write directory:read involvements:read involvements:write contacts:read contacts:write notices:read notices:write regional:read regional:write handovers:read handovers:write");
        let again = sign_in(assertion(office.issuer().key(), &claims("one"))).await;
        assert_eq!(again.status.as_u16(), 401, "an assertion counts once");
        // A key that is not in the set, and then one that is, after the organisation rotated it.
        let next = ClientKeyPair::generate(&SystemRandom).unwrap();
        let refused = sign_in(assertion(&next, &claims("two"))).await;
        assert_eq!(refused.status.as_u16(), 401);
        assert_eq!(office.issuer().asked(), 1, "an unknown key does not make this server ask again within a minute");
        // Its tokens by the old way are worth nothing now.
        let answer = office.ask(&office.token().sign()).await;
        assert_eq!(failure(&answer, "invalid_token"), None);
    }
}

/// The office for serious crime in Hamburg, with a client that gets its tokens elsewhere.
struct Office {
    app: TestApp,
    key: ClientKeyPair,
    nonce: String,
}

impl Office {
    async fn start(backend: Backend) -> Self {
        let app = TestApp::start(backend).await;
        let mut office = Self {
            app,
            key: ClientKeyPair::generate(&SystemRandom).unwrap(),
            nonce: String::new(),
        };
        let url = office.issuer().url().to_owned();
        office.register(HERE, KB_HAMBURG, &url, THERE).await;
        // With a token of this server's own, so that its keys are still unknown.
        let own = office.app.centre_b().access_token().await.unwrap().token;
        let key = &office.app.network().participant(CENTRE_B).key;
        let without_nonce = proof(key, "GET", &office.url(INBOX)).token(&own);
        let asked = Raw::get(INBOX).header("authorization", format!("DPoP {own}"));
        let answer = asked
            .header("dpop", without_nonce.sign())
            .send(&office.app.anonymous())
            .await;
        office.nonce = answer.header("dpop-nonce").expect("a nonce").to_owned();
        office
    }

    fn issuer(&self) -> &ForeignIssuer {
        self.app.foreign_issuer()
    }

    fn organisation(&self, name: &str) -> Uuid {
        self.app.network().participant(name).organisation
    }

    async fn register(&self, id: &str, organisation: &str, issuer: &str, there: &str) {
        let new = NewClient {
            id: ClientId::parse(id).unwrap(),
            organisation: OrganisationId::from_uuid(self.organisation(organisation)),
            credential: Credential::Issuer(AtIssuer {
                issuer: issuer.to_owned(),
                client: there.to_owned(),
            }),
            scopes: None,
        };
        let add = async |exchange: &dyn Exchange| {
            exchange.add_client(&Operator::AtTheMachine, &new).await
        };
        self.app.operate(add).await.unwrap();
    }

    async fn change(&self, change: &ClientChange) {
        let id = ClientId::parse(HERE).unwrap();
        let change = async |exchange: &dyn Exchange| {
            exchange
                .change_client(&Operator::AtTheMachine, &id, change)
                .await
        };
        self.app.operate(change).await.unwrap();
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.app.issuer())
    }

    fn token(&self) -> ForeignToken {
        self.token_of(THERE)
    }

    fn token_of(&self, client: &str) -> ForeignToken {
        self.issuer().token_for(client, &self.url("/v1"), &self.key)
    }

    /// A request with this token and a good proof.
    fn request(&self, method: &str, path: &str, token: &str) -> Raw {
        let proof = proof(&self.key, method, &self.url(path))
            .token(token)
            .nonce(&self.nonce);
        let request = if method == "POST" {
            Raw::post(path)
        } else {
            Raw::get(path)
        };
        request
            .header("authorization", format!("DPoP {token}"))
            .header("dpop", proof.sign())
    }

    async fn ask(&self, token: &str) -> freigabe_client::RawAnswer {
        self.request("GET", INBOX, token)
            .send(&self.app.anonymous())
            .await
    }
}

fn attacks(office: &Office) -> Vec<(String, String)> {
    let good = || office.token();
    let now = machine_time().unix_timestamp();
    let mut attacks: Vec<(String, ForeignToken)> = Vec::new();
    for name in [
        "iss",
        "sub",
        "client_id",
        "aud",
        "exp",
        "iat",
        "jti",
        "scope",
        "cnf",
        "alg",
    ] {
        attacks.push((format!("without {name}"), good().without(name)));
        let junk = junk().into_iter().chain([json!(["x"]), json!(1.5)]);
        for value in junk {
            let what = format!("{name} is {value}");
            let token = if name == "alg" {
                good().header(name, value)
            } else {
                good().claim(name, value)
            };
            attacks.push((what, token));
        }
    }
    let url = office.issuer().url();
    for (what, token) in [
        (
            "of this server's name, signed elsewhere",
            good().claim("iss", json!(office.app.issuer())),
        ),
        (
            "of an issuer that nobody trusts",
            good().claim("iss", json!("https://elsewhere.example")),
        ),
        (
            "issuer with a slash",
            good().claim("iss", json!(format!("{url}/"))),
        ),
        (
            "issuer in capitals",
            good().claim("iss", json!(url.to_uppercase())),
        ),
        (
            "audience elsewhere",
            good().claim("aud", json!("https://elsewhere.example/v1")),
        ),
        (
            "audience is the server as a whole",
            good().claim("aud", json!(office.app.issuer())),
        ),
        (
            "two audiences",
            good().claim("aud", json!([office.url("/v1"), "account"])),
        ),
        (
            "the audience in a list",
            good().claim("aud", json!([office.url("/v1")])),
        ),
        ("ended", good().claim("exp", json!(now - 1))),
        (
            "an end in words",
            good().claim("exp", json!((now + 300).to_string())),
        ),
        ("lives too long", good().claim("exp", json!(now + 3_700))),
        ("from the future", good().claim("iat", json!(now + 61))),
        ("not yet good", good().claim("nbf", json!(now + 61))),
        (
            "a client that is not registered",
            good().claim("client_id", json!("another")),
        ),
        (
            "the client's name here",
            good().claim("client_id", json!(HERE)),
        ),
        (
            "a client's name with a space after it",
            good().claim("client_id", json!(format!("{THERE} "))),
        ),
        (
            "a client's name that is far too long",
            good().claim("client_id", json!("x".repeat(201))),
        ),
        ("typ JWT", good().header("typ", json!("JWT"))),
        ("typ of a proof", good().header("typ", json!("dpop+jwt"))),
        ("no typ", ForeignToken::without(good(), "typ")),
        ("another kid", good().header("kid", json!("another"))),
        ("a kid that is no text", good().header("kid", json!(7))),
        (
            "a critical extension",
            good().header("crit", json!(["exp"])),
        ),
        ("RS256", good().header("alg", json!("RS256"))),
        ("ES256", good().header("alg", json!("ES256"))),
        ("none", good().header("alg", json!("none"))),
        ("HS256", good().header("alg", json!("HS256"))),
        (
            "bound to a certificate",
            good().claim("cnf", json!({ "x5t#S256": office.key.key_id() })),
        ),
        (
            "bound to two things",
            good().claim(
                "cnf",
                json!({ "jkt": office.key.key_id(), "x5t#S256": office.key.key_id() }),
            ),
        ),
    ] {
        attacks.push((what.to_owned(), token));
    }
    let mut signed: Vec<(String, String)> = attacks
        .into_iter()
        .map(|(what, token)| (what, token.sign()))
        .collect();
    let stranger = ClientKeyPair::generate(&SystemRandom).unwrap();
    let own_jwk: Value = serde_json::from_str(&stranger.public_jwk()).unwrap();
    let genuine = good().sign();
    for (what, token) in [
        ("another key's signature", good().sign_with(&stranger)),
        (
            "another key, brought along",
            good().header("jwk", own_jwk).sign_with(&stranger),
        ),
        (
            "another key set, named",
            good()
                .header("jku", json!("https://elsewhere.example/keys"))
                .sign_with(&stranger),
        ),
        ("the client's own signature", good().sign_with(&office.key)),
        ("cut off", genuine[..genuine.len() - 4].to_owned()),
        (
            "without signature",
            format!("{}.", &genuine[..genuine.rfind('.').unwrap()]),
        ),
    ] {
        signed.push((what.to_owned(), token));
    }
    signed
}
