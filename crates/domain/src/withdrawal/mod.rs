//! Withdrawal: at any time, at once, never refused; and the notice to offices that already collected.

use crate::{
    consent::ConsentHead,
    disclosure::Pseudonym,
    ids::{ConsentId, DisclosureId, OrganisationId, WithdrawalNoticeId},
    instant::Instant,
    office::OfficeId,
    text::ShortText,
    vocabulary::vocabulary,
};

vocabulary! {
    /// Why an office is told.
    NoticeCause as "cause of a withdrawal notice" {
        Withdrawn = "withdrawn", "Einwilligung widerrufen", "consent withdrawn";
        Narrowed = "narrowed", "Einwilligung eingeschränkt", "consent narrowed";
    }
}

/// What the office did with what it had collected. It must answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoticeAnswer {
    /// Erased it (§ 75 BDSG).
    Erased,
    /// Restricted its processing (§ 58(3) BDSG).
    Restricted,
    /// Keeps it, on a legal basis of its own.
    Retained {
        /// Which.
        legal_basis: ShortText,
    },
}

impl NoticeAnswer {
    /// The answer's code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Erased => "erased",
            Self::Restricted => "restricted",
            Self::Retained { .. } => "retained",
        }
    }
}

/// A notice to an office that something it collected was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawalNotice {
    /// Its identifier.
    pub id: WithdrawalNoticeId,
    /// The collected disclosure.
    pub disclosure: DisclosureId,
    /// The consent.
    pub consent: ConsentId,
    /// The centre.
    pub centre: OrganisationId,
    /// The office that must answer.
    pub office: OfficeId,
    /// The person's pseudonym for that office.
    pub person: Pseudonym,
    /// Why.
    pub cause: NoticeCause,
    /// When it was issued: at the withdrawal itself.
    pub issued_at: Instant,
    /// The answer and its time.
    pub answer: Option<(NoticeAnswer, Instant)>,
}

/// What a withdrawal did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawalOutcome {
    /// The consent afterwards.
    pub head: ConsentHead,
    /// Messages that were never collected, and now never will be.
    pub sealed: usize,
    /// Offices' notices about messages that had been collected.
    pub notices: usize,
}
