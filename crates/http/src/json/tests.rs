use freigabe_contract::{
    Fault, ProblemType, consent::RecordConsent, disclosure::DraftDisclosure, examples,
    vocabulary::NeverAccepted, withdrawal::AnswerWithdrawalNotice,
};
use serde_json::{Value, json};

use super::*;
use crate::openapi_json;

fn schemas() -> Schemas {
    Schemas::compile(&serde_json::from_str(&openapi_json()).unwrap()).unwrap()
}

fn pairs(faults: Vec<Fault>) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = faults
        .into_iter()
        .map(|fault| (fault.pointer.unwrap(), fault.detail))
        .collect();
    pairs.sort();
    pairs
}

#[track_caller]
fn malformed(text: &str) -> Vec<(String, String)> {
    pairs(parse(text.as_bytes()).expect_err("should not be read"))
}

#[track_caller]
fn refused<T: RequestBody>(body: &Value) -> (ProblemType, Vec<(String, String)>) {
    match interpret::<T>(&schemas(), body.to_string().as_bytes()) {
        Ok(_) => panic!("{body} should be refused"),
        Err(error) => {
            let kind = error.kind();
            let (ApiError::InvalidBody(faults) | ApiError::NeverAccepted(faults)) = error else {
                panic!("{error:?}");
            };
            (kind, pairs(faults))
        }
    }
}

fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match body.pointer_mut(parent).unwrap() {
        Value::Object(object) => {
            object.insert(name.to_owned(), value);
        }
        Value::Array(array) => array[name.parse::<usize>().unwrap()] = value,
        _ => panic!("{parent}"),
    }
    body
}

#[test]
fn strict_json_tells_every_fault_at_once() {
    assert_eq!(
        malformed(
            "{\"a\":1,\"a\":2,\"b\":[1e300,{\"c\":0,\"c\":0}],\"d\":\"\\u0000\",\"e/~\":\"\\r\"}"
        ),
        [
            ("/a", "stands twice in its object"),
            ("/b/0", "must be a number between -2^53 and 2^53"),
            ("/b/1/c", "stands twice in its object"),
            (
                "/d",
                "must not contain control characters other than tab and line feed"
            ),
            (
                "/e~1~0",
                "must not contain control characters other than tab and line feed"
            ),
        ]
        .map(|(pointer, detail)| (pointer.to_owned(), detail.to_owned()))
    );
}

#[test]
fn a_syntax_error_tells_where_reading_stopped_and_nothing_of_what_was_there() {
    let [(pointer, detail)] = &malformed("{\"terms\":{\"grants\":[1,Hafenstrasse]}}")[..] else {
        panic!("one fault");
    };
    assert_eq!(pointer, "/terms/grants/1");
    assert_eq!(detail, "is not JSON here: line 1, column 23");
}

#[test]
fn sixteen_levels_are_read_and_not_one_more() {
    let nested = |levels| ["[".repeat(levels), "]".repeat(levels)].concat();
    assert!(parse(nested(16).as_bytes()).is_ok());
    let faults = malformed(&nested(17));
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].0, "/0".repeat(16));
    assert_eq!(malformed(&nested(100_000)).len(), 1);
    assert_eq!(malformed(&"{\"a\":".repeat(100_000)).len(), 1);
}

#[test]
fn numbers_are_exact() {
    for (text, value) in [
        ("1.0", json!(1)),
        ("-0", json!(0)),
        ("1e2", json!(100)),
        ("0.5", json!(0.5)),
    ] {
        assert_eq!(parse(text.as_bytes()).unwrap(), value, "{text}");
    }
    assert!(parse(b"9007199254740992").is_ok());
    for text in [
        "9007199254740993",
        "-9007199254740993",
        "1e16",
        "18446744073709551616",
        "1e999",
    ] {
        assert_eq!(malformed(text).len(), 1, "{text}");
    }
}

#[test]
fn the_examples_pass() {
    let schemas = schemas();
    let bytes = |value: Value| value.to_string().into_bytes();
    interpret::<RecordConsent>(&schemas, &bytes(examples::record_consent())).unwrap();
    interpret::<RecordConsent>(&schemas, &bytes(examples::record_refusal())).unwrap();
    interpret::<freigabe_contract::consent::ReviseConsent>(
        &schemas,
        &bytes(examples::revise_consent()),
    )
    .unwrap();
    interpret::<DraftDisclosure>(&schemas, &bytes(examples::draft_disclosure())).unwrap();
    interpret::<AnswerWithdrawalNotice>(&schemas, &bytes(examples::answer_withdrawal_notice()))
        .unwrap();
}

#[test]
fn schema_faults_have_the_pointer_of_the_real_fault() {
    let good = examples::record_consent;
    for (pointer, value, expected, detail) in [
        (
            "/decision",
            json!("maybe"),
            "/decision",
            "must be one of: given, refused, not_asked",
        ),
        (
            "/cooperates",
            json!(true),
            "/cooperates",
            "is not a known field",
        ),
        ("/terms", json!({}), "/terms", "lacks the field `capacity`"),
        (
            "/case_reference",
            json!("Maria Muster"),
            "/case_reference",
            "must be 1 to 64 characters from A-Z a-z 0-9 . _ / - and start with a letter or digit",
        ),
        (
            "/case_reference",
            json!(null),
            "/case_reference",
            "must be a string",
        ),
        ("/terms/fee", json!(1), "/terms/fee", "is not a known field"),
        (
            "/terms/valid_until",
            json!("2027-02-29T00:00:00Z"),
            "/terms/valid_until",
            "must be a date and time in RFC 3339 form, between the years 1970 and 9999",
        ),
        (
            "/terms/grantor",
            json!({ "type": "police" }),
            "/terms/grantor/type",
            "must be one of: person, representative",
        ),
        (
            "/terms/grantor",
            json!({}),
            "/terms/grantor",
            "lacks the field `type`",
        ),
        (
            "/terms/grantor",
            json!("person"),
            "/terms/grantor",
            "must be an object",
        ),
        (
            "/terms/grantor",
            json!({ "type": "person", "x": 1 }),
            "/terms/grantor/x",
            "is not a known field",
        ),
        (
            "/terms/grantor",
            json!({
                "type": "representative", "basis": "guardianship", "representative": "V-1",
                "suspected": "no", "assent": { "type": "refused" }
            }),
            "/terms/grantor/suspected",
            "must be a boolean",
        ),
        (
            "/terms/grantor",
            json!({
                "type": "representative", "basis": "guardianship", "representative": "V-1",
                "suspected": false, "assent": { "type": "given", "at": "now" }
            }),
            "/terms/grantor/assent/at",
            "must be a date and time in RFC 3339 form, between the years 1970 and 9999",
        ),
        (
            "/terms/grants/0/recipients",
            json!(["bpolp", "bpolp"]),
            "/terms/grants/0/recipients",
            "must not hold the same item twice",
        ),
        (
            "/terms/grants",
            json!([]),
            "/terms/grants",
            "must hold at least 1 items",
        ),
        (
            "/terms/exclusions",
            json!([{}]),
            "/terms/exclusions/0",
            "must have at least 1 fields",
        ),
        (
            "/terms/retention/basis",
            json!(" \n"),
            "/terms/retention/basis",
            "must not be blank and must not contain control characters other than tab and line feed",
        ),
        (
            "/terms/retention/basis",
            json!("x".repeat(201)),
            "/terms/retention/basis",
            "must not be longer than 200 characters",
        ),
    ] {
        let (kind, faults) = refused::<RecordConsent>(&with(good(), pointer, value.clone()));
        assert_eq!(kind, ProblemType::InvalidBody);
        assert!(
            faults.contains(&(expected.to_owned(), detail.to_owned())),
            "{pointer} = {value}: {faults:?}"
        );
    }
}

#[test]
fn an_offset_that_leads_out_of_the_calendar_is_a_fault_and_no_panic() {
    for out in [
        "9999-12-31T23:59:59-01:00",
        "0000-01-01T00:00:00+01:00",
        "1969-12-31T23:59:59Z",
    ] {
        let (_, faults) = refused::<RecordConsent>(&with(
            examples::record_consent(),
            "/terms/valid_until",
            json!(out),
        ));
        assert_eq!(faults.len(), 1, "{out}");
        assert_eq!(faults[0].0, "/terms/valid_until");
    }
}

#[test]
fn all_schema_faults_are_told_at_once_and_no_value_comes_back() {
    let mut body = with(
        examples::record_consent(),
        "/decision",
        json!("Kanarienvogel"),
    );
    body = with(body, "/terms/grants/0/handling", json!("Kanarienvogel"));
    body = with(body, "/terms/valid_until", json!("Kanarienvogel"));
    let (_, faults) = refused::<RecordConsent>(&body);
    let pointers: Vec<&str> = faults.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/decision",
            "/terms/grants/0/handling",
            "/terms/valid_until"
        ]
    );
    assert!(!format!("{faults:?}").contains("Kanarienvogel"));
}

#[test]
fn a_name_that_is_too_long_is_not_repeated() {
    let body = with(
        examples::record_consent(),
        &format!("/{}", "x".repeat(129)),
        json!(1),
    );
    let (_, faults) = refused::<RecordConsent>(&body);
    assert_eq!(faults, [(String::new(), "is not a known field".to_owned())]);
}

#[test]
fn a_pointer_ends_where_a_name_is_left_out() {
    let long = "n".repeat(129);
    let text = format!("{{\"a\":{{\"{long}\":{{\"b\":[0,{{\"c\":1e30}}]}},\"d\":1e30}}}}");
    let number = "must be a number between -2^53 and 2^53";
    let told = malformed(&text);
    assert_eq!(
        told,
        [("/a", number), ("/a/d", number)].map(|(at, what)| (at.to_owned(), what.to_owned()))
    );
}

#[test]
fn what_is_never_accepted_is_told_with_the_reason() {
    for never in NeverAccepted::ALL {
        let body = with(
            examples::draft_disclosure(),
            "/items/0/category",
            json!(never.code()),
        );
        let (kind, faults) = refused::<DraftDisclosure>(&body);
        assert_eq!(kind, ProblemType::NeverAccepted, "{never}");
        assert_eq!(faults[0].0, "/items/0/category");
        assert!(faults[0].1.contains("never accepted"), "{}", faults[0].1);
        let body = with(
            examples::record_consent(),
            "/terms/grants/0/categories/0",
            json!(never.code()),
        );
        assert_eq!(
            refused::<RecordConsent>(&body).0,
            ProblemType::NeverAccepted
        );
        // Elsewhere it is a word like any other.
        let body = with(
            examples::draft_disclosure(),
            "/purpose",
            json!(never.code()),
        );
        assert_eq!(
            refused::<DraftDisclosure>(&body).0,
            ProblemType::InvalidBody
        );
    }
}

#[test]
fn details_are_judged_by_the_branch_that_they_name() {
    for (details, expected) in [
        (json!({ "type": "phone" }), "/items/0/details"),
        (
            json!({ "type": "phone", "number": "" }),
            "/items/0/details/number",
        ),
        (
            json!({ "type": "phone", "number": "1", "owner": "x" }),
            "/items/0/details/owner",
        ),
        (
            json!({ "type": "place", "role": "home", "description": "x" }),
            "/items/0/details/role",
        ),
        (
            json!({ "type": "vehicle", "country": "Germany" }),
            "/items/0/details/country",
        ),
        (json!({ "type": "submarine" }), "/items/0/details/type"),
        (json!({ "type": 7 }), "/items/0/details/type"),
        (json!([]), "/items/0/details"),
        (json!(null), "/items/0/details"),
    ] {
        let body = with(
            examples::draft_disclosure(),
            "/items/0/details",
            details.clone(),
        );
        let (_, faults) = refused::<DraftDisclosure>(&body);
        assert!(
            faults.iter().all(|(pointer, _)| pointer == expected),
            "{details}: {faults:?}"
        );
    }
}

#[test]
fn only_plain_json_is_json() {
    for accepted in [
        "application/json",
        "Application/JSON; charset=UTF-8",
        "application/json;",
    ] {
        assert!(is_json(accepted), "{accepted}");
    }
    for refused in [
        "",
        "text/json",
        "application/jsonp",
        "application/problem+json",
        "application/json; charset=utf-16",
        "application/json, text/plain",
    ] {
        assert!(!is_json(refused), "{refused}");
    }
}
