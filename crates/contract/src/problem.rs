//! Problems (RFC 9457): every error of the API but those of the token endpoint.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::disclosure::Refusal;

/// The media type of problems.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Which kind of problem: a stable URN, described under `/problems`.
    #[serde(rename = "type")]
    #[schema(max_length = 100)]
    pub problem_type: String,
    /// The kind of problem in a few words. Always the same for a type.
    pub title: String,
    /// The HTTP status code.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What to know about this occurrence, in English. Never repeats what was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub detail: Option<String>,
    /// This occurrence, for asking the operator about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub instance: Option<String>,
    /// Every fault in what was sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
    /// Every reason against a disclosure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refusal>,
    /// Indices of the items of a refused disclosure that would pass if they were sent alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub passing_items: Option<Vec<u32>>,
}

impl Problem {
    /// Its kind, when this version of the contract knows it.
    #[must_use]
    pub fn kind(&self) -> Option<ProblemType> {
        ProblemType::from_urn(&self.problem_type)
    }
}

/// What a kind of problem means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemDescription {
    /// The URN that stands in a problem's `type`.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// The HTTP status code that goes with it.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// Its title.
    pub title: String,
    /// What it means and what to do about it.
    pub description: String,
}

/// Every kind of problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemDescriptions {
    /// The kinds.
    pub items: Vec<ProblemDescription>,
}

/// One fault in what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fault {
    /// Where in the body: a JSON pointer (RFC 6901). The empty pointer is the body itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pointer: Option<String>,
    /// Which parameter of the query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub parameter: Option<String>,
    /// Which header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub header: Option<String>,
    /// What is wrong, in English, without repeating what was sent.
    pub detail: String,
}

impl Fault {
    /// A fault in the body.
    #[must_use]
    pub fn at(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            parameter: None,
            header: None,
            detail: detail.into(),
        }
    }

    /// A fault in a parameter of the query.
    #[must_use]
    pub fn in_parameter(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: None,
            parameter: Some(name.into()),
            header: None,
            detail: detail.into(),
        }
    }

    /// A fault in a header.
    #[must_use]
    pub fn in_header(name: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: None,
            parameter: None,
            header: Some(name.into()),
            detail: detail.into(),
        }
    }
}

macro_rules! problem_types {
    ($( $(#[doc = $doc:literal])+ $member:ident = $name:literal, $status:literal, $title:literal; )+) => {
        /// Every kind of problem. Kinds are stable: none changes its meaning or its status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ProblemType {
            $( $(#[doc = $doc])+ $member, )+
        }

        impl ProblemType {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$member),+];

            /// Its name: the last part of the URN.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$member => $name),+ }
            }

            /// The URN that stands in `type`.
            #[must_use]
            pub const fn urn(self) -> &'static str {
                match self { $(Self::$member => concat!("urn:problem-type:freigabe:", $name)),+ }
            }

            /// The HTTP status code that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$member => $status),+ }
            }

            /// Its title.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$member => $title),+ }
            }

            /// What it means and what to do about it.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self { $(Self::$member => concat!($($doc),+)),+ }
            }

            /// The kind with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.name() == name)
            }

            /// The kind with this URN.
            #[must_use]
            pub fn from_urn(urn: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.urn() == urn)
            }
        }
    };
}

problem_types! {
    /// The body is not JSON as this API takes it: malformed, with a member twice, nested too deeply, with control characters or with numbers that are not exact. `errors` says where.
    MalformedJson = "malformed-json", 400, "The body is not acceptable JSON";
    /// The body does not follow the schema of the operation, or contradicts itself. `errors` lists every fault with its JSON pointer.
    InvalidBody = "invalid-body", 400, "The body does not follow the schema";
    /// The body holds something that is never accepted, whatever anybody allowed: the counsellors' duty of secrecy (§ 203 StGB) and the rights of others stand above it. Leave it out.
    NeverAccepted = "never-accepted", 422, "This information is never accepted";
    /// A parameter of the query is unknown, malformed, or given twice. `errors` names it.
    InvalidQuery = "invalid-query", 400, "The query is not valid";
    /// A header is malformed. `errors` names it.
    InvalidHeader = "invalid-header", 400, "A header is not valid";
    /// Operations that change something need an `Idempotency-Key` header: 8 to 64 visible ASCII characters, the same for every attempt at the same request. Nothing was done.
    IdempotencyKeyMissing = "idempotency-key-missing", 400, "An Idempotency-Key is needed";
    /// The `Idempotency-Key` was used by this client for another request. Use a new key for a new request. Nothing was done.
    IdempotencyKeyReused = "idempotency-key-reused", 422, "The Idempotency-Key was used for another request";
    /// There is no access token, or it is not valid (any more). Get a new one from the token endpoint.
    Unauthorized = "unauthorized", 401, "A valid access token is needed";
    /// This operation is for callers of another role, or the access token lacks its scope: then `detail` and
    /// `WWW-Authenticate` name the scope.
    Forbidden = "forbidden", 403, "This operation is not for this caller";
    /// What was asked for does not exist, or is not there for this caller. Nobody can tell which.
    NotFound = "not-found", 404, "Not found";
    /// The path exists, but not with this method. The `Allow` header lists those that it has.
    MethodNotAllowed = "method-not-allowed", 405, "The method is not allowed";
    /// The body did not arrive in time. Nothing was done; send it again.
    RequestTimeout = "request-timeout", 408, "The body did not arrive in time";
    /// The resource's present state does not allow the operation. `detail` says why.
    Conflict = "conflict", 409, "Not possible in the resource's present state";
    /// No published checkpoint of the log covers the event yet. Ask again after the time in `Retry-After`.
    NotYetPublished = "not-yet-published", 409, "The log does not show this yet";
    /// The resource changed since it was read: the `If-Match` header names an older version. Read it again and decide again.
    Stale = "stale", 412, "The resource was changed in the meantime";
    /// The body is larger than 256 KiB.
    TooLarge = "too-large", 413, "The body is too large";
    /// The body must be `application/json`, without compression.
    UnsupportedMediaType = "unsupported-media-type", 415, "The media type is not supported";
    /// The consent does not allow the disclosure. `refusals` lists every reason and what would be needed; `passing_items` tells which items would pass alone. Nothing was sent and nothing is kept. Whether to send less is the centre's decision.
    DisclosureRefused = "disclosure-refused", 422, "The consent does not allow this disclosure";
    /// The contact consent, or the involvement, does not allow these contact details. `refusals` lists every reason and what would be needed. Nothing was told and nothing is kept.
    ContactRefused = "contact-refused", 422, "The consent does not allow these contact details";
    /// This is no receipt of this log: its text is none, or none of the log's keys signed it. `errors` says where it stands.
    ForeignReceipt = "foreign-receipt", 422, "This is no receipt of this log";
    /// No competent office can be told from the matter. `detail` says what is needed.
    NoCompetentOffice = "no-competent-office", 422, "The competent office cannot be told";
    /// Too many requests from this client or this address. Nothing was done. Try again after the time in `Retry-After`; `RateLimit` says how many requests are left.
    TooManyRequests = "too-many-requests", 429, "Too many requests";
    /// Changing this resource needs an `If-Match` header with the `ETag` under which it was read.
    PreconditionRequired = "precondition-required", 428, "An If-Match header is needed";
    /// A defect of the service. It was noted; nothing of what was sent is in the note. Try again later; the same `Idempotency-Key` is safe.
    Internal = "internal", 500, "The service failed";
    /// The service can't reach its store, or is overloaded. Nothing was done, or it can be repeated safely with the same `Idempotency-Key`. Try again after the time in `Retry-After`.
    Unavailable = "unavailable", 503, "The service is temporarily unavailable";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_type_is_found_by_its_urn_and_says_what_to_do() {
        for kind in ProblemType::ALL {
            assert_eq!(ProblemType::from_urn(kind.urn()), Some(*kind));
            assert_eq!(ProblemType::from_name(kind.name()), Some(*kind));
            assert!(kind.description().len() > 20, "{}", kind.name());
        }
    }
}
