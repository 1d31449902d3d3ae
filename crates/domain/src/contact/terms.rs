//! What a person allowed an office to tell a centre about herself, and how it was formally given.

use serde::{Deserialize, Serialize};

use crate::{
    consent::{
        Capacity, Conversation, Evidence, Formalities, Grantor, LegalHalf, Retention, TermsFault,
        TermsFaultKind,
    },
    ids::CentreId,
    instant::Instant,
    text::{Reference, ShortText},
    vocabulary::vocabulary,
};

vocabulary! {
    /// A kind of contact details.
    ContactItemKind as "kind of contact details" {
        Name = "name", "Name", "name";
        Telephone = "telephone", "Telefonnummer", "telephone number";
        Messenger = "messenger", "Messenger", "messenger";
        Email = "email", "E-Mail-Adresse", "e-mail address";
        Whereabouts = "whereabouts", "Aufenthaltsort", "where the person is";
        SafeContact = "safe_contact", "wie und wann ein sicherer Kontakt möglich ist", "how and when contact is safe";
    }
}

/// One of the details.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactItem {
    /// Of which kind.
    pub kind: ContactItemKind,
    /// What it says; `Debug` does not show it.
    pub text: ShortText,
}

/// All that is told together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContactContent(Vec<ContactItem>);

impl ContactContent {
    /// These items.
    #[must_use]
    pub const fn new(items: Vec<ContactItem>) -> Self {
        Self(items)
    }

    /// The items.
    #[must_use]
    pub fn items(&self) -> &[ContactItem] {
        &self.0
    }

    /// Their kinds, in order.
    #[must_use]
    pub fn kinds(&self) -> Vec<ContactItemKind> {
        self.0.iter().map(|item| item.kind).collect()
    }
}

/// What the person was told beforehand (Art. 7(3), 13 GDPR). All three are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactNotice {
    /// That she can withdraw at any time, and how.
    pub right_to_withdraw: bool,
    /// That she is helped without it as well (agreement, point 1).
    pub help_without_it: bool,
    /// Who will know what.
    pub who_receives_what: bool,
}

impl ContactNotice {
    /// Whether everything was said.
    #[must_use]
    pub const fn complete(self) -> bool {
        self.right_to_withdraw && self.help_without_it && self.who_receives_what
    }
}

/// What a person allowed, for how long, and how it was formally given. It never changes: for anything else there is another consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactTerms {
    /// The exact centres that may receive, by their entries in the directory.
    pub recipients: Vec<CentreId>,
    /// Which details.
    pub items: Vec<ContactItemKind>,
    /// First moment of validity.
    pub valid_from: Instant,
    /// First moment after validity. There is no consent without an end.
    pub valid_until: Instant,
    /// Data-protection consent (Art. 6, 7 GDPR; § 51 BDSG).
    pub data_protection_consent: Option<LegalHalf>,
    /// What the person was told.
    pub notice: ContactNotice,
    /// Whether the person can consent alone.
    pub capacity: Capacity,
    /// Who consented.
    pub grantor: Grantor,
    /// The talk.
    pub conversation: Conversation,
    /// Evidence of it.
    pub evidence: Option<Evidence>,
    /// The office's reference for whoever took the consent.
    pub collected_by: Reference,
    /// How long the evidence is kept.
    pub retention: Retention,
}

impl ContactTerms {
    /// The formal parts, which are those of every consent.
    #[must_use]
    pub fn formalities(&self) -> Formalities<'_> {
        Formalities {
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            data_protection_consent: self.data_protection_consent.as_ref(),
            confidentiality_release: None,
            notice_complete: self.notice.complete(),
            capacity: self.capacity,
            grantor: &self.grantor,
            conversation: &self.conversation,
            has_evidence: self.evidence.is_some(),
            retention: &self.retention,
        }
    }

    /// Everything that makes these terms meaningless when they are recorded at `now`, all at once.
    #[must_use]
    pub fn faults(&self, now: Instant) -> Vec<TermsFault> {
        let mut faults = self.formalities().faults(now);
        let dimensions = [
            ("/recipients", self.recipients.is_empty()),
            ("/items", self.items.is_empty()),
        ];
        for (pointer, empty) in dimensions {
            if empty {
                faults.push(TermsFault {
                    pointer: pointer.to_owned(),
                    kind: TermsFaultKind::EmptyDimension,
                });
            }
        }
        faults
    }
}
