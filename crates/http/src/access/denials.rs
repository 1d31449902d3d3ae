//! Denied accesses go to the log. Whoever has no valid token could flood it: of those, a node records 60 a minute and
//! counts the rest.

use std::sync::{Mutex, PoisonError};

use freigabe_domain::{
    Error,
    access::Caller,
    audit::{Denial, DenialReason},
    instant::Instant,
};

use crate::state::HttpState;

/// Denials of callers without a valid token that a node records in a minute.
const MOST_A_MINUTE: u32 = 60;
const MINUTE: i64 = 60;

/// How many denials without a valid token were recorded in this minute, and how many were not since the last recorded one.
#[derive(Default)]
pub(crate) struct Denials(Mutex<Window>);

#[derive(Default)]
struct Window {
    minute: i64,
    recorded: u32,
    unrecorded: u64,
}

impl Denials {
    /// Whether one more is to be recorded, and how many were not before it.
    fn admit(&self, now: Instant) -> Option<u64> {
        let minute = now.as_unix_seconds().div_euclid(MINUTE);
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if window.minute != minute {
            window.minute = minute;
            window.recorded = 0;
        }
        if window.recorded < MOST_A_MINUTE {
            window.recorded += 1;
            Some(std::mem::take(&mut window.unrecorded))
        } else {
            window.unrecorded = window.unrecorded.saturating_add(1);
            None
        }
    }
}

/// Records a denial.
///
/// # Errors
/// The store's failure; then the access is refused for that reason.
pub(crate) async fn record(
    state: &HttpState,
    attempted: &'static str,
    reason: DenialReason,
    caller: Option<Caller>,
) -> Result<(), Error> {
    let unrecorded_before = if caller.is_some() {
        0
    } else {
        match state.denials.admit(state.now()) {
            Some(unrecorded) => unrecorded,
            None => return Ok(()),
        }
    };
    state
        .exchange
        .record_denial(Denial {
            caller,
            attempted,
            reason,
            unrecorded_before,
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_a_minute_are_recorded_and_the_rest_is_counted() {
        let denials = Denials::default();
        let at = |seconds: i64| Instant::from_unix_micros(seconds * 1_000_000);
        for _ in 0..60 {
            assert_eq!(denials.admit(at(600)), Some(0));
        }
        for _ in 0..1_000 {
            assert_eq!(denials.admit(at(659)), None);
        }
        assert_eq!(denials.admit(at(660)), Some(1_000));
        assert_eq!(denials.admit(at(661)), Some(0));
    }
}
