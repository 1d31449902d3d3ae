//! The matrix: operation × role × {own, another's, missing} × {no token, each fault of a token, a scope too few, a good
//! token}. Operations, roles and scopes are those of the published description; what is expected follows from them.

use std::collections::{BTreeMap, BTreeSet};

use freigabe_client::{Client, RawAnswer};
use freigabe_contract::vocabulary::Operation;
use freigabe_domain::access::{AccessScope, AccessScopes, Role};
use freigabe_testkit::{
    ExpectAnswer as _, TestApp,
    machine::machine_time,
    network::{AUDITOR, CENTRE_A, CENTRE_B, COORDINATION, HAMBURG, KB_HAMBURG, OPERATOR},
    on_both_databases,
    tokens::{signed_by_another_key, unsigned},
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    description::{Described, operations},
    things::{Objects, Things, belongs_to_somebody, is_about_something, opened_by_office, request},
};
use crate::support::{
    compare::assert_indistinguishable,
    described::Published,
    trail::{text, trail_of},
};

/// Everybody may call these without a token of this server. The list only gets shorter: a new operation that is to stand
/// here needs a decision record that names it.
const PUBLIC: &[&str] = &[
    "findPlaces",
    "getCounsellingCentre",
    "getFormerLogCheckpoint",
    "getFormerLogEntries",
    "getFormerLogTile",
    "getJwks",
    "getLeaflet",
    "getLiveness",
    "getLogCheckpoint",
    "getLogEntries",
    "getLogTile",
    "getOpenApi",
    "getProblemType",
    "getReadiness",
    "getServerMetadata",
    "issueToken",
    "listLeaflets",
    "listProblemTypes",
    "registerClient",
    "searchCounsellingCentres",
];

/// Requests that are under way at once.
const AT_ONCE: usize = 8;

/// What an operation is about, as seen from the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    /// Its own; or the operation is about nothing in particular.
    Own,
    Anothers,
    Missing,
}

/// What the caller shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    Nothing,
    /// A token with this fault.
    Faulty(&'static str),
    /// A good token, but without the operation's scope.
    WithoutScope,
    Good,
}

/// What has to come.
#[derive(Debug, PartialEq, Eq)]
enum Expected {
    /// Refused with this status, and this challenge if any.
    Refused(u16, Option<String>),
    Success,
}

/// One field of the matrix.
#[derive(Debug, Clone)]
struct Field {
    operation: Described,
    role: Role,
    about: About,
    shown: Shown,
}

impl Field {
    fn name(&self) -> String {
        format!(
            "{} by {} about {:?} with {:?}",
            self.operation.id, self.role, self.about, self.shown
        )
    }

    fn may(&self) -> bool {
        self.operation
            .callers
            .iter()
            .any(|role| role == self.role.code())
    }

    fn expected(&self) -> Expected {
        let algorithms = "algs=\"EdDSA Ed25519 ES256 PS256\"";
        let refused = |status, challenge: Option<String>| Expected::Refused(status, challenge);
        match (self.shown, self.about) {
            (Shown::Nothing, _) => refused(401, Some(format!("DPoP {algorithms}"))),
            (Shown::Faulty(_), _) => refused(
                401,
                Some(format!("DPoP error=\"invalid_token\", {algorithms}")),
            ),
            _ if !self.may() => refused(403, None),
            (Shown::WithoutScope, _) => {
                let scope = self.operation.scope.as_deref().expect("a scope");
                let error = "insufficient_scope";
                refused(
                    403,
                    Some(format!(
                        "DPoP error=\"{error}\", scope=\"{scope}\", {algorithms}"
                    )),
                )
            }
            (Shown::Good, About::Anothers | About::Missing) => refused(404, None),
            (Shown::Good, About::Own) => Expected::Success,
        }
    }

    /// What the log says about it, if the caller was known.
    fn denial(&self) -> Option<&'static str> {
        match self.expected() {
            Expected::Refused(403, None) => Some("wrong_role"),
            Expected::Refused(403, Some(_)) => Some("insufficient_scope"),
            Expected::Refused(404, _) => Some("not_found_or_not_yours"),
            _ => None,
        }
    }

    /// Who asks: what is another's belongs to the first of the two.
    fn caller(&self) -> &'static str {
        match (self.role, self.about) {
            (Role::Centre, About::Anothers) => CENTRE_B,
            (Role::Office, About::Anothers) => HAMBURG,
            (Role::Centre, _) => CENTRE_A,
            (Role::Office, _) => KB_HAMBURG,
            (Role::Coordination, _) => COORDINATION,
            (Role::Auditor, _) => AUDITOR,
            (Role::Operator, _) => OPERATOR,
        }
    }
}

/// Every field of these operations.
fn fields(shown: &[Shown]) -> Vec<Field> {
    let mut fields = Vec::new();
    for operation in operations()
        .into_iter()
        .filter(|operation| !operation.is_public())
    {
        for role in Role::ALL.iter().copied() {
            for about in abouts(&operation, role) {
                for shown in shown {
                    fields.push(Field {
                        operation: operation.clone(),
                        role,
                        about,
                        shown: *shown,
                    });
                }
            }
        }
    }
    fields
}

/// Only centres and offices have something that is nobody else's.
fn abouts(operation: &Described, role: Role) -> Vec<About> {
    let has_others = matches!(role, Role::Centre | Role::Office) && belongs_to_somebody(operation);
    match (is_about_something(operation), has_others) {
        (true, true) => vec![About::Own, About::Anothers, About::Missing],
        (true, false) => vec![About::Own, About::Missing],
        (false, _) => vec![About::Own],
    }
}

#[test]
fn exactly_these_operations_need_no_token_and_a_decision_says_why() {
    let published: BTreeSet<String> = operations()
        .into_iter()
        .filter(Described::is_public)
        .map(|operation| {
            assert!(
                operation.callers.is_empty(),
                "{}: no role, no scope",
                operation.id
            );
            operation.id
        })
        .collect();
    assert_eq!(
        published,
        PUBLIC.iter().map(|id| (*id).to_owned()).collect()
    );
    let decisions = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/decisions");
    let texts: Vec<String> = std::fs::read_dir(decisions)
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    for id in PUBLIC {
        let named = format!("`{id}`");
        assert!(
            texts.iter().any(|text| text.contains(&named)),
            "no decision names {id}"
        );
    }
}

#[test]
fn every_operation_with_a_token_names_its_roles_and_a_scope_that_they_can_have() {
    for operation in operations()
        .iter()
        .filter(|operation| !operation.is_public())
    {
        let code = operation.scope.as_deref().expect("a scope");
        let scope =
            AccessScope::from_code(code).unwrap_or_else(|_| panic!("{}: {code}", operation.id));
        assert!(
            !operation.callers.is_empty(),
            "{}: nobody may",
            operation.id
        );
        for role in &operation.callers {
            let role = Role::from_code(role).expect("a role");
            assert!(
                scope.fits(role),
                "{}: {role} can't have {scope}",
                operation.id
            );
        }
    }
}

on_both_databases! {
    async fn every_refusal_is_the_expected_one_and_tells_nothing(app: TestApp) {
        let things = Things::prepare(&app).await;
        let before = app.inspect().rows().await;
        let mut shown = vec![Shown::Nothing, Shown::WithoutScope, Shown::Good];
        shown.extend(FAULTS.iter().map(|fault| Shown::Faulty(fault)));
        let fields: Vec<Field> =
            fields(&shown).into_iter().filter(|field| field.expected() != Expected::Success).collect();
        let all = fields.len();
        let denials: BTreeSet<_> = fields
            .iter()
            .filter_map(|field| Some((field.operation.id.clone(), field.caller().to_owned(), field.denial()?.to_owned())))
            .collect();
        let answers = answers(&app, &things.objects, fields).await;

        let mut faults = Vec::new();
        // What differs only in what it is about must not differ in its answer.
        let mut alike: BTreeMap<(String, String, Shown), RawAnswer> = BTreeMap::new();
        for (field, answer) in answers {
            let Expected::Refused(status, challenge) = field.expected() else { unreachable!() };
            let told = answer.header("www-authenticate");
            if answer.status.as_u16() != status || told != challenge.as_deref() {
                faults.push(format!("{}: {} {told:?} {}", field.name(), answer.status, answer.text()));
                continue;
            }
            let key = (field.operation.id.clone(), field.role.code().to_owned(), field.shown);
            match alike.get(&key) {
                Some(other) => assert_indistinguishable(&field.name(), &answer, other),
                None => drop(alike.insert(key, answer)),
            }
        }
        assert!(faults.is_empty(), "{} of {all}:\n{}", faults.len(), faults.join("\n"));
        assert_eq!(app.inspect().rows().await, before, "nothing is written");
        things.are_untouched(&app).await;
        assert_eq!(denied(&app).await, denials, "every denial is in the log, with who tried what");
        println!("{all} requests were refused");
    }

    async fn everybody_who_may_gets_an_answer(app: TestApp) {
        // Without this, a server that refuses everything would pass the test above.
        let mut granted = 0;
        let published = Published::read();
        for field in fields(&[Shown::Good]) {
            if field.expected() != Expected::Success {
                continue;
            }
            let things = Things::prepare(&app).await;
            let caller = app.client(field.caller());
            if field.operation.id == "acknowledgeDisclosure" {
                things.are_collected(&app).await;
            }
            match field.operation.id.as_str() {
                "agreeContact" => things.are_accepted(&app).await,
                "acknowledgeContactDetails" => things.are_fetched(&app).await,
                "confirmContactErasure" => things.are_taken_back(&app).await,
                "acknowledgeSecurityNotice" => things.are_read(&app).await,
                _ => {}
            }
            if field.operation.id == "getAuditEventProof" {
                app.publish_log().await;
            }
            let mut request = request(&field.operation, &things.objects);
            if (field.operation.id.as_str(), field.role) == ("openContactPair", Role::Office) {
                request = request.json(&opened_by_office(&things.objects));
            }
            let answer = request.send(&caller).await;
            assert!(answer.status.as_u16() < 400, "{}: {}", field.name(), answer.text());
            published.describes(&field.operation.id, &answer);
            granted += 1;
        }
        println!("{granted} requests were granted");
    }
}

/// Asks for all fields, several at once.
async fn answers(app: &TestApp, own: &Objects, fields: Vec<Field>) -> Vec<(Field, RawAnswer)> {
    let missing = Objects::missing();
    let anonymous = app.anonymous();
    let mut genuine: BTreeMap<&str, String> = BTreeMap::new();
    for name in [
        CENTRE_A,
        CENTRE_B,
        KB_HAMBURG,
        HAMBURG,
        COORDINATION,
        AUDITOR,
        OPERATOR,
    ] {
        genuine.insert(name, app.client(name).access_token().await.unwrap().token);
    }
    let mut running: JoinSet<(Field, RawAnswer)> = JoinSet::new();
    let mut answers = Vec::new();
    for field in fields {
        if running.len() >= AT_ONCE
            && let Some(answer) = running.join_next().await
        {
            answers.push(answer.expect("an answer"));
        }
        let about = if field.about == About::Missing {
            &missing
        } else {
            own
        };
        let request = request(&field.operation, about);
        let genuine = &genuine[field.caller()];
        let (request, client): (_, Client) = match field.shown {
            Shown::Nothing => (request, anonymous.clone()),
            Shown::Good => (request, app.client(field.caller())),
            Shown::WithoutScope => (
                request.token(&without_scope(app, genuine, &field)),
                app.client(field.caller()),
            ),
            Shown::Faulty(fault) => (
                request.token(&faulty(app, genuine, fault)),
                app.client(field.caller()),
            ),
        };
        running.spawn(async move {
            let answer = request.send(&client).await;
            (field, answer)
        });
    }
    while let Some(answer) = running.join_next().await {
        answers.push(answer.expect("an answer"));
    }
    answers
}

/// The token with every scope of the role but the operation's; with one of another role if there is no other.
fn without_scope(app: &TestApp, genuine: &str, field: &Field) -> String {
    let needed = field.operation.scope.as_deref().expect("a scope");
    let of_role = AccessScopes::of_role(field.role);
    let others: AccessScopes = of_role
        .iter()
        .filter(|scope| scope.code() != needed)
        .collect();
    let scope = if others.is_empty() {
        "audit:read".to_owned()
    } else {
        others.to_string()
    };
    app.token_forge().changed(genuine, |claims| {
        claims.insert("scope".to_owned(), json!(scope));
    })
}

/// What is wrong with a token.
const FAULTS: &[&str] = &[
    "another audience",
    "the issuer as audience",
    "no audience",
    "an expired token",
    "an end in words",
    "no end",
    "a token from the future",
    "another issuer",
    "no identifier",
    "no scope",
    "an unknown scope",
    "an unknown role",
    "another role",
    "another organisation",
    "bound to another key",
    "the type of an assertion",
    "another key's signature",
    "no signature",
    "a cut signature",
    "half a token",
];

/// A token that is not good enough, made of a genuine one.
fn faulty(app: &TestApp, genuine: &str, fault: &str) -> String {
    let forge = app.token_forge();
    let now = machine_time().unix_timestamp();
    let with = |name: &str, value: Value| {
        forge.changed(genuine, |claims| {
            claims.insert(name.to_owned(), value);
        })
    };
    let lacking = |name: &str| {
        forge.changed(genuine, |claims| {
            claims.remove(name);
        })
    };
    match fault {
        "another audience" => with("aud", json!("https://elsewhere.example/v1")),
        "the issuer as audience" => with("aud", json!(app.issuer())),
        "no audience" => lacking("aud"),
        "an expired token" => with("exp", json!(now - 1)),
        "an end in words" => with("exp", json!((now + 300).to_string())),
        "no end" => lacking("exp"),
        "a token from the future" => with("iat", json!(now + 61)),
        "another issuer" => with("iss", json!("https://elsewhere.example")),
        "no identifier" => lacking("jti"),
        "no scope" => lacking("scope"),
        "an unknown scope" => with("scope", json!("everything")),
        "an unknown role" => with("role", json!("superuser")),
        // Well signed, and not what the register says.
        "another role" => forge.changed(genuine, |claims| {
            let other = if claims["role"] == "auditor" {
                "coordination"
            } else {
                "auditor"
            };
            claims.insert("role".to_owned(), json!(other));
            claims.remove("office");
        }),
        "another organisation" => with("org", json!("019a6b2e-7c40-7e11-9d3f-5a2b8c4d6e01")),
        "bound to another key" => with(
            "cnf",
            json!({ "x5t#S256": "Q6Fnb7MLXbd5e5y7b1yc4IUCfcQjBTif5JuoloROJ0I" }),
        ),
        "the type of an assertion" => {
            forge.with_header(genuine, |header| header.typ = Some("JWT".to_owned()))
        }
        "another key's signature" => signed_by_another_key(genuine),
        "no signature" => unsigned(genuine),
        "a cut signature" => genuine[..genuine.len() - 4].to_owned(),
        "half a token" => genuine.split('.').next().expect("a part").to_owned(),
        other => panic!("nobody knows how to make {other}"),
    }
}

/// Every denied access of somebody who was known: what, who, why.
pub(super) async fn denied(app: &TestApp) -> BTreeSet<(String, String, String)> {
    let log = trail_of(&app.auditor(), Operation::AccessDenied).await;
    log.iter()
        .filter(|event| event.event.contains_key("actor"))
        .map(|event| {
            (
                text(event, "/attempted"),
                text(event, "/actor/client"),
                text(event, "/denial"),
            )
        })
        .collect()
}
