//! What only the database can get wrong: each rule on SQLite and on PostgreSQL.

mod auditors;
mod concurrency;
mod constraints;
pub(crate) mod contact_pairs;
mod corruption;
mod details_of_an_offer;
mod examination;
mod expiry;
pub(crate) mod handovers;
mod isolation;
mod log;
mod migrations;
mod older_log;
mod opening;
mod order;
mod plans;
mod proofs;
mod raw;
mod refusals;
mod regional;
mod roles;
mod sealing;
pub(crate) mod security_notices;
mod statements;
