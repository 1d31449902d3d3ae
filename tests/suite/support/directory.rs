//! Entries of the directory, as those that keep them add them.

use freigabe_client::Client;
use freigabe_contract::examples;
use serde_json::{Value, json};
use uuid::Uuid;

/// An entry like the example, kept by whoever adds it: a centre its own, the coordination one of nobody's.
pub(crate) async fn entry_of(keeper: &Client) -> Uuid {
    added(keeper, examples::add_counselling_centre()).await
}

/// The same with one service alone, at this place.
pub(crate) async fn entry_at(keeper: &Client, place: Value) -> Uuid {
    let mut new = examples::add_counselling_centre();
    new["entry"]["services"] = json!([
        { "name": "Beratung", "status": "active", "place": place, "mobile": false }
    ]);
    added(keeper, new).await
}

/// Adds an entry that is accepted.
pub(crate) async fn added(keeper: &Client, new: Value) -> Uuid {
    let new = serde_json::from_value(new).expect("an entry");
    let added = keeper.add_counselling_centre(&new, None).await;
    added.expect("an added entry").id
}

/// A place where people come to.
pub(crate) fn location(city: &str, postcode: &str) -> Value {
    json!({ "type": "location", "location": { "city": city, "postcode": postcode } })
}
