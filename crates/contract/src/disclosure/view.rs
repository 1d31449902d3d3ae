//! Disclosures as centre and office see them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Item, ItemProfile, Matter};
use crate::{
    LongText, OfficeId, Pseudonym, Timestamp,
    page::page,
    vocabulary::{CompetenceReason, DisclosureState, Purpose, SealReason},
};

/// A disclosure as the centre that released it sees it: everything but its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::disclosure))]
pub struct Disclosure {
    /// Its identifier.
    pub id: Uuid,
    /// The consent it relied on.
    pub consent_id: Uuid,
    /// That consent's revision at release.
    #[schema(minimum = 1)]
    pub consent_revision: u32,
    /// The case.
    pub case_id: Uuid,
    /// The addressed office.
    pub recipient: OfficeId,
    /// What for.
    pub purpose: Purpose,
    /// Whether the office may pass it on.
    pub onward_transfer: bool,
    /// What it is about.
    pub matter: Matter,
    /// Why the addressed office was competent at release.
    pub competence: CompetenceReason,
    /// The items, without what they say.
    pub items: Vec<ItemProfile>,
    /// What the addressed office knows the person by.
    pub person: Pseudonym,
    /// Where it stands.
    pub state: DisclosureState,
    /// Why it was sealed, when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub seal_reason: Option<SealReason>,
    /// When it was released.
    pub released_at: Timestamp,
    /// When it was first collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub collected_at: Option<Timestamp>,
    /// When its receipt was acknowledged, it was recalled, or sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closed_at: Option<Timestamp>,
}

page! {
    /// A page of the centre's disclosures, newest first.
    DisclosurePage of Disclosure
}

/// A disclosure as the addressed office sees it: everything but its content, and nothing by which two offices could find
/// out that they know the same person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::addressed_disclosure))]
pub struct AddressedDisclosure {
    /// Its identifier.
    pub id: Uuid,
    /// The centre that released it: its organisation's identifier.
    pub centre_id: Uuid,
    /// The addressed office.
    pub recipient: OfficeId,
    /// What for.
    pub purpose: Purpose,
    /// Whether the office may pass it on.
    pub onward_transfer: bool,
    /// Why the office was competent at release.
    pub competence: CompetenceReason,
    /// The items, without what they say.
    pub items: Vec<ItemProfile>,
    /// What this office knows the person by. Another office knows the same person by another pseudonym.
    pub person: Pseudonym,
    /// Where it stands: `held`, `collected` or `acknowledged`.
    pub state: DisclosureState,
    /// When it was released.
    pub released_at: Timestamp,
    /// When it was first collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub collected_at: Option<Timestamp>,
    /// When its receipt was acknowledged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub acknowledged_at: Option<Timestamp>,
}

page! {
    /// A page of what waits for an office, oldest first.
    AddressedDisclosurePage of AddressedDisclosure
}

/// A disclosure as whoever asks may see it: the centre that released it, or the addressed office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum DisclosureView {
    /// To the centre that released it.
    Centre(Disclosure),
    /// To the addressed office.
    Office(AddressedDisclosure),
}

/// What an office collected. Until it is acknowledged it can be collected again; the consent is asked each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CollectedDisclosure {
    /// The disclosure itself.
    pub disclosure: AddressedDisclosure,
    /// What the centre tells, in its order.
    pub items: Vec<Item>,
    /// The person's instructions that go with the content.
    pub handling_instructions: Vec<LongText>,
}
