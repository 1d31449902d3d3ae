//! Randomness as a dependency: nothing in the domain draws its own.

use std::sync::atomic::{AtomicU64, Ordering};

/// The source of randomness failed. Nothing secret can be made without it, so the operation stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the source of randomness failed")]
pub struct EntropyError;

/// A source of random bytes. In production the operating system's; in tests a seeded one.
pub trait Entropy: Send + Sync {
    /// Fills the whole buffer.
    ///
    /// # Errors
    /// When the source can't deliver; the buffer's content is then undefined.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError>;
}

/// Deterministic bytes for tests and benchmarks: a SplitMix64 sequence. Never for production; nothing it makes is secret.
#[derive(Debug)]
pub struct SequentialEntropy(AtomicU64);

impl SequentialEntropy {
    /// The sequence that belongs to a seed.
    #[must_use]
    pub const fn starting_at(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Entropy for SequentialEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in buffer.chunks_mut(8) {
            let state = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^= z >> 31;
            for (to, from) in chunk.iter_mut().zip(z.to_le_bytes()) {
                *to = from;
            }
        }
        Ok(())
    }
}
