//! Prevention days, and where the police name the network.

use super::vocabulary;

vocabulary! {
    /// Where a prevention day stands.
    PreventionState {
        Planned = "planned", "planned (geplant)";
        Held = "held", "held (durchgeführt)";
        Cancelled = "cancelled", "cancelled (abgesagt)";
    }
}

vocabulary! {
    /// What somebody answers who is invited.
    InvitationAnswer {
        Accepted = "accepted", "takes part (nimmt teil)";
        Declined = "declined", "does not take part (nimmt nicht teil)";
        Tentative = "tentative", "may take part (nimmt vielleicht teil)";
    }
}

vocabulary! {
    /// Whether the network is still named there.
    MediaFound {
        Live = "yes", "still there (noch da)";
        Gone = "no", "no longer there (nicht mehr da)";
        Unknown = "unknown", "unknown (unbekannt)";
    }
}

vocabulary! {
    /// Who looked.
    MediaCheckedBy {
        Hand = "hand", "by hand (von Hand)";
        Program = "program", "by the program (durch das Programm)";
    }
}
