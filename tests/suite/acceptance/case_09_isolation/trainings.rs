//! Trainings and advisories that operations are about.

use freigabe_contract::examples;
use freigabe_testkit::{
    TestApp,
    network::{CENTRE_A, KB_HAMBURG},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::things::Things;

/// A training for one office: as it asks for one, and as a centre or the coordination offers it.
pub(super) fn a_training(office: &str) -> Value {
    let audience = json!({ "type": "offices", "offices": [office] });
    with(examples::request_training(), "audience", audience)
}

/// A training that this role has something to do about: agreed, where it is to go on.
async fn training_of(app: &TestApp, operation: &str, role: &str) -> Uuid {
    let (centre, office) = (app.client(CENTRE_A), app.office(KB_HAMBURG));
    let coordination = app.coordination();
    let hosting = if role == "coordination" {
        &coordination
    } else {
        &centre
    };
    let offered = serde_json::from_value(a_training(KB_HAMBURG)).expect("a training");
    let answers = matches!(operation, "agreeTraining" | "declineTraining");
    if role == "office" || !answers {
        let id = hosting.request_training(&offered, None).await.unwrap().id;
        if !answers {
            let plan = with(
                examples::training_plan(),
                "starts_at",
                json!("2026-11-01T00:00:00Z"),
            );
            let plan = with(plan, "ends_at", json!("2027-06-01T00:00:00Z"));
            let plan = serde_json::from_value(plan).expect("a plan");
            office.agree_training(id, &plan, None).await.unwrap();
        }
        if operation == "evaluateTraining" {
            let held = serde_json::from_value(examples::training_held()).expect("held");
            hosting.record_training_held(id, &held, None).await.unwrap();
        }
        return id;
    }
    // A centre answers what it alone is asked, the coordination what the network is.
    let asked = match role {
        "centre" => asked_of_centre(app),
        _ => a_training(KB_HAMBURG),
    };
    let asked = serde_json::from_value(asked).expect("a training");
    office.request_training(&asked, None).await.unwrap().id
}

/// The office asks the centre alone.
pub(super) fn asked_of_centre(app: &TestApp) -> Value {
    let organisation = app.network().participant(CENTRE_A).organisation;
    let host = json!({ "type": "centre", "organisation_id": organisation });
    with(a_training(KB_HAMBURG), "host", host)
}

/// The same with another value.
fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

impl Things {
    /// There is a training, or an advisory, that this role has something to do about.
    pub(crate) async fn are_for(
        &mut self,
        app: &TestApp,
        operation: &str,
        caller: &str,
        role: &str,
    ) {
        if operation.ends_with("Training")
            || operation.starts_with("recordTraining")
            || operation == "addTrainingMaterial"
        {
            self.objects.training = training_of(app, operation, role).await;
        }
        if operation == "withdrawAdvisory" {
            let news = serde_json::from_value(examples::publish_advisory()).expect("an advisory");
            let published = app.client(caller).publish_advisory(&news, None).await;
            self.objects.advisory = published.unwrap().id;
        }
    }
}
