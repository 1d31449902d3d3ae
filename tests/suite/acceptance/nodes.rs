//! Two nodes on one PostgreSQL database: nothing is remembered where the other can't see it.

use freigabe_client::RawAnswer;
use freigabe_contract::ProblemType;
use freigabe_testkit::{
    Backend, ExpectAnswer as _, ExpectRefusal as _, Node, Raw, TestApp, a_consent, a_draft,
    machine::machine_time,
    network::{CENTRE_A, KB_HAMBURG},
    on_both,
    proof::proof,
    tokens::assertion,
};
use serde_json::json;

use crate::support::{collected, inbox_of, recorded, released};

#[test]
fn a_client_assertion_is_used_once_on_all_nodes_together() {
    on_both::run(async {
        let (app, second) = two_nodes().await;
        // Used assertions are forgotten by the database's clock.
        app.use_machine_time();
        let first_used_here = assertion_of_centre_a(&app, "used-here-first");
        let _ = present(&app, &first_used_here).await.expect_status(200);
        for node in [&second, &*app] {
            let refused = present(node, &first_used_here).await.expect_status(401);
            assert_eq!(refused.json()["error"], "invalid_client");
        }
        let first_used_there = assertion_of_centre_a(&app, "used-there-first");
        let _ = present(&second, &first_used_there).await.expect_status(200);
        let _ = present(&app, &first_used_there).await.expect_status(401);
    });
}

#[test]
fn an_assertion_that_is_presented_to_both_nodes_at_once_is_accepted_by_one() {
    on_both::run(async {
        let (app, second) = two_nodes().await;
        app.use_machine_time();
        for number in 0..10 {
            let token = assertion_of_centre_a(&app, &format!("at-once-{number}"));
            let (here, there) = tokio::join!(present(&app, &token), present(&second, &token));
            let mut statuses = [here.status.as_u16(), there.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 401], "{} / {}", here.text(), there.text());
        }
    });
}

#[test]
fn a_token_of_one_node_is_good_on_the_other() {
    on_both::run(async {
        let (app, second) = two_nodes().await;
        let token = app.centre_a().access_token().await.unwrap().token;
        let _ = Raw::get("/v1/consents")
            .token(&token)
            .send(&second.centre_a())
            .await
            .expect_status(200);
    });
}

#[test]
fn a_withdrawal_on_one_node_stops_collection_on_the_other_at_once() {
    on_both::run(async {
        let (app, second) = two_nodes().await;
        let (centre, office) = (app.centre_a(), second.office(KB_HAMBURG));
        for _ in 0..10 {
            let consent = recorded(&centre, a_consent()).await;
            let waiting = released(&centre, a_draft(consent.record_id)).await;
            let fetched = released(&centre, a_draft(consent.record_id)).await;
            assert_eq!(
                inbox_of(&office).await,
                [waiting.id, fetched.id],
                "what one node holds the other lists"
            );
            collected(&office, fetched.id).await;

            centre.withdraw_consent(consent.record_id).await.unwrap();
            for gone in [waiting.id, fetched.id] {
                let _ = office
                    .collect_disclosure(gone, None)
                    .await
                    .expect_problem(ProblemType::NotFound);
            }
            assert!(inbox_of(&office).await.is_empty());
        }
    });
}

#[test]
fn a_key_that_one_node_saw_is_known_to_the_other() {
    on_both::run(async {
        let (app, second) = two_nodes().await;
        let consent = a_consent().record();
        let here = app
            .centre_a()
            .record_consent(&consent, Some("for-both-nodes"))
            .await
            .unwrap();
        let there = second
            .centre_a()
            .record_consent(&consent, Some("for-both-nodes"))
            .await
            .unwrap();
        assert_eq!(here.record_id, there.record_id);
        let reused = second
            .centre_a()
            .record_consent(&a_consent().record(), Some("for-both-nodes"))
            .await;
        let _ = reused.expect_problem(ProblemType::IdempotencyKeyReused);
    });
}

#[test]
fn a_cursor_of_one_node_leads_on_at_the_other() {
    on_both::run(async {
        let (app, second) = two_nodes().await;
        for _ in 0..3 {
            recorded(&app.centre_a(), a_consent()).await;
        }
        let page = Raw::get("/v1/consents?limit=2")
            .send(&app.centre_a())
            .await
            .expect_status(200)
            .json();
        let path = format!(
            "/v1/consents?limit=2&cursor={}",
            page["next"].as_str().unwrap()
        );
        let rest = Raw::get(path)
            .send(&second.centre_a())
            .await
            .expect_status(200)
            .json();
        assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    });
}

async fn two_nodes() -> (TestApp, Node) {
    let app = TestApp::start(Backend::Postgres).await;
    let second = app.start_second_node().await;
    (app, second)
}

fn assertion_of_centre_a(app: &TestApp, jti: &str) -> String {
    let now = machine_time().unix_timestamp();
    let claims = json!({
        "iss": CENTRE_A,
        "sub": CENTRE_A,
        "aud": app.issuer(),
        "iat": now,
        "exp": now + 60,
        "jti": jti,
    });
    assertion(&app.network().participant(CENTRE_A).key, &claims)
}

async fn present(node: &Node, assertion: &str) -> RawAnswer {
    let form = format!(
        "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion={assertion}"
    );
    let proof = proof(
        &node.network().participant(CENTRE_A).key,
        "POST",
        &format!("{}/oauth2/token", node.issuer()),
    );
    let request = Raw::post("/oauth2/token")
        .body(form)
        .header("content-type", "application/x-www-form-urlencoded");
    let anonymous = node.anonymous();
    let asked = request
        .clone()
        .header("dpop", proof.sign())
        .send(&anonymous)
        .await
        .expect_status(400);
    assert_eq!(asked.json()["error"], "use_dpop_nonce");
    let nonce = asked.header("dpop-nonce").expect("a nonce").to_owned();
    let proven = request.header("dpop", proof.nonce(&nonce).sign());
    proven.send(&anonymous).await
}
