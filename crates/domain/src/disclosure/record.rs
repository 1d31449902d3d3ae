//! A disclosure as it is stored: plain facts, no authority.

use serde::Serialize;

use super::ItemProfile;
use crate::{
    ids::{CaseId, ConsentId, DisclosureId, OrganisationId},
    instant::Instant,
    office::{CompetenceReason, Matter, OfficeId},
    vocabulary::{Purpose, vocabulary},
};

vocabulary! {
    /// Where a disclosure stands.
    DisclosureState as "disclosure state" {
        Held = "held", "zur Abholung bereit", "held for collection";
        Collected = "collected", "abgeholt", "collected";
        Acknowledged = "acknowledged", "Empfang bestätigt", "acknowledged";
        Recalled = "recalled", "zurückgerufen", "recalled";
        Sealed = "sealed", "versiegelt", "sealed";
    }
}

vocabulary! {
    /// Why a held disclosure was sealed for good.
    SealReason as "seal reason" {
        Withdrawn = "withdrawn", "Einwilligung widerrufen", "consent withdrawn";
        Superseded = "superseded", "von der neueren Einwilligung nicht umfasst", "not covered by the later revision";
        Expired = "expired", "Einwilligung abgelaufen", "consent expired";
    }
}

/// A pairwise pseudonym: what one recipient knows a person by. Another recipient knows her by another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Pseudonym(String);

/// Not a pseudonym.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pseudonym is 'p-' and 32 lower-case hexadecimal digits")]
pub struct PseudonymError;

impl Pseudonym {
    /// From 128 bits of a keyed hash.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(34);
        text.push_str("p-");
        for byte in bytes {
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// Reads a pseudonym.
    ///
    /// # Errors
    /// When it is of another form.
    pub fn parse(text: &str) -> Result<Self, PseudonymError> {
        let digits = text.strip_prefix("p-").ok_or(PseudonymError)?;
        let hexadecimal = digits
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if digits.len() == 32 && hexadecimal {
            Ok(Self(text.to_owned()))
        } else {
            Err(PseudonymError)
        }
    }

    /// The pseudonym itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Everything about a disclosure but its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisclosureRecord {
    /// Its identifier.
    pub id: DisclosureId,
    /// The centre that released it.
    pub centre: OrganisationId,
    /// The case.
    pub case: CaseId,
    /// The consent it relied on.
    pub consent: ConsentId,
    /// That consent's revision at release.
    pub consent_revision: u32,
    /// The addressed office.
    pub recipient: OfficeId,
    /// What for.
    pub purpose: Purpose,
    /// Whether the office may pass it on.
    pub onward_transfer: bool,
    /// What it is about, for telling the competent office.
    pub matter: Matter,
    /// Why the addressed office was competent at release.
    pub competence: CompetenceReason,
    /// The items, without what they say.
    pub items: Vec<ItemProfile>,
    /// The person's pseudonym in the log.
    pub person: Pseudonym,
    /// The person's pseudonym for the addressed office.
    pub person_for_recipient: Pseudonym,
    /// Where it stands.
    pub state: DisclosureState,
    /// Why it was sealed, when it was.
    pub seal_reason: Option<SealReason>,
    /// When it was released.
    pub released_at: Instant,
    /// When it was first collected.
    pub collected_at: Option<Instant>,
    /// When its receipt was acknowledged, it was recalled, or sealed.
    pub closed_at: Option<Instant>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_read_as_it_is_written_and_nothing_else_is_one() {
        let pseudonym = Pseudonym::from_bytes([0x0f; 16]);
        let text = pseudonym.as_str().to_owned();
        assert_eq!(text, format!("p-{}", "0f".repeat(16)));
        assert_eq!(Pseudonym::parse(&text), Ok(pseudonym));
        for bad in [
            "",
            "p-",
            &text[2..],
            &text[..33],
            &format!("{text}0"),
            &text.replace('f', "F"),
            &text.replace('f', "g"),
            &text.replace("p-", "q-"),
        ] {
            assert_eq!(Pseudonym::parse(bad), Err(PseudonymError), "{bad:?}");
        }
    }
}
