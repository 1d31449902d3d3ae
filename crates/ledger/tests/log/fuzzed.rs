//! The fuzz targets, for a bounded time: with good inputs, with damaged ones, and with random bytes.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

#[path = "../../fuzz/targets.rs"]
mod targets;

use targets::{TARGETS, Target, World};

use crate::edits::edit;

/// Runs a target with so many damaged documents and so many random inputs.
fn run(name: &str, target: Target, cases: u32) {
    let seeds = World::new().seeds(name);
    seeds.iter().for_each(|seed| target(seed));
    let damaged = (
        prop::sample::select(seeds),
        prop::collection::vec(edit(), 1..4),
    )
        .prop_map(|(mut data, edits)| {
            edits.iter().for_each(|edit| edit.apply(&mut data));
            data
        });
    let random = prop::collection::vec(any::<u8>(), 0..300);
    let inputs = prop_oneof![4 => damaged, 1 => random];
    let mut runner = TestRunner::new(ProptestConfig::with_cases(cases));
    let result = runner.run(&inputs, |data| {
        target(&data);
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{name}: {failure}"));
}

#[test]
fn no_bytes_break_a_parser_or_deceive_a_verifier() {
    for (name, target) in TARGETS {
        run(name, *target, 400);
    }
}
