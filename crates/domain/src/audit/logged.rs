//! What was done, with the leaf of the event that says so.

use std::ops::Deref;

use freigabe_ledger::Leaf;

use crate::instant::Instant;

/// The event of something that was done, as far as the public log will show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggedAs {
    /// What the log will hold.
    pub leaf: Leaf,
    /// When it happened, by the database's clock.
    pub at: Instant,
}

/// What a use case that changes something answers: its result, with the event that did it. Where nothing was changed, because
/// it had been done before, that is the earlier event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged<R> {
    /// The result.
    pub value: R,
    /// The event; none where nothing was changed and the earlier event's leaf was not kept.
    pub logged_as: Option<LoggedAs>,
}

impl<R> Logged<R> {
    /// Done just now by this event.
    pub const fn new(value: R, leaf: Leaf, at: Instant) -> Self {
        let logged_as = Some(LoggedAs { leaf, at });
        Self { value, logged_as }
    }

    /// Done before, by this event if it is known.
    pub const fn before(value: R, logged_as: Option<LoggedAs>) -> Self {
        Self { value, logged_as }
    }

    /// Another result of the same event.
    pub fn map<T>(self, change: impl FnOnce(R) -> T) -> Logged<T> {
        Logged {
            value: change(self.value),
            logged_as: self.logged_as,
        }
    }
}

impl<R> Deref for Logged<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.value
    }
}
