//! The door: a proof of possession (RFC 9449) opens once, whichever node it is shown to, and however often it was copied.
//!
//! A node checks the proof's age by the database's clock and enters its `jti` in the transaction that admits the request;
//! entries are swept when a proof of that age would be refused anyway.

use stateright::{Model, Property};

/// Nodes.
pub const NODES: usize = 3;
/// Proofs.
pub const PROOFS: usize = 2;

/// The door as it is, or with a mistake.
#[derive(Debug, Clone, Copy, Default)]
pub struct Admission {
    /// What it does wrong; nothing in the program.
    pub mistake: Option<Mistake>,
}

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mistake {
    /// Each node remembers in its memory what it has seen.
    RemembersInMemory,
    /// The entry is looked for first and made later, and nothing in the database says that there is one at most.
    LooksThenWrites,
    /// Entries are swept while a proof of their age is still good.
    SweepsEarly,
    /// A node that does not know whether its entry was committed lets the request in.
    TrustsABrokenCommit,
}

impl Mistake {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::RemembersInMemory,
        Self::LooksThenWrites,
        Self::SweepsEarly,
        Self::TrustsABrokenCommit,
    ];
}

/// The promise.
pub const OPENS_ONCE: &str = "a proof opens once";

/// What a node does with the proof that was shown to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Node {
    /// Nothing was shown to it.
    #[default]
    Idle,
    /// It found the proof good and new.
    Found(usize),
}

/// Everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct State {
    /// How old the proofs are, by the database's clock: good at 0 and 1.
    pub age: u8,
    /// The entries.
    pub entries: [bool; PROOFS],
    /// The nodes.
    pub nodes: [Node; NODES],
    /// What each node remembers. Only under a mistake.
    pub memory: [[bool; PROOFS]; NODES],
    /// How often each proof opened.
    pub opened: [u8; PROOFS],
}

/// A step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// A client, or whoever copied it, shows a proof to a node, which looks at it.
    Show(usize, usize),
    /// The node makes the entry, and admits the request if there was none.
    Enter(usize),
    /// The node's commit breaks after it took place.
    Break(usize),
    /// The node is killed, and starts again.
    Kill(usize),
    /// The clock goes on.
    Tick,
    /// Old entries are swept.
    Sweep,
}

/// The age from which on a proof is refused.
const OLD: u8 = 2;

impl Admission {
    fn makes(self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    fn known(self, state: &State, node: usize, proof: usize) -> Option<bool> {
        if self.makes(Mistake::RemembersInMemory) {
            return state.memory.get(node)?.get(proof).copied();
        }
        state.entries.get(proof).copied()
    }

    /// Makes the entry. None when there is one already.
    fn enter(self, state: &mut State, node: usize) -> Option<usize> {
        let Node::Found(proof) = *state.nodes.get(node)? else {
            return None;
        };
        *state.nodes.get_mut(node)? = Node::Idle;
        if self.makes(Mistake::RemembersInMemory) {
            *state.memory.get_mut(node)?.get_mut(proof)? = true;
            return Some(proof);
        }
        let entry = state.entries.get_mut(proof)?;
        let first = !*entry || self.makes(Mistake::LooksThenWrites);
        *entry = true;
        first.then_some(proof)
    }
}

impl Model for Admission {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::default()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.age < OLD {
            actions.push(Action::Tick);
        }
        let may_sweep = state.age >= OLD || self.makes(Mistake::SweepsEarly);
        if may_sweep && state.entries.contains(&true) {
            actions.push(Action::Sweep);
        }
        for (number, node) in state.nodes.iter().enumerate() {
            match node {
                Node::Idle if state.age < OLD => {
                    actions.extend((0..PROOFS).map(|proof| Action::Show(number, proof)));
                }
                Node::Idle => {}
                Node::Found(_) => actions.extend([
                    Action::Enter(number),
                    Action::Break(number),
                    Action::Kill(number),
                ]),
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Tick => state.age = state.age.saturating_add(1),
            Action::Sweep => state.entries = [false; PROOFS],
            Action::Show(node, proof) => {
                if self.known(&state, node, proof)? {
                    return None;
                }
                *state.nodes.get_mut(node)? = Node::Found(proof);
            }
            Action::Enter(node) => {
                let opened = (state.age < OLD)
                    .then(|| self.enter(&mut state, node))
                    .flatten();
                *state.nodes.get_mut(node)? = Node::Idle;
                if let Some(proof) = opened {
                    let times = state.opened.get_mut(proof)?;
                    *times = times.saturating_add(1);
                }
            }
            Action::Break(node) => {
                let Node::Found(proof) = *state.nodes.get(node)? else {
                    return None;
                };
                let _ = self.enter(&mut state, node);
                // An entry that is there may be its own or another's: the request is refused, and comes with a new proof.
                if self.makes(Mistake::TrustsABrokenCommit) {
                    let times = state.opened.get_mut(proof)?;
                    *times = times.saturating_add(1);
                }
            }
            Action::Kill(node) => {
                *state.nodes.get_mut(node)? = Node::Idle;
                *state.memory.get_mut(node)? = [false; PROOFS];
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(OPENS_ONCE, |_, state: &State| {
                state.opened.iter().all(|times| *times <= 1)
            }),
            Property::sometimes("every proof opens", |_, state: &State| {
                state.opened.iter().all(|times| *times == 1)
            }),
            Property::sometimes("one proof waits at every node", |_, state: &State| {
                state.nodes.iter().all(|node| *node == Node::Found(0))
            }),
        ]
    }

    fn within_boundary(&self, state: &State) -> bool {
        state.opened.iter().all(|times| *times <= 2)
    }
}
