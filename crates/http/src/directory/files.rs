//! The directory brought in from a file, all of it or nothing, and taken along into one.

use freigabe_contract::{Fault, vocabulary::DirectoryFormat};
use freigabe_domain::{
    Error as DomainError, InvalidInput,
    access::Keeper,
    audit::Logged,
    exchange::{Exchange, ImportOutcome, ImportedCentre},
    ids::CentreId,
};

use super::formats::{self, FileFault, ReadCentre};
use crate::convert::directory as convert;

/// Entries are read so many at a time.
const AT_A_TIME: u16 = 200;

/// Why nothing was brought in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Everything that is wrong in the file, each with its place, in its order.
    #[error("{} of the file can't be taken", .0.len())]
    Faults(Vec<String>),
    /// The store, or something else outside of the file.
    #[error(transparent)]
    Failed(#[from] DomainError),
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// By the store.
    #[error(transparent)]
    Failed(#[from] DomainError),
    /// A defect of this program.
    #[error("the file can't be written: {0}")]
    Format(String),
}

/// Brings in the entries of a file. With `rehearsal` only says what would become of them.
///
/// # Errors
/// Every fault in the file, with its place (a line and a column, or a JSON pointer); what fails outside of it. In either case nothing
/// was changed.
pub async fn import_file(
    exchange: &dyn Exchange,
    keeper: &Keeper,
    format: DirectoryFormat,
    bytes: &[u8],
    rehearsal: bool,
) -> Result<Logged<ImportOutcome>, ImportError> {
    let (read, mut faults) = formats::read(format, bytes);
    let mut centres = Vec::with_capacity(read.len());
    let mut origins = Vec::with_capacity(read.len());
    for ReadCentre { id, entry, origin } in read {
        match convert::read_entry(entry, "", exchange).await? {
            Ok(entry) => centres.push(ImportedCentre {
                id: CentreId::from_uuid(id),
                entry,
            }),
            Err(found) => faults.extend(found.into_iter().map(
                |Fault {
                     pointer, detail, ..
                 }| {
                    let place = origin.place(&pointer.unwrap_or_default());
                    FileFault { place, detail }
                },
            )),
        }
        origins.push(origin);
    }
    if !faults.is_empty() {
        return Err(told(&faults));
    }
    match exchange.import_centres(keeper, &centres, rehearsal).await {
        Err(DomainError::Invalid(found)) => {
            let faults: Vec<FileFault> = found
                .into_iter()
                .filter_map(|InvalidInput { pointer, detail }| {
                    let rest = pointer.strip_prefix('/')?;
                    let (index, rest) = rest.split_once('/').unwrap_or((rest, ""));
                    let origin = origins.get(index.parse::<usize>().ok()?)?;
                    let place = origin.place(&format!("/{rest}"));
                    Some(FileFault { place, detail })
                })
                .collect();
            Err(told(&faults))
        }
        outcome => Ok(outcome?),
    }
}

fn told(faults: &[FileFault]) -> ImportError {
    let tell = |fault: &FileFault| format!("{}: {}", fault.place, fault.detail);
    ImportError::Faults(faults.iter().map(tell).collect())
}

/// Takes all entries along into a file. The same directory is the same bytes.
///
/// # Errors
/// The store's failure; a defect.
pub async fn export_file(
    exchange: &dyn Exchange,
    format: DirectoryFormat,
) -> Result<Vec<u8>, ExportError> {
    let rules = exchange.confirmation_rules();
    let mut centres = Vec::new();
    let mut after = None;
    loop {
        let (page, at) = exchange.centres(after, AT_A_TIME).await?;
        centres.extend(
            page.items
                .iter()
                .map(|centre| convert::centre(centre, rules, at)),
        );
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    formats::write(format, &centres).map_err(|error| ExportError::Format(error.to_string()))
}
