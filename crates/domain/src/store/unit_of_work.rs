//! Lock, decide, record in one transaction; let the result out after the commit.

use std::marker::PhantomData;

use super::{StoreError, Tx};
use crate::error::Error;

/// A brand: invariant in `'tx`, so that two transactions' brands never unify. A plain borrow would be covariant and
/// let a witness cross from one transaction into another.
pub type Brand<'tx> = PhantomData<fn(&'tx ()) -> &'tx ()>;

/// The right to begin one transaction with the brand `'tx`. Only [`unit_of_work`] makes one, so a store can't hand out
/// a transaction with a brand of the caller's choosing.
#[derive(Debug)]
pub struct Begin<'tx>(Brand<'tx>);

impl<'tx> Begin<'tx> {
    /// The brand that the transaction's type must carry.
    #[must_use]
    pub const fn brand(&self) -> Brand<'tx> {
        self.0
    }
}

/// What a unit of work may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Only read; may run beside a writer.
    Read,
    /// Write. Not run again when the outcome of its commit is unknown.
    Write,
    /// Write, and recognise an earlier success of the same work (by its idempotency key, or because it changes nothing
    /// the second time): run again when the outcome of its commit is unknown.
    RepeatableWrite,
}

/// A result whose transaction was committed. Only [`unit_of_work`] makes one.
#[derive(Debug)]
pub struct Committed<R>(R);

impl<R> Committed<R> {
    /// The result.
    pub fn into_inner(self) -> R {
        self.0
    }
}

impl<A, B> Committed<Result<A, B>> {
    /// Committed either way, told apart.
    ///
    /// # Errors
    /// The committed error: for example a refusal, whose log event was committed with it.
    pub fn transpose(self) -> Result<Committed<A>, B> {
        self.0.map(Committed)
    }
}

/// A store: something that can begin transactions.
#[expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]
pub trait Store {
    /// Its transactions. Dropping one without a commit rolls it back.
    type Tx<'tx>: Tx<'tx>;

    /// Begins a transaction.
    ///
    /// # Errors
    /// When the store can't.
    async fn begin<'tx>(&self, begin: Begin<'tx>, mode: Mode) -> Result<Self::Tx<'tx>, StoreError>;

    /// Waits a little, longer with each attempt, before a unit of work is run again.
    async fn pause(&self, attempt: u32);

    /// Whether the store answers.
    ///
    /// # Errors
    /// Why not.
    async fn ping(&self) -> Result<(), StoreError>;
}

/// A unit of work is run at most so many times.
const ATTEMPTS: u32 = 10;

/// Runs `work` in a transaction of its own and commits it. On a conflict with another transaction the whole of it is
/// run again, so `work` must not act on anything outside its transaction.
///
/// # Errors
/// What `work` returns as an error, after a rollback; or the store's failure.
pub async fn unit_of_work<S, R, F>(store: &S, mode: Mode, work: F) -> Result<Committed<R>, Error>
where
    S: Store,
    F: for<'a, 'tx> AsyncFn(&'a mut S::Tx<'tx>) -> Result<R, Error>,
{
    let mut attempt = 1;
    loop {
        match run_once(store, mode, &work).await {
            Err(Error::Store(error))
                if attempt < ATTEMPTS && error.is_transient(mode == Mode::RepeatableWrite) =>
            {
                store.pause(attempt).await;
                attempt += 1;
            }
            outcome => return outcome.map(Committed),
        }
    }
}

async fn run_once<S, R, F>(store: &S, mode: Mode, work: &F) -> Result<R, Error>
where
    S: Store,
    F: for<'a, 'tx> AsyncFn(&'a mut S::Tx<'tx>) -> Result<R, Error>,
{
    let mut tx = store.begin(Begin(PhantomData), mode).await?;
    match work(&mut tx).await {
        Ok(result) => {
            tx.commit().await?;
            Ok(result)
        }
        Err(error) => {
            // The reason for giving up matters more than a failing rollback: dropping the transaction rolls it back as well.
            let _ = tx.rollback().await;
            Err(error)
        }
    }
}
