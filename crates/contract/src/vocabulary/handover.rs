//! Handovers.

use super::vocabulary;

vocabulary! {
    /// What becomes of a message when its case is handed over.
    Accompanies {
        StaysSealed = "stays_sealed", "nobody has collected it: it stays sealed until the centre redirects it (bleibt versiegelt, bis sie umgeleitet wird)";
        MayGoAlong = "may_go_along", "the person allowed it to be passed on: it may go with the file (darf mit der Akte weitergegeben werden)";
        StaysHere = "stays_here", "it was collected for this office alone (bleibt bei dieser Dienststelle)";
    }
}
