//! What tests share: a fresh database of either kind, the application on a port, a clock that can be moved.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this crate is only ever a dev-dependency; a failure in it is a failed test"
)]

pub mod database;

pub use database::{Backend, TestDatabase};
