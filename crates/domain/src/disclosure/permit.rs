//! What a store is shown when it is to seal or to open content: one permit for one disclosure, in one transaction.

use super::{Authorized, Content, DisclosureRecord};
use crate::{ids::DisclosureId, instant::Instant, office::OfficeId, store::Brand};

/// The permit to hold one release. Only [`super::Disclosure::record`] makes one, out of the authorisation of the same
/// transaction.
#[derive(Debug)]
pub struct ReleasePermit<'tx> {
    record: DisclosureRecord,
    content: Content,
    _brand: Brand<'tx>,
}

/// The permit to open and mark one held disclosure. Only [`super::Disclosure::record`] makes one, out of the
/// authorisation of the same transaction.
#[derive(Debug)]
pub struct CollectionPermit<'tx> {
    held: DisclosureRecord,
    at: Instant,
    _brand: Brand<'tx>,
}

/// The permit to hold one message for another office than before. Only [`super::Disclosure::record`] makes one, out of the
/// authorisation of the same transaction.
#[derive(Debug)]
pub struct RedirectionPermit<'tx> {
    former: OfficeId,
    record: DisclosureRecord,
    _brand: Brand<'tx>,
}

impl<'tx> RedirectionPermit<'tx> {
    // INVARIANT: the record is the held message that `_authorized` was given for, with the recipient that was allowed.
    pub(super) const fn new(
        _authorized: &Authorized<'tx>,
        former: OfficeId,
        record: DisclosureRecord,
    ) -> Self {
        Self {
            former,
            record,
            _brand: std::marker::PhantomData,
        }
    }

    /// The office that the message waited for.
    #[must_use]
    pub const fn former(&self) -> &OfficeId {
        &self.former
    }

    /// The message as it is to be held.
    #[must_use]
    pub const fn record(&self) -> &DisclosureRecord {
        &self.record
    }

    pub(super) fn into_record(self) -> DisclosureRecord {
        self.record
    }
}

impl<'tx> ReleasePermit<'tx> {
    // INVARIANT: the record and the content are those that `_authorized` was given for; `record` builds both from it.
    pub(super) const fn new(
        _authorized: &Authorized<'tx>,
        record: DisclosureRecord,
        content: Content,
    ) -> Self {
        Self {
            record,
            content,
            _brand: std::marker::PhantomData,
        }
    }

    /// What is to be stored.
    #[must_use]
    pub const fn record(&self) -> &DisclosureRecord {
        &self.record
    }

    /// What is to be sealed.
    #[must_use]
    pub const fn content(&self) -> &Content {
        &self.content
    }

    pub(super) fn into_record(self) -> DisclosureRecord {
        self.record
    }
}

impl<'tx> CollectionPermit<'tx> {
    // INVARIANT: `held` is the disclosure that `authorized` was given for.
    pub(super) const fn new(
        _authorized: &Authorized<'tx>,
        held: DisclosureRecord,
        at: Instant,
    ) -> Self {
        Self {
            held,
            at,
            _brand: std::marker::PhantomData,
        }
    }

    /// The disclosure that may be opened.
    #[must_use]
    pub const fn id(&self) -> DisclosureId {
        self.held.id
    }

    /// Its record, as it was read.
    #[must_use]
    pub const fn record(&self) -> &DisclosureRecord {
        &self.held
    }

    /// The time of the authorisation, which is that of the collection.
    #[must_use]
    pub const fn at(&self) -> Instant {
        self.at
    }

    pub(super) fn into_record(self) -> DisclosureRecord {
        self.held
    }
}
