//! What a notice says: a threat assessment that keeps facts apart from assessments.

use serde::{Deserialize, Serialize};

use crate::{
    instant::Instant,
    text::LongText,
    vocabulary::{InformationGrade, SourceGrade, Statement, vocabulary},
};

vocabulary! {
    /// How grave a threat is.
    ThreatLevel as "level of a threat" {
        NoneKnown = "none_known", "keine Gefährdung bekannt", "no threat known";
        Low = "low", "gering", "low";
        Medium = "medium", "mittel", "medium";
        High = "high", "hoch", "high";
        Acute = "acute", "akut", "acute";
    }
}

vocabulary! {
    /// What is recommended.
    Measure as "recommended measure" {
        Relocation = "relocation", "Ortswechsel", "relocation";
        AddressBlock = "address_block", "Auskunftssperre im Melderegister", "block on the registered address";
        Accompaniment = "accompaniment", "Begleitung", "accompaniment";
        SafeContactChannel = "safe_contact_channel", "sicherer Kontaktweg", "safe channel of contact";
        PhoneChange = "phone_change", "Wechsel der Rufnummer", "change of the phone number";
        SocialMediaCare = "social_media_care", "Vorsicht in sozialen Medien", "care with social media";
        TravelAvoidance = "travel_avoidance", "Reisen vermeiden", "avoid journeys";
        PremisesSecurity = "premises_security", "Räume sichern", "secure the premises";
        ChildProtection = "child_protection", "Schutz der Kinder", "protection of children";
        EmergencyCall = "emergency_call", "bei Gefahr 110 rufen", "call 110 in danger";
        CallOffice = "call_office", "Dienststelle anrufen", "call the office";
    }
}

/// One sentence of an assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessedStatement {
    /// Fact or assessment (§ 73 BDSG).
    pub statement: Statement,
    /// When it was observed, or judged.
    pub observed_at: Instant,
    /// What it says. No pseudonym stands in it.
    pub text: LongText,
}

/// What a notice says. It is sealed where it is kept, under a key of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThreatAssessment {
    /// How grave it is.
    pub level: ThreatLevel,
    /// Reliability of the source (4x4 system).
    pub source: SourceGrade,
    /// Accuracy of the information (4x4 system).
    pub information: InformationGrade,
    /// Facts and assessments, each marked as what it is.
    pub statements: Vec<AssessedStatement>,
    /// What the office recommends.
    pub measures: Vec<Measure>,
}

impl ThreatAssessment {
    /// Statements, counted from nought, in whose text a pseudonym stands. In whatever notice: a pseudonym is known to two parties and means
    /// nothing, or too much, to a third.
    pub fn naming_somebody(&self) -> impl Iterator<Item = usize> {
        let all = self.statements.iter().enumerate();
        all.filter(|(_, one)| names_a_pseudonym(one.text.as_str()))
            .map(|(statement, _)| statement)
    }
}

/// Hexadecimal digits of a pseudonym, after its `p-`.
const DIGITS: usize = 32;

/// Whether `p-` and 32 hexadecimal digits stand in it, in whatever case.
fn names_a_pseudonym(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.match_indices("p-").any(|(at, prefix)| {
        let rest = lower.get(at + prefix.len()..).unwrap_or_default();
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        digits >= DIGITS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_found_wherever_it_stands_and_nothing_else_is_one() {
        let digits = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
        for text in [
            format!("p-{digits}"),
            format!("siehe P-{}.", digits.to_uppercase()),
            format!("(p-p-{digits}9)"),
        ] {
            assert!(names_a_pseudonym(&text), "{text}");
        }
        for text in [
            digits.to_owned(),
            format!("p-{}", &digits[1..]),
            "Camp-deadbeef".to_owned(),
            "p-".to_owned(),
            "pö-ß".to_owned(),
        ] {
            assert!(!names_a_pseudonym(&text), "{text}");
        }
    }
}
