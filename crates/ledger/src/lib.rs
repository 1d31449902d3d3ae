//! The disclosure log's arithmetic, without any input or output.
//!
//! An event of Freigabe enters the log in three steps, one module each:
//!
//! 1. [`canonical_json`] turns the event into the one byte string that stands for it (RFC 8785).
//! 2. [`Commitment::over`] binds those bytes under a fresh random [`Salt`], so that the log can be public
//!    while the event is not, and so that erasing salt and payload leaves nothing to guess from.
//! 3. [`Leaf`] is the 36-byte public entry that the Merkle tree is built from (RFC 6962).
//!
//! The tree is stored as C2SP tlog-tiles ([`tile`], [`bundle`]), signed as checkpoints ([`checkpoint`], [`note`]) that
//! witnesses cosign ([`witness`], [`cosignature`]), and trusted under a [`policy`]. [`merkle`] verifies its proofs,
//! [`tlog_proof`] keeps one with its checkpoint, and a [`receipt`] is the log's word for the moments before.
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
//!
//! Whoever was given a proof verifies it under a policy of his own, without asking anybody:
//!
//! ```
//! use freigabe_ledger::tile::{Appender, Tiles, inclusion_proof};
//! use freigabe_ledger::{Checkpoint, NoteSigner, Policy, SignedCheckpoint, TlogProof};
//! # use freigabe_ledger::{Commitment, Leaf, LeafClass};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let commitment = Commitment::from_bytes([5; 32]);
//! # let leaf = Leaf { class: LeafClass::Operations, expiry_year: 2027, commitment };
//! // The log adds a leaf, signs a checkpoint, and writes a proof.
//! let mut appender = Appender::new(0, &Tiles::new(), &[])?;
//! let index = appender.append(&leaf);
//! let appended = appender.finish();
//! let tree = Checkpoint {
//!     origin: "log.example/freigabe".to_owned(),
//!     size: appended.size,
//!     root: appended.root,
//! };
//! let key = NoteSigner::from_seed(&tree.origin, &[1; 32])?; // in earnest: random, and kept outside of the database
//! let proof = TlogProof {
//!     extra: None,
//!     index,
//!     hashes: inclusion_proof(index, appended.size, &appended.tiles.into_iter().collect())?,
//!     checkpoint: SignedCheckpoint::sign(&tree, &[&key])?.into_note(),
//! }
//! .to_string();
//!
//! // The auditor knows the log's key, and asks for no witness here.
//! let policy = Policy::parse(format!("log {}\nquorum none\n", key.verifier()))?;
//! TlogProof::parse(proof)?.verify(leaf.leaf_hash(), &policy)?;
//! # Ok(())
//! # }
//! ```

pub mod bundle;
mod canonical;
pub mod checkpoint;
mod commitment;
pub mod cosignature;
pub mod export;
mod hash;
mod key;
mod leaf;
pub mod merkle;
pub mod note;
pub mod policy;
pub mod receipt;
mod salt;
pub mod sample;
mod text;
pub mod tile;
pub mod tlog_proof;
pub mod verify;
pub mod witness;

pub use canonical::{CanonicalJsonError, canonical_json, read_canonical_json};
pub use checkpoint::{Checkpoint, SignedCheckpoint};
pub use commitment::{Commitment, ParseCommitmentError};
pub use cosignature::{CosignatureSigner, CosignatureVerifier};
pub use hash::{Hash, ParseHashError, leaf_hash, node_hash};
pub use key::KeyError;
pub use leaf::{Leaf, LeafClass, LeafError, UnknownLeafClassError};
pub use merkle::MAX_SIZE;
pub use note::{Note, NoteSigner, NoteVerifier, Signature};
pub use policy::Policy;
pub use receipt::Receipt;
pub use salt::Salt;
pub use tile::{Tile, TilePath, Tiles};
pub use tlog_proof::TlogProof;

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
