//! The log's vocabularies: what was done, how it went, on which legal basis, and whether an event is still there.

use crate::vocabulary::vocabulary;

vocabulary! {
    /// What was done, or tried.
    Operation as "operation" {
        ConsentRecorded = "consent_recorded", "Einwilligung erfasst", "consent recorded";
        ConsentRevised = "consent_revised", "Einwilligung geändert", "consent revised";
        ConsentWithdrawn = "consent_withdrawn", "Einwilligung widerrufen", "consent withdrawn";
        ConsentExpired = "consent_expired", "Einwilligung abgelaufen", "consent expired";
        DisclosureChecked = "disclosure_checked", "Offenlegung geprüft", "disclosure checked";
        DisclosureReleased = "disclosure_released", "Offenlegung freigegeben", "disclosure released";
        DisclosureCollected = "disclosure_collected", "Offenlegung abgeholt", "disclosure collected";
        DisclosureAcknowledged = "disclosure_acknowledged", "Empfang bestätigt", "disclosure acknowledged";
        DisclosureRecalled = "disclosure_recalled", "Offenlegung zurückgerufen", "disclosure recalled";
        WithdrawalNoticeAnswered = "withdrawal_notice_answered", "Widerrufsmitteilung beantwortet", "withdrawal notice answered";
        AccessDenied = "access_denied", "Zugriff verweigert", "access denied";
        AuditQueried = "audit_queried", "Protokoll abgefragt", "audit log queried";
        OrganisationAdded = "organisation_added", "Organisation aufgenommen", "organisation added";
        ClientAdded = "client_added", "Zugang angelegt", "client added";
        ClientSuspended = "client_suspended", "Zugang gesperrt", "client suspended";
        ClientResumed = "client_resumed", "Zugang wieder freigegeben", "client resumed";
        ClientKeyReplaced = "client_key_replaced", "Schlüssel des Zugangs ersetzt", "client key replaced";
        ClientScopesChanged = "client_scopes_changed", "Befugnisse des Zugangs geändert", "client scopes changed";
        ClientInvited = "client_invited", "Zugang eingeladen", "client invited";
        ConsentFormAdded = "consent_form_added", "Einwilligungsformular aufgenommen", "consent form added";
        AuditSampled = "audit_sampled", "Stichprobe aus dem Protokoll gezogen", "audit log sampled";
        AuditExported = "audit_exported", "Protokoll ausgeleitet", "audit log exported";
        AuditCounted = "audit_counted", "Protokoll gezählt", "audit log counted";
        LogContinued = "log_continued", "Protokoll unter neuem Namen fortgesetzt", "log continued under a new name";
        ErasureIntended = "erasure_intended", "Löschung von Ereignissen angekündigt", "erasure of events announced";
        ErasureDone = "erasure_done", "Löschung von Ereignissen ausgeführt", "erasure of events carried out";
        CentreAdded = "centre_added", "Fachberatungsstelle ins Verzeichnis aufgenommen", "counselling centre added to the directory";
        CentreChanged = "centre_changed", "Eintrag einer Fachberatungsstelle geändert", "entry of a counselling centre changed";
        CentreConfirmed = "centre_confirmed", "Eintrag einer Fachberatungsstelle bestätigt", "entry of a counselling centre confirmed";
        CentreKeeperChanged = "centre_keeper_changed", "Zuständigkeit für einen Eintrag geändert", "keeper of an entry changed";
        DirectoryImported = "directory_imported", "Einträge ins Verzeichnis übernommen", "entries taken into the directory";
        CentreRemoved = "centre_removed", "Fachberatungsstelle aus dem Verzeichnis genommen", "counselling centre removed from the directory";
        ReferralNoted = "referral_noted", "Hinweis auf Hilfe vermerkt", "referral to help noted";
        InvolvementNoted = "involvement_noted", "Verdachtsfall vermerkt", "suspected case noted";
        InvolvementOffered = "involvement_offered", "Fachberatungsstellen angefragt", "counselling centres asked";
        InvolvementAnswered = "involvement_answered", "Anfrage beantwortet", "offer answered";
        InvolvementReminded = "involvement_reminded", "an Anfrage erinnert", "reminded of an offer";
        InvolvementEscalated = "involvement_escalated", "Koordinierung über unbeantwortete Anfrage unterrichtet", "coordination told of an unanswered offer";
        ContactAgreed = "contact_agreed", "Kontakt vereinbart", "contact agreed";
        InvolvementClosed = "involvement_closed", "Einbindung abgeschlossen", "involvement closed";
        ContactConsentRecorded = "contact_consent_recorded", "Kontakteinwilligung erfasst", "contact consent recorded";
        ContactConsentWithdrawn = "contact_consent_withdrawn", "Kontakteinwilligung widerrufen", "contact consent withdrawn";
        ContactConsentExpired = "contact_consent_expired", "Kontakteinwilligung abgelaufen", "contact consent expired";
        ContactReleased = "contact_released", "Kontaktdaten freigegeben", "contact details released";
        ContactCollected = "contact_collected", "Kontaktdaten abgeholt", "contact details collected";
        ContactAcknowledged = "contact_acknowledged", "Empfang der Kontaktdaten bestätigt", "contact details acknowledged";
        ContactErased = "contact_erased", "Kontaktdaten bei der Fachberatungsstelle gelöscht", "contact details erased by the centre";
        SecurityNoticeIssued = "security_notice_issued", "Sicherheitshinweis gegeben", "security notice issued";
        SecurityNoticeSuperseded = "security_notice_superseded", "Sicherheitshinweis durch neue Fassung ersetzt", "security notice superseded";
        SecurityNoticeWithdrawn = "security_notice_withdrawn", "Sicherheitshinweis zurückgezogen", "security notice withdrawn";
        SecurityNoticeDelivered = "security_notice_delivered", "Sicherheitshinweis zugestellt", "security notice delivered";
        SecurityNoticeRead = "security_notice_read", "Sicherheitshinweis gelesen", "security notice read";
        SecurityNoticeAcknowledged = "security_notice_acknowledged", "Sicherheitshinweis bestätigt", "security notice acknowledged";
        SecurityNoticeReminded = "security_notice_reminded", "an Sicherheitshinweis erinnert", "reminded of a security notice";
        RegionalAgreementProposed = "regional_agreement_proposed", "regionale Vereinbarung vorgeschlagen", "regional agreement proposed";
        RegionalAgreementConfirmed = "regional_agreement_confirmed", "regionale Vereinbarung bestätigt", "regional agreement confirmed";
        RegionalAgreementEnded = "regional_agreement_ended", "regionale Vereinbarung beendet", "regional agreement ended";
        ContactPairOpened = "contact_pair_opened", "Ansprechstellen angelegt", "contact pair opened";
        ContactPairChanged = "contact_pair_changed", "Ansprechstellen geändert", "contacts of a pair changed";
        ContactPairConfirmed = "contact_pair_confirmed", "Ansprechstellen bestätigt", "contacts of a pair confirmed";
        CaseHandedOver = "case_handed_over", "Fall abgegeben", "case handed over";
        HandoverAcknowledged = "handover_acknowledged", "Abgabe bestätigt", "handover acknowledged";
        DisclosureRedirected = "disclosure_redirected", "Mitteilung umgeleitet", "message redirected";
    }
}

vocabulary! {
    /// How it went.
    Outcome as "outcome" {
        Done = "done", "ausgeführt", "done";
        Refused = "refused", "abgelehnt", "refused";
        Denied = "denied", "verweigert", "denied";
    }
}

vocabulary! {
    /// Why access was denied.
    DenialReason as "denial reason" {
        NoToken = "no_token", "kein Zugriffstoken", "no access token";
        InvalidToken = "invalid_token", "ungültiges Zugriffstoken", "invalid access token";
        InvalidProof = "invalid_proof", "ungültiger Besitznachweis", "invalid proof of possession";
        InvalidClient = "invalid_client", "ungültige Anmeldung", "invalid client assertion";
        WrongRole = "wrong_role", "Rolle nicht berechtigt", "role not entitled";
        InsufficientScope = "insufficient_scope", "Befugnis fehlt", "scope missing";
        InvalidInvitation = "invalid_invitation", "ungültige Einladung", "invalid invitation";
        NotFoundOrNotYours = "not_found_or_not_yours", "nicht vorhanden oder fremd", "missing, or another's";
    }
}

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
        EvidencePeriod = "evidence_period", "Ende der Frist für Nachweise der Einwilligung (Art. 17 Abs. 1 Buchst. a, Abs. 3 Buchst. e DSGVO; §§ 195, 199 BGB)", "end of the period for evidence of consent (Art. 17(1)(a), (3)(e) GDPR; §§ 195, 199 BGB)";
        VictimInformation = "victim_information", "Unterrichtung über Hilfe (§§ 406i bis 406k StPO)", "information about help (§§ 406i to 406k StPO)";
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
            Self::ConsentRecorded
            | Self::ConsentRevised
            | Self::ConsentExpired
            | Self::ContactConsentRecorded
            | Self::ContactConsentExpired => Some(LegalBasis::ProofOfConsent),
            Self::ConsentWithdrawn | Self::ContactConsentWithdrawn => Some(LegalBasis::Withdrawal),
            Self::ContactErased => Some(LegalBasis::ErasureDuty),
            Self::DisclosureChecked
            | Self::DisclosureReleased
            | Self::DisclosureCollected
            | Self::DisclosureAcknowledged
            | Self::DisclosureRecalled
            | Self::DisclosureRedirected
            | Self::ContactReleased
            | Self::ContactCollected
            | Self::ContactAcknowledged => Some(LegalBasis::Consent),
            Self::ReferralNoted
            | Self::InvolvementNoted
            | Self::InvolvementOffered
            | Self::InvolvementAnswered
            | Self::InvolvementReminded
            | Self::InvolvementEscalated
            | Self::ContactAgreed
            | Self::InvolvementClosed => Some(LegalBasis::VictimInformation),
            Self::SecurityNoticeIssued
            | Self::SecurityNoticeSuperseded
            | Self::SecurityNoticeWithdrawn
            | Self::SecurityNoticeDelivered
            | Self::SecurityNoticeRead
            | Self::SecurityNoticeAcknowledged
            | Self::SecurityNoticeReminded
            | Self::CaseHandedOver
            | Self::HandoverAcknowledged => Some(LegalBasis::OwnBasis),
            Self::AuditQueried | Self::AuditSampled | Self::AuditExported | Self::AuditCounted => {
                Some(LegalBasis::LogControl)
            }
            _ => None,
        }
    }
}
