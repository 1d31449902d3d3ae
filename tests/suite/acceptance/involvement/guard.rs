//! Nothing about cooperation with prosecution can be stored, filtered or inferred (agreement, point 1; points 2, 3 and 5): held against
//! the published description and the tables.

use std::collections::{BTreeMap, BTreeSet};

use freigabe_testkit::{TestApp, on_both_databases};
use serde_json::Value;

/// What points 2 and 3 are asked and told with, but for who the person is.
const TAG: &str = "involvements";
/// What point 5 is told with.
const WARNINGS: &str = "security notices";

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

fn operations<'a>(description: &'a Value, tag: &str) -> Vec<&'a Value> {
    let paths = description["paths"].as_object().unwrap().values();
    let all = paths.flat_map(|path| path.as_object().unwrap().values());
    all.filter(|operation| {
        let tags = operation["tags"].as_array();
        tags.is_some_and(|tags| tags.iter().any(|known| known == tag))
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

fn requests_and_answers(description: &Value, tag: &str) -> (Found, Found) {
    let (mut asked, mut told) = (Found::default(), Found::default());
    for operation in operations(description, tag) {
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
        operations(&description, TAG).len(),
        14,
        "each operation of points 2 and 3 is looked at"
    );
    let (asked, told) = requests_and_answers(&description, TAG);
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

/// A contact consent is about who she is told of, and has words for that; about prosecution it has none either.
#[test]
fn what_a_person_allows_a_centre_to_know_is_not_about_prosecution() {
    let description = description();
    let about_decisions = ["consent", "evidence", "refus", "withdraw"];
    let (asked, told) = requests_and_answers(&description, "contacts");
    for word in ["recipients", "notice", "safe_contact", "withdrawn_at"] {
        assert!(
            asked.words.contains(word) || told.words.contains(word),
            "{word} is looked at"
        );
    }
    // How somebody signs who can't write: before witnesses.
    let signature = "witnessed_mark";
    let words = asked.words.iter().chain(&told.words);
    for word in words.filter(|word| *word != signature) {
        let mut forbidden = FORBIDDEN
            .iter()
            .filter(|part| !about_decisions.contains(*part));
        let forbidden = forbidden.find(|part| word.contains(**part));
        assert_eq!(forbidden, None, "{word}");
    }
}

/// A warning states facts and assessments, and can be withdrawn; whether anybody cooperates has no word there either.
#[test]
fn a_warning_is_not_about_prosecution() {
    let description = description();
    assert_eq!(operations(&description, WARNINGS).len(), 8);
    let about_warnings = ["statement", "withdraw"];
    let (asked, told) = requests_and_answers(&description, WARNINGS);
    for word in ["statements", "known_from", "suspect_released", "withdrawn"] {
        assert!(
            asked.words.contains(word) || told.words.contains(word),
            "{word} is looked at"
        );
    }
    for word in asked.words.iter().chain(&told.words) {
        let mut forbidden = FORBIDDEN
            .iter()
            .filter(|part| !about_warnings.contains(*part));
        let forbidden = forbidden.find(|part| word.contains(**part));
        assert_eq!(forbidden, None, "{word}");
    }
    // What is said stands in one place, which is sealed.
    let expected = [("country", "CountryCode"), ("text", "LongText")]
        .map(|(field, form)| (field.to_owned(), BTreeSet::from([form.to_owned()])));
    assert_eq!(asked.texts, BTreeMap::from(expected));
}

#[test]
fn no_text_of_a_request_could_hold_a_sentence() {
    let (asked, _) = requests_and_answers(&description(), TAG);
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
    let all = [TAG, "contacts", WARNINGS];
    for operation in all.iter().flat_map(|tag| operations(&description, tag)) {
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
                "contact_consents",
                "id involvement_id office_id case_id person status recorded_at withdrawn_at valid_from valid_until sealed_terms \
                 commitment",
            ),
            (
                "contact_details",
                "id consent_id involvement_id office_id case_id offer_id centre_id organisation_id person person_for_centre kinds \
                 state seal_reason released_at collected_at closed_at erasure_asked_at erased_at",
            ),
            ("contact_contents", "details_id sealed"),
            (
                "involvement_offers",
                "id involvement_id office_id case_id centre_id organisation_id person_for_centre state reason offered_at \
                 remind_at answer_by reminded_at escalated_at answered_at",
            ),
            (
                "security_notices",
                "id series version office_id kind urgency audience subject country laender organisation_id case_id \
                 about_person person disclosure_id offer_id person_for_centre valid_from valid_until issued_at wrapped_key \
                 sealed_assessment state ended_at",
            ),
            (
                "security_notice_deliveries",
                "notice_id organisation_id office_id case_id about_person issued_at remind_at delivered_at read_at reminded_at \
                 acknowledged_at acknowledged_as",
            ),
        ];
        for (table, columns) in expected {
            let columns: BTreeSet<&str> = columns.split_whitespace().collect();
            let found = app.inspect().columns_of(table).await;
            assert_eq!(found.iter().map(String::as_str).collect::<BTreeSet<_>>(), columns, "{table}");
        }
    }
}
