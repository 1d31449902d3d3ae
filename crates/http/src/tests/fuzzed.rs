//! The fuzz targets, for a bounded time: with good inputs, with damaged ones, and with random bytes.

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::fuzzing::{TARGETS, Target, seeds};

#[path = "../../../ledger/tests/log/edits.rs"]
mod edits;

use edits::edit;

/// Runs a target with so many damaged documents and random inputs.
fn run(name: &str, target: Target, cases: u32) {
    let seeds = seeds(name);
    assert!(!seeds.is_empty(), "{name}: no good inputs");
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
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    };
    let result = TestRunner::new(config).run(&inputs, |data| {
        target(&data);
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{name}: {failure}"));
}

macro_rules! targets {
    ($($name:ident)+) => {
        $(#[test]
        fn $name() {
            let name = stringify!($name);
            let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("a target");
            run(name, *target, 1_000);
        })+

        #[test]
        fn every_target_runs() {
            let tested = [$(stringify!($name)),+];
            let known: Vec<_> = TARGETS.iter().map(|(name, _)| *name).collect();
            assert_eq!(known, tested);
        }
    };
}
targets! {
    access_token access_claims assertion assertion_claims proof proof_claims cursor query headers forwarded body
}

/// What is signed or encoded is not taken with any one byte changed.
#[test]
fn no_changed_byte_is_taken() {
    for name in ["access_token", "assertion", "proof", "cursor"] {
        let (_, target) = TARGETS
            .iter()
            .find(|(known, _)| *known == name)
            .expect("a target");
        for seed in seeds(name) {
            for at in 0..seed.len() {
                for bits in [0x01, 0x02, 0x20, 0x40] {
                    let mut changed = seed.clone();
                    changed[at] ^= bits;
                    target(&changed);
                }
            }
        }
    }
}
