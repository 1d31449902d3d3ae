//! The published schemas, compiled once at the start.

use std::{collections::BTreeMap, fmt::Display};

use freigabe_contract::Fault;
use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};

use super::{REQUEST_SCHEMAS, explain};
use crate::{SetupError, extract::time, problem::ApiError};

/// What the schemas are called beside each of them.
const BESIDE: &str = "urn:freigabe:api";

/// A validator for each type of body.
pub(crate) struct Schemas(BTreeMap<&'static str, Validator>);

impl Schemas {
    /// Compiles the schemas of all bodies out of the published API description.
    pub(crate) fn compile(openapi: &Value) -> Result<Self, SetupError> {
        Self::of(REQUEST_SCHEMAS, openapi)
    }

    /// Compiles these of them alone.
    pub(crate) fn of(names: &[&'static str], openapi: &Value) -> Result<Self, SetupError> {
        let schemas = openapi
            .pointer("/components/schemas")
            .ok_or_else(|| SetupError::Schema("no components".to_owned()))?;
        // Beside a schema rather than in it, where each validator would keep a copy of all of them.
        let beside = json!({ "components": { "schemas": schemas } });
        let unusable = |error: &dyn Display| SetupError::Schema(error.to_string());
        let registry = Registry::new()
            .draft(Draft::Draft202012)
            .add(BESIDE, beside)
            .map_err(|error| unusable(&error))?
            .prepare()
            .map_err(|error| unusable(&error))?;
        let mut validators = BTreeMap::new();
        for name in names {
            let root = json!({ "$ref": format!("{BESIDE}#/components/schemas/{name}") });
            let validator = jsonschema::options()
                .with_draft(Draft::Draft202012)
                .with_registry(&registry)
                .should_validate_formats(true)
                // The same reading that the types use, so that what passes here can be read afterwards.
                .with_format("date-time", |text: &str| time(text).is_some())
                .with_format("uuid", is_uuid)
                .build(&root)
                .map_err(|error| SetupError::Schema(format!("{name}: {error}")))?;
            validators.insert(*name, validator);
        }
        Ok(Self(validators))
    }

    /// Every fault of a body at once.
    pub(crate) fn check(&self, name: &'static str, body: &Value) -> Result<(), ApiError> {
        let validator = self
            .0
            .get(name)
            .ok_or_else(|| ApiError::Internal(format!("no validator for {name}")))?;
        let mut never_accepted = false;
        let mut faults: Vec<Fault> = Vec::new();
        for error in validator.iter_errors(body) {
            for (fault, never) in explain::faults(&error) {
                never_accepted |= never;
                if !faults.contains(&fault) && (never || faults.len() < crate::problem::MOST_FAULTS)
                {
                    faults.push(fault);
                }
            }
        }
        match (faults.is_empty(), never_accepted) {
            (true, _) => Ok(()),
            (false, false) => Err(ApiError::InvalidBody(faults)),
            (false, true) => Err(ApiError::NeverAccepted(faults)),
        }
    }
}

/// A UUID with its four hyphens, the only form that goes in and out.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}
