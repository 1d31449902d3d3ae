//! The content of one revision, immutable once recorded.

use serde::{Deserialize, Serialize};

use super::{
    Capacity, Conversation, Evidence, Exclusion, Formalities, Grant, Grantor, LegalHalf,
    NoticeConfirmations, Retention,
};
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

impl ConsentTerms {
    /// The formal parts, which are those of every consent.
    #[must_use]
    pub fn formalities(&self) -> Formalities<'_> {
        Formalities {
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            data_protection_consent: self.data_protection_consent.as_ref(),
            confidentiality_release: self.confidentiality_release.as_ref(),
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
        let mut fault = |pointer: String, kind| faults.push(TermsFault { pointer, kind });
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
        faults
    }
}
