//! What stands in the log's way, and what it never goes past.

use crate::instant::Instant;

/// Why the log does not do what it was asked, or why something waits for the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// Too many events wait to be put into the log. Nothing is taken on until they are fewer; withdrawals are.
    #[error("{0} events wait to be put into the log, more than the limit")]
    Backlog(u64),
    /// No published checkpoint has covered the log for longer than is allowed. Nothing is released or collected.
    #[error("the log has not been cosigned by enough witnesses since {since}")]
    NotCosigned {
        /// Since when.
        since: Instant,
    },
    /// The event of this very operation did not come into a published checkpoint in time; nothing was handed out.
    #[error("the operation's event was not in a published checkpoint in time")]
    NotPublished,
    /// There is no key to sign with.
    #[error("no key signs the log")]
    NoSigner,
    /// Too few witnesses have said what they saw, and nothing was signed since this process began.
    #[error("too few witnesses have said what they have seen of this log")]
    WitnessesSilent,
    /// It does not fit together: nothing is signed.
    #[error("the log refuses to go on: {0}")]
    Fault(#[from] LogFault),
}

/// What does not fit together. Whatever it is, the log is not signed before somebody has looked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// The database's newest log has another name than the settings say.
    #[error("the newest log here is named {stored}, and the settings say {configured}")]
    OtherOrigin {
        /// In the database.
        stored: String,
        /// In the settings.
        configured: String,
    },
    /// The stored tree is not the one that its head names.
    #[error("the tiles do not lead to the root that the head of {size} leaves names")]
    Tree {
        /// Leaves according to the head.
        size: u64,
    },
    /// A stored tile is missing, too short, or not what its leaves lead to.
    #[error("tile {level}/{index} is not what the leaves lead to")]
    Tile {
        /// Level.
        level: u8,
        /// Index in the level.
        index: u64,
    },
    /// A stored bundle of entries is missing, too short, or not what the tree was built from.
    #[error("entry bundle {index} is not what the tree was built from")]
    Bundle {
        /// Index.
        index: u64,
    },
    /// The place that is noted for a leaf is not where it stands.
    #[error("the place noted for leaf {index} is not where it stands")]
    Place {
        /// Index of the leaf.
        index: u64,
    },
    /// The last signed checkpoint was not signed by any of this log's keys, or says something else than its row.
    #[error("the last checkpoint, of {size} leaves, is not what was signed")]
    Checkpoint {
        /// Its size according to the row.
        size: u64,
    },
    /// The tree does not continue the one of the last signed checkpoint.
    #[error("the tree does not continue the signed one of {size} leaves")]
    NotContinued {
        /// Leaves of the signed one.
        size: u64,
    },
    /// Somebody has seen more of this log than is here: an old copy of the database was restored.
    #[error("{witness} has seen {seen} leaves of this log, and here are {size}")]
    RolledBack {
        /// Who has seen more.
        witness: String,
        /// How much.
        seen: u64,
        /// What is here.
        size: u64,
    },
    /// Somebody has seen another log under this name.
    #[error("{witness} has seen another log with this name, of {seen} leaves")]
    Forked {
        /// Who.
        witness: String,
        /// How much.
        seen: u64,
    },
    /// Anything else that can't be.
    #[error("{0}")]
    Impossible(&'static str),
}
