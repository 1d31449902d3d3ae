//! What can come of a use case other than its result.

use crate::{
    contact::ContactRefusals,
    disclosure::Refusals,
    entropy::EntropyError,
    log::{LogError, LogFault},
    store::StoreError,
};

/// One fault in what a partner sent, found by the domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidInput {
    /// JSON pointer (RFC 6901) into the request's body.
    pub pointer: String,
    /// What is wrong, in English, without repeating what was sent.
    pub detail: String,
}

impl InvalidInput {
    /// This is wrong there.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            detail: detail.into(),
        }
    }
}

/// Why a use case has no result.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Missing, or not the caller's: nobody can tell which.
    #[error("not found")]
    NotFound,
    /// As [`Error::NotFound`] to the caller, but already in the log as a refusal.
    #[error("not available")]
    Withheld,
    /// The gate said no.
    #[error("refused")]
    Refused(Box<Refusals>),
    /// The gate for contact details said no.
    #[error("refused")]
    ContactRefused(Box<ContactRefusals>),
    /// The resource changed since the caller saw it.
    #[error("the resource was changed in the meantime")]
    Stale,
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The resource's state does not allow the operation.
    #[error("not possible in the resource's present state")]
    InvalidState(&'static str),
    /// What was sent makes no sense.
    #[error("invalid input")]
    Invalid(Vec<InvalidInput>),
    /// The log is behind, or does not fit together.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The source of randomness failed.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl Error {
    /// One thing in what was sent makes no sense.
    pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![InvalidInput::new(pointer, detail)])
    }
}

impl From<LogFault> for Error {
    fn from(fault: LogFault) -> Self {
        Self::Log(LogError::Fault(fault))
    }
}
