//! Early involvement (agreement, point 3): an office suspects that somebody is affected, and asks centres for help.
//!
//! ```text
//! noted ──offer──▶ offered ──a centre accepts──▶ accepted ──▶ contact agreed ──▶ closed
//!                     ▲                              │
//!                     └── it can't after all ────────┘          (closed is reached from everywhere)
//! ```
//!
//! A centre sees what help is needed, and a pseudonym that is its own: it can't tell who the person is, nor whether another centre was asked.
//! Nothing here knows, asks for or could hold whether somebody helps to prosecute anybody, or what she allowed.

mod need;
mod offer;
mod record;
mod rules;

pub use need::{HelpNeeded, HelpNeededByCentre};
pub use offer::{InvolvementOffer, OfferAnswer, OfferReason, OfferStanding, OfferState};
pub use record::{ContactAgreed, ContactMode, Involvement, InvolvementState, NewInvolvement};
pub use rules::InvolvementRules;
