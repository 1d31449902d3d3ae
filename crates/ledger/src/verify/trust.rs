//! Who is trusted, and what they signed.

use super::{
    finding::{Findings, Place, Remark, Violation},
    report::{CheckpointReport, KeyReport, WitnessReport},
};
use crate::{
    Checkpoint, Note, NoteVerifier, Policy,
    checkpoint::{CheckpointError, SignedCheckpoint},
    note::NoteError,
    policy::PolicyParseError,
};

/// Keys of logs and witnesses that are trusted, and how many of the witnesses must have cosigned.
#[derive(Debug, Clone)]
pub struct Trust {
    policy: Policy,
    keys: Vec<NoteVerifier>,
}

/// Nothing to trust.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// Neither a policy nor a key was given.
    #[error("without a policy or a key of the log nothing can be verified")]
    Nothing,
    /// The keys make no policy.
    #[error(transparent)]
    Policy(#[from] PolicyParseError),
}

impl Trust {
    /// Trusts a policy, and these keys of logs besides. Without a policy no witness is required.
    ///
    /// # Errors
    /// Without either, or when one key stands twice.
    pub fn new(policy: Option<Policy>, mut keys: Vec<NoteVerifier>) -> Result<Self, TrustError> {
        let policy = match policy {
            Some(policy) => {
                keys.retain(|key| policy.log_keys().all(|known| known != key));
                policy
            }
            None if keys.is_empty() => return Err(TrustError::Nothing),
            None => Policy::without_witnesses(std::mem::take(&mut keys))?,
        };
        Ok(Self { policy, keys })
    }

    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Keys of logs.
    pub fn log_keys(&self) -> impl Iterator<Item = &NoteVerifier> {
        self.policy.log_keys().chain(&self.keys)
    }

    /// Who signed and cosigned the checkpoint in a note; what is wrong with that goes to the findings.
    pub(super) fn checkpoint(
        &self,
        note: &Note,
        checkpoint: &Checkpoint,
        findings: &mut Findings,
    ) -> CheckpointReport {
        let mut add = |violation| findings.add(Place::NOWHERE, violation);
        match SignedCheckpoint::open(note.clone(), self.log_keys()) {
            Ok(_) => {}
            Err(error) => add(violation(error)),
        }
        let signed_by = self
            .log_keys()
            .filter(|key| key.name() == checkpoint.origin)
            .filter(|key| key.signed(note).unwrap_or(false))
            .map(KeyReport::of)
            .collect();
        let mut cosigned_by = Vec::new();
        let mut names = Vec::new();
        for witness in self.policy.witnesses() {
            match witness.verifier.cosigned(note) {
                Ok(None) => {}
                Ok(Some(time)) => {
                    names.push(witness.name.as_str());
                    cosigned_by.push(WitnessReport {
                        witness: witness.name.clone(),
                        key: KeyReport {
                            name: witness.verifier.name().to_owned(),
                            key_id: format!("{:08x}", witness.verifier.key_id()),
                        },
                        time,
                    });
                }
                Err(error) => add(violation(error.into())),
            }
        }
        let quorum_reached = self.policy.is_quorum(names.iter().copied());
        if !quorum_reached {
            add(Violation::NoQuorum {
                cosigned_by: names.iter().map(|name| (*name).to_owned()).collect(),
            });
        }
        if self.policy.quorum().is_none() {
            findings.remark(Remark::NoWitnesses);
        }
        CheckpointReport {
            signed_by,
            cosigned_by,
            quorum: self.policy.quorum().map(str::to_owned),
            quorum_reached,
        }
    }
}

fn violation(error: CheckpointError) -> Violation {
    match error {
        CheckpointError::OtherOrigin { key, .. } => Violation::KeyOfOtherLog { name: key },
        CheckpointError::Note(NoteError::BadSignature { name }) => Violation::BadSignature { name },
        _ => Violation::NotSigned,
    }
}
