//! Histories: what several clients see who ask several servers for the same things at the same time, while servers are killed
//! and started again.
//!
//! A history is one person's consent and all that is done under it: [`plan`] says from a seed what each client will try,
//! [`run`] lets them, and notes what they were answered and when, and [`judge`] holds that against the log and the database.
//! [`campaign`] carries out many of them, one beside the other, and [`chaos`] kills what they run on.
//!
//! The plan is the seed's alone, so that a history can be tried again; in what order its steps meet is up to the machine.

pub mod campaign;
pub mod chaos;
pub mod judge;
pub mod plan;
pub mod run;
