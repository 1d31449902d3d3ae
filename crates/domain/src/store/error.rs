//! How a store fails.

/// A stored record that can't be what it should be. Never guessed at: the operation stops.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("corrupt record in {table}.{column}, row {row}: {problem}")]
pub struct CorruptRecord {
    /// Table.
    pub table: &'static str,
    /// Column.
    pub column: &'static str,
    /// The row's identifier (never content).
    pub row: String,
    /// What is wrong, without the value.
    pub problem: &'static str,
}

/// Why the store did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Another transaction was in the way (SQLSTATE 40001, 40P01, a unique key, a busy file): the unit of work is run again.
    #[error("conflict with another transaction")]
    Conflict,
    /// The connection broke during the commit: nobody knows whether it took place. Only repeatable work may be run again.
    #[error("the outcome of the commit is unknown")]
    CommitUnknown,
    /// The store can't be reached, is full, read-only or overloaded.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// A stored record makes no sense.
    #[error(transparent)]
    Corrupt(#[from] CorruptRecord),
    /// A row should have been changed and was not (or several were).
    #[error("{operation}: {affected} rows changed where 1 was expected")]
    Affected {
        /// Which operation.
        operation: &'static str,
        /// How many rows.
        affected: u64,
    },
    /// What is sealed can't be opened: wrong key, or changed by somebody.
    #[error("a sealed value can't be opened: {0}")]
    Sealed(&'static str),
    /// Anything else: a defect.
    #[error("unexpected failure of the store: {0}")]
    Defect(String),
}

impl StoreError {
    /// Whether running the whole unit of work again can help. `repeatable` says that the work recognises its own earlier success.
    #[must_use]
    pub const fn is_transient(&self, repeatable: bool) -> bool {
        match self {
            Self::Conflict => true,
            Self::CommitUnknown => repeatable,
            _ => false,
        }
    }
}
