//! Contact details.

use super::vocabulary;

vocabulary! {
    /// A kind of contact details.
    ContactItemKind {
        Name = "name", "name (Name)";
        Telephone = "telephone", "telephone number (Telefonnummer)";
        Messenger = "messenger", "messenger (Messenger)";
        Email = "email", "e-mail address (E-Mail-Adresse)";
        Whereabouts = "whereabouts", "where the person is (Aufenthaltsort)";
        SafeContact = "safe_contact", "how and when contact is safe (wie und wann ein sicherer Kontakt möglich ist)";
    }
}

vocabulary! {
    /// Where contact details stand.
    ContactState {
        Held = "held", "held for collection (zur Abholung bereit)";
        Collected = "collected", "collected (abgeholt)";
        Acknowledged = "acknowledged", "acknowledged (Empfang bestätigt)";
        Sealed = "sealed", "sealed (versiegelt)";
    }
}
