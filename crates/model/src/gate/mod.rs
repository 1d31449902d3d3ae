//! The gate: nodes over one database, and requests that meet there.
//!
//! The steps of a node follow `freigabe_domain::exchange`: a request comes in, its transaction takes the consent's row, then
//! reads, then decides ([`Action::Take`]); it commits effect, event and idempotency key together and answers
//! ([`Action::Commit`]), or it commits and the connection breaks, so that it does not know ([`Action::Break`]), and the work
//! is run again ([`Action::TakeAgain`]). A node can be killed between any two of them ([`Action::Kill`]). Clients may ask for
//! anything at any time, at any idle node, as often as they like: a repeated request is the same task once more.
//!
//! What makes no difference to any promise is no step of its own. A request that waits for its row has touched nothing, so
//! it begins when it gets the row. A connection that breaks before the commit, or a commit that a constraint refuses, leaves
//! what a killed node leaves, and a request that may be repeated. An answer leaves with its commit: one that is lost is that of
//! a broken commit, and one that takes longer is acknowledged later, which promises less.
//!
//! With [`Gate::handovers`] the office hands the case over to a second one, which may hand it back; the centre redirects what waits. A
//! handover takes the row of the consent under which something waits, as a withdrawal does.
//!
//! Rows are locked as PostgreSQL locks them. SQLite lets one writer in at a time, which allows fewer orders of the same steps.

mod mistake;
mod state;
mod step;

use stateright::{Model, Property};

pub use self::{
    mistake::Mistake,
    state::{
        CONSENTS, Consent, LAST_REVISION, LAST_TURN, MESSAGES, Message, NODES, Node, Promise, Seen,
        Stage, State, Task, is_elsewhere,
    },
};

/// The gate as it is, or with a mistake.
#[derive(Debug, Clone, Copy, Default)]
pub struct Gate {
    /// What it does wrong; nothing in the program.
    pub mistake: Option<Mistake>,
    /// Whether the case is handed over to a second office, and back. There is one consent then, so that all states can be visited.
    pub handovers: bool,
}

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// A client asks this node for this, long before the row is free: the node looks at the database. Only a mistake needs it.
    Look(usize, Task),
    /// The transaction of a node that is asked for this takes the row, reads and decides.
    Take(usize, Task),
    /// The same once more, after a commit that may have taken place.
    TakeAgain(usize),
    /// The node commits and answers.
    Commit(usize),
    /// It commits, and the connection breaks before it hears of it.
    Break(usize),
    /// It answers without having committed, or without knowing. Only a mistake needs it.
    Answer(usize),
    /// The node is killed, and starts again.
    Kill(usize),
    /// The database's clock passes the end of the first consent.
    Tick,
    /// A replica catches up. Only a mistake reads from it.
    Replicate,
    /// The node writes the event of what it did before. Only a mistake needs it.
    PayBack(usize),
}

impl Model for Gate {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::new()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        self.possible(state, actions);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut next = last.clone();
        self.step(&mut next, action).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let always = Property::always;
        let sometimes = Property::sometimes;
        let mut properties = vec![
            always(Promise::NoConsentNoContent.name(), |_, state: &State| {
                state.is_kept(Promise::NoConsentNoContent)
            }),
            always(Promise::WithdrawalWins.name(), |_, state: &State| {
                state.is_kept(Promise::WithdrawalWins) && state.withdrawn_is_sealed_and_told()
            }),
            always(Promise::NothingStandsInTheWay.name(), |_, state: &State| {
                state.withdrawals_can_go_on()
            }),
            always(Promise::SealedForGood.name(), |_, state: &State| {
                state.is_kept(Promise::SealedForGood)
            }),
            always(Promise::EffectIsLogged.name(), |_, state: &State| {
                state.is_kept(Promise::EffectIsLogged)
            }),
            always(Promise::AnswerHappened.name(), |_, state: &State| {
                state.is_kept(Promise::AnswerHappened)
            }),
            always(Promise::OneKeyOneEffect.name(), |_, state: &State| {
                state.is_kept(Promise::OneKeyOneEffect)
            }),
            always(Promise::WhoHasTheCase.name(), |_, state: &State| {
                state.is_kept(Promise::WhoHasTheCase)
            }),
            // What is never reached is kept by any promise.
            sometimes("an office is told", |_, state: &State| {
                state
                    .messages
                    .iter()
                    .all(|message| matches!(message, Message::Told(_)))
            }),
            sometimes("a revision seals", |_, state: &State| {
                let sealed = |message: &Message| matches!(message, Message::Sealed(_));
                state.messages.iter().any(sealed) && !state.consents.iter().any(|c| c.withdrawn)
            }),
            sometimes("a consent is renewed after its end", |_, state: &State| {
                state.later && state.consents.iter().all(|c| !c.ends)
            }),
            sometimes("two nodes hold one consent", |_, state: &State| {
                let holding = state.nodes.iter().filter(|node| node.holds == Some(0));
                holding.count() > 1
            }),
            sometimes(
                "all nodes don't know what they committed",
                |_, state: &State| state.nodes.iter().all(|node| node.stage == Stage::Unsure),
            ),
        ];
        if self.handovers {
            properties.extend(of_handovers());
        } else {
            properties.extend(of_two_consents());
        }
        properties
    }
}

fn of_two_consents() -> [Property<Gate>; 2] {
    [
        Property::sometimes(
            "content leaves after a withdrawal of the other consent",
            |_, state: &State| {
                let left = |message: &Message| matches!(message, Message::Collected(_));
                state.messages.iter().any(left) && state.acknowledged.contains(&true)
            },
        ),
        Property::sometimes("everything is withdrawn", |_, state: &State| {
            state.acknowledged.iter().all(|withdrawn| *withdrawn)
        }),
    ]
}

fn of_handovers() -> [Property<Gate>; 4] {
    [
        Property::sometimes("a redirected message is collected", |_, state: &State| {
            let mut messages = state.messages.iter().enumerate();
            messages.any(|(number, message)| {
                matches!(message, Message::Collected(_)) && state.is_for_second(number)
            })
        }),
        Property::sometimes("a message waits for nobody", |_, state: &State| {
            let mut messages = state.messages.iter().enumerate();
            messages.any(|(number, message)| {
                matches!(message, Message::Held(_)) && !state.is_with_recipient(number)
            })
        }),
        Property::sometimes("a message comes back with its case", |_, state: &State| {
            state.redirected.contains(&LAST_TURN)
        }),
        Property::sometimes(
            "a withdrawal wins over a redirection",
            |_, state: &State| {
                let mut messages = state.messages.iter().enumerate();
                state.acknowledged.contains(&true)
                    && messages.any(|(number, message)| {
                        matches!(message, Message::Sealed(_)) && state.is_for_second(number)
                    })
            },
        ),
    ]
}
