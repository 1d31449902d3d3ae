//! What a centre may tell (agreement, point 4), and what nobody may ever put in.

use super::vocabulary;

vocabulary! {
    /// Category of one item of a disclosure: an investigative finding or a protective measure (agreement, point 4).
    Category as "information category" {
        PerpetratorIdentity = "perpetrator_identity", "Identität einer tatverdächtigen Person", "identity of a suspect";
        PerpetratorDescription = "perpetrator_description", "Beschreibung einer tatverdächtigen Person", "description of a suspect";
        NetworkRole = "network_role", "Rolle im Netzwerk", "role in the network";
        ExploitationPlace = "exploitation_place", "Ort der Ausbeutung", "place of exploitation";
        Vehicle = "vehicle", "Fahrzeug", "vehicle";
        PhoneNumber = "phone_number", "Rufnummer", "phone number";
        OnlineAccount = "online_account", "Onlinekonto", "online account";
        RecruitmentMethod = "recruitment_method", "Anwerbungsweise", "method of recruitment";
        TravelRoute = "travel_route", "Reiseroute", "travel route";
        BorderCrossing = "border_crossing", "Grenzübertritt", "border crossing";
        DocumentControl = "document_control", "Kontrolle über Ausweisdokumente", "control over identity documents";
        FinanceDebt = "finance_debt", "Geldflüsse und Schulden", "money flows and debt";
        ViolenceThreat = "violence_threat", "Gewalt und Drohung", "violence and threats";
        FurtherVictims = "further_victims", "Weitere Betroffene", "further victims";
        EvidenceLocation = "evidence_location", "Ort von Beweismitteln", "location of evidence";
        ShelterPlaced = "shelter_placed", "In einer Schutzunterkunft untergebracht (nur ja oder nein)", "placed in a shelter (yes or no only)";
        RelocationDone = "relocation_done", "Ortswechsel erfolgt", "relocation done";
        AddressBlock = "address_block", "Auskunftssperre", "block on address disclosure";
        Accompaniment = "accompaniment", "Begleitung", "accompaniment";
        SafeContactChannel = "safe_contact_channel", "Sicherer Kontaktweg", "safe contact channel";
        PhoneChange = "phone_change", "Rufnummernwechsel", "change of phone number";
        InterviewSupport = "interview_support", "Unterstützung bei der Vernehmung", "support at the interview";
        LegalCounsel = "legal_counsel", "Anwaltliche Vertretung", "legal counsel";
        ChildProtection = "child_protection", "Kinderschutz", "child protection";
        SafeReturn = "safe_return", "Sichere Rückkehr", "safe return";
    }
}

vocabulary! {
    /// The two kinds of information of point 4.
    CategoryKind as "kind of information" {
        InvestigativeFinding = "investigative_finding", "ermittlungsrelevante Erkenntnis", "investigative finding";
        ProtectiveMeasure = "protective_measure", "sicherheitsrelevante Unterstützungsmaßnahme", "protective measure";
    }
}

vocabulary! {
    /// What is never accepted, whatever anybody allowed: the counsellors' duty of secrecy (§ 203 StGB) and the rights of others stand above it.
    NeverAccepted as "categories that are never accepted" {
        CounsellingContent = "counselling_content", "Inhalte der Beratung", "content of counselling";
        TherapyNotes = "therapy_notes", "Therapienotizen", "therapy notes";
        OtherResidents = "other_residents", "Andere Bewohnerinnen und Bewohner", "other residents";
        CounsellorPrivateData = "counsellor_private_data", "Private Daten von Beraterinnen und Beratern", "a counsellor's private data";
    }
}

impl Category {
    /// Which of the two kinds of point 4 the category belongs to.
    #[must_use]
    pub const fn kind(self) -> CategoryKind {
        match self {
            Self::PerpetratorIdentity
            | Self::PerpetratorDescription
            | Self::NetworkRole
            | Self::ExploitationPlace
            | Self::Vehicle
            | Self::PhoneNumber
            | Self::OnlineAccount
            | Self::RecruitmentMethod
            | Self::TravelRoute
            | Self::BorderCrossing
            | Self::DocumentControl
            | Self::FinanceDebt
            | Self::ViolenceThreat
            | Self::FurtherVictims
            | Self::EvidenceLocation => CategoryKind::InvestigativeFinding,
            Self::ShelterPlaced
            | Self::RelocationDone
            | Self::AddressBlock
            | Self::Accompaniment
            | Self::SafeContactChannel
            | Self::PhoneChange
            | Self::InterviewSupport
            | Self::LegalCounsel
            | Self::ChildProtection
            | Self::SafeReturn => CategoryKind::ProtectiveMeasure,
        }
    }
}
