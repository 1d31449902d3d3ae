//! The European 4x4 grading that police know, and the separation of facts from assessments (§§ 72–74 BDSG).

use super::vocabulary;

vocabulary! {
    /// Reliability of the source (4x4 system).
    SourceGrade as "source grade" {
        A = "A", "zweifelsfrei zuverlässig", "no doubt about authenticity or competence";
        B = "B", "meist zuverlässig", "mostly reliable";
        C = "C", "meist nicht zuverlässig", "mostly unreliable";
        X = "X", "nicht beurteilbar", "cannot be assessed";
    }
}

vocabulary! {
    /// Accuracy of the information (4x4 system).
    InformationGrade as "information grade" {
        One = "1", "ohne Vorbehalt zutreffend", "accurate without reservation";
        Two = "2", "der Quelle persönlich bekannt", "known personally to the source";
        Three = "3", "der Quelle nicht persönlich bekannt, aber bestätigt", "not known personally but corroborated";
        Four = "4", "nicht bestätigt", "not corroborated";
    }
}

vocabulary! {
    /// Handling code: what the recipient may do with the information.
    Handling as "handling code" {
        H0 = "H0", "zur Verhütung und Bekämpfung von Straftaten verwendbar", "may be used to prevent and combat crime";
        H1 = "H1", "nicht ohne Zustimmung in Gerichtsverfahren verwenden", "not in judicial proceedings without permission";
        H2 = "H2", "nicht ohne Zustimmung weitergeben", "not to be disseminated without permission";
        H3 = "H3", "weitere Beschränkungen, siehe Hinweise", "other restrictions, see instructions";
    }
}

vocabulary! {
    /// Whether an item states a fact or an assessment; the two are kept apart (§ 73 BDSG).
    Statement as "kind of statement" {
        Fact = "fact", "Tatsache", "fact";
        Assessment = "assessment", "Einschätzung", "assessment";
    }
}

impl Handling {
    /// Whether an item with this code keeps what the person demanded. H1 and H2 each forbid something of their own
    /// and H2 includes H1; H3 refers to instructions that no machine can compare, so only H3 keeps H3.
    #[must_use]
    pub const fn keeps(self, demanded: Self) -> bool {
        match demanded {
            Self::H0 => true,
            Self::H1 => matches!(self, Self::H1 | Self::H2),
            Self::H2 => matches!(self, Self::H2),
            Self::H3 => matches!(self, Self::H3),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_looser_handling_code_never_keeps_a_stricter_demand() {
        use Handling::{H0, H1, H2, H3};
        for (item, demanded) in [
            (H0, H1),
            (H0, H2),
            (H1, H2),
            (H0, H3),
            (H1, H3),
            (H2, H3),
            (H3, H1),
            (H3, H2),
        ] {
            assert!(!item.keeps(demanded), "{item} must not keep {demanded}");
        }
        for (item, demanded) in [
            (H0, H0),
            (H1, H0),
            (H2, H0),
            (H3, H0),
            (H1, H1),
            (H2, H1),
            (H2, H2),
            (H3, H3),
        ] {
            assert!(item.keeps(demanded), "{item} must keep {demanded}");
        }
    }
}
