//! Press releases of both sides.

use super::vocabulary;

vocabulary! {
    /// The two sides of the agreement.
    Side {
        Police = "police", "federal police (Bundespolizei)";
        Network = "network", "KOK and counselling centres (KOK und Fachberatungsstellen)";
    }
}

vocabulary! {
    /// Where a press release stands.
    PressStanding {
        Draft = "draft", "draft: not approved by both sides yet (Entwurf: noch nicht von beiden Seiten freigegeben)";
        Approved = "approved", "approved by both sides (von beiden Seiten freigegeben)";
        Published = "published", "published (veröffentlicht)";
        Discarded = "discarded", "discarded (verworfen)";
    }
}
