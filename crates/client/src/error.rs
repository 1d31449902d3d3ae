//! What can come of a call other than its result.

use freigabe_contract::Problem;
use reqwest::StatusCode;

use crate::{keys::KeyError, surroundings::RandomnessError};

/// The server answered, and the answer is no.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct ApiError {
    /// HTTP status.
    pub status: u16,
    /// What the server says about it (RFC 9457), when it said it in the form it promises.
    pub problem: Option<Box<Problem>>,
    /// Seconds after which it makes sense to try again, when the server said so.
    pub retry_after_seconds: Option<u64>,
}

impl ApiError {
    /// Whether what was asked for is missing or another's; the server does not tell which.
    #[must_use]
    pub const fn is_not_found(&self) -> bool {
        self.status == 404
    }

    /// Whether the same call may succeed later without any change.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        passes_by_itself(self.status)
    }

    fn sentence(&self) -> String {
        match &self.problem {
            Some(problem) => {
                let detail = problem.detail.as_deref().unwrap_or_default();
                let colon = if detail.is_empty() { "" } else { ": " };
                format!(
                    "the server answered {} {}{colon}{detail}",
                    self.status, problem.title
                )
            }
            None => format!(
                "the server answered {} {}",
                self.status,
                StatusCode::from_u16(self.status)
                    .ok()
                    .and_then(|status| status.canonical_reason())
                    .unwrap_or_default()
            ),
        }
    }
}

const fn passes_by_itself(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

/// No token was issued (RFC 6749, section 5.2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the token endpoint answered {status} {error}{}", self.described())]
pub struct TokenError {
    /// HTTP status.
    pub status: u16,
    /// The error code, such as `invalid_client`.
    pub error: String,
    /// What the server says about it.
    pub description: Option<String>,
}

impl TokenError {
    /// Whether the same call may succeed later without any change.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        passes_by_itself(self.status)
    }

    fn described(&self) -> String {
        self.description
            .as_deref()
            .map(|text| format!(": {text}"))
            .unwrap_or_default()
    }
}

/// No client was registered (RFC 7591 §3.2.2).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the registration endpoint answered {status} {error}{}", self.described())]
pub struct RegistrationError {
    /// HTTP status.
    pub status: u16,
    /// The error code: `invalid_token` when the registration token is good for nothing.
    pub error: String,
    /// What the server says about it.
    pub description: Option<String>,
}

impl RegistrationError {
    fn described(&self) -> String {
        self.description
            .as_deref()
            .map(|text| format!(": {text}"))
            .unwrap_or_default()
    }
}

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server answered no.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// The server issued no token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The server registered no client.
    #[error(transparent)]
    Registration(#[from] RegistrationError),
    /// No whole answer came: nobody knows whether the server acted. A call with the same idempotency key is safe to repeat.
    #[error("no answer from the server: {}", innermost(.0))]
    Transport(#[from] reqwest::Error),
    /// The answer is longer than this client takes.
    #[error("the server's answer is longer than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// A successful answer that does not keep the contract.
    #[error("the server's answer is not what {operation} promises: {problem}")]
    Unreadable {
        /// The operation.
        operation: &'static str,
        /// What is wrong, without content.
        problem: String,
    },
    /// The address of the server, or a header, is malformed.
    #[error("{0}")]
    Malformed(&'static str),
    /// The client's key can't be used.
    #[error("the client's private key can't be used: {0}")]
    Key(#[from] KeyError),
    /// No randomness for an assertion or an idempotency key.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

impl Error {
    /// The server's answer, if it was one.
    #[must_use]
    pub const fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }

    /// The HTTP status of the server's refusal, by the API, the token endpoint or the registration endpoint.
    #[must_use]
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Api(error) => Some(error.status),
            Self::Token(error) => Some(error.status),
            Self::Registration(error) => Some(error.status),
            _ => None,
        }
    }
}

/// The cause at the bottom, such as "connection refused", instead of a chain of wrappers.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
