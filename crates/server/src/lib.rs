//! The program: settings, keys, wiring, command line, and the demonstration.
//!
//! Everything else is libraries; here they are put together. [`wiring::start`] is the one way in which a server is
//! started: by `freigabe serve`, by the demonstration, and by tests.

pub mod cli;
pub mod demo;
pub mod keys;
mod language;
pub mod logging;
pub mod settings;
pub mod system;
pub mod wiring;

#[cfg(test)]
mod scratch;
