//! Trainings and general advisories.

use super::vocabulary;

vocabulary! {
    /// What a training, or an advisory, is about.
    TrainingTopic {
        Indicators = "indicators", "indicators of trafficking (Anzeichen von Menschenhandel)";
        Interviewing = "interviewing", "interviewing of victims (Vernehmung und Gespräch mit Betroffenen)";
        Trauma = "trauma", "trauma (Trauma)";
        RightsAndResidence = "rights_and_residence", "rights and residence (Rechte und Aufenthalt)";
        ExploitationForms = "exploitation_forms", "exploitation forms (Formen der Ausbeutung)";
        CooperationAgreement = "cooperation_agreement", "cooperation agreement (Kooperationsvereinbarung)";
        Interpreting = "interpreting", "interpreting (Sprachmittlung)";
        Other = "other", "other (anderes)";
    }
}

vocabulary! {
    /// How far a training has come.
    TrainingState {
        Requested = "requested", "asked for or offered: waits for the other side (angefragt)";
        Agreed = "agreed", "agreed, with time and place (vereinbart)";
        Held = "held", "held (durchgeführt)";
        Evaluated = "evaluated", "evaluated by the office (ausgewertet)";
        Declined = "declined", "declined, or taken back (abgelehnt)";
        Cancelled = "cancelled", "called off after it was agreed (abgesagt)";
    }
}
