//! Proofs of possession (DPoP, RFC 9449): whoever uses a token proves with each request that it has the key to which the
//! token is bound. A stolen token alone is worth nothing.

use actix_web::http::header::HeaderName;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_domain::{
    Error,
    exchange::{Arrival, Presenter, ProofUse},
    instant::Instant,
    store::SingleUse,
};
use sha2::{Digest, Sha256};
use url::Url;

use super::{
    CLOCKS_APART,
    client_key::{KeyThumbprint, VerifyingKey},
    forget_at, hexadecimal,
    issuer::TokenIssuer,
    jws::{Claims, Unverified},
};
use crate::state::HttpState;

/// The header that carries a proof.
pub(crate) const PROOF: HeaderName = HeaderName::from_static("dpop");
/// The header that carries the next nonce.
pub(crate) const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
/// The algorithms of proofs, as they stand in challenges and in the server's metadata.
pub(crate) const ALGORITHMS: &[&str] = &["EdDSA", "Ed25519", "ES256", "PS256"];

const PROOF_TYPE: &str = "dpop+jwt";
/// A proof is at most this old, in seconds; its nonce says so too.
const LONGEST_AGE: i64 = 300;
/// `jti` and `nonce` are at most this long, in characters.
const MOST_TEXT: usize = 128;

/// What a proof is held against.
pub(super) struct Request<'r> {
    /// The request's method.
    pub(super) method: &'r str,
    /// The request's address, from the configured public URL and never from a `Host` header, without query.
    pub(super) url: &'r str,
    /// The access token that comes with it; none at the token endpoint.
    pub(super) token: Option<&'r str>,
}

/// A proof that holds, but for whether it was used before.
#[derive(Debug)]
pub(super) struct Proof {
    /// The key that made it.
    pub(super) key: KeyThumbprint,
    id: String,
    forget_at: Instant,
}

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProofFault {
    /// Anything about it is wrong.
    Invalid,
    /// It is good but for its nonce: missing, too old, or not given out here.
    Nonce,
}

/// Everything about a proof but whether it was used before.
///
/// # Errors
/// What is wrong with it.
pub(super) fn check(
    proof: &str,
    request: &Request<'_>,
    issuer: &TokenIssuer,
    now: Instant,
) -> Result<Proof, ProofFault> {
    let (key, claims) = verified(proof).ok_or(ProofFault::Invalid)?;
    let seconds = now.as_unix_seconds();
    let (id, made_at) = holds(&claims, request, seconds).ok_or(ProofFault::Invalid)?;
    // Last: a nonce is only given for a proof that is good otherwise.
    let good = claims
        .text("nonce")
        .is_some_and(|nonce| nonce.len() <= MOST_TEXT && issuer.knows_nonce(nonce, now));
    if !good {
        return Err(ProofFault::Nonce);
    }
    let unique = Sha256::digest(format!("{}.{id}", key.as_str()));
    Ok(Proof {
        key,
        id: format!("dpop:{}", hexadecimal(&unique)),
        forget_at: forget_at(made_at.saturating_add(LONGEST_AGE)),
    })
}

impl Proof {
    /// Uses the proof up.
    ///
    /// # Errors
    /// The store's failure; then the proof counts for nothing.
    pub(super) async fn consume(
        &self,
        state: &HttpState,
        presenter: &Presenter,
    ) -> Result<ProofUse, Error> {
        let proof = SingleUse {
            jti: self.id.clone(),
            expires_at: self.forget_at,
        };
        let arrival = Arrival {
            presenter: presenter.clone(),
            proof: Some(proof),
        };
        state.door.enter(arrival).await
    }
}

/// The claims of a proof that is signed by the key in its own header, and that key.
fn verified(proof: &str) -> Option<(KeyThumbprint, Claims)> {
    let token = Unverified::read(proof)?;
    if token.header("typ") != Some(PROOF_TYPE) {
        return None;
    }
    let key = VerifyingKey::from_header(token.header_object("jwk")?).ok()?;
    let claims = token.verify(&key.key, key.algorithm)?;
    Some((key.thumbprint, claims))
}

/// The proof's `jti` and `iat`, if it was made for this request and lately.
fn holds<'c>(claims: &'c Claims, request: &Request<'_>, now: i64) -> Option<(&'c str, i64)> {
    let id = claims.text("jti")?;
    let made_at = claims.seconds("iat")?;
    let ahead = now.saturating_add(CLOCKS_APART);
    let lately = made_at <= ahead && made_at >= now.saturating_sub(LONGEST_AGE);
    let in_time = (!claims.has("nbf") || claims.seconds("nbf")? <= ahead)
        && (!claims.has("exp") || claims.seconds("exp")? > now);
    let of_token = match request.token {
        Some(token) => claims.text("ath")? == URL_SAFE_NO_PAD.encode(Sha256::digest(token)),
        None => true,
    };
    let for_this = claims.text("htm")? == request.method
        && same_address(claims.text("htu")?, request.url)
        && of_token;
    (id.chars().count() <= MOST_TEXT && lately && in_time && for_this).then_some((id, made_at))
}

/// Whether two addresses are the same but for query and fragment, after the normalisation of RFC 3986 §6.2.
fn same_address(claimed: &str, configured: &str) -> bool {
    let bare = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        url.set_query(None);
        url.set_fragment(None);
        Some(url)
    };
    matches!((bare(claimed), bare(configured)), (Some(one), Some(other)) if one == other)
}
