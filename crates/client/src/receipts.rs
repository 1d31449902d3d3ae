//! Receipts: what the log promised, kept for the day on which somebody asks.
//!
//! The answer to every change brings a receipt. A client with a [`ReceiptStore`] hands each one over before the call
//! returns; with the log's keys it also refuses an answer whose receipt is none of that log's.

use std::{
    collections::VecDeque,
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use freigabe_contract::log::RECEIPT;
use freigabe_ledger::{Note, NoteVerifier, Receipt, receipt};

use crate::http::RawAnswer;

/// Receipts that [`RecentReceipts`] keeps.
const MOST_RECENT: usize = 4_096;

/// A receipt as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptReceipt {
    note: Note,
    promise: Receipt,
}

/// Why what stands in the header is no receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the receipt can't be used: {0}")]
pub struct ReceiptFault(String);

impl KeptReceipt {
    /// The receipt of an answer; none if there is none.
    ///
    /// # Errors
    /// When what stands there is no receipt.
    pub fn of(answer: &RawAnswer) -> Result<Option<Self>, ReceiptFault> {
        let Some(value) = answer.headers.get(RECEIPT) else {
            return Ok(None);
        };
        let value = value.to_str().map_err(|error| fault(&error))?;
        Self::from_header(value).map(Some)
    }

    /// A receipt as it stands in the header.
    ///
    /// # Errors
    /// When it is none.
    pub fn from_header(value: &str) -> Result<Self, ReceiptFault> {
        let note = receipt::from_header(value).map_err(|error| fault(&error))?;
        let promise = Receipt::parse(note.text()).map_err(|error| fault(&error))?;
        Ok(Self { note, promise })
    }

    /// A receipt as [`ReceiptFolder`] writes it: the signed note.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(note: &str) -> Result<Self, ReceiptFault> {
        let note = Note::parse(note).map_err(|error| fault(&error))?;
        let promise = Receipt::parse(note.text()).map_err(|error| fault(&error))?;
        Ok(Self { note, promise })
    }

    /// As it stands in the header, and as `checkReceipt` takes it.
    #[must_use]
    pub fn to_header(&self) -> String {
        receipt::to_header(&self.note)
    }

    /// The signed note.
    #[must_use]
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// What it says; nobody has checked who signed it.
    #[must_use]
    pub const fn claimed(&self) -> &Receipt {
        &self.promise
    }

    /// What the log with one of these keys promised.
    ///
    /// # Errors
    /// When none of them signed it.
    pub fn verify(&self, keys: &[NoteVerifier]) -> Result<Receipt, ReceiptFault> {
        Receipt::open(&self.note, keys).map_err(|error| fault(&error))
    }
}

fn fault(error: &impl std::fmt::Display) -> ReceiptFault {
    ReceiptFault(error.to_string())
}

/// Where a client puts the receipts that it gets.
///
/// The call has been carried out by then and is not undone, so there is no way to fail here: a store that can't keep a
/// receipt has its own way to say so.
pub trait ReceiptStore: Send + Sync {
    /// Keeps a receipt.
    fn keep(&self, receipt: &KeptReceipt);
}

/// The most recent receipts, in memory: 4,096 of them.
#[derive(Debug, Default)]
pub struct RecentReceipts(Mutex<VecDeque<KeptReceipt>>);

impl RecentReceipts {
    /// All that are there, the oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<KeptReceipt> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().cloned().collect()
    }

    /// The newest one.
    #[must_use]
    pub fn last(&self) -> Option<KeptReceipt> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.back().cloned()
    }
}

impl ReceiptStore for RecentReceipts {
    fn keep(&self, receipt: &KeptReceipt) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_RECENT {
            kept.pop_front();
        }
        kept.push_back(receipt.clone());
    }
}

/// A folder with one file for each receipt, the signed note, named by the commitment of its leaf: `<64 digits>.receipt`.
/// A file is there whole or not at all.
#[derive(Debug)]
pub struct ReceiptFolder {
    folder: PathBuf,
    failures: Mutex<Vec<io::Error>>,
}

impl ReceiptFolder {
    /// Makes the folder if there is none.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        Ok(Self {
            folder,
            failures: Mutex::default(),
        })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// What went wrong since this was asked last, one error for each receipt that was not kept.
    #[must_use]
    pub fn take_failures(&self) -> Vec<io::Error> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *failures)
    }

    fn write(&self, receipt: &KeptReceipt) -> io::Result<()> {
        let name = receipt.promise.leaf.commitment.to_string();
        let unfinished = self.folder.join(format!(".{name}.{}", std::process::id()));
        let written = fs::File::create(&unfinished).and_then(|mut file| {
            file.write_all(receipt.note.to_string().as_bytes())?;
            file.sync_all()
        });
        let done = written.and_then(|()| {
            fs::rename(&unfinished, self.folder.join(format!("{name}.receipt")))?;
            // The name, too, is to outlive a loss of power.
            fs::File::open(&self.folder)?.sync_all()
        });
        if done.is_err() {
            // Whether or not it was made, nothing is to be left of it; what went wrong is told.
            let _gone = fs::remove_file(&unfinished);
        }
        done
    }
}

impl ReceiptStore for ReceiptFolder {
    fn keep(&self, receipt: &KeptReceipt) {
        if let Err(error) = self.write(receipt) {
            let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
            failures.push(error);
        }
    }
}

#[cfg(test)]
#[path = "receipts/tests.rs"]
mod tests;
