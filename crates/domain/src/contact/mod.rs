//! Contact details of a person, from an office to the centre that helps (agreement, point 3): the gate of point 4 in the other direction.
//!
//! ```text
//! ContactDetails<Requested> --authorize(tx)--> ContactDetails<Authorized<'tx>> --record(tx)--> ContactDetails<Recorded>
//!                                                                          --commit--> ContactDetails<Released>
//! ```
//!
//! An involvement is pseudonymous. Who the person is, and how she is reached, a centre learns only through an `Authorized`, which can
//! only be built by [`ContactDetails::authorize`] from a contact consent that is in force, inside the transaction that holds its row. It
//! is branded with its transaction; a collection authorises again. There is no override. What a person allows or takes back here changes
//! nothing in her involvement, which does not even say that there is such a consent.

mod assess;
mod permit;
mod record;
mod terms;
mod typestate;

pub use assess::ContactRefusals;
pub use permit::{ContactCollectionPermit, ContactReleasePermit};
pub use record::{
    ContactConsent, ContactRecord, ContactState, ContactWithdrawal, LockedContactConsent,
};
pub use terms::{ContactContent, ContactItem, ContactItemKind, ContactNotice, ContactTerms};
pub use typestate::{
    Authorized, ContactAuthorizeError, ContactDetails, ContactDraft, ContactEvidence,
    ContactRefused, Recorded, Released, Requested,
};
