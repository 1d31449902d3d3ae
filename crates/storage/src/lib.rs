//! The store: the domain's ports on SQLite and PostgreSQL, from one set of entities and one migration set.
//!
//! Everything that differs between the two databases is in `backend`. Content, terms of consents and the centres' own
//! references are sealed under a key per case (`crypto`); those keys are wrapped by a [`MasterKey`] that never is in
//! the database.

mod access;
mod audit;
mod backend;
mod clean;
mod consent;
mod contact;
mod contact_pair;
mod crypto;
mod directory;
mod disclosure;
mod entity;
mod erasure;
mod examination;
mod failure;
mod form;
mod handover;
mod involvement;
mod known_person;
mod log;
mod migration;
mod notice;
mod office;
mod reference;
mod referral;
mod regional;
mod request;
mod rows;
mod security_notice;
mod settings;
mod store;
mod tx;

pub use backend::reserve_sqlite_file;
pub use crypto::{MasterKey, MasterKeyError};
pub use settings::{DatabaseClock, StatementObserver, StoreSettings};
pub use store::{
    OpenError, SqlStore, explain_audit_query, migrate, migrate_first, migration_status,
};
pub use tx::SqlTx;
