//! Nothing about cooperation with prosecution can be stored, filtered or inferred (agreement, point 1; points 2 and 3): held against the
//! published description and the tables.

use std::collections::{BTreeMap, BTreeSet};

use freigabe_testkit::{TestApp, on_both_databases};
use serde_json::Value;

/// What points 2 and 3 are asked and told with.
const TAGS: [&str; 1] = ["involvements"];

/// Words, or parts of words, that a name or a code about a person's decision would have.
const FORBIDDEN: &[&str] = &[
    "accus",
    "anzeige",
    "aussage",
    "charge",
    "compl",
    "consent",
    "cooper",
    "einwillig",
    "evidence",
    "indict",
    "kooper",
    "mitwirk",
    "prosecut",
    "refus",
    "statement",
    "testi",
    "verweiger",
    "victim",
    "will",
    "withdraw",
    "witness",
    "zeug",
];

/// Texts of a request are of these forms, none of which holds a sentence. Codes, identifiers and times are told by the schema itself.
const FORMS: &[&str] = &["LanguageCode", "Postcode", "Reference"];

fn description() -> Value {
    serde_json::from_str(&freigabe_http::openapi_json()).expect("JSON")
}

fn operations(description: &Value) -> Vec<&Value> {
    let paths = description["paths"].as_object().unwrap().values();
    let all = paths.flat_map(|path| path.as_object().unwrap().values());
    all.filter(|operation| {
        let tags = operation["tags"].as_array();
        tags.is_some_and(|tags| tags.iter().any(|tag| TAGS.iter().any(|known| tag == known)))
    })
    .collect()
}

/// What is found on the way through schemas: names of fields with whatever else is known of them.
#[derive(Default)]
struct Found {
    /// Names of fields, and codes.
    words: BTreeSet<String>,
    /// Texts that are neither codes nor identifiers nor times, by the field that has them.
    texts: BTreeMap<String, BTreeSet<String>>,
    seen: BTreeSet<String>,
}

impl Found {
    fn walk(&mut self, schema: &Value, root: &Value, field: &str, form: &str) {
        if let Some(target) = schema["$ref"].as_str() {
            let name = target.rsplit('/').next().unwrap();
            // A form is met once for each field that has it, everything else once.
            let known = !FORMS.contains(&name) && !self.seen.insert(name.to_owned());
            if !known {
                let schema = root.pointer(target.strip_prefix('#').unwrap()).unwrap();
                self.walk(schema, root, field, name);
            }
            return;
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            self.words.insert(name.clone());
            self.walk(property, root, name, "");
        }
        for part in ["oneOf", "anyOf", "allOf"] {
            for branch in schema[part].as_array().into_iter().flatten() {
                self.walk(branch, root, field, form);
            }
        }
        if let Some(items) = schema.get("items") {
            self.walk(items, root, field, "");
        }
        match schema["enum"].as_array() {
            Some(codes) => {
                let codes = codes.iter().map(|code| code.as_str().unwrap().to_owned());
                self.words.extend(codes);
            }
            None if schema["type"] == "string" => {
                let told = matches!(schema["format"].as_str(), Some("uuid" | "date-time"));
                if !told {
                    let forms = self.texts.entry(field.to_owned()).or_default();
                    forms.insert(form.to_owned());
                }
            }
            None => {}
        }
    }
}

fn requests_and_answers(description: &Value) -> (Found, Found) {
    let (mut asked, mut told) = (Found::default(), Found::default());
    for operation in operations(description) {
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        if !body.is_null() {
            asked.walk(body, description, "", "");
        }
        let responses = operation["responses"].as_object().unwrap().iter();
        for (_, response) in responses.filter(|(status, _)| status.starts_with('2')) {
            let schema = &response["content"]["application/json"]["schema"];
            // What the directory says is anybody's, and has a guard of its own.
            if schema["$ref"] != "#/components/schemas/FoundServicePage" {
                told.walk(schema, description, "", "");
            }
        }
    }
    (asked, told)
}

#[test]
fn no_field_and_no_code_is_about_what_a_person_decides() {
    let description = description();
    assert_eq!(
        operations(&description).len(),
        14,
        "each operation of points 2 and 3 is looked at"
    );
    let (asked, told) = requests_and_answers(&description);
    for word in [
        "needed",
        "told_at",
        "capacity",
        "person_for_centre",
        "declined",
    ] {
        assert!(
            asked.words.contains(word) || told.words.contains(word),
            "{word} is looked at"
        );
    }
    for word in asked.words.iter().chain(&told.words) {
        let forbidden = FORBIDDEN.iter().find(|part| word.contains(**part));
        assert_eq!(forbidden, None, "{word}");
    }
}

#[test]
fn no_text_of_a_request_could_hold_a_sentence() {
    let (asked, _) = requests_and_answers(&description());
    let expected = [
        ("case_reference", "Reference"),
        ("language", "LanguageCode"),
        ("person_reference", "Reference"),
        ("postcode", "Postcode"),
    ];
    let expected: BTreeMap<_, _> = expected
        .map(|(field, form)| (field.to_owned(), BTreeSet::from([form.to_owned()])))
        .into();
    assert_eq!(asked.texts, expected);
}

#[test]
fn a_referral_has_no_text_at_all() {
    let description = description();
    let mut asked = Found::default();
    let schema = &description["components"]["schemas"]["NoteReferral"];
    asked.walk(schema, &description, "", "");
    let expected = BTreeMap::from([(
        "language".to_owned(),
        BTreeSet::from(["LanguageCode".to_owned()]),
    )]);
    assert_eq!(
        asked.texts, expected,
        "a language code of three letters at most"
    );
}

#[test]
fn nothing_can_be_filtered_by() {
    let description = description();
    for operation in operations(&description) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] == "query" {
                let name = parameter["name"].as_str().unwrap();
                assert!(matches!(name, "limit" | "cursor"), "{name}");
            }
        }
    }
}

on_both_databases! {
    async fn the_tables_have_these_columns_and_no_others(app: TestApp) {
        let expected = [
            ("referral_notices", "id office_id recorded_at told_at language medium leaflet_version centres"),
            (
                "involvements",
                "id office_id organisation_id case_id person suspicion_noted_at opened_at sealed_need state accepted_offer \
                 contact_mode meeting_at contact_agreed_at closed_at",
            ),
            (
                "involvement_offers",
                "id involvement_id office_id case_id centre_id organisation_id person_for_centre state reason offered_at \
                 remind_at answer_by reminded_at escalated_at answered_at",
            ),
        ];
        for (table, columns) in expected {
            let columns: BTreeSet<&str> = columns.split_whitespace().collect();
            let found = app.inspect().columns_of(table).await;
            assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), columns, "{table}");
        }
    }
}
