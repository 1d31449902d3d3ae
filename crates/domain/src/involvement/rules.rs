//! Deadlines. The agreement names none: these are the installation's own.

use time::Duration;

/// When a centre that was asked is reminded, and when the coordination is told that nobody answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvolvementRules {
    /// After an offer, if it was not answered.
    pub remind_after: Duration,
    /// After an offer, if it was not answered: until then a centre is to answer.
    pub answer_within: Duration,
}

impl Default for InvolvementRules {
    /// Reminded after four hours; a day to answer.
    fn default() -> Self {
        Self {
            remind_after: Duration::hours(4),
            answer_within: Duration::hours(24),
        }
    }
}
