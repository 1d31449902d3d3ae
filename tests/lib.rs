//! Harnesses that show what the whole promises: see `docs/evidence`. The tests stand in `suite/`.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "no part of any program; a failure in it is a failed test"
)]

pub mod histories;
