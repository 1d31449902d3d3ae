//! Key sets that others publish (JWKS, RFC 7517 §5): trusted issuers, and partners that are registered by the URI of theirs.
//!
//! A set is fetched when it is first needed, and again when it is no longer fresh or lacks a key that a token names. All
//! workers of a node share what was fetched, and one fetch serves all who wait for it. A server that can't be reached does
//! not stop those who have keys: the last set counts for a day.
//!
//! How often a server is asked depends on the clock alone, never on what callers send: nobody can use this node to flood
//! another, and unknown keys leave nothing behind.

mod fetch;
mod guard;
mod set;
mod uri;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use freigabe_domain::instant::{Clock, Instant};
use jsonwebtoken::Algorithm;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use tokio::sync::OwnedMutexGuard;

pub use fetch::AuthorityError;
pub use uri::{KeySetUri, KeySetUriError};

pub(super) use fetch::KeySetError;

use super::client_key::VerifyingKey;
use crate::network::Network;
use fetch::{Fetched, Fetcher};
use guard::Guard;
use set::KeySet;

/// Sets that are kept at most; the one that was not used for the longest time goes first.
const MOST_SETS: usize = 1_000;
/// A set is never used for longer than this after it was asked for, in seconds.
const COUNTS_FOR: i64 = 24 * 3_600;
/// Seconds between two fetches of a set of which one is in use.
const AGAIN_AFTER: i64 = 60;
/// Seconds between two fetches of a set of which none can be used.
const AGAIN_WITHOUT_AFTER: i64 = 10;

/// The key sets that this node knows. One for all workers.
pub struct KeySets {
    fetcher: Arc<Fetcher>,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
}

/// What an answer is asked for.
#[derive(Clone, Copy)]
struct Wanted<'k> {
    kid: Option<&'k str>,
    algorithm: Algorithm,
}

type Answer = Result<Option<Arc<VerifyingKey>>, KeySetError>;

impl KeySets {
    /// Fetches from public addresses, and from those in these private networks (IPv4 networks in IPv4 form).
    ///
    /// Loopback is one of them: `http://127.0.0.1` needs `127.0.0.0/8`, and `localhost` needs every address that this machine
    /// has for it. Addresses at which clouds tell the secrets of a machine (169.254.0.0/16 and others) count only when a
    /// network is listed that lies within them. Servers are verified by the authorities of this machine.
    #[must_use]
    pub fn new(allowed_private: Vec<Network>, clock: Arc<dyn Clock>) -> Self {
        let allowed = allowed_private.into_iter().map(Network::get).collect();
        Self::fetching_by(Fetcher::new(Guard::new(allowed)), clock)
    }

    /// Verifies servers by the authorities in this PEM file as well.
    ///
    /// # Errors
    /// When it holds none, or one that is not the certificate of an authority.
    pub fn trusting(self, pem: &[u8]) -> Result<Self, AuthorityError> {
        let authorities: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(|error| AuthorityError::new(&error))?;
        if authorities.is_empty() {
            return Err(AuthorityError::new(&"there is none"));
        }
        let fetcher = self.fetcher.trusting(&authorities)?;
        Ok(Self::fetching_by(fetcher, self.clock))
    }

    fn fetching_by(fetcher: Fetcher, clock: Arc<dyn Clock>) -> Self {
        Self {
            fetcher: Arc::new(fetcher),
            clock,
            known: Mutex::default(),
        }
    }

    /// The key with this `kid` for this algorithm; without a `kid`, the only key for the algorithm, if there is but one. None
    /// when the set has no such key.
    ///
    /// It takes at most as long as a fetch, 5 seconds. Whether a fetch goes on does not depend on who waits for it.
    ///
    /// # Errors
    /// When no set can be had, and none is known that still counts. Nothing can be said about the key then.
    pub(super) async fn key(
        &self,
        uri: &KeySetUri,
        kid: Option<&str>,
        algorithm: Algorithm,
    ) -> Answer {
        let wanted = Wanted { kid, algorithm };
        let entry = self.entry(uri);
        if let Some(answer) = entry.state().settled(wanted, self.clock.now()) {
            return answer;
        }
        let alone = Arc::clone(&entry.fetching).lock_owned().await;
        // Another caller may have fetched it meanwhile.
        if let Some(answer) = entry.state().settled(wanted, self.clock.now()) {
            return answer;
        }
        // On its own, so that a caller that goes away takes nobody else's answer with it.
        let fetch = tokio::spawn(ask(
            Arc::clone(&self.fetcher),
            Arc::clone(&self.clock),
            Arc::clone(&entry),
            uri.clone(),
            alone,
        ));
        let _ended = fetch.await;
        entry.state().answer(wanted, self.clock.now())
    }

    fn entry(&self, uri: &KeySetUri) -> Arc<Entry> {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(uri)
    }
}

/// Fetches a set and keeps it, while nobody else does.
async fn ask(
    fetcher: Arc<Fetcher>,
    clock: Arc<dyn Clock>,
    entry: Arc<Entry>,
    uri: KeySetUri,
    _alone: OwnedMutexGuard<()>,
) {
    // It is as old as the question: what is revoked while the answer is under way may still be in it.
    let asked = clock.now();
    let fetched = fetcher.fetch(&uri).await;
    let host = uri.host();
    match &fetched {
        Ok(set) if set.keys.len() == 0 => {
            let skipped = set.keys.skipped();
            tracing::warn!(host, skipped, "a key set holds no key that can be used");
        }
        Ok(set) => {
            let (usable, skipped) = (set.keys.len(), set.keys.skipped());
            tracing::debug!(host, usable, skipped, "fetched a key set");
        }
        Err(problem) => {
            let old_counts = entry.state().counting(clock.now()).is_some();
            tracing::warn!(host, %problem, old_counts, "a key set can't be had");
        }
    }
    entry.state().learn(fetched, asked);
}

#[derive(Default)]
struct Known {
    sets: HashMap<KeySetUri, Used>,
    /// Counts up.
    uses: u64,
}

struct Used {
    entry: Arc<Entry>,
    last: u64,
}

impl Known {
    fn entry(&mut self, uri: &KeySetUri) -> Arc<Entry> {
        self.uses = self.uses.saturating_add(1);
        let last = self.uses;
        if let Some(used) = self.sets.get_mut(uri) {
            used.last = last;
            return Arc::clone(&used.entry);
        }
        if self.sets.len() >= MOST_SETS {
            let oldest = self.sets.iter().min_by_key(|(_, used)| used.last);
            if let Some(oldest) = oldest.map(|(uri, _)| uri.clone()) {
                self.sets.remove(&oldest);
            }
        }
        let entry = Arc::new(Entry::default());
        let used = Used {
            entry: Arc::clone(&entry),
            last,
        };
        self.sets.insert(uri.clone(), used);
        entry
    }
}

/// What is known of one set.
#[derive(Default)]
struct Entry {
    state: Mutex<State>,
    /// Held by the one who fetches.
    fetching: Arc<tokio::sync::Mutex<()>>,
}

impl Entry {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct State {
    set: Option<Kept>,
    /// When the last fetch began, whatever became of it.
    asked: Option<Instant>,
    /// What went wrong with it.
    failure: Option<KeySetError>,
}

struct Kept {
    keys: KeySet,
    asked: Instant,
    /// For how many seconds it is fresh.
    fresh: i64,
}

impl State {
    /// The answer, unless the server has to be asked first.
    fn settled(&self, wanted: Wanted<'_>, now: Instant) -> Option<Answer> {
        let answer = self.answer(wanted, now);
        let is_good = self.is_fresh(now) && matches!(answer, Ok(Some(_)));
        (is_good || !self.may_ask(now)).then_some(answer)
    }

    /// The answer from what is known.
    fn answer(&self, wanted: Wanted<'_>, now: Instant) -> Answer {
        match self.counting(now) {
            Some(kept) => Ok(kept.keys.find(wanted.kid, wanted.algorithm)),
            None => Err(self.failure.clone().unwrap_or(KeySetError::BrokenOff)),
        }
    }

    /// The set that is known, if it still counts. A clock that was set back does not make it younger than it is by more
    /// than a day.
    fn counting(&self, now: Instant) -> Option<&Kept> {
        let kept = self.set.as_ref()?;
        (seconds(kept.asked, now).abs() <= COUNTS_FOR).then_some(kept)
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.set
            .as_ref()
            .is_some_and(|kept| (0..kept.fresh).contains(&seconds(kept.asked, now)))
    }

    /// Whether the last fetch was long enough ago. A clock that was set back does not keep anybody waiting.
    fn may_ask(&self, now: Instant) -> bool {
        let pause = match self.counting(now) {
            Some(_) => AGAIN_AFTER,
            None => AGAIN_WITHOUT_AFTER,
        };
        self.asked
            .is_none_or(|asked| !(0..pause).contains(&seconds(asked, now)))
    }

    fn learn(&mut self, fetched: Result<Fetched, KeySetError>, asked: Instant) {
        self.asked = Some(asked);
        match fetched {
            Ok(Fetched { keys, fresh }) => {
                self.set = Some(Kept { keys, asked, fresh });
                self.failure = None;
            }
            Err(problem) => self.failure = Some(problem),
        }
    }
}

/// Whole seconds from one moment to another.
const fn seconds(from: Instant, to: Instant) -> i64 {
    to.as_unix_micros()
        .saturating_sub(from.as_unix_micros())
        .div_euclid(1_000_000)
}

#[cfg(test)]
mod tests;
