//! What the server does for its log by itself: it puts waiting events into the tree, signs the tree, and has witnesses cosign it.
//!
//! Two loops on a thread of their own. One only sequences, so that a slow witness never holds up the queue. The other signs, and
//! asks the witnesses; before the first signature it asks them what they saw, and whatever contradicts the database stops the log:
//! nothing is signed before somebody has looked, `/health/ready` says so, and the log says why.

mod standing;
#[cfg(test)]
mod tests;
mod witness;

use std::{
    io,
    rc::Rc,
    sync::Arc,
    thread,
    time::{Duration, Instant as Stopwatch},
};

use freigabe_domain::{
    Error,
    entropy::Entropy,
    exchange::Exchange,
    log::{LogError, LogHead, Sequenced, StoredCheckpoint, WitnessSaw},
};
use freigabe_ledger::{Note, NoteSigner, SignedCheckpoint};
use tokio::{
    runtime,
    sync::oneshot,
    task::{JoinSet, LocalSet},
    time::{sleep, timeout},
};
use uuid::Uuid;

use self::{
    standing::{Standing, Standings, Told},
    witness::{Answer, Asked, Contacts},
};

/// How often the queue is looked at.
const SEQUENCE_EVERY: Duration = Duration::from_millis(250);
/// How often all witnesses are asked what they saw, while something is wrong or too few have said so.
const ASK_EVERY: Duration = Duration::from_secs(3);
/// For how long one node alone asks for cosignatures. Longer than a round usually takes; two that ask do no harm.
const LEASE: time::Duration = time::Duration::seconds(10);
/// How long the stopping server waits for giving up the lease.
const RELEASED_WITHIN: Duration = Duration::from_secs(2);

/// The keeper's thread.
pub(super) struct LogKeeper {
    stop: oneshot::Sender<()>,
    ended: oneshot::Receiver<()>,
}

impl LogKeeper {
    pub(super) fn start(
        exchange: Arc<dyn Exchange>,
        interval: Duration,
        entropy: &dyn Entropy,
    ) -> io::Result<Self> {
        let mut holder = [0; 16];
        entropy.fill(&mut holder).map_err(io::Error::other)?;
        let contacts = Contacts::of(exchange.log_rules()).map_err(io::Error::other)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let (end, ended) = oneshot::channel();
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let body = move || {
            let keeper = Rc::new(Keeper {
                exchange,
                interval,
                holder: Uuid::from_bytes(holder),
                contacts,
                standings: Standings::default(),
            });
            LocalSet::new().block_on(&runtime, async {
                tokio::select! {
                    // What is cut off here is a transaction that is rolled back, or a question that is asked again.
                    _ = stopped => {}
                    () = keeper.sequence() => {}
                    () = keeper.sign() => {}
                }
                keeper.give_up_lease().await;
            });
            // The receiver is gone when nobody waits for the end.
            let _ = end.send(());
        };
        thread::Builder::new()
            .name("log-keeper".to_owned())
            .spawn(body)?;
        Ok(Self { stop, ended })
    }

    pub(super) async fn stop(self) {
        let Self { stop, ended } = self;
        drop(stop);
        let _ = ended.await;
    }
}

struct Keeper {
    exchange: Arc<dyn Exchange>,
    interval: Duration,
    /// Who this is, for as long as it runs.
    holder: Uuid,
    contacts: Contacts,
    standings: Standings,
}

/// What the signing loop remembers from round to round.
#[derive(Default)]
struct Round {
    /// The log as it was when everything about it stood the test.
    sound: Option<LogHead>,
    /// When all witnesses were asked what they saw.
    asked: Option<Stopwatch>,
    /// A witness said something that can't be: all are asked again before anything is signed.
    alarmed: bool,
}

/// What came of a look at the log.
enum Stood {
    /// It stood the test, and is signed.
    Test,
    /// It could not be tested yet: witnesses were asked only just now.
    Waiting,
}

impl Keeper {
    /// Puts waiting events into the tree, for ever.
    async fn sequence(&self) {
        let mut told = Told::default();
        loop {
            match self.exchange.sequence().await {
                Ok(Sequenced { added, backlog }) => {
                    told.well("events enter the disclosure log again");
                    if added > 0 {
                        tracing::debug!(added, backlog, "events entered the disclosure log");
                    }
                    if added > 0 && backlog > 0 {
                        tokio::task::yield_now().await;
                        continue;
                    }
                }
                Err(error) => told.trouble(&format!(
                    "events don't enter the disclosure log, they wait: {error}"
                )),
            }
            sleep(SEQUENCE_EVERY).await;
        }
    }

    /// Signs what has grown, and has it cosigned, for ever.
    async fn sign(self: &Rc<Self>) {
        let (mut round, mut told) = (Round::default(), Told::default());
        loop {
            sleep(self.interval).await;
            let outcome = match self.sign_once(&mut round).await {
                Ok(Stood::Test) => self.cosign_once(&mut round).await,
                // What was said last still holds.
                Ok(Stood::Waiting) => continue,
                Err(error) => Err(error),
            };
            match outcome {
                Ok(()) => told.well("the disclosure log goes on"),
                Err(Error::Log(LogError::Fault(fault))) => told.alarm(&format!(
                    "the disclosure log has stopped: {fault}. Nothing is signed or published until somebody has looked; \
                     withdrawals are taken all the same"
                )),
                Err(Error::Log(LogError::WitnessesSilent)) => told.trouble(
                    "the disclosure log waits: too few witnesses say what they saw, and before that nothing is signed",
                ),
                Err(error) => told.trouble(&format!("the disclosure log can't be signed: {error}")),
            }
        }
    }

    async fn sign_once(self: &Rc<Self>, round: &mut Round) -> Result<Stood, Error> {
        let Some(head) = self.exchange.logs().await?.pop() else {
            // No event yet, so nothing that anybody could have seen.
            return Ok(Stood::Test);
        };
        let must_ask = round.alarmed || self.exchange.must_ask_witnesses();
        let sound = round.sound.as_ref();
        if !must_ask && sound.is_some_and(|sound| is_same(sound, &head)) {
            return Ok(Stood::Test);
        }
        round.sound = None;
        let mut seen = Vec::new();
        if must_ask {
            if round.asked.is_some_and(|at| at.elapsed() < ASK_EVERY) {
                return Ok(Stood::Waiting);
            }
            round.asked = Some(Stopwatch::now());
            seen = self.ask_all(&head).await;
        }
        let signed = self.exchange.sign_checkpoint(&seen).await?;
        if let Some(signed) = &signed {
            tracing::debug!(size = signed.size, "the disclosure log was signed");
        }
        round.alarmed = false;
        // It may have grown since: then the next round sees another head.
        round.sound = Some(head);
        Ok(Stood::Test)
    }

    /// What every witness says that it saw; those that say nothing are left out.
    async fn ask_all(self: &Rc<Self>, head: &LogHead) -> Vec<WitnessSaw> {
        let mut asked = JoinSet::new();
        for contact in self.contacts.all() {
            let (keeper, head) = (Rc::clone(self), head.clone());
            asked.spawn_local(async move {
                let rules = keeper.exchange.log_rules();
                let saw = keeper.contacts.ask(&contact, &head, &rules.signers).await;
                (contact, saw)
            });
        }
        let mut seen = Vec::new();
        while let Some(answer) = asked.join_next().await {
            match answer {
                Ok((contact, Ok(saw))) => {
                    let size = saw.newest.map_or(0, |(size, _)| size);
                    self.standings.known(&contact.name, size);
                    seen.push(saw);
                }
                Ok((contact, Err(why))) => self.standings.failed(&contact.name, &why),
                Err(error) => tracing::warn!(%error, "a question to a witness was lost"),
            }
        }
        seen
    }

    /// Asks for the cosignatures that the newest checkpoint lacks.
    async fn cosign_once(self: &Rc<Self>, round: &mut Round) -> Result<(), Error> {
        if self.contacts.is_empty() || round.sound.is_none() {
            return Ok(());
        }
        let Some(checkpoint) = self.exchange.signed_checkpoint().await? else {
            return Ok(());
        };
        let rules = self.exchange.log_rules();
        let Some((note, signed)) = opened(&checkpoint, &rules.signers) else {
            return Ok(());
        };
        let lacking: Vec<_> = self
            .contacts
            .all()
            .filter(|contact| !contact.has_cosigned(&note) && self.standings.may_ask(&contact.name))
            .collect();
        if lacking.is_empty() || !self.exchange.lease_cosigning(self.holder, LEASE).await? {
            return Ok(());
        }
        let mut asked = JoinSet::new();
        for contact in lacking {
            let keeper = Rc::clone(self);
            let (checkpoint, signed) = (checkpoint.clone(), signed.clone());
            asked.spawn_local(async move {
                let name = contact.name.clone();
                let answer = keeper.cosigned_by(&contact, &checkpoint, signed).await;
                (name, answer)
            });
        }
        while let Some(answer) = asked.join_next().await {
            match answer {
                Ok((name, Ok(Standing::Cosigned))) => {
                    self.standings.cosigned(&name, checkpoint.size)
                }
                Ok((name, Ok(Standing::Later))) => self.standings.later(&name),
                Ok((name, Ok(Standing::Contradicts(why)))) => {
                    self.standings.failed(&name, &why);
                    round.alarmed = true;
                }
                Ok((name, Ok(Standing::Failed(why)))) => self.standings.failed(&name, &why),
                Ok((_, Err(error))) => return Err(error),
                Err(error) => tracing::warn!(%error, "a question to a witness was lost"),
            }
        }
        if round.alarmed {
            // All say again what they saw, and the log judges that, before anything else is signed.
            round.asked = None;
            self.sign_once(round).await?;
        }
        Ok(())
    }

    /// Lets another node ask at once.
    async fn give_up_lease(&self) {
        if !self.contacts.is_empty() {
            let released = self
                .exchange
                .lease_cosigning(self.holder, time::Duration::ZERO);
            // If it does not work, the lease ends by itself.
            let _ = timeout(RELEASED_WITHIN, released).await;
        }
    }

    /// One witness's cosignature of one checkpoint, noted as soon as it is there.
    async fn cosigned_by(
        &self,
        contact: &Asked,
        checkpoint: &StoredCheckpoint,
        signed: SignedCheckpoint,
    ) -> Result<Standing, Error> {
        let mut old = self.standings.last(&contact.name).min(checkpoint.size);
        // What is known of it may be old; what it says then is not, unless another node asks at the same time.
        for _ in 0..3 {
            let proof = if old == 0 || old == checkpoint.size {
                Vec::new()
            } else {
                self.exchange.consistency(old, checkpoint.size).await?
            };
            match self.contacts.add(contact, old, proof, signed.clone()).await {
                Answer::Cosigned(lines) => {
                    let generation = checkpoint.generation;
                    let noted =
                        self.exchange
                            .record_cosignatures(generation, checkpoint.size, &lines);
                    let noted = noted.await?;
                    tracing::debug!(
                        witness = %contact.name,
                        size = checkpoint.size,
                        published = noted.published_at.is_some(),
                        "a witness cosigned the disclosure log"
                    );
                    return Ok(Standing::Cosigned);
                }
                Answer::Saw(size) if size > checkpoint.size => {
                    // Another node may have signed more meanwhile.
                    let head = self.exchange.logs().await?.pop();
                    let ours = head.map_or(0, |head| head.size);
                    return Ok(if size > ours {
                        Standing::Contradicts(format!(
                            "it has seen {size} leaves, and here are {ours}"
                        ))
                    } else {
                        Standing::Later
                    });
                }
                Answer::Saw(size) if size == old => {
                    return Ok(Standing::Contradicts(format!(
                        "it has seen another log of {size} leaves under this name"
                    )));
                }
                Answer::Saw(size) => old = size,
                Answer::NotContinued => {
                    return Ok(Standing::Contradicts(format!(
                        "the log does not continue the {old} leaves that it has seen"
                    )));
                }
                Answer::Failed(why) => return Ok(Standing::Failed(why)),
            }
        }
        Ok(Standing::Later)
    }
}

fn is_same(one: &LogHead, other: &LogHead) -> bool {
    (one.generation, one.size, one.root) == (other.generation, other.size, other.root)
}

/// A checkpoint of ours, as its own keys signed it.
fn opened(
    checkpoint: &StoredCheckpoint,
    signers: &[NoteSigner],
) -> Option<(Note, SignedCheckpoint)> {
    let note = Note::parse(&checkpoint.note).ok()?;
    let keys = signers.iter().map(NoteSigner::verifier);
    let signed = SignedCheckpoint::open(note.clone(), keys).ok()?;
    Some((note, signed))
}
