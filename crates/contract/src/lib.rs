//! What partners see: the types of requests and responses, their vocabularies, their problems.
//!
//! Requests refuse unknown fields; responses don't, so that clients stay tolerant of what is added later. Bounds are in the
//! schemas, which the server enforces. This crate knows nothing of the domain: it is the language both sides speak.

pub mod access;
pub mod audit;
pub mod consent;
pub mod contact;
pub mod contact_pair;
pub mod directory;
pub mod disclosure;
pub mod examples;
pub mod handover;
pub mod involvement;
pub mod known_person;
pub mod leaflet;
pub mod log;
pub mod office;
pub mod onboarding;
mod page;
pub mod problem;
pub mod query;
pub mod referral;
pub mod regional;
pub mod registration;
pub mod security_notice;
pub mod text;
mod timestamp;
pub mod vocabulary;
pub mod withdrawal;

pub use page::Page;
pub use problem::{Fault, Problem, ProblemType};
pub use text::{
    CalendarDate, ClientId, CountryCode, LanguageCode, LongText, OfficeId, Postcode,
    PostcodePrefix, PostcodeRegion, Pseudonym, Reference, Sha256, ShortText, TimeOfDay, WebAddress,
};
pub use timestamp::{Timestamp, TimestampError};
