//! Clocks that are apart. What was made by one that is ahead is taken up to 10 seconds, and refused from 60 on (FAPI 2.0
//! Security Profile §5.3.2.1); here from 11 on, in whole seconds. What has ended is refused from the second of its end.
//!
//! The clock of the server stands still, so that nothing hangs on the time that a test takes.

use freigabe_client::RawAnswer;
use freigabe_domain::instant::Instant;
use freigabe_testkit::{ExpectAnswer as _, on_both_databases, proof::Proof, tokens::claims_of};
use serde_json::{Value, json};

use super::{Stage, assertions, failure};

/// What the server's clock shows, in seconds since 1970: 2030-01-01T12:00:30Z.
const NOW: i64 = 1_893_499_230;
/// Within its second, in microseconds: its begin, and its end.
const WITHIN: [i64; 2] = [0, 999_999];
/// How long tokens live in the testkit's installation, in seconds.
const LIFETIME: i64 = 300;
/// Seconds by which a claim is ahead of the server's clock, and whether that is taken.
const AHEAD: [(i64, bool); 6] = [
    (0, true),
    (9, true),
    (10, true),
    (11, false),
    (59, false),
    (61, false),
];
/// Seconds by which an end is ahead of the server's clock, and whether it is still to come.
const ENDS: [(i64, bool); 3] = [(-1, false), (0, false), (1, true)];

on_both_databases! {
    async fn of_an_access_token(stage: Stage) {
        for micros in WITHIN {
            let moment = Moment::at(&stage, NOW, micros).await;
            for case in ahead("iat").chain(ahead("nbf")).chain(ends()) {
                let token = moment.token(&case);
                let answer = moment.ask(&token, &moment.proof(&token)).await;
                case.judge(&answer, failure(&answer, "invalid_token"));
            }
        }
    }

    async fn of_a_client_assertion(stage: Stage) {
        // It may end at most five minutes ahead.
        let latest = [Case::new("exp", 300, true), Case::new("exp", 301, false)];
        for micros in WITHIN {
            let moment = Moment::at(&stage, NOW, micros).await;
            for case in ahead("iat").chain(ahead("nbf")).chain(ends()).chain(latest) {
                let mut assertion = moment.assertion();
                if case.claim == "exp" {
                    // Made before its end, whenever that was.
                    assertion = assertion.claim("iat", json!(NOW - 30));
                }
                let assertion = assertion.claim(case.claim, case.value());
                let answer = moment.sign_in(&assertion, &moment.endpoint_proof()).await;
                let refused = answer.status.as_u16() == 401
                    && answer.header("www-authenticate") == Some("DPoP")
                    && answer.json() == json!({ "error": "invalid_client" });
                case.judge(&answer, (!refused).then(|| answer.text()));
            }
        }
    }

    async fn of_a_proof_of_possession(stage: Stage) {
        for micros in WITHIN {
            let moment = Moment::at(&stage, NOW, micros).await;
            let token = moment.token(&Case::new("iat", 0, true));
            for case in of_proofs() {
                let proof = moment.proof(&token).claim(case.claim, case.value());
                let answer = moment.ask(&token, &proof).await;
                case.judge(&answer, failure(&answer, "invalid_dpop_proof"));
            }
        }
    }

    async fn of_a_proof_at_the_token_endpoint(stage: Stage) {
        for micros in WITHIN {
            let moment = Moment::at(&stage, NOW, micros).await;
            for case in of_proofs() {
                let proof = moment.endpoint_proof().claim(case.claim, case.value());
                let answer = moment.sign_in(&moment.assertion(), &proof).await;
                let refused = answer.status.as_u16() == 400
                    && answer.header("www-authenticate").is_none()
                    && answer.json()["error"] == "invalid_dpop_proof";
                case.judge(&answer, (!refused).then(|| answer.text()));
            }
        }
    }

    async fn a_token_is_good_from_ten_seconds_before_its_begin_to_the_second_of_its_end(stage: Stage) {
        let moment = Moment::at(&stage, NOW, 0).await;
        let granted = moment.sign_in(&moment.assertion(), &moment.endpoint_proof()).await;
        let granted = granted.expect_status(200).json();
        let token = granted["access_token"].as_str().unwrap();
        assert_eq!(granted["expires_in"], LIFETIME);
        assert_eq!(claims_of(token)["iat"], NOW);
        assert_eq!(claims_of(token)["exp"], NOW + LIFETIME);
        for (later, micros, taken) in [
            // On a node whose clock is behind.
            (-11, 999_999, false),
            (-10, 0, true),
            (LIFETIME - 1, 999_999, true),
            (LIFETIME, 0, false),
        ] {
            let moment = Moment::at(&stage, NOW + later, micros).await;
            let answer = moment.ask(token, &moment.proof(token)).await;
            Case::new("the clock", later, taken).judge(&answer, failure(&answer, "invalid_token"));
        }
    }
}

/// A claim that is so many seconds from the server's clock, and whether it is taken.
#[derive(Clone, Copy)]
struct Case {
    claim: &'static str,
    ahead: i64,
    taken: bool,
}

impl Case {
    const fn new(claim: &'static str, ahead: i64, taken: bool) -> Self {
        Self {
            claim,
            ahead,
            taken,
        }
    }

    fn value(&self) -> Value {
        json!(NOW + self.ahead)
    }

    /// `otherwise` is what the answer has that the right refusal has not.
    #[track_caller]
    fn judge(&self, answer: &RawAnswer, otherwise: Option<String>) {
        let Self {
            claim,
            ahead,
            taken,
        } = self;
        if *taken {
            let (status, text) = (answer.status.as_u16(), answer.text());
            assert_eq!(status, 200, "{claim} at {ahead} s: {text}");
        } else {
            assert_eq!(otherwise, None, "{claim} at {ahead} s");
        }
    }
}

fn ahead(claim: &'static str) -> impl Iterator<Item = Case> {
    AHEAD
        .into_iter()
        .map(move |(ahead, taken)| Case::new(claim, ahead, taken))
}

fn ends() -> impl Iterator<Item = Case> {
    ENDS.into_iter()
        .map(|(ahead, taken)| Case::new("exp", ahead, taken))
}

/// A proof is good for five minutes, and may say that it is good for a shorter time.
fn of_proofs() -> impl Iterator<Item = Case> {
    let oldest = [Case::new("iat", -300, true), Case::new("iat", -301, false)];
    ahead("iat").chain(ahead("nbf")).chain(ends()).chain(oldest)
}

/// The stage at a moment at which the server's clock stands still.
struct Moment<'s> {
    stage: &'s Stage,
    now: i64,
    nonce: String,
}

impl<'s> Moment<'s> {
    /// So many seconds since 1970, and microseconds.
    async fn at(stage: &'s Stage, now: i64, micros: i64) -> Self {
        let instant = Instant::from_unix_micros(now * 1_000_000 + micros);
        stage.app.stop_node_clock(instant);
        // Every answer to a proof brings a nonce, however bad the proof was.
        let answer = stage.ask("x", "x").send(&stage.nobody).await;
        let nonce = answer.header("dpop-nonce").expect("a nonce").to_owned();
        Self { stage, now, nonce }
    }

    /// A token of this moment, but for one claim, signed by the server's own key.
    fn token(&self, case: &Case) -> String {
        self.stage.forge.changed(&self.stage.token, |claims| {
            claims.insert("iat".to_owned(), json!(self.now));
            claims.insert("exp".to_owned(), json!(self.now + LIFETIME));
            claims.insert(case.claim.to_owned(), case.value());
        })
    }

    fn proof(&self, token: &str) -> Proof {
        self.made_now(self.stage.proof(token))
    }

    fn endpoint_proof(&self) -> Proof {
        self.made_now(assertions::endpoint_proof(self.stage))
    }

    fn made_now(&self, proof: Proof) -> Proof {
        proof.nonce(&self.nonce).claim("iat", json!(self.now))
    }

    fn assertion(&self) -> Proof {
        assertions::assertion(self.stage)
            .claim("iat", json!(self.now))
            .claim("exp", json!(self.now + 120))
    }

    async fn ask(&self, token: &str, proof: &Proof) -> RawAnswer {
        let request = self.stage.ask(token, &proof.sign());
        request.send(&self.stage.nobody).await
    }

    async fn sign_in(&self, assertion: &Proof, proof: &Proof) -> RawAnswer {
        let request = assertions::token_request(&assertion.sign());
        let request = request.header("dpop", proof.sign());
        request.send(&self.stage.nobody).await
    }
}
