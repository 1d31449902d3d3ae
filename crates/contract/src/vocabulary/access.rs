//! Who takes part, and what clients may do.

use super::vocabulary;

vocabulary! {
    /// A scope (RFC 6749 §3.3): what a client is allowed within what its organisation's role may do.
    AccessScope {
        ConsentsRead = "consents:read", "read consents (Einwilligungen lesen)";
        ConsentsWrite = "consents:write", "record, revise and withdraw consents (Einwilligungen erfassen, ändern und widerrufen)";
        DisclosuresRead = "disclosures:read", "read disclosures (Offenlegungen lesen)";
        DisclosuresWrite = "disclosures:write", "check, release and recall disclosures (Offenlegungen prüfen, freigeben und zurückrufen)";
        InboxRead = "inbox:read", "see the inbox and withdrawal notices (Eingang und Widerrufsmitteilungen sehen)";
        InboxWrite = "inbox:write", "collect and acknowledge disclosures, answer withdrawal notices (Offenlegungen abholen und bestätigen, Widerrufsmitteilungen beantworten)";
        DirectoryRead = "directory:read", "read the directory (Verzeichnis lesen)";
        DirectoryWrite = "directory:write", "keep entries in the directory of counselling centres (Einträge im Verzeichnis der Fachberatungsstellen pflegen)";
        InvolvementsRead = "involvements:read", "read referral notices and involvements (Hinweise auf Hilfe und Einbindungen lesen)";
        InvolvementsWrite = "involvements:write", "note referrals and involvements, answer offers (Hinweise auf Hilfe und Einbindungen vermerken, Anfragen beantworten)";
        ContactsRead = "contacts:read", "see contact consents and contact details (Kontakteinwilligungen und Kontaktdaten sehen)";
        ContactsWrite = "contacts:write", "record and withdraw contact consents, release and collect contact details (Kontakteinwilligungen erfassen und widerrufen, Kontaktdaten freigeben und abholen)";
        NoticesRead = "notices:read", "see security notices (Sicherheitshinweise sehen)";
        NoticesWrite = "notices:write", "issue, read and acknowledge security notices (Sicherheitshinweise geben, lesen und bestätigen)";
        RegionalRead = "regional:read", "see regional agreements and contacts (regionale Vereinbarungen und Ansprechstellen sehen)";
        RegionalWrite = "regional:write", "make regional agreements, name and confirm contacts (regionale Vereinbarungen schließen, Ansprechstellen nennen und bestätigen)";
        HandoversRead = "handovers:read", "see handovers of cases (Abgaben von Fällen sehen)";
        HandoversWrite = "handovers:write", "hand cases over, acknowledge handovers (Fälle abgeben, Abgaben bestätigen)";
        AuditRead = "audit:read", "read the log (Protokoll lesen)";
        AccessRead = "access:read", "see organisations and clients (Organisationen und Zugänge sehen)";
        AccessWrite = "access:write", "manage organisations and clients (Organisationen und Zugänge verwalten)";
    }
}

vocabulary! {
    /// Which data-protection law an organisation falls under.
    DataProtectionRegime {
        Gdpr = "gdpr", "GDPR (DSGVO)";
        Bdsg = "bdsg", "BDSG part 3 (BDSG Teil 3)";
        Kdg = "kdg", "KDG, Catholic Church (katholische Kirche)";
        DsgEkd = "dsg_ekd", "DSG-EKD, Protestant Church (evangelische Kirche)";
    }
}
