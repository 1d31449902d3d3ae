//! The content of one revision, immutable once recorded.

use serde::{Deserialize, Serialize};

use super::{
    Assent, Capacity, Conversation, Evidence, Exclusion, Grant, Grantor, LegalHalf,
    NoticeConfirmations, Retention,
};
use time::Duration;

use crate::{instant::Instant, text::Reference, vocabulary::Handling};

/// What a person allowed, for how long, and how it was formally given. Field names follow ISO/IEC TS 27560 where it has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentTerms {
    /// What is allowed.
    pub grants: Vec<Grant>,
    /// What is ruled out.
    pub exclusions: Vec<Exclusion>,
    /// First moment of validity.
    pub valid_from: Instant,
    /// First moment after validity. There is no consent without an end.
    pub valid_until: Instant,
    /// Data-protection consent.
    pub data_protection_consent: Option<LegalHalf>,
    /// Release from confidentiality (§ 203 StGB).
    pub confidentiality_release: Option<LegalHalf>,
    /// What the person was told.
    pub notice: NoticeConfirmations,
    /// Whether the person can consent alone.
    pub capacity: Capacity,
    /// Who consented.
    pub grantor: Grantor,
    /// The talk.
    pub conversation: Conversation,
    /// Evidence of it.
    pub evidence: Option<Evidence>,
    /// The centre's reference for the counsellor who took the consent.
    pub collected_by: Reference,
    /// How long the evidence is kept.
    pub retention: Retention,
}

/// A fault inside terms that makes them meaningless whoever gave them, with the place of the fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermsFault {
    /// JSON pointer (RFC 6901) relative to the terms.
    pub pointer: String,
    /// What is wrong.
    pub kind: TermsFaultKind,
}

/// What can be wrong with terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TermsFaultKind {
    /// The end does not lie after the beginning.
    #[error("valid_until must lie after valid_from")]
    EndsBeforeItBegins,
    /// Nothing is granted.
    #[error("a given consent must grant something")]
    NothingGranted,
    /// A dimension of a grant is empty.
    #[error("must name at least one")]
    EmptyDimension,
    /// H3 refers to instructions, and there are none.
    #[error("handling code H3 needs handling_instructions")]
    InstructionsMissing,
    /// An exclusion names nothing.
    #[error("an exclusion must name a recipient, a category, an express scope or a purpose")]
    EmptyExclusion,
    /// The evidence would go before the consent ends.
    #[error("retention must not end before valid_until")]
    RetentionTooShort,
    /// It is to have happened after the time at which it was recorded.
    #[error("lies in the future")]
    NotYet,
}

/// How far a centre's clock may be ahead of the database's.
const CLOCKS_DIFFER_BY: Duration = Duration::minutes(5);

impl ConsentTerms {
    /// Everything that makes these terms meaningless when they are recorded at `now`, all at once.
    #[must_use]
    pub fn faults(&self, now: Instant) -> Vec<TermsFault> {
        let mut faults = Vec::new();
        let mut fault = |pointer: String, kind| faults.push(TermsFault { pointer, kind });
        if self.valid_until <= self.valid_from {
            fault(
                "/valid_until".to_owned(),
                TermsFaultKind::EndsBeforeItBegins,
            );
        }
        if self.retention.until < self.valid_until {
            fault(
                "/retention/until".to_owned(),
                TermsFaultKind::RetentionTooShort,
            );
        }
        if self.grants.is_empty() {
            fault("/grants".to_owned(), TermsFaultKind::NothingGranted);
        }
        for (i, grant) in self.grants.iter().enumerate() {
            let dimensions = [
                ("recipients", grant.recipients.is_empty()),
                ("purposes", grant.purposes.is_empty()),
                ("categories", grant.categories.is_empty()),
                ("actions", grant.actions.is_empty()),
            ];
            for (name, empty) in dimensions {
                if empty {
                    fault(
                        format!("/grants/{i}/{name}"),
                        TermsFaultKind::EmptyDimension,
                    );
                }
            }
            if grant.handling == Handling::H3 && grant.handling_instructions.is_none() {
                fault(
                    format!("/grants/{i}/handling_instructions"),
                    TermsFaultKind::InstructionsMissing,
                );
            }
        }
        for (i, exclusion) in self.exclusions.iter().enumerate() {
            if !exclusion.names_something() {
                fault(format!("/exclusions/{i}"), TermsFaultKind::EmptyExclusion);
            }
        }
        let latest = now.plus(CLOCKS_DIFFER_BY);
        for (pointer, moment) in self.past_moments() {
            if moment.is_some_and(|moment| moment > latest) {
                fault(pointer.to_owned(), TermsFaultKind::NotYet);
            }
        }
        faults
    }

    /// What must have happened before it is recorded.
    fn past_moments(&self) -> [(&'static str, Option<Instant>); 4] {
        let signed = |half: &Option<LegalHalf>| half.as_ref().map(|half| half.signed_at);
        let assented = match &self.grantor {
            Grantor::Representative {
                assent: Assent::Given { at },
                ..
            } => Some(*at),
            _ => None,
        };
        [
            (
                "/data_protection_consent/signed_at",
                signed(&self.data_protection_consent),
            ),
            (
                "/confidentiality_release/signed_at",
                signed(&self.confidentiality_release),
            ),
            ("/conversation/read_back_at", self.conversation.read_back_at),
            ("/grantor/assent/at", assented),
        ]
    }
}
