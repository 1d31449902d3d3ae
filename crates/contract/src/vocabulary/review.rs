//! Reviews.

use super::vocabulary;

vocabulary! {
    /// The two sides of the agreement.
    AgreementSide {
        Police = "police", "federal police (Bundespolizei)";
        Network = "network", "KOK and counselling centres (KOK und Fachberatungsstellen)";
    }
}

vocabulary! {
    /// Where a review stands.
    ReviewState {
        Due = "due", "due: figures are being made (fällig: die Zahlen werden erhoben)";
        Open = "open", "open (eröffnet)";
        Concluded = "concluded", "concluded by both sides (von beiden Seiten abgeschlossen)";
        Adapted = "adapted", "concluded, with agreed measures (abgeschlossen, mit vereinbarten Anpassungen)";
    }
}

vocabulary! {
    /// Why there is a review.
    ReviewReason {
        Date = "date", "the date was there (Zeitablauf)";
        ChangeOfLaw = "change_of_law", "the law has changed (geänderte Rechtslage)";
        ChangeOfOrganisation = "change_of_organisation", "competence or organisation has changed (geänderte Zuständigkeit oder Organisation)";
        DifficultyInCooperation = "difficulty_in_cooperation", "a difficulty in working together (Schwierigkeit in der Zusammenarbeit)";
        SafetyOfAffectedPersons = "safety_of_affected_persons", "the safety of affected persons (Sicherheit betroffener Personen)";
        NewNeeds = "new_needs", "new needs (neuer Bedarf)";
    }
}

vocabulary! {
    /// A point of the agreement.
    AgreementPoint {
        HelpForAll = "help_for_all", "1. help for everyone affected (Hilfe für alle Betroffenen)";
        Referral = "referral", "2. referral to help (Hinweis auf Hilfe)";
        Involvement = "involvement", "3. early involvement (frühzeitige Einbindung)";
        Disclosure = "disclosure", "4. authorised messages (autorisierte Mitteilungen)";
        Security = "security", "5. security notices (Sicherheitshinweise)";
        Training = "training", "6. training (Fortbildung)";
        JointActivities = "joint_activities", "7. joint activities and press work (gemeinsame Aktivitäten und Pressearbeit)";
        Prevention = "prevention", "8. prevention and publicity (Prävention und Öffentlichkeit)";
        Regional = "regional", "9. regional agreements and contacts (regionale Vereinbarungen und Ansprechstellen)";
        Costs = "costs", "10. costs (Kosten)";
        Review = "review", "11. review (Überprüfung)";
    }
}

vocabulary! {
    /// How far a side sees the aim of a point attained.
    GoalAttainment {
        Attained = "attained", "attained (erreicht)";
        LargelyAttained = "largely_attained", "largely attained (weitgehend erreicht)";
        PartlyAttained = "partly_attained", "partly attained (teilweise erreicht)";
        NotAttained = "not_attained", "not attained (nicht erreicht)";
        NotAssessable = "not_assessable", "not assessable (nicht zu beurteilen)";
    }
}

vocabulary! {
    /// What is counted.
    FigureTopic {
        ReferralNotices = "referral_notices", "referrals to help (Hinweise auf Hilfe, point 2)";
        InvolvementOffers = "involvement_offers", "offers to counselling centres (Anfragen an Fachberatungsstellen, point 3)";
        DisclosedItems = "disclosed_items", "items of released messages (Angaben in freigegebenen Mitteilungen, point 4)";
        RefusalReasons = "refusal_reasons", "reasons of refused releases (Gründe abgelehnter Freigaben, point 4)";
        Withdrawals = "withdrawals", "messages reached by withdrawals (von Widerrufen erfasste Mitteilungen, point 4)";
        SecurityNotices = "security_notices", "delivered security notices (zugestellte Sicherheitshinweise, point 5)";
        OfficesInContact = "offices_in_contact", "offices with a current contact pair (Dienststellen mit aktueller Ansprechstelle, point 9)";
        RegionalAgreements = "regional_agreements", "parts of offices in regional agreements in force (Beteiligungen an geltenden regionalen Vereinbarungen, point 9)";
    }
}

vocabulary! {
    /// A time of which the median is told.
    SpanKind {
        SuspicionToOffer = "suspicion_to_offer", "from suspicion to the first offer (vom Verdacht bis zur ersten Anfrage)";
        OfferToAnswer = "offer_to_answer", "from offer to answer (von der Anfrage bis zur Antwort)";
        IssueToAcknowledgement = "issue_to_acknowledgement", "from security notice to acknowledgement (vom Sicherheitshinweis bis zur Bestätigung)";
    }
}

vocabulary! {
    /// How the figures of a review are written.
    ReviewFormat {
        Csv = "csv", "one line for each figure, for spreadsheets (eine Zeile je Zahl, für Tabellenkalkulationen)";
        Xlsx = "xlsx", "a workbook: a sheet for each topic, and what both sides said (Arbeitsmappe)";
        HtmlDe = "html_de", "a page to print, in German (Seite zum Drucken, deutsch)";
        HtmlEn = "html_en", "a page to print, in English (Seite zum Drucken, englisch)";
    }
}
