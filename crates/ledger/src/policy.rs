//! Trust policies (C2SP tlog-policy): which logs are known, which witnesses, and whose cosignatures are enough.
//!
//! A signed note opens without any cosignature. So whoever relies on a checkpoint counts the witnesses himself, with
//! a policy that he was given apart from the log.

mod parse;

use std::collections::BTreeSet;
use std::fmt;

pub use parse::{PolicyFault, PolicyParseError};

use crate::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::cosignature::CosignatureVerifier;
use crate::note::{Note, NoteError, NoteVerifier};

/// The word that stands for no witness at all.
const NONE: &str = "none";

/// A log that the policy knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its key; the key's name is the log's origin.
    pub verifier: NoteVerifier,
    /// Where it is served, if the policy says so.
    pub url: Option<String>,
}

/// A witness that the policy knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// What the policy calls it; need not be the key's name.
    pub name: String,
    /// Its key.
    pub verifier: CosignatureVerifier,
    /// The prefix of the address where it takes checkpoints, if the policy says so.
    pub url: Option<String>,
}

/// Witnesses or other groups, some of which must have cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// How many of its members must have cosigned, from 1 to all of them.
    pub threshold: usize,
    /// Names of witnesses and of groups before this one.
    pub members: Vec<String>,
}

/// A policy. `Display` writes it in the form that [`Policy::parse`] reads, without comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    // INVARIANT: all names are defined once, before they are used; each is a member of at most one group; no key
    // stands twice; thresholds can be met. What stands for the quorum is defined, unless it is nothing.
    logs: Vec<Log>,
    witnesses: Vec<Witness>,
    groups: Vec<Group>,
    quorum: Option<String>,
}

/// Why a note does not satisfy a policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The note is no checkpoint that one of the policy's logs signed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Too few of the witnesses cosigned.
    #[error("the quorum of witnesses is not reached; cosigned by: {}", shown(.cosigned_by))]
    NoQuorum {
        /// The names, in the policy, of those that did.
        cosigned_by: Vec<String>,
    },
}

fn shown(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

/// A witness's statement about a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cosigned<'p> {
    /// The witness.
    pub witness: &'p Witness,
    /// When it cosigned, by its own clock: seconds since 1970-01-01 UTC.
    pub time: u64,
}

/// A checkpoint that satisfies a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted<'p> {
    /// The checkpoint, signed by a log of the policy.
    pub checkpoint: SignedCheckpoint,
    /// The witnesses of the policy that cosigned it, at least the quorum.
    pub cosigned: Vec<Cosigned<'p>>,
}

impl Policy {
    /// Reads a policy file, in UTF-8.
    ///
    /// # Errors
    ///
    /// See [`PolicyParseError`], which names the line.
    pub fn parse(file: impl AsRef<[u8]>) -> Result<Self, PolicyParseError> {
        parse::parse(file.as_ref())
    }

    /// The policy that knows these logs and asks for no witness.
    ///
    /// # Errors
    ///
    /// When a key stands twice.
    pub fn without_witnesses(
        logs: impl IntoIterator<Item = NoteVerifier>,
    ) -> Result<Self, PolicyParseError> {
        let lines = logs.into_iter().map(|log| format!("log {log}\n"));
        Self::parse(
            lines
                .chain(["quorum none\n".to_owned()])
                .collect::<String>(),
        )
    }

    /// The logs, in the order of the file. A log whose key is being replaced stands there with both.
    #[must_use]
    pub fn logs(&self) -> &[Log] {
        &self.logs
    }

    /// The witnesses, in the order of the file.
    #[must_use]
    pub fn witnesses(&self) -> &[Witness] {
        &self.witnesses
    }

    /// The groups, in the order of the file.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The witness or the group whose cosignature is required; nothing if none is.
    #[must_use]
    pub fn quorum(&self) -> Option<&str> {
        self.quorum.as_deref()
    }

    /// The keys of the logs.
    pub fn log_keys(&self) -> impl Iterator<Item = &NoteVerifier> {
        self.logs.iter().map(|log| &log.verifier)
    }

    /// The witnesses that cosigned the checkpoint in a note.
    ///
    /// # Errors
    ///
    /// [`NoteError::BadSignature`] when a signature claims to be by one of them and is wrong.
    pub fn cosigned(&self, note: &Note) -> Result<Vec<Cosigned<'_>>, NoteError> {
        let mut found = Vec::new();
        for witness in &self.witnesses {
            if let Some(time) = witness.verifier.cosigned(note)? {
                found.push(Cosigned { witness, time });
            }
        }
        Ok(found)
    }

    /// Whether these witnesses, by their names in the policy, are a quorum. Other names count for nothing.
    #[must_use]
    pub fn is_quorum<'n>(&self, cosigned: impl IntoIterator<Item = &'n str>) -> bool {
        let Some(quorum) = &self.quorum else {
            return true;
        };
        let mut reached: BTreeSet<&str> = cosigned
            .into_iter()
            .filter(|name| self.witnesses.iter().any(|witness| witness.name == *name))
            .collect();
        // Groups refer only to what stands before them, so one pass is enough.
        for group in &self.groups {
            let members = group.members.iter();
            let count = members
                .filter(|name| reached.contains(name.as_str()))
                .count();
            if count >= group.threshold {
                reached.insert(&group.name);
            }
        }
        reached.contains(quorum.as_str())
    }

    /// Whether the witnesses that cosigned the checkpoint in a note are a quorum. Does not ask who signed it.
    ///
    /// # Errors
    ///
    /// [`NoteError::BadSignature`] when a signature claims to be by a witness of the policy and is wrong.
    pub fn is_cosigned(&self, note: &Note) -> Result<bool, NoteError> {
        let cosigned = self.cosigned(note)?;
        Ok(self.is_quorum(names(&cosigned)))
    }

    /// Verifies that a note is a checkpoint that satisfies the policy: signed by one of its logs and cosigned by a
    /// quorum of its witnesses.
    ///
    /// # Errors
    ///
    /// When it does not, and when a signature that claims to be by a key of the policy is wrong.
    pub fn verify(&self, note: Note) -> Result<Trusted<'_>, PolicyError> {
        let checkpoint = SignedCheckpoint::open(note, self.log_keys())?;
        let cosigned = self
            .cosigned(checkpoint.note())
            .map_err(CheckpointError::from)?;
        if !self.is_quorum(names(&cosigned)) {
            return Err(PolicyError::NoQuorum {
                cosigned_by: names(&cosigned).map(str::to_owned).collect(),
            });
        }
        Ok(Trusted {
            checkpoint,
            cosigned,
        })
    }
}

fn names<'p>(cosigned: &[Cosigned<'p>]) -> impl Iterator<Item = &'p str> {
    cosigned.iter().map(|one| one.witness.name.as_str())
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = |url: &Option<String>| {
            url.as_ref()
                .map(|url| format!(" {url}"))
                .unwrap_or_default()
        };
        for log in &self.logs {
            writeln!(f, "log {}{}", log.verifier, url(&log.url))?;
        }
        for witness in &self.witnesses {
            let Witness { name, verifier, .. } = witness;
            writeln!(f, "witness {name} {verifier}{}", url(&witness.url))?;
        }
        for group in &self.groups {
            let members = group.members.join(" ");
            writeln!(f, "group {} {} {members}", group.name, group.threshold)?;
        }
        writeln!(f, "quorum {}", self.quorum().unwrap_or(NONE))
    }
}

impl std::str::FromStr for Policy {
    type Err = PolicyParseError;

    fn from_str(file: &str) -> Result<Self, PolicyParseError> {
        Self::parse(file)
    }
}
