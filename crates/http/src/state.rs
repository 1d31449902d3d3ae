//! What every handler shares.

use std::sync::Arc;

use actix_web::{HttpRequest, web};
use freigabe_domain::{
    audit::Logged,
    entropy::Entropy,
    exchange::Exchange,
    instant::{Clock, Instant},
};

use crate::{
    access::{
        Denials, Door, KeySets, NamedTwice, TokenBinding, TokenIssuer, TrustedIssuer,
        TrustedIssuers,
    },
    json::Schemas,
    limits::{Limiter, RateLimits},
    openapi,
    operation::MethodsByPath,
    problem::ApiError,
    site::Site,
};

/// What every handler shares. Nothing in it is something that another node would have to know.
pub struct HttpState {
    pub(crate) exchange: Arc<dyn Exchange>,
    pub(crate) door: Arc<Door>,
    pub(crate) issuer: TokenIssuer,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) schemas: Schemas,
    pub(crate) openapi: web::Bytes,
    pub(crate) methods: MethodsByPath,
    pub(crate) denials: Denials,
    pub(crate) binding: TokenBinding,
    pub(crate) limiter: Limiter,
    pub(crate) trusted: TrustedIssuers,
    pub(crate) key_sets: KeySets,
    pub(crate) site: Option<Site>,
    clock: Arc<dyn Clock>,
}

/// The edge can't be set up: a defect of this program.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The published API description can't be written.
    #[error("the API description can't be written: {0}")]
    Description(String),
    /// A schema of the published API description can't be compiled.
    #[error("a schema of the API description can't be compiled: {0}")]
    Schema(String),
}

impl HttpState {
    /// Puts the shared state together and compiles the schemas of all bodies.
    ///
    /// `clock` is this node's, for token lifetimes alone; consents are judged by the store's clock.
    ///
    /// # Errors
    /// When the API description is defective.
    pub fn new(
        exchange: Arc<dyn Exchange>,
        issuer: TokenIssuer,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, SetupError> {
        let description = openapi::openapi_json();
        let parsed = serde_json::from_str(&description)
            .map_err(|error| SetupError::Description(error.to_string()))?;
        let limiter = Limiter::new(RateLimits::default(), &clock);
        let key_sets = KeySets::new(Vec::new(), Arc::clone(&clock));
        Ok(Self {
            door: Door::new(Arc::clone(&exchange)),
            exchange,
            issuer,
            clock,
            entropy,
            schemas: Schemas::compile(&parsed)?,
            openapi: web::Bytes::from(description),
            methods: MethodsByPath::new(),
            denials: Denials::default(),
            binding: TokenBinding::Required,
            limiter,
            trusted: TrustedIssuers::default(),
            key_sets,
            site: None,
        })
    }

    /// With pages for people.
    #[must_use]
    pub fn with_site(self, site: Site) -> Self {
        Self {
            methods: self.methods.with_pages(site.paths()),
            site: Some(site),
            ..self
        }
    }

    /// With key sets fetched otherwise than from public addresses alone.
    #[must_use]
    pub fn with_key_sets(self, key_sets: KeySets) -> Self {
        Self { key_sets, ..self }
    }

    /// With other issuers whose tokens are taken.
    ///
    /// # Errors
    /// When one stands twice or is this server's own.
    pub fn with_trusted(self, issuers: Vec<TrustedIssuer>) -> Result<Self, NamedTwice> {
        let trusted = TrustedIssuers::new(issuers, self.issuer.issuer())?;
        Ok(Self { trusted, ..self })
    }

    /// With another rule about which tokens are good enough.
    #[must_use]
    pub fn with_binding(self, binding: TokenBinding) -> Self {
        Self { binding, ..self }
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(self, limits: RateLimits) -> Self {
        Self {
            limiter: Limiter::new(limits, &self.clock),
            ..self
        }
    }

    /// The receipt for what was done, if there is one to give. What was done stays done: a key that can't sign is the
    /// operator's to hear of, not the caller's.
    pub(crate) fn receipt<R>(&self, done: &Logged<R>) -> Option<String> {
        let logged_as = done.logged_as.as_ref()?;
        self.exchange
            .log_rules()
            .receipt(logged_as)
            .unwrap_or_else(|error| {
                tracing::error!(%error, "no receipt could be signed");
                None
            })
    }

    /// This node's time.
    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }
}

/// The shared state of a request's application.
pub(crate) fn state(request: &HttpRequest) -> Result<&web::Data<HttpState>, ApiError> {
    request
        .app_data::<web::Data<HttpState>>()
        .ok_or_else(|| ApiError::Internal("the application has no state".to_owned()))
}
