//! Proofs for offline use (C2SP tlog-proof): a leaf's index, its inclusion proof and the cosigned checkpoint in one
//! text, kept in files that end in `.tlog-proof`.

use std::fmt;
use std::str::FromStr;

use crate::merkle::{MerkleError, verify_inclusion};
use crate::note::{Note, NoteError};
use crate::policy::{Policy, PolicyError, Trusted};
use crate::{Hash, text};

/// The first line.
const FORMAT: &str = "c2sp.org/tlog-proof@v1";

/// The most hashes that an inclusion proof has in any tree.
const MAX_HASHES: usize = 63;

/// A proof as it was read or made; see [`TlogProof::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Bytes that nobody signed, for hints to a reader.
    pub extra: Option<Vec<u8>>,
    /// The leaf's index in the log.
    pub index: u64,
    /// The inclusion proof, from the leaf's sibling upwards.
    pub hashes: Vec<Hash>,
    /// The checkpoint with all of its signatures.
    pub checkpoint: Note,
}

/// Why something is no proof, or proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// Not the form of a proof.
    #[error("not a tlog-proof")]
    Malformed,
    /// The checkpoint is no note.
    #[error("the proof's checkpoint: {0}")]
    Note(#[from] NoteError),
    /// The checkpoint does not satisfy the policy.
    #[error("the proof's checkpoint: {0}")]
    Policy(#[from] PolicyError),
    /// The leaf is not in the tree of the checkpoint.
    #[error("the leaf is not in the tree: {0}")]
    NotIncluded(#[from] MerkleError),
}

impl TlogProof {
    /// Reads a proof.
    ///
    /// # Errors
    ///
    /// [`TlogProofError::Malformed`] and [`TlogProofError::Note`].
    pub fn parse(proof: impl AsRef<[u8]>) -> Result<Self, TlogProofError> {
        let proof = std::str::from_utf8(proof.as_ref()).map_err(|_| TlogProofError::Malformed)?;
        let (head, checkpoint) = proof.split_once("\n\n").ok_or(TlogProofError::Malformed)?;
        let parse = || {
            let mut lines = head.strip_prefix(FORMAT)?.strip_prefix('\n')?.split('\n');
            let mut line = lines.next()?;
            let mut extra = None;
            if let Some(encoded) = line.strip_prefix("extra ") {
                extra = Some(text::from_base64(encoded)?);
                line = lines.next()?;
            }
            let index = text::size(line.strip_prefix("index ")?)?;
            let hashes: Option<Vec<Hash>> = lines.map(|line| line.parse().ok()).collect();
            Some((extra, index, hashes?))
        };
        let (extra, index, hashes) = parse().ok_or(TlogProofError::Malformed)?;
        if hashes.len() > MAX_HASHES {
            return Err(TlogProofError::Malformed);
        }
        Ok(Self {
            extra,
            index,
            hashes,
            checkpoint: Note::parse(checkpoint)?,
        })
    }

    /// Verifies that a leaf with this hash stands in a log at the proof's index, under a checkpoint that satisfies
    /// the policy. [`TlogProof::extra`] is not part of what is proven.
    ///
    /// # Errors
    ///
    /// [`TlogProofError::Policy`] and [`TlogProofError::NotIncluded`].
    pub fn verify<'p>(
        &self,
        leaf_hash: Hash,
        policy: &'p Policy,
    ) -> Result<Trusted<'p>, TlogProofError> {
        let trusted = policy.verify(self.checkpoint.clone())?;
        let tree = trusted.checkpoint.checkpoint();
        verify_inclusion(self.index, tree.size, leaf_hash, &self.hashes, tree.root)?;
        Ok(trusted)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FORMAT}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", text::base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes
            .iter()
            .try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for TlogProof {
    type Err = TlogProofError;

    fn from_str(proof: &str) -> Result<Self, TlogProofError> {
        Self::parse(proof)
    }
}
