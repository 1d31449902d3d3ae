//! Prevention days of the police and invitations to them, and where the police name the network (agreement, point 8).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    LongText, OfficeId, ShortText, Timestamp, WebAddress,
    gathering::{CostBearing, Participant, Venue},
    page::page,
    vocabulary::{InvitationAnswer, Land, MediaCheckedBy, MediaFound, PreventionState},
};

/// A prevention day that an office plans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::plan_prevention_event))]
pub struct PlanPreventionEvent {
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
    /// Who pays. A supplementary agreement must be in force for all of that time, or will be, and have the office as a party.
    pub costs: CostBearing,
}

/// Whom an office invites: at least one of them. Who is invited already stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::invite_prevention_event))]
pub struct InvitePreventionEvent {
    /// The network's coordination. Default: no.
    #[serde(default)]
    pub coordination: bool,
    /// Centres that take part and are, or help, in one of these Länder, as far as the directory says. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 16)]
    pub laender: Vec<Land>,
    /// Centres by their identifiers in the directory: such as take part. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    pub centres: Vec<Uuid>,
}

/// An answer to an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::reply_to_prevention_event))]
pub struct ReplyToPreventionEvent {
    /// What.
    pub answer: InvitationAnswer,
}

/// Somebody who is invited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PreventionInvitation {
    /// Who: of the network.
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

/// A prevention day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::prevention_event))]
pub struct PreventionEvent {
    /// Its identifier.
    pub id: Uuid,
    /// Counts what its office changed, from 1. Answers are no part of it.
    #[schema(minimum = 1, maximum = 9007199254740991i64)]
    pub version: u64,
    /// Where it stands.
    pub state: PreventionState,
    /// The office that invites.
    pub office: OfficeId,
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
    /// When it was planned.
    pub planned_at: Timestamp,
    /// When its office said that it was held, or called it off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closed_at: Option<Timestamp>,
    /// Who is invited, in the order of the invitations.
    pub invitations: Vec<PreventionInvitation>,
}

page! {
    /// A page of prevention days, the last planned first.
    PreventionEventPage of PreventionEvent
}

/// Where the police name the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum MediaPlace {
    /// A page on the web.
    Page {
        /// Its address.
        address: WebAddress,
    },
    /// A leaflet.
    Leaflet {
        /// What it is called. No person is named in it: a pseudonym is refused.
        title: ShortText,
        /// Where it lies. The same.
        lies_at: ShortText,
    },
}

/// Who is named there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum MediaSubject {
    /// The network's coordination: the KOK.
    Coordination {},
    /// A counselling centre.
    Centre {
        /// Its identifier in the directory, as it was when this was added.
        centre_id: Uuid,
    },
}

/// A place that an office adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::add_media_reference))]
pub struct AddMediaReference {
    /// Where.
    pub place: MediaPlace,
    /// Who is named there.
    pub names: MediaSubject,
}

/// That an office has looked whether the network is still named there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::record_media_reference_check))]
pub struct RecordMediaReferenceCheck {
    /// What was found.
    pub still_live: MediaFound,
    /// Who looked.
    pub checked_by: MediaCheckedBy,
}

/// A place where the police name the network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::media_reference))]
pub struct MediaReference {
    /// Its identifier.
    pub id: Uuid,
    /// The office that keeps it.
    pub office: OfficeId,
    /// Where.
    pub place: MediaPlace,
    /// Who is named there.
    pub names: MediaSubject,
    /// Whether they are still named there, as far as anybody knows.
    pub still_live: MediaFound,
    /// Since when it is known here.
    pub added_at: Timestamp,
    /// When somebody looked last; absent as long as nobody has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_checked_at: Option<Timestamp>,
    /// Who looked then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, inline)]
    pub checked_by: Option<MediaCheckedBy>,
    /// Whether nobody has looked for as long as this installation has set. The agreement names no time.
    pub stale: bool,
    /// When its office removed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub removed_at: Option<Timestamp>,
}

page! {
    /// A page of places where the police name the network, the last added first.
    MediaReferencePage of MediaReference
}
