//! The table of operations: which exist, who may call them, what they need, and which problems they can end in.
//!
//! Routing, denials, tracing, the `Allow` header and the published API description all read this one table; a test compares
//! it with the handlers that are registered.

use actix_web::{dev::ResourceDef, http::Method};
use freigabe_contract::ProblemType as P;

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Callers {
    /// Everybody, without a token.
    Public,
    /// Every client with a token.
    Anyone,
    /// Counselling centres.
    Centre,
    /// Police offices.
    Office,
    /// Counselling centres and police offices.
    CentreOrOffice,
    /// Auditors.
    Auditor,
}

impl Callers {
    /// The roles, as they stand in tokens and in the published description.
    pub(crate) const fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Public => &[],
            Self::Anyone => &["centre", "office", "coordination", "auditor", "operator"],
            Self::Centre => &["centre"],
            Self::Office => &["office"],
            Self::CentreOrOffice => &["centre", "office"],
            Self::Auditor => &["auditor"],
        }
    }
}

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation {
    /// Its stable `operationId`.
    pub(crate) id: &'static str,
    /// Its method.
    pub(crate) method: Method,
    /// Its path, with parameters in braces.
    pub(crate) path: &'static str,
    /// Who may call it.
    pub(crate) callers: Callers,
    /// Whether it needs an `Idempotency-Key`.
    pub(crate) keyed: bool,
    /// Whether it has a body.
    pub(crate) body: bool,
    /// Problems of its own; those that follow from the other columns are not repeated here.
    pub(crate) problems: &'static [P],
}

const NOT_FOUND: &[P] = &[P::NotFound];
const LISTING: &[P] = &[P::InvalidQuery];
const CHANGE: &[P] = &[P::NotFound, P::Conflict];

macro_rules! operations {
    ($($method:ident $path:literal $id:ident $callers:ident [$($flag:ident)*] $problems:expr;)+) => {
        /// Every operation, in the order of the published description.
        pub(crate) const OPERATIONS: &[Operation] = &[$(Operation {
            id: stringify!($id),
            method: Method::$method,
            path: $path,
            callers: Callers::$callers,
            keyed: operations!(@has keyed $($flag)*),
            body: operations!(@has body $($flag)*),
            problems: $problems,
        }),+];
    };
    (@has keyed keyed $($rest:ident)*) => { true };
    (@has body body $($rest:ident)*) => { true };
    (@has $wanted:ident $other:ident $($rest:ident)*) => { operations!(@has $wanted $($rest)*) };
    (@has $wanted:ident) => { false };
}

operations! {
    POST "/v1/consents" recordConsent Centre [keyed body] &[P::NeverAccepted];
    GET "/v1/consents" listConsents Centre [] LISTING;
    GET "/v1/consents/{consent_id}" getConsent Centre [] NOT_FOUND;
    POST "/v1/consents/{consent_id}/revisions" reviseConsent Centre [keyed body] &[
        P::NotFound, P::Conflict, P::Stale, P::PreconditionRequired, P::NeverAccepted,
    ];
    POST "/v1/consents/{consent_id}/withdrawal" withdrawConsent Centre [] NOT_FOUND;
    GET "/v1/consents/{consent_id}/receipt" getConsentReceipt Centre [] NOT_FOUND;
    GET "/v1/consent-forms" listConsentForms Anyone [] &[];
    POST "/v1/disclosure-checks" checkDisclosure Centre [body] &[P::NotFound, P::NeverAccepted];
    POST "/v1/disclosures" releaseDisclosure Centre [keyed body] &[
        P::NotFound, P::NeverAccepted, P::DisclosureRefused,
    ];
    GET "/v1/disclosures" listDisclosures Centre [] LISTING;
    GET "/v1/disclosures/{disclosure_id}" getDisclosure CentreOrOffice [] NOT_FOUND;
    POST "/v1/disclosures/{disclosure_id}/recall" recallDisclosure Centre [keyed] CHANGE;
    GET "/v1/inbox" listInbox Office [] LISTING;
    POST "/v1/disclosures/{disclosure_id}/collection" collectDisclosure Office [keyed] CHANGE;
    POST "/v1/disclosures/{disclosure_id}/acknowledgement" acknowledgeDisclosure Office [keyed] CHANGE;
    GET "/v1/withdrawal-notices" listWithdrawalNotices Office [] LISTING;
    GET "/v1/withdrawal-notices/{notice_id}" getWithdrawalNotice Office [] NOT_FOUND;
    POST "/v1/withdrawal-notices/{notice_id}/acknowledgement" answerWithdrawalNotice Office [keyed body] CHANGE;
    GET "/v1/offices" listOffices Anyone [] LISTING;
    GET "/v1/offices/{office_id}" getOffice Anyone [] NOT_FOUND;
    GET "/v1/competent-office" getCompetentOffice Anyone [] &[P::InvalidQuery, P::NoCompetentOffice];
    GET "/v1/audit/events" queryAuditEvents Auditor [] LISTING;
    GET "/v1/audit/events/{event_id}" getAuditEvent Auditor [] NOT_FOUND;
    POST "/oauth2/token" issueToken Public [] &[];
    GET "/.well-known/oauth-authorization-server" getServerMetadata Public [] &[];
    GET "/.well-known/jwks.json" getJwks Public [] &[];
    GET "/health/live" getLiveness Public [] &[];
    GET "/health/ready" getReadiness Public [] &[P::Unavailable];
    GET "/openapi.json" getOpenApi Public [] &[];
    GET "/problems" listProblemTypes Public [] &[];
    GET "/problems/{name}" getProblemType Public [] NOT_FOUND;
}

/// Paths of the documentation pages: served, but no operations of the API.
const PAGES: &[&str] = &["/docs", "/docs/{tail}*"];

impl Operation {
    /// The operation that a request is for, if its path and method are known.
    pub(crate) fn of(method: &Method, pattern: &str) -> Option<&'static Self> {
        OPERATIONS
            .iter()
            .find(|operation| operation.method == *method && operation.path == pattern)
    }

    /// Every problem that it can end in, each once, in the order of their kinds.
    pub(crate) fn all_problems(&self) -> Vec<P> {
        let mut all = self.problems.to_vec();
        all.push(P::TooManyRequests);
        if self.callers != Callers::Public {
            all.extend([P::Unauthorized, P::Forbidden, P::Internal, P::Unavailable]);
        }
        if self.callers == Callers::Anyone {
            all.retain(|problem| *problem != P::Forbidden);
        }
        if self.body {
            all.extend([
                P::MalformedJson,
                P::InvalidBody,
                P::RequestTimeout,
                P::TooLarge,
                P::UnsupportedMediaType,
            ]);
        }
        if self.keyed {
            all.extend([
                P::IdempotencyKeyMissing,
                P::InvalidHeader,
                P::IdempotencyKeyReused,
            ]);
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Finds out which methods a path has.
pub(crate) struct MethodsByPath(Vec<(ResourceDef, Method)>);

impl MethodsByPath {
    /// From the table.
    pub(crate) fn new() -> Self {
        let operations = OPERATIONS
            .iter()
            .map(|operation| (ResourceDef::new(operation.path), operation.method.clone()));
        let pages = PAGES
            .iter()
            .map(|path| (ResourceDef::new(*path), Method::GET));
        Self(operations.chain(pages).collect())
    }

    /// The value of the `Allow` header; none if nothing is at the path.
    pub(crate) fn allow(&self, path: &str) -> Option<String> {
        let mut methods: Vec<&str> = Vec::new();
        for (_, method) in self.0.iter().filter(|(pattern, _)| pattern.is_match(path)) {
            methods.push(method.as_str());
            if *method == Method::GET {
                methods.push(Method::HEAD.as_str());
            }
        }
        methods.dedup();
        (!methods.is_empty()).then(|| methods.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_path_tells_its_methods() {
        let methods = MethodsByPath::new();
        assert_eq!(
            methods.allow("/v1/consents").as_deref(),
            Some("POST, GET, HEAD")
        );
        assert_eq!(
            methods.allow("/v1/disclosures/x/recall").as_deref(),
            Some("POST")
        );
        assert_eq!(
            methods.allow("/docs/index.html").as_deref(),
            Some("GET, HEAD")
        );
        assert_eq!(methods.allow("/v1/consents/"), None);
        assert_eq!(methods.allow("/v2"), None);
    }
}
