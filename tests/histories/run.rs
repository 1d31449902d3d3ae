//! Lets the clients of a history do what they will, and notes what they saw.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use freigabe_client::{Client, Error};
use freigabe_contract::{Timestamp, vocabulary::Category};
use freigabe_testkit::{
    Fleet, a_consent, a_draft,
    consent::ConsentBuilder,
    network::{CENTRE_A, KB_HAMBURG},
    request::fresh_key,
};
use time::OffsetDateTime;
use tokio::{task::JoinSet, time::sleep};
use uuid::Uuid;

use super::plan::{Kind, Plan, Script, Side, Step};

/// How long a client goes on asking before it takes the servers for dead.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long an office waits for a first message.
const FIRST_WITHIN: Duration = Duration::from_secs(1);
/// How long it waits for an answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);

/// One request, and what became of it.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// What was asked for.
    pub what: What,
    /// The key with which it was asked; the same for each attempt at the same thing.
    pub key: String,
    /// The server.
    pub node: usize,
    /// When it was sent, since the history began.
    pub sent: Duration,
    /// When the answer was there, or was given up.
    pub answered: Duration,
    /// The answer.
    pub answer: Answer,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A release.
    Release(Kind),
    /// A revision of the consent as it was at this revision.
    Revise {
        /// The revision that was read before.
        from: u32,
        /// Whether vehicles are covered.
        wide: bool,
    },
    /// The withdrawal.
    Withdraw,
    /// A recall of this message.
    Recall(Uuid),
    /// A collection of this message.
    Collect(Uuid),
    /// An acknowledgement of this message.
    Acknowledge(Uuid),
}

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Released as this message.
    Released(Uuid),
    /// Content.
    Content,
    /// Done.
    Done,
    /// No: refused, not there, or not in a state for it; the HTTP status.
    No(u16),
    /// None, or one that says nothing about whether it was done: the server may have acted.
    None,
}

/// What was seen of a history.
#[derive(Debug)]
pub struct Seen {
    /// The plan.
    pub plan: Plan,
    /// The consent.
    pub consent: Uuid,
    /// The end of its validity, if the plan has one.
    pub valid_until: Option<Timestamp>,
    /// What the database's clock showed when the history began.
    pub began_at: OffsetDateTime,
    /// Every request, in the order in which the answers came.
    pub attempts: Vec<Attempt>,
}

/// What the clients of a history have in common.
struct Stage {
    fleet: Arc<Fleet>,
    consent: Uuid,
    began: Instant,
    began_at: OffsetDateTime,
    messages: Mutex<Vec<Uuid>>,
    attempts: Mutex<Vec<Attempt>>,
}

/// What a client would have to send to repeat itself.
#[derive(Default)]
struct Memory {
    released: Option<(String, Kind)>,
    collected: Option<(String, Uuid)>,
}

/// The history, until every client was told about everything that it asked for.
///
/// # Errors
/// When the servers do not answer for too long.
pub async fn run(fleet: &Arc<Fleet>, plan: Plan) -> Result<Seen, String> {
    let (consent, valid_until) = record(fleet, &plan).await?;
    let stage = Arc::new(Stage {
        fleet: Arc::clone(fleet),
        consent,
        began: Instant::now(),
        began_at: fleet.database_time(),
        messages: Mutex::default(),
        attempts: Mutex::default(),
    });
    let mut clients = JoinSet::new();
    for script in &plan.scripts {
        let (stage, script) = (Arc::clone(&stage), script.clone());
        clients.spawn(async move { stage.perform(&script).await });
    }
    for outcome in clients.join_all().await {
        outcome?;
    }
    let attempts = stage.attempts.lock();
    let attempts = attempts.unwrap_or_else(PoisonError::into_inner).clone();
    Ok(Seen {
        consent,
        valid_until,
        began_at: stage.began_at,
        attempts,
        plan,
    })
}

async fn record(fleet: &Fleet, plan: &Plan) -> Result<(Uuid, Option<Timestamp>), String> {
    let began = Instant::now();
    let wide = terms(true);
    loop {
        let valid_until = plan.ends_after.map(|after| fleet.database_time() + after);
        let valid_until = valid_until.map(Timestamp::from);
        let consent = match valid_until {
            Some(until) => wide.clone().with(|terms| terms.valid_until = until),
            None => wide.clone(),
        };
        for node in 0..fleet.nodes() {
            let Some(centre) = fleet.client(node, CENTRE_A) else {
                continue;
            };
            // A key of its own each time, as the end differs: nothing rests on a consent whose record was not answered.
            let key = fresh_key();
            if let Ok(recorded) = centre
                .record_consent(&consent.clone().record(), Some(&key))
                .await
            {
                return Ok((recorded.record_id, valid_until));
            }
        }
        if began.elapsed() > PATIENCE {
            return Err("no server records a consent".to_owned());
        }
        sleep(Duration::from_millis(20)).await;
    }
}

fn terms(wide: bool) -> ConsentBuilder {
    if wide {
        a_consent()
    } else {
        a_consent().only_categories(&[Category::TravelRoute])
    }
}

impl Stage {
    async fn perform(&self, script: &Script) -> Result<(), String> {
        let mut memory = Memory::default();
        if script.side == Side::Office {
            self.first_message().await;
        }
        for &(pause, node, step) in &script.steps {
            sleep(pause).await;
            self.step(script.side, node, step, &mut memory).await?;
        }
        Ok(())
    }

    async fn step(
        &self,
        side: Side,
        node: usize,
        step: Step,
        memory: &mut Memory,
    ) -> Result<(), String> {
        let (what, key) = match step {
            Step::Release(kind) => {
                let key = fresh_key();
                memory.released = Some((key.clone(), kind));
                (What::Release(kind), key)
            }
            Step::ReleaseTwice(kind) => {
                let (key, what) = (fresh_key(), What::Release(kind));
                memory.released = Some((key.clone(), kind));
                let other = (node + 1) % self.fleet.nodes();
                let (first, second) = tokio::join!(
                    self.until_told(side, node, what, key.clone(), ""),
                    self.until_told(side, other, what, key, ""),
                );
                return first.and(second);
            }
            Step::ReleaseAgain => match &memory.released {
                Some((key, kind)) => (What::Release(*kind), key.clone()),
                None => return Ok(()),
            },
            Step::Revise { wide } => match self.revision(node).await? {
                Some((etag, from)) => {
                    let what = What::Revise { from, wide };
                    return self.until_told(side, node, what, fresh_key(), &etag).await;
                }
                None => return Ok(()),
            },
            Step::Withdraw => (What::Withdraw, fresh_key()),
            Step::Recall(which) => match self.message(which) {
                Some(id) => (What::Recall(id), fresh_key()),
                None => return Ok(()),
            },
            Step::Collect(which) => match self.message(which) {
                Some(id) => {
                    let key = fresh_key();
                    memory.collected = Some((key.clone(), id));
                    (What::Collect(id), key)
                }
                None => return Ok(()),
            },
            Step::CollectAgain => match &memory.collected {
                Some((key, id)) => (What::Collect(*id), key.clone()),
                None => return Ok(()),
            },
            Step::Acknowledge(which) => match self.message(which) {
                Some(id) => (What::Acknowledge(id), fresh_key()),
                None => return Ok(()),
            },
        };
        self.until_told(side, node, what, key, "").await
    }

    /// Waits until there is a message, for a while.
    async fn first_message(&self) {
        let began = Instant::now();
        while self.message(0).is_none() && began.elapsed() < FIRST_WITHIN {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// One of the messages that were released so far.
    fn message(&self, which: usize) -> Option<Uuid> {
        let messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let number = which.checked_rem(messages.len())?;
        messages.get(number).copied()
    }

    /// The consent as it is now; none if it is withdrawn.
    async fn revision(&self, first: usize) -> Result<Option<(String, u32)>, String> {
        let began = Instant::now();
        let mut node = first;
        loop {
            if let Some(centre) = self.fleet.client(node, CENTRE_A)
                && let Ok(consent) = centre.get_consent(self.consent).await
            {
                let revision = consent.revisions.len();
                let revision = u32::try_from(revision).map_err(|_| "too many revisions")?;
                return Ok(Some((consent.etag.clone(), revision)));
            }
            if began.elapsed() > PATIENCE {
                return Err("no server shows the consent".to_owned());
            }
            node = (node + 1) % self.fleet.nodes();
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Asks one server after the other, until one of them says what became of it.
    async fn until_told(
        &self,
        side: Side,
        first: usize,
        what: What,
        key: String,
        etag: &str,
    ) -> Result<(), String> {
        let name = match side {
            Side::Centre => CENTRE_A,
            Side::Office => KB_HAMBURG,
        };
        let began = Instant::now();
        let mut node = first;
        loop {
            if let Some(client) = self.fleet.client(node, name) {
                let sent = self.began.elapsed();
                let asked = self.ask(&client, what, &key, etag);
                let answer = tokio::time::timeout(ANSWER_WITHIN, asked).await;
                let answer = answer.unwrap_or(Answer::None);
                self.note(Attempt {
                    what,
                    key: key.clone(),
                    node,
                    sent,
                    answered: self.began.elapsed(),
                    answer,
                });
                if answer != Answer::None {
                    return Ok(());
                }
            }
            if began.elapsed() > PATIENCE {
                return Err(format!("nobody says what became of {what:?}"));
            }
            node = (node + 1) % self.fleet.nodes();
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn ask(&self, client: &Client, what: What, key: &str, etag: &str) -> Answer {
        let key = Some(key);
        let outcome = match what {
            What::Release(kind) => {
                let draft = a_draft(self.consent).category(match kind {
                    Kind::Vehicle => Category::Vehicle,
                    Kind::Route => Category::TravelRoute,
                });
                let released = client.release_disclosure(&draft.build(), key).await;
                released.map(|message| Answer::Released(message.id))
            }
            What::Revise { wide, .. } => {
                let revision = terms(wide).revise();
                let revised = client.revise_consent(self.consent, etag, &revision, key);
                revised.await.map(|_| Answer::Done)
            }
            What::Withdraw => {
                let withdrawn = client.withdraw_consent(self.consent).await;
                withdrawn.map(|_| Answer::Done)
            }
            What::Recall(id) => client
                .recall_disclosure(id, key)
                .await
                .map(|_| Answer::Done),
            What::Collect(id) => {
                let collected = client.collect_disclosure(id, key).await;
                collected.map(|_| Answer::Content)
            }
            What::Acknowledge(id) => {
                let done = client.acknowledge_disclosure(id, key).await;
                done.map(|_| Answer::Done)
            }
        };
        match outcome {
            Ok(answer) => answer,
            Err(Error::Api(error)) if error.status < 500 => Answer::No(error.status),
            Err(_) => Answer::None,
        }
    }

    fn note(&self, attempt: Attempt) {
        if let (What::Release(_), Answer::Released(id)) = (attempt.what, attempt.answer) {
            let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
            if !messages.contains(&id) {
                messages.push(id);
            }
        }
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.push(attempt);
    }
}
