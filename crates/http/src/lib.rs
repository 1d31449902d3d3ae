//! The HTTP edge: who calls, what they sent, which use case answers it, and what goes back.
//!
//! Nothing is decided here. A handler reads a typed request, an extractor says in the signature who may call, one use case
//! of [`freigabe_domain::exchange::Exchange`] answers, and a conversion makes the answer a type of the contract. The store
//! behind it is unknown to this crate.
//!
//! The order of checks is the same everywhere: path and method, then the token and the role, then the identifier in the
//! path, then headers and query, then the body. Nobody without a valid token learns anything about a body or an object.

mod access;
mod audit;
mod consent;
mod contact;
mod contact_pair;
mod convert;
pub mod directory;
mod disclosure;
mod docs;
mod edge;
mod extract;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
#[path = "../fuzz/targets.rs"]
pub mod fuzzing;
mod handover;
mod health;
mod involvement;
mod json;
mod leaflet;
mod limits;
mod log;
mod network;
mod office;
mod onboarding;
mod openapi;
mod operation;
mod problem;
pub mod proxy;
mod query;
mod referral;
mod regional;
mod reply;
mod security_notice;
mod server;
mod site;
mod state;
pub mod tls;
mod withdrawal;

#[cfg(test)]
mod tests;

pub use access::{
    Admitted, AuthorityError, IssuerError, KeySetUri, KeySetUriError, KeySets, NamedTwice,
    NotAdmitted, Presented, TokenBinding, TokenIssuer, TrustedIssuer, TrustedIssuerError,
    client_at_issuer_is_acceptable, issuer_is_acceptable, jwk_is_acceptable,
};
pub use limits::RateLimits;
pub use network::{Network, NetworkError};
pub use openapi::{openapi, openapi_json};
pub use server::{Limits, Listening, application, configure, server};
pub use site::Site;
pub use state::{HttpState, SetupError};

pub(crate) use state::state;
