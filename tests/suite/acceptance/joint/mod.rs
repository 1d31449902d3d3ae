//! Joint activities (agreement, point 7): one side proposes, the other agrees or declines; either invites, and says what became of it.

mod bad_input;
mod invitations;
mod life;

use freigabe_client::{Client, Tagged};
use freigabe_contract::{gathering::Participant, joint::JointActivity};
use freigabe_testkit::{
    TestApp,
    network::{COORDINATION, KB_HAMBURG},
};
use serde_json::{Value, json};

fn centre(app: &TestApp, client: &str) -> Participant {
    let organisation_id = app.network().participant(client).organisation;
    Participant::Centre { organisation_id }
}

fn coordination(app: &TestApp) -> Participant {
    let organisation_id = app.network().participant(COORDINATION).organisation;
    Participant::Coordination { organisation_id }
}

fn office(id: &str) -> Participant {
    Participant::Office { office: id.into() }
}

/// A conference in January, each side at its own costs.
fn a_conference(counterpart: &Participant) -> Value {
    json!({
        "kind": "conference",
        "title": "Fachtag Kanarienvogel",
        "description": "Woran man Menschenhandel erkennt, und wer hilft.",
        "starts_at": "2027-01-10T09:00:00Z",
        "ends_at": "2027-01-10T16:00:00Z",
        "venue": { "place": "Hamburg", "online": "https://www.example.org/fachtag" },
        "public": true,
        "costs": { "type": "own" },
        "counterpart": counterpart
    })
}

/// The same with another value.
fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

async fn proposed(by: &Client, activity: Value) -> Tagged<JointActivity> {
    let activity = serde_json::from_value(activity).expect("an activity");
    let proposed = by.propose_joint_activity(&activity, None).await;
    proposed.expect("a proposal")
}

/// Proposed by the coordination to the office, which agrees.
async fn agreed(app: &TestApp) -> Tagged<JointActivity> {
    let proposal = proposed(&app.coordination(), a_conference(&office(KB_HAMBURG))).await;
    let office = app.office(KB_HAMBURG);
    let agreed = office.agree_joint_activity(proposal.id, &proposal.etag);
    agreed.await.expect("an agreed activity")
}
