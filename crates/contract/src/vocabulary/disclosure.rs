//! Disclosures: their states, their details, why they are refused or withdrawn.

use super::vocabulary;

vocabulary! {
    /// Where a disclosure stands.
    DisclosureState {
        Held = "held", "held for collection (zur Abholung bereit)";
        Collected = "collected", "collected (abgeholt)";
        Acknowledged = "acknowledged", "acknowledged (Empfang bestätigt)";
        Recalled = "recalled", "recalled (zurückgerufen)";
        Sealed = "sealed", "sealed (versiegelt)";
    }
}

vocabulary! {
    /// Why a held disclosure was sealed for good.
    SealReason {
        Withdrawn = "withdrawn", "consent withdrawn (Einwilligung widerrufen)";
        Superseded = "superseded", "not covered by the later revision (von der neueren Einwilligung nicht umfasst)";
        Expired = "expired", "consent expired (Einwilligung abgelaufen)";
    }
}

vocabulary! {
    /// What a place is in the story.
    PlaceRole {
        Exploitation = "exploitation", "place of exploitation (Ort der Ausbeutung)";
        Crossing = "crossing", "border crossing (Grenzübertritt)";
        Evidence = "evidence", "location of evidence (Ort von Beweismitteln)";
        Meeting = "meeting", "meeting place (Treffpunkt)";
        Stay = "stay", "where the affected person stays (Aufenthalt der betroffenen Person)";
        Shelter = "shelter", "shelter (Schutzunterkunft)";
    }
}

vocabulary! {
    /// What a person is in the story.
    PersonRole {
        Suspect = "suspect", "suspect (tatverdächtig)";
        FurtherVictim = "further_victim", "further victim (weitere betroffene Person)";
        Witness = "witness", "witness (Zeugin oder Zeuge)";
        AffectedPerson = "affected_person", "the affected person (die betroffene Person)";
        RelativeAbroad = "relative_abroad", "relative abroad (Angehörige im Ausland)";
    }
}

vocabulary! {
    /// Why a disclosure is refused.
    RefusalReason {
        NoConsent = "NO_CONSENT", "no consent (keine Einwilligung)";
        NotYetValid = "NOT_YET_VALID", "consent is not valid yet (Einwilligung gilt noch nicht)";
        Expired = "EXPIRED", "consent has expired (Einwilligung ist abgelaufen)";
        Withdrawn = "WITHDRAWN", "consent was withdrawn (Einwilligung ist widerrufen)";
        Superseded = "SUPERSEDED", "consent was superseded by a later revision (Einwilligung ist durch eine neuere Fassung ersetzt)";
        CategoryNotCovered = "CATEGORY_NOT_COVERED", "category is not covered (Art der Information nicht umfasst)";
        ExpressScopeMissing = "EXPRESS_SCOPE_MISSING", "express scope is missing (ausdrückliche Erlaubnis fehlt)";
        Excluded = "EXCLUDED", "expressly excluded (ausdrücklich ausgeschlossen)";
        RecipientNotCovered = "RECIPIENT_NOT_COVERED", "recipient is not covered (Empfänger nicht umfasst)";
        OfficeNotCompetent = "OFFICE_NOT_COMPETENT", "office is not competent (Dienststelle ist nicht zuständig)";
        PurposeNotCovered = "PURPOSE_NOT_COVERED", "purpose is not covered (Zweck nicht umfasst)";
        ActionNotCovered = "ACTION_NOT_COVERED", "action is not covered (Handlung nicht umfasst)";
        HandlingNotCovered = "HANDLING_NOT_COVERED", "handling restriction is not kept (Verwendungsbeschränkung nicht eingehalten)";
        DataProtectionConsentMissing = "DATA_PROTECTION_CONSENT_MISSING", "data-protection consent is missing (datenschutzrechtliche Einwilligung fehlt)";
        ConfidentialityReleaseMissing = "CONFIDENTIALITY_RELEASE_MISSING", "release from confidentiality is missing (Schweigepflichtentbindung fehlt)";
        NoticeIncomplete = "NOTICE_INCOMPLETE", "the person was not fully informed (Belehrung unvollständig)";
        RepresentativeRequired = "REPRESENTATIVE_REQUIRED", "a representative who may act is required (Vertretung erforderlich)";
        PersonMustConsent = "PERSON_MUST_CONSENT", "the person must consent herself (die Person muss selbst einwilligen)";
        AssentRequired = "ASSENT_REQUIRED", "the young person's assent is required (Zustimmung der jungen Person erforderlich)";
        InterpreterRequired = "INTERPRETER_REQUIRED", "an interpreter is required (Sprachmittlung erforderlich)";
        ReadBackRequired = "READ_BACK_REQUIRED", "the text must be read back (Rückübersetzung erforderlich)";
        EvidenceMissing = "EVIDENCE_MISSING", "evidence is missing (Nachweis fehlt)";
        CentreDoesNotHelp = "CENTRE_DOES_NOT_HELP", "the centre has not accepted (Fachberatungsstelle hat nicht zugesagt)";
    }
}

vocabulary! {
    /// Why an office is told.
    NoticeCause {
        Withdrawn = "withdrawn", "consent withdrawn (Einwilligung widerrufen)";
        Narrowed = "narrowed", "consent narrowed (Einwilligung eingeschränkt)";
    }
}

vocabulary! {
    /// What an office did with what it had collected.
    NoticeAnswerKind {
        Erased = "erased", "erased it, § 75 BDSG (gelöscht)";
        Restricted = "restricted", "restricted its processing, § 58(3) BDSG (Verarbeitung eingeschränkt)";
        Retained = "retained", "keeps it on a legal basis of its own, which it names (aufbewahrt, mit Rechtsgrundlage)";
    }
}
