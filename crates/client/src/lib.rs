//! A typed client for Freigabe's API.
//!
//! A [`Client`] speaks for one registered client of one organisation: a counselling centre, a police office, an auditor.
//! It signs in by itself with the client's private key (RFC 7523), keeps the token until shortly before it ends, and
//! gets a new one once when the server refuses it. Its tokens are bound to a key that it makes for itself, and proves to
//! have with each call (DPoP, RFC 9449). Every operation of the API is a method of the same name.
//!
//! ```no_run
//! # async fn example() -> Result<(), freigabe_client::Error> {
//! use freigabe_client::{Client, Credentials, PageQuery};
//!
//! let office = Client::new(
//!     "https://freigabe.example",
//!     Credentials {
//!         client_id: "office-vorgang".to_owned(),
//!         private_jwk: std::fs::read_to_string("office-vorgang.jwk").unwrap_or_default(),
//!     },
//! )?;
//! for waiting in office.list_inbox(&PageQuery::default()).await?.items {
//!     let collected = office.collect_disclosure(waiting.id, None).await?;
//!     println!("{} items", collected.items.len());
//!     office.acknowledge_disclosure(waiting.id, None).await?;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The answer to a change brings a receipt: the log's signed promise that the event will be in the public log. Give the
//! client a place for them ([`ClientBuilder::receipts`]): its partner's proof, should the log ever lack one.
//!
//! A call that changes something takes an optional idempotency key. Without one each call gets a key of its own; whoever
//! wants to repeat a call after [`Error::Transport`] without doing it twice chooses the key beforehand and gives the same
//! one again. A collection is no exception: repeated, it asks the consent again.

mod audit;
mod call;
mod client;
mod consents;
mod contact_pairs;
mod contacts;
mod directory;
mod disclosures;
mod dpop;
mod error;
mod export;
mod handovers;
mod health;
mod http;
mod inbox;
mod involvements;
mod keys;
mod leaflets;
mod log;
mod offices;
mod onboarding;
mod page;
mod receipts;
mod regional;
mod registration;
mod security_notices;
mod surroundings;
mod token;
mod withdrawal_notices;

#[cfg(test)]
mod tests;

pub use self::{
    client::{Client, ClientBuilder},
    consents::Tagged,
    error::{ApiError, Error, RegistrationError, TokenError},
    export::Export,
    http::{Limits, RawAnswer},
    keys::{ClientKeyPair, KeyError},
    page::every_item,
    receipts::{KeptReceipt, ReceiptFault, ReceiptFolder, ReceiptStore, RecentReceipts},
    registration::{register, register_keeping},
    surroundings::{Now, RandomSource, RandomnessError, Surroundings, SystemRandom},
    token::{AccessToken, Credentials},
};
pub use freigabe_contract as contract;
pub use freigabe_contract::query::{
    AgreementFilter, AuditFilter, AuditPeriod, CentreFilter, ExportQuery, KeptCentreFilter,
    MatterQuery, OfficeFilter, PageQuery, PlaceQuery,
};
pub use freigabe_ledger as ledger;
pub use reqwest::{Method, StatusCode, header};
