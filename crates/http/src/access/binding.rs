//! What an access token is bound to, and whether it has to be.

use actix_web::HttpRequest;
use serde_json::{Map, Value, json};

use super::client_key::KeyThumbprint;
use crate::tls::peer_certificate;

/// Which access tokens are good enough here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenBinding {
    /// Only tokens that are bound to whoever uses them: the rule.
    #[default]
    Required,
    /// Plain bearer tokens as well: for development only. Whoever steals one can use it, until its end even if its client
    /// is suspended. Every answer and every line of
    /// the log about a request says that this is so.
    Development,
}

/// What whoever uses a token proves to have (`cnf`, RFC 7800).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Confirmation {
    /// The private key with this thumbprint (RFC 9449 §6).
    Key(KeyThumbprint),
    /// The private key of the certificate with this thumbprint (RFC 8705 §3.1).
    Certificate(KeyThumbprint),
}

impl Confirmation {
    /// The certificate of whoever sends this request.
    pub(super) fn of_certificate(request: &HttpRequest) -> Option<Self> {
        let certificate = peer_certificate(request)?;
        KeyThumbprint::parse(&certificate.x5t_s256).map(Self::Certificate)
    }

    /// The claim `cnf`.
    pub(super) fn claim(&self) -> Value {
        match self {
            Self::Key(thumbprint) => json!({ "jkt": thumbprint.as_str() }),
            Self::Certificate(thumbprint) => json!({ "x5t#S256": thumbprint.as_str() }),
        }
    }

    /// Reads the claim `cnf`. A confirmation that is not understood, or a second one beside it, is a fault: a token must
    /// never count for less bound than it is.
    pub(super) fn read(claim: &Map<String, Value>) -> Option<Self> {
        if claim.len() != 1 {
            return None;
        }
        let (name, value) = claim.iter().next()?;
        let thumbprint = KeyThumbprint::parse(value.as_str()?)?;
        match name.as_str() {
            "jkt" => Some(Self::Key(thumbprint)),
            "x5t#S256" => Some(Self::Certificate(thumbprint)),
            _ => None,
        }
    }
}
