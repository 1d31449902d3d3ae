//! Joint activities: of everybody to read, of two parties to change, of whoever is invited to answer.

use freigabe_client::{Client, Tagged};
use freigabe_contract::{
    examples,
    joint::{InviteToJointActivity, JointActivity, ProposeJointActivity},
    vocabulary::JointActivityState,
};
use freigabe_domain::access::Role;
use freigabe_testkit::{
    TestApp,
    network::{CENTRE_A, CENTRE_C, COORDINATION, HANNOVER, KB_HAMBURG},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::NOBODYS;

/// Operations that are its parties' alone, or those's who are invited.
pub(crate) const OF_ITS_OWN: &[&str] = &[
    "agreeJointActivity",
    "declineJointActivity",
    "cancelJointActivity",
    "recordJointActivityHeld",
    "inviteToJointActivity",
    "replyToInvitation",
];

#[derive(Debug, Clone)]
pub(crate) struct Joint {
    /// Between another office and another centre, under way; centre, office and coordination are invited.
    activity: Uuid,
    /// Whom somebody proposes one to who is no office.
    counterpart: Value,
}

impl Joint {
    /// Well-formed, but nothing is there.
    pub(crate) fn missing() -> Self {
        Self {
            activity: NOBODYS,
            counterpart: json!({ "type": "office", "office": HANNOVER }),
        }
    }

    /// What stands in the path for the parameter.
    pub(crate) fn named(&self, parameter: &str) -> Option<String> {
        (parameter == "joint_activity_id").then(|| self.activity.to_string())
    }

    /// The tag of the version at which an operation is possible, in what [`Joint::of_role`] makes.
    pub(crate) fn tag(operation: &str) -> Option<&'static str> {
        match operation {
            "agreeJointActivity" | "declineJointActivity" => Some("\"1\""),
            one if OF_ITS_OWN.contains(&one) => Some("\"2\""),
            _ => None,
        }
    }

    /// A body that is good if what it names is there.
    pub(crate) fn body(&self, operation: &str) -> Option<Value> {
        Some(match operation {
            "proposeJointActivity" => to(self.counterpart.clone()),
            "inviteToJointActivity" => examples::invite_to_joint_activity(),
            "replyToInvitation" => examples::reply_to_invitation(),
            _ => return None,
        })
    }

    pub(crate) async fn prepare(app: &TestApp) -> Self {
        let (office, centre) = (app.office(HANNOVER), app.client(CENTRE_C));
        let activity = agreed(&office, &centre, network(app, CENTRE_C, "centre")).await;
        let who = json!({ "participants": [
            network(app, CENTRE_A, "centre"),
            network(app, COORDINATION, "coordination"),
            { "type": "office", "office": KB_HAMBURG }
        ] });
        let who: InviteToJointActivity = serde_json::from_value(who).expect("invitations");
        let invited = office.invite_to_joint_activity(activity.id, &activity.etag, &who);
        Self {
            activity: invited.await.expect("invitations").id,
            ..Self::missing()
        }
    }

    /// The same with an activity about which this role can do this.
    pub(crate) async fn of_role(&self, app: &TestApp, operation: &str, role: Role) -> Self {
        let (proposer, own, counterpart) = match role {
            Role::Office => (
                app.client(CENTRE_C),
                app.office(KB_HAMBURG),
                json!({ "type": "office", "office": KB_HAMBURG }),
            ),
            Role::Coordination => (
                app.office(HANNOVER),
                app.coordination(),
                network(app, COORDINATION, "coordination"),
            ),
            _ => (
                app.office(HANNOVER),
                app.client(CENTRE_A),
                network(app, CENTRE_A, "centre"),
            ),
        };
        match operation {
            // Whom an office proposes one to.
            "proposeJointActivity" if role == Role::Office => Self {
                counterpart: network(app, CENTRE_A, "centre"),
                ..self.clone()
            },
            "agreeJointActivity" | "declineJointActivity" => Self {
                activity: proposed(&proposer, counterpart).await.id,
                ..self.clone()
            },
            "cancelJointActivity" | "recordJointActivityHeld" | "inviteToJointActivity" => Self {
                activity: agreed(&proposer, &own, counterpart).await.id,
                ..self.clone()
            },
            _ => self.clone(),
        }
    }

    /// Nobody changed anything.
    pub(crate) async fn are_untouched(&self, app: &TestApp) {
        let found = app.office(HANNOVER).get_joint_activity(self.activity).await;
        let found = found.unwrap();
        assert_eq!(
            (found.version, found.state),
            (3, JointActivityState::Agreed)
        );
        assert!(found.invitations.iter().all(|one| one.answer.is_none()));
    }
}

fn network(app: &TestApp, client: &str, kind: &str) -> Value {
    let organisation = app.network().participant(client).organisation;
    json!({ "type": kind, "organisation_id": organisation })
}

/// One that has begun and is not over.
fn to(counterpart: Value) -> Value {
    let mut activity = examples::propose_joint_activity();
    activity["starts_at"] = json!("2026-06-01T00:00:00Z");
    activity["ends_at"] = json!("2027-05-01T00:00:00Z");
    activity["counterpart"] = counterpart;
    activity
}

async fn proposed(by: &Client, counterpart: Value) -> Tagged<JointActivity> {
    let activity: ProposeJointActivity =
        serde_json::from_value(to(counterpart)).expect("a proposal");
    let proposed = by.propose_joint_activity(&activity, None).await;
    proposed.expect("a proposal")
}

async fn agreed(by: &Client, with: &Client, counterpart: Value) -> Tagged<JointActivity> {
    let proposal = proposed(by, counterpart).await;
    let agreed = with.agree_joint_activity(proposal.id, &proposal.etag).await;
    agreed.expect("an agreed activity")
}
