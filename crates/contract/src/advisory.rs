//! General advisories (agreement, point 6): developments, and no case. Texts with a pseudonym are refused.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    CountryCode, LongText, ShortText, Timestamp,
    gathering::Participant,
    page::page,
    vocabulary::{ExploitationForm, TrainingTopic},
};

/// An advisory that somebody publishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::publish_advisory))]
pub struct PublishAdvisory {
    /// What it is called.
    pub title: ShortText,
    /// What it says. No person and no case.
    pub text: LongText,
    /// What it is about, each once.
    #[schema(min_items = 1, max_items = 8)]
    pub topics: Vec<TrainingTopic>,
    /// Countries that it is about, each once. Default: none in particular.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 50)]
    pub countries: Vec<CountryCode>,
    /// Forms of exploitation that it is about, each once. Default: none in particular.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 7)]
    pub exploitation_forms: Vec<ExploitationForm>,
}

/// An advisory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::advisory))]
pub struct GeneralAdvisory {
    /// Its identifier.
    pub id: Uuid,
    /// What it is called.
    pub title: ShortText,
    /// What it says.
    pub text: LongText,
    /// What it is about.
    pub topics: Vec<TrainingTopic>,
    /// Countries that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<CountryCode>,
    /// Forms of exploitation that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exploitation_forms: Vec<ExploitationForm>,
    /// Who published it.
    pub published_by: Participant,
    /// When.
    pub published_at: Timestamp,
    /// When its author took it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub withdrawn_at: Option<Timestamp>,
}

page! {
    /// A page of advisories that nobody took back, newest first.
    AdvisoryPage of GeneralAdvisory
}
