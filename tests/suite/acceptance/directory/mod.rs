//! The directory of counselling centres (agreement, points 1 and 2): anybody searches it, centres and the coordination keep it.

mod importing;
mod keeping;
mod searching;

use freigabe_client::{CentreFilter, Client, PageQuery, Tagged};
use freigabe_contract::directory::{
    AddCounsellingCentre, CentreEntry, CounsellingCentre, FoundService, FoundServicePage,
};
use serde_json::{Value, json};

/// An entry with these services.
fn entry(name: &str, services: Value) -> CentreEntry {
    serde_json::from_value(json!({
        "name": name,
        "data_protection_regime": "gdpr",
        "services": services
    }))
    .expect("an entry")
}

/// A service at a place, by its postcode.
fn service_at(name: &str, city: &str, postcode: &str) -> Value {
    json!({
        "name": name,
        "status": "active",
        "place": { "type": "location", "location": { "city": city, "postcode": postcode } }
    })
}

/// A shelter for a Land.
fn shelter(name: &str, land: &str) -> Value {
    json!({
        "name": name,
        "status": "active",
        "place": { "type": "shelter", "area": { "laender": [land] } }
    })
}

/// The service with these fields as well.
fn with(mut service: Value, fields: Value) -> Value {
    let more = fields.as_object().expect("fields").clone();
    service.as_object_mut().expect("a service").extend(more);
    service
}

/// Adds an entry that the caller keeps.
async fn added(client: &Client, entry: CentreEntry) -> Tagged<CounsellingCentre> {
    let new = AddCounsellingCentre {
        organisation_id: None,
        entry,
    };
    let added = client.add_counselling_centre(&new, None).await;
    added.expect("an entry")
}

/// The first page of what a search finds.
async fn found(client: &Client, filter: &CentreFilter) -> FoundServicePage {
    let found = client
        .search_counselling_centres(filter, &PageQuery::default())
        .await;
    found.expect("an answer")
}

/// The names of services, in order.
fn names(found: &[FoundService]) -> Vec<&str> {
    found.iter().map(|hit| hit.service.name.as_str()).collect()
}

/// The codes of a service's reasons, in order.
fn reasons(hit: &FoundService) -> Vec<&'static str> {
    hit.reasons
        .iter()
        .map(|reason| reason.code.code())
        .collect()
}
