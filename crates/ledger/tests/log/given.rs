//! Things that the tests begin with.

use freigabe_ledger::note::NoteSigner;
use freigabe_ledger::tile::{Appender, Tiles};
use freigabe_ledger::{
    Checkpoint, Commitment, CosignatureSigner, Hash, Leaf, LeafClass, SignedCheckpoint, leaf_hash,
};

pub(crate) const ORIGIN: &str = "log.example/freigabe";

/// A log's key; each number gives another one.
pub(crate) fn log_key(number: u8) -> NoteSigner {
    NoteSigner::from_seed(ORIGIN, &[number; 32]).unwrap()
}

pub(crate) fn witness_key(name: &str, number: u8) -> CosignatureSigner {
    CosignatureSigner::from_seed(name, &[number; 32]).unwrap()
}

pub(crate) fn leaf(number: u64) -> Leaf {
    let mut commitment = [0xa5; 32];
    commitment[..8].copy_from_slice(&number.to_be_bytes());
    Leaf {
        class: if number.is_multiple_of(3) {
            LeafClass::ConsentEvidence
        } else {
            LeafClass::Operations
        },
        expiry_year: 2027 + u16::try_from(number % 4).unwrap(),
        commitment: Commitment::from_bytes(commitment),
    }
}

pub(crate) fn leaf_hashes(size: u64) -> Vec<Hash> {
    (0..size).map(|n| leaf_hash(&leaf(n).encode())).collect()
}

/// A whole log: everything that would be served.
#[derive(Clone, Default)]
pub(crate) struct Log {
    pub(crate) size: u64,
    pub(crate) root: Option<Hash>,
    pub(crate) tiles: Tiles,
    pub(crate) bundles: std::collections::BTreeMap<u64, Vec<u8>>,
}

impl Log {
    pub(crate) fn of(size: u64) -> Self {
        let mut log = Self::default();
        log.grow(size);
        log
    }

    /// Adds leaves up to this size, in one step.
    pub(crate) fn grow(&mut self, size: u64) {
        let last = if self.size.is_multiple_of(256) {
            &[][..]
        } else {
            &self.bundles[&(self.size / 256)]
        };
        let mut appender = Appender::new(self.size, &self.tiles, last).unwrap();
        for number in self.size..size {
            assert_eq!(appender.append(&leaf(number)), number);
        }
        let appended = appender.finish();
        assert_eq!(appended.size, size);
        self.size = size;
        self.root = Some(appended.root);
        self.tiles.update(&appended);
        self.bundles.extend(appended.bundles);
    }

    pub(crate) fn root(&self) -> Hash {
        self.root.unwrap_or(Hash::EMPTY)
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            origin: ORIGIN.to_owned(),
            size: self.size,
            root: self.root(),
        }
    }

    pub(crate) fn signed(&self) -> SignedCheckpoint {
        SignedCheckpoint::sign(&self.checkpoint(), &[&log_key(1)]).unwrap()
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
