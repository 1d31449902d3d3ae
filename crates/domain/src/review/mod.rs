//! The review of the agreement (point 11): on occasion, at the latest a year after entry into force, both sides look at how far
//! they got, with figures that reveal nobody.
//!
//! ```text
//!      asked for by a side          figures frozen            both sides say so         measures are agreed
//! ───────────────────────▶ due ──────────────────▶ open ─────────────────────▶ concluded ───────────────────▶ adapted
//!      or the date is there
//! ```
//!
//! Each review looks at the time since the one before: their periods never overlap, and its figures are made once, when it opens.
//! Nobody who is affected stands in any of it: figures went through [`disclosure_control`], texts are about nobody.

pub mod disclosure_control;
mod figures;
mod record;
mod vocabulary;

pub use figures::{
    FigureRow, FigureSet, FigureTable, MedianHours, OfficeCount, OfficeSpan, ReleaseRefusal,
    ReviewFacts, UNKNOWN_LAND,
};
pub use record::{
    Assessment, Measure, MeasureId, NewAssessment, NewMeasure, Review, ReviewRules, SideAssessment,
};
pub use vocabulary::{
    AgreementPoint, FigureCategory, FigureTopic, GoalAttainment, ReviewReason, ReviewState,
    SpanKind,
};
