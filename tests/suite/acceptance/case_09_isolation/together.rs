//! What is done together besides any case: of everybody to read, of its parties or its office to change.

use freigabe_client::{Client, PageQuery};
use freigabe_contract::{
    examples,
    prevention::{InvitePreventionEvent, PlanPreventionEvent},
    supplementary::ProposeSupplementaryAgreement,
    vocabulary::{AgreementStanding, MediaFound, PreventionState},
};
use freigabe_testkit::{
    TestApp,
    network::{CENTRE_A, COORDINATION, HANNOVER, KB_HAMBURG},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::NOBODYS;

/// Operations that are its parties' or its office's alone, or those's who are invited.
pub(crate) const OF_ITS_OWN: &[&str] = &[
    "confirmSupplementaryAgreement",
    "endSupplementaryAgreement",
    "invitePreventionEvent",
    "replyToPreventionEvent",
    "recordPreventionEventHeld",
    "cancelPreventionEvent",
    "recordMediaReferenceCheck",
    "removeMediaReference",
];

#[derive(Debug, Clone)]
pub(crate) struct Together {
    /// Proposed by another office; the centre, the office and the coordination are parties, and none has confirmed.
    agreement: Uuid,
    /// The office's, under way; centre and coordination are invited.
    event: Uuid,
    /// The office's.
    reference: Uuid,
    parties: Value,
}

impl Together {
    /// Well-formed, but nothing is there.
    pub(crate) fn missing() -> Self {
        Self {
            agreement: NOBODYS,
            event: NOBODYS,
            reference: NOBODYS,
            parties: examples::propose_supplementary_agreement()["sharing"]["parties"].clone(),
        }
    }

    /// What stands in the path for a parameter.
    pub(crate) fn named(&self, parameter: &str) -> Option<String> {
        let id = match parameter {
            "supplementary_agreement_id" => self.agreement,
            "prevention_event_id" => self.event,
            "media_reference_id" => self.reference,
            _ => return None,
        };
        Some(id.to_string())
    }

    /// The tag of what has versions: somebody was invited to the day.
    pub(crate) fn tag(parameter: &str) -> Option<&'static str> {
        (parameter == "prevention_event_id").then_some("\"2\"")
    }

    /// A body that is good if what it names is there.
    pub(crate) fn body(&self, operation: &str, unasked: Uuid) -> Option<Value> {
        Some(match operation {
            "proposeSupplementaryAgreement" => self.proposal(),
            "planPreventionEvent" => examples::plan_prevention_event(),
            "invitePreventionEvent" => json!({ "centres": [unasked] }),
            "replyToPreventionEvent" => examples::reply_to_prevention_event(),
            "addMediaReference" => examples::add_media_reference(),
            "recordMediaReferenceCheck" => examples::record_media_reference_check(),
            _ => return None,
        })
    }

    fn proposal(&self) -> Value {
        let mut proposal = examples::propose_supplementary_agreement();
        proposal["sharing"]["parties"] = self.parties.clone();
        proposal
    }

    pub(crate) async fn prepare(app: &TestApp, entry: Uuid) -> Self {
        let organisation = |client: &str| app.network().participant(client).organisation;
        let part = |participant: Value| json!({ "participant": participant, "parts": 1 });
        let office = |id: &str| part(json!({ "type": "office", "office": id }));
        let network = |kind: &str, client: &str| {
            part(json!({ "type": kind, "organisation_id": organisation(client) }))
        };
        let mut own = Self {
            parties: json!([
                office(HANNOVER),
                office(KB_HAMBURG),
                network("centre", CENTRE_A),
                network("coordination", COORDINATION)
            ]),
            ..Self::missing()
        };
        let proposal: ProposeSupplementaryAgreement =
            serde_json::from_value(own.proposal()).expect("a proposal");
        let other = app.office(HANNOVER);
        let proposed = other.propose_supplementary_agreement(&proposal, None).await;
        own.agreement = proposed.expect("a proposal").id;
        let office = app.office(KB_HAMBURG);
        own.event = under_way(&office, entry).await;
        let reference = serde_json::from_value(examples::add_media_reference());
        let reference = reference.expect("a reference");
        let added = office.add_media_reference(&reference, None).await;
        own.reference = added.expect("an added reference").id;
        own
    }

    /// Nobody changed anything.
    pub(crate) async fn are_untouched(&self, app: &TestApp) {
        let office = app.office(KB_HAMBURG);
        let agreement = office.get_supplementary_agreement(self.agreement).await;
        assert_eq!(agreement.unwrap().standing, AgreementStanding::Proposed);
        let event = office.get_prevention_event(self.event).await.unwrap();
        assert_eq!((event.version, event.state), (2, PreventionState::Planned));
        assert!(event.invitations.iter().all(|one| one.answer.is_none()));
        let reference = office.get_media_reference(self.reference).await.unwrap();
        assert_eq!(
            (reference.still_live, reference.removed_at),
            (MediaFound::Unknown, None)
        );
        let all = office
            .list_media_references(&Default::default(), &PageQuery::default())
            .await;
        assert!(!all.unwrap().items.is_empty());
    }
}

/// A campaign that has begun and is not over.
async fn under_way(office: &Client, entry: Uuid) -> Uuid {
    let mut plan = examples::plan_prevention_event();
    plan["starts_at"] = json!("2026-06-01T00:00:00Z");
    plan["ends_at"] = json!("2027-05-01T00:00:00Z");
    let plan: PlanPreventionEvent = serde_json::from_value(plan).expect("a plan");
    let planned = office.plan_prevention_event(&plan, None).await;
    let planned = planned.expect("a planned day");
    let who = InvitePreventionEvent {
        coordination: true,
        laender: Vec::new(),
        centres: vec![entry],
    };
    let invited = office.invite_prevention_event(planned.id, &planned.etag, &who);
    invited.await.expect("invitations").id
}
