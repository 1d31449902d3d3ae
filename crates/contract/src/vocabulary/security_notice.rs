//! Security notices.

use super::vocabulary;

vocabulary! {
    /// What a notice is about.
    SecurityNoticeKind {
        ThreatPerson = "threat_person", "threat to an affected person (Gefährdung einer betroffenen Person)";
        ThreatCounsellor = "threat_counsellor", "threat to counsellors (Gefährdung von Beratenden)";
        ThreatCentre = "threat_centre", "threat to a centre (Gefährdung einer Fachberatungsstelle)";
        ThreatFamily = "threat_family", "threat to a family (Gefährdung der Familie)";
        OriginCountryChange = "origin_country_change", "development in a country of origin (Entwicklung im Herkunftsland)";
        SuspectReleased = "suspect_released", "suspect released (beschuldigte Person auf freiem Fuß)";
        ProtectionChanged = "protection_changed", "protection changed (Schutzmaßnahmen geändert)";
        ContactOfficerChanged = "contact_officer_changed", "contact officer changed (Ansprechperson der Polizei gewechselt)";
        Handover = "handover", "case handed over (Abgabe des Verfahrens)";
    }
}

vocabulary! {
    /// How soon a centre must know.
    Urgency {
        Routine = "routine", "routine (regulär)";
        Urgent = "urgent", "urgent: acknowledged by the management, the security officer or the counsellor on call (dringend)";
    }
}

vocabulary! {
    /// Where a version of a notice stands.
    SecurityNoticeState {
        Current = "current", "it holds (gültig)";
        Superseded = "superseded", "superseded by a later version (durch neuere Fassung ersetzt)";
        Withdrawn = "withdrawn", "withdrawn, and what it said is destroyed (zurückgezogen)";
    }
}

vocabulary! {
    /// How grave a threat is.
    ThreatLevel {
        NoneKnown = "none_known", "no threat known (keine Gefährdung bekannt)";
        Low = "low", "low (gering)";
        Medium = "medium", "medium (mittel)";
        High = "high", "high (hoch)";
        Acute = "acute", "acute (akut)";
    }
}

vocabulary! {
    /// What is recommended.
    Measure {
        Relocation = "relocation", "relocation (Ortswechsel)";
        AddressBlock = "address_block", "block on the registered address (Auskunftssperre im Melderegister)";
        Accompaniment = "accompaniment", "accompaniment (Begleitung)";
        SafeContactChannel = "safe_contact_channel", "safe channel of contact (sicherer Kontaktweg)";
        PhoneChange = "phone_change", "change of the phone number (Wechsel der Rufnummer)";
        SocialMediaCare = "social_media_care", "care with social media (Vorsicht in sozialen Medien)";
        TravelAvoidance = "travel_avoidance", "avoid journeys (Reisen vermeiden)";
        PremisesSecurity = "premises_security", "secure the premises (Räume sichern)";
        ChildProtection = "child_protection", "protection of children (Schutz der Kinder)";
        EmergencyCall = "emergency_call", "call 110 in danger (bei Gefahr 110 rufen)";
        CallOffice = "call_office", "call the office (Dienststelle anrufen)";
    }
}

vocabulary! {
    /// As what somebody acknowledges a notice.
    AcknowledgingRole {
        Management = "management", "management (Leitung)";
        SecurityOfficer = "security_officer", "security officer (Sicherheitsbeauftragte Person)";
        OnCallCounsellor = "on_call_counsellor", "counsellor on call (Bereitschaft)";
        Counsellor = "counsellor", "counsellor; not of an urgent notice (Beratende Person)";
    }
}
