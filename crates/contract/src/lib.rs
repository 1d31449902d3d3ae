//! What partners see: the types of requests and responses, their vocabularies, their problems.
//!
//! Requests refuse unknown fields; responses don't, so that clients stay tolerant of what is added later. Bounds are in the
//! schemas, which the server enforces. This crate knows nothing of the domain: it is the language both sides speak.

pub mod access;
pub mod advisory;
pub mod audit;
pub mod consent;
pub mod contact;
pub mod contact_pair;
pub mod directory;
pub mod disclosure;
pub mod examples;
pub mod gathering;
pub mod handover;
pub mod involvement;
pub mod joint;
pub mod known_person;
pub mod leaflet;
pub mod log;
pub mod office;
pub mod onboarding;
mod page;
pub mod press;
pub mod prevention;
pub mod problem;
pub mod query;
pub mod referral;
pub mod regional;
pub mod registration;
pub mod review;
pub mod security_notice;
pub mod supplementary;
pub mod text;
mod timestamp;
pub mod training;
pub mod vocabulary;
pub mod withdrawal;

pub use page::Page;
pub use problem::{Fault, Problem, ProblemType};
pub use text::{
    CalendarDate, ClientId, CountryCode, CurrencyCode, LanguageCode, LongText, OfficeId, Postcode,
    PostcodePrefix, PostcodeRegion, Pseudonym, Reference, Sha256, ShortText, TimeOfDay, WebAddress,
};
pub use timestamp::{Timestamp, TimestampError};
