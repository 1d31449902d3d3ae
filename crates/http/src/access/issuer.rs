//! This server's own access tokens (RFC 9068): signed with Ed25519, short-lived, for one audience.

use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_contract::access::{Jwk, JwkSet};
use freigabe_domain::{
    access::{AccessScopes, Caller, ClientId, Role, Standing},
    exchange::Presenter,
    ids::OrganisationId,
    instant::Instant,
    office::OfficeId,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde::Serialize;
use serde_json::Value;

use super::{
    CLOCKS_APART,
    binding::Confirmation,
    client_key::KeyThumbprint,
    jws::{Claims, Unverified},
    nonce::Nonces,
};
use crate::extract::uuid;

/// `typ` of an access token (RFC 9068 §2.1).
const ACCESS_TOKEN: &str = "at+jwt";
/// No token lives longer than this many seconds.
pub(super) const LONGEST_LIFE: i64 = 3_600;

/// Why an issuer can't be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// Not a URL that can be an issuer.
    #[error("the issuer must be an http or https URL without query, fragment and trailing slash")]
    Url,
    /// Not an Ed25519 key.
    #[error("the signing key must be an Ed25519 private key in PKCS #8 (DER)")]
    Key,
    /// Too short or too long.
    #[error("the lifetime of tokens must be between 1 second and 1 hour")]
    Lifetime,
}

/// Issues this server's access tokens, and verifies them.
pub struct TokenIssuer {
    issuer: String,
    audience: String,
    lifetime: u32,
    signing: EncodingKey,
    /// Of the key that signs.
    key: TokenKey,
    /// Whose tokens and nonces are taken as well.
    others: Vec<TokenKey>,
}

/// A key of this issuer.
struct TokenKey {
    verifying: DecodingKey,
    jwk: Jwk,
    nonces: Nonces,
}

impl TokenKey {
    fn new(pkcs8_der: &[u8]) -> Result<Self, IssuerError> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8_der).map_err(|_| IssuerError::Key)?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        Ok(Self {
            verifying: DecodingKey::from_ed_components(&x).map_err(|_| IssuerError::Key)?,
            nonces: Nonces::new(pkcs8_der),
            jwk: Jwk {
                kty: "OKP".to_owned(),
                crv: "Ed25519".to_owned(),
                kid: KeyThumbprint::of_ed25519(&x).as_str().to_owned(),
                x,
                alg: "EdDSA".to_owned(),
                usage: "sig".to_owned(),
            },
        })
    }
}

#[derive(Serialize)]
struct AccessClaims<'c> {
    iss: &'c str,
    sub: &'c str,
    client_id: &'c str,
    aud: &'c str,
    exp: i64,
    iat: i64,
    jti: &'c str,
    org: String,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<&'c str>,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Value>,
}

/// Whoever a token was issued to, and what it is bound to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Holder {
    pub(super) presenter: Presenter,
    /// Who the token says it is, if this server issued it.
    pub(super) claimed: Option<Caller>,
    /// What it is good for.
    pub(super) scopes: AccessScopes,
    pub(super) confirmation: Option<Confirmation>,
}

impl TokenIssuer {
    /// An issuer under this URL, which is also the base of the published addresses, with this Ed25519 key (PKCS #8, DER) and
    /// this lifetime of tokens (five minutes is usual). The tokens' audience is `<issuer>/v1`.
    ///
    /// # Errors
    /// When one of them is of another form.
    pub fn new(
        issuer_url: String,
        signing_key_pkcs8_der: &[u8],
        lifetime: Duration,
    ) -> Result<Self, IssuerError> {
        let is_web = issuer_url.starts_with("https://") || issuer_url.starts_with("http://");
        let unfit = issuer_url.ends_with('/')
            || issuer_url.contains(['?', '#', '"', '<', '>'])
            || issuer_url.contains(|c: char| c.is_whitespace() || c.is_control());
        if !is_web || unfit {
            return Err(IssuerError::Url);
        }
        let seconds = i64::try_from(lifetime.as_secs()).map_err(|_| IssuerError::Lifetime)?;
        if !(1..=LONGEST_LIFE).contains(&seconds) {
            return Err(IssuerError::Lifetime);
        }
        Ok(Self {
            audience: format!("{issuer_url}/v1"),
            issuer: issuer_url,
            lifetime: u32::try_from(seconds).map_err(|_| IssuerError::Lifetime)?,
            signing: EncodingKey::from_ed_der(signing_key_pkcs8_der),
            key: TokenKey::new(signing_key_pkcs8_der)?,
            others: Vec::new(),
        })
    }

    /// With another key of this issuer (Ed25519, PKCS #8, DER), whose tokens are taken as well and whose public half is
    /// published: the next one, before it signs anywhere, or the last one, until its tokens have ended.
    ///
    /// # Errors
    /// When it is of another form.
    pub fn with_other_key(mut self, pkcs8_der: &[u8]) -> Result<Self, IssuerError> {
        let key = TokenKey::new(pkcs8_der)?;
        if self.keys().all(|known| known.jwk.kid != key.jwk.kid) {
            self.others.push(key);
        }
        Ok(self)
    }

    fn keys(&self) -> impl Iterator<Item = &TokenKey> {
        std::iter::once(&self.key).chain(&self.others)
    }

    /// With another audience than `<issuer>/v1`.
    #[must_use]
    pub fn with_audience(self, audience: String) -> Self {
        Self { audience, ..self }
    }

    /// The issuer's URL: the audience of client assertions, and the base of the published addresses.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The audience of access tokens.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// The lifetime of access tokens, in seconds.
    #[must_use]
    pub const fn lifetime(&self) -> u32 {
        self.lifetime
    }

    /// The public keys.
    #[must_use]
    pub fn jwks(&self) -> JwkSet {
        JwkSet {
            keys: self.keys().map(|key| key.jwk.clone()).collect(),
        }
    }

    /// Spends the time that verifying takes, so that an unknown client costs what a known one does.
    pub(super) fn verify_in_vain(&self, token: Unverified<'_>) {
        let _ = token.verify(&self.key.verifying, Algorithm::EdDSA);
    }

    /// Whether a nonce for a proof of possession was given out by a node of this issuer, and lately.
    pub(super) fn knows_nonce(&self, nonce: &str, now: Instant) -> bool {
        self.keys().any(|key| key.nonces.is_good(nonce, now))
    }

    /// The nonce that the next proof of possession may carry.
    #[must_use]
    pub fn current_nonce(&self, now: Instant) -> String {
        self.key.nonces.current(now)
    }

    /// A token for this caller, bound to what it proved to have.
    pub(crate) fn issue(
        &self,
        caller: &Caller,
        scopes: &AccessScopes,
        confirmation: Option<&Confirmation>,
        now: Instant,
        jti: &str,
    ) -> Result<String, String> {
        let iat = now.as_unix_seconds();
        let office = match &caller.standing {
            Standing::Office(office) => Some(office.as_str()),
            _ => None,
        };
        let claims = AccessClaims {
            iss: &self.issuer,
            sub: caller.client.as_str(),
            client_id: caller.client.as_str(),
            aud: &self.audience,
            exp: iat.saturating_add(i64::from(self.lifetime)),
            iat,
            jti,
            org: caller.organisation.to_string(),
            role: caller.standing.role().code(),
            office,
            scope: scopes.to_string(),
            cnf: confirmation.map(Confirmation::claim),
        };
        let header = Header {
            typ: Some(ACCESS_TOKEN.to_owned()),
            kid: Some(self.key.jwk.kid.clone()),
            ..Header::new(Algorithm::EdDSA)
        };
        jsonwebtoken::encode(&header, &claims, &self.signing).map_err(|error| error.to_string())
    }

    /// Whoever a token was issued to. None whatever is wrong with it. What it is bound to is not asked here.
    pub(super) fn verify(&self, token: &str, now: Instant) -> Option<Holder> {
        let token = Unverified::read(token)?;
        if token.header("typ") != Some(ACCESS_TOKEN) {
            return None;
        }
        let kid = token.header("kid")?;
        let key = self.keys().find(|key| key.jwk.kid == kid)?;
        let claims = token.verify(&key.verifying, Algorithm::EdDSA)?;
        is_current(&claims, &self.issuer, &self.audience, now)?;
        let caller = caller_of(&claims)?;
        Some(Holder {
            presenter: Presenter::Client(caller.client.clone()),
            claimed: Some(caller),
            scopes: AccessScopes::parse(claims.text("scope")?).ok()?,
            confirmation: confirmation(&claims)?,
        })
    }
}

/// Whether an access token is by this issuer, for this audience, and good now.
pub(super) fn is_current(
    claims: &Claims,
    issuer: &str,
    audience: &str,
    now: Instant,
) -> Option<()> {
    let now = now.as_unix_seconds();
    let ahead = now.saturating_add(CLOCKS_APART);
    let holds = claims.text("iss")? == issuer
        && claims.text("aud")? == audience
        && claims.seconds("exp")? > now
        && claims.seconds("iat")? <= ahead
        && claims.text("jti").is_some()
        && (!claims.has("nbf") || claims.seconds("nbf")? <= ahead);
    holds.then_some(())
}

/// What a token is bound to; none when that can't be understood.
pub(super) fn confirmation(claims: &Claims) -> Option<Option<Confirmation>> {
    if claims.has("cnf") {
        Confirmation::read(claims.object("cnf")?).map(Some)
    } else {
        Some(None)
    }
}

fn caller_of(claims: &Claims) -> Option<Caller> {
    let client = claims.text("client_id")?;
    if claims.text("sub")? != client {
        return None;
    }
    let role = Role::from_code(claims.text("role")?).ok()?;
    let office = if claims.has("office") {
        Some(OfficeId::parse(claims.text("office")?).ok()?)
    } else {
        None
    };
    Some(Caller {
        client: ClientId::parse(client).ok()?,
        organisation: OrganisationId::from_uuid(uuid(claims.text("org")?)?),
        standing: Standing::of(role, office)?,
        user: None,
    })
}
