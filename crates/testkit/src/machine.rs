//! What tests take from the machine they run on: the time, for tokens, and randomness.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use freigabe_client::{RandomSource as _, SystemRandom};
use freigabe_domain::{
    entropy::{Entropy, EntropyError},
    instant::{Clock, Instant},
};
use time::{Duration, OffsetDateTime};

/// The clock of the nodes, by which tokens, assertions and proofs are judged: the machine's, until a test stops it. All nodes
/// share it.
#[derive(Debug, Clone, Default)]
pub struct NodeClock(Arc<Mutex<Option<Instant>>>);

impl NodeClock {
    /// From now on it shows this time, and stands still.
    pub fn stop(&self, at: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
    }
}

impl Clock for NodeClock {
    fn now(&self) -> Instant {
        let stopped = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stopped.unwrap_or_else(|| {
            let micros = i64::try_from(machine_time().unix_timestamp_nanos() / 1_000);
            let micros = micros.expect("a machine whose clock is between 1970 and 9999");
            Instant::from_unix_micros(micros)
        })
    }
}

/// The machine's time.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "tokens live by the machine's time; validity of consents by the database's, which tests move"
)]
pub fn machine_time() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// The machine's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct MachineEntropy;

impl Entropy for MachineEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        SystemRandom.fill(buffer).map_err(|_| EntropyError)
    }
}

/// How far the database's clock is from the machine's, which both databases run on. All nodes share it.
#[derive(Debug, Clone, Default)]
pub struct DatabaseShift(Arc<AtomicI64>);

impl DatabaseShift {
    /// What the store adds to the database's clock, in microseconds.
    #[must_use]
    pub fn handle(&self) -> Arc<AtomicI64> {
        Arc::clone(&self.0)
    }

    /// A clock that is so many microseconds from the machine's.
    pub(crate) fn by(micros: i64) -> Self {
        Self(Arc::new(AtomicI64::new(micros)))
    }

    /// How many microseconds it is from the machine's.
    pub(crate) fn micros(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// Moves the clock on.
    pub fn advance(&self, by: Duration) {
        let micros = i64::try_from(by.whole_microseconds()).expect("a duration that fits");
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    /// Sets the clock: from now on it shows this time or a later one.
    pub fn set(&self, time: OffsetDateTime) {
        // Both in whole milliseconds, which is what SQLite's clock shows: so it never shows a time before the one set.
        let millis = |time: OffsetDateTime| time.unix_timestamp_nanos().div_euclid(1_000_000);
        let shift = (millis(time) - millis(machine_time())) * 1_000;
        self.0.store(
            i64::try_from(shift).expect("a time that fits"),
            Ordering::SeqCst,
        );
    }

    /// Back to the machine's time.
    pub fn reset(&self) {
        self.0.store(0, Ordering::SeqCst);
    }
}
