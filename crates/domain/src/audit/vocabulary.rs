//! What auditors ask by besides what was done: the legal basis, and whether an event is still there.

use super::Operation;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// What an event rests on in law. Where it was refused: what was invoked.
    LegalBasis as "legal basis" {
        Consent = "consent", "Einwilligung der betroffenen Person (Art. 6 Abs. 1 Buchst. a, Art. 9 Abs. 2 Buchst. a DSGVO; § 51 BDSG)", "consent of the person (Art. 6(1)(a), 9(2)(a) GDPR; § 51 BDSG)";
        ProofOfConsent = "proof_of_consent", "Nachweis der Einwilligung (Art. 7 Abs. 1 DSGVO; § 51 Abs. 1 BDSG)", "proof of consent (Art. 7(1) GDPR; § 51(1) BDSG)";
        Withdrawal = "withdrawal", "Widerruf der Einwilligung (Art. 7 Abs. 3 DSGVO; § 51 Abs. 3 BDSG)", "withdrawal of consent (Art. 7(3) GDPR; § 51(3) BDSG)";
        ErasureDuty = "erasure_duty", "Pflicht zur Löschung (§ 75 Abs. 2 BDSG)", "duty to erase (§ 75(2) BDSG)";
        Restriction = "restriction", "Einschränkung der Verarbeitung (§ 58 Abs. 3 BDSG)", "restriction of processing (§ 58(3) BDSG)";
        OwnBasis = "own_basis", "eigene Rechtsgrundlage der Dienststelle", "the office's own legal basis";
        RightToErasure = "right_to_erasure", "Recht auf Löschung (Art. 17 DSGVO; § 58 Abs. 2 BDSG)", "right to erasure (Art. 17 GDPR; § 58(2) BDSG)";
        LogRetention = "log_retention", "Löschfrist der Protokolldaten (§ 76 Abs. 4 BDSG)", "retention period of log data (§ 76(4) BDSG)";
        LogControl = "log_control", "Kontrolle anhand der Protokolldaten (§ 76 Abs. 3 BDSG)", "control by means of log data (§ 76(3) BDSG)";
    }
}

vocabulary! {
    /// Whether an event's payload is still there.
    Retention as "retention state" {
        Open = "open", "vorhanden", "still there";
        Gone = "gone", "gelöscht", "erased";
    }
}

impl Operation {
    /// What it rests on in law, unless the event says otherwise. What concerns no affected person rests on nothing that
    /// would have to be told.
    #[must_use]
    pub const fn legal_basis(self) -> Option<LegalBasis> {
        match self {
            Self::ConsentRecorded | Self::ConsentRevised | Self::ConsentExpired => {
                Some(LegalBasis::ProofOfConsent)
            }
            Self::ConsentWithdrawn => Some(LegalBasis::Withdrawal),
            Self::DisclosureChecked
            | Self::DisclosureReleased
            | Self::DisclosureCollected
            | Self::DisclosureAcknowledged
            | Self::DisclosureRecalled => Some(LegalBasis::Consent),
            Self::AuditQueried | Self::AuditSampled | Self::AuditExported | Self::AuditCounted => {
                Some(LegalBasis::LogControl)
            }
            _ => None,
        }
    }
}
