//! Press releases (agreement, point 7): both sides write; published is the latest version, which both sides approved, word for word, once its
//! embargo is over.

mod bad_input;
mod publishing;
mod working;

use freigabe_client::Client;
use freigabe_contract::press::{
    ApprovePressRelease, CommentPressRelease, DraftPressRelease, PressRelease, RevisePressRelease,
};
use freigabe_testkit::{TestApp, network::HAMBURG};
use serde_json::{Value, json};
use uuid::Uuid;

/// An office that takes part in a release.
fn office(id: &str) -> Value {
    json!({ "type": "office", "office": id })
}

/// A centre of the tests' network, as it takes part.
fn centre(app: &TestApp, name: &str) -> Value {
    let organisation = app.network().participant(name).organisation;
    json!({ "type": "centre", "organisation_id": organisation })
}

/// What a version says.
fn content(title: &str) -> Value {
    json!({ "title": title, "text": "Heute beginnt die gemeinsame Kampagne.", "language": "de" })
}

fn draft(participants: Value, content: Value) -> Value {
    json!({ "participants": participants, "content": content })
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("a body")
}

/// By a centre, with the office in Hamburg.
async fn drafted(by: &Client) -> PressRelease {
    with_content(by, content("Gemeinsam")).await
}

async fn with_content(by: &Client, content: Value) -> PressRelease {
    let draft: DraftPressRelease = read(draft(json!([office(HAMBURG)]), content));
    let drafted = by.draft_press_release(&draft, None).await;
    drafted.expect("a draft")
}

fn revision(based_on: u32, content: Value) -> RevisePressRelease {
    read(json!({ "based_on": based_on, "content": content }))
}

const fn approval(version: u32) -> ApprovePressRelease {
    ApprovePressRelease { version }
}

fn comment(version: u32, text: &str) -> CommentPressRelease {
    CommentPressRelease {
        version,
        text: text.into(),
    }
}

async fn approved(by: &Client, id: Uuid, version: u32) -> PressRelease {
    let approved = by.approve_press_release(id, &approval(version), None).await;
    approved.expect("an approval")
}
