//! Handovers (agreement, point 9): a police office gives a person's case to another office, to the police of a Land or to a prosecution.
//! Whoever takes it over is a new recipient.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    OfficeId, ShortText, Timestamp,
    known_person::{KnownBy, KnownFrom},
    page::page,
    vocabulary::{Accompanies, Land},
};

/// Who handles a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Handler {
    /// Another office of the Bundespolizei.
    Office {
        /// Which.
        office: OfficeId,
    },
    /// The police of a Land. It takes no messages here.
    LandPolice {
        /// Which Land.
        land: Land,
        /// Which of its bodies, so that the centre knows whom to call. No person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        unit: Option<ShortText>,
    },
    /// A prosecution. It takes no messages here.
    Prosecution {
        /// In which Land.
        land: Land,
        /// Which one, so that the centre knows whom to call. No person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        unit: Option<ShortText>,
    },
}

/// A case that is handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::hand_case_over))]
pub struct HandCaseOver {
    /// From what the office knows the person: a message for it, collected or not, or an accepted offer of its own.
    pub known_from: KnownFrom,
    /// Who handles the case from now on.
    pub to: Handler,
}

/// A message to the office that hands a case over, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccompanyingMessage {
    /// The disclosure.
    pub disclosure_id: Uuid,
    /// What becomes of it.
    pub standing: Accompanies,
}

/// A handover as the office that made it sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MadeHandover {
    /// Its identifier.
    pub id: Uuid,
    /// From what the office knows the person.
    pub known_from: KnownFrom,
    /// Who handles the case from then on.
    pub to: Handler,
    /// When.
    pub handed_over_at: Timestamp,
    /// When the centre acknowledged it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub acknowledged_at: Option<Timestamp>,
}

/// The same, with the messages of the case that are for this office.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::made_handover))]
pub struct MadeHandoverDetails {
    /// The handover.
    pub handover: MadeHandover,
    /// What becomes of each message, as things are now; oldest first.
    pub messages: Vec<AccompanyingMessage>,
}

/// A handover as the centre that is told sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ToldHandover {
    /// Its identifier.
    pub id: Uuid,
    /// The office that handed the case over.
    pub office: OfficeId,
    /// By what the centre knows the person.
    pub known_by: KnownBy,
    /// Who handles the case from then on.
    pub to: Handler,
    /// When.
    pub handed_over_at: Timestamp,
    /// When the centre acknowledged it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub acknowledged_at: Option<Timestamp>,
}

/// The same, with the messages that nobody can collect any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::told_handover))]
pub struct ToldHandoverDetails {
    /// The handover.
    pub handover: ToldHandover,
    /// Disclosures of the case that still wait for the office which handed it over; oldest first. Each can be redirected, under a consent
    /// that covers the new office, or recalled.
    pub waiting: Vec<Uuid>,
}

/// A handover in a list, as whoever asks may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum ListedHandover {
    /// To the office that made it.
    Office(MadeHandover),
    /// To the centre that is told.
    Centre(ToldHandover),
}

/// A handover as whoever asks may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum HandoverView {
    /// To the office that made it.
    Office(MadeHandoverDetails),
    /// To the centre that is told.
    Centre(ToldHandoverDetails),
}

page! {
    /// A page of handovers, newest first.
    HandoverPage of ListedHandover
}
