//! The ZIP file: which of its files are tables that are read.

use std::{
    collections::HashMap,
    io::{Cursor, Read as _},
};

use serde_json::Value;
use zip::{ZipArchive, result::ZipError};

use super::{
    DESCRIPTOR,
    tables::{Table, WRITTEN},
};
use crate::directory::formats::{FilePlace, MIB, fault::Faults, sheet::Sheet};

/// So many files at most are in a package.
const MOST_FILES: usize = 200;
/// So many records at most are in a table.
const MOST_RECORDS: usize = 500_000;

/// The tables of a package that are there, read.
pub(super) fn open(
    bytes: &[u8],
    most_bytes: usize,
    faults: &mut Faults,
) -> Option<Vec<(&'static Table, Sheet)>> {
    let Ok(archive) = ZipArchive::new(Cursor::new(bytes)) else {
        faults.add(FilePlace::Whole, "is not a ZIP file");
        return None;
    };
    if archive.len() > MOST_FILES {
        faults.add(
            FilePlace::Whole,
            format!("holds more than {MOST_FILES} files"),
        );
        return None;
    }
    let mut package = Package {
        archive,
        most: most_bytes as u64,
        left: most_bytes as u64,
    };
    let (folder, paths) = package.described(faults)?;
    let mut sheets = Vec::new();
    for table in WRITTEN {
        let path = paths.get(table.resource).map_or(table.file, String::as_str);
        match package.file(&format!("{folder}{path}")) {
            Ok(None) if table.resource == "organization" || paths.contains_key(table.resource) => {
                faults.add(FilePlace::Table(table.file), "is missing");
                return None;
            }
            Ok(None) => {}
            Ok(Some(bytes)) => {
                let sheet = Sheet::read(&bytes, b',', Some(table.file), MOST_RECORDS, faults);
                sheets.push((*table, sheet));
            }
            Err(detail) => {
                faults.add(FilePlace::Table(table.file), detail);
                return None;
            }
        }
    }
    Some(sheets)
}

struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// So many bytes may be unpacked.
    most: u64,
    /// So many of them are left.
    left: u64,
}

impl Package<'_> {
    /// In which folder the package is, and where its description says that each table is.
    fn described(&mut self, faults: &mut Faults) -> Option<(String, HashMap<String, String>)> {
        let in_folder = format!("/{DESCRIPTOR}");
        let names = self
            .archive
            .file_names()
            .filter_map(|name| Some(name.ok()?.into_owned()));
        let described = names.filter(|name| name == DESCRIPTOR || name.ends_with(&in_folder));
        let Some(name) = described.min_by_key(String::len) else {
            return Some((String::new(), HashMap::new()));
        };
        let folder = name.strip_suffix(DESCRIPTOR).unwrap_or_default().to_owned();
        let place = FilePlace::Table(DESCRIPTOR);
        let bytes = match self.file(&name) {
            Ok(bytes) => bytes.unwrap_or_default(),
            Err(detail) => {
                faults.add(place, detail);
                return None;
            }
        };
        let Ok(description) = serde_json::from_slice::<Value>(&bytes) else {
            faults.add(place, "is not JSON");
            return None;
        };
        let mut paths = HashMap::new();
        for resource in description
            .get("resources")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let text = |name: &str| {
                resource
                    .get(name)
                    .and_then(Value::as_str)
                    .map(ToOwned::to_owned)
            };
            if let (Some(name), Some(path)) = (text("name"), text("path")) {
                paths.insert(name, path);
            }
        }
        Some((folder, paths))
    }

    /// A file; none: it isn't there.
    fn file(&mut self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let file = match self.archive.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(_) => {
                return Err(
                    "can't be unpacked: it must be stored or deflated, without a password"
                        .to_owned(),
                );
            }
        };
        let mut bytes = Vec::new();
        // What the ZIP file says about sizes isn't believed.
        let read = file.take(self.left + 1).read_to_end(&mut bytes);
        let length = read.map_err(|_| "can't be unpacked: it is damaged".to_owned())? as u64;
        let most = self.most / MIB as u64;
        let too_large = || format!("is too large: the package has more than {most} MiB unpacked");
        self.left = self.left.checked_sub(length).ok_or_else(too_large)?;
        Ok(Some(bytes))
    }
}
