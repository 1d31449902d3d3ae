//! Client assertions (RFC 7523): a client proves possession of its key with a JWT for this issuer, used once.

use freigabe_domain::{
    Error,
    access::{ClientId, Credential, RegisteredClient},
    exchange::{Presenter, ProofUse},
    instant::Instant,
};
use sha2::{Digest, Sha256};

use super::{
    CLOCKS_APART,
    client_key::VerifyingKey,
    forget_at, hexadecimal,
    jws::{Claims, Unverified},
};
use crate::state::HttpState;

/// An assertion is valid at most this many seconds ahead.
const LONGEST_LIFE: i64 = 300;
/// `jti` is at most this long, in characters.
const MOST_JTI: usize = 128;
/// What `typ` may be, when it is there.
const TYPES: &[&str] = &["JWT", "client-authentication+jwt"];

/// The client that made an assertion; none whatever is wrong with the assertion or the client, so that nobody can tell an
/// unknown client from a bad signature. The assertion is used up.
pub(super) async fn verify(
    state: &HttpState,
    assertion: &str,
    now: Instant,
) -> Result<Option<RegisteredClient>, Error> {
    let Some(token) = Unverified::read(assertion) else {
        return Ok(None);
    };
    let subject = token.claimed_subject();
    let Some(id) = subject.and_then(|subject| ClientId::parse(subject).ok()) else {
        return Ok(None);
    };
    let registered = state.exchange.registered_client(&id).await?;
    let Some(client) = registered else {
        state.issuer.verify_in_vain(token);
        return Ok(None);
    };
    let Some(proof) = check(&client, token, state.issuer.issuer(), now) else {
        return Ok(None);
    };
    if !client.active {
        return Ok(None);
    }
    let presenter = Presenter::Client(client.id);
    let used = state
        .exchange
        .use_proof(&presenter, &proof.jti, proof.forget_at)
        .await?;
    Ok(match used {
        ProofUse::Fresh(client) => Some(*client),
        ProofUse::UsedBefore | ProofUse::NoClient => None,
    })
}

/// What makes an assertion usable once.
pub(super) struct Proof {
    /// SHA-256 of its `jti`, in hexadecimal digits.
    pub(super) jti: String,
    /// When it may be forgotten.
    pub(super) forget_at: Instant,
}

/// Everything about an assertion but whether it was used before.
pub(super) fn check(
    client: &RegisteredClient,
    token: Unverified<'_>,
    issuer: &str,
    now: Instant,
) -> Option<Proof> {
    let Credential::Key(registered) = &client.credential else {
        return None;
    };
    let key = match VerifyingKey::from_registered(registered) {
        Ok(key) => key,
        Err(problem) => {
            tracing::error!(client = %client.id, problem, "a registered key is not usable");
            return None;
        }
    };
    let type_fits = !token.has_header("typ")
        || token.header("typ").is_some_and(|typ| {
            TYPES
                .iter()
                .any(|allowed| typ.eq_ignore_ascii_case(allowed))
        });
    let kid_fits = match (&key.key_id, token.has_header("kid")) {
        (Some(key_id), true) => token.header("kid") == Some(key_id.as_str()),
        _ => true,
    };
    if !type_fits || !kid_fits {
        return None;
    }
    let claims = token.verify(&key.key, key.algorithm)?;
    proof(&claims, client.id.as_str(), issuer, now.as_unix_seconds())
}

fn proof(claims: &Claims, client: &str, issuer: &str, now: i64) -> Option<Proof> {
    let exp = claims.seconds("exp")?;
    let iat = claims.seconds("iat")?;
    let jti = claims.text("jti")?;
    let ahead = now.saturating_add(CLOCKS_APART);
    let holds = claims.text("iss")? == client
        && claims.text("sub")? == client
        // Exactly this issuer, and as a single text: an assertion made for another server is of no use here.
        && claims.text("aud")? == issuer
        && exp > now
        && exp <= now.saturating_add(LONGEST_LIFE)
        && iat <= ahead
        && iat < exp
        && (!claims.has("nbf") || claims.seconds("nbf")? <= ahead)
        && jti.chars().count() <= MOST_JTI;
    holds.then(|| Proof {
        jti: hexadecimal(&Sha256::digest(jti)),
        forget_at: forget_at(exp),
    })
}
