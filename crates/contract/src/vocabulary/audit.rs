//! The disclosure log.

use super::vocabulary;

vocabulary! {
    /// What was done, or tried.
    Operation {
        ConsentRecorded = "consent_recorded", "consent recorded (Einwilligung erfasst)";
        ConsentRevised = "consent_revised", "consent revised (Einwilligung geändert)";
        ConsentWithdrawn = "consent_withdrawn", "consent withdrawn (Einwilligung widerrufen)";
        ConsentExpired = "consent_expired", "consent expired (Einwilligung abgelaufen)";
        DisclosureChecked = "disclosure_checked", "disclosure checked (Offenlegung geprüft)";
        DisclosureReleased = "disclosure_released", "disclosure released (Offenlegung freigegeben)";
        DisclosureCollected = "disclosure_collected", "disclosure collected (Offenlegung abgeholt)";
        DisclosureAcknowledged = "disclosure_acknowledged", "disclosure acknowledged (Empfang bestätigt)";
        DisclosureRecalled = "disclosure_recalled", "disclosure recalled (Offenlegung zurückgerufen)";
        WithdrawalNoticeAnswered = "withdrawal_notice_answered", "withdrawal notice answered (Widerrufsmitteilung beantwortet)";
        AccessDenied = "access_denied", "access denied (Zugriff verweigert)";
        AuditQueried = "audit_queried", "audit log queried (Protokoll abgefragt)";
        OrganisationAdded = "organisation_added", "organisation added (Organisation aufgenommen)";
        ClientAdded = "client_added", "client added (Zugang angelegt)";
        ClientSuspended = "client_suspended", "client suspended (Zugang gesperrt)";
        ClientResumed = "client_resumed", "client resumed (Zugang wieder freigegeben)";
        ClientKeyReplaced = "client_key_replaced", "client key replaced (Schlüssel des Zugangs ersetzt)";
        ClientScopesChanged = "client_scopes_changed", "client scopes changed (Befugnisse des Zugangs geändert)";
        ClientInvited = "client_invited", "client invited (Zugang eingeladen)";
        ConsentFormAdded = "consent_form_added", "consent form added (Einwilligungsformular aufgenommen)";
        AuditSampled = "audit_sampled", "audit log sampled (Stichprobe aus dem Protokoll gezogen)";
        AuditExported = "audit_exported", "audit log exported (Protokoll ausgeleitet)";
        AuditCounted = "audit_counted", "audit log counted (Protokoll gezählt)";
        LogContinued = "log_continued", "log continued under a new name (Protokoll unter neuem Namen fortgesetzt)";
        ErasureIntended = "erasure_intended", "erasure of events announced (Löschung von Ereignissen angekündigt)";
        ErasureDone = "erasure_done", "erasure of events carried out (Löschung von Ereignissen ausgeführt)";
        CentreAdded = "centre_added", "counselling centre added to the directory (Fachberatungsstelle ins Verzeichnis aufgenommen)";
        CentreChanged = "centre_changed", "entry of a counselling centre changed (Eintrag einer Fachberatungsstelle geändert)";
        CentreConfirmed = "centre_confirmed", "entry of a counselling centre confirmed (Eintrag einer Fachberatungsstelle bestätigt)";
        CentreKeeperChanged = "centre_keeper_changed", "keeper of an entry changed (Zuständigkeit für einen Eintrag geändert)";
        DirectoryImported = "directory_imported", "entries taken into the directory (Einträge ins Verzeichnis übernommen)";
        CentreRemoved = "centre_removed", "counselling centre removed from the directory (Fachberatungsstelle aus dem Verzeichnis genommen)";
        ReferralNoted = "referral_noted", "referral to help noted (Hinweis auf Hilfe vermerkt)";
        InvolvementNoted = "involvement_noted", "suspected case noted (Verdachtsfall vermerkt)";
        InvolvementOffered = "involvement_offered", "counselling centres asked (Fachberatungsstellen angefragt)";
        InvolvementAnswered = "involvement_answered", "offer answered (Anfrage beantwortet)";
        InvolvementReminded = "involvement_reminded", "reminded of an offer (an Anfrage erinnert)";
        InvolvementEscalated = "involvement_escalated", "coordination told of an unanswered offer (Koordinierung über unbeantwortete Anfrage unterrichtet)";
        ContactAgreed = "contact_agreed", "contact agreed (Kontakt vereinbart)";
        InvolvementClosed = "involvement_closed", "involvement closed (Einbindung abgeschlossen)";
        ContactConsentRecorded = "contact_consent_recorded", "contact consent recorded (Kontakteinwilligung erfasst)";
        ContactConsentWithdrawn = "contact_consent_withdrawn", "contact consent withdrawn (Kontakteinwilligung widerrufen)";
        ContactConsentExpired = "contact_consent_expired", "contact consent expired (Kontakteinwilligung abgelaufen)";
        ContactReleased = "contact_released", "contact details released (Kontaktdaten freigegeben)";
        ContactCollected = "contact_collected", "contact details collected (Kontaktdaten abgeholt)";
        ContactAcknowledged = "contact_acknowledged", "contact details acknowledged (Empfang der Kontaktdaten bestätigt)";
        ContactErased = "contact_erased", "contact details erased by the centre (Kontaktdaten bei der Fachberatungsstelle gelöscht)";
        SecurityNoticeIssued = "security_notice_issued", "security notice issued (Sicherheitshinweis gegeben)";
        SecurityNoticeSuperseded = "security_notice_superseded", "security notice superseded (Sicherheitshinweis durch neue Fassung ersetzt)";
        SecurityNoticeWithdrawn = "security_notice_withdrawn", "security notice withdrawn (Sicherheitshinweis zurückgezogen)";
        SecurityNoticeDelivered = "security_notice_delivered", "security notice delivered (Sicherheitshinweis zugestellt)";
        SecurityNoticeRead = "security_notice_read", "security notice read (Sicherheitshinweis gelesen)";
        SecurityNoticeAcknowledged = "security_notice_acknowledged", "security notice acknowledged (Sicherheitshinweis bestätigt)";
        SecurityNoticeReminded = "security_notice_reminded", "reminded of a security notice (an Sicherheitshinweis erinnert)";
        RegionalAgreementProposed = "regional_agreement_proposed", "regional agreement proposed (regionale Vereinbarung vorgeschlagen)";
        RegionalAgreementConfirmed = "regional_agreement_confirmed", "regional agreement confirmed (regionale Vereinbarung bestätigt)";
        RegionalAgreementEnded = "regional_agreement_ended", "regional agreement ended (regionale Vereinbarung beendet)";
        ContactPairOpened = "contact_pair_opened", "contact pair opened (Ansprechstellen angelegt)";
        ContactPairChanged = "contact_pair_changed", "contacts of a pair changed (Ansprechstellen geändert)";
        ContactPairConfirmed = "contact_pair_confirmed", "contacts of a pair confirmed (Ansprechstellen bestätigt)";
        CaseHandedOver = "case_handed_over", "case handed over (Fall abgegeben)";
        HandoverAcknowledged = "handover_acknowledged", "handover acknowledged (Abgabe bestätigt)";
        DisclosureRedirected = "disclosure_redirected", "message redirected (Mitteilung umgeleitet)";
    }
}

vocabulary! {
    /// How it went.
    Outcome {
        Done = "done", "done (ausgeführt)";
        Refused = "refused", "refused (abgelehnt)";
        Denied = "denied", "denied (verweigert)";
    }
}

vocabulary! {
    /// Why access was denied.
    DenialReason {
        NoToken = "no_token", "no access token (kein Zugriffstoken)";
        InvalidToken = "invalid_token", "invalid access token (ungültiges Zugriffstoken)";
        InvalidProof = "invalid_proof", "invalid proof of possession (ungültiger Besitznachweis)";
        InvalidClient = "invalid_client", "invalid client assertion (ungültige Anmeldung)";
        WrongRole = "wrong_role", "role not entitled (Rolle nicht berechtigt)";
        InsufficientScope = "insufficient_scope", "scope missing (Befugnis fehlt)";
        InvalidInvitation = "invalid_invitation", "invalid invitation (ungültige Einladung)";
        NotFoundOrNotYours = "not_found_or_not_yours", "missing, or another's (nicht vorhanden oder fremd)";
    }
}

vocabulary! {
    /// What an organisation is in the agreement, and so what its clients may ever do.
    Role {
        Centre = "centre", "counselling centre (Fachberatungsstelle)";
        Office = "office", "police office (Dienststelle der Bundespolizei)";
        Coordination = "coordination", "coordination (KOK) (Koordination (KOK))";
        Auditor = "auditor", "auditor (Prüfstelle)";
        Operator = "operator", "operator (Betrieb)";
    }
}

vocabulary! {
    /// What an event rests on in law. Where it was refused: what was invoked.
    LegalBasis {
        Consent = "consent", "consent of the person: Art. 6(1)(a), 9(2)(a) GDPR; § 51 BDSG (Einwilligung der betroffenen Person)";
        ProofOfConsent = "proof_of_consent", "proof of consent: Art. 7(1) GDPR; § 51(1) BDSG (Nachweis der Einwilligung)";
        Withdrawal = "withdrawal", "withdrawal of consent: Art. 7(3) GDPR; § 51(3) BDSG (Widerruf der Einwilligung)";
        ErasureDuty = "erasure_duty", "duty to erase: § 75(2) BDSG (Pflicht zur Löschung)";
        Restriction = "restriction", "restriction of processing: § 58(3) BDSG (Einschränkung der Verarbeitung)";
        OwnBasis = "own_basis", "the office's own legal basis (eigene Rechtsgrundlage der Dienststelle)";
        RightToErasure = "right_to_erasure", "right to erasure: Art. 17 GDPR; § 58(2) BDSG (Recht auf Löschung)";
        LogRetention = "log_retention", "retention period of log data: § 76(4) BDSG (Löschfrist der Protokolldaten)";
        EvidencePeriod = "evidence_period", "end of the period for evidence of consent: Art. 17(1)(a), (3)(e) GDPR; §§ 195, 199 BGB (Ende der Nachweisfrist)";
        VictimInformation = "victim_information", "information about help: §§ 406i to 406k StPO (Unterrichtung über Hilfe)";
        LogControl = "log_control", "control by means of log data: § 76(3) BDSG (Kontrolle anhand der Protokolldaten)";
    }
}

vocabulary! {
    /// Whether an event's payload is still there.
    Retention {
        Open = "open", "still there (vorhanden)";
        Gone = "gone", "erased (gelöscht)";
    }
}

vocabulary! {
    /// How an export is written.
    ExportFormat {
        Ndjson = "ndjson", "NDJSON, verifiable (NDJSON, prüfbar)";
        Csv = "csv", "CSV (RFC 4180)";
        Fhir = "fhir", "FHIR R4 AuditEvent, one to a line (IHE BALP)";
    }
}

vocabulary! {
    /// What is left of an event beside its leaf.
    EventState {
        Open = "open", "the event is there (vorhanden)";
        Expired = "expired", "its year is over, and the event is gone (abgelaufen)";
        Gone = "gone", "the event is gone before its year is over: an erasure of the log must name it, which a verifier checks (vorzeitig gelöscht)";
    }
}
