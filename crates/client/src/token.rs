//! Access tokens by `private_key_jwt` (RFC 7523): obtained when needed, kept until shortly before they end.

use freigabe_contract::access::{self, CLIENT_CREDENTIALS, JWT_BEARER, TokenResponse};
use jsonwebtoken::{Algorithm, Header};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

use crate::{
    dpop::Prover,
    error::{Error, TokenError},
    http::Http,
    keys::ClientKeyPair,
    surroundings::Surroundings,
};

/// How long an assertion may be used; it is sent at once, and only once.
const ASSERTION_LIFETIME: Duration = Duration::seconds(60);
/// A token is renewed this long before its end, so that it does not end on the way.
const RENEW_BEFORE_END: Duration = Duration::seconds(10);

/// What a client signs in with.
#[derive(Clone)]
pub struct Credentials {
    /// OAuth client identifier, as registered.
    pub client_id: String,
    /// The private key as JSON Web Key, as in the client's key file.
    pub private_jwk: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// An access token and its end by this machine's clock.
#[derive(Clone)]
pub struct AccessToken {
    /// The token.
    pub token: String,
    /// When it ends.
    pub expires_at: OffsetDateTime,
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessToken")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Obtains tokens and keeps the present one.
pub(crate) struct TokenSource {
    client_id: String,
    key: ClientKeyPair,
    issuer: String,
    /// Whether the token is bound to the client's key.
    bound: bool,
    /// What tokens are asked for; all that the client was given without it.
    scope: Option<String>,
    // Held while a token is fetched, so that many calls at once fetch one.
    present: Mutex<Option<AccessToken>>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    jti: String,
    iat: i64,
    exp: i64,
}

impl TokenSource {
    pub(crate) fn new(
        credentials: &Credentials,
        issuer: String,
        bound: bool,
        scope: Option<String>,
    ) -> Result<Self, Error> {
        Ok(Self {
            bound,
            scope,
            client_id: credentials.client_id.clone(),
            key: ClientKeyPair::from_private_jwk(&credentials.private_jwk)?,
            issuer,
            present: Mutex::new(None),
        })
    }

    /// The present token, or a new one. A token in `refused` is not used again.
    pub(crate) async fn token(
        &self,
        http: &Http,
        surroundings: &Surroundings,
        prover: &Prover,
        refused: Option<&str>,
    ) -> Result<AccessToken, Error> {
        let mut present = self.present.lock().await;
        let now = (surroundings.now)();
        if let Some(token) = present.as_ref()
            && refused != Some(&token.token)
            && now < token.expires_at - RENEW_BEFORE_END
        {
            return Ok(token.clone());
        }
        let fresh = self.fetch(http, surroundings, prover, now).await?;
        *present = Some(fresh.clone());
        Ok(fresh)
    }

    async fn fetch(
        &self,
        http: &Http,
        surroundings: &Surroundings,
        prover: &Prover,
        now: OffsetDateTime,
    ) -> Result<AccessToken, Error> {
        let assertion = self.assertion(surroundings, now)?;
        let scope = self.scope.as_deref().map(|scope| ("scope", scope));
        let form = [
            ("grant_type", CLIENT_CREDENTIALS),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion.as_str()),
        ];
        let form = reqwest::Url::parse_with_params("form:", form.into_iter().chain(scope));
        // The query of an address and a form are encoded alike (application/x-www-form-urlencoded).
        let body = form
            .ok()
            .and_then(|url| url.query().map(str::to_owned))
            .unwrap_or_default();
        let mut request = reqwest::Request::new(reqwest::Method::POST, http.url("/oauth2/token")?);
        request.headers_mut().insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        *request.body_mut() = Some(body.into());
        let answer = if self.bound {
            prover.execute(http, surroundings, request, None).await?
        } else {
            http.execute(request).await?
        };
        if !answer.status.is_success() {
            let refusal = serde_json::from_slice::<access::TokenError>(&answer.body).ok();
            let (error, description) = match refusal {
                Some(refusal) => (refusal.error, refusal.error_description),
                None => (
                    answer.status.canonical_reason().unwrap_or("").to_owned(),
                    None,
                ),
            };
            return Err(Error::Token(TokenError {
                status: answer.status.as_u16(),
                error,
                description,
            }));
        }
        let unreadable = |problem: String| Error::Unreadable {
            operation: "the token endpoint",
            problem,
        };
        let token: TokenResponse =
            serde_json::from_slice(&answer.body).map_err(|error| unreadable(error.to_string()))?;
        let wanted = if self.bound { "DPoP" } else { "Bearer" };
        if !token.token_type.eq_ignore_ascii_case(wanted) {
            return Err(unreadable(format!(
                "a token of another type than {wanted}, which was asked for"
            )));
        }
        Ok(AccessToken {
            token: token.access_token,
            expires_at: now + Duration::seconds(i64::from(token.expires_in)),
        })
    }

    fn assertion(&self, surroundings: &Surroundings, now: OffsetDateTime) -> Result<String, Error> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(self.key.key_id());
        let claims = Claims {
            iss: &self.client_id,
            sub: &self.client_id,
            aud: &self.issuer,
            jti: surroundings.unique_name()?,
            iat: now.unix_timestamp(),
            exp: (now + ASSERTION_LIFETIME).unix_timestamp(),
        };
        jsonwebtoken::encode(&header, &claims, &self.key.signing_key())
            .map_err(|_| Error::Malformed("the assertion could not be signed"))
    }
}
