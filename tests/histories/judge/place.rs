//! Where a case and a message were while somebody asked: by the clients' clocks, as far as these can tell.

use std::{collections::BTreeMap, time::Duration};

use uuid::Uuid;

use super::{Case, found::Event};
use crate::histories::{
    plan::Office,
    run::{Answer, Attempt, What},
};

/// From when to when something may have taken place, by the clients' clocks: since it was first sent, until it was first answered.
#[derive(Debug, Clone, Copy)]
struct Span {
    sent: Duration,
    answered: Duration,
}

impl Case<'_> {
    /// With which office the case was all the time from the one moment to the other; nothing when somebody handed it over meanwhile, or
    /// may have. What this key did is left out.
    pub(super) fn case_throughout(
        &self,
        from: Duration,
        to: Duration,
        key: &str,
    ) -> Option<Office> {
        let handed = |attempt: &&Attempt| matches!(attempt.answer, Answer::HandedOver(_));
        let number = settled(&self.spans(handed, key), from, to)?;
        let events = self.done("case_handed_over", None);
        after(number, Some(Office::First), &events)
    }

    /// For which office a message was all the time from the one moment to the other; nothing when somebody redirected it meanwhile, or
    /// may have. What this key did is left out.
    pub(super) fn message_throughout(
        &self,
        id: Uuid,
        from: Duration,
        to: Duration,
        key: &str,
    ) -> Option<Office> {
        let redirected = |attempt: &&Attempt| {
            attempt.what == What::Redirect(id) && attempt.answer == Answer::Done
        };
        let number = settled(&self.spans(redirected, key), from, to)?;
        let released = self.done("disclosure_released", Some(id));
        let first = released.first().and_then(|event| event.office);
        after(number, first, &self.done("disclosure_redirected", Some(id)))
    }

    /// When what was answered so may have taken place, for each key but one.
    fn spans(&self, done: impl Fn(&&Attempt) -> bool, but: &str) -> Vec<Span> {
        let mut answered: BTreeMap<&str, Duration> = BTreeMap::new();
        for attempt in self.seen.attempts.iter().filter(done) {
            let first = answered.entry(&attempt.key).or_insert(attempt.answered);
            *first = attempt.answered.min(*first);
        }
        let others = answered.into_iter().filter(|(key, _)| *key != but);
        let spans = others.filter_map(|(key, answered)| {
            let sent = self.first_sent(key)?;
            Some(Span { sent, answered })
        });
        spans.collect()
    }
}

/// How many had taken place at the one moment, if none can have taken place from then to the other.
fn settled(spans: &[Span], from: Duration, to: Duration) -> Option<usize> {
    let begun = spans.iter().filter(|span| span.sent <= to);
    let ended = begun.clone().all(|span| span.answered < from);
    ended.then(|| begun.count())
}

/// Who has it after so many of these events.
fn after(number: usize, first: Option<Office>, events: &[Event]) -> Option<Office> {
    match number.checked_sub(1) {
        None => first,
        Some(last) => events.get(last).and_then(|event| event.office),
    }
}
