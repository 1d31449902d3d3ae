//! What is stored of a log, and what is told of it.

use freigabe_ledger::{Hash, Leaf};

use crate::{ids::EventId, instant::Instant};

/// Number of a log in this installation. A lost key ends one and begins the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(u32);

impl Generation {
    /// The first.
    pub const FIRST: Self = Self(0);

    /// The generation with this number.
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The one that follows.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl std::fmt::Display for Generation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What a log has become: the row on which sequencers and signers meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogHead {
    /// Its number.
    pub generation: Generation,
    /// Its name in checkpoints (C2SP tlog-checkpoint).
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// The root over all of them.
    pub root: Hash,
    /// Since when there are leaves that no published checkpoint covers; none if there are none.
    pub unpublished_since: Option<Instant>,
}

impl LogHead {
    /// A log without leaves.
    #[must_use]
    pub const fn empty(generation: Generation, origin: String) -> Self {
        Self {
            generation,
            origin,
            size: 0,
            root: Hash::EMPTY,
            unpublished_since: None,
        }
    }
}

/// The leaf of an event that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingLeaf {
    /// The event.
    pub event: EventId,
    /// When it happened.
    pub at: Instant,
    /// Its leaf.
    pub leaf: Leaf,
}

/// Where a leaf stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeafPlace {
    /// In which log.
    pub generation: Generation,
    /// At which index, from 0.
    pub index: u64,
}

/// A checkpoint that was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// Of which log.
    pub generation: Generation,
    /// Number of leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The signed note (C2SP), with the witnesses' signatures that have arrived.
    pub note: String,
    /// When it was signed.
    pub signed_at: Instant,
    /// When enough witnesses had cosigned it (at once, if the policy asks for none).
    pub published_at: Option<Instant>,
}

/// How far the newest log is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogLag {
    /// Since when there are leaves that no published checkpoint covers.
    pub unpublished_since: Option<Instant>,
    /// When the oldest event happened that still waits.
    pub oldest_pending: Option<Instant>,
}

impl LogLag {
    /// Since when the log lacks something that a published checkpoint should cover.
    #[must_use]
    pub fn since(&self) -> Option<Instant> {
        let both = [self.unpublished_since, self.oldest_pending];
        both.into_iter().flatten().min()
    }
}

/// What came of a round of sequencing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sequenced {
    /// So many leaves were added.
    pub added: u64,
    /// So many events still wait; counted up to a little more than the limit.
    pub backlog: u64,
}

/// What a witness said that it has seen of the newest log: the note that it showed was verified with its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessSaw {
    /// Its name in the policy.
    pub witness: String,
    /// The newest checkpoint that it cosigned: size and root. None if it knows this log and has cosigned nothing yet.
    pub newest: Option<(u64, Hash)>,
}

/// That a leaf is in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeafProof {
    /// Where it stands.
    pub place: LeafPlace,
    /// The checkpoint that covers it.
    pub checkpoint: StoredCheckpoint,
    /// The inclusion proof (RFC 6962, section 2.1.1) for the checkpoint's tree, from the leaf upwards.
    pub proof: Vec<Hash>,
}

/// How far a leaf has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeafState {
    /// Nothing here ever had this commitment.
    Unknown,
    /// Its event waits, or no published checkpoint covers it yet.
    Pending,
    /// A published checkpoint covers it.
    Included(Box<LeafProof>),
}
