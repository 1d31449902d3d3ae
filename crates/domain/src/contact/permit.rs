//! What a store is shown when it is to seal or to open contact details: one permit for one of them, in one transaction.

use super::{Authorized, ContactContent, ContactRecord};
use crate::{instant::Instant, store::Brand};

/// The permit to hold. Only [`super::ContactDetails::record`] makes one, out of the authorisation of the same transaction.
#[derive(Debug)]
pub struct ContactReleasePermit<'tx> {
    record: ContactRecord,
    content: ContactContent,
    _brand: Brand<'tx>,
}

/// The permit to open and mark. Only [`super::ContactDetails::record`] makes one, out of the authorisation of the same
/// transaction.
#[derive(Debug)]
pub struct ContactCollectionPermit<'tx> {
    held: ContactRecord,
    at: Instant,
    _brand: Brand<'tx>,
}

impl<'tx> ContactReleasePermit<'tx> {
    // INVARIANT: the record and the content are those that `_authorized` was given for.
    pub(super) const fn new(
        _authorized: &Authorized<'tx>,
        record: ContactRecord,
        content: ContactContent,
    ) -> Self {
        Self {
            record,
            content,
            _brand: std::marker::PhantomData,
        }
    }

    /// What is to be stored.
    #[must_use]
    pub const fn record(&self) -> &ContactRecord {
        &self.record
    }

    /// What is to be sealed.
    #[must_use]
    pub const fn content(&self) -> &ContactContent {
        &self.content
    }

    pub(super) fn into_record(self) -> ContactRecord {
        self.record
    }
}

impl<'tx> ContactCollectionPermit<'tx> {
    // INVARIANT: `held` is what `_authorized` was given for.
    pub(super) const fn new(
        _authorized: &Authorized<'tx>,
        held: ContactRecord,
        at: Instant,
    ) -> Self {
        Self {
            held,
            at,
            _brand: std::marker::PhantomData,
        }
    }

    /// Its record, as it was read.
    #[must_use]
    pub const fn record(&self) -> &ContactRecord {
        &self.held
    }

    /// The time of the authorisation, which is that of the collection.
    #[must_use]
    pub const fn at(&self) -> Instant {
        self.at
    }

    pub(super) fn into_record(self) -> ContactRecord {
        self.held
    }
}
