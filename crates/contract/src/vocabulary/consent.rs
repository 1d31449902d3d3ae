//! Consents: their formal parts and their states.

use super::vocabulary;

vocabulary! {
    /// Whether the person can consent alone.
    Capacity {
        Full = "full", "adult who can consent (volljährig und einwilligungsfähig)";
        Minor = "minor", "minor (minderjährig)";
        Represented = "represented", "adult under guardianship in this matter (volljährig, in dieser Sache rechtlich betreut)";
    }
}

vocabulary! {
    /// On what legal ground somebody represents the person.
    RepresentativeBasis {
        ParentalCustody = "parental_custody", "parental custody (elterliche Sorge)";
        Guardianship = "guardianship", "guardianship of a minor (Vormundschaft)";
        SupplementaryCarer = "supplementary_carer", "court-appointed supplementary carer (Ergänzungspflegschaft)";
        LegalGuardian = "legal_guardian", "legal guardian of an adult (rechtliche Betreuung)";
        YouthWelfareOffice = "youth_welfare_office", "taken into care by the youth welfare office (Inobhutnahme durch das Jugendamt)";
    }
}

vocabulary! {
    /// Which of the two declarations a form is for.
    FormKind {
        DataProtectionConsent = "data_protection_consent", "data-protection consent (datenschutzrechtliche Einwilligung)";
        ConfidentialityRelease = "confidentiality_release", "release from confidentiality (Entbindung von der Schweigepflicht)";
    }
}

vocabulary! {
    /// What the evidence of a consent is.
    EvidenceMedium {
        SignedPaper = "signed_paper", "signed paper form (unterschriebenes Formular)";
        QualifiedSignature = "qualified_signature", "qualified electronic signature (qualifizierte elektronische Signatur)";
        AudioRecording = "audio_recording", "audio recording (Tonaufnahme)";
        WitnessedMark = "witnessed_mark", "witnessed mark (bezeugtes Handzeichen)";
    }
}

vocabulary! {
    /// Where a consent record stands. Only `given` can be in force; it still has to be judged by the clock.
    ConsentStatus {
        NotAsked = "not_asked", "not asked (nicht gefragt)";
        Refused = "refused", "refused (abgelehnt)";
        Given = "given", "given (erteilt)";
        Withdrawn = "withdrawn", "withdrawn (widerrufen)";
        Expired = "expired", "expired (abgelaufen)";
    }
}

vocabulary! {
    /// What happened to a consent record (`event_type` in ISO/IEC TS 27560).
    ConsentEventKind {
        Recorded = "recorded", "recorded (erfasst)";
        Revised = "revised", "revised (geändert)";
        Withdrawn = "withdrawn", "withdrawn (widerrufen)";
        Expired = "expired", "expired (abgelaufen)";
    }
}

vocabulary! {
    /// What the person decided. Help never depends on it (agreement, point 1).
    Decision {
        Given = "given", "allowed something (etwas erlaubt)";
        Refused = "refused", "was asked and refused (abgelehnt)";
        NotAsked = "not_asked", "was not asked (nicht gefragt)";
    }
}

vocabulary! {
    /// Whether a revision still counts. Only the latest one does.
    RevisionState {
        Current = "current", "the latest revision (aktuelle Fassung)";
        Superseded = "superseded", "replaced by a later revision (ersetzt)";
    }
}
