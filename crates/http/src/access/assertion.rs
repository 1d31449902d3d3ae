//! Client assertions (RFC 7523): a client proves possession of its key with a JWT for this issuer, used once.

use std::sync::Arc;

use freigabe_domain::{
    Error,
    access::{ClientId, Credential, RegisteredClient},
    exchange::ProofUse,
    instant::Instant,
    store::{SingleUse, StoreError},
};
use sha2::{Digest, Sha256};

use super::{
    CLOCKS_APART,
    client_key::VerifyingKey,
    forget_at, hexadecimal,
    jws::{Claims, Unverified},
    key_set::{KeySetError, KeySetUri},
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
    let subject = token.claimed("sub");
    let Some(id) = subject.and_then(|subject| ClientId::parse(subject).ok()) else {
        return Ok(None);
    };
    let registered = state.exchange.registered_client(&id).await?;
    let Some(client) = registered else {
        state.issuer.verify_in_vain(token);
        return Ok(None);
    };
    let key = match key_of(state, &client, &token).await {
        Ok(Some(key)) => key,
        Ok(None) => {
            state.issuer.verify_in_vain(token);
            return Ok(None);
        }
        Err(error) => {
            let error = StoreError::Unavailable(error.to_string());
            return Err(Error::Store(error));
        }
    };
    let Some(proof) = check(&client.id, &key, token, state.issuer.issuer(), now) else {
        return Ok(None);
    };
    if !client.active {
        return Ok(None);
    }
    let RegisteredClient { id, credential, .. } = client;
    let assertion = SingleUse {
        jti: proof.jti,
        expires_at: proof.forget_at,
    };
    let used = state.exchange.use_assertion(&id, assertion).await?;
    Ok(signed_in(&credential, used))
}

/// The client whose assertion counted, if it is still known by what its signature was verified with: that may have been
/// replaced in between.
fn signed_in(verified_with: &Credential, used: ProofUse) -> Option<RegisteredClient> {
    match used {
        ProofUse::Fresh(admission) if admission.client.credential == *verified_with => {
            Some(admission.client)
        }
        ProofUse::Fresh(_) | ProofUse::UsedBefore | ProofUse::NoClient => None,
    }
}

/// What makes an assertion usable once.
pub(super) struct Proof {
    /// SHA-256 of its `jti`, in hexadecimal digits.
    pub(super) jti: String,
    /// When it may be forgotten.
    pub(super) forget_at: Instant,
}

/// The key by which an assertion of this client must be signed: the registered one, or the one that it names in the key set
/// that its organisation publishes. None when there is no such key, or the client signs in elsewhere.
async fn key_of(
    state: &HttpState,
    client: &RegisteredClient,
    token: &Unverified<'_>,
) -> Result<Option<Arc<VerifyingKey>>, KeySetError> {
    let unusable = |problem: String| {
        tracing::error!(client = %client.id, problem, "what a client is registered with is not usable");
    };
    match &client.credential {
        Credential::Key(registered) => {
            let key = VerifyingKey::from_registered(registered).map_err(unusable);
            Ok(key.ok().map(Arc::new))
        }
        Credential::KeySet(address) => {
            let uri = KeySetUri::parse(address).map_err(|error| unusable(error.to_string()));
            let (Ok(uri), Some(algorithm)) = (uri, token.algorithm()) else {
                return Ok(None);
            };
            let kid = token.header("kid");
            state.key_sets.key(&uri, kid, algorithm).await
        }
        Credential::Issuer(_) => Ok(None),
    }
}

/// Everything about an assertion but whether it was used before.
pub(super) fn check(
    client: &ClientId,
    key: &VerifyingKey,
    token: Unverified<'_>,
    issuer: &str,
    now: Instant,
) -> Option<Proof> {
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
    proof(&claims, client.as_str(), issuer, now.as_unix_seconds())
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

#[cfg(test)]
mod tests {
    use freigabe_domain::{
        access::{ClientKey, DataProtectionRegime, Organisation, Role},
        exchange::Admission,
        ids::OrganisationId,
        text::ShortText,
    };
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_key_that_was_replaced_after_the_signature_was_verified_signs_nobody_in() {
        let known_by = |seed: u8| {
            Credential::Key(ClientKey {
                jwk: format!("{{\"key\":{seed}}}"),
            })
        };
        let used = || {
            ProofUse::Fresh(Box::new(Admission {
                client: RegisteredClient {
                    id: ClientId::parse("fbs-nord").unwrap(),
                    organisation: Organisation {
                        id: OrganisationId::from_uuid(Uuid::from_u128(7)),
                        role: Role::Centre,
                        name: ShortText::parse("FBS Nord").unwrap(),
                        office: None,
                        regime: DataProtectionRegime::Gdpr,
                    },
                    credential: known_by(2),
                    scopes: None,
                    active: true,
                },
                requests: 1,
                minute_ends_in: 60,
            }))
        };
        assert!(signed_in(&known_by(2), used()).is_some());
        assert!(signed_in(&known_by(1), used()).is_none());
        for used in [ProofUse::UsedBefore, ProofUse::NoClient] {
            assert!(signed_in(&known_by(2), used).is_none());
        }
    }
}
