//! The evidence of one event: payload, salt, leaf and proof.

use super::{
    check::{CheckedPart, Checker, Content},
    finding::{Findings, Place, Remark, Violation},
    payload::{LogEvent, ReadPayload},
    report::{EventReport, LogReport, OrderReport, PayloadReport, Report, Subject},
    states::States,
    trust::Trust,
    walk::year,
};
use crate::{
    Checkpoint, Leaf, LeafError, LengthError, Salt, TlogProof, checkpoint::CheckpointError,
    merkle::verify_inclusion, text, tlog_proof::TlogProofError,
};

/// What a package of evidence holds. The event may be gone: then only its leaf is proven, and erasures explain why.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The exact bytes of the event, and its salt.
    pub event: Option<(Vec<u8>, Salt)>,
    /// The leaf.
    pub leaf: Leaf,
    /// Where it stands, and under which checkpoint.
    pub proof: TlogProof,
    /// Leaf lines of erasures, each with a proof under the same checkpoint and its line feed.
    pub erasures: Vec<Vec<u8>>,
}

/// Why a package can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// Not standard base64.
    #[error("{0} is not standard base64")]
    Base64(&'static str),
    /// Not a leaf.
    #[error("leaf: {0}")]
    Leaf(#[from] LeafError),
    /// Not a salt.
    #[error("salt: {0}")]
    Salt(#[from] LengthError),
    /// Not a proof.
    #[error("proof.tlog-proof: {0}")]
    Proof(#[from] TlogProofError),
    /// The proof's checkpoint is none.
    #[error("proof.tlog-proof: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The time of the verification has no year.
    #[error("the time of the verification is out of range")]
    Time,
}

impl Evidence {
    /// Puts together what the files `event.json`, `salt`, `leaf`, `proof.tlog-proof` and `erasures.ndjson` hold.
    ///
    /// # Errors
    /// When one of them can't be read.
    pub fn read(
        event: Option<(Vec<u8>, &str)>,
        leaf: &str,
        proof: &[u8],
        erasures: &[u8],
    ) -> Result<Self, EvidenceError> {
        let event = match event {
            None => None,
            Some((payload, salt)) => {
                let salt = text::from_base64(salt.trim_ascii_end());
                let salt = salt.ok_or(EvidenceError::Base64("salt"))?;
                Some((payload, Salt::try_from(salt.as_slice())?))
            }
        };
        let leaf = text::from_base64(leaf.trim_ascii_end());
        Ok(Self {
            event,
            leaf: Leaf::decode(&leaf.ok_or(EvidenceError::Base64("leaf"))?)?,
            proof: TlogProof::parse(proof)?,
            erasures: erasures
                .split_inclusive(|byte| *byte == b'\n')
                .map(<[u8]>::to_vec)
                .collect(),
        })
    }

    /// Verifies it, at a time in seconds since 1970-01-01 UTC.
    ///
    /// # Errors
    /// When the proof's checkpoint can't be read, or the time has no year.
    pub fn verify(
        &self,
        trust: &Trust,
        own_policy: bool,
        at: u64,
        reader: &(impl ReadPayload + ?Sized),
    ) -> Result<Report, EvidenceError> {
        let note = &self.proof.checkpoint;
        let checkpoint = Checkpoint::parse(note.text())?;
        let year = year(at).ok_or(EvidenceError::Time)?;
        let mut findings = Findings::default();
        if own_policy {
            findings.remark(Remark::OwnPolicy);
        }
        let vouched = trust.checkpoint(note, &checkpoint, &mut findings);
        let index = self.proof.index;
        let place = Place::leaf(None, index);
        let hash = self.leaf.leaf_hash();
        let Checkpoint { size, root, .. } = checkpoint;
        if verify_inclusion(index, size, hash, &self.proof.hashes, root).is_err() {
            findings.add(place, Violation::NotIncluded);
        }
        let mut event = EventReport {
            index,
            class: self.leaf.class.code(),
            expiry_year: self.leaf.expiry_year,
            at: None,
        };
        if let Some((payload, salt)) = &self.event {
            if self.leaf.commitment.verify(salt, payload) {
                match reader.read(payload, &self.leaf) {
                    Ok(reading) => {
                        event.at = Some(reading.at);
                        if !reading.fits_leaf {
                            findings.add(place, Violation::WrongRetention);
                        }
                    }
                    Err(error) => {
                        let pointer = error.pointer;
                        findings.add(place, Violation::UnreadablePayload { pointer });
                    }
                }
            } else {
                findings.add(place, Violation::OtherPayload);
            }
        }
        let mut states = States::new();
        let kept = self.event.is_some();
        states.leaf(index, self.leaf.class, self.leaf.expiry_year, kept);
        self.erasures(&checkpoint, at, reader, &mut states, &mut findings);
        let (leaves, erasures) = states.finish(&checkpoint.origin, year, &mut findings);
        let (violations, violation_count, remarks) = findings.into_parts();
        Ok(Report {
            verified: violation_count == 0,
            subject: Subject::Event,
            at,
            log: LogReport {
                origin: checkpoint.origin,
                generation: None,
                size,
                root,
                from: index,
                until: index.saturating_add(1),
                former: Vec::new(),
            },
            checkpoint: vouched,
            last_seen: None,
            leaves,
            payloads: PayloadReport {
                checked: u64::from(kept),
                columns: 0,
            },
            order: OrderReport::default(),
            erasures,
            receipts: Vec::new(),
            event: Some(event),
            remarks,
            violation_count,
            violations,
        })
    }

    fn erasures(
        &self,
        checkpoint: &Checkpoint,
        at: u64,
        reader: &(impl ReadPayload + ?Sized),
        states: &mut States,
        findings: &mut Findings,
    ) {
        let checker = Checker {
            part: CheckedPart::Selection {
                size: checkpoint.size,
                root: checkpoint.root,
                query: serde_json::Map::new(),
            },
        };
        for (number, line) in (1..).zip(&self.erasures) {
            let place = Place::line(number);
            match checker.check(line, reader).0 {
                Content::Fault(fault) => {
                    findings.add(place, Violation::UnreadableLine { fault });
                }
                Content::End(_) => findings.add(place, Violation::AfterEnd),
                Content::Leaf(leaf) => {
                    let sound = leaf.violations.is_empty();
                    for violation in leaf.violations {
                        findings.add(Place::leaf(Some(number), leaf.index), violation);
                    }
                    let event = leaf.event.filter(|_| sound).unwrap_or_default();
                    match event.log_event {
                        // Whether it was announced can't be seen from here; the leaf itself is proven.
                        Some(LogEvent::Erased(erasure)) => {
                            states.erasure(leaf.index, Some(number), erasure, true);
                        }
                        Some(LogEvent::Announced(erasure)) => {
                            states.announced(erasure, event.at, at);
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}
