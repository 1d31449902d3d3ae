//! What the server does by itself.

use async_trait::async_trait;
use time::Duration;

use super::{Application, consent::Consequences};
use crate::{
    audit::{self, Event, Operation},
    consent::{ConsentEvent, ConsentEventKind, ConsentHead, ConsentStatus},
    error::Error,
    ids::{ConsentId, EventId},
    instant::Instant,
    store::prelude::*,
    store::{Mode, Scope, Store, StoreError, unit_of_work},
};

/// Consents marked as expired in one go.
const BATCH: u16 = 100;

/// How long a request that is repeated with its key is known to have been carried out already.
pub const REQUESTS_ARE_REMEMBERED: Duration = Duration::days(30);

/// Upkeep.
#[async_trait(?Send)]
pub trait UpkeepDesk {
    /// Marks consents whose validity is over as expired and seals what they still held; returns how many. Nothing
    /// depends on it: an expired consent authorises nothing whether or not it is marked.
    ///
    /// # Errors
    /// The store's failure.
    async fn mark_expired_consents(&self) -> Result<usize, Error>;

    /// Forgets the keys of requests that are older than [`REQUESTS_ARE_REMEMBERED`]; returns how many.
    ///
    /// # Errors
    /// The store's failure.
    async fn forget_old_requests(&self) -> Result<usize, Error>;

    /// Forgets proofs and assertions that were used and that nobody would take any more; returns how many.
    ///
    /// # Errors
    /// The store's failure.
    async fn forget_used_proofs(&self) -> Result<usize, Error>;

    /// Whether the store answers, and the log fits together as far as this process has seen.
    ///
    /// # Errors
    /// Why not.
    async fn ready(&self) -> Result<(), Error>;
}

#[async_trait(?Send)]
impl<S: Store> UpkeepDesk for Application<S> {
    async fn mark_expired_consents(&self) -> Result<usize, Error> {
        let due = async |tx: &mut S::Tx<'_>, now| tx.consents_past_their_end(now, BATCH).await;
        let mark = async |id| self.mark_expired(id).await;
        self.one_by_one(due, mark).await
    }

    async fn forget_old_requests(&self) -> Result<usize, Error> {
        unit_of_work(
            &self.store,
            &Scope::Upkeep,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let oldest = tx.now().await?.plus(-REQUESTS_ARE_REMEMBERED);
                Ok(tx.forget_requests(oldest).await?)
            },
        )
        .await
    }

    async fn forget_used_proofs(&self) -> Result<usize, Error> {
        unit_of_work(
            &self.store,
            &Scope::Upkeep,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let now = tx.now().await?;
                Ok(tx.forget_proofs(now).await?)
            },
        )
        .await
    }

    async fn ready(&self) -> Result<(), Error> {
        self.store.ping().await?;
        match self.log.state.fault() {
            Some(fault) => Err(fault.into()),
            None => Ok(()),
        }
    }
}

impl<S: Store> Application<S> {
    /// Does what is due, each in a transaction of its own that decides again; returns how often there was something to do. Nothing
    /// depends on the list being right still, and what fails keeps nothing else from being done.
    pub(super) async fn one_by_one<D>(
        &self,
        due: impl AsyncFn(&mut S::Tx<'_>, Instant) -> Result<Vec<D>, StoreError>,
        carry_out: impl AsyncFn(D) -> Result<bool, Error>,
    ) -> Result<usize, Error> {
        let due = unit_of_work(
            &self.store,
            &Scope::Upkeep,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let now = tx.now().await?;
                Ok(due(tx, now).await?)
            },
        )
        .await?;
        let (mut done, mut failed) = (0, None);
        for one in due {
            match carry_out(one).await {
                Ok(carried_out) => done += usize::from(carried_out),
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(done), Err)
    }

    async fn mark_expired(&self, id: ConsentId) -> Result<bool, Error> {
        unit_of_work(
            &self.store,
            &Scope::Upkeep,
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let Some(before) = tx.lock_head(id).await? else {
                    return Ok(false);
                };
                let at = tx.now().await?;
                // Decided again under the lock: it may have been revised or withdrawn since the list was made.
                if before.status != ConsentStatus::Given
                    || before.status_at(at) != ConsentStatus::Expired
                {
                    return Ok(false);
                }
                let mut head = ConsentHead {
                    status: ConsentStatus::Expired,
                    changed_at: at,
                    ..before
                };
                let consequences = Consequences::of_expiry(tx.live_disclosures_of(id).await?);
                consequences.carry_out(tx, self, at).await?;
                let event = Event::new(
                    EventId::fresh(at, self.entropy())?,
                    at,
                    Operation::ConsentExpired,
                )
                .about_consent(&head)
                .kept_by(self.log.rules.schedule)
                .with_consequences(consequences.sealed.iter().map(|d| d.id).collect(), &[]);
                head.commitment = audit::append(tx, self.entropy(), event).await?.commitment;
                let event = ConsentEvent {
                    kind: ConsentEventKind::Expired,
                    revision: head.revision,
                    at,
                };
                tx.update_head(&head, event).await?;
                Ok(true)
            },
        )
        .await
    }
}
