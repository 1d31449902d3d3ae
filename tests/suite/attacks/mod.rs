//! Tokens, proofs and assertions that are not what they pretend to be. Each is one case with a name; all are refused, with
//! the challenge that belongs to the fault. Every list begins with what is genuine, so that a server that refuses
//! everything would not pass.

mod assertions;
mod certificates;
mod clocks;
mod issuers;
mod proofs;
mod tokens;

use freigabe_client::{Client, ClientKeyPair, RawAnswer};
use freigabe_testkit::{
    Backend, ExpectAnswer as _, Raw, TestApp,
    network::CENTRE_A,
    proof::{Proof, proof},
    tokens::TokenForge,
};
use serde_json::{Value, json};

/// What the attacks ask for.
const PATH: &str = "/v1/consents";

/// A genuine client's token and key, and what it takes to misuse them.
struct Stage {
    app: TestApp,
    key: ClientKeyPair,
    token: String,
    nonce: String,
    forge: TokenForge,
    nobody: Client,
}

/// A request that is to be refused.
struct Attack {
    name: String,
    request: Raw,
    error: &'static str,
}

/// Values that are of the wrong type wherever they stand, or say nothing.
fn junk() -> Vec<Value> {
    vec![json!(null), json!(true), json!({}), json!([]), json!("")]
}

impl Stage {
    async fn start(backend: Backend) -> Self {
        let app = TestApp::start(backend).await;
        let key = app.network().participant(CENTRE_A).key.clone();
        let token = app.centre_a().access_token().await.unwrap().token;
        let forge = app.token_forge();
        let nobody = app.anonymous();
        let mut stage = Self {
            app,
            key,
            token,
            nonce: String::new(),
            forge,
            nobody,
        };
        let without_nonce = stage.ask(
            &stage.token,
            &stage.proof(&stage.token).without("nonce").sign(),
        );
        let answer = without_nonce.send(&stage.nobody).await;
        stage.nonce = answer.header("dpop-nonce").expect("a nonce").to_owned();
        stage
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.app.issuer())
    }

    /// A good proof for a request with this token.
    fn proof(&self, token: &str) -> Proof {
        proof(&self.key, "GET", &self.url(PATH))
            .token(token)
            .nonce(&self.nonce)
    }

    /// A request with this token and this proof.
    fn ask(&self, token: &str, proof: &str) -> Raw {
        Raw::get(PATH)
            .header("authorization", format!("DPoP {token}"))
            .header("dpop", proof)
    }

    /// An attack with a token that is not good, and a good proof for it.
    fn with_token(&self, name: impl Into<String>, token: &str) -> Attack {
        let proof = self.proof(token).sign();
        Attack {
            name: name.into(),
            request: self.ask(token, &proof),
            error: "invalid_token",
        }
    }

    /// An attack with the genuine token and a proof that is not good.
    fn with_proof(&self, name: impl Into<String>, proof: &str) -> Attack {
        Attack {
            name: name.into(),
            request: self.ask(&self.token, proof),
            error: "invalid_dpop_proof",
        }
    }

    async fn genuine_passes(&self) {
        let answer = self
            .ask(&self.token, &self.proof(&self.token).sign())
            .send(&self.nobody)
            .await;
        let _ = answer.expect_status(200);
    }

    /// All are refused with 401 and the right challenge; names those that are not.
    async fn all_are_refused(&self, attacks: Vec<Attack>) {
        let mut names: Vec<&str> = attacks.iter().map(|attack| attack.name.as_str()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "each attack has a name of its own");
        let before = self.app.inspect().rows().await;
        let mut failures = Vec::new();
        for attack in &attacks {
            let answer = attack.request.send(&self.nobody).await;
            if let Some(failure) = failure(&answer, attack.error) {
                failures.push(format!("{}: {failure}", attack.name));
            }
        }
        assert!(
            failures.is_empty(),
            "{} of {all}:\n{}",
            failures.len(),
            failures.join("\n")
        );
        assert_eq!(
            self.app.inspect().rows().await,
            before,
            "nothing is written"
        );
        self.genuine_passes().await;
        println!("{all} attacks were refused");
    }
}

fn failure(answer: &RawAnswer, error: &str) -> Option<String> {
    let status = answer.status.as_u16();
    let expected = match error {
        "" => "DPoP algs=\"EdDSA Ed25519 ES256 PS256\"".to_owned(),
        error => format!("DPoP error=\"{error}\", algs=\"EdDSA Ed25519 ES256 PS256\""),
    };
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    let is_problem = answer.header("content-type") == Some("application/problem+json");
    let fits = status == 401 && challenge == expected && is_problem;
    (!fits).then(|| format!("status {status}, challenge {challenge:?} instead of {expected:?}"))
}
