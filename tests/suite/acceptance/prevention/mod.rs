//! Prevention days of the police with invitations to the network, and where the police name it (agreement, point 8).

mod events;
mod media;
mod paying;

use freigabe_client::{Client, Tagged};
use freigabe_contract::prevention::PreventionEvent;
use serde_json::{Value, json};

/// A day in January, each side at its own costs.
fn a_day() -> Value {
    json!({
        "title": "Präventionstag",
        "description": "Woran man Menschenhandel erkennt, und wer hilft.",
        "starts_at": "2027-01-10T09:00:00Z",
        "ends_at": "2027-01-10T16:00:00Z",
        "venue": { "place": "Hamburg Hbf" },
        "public": true,
        "costs": { "type": "own" }
    })
}

/// The same with another value.
fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

async fn planned(by: &Client, day: Value) -> Tagged<PreventionEvent> {
    let day = serde_json::from_value(day).expect("a day");
    let planned = by.plan_prevention_event(&day, None).await;
    planned.expect("a planned day")
}
