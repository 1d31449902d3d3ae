//! A witness of the disclosure log.

mod store;
#[cfg(test)]
mod scratch;

pub use store::{Seen, Store, StoreError};
