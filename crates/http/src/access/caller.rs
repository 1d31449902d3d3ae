//! Extractors: each says in a handler's signature who may call.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderName},
};
use freigabe_domain::{
    access::{AuditorCaller, Caller, CentreCaller, OfficeCaller, WrongRoleError},
    exchange::ProofUse,
};

use super::{
    Admitted, NotAdmitted, PROOF, Presented,
    binding::{Confirmation, TokenBinding},
};
use crate::{
    edge::method_as_sent,
    problem::ApiError,
    state::{HttpState, state},
};

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
            type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move {
                    let $caller = authenticate(&request).await?;
                    let made: Result<_, WrongRoleError> = $made;
                    made.map_err(|_| ApiError::Forbidden)
                })
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

/// The caller whose valid access token the request carries, with the proof that it is the caller's own (RFC 9449 §7.1).
async fn authenticate(request: &HttpRequest) -> Result<Caller, ApiError> {
    let credential = only(request, &header::AUTHORIZATION, ApiError::InvalidToken)?;
    let (scheme, token) = credential
        .ok_or(ApiError::NoToken)?
        .split_once(' ')
        .ok_or(ApiError::NoToken)?;
    let token = token.trim_matches(' ');
    let state = state(request)?;
    let caller = if scheme.eq_ignore_ascii_case("DPoP") {
        admitted(request, state, token).await?
    } else if scheme.eq_ignore_ascii_case("Bearer") {
        let holder = state.issuer.verify(token, state.now());
        let holder = holder.ok_or(ApiError::InvalidToken)?;
        let good = match &holder.confirmation {
            // Presented without its proof.
            Some(Confirmation::Key(_)) => false,
            // Of the very connection, or of the proxy's (RFC 8705 §3).
            bound @ Some(Confirmation::Certificate(_)) => {
                Confirmation::of_certificate(request) == *bound
            }
            None => state.binding == TokenBinding::Development,
        };
        if !good {
            return Err(ApiError::InvalidToken);
        }
        // A proof is used up in a transaction that looks at the client; here nobody has looked at it yet.
        if holder.confirmation.is_some() {
            let client = &holder.caller.client;
            let client = state.exchange.registered_client(client).await?;
            if client.is_none_or(|client| !client.active) {
                return Err(ApiError::InvalidToken);
            }
        }
        holder.caller
    } else {
        return Err(ApiError::NoToken);
    };
    request.extensions_mut().insert(Verified(caller.clone()));
    let standing = state.limiter.count_client(&caller.client);
    request.extensions_mut().insert(standing);
    match standing.wait() {
        Some(seconds) => Err(ApiError::TooManyRequests(seconds)),
        None => Ok(caller),
    }
}

/// Whoever a bound token was issued to, if the request proves that it comes from there; the proof is used up.
async fn admitted(
    request: &HttpRequest,
    state: &HttpState,
    token: &str,
) -> Result<Caller, ApiError> {
    // A proof that is missing or stands twice is none: what is told first is whether the token is good.
    let proof = only(request, &PROOF, ()).ok().flatten();
    let presented = Presented {
        token,
        proof: proof.unwrap_or_default(),
        method: method_as_sent(request),
        path: request.path(),
    };
    let now = state.now();
    let Admitted { caller, proof } =
        state
            .issuer
            .admit(&presented, now)
            .map_err(|fault| match fault {
                NotAdmitted::Token => ApiError::InvalidToken,
                NotAdmitted::Proof => ApiError::InvalidProof,
                NotAdmitted::Nonce => ApiError::NonceNeeded(state.issuer.current_nonce(now)),
            })?;
    match proof.consume(state, &caller.client).await? {
        ProofUse::Fresh => Ok(caller),
        ProofUse::UsedBefore => Err(ApiError::InvalidProof),
        ProofUse::ClientSuspended => Err(ApiError::InvalidToken),
    }
}

/// The value of a header that may stand once; `otherwise` when it stands more often or is no text.
pub(super) fn only<'r, E>(
    request: &'r HttpRequest,
    name: &HeaderName,
    otherwise: E,
) -> Result<Option<&'r str>, E> {
    let mut values = request.headers().get_all(name);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => match value.to_str() {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(otherwise),
        },
        (Some(_), Some(_)) => Err(otherwise),
    }
}
