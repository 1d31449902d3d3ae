//! The only places where the program takes the time and randomness of the machine. Everything else is handed them.

use freigabe_domain::{
    entropy::{Entropy, EntropyError},
    instant::{Clock, Instant},
};
use time::OffsetDateTime;

/// The machine's clock. It concerns this node only (token lifetimes); consent is judged by the database's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the production clock: the one place that reads the machine's time"
    )]
    fn now(&self) -> Instant {
        let nanoseconds = OffsetDateTime::now_utc().unix_timestamp_nanos();
        Instant::from_unix_micros(i64::try_from(nanoseconds / 1_000).unwrap_or(i64::MAX))
    }
}

/// A witness's time: whole seconds of the same clock.
impl freigabe_witness::Clock for SystemClock {
    fn now(&self) -> u64 {
        u64::try_from(Clock::now(self).as_unix_seconds()).unwrap_or_default()
    }
}

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    #[expect(
        clippy::disallowed_methods,
        reason = "the production source of randomness: the one place that draws from the operating system"
    )]
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(buffer).map_err(|_| EntropyError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_runs_and_the_entropy_differs() {
        assert!(SystemClock.now() > Instant::from_unix_micros(1_700_000_000_000_000));
        let (mut first, mut second) = ([0_u8; 32], [0_u8; 32]);
        OsEntropy.fill(&mut first).unwrap();
        OsEntropy.fill(&mut second).unwrap();
        assert_ne!(first, second);
    }
}
