//! Regional agreements (agreement, point 9): offices and centres agree on something else than the federal default, or on something besides,
//! for their region.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    OfficeId, PostcodePrefix, ShortText, Timestamp,
    page::page,
    vocabulary::{AgreementStanding, Land, Precedence, Task},
};

/// Where an agreement holds: whatever lies in one of its Länder, or has a postcode that begins so. It needs at least one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreementArea {
    /// Länder. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 16)]
    pub laender: Vec<Land>,
    /// Postcodes, by their first digits. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 200)]
    pub postcodes: Vec<PostcodePrefix>,
}

/// The office that is competent for a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreedOffice {
    /// The task. It is the same as the purpose of a disclosure.
    pub task: Task,
    /// One of the offices that are parties.
    pub office: OfficeId,
}

/// When a centre that is asked for help is reminded, and until when it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferDeadlines {
    /// Hours after an offer.
    #[schema(minimum = 1, maximum = 720)]
    pub remind_after_hours: u16,
    /// Hours after an offer; not fewer than until the reminder.
    #[schema(minimum = 1, maximum = 720)]
    pub answer_within_hours: u16,
}

/// When a centre is reminded of a security notice that it has not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeDeadlines {
    /// Hours after a routine notice.
    #[schema(minimum = 1, maximum = 720)]
    pub routine_hours: u16,
    /// Hours after an urgent notice; not more than after a routine one.
    #[schema(minimum = 1, maximum = 720)]
    pub urgent_hours: u16,
}

/// What is different from the federal default. What is not said stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deviations {
    /// The office that is competent for a task. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 3)]
    pub competent_offices: Vec<AgreedOffice>,
    /// Deadlines of offers within an involvement (point 3), of the office to the centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub offer_deadlines: Option<OfferDeadlines>,
    /// Reminders of security notices (point 5), of the office to the centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub notice_deadlines: Option<NoticeDeadlines>,
}

/// An agreement that a party proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::propose_regional_agreement))]
pub struct ProposeRegionalAgreement {
    /// What it is called.
    pub title: ShortText,
    /// Where the signed text lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reference: Option<ShortText>,
    /// Offices that are parties: active ones.
    #[schema(min_items = 1, max_items = 20)]
    pub offices: Vec<OfficeId>,
    /// Centres that are parties, by their identifiers in the directory: such as take part.
    #[schema(min_items = 1, max_items = 20)]
    pub centres: Vec<Uuid>,
    /// Where it holds.
    pub area: AgreementArea,
    /// From when on. It may lie in the past: what was agreed before is respected, from the last confirmation on.
    pub valid_from: Timestamp,
    /// Until when. Default: until a party ends it, or a new one replaces it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub valid_until: Option<Timestamp>,
    /// How it stands to the federal default.
    pub precedence: Precedence,
    /// What is different.
    #[serde(default)]
    pub deviations: Deviations,
    /// The agreement that it replaces from its beginning on. All parties of that one are parties of this one too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub replaces: Option<Uuid>,
}

/// An office that is a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OfficeParty {
    /// The office.
    pub office: OfficeId,
    /// When it confirmed; absent as long as it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub confirmed_at: Option<Timestamp>,
}

/// A centre that is a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CentreParty {
    /// The organisation that keeps the centre's entry in the directory.
    pub organisation_id: Uuid,
    /// The centre, by its identifier in the directory.
    pub centre_id: Uuid,
    /// When it confirmed; absent as long as it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub confirmed_at: Option<Timestamp>,
}

/// A party: an office or a centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AgreementParty {
    /// An office.
    Office {
        /// Which.
        office: OfficeId,
    },
    /// A centre.
    Centre {
        /// The organisation that keeps the centre's entry in the directory.
        organisation_id: Uuid,
    },
}

/// A regional agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::regional_agreement))]
pub struct RegionalAgreement {
    /// Its identifier.
    pub id: Uuid,
    /// Where it stands now.
    pub standing: AgreementStanding,
    /// What it is called.
    pub title: ShortText,
    /// Where the signed text lies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reference: Option<ShortText>,
    /// Offices that are parties.
    pub offices: Vec<OfficeParty>,
    /// Centres that are parties.
    pub centres: Vec<CentreParty>,
    /// Where it holds.
    pub area: AgreementArea,
    /// From when on.
    pub valid_from: Timestamp,
    /// Until when, if that was agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub valid_until: Option<Timestamp>,
    /// How it stands to the federal default.
    pub precedence: Precedence,
    /// What is different.
    pub deviations: Deviations,
    /// Who proposed it.
    pub proposed_by: AgreementParty,
    /// When.
    pub proposed_at: Timestamp,
    /// When the last party confirmed it; absent as long as one is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub confirmed_at: Option<Timestamp>,
    /// The agreement that it replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub replaces: Option<Uuid>,
    /// The agreement that replaces it, once all have confirmed that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub replaced_by: Option<Uuid>,
    /// From when on it is replaced; it may lie in the future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub replaced_at: Option<Timestamp>,
    /// Who ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_by: Option<AgreementParty>,
    /// When it was ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<Timestamp>,
}

page! {
    /// A page of regional agreements, newest first.
    RegionalAgreementPage of RegionalAgreement
}
