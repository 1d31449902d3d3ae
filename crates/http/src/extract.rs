//! Extractors for what is in the path and the headers.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderMap},
};
use freigabe_contract::{Fault, Timestamp};
use freigabe_domain::{
    access::{Caller, ClientId},
    ids::{
        CentreId, ConsentId, ContactConsentId, ContactDetailsId, ContactPairId, DisclosureId,
        EventId, HandoverId, InvolvementId, InvolvementOfferId, OrganisationId, ReferralNoticeId,
        RegionalAgreementId, SecurityNoticeId, WithdrawalNoticeId,
    },
    instant::Instant,
    office::OfficeId,
    store::{IdempotencyKey, RequestKey},
    vocabulary::Language,
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{json, operation::Operation, problem::ApiError};

/// Something that a path can name.
pub(crate) trait PathParameter: Sized {
    /// Reads it. Nothing that can't be read exists.
    fn read(text: &str) -> Option<Self>;
}

/// Reads a UUID with its four hyphens.
pub(crate) fn uuid(text: &str) -> Option<Uuid> {
    json::is_uuid(text).then(|| Uuid::try_parse(text).ok())?
}

/// Reads a time in RFC 3339 form, with any offset, between the years 1970 and 9999. An offset that leads out of the calendar
/// is no time.
pub(crate) fn time(text: &str) -> Option<Instant> {
    let at = Timestamp::parse(text).ok()?;
    Instant::from_datetime(at.get()).ok()
}

macro_rules! identifiers {
    ($($name:ident),+) => {$(
        impl PathParameter for $name {
            fn read(text: &str) -> Option<Self> {
                uuid(text).map($name::from_uuid)
            }
        }
    )+};
}
identifiers!(
    HandoverId,
    CentreId,
    ConsentId,
    ContactConsentId,
    ContactDetailsId,
    ContactPairId,
    DisclosureId,
    EventId,
    InvolvementId,
    InvolvementOfferId,
    OrganisationId,
    ReferralNoticeId,
    RegionalAgreementId,
    SecurityNoticeId,
    WithdrawalNoticeId
);

/// An index, in the one way in which it is written.
impl PathParameter for u64 {
    fn read(text: &str) -> Option<Self> {
        let number: Self = text.parse().ok()?;
        (number.to_string() == text).then_some(number)
    }
}

impl PathParameter for ClientId {
    fn read(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }
}

impl PathParameter for Language {
    fn read(text: &str) -> Option<Self> {
        Self::from_code(text).ok()
    }
}

impl PathParameter for OfficeId {
    fn read(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }
}

/// The one identifier in the path. What is no identifier is not found, in the same bytes as what is missing.
pub(crate) struct Id<T>(pub(crate) T);

impl<T: PathParameter + 'static> FromRequest for Id<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let named = request.match_info().iter().next();
        ready(
            named
                .and_then(|(_, text)| T::read(text))
                .map(Self)
                .ok_or(ApiError::NotFound),
        )
    }
}

/// The key of a request that may be repeated.
pub(crate) struct Key {
    key: IdempotencyKey,
    operation: &'static str,
    path: String,
}

impl Key {
    /// The request with this key and body, by this caller.
    pub(crate) fn with_body(self, caller: &impl AsRef<Caller>, body: &[u8]) -> RequestKey {
        let mut hash = Sha256::new();
        for part in [self.operation.as_bytes(), self.path.as_bytes(), body] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        RequestKey {
            client: caller.as_ref().client.clone(),
            key: self.key,
            fingerprint: hash.finalize().into(),
        }
    }

    /// The request with this key, by this caller; it has no body.
    pub(crate) fn without_body(self, caller: &impl AsRef<Caller>) -> RequestKey {
        self.with_body(caller, &[])
    }

    fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        let key = Self::told(request.headers())?;
        let operation = Operation::requested(request)?;
        Ok(Self {
            key,
            operation: operation.id,
            path: request.path().to_owned(),
        })
    }

    /// The key in these headers.
    pub(crate) fn told(headers: &HeaderMap) -> Result<IdempotencyKey, ApiError> {
        let mut values = headers.get_all("Idempotency-Key");
        let value = values.next().ok_or(ApiError::IdempotencyKeyMissing)?;
        let fault = || {
            ApiError::InvalidHeader(Fault::in_header(
                "Idempotency-Key",
                "must be 8 to 64 visible ASCII characters, once",
            ))
        };
        if values.next().is_some() {
            return Err(fault());
        }
        let text = value.to_str().map_err(|_| fault())?;
        IdempotencyKey::parse(text).map_err(|_| fault())
    }
}

impl FromRequest for Key {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

/// An entity tag is at most this long, in characters.
pub(crate) const MOST_TAG: usize = 64;
/// What an entity tag looks like, as a regular expression. A weak one is read, and never matches (RFC 9110 §13.1.1).
pub(crate) const TAG_PATTERN: &str = "^(W/)?\"[^\",]*\"$";

/// The entity tag in `If-Match`. It is needed, and it is one tag: a decision rests on one version.
pub(crate) struct IfMatch(pub(crate) String);

impl IfMatch {
    /// The tag in these headers.
    pub(crate) fn told(headers: &HeaderMap) -> Result<Self, ApiError> {
        let mut values = headers.get_all(header::IF_MATCH);
        let value = values.next().ok_or(ApiError::PreconditionRequired)?;
        let fault = || {
            ApiError::InvalidHeader(Fault::in_header(
                "If-Match",
                "must be the one ETag under which the resource was read",
            ))
        };
        let text = value.to_str().map_err(|_| fault())?.trim();
        let quoted = text.strip_prefix("W/").unwrap_or(text).strip_prefix('"');
        let opaque = quoted.and_then(|rest| rest.strip_suffix('"'));
        let is_one_tag =
            text.len() <= MOST_TAG && opaque.is_some_and(|opaque| !opaque.contains(['"', ',']));
        if values.next().is_some() || !is_one_tag {
            return Err(fault());
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::told(request.headers()))
    }
}
