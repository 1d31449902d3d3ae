//! Contact details of a person, from an office to the centre that helps (agreement, point 3): only as far as she allowed it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    OfficeId, Pseudonym, Reference, ShortText, Timestamp,
    consent::{Conversation, Evidence, Grantor, LegalHalf, Retention},
    page::page,
    vocabulary::{Capacity, ConsentStatus, ContactItemKind, ContactState, SealReason},
};

/// What a person allowed an office to tell a centre about herself, for how long, and how it was formally given. It never changes: for
/// anything else there is another consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactTerms {
    /// The exact centres that may receive, by their identifiers in the directory.
    #[schema(min_items = 1, max_items = 20)]
    pub recipients: Vec<Uuid>,
    /// Which details.
    #[schema(value_type = BTreeSet<ContactItemKind>, min_items = 1, max_items = 6)]
    pub items: Vec<ContactItemKind>,
    /// First moment of validity.
    pub valid_from: Timestamp,
    /// First moment after validity. There is no consent without an end.
    pub valid_until: Timestamp,
    /// The signed data-protection consent (Art. 6, 7 GDPR; § 51 BDSG). Without it the consent is not in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub data_protection_consent: Option<LegalHalf>,
    /// What the person was told beforehand.
    pub notice: ContactNotice,
    /// Whether the person can consent alone.
    pub capacity: Capacity,
    /// Who consented.
    pub grantor: Grantor,
    /// The talk in which the consent was given.
    pub conversation: Conversation,
    /// Evidence of the consent (Art. 7(1) GDPR). Without it the consent is not in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub evidence: Option<Evidence>,
    /// The office's reference for whoever took the consent.
    pub collected_by: Reference,
    /// How long the evidence is kept; not shorter than the consent is valid.
    pub retention: Retention,
}

/// What the person was told beforehand (Art. 7(3), 13 GDPR). All three are needed for the consent to be in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactNotice {
    /// That she can withdraw at any time, and how.
    pub right_to_withdraw: bool,
    /// That she is helped without it as well (agreement, point 1).
    pub help_without_it: bool,
    /// Who will know what.
    pub who_receives_what: bool,
}

/// A contact consent that is to be recorded. That a person said no is not recorded anywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::record_contact_consent))]
pub struct RecordContactConsent {
    /// What was allowed.
    pub terms: ContactTerms,
}

/// A recorded contact consent, as its office sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactConsent {
    /// Its identifier.
    pub id: Uuid,
    /// The involvement.
    pub involvement_id: Uuid,
    /// Where it stands by the database's clock: `given`, `withdrawn` or `expired`.
    pub status: ConsentStatus,
    /// The centres that may receive.
    pub recipients: Vec<Uuid>,
    /// Which details.
    pub items: Vec<ContactItemKind>,
    /// First moment of validity.
    pub valid_from: Timestamp,
    /// First moment after validity.
    pub valid_until: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// When it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub withdrawn_at: Option<Timestamp>,
    /// What was told under it, oldest first; without what it says.
    pub details: Vec<ContactDetails>,
}

/// What a withdrawal did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactWithdrawal {
    /// The consent.
    pub contact_consent_id: Uuid,
    /// When it was withdrawn.
    pub withdrawn_at: Timestamp,
    /// Details that were never collected, and now never will be.
    pub sealed: u32,
    /// Details that a centre had collected, and is asked to erase.
    pub to_erase: u32,
}

/// One of the details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactItem {
    /// Of which kind.
    pub kind: ContactItemKind,
    /// What it says.
    pub text: ShortText,
}

/// What an office tells the centre that helps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::release_contact_details))]
pub struct ReleaseContactDetails {
    /// The centre that accepted, by its identifier in the directory.
    pub centre_id: Uuid,
    /// The details, each kind once.
    #[schema(min_items = 1, max_items = 6)]
    pub items: Vec<ContactItem>,
}

/// Contact details as the office that told them sees them: without what they say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactDetails {
    /// Their identifier.
    pub id: Uuid,
    /// The consent that they rest on.
    pub contact_consent_id: Uuid,
    /// The centre, by its identifier in the directory.
    pub centre_id: Uuid,
    /// Which details.
    pub items: Vec<ContactItemKind>,
    /// Where they stand.
    pub state: ContactState,
    /// Why they were sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub seal_reason: Option<SealReason>,
    /// When they were released.
    pub released_at: Timestamp,
    /// When they were first collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub collected_at: Option<Timestamp>,
    /// When they were acknowledged or sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closed_at: Option<Timestamp>,
    /// When the centre was asked to erase them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub erasure_asked_at: Option<Timestamp>,
    /// When the centre said that it erased them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub erased_at: Option<Timestamp>,
}

/// Contact details as the centre that they are for sees them: without what they say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AddressedContactDetails {
    /// Their identifier.
    pub id: Uuid,
    /// The offer that the centre accepted.
    pub offer_id: Uuid,
    /// The office that tells.
    pub office: OfficeId,
    /// What this centre knows the person by.
    pub person: Pseudonym,
    /// Which details.
    pub items: Vec<ContactItemKind>,
    /// Where they stand: `held`, `collected` or `acknowledged`.
    pub state: ContactState,
    /// When they were released.
    pub released_at: Timestamp,
    /// When they were first collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub collected_at: Option<Timestamp>,
    /// When they were acknowledged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub acknowledged_at: Option<Timestamp>,
    /// Since when they are to be erased: the person took her consent back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub erasure_asked_at: Option<Timestamp>,
    /// When the centre said that it erased them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub erased_at: Option<Timestamp>,
}

/// Contact details as whoever asks may see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum ContactDetailsView {
    /// To the office that told them.
    Office(ContactDetails),
    /// To the centre that they are for.
    Centre(AddressedContactDetails),
}

/// What a centre collected. Until it is acknowledged it can be collected again; the consent is asked each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CollectedContactDetails {
    /// The details themselves.
    pub details: AddressedContactDetails,
    /// What they say.
    pub items: Vec<ContactItem>,
}

page! {
    /// A page of the contact details that concern a centre, oldest first.
    AddressedContactDetailsPage of AddressedContactDetails
}
