//! The table of operations: which exist, who may call them, what they need, and which problems they can end in.
//!
//! Routing, denials, tracing, the `Allow` header and the published API description all read this one table; a test compares
//! it with the handlers that are registered.

use actix_web::{HttpRequest, dev::ResourceDef, http::Method};
use freigabe_contract::ProblemType as P;
use freigabe_domain::access::AccessScope;

use crate::problem::ApiError;

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
    /// Counselling centres, police offices and the network's coordination.
    PartnerOrCoordination,
    /// Counselling centres and the network's coordination.
    CentreOrCoordination,
    /// Police offices and the network's coordination.
    OfficeOrCoordination,
    /// The network's coordination.
    Coordination,
    /// Auditors.
    Auditor,
    /// Auditors and the network's coordination.
    AuditorOrCoordination,
    /// The operator.
    Operator,
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
            Self::PartnerOrCoordination => &["centre", "office", "coordination"],
            Self::CentreOrCoordination => &["centre", "coordination"],
            Self::OfficeOrCoordination => &["office", "coordination"],
            Self::Coordination => &["coordination"],
            Self::Auditor => &["auditor"],
            Self::AuditorOrCoordination => &["coordination", "auditor"],
            Self::Operator => &["operator"],
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
    /// Its path, with parameters in braces; after a colon, what a parameter of several segments must match.
    pub(crate) path: &'static str,
    /// Who may call it.
    pub(crate) callers: Callers,
    /// The scope that the caller needs; none for public operations.
    pub(crate) scope: Option<AccessScope>,
    /// Whether the caller must say on whose behalf it calls (§ 76(2) BDSG): where the log records a retrieval or a disclosure, or
    /// somebody answers for what is done.
    pub(crate) user: bool,
    /// Whether it needs an `Idempotency-Key`.
    pub(crate) keyed: bool,
    /// Whether it has a body.
    pub(crate) body: bool,
    /// Whether its answer brings a receipt: it changes something, and so is an event of the log.
    pub(crate) receipt: bool,
    /// Problems of its own; those that follow from the other columns are not repeated here.
    pub(crate) problems: &'static [P],
}

const NOT_FOUND: &[P] = &[P::NotFound];
const PUBLIC_READ: &[P] = &[P::NotFound, P::Internal, P::Unavailable];
const LISTING: &[P] = &[P::InvalidQuery];
const CHANGE: &[P] = &[P::NotFound, P::Conflict];
const VERSIONED: &[P] = &[P::NotFound, P::Stale, P::PreconditionRequired];
/// As [`VERSIONED`], of something that may not be there to be confirmed.
const CONFIRMED: &[P] = &[P::NotFound, P::Conflict, P::Stale, P::PreconditionRequired];
const SEARCH: &[P] = &[P::InvalidQuery, P::Internal, P::Unavailable];

macro_rules! operations {
    ($($method:ident $path:literal $id:ident $callers:ident $scope:tt [$($flag:ident)*] $problems:expr;)+) => {
        /// Every operation, in the order of the published description.
        pub(crate) const OPERATIONS: &[Operation] = &[$(Operation {
            id: stringify!($id),
            method: Method::$method,
            path: $path,
            callers: Callers::$callers,
            scope: operations!(@scope $scope),
            user: operations!(@has user $($flag)*),
            keyed: operations!(@has keyed $($flag)*),
            body: operations!(@has body $($flag)*),
            receipt: operations!(@changes $method) && !operations!(@has reads $($flag)*),
            problems: $problems,
        }),+];
    };
    (@changes GET) => { false };
    (@changes $method:ident) => { true };
    (@scope _) => { None };
    (@scope $scope:ident) => { Some(AccessScope::$scope) };
    (@has user user $($rest:ident)*) => { true };
    (@has keyed keyed $($rest:ident)*) => { true };
    (@has body body $($rest:ident)*) => { true };
    // Sends something to ask something: changes nothing.
    (@has reads reads $($rest:ident)*) => { true };
    (@has $wanted:ident $other:ident $($rest:ident)*) => { operations!(@has $wanted $($rest)*) };
    (@has $wanted:ident) => { false };
}

operations! {
    POST "/v1/consents" recordConsent Centre ConsentsWrite [keyed body] &[P::NeverAccepted];
    GET "/v1/consents" listConsents Centre ConsentsRead [] LISTING;
    GET "/v1/consents/{consent_id}" getConsent Centre ConsentsRead [] NOT_FOUND;
    POST "/v1/consents/{consent_id}/revisions" reviseConsent Centre ConsentsWrite [keyed body] &[
        P::NotFound, P::Conflict, P::Stale, P::PreconditionRequired, P::NeverAccepted,
    ];
    POST "/v1/consents/{consent_id}/withdrawal" withdrawConsent Centre ConsentsWrite [] NOT_FOUND;
    GET "/v1/consents/{consent_id}/receipt" getConsentReceipt Centre ConsentsRead [] NOT_FOUND;
    GET "/v1/consent-forms" listConsentForms Anyone DirectoryRead [] &[];
    POST "/v1/disclosure-checks" checkDisclosure Centre DisclosuresWrite [body] &[P::NotFound, P::NeverAccepted];
    POST "/v1/disclosures" releaseDisclosure Centre DisclosuresWrite [keyed body] &[
        P::NotFound, P::NeverAccepted, P::DisclosureRefused,
    ];
    GET "/v1/disclosures" listDisclosures Centre DisclosuresRead [] LISTING;
    GET "/v1/disclosures/{disclosure_id}" getDisclosure CentreOrOffice DisclosuresRead [] NOT_FOUND;
    POST "/v1/disclosures/{disclosure_id}/recall" recallDisclosure Centre DisclosuresWrite [keyed] CHANGE;
    POST "/v1/disclosures/{disclosure_id}/redirection" redirectDisclosure Centre DisclosuresWrite [keyed] &[
        P::NotFound, P::Conflict, P::DisclosureRefused,
    ];
    GET "/v1/inbox" listInbox Office InboxRead [] LISTING;
    POST "/v1/disclosures/{disclosure_id}/collection" collectDisclosure Office InboxWrite [user keyed] CHANGE;
    POST "/v1/disclosures/{disclosure_id}/acknowledgement" acknowledgeDisclosure Office InboxWrite [user keyed] CHANGE;
    GET "/v1/withdrawal-notices" listWithdrawalNotices Office InboxRead [] LISTING;
    GET "/v1/withdrawal-notices/{notice_id}" getWithdrawalNotice Office InboxRead [] NOT_FOUND;
    POST "/v1/withdrawal-notices/{notice_id}/acknowledgement" answerWithdrawalNotice Office InboxWrite [user keyed body] CHANGE;
    GET "/v1/offices" listOffices Anyone DirectoryRead [] LISTING;
    GET "/v1/offices/{office_id}" getOffice Anyone DirectoryRead [] NOT_FOUND;
    GET "/v1/competent-office" getCompetentOffice Anyone DirectoryRead [] &[P::InvalidQuery, P::NoCompetentOffice];
    GET "/v1/counselling-centres" searchCounsellingCentres Public _ [] SEARCH;
    POST "/v1/counselling-centres" addCounsellingCentre CentreOrCoordination DirectoryWrite [keyed body] &[];
    GET "/v1/counselling-centres/{centre_id}" getCounsellingCentre Public _ [] PUBLIC_READ;
    PUT "/v1/counselling-centres/{centre_id}" changeCounsellingCentre CentreOrCoordination DirectoryWrite [body] VERSIONED;
    DELETE "/v1/counselling-centres/{centre_id}" removeCounsellingCentre Coordination DirectoryWrite [] VERSIONED;
    POST "/v1/counselling-centres/{centre_id}/confirmation" confirmCounsellingCentre Coordination DirectoryWrite [] VERSIONED;
    PUT "/v1/counselling-centres/{centre_id}/keeper" setCounsellingCentreKeeper Coordination DirectoryWrite [body] VERSIONED;
    GET "/v1/kept-centres" listKeptCentres CentreOrCoordination DirectoryRead [] LISTING;
    GET "/v1/places" findPlaces Public _ [] SEARCH;
    POST "/v1/counselling-centre-imports" importCounsellingCentres Coordination DirectoryWrite [body] &[];
    GET "/v1/counselling-centre-export" exportCounsellingCentres Anyone DirectoryRead [] LISTING;
    GET "/v1/leaflets" listLeaflets Public _ [] &[];
    GET "/v1/leaflets/{language}" getLeaflet Public _ [] NOT_FOUND;
    POST "/v1/referral-notices" noteReferral Office InvolvementsWrite [keyed body] &[];
    GET "/v1/referral-notices" listReferralNotices Office InvolvementsRead [] LISTING;
    GET "/v1/referral-notices/{referral_id}" getReferralNotice Office InvolvementsRead [] NOT_FOUND;
    POST "/v1/involvements" noteInvolvement Office InvolvementsWrite [keyed body] &[];
    GET "/v1/involvements" listInvolvements Office InvolvementsRead [] LISTING;
    GET "/v1/involvements/{involvement_id}" getInvolvement Office InvolvementsRead [] NOT_FOUND;
    GET "/v1/involvements/{involvement_id}/suggestions" suggestCentres Office InvolvementsRead [] NOT_FOUND;
    POST "/v1/involvements/{involvement_id}/offers" offerInvolvement Office InvolvementsWrite [keyed body] CHANGE;
    POST "/v1/involvements/{involvement_id}/contact" agreeContact Office InvolvementsWrite [keyed body] CHANGE;
    POST "/v1/involvements/{involvement_id}/closure" closeInvolvement Office InvolvementsWrite [keyed] CHANGE;
    GET "/v1/involvement-offers" listInvolvementOffers Centre InvolvementsRead [] LISTING;
    GET "/v1/involvement-offers/{offer_id}" getInvolvementOffer Centre InvolvementsRead [] NOT_FOUND;
    POST "/v1/involvement-offers/{offer_id}/answer" answerInvolvementOffer Centre InvolvementsWrite [keyed body] CHANGE;
    GET "/v1/unanswered-offers" listUnansweredOffers Coordination InvolvementsRead [] LISTING;
    POST "/v1/involvements/{involvement_id}/contact-consents" recordContactConsent Office ContactsWrite [keyed body] CHANGE;
    GET "/v1/contact-consents/{contact_consent_id}" getContactConsent Office ContactsRead [] NOT_FOUND;
    POST "/v1/contact-consents/{contact_consent_id}/withdrawal" withdrawContactConsent Office ContactsWrite [] NOT_FOUND;
    POST "/v1/contact-consents/{contact_consent_id}/contact-details" releaseContactDetails Office ContactsWrite [user keyed body] &[
        P::NotFound, P::ContactRefused,
    ];
    GET "/v1/contact-details" listContactDetails Centre ContactsRead [] LISTING;
    GET "/v1/contact-details/{contact_details_id}" getContactDetails CentreOrOffice ContactsRead [] NOT_FOUND;
    POST "/v1/contact-details/{contact_details_id}/collection" collectContactDetails Centre ContactsWrite [keyed] CHANGE;
    POST "/v1/contact-details/{contact_details_id}/acknowledgement" acknowledgeContactDetails Centre ContactsWrite [keyed] CHANGE;
    POST "/v1/contact-details/{contact_details_id}/erasure" confirmContactErasure Centre ContactsWrite [keyed] CHANGE;
    POST "/v1/security-notices" issueSecurityNotice Office NoticesWrite [user keyed body] &[];
    GET "/v1/security-notices" listSecurityNotices Office NoticesRead [] LISTING;
    GET "/v1/security-notices/{security_notice_id}" getSecurityNotice Office NoticesRead [] NOT_FOUND;
    POST "/v1/security-notices/{security_notice_id}/revisions" reviseSecurityNotice Office NoticesWrite [user keyed body] CHANGE;
    POST "/v1/security-notices/{security_notice_id}/withdrawal" withdrawSecurityNotice Office NoticesWrite [user keyed] CHANGE;
    GET "/v1/security-inbox" listSecurityInbox Centre NoticesRead [] LISTING;
    POST "/v1/security-inbox/{security_notice_id}/reading" readSecurityNotice Centre NoticesWrite [user keyed] NOT_FOUND;
    POST "/v1/security-inbox/{security_notice_id}/acknowledgement" acknowledgeSecurityNotice Centre NoticesWrite [user keyed body] CHANGE;
    POST "/v1/handovers" handCaseOver Office HandoversWrite [user keyed body] &[P::Conflict];
    GET "/v1/handovers" listHandovers CentreOrOffice HandoversRead [] LISTING;
    GET "/v1/handovers/{handover_id}" getHandover CentreOrOffice HandoversRead [] NOT_FOUND;
    POST "/v1/handovers/{handover_id}/acknowledgement" acknowledgeHandover Centre HandoversWrite [keyed] CHANGE;
    POST "/v1/contact-pairs" openContactPair CentreOrOffice RegionalWrite [keyed body] &[P::Conflict];
    GET "/v1/contact-pairs" listContactPairs PartnerOrCoordination RegionalRead [] LISTING;
    GET "/v1/contact-pairs/{contact_pair_id}" getContactPair CentreOrOffice RegionalRead [] NOT_FOUND;
    PUT "/v1/contact-pairs/{contact_pair_id}/contacts" setPairContacts CentreOrOffice RegionalWrite [body] VERSIONED;
    POST "/v1/contact-pairs/{contact_pair_id}/confirmation" confirmContactPair CentreOrOffice RegionalWrite [] CONFIRMED;
    GET "/v1/offices-without-contact" listOfficesWithoutContact OfficeOrCoordination RegionalRead [] LISTING;
    POST "/v1/regional-agreements" proposeRegionalAgreement CentreOrOffice RegionalWrite [keyed body] &[];
    GET "/v1/regional-agreements" listRegionalAgreements PartnerOrCoordination RegionalRead [] LISTING;
    GET "/v1/regional-agreements/{regional_agreement_id}" getRegionalAgreement PartnerOrCoordination RegionalRead [] NOT_FOUND;
    POST "/v1/regional-agreements/{regional_agreement_id}/confirmation" confirmRegionalAgreement CentreOrOffice RegionalWrite [keyed] CHANGE;
    POST "/v1/regional-agreements/{regional_agreement_id}/ending" endRegionalAgreement CentreOrOffice RegionalWrite [keyed] CHANGE;
    GET "/v1/audit/events" queryAuditEvents Auditor AuditRead [] LISTING;
    GET "/v1/audit/events/{event_id}" getAuditEvent Auditor AuditRead [] NOT_FOUND;
    GET "/v1/audit/events/{event_id}/evidence" getAuditEvidence Auditor AuditRead [] CHANGE;
    GET "/v1/audit/leaves/{index}/evidence" getLeafEvidence Auditor AuditRead [] CHANGE;
    POST "/v1/audit/samples" drawAuditSample Auditor AuditRead [body reads] &[P::Conflict];
    GET "/v1/audit/exports" exportAuditEvents Auditor AuditRead [] &[P::InvalidQuery, P::Conflict];
    GET "/v1/audit/counts" countAuditEvents AuditorOrCoordination AuditRead [] LISTING;
    GET "/v1/audit/events/{event_id}/proof" getAuditEventProof Auditor AuditRead [] &[P::NotFound, P::NotYetPublished];
    POST "/v1/log/receipt-checks" checkReceipt Anyone DirectoryRead [body reads] &[P::ForeignReceipt];
    POST "/v1/organisations" addOrganisation Operator AccessWrite [keyed body] &[];
    GET "/v1/organisations" listOrganisations Operator AccessRead [] LISTING;
    GET "/v1/organisations/{organisation_id}" getOrganisation Operator AccessRead [] NOT_FOUND;
    POST "/v1/organisations/{organisation_id}/invitations" inviteClient Operator AccessWrite [body] CHANGE;
    GET "/v1/clients" listClients Operator AccessRead [] LISTING;
    PUT "/v1/clients/{client_id}" addClient Operator AccessWrite [body] CHANGE;
    GET "/v1/clients/{client_id}" getClient Operator AccessRead [] NOT_FOUND;
    PUT "/v1/clients/{client_id}/credential" replaceClientCredential Operator AccessWrite [body] CHANGE;
    PUT "/v1/clients/{client_id}/scopes" setClientScopes Operator AccessWrite [body] NOT_FOUND;
    POST "/v1/clients/{client_id}/suspension" suspendClient Operator AccessWrite [] NOT_FOUND;
    POST "/v1/clients/{client_id}/resumption" resumeClient Operator AccessWrite [] NOT_FOUND;
    POST "/oauth2/token" issueToken Public _ [reads] &[];
    POST "/oauth2/register" registerClient Public _ [] &[];
    GET "/.well-known/oauth-authorization-server" getServerMetadata Public _ [] &[];
    GET "/.well-known/jwks.json" getJwks Public _ [] &[];
    GET "/log/checkpoint" getLogCheckpoint Public _ [] PUBLIC_READ;
    GET "/log/tile/entries/{bundle:.+}" getLogEntries Public _ [] PUBLIC_READ;
    GET "/log/tile/{level}/{tile:.+}" getLogTile Public _ [] PUBLIC_READ;
    GET "/log/former/{generation}/checkpoint" getFormerLogCheckpoint Public _ [] PUBLIC_READ;
    GET "/log/former/{generation}/tile/entries/{bundle:.+}" getFormerLogEntries Public _ [] PUBLIC_READ;
    GET "/log/former/{generation}/tile/{level}/{tile:.+}" getFormerLogTile Public _ [] PUBLIC_READ;
    GET "/health/live" getLiveness Public _ [] &[];
    GET "/health/ready" getReadiness Public _ [] &[P::Unavailable];
    GET "/openapi.json" getOpenApi Public _ [] &[];
    GET "/problems" listProblemTypes Public _ [] &[];
    GET "/problems/{name}" getProblemType Public _ [] NOT_FOUND;
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

    /// The operation that a request was routed to.
    pub(crate) fn requested(request: &HttpRequest) -> Result<&'static Self, ApiError> {
        request
            .match_pattern()
            .and_then(|pattern| Self::of(request.method(), &pattern))
            .ok_or_else(|| ApiError::Internal("an operation that is not in the table".to_owned()))
    }

    /// Its path as it is published: parameters in braces, and nothing else.
    pub(crate) fn published_path(&self) -> String {
        let mut published = String::with_capacity(self.path.len());
        let mut in_rule = false;
        for character in self.path.chars() {
            match character {
                ':' => in_rule = true,
                '}' if in_rule => {
                    in_rule = false;
                    published.push(character);
                }
                _ if in_rule => {}
                _ => published.push(character),
            }
        }
        published
    }

    /// Every problem that it can end in, each once, in the order of their kinds.
    pub(crate) fn all_problems(&self) -> Vec<P> {
        let mut all = self.problems.to_vec();
        all.push(P::TooManyRequests);
        if self.callers != Callers::Public {
            all.extend([
                P::InvalidHeader,
                P::Unauthorized,
                P::Forbidden,
                P::Internal,
                P::Unavailable,
            ]);
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
            all.extend([P::IdempotencyKeyMissing, P::IdempotencyKeyReused]);
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

    /// With these methods and paths as well: pages for people. What is no method is left out.
    pub(crate) fn with_pages(mut self, pages: &[(&str, &str)]) -> Self {
        let read = |(method, path): &(&str, &str)| {
            let method = Method::from_bytes(method.as_bytes()).ok()?;
            Some((ResourceDef::new(*path), method))
        };
        self.0.extend(pages.iter().filter_map(read));
        self
    }

    /// The value of the `Allow` header; none if nothing is at the path.
    pub(crate) fn allow(&self, path: &str) -> Option<String> {
        let mut methods: Vec<&str> = Vec::new();
        for (_, method) in self.0.iter().filter(|(pattern, _)| pattern.is_match(path)) {
            for name in [
                Some(method),
                (*method == Method::GET).then_some(&Method::HEAD),
            ] {
                let name = name.map(Method::as_str);
                if let Some(name) = name.filter(|name| !methods.contains(name)) {
                    methods.push(name);
                }
            }
        }
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
