//! Good bodies, damaged at random: whatever comes of it, it is never a failure of the server.

use freigabe_contract::problem::PROBLEM_JSON;
use freigabe_testkit::{ExpectAnswer as _, on_both_databases};
use serde_json::{Map, Value, json};

use super::{Desk, Target};
use freigabe_testkit::random::Choices;

const ROUNDS: u64 = 300;

on_both_databases! {
    async fn no_damaged_body_makes_the_server_fail_or_leaves_anything_behind(desk: Desk) {
        let mut refused = 0;
        for seed in 0..ROUNDS {
            let mut choices = Choices::seeded(seed);
            let target = *choices.one_of(&Target::ALL);
            let body = damaged(desk.good(target), &mut choices);
            let (request, sender) = desk.request(target);
            let before = desk.rows().await;
            let answer = request.body(body.clone()).send(sender).await;
            let status = answer.status.as_u16();
            let said = || format!("seed {seed}, {target:?}, {}: {}", String::from_utf8_lossy(&body), answer.text());
            assert!(status < 500, "{}", said());
            if status >= 400 {
                refused += 1;
                assert_eq!(answer.header("content-type"), Some(PROBLEM_JSON), "{}", said());
                assert_eq!(desk.rows().await, before, "{}", said());
            }
        }
        assert!(refused > ROUNDS / 2, "only {refused} of {ROUNDS} damaged bodies were refused: they are hardly damaged");
    }
}

fn damaged(mut body: Value, choices: &mut Choices) -> Vec<u8> {
    for _ in 0..=choices.below(3) {
        let places = places(&body);
        let place = choices.one_of(&places).clone();
        mutate(
            body.pointer_mut(&place).expect("a place in the body"),
            choices,
        );
    }
    let mut bytes = serde_json::to_vec(&body).expect("JSON");
    // One in four is damaged as bytes as well.
    if choices.below(4) == 0 && !bytes.is_empty() {
        match choices.below(4) {
            0 => bytes.truncate(choices.below(bytes.len())),
            1 => {
                let index = choices.below(bytes.len());
                bytes[index] = choices.next().to_le_bytes()[0];
            }
            2 => {
                let index = choices.below(bytes.len());
                bytes.insert(index, choices.next().to_le_bytes()[0]);
            }
            _ => {
                let (from, length) = (choices.below(bytes.len()), choices.below(40));
                let copied: Vec<u8> = bytes.iter().skip(from).take(length).copied().collect();
                let to = choices.below(bytes.len());
                bytes.splice(to..to, copied);
            }
        }
    }
    bytes
}

/// Every place in a body, as JSON pointers.
fn places(body: &Value) -> Vec<String> {
    let below = |name: &str, value: &Value| {
        let step = name.replace('~', "~0").replace('/', "~1");
        places(value)
            .into_iter()
            .map(move |place| format!("/{step}{place}"))
            .collect::<Vec<_>>()
    };
    let mut all = vec![String::new()];
    match body {
        Value::Object(object) => {
            all.extend(object.iter().flat_map(|(name, value)| below(name, value)))
        }
        Value::Array(array) => {
            all.extend(
                array
                    .iter()
                    .enumerate()
                    .flat_map(|(index, value)| below(&index.to_string(), value)),
            );
        }
        _ => {}
    }
    all
}

fn mutate(value: &mut Value, choices: &mut Choices) {
    match (choices.below(6), &mut *value) {
        // Something is taken out, put in, or put in twice.
        (0, Value::Object(object)) if !object.is_empty() => {
            let names: Vec<String> = object.keys().cloned().collect();
            object.remove(choices.one_of(&names));
        }
        (1, Value::Object(object)) => {
            object.insert(strange_text(choices), strange_value(choices));
        }
        (0, Value::Array(array)) if !array.is_empty() => {
            array.remove(choices.below(array.len()));
        }
        (1, Value::Array(array)) => array.push(strange_value(choices)),
        (2, Value::Array(array)) if !array.is_empty() => {
            let item = choices.one_of(array).clone();
            array.extend(vec![item; choices.below(60)]);
        }
        // A text is changed a little.
        (0..=2, Value::String(text)) => {
            let mut characters: Vec<char> = text.chars().collect();
            characters.insert(
                choices.below(characters.len() + 1),
                *choices.one_of(&STRANGE),
            );
            *text = characters.into_iter().collect();
        }
        (3, Value::String(text)) => text.make_ascii_uppercase(),
        // Anything becomes something else.
        _ => *value = strange_value(choices),
    }
}

const STRANGE: [char; 16] = [
    ' ',
    '\n',
    '\0',
    '\'',
    '"',
    '\\',
    '%',
    '/',
    '~',
    '\u{7f}',
    'ä',
    '\u{202e}',
    '\u{fffd}',
    '\u{fffe}',
    '🕊',
    '\u{10ffff}',
];

fn strange_text(choices: &mut Choices) -> String {
    let length = *choices.one_of(&[0, 1, 3, 36, 64, 200, 4_001]);
    (0..length).map(|_| *choices.one_of(&STRANGE)).collect()
}

fn strange_value(choices: &mut Choices) -> Value {
    match choices.below(12) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(choices.next()),
        3 => json!(-1),
        4 => json!(0.1),
        5 => json!(f64::MAX),
        6 => json!(strange_text(choices)),
        7 => json!("1970-01-01T00:00:00Z"),
        8 => json!("9999-12-31T23:59:59.999999999Z"),
        9 => json!("00000000-0000-0000-0000-000000000000"),
        10 => Value::Array(vec![Value::Null; choices.below(300)]),
        _ => (0..choices.below(20)).fold(
            Value::Object(Map::new()),
            |inner, _| json!({ "type": inner }),
        ),
    }
}
