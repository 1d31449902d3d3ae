//! Where in a file each part of an entry stood.

use std::collections::{BTreeMap, HashSet};

use super::{FilePlace, ReadCentre, fault::Faults};

/// Where in a file each part of an entry stood.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin(BTreeMap<String, FilePlace>);

impl Origin {
    /// Where the part of the entry stood that this JSON pointer names, or else the nearest part around it.
    #[must_use]
    pub(crate) fn place(&self, pointer: &str) -> FilePlace {
        let mut pointer = pointer;
        loop {
            if let Some(place) = self.0.get(pointer) {
                return place.clone();
            }
            match pointer.rfind('/') {
                Some(end) => pointer = pointer.get(..end).unwrap_or_default(),
                None => return FilePlace::Whole,
            }
        }
    }

    pub(super) fn note(&mut self, pointer: impl Into<String>, place: FilePlace) {
        self.0.insert(pointer.into(), place);
    }
}

/// Every centre stands in a file once; the others are faults.
pub(super) fn refuse_repeated(centres: &[ReadCentre], faults: &mut Faults) {
    let mut seen = HashSet::with_capacity(centres.len());
    for centre in centres {
        if !seen.insert(centre.id) {
            let place = centre.origin.place("");
            faults.add(place, "is a centre that stands in the file before");
        }
    }
}
