//! The cooperation agreement between Bundespolizei and KOK as types.
//!
//! The heart is point 4: a counselling centre tells the competent police office something **only if the affected
//! person authorised it**. Here that is a type: see [`disclosure::Disclosure`]. This crate knows no database, no HTTP
//! and no clock of its own; what it needs from outside it asks for in [`store`].

pub mod access;
pub mod audit;
pub mod consent;
pub mod contact;
pub mod contact_pair;
pub mod directory;
pub mod disclosure;
pub mod entropy;
pub mod erasure;
mod error;
pub mod exchange;
pub mod handover;
pub mod ids;
pub mod instant;
pub mod involvement;
pub mod known_person;
pub mod leaflet;
pub mod log;
pub mod office;
pub mod referral;
pub mod regional;
pub mod security_notice;
pub mod store;
pub mod text;
pub mod vocabulary;
pub mod withdrawal;

pub use error::{Error, InvalidInput};
