//! Samples that anyone can draw again: which indexes an auditor looks at follows from a seed, so that neither side can
//! choose them.
//!
//! Draw number `n` (from 0) is the first eight bytes, big-endian, of `HMAC-SHA256(seed, n as eight bytes, big-endian)`.
//! A draw at or above the largest multiple of the population that is at most 2^64 is passed over, so that no index is
//! likelier than another; the index is the remainder by the population; one that came before is passed over. In Python:
//!
//! ```python
//! import hmac
//! def sample(seed, population, count):
//!     found, n = [], 0
//!     while len(found) < min(count, population):
//!         draw = int.from_bytes(hmac.digest(seed, n.to_bytes(8, "big"), "sha256")[:8], "big")
//!         n += 1
//!         if draw < 2**64 - 2**64 % population and draw % population not in found:
//!             found.append(draw % population)
//!     return found
//! ```

use std::collections::BTreeSet;

use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The indexes of a sample, in the order in which they are drawn: each below `population`, none twice, as many as
/// asked for or as there are.
///
/// Drawing nearly all of a large population takes long, as duplicates become frequent: about `ln(population)` draws
/// for each index, all of it kept in memory. The iterator is lazy, so a caller can stop at any time.
pub fn sample(seed: &[u8; 32], population: u64, count: u64) -> impl Iterator<Item = u64> {
    let mut draws = Draws::new(seed, population);
    let mut found = BTreeSet::new();
    let wanted = count.min(population);
    std::iter::from_fn(move || {
        if found.len() as u64 == wanted {
            return None;
        }
        draws.find(|index| found.insert(*index))
    })
}

/// Indexes below the population, all equally likely, for ever; none at all for a population of 0.
struct Draws {
    keyed: Hmac<Sha256>,
    population: u64,
    next: u64,
}

impl Draws {
    fn new(seed: &[u8; 32], population: u64) -> Self {
        // HMAC pads a short key with zeros (RFC 2104, section 2); this constructor cannot fail.
        let mut key = Key::<Hmac<Sha256>>::default();
        key.iter_mut()
            .zip(seed)
            .for_each(|(padded, byte)| *padded = *byte);
        Self {
            keyed: Hmac::<Sha256>::new(&key),
            population,
            next: 0,
        }
    }

    fn draw(&mut self) -> u64 {
        let mut mac = self.keyed.clone();
        mac.update(&self.next.to_be_bytes());
        self.next += 1;
        let [a, b, c, d, e, f, g, h, ..]: [u8; 32] = mac.finalize().into_bytes().into();
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

impl Iterator for Draws {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        // 2^64 mod population, without 2^64.
        let excess = u64::MAX
            .checked_rem(self.population)
            .map(|rest| (rest + 1) % self.population)?;
        loop {
            let draw = self.draw();
            if draw <= u64::MAX - excess {
                return Some(draw % self.population);
            }
        }
    }
}
