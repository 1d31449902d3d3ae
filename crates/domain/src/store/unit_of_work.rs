//! Lock, decide, record in one transaction; let the result out after the commit.

use std::marker::PhantomData;

use super::{Scope, StoreError, Tx};
use crate::{
    contact::{self, ContactDetails},
    disclosure::{Disclosure, Recorded, Released},
    error::Error,
};

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
    /// Write what counts only together with what is written after it. Nobody has to wait until it is on disk: when the database's
    /// machine fails, the last of it may be gone, but never from before a write of another mode that was acknowledged.
    Provisional,
    /// Write. Not run again when the outcome of its commit is unknown.
    Write,
    /// Write, and recognise an earlier success of the same work (by its idempotency key, or because it changes nothing
    /// the second time): run again when the outcome of its commit is unknown.
    RepeatableWrite,
}

/// A store: something that can begin transactions.
#[expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]
pub trait Store {
    /// Its transactions. Dropping one without a commit rolls it back.
    type Tx<'tx>: Tx<'tx>;

    /// Begins a transaction that is carried out for `scope`. A store that can hold rows back shows it none that are not
    /// the scope's.
    ///
    /// # Errors
    /// When the store can't.
    async fn begin<'tx>(
        &self,
        begin: Begin<'tx>,
        scope: &Scope,
        mode: Mode,
    ) -> Result<Self::Tx<'tx>, StoreError>;

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

/// Runs `work` in a transaction of its own, carried out for `scope`, and commits it. On a conflict with another transaction the whole of it is
/// run again, so `work` must not act on anything outside its transaction. What carries the transaction's brand can't
/// be returned from here.
///
/// # Errors
/// What `work` returns as an error, after a rollback; or the store's failure.
pub async fn unit_of_work<S, R, F>(
    store: &S,
    scope: &Scope,
    mode: Mode,
    work: F,
) -> Result<R, Error>
where
    S: Store,
    F: for<'a, 'tx> AsyncFn(&'a mut S::Tx<'tx>) -> Result<R, Error>,
{
    again_after_conflicts(store, mode, async || {
        let mut tx = store.begin(Begin(PhantomData), scope, mode).await?;
        let outcome = work(&mut tx).await;
        finish(tx, outcome).await
    })
    .await
}

/// As [`unit_of_work`], for work that records a disclosure, or commits a refusal `E` of it: lets the recorded
/// disclosure out, readable, after the commit of the very transaction that recorded it. `work` is given the
/// transaction's brand besides, so that its result can carry it.
///
/// # Errors
/// What `work` returns as an error, after a rollback; or the store's failure.
pub async fn unit_of_work_releasing<S, E, F>(
    store: &S,
    scope: &Scope,
    mode: Mode,
    work: F,
) -> Result<Result<Disclosure<Released>, E>, Error>
where
    S: Store,
    F: for<'a, 'tx> AsyncFn(
        &'a mut S::Tx<'tx>,
        Brand<'tx>,
    ) -> Result<Result<Disclosure<Recorded<'tx>>, E>, Error>,
{
    again_after_conflicts(store, mode, async || {
        let begin = Begin(PhantomData);
        let brand = begin.brand();
        let mut tx = store.begin(begin, scope, mode).await?;
        let outcome = work(&mut tx, brand).await;
        let committed = finish(tx, outcome).await?;
        Ok(committed.map(Disclosure::released))
    })
    .await
}

/// As [`unit_of_work_releasing`], for contact details.
///
/// # Errors
/// What `work` returns as an error, after a rollback; or the store's failure.
pub async fn unit_of_work_releasing_contact<S, E, F>(
    store: &S,
    scope: &Scope,
    mode: Mode,
    work: F,
) -> Result<Result<ContactDetails<contact::Released>, E>, Error>
where
    S: Store,
    F: for<'a, 'tx> AsyncFn(
        &'a mut S::Tx<'tx>,
        Brand<'tx>,
    )
        -> Result<Result<ContactDetails<contact::Recorded<'tx>>, E>, Error>,
{
    again_after_conflicts(store, mode, async || {
        let begin = Begin(PhantomData);
        let brand = begin.brand();
        let mut tx = store.begin(begin, scope, mode).await?;
        let outcome = work(&mut tx, brand).await;
        let committed = finish(tx, outcome).await?;
        Ok(committed.map(ContactDetails::released))
    })
    .await
}

async fn again_after_conflicts<S, R, F>(store: &S, mode: Mode, once: F) -> Result<R, Error>
where
    S: Store,
    F: AsyncFn() -> Result<R, Error>,
{
    let mut attempt = 1;
    loop {
        match once().await {
            Err(Error::Store(error))
                if attempt < ATTEMPTS && error.is_transient(mode == Mode::RepeatableWrite) =>
            {
                store.pause(attempt).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

async fn finish<'tx, T: Tx<'tx>, R>(tx: T, outcome: Result<R, Error>) -> Result<R, Error> {
    match outcome {
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
