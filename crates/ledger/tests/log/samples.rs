//! Samples.

use std::collections::BTreeSet;

use freigabe_ledger::sample::sample;
use proptest::prelude::*;

fn drawn(seed: u8, population: u64, count: u64) -> Vec<u64> {
    sample(&[seed; 32], population, count).collect()
}

/// Made with the Python of the documentation.
#[test]
fn python_draws_the_same() {
    assert_eq!(drawn(7, 1000, 10), PYTHON_1000);
    assert_eq!(drawn(7, 5, 5), PYTHON_5);
    // More than half of all draws are passed over.
    assert_eq!(drawn(7, (1 << 63) + 1, 3), PYTHON_HUGE);
}

const PYTHON_1000: [u64; 10] = [668, 982, 30, 17, 230, 347, 676, 289, 999, 257];
const PYTHON_5: [u64; 5] = [3, 2, 0, 1, 4];
const PYTHON_HUGE: [u64; 3] = [
    8041678465153694668,
    8215343509288141017,
    2416570491571598347,
];

proptest! {
    #[test]
    fn a_sample_has_no_duplicates_and_no_strangers(seed: [u8; 32], population in 0_u64..500, count in 0_u64..600) {
        let found: Vec<u64> = sample(&seed, population, count).collect();
        prop_assert_eq!(found.len() as u64, count.min(population));
        prop_assert!(found.iter().all(|index| *index < population));
        prop_assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len());
        // A larger sample goes on from the smaller one.
        let fewer: Vec<u64> = sample(&seed, population, count / 2).collect();
        prop_assert!(found.starts_with(&fewer));
    }
}
