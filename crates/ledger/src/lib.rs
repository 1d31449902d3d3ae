//! The disclosure log's arithmetic, without any input or output.
//!
//! An event of Freigabe enters the log in three steps, one module each:
//!
//! 1. [`canonical_json`] turns the event into the one byte string that stands for it (RFC 8785).
//! 2. [`Commitment::over`] binds those bytes under a fresh random [`Salt`], so that the log can be public
//!    while the event is not, and so that erasing salt and payload leaves nothing to guess from.
//! 3. [`Leaf`] is the 36-byte public entry that the Merkle tree is built from (RFC 6962).
//!
//! ```
//! use freigabe_ledger::{Commitment, Leaf, LeafClass, Salt, canonical_json};
//!
//! #[derive(serde::Serialize)]
//! struct Event {
//!     kind: &'static str,
//!     number: u32,
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let payload = canonical_json(&Event { kind: "consent_given", number: 1 })?;
//! let salt = Salt::from_bytes([7; 32]); // in earnest: fresh and random for each event
//! let commitment = Commitment::over(&salt, &payload);
//! assert!(commitment.verify(&salt, &payload));
//!
//! let leaf = Leaf { class: LeafClass::ConsentEvidence, expiry_year: 2028, commitment };
//! assert_eq!(Leaf::decode(&leaf.encode())?, leaf);
//! # Ok(())
//! # }
//! ```

mod canonical;
mod commitment;
mod leaf;
mod salt;

pub use canonical::{CanonicalJsonError, canonical_json};
pub use commitment::{Commitment, ParseCommitmentError};
pub use leaf::{Leaf, LeafClass, LeafError, UnknownLeafClassError};
pub use salt::Salt;

/// A salt or a commitment was given with a length other than 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 32 bytes, found {found}")]
pub struct LengthError {
    /// How many bytes there were.
    pub found: usize,
}

/// Takes exactly 32 bytes.
fn exactly_32(bytes: &[u8]) -> Result<[u8; 32], LengthError> {
    bytes
        .try_into()
        .map_err(|_| LengthError { found: bytes.len() })
}
