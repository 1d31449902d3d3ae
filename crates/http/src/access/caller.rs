//! Extractors: each says in a handler's signature who may call.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header};
use freigabe_domain::access::{AuditorCaller, Caller, CentreCaller, OfficeCaller, WrongRoleError};

use crate::{problem::ApiError, state};

/// Whoever was verified, for the denial log and the trace. It stands in the request's extensions.
#[derive(Clone)]
pub(crate) struct Verified(pub(crate) Caller);

/// A counselling centre.
pub(crate) struct Centre(pub(crate) CentreCaller);
/// A police office.
pub(crate) struct Office(pub(crate) OfficeCaller);
/// An auditor.
pub(crate) struct Auditor(pub(crate) AuditorCaller);
/// Every client with a token.
pub(crate) struct Anyone(pub(crate) Caller);
/// A counselling centre or a police office.
pub(crate) enum CentreOrOffice {
    /// A counselling centre.
    Centre(CentreCaller),
    /// A police office.
    Office(OfficeCaller),
}

impl TryFrom<Caller> for CentreOrOffice {
    type Error = WrongRoleError;
    fn try_from(caller: Caller) -> Result<Self, WrongRoleError> {
        CentreCaller::try_from(caller.clone())
            .map(Self::Centre)
            .or_else(|_| OfficeCaller::try_from(caller).map(Self::Office))
    }
}

macro_rules! extractors {
    ($($name:ident = |$caller:ident| $made:expr;)+) => {$(
        impl FromRequest for $name {
            type Error = ApiError;
            type Future = Ready<Result<Self, ApiError>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                ready(authenticate(request).and_then(|$caller| {
                    let made: Result<_, WrongRoleError> = $made;
                    made.map_err(|_| ApiError::Forbidden)
                }))
            }
        }
    )+};
}
extractors! {
    Centre = |caller| caller.try_into().map(Self);
    Office = |caller| caller.try_into().map(Self);
    Auditor = |caller| caller.try_into().map(Self);
    Anyone = |caller| Ok(Self(caller));
    CentreOrOffice = |caller| caller.try_into();
}

/// The caller whose valid access token the request carries (RFC 6750 §2.1).
fn authenticate(request: &HttpRequest) -> Result<Caller, ApiError> {
    let mut credentials = request.headers().get_all(header::AUTHORIZATION);
    let credential = credentials.next().ok_or(ApiError::NoToken)?;
    if credentials.next().is_some() {
        return Err(ApiError::InvalidToken);
    }
    let token = credential
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer"))
        .map(|(_, token)| token.trim_matches(' '))
        .ok_or(ApiError::NoToken)?;
    let state = state(request)?;
    let caller = state
        .issuer
        .verify(token, state.now())
        .ok_or(ApiError::InvalidToken)?;
    request.extensions_mut().insert(Verified(caller.clone()));
    Ok(caller)
}
