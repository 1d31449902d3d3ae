//! What a log like this could do wrong.

use super::Promise;

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mistake {
    /// Events are fetched by their identifiers, from the last one on that was seen.
    PollsByNumber,
    /// The queue is read before the log's head is held.
    ReadsBeforeHolding,
    /// Nothing keeps a second node from moving the same events.
    HoldsNothing,
    /// Events leave the queue in one transaction and enter the tree in the next.
    MovesInTwo,
    /// The tree is signed without recomputing it.
    SignsUnseen,
    /// The tree is signed whatever the witnesses saw.
    AsksNoWitness,
    /// A witness looks at the size and not at the tree.
    WitnessComparesNothing,
    /// A witness keeps what it saw in memory.
    WitnessForgets,
    /// A witness cosigns first and writes down afterwards.
    WitnessPersistsLate,
    /// One witness is enough, whichever.
    AnyWitness,
    /// Content leaves when its event is signed, and does not wait for the witnesses.
    DisclosesSigned,
}

impl Mistake {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::PollsByNumber,
        Self::ReadsBeforeHolding,
        Self::HoldsNothing,
        Self::MovesInTwo,
        Self::SignsUnseen,
        Self::AsksNoWitness,
        Self::WitnessComparesNothing,
        Self::WitnessForgets,
        Self::WitnessPersistsLate,
        Self::AnyWitness,
        Self::DisclosesSigned,
    ];

    /// Whether it is a witness's, or one in counting witnesses: then an honest operator's care could hide it.
    #[must_use]
    pub const fn is_the_witnesses(self) -> bool {
        matches!(
            self,
            Self::WitnessComparesNothing
                | Self::WitnessForgets
                | Self::WitnessPersistsLate
                | Self::AnyWitness
        )
    }

    /// The promise that must be seen to break.
    #[must_use]
    pub const fn breaks(self) -> Promise {
        match self {
            Self::PollsByNumber | Self::MovesInTwo => Promise::NothingIsLost,
            Self::ReadsBeforeHolding | Self::HoldsNothing => Promise::OncePerEvent,
            Self::SignsUnseen => Promise::OnlyWhatHappened,
            Self::AsksNoWitness => Promise::SignsOneHistory,
            Self::WitnessComparesNothing
            | Self::WitnessForgets
            | Self::WitnessPersistsLate
            | Self::AnyWitness => Promise::OneHistory,
            Self::DisclosesSigned => Promise::PublishedBeforeDisclosed,
        }
    }
}
