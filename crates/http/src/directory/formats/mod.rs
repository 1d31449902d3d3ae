//! The directory in files: Open Referral HSDS 3 as JSON and as a tabular data package, and a table for spreadsheets.
//!
//! Reading tells every fault with its place in the file, and repeats nothing of what stands there. It knows the contract's types alone:
//! what the domain finds afterwards is led back to the file by [`Origin`].

mod bounds;
mod fault;
mod flat;
mod hsds;
mod package;
mod place;
mod rule;
mod sheet;
mod terms;
#[cfg(test)]
mod tests;

use freigabe_contract::{directory as wire, vocabulary::DirectoryFormat};
use uuid::Uuid;

pub(crate) use fault::{FileFault, FilePlace};
pub(crate) use place::Origin;

use fault::Faults;

/// So many centres at most stand in a file.
pub(crate) const MOST_CENTRES: usize = 5_000;
/// A file has so many bytes at most, unpacked.
pub(crate) const MOST_BYTES: usize = 64 * MIB;
/// So many faults at most are told of a file.
pub(crate) const MOST_FAULTS: usize = 10_000;

const MIB: usize = 1024 * 1024;

/// How much is read.
#[derive(Clone, Copy)]
struct Limits {
    /// Of the file, and of what is unpacked from it.
    bytes: usize,
    /// Records of tables that are joined: one that many others name counts each time.
    joined: usize,
}

const LIMITS: Limits = Limits {
    bytes: MOST_BYTES,
    joined: 2_000_000,
};

/// Under it stand the identifiers that this module makes: of taxonomies, of their terms, of centres whose file has other ones.
const NAMESPACE: Uuid = Uuid::from_u128(0x3f0e_8a56_52d1_4c3b_9c1e_7d1a_6b52_e0c4);

/// A centre that was read.
#[derive(Debug)]
pub(crate) struct ReadCentre {
    /// Its identifier: that of the file, or one that follows from it.
    pub(crate) id: Uuid,
    /// What it says, within the contract's bounds.
    pub(crate) entry: wire::CentreEntry,
    /// Where in the file it says so.
    pub(crate) origin: Origin,
}

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FormatError {
    /// As JSON.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// As comma-separated values.
    #[error("CSV: {0}")]
    Csv(#[from] csv::Error),
    /// As a ZIP file.
    #[error("ZIP: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// Into memory.
    #[error("memory: {0}")]
    Memory(#[from] std::io::Error),
}

/// Reads a file: the centres in it, and every fault. Nothing of a file with a fault may be taken; its centres are told all the same, so
/// that what else is wrong with them can be told as well.
pub(crate) fn read(format: DirectoryFormat, bytes: &[u8]) -> (Vec<ReadCentre>, Vec<FileFault>) {
    read_within(LIMITS, format, bytes)
}

fn read_within(
    limits: Limits,
    format: DirectoryFormat,
    bytes: &[u8],
) -> (Vec<ReadCentre>, Vec<FileFault>) {
    let mut faults = Faults::default();
    if bytes.len() > limits.bytes {
        let detail = format!("is larger than {} MiB", limits.bytes / MIB);
        faults.add(FilePlace::Whole, detail);
        return (Vec::new(), faults.into_vec());
    }
    let mut centres = match format {
        DirectoryFormat::HsdsJson => hsds::read_document(bytes, &mut faults),
        DirectoryFormat::HsdsPackage => package::read(bytes, limits, &mut faults),
        DirectoryFormat::Csv => flat::read(bytes, &mut faults),
    };
    place::refuse_repeated(&centres, &mut faults);
    bounds::check(&mut centres, &mut faults);
    if centres.len() > MOST_CENTRES {
        let detail = format!("holds more than {MOST_CENTRES} centres");
        faults.add(FilePlace::Whole, detail);
        centres.clear();
    }
    (centres, faults.into_vec())
}

/// Writes centres into a file. The same centres are the same bytes.
///
/// # Errors
/// When a library refuses, which none has a reason to.
pub(crate) fn write(
    format: DirectoryFormat,
    centres: &[wire::CounsellingCentre],
) -> Result<Vec<u8>, FormatError> {
    match format {
        DirectoryFormat::HsdsJson => hsds::write_document(centres),
        DirectoryFormat::HsdsPackage => package::write(centres),
        DirectoryFormat::Csv => flat::write(centres),
    }
}
