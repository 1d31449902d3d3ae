//! All targets in one program: the first byte says which.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;

#[path = "../targets.rs"]
mod targets;

use targets::{TARGETS, World};

/// Puts good inputs of all targets into the corpus, so that fuzzing begins deep.
fn write_seeds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/log");
    std::fs::create_dir_all(&corpus).unwrap();
    let world = World::new();
    for (which, (name, _)) in (0_u8..).zip(TARGETS) {
        for (number, seed) in world.seeds(name).into_iter().enumerate() {
            let input = [&[which], seed.as_slice()].concat();
            std::fs::write(corpus.join(format!("seed-{name}-{number}")), input).unwrap();
        }
    }
}

fuzz_target!(
    init: write_seeds(),
    |data: &[u8]| {
        if let [which, data @ ..] = data {
            let (_, target) = TARGETS[usize::from(*which) % TARGETS.len()];
            target(data);
        }
    }
);
