//! Trainings (agreement, point 6): an office asks for one, or the network offers one; the other side agrees. Nothing of it is about a case,
//! and texts with a pseudonym are refused.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    LanguageCode, LongText, OfficeId, Sha256, ShortText, Timestamp, WebAddress,
    gathering::{CostBearing, Participant, Venue},
    page::page,
    vocabulary::{TrainingState, TrainingTopic},
};

/// For whom a training is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum TrainingAudience {
    /// These offices. An offer names those that can agree to it.
    Offices {
        /// Which: active ones.
        #[schema(min_items = 1, max_items = 50)]
        offices: Vec<OfficeId>,
    },
    /// A Direktion with all that is below it.
    Direktion {
        /// Which.
        office: OfficeId,
    },
    /// All offices.
    All {},
}

/// A training that an office asks for, or that a centre or the coordination offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::request_training))]
pub struct RequestTraining {
    /// What it is called.
    pub title: ShortText,
    /// What it is about, and what is wished for. It stands in calendars. No person and no case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<LongText>,
    /// Its topics, each once.
    #[schema(min_items = 1, max_items = 8)]
    pub topics: Vec<TrainingTopic>,
    /// For whom it is.
    pub audience: TrainingAudience,
    /// Who of the network is asked to hold it. Default: whoever of the network agrees. Whoever offers a training holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub host: Option<Participant>,
    /// For how many people.
    #[schema(minimum = 1, maximum = 1000)]
    pub seats: u16,
    /// In which language.
    pub language: LanguageCode,
    /// Who pays.
    pub costs: CostBearing,
    /// Whether it stands in the calendar that everybody may read, once it is agreed. Default: no.
    #[serde(default)]
    pub public: bool,
}

/// When and where a training is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::training_plan))]
pub struct TrainingPlan {
    /// From when.
    pub starts_at: Timestamp,
    /// Until when: at most 366 days after it begins, and not in the past.
    pub ends_at: Timestamp,
    /// Where.
    pub venue: Venue,
}

/// That a training was held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::training_held))]
pub struct TrainingHeld {
    /// How many took part. Who they were is stored nowhere.
    #[schema(minimum = 0, maximum = 5000)]
    pub participants: u16,
}

/// How the office found a training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::training_evaluation))]
pub struct TrainingEvaluation {
    /// 1 is the best.
    #[schema(minimum = 1, maximum = 5)]
    pub grade: u16,
    /// In words. No person and no case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub remark: Option<LongText>,
}

/// A file on the web that belongs to a training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::add_training_material))]
pub struct AddTrainingMaterial {
    /// What it is called.
    pub title: ShortText,
    /// Where it lies.
    pub address: WebAddress,
    /// SHA-256 of the file, by which whoever fetches it knows it again.
    pub sha256: Sha256,
}

/// A file of a training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TrainingMaterial {
    /// What it is called.
    pub title: ShortText,
    /// Where it lies.
    pub address: WebAddress,
    /// SHA-256 of the file.
    pub sha256: Sha256,
    /// When it was added.
    pub added_at: Timestamp,
}

/// A training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::training))]
pub struct Training {
    /// Its identifier.
    pub id: Uuid,
    /// How often it was changed, from one on; the same stands in the `ETag`.
    #[schema(minimum = 1)]
    pub version: u64,
    /// How far it has come.
    pub state: TrainingState,
    /// What it is called.
    pub title: ShortText,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<LongText>,
    /// Its topics.
    pub topics: Vec<TrainingTopic>,
    /// For whom it is.
    pub audience: TrainingAudience,
    /// Who asked for it, or offered it.
    pub opened_by: Participant,
    /// When.
    pub opened_at: Timestamp,
    /// When it was changed last.
    pub changed_at: Timestamp,
    /// Who holds it; absent as long as the network as a whole is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub host: Option<Participant>,
    /// The office that asked for it, or agreed to it; absent as long as it is only offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub office: Option<OfficeId>,
    /// For how many people.
    #[schema(minimum = 1, maximum = 1000)]
    pub seats: u16,
    /// In which language.
    pub language: LanguageCode,
    /// Who pays.
    pub costs: CostBearing,
    /// Whether it stands in the calendar that everybody may read.
    pub public: bool,
    /// When and where; absent as long as it is not agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub plan: Option<TrainingPlan>,
    /// How many took part, once held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0, maximum = 5000)]
    pub participants: Option<u16>,
    /// How the office found it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub evaluation: Option<TrainingEvaluation>,
    /// Its files, in the order in which they were added.
    #[schema(max_items = 50)]
    pub materials: Vec<TrainingMaterial>,
}

page! {
    /// A page of trainings, newest first.
    TrainingPage of Training
}
