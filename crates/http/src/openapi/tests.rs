use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::operation::{Callers, OPERATIONS};

fn described() -> Value {
    serde_json::from_str(&openapi_json()).expect("the description is JSON")
}

#[test]
fn the_checked_in_description_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/freigabe.json");
    let checked_in = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        checked_in == openapi_json(),
        "openapi/freigabe.json is not what this program offers; run: cargo run -- openapi --write openapi/freigabe.json"
    );
}

#[test]
fn the_table_and_the_registered_handlers_are_the_same() {
    let description = described();
    let mut published = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            published.insert((
                operation["operationId"].as_str().unwrap().to_owned(),
                method.to_uppercase(),
                path.clone(),
            ));
        }
    }
    let table: BTreeSet<_> = OPERATIONS
        .iter()
        .map(|o| (o.id.to_owned(), o.method.to_string(), o.published_path()))
        .collect();
    assert_eq!(published, table);
}

#[test]
fn every_operation_says_what_it_does_and_what_comes_back() {
    let description = described();
    let tags: BTreeSet<&str> = description["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    for item in description["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            for field in ["summary", "description"] {
                let text = operation[field].as_str().unwrap_or_default();
                assert!(!text.is_empty(), "{id} has no {field}");
            }
            let of_tags = operation["tags"].as_array().unwrap();
            assert!(
                of_tags
                    .iter()
                    .all(|tag| tags.contains(tag.as_str().unwrap())),
                "{id}"
            );
            let responses = operation["responses"].as_object().unwrap();
            assert!(
                responses.keys().any(|status| status.starts_with('2')),
                "{id}"
            );
            for (status, response) in responses {
                assert!(
                    !response["description"].as_str().unwrap().is_empty(),
                    "{id} {status}"
                );
            }
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(value: &Value, root: &Value) {
        match value {
            Value::Object(object) => {
                if let Some(target) = object.get("$ref").and_then(Value::as_str) {
                    let pointer = target.strip_prefix('#').expect(target);
                    assert!(root.pointer(pointer).is_some(), "{target} leads nowhere");
                }
                object.values().for_each(|value| walk(value, root));
            }
            Value::Array(array) => array.iter().for_each(|value| walk(value, root)),
            _ => {}
        }
    }
    let description = described();
    walk(&description, &description);
}

/// What an RFC says must be open: members that are not understood are ignored (RFC 7517 §4 and §5, RFC 7591 §2).
const OPEN: &[&str] = &["PublicJwk", "ClientKeys", "ClientMetadata"];

#[test]
fn every_object_of_a_request_is_closed() {
    fn walk(name: &str, root: &Value, seen: &mut BTreeSet<String>) {
        if !seen.insert(name.to_owned()) {
            return;
        }
        check(name, &root["components"]["schemas"][name], root, seen);
    }
    fn check(name: &str, schema: &Value, root: &Value, seen: &mut BTreeSet<String>) {
        if schema["type"] == "object" && !OPEN.contains(&name) {
            assert_eq!(schema["additionalProperties"], false, "{name} is open");
        }
        let Some(object) = schema.as_object() else {
            return;
        };
        for (key, value) in object {
            match (key.as_str(), value) {
                ("$ref", Value::String(target)) => {
                    walk(target.rsplit('/').next().unwrap(), root, seen);
                }
                ("properties", Value::Object(properties)) => {
                    properties.values().for_each(|p| check(name, p, root, seen));
                }
                ("items", value) => check(name, value, root, seen),
                ("oneOf", Value::Array(branches)) => {
                    branches
                        .iter()
                        .for_each(|branch| check(name, branch, root, seen));
                }
                _ => {}
            }
        }
    }
    let description = described();
    let mut seen = BTreeSet::new();
    for name in crate::json::REQUEST_SCHEMAS {
        walk(name, &description, &mut seen);
    }
    for known in ["Grant", "Grantor", "Assent", "Mediation", "Details", "Item"] {
        assert!(seen.contains(known), "{known} was not reached");
    }
}

#[test]
fn every_kind_of_problem_is_documented_with_an_example_that_is_one() {
    let description = described();
    let examples = description["components"]["examples"].as_object().unwrap();
    for kind in freigabe_contract::ProblemType::ALL {
        let example: freigabe_contract::Problem =
            serde_json::from_value(examples[kind.name()]["value"].clone()).unwrap();
        assert_eq!(example.kind(), Some(*kind));
        assert_eq!(example.status, kind.status());
    }
}

#[test]
fn the_description_says_how_long_a_key_is_remembered() {
    let parameter = &described()["components"]["parameters"]["IdempotencyKey"]["description"];
    let days = freigabe_domain::exchange::REQUESTS_ARE_REMEMBERED.whole_days();
    let said = parameter.as_str().unwrap();
    assert!(
        said.contains(&format!("remembered for {days} days")),
        "{said}"
    );
}

#[test]
fn the_header_for_users_is_needed_where_somebody_answers_for_what_is_done() {
    let description = described();
    let required = |id: &str| {
        let mut items = description["paths"].as_object().unwrap().values();
        let operation = items.find_map(|item| {
            let mut all = item.as_object().unwrap().values();
            all.find(|operation| operation["operationId"] == id)
        });
        let parameters = operation.unwrap()["parameters"].as_array().unwrap();
        let mut named = parameters.iter().filter_map(|parameter| {
            let place = parameter["$ref"].as_str()?.strip_prefix('#')?;
            description.pointer(place)
        });
        let user = named.find(|parameter| parameter["name"] == "Freigabe-User");
        user.map(|parameter| parameter["required"] == true)
    };
    let (mut needed, mut not) = (0, 0);
    for operation in OPERATIONS {
        let expected = match operation.callers {
            Callers::Public => continue,
            _ => operation.user,
        };
        assert_eq!(required(operation.id), Some(expected), "{}", operation.id);
        needed += u32::from(expected);
        not += u32::from(!expected);
    }
    assert!(needed > 2 && not > 20, "{needed} and {not}");
}

/// Whoever has every scope that there is can be described, whichever are added.
#[test]
fn lists_of_scopes_have_room_for_all_of_them() {
    let description = described();
    let mut lists = 0;
    let mut open = vec![&description["components"]["schemas"]];
    while let Some(value) = open.pop() {
        let item = value["items"]["$ref"].as_str();
        if item.is_some_and(|item| item.ends_with("/AccessScope")) {
            lists += 1;
            let room = value["maxItems"].as_u64().expect("a bound");
            let all = freigabe_contract::vocabulary::AccessScope::ALL.len();
            assert_eq!(usize::try_from(room).unwrap(), all, "{value}");
        }
        open.extend(
            value
                .as_object()
                .into_iter()
                .flat_map(|object| object.values()),
        );
        open.extend(value.as_array().into_iter().flatten());
    }
    assert!(lists > 4, "{lists} lists of scopes");
}
