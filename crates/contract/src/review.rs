//! Reviews of the agreement (agreement, point 11): on occasion, and every year. Nobody who is affected stands in any of it: figures by
//! Direktion with small numbers withheld, and texts about nobody.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    LongText, OfficeId, ShortText, Timestamp,
    gathering::Participant,
    page::page,
    vocabulary::{
        AgreementPoint, AgreementSide, FigureTopic, GoalAttainment, ReviewReason, ReviewState,
        SpanKind,
    },
};

/// A review on occasion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::open_review))]
pub struct OpenReview {
    /// The occasion. `date` says itself when it is there.
    pub reason: ReviewReason,
}

/// How far a side sees the aim of one point attained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PointAssessment {
    /// The point; each once.
    pub point: AgreementPoint,
    /// How far.
    pub attainment: GoalAttainment,
    /// What there is to say about it: about no person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub remark: Option<LongText>,
}

/// What the caller's side says about some points, in the place of what it said about them before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::assess_review))]
pub struct AssessReview {
    /// Point by point.
    #[schema(min_items = 1, max_items = 11)]
    pub assessments: Vec<PointAssessment>,
}

/// A measure that the caller's side proposes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::propose_measure))]
pub struct ProposeMeasure {
    /// The point that it is about.
    pub point: AgreementPoint,
    /// What is to be done: about no person.
    pub title: ShortText,
    /// The side that does it.
    pub by: AgreementSide,
    /// Until when.
    pub due_at: Timestamp,
}

/// What a side said about a point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SideAssessment {
    /// Which side.
    pub side: AgreementSide,
    /// The point.
    pub point: AgreementPoint,
    /// How far.
    pub attainment: GoalAttainment,
    /// What it said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub remark: Option<LongText>,
    /// Since when it stands so.
    pub assessed_at: Timestamp,
}

/// A measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReviewMeasure {
    /// Its identifier.
    pub id: Uuid,
    /// The review in which it was proposed: an earlier one, if it was not done since.
    pub review_id: Uuid,
    /// The point that it is about.
    pub point: AgreementPoint,
    /// What is to be done.
    pub title: ShortText,
    /// The side that does it.
    pub by: AgreementSide,
    /// Until when.
    pub due_at: Timestamp,
    /// The side that proposed it.
    pub proposed_by: AgreementSide,
    /// When.
    pub proposed_at: Timestamp,
    /// When the other side agreed; absent as long as it has not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub agreed_at: Option<Timestamp>,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub completed_at: Option<Timestamp>,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::review))]
pub struct Review {
    /// Its identifier.
    pub id: Uuid,
    /// Which one it is, from 1 on.
    pub number: u32,
    /// Where it stands.
    pub state: ReviewState,
    /// Why.
    pub reason: ReviewReason,
    /// Who asked for it; absent for one by date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub asked_by: Option<Participant>,
    /// When it was asked for, or became due.
    pub asked_at: Timestamp,
    /// Where its period begins: where the one before ended, or with the agreement.
    pub period_from: Timestamp,
    /// Where its period ends: when it opened. Absent until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub period_until: Option<Timestamp>,
    /// When the police concluded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub concluded_by_police_at: Option<Timestamp>,
    /// When the network concluded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub concluded_by_network_at: Option<Timestamp>,
    /// What both sides said.
    pub assessments: Vec<SideAssessment>,
    /// Its measures, and agreed ones of earlier reviews that were not done when it was asked for.
    pub measures: Vec<ReviewMeasure>,
}

page! {
    /// A page of reviews, newest first.
    ReviewPage of Review
}

/// A column of figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureColumn {
    /// Its code; `sum` for the last, which is the sum of the others.
    pub code: String,
    /// In German.
    pub label_de: String,
    /// In English.
    pub label_en: String,
}

/// A published number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Figure {
    /// The number; absent where it is withheld: because it is small, or because another would follow from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub count: Option<u64>,
}

/// The median of a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MedianHours {
    /// Which time.
    pub span: SpanKind,
    /// Hours, rounded; absent where there are too few cases, or where their number is withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub hours: Option<u64>,
}

/// The figures of one area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureRow {
    /// The Direktion, or the office that stands at its place; absent for the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub direktion: Option<OfficeId>,
    /// The Land within it, or `unknown`; absent for the whole Direktion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub land: Option<String>,
    /// In the order of the columns.
    pub figures: Vec<Figure>,
    /// Medians.
    pub medians: Vec<MedianHours>,
}

/// The figures of one topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FigureTable {
    /// What is counted.
    pub topic: FigureTopic,
    /// What by; the sum last.
    pub columns: Vec<FigureColumn>,
    /// The whole first, then each Direktion before its Länder.
    pub rows: Vec<FigureRow>,
}

/// The figures of a review: made once, when it opened, and never again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::review_figures))]
pub struct ReviewFigures {
    /// The review.
    pub review_id: Uuid,
    /// From when on.
    pub period_from: Timestamp,
    /// Until when, exclusively.
    pub period_until: Timestamp,
    /// The least number above zero that is shown.
    pub threshold: u64,
    /// Topic by topic.
    pub tables: Vec<FigureTable>,
}
