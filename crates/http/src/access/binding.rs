//! What an access token is bound to, and whether it has to be.

use serde_json::{Map, Value, json};

use super::client_key::KeyThumbprint;

/// Which access tokens are good enough here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenBinding {
    /// Only tokens that are bound to whoever uses them: the rule.
    #[default]
    Required,
    /// Plain bearer tokens as well: for development only. Whoever steals one can use it. Every answer and every line of
    /// the log about a request says that this is so.
    Development,
}

/// What whoever uses a token proves to have (`cnf`, RFC 7800).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Confirmation {
    /// The private key with this thumbprint (RFC 9449 §6).
    Key(KeyThumbprint),
}

impl Confirmation {
    /// The claim `cnf`.
    pub(super) fn claim(&self) -> Value {
        match self {
            Self::Key(thumbprint) => json!({ "jkt": thumbprint.as_str() }),
        }
    }

    /// Reads the claim `cnf`. A confirmation that is not understood, or a second one beside it, is a fault: a token must
    /// never count for less bound than it is.
    pub(super) fn read(claim: &Map<String, Value>) -> Option<Self> {
        if claim.len() != 1 {
            return None;
        }
        KeyThumbprint::parse(claim.get("jkt")?.as_str()?).map(Self::Key)
    }
}
