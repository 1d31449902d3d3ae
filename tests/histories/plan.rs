//! What each client will try, from a seed.

use std::time::Duration;

use freigabe_testkit::random::Choices;

/// Clients of the centre in a history.
const CENTRES: usize = 2;
/// Clients of the office in a history.
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
    /// What each client does.
    pub scripts: Vec<Script>,
}

/// What one client does, one step after the other.
#[derive(Debug, Clone)]
pub struct Script {
    /// Whose client it is.
    pub side: Side,
    /// What it does, after a pause and by which server.
    pub steps: Vec<(Duration, usize, Step)>,
}

/// Whose client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The counselling centre's.
    Centre,
    /// The police office's.
    Office,
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
    /// Releases a message.
    Release(Kind),
    /// Sends one release to two servers at the same moment, with the same key.
    ReleaseTwice(Kind),
    /// Sends its last release once more, with the same key.
    ReleaseAgain,
    /// Reads the consent and revises it so that vehicles are, or are not, covered.
    Revise {
        /// Covered.
        wide: bool,
    },
    /// Withdraws the consent.
    Withdraw,
    /// Takes one of the messages back.
    Recall(usize),
    /// Collects one of the messages.
    Collect(usize),
    /// Collects the same message once more, with the same key.
    CollectAgain,
    /// Says that one of the messages arrived.
    Acknowledge(usize),
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
        let mut scripts = Vec::new();
        for _ in 0..CENTRES {
            scripts.push(Script::new(Side::Centre, nodes, &mut choices));
        }
        // In most histories somebody withdraws, rarely twice.
        for script in &mut scripts {
            if choices.below(2) == 0 {
                script.withdraw(&mut choices);
            }
        }
        for _ in 0..OFFICES {
            scripts.push(Script::new(Side::Office, nodes, &mut choices));
        }
        Self {
            seed,
            ends_after,
            scripts,
        }
    }
}

impl Script {
    fn new(side: Side, nodes: usize, choices: &mut Choices) -> Self {
        let length = 3 + choices.below(4);
        let mut steps = Vec::new();
        for number in 0..length {
            let step = match side {
                // Something to begin with.
                Side::Centre if number == 0 => Step::Release(Kind::Vehicle),
                Side::Centre => centre_step(choices),
                Side::Office => office_step(choices),
            };
            let pause = u64::try_from(choices.below(LONGEST_PAUSE)).unwrap_or(0);
            steps.push((Duration::from_micros(pause), choices.below(nodes), step));
        }
        Self { side, steps }
    }

    /// One of the later steps is the withdrawal.
    fn withdraw(&mut self, choices: &mut Choices) {
        let half = self.steps.len() / 2;
        let number = half + choices.below(self.steps.len() - half);
        if let Some((_, _, step)) = self.steps.get_mut(number) {
            *step = Step::Withdraw;
        }
    }
}

fn centre_step(choices: &mut Choices) -> Step {
    match choices.below(12) {
        0..=3 => Step::Release(Kind::Vehicle),
        4 | 5 => Step::Release(Kind::Route),
        6 => Step::ReleaseTwice(Kind::Route),
        7 => Step::ReleaseAgain,
        8 | 9 => Step::Revise { wide: false },
        10 => Step::Revise { wide: true },
        _ => Step::Recall(choices.below(4)),
    }
}

fn office_step(choices: &mut Choices) -> Step {
    match choices.below(8) {
        0..=4 => Step::Collect(choices.below(4)),
        5 | 6 => Step::CollectAgain,
        _ => Step::Acknowledge(choices.below(4)),
    }
}
