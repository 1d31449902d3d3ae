//! A person whom an office and a centre both know, named by what they share: a message, or an offer that the centre accepted.

use crate::{
    disclosure::Pseudonym,
    ids::{CaseId, DisclosureId, InvolvementOfferId},
};

/// From what an office knows a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownFrom {
    /// A disclosure for it.
    Disclosure(DisclosureId),
    /// An offer of its own that a centre accepted.
    Offer(InvolvementOfferId),
}

/// Why the centre knows the person too, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonBasis {
    /// Its own disclosure.
    Disclosure(DisclosureId),
    /// The offer that it accepted, and the pseudonym that it was told.
    Offer(InvolvementOfferId, Pseudonym),
}

/// A person whom office and centre both know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// Her case: the centre's, or the office's.
    pub case: CaseId,
    /// Her pseudonym in the log.
    pub person: Pseudonym,
    /// Why the centre knows her.
    pub basis: PersonBasis,
}
