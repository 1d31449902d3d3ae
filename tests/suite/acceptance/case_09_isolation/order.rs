//! Who may not call learns nothing about what it sent, and is written down, however malformed the rest of its request is: the
//! caller is judged before anything else is read.

use std::collections::BTreeSet;

use freigabe_domain::access::Role;
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp,
    network::{AUDITOR, CENTRE_A, CENTRE_B, COORDINATION, KB_HAMBURG, OPERATOR},
    on_both_databases,
};
use serde_json::json;

use super::{
    description::{Described, operations},
    matrix::denied,
};

/// A request that is malformed wherever it can be: no such identifier, a parameter that nobody knows, no header that is
/// needed, half a body.
fn malformed(operation: &Described) -> Raw {
    let mut path = operation.path.clone();
    for parameter in operation.in_path() {
        path = path.replace(&format!("{{{parameter}}}"), "no-identifier!");
    }
    let request = Raw::new(operation.method.clone(), format!("{path}?unknown=1"));
    if operation.has_body {
        request.body("{")
    } else {
        request
    }
}

fn with_a_token() -> Vec<Described> {
    let mut all = operations();
    all.retain(|operation| !operation.is_public());
    all
}

fn of_role(role: Role) -> &'static str {
    match role {
        Role::Centre => CENTRE_A,
        Role::Office => KB_HAMBURG,
        Role::Coordination => COORDINATION,
        Role::Auditor => AUDITOR,
        Role::Operator => OPERATOR,
    }
}

on_both_databases! {
    async fn who_may_never_do_this_is_told_so_whatever_was_sent(app: TestApp) {
        let mut expected = BTreeSet::new();
        for operation in with_a_token() {
            for role in Role::ALL.iter().copied() {
                if operation.callers.iter().any(|caller| caller == role.code()) {
                    continue;
                }
                let client = of_role(role);
                let answer = malformed(&operation).send(&app.client(client)).await;
                assert_eq!(answer.status.as_u16(), 403, "{} by {role}: {}", operation.id, answer.text());
                expected.insert((operation.id.clone(), client.to_owned(), "wrong_role".to_owned()));
            }
        }
        assert!(expected.len() > 100, "only {}", expected.len());
        assert_eq!(denied(&app).await, expected, "every denial is in the log, with who tried what");
    }

    async fn who_lacks_the_scope_is_told_so_whatever_was_sent(app: TestApp) {
        let client = app.client(CENTRE_A);
        let genuine = client.access_token().await.unwrap().token;
        let narrow = app.token_forge().changed(&genuine, |claims| {
            claims.insert("scope".to_owned(), json!("audit:read"));
        });
        for operation in with_a_token() {
            if operation.callers.iter().any(|caller| caller == "centre") {
                let answer = malformed(&operation).token(&narrow).send(&client).await;
                let challenge = answer.header("www-authenticate").unwrap_or_default().to_owned();
                assert_eq!(answer.status.as_u16(), 403, "{}: {}", operation.id, answer.text());
                assert!(challenge.contains("insufficient_scope"), "{}: {challenge}", operation.id);
            }
        }
    }

    async fn who_was_suspended_is_told_so_whatever_was_sent(app: TestApp) {
        let client = app.client(CENTRE_B);
        let genuine = client.access_token().await.unwrap().token;
        app.operator().suspend_client(&CENTRE_B.into()).await.unwrap();
        for operation in with_a_token() {
            if operation.callers.iter().any(|caller| caller == "centre") {
                let answer = malformed(&operation).token(&genuine).send(&client).await;
                assert_eq!(answer.status.as_u16(), 401, "{}: {}", operation.id, answer.text());
            }
        }
    }
}
