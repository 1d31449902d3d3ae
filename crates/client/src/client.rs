//! The client itself.

use std::{sync::Arc, time::Duration};

use reqwest::{
    Method, Request, StatusCode,
    header::{AUTHORIZATION, HeaderMap},
};

use crate::{
    call::bearer,
    error::Error,
    http::{Http, Limits, RawAnswer},
    surroundings::Surroundings,
    token::{AccessToken, Credentials, TokenSource},
};

/// A client of the API. Cloning is cheap; clones share their connections and their token.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    http: Http,
    surroundings: Surroundings,
    token_source: Option<TokenSource>,
}

/// Puts a [`Client`] together.
#[derive(Debug, Clone)]
pub struct ClientBuilder {
    base_url: String,
    credentials: Option<Credentials>,
    issuer: Option<String>,
    surroundings: Surroundings,
    limits: Limits,
}

impl ClientBuilder {
    /// The issuer of tokens, when it is not the server's address as this client knows it (behind a proxy, say).
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Another clock or source of randomness than the system's.
    #[must_use]
    pub fn surroundings(mut self, surroundings: Surroundings) -> Self {
        self.surroundings = surroundings;
        self
    }

    /// Longest time from the beginning of a call to the end of its answer.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.limits.timeout = timeout;
        self
    }

    /// Other limits.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The client.
    ///
    /// # Errors
    /// When the address is malformed, or the key can't be used.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = self.base_url.trim_end_matches('/').to_owned();
        let http = Http::new(&base_url, self.limits)?;
        let issuer = self.issuer.unwrap_or(base_url);
        let token_source = self
            .credentials
            .map(|credentials| TokenSource::new(&credentials, issuer))
            .transpose()?;
        Ok(Client {
            inner: Arc::new(Inner {
                http,
                surroundings: self.surroundings,
                token_source,
            }),
        })
    }
}

impl Client {
    /// A client that signs in with these credentials.
    ///
    /// # Errors
    /// When the address is malformed, or the key can't be used.
    pub fn new(base_url: impl Into<String>, credentials: Credentials) -> Result<Self, Error> {
        Self::builder(base_url, credentials).build()
    }

    /// A client that does not sign in, for what is public.
    ///
    /// # Errors
    /// When the address is malformed.
    pub fn anonymous(base_url: impl Into<String>) -> Result<Self, Error> {
        builder(base_url.into(), None).build()
    }

    /// Begins a client with other settings than the usual ones.
    pub fn builder(base_url: impl Into<String>, credentials: Credentials) -> ClientBuilder {
        builder(base_url.into(), Some(credentials))
    }

    /// The present access token, or a new one.
    ///
    /// # Errors
    /// When the server issues none, or the client is anonymous.
    pub async fn access_token(&self) -> Result<AccessToken, Error> {
        self.token(None).await
    }

    /// Sends whatever is asked, for tests that need to send what no method sends. `path` begins with a slash and may hold a
    /// query. The client's token is added unless `headers` has an `Authorization` or the client is anonymous; nothing else
    /// is added, and every status is an answer.
    ///
    /// # Errors
    /// When no token is issued, or no answer comes.
    pub async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Option<Vec<u8>>,
    ) -> Result<RawAnswer, Error> {
        let mut request = Request::new(method, self.http().url(path)?);
        *request.headers_mut() = headers;
        *request.body_mut() = body.map(Into::into);
        if !request.headers().contains_key(AUTHORIZATION) && self.inner.token_source.is_some() {
            let (name, value) = bearer(&self.token(None).await?.token)?;
            request.headers_mut().insert(name, value);
        }
        self.http().execute(request).await
    }

    /// Sends a request with the token, unless the operation is public; a refused token is renewed once.
    pub(crate) async fn send(&self, request: Request, public: bool) -> Result<RawAnswer, Error> {
        if public || self.inner.token_source.is_none() {
            return self.http().execute(request).await;
        }
        let token = self.token(None).await?;
        let again = request.try_clone();
        let answer = self.http().execute(with_token(request, &token)?).await?;
        match again {
            Some(request) if answer.status == StatusCode::UNAUTHORIZED => {
                let fresh = self.token(Some(&token.token)).await?;
                self.http().execute(with_token(request, &fresh)?).await
            }
            _ => Ok(answer),
        }
    }

    pub(crate) fn http(&self) -> &Http {
        &self.inner.http
    }

    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.inner.surroundings
    }

    async fn token(&self, refused: Option<&str>) -> Result<AccessToken, Error> {
        let source = self
            .inner
            .token_source
            .as_ref()
            .ok_or(Error::Malformed("an anonymous client has no token"))?;
        source
            .token(self.http(), self.surroundings(), refused)
            .await
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

fn builder(base_url: String, credentials: Option<Credentials>) -> ClientBuilder {
    ClientBuilder {
        base_url,
        credentials,
        issuer: None,
        surroundings: Surroundings::system(),
        limits: Limits::default(),
    }
}

fn with_token(mut request: Request, token: &AccessToken) -> Result<Request, Error> {
    let (name, value) = bearer(&token.token)?;
    request.headers_mut().insert(name, value);
    Ok(request)
}
