//! Receipts: the log's signed promise that an event's leaf will be in the tree, and what has become of such a promise.

use freigabe_ledger::{
    Commitment, Leaf, Note, NoteVerifier, Receipt, TlogProof, bundle, merkle,
    note::NoteSigner,
    policy::Policy,
    receipt::{self, ReceiptError},
};

use super::{LeafPlace, LeafProof, LeafState, LogFault, LogRules, RetentionSchedule};
use crate::{audit::LoggedAs, error::Error, instant::Instant, store::Tx};

/// Leaves of a full bundle.
const WIDTH: u64 = 256;

impl LogRules {
    /// The receipt for an event, as it stands in the `Freigabe-Receipt` header; none if this installation has no key.
    ///
    /// # Errors
    /// When the keys do not fit the log's name: a defect of the settings.
    pub fn receipt(&self, logged_as: &LoggedAs) -> Result<Option<String>, ReceiptError> {
        if self.signers.is_empty() {
            return Ok(None);
        }
        let merge_by = logged_as.at.plus(self.merge_deadline);
        let promise = Receipt {
            origin: self.origin.clone(),
            leaf: logged_as.leaf,
            merge_by: seconds_after(merge_by),
        };
        let signers: Vec<&NoteSigner> = self.signers.iter().collect();
        Ok(Some(receipt::to_header(&promise.sign(&signers)?)))
    }

    /// The promise in a receipt that this installation gave: signed by one of its keys, or by one that its policy names.
    pub(crate) fn open_receipt(&self, header: &str) -> Result<Receipt, ReceiptError> {
        let note = receipt::from_header(header)?;
        let own = self.signers.iter().map(NoteSigner::verifier);
        let others = self.policy.iter().flat_map(Policy::log_keys);
        // The settings may name a key twice, once with the policy; it counts once.
        let mut keys: Vec<&NoteVerifier> = Vec::new();
        for key in own.chain(others) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        Receipt::open(&note, keys)
    }
}

impl RetentionSchedule {
    /// The year at whose end evidence of consent is erased that was made at this time, about a consent that is valid until
    /// then.
    pub(crate) fn evidence_expires(self, made: Instant, valid_until: Option<Instant>) -> u16 {
        let made = made.year();
        let ends = valid_until.map_or(made, Instant::year).max(made);
        ends.saturating_add(self.evidence_years)
    }
}

/// Seconds since 1970, the last fraction of one counted as a whole: nothing is promised for an earlier time than was meant.
fn seconds_after(at: Instant) -> u64 {
    let micros = u64::try_from(at.as_unix_micros()).unwrap_or(0);
    micros.div_ceil(1_000_000)
}

/// What has become of a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptState {
    /// The leaf waits, and its time is not over.
    Pending {
        /// When it is, in seconds since 1970.
        merge_by: u64,
    },
    /// The leaf is in the published log.
    Included(Box<ReceiptProof>),
    /// The leaf waits, and its time is over: the promise is broken.
    Overdue {
        /// When it was over, in seconds since 1970.
        merge_by: u64,
    },
    /// The log's key promised this leaf, and nothing here has it: the promise is broken.
    Unknown,
}

/// That a promised leaf is in the published log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptProof {
    /// Where it stands.
    pub place: LeafPlace,
    /// The proof for offline use (C2SP tlog-proof).
    pub tlog_proof: String,
}

impl ReceiptState {
    pub(crate) fn of(promise: &Receipt, state: LeafState, now: Instant) -> Result<Self, LogFault> {
        let merge_by = promise.merge_by;
        Ok(match state {
            LeafState::Unknown => Self::Unknown,
            LeafState::Pending if now.as_unix_micros() > last_micros_of(merge_by) => {
                Self::Overdue { merge_by }
            }
            LeafState::Pending => Self::Pending { merge_by },
            // The place is found by the commitment; the promise is of the whole leaf.
            LeafState::Included(proof) if !proves(&proof, &promise.leaf) => Self::Unknown,
            LeafState::Included(proof) => Self::Included(Box::new(ReceiptProof {
                place: proof.place,
                tlog_proof: tlog_proof(&proof)?,
            })),
        })
    }
}

fn last_micros_of(second: u64) -> i64 {
    let second = i64::try_from(second).unwrap_or(i64::MAX);
    second.saturating_mul(1_000_000)
}

/// Whether the proof is one of this leaf.
pub(crate) fn proves(proof: &LeafProof, leaf: &Leaf) -> bool {
    let checkpoint = &proof.checkpoint;
    let (index, size) = (proof.place.index, checkpoint.size);
    merkle::verify_inclusion(index, size, leaf.leaf_hash(), &proof.proof, checkpoint.root).is_ok()
}

/// A proof as a text for offline use.
pub(crate) fn tlog_proof(proof: &LeafProof) -> Result<String, LogFault> {
    let checkpoint = &proof.checkpoint;
    let unreadable = |_| LogFault::Checkpoint {
        size: checkpoint.size,
    };
    let proof = TlogProof {
        extra: None,
        index: proof.place.index,
        hashes: proof.proof.clone(),
        checkpoint: Note::parse(&checkpoint.note).map_err(unreadable)?,
    };
    Ok(proof.to_string())
}

/// The leaf with this commitment, as the tree has it; none if it is not in the tree (yet).
pub(crate) async fn leaf<'tx, T: Tx<'tx>>(
    tx: &mut T,
    commitment: &Commitment,
) -> Result<Option<Leaf>, Error> {
    let Some(place) = tx.leaf_place(commitment).await? else {
        return Ok(None);
    };
    let (index, within) = (place.index / WIDTH, place.index % WIDTH);
    let bundles = tx
        .log_bundles(place.generation, index..index.saturating_add(1))
        .await?;
    let entries = bundles
        .first()
        .and_then(|(_, bytes)| bundle::leaves(bytes).ok());
    let within = usize::try_from(within).ok();
    let found = entries.and_then(|leaves| leaves.get(within?).copied());
    let found = found.filter(|leaf| leaf.commitment == *commitment);
    Ok(Some(found.ok_or(LogFault::Bundle { index })?))
}
