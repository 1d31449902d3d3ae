//! What the client needs from the machine it runs on: the time and random bytes. Both can be replaced in tests.

use std::sync::Arc;

use time::OffsetDateTime;

/// The source of randomness failed. No key, assertion or idempotency key is made without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the source of randomness failed")]
pub struct RandomnessError;

/// A source of random bytes.
pub trait RandomSource: Send + Sync {
    /// Fills the whole buffer.
    ///
    /// # Errors
    /// When the source can't deliver; the buffer's content is then undefined.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomnessError>;
}

impl<F> RandomSource for F
where
    F: Fn(&mut [u8]) -> Result<(), RandomnessError> + Send + Sync,
{
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomnessError> {
        self(buffer)
    }
}

/// The generator of the cryptographic library, seeded by the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl RandomSource for SystemRandom {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), RandomnessError> {
        aws_lc_rs::rand::fill(buffer).map_err(|_| RandomnessError)
    }
}

/// A clock, for the validity of assertions and for forgetting tokens in time.
pub type Now = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// The time and the randomness that a client uses.
#[derive(Clone)]
pub struct Surroundings {
    /// The clock.
    pub now: Now,
    /// The source of assertion ids and idempotency keys.
    pub random: Arc<dyn RandomSource>,
}

impl Surroundings {
    /// The system's clock and randomness.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "the default clock of a program that uses this client; tests put another in its place"
    )]
    pub fn system() -> Self {
        Self {
            now: Arc::new(OffsetDateTime::now_utc),
            random: Arc::new(SystemRandom),
        }
    }

    /// 128 random bits as 32 hexadecimal digits.
    pub(crate) fn unique_name(&self) -> Result<String, RandomnessError> {
        let mut bytes = [0_u8; 16];
        self.random.fill(&mut bytes)?;
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl Default for Surroundings {
    fn default() -> Self {
        Self::system()
    }
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Surroundings")
    }
}
