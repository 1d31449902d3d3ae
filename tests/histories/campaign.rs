//! Many histories, one beside the other, in rounds: each round has a fresh database, at whose end the whole log is looked at.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use freigabe_testkit::{Backend, Fleet, planted::Mistake, stored_log::StoredLog};
use tokio::task::JoinSet;

use super::{
    chaos::{self, Chaos, Killed},
    judge::judge,
    plan::{Office, Plan},
    run::{Answer, Attempt, Seen, What, run},
};

/// What is to be carried out.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// On which database.
    pub backend: Backend,
    /// On how many servers.
    pub nodes: usize,
    /// How many histories.
    pub histories: u64,
    /// How many of them at the same time.
    pub at_once: usize,
    /// How many in a round, on one database.
    pub in_a_round: u64,
    /// The first history's seed; the others' follow.
    pub seed: u64,
    /// What is killed meanwhile.
    pub chaos: Chaos,
    /// A mistake that the servers make, to see whether it is found.
    pub planted: Option<Mistake>,
    /// Ends as soon as so many were killed, servers and databases together.
    pub until_killed: Option<u64>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Histories that were judged.
    pub histories: AtomicU64,
    /// Requests, answered or not.
    pub requests: AtomicU64,
    /// Requests that nobody answered: their server was killed, or could not tell.
    pub unanswered: AtomicU64,
    /// Answers with content.
    pub collections: AtomicU64,
    /// Histories whose consent was withdrawn.
    pub withdrawn: AtomicU64,
    /// Histories in which content was given and the consent withdrawn, so that one of them had to come first.
    pub raced: AtomicU64,
    /// Histories in which the case was handed over.
    pub handed_over: AtomicU64,
    /// Messages that were redirected.
    pub redirected: AtomicU64,
    /// Answers with content to the office that took the case over.
    pub reached: AtomicU64,
    /// What was killed.
    pub killed: Arc<Killed>,
    /// Somebody wants it to end: no further history is begun.
    pub enough: AtomicBool,
    /// What is wrong, with the seed of the history.
    pub wrong: Mutex<Vec<(u64, Vec<String>)>>,
}

impl Outcome {
    /// What is wrong so far.
    #[must_use]
    pub fn wrong(&self) -> Vec<(u64, Vec<String>)> {
        self.wrong
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn note(&self, seen: &Seen) {
        let count = |counter: &AtomicU64, number: usize| {
            counter.fetch_add(u64::try_from(number).unwrap_or(0), Ordering::SeqCst);
        };
        let answers = |wanted: Answer| seen.attempts.iter().filter(move |a| a.answer == wanted);
        let withdrawn = seen
            .attempts
            .iter()
            .any(|attempt| attempt.what == What::Withdraw);
        let collections = answers(Answer::Content).count();
        count(&self.histories, 1);
        count(&self.requests, seen.attempts.len());
        count(&self.unanswered, answers(Answer::None).count());
        count(&self.collections, collections);
        count(&self.withdrawn, usize::from(withdrawn));
        count(&self.raced, usize::from(withdrawn && collections > 0));
        let handed_over = |attempt: &Attempt| matches!(attempt.answer, Answer::HandedOver(_));
        let handed_over = seen.attempts.iter().any(handed_over);
        count(&self.handed_over, usize::from(handed_over));
        let redirected = answers(Answer::Done).filter_map(|attempt| match attempt.what {
            What::Redirect(_) => Some(&attempt.key),
            _ => None,
        });
        let redirected: BTreeSet<&String> = redirected.collect();
        count(&self.redirected, redirected.len());
        let second = |attempt: &&Attempt| matches!(attempt.what, What::Collect(_, Office::Second));
        count(
            &self.reached,
            answers(Answer::Content).filter(second).count(),
        );
    }

    fn blame(&self, seed: u64, wrong: Vec<String>) {
        if !wrong.is_empty() {
            let mut all = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
            all.push((seed, wrong));
        }
    }
}

impl Campaign {
    /// Carries it out. `told` is called after each history. Ends early when something is wrong.
    pub async fn carry_out(&self, program: &Path, outcome: &Arc<Outcome>, told: impl Fn(&Outcome)) {
        let mut next = 0;
        while next < self.histories && !self.is_over(outcome) {
            let until = next
                .saturating_add(self.in_a_round.max(1))
                .min(self.histories);
            let seeds = self.seed.saturating_add(next)..self.seed.saturating_add(until);
            self.round(program, seeds, outcome, &told).await;
            next = until;
        }
    }

    fn is_over(&self, outcome: &Outcome) -> bool {
        let Killed { servers, databases } = outcome.killed.as_ref();
        let killed = servers.load(Ordering::SeqCst) + databases.load(Ordering::SeqCst);
        self.until_killed.is_some_and(|enough| killed >= enough)
            || outcome.enough.load(Ordering::SeqCst)
            || !outcome.wrong().is_empty()
    }

    async fn round(
        &self,
        program: &Path,
        seeds: std::ops::Range<u64>,
        outcome: &Arc<Outcome>,
        told: &impl Fn(&Outcome),
    ) {
        let first = seeds.start;
        let fleet = Arc::new(Fleet::start(program, self.backend, self.nodes, self.planted).await);
        let stop = Arc::new(AtomicBool::new(false));
        let (killed, stopping) = (Arc::clone(&outcome.killed), Arc::clone(&stop));
        let killer = tokio::spawn(chaos::kill(
            Arc::clone(&fleet),
            self.chaos,
            first,
            killed,
            stopping,
        ));
        let mut running = JoinSet::new();
        let mut waiting = seeds;
        loop {
            while running.len() < self.at_once.max(1) {
                let Some(seed) = waiting.next() else { break };
                let (fleet, outcome) = (Arc::clone(&fleet), Arc::clone(outcome));
                running.spawn(one(fleet, Plan::from_seed(seed, self.nodes), outcome));
            }
            match running.join_next().await {
                Some(ended) => {
                    if ended.is_err() {
                        outcome.blame(first, vec!["a history ended in a panic".to_owned()]);
                    }
                    told(outcome);
                }
                None => break,
            }
            if self.is_over(outcome) {
                waiting = 0..0;
            }
        }
        stop.store(true, Ordering::SeqCst);
        if killer.await.is_err() {
            outcome.blame(
                first,
                vec!["what was killed did not start again".to_owned()],
            );
        }
        let whole = look_at_log(&fleet).await;
        outcome.blame(first, whole.err().into_iter().collect());
    }
}

/// A history, and its judgement, as soon as the database answers again.
async fn one(fleet: Arc<Fleet>, plan: Plan, outcome: Arc<Outcome>) {
    let seed = plan.seed;
    let seen = match run(&fleet, plan).await {
        Ok(seen) => seen,
        Err(error) => return outcome.blame(seed, vec![error]),
    };
    let mut judged = Err("not judged yet".to_owned());
    for _ in 0..100 {
        judged = judge(fleet.look(), &seen).await;
        if judged.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    outcome.note(&seen);
    outcome.blame(seed, judged.unwrap_or_else(|error| vec![error]));
}

/// Every event of the round stands in the tree once, and the tree can be signed.
async fn look_at_log(fleet: &Fleet) -> Result<(), String> {
    let exchange = fleet.exchange().await;
    while exchange
        .sequence()
        .await
        .map_err(|error| error.to_string())?
        .backlog
        > 0
    {}
    let signed = exchange.sign_checkpoint(&[]).await;
    let _ = signed.map_err(|error| error.to_string())?;
    let stored = StoredLog::at(fleet.database_url()).await;
    stored.complete()
}
