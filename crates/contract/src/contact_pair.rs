//! Contact pairs (agreement, point 9): an office and a centre that know whom to call, before there is any case.
//!
//! A pair has two halves. Each side writes and confirms its own, and reads both. Nobody else reads what they say.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    OfficeId, ShortText, Timestamp,
    office::Office,
    page::page,
    vocabulary::{ContactGap, PairChannel, PairRole, PairStanding},
};

/// One contact: a role, and by what it is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleContact {
    /// The role. It must be one of the side that names it.
    pub role: PairRole,
    /// Who has it at present. A name is never needed: a role and a number that is always staffed last longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<ShortText>,
    /// By what it is reached.
    pub channel: PairChannel,
    /// The telephone number, or the e-mail address, as the channel has it.
    pub value: ShortText,
    /// When somebody is reached there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reachable: Option<ShortText>,
}

/// With whom a pair is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum PairWith {
    /// By an office: with the centre that keeps this entry of the directory.
    Centre {
        /// The entry's `id`.
        centre_id: Uuid,
    },
    /// By a centre: with this office.
    Office {
        /// The office's `id`.
        office: OfficeId,
    },
}

/// A new pair, with the half of the side that opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::open_contact_pair))]
pub struct OpenContactPair {
    /// With whom.
    pub with: PairWith,
    /// Whom the other side is to call here.
    #[schema(min_items = 1, max_items = 8)]
    pub contacts: Vec<RoleContact>,
}

/// One's own half, in the place of what it said before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::set_pair_contacts))]
pub struct SetPairContacts {
    /// Whom the other side is to call here.
    #[schema(min_items = 1, max_items = 8)]
    pub contacts: Vec<RoleContact>,
}

/// When a half was changed and confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HalfDates {
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// When its side last said that it holds.
    pub confirmed_at: Timestamp,
}

/// A half of a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PairHalf {
    /// Counts its changes, from one.
    #[schema(minimum = 1)]
    pub version: u64,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// When its side last said that it holds.
    pub confirmed_at: Timestamp,
    /// Whom to call there.
    pub contacts: Vec<RoleContact>,
}

/// A contact pair, as its two sides see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::contact_pair))]
pub struct ContactPair {
    /// Its identifier.
    pub id: Uuid,
    /// The office.
    pub office: OfficeId,
    /// The centre, as an organisation that takes part.
    pub organisation_id: Uuid,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Where it stands.
    pub standing: PairStanding,
    /// Since when it is incomplete or stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub since: Option<Timestamp>,
    /// Until when it is current, unless both sides confirm again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub until: Option<Timestamp>,
    /// Whom to call at the office; absent until it names somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub office_half: Option<PairHalf>,
    /// Whom to call at the centre; absent until it names somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub centre_half: Option<PairHalf>,
}

/// A contact pair in a list: whose it is and where it stands, and not whom it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::listed_contact_pair))]
pub struct ListedContactPair {
    /// Its identifier.
    pub id: Uuid,
    /// The office.
    pub office: OfficeId,
    /// The centre, as an organisation that takes part.
    pub organisation_id: Uuid,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Where it stands.
    pub standing: PairStanding,
    /// Since when it is incomplete or stale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub since: Option<Timestamp>,
    /// Until when it is current, unless both sides confirm again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub until: Option<Timestamp>,
    /// The office's half; absent until it names somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub office_half: Option<HalfDates>,
    /// The centre's half; absent until it names somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub centre_half: Option<HalfDates>,
}

page! {
    /// Contact pairs, the newest first.
    ContactPairPage of ListedContactPair
}

/// An office that has no current contact pair.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::office_without_contact))]
pub struct OfficeWithoutContact {
    /// The office.
    pub office: Office,
    /// What it lacks.
    pub gap: ContactGap,
    /// Since when: since its last pair is no longer current, or its first was opened. Absent where it never had one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub since: Option<Timestamp>,
}

page! {
    /// Offices without a current contact pair, in the order of their identifiers.
    OfficeWithoutContactPage of OfficeWithoutContact
}
