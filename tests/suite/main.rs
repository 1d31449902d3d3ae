//! Everything that needs a database: one program, so that it is linked once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "clippy recognises tests by their attribute, which stands in a macro here"
)]

mod storage;
