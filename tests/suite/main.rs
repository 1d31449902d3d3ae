//! Everything that needs a database: one program, so that it is linked once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a failure here is a failed test, and what is printed is for whoever reads its output"
)]

mod acceptance;
mod attacks;
mod erasure;
mod faults;
mod histories;
mod log;
mod ports;
mod storage;
mod support;
