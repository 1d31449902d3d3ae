//! What tests share: a fresh database of either kind, the application on a port, a clock that can be moved.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "this crate is only ever a dev-dependency; a failure in it is a failed test"
)]

pub mod admission;
pub mod app;
pub mod bench;
pub mod cluster;
pub mod consent;
pub mod database;
pub mod disk;
pub mod draft;
pub mod expect;
pub mod faulty;
pub mod fleet;
pub mod foreign;
pub mod forms;
pub mod inspect;
pub mod killable;
pub mod logs;
pub mod machine;
pub mod network;
pub mod node;
pub mod on_both;
pub mod over;
pub mod planted;
pub mod postmaster;
pub mod proof;
pub mod random;
pub mod request;
pub mod silent;
pub mod store;
pub mod stored_log;
pub mod tokens;

pub use app::TestApp;
pub use consent::a_consent;
pub use database::{Backend, TestDatabase};
pub use draft::{a_draft, an_item};
pub use expect::{ExpectAnswer, ExpectRefusal};
pub use fleet::Fleet;
pub use killable::KillableApp;
pub use node::Node;
pub use request::Raw;
pub use store::TestStore;
