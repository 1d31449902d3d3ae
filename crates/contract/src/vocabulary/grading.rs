//! The European 4x4 grading that police know, and the separation of facts from assessments (§§ 72–74 BDSG).

use super::vocabulary;

vocabulary! {
    /// Reliability of the source (4x4 system).
    SourceGrade {
        A = "A", "no doubt about authenticity or competence (zweifelsfrei zuverlässig)";
        B = "B", "mostly reliable (meist zuverlässig)";
        C = "C", "mostly unreliable (meist nicht zuverlässig)";
        X = "X", "cannot be assessed (nicht beurteilbar)";
    }
}

vocabulary! {
    /// Accuracy of the information (4x4 system).
    InformationGrade {
        One = "1", "accurate without reservation (ohne Vorbehalt zutreffend)";
        Two = "2", "known personally to the source (der Quelle persönlich bekannt)";
        Three = "3", "not known personally but corroborated (der Quelle nicht persönlich bekannt, aber bestätigt)";
        Four = "4", "not corroborated (nicht bestätigt)";
    }
}

vocabulary! {
    /// Handling code: what the recipient may do with the information.
    Handling {
        H0 = "H0", "may be used to prevent and combat crime (zur Verhütung und Bekämpfung von Straftaten verwendbar)";
        H1 = "H1", "not in judicial proceedings without permission (nicht ohne Zustimmung in Gerichtsverfahren verwenden)";
        H2 = "H2", "not to be disseminated without permission (nicht ohne Zustimmung weitergeben)";
        H3 = "H3", "other restrictions, see instructions (weitere Beschränkungen, siehe Hinweise)";
    }
}

vocabulary! {
    /// Whether an item states a fact or an assessment; the two are kept apart (§ 73 BDSG).
    Statement {
        Fact = "fact", "fact (Tatsache)";
        Assessment = "assessment", "assessment (Einschätzung)";
    }
}
