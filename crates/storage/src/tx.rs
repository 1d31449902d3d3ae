//! One transaction.

use std::{
    collections::HashMap,
    future::{Future, poll_fn},
    pin::pin,
    sync::{Arc, atomic::Ordering},
};

use freigabe_domain::{
    entropy::Entropy,
    instant::Instant,
    store::{Begin, Brand, Cursor, StoreError, Tx},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait as _, DatabaseTransaction, EntityTrait, IntoSimpleExpr as _,
    QuerySelect as _, Select, Statement,
    sea_query::{Expr, ExprTrait as _, LockType},
};
use tokio::runtime::Handle;
use uuid::Uuid;

use crate::{
    DatabaseClock, backend,
    crypto::Keys,
    entity::case,
    failure::{commit_failed, failed},
};

/// A transaction with its brand. Dropping it rolls it back.
pub struct SqlTx<'tx> {
    pub(crate) transaction: DatabaseTransaction,
    pub(crate) keys: Arc<Keys>,
    pub(crate) entropy: Arc<dyn Entropy>,
    clock: DatabaseClock,
    home: Handle,
    latest: Option<Instant>,
    /// Cases that were read; their rows never change.
    pub(crate) cases: HashMap<Uuid, case::Model>,
    _brand: Brand<'tx>,
}

impl<'tx> SqlTx<'tx> {
    pub(crate) fn new(
        begin: &Begin<'tx>,
        transaction: DatabaseTransaction,
        keys: Arc<Keys>,
        entropy: Arc<dyn Entropy>,
        clock: DatabaseClock,
        home: Handle,
    ) -> Self {
        let cases = HashMap::new();
        Self {
            transaction,
            keys,
            entropy,
            clock,
            home,
            latest: None,
            cases,
            _brand: begin.brand(),
        }
    }
}

impl<'tx> Tx<'tx> for SqlTx<'tx> {
    async fn now(&mut self) -> Result<Instant, StoreError> {
        let backend = self.transaction.get_database_backend();
        let statement = Statement::from_string(backend, backend::clock_sql(backend));
        let row = self
            .transaction
            .query_one_raw(statement)
            .await
            .map_err(failed)?;
        let row =
            row.ok_or_else(|| StoreError::Defect("the database's clock gave no row".to_owned()))?;
        let mut micros: i64 = row.try_get("", "now").map_err(failed)?;
        if let DatabaseClock::Shifted(by) = &self.clock {
            micros = micros.saturating_add(by.load(Ordering::SeqCst));
        }
        let read = Instant::from_unix_micros(micros);
        let now = self.latest.map_or(read, |latest| latest.max(read));
        self.latest = Some(now);
        Ok(now)
    }

    async fn commit(self) -> Result<(), StoreError> {
        let committed = at_home(&self.home, self.transaction.commit());
        committed.await.map_err(commit_failed)
    }

    async fn rollback(self) -> Result<(), StoreError> {
        let given_up = at_home(&self.home, self.transaction.rollback());
        given_up.await.map_err(failed)
    }
}

/// A connection is given back to its pool by a task that is begun where its transaction ends. Here that task would stand behind
/// whatever else this thread has to do, and everybody who waits for the connection with it; so it is begun where the store was
/// opened.
async fn at_home<F: Future>(home: &Handle, ends: F) -> F::Output {
    let mut ends = pin!(ends);
    poll_fn(|context| {
        let _at_home = home.enter();
        ends.as_mut().poll(context)
    })
    .await
}

/// Rows after a cursor in ascending order of time and id. Compared as a pair, which an index on both is entered by, and of which
/// planners know how many rows it leaves.
pub(crate) fn after_ascending<C: ColumnTrait>(at: C, id: C, cursor: Cursor) -> Expr {
    pair(at, id).gt(pair_of(cursor))
}

/// Rows after a cursor in descending order of time and id.
pub(crate) fn after_descending<C: ColumnTrait>(at: C, id: C, cursor: Cursor) -> Expr {
    pair(at, id).lt(pair_of(cursor))
}

fn pair<C: ColumnTrait>(at: C, id: C) -> Expr {
    Expr::tuple([at.into_simple_expr(), id.into_simple_expr()])
}

fn pair_of(cursor: Cursor) -> Expr {
    let at = cursor.at.as_unix_micros();
    Expr::tuple([Expr::value(at), Expr::value(cursor.id)])
}

/// The row that is looked for, taken as well if it is to be held. Nothing on SQLite, where the whole transaction holds the write lock
/// (`backend::transaction`).
pub(crate) fn held<E: EntityTrait>(select: Select<E>, lock: Option<LockType>) -> Select<E> {
    match lock {
        Some(lock) => select.lock(lock),
        None => select,
    }
}
