//! Regional agreements.

use super::vocabulary;

vocabulary! {
    /// How an agreement stands to the federal default.
    Precedence {
        Replaces = "replaces_federal_default", "stands in the place of the federal default: the agreed office alone is competent, the agreed deadlines hold (tritt an die Stelle der bundesweiten Regelung)";
        Supplements = "supplements_federal_default", "supplements the federal default: the agreed office may be addressed besides, of two deadlines the shorter holds (ergänzt die bundesweite Regelung)";
    }
}

vocabulary! {
    /// Where an agreement stands.
    AgreementStanding {
        Proposed = "proposed", "proposed: waits for confirmation (vorgeschlagen: wartet auf Bestätigung)";
        Confirmed = "confirmed", "confirmed by all, and not in force yet (von allen bestätigt, gilt noch nicht)";
        InForce = "in_force", "in force (in Kraft)";
        Ended = "ended", "ended: by a party, by its time, or by one that replaces it (beendet)";
    }
}
