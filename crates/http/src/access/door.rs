//! Where requests are let in: whoever arrives while the door is busy is let in together with all others that wait.
//!
//! Letting somebody in is a transaction, and each costs the database about as much as what most requests are about. One for all that
//! wait costs hardly more than one for each, and nobody waits for more than the one before.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::rt;
use freigabe_domain::{
    Error,
    exchange::{AccessDesk, Arrival, Exchange, ProofUse},
    store::StoreError,
};
use tokio::sync::oneshot;

/// So many are let in at once, at most.
const AT_ONCE: usize = 64;
/// So often somebody comes again when whoever let in ended.
const ATTEMPTS: u32 = 3;

/// The door of one installation, on whichever of its threads somebody arrives.
pub(crate) struct Door<D: ?Sized = dyn Exchange> {
    queue: Mutex<Queue>,
    desk: Arc<D>,
}

#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    /// Somebody lets them in.
    attended: bool,
}

struct Waiting {
    arrival: Arrival,
    answer: oneshot::Sender<Result<ProofUse, Error>>,
}

impl<D: AccessDesk + Send + Sync + ?Sized + 'static> Door<D> {
    pub(crate) fn new(desk: Arc<D>) -> Arc<Self> {
        let queue = Mutex::default();
        Arc::new(Self { queue, desk })
    }

    /// Waits to be let in.
    ///
    /// # Errors
    /// The store's failure; then the arrival's proof counts for nothing.
    pub(crate) async fn enter(self: &Arc<Self>, arrival: Arrival) -> Result<ProofUse, Error> {
        for again in 0..ATTEMPTS {
            let (answer, answered) = oneshot::channel();
            let waiting = Waiting {
                arrival: arrival.clone(),
                answer,
            };
            let attended = {
                let mut queue = self.queue();
                queue.waiting.push(waiting);
                std::mem::replace(&mut queue.attended, true)
            };
            if !attended {
                // Not by this request, which may be given up while others wait for it.
                rt::spawn(Attendant::of(Arc::clone(self)).attend());
            }
            match answered.await {
                // Perhaps by the one who ended: nobody can tell.
                Ok(Ok(ProofUse::UsedBefore)) if again > 0 => break,
                Ok(answer) => return answer,
                Err(_) => {}
            }
        }
        Err(left_alone())
    }

    /// Lets these in, together. What is wrong with one of them is not the others' fault.
    async fn let_in(&self, waiting: Vec<Waiting>) {
        let (arrivals, answers): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .map(|Waiting { arrival, answer }| (arrival, answer))
            .unzip();
        match self.desk.admit(&arrivals).await {
            Ok(used) => {
                for (used, answer) in used.into_iter().zip(answers) {
                    // Who has given up does not hear it.
                    let _ = answer.send(Ok(used));
                }
            }
            // It left nothing behind.
            Err(error) if arrivals.len() > 1 && is_of_one(&error) => {
                for (arrival, answer) in arrivals.into_iter().zip(answers) {
                    Box::pin(self.let_in(vec![Waiting { arrival, answer }])).await;
                }
            }
            Err(error) => {
                let mut answers = answers;
                if matches!(error, Error::Store(StoreError::Unavailable(_))) {
                    // It took its time to find out, and would for those who came meanwhile as well.
                    let others = std::mem::take(&mut self.queue().waiting);
                    answers.extend(others.into_iter().map(|waiting| waiting.answer));
                }
                for answer in answers {
                    let _ = answer.send(Err(error.clone()));
                }
            }
        }
    }
}

impl<D: ?Sized> Door<D> {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        // Nothing that holds it can leave it half changed.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets in who waits until nobody does. When it is dropped before that, since its thread ends with the server while requests on
/// other threads are still answered, those come again, and the first of them gets another.
struct Attendant<D: ?Sized> {
    door: Arc<Door<D>>,
    relieved: bool,
}

impl<D: AccessDesk + Send + Sync + ?Sized + 'static> Attendant<D> {
    const fn of(door: Arc<Door<D>>) -> Self {
        Self {
            door,
            relieved: false,
        }
    }

    async fn attend(mut self) {
        while let Some(waiting) = self.next() {
            self.door.let_in(waiting).await;
        }
    }

    /// Those who are let in next; when there are none, whoever comes gets another attendant.
    fn next(&mut self) -> Option<Vec<Waiting>> {
        let mut queue = self.door.queue();
        if queue.waiting.is_empty() {
            queue.attended = false;
            self.relieved = true;
            return None;
        }
        let first = queue.waiting.len().min(AT_ONCE);
        Some(queue.waiting.drain(..first).collect())
    }
}

impl<D: ?Sized> Drop for Attendant<D> {
    fn drop(&mut self) {
        if !self.relieved {
            *self.door.queue() = Queue::default();
        }
    }
}

/// Whether an error may be about one of those who came together, and not about all. When nobody knows whether a commit took place,
/// proofs may be used up: who tried them again would be told so, and had done nothing wrong.
const fn is_of_one(error: &Error) -> bool {
    !matches!(
        error,
        Error::Store(StoreError::Unavailable(_) | StoreError::Conflict | StoreError::CommitUnknown)
    )
}

fn left_alone() -> Error {
    let why = "whoever let requests in ended".to_owned();
    Error::Store(StoreError::Unavailable(why))
}

#[cfg(test)]
mod tests;
