//! The door: a proof of possession (RFC 9449) opens once, whichever node it is shown to, and however often it was copied.
//!
//! A node checks the proof's age by its own clock, and enters its `jti` a little later, in the transaction that admits the
//! request. Entries are swept by the database's clock, when no node can be about to enter a proof of that age: the first
//! node's clock is behind, by as much as clocks may be apart, and a request may take a while between the two. What happens
//! when clocks are farther apart, or a request takes longer, is not modelled.
//!
//! Nobody waits until an entry is on disk: it gets there with the next commit that somebody waits for, such as what the request
//! changes, or by itself. When the database's machine fails, entries that were not there yet are gone.

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
    /// Entries are swept as soon as a node whose clock is right refuses a proof of their age.
    SweepsEarly,
    /// A node that does not know whether its entry was committed lets the request in.
    TrustsABrokenCommit,
    /// The entries are in another database than what requests change: waiting for one is not waiting for the other.
    KeepsProofsElsewhere,
}

impl Mistake {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::RemembersInMemory,
        Self::LooksThenWrites,
        Self::SweepsEarly,
        Self::TrustsABrokenCommit,
        Self::KeepsProofsElsewhere,
    ];

    /// The promise that it breaks.
    #[must_use]
    pub const fn breaks(self) -> &'static str {
        match self {
            Self::KeepsProofsElsewhere => CHANGES_ONCE,
            _ => OPENS_ONCE,
        }
    }
}

/// A promise.
pub const OPENS_ONCE: &str = "a proof opens once, as long as the database's machine does not fail";
/// A promise.
pub const CHANGES_ONCE: &str = "a proof lets a change in once, whatever fails";

/// What a node does with the proof that was shown to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Node {
    /// Nothing was shown to it.
    #[default]
    Idle,
    /// It found the proof good and new; whether the clock has gone on since.
    Found(usize, bool),
    /// It let the request in.
    Admitted(usize),
}

/// Everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct State {
    /// How old the proofs are, by the database's clock.
    pub age: u8,
    /// The entries.
    pub entries: [bool; PROOFS],
    /// The nodes.
    pub nodes: [Node; NODES],
    /// What each node remembers. Only under a mistake.
    pub memory: [[bool; PROOFS]; NODES],
    /// The entries that are on disk.
    pub on_disk: [bool; PROOFS],
    /// How often each proof opened before the database's machine failed.
    pub opened: [u8; PROOFS],
    /// How often a request that each proof let in has changed something. It is on disk.
    pub changed: [u8; PROOFS],
    /// Whether the database's machine has failed.
    pub failed: bool,
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
    /// What the request changes is committed, and waited for.
    Change(usize),
    /// The request changes nothing, or the node is killed and starts again.
    Kill(usize),
    /// What was committed gets to the disk by itself.
    Write,
    /// The database's machine fails, and starts again from its disk.
    Fail,
    /// The clock goes on.
    Tick,
    /// Old entries are swept.
    Sweep,
}

/// The age from which on a node refuses a proof.
const OLD: u8 = 2;
/// How far the first node's clock is behind.
const APART: u8 = 1;
/// How long a request may take from the look at its proof to the entry.
const SLOW: u8 = 1;
/// When an entry may be swept.
const FORGOTTEN: u8 = OLD + APART + SLOW;

/// Whether a node finds the proofs good, by its own clock.
const fn is_good(state: &State, node: usize) -> bool {
    let behind = if node == 0 { APART } else { 0 };
    state.age.saturating_sub(behind) < OLD
}

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
        let Node::Found(proof, _) = *state.nodes.get(node)? else {
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

    /// The request is let in.
    fn admit(state: &mut State, node: usize, proof: usize) -> Option<()> {
        *state.nodes.get_mut(node)? = Node::Admitted(proof);
        if !state.failed {
            let times = state.opened.get_mut(proof)?;
            *times = times.saturating_add(1);
        }
        Some(())
    }
}

impl Model for Admission {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::default()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let slow = |node: &Node| matches!(node, Node::Found(_, true));
        if state.age < FORGOTTEN && !state.nodes.iter().any(slow) {
            actions.push(Action::Tick);
        }
        let swept_at = if self.makes(Mistake::SweepsEarly) {
            OLD
        } else {
            FORGOTTEN
        };
        if state.on_disk != state.entries {
            actions.push(Action::Write);
        }
        if !state.failed {
            actions.push(Action::Fail);
        }
        let may_sweep = state.age >= swept_at;
        if may_sweep && state.entries.contains(&true) {
            actions.push(Action::Sweep);
        }
        for (number, node) in state.nodes.iter().enumerate() {
            match node {
                Node::Idle if is_good(state, number) => {
                    actions.extend((0..PROOFS).map(|proof| Action::Show(number, proof)));
                }
                Node::Idle => {}
                Node::Admitted(_) => actions.extend([Action::Change(number), Action::Kill(number)]),
                Node::Found(..) => actions.extend([
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
            Action::Tick => {
                state.age = state.age.saturating_add(1);
                for node in &mut state.nodes {
                    if let Node::Found(_, waited) = node {
                        *waited = true;
                    }
                }
            }
            Action::Sweep => {
                state.entries = [false; PROOFS];
                state.on_disk = state.entries;
            }
            Action::Write => state.on_disk = state.entries,
            Action::Fail => {
                state.failed = true;
                state.entries = state.on_disk;
                state.nodes = [Node::Idle; NODES];
            }
            Action::Change(node) => {
                let Node::Admitted(proof) = *state.nodes.get(node)? else {
                    return None;
                };
                *state.nodes.get_mut(node)? = Node::Idle;
                let times = state.changed.get_mut(proof)?;
                *times = times.saturating_add(1);
                if !self.makes(Mistake::KeepsProofsElsewhere) {
                    state.on_disk = state.entries;
                }
            }
            Action::Show(node, proof) => {
                if self.known(&state, node, proof)? {
                    return None;
                }
                *state.nodes.get_mut(node)? = Node::Found(proof, false);
            }
            Action::Enter(node) => {
                let opened = self.enter(&mut state, node);
                if let Some(proof) = opened {
                    Self::admit(&mut state, node, proof)?;
                }
            }
            Action::Break(node) => {
                let Node::Found(proof, _) = *state.nodes.get(node)? else {
                    return None;
                };
                let _ = self.enter(&mut state, node);
                // An entry that is there may be its own or another's: the request is refused, and comes with a new proof.
                if self.makes(Mistake::TrustsABrokenCommit) {
                    Self::admit(&mut state, node, proof)?;
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
            Property::always(CHANGES_ONCE, |_, state: &State| {
                state.changed.iter().all(|times| *times <= 1)
            }),
            Property::sometimes("the use of a proof is lost", |_, state: &State| {
                state.failed && state.opened.contains(&1) && state.entries == [false; PROOFS]
            }),
            Property::sometimes(
                "every proof lets a change in, one after a failure",
                |_, state: &State| state.failed && state.changed.iter().all(|times| *times == 1),
            ),
            Property::sometimes("every proof opens", |_, state: &State| {
                state.opened.iter().all(|times| *times == 1)
            }),
            Property::sometimes("an old proof opens", |_, state: &State| {
                state.age > OLD && state.opened.contains(&1)
            }),
            Property::sometimes("one proof waits at every node", |_, state: &State| {
                state
                    .nodes
                    .iter()
                    .all(|node| matches!(node, Node::Found(0, _)))
            }),
        ]
    }

    fn within_boundary(&self, state: &State) -> bool {
        let most = |times: &[u8; PROOFS]| times.iter().all(|times| *times <= 2);
        most(&state.opened) && most(&state.changed)
    }
}
