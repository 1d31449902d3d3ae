//! Bounds: every entry that was read follows the contract's schema, as the body of a request would have to.

use std::sync::LazyLock;

use freigabe_contract::{directory as wire, text::PATTERNS};
use jsonschema::{ValidationError, Validator, error::ValidationErrorKind as Kind};
use serde_json::{Map, Value, json};
use utoipa::{PartialSchema as _, ToSchema as _};

use super::{FileFault, FilePlace, ReadCentre, fault::Faults};

/// Leaves those that follow the schema; what is wrong with the others are faults.
pub(super) fn check(centres: &mut Vec<ReadCentre>, faults: &mut Faults) {
    let Some(validator) = &*VALIDATOR else {
        faults.add(FilePlace::Whole, "can't be checked");
        return;
    };
    centres.retain(|centre| {
        let Ok(entry) = serde_json::to_value(&centre.entry) else {
            faults.add(centre.origin.place(""), "is no entry");
            return false;
        };
        let mut told: Vec<FileFault> = Vec::new();
        for error in validator.iter_errors(&entry) {
            each(&error, &mut |error| {
                let place = centre.origin.place(error.instance_path().as_str());
                // One fault at a place is enough: what has no form seldom has the right length.
                if !told.iter().any(|fault| fault.place == place) {
                    let detail = detail(error);
                    told.push(FileFault { place, detail });
                }
            });
        }
        let is_good = told.is_empty();
        told.into_iter()
            .for_each(|fault| faults.add(fault.place, fault.detail));
        is_good
    });
}

/// A test builds it: it is always there.
static VALIDATOR: LazyLock<Option<Validator>> = LazyLock::new(|| {
    let mut parts = vec![("CentreEntry".to_owned(), wire::CentreEntry::schema())];
    wire::CentreEntry::schemas(&mut parts);
    let mut schemas = Map::new();
    for (name, schema) in parts {
        schemas.insert(name, serde_json::to_value(schema).ok()?);
    }
    let root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": "#/components/schemas/CentreEntry",
        "components": { "schemas": Value::Object(schemas) },
    });
    jsonschema::validator_for(&root).ok()
});

/// The error, or those within the kind of place that is meant.
fn each(error: &ValidationError<'_>, tell: &mut impl FnMut(&ValidationError<'_>)) {
    let Kind::OneOfNotValid { context } = error.kind() else {
        tell(error);
        return;
    };
    let kind = format!("{}/kind", error.instance_path());
    let is_other = |branch: &&Vec<ValidationError<'static>>| {
        branch
            .iter()
            .any(|error| error.instance_path().as_str() == kind)
    };
    match context.iter().find(|branch| !is_other(branch)) {
        Some(branch) => branch.iter().for_each(tell),
        None => tell(error),
    }
}

fn detail(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::Pattern { pattern } => PATTERNS
            .iter()
            .find(|(known, _)| known == pattern)
            .map_or("does not have the required form", |(_, meaning)| meaning)
            .to_owned(),
        Kind::MaxLength { limit } => format!("must not be longer than {limit} characters"),
        Kind::MinLength { limit } => format!("must not be shorter than {limit} characters"),
        Kind::MaxItems { limit } => format!("must not be more than {limit}"),
        Kind::MinItems { limit } => format!("must be at least {limit}"),
        Kind::Minimum { limit } => format!("must not be less than {limit}"),
        Kind::Maximum { limit } => format!("must not be greater than {limit}"),
        _ => "does not follow the schema".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_of_entries_compiles_and_refuses() {
        let validator = VALIDATOR.as_ref().unwrap();
        let mut entry = freigabe_contract::examples::centre_entry();
        assert!(validator.is_valid(&entry));
        entry["services"][0]["schedules"][0]["opens_at"] = json!("25:00");
        let error = validator.iter_errors(&entry).next().unwrap();
        assert_eq!(
            detail(&error),
            "must be a time of day as HH:MM, 24:00 at the latest"
        );
    }
}
