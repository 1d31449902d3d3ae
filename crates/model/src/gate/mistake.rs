//! What a system like this could do wrong.

use super::Promise;

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mistake {
    /// The consent is read before the transaction takes its row, and not again afterwards.
    ReadsOutside,
    /// The consent is read from a replica.
    ReadsReplica,
    /// The consent's row is not held while a release or a collection is carried out.
    HoldsNothing,
    /// A decision of earlier is kept in the node's memory.
    CachesDecision,
    /// Validity is judged by the node's clock, which is behind.
    OwnClock,
    /// The answer leaves before the commit.
    AnswersFirst,
    /// A commit whose outcome is unknown is answered as if nothing had happened.
    TakesBreakForFailure,
    /// Idempotency keys are kept in the node's memory.
    KeysInMemory,
    /// What may have been committed is run again without looking for its key.
    RepeatsBlindly,
    /// The event is written after the effect, in a transaction of its own.
    LogsAfterwards,
    /// The event is written before the effect, in a transaction of its own.
    LogsBefore,
    /// A withdrawal seals no held message.
    SealsNothing,
    /// A withdrawal seals what was there when it was asked for, not when it got the row.
    SealsWhatItSaw,
    /// A revision that narrows leaves the held messages as they are, and a collection asks only whether the consent was withdrawn.
    ForgetsScope,
    /// A message that was sealed is held again when a later revision covers it.
    Unseals,
    /// A row is held by an entry that a killed node leaves behind.
    LocksOutlive,
    /// A message that was collected is given once more without asking the consent.
    RepeatsContent,
    /// A handover does not take the row of the consent under which something waits.
    HandsOverUnheld,
    /// A collection does not ask who has the case.
    CollectsUnasked,
    /// A redirection asks whether the consent is in force, and not whether it covers the new office.
    RedirectsUncovered,
}

impl Mistake {
    /// All of them.
    pub const ALL: [Self; 20] = [
        Self::ReadsOutside,
        Self::ReadsReplica,
        Self::HoldsNothing,
        Self::CachesDecision,
        Self::OwnClock,
        Self::AnswersFirst,
        Self::TakesBreakForFailure,
        Self::KeysInMemory,
        Self::RepeatsBlindly,
        Self::LogsAfterwards,
        Self::LogsBefore,
        Self::SealsNothing,
        Self::SealsWhatItSaw,
        Self::ForgetsScope,
        Self::Unseals,
        Self::LocksOutlive,
        Self::RepeatsContent,
        Self::HandsOverUnheld,
        Self::CollectsUnasked,
        Self::RedirectsUncovered,
    ];

    /// Whether only a case that is handed over shows it.
    #[must_use]
    pub const fn is_about_handovers(self) -> bool {
        matches!(
            self,
            Self::HandsOverUnheld | Self::CollectsUnasked | Self::RedirectsUncovered
        )
    }

    /// The promise that must be seen to break.
    #[must_use]
    pub const fn breaks(self) -> Promise {
        match self {
            Self::ReadsOutside
            | Self::ReadsReplica
            | Self::HoldsNothing
            | Self::CachesDecision
            | Self::SealsNothing
            | Self::SealsWhatItSaw
            | Self::RepeatsContent => Promise::WithdrawalWins,
            Self::OwnClock | Self::ForgetsScope | Self::RedirectsUncovered => {
                Promise::NoConsentNoContent
            }
            Self::HandsOverUnheld | Self::CollectsUnasked => Promise::WhoHasTheCase,
            Self::Unseals => Promise::SealedForGood,
            Self::AnswersFirst | Self::TakesBreakForFailure => Promise::AnswerHappened,
            Self::KeysInMemory | Self::RepeatsBlindly => Promise::OneKeyOneEffect,
            Self::LogsAfterwards | Self::LogsBefore => Promise::EffectIsLogged,
            Self::LocksOutlive => Promise::NothingStandsInTheWay,
        }
    }
}
