//! Leaflets.

use super::vocabulary;

vocabulary! {
    /// Whether somebody whose language it is has read a leaflet.
    LeafletReview {
        Unchecked = "unchecked", "not checked by a native speaker (von keiner Person geprüft, deren Muttersprache es ist)";
        NativeSpeaker = "native_speaker", "checked by a native speaker (von einer Person geprüft, deren Muttersprache es ist)";
    }
}

vocabulary! {
    /// What every leaflet speaks of, in this order.
    LeafletTopic {
        Who = "who", "who can get help (wer Hilfe bekommt)";
        Free = "free", "help costs nothing (Hilfe kostet nichts)";
        Confidential = "confidential", "confidentiality (Schweigepflicht)";
        YourDecision = "your_decision", "the person decides (die Person entscheidet)";
        Unconditional = "unconditional", "help without a condition (Hilfe ohne Bedingung)";
        YourLanguage = "your_language", "in one's own language (in der eigenen Sprache)";
        WithoutPapers = "without_papers", "without papers as well (auch ohne Papiere)";
        WhatIsDone = "what_is_done", "what a centre does (was eine Beratungsstelle tut)";
        Danger = "danger", "in danger (bei Gefahr)";
    }
}

vocabulary! {
    /// In which direction a text is written.
    TextDirection {
        LeftToRight = "ltr", "from the left (von links)";
        RightToLeft = "rtl", "from the right (von rechts)";
    }
}
