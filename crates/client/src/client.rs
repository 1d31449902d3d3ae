//! The client itself.

use std::{sync::Arc, time::Duration};

use freigabe_contract::access::USER;
use freigabe_ledger::NoteVerifier;
use reqwest::{
    Method, Request, StatusCode,
    header::{AUTHORIZATION, HeaderMap, HeaderValue},
};

use crate::{
    call::authorization,
    dpop::{PROOF, Prover},
    error::Error,
    http::{Http, Limits, Opened, RawAnswer},
    keys::ClientKeyPair,
    receipts::{KeptReceipt, ReceiptFault, ReceiptStore},
    surroundings::Surroundings,
    token::{AccessToken, Credentials, TokenSource},
};

/// A client of the API. Cloning is cheap; clones share their connections and their token.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    /// On whose behalf it calls.
    user: Option<HeaderValue>,
    /// Where it keeps receipts.
    receipts: Option<Arc<dyn ReceiptStore>>,
}

struct Inner {
    http: Http,
    prover: Prover,
    bound: bool,
    surroundings: Surroundings,
    token_source: Option<TokenSource>,
    /// The log's keys, if it was given any.
    log_keys: Vec<NoteVerifier>,
}

/// Puts a [`Client`] together.
#[derive(Clone)]
pub struct ClientBuilder {
    base_url: String,
    credentials: Option<Credentials>,
    issuer: Option<String>,
    public_url: Option<String>,
    proof_key: Option<ClientKeyPair>,
    bound: bool,
    scope: Option<String>,
    surroundings: Surroundings,
    limits: Limits,
    receipts: Option<Arc<dyn ReceiptStore>>,
    log_keys: Vec<NoteVerifier>,
}

impl ClientBuilder {
    /// Keeps the receipt of every change here.
    #[must_use]
    pub fn receipts(mut self, receipts: Arc<dyn ReceiptStore>) -> Self {
        self.receipts = Some(receipts);
        self
    }

    /// Takes no receipt that none of these keys signed: then the call ends in [`Error::Unreadable`], although it was carried
    /// out, and what came is kept as evidence.
    #[must_use]
    pub fn log_keys(mut self, keys: Vec<NoteVerifier>) -> Self {
        self.log_keys = keys;
        self
    }

    /// Tokens that are good for these scopes only, with a space between them, in place of all that the client was given.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// The issuer of tokens, when it is not the server's address as this client knows it (behind a proxy, say).
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// The server's address as the server knows it (its `public_url`), when it is not the address as this client knows it:
    /// proofs of possession name it.
    #[must_use]
    pub fn public_url(mut self, public_url: impl Into<String>) -> Self {
        self.public_url = Some(public_url.into());
        self
    }

    /// The key to which tokens are bound, in place of one that the client makes for itself: for several clients that share
    /// a token.
    #[must_use]
    pub fn proof_key(mut self, key: ClientKeyPair) -> Self {
        self.proof_key = Some(key);
        self
    }

    /// Plain bearer tokens, which anybody can use who has them: for a server in development mode only.
    #[must_use]
    pub const fn with_plain_tokens(mut self) -> Self {
        self.bound = false;
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
        let key = match self.proof_key {
            Some(key) => key,
            None => ClientKeyPair::generate(self.surroundings.random.as_ref())?,
        };
        let prover = Prover::new(key, self.public_url);
        let issuer = self.issuer.unwrap_or(base_url);
        let token_source = self
            .credentials
            .map(|credentials| TokenSource::new(&credentials, issuer, self.bound, self.scope))
            .transpose()?;
        Ok(Client {
            inner: Arc::new(Inner {
                http,
                prover,
                bound: self.bound,
                surroundings: self.surroundings,
                token_source,
                log_keys: self.log_keys,
            }),
            user: None,
            receipts: self.receipts,
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

    /// The same client, calling on behalf of a person: the partner's own reference of them, 1 to 64 characters from
    /// `A-Z a-z 0-9 . _ : -`, no name. The log records it (§ 76(2) BDSG). Clones share connections and token.
    ///
    /// # Errors
    /// When it can't stand in a header.
    pub fn on_behalf_of(&self, user: &str) -> Result<Self, Error> {
        let user = HeaderValue::from_str(user)
            .map_err(|_| Error::Malformed("the user reference can't stand in a header"))?;
        Ok(Self {
            user: Some(user),
            ..self.clone()
        })
    }

    /// The same client, keeping the receipts of its changes here: of a single call, say. Clones share connections and token.
    #[must_use]
    pub fn keeping_receipts(&self, receipts: Arc<dyn ReceiptStore>) -> Self {
        Self {
            receipts: Some(receipts),
            ..self.clone()
        }
    }

    /// Keeps the receipt of a call that was carried out, and looks at it if the log's keys are known.
    pub(crate) fn keep_receipt(
        &self,
        operation: &'static str,
        answer: &RawAnswer,
    ) -> Result<(), Error> {
        let keys = &self.inner.log_keys;
        if self.receipts.is_none() && keys.is_empty() {
            return Ok(());
        }
        let unreadable = |fault: ReceiptFault| Error::Unreadable {
            operation,
            problem: fault.to_string(),
        };
        let Some(receipt) = KeptReceipt::of(answer).map_err(unreadable)? else {
            return Ok(());
        };
        if let Some(store) = &self.receipts {
            store.keep(&receipt);
        }
        if !keys.is_empty() {
            receipt.verify(keys).map_err(unreadable)?;
        }
        Ok(())
    }

    /// The present access token, or a new one.
    ///
    /// # Errors
    /// When the server issues none, or the client is anonymous.
    pub async fn access_token(&self) -> Result<AccessToken, Error> {
        self.token(None).await
    }

    /// Sends whatever is asked, for tests that need to send what no method sends. `path` begins with a slash and may hold a
    /// query. The client's token is added unless `headers` has an `Authorization` or the client is anonymous, and whom it
    /// calls on behalf of unless `headers` says so. A token that
    /// is presented as `DPoP` gets a proof by the client's key, unless `headers` has one; nothing else is added, and every
    /// status is an answer.
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
        self.name_user(&mut request);
        if !request.headers().contains_key(AUTHORIZATION) && self.inner.token_source.is_some() {
            let token = self.token(None).await?;
            return self.execute_with(request, &token.token).await;
        }
        let presented = request.headers().get(AUTHORIZATION).and_then(|value| {
            value
                .to_str()
                .ok()?
                .strip_prefix("DPoP ")
                .map(str::to_owned)
        });
        match presented {
            Some(token) if !request.headers().contains_key(PROOF) => {
                self.prove(request, &token).await
            }
            _ => self.http().execute(request).await,
        }
    }

    /// Sends a request with the token, unless the operation is public; a refused token is renewed once.
    pub(crate) async fn send(&self, request: Request, public: bool) -> Result<RawAnswer, Error> {
        if public {
            return self.http().execute(request).await;
        }
        self.http().collect(self.open(request).await?).await
    }

    /// Sends a request with the token; a refused token is renewed once. The body of a success is still to be read.
    pub(crate) async fn open(&self, mut request: Request) -> Result<Opened, Error> {
        if self.inner.token_source.is_none() {
            return self.http().open(request).await;
        }
        self.name_user(&mut request);
        let token = self.token(None).await?;
        let again = request.try_clone();
        let opened = self.open_with(request, &token.token).await?;
        match (again, &opened) {
            (Some(request), Opened::Other(answer)) if answer.status == StatusCode::UNAUTHORIZED => {
                let fresh = self.token(Some(&token.token)).await?;
                self.open_with(request, &fresh.token).await
            }
            _ => Ok(opened),
        }
    }

    /// Says on whose behalf the client calls, unless the request does.
    fn name_user(&self, request: &mut Request) {
        if let Some(user) = &self.user
            && !request.headers().contains_key(USER)
        {
            request.headers_mut().insert(USER, user.clone());
        }
    }

    async fn execute_with(&self, request: Request, token: &str) -> Result<RawAnswer, Error> {
        let opened = self.open_with(request, token).await?;
        self.http().collect(opened).await
    }

    /// Sends a request with the token, and with a proof of possession if the token is bound.
    async fn open_with(&self, mut request: Request, token: &str) -> Result<Opened, Error> {
        let scheme = if self.inner.bound { "DPoP" } else { "Bearer" };
        let (name, value) = authorization(scheme, token)?;
        request.headers_mut().insert(name, value);
        let Inner {
            http,
            prover,
            surroundings,
            bound,
            ..
        } = self.inner.as_ref();
        if *bound {
            prover.open(http, surroundings, request, Some(token)).await
        } else {
            http.open(request).await
        }
    }

    async fn prove(&self, request: Request, token: &str) -> Result<RawAnswer, Error> {
        let Inner {
            http,
            prover,
            surroundings,
            ..
        } = self.inner.as_ref();
        prover
            .execute(http, surroundings, request, Some(token))
            .await
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
            .token(
                self.http(),
                self.surroundings(),
                &self.inner.prover,
                refused,
            )
            .await
    }
}

impl std::fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientBuilder")
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
        public_url: None,
        proof_key: None,
        bound: true,
        scope: None,
        surroundings: Surroundings::system(),
        limits: Limits::default(),
        receipts: None,
        log_keys: Vec::new(),
    }
}
