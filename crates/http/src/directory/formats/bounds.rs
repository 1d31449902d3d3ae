//! Bounds: every entry that was read follows the contract's schema, as the body of a request would have to.

use std::sync::LazyLock;

use freigabe_contract::{Fault, directory as wire};

use super::{FilePlace, ReadCentre, fault::Faults};
use crate::{
    json::{RequestBody as _, Schemas},
    openapi_json,
    problem::ApiError,
};

/// Leaves those that follow the schema; what is wrong with the others are faults.
pub(super) fn check(centres: &mut Vec<ReadCentre>, faults: &mut Faults) {
    centres.retain(|centre| {
        let found = wrong(&centre.entry);
        let is_good = found.is_empty();
        let mut told: Vec<FilePlace> = Vec::new();
        for Fault {
            pointer, detail, ..
        } in found
        {
            let place = centre.origin.place(&pointer.unwrap_or_default());
            // One fault at a place is enough: what has no form seldom has the right length.
            if !told.contains(&place) {
                faults.add(place.clone(), detail);
                told.push(place);
            }
        }
        is_good
    });
}

fn wrong(entry: &wire::CentreEntry) -> Vec<Fault> {
    let unchecked = || vec![Fault::at("", "can't be checked")];
    let (Some(schemas), Ok(entry)) = (&*SCHEMAS, serde_json::to_value(entry)) else {
        return unchecked();
    };
    match schemas.check(wire::CentreEntry::SCHEMA, &entry) {
        Ok(()) => Vec::new(),
        Err(ApiError::InvalidBody(faults)) => faults,
        Err(_) => unchecked(),
    }
}

/// That of an entry alone. A test builds it: it is always there.
static SCHEMAS: LazyLock<Option<Schemas>> = LazyLock::new(|| {
    let description = serde_json::from_str(&openapi_json()).ok()?;
    Schemas::of(&[wire::CentreEntry::SCHEMA], &description).ok()
});

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(change: impl FnOnce(&mut serde_json::Value)) -> wire::CentreEntry {
        let mut entry = freigabe_contract::examples::centre_entry();
        change(&mut entry);
        serde_json::from_value(entry).unwrap()
    }

    #[test]
    fn an_entry_is_held_against_the_published_schema() {
        assert_eq!(wrong(&entry(|_| {})), []);
        let late = entry(|entry| entry["services"][0]["schedules"][0]["opens_at"] = "25:00".into());
        let place = entry(|entry| {
            let place = &mut entry["services"][1]["place"];
            place["area"] = serde_json::json!({ "postcodes": ["18055"] });
        });
        for (entry, pointer, detail) in [
            (
                late,
                "/services/0/schedules/0/opens_at",
                "must be a time of day as HH:MM, 24:00 at the latest",
            ),
            (
                place,
                "/services/1/place/area/postcodes/0",
                "must be the first one or two digits of postcodes",
            ),
        ] {
            let found = wrong(&entry);
            assert!(found.contains(&Fault::at(pointer, detail)), "{found:?}");
        }
    }
}
