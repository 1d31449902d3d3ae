//! Joint activities.

use super::vocabulary;

vocabulary! {
    /// What a joint activity is.
    JointActivityKind {
        Conference = "conference", "conference (Tagung)";
        Campaign = "campaign", "campaign (Kampagne)";
        Exhibition = "exhibition", "exhibition (Ausstellung)";
        TrainingDay = "training_day", "training day (Schulungstag)";
        PressConference = "press_conference", "press conference (Pressekonferenz)";
        Other = "other", "other (Sonstiges)";
    }
}

vocabulary! {
    /// Where a joint activity stands.
    JointActivityState {
        Proposed = "proposed", "proposed: the other side has not answered (vorgeschlagen)";
        Agreed = "agreed", "agreed by both sides (vereinbart)";
        Declined = "declined", "declined by the other side (abgelehnt)";
        Held = "held", "held (durchgeführt)";
        Cancelled = "cancelled", "called off, or taken back (abgesagt)";
    }
}
