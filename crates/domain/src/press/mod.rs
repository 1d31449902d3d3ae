//! Press releases of both sides (agreement, point 7): what is published is what both sides have approved, word for word.
//!
//! [`PressRelease<Draft>`] → [`PressRelease::approved`], in the transaction that holds the row → [`PressRelease<Approved>`] →
//! [`PressRelease::publish`]. There is no other road: a store takes a [`PublicationPermit`], and only the second state gives one.

mod record;
mod text;
mod typestate;

pub use record::{
    Discard, NewPressRelease, PressApproval, PressComment, PressStanding, PressVersion,
    Publication, PublicationObstacle, StoredPressRelease,
};
pub use text::{PressText, TextDigest};
pub use typestate::{ApprovalEvidence, Approved, Draft, PressRelease, PublicationPermit};
