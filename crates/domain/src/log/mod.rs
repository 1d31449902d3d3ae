//! The disclosure log as a Merkle tree (RFC 6962, C2SP tlog-tiles).
//!
//! Each event waits in a queue, written with it in its own transaction, until a sequencer on any node puts its leaf into
//! the tree. A signed checkpoint says what the tree is; once enough witnesses have cosigned it, it is published. What does
//! not fit together is never signed ([`LogFault`]).

mod fault;
mod read;
mod receipt;
mod rules;
mod sequence;
mod sign;
mod state;
mod tree;

pub use fault::{LogError, LogFault};
pub use freigabe_ledger::{
    Commitment, Hash, Leaf, Salt,
    receipt::ReceiptError,
    tile::{Place, Tile, TilePath, WIDTH},
};
pub(crate) use read::{bundle, consistency, is_published, leaf_state, published, tile};
pub use receipt::{ReceiptProof, ReceiptState};
pub(crate) use receipt::{leaf, proves, tlog_proof};
pub use rules::{LogRules, RetentionSchedule};
pub use sequence::BATCH;
pub(crate) use sequence::{continue_as, sequence};
pub(crate) use sign::{cosign, sign, stored_leaves};
pub(crate) use state::LogState;
pub use tree::{
    Generation, LeafPlace, LeafProof, LeafState, LogHead, LogLag, PendingLeaf, Sequenced,
    StoredCheckpoint, WitnessSaw,
};
