//! Contact pairs.

use super::vocabulary;

vocabulary! {
    /// As what somebody is to be called.
    PairRole {
        TraffickingContact = "trafficking_contact", "contact for human trafficking, of either side (Ansprechperson Menschenhandel)";
        VictimProtectionOfficer = "victim_protection_officer", "victim protection officer of an office (Opferschutzbeauftragte)";
        Investigation = "investigation", "investigation of an office (Ermittlungsführung)";
        OnCallDesk = "on_call_desk", "desk of an office that is always staffed (Dauerdienst)";
        Counselling = "counselling", "counselling of a centre (Beratung)";
        OnCallCounselling = "on_call_counselling", "counselling of a centre out of hours (Bereitschaft der Beratung)";
        SecurityOfficer = "security_officer", "security officer, of either side (Sicherheitsbeauftragte Person)";
        Management = "management", "management, of either side (Leitung)";
    }
}

vocabulary! {
    /// By what somebody is reached.
    PairChannel {
        Phone = "phone", "telephone (Telefon)";
        Mobile = "mobile", "mobile telephone (Mobiltelefon)";
        Email = "email", "e-mail (E-Mail)";
    }
}

vocabulary! {
    /// Where a contact pair stands.
    PairStanding {
        Current = "current", "both sides have named contacts and confirmed them (aktuell)";
        Incomplete = "incomplete", "one side has named nobody yet (unvollständig)";
        Stale = "stale", "a side has not confirmed its contacts for too long (nicht mehr bestätigt)";
    }
}

vocabulary! {
    /// What an office without a current contact pair lacks.
    ContactGap {
        NoPair = "no_pair", "it never had a pair with any centre (keine Ansprechstellen angelegt)";
        Incomplete = "incomplete", "in none of its pairs both sides have named contacts (die andere Seite fehlt noch)";
        Stale = "stale", "in none of its pairs both sides have confirmed their contacts of late (nicht mehr bestätigt)";
    }
}
