//! Security notices and threat assessments (agreement, point 5): personal data reach the one centre that knows the person, and nothing that
//! goes to several centres has room for any.

mod broadcast;
mod kinds;
mod person;
mod reading;
mod reminding;
mod versions;

use freigabe_client::{Client, PageQuery};
use freigabe_contract::{
    examples,
    security_notice::{
        AcknowledgeSecurityNotice, InboxSecurityNotice, IssueSecurityNotice, SecurityNotice,
    },
    vocabulary::AcknowledgingRole,
};
use freigabe_testkit::{TestApp, a_consent, a_draft, network::KB_HAMBURG};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{collected, recorded, released};

/// A disclosure of centre A that the office in Hamburg has collected, and the case at the centre.
async fn known(app: &TestApp) -> (Uuid, Uuid) {
    let centre = app.centre_a();
    let consent = recorded(&centre, a_consent()).await;
    let disclosure = released(&centre, a_draft(consent.record_id)).await.id;
    collected(&app.office(KB_HAMBURG), disclosure).await;
    (disclosure, consent.case_id)
}

/// An urgent threat to the person of a disclosure.
fn to_person(disclosure: Uuid) -> Value {
    let mut notice = examples::issue_security_notice();
    notice["audience"]["subject"]["known_from"]["disclosure_id"] = json!(disclosure);
    notice
}

/// A threat of this kind that is about somebody whom the office knows from there.
fn about(kind: &str, subject: &str, known_from: Value) -> Value {
    let mut notice = examples::issue_security_notice();
    notice["kind"] = json!(kind);
    notice["audience"]["subject"] = json!({ "type": subject, "known_from": known_from });
    notice
}

async fn issued(office: &Client, notice: Value) -> SecurityNotice {
    let notice: IssueSecurityNotice = serde_json::from_value(notice).expect("a notice");
    let issued = office.issue_security_notice(&notice, None).await;
    issued.expect("an issued notice")
}

/// What a centre was told, newest first.
async fn inbox(centre: &Client) -> Vec<InboxSecurityNotice> {
    let found = centre.list_security_inbox(&PageQuery::default()).await;
    found.expect("an inbox").items
}

/// Somebody at a centre.
fn somebody(centre: &Client) -> Client {
    centre.on_behalf_of("LEITUNG-1").expect("a header")
}

const fn acknowledged_as(role: AcknowledgingRole) -> AcknowledgeSecurityNotice {
    AcknowledgeSecurityNotice { role }
}

const MANAGEMENT: AcknowledgeSecurityNotice = acknowledged_as(AcknowledgingRole::Management);
const COUNSELLOR: AcknowledgeSecurityNotice = acknowledged_as(AcknowledgingRole::Counsellor);
