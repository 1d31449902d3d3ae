//! Errors of the API and the problems they become (RFC 9457). One exhaustive table; internal text is logged, never sent.

mod pages;

use actix_web::{
    HttpResponse, HttpResponseBuilder, ResponseError,
    http::{StatusCode, header},
};
use freigabe_contract::{Fault, Problem, ProblemType, problem::PROBLEM_JSON};
use freigabe_domain::{
    Error as DomainError, access::AccessScope, contact::ContactRefusals, disclosure::Refusals,
    log::LogError, store::StoreError,
};

pub(crate) use pages::configure;

use crate::{
    access::{ALGORITHMS, NONCE},
    convert,
};

/// Faults listed in one problem at most.
pub(crate) const MOST_FAULTS: usize = 100;

/// Seconds after which a client may try again when the store is in trouble.
const RETRY_AFTER: &str = "2";

/// Why a request has no result.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// The body is not acceptable JSON.
    MalformedJson(Vec<Fault>),
    /// The body does not follow its schema, or contradicts itself.
    InvalidBody(Vec<Fault>),
    /// The body holds what is never accepted, among other faults.
    NeverAccepted(Vec<Fault>),
    /// A parameter of the query is wrong.
    InvalidQuery(Vec<Fault>),
    /// A header is wrong.
    InvalidHeader(Fault),
    /// There is no idempotency key.
    IdempotencyKeyMissing,
    /// The idempotency key was used for another request.
    IdempotencyKeyReused,
    /// There is no access token.
    NoToken,
    /// The access token is not valid.
    InvalidToken,
    /// The proof of possession is missing, not valid, of another key, or was used before.
    InvalidProof,
    /// The proof of possession needs this nonce.
    NonceNeeded(String),
    /// The caller's kind may never do this.
    Forbidden,
    /// The caller's kind may do this, but the client was not given this scope, or did not ask for it.
    InsufficientScope(AccessScope),
    /// Missing, or not the caller's.
    NotFound,
    /// The path has other methods: these.
    MethodNotAllowed(String),
    /// The body did not arrive in time.
    RequestTimeout,
    /// The resource's present state does not allow it.
    Conflict(&'static str),
    /// The resource changed.
    Stale,
    /// The body is too large.
    TooLarge,
    /// The body is of another media type.
    UnsupportedMediaType,
    /// Too many requests: after so many seconds one more is taken.
    TooManyRequests(u64),
    /// The gate said no.
    Refused(Box<Refusals>),
    /// The gate for contact details said no.
    ContactRefused(Box<ContactRefusals>),
    /// The competent office can't be told; what is needed.
    NoCompetentOffice(String),
    /// There is no `If-Match` header.
    PreconditionRequired,
    /// A defect; what happened, for the log.
    Internal(String),
    /// The store or another thing outside is in trouble; what happened, for the log.
    Unavailable(String),
    /// The log is behind, or does not fit together.
    LogBehind(LogError),
    /// No published checkpoint covers what was asked for; it will after so many seconds, if all goes well.
    NotYetPublished(u64),
    /// No receipt of this log.
    ForeignReceipt(Fault),
}

impl From<DomainError> for ApiError {
    fn from(error: DomainError) -> Self {
        match error {
            // An office must not be able to tell the two apart.
            DomainError::NotFound | DomainError::Withheld => Self::NotFound,
            DomainError::Refused(refusals) => Self::Refused(refusals),
            DomainError::ContactRefused(refusals) => Self::ContactRefused(refusals),
            DomainError::Stale => Self::Stale,
            DomainError::KeyReused => Self::IdempotencyKeyReused,
            DomainError::InvalidState(why) => Self::Conflict(why),
            DomainError::Invalid(faults) => Self::InvalidBody(
                faults
                    .into_iter()
                    .map(|fault| Fault::at(fault.pointer, fault.detail))
                    .collect(),
            ),
            DomainError::Store(error) => match error {
                StoreError::Conflict | StoreError::CommitUnknown | StoreError::Unavailable(_) => {
                    Self::Unavailable(error.to_string())
                }
                StoreError::Corrupt(_)
                | StoreError::Affected { .. }
                | StoreError::Sealed(_)
                | StoreError::Defect(_) => Self::Internal(error.to_string()),
            },
            DomainError::Log(error) => Self::LogBehind(error),
            DomainError::Entropy(error) => Self::Unavailable(error.to_string()),
        }
    }
}

impl ApiError {
    /// The table.
    pub(crate) const fn kind(&self) -> ProblemType {
        match self {
            Self::MalformedJson(_) => ProblemType::MalformedJson,
            Self::InvalidBody(_) => ProblemType::InvalidBody,
            Self::NeverAccepted(_) => ProblemType::NeverAccepted,
            Self::InvalidQuery(_) => ProblemType::InvalidQuery,
            Self::InvalidHeader(_) => ProblemType::InvalidHeader,
            Self::IdempotencyKeyMissing => ProblemType::IdempotencyKeyMissing,
            Self::IdempotencyKeyReused => ProblemType::IdempotencyKeyReused,
            Self::NoToken | Self::InvalidToken | Self::InvalidProof | Self::NonceNeeded(_) => {
                ProblemType::Unauthorized
            }
            Self::Forbidden | Self::InsufficientScope(_) => ProblemType::Forbidden,
            Self::NotFound => ProblemType::NotFound,
            Self::MethodNotAllowed(_) => ProblemType::MethodNotAllowed,
            Self::RequestTimeout => ProblemType::RequestTimeout,
            Self::Conflict(_) => ProblemType::Conflict,
            Self::Stale => ProblemType::Stale,
            Self::TooLarge => ProblemType::TooLarge,
            Self::UnsupportedMediaType => ProblemType::UnsupportedMediaType,
            Self::TooManyRequests(_) => ProblemType::TooManyRequests,
            Self::Refused(_) => ProblemType::DisclosureRefused,
            Self::ContactRefused(_) => ProblemType::ContactRefused,
            Self::NoCompetentOffice(_) => ProblemType::NoCompetentOffice,
            Self::PreconditionRequired => ProblemType::PreconditionRequired,
            Self::Internal(_) => ProblemType::Internal,
            Self::Unavailable(_) | Self::LogBehind(_) => ProblemType::Unavailable,
            Self::NotYetPublished(_) => ProblemType::NotYetPublished,
            Self::ForeignReceipt(_) => ProblemType::ForeignReceipt,
        }
    }

    /// The problem that is sent. It holds nothing of [`Self::Internal`] and [`Self::Unavailable`], and a 404 is always the
    /// same.
    pub(crate) fn problem(&self) -> Problem {
        let mut problem = plain(self.kind());
        match self {
            Self::MalformedJson(faults)
            | Self::InvalidBody(faults)
            | Self::NeverAccepted(faults)
            | Self::InvalidQuery(faults) => {
                problem.errors = faults.iter().take(MOST_FAULTS).cloned().collect();
            }
            Self::InvalidHeader(fault) | Self::ForeignReceipt(fault) => {
                problem.errors = vec![fault.clone()];
            }
            Self::IdempotencyKeyMissing => {
                problem.errors = vec![Fault::in_header(
                    "Idempotency-Key",
                    "is needed: 8 to 64 visible ASCII characters",
                )];
            }
            Self::PreconditionRequired => {
                problem.errors = vec![Fault::in_header(
                    "If-Match",
                    "is needed: the ETag under which the resource was read",
                )];
            }
            Self::Refused(refusals) => {
                problem.refusals = convert::refusals(refusals);
                problem.passing_items = Some(convert::indices(&refusals.passing_items));
            }
            Self::ContactRefused(refusals) => {
                problem.refusals = convert::contact::refusals(refusals);
            }
            Self::Conflict(why) => problem.detail = Some((*why).to_owned()),
            Self::LogBehind(why) => problem.detail = Some(log_behind(why)),
            Self::NoCompetentOffice(needed) => problem.detail = Some(needed.clone()),
            Self::InsufficientScope(scope) => {
                problem.detail = Some(format!("The access token lacks the scope {scope}."));
            }
            Self::IdempotencyKeyReused
            | Self::NoToken
            | Self::InvalidToken
            | Self::InvalidProof
            | Self::NonceNeeded(_)
            | Self::Forbidden
            | Self::NotFound
            | Self::MethodNotAllowed(_)
            | Self::RequestTimeout
            | Self::Stale
            | Self::TooLarge
            | Self::UnsupportedMediaType
            | Self::TooManyRequests(_)
            | Self::NotYetPublished(_)
            | Self::Internal(_)
            | Self::Unavailable(_) => {}
        }
        problem
    }

    fn add_headers(&self, response: &mut HttpResponseBuilder) {
        match self {
            Self::NoToken => challenge(response, None, None),
            Self::InvalidToken => challenge(response, Some("invalid_token"), None),
            Self::InvalidProof => challenge(response, Some("invalid_dpop_proof"), None),
            // RFC 6750 §3.1
            Self::InsufficientScope(scope) => {
                challenge(response, Some("insufficient_scope"), Some(*scope));
            }
            Self::NonceNeeded(nonce) => {
                challenge(response, Some("use_dpop_nonce"), None);
                response.insert_header((NONCE, nonce.as_str()));
            }
            Self::MethodNotAllowed(methods) => {
                response.insert_header((header::ALLOW, methods.as_str()));
            }
            Self::TooManyRequests(seconds) | Self::NotYetPublished(seconds) => {
                response.insert_header((header::RETRY_AFTER, *seconds));
            }
            Self::Unavailable(_) | Self::LogBehind(_) => {
                response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
            }
            _ => {}
        }
    }
}

/// How to come in (RFC 9449 §7.1); without credentials there is no error code.
fn challenge(response: &mut HttpResponseBuilder, error: Option<&str>, scope: Option<AccessScope>) {
    let error = error.map(|error| format!("error=\"{error}\", "));
    let scope = scope.map(|scope| format!("scope=\"{scope}\", "));
    let challenge = format!(
        "DPoP {}{}algs=\"{}\"",
        error.unwrap_or_default(),
        scope.unwrap_or_default(),
        ALGORITHMS.join(" ")
    );
    response.insert_header((header::WWW_AUTHENTICATE, challenge));
}

/// Why something waits for the log: whoever asked can do nothing about it, but should know that it is no fault of the
/// request.
fn log_behind(why: &LogError) -> String {
    let told = match why {
        LogError::Backlog(_) => {
            "Too many events wait to be put into the disclosure log. Withdrawals are taken all the same."
        }
        LogError::NotCosigned { .. } => {
            "The disclosure log has not been cosigned by enough witnesses for too long, so nothing is released or collected. \
             Withdrawals are taken all the same."
        }
        LogError::NotPublished => {
            "The event of this collection did not come into a published checkpoint in time. Nothing was handed out; the same \
             request can be made again with the same key."
        }
        LogError::Fault(fault) => {
            return format!(
                "The disclosure log has stopped: {fault}. Nothing is signed until somebody has looked."
            );
        }
        LogError::NoSigner | LogError::WitnessesSilent => {
            "The disclosure log can't be read or continued at the moment."
        }
    };
    told.to_owned()
}

/// A problem of a kind, without particulars.
pub(crate) fn plain(kind: ProblemType) -> Problem {
    Problem {
        problem_type: kind.urn().to_owned(),
        title: kind.title().to_owned(),
        status: kind.status(),
        detail: None,
        instance: None,
        errors: Vec::new(),
        refusals: Vec::new(),
        passing_items: None,
    }
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind().title())
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Internal(what) => tracing::error!(error = %what, "defect"),
            Self::Unavailable(what) => tracing::warn!(error = %what, "unavailable"),
            Self::LogBehind(what) => tracing::warn!(error = %what, "unavailable"),
            _ => {}
        }
        let body = serde_json::to_vec(&self.problem()).unwrap_or_default();
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CONTENT_TYPE, PROBLEM_JSON));
        self.add_headers(&mut response);
        response.body(body)
    }
}
