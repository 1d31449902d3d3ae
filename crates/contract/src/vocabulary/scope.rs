//! The dimensions of what a person allows, and of what a centre tells.

use super::vocabulary;

vocabulary! {
    /// Category of one item of a disclosure: an investigative finding or a protective measure (agreement, point 4).
    Category {
        PerpetratorIdentity = "perpetrator_identity", "identity of a suspect (Identität einer tatverdächtigen Person)";
        PerpetratorDescription = "perpetrator_description", "description of a suspect (Beschreibung einer tatverdächtigen Person)";
        NetworkRole = "network_role", "role in the network (Rolle im Netzwerk)";
        ExploitationPlace = "exploitation_place", "place of exploitation (Ort der Ausbeutung)";
        Vehicle = "vehicle", "vehicle (Fahrzeug)";
        PhoneNumber = "phone_number", "phone number (Rufnummer)";
        OnlineAccount = "online_account", "online account (Onlinekonto)";
        RecruitmentMethod = "recruitment_method", "method of recruitment (Anwerbungsweise)";
        TravelRoute = "travel_route", "travel route (Reiseroute)";
        BorderCrossing = "border_crossing", "border crossing (Grenzübertritt)";
        DocumentControl = "document_control", "control over identity documents (Kontrolle über Ausweisdokumente)";
        FinanceDebt = "finance_debt", "money flows and debt (Geldflüsse und Schulden)";
        ViolenceThreat = "violence_threat", "violence and threats (Gewalt und Drohung)";
        FurtherVictims = "further_victims", "further victims (Weitere Betroffene)";
        EvidenceLocation = "evidence_location", "location of evidence (Ort von Beweismitteln)";
        ShelterPlaced = "shelter_placed", "placed in a shelter (yes or no only) (In einer Schutzunterkunft untergebracht (nur ja oder nein))";
        RelocationDone = "relocation_done", "relocation done (Ortswechsel erfolgt)";
        AddressBlock = "address_block", "block on address disclosure (Auskunftssperre)";
        Accompaniment = "accompaniment", "accompaniment (Begleitung)";
        SafeContactChannel = "safe_contact_channel", "safe contact channel (Sicherer Kontaktweg)";
        PhoneChange = "phone_change", "change of phone number (Rufnummernwechsel)";
        InterviewSupport = "interview_support", "support at the interview (Unterstützung bei der Vernehmung)";
        LegalCounsel = "legal_counsel", "legal counsel (Anwaltliche Vertretung)";
        ChildProtection = "child_protection", "child protection (Kinderschutz)";
        SafeReturn = "safe_return", "safe return (Sichere Rückkehr)";
    }
}

vocabulary! {
    /// What is never accepted, whatever anybody allowed: the counsellors' duty of secrecy (§ 203 StGB) and the rights of others stand above it.
    NeverAccepted {
        CounsellingContent = "counselling_content", "content of counselling (Inhalte der Beratung)";
        TherapyNotes = "therapy_notes", "therapy notes (Therapienotizen)";
        OtherResidents = "other_residents", "other residents (Andere Bewohnerinnen und Bewohner)";
        CounsellorPrivateData = "counsellor_private_data", "a counsellor's private data (Private Daten von Beraterinnen und Beratern)";
    }
}

vocabulary! {
    /// Kinds of personal data that a general scope never covers: the person must have named them (Art. 9 GDPR, §§ 48, 51 BDSG).
    ExpressScope {
        Identity = "identity", "identity (Identität)";
        Health = "health", "health (Gesundheit)";
        SexualLife = "sexual_life", "sexual life (Sexualleben)";
        ResidenceStatus = "residence_status", "residence status (Aufenthaltsstatus)";
        FamilyAbroad = "family_abroad", "family abroad (Familie im Ausland)";
        RegionOfStay = "region_of_stay", "region of stay (Aufenthaltsregion)";
        ShelterAddress = "shelter_address", "address of the shelter (Adresse der Schutzunterkunft)";
    }
}

vocabulary! {
    /// What the office may use the information for.
    Purpose {
        CriminalInvestigation = "criminal_investigation", "criminal investigation (Strafverfolgung)";
        DangerPrevention = "danger_prevention", "prevention of danger (Gefahrenabwehr)";
        VictimProtection = "victim_protection", "protection of the affected person (Schutz der betroffenen Person)";
    }
}

vocabulary! {
    /// What the office may do.
    Action {
        Collect = "collect", "collect and use (abholen und verwenden)";
        OnwardTransfer = "onward_transfer", "transfer onward to other bodies (an andere Stellen weitergeben)";
    }
}
