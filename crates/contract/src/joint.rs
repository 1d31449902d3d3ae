//! Joint activities of police and network (agreement, point 7).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    LongText, ShortText, Timestamp,
    gathering::{CostBearing, Participant, Venue},
    page::page,
    vocabulary::{InvitationAnswer, JointActivityKind, JointActivityState},
};

/// A joint activity that somebody proposes to the other side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::propose_joint_activity))]
pub struct ProposeJointActivity {
    /// What it is.
    pub kind: JointActivityKind,
    /// What it is called. No person is named in it: a pseudonym is refused.
    pub title: ShortText,
    /// What it is about. The same.
    pub description: LongText,
    /// From when on.
    pub starts_at: Timestamp,
    /// Until when: after the beginning, by at most 366 days, and not in the past.
    pub ends_at: Timestamp,
    /// Where.
    pub venue: Venue,
    /// Whether everybody may come.
    pub public: bool,
    /// Who pays. A supplementary agreement must be in force for all of that time, or will be, and have both parties.
    pub costs: CostBearing,
    /// Who is to agree: of the other side. Offices propose to centres and the coordination, and the other way round.
    pub counterpart: Participant,
}

/// Whom a party invites besides. Who takes part already stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::invite_to_joint_activity))]
pub struct InviteToJointActivity {
    /// Offices, centres, the coordination: of either side.
    #[schema(min_items = 1, max_items = 100)]
    pub participants: Vec<Participant>,
}

/// An answer to an invitation to a joint activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::reply_to_invitation))]
pub struct ReplyToInvitation {
    /// What.
    pub answer: InvitationAnswer,
}

/// Somebody who is invited to a joint activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct JointActivityInvitation {
    /// Who.
    pub participant: Participant,
    /// When.
    pub invited_at: Timestamp,
    /// What they answered; absent as long as they have not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, inline)]
    pub answer: Option<InvitationAnswer>,
    /// When, the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub answered_at: Option<Timestamp>,
}

/// A joint activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::joint_activity))]
pub struct JointActivity {
    /// Its identifier.
    pub id: Uuid,
    /// Counts what its two parties changed, from 1. Answers to invitations are no part of it.
    #[schema(minimum = 1, maximum = 9007199254740991i64)]
    pub version: u64,
    /// Where it stands.
    pub state: JointActivityState,
    /// What it is.
    pub kind: JointActivityKind,
    /// What it is called.
    pub title: ShortText,
    /// What it is about.
    pub description: LongText,
    /// From when on.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// Where.
    pub venue: Venue,
    /// Whether everybody may come.
    pub public: bool,
    /// Who pays.
    pub costs: CostBearing,
    /// Who proposed it.
    pub proposed_by: Participant,
    /// Who agrees or declines.
    pub counterpart: Participant,
    /// When it was proposed.
    pub proposed_at: Timestamp,
    /// When the counterpart agreed or declined; absent as long as it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub answered_at: Option<Timestamp>,
    /// When a party said that it was held, or called it off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closed_at: Option<Timestamp>,
    /// Who else is invited, in the order of the invitations.
    #[schema(max_items = 200)]
    pub invitations: Vec<JointActivityInvitation>,
}

page! {
    /// A page of joint activities, the last proposed first.
    JointActivityPage of JointActivity
}
