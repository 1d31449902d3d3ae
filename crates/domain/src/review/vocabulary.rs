//! The closed vocabularies of a review.

use crate::{
    disclosure::RefusalReason,
    vocabulary::{Category, vocabulary},
};

vocabulary! {
    /// Where a review stands.
    ReviewState as "review state" {
        Due = "due", "fällig: die Zahlen werden erhoben", "due: figures are being made";
        Open = "open", "eröffnet", "open";
        Concluded = "concluded", "von beiden Seiten abgeschlossen", "concluded by both sides";
        Adapted = "adapted", "abgeschlossen, mit vereinbarten Anpassungen", "concluded, with agreed measures";
    }
}

vocabulary! {
    /// Why there is a review.
    ReviewReason as "reason of a review" {
        Date = "date", "Zeitablauf", "the date was there";
        ChangeOfLaw = "change_of_law", "geänderte Rechtslage", "the law has changed";
        ChangeOfOrganisation = "change_of_organisation", "geänderte Zuständigkeit oder Organisation", "competence or organisation has changed";
        DifficultyInCooperation = "difficulty_in_cooperation", "Schwierigkeit in der Zusammenarbeit", "a difficulty in working together";
        SafetyOfAffectedPersons = "safety_of_affected_persons", "Sicherheit betroffener Personen", "the safety of affected persons";
        NewNeeds = "new_needs", "neuer Bedarf", "new needs";
    }
}

vocabulary! {
    /// A point of the agreement.
    AgreementPoint as "point of the agreement" {
        HelpForAll = "help_for_all", "1. Hilfe für alle Betroffenen", "1. help for everyone affected";
        Referral = "referral", "2. Hinweis auf Hilfe", "2. referral to help";
        Involvement = "involvement", "3. frühzeitige Einbindung", "3. early involvement";
        Disclosure = "disclosure", "4. autorisierte Mitteilungen", "4. authorised messages";
        Security = "security", "5. Sicherheitshinweise", "5. security notices";
        Training = "training", "6. Fortbildung", "6. training";
        JointActivities = "joint_activities", "7. gemeinsame Aktivitäten und Pressearbeit", "7. joint activities and press work";
        Prevention = "prevention", "8. Prävention und Öffentlichkeit", "8. prevention and publicity";
        Regional = "regional", "9. regionale Vereinbarungen und Ansprechstellen", "9. regional agreements and contacts";
        Costs = "costs", "10. Kosten", "10. costs";
        Review = "review", "11. Überprüfung", "11. review";
    }
}

vocabulary! {
    /// How far a side sees the aim of a point attained.
    GoalAttainment as "goal attainment" {
        Attained = "attained", "erreicht", "attained";
        LargelyAttained = "largely_attained", "weitgehend erreicht", "largely attained";
        PartlyAttained = "partly_attained", "teilweise erreicht", "partly attained";
        NotAttained = "not_attained", "nicht erreicht", "not attained";
        NotAssessable = "not_assessable", "nicht zu beurteilen", "not assessable";
    }
}

vocabulary! {
    /// What is counted. What a consent is asked for or given is none of it: no number here could become a target for consents.
    ///
    /// Another topic (trainings, activities, media references) is a line here, its categories below, and a statement in the store. A
    /// number must not stand in two topics: what one withholds the other would tell.
    FigureTopic as "topic of figures" {
        ReferralNotices = "referral_notices", "Hinweise auf Hilfe (Nr. 2)", "referrals to help (point 2)";
        InvolvementOffers = "involvement_offers", "Anfragen an Fachberatungsstellen (Nr. 3)", "offers to counselling centres (point 3)";
        DisclosedItems = "disclosed_items", "Angaben in freigegebenen Mitteilungen (Nr. 4)", "items of released messages (point 4)";
        RefusalReasons = "refusal_reasons", "Gründe abgelehnter Freigaben (Nr. 4)", "reasons of refused releases (point 4)";
        Withdrawals = "withdrawals", "von Widerrufen erfasste Mitteilungen (Nr. 4)", "messages reached by withdrawals (point 4)";
        SecurityNotices = "security_notices", "zugestellte Sicherheitshinweise (Nr. 5)", "delivered security notices (point 5)";
        OfficesInContact = "offices_in_contact", "Dienststellen mit aktueller Ansprechstelle (Nr. 9)", "offices with a current contact pair (point 9)";
        RegionalAgreements = "regional_agreements", "Beteiligungen an geltenden regionalen Vereinbarungen (Nr. 9)", "parts of offices in regional agreements in force (point 9)";
    }
}

vocabulary! {
    /// A time of which the median is told.
    SpanKind as "span" {
        SuspicionToOffer = "suspicion_to_offer", "vom Verdacht bis zur ersten Anfrage", "from suspicion to the first offer";
        OfferToAnswer = "offer_to_answer", "von der Anfrage bis zur Antwort", "from offer to answer";
        IssueToAcknowledgement = "issue_to_acknowledgement", "vom Sicherheitshinweis bis zur Bestätigung", "from security notice to acknowledgement";
    }
}

/// A category of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FigureCategory {
    /// Its code.
    pub code: &'static str,
    /// What a German reader sees.
    pub german: &'static str,
    /// What an English reader sees.
    pub english: &'static str,
}

const fn category(
    code: &'static str,
    german: &'static str,
    english: &'static str,
) -> FigureCategory {
    FigureCategory {
        code,
        german,
        english,
    }
}

impl FigureTopic {
    /// What it is counted by besides areas; nothing for what has no categories.
    #[must_use]
    pub fn categories(self) -> Vec<FigureCategory> {
        match self {
            Self::ReferralNotices => vec![
                category("german", "auf Deutsch", "in German"),
                category(
                    "other_language",
                    "in einer anderen Sprache",
                    "in another language",
                ),
            ],
            Self::InvolvementOffers => vec![
                category("accepted", "angenommen", "accepted"),
                category("declined", "abgelehnt", "declined"),
                category("unavailable", "nicht verfügbar", "unavailable"),
                category("open", "unbeantwortet", "unanswered"),
            ],
            Self::DisclosedItems => Category::ALL
                .iter()
                .map(|one| category(one.code(), one.german(), one.english()))
                .collect(),
            Self::RefusalReasons => RefusalReason::ALL
                .iter()
                .map(|one| category(one.code(), one.german(), one.english()))
                .collect(),
            Self::Withdrawals => vec![
                category("before_collection", "vor der Abholung", "before collection"),
                category("after_collection", "nach der Abholung", "after collection"),
            ],
            Self::SecurityNotices => vec![
                category("acknowledged", "bestätigt", "acknowledged"),
                category("open", "unbestätigt", "not acknowledged"),
            ],
            Self::OfficesInContact | Self::RegionalAgreements => Vec::new(),
        }
    }

    /// Whether persons stand behind its numbers. What offices and centres have arranged among themselves is about none, and is told as it is.
    #[must_use]
    pub const fn is_about_persons(self) -> bool {
        !matches!(self, Self::OfficesInContact | Self::RegionalAgreements)
    }

    /// The times of which medians are told with it.
    #[must_use]
    pub const fn spans(self) -> &'static [SpanKind] {
        match self {
            Self::InvolvementOffers => &[SpanKind::SuspicionToOffer, SpanKind::OfferToAnswer],
            Self::SecurityNotices => &[SpanKind::IssueToAcknowledgement],
            _ => &[],
        }
    }
}
