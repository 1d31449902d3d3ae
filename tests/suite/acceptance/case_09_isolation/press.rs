//! A press release that centre, office and coordination work on.

use freigabe_contract::{
    press::{ApprovePressRelease, DraftPressRelease},
    vocabulary::PressStanding,
};
use freigabe_testkit::{
    TestApp,
    network::{CENTRE_A, COORDINATION, FRANKFURT_ODER, KB_HAMBURG},
};
use serde_json::{Value, json};
use uuid::Uuid;

fn with(participants: &Value) -> Value {
    let content =
        json!({ "title": "Gemeinsam", "text": "Heute beginnt die Kampagne.", "language": "de" });
    json!({ "participants": participants, "content": content })
}

/// A draft with others than those who ask here, one of each side: whoever drafts it names somebody of the other one.
pub(super) fn a_draft(colleague: Uuid) -> Value {
    with(&json!([
        { "type": "office", "office": FRANKFURT_ODER },
        { "type": "centre", "organisation_id": colleague }
    ]))
}

/// By the office, with the centre and the coordination.
pub(super) async fn drafted(app: &TestApp) -> Uuid {
    let organisation = |name| app.network().participant(name).organisation;
    let draft = with(&json!([
        { "type": "centre", "organisation_id": organisation(CENTRE_A) },
        { "type": "coordination", "organisation_id": organisation(COORDINATION) }
    ]));
    let draft: DraftPressRelease = serde_json::from_value(draft).expect("a draft");
    let office = app.office(KB_HAMBURG);
    let drafted = office.draft_press_release(&draft, None);
    drafted.await.expect("a drafted release").id
}

/// Both sides approve it.
pub(super) async fn approved(app: &TestApp, id: Uuid) {
    for by in [app.office(KB_HAMBURG), app.client(CENTRE_A)] {
        let first = ApprovePressRelease { version: 1 };
        let approved = by.approve_press_release(id, &first, None).await;
        approved.expect("an approved release");
    }
}

/// Nobody did anything about it.
pub(super) async fn is_untouched(app: &TestApp, id: Uuid) {
    let read = app.client(CENTRE_A).get_press_release(id).await;
    let read = read.expect("a release");
    assert_eq!(
        (read.standing, read.latest.number),
        (PressStanding::Draft, 1)
    );
    assert!(read.comments.is_empty() && read.approvals.is_empty());
}
