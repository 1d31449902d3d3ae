//! The tests stand in `suite/`.
