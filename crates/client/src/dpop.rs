//! Proofs of possession (DPoP, RFC 9449): with each request the client proves that it has the key to which its token is
//! bound, so that the token alone is worth nothing to whoever steals it.

use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use reqwest::{
    Url,
    header::{HeaderMap, HeaderName, HeaderValue, WWW_AUTHENTICATE},
};
use serde_json::{Value, json};

use crate::{
    error::Error,
    http::{Http, Opened, RawAnswer},
    keys::ClientKeyPair,
    surroundings::Surroundings,
};

pub(crate) const PROOF: HeaderName = HeaderName::from_static("dpop");
const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// Proves possession of the key to which the client's tokens are bound.
pub(crate) struct Prover {
    key: ClientKeyPair,
    /// The server's address as the server knows it, when that is not the one by which it is reached.
    public_url: Option<String>,
    /// What the server wants to see in the next proof.
    nonce: Mutex<Option<HeaderValue>>,
}

impl Prover {
    pub(crate) fn new(key: ClientKeyPair, public_url: Option<String>) -> Self {
        Self {
            key,
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
            nonce: Mutex::default(),
        }
    }

    /// Sends a request with a proof for it and for the token that comes with it; once more if the server wants another
    /// nonce. A request whose body can't be sent twice is sent once.
    pub(crate) async fn execute(
        &self,
        http: &Http,
        surroundings: &Surroundings,
        request: reqwest::Request,
        token: Option<&str>,
    ) -> Result<RawAnswer, Error> {
        let opened = self.open(http, surroundings, request, token).await?;
        http.collect(opened).await
    }

    /// The same; the body of a success is still to be read.
    pub(crate) async fn open(
        &self,
        http: &Http,
        surroundings: &Surroundings,
        mut request: reqwest::Request,
        token: Option<&str>,
    ) -> Result<Opened, Error> {
        let again = request.try_clone();
        self.attach(http, surroundings, &mut request, token)?;
        let opened = http.open(request).await?;
        self.remember(opened.headers());
        match (again, &opened) {
            (Some(mut request), Opened::Other(answer)) if wants_nonce(answer) => {
                self.attach(http, surroundings, &mut request, token)?;
                let opened = http.open(request).await?;
                self.remember(opened.headers());
                Ok(opened)
            }
            _ => Ok(opened),
        }
    }

    fn attach(
        &self,
        http: &Http,
        surroundings: &Surroundings,
        request: &mut reqwest::Request,
        token: Option<&str>,
    ) -> Result<(), Error> {
        let mut claims = json!({
            "jti": surroundings.unique_name()?,
            "htm": request.method().as_str(),
            "htu": self.address(http, request.url()),
            "iat": (surroundings.now)().unix_timestamp(),
        });
        let mut claim = |name: &str, value: String| {
            if let Some(claims) = claims.as_object_mut() {
                claims.insert(name.to_owned(), Value::String(value));
            }
        };
        if let Some(token) = token {
            let hash = digest::digest(&digest::SHA256, token.as_bytes());
            claim("ath", URL_SAFE_NO_PAD.encode(hash));
        }
        let nonce = self.nonce.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(nonce) = nonce.as_ref().and_then(|nonce| nonce.to_str().ok()) {
            claim("nonce", nonce.to_owned());
        }
        drop(nonce);
        let proof = self.sign(&claims)?;
        request.headers_mut().insert(PROOF, proof);
        Ok(())
    }

    fn sign(&self, claims: &Value) -> Result<HeaderValue, Error> {
        let unsignable = |_| Error::Malformed("the proof of possession could not be signed");
        let header =
            json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": self.key.bare_public_jwk() });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(claims));
        let key = self.key.signing_key();
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::EdDSA)
            .map_err(unsignable)?;
        HeaderValue::from_str(&format!("{message}.{signature}"))
            .map_err(|_| Error::Malformed("the proof of possession can't stand in a header"))
    }

    /// The request's address as the server knows it, without query.
    fn address(&self, http: &Http, url: &Url) -> String {
        let mut bare = url.clone();
        bare.set_query(None);
        bare.set_fragment(None);
        let below = bare.as_str().strip_prefix(http.base());
        match (&self.public_url, below) {
            (Some(public), Some(path)) => format!("{public}/{}", path.trim_start_matches('/')),
            _ => bare.into(),
        }
    }

    fn remember(&self, headers: &HeaderMap) {
        if let Some(nonce) = headers.get(NONCE) {
            let mut present = self.nonce.lock().unwrap_or_else(PoisonError::into_inner);
            *present = Some(nonce.clone());
        }
    }
}

/// Whether the server asks for a proof with the nonce that it sent (RFC 9449 §8 and §9).
fn wants_nonce(answer: &RawAnswer) -> bool {
    if !answer.headers.contains_key(NONCE) {
        return false;
    }
    match answer.status.as_u16() {
        400 => serde_json::from_slice::<Value>(&answer.body)
            .is_ok_and(|body| body.get("error").and_then(Value::as_str) == Some("use_dpop_nonce")),
        401 => answer
            .headers
            .get_all(WWW_AUTHENTICATE)
            .iter()
            .filter_map(|challenge| challenge.to_str().ok())
            .any(|challenge| challenge.contains("error=\"use_dpop_nonce\"")),
        _ => false,
    }
}
