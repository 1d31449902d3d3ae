//! Lets the clients of a history do what they will, and notes what they saw.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use freigabe_client::{Client, Error};
use freigabe_contract::{
    OfficeId, Timestamp,
    handover::{HandCaseOver, Handler},
    known_person::KnownFrom,
    vocabulary::Category,
};
use freigabe_testkit::{
    Fleet, a_consent, a_draft,
    consent::ConsentBuilder,
    network::{CENTRE_A, FRANKFURT_ODER},
    request::fresh_key,
};
use time::OffsetDateTime;
use tokio::{task::JoinSet, time::sleep};
use uuid::Uuid;

use super::plan::{Kind, Office, Plan, Script, Side, Step};

/// How long a client goes on asking before it takes the servers for dead.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long an office waits for a first message, or for the case.
const FIRST_WITHIN: Duration = Duration::from_secs(1);
/// How long a centre waits for a handover before it redirects.
const HANDED_OVER_WITHIN: Duration = Duration::from_millis(100);
/// How long the second office waits for a message, when it has the case.
const REDIRECTED_WITHIN: Duration = Duration::from_millis(200);
/// How long a client waits for an answer.
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
    /// A release to this office.
    Release(Kind, Office),
    /// A revision of the consent as it was at this revision.
    Revise {
        /// The revision that was read before.
        from: u32,
        /// Whether vehicles are covered.
        wide: bool,
        /// Whether the second office is covered.
        both: bool,
    },
    /// The withdrawal.
    Withdraw,
    /// A recall of this message.
    Recall(Uuid),
    /// A redirection of this message.
    Redirect(Uuid),
    /// A collection of this message by this office.
    Collect(Uuid, Office),
    /// An acknowledgement of this message by this office.
    Acknowledge(Uuid, Office),
    /// That this office hands the case of this message over to the other one.
    HandOver(Uuid, Office),
}

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Released as this message.
    Released(Uuid),
    /// Handed over, by this handover.
    HandedOver(Uuid),
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
    handed_over: AtomicBool,
    /// Messages that were released or redirected to the second office.
    arrived: Mutex<Vec<Uuid>>,
    attempts: Mutex<Vec<Attempt>>,
}

/// What a client would have to send to repeat itself.
#[derive(Default)]
struct Memory {
    released: Option<(String, What)>,
    redirected: Option<(String, What)>,
    collected: Option<(String, What)>,
    handed_over: Option<(String, What)>,
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
        handed_over: AtomicBool::new(false),
        arrived: Mutex::default(),
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
    let wide = terms(true, plan.both);
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

fn terms(wide: bool, both: bool) -> ConsentBuilder {
    let mut terms = a_consent();
    if !wide {
        terms = terms.only_categories(&[Category::TravelRoute]);
    }
    if both {
        terms = terms.recipient(FRANKFURT_ODER);
    }
    terms
}

impl Stage {
    async fn perform(&self, script: &Script) -> Result<(), String> {
        let mut memory = Memory::default();
        match script.side {
            Side::Centre => {}
            Side::Office(Office::First) => wait(FIRST_WITHIN, || self.message(0).is_some()).await,
            Side::Office(Office::Second) => {
                wait(FIRST_WITHIN, || self.is_handed_over()).await;
                if script.patient {
                    wait(REDIRECTED_WITHIN, || one_of(&self.arrived, 0).is_some()).await;
                }
            }
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
        if let Step::Revise { wide, both } = step {
            let Some((etag, from)) = self.revision(node).await? else {
                return Ok(());
            };
            let what = What::Revise { from, wide, both };
            return self.until_told(side, node, what, fresh_key(), &etag).await;
        }
        if matches!(step, Step::Redirect(_)) {
            wait(HANDED_OVER_WITHIN, || self.is_handed_over()).await;
        }
        let Some((what, key)) = self.wanted(side, step, memory) else {
            return Ok(());
        };
        if !matches!(step, Step::ReleaseTwice(_) | Step::HandOverTwice(_)) {
            return self.until_told(side, node, what, key, "").await;
        }
        let other = (node + 1) % self.fleet.nodes();
        let (first, second) = tokio::join!(
            self.until_told(side, node, what, key.clone(), ""),
            self.until_told(side, other, what, key, ""),
        );
        first.and(second)
    }

    /// What a step asks for, with which key; nothing when there is nothing to ask for.
    fn wanted(&self, side: Side, step: Step, memory: &mut Memory) -> Option<(What, String)> {
        let office = match side {
            Side::Centre => None,
            Side::Office(office) => Some(office),
        };
        let (what, remembered) = match step {
            Step::Release(kind, to) => (What::Release(kind, to), Some(&mut memory.released)),
            Step::ReleaseTwice(kind) => (
                What::Release(kind, Office::First),
                Some(&mut memory.released),
            ),
            Step::Redirect(which) => (
                What::Redirect(self.message(which)?),
                Some(&mut memory.redirected),
            ),
            Step::Collect(which) => (
                What::Collect(self.for_office(office?, which)?, office?),
                Some(&mut memory.collected),
            ),
            Step::HandOver(which) | Step::HandOverTwice(which) => (
                What::HandOver(self.message(which)?, office?),
                Some(&mut memory.handed_over),
            ),
            Step::Recall(which) => (What::Recall(self.message(which)?), None),
            Step::Acknowledge(which) => (What::Acknowledge(self.message(which)?, office?), None),
            Step::Withdraw => (What::Withdraw, None),
            Step::ReleaseAgain => return again(&memory.released),
            Step::RedirectAgain => return again(&memory.redirected),
            Step::CollectAgain => return again(&memory.collected),
            Step::HandOverAgain => return again(&memory.handed_over),
            // It is asked for as the consent is then.
            Step::Revise { .. } => return None,
        };
        let key = fresh_key();
        if let Some(remembered) = remembered {
            *remembered = Some((key.clone(), what));
        }
        Some((what, key))
    }

    fn is_handed_over(&self) -> bool {
        self.handed_over.load(Ordering::SeqCst)
    }

    /// One of the messages that were released so far.
    fn message(&self, which: usize) -> Option<Uuid> {
        one_of(&self.messages, which)
    }

    /// What an office may want to collect: the second mostly one of those that are for it.
    fn for_office(&self, office: Office, which: usize) -> Option<Uuid> {
        let arrived = one_of(&self.arrived, which);
        let known = arrived.filter(|_| office == Office::Second && which > 0);
        known.or_else(|| self.message(which))
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
            Side::Office(office) => office.id(),
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
            What::Release(kind, to) => {
                let category = match kind {
                    Kind::Vehicle => Category::Vehicle,
                    Kind::Route => Category::TravelRoute,
                };
                // The place is the first office's: the second is competent as long as it has the case.
                let draft = a_draft(self.consent).recipient(to.id()).category(category);
                let released = client.release_disclosure(&draft.build(), key).await;
                released.map(|message| Answer::Released(message.id))
            }
            What::Revise { wide, both, .. } => {
                let revision = terms(wide, both).revise();
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
            What::Redirect(id) => {
                let redirected = client.redirect_disclosure(id, key).await;
                redirected.map(|_| Answer::Done)
            }
            What::Collect(id, _) => {
                let collected = client.collect_disclosure(id, key).await;
                collected.map(|_| Answer::Content)
            }
            What::Acknowledge(id, _) => {
                let done = client.acknowledge_disclosure(id, key).await;
                done.map(|_| Answer::Done)
            }
            What::HandOver(id, by) => {
                let handover = HandCaseOver {
                    known_from: KnownFrom::Disclosure { disclosure_id: id },
                    to: Handler::Office {
                        office: OfficeId::from(by.other().id()),
                    },
                };
                let made = client.hand_case_over(&handover, key).await;
                made.map(|made| Answer::HandedOver(made.handover.id))
            }
        };
        match outcome {
            Ok(answer) => answer,
            Err(Error::Api(error)) if error.status < 500 => Answer::No(error.status),
            Err(_) => Answer::None,
        }
    }

    fn note(&self, attempt: Attempt) {
        match (attempt.what, attempt.answer) {
            (What::Release(_, Office::Second), Answer::Released(id))
            | (What::Redirect(id), Answer::Done) => add(&self.arrived, id),
            _ => {}
        }
        match attempt.answer {
            Answer::Released(id) => add(&self.messages, id),
            Answer::HandedOver(_) => self.handed_over.store(true, Ordering::SeqCst),
            Answer::Content | Answer::Done | Answer::No(_) | Answer::None => {}
        }
        let mut attempts = self.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        attempts.push(attempt);
    }
}

/// Until it is so, and not longer than so long.
async fn wait(within: Duration, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() && began.elapsed() < within {
        sleep(Duration::from_millis(1)).await;
    }
}

fn again(remembered: &Option<(String, What)>) -> Option<(What, String)> {
    let (key, what) = remembered.as_ref()?;
    Some((*what, key.clone()))
}

fn one_of(messages: &Mutex<Vec<Uuid>>, which: usize) -> Option<Uuid> {
    let messages = messages.lock().unwrap_or_else(PoisonError::into_inner);
    let number = which.checked_rem(messages.len())?;
    messages.get(number).copied()
}

fn add(messages: &Mutex<Vec<Uuid>>, id: Uuid) {
    let mut messages = messages.lock().unwrap_or_else(PoisonError::into_inner);
    if !messages.contains(&id) {
        messages.push(id);
    }
}
