//! The rules of a witness (C2SP tlog-witness, `add-checkpoint`), for both sides, without HTTP and without a store.
//!
//! A witness reads the request, [judges](AddCheckpoint::judge) it against what it saw last of that log, records the
//! result **in one atomic step with the comparison**, and only then answers with its cosignature.

use std::fmt;

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::cosignature::{CosignatureSigner, CosignatureVerifier};
use crate::merkle::verify_consistency;
use crate::note::{Note, NoteError, NoteVerifier, Signature};
use crate::{Hash, text};

/// The most hashes of a consistency proof.
pub const MAX_PROOF: usize = 63;

/// The content type of the answer that says which size the witness saw last.
pub const SIZE_CONTENT_TYPE: &str = "text/x.tlog.size";

/// What a log asks a witness: here is a new checkpoint, and the proof that it grew out of the one you saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// The size of the tree that the witness saw last, as the log believes; 0 if none.
    pub old_size: u64,
    /// The consistency proof from there, empty if the old size is 0 or the new one.
    pub proof: Vec<Hash>,
    // INVARIANT: the note's text is the checkpoint's.
    note: Note,
    checkpoint: Checkpoint,
}

/// What a witness keeps of a log: the largest tree that it cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Its size.
    pub size: u64,
    /// Its root.
    pub root: Hash,
}

impl Seen {
    /// What a witness saw that never saw anything of a log.
    pub const NOTHING: Self = Self {
        size: 0,
        root: Hash::EMPTY,
    };
}

/// Why a witness does not cosign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The body is no request, or the old size is larger than the new one.
    #[error("not an add-checkpoint request")]
    Malformed,
    /// The witness does not know the log.
    #[error("the log is not known here")]
    UnknownOrigin,
    /// No key that the witness knows of this log signed the checkpoint.
    #[error("the log did not sign the checkpoint")]
    BadSignature,
    /// The witness saw another size last, or another root of this size.
    #[error("a tree of {size} leaves was seen last")]
    Conflict {
        /// The size that it saw last.
        size: u64,
    },
    /// The proof does not show that the new tree grew out of the old one.
    #[error("the consistency proof does not hold")]
    BadProof,
}

impl Refusal {
    /// The HTTP status that says this.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::BadSignature => 403,
            Self::UnknownOrigin => 404,
            Self::Conflict { .. } => 409,
            Self::BadProof => 422,
        }
    }

    /// The content type of the body.
    #[must_use]
    pub const fn content_type(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => SIZE_CONTENT_TYPE,
            _ => "text/plain; charset=utf-8",
        }
    }

    /// The body: for a conflict exactly the size, for everything else a sentence.
    #[must_use]
    pub fn body(&self) -> String {
        match self {
            Self::Conflict { size } => format!("{size}\n"),
            other => format!("{other}\n"),
        }
    }
}

impl AddCheckpoint {
    /// Makes a request. The hashes are counted by whoever reads it.
    #[must_use]
    pub fn new(old_size: u64, proof: Vec<Hash>, checkpoint: SignedCheckpoint) -> Self {
        Self {
            old_size,
            proof,
            checkpoint: checkpoint.checkpoint().clone(),
            note: checkpoint.into_note(),
        }
    }

    /// Reads a request's body.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`].
    pub fn parse(body: impl AsRef<[u8]>) -> Result<Self, Refusal> {
        let parse = || {
            let body = std::str::from_utf8(body.as_ref()).ok()?;
            let (head, note) = body.split_once("\n\n")?;
            let mut lines = head.split('\n');
            let old_size = text::size(lines.next()?.strip_prefix("old ")?)?;
            let proof: Option<Vec<Hash>> = lines.map(|line| line.parse().ok()).collect();
            let proof = proof.filter(|proof| proof.len() <= MAX_PROOF)?;
            let note = Note::parse(note).ok()?;
            let checkpoint = Checkpoint::parse(note.text()).ok()?;
            Some(Self {
                old_size,
                proof,
                note,
                checkpoint,
            })
        };
        parse().ok_or(Refusal::Malformed)
    }

    /// What the note says. Not verified: for finding out whose keys to verify it with.
    #[must_use]
    pub const fn claimed(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The new checkpoint, not verified.
    #[must_use]
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// Decides. `keys` are those that the witness knows of the claimed origin, none if it does not know the log;
    /// `seen` is what it cosigned last, [`Seen::NOTHING`] if it never did.
    ///
    /// # Errors
    ///
    /// The first of the reasons for not cosigning, in the order of the specification: unknown origin, signature,
    /// sizes, conflict, proof.
    pub fn judge(&self, keys: &[NoteVerifier], seen: Seen) -> Result<Accepted, Refusal> {
        if keys.is_empty() {
            return Err(Refusal::UnknownOrigin);
        }
        let signed =
            SignedCheckpoint::open(self.note.clone(), keys).map_err(|_| Refusal::BadSignature)?;
        let Checkpoint { size, root, .. } = *signed.checkpoint();
        if self.old_size > size {
            return Err(Refusal::Malformed);
        }
        let conflict = Refusal::Conflict { size: seen.size };
        if self.old_size != seen.size || (seen.size == size && seen.root != root) {
            return Err(conflict);
        }
        verify_consistency(seen.size, seen.root, size, root, &self.proof)
            .map_err(|_| Refusal::BadProof)?;
        Ok(Accepted {
            before: seen,
            signed,
        })
    }
}

impl fmt::Display for AddCheckpoint {
    /// The request's body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        self.proof
            .iter()
            .try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.note)
    }
}

/// A checkpoint that a witness may cosign as soon as it has recorded it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "what was accepted is recorded, then cosigned"]
pub struct Accepted {
    // INVARIANT: comes only from `judge`.
    before: Seen,
    signed: SignedCheckpoint,
}

impl Accepted {
    /// What must still be the last thing seen at the moment of recording.
    #[must_use]
    pub const fn before(&self) -> Seen {
        self.before
    }

    /// What to record in its place.
    #[must_use]
    pub const fn after(&self) -> Seen {
        let checkpoint = self.signed.checkpoint();
        Seen {
            size: checkpoint.size,
            root: checkpoint.root,
        }
    }

    /// The checkpoint, verified to be the log's.
    #[must_use]
    pub const fn checkpoint(&self) -> &SignedCheckpoint {
        &self.signed
    }

    /// The cosignature, in seconds since 1970-01-01 UTC. To be made only after [`Accepted::after`] is recorded.
    ///
    /// # Errors
    ///
    /// When the time is beyond 2^63 − 1.
    pub fn cosign(
        &self,
        signer: &CosignatureSigner,
        time: u64,
    ) -> Result<Signature, CheckpointError> {
        signer.cosign(self.signed.checkpoint(), time)
    }
}

/// The body of a witness's answer: its signature lines.
#[must_use]
pub fn response(signatures: &[Signature]) -> String {
    signatures
        .iter()
        .map(|signature| format!("{signature}\n"))
        .collect()
}

/// What a log takes from a witness's answer: the cosignatures of this checkpoint by this witness, with their times.
/// Those by other keys are passed over.
///
/// # Errors
///
/// [`NoteError::Malformed`] when the body has no signature lines, [`NoteError::Unverified`] when none is by the
/// witness, [`NoteError::BadSignature`] when one claims to be and is wrong.
pub fn read_response(
    body: impl AsRef<[u8]>,
    checkpoint: &SignedCheckpoint,
    witness: &CosignatureVerifier,
) -> Result<Vec<(Signature, u64)>, NoteError> {
    let body = std::str::from_utf8(body.as_ref()).map_err(|_| NoteError::Malformed)?;
    let claims = |signature: &Signature| {
        signature.name() == witness.name() && signature.key_id() == witness.key_id()
    };
    let mut found = Vec::new();
    for signature in Signature::parse_lines(body)?.into_iter().filter(claims) {
        let time = witness
            .verify(checkpoint.note().text(), &signature)
            .ok_or_else(|| NoteError::BadSignature {
                name: witness.name().to_owned(),
            })?;
        found.push((signature, time));
    }
    if found.is_empty() {
        return Err(NoteError::Unverified);
    }
    Ok(found)
}

/// The size in the body of a conflict: that which the witness saw last.
#[must_use]
pub fn read_conflict(body: impl AsRef<[u8]>) -> Option<u64> {
    let body = std::str::from_utf8(body.as_ref()).ok()?;
    text::size(body.strip_suffix('\n')?)
}
