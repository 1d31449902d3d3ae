//! What there is, and what is known to have gone wrong.

/// Nodes.
pub const NODES: usize = 3;
/// Consents.
pub const CONSENTS: usize = 2;
/// Messages.
pub const MESSAGES: usize = 2;
/// A consent's last revision: given, narrowed, wide again.
pub const LAST_REVISION: u8 = 2;
/// The last handover of the case: to the second office, and back.
pub const LAST_TURN: u8 = 2;

/// Whether after so many handovers the second office has the case.
#[must_use]
pub const fn is_elsewhere(turn: u8) -> bool {
    !turn.is_multiple_of(2)
}

/// A consent's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Consent {
    /// The latest revision. An odd one covers no message.
    pub revision: u8,
    /// Its validity ends when the database's clock ticks. A revision after that is valid for longer.
    pub ends: bool,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

impl Consent {
    /// Whether it covers messages, leaving aside the clock.
    #[must_use]
    pub const fn covers(self) -> bool {
        !self.withdrawn && self.revision.is_multiple_of(2)
    }

    /// Whether it covers messages for this office, leaving aside the clock: the second only since the last revision.
    #[must_use]
    pub const fn covers_for(self, elsewhere: bool) -> bool {
        self.covers() && (!elsewhere || self.revision == LAST_REVISION)
    }

    /// Whether it is in force by a clock that has ticked, or not.
    #[must_use]
    pub const fn in_force(self, later: bool) -> bool {
        self.covers() && !(self.ends && later)
    }
}

/// A message's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Message {
    /// Not released.
    Absent,
    /// Held for the office, under this consent.
    Held(usize),
    /// Collected under this consent and not acknowledged: it may be collected again.
    Collected(usize),
    /// Sealed before it was collected, for good.
    Sealed(usize),
    /// Taken back after it was collected, for good; the office was told.
    Told(usize),
}

impl Message {
    /// The consent on which it rests.
    #[must_use]
    pub const fn consent(self) -> Option<usize> {
        match self {
            Self::Absent => None,
            Self::Held(consent)
            | Self::Collected(consent)
            | Self::Sealed(consent)
            | Self::Told(consent) => Some(consent),
        }
    }

    /// What becomes of it when its consent no longer covers it.
    #[must_use]
    pub const fn taken_back(self) -> Self {
        match self {
            Self::Held(consent) => Self::Sealed(consent),
            Self::Collected(consent) => Self::Told(consent),
            other => other,
        }
    }
}

/// What a client asks for. The same task is the same request with the same idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Task {
    /// A centre releases a message under a consent.
    Release(usize, usize),
    /// An office collects a message.
    Collect(usize),
    /// A centre makes this revision of a consent.
    Revise(usize, u8),
    /// A centre withdraws a consent.
    Withdraw(usize),
    /// The office that has the case hands it over: this handover of the case.
    HandOver(u8),
    /// A centre redirects a message to the office that has the case since this handover.
    Redirect(usize, u8),
}

impl Task {
    /// Whether it changes the consent, or who may collect under it, and so needs its row alone.
    #[must_use]
    pub const fn is_alone(self) -> bool {
        matches!(
            self,
            Self::Revise(..) | Self::Withdraw(_) | Self::HandOver(_)
        )
    }
}

/// How far a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Has nothing to do.
    Idle,
    /// Was asked, and has looked at the database without holding anything. Only under a mistake.
    Asked,
    /// Holds the row, has decided that it shall be done, and has not committed.
    Holding,
    /// Has committed, and does not know.
    Unsure,
}

/// What was seen of the database at some time. Only mistakes look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Seen {
    /// The consents.
    pub consents: [Consent; CONSENTS],
    /// The messages.
    pub messages: [Message; MESSAGES],
}

/// A node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    /// How far it is.
    pub stage: Stage,
    /// With what.
    pub task: Option<Task>,
    /// The consent whose row it holds, or relied on.
    pub holds: Option<usize>,
    /// It has committed this request before, and does not know.
    pub done: bool,
    /// When it decided, the consent was not in force. The node does not know.
    pub wrong: bool,
    /// When it decided, the consent's withdrawal had been acknowledged. The node does not know.
    pub late: bool,
    /// It owes an event for an effect, an effect for an event, or an effect for an answer. Only under a mistake.
    pub owes: bool,
    /// What it saw when it was asked. Only under a mistake.
    pub seen: Option<Seen>,
    /// Consents that it once found in force. Only under a mistake.
    pub cache: [bool; CONSENTS],
    /// Idempotency keys that it carried out. Only under a mistake.
    pub keys: [bool; MESSAGES],
}

impl Node {
    /// A node that was just started.
    pub const IDLE: Self = Self {
        stage: Stage::Idle,
        task: None,
        holds: None,
        done: false,
        wrong: false,
        late: false,
        owes: false,
        seen: None,
        cache: [false; CONSENTS],
        keys: [false; MESSAGES],
    };

    /// Done with its task; what it keeps in memory stays.
    pub(super) const fn rest(&mut self) {
        *self = Self {
            cache: self.cache,
            keys: self.keys,
            ..Self::IDLE
        };
    }
}

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Promise {
    /// Promise 1.
    NoConsentNoContent,
    /// Promise 2.
    WithdrawalWins,
    /// Promise 2: a withdrawal is never blocked by anything.
    NothingStandsInTheWay,
    /// What was sealed or taken back is gone, whatever is allowed later.
    SealedForGood,
    /// Promise 3: each effect has its event and each event its effect, whatever is killed.
    EffectIsLogged,
    /// What is answered is so.
    AnswerHappened,
    /// A request has one effect, however often it is repeated.
    OneKeyOneEffect,
    /// Nothing is released to, redirected to or collected by an office that has not the case.
    WhoHasTheCase,
}

impl Promise {
    /// Its name among the model's properties.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoConsentNoContent => "no consent, no content",
            Self::WithdrawalWins => "a withdrawal wins",
            Self::NothingStandsInTheWay => "nothing stands in a withdrawal's way",
            Self::SealedForGood => "what was sealed stays sealed",
            Self::EffectIsLogged => "each effect has its event, each event its effect",
            Self::AnswerHappened => "what is answered is so",
            Self::OneKeyOneEffect => "one key, one effect",
            Self::WhoHasTheCase => "who has not the case gets nothing",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct State {
    /// The consents' rows.
    pub consents: [Consent; CONSENTS],
    /// The messages' rows.
    pub messages: [Message; MESSAGES],
    /// Idempotency keys of releases, as rows.
    pub keys: [bool; MESSAGES],
    /// How often the case was handed over.
    pub turn: u8,
    /// The handover after which each message was redirected; none before the first.
    pub redirected: [u8; MESSAGES],
    /// The database's clock has ticked.
    pub later: bool,
    /// The nodes.
    pub nodes: [Node; NODES],
    /// What a replica has. Only under a mistake.
    pub replica: Option<Seen>,
    /// Rows that a killed node left held. Only under a mistake.
    pub stuck: [bool; CONSENTS],
    /// Withdrawals that were acknowledged to a client.
    pub acknowledged: [bool; CONSENTS],
    /// Promises that were seen to break, as bits.
    pub broken: u8,
}

impl State {
    pub(super) const fn new() -> Self {
        let given = Consent {
            revision: 0,
            ends: false,
            withdrawn: false,
        };
        Self {
            consents: [
                Consent {
                    ends: true,
                    ..given
                },
                given,
            ],
            messages: [Message::Absent; MESSAGES],
            keys: [false; MESSAGES],
            turn: 0,
            redirected: [0; MESSAGES],
            later: false,
            nodes: [Node::IDLE; NODES],
            replica: None,
            stuck: [false; CONSENTS],
            acknowledged: [false; CONSENTS],
            broken: 0,
        }
    }

    /// The same state with the nodes in order: which of several equal nodes does something makes no difference.
    #[must_use]
    pub fn sorted(&self) -> Self {
        let mut sorted = self.clone();
        sorted.nodes.sort_unstable();
        sorted
    }

    /// Whether a message is for the second office.
    #[must_use]
    pub fn is_for_second(&self, message: usize) -> bool {
        let turn = self.redirected.get(message).copied().unwrap_or(0);
        is_elsewhere(turn)
    }

    /// Whether the office that a message is for has the case.
    #[must_use]
    pub fn is_with_recipient(&self, message: usize) -> bool {
        self.is_for_second(message) == is_elsewhere(self.turn)
    }

    /// Whether a promise was not seen to break.
    #[must_use]
    pub const fn is_kept(&self, promise: Promise) -> bool {
        self.broken & promise.bit() == 0
    }

    pub(super) const fn breaks(&mut self, promise: Promise) {
        self.broken |= promise.bit();
    }

    /// No message of a withdrawn consent is held, and the office of each that was collected was told.
    #[must_use]
    pub fn withdrawn_is_sealed_and_told(&self) -> bool {
        let live = |message: &Message| matches!(message, Message::Held(_) | Message::Collected(_));
        let withdrawn = |consent: usize| self.consents.get(consent).is_some_and(|c| c.withdrawn);
        let mut live = self.messages.iter().filter(|message| live(message));
        !live.any(|message| message.consent().is_some_and(withdrawn))
    }

    /// Whoever holds a consent's row is alive, so that a withdrawal gets it as soon as that one goes on or is killed.
    #[must_use]
    pub fn withdrawals_can_go_on(&self) -> bool {
        let mut rows = self.consents.iter().zip(self.stuck);
        !rows.any(|(consent, stuck)| stuck && !consent.withdrawn)
    }

    pub(super) const fn snapshot(&self) -> Seen {
        Seen {
            consents: self.consents,
            messages: self.messages,
        }
    }
}
