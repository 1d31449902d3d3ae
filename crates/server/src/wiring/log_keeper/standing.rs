//! What is known of each witness, and what was said about it: every change once, not every second.

use std::{
    cell::RefCell,
    collections::BTreeMap,
    time::{Duration, Instant as Stopwatch},
};

/// Longest time for which a witness that does not answer is left alone.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// After the first failure.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// What came of asking a witness for a cosignature.
pub(super) enum Standing {
    /// It cosigned.
    Cosigned,
    /// It has something newer already, or changes at this moment: nothing is wrong.
    Later,
    /// What it says can't be if the log here is right.
    Contradicts(String),
    /// It does not answer, or refuses.
    Failed(String),
}

/// What is known of each witness.
#[derive(Default)]
pub(super) struct Standings(RefCell<BTreeMap<String, Known>>);

#[derive(Default)]
struct Known {
    /// The size that it saw last, as far as known here.
    last: u64,
    failures: u32,
    not_before: Option<Stopwatch>,
    told: Told,
}

impl Standings {
    fn with<T>(&self, witness: &str, change: impl FnOnce(&mut Known) -> T) -> T {
        let mut all = self.0.borrow_mut();
        change(all.entry(witness.to_owned()).or_default())
    }

    /// The size that it saw last.
    pub(super) fn last(&self, witness: &str) -> u64 {
        self.with(witness, |known| known.last)
    }

    /// Whether it is worth asking it now.
    pub(super) fn may_ask(&self, witness: &str) -> bool {
        let now = Stopwatch::now();
        self.with(witness, |known| known.not_before.is_none_or(|at| at <= now))
    }

    /// It said what it saw.
    pub(super) fn known(&self, witness: &str, size: u64) {
        self.with(witness, |known| {
            known.last = size;
            known.not_before = None;
        });
    }

    /// It cosigned this size.
    pub(super) fn cosigned(&self, witness: &str, size: u64) {
        self.with(witness, |known| {
            *known = Known {
                last: size,
                told: std::mem::take(&mut known.told),
                ..Known::default()
            };
            known.told.well(&format!(
                "witness {witness} cosigns the disclosure log again"
            ));
        });
    }

    /// It is asked again in the next round.
    pub(super) fn later(&self, witness: &str) {
        self.with(witness, |known| known.not_before = None);
    }

    /// It did not do what it was asked; it is left alone for a while, longer each time.
    pub(super) fn failed(&self, witness: &str, why: &str) {
        self.with(witness, |known| {
            let pause = SHORTEST_PAUSE
                .saturating_mul(1_u32.checked_shl(known.failures.min(5)).unwrap_or(32))
                .min(LONGEST_PAUSE);
            known.failures = known.failures.saturating_add(1);
            known.not_before = Some(Stopwatch::now() + pause);
            known.told.trouble(&format!(
                "witness {witness} does not cosign the disclosure log: {why}"
            ));
        });
    }
}

/// What was said last about something: it is not said again before it changes.
#[derive(Default)]
pub(super) struct Told(Option<String>);

impl Told {
    /// Says that it is well again, if it was not.
    pub(super) fn well(&mut self, text: &str) {
        if self.0.take().is_some() {
            tracing::info!("{text}");
        }
    }

    pub(super) fn trouble(&mut self, text: &str) {
        if self.is_new(text) {
            tracing::warn!("{text}");
        }
    }

    pub(super) fn alarm(&mut self, text: &str) {
        if self.is_new(text) {
            tracing::error!("{text}");
        }
    }

    fn is_new(&mut self, text: &str) -> bool {
        let new = self.0.as_deref() != Some(text);
        if new {
            self.0 = Some(text.to_owned());
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_witness_that_fails_is_left_alone_and_one_that_cosigns_is_asked_at_once() {
        let standings = Standings::default();
        assert!(standings.may_ask("w"));
        standings.failed("w", "it does not answer");
        assert!(!standings.may_ask("w"));
        assert!(standings.may_ask("another"));
        standings.cosigned("w", 7);
        assert!(standings.may_ask("w"));
        assert_eq!(standings.last("w"), 7);
        for _ in 0..40 {
            standings.failed("w", "it does not answer");
        }
        let pause = standings.with("w", |known| known.not_before.unwrap() - Stopwatch::now());
        assert!(pause <= LONGEST_PAUSE, "{pause:?}");
        assert_eq!(standings.last("w"), 7, "what it saw it has seen");
    }

    #[test]
    fn the_same_trouble_is_said_once() {
        let mut told = Told::default();
        assert!(told.is_new("a"));
        assert!(!told.is_new("a"));
        assert!(told.is_new("b"));
        told.well("good");
        assert!(told.is_new("b"));
    }
}
