//! Checkpoints (C2SP tlog-checkpoint): the signed size and root of a log.

use std::fmt;
use std::str::FromStr;

use crate::note::{Note, NoteError, NoteSigner, NoteVerifier};
use crate::{Hash, text};

/// Origin, size and root. Its text has three lines; extension lines, which nobody can audit, are not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log: not empty, one line, without control characters.
    pub origin: String,
    /// How many leaves the log has.
    pub size: u64,
    /// The root over these leaves.
    pub root: Hash,
}

/// Why a text is no checkpoint, or a note no checkpoint of a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not three lines with an origin, a size and a root.
    #[error("not a checkpoint")]
    Malformed,
    /// There are lines after the third.
    #[error("a checkpoint with extension lines is not read")]
    Extended,
    /// A log without leaves has the root of the empty tree and no other.
    #[error("the root of a log without leaves is that of the empty tree")]
    NotEmpty,
    /// A key signs only for the log whose origin is its name.
    #[error("the key of {key} signs no checkpoint of {origin}")]
    OtherOrigin {
        /// The key's name.
        key: String,
        /// The checkpoint's origin.
        origin: String,
    },
    /// The note cannot be read, made or trusted.
    #[error(transparent)]
    Note(#[from] NoteError),
}

impl Checkpoint {
    /// Reads a checkpoint's text, the text of a note.
    ///
    /// # Errors
    ///
    /// See [`CheckpointError`].
    pub fn parse(written: &str) -> Result<Self, CheckpointError> {
        let mut lines = written
            .strip_suffix('\n')
            .ok_or(CheckpointError::Malformed)?
            .split('\n');
        let parse = || {
            let origin = lines.next().filter(|origin| is_origin(origin))?;
            let size = text::size(lines.next()?)?;
            let root = lines.next()?.parse().ok()?;
            Some((origin.to_owned(), size, root, lines.next().is_some()))
        };
        match { parse }() {
            None => Err(CheckpointError::Malformed),
            Some((.., true)) => Err(CheckpointError::Extended),
            Some((_, 0, root, false)) if root != Hash::EMPTY => Err(CheckpointError::NotEmpty),
            Some((origin, size, root, false)) => Ok(Self { origin, size, root }),
        }
    }
}

fn is_origin(origin: &str) -> bool {
    !origin.is_empty() && !origin.chars().any(text::is_forbidden)
}

impl fmt::Display for Checkpoint {
    /// The three lines, each with its newline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)
    }
}

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(written: &str) -> Result<Self, CheckpointError> {
        Self::parse(written)
    }
}

/// A checkpoint that its log signed. It comes only from signing or from verifying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    // INVARIANT: `note` has the text of `checkpoint` and a verified signature of a key named like its origin.
    checkpoint: Checkpoint,
    note: Note,
}

impl SignedCheckpoint {
    /// Signs a checkpoint with all of the log's keys. While a key is being replaced, the old and the new one sign.
    ///
    /// The caller answers for it that this checkpoint is consistent with all that were signed before.
    ///
    /// # Errors
    ///
    /// When there is no key, or one has another name than the log's origin, or the checkpoint's own text would not
    /// be read.
    pub fn sign(checkpoint: &Checkpoint, signers: &[&NoteSigner]) -> Result<Self, CheckpointError> {
        for signer in signers {
            expect_origin(signer.verifier(), &checkpoint.origin)?;
        }
        let note = Note::sign(checkpoint.to_string(), signers)?;
        Ok(Self {
            checkpoint: Checkpoint::parse(note.text())?,
            note,
        })
    }

    /// Verifies that a note is a checkpoint signed by one of these keys of the log. Cosignatures are not counted:
    /// see [`crate::policy`].
    ///
    /// # Errors
    ///
    /// When the text is no checkpoint, when none of the keys signed, when a key that signed has another name than the
    /// checkpoint's origin, and when a signature that claims to be by one of them is wrong.
    pub fn open<'v>(
        note: Note,
        verifiers: impl IntoIterator<Item = &'v NoteVerifier>,
    ) -> Result<Self, CheckpointError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        for verifier in note.open(verifiers)? {
            expect_origin(verifier, &checkpoint.origin)?;
        }
        Ok(Self { checkpoint, note })
    }

    /// What was signed.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note, with all of its signatures.
    #[must_use]
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// Takes the note out, such as for adding cosignatures.
    #[must_use]
    pub fn into_note(self) -> Note {
        self.note
    }
}

fn expect_origin(key: &NoteVerifier, origin: &str) -> Result<(), CheckpointError> {
    if key.name() == origin {
        return Ok(());
    }
    Err(CheckpointError::OtherOrigin {
        key: key.name().to_owned(),
        origin: origin.to_owned(),
    })
}
