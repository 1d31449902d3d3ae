//! Disclosure: one message of a centre to the competent police office (agreement, point 4).
//!
//! ```text
//! Disclosure<Requested> --authorize(tx)--> Disclosure<Authorized<'tx>> --record(tx)--> Disclosure<Recorded>
//!                                                                   --commit--> Disclosure<Released>
//! ```
//!
//! | state | means | content readable |
//! | --- | --- | --- |
//! | [`Requested`] | a draft of a centre, a held message that an office wants to collect, or one that a centre wants to redirect | no |
//! | [`Authorized`] | the consent allows it, and this transaction holds the consent's row | by the store only, for a permit to seal or open it |
//! | [`Recorded`] | effect and log event are written in the transaction | no |
//! | [`Released`] | the transaction was committed | yes |
//!
//! `Authorized` can only be built by [`Disclosure::authorize`]; it is branded with its transaction by an invariant
//! lifetime, so it can neither outlive it nor be used in another. The database never yields one: a collection
//! authorises again.

mod assess;
mod item;
mod permit;
mod record;
mod refusal;
mod typestate;

pub(crate) use assess::of_force_fault;
pub use assess::{Circumstances, assess};
pub use item::{
    Content, Details, Item, ItemFault, ItemFaultKind, ItemProfile, PersonRole, PlaceRole,
};
pub use permit::{CollectionPermit, RedirectionPermit, ReleasePermit};
pub use record::{DisclosureRecord, DisclosureState, Pseudonym, PseudonymError, SealReason};
pub use refusal::{Needed, Refusal, RefusalReason, Refusals};
pub use typestate::{
    AuthorizationEvidence, AuthorizeError, Authorized, Disclosure, DisclosureTerms, Draft,
    Recorded, Refused, Released, Requested,
};
