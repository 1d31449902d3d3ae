//! The log: what becomes of an event after the commit that it came with.
//!
//! The steps follow `freigabe_domain::log`: a transaction commits its event into the queue ([`Action::Commit`]); one node at a
//! time holds the log's head, reads the queue and moves it into the tree ([`Action::Hold`], [`Action::Move`]); a node that has
//! asked the witnesses what they saw ([`Action::AskWitnesses`]) signs the tree after recomputing it ([`Action::Sign`]); each
//! witness compares with what it saw before, keeps the new, and cosigns ([`Action::Submit`]); the node stores the cosignature
//! ([`Action::Store`]), and with both the tree is published. Nodes and witnesses can be killed between any two steps; the
//! database can be damaged, and can be put back to what it was earlier, with every node stopped, as the guide says. A transaction
//! that is given up is one that never commits.
//!
//! A tree is the list of its leaves, and a root is the same list: what hashes are for is shown by the tests of
//! `freigabe_ledger`.

mod mistake;
mod state;
mod step;

use stateright::{Model, Property};

pub use self::{
    mistake::Mistake,
    state::{Database, EVENTS, Job, NODES, Node, Promise, State, WITNESSES},
};

/// The log as it is, or with a mistake.
#[derive(Debug, Clone, Copy)]
pub struct Log {
    /// How many nodes keep it.
    pub nodes: usize,
    /// Whether the operator is honest: signs only what it has recomputed, and only after asking the witnesses. A dishonest one
    /// signs whatever is there.
    pub honest: bool,
    /// What it does wrong; nothing in the program.
    pub mistake: Option<Mistake>,
}

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// The next event gets its identifier, in a transaction that has not committed.
    Begin,
    /// This event's transaction commits.
    Commit(u8),
    /// The node reads the queue before it has the log's head. Only a mistake needs it.
    Peek(usize),
    /// The node takes the log's head and reads the queue.
    Hold(usize),
    /// It moves what it read from the queue into the tree, and commits.
    Move(usize),
    /// The node asks the witnesses what they saw.
    AskWitnesses(usize),
    /// It signs the tree.
    Sign(usize),
    /// It shows what is signed to a witness, which cosigns.
    Submit(usize, usize),
    /// It stores the witness's signature.
    Store(usize),
    /// A witness writes down what it has cosigned. Only a mistake needs it.
    Persist(usize),
    /// The node is killed, and starts again.
    Kill(usize),
    /// The witness is killed, and starts again.
    KillWitness(usize),
    /// A copy of the database is made.
    Copy,
    /// All nodes are stopped, and the copy is put in the database's place.
    PutBack,
    /// Somebody changes a leaf that is signed already.
    Damage,
}

impl Model for Log {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::default()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        self.possible(state, actions);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut next = last.clone();
        self.step(&mut next, action)?;
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let always = Property::always;
        let sometimes = Property::sometimes;
        let one_history = always(Promise::OneHistory.name(), |_, state: &State| !state.forked);
        if !self.honest {
            // What the witnesses are for; the rest is the word of an operator who keeps it.
            let published = sometimes("a damaged tree is published", |_, state: &State| {
                !state.only_what_happened()
            });
            return vec![one_history, published];
        }
        vec![
            one_history,
            always(Promise::NothingIsLost.name(), |_, state: &State| {
                state.nothing_is_lost()
            }),
            always(Promise::OncePerEvent.name(), |_, state: &State| {
                state.stands_once()
            }),
            always(Promise::SignsOneHistory.name(), |_, state: &State| {
                !state.contradicted
            }),
            always(Promise::OnlyWhatHappened.name(), |_, state: &State| {
                state.only_what_happened()
            }),
            always(
                Promise::PublishedBeforeDisclosed.name(),
                |log: &Self, state: &State| log.disclosed_is_published(state),
            ),
            // What is never reached is kept by any promise.
            sometimes("every event is published", |_, state: &State| {
                state.published.len() == usize::from(EVENTS)
            }),
            sometimes("an event overtakes an earlier one", |_, state: &State| {
                state.published.first() == Some(&1) && state.published.contains(&0)
            }),
            sometimes(
                "a witness saw more than the database has",
                |_, state: &State| {
                    let longer = |saw: &Vec<u8>| saw.len() > state.database.tree.len();
                    state.witnesses.iter().any(longer)
                },
            ),
            sometimes(
                "a log is published that was put back before",
                |_, state: &State| {
                    state.was_put_back
                        && !state.published.is_empty()
                        && state.published.len() == state.database.published
                },
            ),
        ]
    }
}
