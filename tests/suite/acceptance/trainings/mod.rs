//! Trainings, general advisories and the calendar (agreement, point 6): the other side agrees, it is held, and the office says how it was;
//! nothing of it is about a person or a case.

mod advisories;
mod bad_input;
mod calendar;
mod feed;
mod life;
mod steps;

use freigabe_client::Client;
use freigabe_contract::training::{RequestTraining, Training, TrainingPlan};
use freigabe_testkit::{TestApp, network::KB_HAMBURG};
use serde_json::{Value, json};
use uuid::Uuid;

/// The office that asks here.
const OFFICE: &str = KB_HAMBURG;

/// What an office may ask for.
fn wish() -> Value {
    json!({
        "title": "Anzeichen von Menschenhandel",
        "description": "Ein Tag; bitte mit Übungen, Fällen aus Büchern; und Pausen.",
        "topics": ["indicators", "trauma"],
        "audience": { "type": "offices", "offices": [OFFICE] },
        "seats": 20,
        "language": "de",
        "costs": { "type": "own" }
    })
}

/// The same with another value.
fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

fn host(app: &TestApp, name: &str) -> Value {
    let organisation = app.network().participant(name).organisation;
    json!({ "type": "centre", "organisation_id": organisation })
}

fn plan() -> TrainingPlan {
    let plan = json!({
        "starts_at": "2027-01-20T08:00:00Z",
        "ends_at": "2027-01-20T15:00:00Z",
        "venue": { "place": "Hamburg, Lehrsaal 2", "online": "https://example.org/schulung" }
    });
    serde_json::from_value(plan).expect("a plan")
}

async fn opened(by: &Client, body: Value) -> Training {
    let body: RequestTraining = serde_json::from_value(body).expect("a training");
    let opened = by.request_training(&body, None).await;
    opened.expect("an opened training")
}

async fn agreed(by: &Client, id: Uuid) -> Training {
    let agreed = by.agree_training(id, &plan(), None).await;
    agreed.expect("an agreed training")
}
