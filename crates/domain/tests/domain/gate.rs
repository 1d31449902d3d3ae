//! The gate alone: pure functions, no store.

mod inputs;
mod model;
mod narrowing;
mod properties;
mod reasons;
mod rules;
