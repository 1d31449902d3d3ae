//! Every port of the store as a state machine: random units of work, the same answers on SQLite, on PostgreSQL and by a model.
//!
//! A machine for a further port is a file here that implements [`machine::Port`].

mod access;
mod consents;
mod contact_pairs;
mod contacts;
mod directory;
mod disclosures;
mod erasures;
mod events;
mod forms;
mod given;
mod handovers;
mod involvements;
mod log;
mod machine;
mod notices;
mod offices;
mod pair;
mod regional;
mod requests;
mod security_notices;
mod slips;
mod world;
