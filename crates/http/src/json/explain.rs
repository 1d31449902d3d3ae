//! Faults of a schema in words.

use freigabe_contract::{
    Fault,
    text::PATTERNS,
    vocabulary::{Category, NeverAccepted},
};
use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::Value;

use super::strict::push_step;

/// The property that tells the branches of a `oneOf` apart.
const TAG: &str = "type";

/// What is wrong, and whether it is something that is never accepted.
pub(super) fn faults(error: &ValidationError<'_>) -> Vec<(Fault, bool)> {
    let pointer = error.instance_path().as_str();
    let plain = |detail: String| vec![(Fault::at(pointer, detail), false)];
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            unexpected
                .iter()
                .map(|name| (unknown_field(pointer, name), false))
                .collect()
        }
        Kind::Required { property } => plain(lacks(property)),
        Kind::Type { kind } => plain(format!("must be {}", type_name(kind))),
        Kind::Enum { options } => {
            if let Some(detail) = never_accepted(options, error.instance()) {
                return vec![(Fault::at(pointer, detail), true)];
            }
            plain(one_of(options.as_array().into_iter().flatten()))
        }
        Kind::OneOfNotValid { context } => of_branches(error, context),
        Kind::Pattern { pattern } => plain(
            PATTERNS
                .iter()
                .find(|(known, _)| known == pattern)
                .map_or("does not have the required form", |(_, meaning)| meaning)
                .to_owned(),
        ),
        Kind::Format { format } => plain(
            match format.as_str() {
                "date-time" => {
                    "must be a date and time in RFC 3339 form, between the years 1970 and 9999"
                }
                "uuid" => "must be a UUID with its four hyphens",
                _ => "does not have the required format",
            }
            .to_owned(),
        ),
        Kind::MaxLength { limit } => plain(format!("must not be longer than {limit} characters")),
        Kind::MinLength { limit } => plain(format!("must not be shorter than {limit} characters")),
        Kind::MaxItems { limit } => plain(format!("must not hold more than {limit} items")),
        Kind::MinItems { limit } => plain(format!("must hold at least {limit} items")),
        Kind::MinProperties { limit } => plain(format!("must have at least {limit} fields")),
        Kind::MaxProperties { limit } => plain(format!("must not have more than {limit} fields")),
        Kind::Minimum { limit } => plain(format!("must not be less than {limit}")),
        Kind::Maximum { limit } => plain(format!("must not be greater than {limit}")),
        Kind::UniqueItems => plain("must not hold the same item twice".to_owned()),
        _ => plain("does not follow the schema".to_owned()),
    }
}

/// Descends into the branch that the tag names.
fn of_branches(
    error: &ValidationError<'_>,
    branches: &[Vec<ValidationError<'static>>],
) -> Vec<(Fault, bool)> {
    let pointer = error.instance_path().as_str();
    let Some(object) = error.instance().as_object() else {
        return vec![(Fault::at(pointer, "must be an object"), false)];
    };
    if !object.contains_key(TAG) {
        let detail = lacks(&Value::String(TAG.to_owned()));
        return vec![(Fault::at(pointer, detail), false)];
    }
    let mut tag_pointer = pointer.to_owned();
    push_step(&mut tag_pointer, TAG);
    let about_tag =
        |fault: &&ValidationError<'static>| fault.instance_path().as_str() == tag_pointer;
    if let Some(named) = branches
        .iter()
        .find(|branch| !branch.iter().any(|fault| about_tag(&fault)))
    {
        return named.iter().flat_map(faults).collect();
    }
    let tags: Vec<Value> = branches
        .iter()
        .flatten()
        .filter(about_tag)
        .filter_map(|fault| match fault.kind() {
            Kind::Enum { options } => options.as_array().cloned(),
            _ => None,
        })
        .flatten()
        .collect();
    vec![(Fault::at(tag_pointer, one_of(tags.iter())), false)]
}

fn unknown_field(pointer: &str, name: &str) -> Fault {
    let mut pointer = pointer.to_owned();
    push_step(&mut pointer, name);
    Fault::at(pointer, "is not a known field")
}

fn lacks(property: &Value) -> String {
    format!(
        "lacks the field `{}`",
        property.as_str().unwrap_or_default()
    )
}

fn one_of<'v>(options: impl Iterator<Item = &'v Value>) -> String {
    let codes: Vec<&str> = options.filter_map(Value::as_str).collect();
    format!("must be one of: {}", codes.join(", "))
}

/// Codes that nobody may ever send have an answer of their own: why, not only that.
fn never_accepted(options: &Value, sent: &Value) -> Option<String> {
    let is_category = options
        .get(0)
        .and_then(Value::as_str)
        .is_some_and(|code| Category::from_code(code).is_ok());
    let never = NeverAccepted::from_code(sent.as_str()?).ok()?;
    is_category.then(|| {
        let why = match never {
            NeverAccepted::CounsellingContent => {
                "content of counselling is never accepted: counsellors are bound to secrecy (§ 203 StGB), and no consent in this system lifts that"
            }
            NeverAccepted::TherapyNotes => {
                "therapy notes are never accepted: they stay between the person and who treats her (§ 203 StGB)"
            }
            NeverAccepted::OtherResidents => {
                "information about other residents is never accepted: only they could allow it"
            }
            NeverAccepted::CounsellorPrivateData => {
                "a counsellor's private data are never accepted: they are no part of any case"
            }
        };
        why.to_owned()
    })
}

fn type_name(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(kind) => with_article(&kind.to_string()),
        TypeKind::Multiple(_) => "of another type".to_owned(),
    }
}

fn with_article(name: &str) -> String {
    let article = if name.starts_with(['a', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {name}")
}
