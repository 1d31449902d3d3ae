//! The record of a training.

use super::{Attendance, FileHash, Grade, TrainingTerms};
use crate::{
    directory::WebAddress,
    gathering::{CalendarEvent, LongGeneralText, Participant, ShortGeneralText, Span, Venue},
    ids::TrainingId,
    instant::Instant,
    office::OfficeId,
    vocabulary::vocabulary,
};

vocabulary! {
    /// How far a training has come.
    TrainingState as "state of a training" {
        Requested = "requested", "angefragt", "requested";
        Agreed = "agreed", "vereinbart", "agreed";
        Held = "held", "durchgeführt", "held";
        Evaluated = "evaluated", "ausgewertet", "evaluated";
        Declined = "declined", "abgelehnt", "declined";
        Cancelled = "cancelled", "abgesagt", "cancelled";
    }
}

/// When and where it takes place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// From when until when.
    pub span: Span,
    /// Where.
    pub venue: Venue,
}

/// A file on the web that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMaterial {
    /// What it is called.
    pub title: ShortGeneralText,
    /// Where it lies.
    pub address: WebAddress,
    /// By which whoever fetches it knows it again.
    pub sha256: FileHash,
}

/// The same, once it was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    /// What was added.
    pub file: NewMaterial,
    /// When.
    pub added_at: Instant,
}

/// How the office found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// 1 is the best.
    pub grade: Grade,
    /// In words.
    pub remark: Option<LongGeneralText>,
}

/// A training.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Training {
    /// Its identifier.
    pub id: TrainingId,
    /// How often it was changed, from one on.
    pub version: u64,
    /// How far it has come.
    pub state: TrainingState,
    /// What it is.
    pub terms: TrainingTerms,
    /// Who asked for it, or offered it.
    pub opened_by: Participant,
    /// When.
    pub opened_at: Instant,
    /// When it was changed last.
    pub changed_at: Instant,
    /// Who of the network holds it; none as long as the network as a whole is asked.
    pub host: Option<Participant>,
    /// The office that asked for it, or agreed to it; none as long as it is only offered.
    pub office: Option<OfficeId>,
    /// When and where, once agreed.
    pub plan: Option<Plan>,
    /// How many took part, once held.
    pub attendance: Option<Attendance>,
    /// What the office says of it afterwards.
    pub evaluation: Option<Evaluation>,
    /// Files of it, in the order in which they were added.
    pub materials: Vec<Material>,
}

impl Training {
    /// Files at most.
    pub const MOST_MATERIALS: usize = 50;

    /// As it stands in calendars: once it is agreed, and from then on.
    #[must_use]
    pub fn in_calendar(&self) -> Option<CalendarEvent> {
        let plan = self.plan.as_ref()?;
        Some(CalendarEvent {
            uid: format!("training-{}", self.id),
            sequence: self.version,
            changed_at: self.changed_at,
            title: self.terms.title.clone(),
            description: self.terms.description.clone(),
            span: plan.span,
            venue: plan.venue.clone(),
            cancelled: self.state == TrainingState::Cancelled,
        })
    }
}
