//! From rows back to the domain's types. Fallible throughout: a row that makes no sense is reported with table, column
//! and id, and never guessed at.

use freigabe_domain::{
    disclosure::Pseudonym,
    instant::Instant,
    office::OfficeId,
    store::{CorruptRecord, StoreError},
    vocabulary::UnknownCodeError,
};
use freigabe_ledger::Commitment;

/// Where a value was read.
#[derive(Clone, Copy)]
pub(crate) struct Cell<'a> {
    pub(crate) table: &'static str,
    pub(crate) row: &'a dyn std::fmt::Display,
}

impl Cell<'_> {
    /// The value in `column` makes no sense.
    pub(crate) fn corrupt(&self, column: &'static str, problem: &'static str) -> StoreError {
        StoreError::Corrupt(CorruptRecord {
            table: self.table,
            column,
            row: self.row.to_string(),
            problem,
        })
    }

    /// A member of a closed vocabulary.
    pub(crate) fn code<T>(
        &self,
        column: &'static str,
        from_code: impl FnOnce(&str) -> Result<T, UnknownCodeError>,
        value: &str,
    ) -> Result<T, StoreError> {
        from_code(value).map_err(|_| self.corrupt(column, "unknown code"))
    }

    /// An office's id.
    pub(crate) fn office(&self, column: &'static str, value: &str) -> Result<OfficeId, StoreError> {
        OfficeId::parse(value).map_err(|_| self.corrupt(column, "not an office id"))
    }

    /// A pseudonym.
    pub(crate) fn pseudonym(
        &self,
        column: &'static str,
        value: &str,
    ) -> Result<Pseudonym, StoreError> {
        Pseudonym::parse(value).map_err(|_| self.corrupt(column, "not a pseudonym"))
    }

    /// A commitment.
    pub(crate) fn commitment(
        &self,
        column: &'static str,
        value: &[u8],
    ) -> Result<Commitment, StoreError> {
        Commitment::try_from(value).map_err(|_| self.corrupt(column, "not 32 bytes"))
    }

    /// A count that fits.
    pub(crate) fn number<T: TryFrom<i64>>(
        &self,
        column: &'static str,
        value: i64,
    ) -> Result<T, StoreError> {
        T::try_from(value).map_err(|_| self.corrupt(column, "out of range"))
    }

    /// JSON that was written by this crate.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(
        &self,
        column: &'static str,
        value: &[u8],
    ) -> Result<T, StoreError> {
        serde_json::from_slice(value)
            .map_err(|_| self.corrupt(column, "not the JSON that belongs here"))
    }
}

/// A point in time.
pub(crate) const fn instant(micros: i64) -> Instant {
    Instant::from_unix_micros(micros)
}

/// JSON for a column or for sealing.
pub(crate) fn to_json<T: serde::Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|error| StoreError::Defect(error.to_string()))
}

/// As JSON, for a column of text.
pub(crate) fn to_text<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Defect(error.to_string()))
}
