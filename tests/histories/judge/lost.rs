//! What nothing stands against is done: a message is collected, redirected, or its case handed over.

use uuid::Uuid;

use super::Case;
use crate::histories::{
    plan::Office,
    run::{Answer, Attempt, What},
};

impl Case<'_> {
    /// What was refused although nothing stood against it: nobody withdrew, narrowed, or took the message back before the answer was
    /// there; the case was where it had to be, and so was the message.
    pub(super) fn lost(&mut self) {
        if self.seen.valid_until.is_some() {
            return;
        }
        let refused = self.attempts().filter(|attempt| {
            matches!(attempt.answer, Answer::No(_)) && self.nothing_stands_against(attempt)
        });
        let lost: Vec<String> = refused
            .map(|attempt| format!("nothing stands against it: {attempt:?}"))
            .collect();
        self.wrong.extend(lost);
    }

    fn nothing_stands_against(&self, attempt: &Attempt) -> bool {
        let (from, to, key) = (attempt.sent, attempt.answered, attempt.key.as_str());
        let case = || self.case_throughout(from, to, key);
        let message = |id| self.message_throughout(id, from, to, key);
        match attempt.what {
            What::Collect(id, by) => {
                self.stands(id, attempt) && case() == Some(by) && message(id) == Some(by)
            }
            What::HandOver(id, by) => {
                self.stands(id, attempt) && case() == Some(by) && message(id) == Some(by)
            }
            What::Redirect(id) => {
                let to = case();
                let covered = to == Some(Office::First) || self.seen.plan.both;
                let goes_elsewhere = to.is_some() && message(id) == to.map(Office::other);
                covered
                    && goes_elsewhere
                    && self.stands(id, attempt)
                    && !self.may_be_collected(id, attempt)
            }
            _ => false,
        }
    }

    /// The consent is as it was given, and nobody took the message back or said that it arrived before the answer was there.
    fn stands(&self, id: Uuid, asked: &Attempt) -> bool {
        !self.attempts().any(|attempt| {
            let against = match attempt.what {
                What::Withdraw | What::Revise { .. } => true,
                What::Recall(other) | What::Acknowledge(other, _) => other == id,
                _ => false,
            };
            against && attempt.sent < asked.answered
        })
    }

    fn may_be_collected(&self, id: Uuid, asked: &Attempt) -> bool {
        self.attempts().any(|attempt| {
            matches!(attempt.what, What::Collect(other, _) if other == id)
                && attempt.sent < asked.answered
        })
    }
}
