//! Fetches a key set: one `GET`, bounded in time and size, that follows nothing and tells nothing.

use std::{error::Error as _, fmt::Display, sync::OnceLock, time::Duration};

use reqwest::{
    Certificate, Client, Response, StatusCode,
    header::{ACCEPT, CACHE_CONTROL, HeaderMap},
    redirect::Policy,
};
use rustls::{RootCertStore, pki_types::CertificateDer};

use super::{
    guard::{Forbidden, Guard},
    set::{KeySet, NotAKeySet},
    uri::KeySetUri,
};

/// Time for everything, from the look-up of the name to the last byte.
const FETCHED_WITHIN: Duration = Duration::from_secs(5);
/// Time for the look-up of the name, the connection and the TLS handshake.
const CONNECTED_WITHIN: Duration = Duration::from_secs(2);
/// Bytes of a key set at most.
const MOST_BYTES: usize = 64 * 1024;
/// For how many seconds a set is fresh, at least and at most; when its server does not say, as long as may be.
const FRESH: (u64, u64) = (60, 600);
/// Characters of a reason at most: some of it may be the other server's words.
const MOST_REASON: usize = 200;

/// Why no key set can be had. For the log: never told to whoever calls.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::access) enum KeySetError {
    /// A place that is not asked.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// No connection, or one that broke.
    #[error("its server can't be reached: {0}")]
    Unreachable(String),
    /// No connection in time.
    #[error("its server took too long to connect to")]
    NotConnected,
    /// Not there in time.
    #[error("its server took too long")]
    TooSlow,
    /// Another status than 200, which a redirect is as well.
    #[error("its server answered with the status {0}")]
    Status(u16),
    /// Too large.
    #[error("it is larger than {MOST_BYTES} bytes")]
    TooLarge,
    /// Something else than a key set.
    #[error(transparent)]
    NotAKeySet(#[from] NotAKeySet),
    /// This machine can't make TLS connections.
    #[error("this machine can't verify servers: {0}")]
    NoClient(String),
    /// The fetch was broken off because this node shuts down.
    #[error("fetching it was broken off")]
    BrokenOff,
}

/// A certificate that can't be that of an authority.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the certificate of an authority: {0}")]
pub struct AuthorityError(String);

impl AuthorityError {
    pub(super) fn new(problem: &dyn Display) -> Self {
        Self(problem.to_string())
    }
}

/// A key set just fetched.
pub(super) struct Fetched {
    pub(super) keys: KeySet,
    /// For how many seconds it is fresh.
    pub(super) fresh: i64,
}

/// Fetches key sets.
pub(super) struct Fetcher {
    guard: Guard,
    authorities: Vec<Certificate>,
    /// Made at the first fetch: a node that fetches nothing needs no authorities of its machine.
    client: OnceLock<Client>,
}

impl Fetcher {
    pub(super) const fn new(guard: Guard) -> Self {
        Self {
            guard,
            authorities: Vec::new(),
            client: OnceLock::new(),
        }
    }

    /// Trusts these authorities as well.
    pub(super) fn trusting(
        &self,
        authorities: &[CertificateDer<'_>],
    ) -> Result<Self, AuthorityError> {
        let unfit = |error: &dyn Display| AuthorityError::new(error);
        let mut checked = self.authorities.clone();
        for authority in authorities {
            RootCertStore::empty()
                .add(authority.clone().into_owned())
                .map_err(|error| unfit(&error))?;
            checked.push(Certificate::from_der(authority).map_err(|error| unfit(&error))?);
        }
        Ok(Self {
            guard: self.guard.clone(),
            authorities: checked,
            client: OnceLock::new(),
        })
    }

    pub(super) async fn fetch(&self, uri: &KeySetUri) -> Result<Fetched, KeySetError> {
        // The client looks up names alone, so the guard would never see an address.
        if let Some(address) = uri.address() {
            self.guard.judge(address)?;
        }
        let request = self
            .client()?
            .get(uri.url().clone())
            .header(ACCEPT, "application/jwk-set+json, application/json");
        let response = request.send().await.map_err(|error| reason(&error))?;
        if response.status() != StatusCode::OK {
            return Err(KeySetError::Status(response.status().as_u16()));
        }
        let fresh = fresh(response.headers());
        let body = body(response).await?;
        Ok(Fetched {
            keys: KeySet::read(&body)?,
            fresh,
        })
    }

    fn client(&self) -> Result<&Client, KeySetError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = Client::builder()
            .dns_resolver(self.guard.clone())
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .http1_only()
            // A connection lives in the runtime of whoever made it, which others must not rely on.
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECTED_WITHIN)
            .timeout(FETCHED_WITHIN)
            .tls_certs_merge(self.authorities.clone())
            .user_agent("freigabe")
            .build()
            .map_err(|error| KeySetError::NoClient(innermost(&error)))?;
        Ok(self.client.get_or_init(|| client))
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, KeySetError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| reason(&error))? {
        if body.len().saturating_add(chunk.len()) > MOST_BYTES {
            return Err(KeySetError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// For how many seconds an answer with these headers is fresh: the shortest `max-age` (RFC 9111 §5.2.2.1), within bounds.
/// `no-cache` and `no-store` change nothing: some servers always say so (Keycloak), and a set must be kept to be of use.
fn fresh(headers: &HeaderMap) -> i64 {
    let (least, most) = FRESH;
    let seconds = headers
        .get_all(CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|directive| directive.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("max-age"))
        .filter_map(|(_, seconds)| seconds.trim().trim_matches('"').parse::<u64>().ok())
        .min()
        .unwrap_or(most);
    i64::try_from(seconds.clamp(least, most)).unwrap_or(0)
}

fn reason(error: &reqwest::Error) -> KeySetError {
    let mut cause: Option<&dyn std::error::Error> = error.source();
    while let Some(current) = cause {
        if let Some(forbidden) = current.downcast_ref::<Forbidden>() {
            return KeySetError::Forbidden(*forbidden);
        }
        cause = current.source();
    }
    match (error.is_timeout(), error.is_connect()) {
        (true, true) => KeySetError::NotConnected,
        (true, false) => KeySetError::TooSlow,
        (false, _) => KeySetError::Unreachable(innermost(error)),
    }
}

/// The cause at the bottom, such as "connection refused": the wrappers around it name the whole URI.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    // An error without a cause may name the URI itself.
    let text = cause
        .downcast_ref::<reqwest::Error>()
        .map_or_else(|| cause.to_string(), |_| "the request failed".to_owned());
    text.chars()
        .filter(|character| !character.is_control())
        .take(MOST_REASON)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_fresh_for_one_to_ten_minutes() {
        for (values, seconds) in [
            (&[][..], 600),
            (&["max-age=300"], 300),
            (&["public, MAX-AGE=120, must-revalidate"], 120),
            (&["max-age = \"90\""], 90),
            (&["max-age=0"], 60),
            (&["max-age=59"], 60),
            (&["max-age=601"], 600),
            (&["max-age=31536000"], 600),
            (&["max-age=99999999999999999999999"], 600),
            (&["max-age=-1"], 600),
            (&["max-age"], 600),
            (&["no-cache"], 600),
            (&["no-store, no-cache"], 600),
            (&["s-maxage=60"], 600),
            (&["max-age=300, max-age=200"], 200),
            (&["max-age=300", "max-age=100"], 100),
        ] {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CACHE_CONTROL, value.parse().unwrap());
            }
            assert_eq!(fresh(&headers), seconds, "{values:?}");
        }
    }

    #[test]
    fn an_authority_is_a_certificate() {
        let fetcher = Fetcher::new(Guard::new(Vec::new()));
        let refused = fetcher.trusting(&[CertificateDer::from(&b"nothing"[..])]);
        assert!(refused.is_err());
    }
}
