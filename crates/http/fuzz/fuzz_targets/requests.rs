//! All targets in one program: the first byte says which; or the one that FUZZ_TARGET names, and then every byte is its own.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use freigabe_http::fuzzing::{TARGETS, Target, seeds};
use libfuzzer_sys::fuzz_target;

static ONE: LazyLock<Option<(&str, Target)>> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").ok()?;
    let known = TARGETS.iter().find(|(known, _)| *known == name);
    Some(*known.expect("FUZZ_TARGET names no target"))
});

/// Puts good inputs into the corpus, so that fuzzing begins deep.
fn write_seeds() {
    let name = ONE.map_or("requests", |(name, _)| name);
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(name);
    std::fs::create_dir_all(&corpus).unwrap();
    for (which, (name, _)) in (0_u8..).zip(TARGETS) {
        let before: &[u8] = match *ONE {
            Some((one, _)) if one != *name => continue,
            Some(_) => &[],
            None => &[which],
        };
        for (number, seed) in seeds(name).into_iter().enumerate() {
            let input = [before, seed.as_slice()].concat();
            std::fs::write(corpus.join(format!("seed-{name}-{number}")), input).unwrap();
        }
    }
}

fuzz_target!(
    init: write_seeds(),
    |data: &[u8]| {
        match (*ONE, data) {
            (Some((_, target)), data) => target(data),
            (None, [which, data @ ..]) => {
                let (_, target) = TARGETS[usize::from(*which) % TARGETS.len()];
                target(data);
            }
            (None, []) => {}
        }
    }
);
