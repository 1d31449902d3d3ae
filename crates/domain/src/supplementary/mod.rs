//! Supplementary agreements (agreement, point 10): who bears what share of the costs of something that police and network do together. Without
//! one, each side bears its own.
//!
//! ```text
//! proposed ──each other party confirms exactly this──▶ confirmed ──valid_from──▶ in_force
//!    │                                                     │                        │
//!    └──────────────── a party ends it ────────────────────┴────────────────────────┴──▶ ended (also: valid_until)
//! ```
//!
//! Where one stands is told from facts alone: who confirmed when, its validity, and its end. Nothing stored says "in force". Shares add up to the
//! total to the cent, or there are none ([`Shares`]). An affected person is no [`Participant`](crate::gathering::Participant), and no type here
//! has a place for her: help is free of charge to her (agreement, point 1).

mod money;
mod record;
mod shares;

pub use money::{CurrencyCode, CurrencyCodeError, Money, MoneyError};
pub use record::{NewSupplementaryAgreement, SupplementaryAgreement, SupplementaryEnd, Uncovered};
pub use shares::{Share, Shares, SharesError, divided};
