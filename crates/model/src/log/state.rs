//! What there is.

/// Events.
pub const EVENTS: u8 = 3;
/// Nodes, at most.
pub const NODES: usize = 3;
/// Witnesses: one for each party.
pub const WITNESSES: usize = 2;
/// Stands in a damaged leaf's place.
pub(super) const DAMAGED: u8 = 9;

/// Everything that the database has of the log.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Database {
    /// Events that wait, as bits.
    pub queue: u8,
    /// The tree's leaves.
    pub tree: Vec<u8>,
    /// The newest signed tree. Only the log's key can make one, and so nobody can change it.
    pub signed: Vec<u8>,
    /// Witnesses whose signature stands under it.
    pub cosigned: [bool; WITNESSES],
    /// The size that is published.
    pub published: usize,
}

/// What a node is doing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Job {
    /// Nothing.
    #[default]
    Idle,
    /// It has read these events from the queue, and does not hold the head. Only under a mistake.
    Peeked(u8),
    /// It holds the head, and has read these events from the queue.
    Holding(u8),
    /// It has asked the witnesses: the sizes that they saw.
    Asked([usize; WITNESSES]),
    /// It has a witness's signature under this tree.
    Cosigned(usize, Vec<u8>),
}

/// A node.
pub type Node = Job;

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Promise {
    /// What was committed waits, or stands in the tree.
    NothingIsLost,
    /// It stands there once.
    OncePerEvent,
    /// Whatever was published is the beginning of what is published later.
    OneHistory,
    /// The log's key signs nothing that contradicts what a witness saw.
    SignsOneHistory,
    /// What is published was committed, and is unchanged.
    OnlyWhatHappened,
    /// No content leaves before its event is published, for those who want it so.
    PublishedBeforeDisclosed,
}

impl Promise {
    /// Its name among the model's properties.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NothingIsLost => "what was committed waits or stands in the tree",
            Self::OncePerEvent => "an event stands in the tree once",
            Self::OneHistory => "whatever was published begins what is published later",
            Self::SignsOneHistory => "the key signs what goes with the witnesses' trees",
            Self::OnlyWhatHappened => "what is published was committed",
            Self::PublishedBeforeDisclosed => "content leaves after its event was published",
        }
    }
}

/// Everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct State {
    /// The database.
    pub database: Database,
    /// The copy of it that was made.
    pub copy: Option<Box<(Database, u8)>>,
    /// The copy was put in the database's place.
    pub was_put_back: bool,
    /// A leaf was changed.
    pub was_damaged: bool,
    /// Events that have an identifier.
    pub begun: u8,
    /// Events whose transactions are under way, as bits.
    pub under_way: u8,
    /// Events that were committed, and were neither taken back with the database nor damaged; as bits.
    pub committed: u8,
    /// Events that were ever committed, as bits.
    pub happened: u8,
    /// The nodes.
    pub nodes: [Node; NODES],
    /// What each witness saw last.
    pub witnesses: [Vec<u8>; WITNESSES],
    /// What a witness has cosigned and not written down. Only under a mistake.
    pub unwritten: [Option<Vec<u8>>; WITNESSES],
    /// The longest tree that was ever published.
    pub published: Vec<u8>,
    /// Two published trees contradicted each other.
    pub forked: bool,
    /// The key signed what contradicts a witness.
    pub contradicted: bool,
}

/// The bit of an event.
pub(super) const fn bit(event: u8) -> u8 {
    1 << event
}

pub(super) fn bits(events: &[u8]) -> u8 {
    let known = events.iter().filter(|event| **event != DAMAGED);
    known.fold(0, |bits, event| bits | bit(*event))
}

const fn reversed([first, second]: [bool; WITNESSES]) -> [bool; WITNESSES] {
    [second, first]
}

impl State {
    /// The same state with the witnesses and the nodes in order: which of several equal ones does something makes no difference.
    #[must_use]
    pub fn sorted(&self) -> Self {
        let mut sorted = self.clone();
        let [first, second] = &self.witnesses;
        if (first, self.database.cosigned) > (second, reversed(self.database.cosigned)) {
            sorted.swap_witnesses();
        }
        sorted.nodes.sort_unstable();
        sorted
    }

    fn swap_witnesses(&mut self) {
        self.witnesses.reverse();
        self.unwritten.reverse();
        self.database.cosigned.reverse();
        if let Some(copy) = &mut self.copy {
            copy.0.cosigned.reverse();
        }
        for node in &mut self.nodes {
            match node {
                Job::Asked(saw) => saw.reverse(),
                Job::Cosigned(witness, _) => *witness = WITNESSES - 1 - *witness,
                Job::Idle | Job::Peeked(_) | Job::Holding(_) => {}
            }
        }
    }

    /// What was committed waits, or stands in the tree.
    #[must_use]
    pub fn nothing_is_lost(&self) -> bool {
        self.committed & !(self.database.queue | bits(&self.database.tree)) == 0
    }

    /// Each event stands in the tree once, and does not wait besides.
    #[must_use]
    pub fn stands_once(&self) -> bool {
        let tree = &self.database.tree;
        let known = tree.iter().filter(|event| **event != DAMAGED).count();
        let once = bits(tree).count_ones() as usize == known;
        once && bits(tree) & self.database.queue == 0
    }

    /// What is published was committed once, and is unchanged.
    #[must_use]
    pub fn only_what_happened(&self) -> bool {
        let happened = |event: &u8| *event != DAMAGED && self.happened & bit(*event) != 0;
        self.published.iter().all(happened)
    }
}
