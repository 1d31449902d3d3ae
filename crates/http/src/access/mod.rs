//! Who calls: access tokens, client assertions, and the extractors that say who may call an operation.
//!
//! Tokens are issued here to clients that prove possession of their registered key (RFC 7523); later issuers and
//! sender-constrained tokens join beside [`issuer`] and [`assertion`].

mod assertion;
mod caller;
mod client_key;
mod denials;
mod issuer;
mod jws;
mod metadata;
mod token;

pub use client_key::jwk_is_acceptable;
pub use issuer::{IssuerError, TokenIssuer};

pub(crate) use caller::{Anyone, Auditor, Centre, CentreOrOffice, Office, Verified};
pub(crate) use denials::{Denials, record};
pub(crate) use token::configure;

/// How far ahead of this node's clock another clock may be, in seconds.
const CLOCKS_APART: i64 = 10;
/// A token or an assertion is at most this long.
const MOST_TOKEN: usize = 8_000;

#[cfg(test)]
mod tests;
