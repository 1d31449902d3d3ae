//! What tests share: a fresh database of either kind, the use cases over it, a clock that can be moved.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "this crate is only ever a dev-dependency; a failure in it is a failed test"
)]

pub mod database;
pub mod on_both;
pub mod store;

pub use database::{Backend, TestDatabase};
pub use store::TestStore;
