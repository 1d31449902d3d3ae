//! Early involvement (agreement, point 3): an office asks centres for help, a centre answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    LanguageCode, OfficeId, Postcode, PostcodeRegion, Pseudonym, Reference, Timestamp,
    page::page,
    vocabulary::{
        ContactMode, ExploitationForm, InvolvementState, Land, Offer, OfferAnswerKind, OfferReason,
        OfferStanding, TargetGroup,
    },
};

/// Which help is needed, and where. It is sealed where it is kept; centres are told the region of the place alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HelpNeeded {
    /// Where the person is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub postcode: Option<Postcode>,
    /// In which Land.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub land: Option<Land>,
    /// In which language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub language: Option<LanguageCode>,
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub target_group: Option<TargetGroup>,
    /// After which form of exploitation, as far as it is suspected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub exploitation_form: Option<ExploitationForm>,
    /// Which help above all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub offer: Option<Offer>,
    /// Whether somebody has to come to where the person is. Default: false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub mobile: Option<bool>,
}

/// A suspected case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::note_involvement))]
pub struct NoteInvolvement {
    /// The office's own reference for the case. It stays sealed and reaches nobody else.
    pub case_reference: Reference,
    /// The office's own reference for the person, no name. It stays sealed; each centre is told another pseudonym in its place.
    pub person_reference: Reference,
    /// Since when the office suspects that somebody is affected, by its own clock.
    pub suspicion_noted_at: Timestamp,
    /// Which help is needed.
    #[serde(default)]
    pub needed: HelpNeeded,
    /// Centres that are asked at once, by their identifiers in the directory. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20)]
    pub offer_to: Vec<Uuid>,
}

/// Centres that are asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::offer_involvement))]
pub struct OfferInvolvement {
    /// By their identifiers in the directory.
    #[schema(min_items = 1, max_items = 20)]
    pub centres: Vec<Uuid>,
}

/// How the person and the centre that helps find each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::agree_contact))]
pub struct AgreeContact {
    /// How they meet.
    pub mode: ContactMode,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub meeting_at: Option<Timestamp>,
}

/// How they find each other, as it was agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactAgreed {
    /// How they meet.
    pub mode: ContactMode,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub meeting_at: Option<Timestamp>,
    /// When it was agreed.
    pub agreed_at: Timestamp,
}

/// What one centre was asked, as the office that asked sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MadeOffer {
    /// Its identifier.
    pub id: Uuid,
    /// The centre, by its identifier in the directory.
    pub centre_id: Uuid,
    /// What the centre knows the person by.
    pub person_for_centre: Pseudonym,
    /// Where it stands.
    pub standing: OfferStanding,
    /// Why the centre does not help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<OfferReason>,
    /// When it was asked.
    pub offered_at: Timestamp,
    /// Until when it is to answer: the installation's own deadline, not the agreement's.
    pub answer_by: Timestamp,
    /// When it was reminded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reminded_at: Option<Timestamp>,
    /// When the coordination was told that nobody answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub escalated_at: Option<Timestamp>,
    /// When it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub answered_at: Option<Timestamp>,
}

/// One person for whom an office asks for help, as the office sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::involvement))]
pub struct Involvement {
    /// Its identifier.
    pub id: Uuid,
    /// The person's case at the office. The same references lead to the same case.
    pub case_id: Uuid,
    /// Since when the office suspects.
    pub suspicion_noted_at: Timestamp,
    /// When it was noted here.
    pub opened_at: Timestamp,
    /// Which help is needed.
    pub needed: HelpNeeded,
    /// Where it stands.
    pub state: InvolvementState,
    /// The offer that was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub accepted_offer_id: Option<Uuid>,
    /// How they find each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contact: Option<ContactAgreed>,
    /// When it was closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub closed_at: Option<Timestamp>,
    /// What centres were asked, in the order of the times.
    pub offers: Vec<MadeOffer>,
}

/// Which help is needed, as a centre is told: no place, only its region.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HelpNeededByCentre {
    /// The first two digits of the postcode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub postcode_region: Option<PostcodeRegion>,
    /// In which Land.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub land: Option<Land>,
    /// In which language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub language: Option<LanguageCode>,
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub target_group: Option<TargetGroup>,
    /// After which form of exploitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub exploitation_form: Option<ExploitationForm>,
    /// Which help above all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub offer: Option<Offer>,
    /// Whether somebody has to come to where the person is.
    pub mobile: bool,
}

/// What a centre was asked, as the centre sees it: not who the person is, not where exactly, and not who else was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::involvement_offer))]
pub struct InvolvementOffer {
    /// Its identifier.
    pub id: Uuid,
    /// The office that asks.
    pub office: OfficeId,
    /// The centre that is asked, by its identifier in the directory.
    pub centre_id: Uuid,
    /// What this centre knows the person by. The same person has the same pseudonym here, and another one elsewhere.
    pub person: Pseudonym,
    /// Which help is needed.
    pub needed: HelpNeededByCentre,
    /// Where it stands.
    pub standing: OfferStanding,
    /// Why the centre does not help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<OfferReason>,
    /// How the centre and the person find each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub contact: Option<ContactAgreed>,
    /// When it was asked.
    pub offered_at: Timestamp,
    /// Until when it is to answer: the installation's own deadline, not the agreement's.
    pub answer_by: Timestamp,
    /// When it was reminded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reminded_at: Option<Timestamp>,
    /// When it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub answered_at: Option<Timestamp>,
}

/// What a centre answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::answer_offer))]
pub struct AnswerOffer {
    /// Whether it helps.
    pub answer: OfferAnswerKind,
    /// Why not, if it likes to say; to be left out when it accepts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<OfferReason>,
}

/// What nobody has answered in time, as the coordination sees it: who asked whom, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnansweredOffer {
    /// The offer's identifier.
    pub id: Uuid,
    /// The office that asks.
    pub office: OfficeId,
    /// The centre that was asked, by its identifier in the directory.
    pub centre_id: Uuid,
    /// When it was asked.
    pub offered_at: Timestamp,
    /// Until when it was to answer.
    pub answer_by: Timestamp,
    /// When the coordination was told.
    pub escalated_at: Timestamp,
}

page! {
    /// A page of an office's involvements, newest first.
    InvolvementPage of Involvement
}

page! {
    /// A page of what a centre was asked, newest first.
    InvolvementOfferPage of InvolvementOffer
}

page! {
    /// A page of what nobody has answered in time, oldest first.
    UnansweredOfferPage of UnansweredOffer
}
