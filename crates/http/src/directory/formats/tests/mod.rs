mod entries;
mod foreign;
mod hostile;
mod list;
mod round_trip;
mod schema;

use freigabe_contract::{directory as wire, vocabulary::DirectoryFormat};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{FileFault, ReadCentre, read, write};

/// A centre with this entry, confirmed.
fn centre(number: u128, entry: wire::CentreEntry) -> wire::CounsellingCentre {
    let mut example: wire::CounsellingCentre =
        serde_json::from_value(freigabe_contract::examples::counselling_centre()).unwrap();
    example.id = Uuid::from_u128(number);
    example.entry = entry;
    example
}

/// The entry of the examples: a place to come to, and a shelter.
fn example() -> wire::CentreEntry {
    serde_json::from_value(freigabe_contract::examples::centre_entry()).unwrap()
}

/// Reads a file that is good.
#[track_caller]
fn good(format: DirectoryFormat, bytes: &[u8]) -> Vec<ReadCentre> {
    let (centres, faults) = read(format, bytes);
    assert!(faults.is_empty(), "{format}: {:#?}", told(&faults));
    centres
}

/// The faults of a file that isn't.
#[track_caller]
fn bad(format: DirectoryFormat, bytes: &[u8]) -> Vec<String> {
    bad_within(super::LIMITS, format, bytes)
}

#[track_caller]
fn bad_within(limits: super::Limits, format: DirectoryFormat, bytes: &[u8]) -> Vec<String> {
    let (centres, faults) = super::read_within(limits, format, bytes);
    assert!(
        !faults.is_empty(),
        "{format}: {} centres are good",
        centres.len()
    );
    told(&faults)
}

fn told(faults: &[FileFault]) -> Vec<String> {
    faults
        .iter()
        .map(|fault| format!("{}: {}", fault.place, fault.detail))
        .collect()
}

/// An organization of another publisher: one service in Rostock.
fn organization() -> Value {
    json!({
        "id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610",
        "name": "Hafenlicht",
        "description": "Hafenlicht",
        "year_incorporated": 2011,
        "funding": [{ "id": "1f2df32c-bf08-4b8e-bd6f-e834014b19bc", "source": "x" }],
        "services": [{
            "id": "ac148810-d857-441c-9679-408f346de14b",
            "name": "Beratung",
            "status": "active",
            "service_at_locations": [{
                "id": "e94c9f38-1e8f-4564-91d4-d53501ab1765",
                "location": {
                    "id": "3a19ff88-4620-4d17-9830-ac1d859eb5d5",
                    "location_type": "physical",
                    "addresses": [{
                        "id": "74706e55-df26-4b84-80fe-ecc30b5befb4",
                        "address_1": "Lange Strasse 1",
                        "city": "Rostock",
                        "state_province": "Mecklenburg-Vorpommern",
                        "postal_code": "18055",
                        "country": "DE",
                        "address_type": "physical"
                    }]
                }
            }]
        }]
    })
}
