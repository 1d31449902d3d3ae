//! Contact pairs (agreement, point 9): an office and a centre that know whom to call, before there is any case.
//!
//! ```text
//!           opened by one side      the other writes its half      a half was not confirmed for too long
//! no pair ───────────────────▶ incomplete ──────────────────▶ current ──────────────────▶ stale
//!                                                                ▲    both halves are confirmed    │
//!                                                                └─────────────────────────────────┘
//! ```
//!
//! A pair has two halves. Each side writes and confirms its own, and reads both. Where a pair stands follows from the dates of its
//! halves and the clock, and is never stored. There is no person in it that anybody helps: it is about those who work there.

mod contact;
mod pair;
mod standing;

pub use contact::{
    HalfContacts, MOST_CONTACTS, PairChannel, PairRole, RoleContact, RoleContactError, Side,
};
pub use pair::{ContactPair, HalfDates, Halves, OtherSide};
pub use standing::{
    ContactGap, ContactPairRules, OfficeWithoutContact, PairStanding, TimedStanding,
};
