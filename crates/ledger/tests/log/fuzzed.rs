//! The fuzz targets, for a bounded time: with good inputs, with damaged ones, and with random bytes.

#[path = "../../fuzz/targets.rs"]
mod targets;

use targets::{TARGETS, World};

use crate::edits::fuzz;

#[test]
fn no_bytes_break_a_parser_or_deceive_a_verifier() {
    for (name, target) in TARGETS {
        fuzz(name, *target, World::new().seeds(name), 400);
    }
}
