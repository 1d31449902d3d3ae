//! Referral notices and involvements.

use super::vocabulary;

vocabulary! {
    /// How somebody was told about help.
    ReferralMedium {
        Spoken = "spoken", "in a talk (im Gespräch)";
        Interpreted = "interpreted", "in a talk with an interpreter (im Gespräch mit Sprachmittlung)";
        Leaflet = "leaflet", "leaflet handed out (Merkblatt ausgehändigt)";
        Link = "link", "leaflet or search shown on a screen (Merkblatt oder Suche gezeigt)";
        CallTogether = "call_together", "centre called together (gemeinsam angerufen)";
    }
}

vocabulary! {
    /// Where an involvement stands.
    InvolvementState {
        Noted = "noted", "suspicion noted, nobody asked yet (Verdacht vermerkt)";
        Offered = "offered", "centres were asked (angefragt)";
        Accepted = "accepted", "a centre helps (angenommen)";
        ContactAgreed = "contact_agreed", "it is said how they meet (Kontakt vereinbart)";
        Closed = "closed", "closed (abgeschlossen)";
    }
}

vocabulary! {
    /// How the person and the centre meet.
    ContactMode {
        CentreComes = "centre_comes", "the centre comes (die Fachberatungsstelle kommt)";
        PersonBrought = "person_brought", "the person is accompanied there (die Person wird begleitet)";
        CentreCalls = "centre_calls", "the centre calls the office (die Fachberatungsstelle ruft die Dienststelle an)";
        OfficeCalls = "office_calls", "the office calls the centre (die Dienststelle ruft die Fachberatungsstelle an)";
        PersonContacts = "person_contacts", "the person gets in touch herself (die Person meldet sich selbst)";
    }
}

vocabulary! {
    /// Where an offer stands, seen together with its involvement.
    OfferStanding {
        Open = "open", "waits for an answer (wartet auf Antwort)";
        Accepted = "accepted", "accepted (angenommen)";
        Declined = "declined", "declined (abgelehnt)";
        Unavailable = "unavailable", "unavailable (nicht möglich)";
        Lapsed = "lapsed", "no longer needed: another centre helps, or the involvement is closed (nicht mehr nötig)";
    }
}

vocabulary! {
    /// What a centre answers.
    OfferAnswerKind {
        Accepted = "accepted", "it helps (angenommen)";
        Declined = "declined", "it does not (abgelehnt)";
        Unavailable = "unavailable", "it can't, or can't any more after it had accepted (nicht möglich)";
    }
}

vocabulary! {
    /// Why a centre does not take part. All of it is about the centre.
    OfferReason {
        Capacity = "capacity", "no capacity at present (zurzeit keine Kapazität)";
        Language = "language", "the language is not there (Sprache nicht verfügbar)";
        TargetGroup = "target_group", "not our target group (nicht unsere Zielgruppe)";
        Area = "area", "not our area (nicht unser Gebiet)";
        ConflictOfInterest = "conflict_of_interest", "conflict of interest (Interessenkonflikt)";
        Other = "other", "another reason (anderer Grund)";
    }
}
