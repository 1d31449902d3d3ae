//! What is wrong in a file, and where.

use std::fmt;

use super::MOST_FAULTS;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FilePlace {
    /// The file as a whole.
    Whole,
    /// In a JSON document: a pointer (RFC 6901).
    Pointer(String),
    /// In a table.
    Line {
        /// Which file of the package; none: the file is one table.
        table: Option<&'static str>,
        /// The line of the file at which the record begins, from 1.
        line: u64,
        /// Which column; none: the record as a whole.
        column: Option<&'static str>,
    },
    /// A file of the package as a whole.
    Table(&'static str),
}

impl fmt::Display for FilePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("the file"),
            Self::Pointer(pointer) if pointer.is_empty() => f.write_str("the document"),
            Self::Pointer(pointer) => f.write_str(pointer),
            Self::Table(table) => f.write_str(table),
            Self::Line {
                table,
                line,
                column,
            } => {
                if let Some(table) = table {
                    write!(f, "{table}, ")?;
                }
                write!(f, "line {line}")?;
                match column {
                    Some(column) => write!(f, ", column {column}"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// One fault in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileFault {
    /// Where.
    pub(crate) place: FilePlace,
    /// What is wrong, in English, without repeating what stands there.
    pub(crate) detail: String,
}

/// The faults of a file.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<FileFault>);

impl Faults {
    pub(super) fn add(&mut self, place: FilePlace, detail: impl Into<String>) {
        if self.0.len() < MOST_FAULTS {
            self.0.push(FileFault {
                place,
                detail: detail.into(),
            });
        }
    }

    pub(super) fn into_vec(self) -> Vec<FileFault> {
        self.0
    }
}
