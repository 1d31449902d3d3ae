//! Extractors: each says in a handler's signature who may call.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{self, AsHeaderName},
};
use freigabe_contract::{Fault, access::USER};
use freigabe_domain::{
    access::{
        self, AccessScopes, AuditorCaller, Caller, CentreCaller, CoordinationCaller,
        CountingCaller, Keeper, OfficeCaller, Operator, Overseer, Partner, RegisteredClient,
        UserReference, WrongRoleError,
    },
    exchange::{Admission, Arrival, Presenter, ProofUse},
};

use super::{
    Admitted, NotAdmitted, PROOF, Presented,
    binding::{Confirmation, TokenBinding},
    issuer::Holder,
};
use crate::{
    edge::method_as_sent,
    limits::Standing,
    operation::Operation,
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
/// The network's coordination.
pub(crate) struct Coordination(pub(crate) CoordinationCaller);
/// A counselling centre or the network's coordination, who keep entries of the directory.
pub(crate) struct CentreOrCoordination {
    /// Who called.
    pub(crate) caller: Caller,
    /// As whoever keeps entries.
    pub(crate) keeper: Keeper,
}

impl TryFrom<Caller> for CentreOrCoordination {
    type Error = WrongRoleError;
    fn try_from(caller: Caller) -> Result<Self, WrongRoleError> {
        let keeper = Keeper::try_from(caller.clone())?;
        Ok(Self { caller, keeper })
    }
}

/// An auditor or the network's coordination, to count.
pub(crate) struct AuditorOrCoordination(pub(crate) CountingCaller);
/// The operator, by a client of its own.
pub(crate) struct ByOperator(pub(crate) Operator);
/// A counselling centre or a police office.
pub(crate) struct CentreOrOffice(pub(crate) Partner);
/// A counselling centre, a police office, or the network's coordination.
pub(crate) struct PartnerOrCoordination(pub(crate) access::PartnerOrCoordination);
/// Every client with a token.
pub(crate) struct Anyone(pub(crate) Caller);
/// A police office or the network's coordination.
pub(crate) struct OfficeOrCoordination(pub(crate) Overseer);
macro_rules! extractors {
    ($($name:ident = |$caller:ident| $made:expr;)+) => {$(
        impl FromRequest for $name {
            type Error = ApiError;
            type Future = Ready<Result<Self, ApiError>>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                ready(judged(request).and_then(|(scopes, $caller)| {
                    let has_user = $caller.user.is_some();
                    let made: Result<_, WrongRoleError> = $made;
                    let made = made.map_err(|_| ApiError::Forbidden)?;
                    let operation = Operation::requested(request)?;
                    match operation.scope {
                        Some(scope) if !scopes.contains(scope) => {
                            return Err(ApiError::InsufficientScope(scope));
                        }
                        _ => {}
                    }
                    if operation.user && !has_user {
                        return Err(ApiError::InvalidHeader(Fault::in_header(USER, USER_NEEDED)));
                    }
                    Ok(made)
                }))
            }
        }
    )+};
}
extractors! {
    Centre = |caller| caller.try_into().map(Self);
    Office = |caller| caller.try_into().map(Self);
    Auditor = |caller| caller.try_into().map(Self);
    AuditorOrCoordination = |caller| caller.try_into().map(Self);
    ByOperator = |caller| caller.try_into().map(|caller| Self(Operator::Calling(caller)));
    Coordination = |caller| caller.try_into().map(Self);
    CentreOrCoordination = |caller| caller.try_into();
    Anyone = |caller| Ok(Self(caller));
    CentreOrOffice = |caller| caller.try_into().map(Self);
    OfficeOrCoordination = |caller| caller.try_into().map(Self);
    PartnerOrCoordination = |caller| caller.try_into().map(Self);
}

const USER_NEEDED: &str = "is needed: your own reference of the person on whose behalf you call (§ 76(2) BDSG), 1 to 64 characters from A-Z a-z 0-9 . _ : -, no name";
const USER_MALFORMED: &str = "must be your own reference of the person on whose behalf you call, once: 1 to 64 characters from A-Z a-z 0-9 . _ : -, no name";

/// What came of [`judge`], for the extractor that asks.
struct Judged(Result<(AccessScopes, Caller), ApiError>);

/// Finds out who calls, before any extractor runs. They run side by side, and the first that fails is the answer: one that
/// had to wait for the store would come after those that only look at the query or the body, so that somebody without a good
/// token would learn what is wrong with what was sent, and the denial would not be recorded.
pub(crate) async fn judge(request: &HttpRequest) {
    let judged = authenticate(request).await;
    request.extensions_mut().insert(Judged(judged));
}

fn judged(request: &HttpRequest) -> Result<(AccessScopes, Caller), ApiError> {
    let judged = request.extensions_mut().remove::<Judged>();
    judged
        .ok_or_else(|| ApiError::Internal("nobody asked who calls".to_owned()))?
        .0
}

/// The caller whose valid access token the request carries, with the proof that it is the caller's own (RFC 9449 §7.1), and
/// what it may do: what the token is good for, as far as the client still is given it.
async fn authenticate(request: &HttpRequest) -> Result<(AccessScopes, Caller), ApiError> {
    let credential = only(request, &header::AUTHORIZATION, ApiError::InvalidToken)?;
    let (scheme, token) = credential
        .ok_or(ApiError::NoToken)?
        .split_once(' ')
        .ok_or(ApiError::NoToken)?;
    let token = token.trim_matches(' ');
    let state = state(request)?;
    let (holder, admission) = if scheme.eq_ignore_ascii_case("DPoP") {
        with_proof(request, state, token).await?
    } else if scheme.eq_ignore_ascii_case("Bearer") {
        without_proof(request, state, token).await?
    } else {
        return Err(ApiError::NoToken);
    };
    let client = &admission.client;
    // What is wrong with the header is told after everything else.
    let user = user_of(request);
    let caller = Caller::of(client, user.clone().ok().flatten())
        .ok_or_else(|| ApiError::Internal("an organisation's role and office contradict".into()))?;
    if !speaks_for(state, &holder, client) {
        return Err(ApiError::InvalidToken);
    }
    request.extensions_mut().insert(Verified(caller.clone()));
    let here = request.extensions().get::<Standing>().copied();
    if let Some(here) = here {
        stand(request, state.limiter.standing_of(here, &admission))?;
    }
    user.map_err(|UserFault| ApiError::InvalidHeader(Fault::in_header(USER, USER_MALFORMED)))?;
    Ok((holder.scopes.both(&client.allowed()), caller))
}

/// Notes where the caller stands with its limit, which the answer tells.
fn stand(request: &HttpRequest, standing: Standing) -> Result<(), ApiError> {
    request.extensions_mut().insert(standing);
    match standing.wait() {
        Some(seconds) => Err(ApiError::TooManyRequests(seconds)),
        None => Ok(()),
    }
}

/// Whether a token stands for the organisation that its client is registered with: its own, or one that the issuer may
/// speak for.
fn speaks_for(state: &HttpState, holder: &Holder, client: &RegisteredClient) -> bool {
    let organisation = &client.organisation;
    match (&holder.presenter, &holder.claimed) {
        (Presenter::AtIssuer(at), None) => state.trusted.speaks_for(&at.issuer, organisation),
        (Presenter::Client(_), Some(claimed)) => {
            claimed.organisation == organisation.id
                && organisation.standing().as_ref() == Some(&claimed.standing)
        }
        _ => false,
    }
}

/// The header stands twice or is malformed.
#[derive(Clone, Copy)]
struct UserFault;

/// On whose behalf the request says it comes.
fn user_of(request: &HttpRequest) -> Result<Option<UserReference>, UserFault> {
    only(request, USER, UserFault)?
        .map(UserReference::parse)
        .transpose()
        .map_err(|_| UserFault)
}

/// Whoever a token was issued to, by this server or by another that is trusted.
async fn holder_of(state: &HttpState, token: &str) -> Result<Holder, ApiError> {
    let now = state.now();
    if let Some(holder) = state.issuer.verify(token, now) {
        return Ok(holder);
    }
    let (audience, keys) = (state.issuer.audience(), &state.key_sets);
    let elsewhere = state.trusted.verify(token, audience, keys, now).await;
    elsewhere
        .map_err(|error| ApiError::Unavailable(error.to_string()))?
        .ok_or(ApiError::InvalidToken)
}

/// The client to whom a bound token was issued, if the request proves that it comes from there; the proof is used up.
async fn with_proof(
    request: &HttpRequest,
    state: &HttpState,
    token: &str,
) -> Result<(Holder, Admission), ApiError> {
    let holder = holder_of(state, token).await?;
    // A proof that is missing or stands twice is none: what is told first is whether the token is good.
    let proof = only(request, &PROOF, ()).ok().flatten();
    let presented = Presented {
        token,
        proof: proof.unwrap_or_default(),
        method: method_as_sent(request),
        path: request.path(),
    };
    let now = state.now();
    let Admitted { holder, proof } =
        state
            .issuer
            .admit_holder(holder, &presented, now)
            .map_err(|fault| match fault {
                NotAdmitted::Token => ApiError::InvalidToken,
                NotAdmitted::Proof => ApiError::InvalidProof,
                NotAdmitted::Nonce => ApiError::NonceNeeded(state.issuer.current_nonce(now)),
            })?;
    stand(request, state.limiter.count_client(&holder.presenter))?;
    match proof.consume(state, &holder.presenter).await? {
        ProofUse::Fresh(admission) => Ok((holder, *admission)),
        ProofUse::UsedBefore => Err(ApiError::InvalidProof),
        ProofUse::NoClient => Err(ApiError::InvalidToken),
    }
}

/// The client to whom a token was issued that is bound to the connection's certificate (RFC 8705 §3), or in development to
/// nothing.
async fn without_proof(
    request: &HttpRequest,
    state: &HttpState,
    token: &str,
) -> Result<(Holder, Admission), ApiError> {
    let holder = holder_of(state, token).await?;
    let good = match &holder.confirmation {
        // Presented without its proof.
        Some(Confirmation::Key(_)) => false,
        bound @ Some(Confirmation::Certificate(_)) => {
            Confirmation::of_certificate(request) == *bound
        }
        None => state.binding == TokenBinding::Development,
    };
    if !good {
        return Err(ApiError::InvalidToken);
    }
    stand(request, state.limiter.count_client(&holder.presenter))?;
    let arrival = Arrival {
        presenter: holder.presenter.clone(),
        proof: None,
    };
    match state.door.enter(arrival).await? {
        ProofUse::Fresh(admission) => Ok((holder, *admission)),
        ProofUse::UsedBefore | ProofUse::NoClient => Err(ApiError::InvalidToken),
    }
}

/// The value of a header that may stand once; `otherwise` when it stands more often or is no text.
pub(super) fn only<E>(
    request: &HttpRequest,
    name: impl AsHeaderName,
    otherwise: E,
) -> Result<Option<&str>, E> {
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
