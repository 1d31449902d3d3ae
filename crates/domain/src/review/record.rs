//! A review, and what both sides say in it.

use time::Duration;

use super::{
    AgreementPoint, GoalAttainment, ReviewReason, ReviewState, disclosure_control::Threshold,
};
use crate::{
    gathering::{LongGeneralText, Participant, ShortGeneralText, Side},
    ids::{ReviewId, ReviewMeasureId},
    instant::Instant,
};

/// Identifier of a measure.
pub type MeasureId = ReviewMeasureId;

/// When reviews are due, and what may be shown in them. Settings: the agreement says "on occasion, at the latest one year after".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewRules {
    /// When the agreement entered into force. The first review looks back until then.
    pub entry_into_force: Instant,
    /// How long after that, or after the review before, one is due by date.
    pub every: Duration,
    /// The least number above zero that is shown.
    pub threshold: Threshold,
}

impl Default for ReviewRules {
    fn default() -> Self {
        Self {
            // 22 July 2022, 0:00 in Berlin.
            entry_into_force: Instant::from_unix_micros(1_658_440_800_000_000),
            every: Duration::days(365),
            threshold: Threshold::DEFAULT,
        }
    }
}

/// What a side says about one point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAssessment {
    /// The point.
    pub point: AgreementPoint,
    /// How far its aim is attained.
    pub attainment: GoalAttainment,
    /// What there is to say about it.
    pub remark: Option<LongGeneralText>,
}

/// What a side says about one point.
pub type Assessment = NewAssessment;

/// What a side said about a point, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideAssessment {
    /// Which side.
    pub side: Side,
    /// What.
    pub assessment: Assessment,
    /// Since when it stands so.
    pub at: Instant,
}

/// What one side proposes to do, or to have done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMeasure {
    /// The point that it is about.
    pub point: AgreementPoint,
    /// What is to be done.
    pub title: ShortGeneralText,
    /// The side that does it.
    pub by: Side,
    /// Until when.
    pub due_at: Instant,
}

/// A measure. It binds once both sides have said yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Its identifier.
    pub id: ReviewMeasureId,
    /// The review in which it was proposed. Later ones have it too, until it is done.
    pub review: ReviewId,
    /// What was proposed.
    pub measure: NewMeasure,
    /// The side that proposed it.
    pub proposed_by: Side,
    /// When.
    pub proposed_at: Instant,
    /// When the other side agreed.
    pub agreed_at: Option<Instant>,
    /// When the side that does it said that it is done.
    pub completed_at: Option<Instant>,
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its identifier.
    pub id: ReviewId,
    /// Which one it is, from 1 on, without a gap.
    pub number: u32,
    /// Why.
    pub reason: ReviewReason,
    /// Who asked for it; nobody for one by date.
    pub asked_by: Option<Participant>,
    /// When it was asked for, or became due.
    pub asked_at: Instant,
    /// Where its period begins: where the one before ended, or with the agreement.
    // INVARIANT: periods don't overlap and leave nothing out (`Review::next`; a foreign key of the table).
    pub period_from: Instant,
    /// Where its period ends: the moment in which it opened.
    pub period_until: Option<Instant>,
    /// The threshold its figures were made with.
    pub threshold: Option<u64>,
    /// When the police said that it is over.
    pub concluded_by_police_at: Option<Instant>,
    /// When the network did.
    pub concluded_by_network_at: Option<Instant>,
    /// What both sides said, by side and point.
    pub assessments: Vec<SideAssessment>,
    /// Its measures, and agreed ones of earlier reviews that were not done when it was asked for; oldest first.
    pub measures: Vec<Measure>,
}

impl Review {
    /// The one after this, or the first.
    #[must_use]
    pub fn next(
        before: Option<&Self>,
        id: ReviewId,
        reason: ReviewReason,
        asked_by: Option<Participant>,
        at: Instant,
        rules: &ReviewRules,
    ) -> Self {
        Self {
            id,
            number: before.map_or(1, |before| before.number.saturating_add(1)),
            reason,
            asked_by,
            asked_at: at,
            period_from: before
                .and_then(|before| before.period_until)
                .unwrap_or(rules.entry_into_force),
            period_until: None,
            threshold: None,
            concluded_by_police_at: None,
            concluded_by_network_at: None,
            assessments: Vec::new(),
            measures: Vec::new(),
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> ReviewState {
        let adapts = |measure: &Measure| measure.review == self.id && measure.agreed_at.is_some();
        match (self.period_until, self.concluded_at()) {
            (None, _) => ReviewState::Due,
            (Some(_), None) => ReviewState::Open,
            (Some(_), Some(_)) if self.measures.iter().any(adapts) => ReviewState::Adapted,
            (Some(_), Some(_)) => ReviewState::Concluded,
        }
    }

    /// When the second side said that it is over.
    #[must_use]
    pub fn concluded_at(&self) -> Option<Instant> {
        Some(
            self.concluded_by_police_at?
                .max(self.concluded_by_network_at?),
        )
    }

    /// When a side said so.
    #[must_use]
    pub const fn concluded_by(&self, side: Side) -> Option<Instant> {
        match side {
            Side::Police => self.concluded_by_police_at,
            Side::Network => self.concluded_by_network_at,
        }
    }

    /// Whether a side has said something about every point.
    #[must_use]
    pub fn is_assessed_by(&self, side: Side) -> bool {
        AgreementPoint::ALL.iter().all(|point| {
            self.assessments
                .iter()
                .any(|one| one.side == side && one.assessment.point == *point)
        })
    }

    /// Whether one is due by date at `now`, if this is the latest.
    #[must_use]
    pub fn is_due(latest: Option<&Self>, now: Instant, rules: &ReviewRules) -> bool {
        match latest {
            None => now >= rules.entry_into_force.plus(rules.every),
            Some(latest) => latest
                .period_until
                .is_some_and(|opened| now >= opened.plus(rules.every)),
        }
    }
}
