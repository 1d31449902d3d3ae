//! Who calls: access tokens, client assertions, proofs of possession, and the extractors that say who may call an operation.
//!
//! Tokens are issued here to clients that prove possession of their registered key (RFC 7523), or elsewhere by issuers that
//! are trusted (`trusted`), whose keys are fetched (`key_set`). They are bound to a key of the client's choosing (DPoP,
//! RFC 9449), which it proves to have with each request. Whoever was invited registers its key here (`registration`).

mod admission;
mod assertion;
mod binding;
mod caller;
mod client_key;
mod denials;
mod door;
mod dpop;
#[cfg(any(test, feature = "fuzzing"))]
#[path = "../../fuzz/tokens.rs"]
pub(crate) mod fuzzed;
mod issuer;
mod jws;
mod key_set;
mod metadata;
mod nonce;
mod registration;
mod token;
mod trusted;

pub use admission::{Admitted, NotAdmitted, Presented};
pub use binding::TokenBinding;
pub use client_key::jwk_is_acceptable;
pub use issuer::{IssuerError, TokenIssuer};
pub use key_set::{AuthorityError, KeySetUri, KeySetUriError, KeySets};
pub use trusted::{
    NamedTwice, TrustedIssuer, TrustedIssuerError, client_at_issuer_is_acceptable,
    issuer_is_acceptable,
};

pub(crate) use caller::{
    Anyone, Auditor, AuditorOrCoordination, ByOperator, Centre, CentreOrCoordination,
    CentreOrOffice, Coordination, Office, OfficeOrCoordination, PartnerOrCoordination, Verified,
    judge,
};
pub(crate) use denials::{Denials, record};
pub(crate) use door::Door;
pub(crate) use dpop::{ALGORITHMS, NONCE, PROOF};
pub(crate) use registration::REGISTRATION;
pub(crate) use token::configure;
pub(crate) use trusted::TrustedIssuers;

use freigabe_domain::instant::Instant;

/// How far ahead of this node's clock another clock may be, in seconds.
const CLOCKS_APART: i64 = 10;
/// What was used once is remembered this many seconds longer than it is good by this node's clock: it is forgotten by the
/// database's, which may be ahead.
const REMEMBERED_LONGER: i64 = 3_600;
/// A token or an assertion is at most this long.
const MOST_TOKEN: usize = 8_000;

/// When something that is good until `end` (seconds since 1970) may be forgotten.
fn forget_at(end: i64) -> Instant {
    let seconds = end.saturating_add(REMEMBERED_LONGER);
    Instant::from_unix_micros(seconds.saturating_mul(1_000_000))
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests;
