//! The fuzz targets, for a bounded time: with good inputs, with damaged ones, and with random bytes.

use crate::fuzzing::{TARGETS, Target, seeds};

#[path = "../../../ledger/tests/log/edits.rs"]
mod edits;

fn target(name: &str) -> Target {
    let mut all = TARGETS.iter();
    let found = all.find(|(known, _)| *known == name);
    found.expect("a target").1
}

macro_rules! targets {
    ($($name:ident)+) => {
        $(#[test]
        fn $name() {
            let name = stringify!($name);
            edits::fuzz(name, target(name), seeds(name), 1_000);
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
        let target = target(name);
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
