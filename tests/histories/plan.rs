//! What each client will try, from a seed.

use std::time::Duration;

use freigabe_testkit::{
    network::{FRANKFURT_ODER, KB_HAMBURG},
    random::Choices,
};

/// Clients of the centre in a history.
const CENTRES: usize = 2;
/// Clients of each office in a history.
const OFFICES: usize = 2;
/// Between two steps of a client, at most, in microseconds: about what a request takes.
const LONGEST_PAUSE: usize = 8_000;

/// A history that is to be.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where it comes from.
    pub seed: u64,
    /// How long the consent is valid after it was recorded; as good as for ever if nothing is said.
    pub ends_after: Option<Duration>,
    /// Whether the consent covers the second office too, as it is first given.
    pub both: bool,
    /// What each client does. The second office has clients where a case may be handed over to it.
    pub scripts: Vec<Script>,
}

/// What one client does, one step after the other.
#[derive(Debug, Clone)]
pub struct Script {
    /// Whose client it is.
    pub side: Side,
    /// It waits, for a while, until something is there for the second office: not only until that has the case.
    pub patient: bool,
    /// What it does, after a pause and by which server.
    pub steps: Vec<(Duration, usize, Step)>,
}

/// Whose client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The counselling centre's.
    Centre,
    /// A police office's.
    Office(Office),
}

/// Which police office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    /// The one that the case is with at first.
    First,
    /// The one that it is handed over to, and that may hand it back.
    Second,
}

impl Office {
    /// Its identifier, which is also its client's name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::First => KB_HAMBURG,
            Self::Second => FRANKFURT_ODER,
        }
    }

    /// The one that it hands over to.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// What a message is about, as far as the consent's revisions differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A vehicle: covered by wide revisions alone.
    Vehicle,
    /// A travel route: covered by every revision.
    Route,
}

/// One thing that a client wants. It asks until it is told whether it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Releases a message to an office.
    Release(Kind, Office),
    /// Sends one release to two servers at the same moment, with the same key.
    ReleaseTwice(Kind),
    /// Sends its last release once more, with the same key.
    ReleaseAgain,
    /// Reads the consent and revises it.
    Revise {
        /// Vehicles are covered.
        wide: bool,
        /// The second office is covered.
        both: bool,
    },
    /// Withdraws the consent.
    Withdraw,
    /// Takes one of the messages back.
    Recall(usize),
    /// Redirects one of the messages to the office that has the case now.
    Redirect(usize),
    /// Redirects the same message once more, with the same key.
    RedirectAgain,
    /// Collects one of the messages.
    Collect(usize),
    /// Collects the same message once more, with the same key.
    CollectAgain,
    /// Says that one of the messages arrived.
    Acknowledge(usize),
    /// Hands the case of one of the messages over to the other office.
    HandOver(usize),
    /// Sends one handover to two servers at the same moment, with the same key.
    HandOverTwice(usize),
    /// Sends its last handover once more, with the same key.
    HandOverAgain,
}

impl Plan {
    /// The history that belongs to a seed, on so many servers.
    #[must_use]
    pub fn from_seed(seed: u64, nodes: usize) -> Self {
        let mut choices = Choices::seeded(seed);
        let ends_after = (choices.below(4) == 0).then(|| {
            let millis = u64::try_from(20 + choices.below(200)).unwrap_or(20);
            Duration::from_millis(millis)
        });
        let both = choices.below(3) > 0;
        let hands_over = choices.below(2) == 0;
        let mut scripts = Vec::new();
        for _ in 0..CENTRES {
            let mut script = Script::new(Side::Centre, hands_over, nodes, &mut choices);
            if hands_over {
                script.redirect(&mut choices);
            }
            scripts.push(script);
        }
        // In most histories somebody withdraws, rarely twice.
        for script in &mut scripts {
            if choices.below(2) == 0 {
                script.withdraw(&mut choices);
            }
        }
        let offices: &[Office] = if hands_over {
            &[Office::First, Office::Second]
        } else {
            &[Office::First]
        };
        for office in offices {
            for number in 0..OFFICES {
                let side = Side::Office(*office);
                let mut script = Script::new(side, hands_over, nodes, &mut choices);
                if hands_over && *office == Office::First && number == 0 {
                    script.hand_over(&mut choices);
                }
                script.patient = *office == Office::Second && number > 0;
                scripts.push(script);
            }
        }
        Self {
            seed,
            ends_after,
            both,
            scripts,
        }
    }
}

impl Script {
    fn new(side: Side, hands_over: bool, nodes: usize, choices: &mut Choices) -> Self {
        // Where a case is handed over there is more to do for the centre.
        let more = 2 * usize::from(hands_over && side == Side::Centre);
        let length = 3 + choices.below(4) + more;
        let mut steps = Vec::new();
        for number in 0..length {
            let step = match side {
                // Something to begin with.
                Side::Centre if number == 0 => Step::Release(Kind::Vehicle, Office::First),
                Side::Centre => centre_step(hands_over, choices),
                Side::Office(_) => office_step(hands_over, choices),
            };
            let pause = u64::try_from(choices.below(LONGEST_PAUSE)).unwrap_or(0);
            steps.push((Duration::from_micros(pause), choices.below(nodes), step));
        }
        Self {
            side,
            patient: false,
            steps,
        }
    }

    /// One of the later steps is the withdrawal.
    fn withdraw(&mut self, choices: &mut Choices) {
        let half = self.steps.len() / 2;
        let number = half + choices.below(self.steps.len() - half);
        if let Some((_, _, step)) = self.steps.get_mut(number) {
            *step = Step::Withdraw;
        }
    }

    /// A step in the middle is a redirection.
    fn redirect(&mut self, choices: &mut Choices) {
        let number = self.steps.len() / 2;
        if let Some((_, _, step)) = self.steps.get_mut(number) {
            *step = Step::Redirect(choices.below(4));
        }
    }

    /// One of the earlier steps is the handover.
    fn hand_over(&mut self, choices: &mut Choices) {
        let number = choices.below(self.steps.len().div_ceil(2));
        if let Some((_, _, step)) = self.steps.get_mut(number) {
            *step = match choices.below(4) {
                0 => Step::HandOverTwice(choices.below(4)),
                _ => Step::HandOver(choices.below(4)),
            };
        }
    }
}

fn centre_step(hands_over: bool, choices: &mut Choices) -> Step {
    let bound = if hands_over { 20 } else { 12 };
    match choices.below(bound) {
        0..=3 => Step::Release(Kind::Vehicle, Office::First),
        4 | 5 => Step::Release(Kind::Route, Office::First),
        6 => Step::ReleaseTwice(Kind::Route),
        7 => Step::ReleaseAgain,
        8 | 9 => Step::Revise {
            wide: false,
            both: choices.below(2) == 0,
        },
        10 => Step::Revise {
            wide: true,
            both: choices.below(4) > 0,
        },
        11 => Step::Recall(choices.below(4)),
        12..=16 => Step::Redirect(choices.below(4)),
        17 => Step::RedirectAgain,
        _ => Step::Release(Kind::Route, Office::Second),
    }
}

fn office_step(hands_over: bool, choices: &mut Choices) -> Step {
    let bound = if hands_over { 10 } else { 8 };
    match choices.below(bound) {
        0..=4 => Step::Collect(choices.below(4)),
        5 | 6 => Step::CollectAgain,
        7 => Step::Acknowledge(choices.below(4)),
        8 => Step::HandOver(choices.below(4)),
        _ => Step::HandOverAgain,
    }
}
