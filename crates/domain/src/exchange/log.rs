//! The log's own work: events enter its tree, the tree is signed, what witnesses say is noted, and everybody reads it.

use async_trait::async_trait;
use freigabe_ledger::{Commitment, Hash, tile::Tile};
use time::Duration;
use uuid::Uuid;

use super::Application;
use crate::{
    error::Error,
    log::{
        self, Generation, LeafState, LogError, LogHead, LogRules, Sequenced, StoredCheckpoint,
        WitnessSaw,
    },
    store::prelude::*,
    store::{Mode, Scope, Store, StoreError, Tx, unit_of_work},
};

/// How long a collection waits for its event to be published.
const PATIENCE: Duration = Duration::seconds(15);
/// Which pause of the store is made between two looks: about a tenth of a second.
const BETWEEN_LOOKS: u32 = 6;
/// Looks at most, should the store's clock stand still.
const MOST_LOOKS: u32 = 300;

/// The log as a tree. Where a log is asked for, none means the newest.
#[async_trait(?Send)]
pub trait LogDesk {
    /// How this installation keeps its log.
    fn log_rules(&self) -> &LogRules;

    /// One round: measures how many events wait, and puts the oldest of them into the tree, at most
    /// [`log::BATCH`]. May be called on any number of nodes at once; they take turns.
    ///
    /// # Errors
    /// [`LogError::Fault`] when what is stored does not fit together; the store's failure.
    async fn sequence(&self) -> Result<Sequenced, Error>;

    /// How many events wait, counted up to a little more than the limit. Changes nothing.
    ///
    /// # Errors
    /// The store's failure.
    async fn pending_events(&self) -> Result<u64, Error>;

    /// Whether this process must ask the witnesses what they have seen before it signs for the first time.
    fn must_ask_witnesses(&self) -> bool;

    /// Signs the tree as it is, if it has grown since it was signed last, after recomputing what grew from the stored
    /// entries. If it has not, a key that did not sign the newest checkpoint does. `seen` is what witnesses said, as far as they
    /// were asked.
    ///
    /// Returns the checkpoint that was signed, or none if there is nothing to sign.
    ///
    /// # Errors
    /// [`LogError::NoSigner`]; [`LogError::Fault`] when anything stored does not fit together, when a witness has seen
    /// what is not here, or when too few have said what they saw; the store's failure.
    async fn sign_checkpoint(&self, seen: &[WitnessSaw])
    -> Result<Option<StoredCheckpoint>, Error>;

    /// The newest log's newest signed checkpoint, whether or not witnesses have cosigned it.
    ///
    /// # Errors
    /// The store's failure.
    async fn signed_checkpoint(&self) -> Result<Option<StoredCheckpoint>, Error>;

    /// The proof that the newest log's tree of `new` leaves continues the one of `old` leaves (RFC 6962, section 2.1.2).
    ///
    /// # Errors
    /// [`Error::NotFound`] when the log is smaller than that; the store's failure.
    async fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, Error>;

    /// Takes, or keeps, the right to ask the witnesses for the newest log, for so long. False while another holder has it.
    ///
    /// # Errors
    /// The store's failure.
    async fn lease_cosigning(&self, holder: Uuid, lasts: Duration) -> Result<bool, Error>;

    /// Notes witnesses' signatures under a checkpoint: lines of a signed note, as a witness answers them. Those that are
    /// no valid signature of one of the policy's witnesses are left out. Returns the checkpoint as it is now.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such checkpoint was signed; the store's failure.
    async fn record_cosignatures(
        &self,
        generation: Generation,
        size: u64,
        signatures: &str,
    ) -> Result<StoredCheckpoint, Error>;

    /// All logs of this installation, oldest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn logs(&self) -> Result<Vec<LogHead>, Error>;

    /// A log's newest published checkpoint. Of a former log: the newest that was signed.
    ///
    /// # Errors
    /// The store's failure.
    async fn published_checkpoint(
        &self,
        generation: Option<Generation>,
    ) -> Result<Option<StoredCheckpoint>, Error>;

    /// A tile with this many hashes (1 to 256); none unless the published tree has it.
    ///
    /// # Errors
    /// The store's failure.
    async fn log_tile(
        &self,
        generation: Option<Generation>,
        tile: Tile,
        width: usize,
    ) -> Result<Option<Vec<u8>>, Error>;

    /// An entry bundle with this many entries (1 to 256); none unless the published tree has it.
    ///
    /// # Errors
    /// The store's failure.
    async fn log_bundle(
        &self,
        generation: Option<Generation>,
        bundle: u64,
        width: usize,
    ) -> Result<Option<Vec<u8>>, Error>;

    /// How far the leaf with this commitment has come, with its proof if it is published. Reads only the tiles that the
    /// proof needs.
    ///
    /// # Errors
    /// The store's failure.
    async fn leaf_state(&self, commitment: &Commitment) -> Result<LeafState, Error>;

    /// Begins the next log, because the newest one's key is lost: its first leaf is an event that says where that one
    /// ended. What nobody ever saw of that one waits again. `origin` is the new log's name, and the settings' from now on.
    ///
    /// # Errors
    /// [`Error::InvalidState`] when there is no log yet, or one of that name; [`LogError::Fault`] when the end of the old
    /// one does not fit together; the store's failure.
    async fn continue_log(&self, origin: &str) -> Result<LogHead, Error>;
}

#[async_trait(?Send)]
impl<S: Store> LogDesk for Application<S> {
    fn log_rules(&self) -> &LogRules {
        &self.log.rules
    }

    async fn sequence(&self) -> Result<Sequenced, Error> {
        // Counted first and in any case: a log that refuses to go on must not be buried in events.
        let waiting = self.pending_events().await?;
        self.log.state.set_backlog(waiting);
        if waiting == 0 {
            return Ok(Sequenced::default());
        }
        let outcome = unit_of_work(
            &self.store,
            &Scope::Sequencer,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| log::sequence(tx, &self.log.rules).await,
        )
        .await;
        let added = self.watched(outcome)?;
        let backlog = waiting.saturating_sub(added);
        self.log.state.set_backlog(backlog);
        Ok(Sequenced { added, backlog })
    }

    async fn pending_events(&self) -> Result<u64, Error> {
        // One more than what is over the limit after a whole round.
        let batch = u64::from(log::BATCH).saturating_add(1);
        let most = self.log.rules.backlog_limit.saturating_add(batch);
        unit_of_work(
            &self.store,
            &Scope::Sequencer,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.count_pending(most).await?),
        )
        .await
    }

    fn must_ask_witnesses(&self) -> bool {
        self.log.rules.policy.is_some() && !self.log.state.is_vouched()
    }

    async fn sign_checkpoint(
        &self,
        seen: &[WitnessSaw],
    ) -> Result<Option<StoredCheckpoint>, Error> {
        if self.log.rules.signers.is_empty() {
            return Err(LogError::NoSigner.into());
        }
        let outcome = unit_of_work(
            &self.store,
            &Scope::Sequencer,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| log::sign(tx, &self.log.rules, &self.log.state, seen).await,
        )
        .await;
        let signed = self.watched(outcome)?;
        if let Some(signed) = &signed {
            self.log.state.saw(signed);
        }
        // Everything stood the test, whether or not there was something to sign.
        self.log.state.set_fault(None);
        Ok(signed)
    }

    async fn signed_checkpoint(&self) -> Result<Option<StoredCheckpoint>, Error> {
        self.reading(async |tx| {
            let Some(head) = tx.log_heads().await?.pop() else {
                return Ok(None);
            };
            Ok(tx.signed_checkpoint(head.generation).await?)
        })
        .await
    }

    async fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, Error> {
        self.reading(async |tx| {
            let head = tx.log_heads().await?.pop().ok_or(Error::NotFound)?;
            if old > new || new > head.size {
                return Err(Error::NotFound);
            }
            log::consistency(tx, head.generation, old, new).await
        })
        .await
    }

    async fn lease_cosigning(&self, holder: Uuid, lasts: Duration) -> Result<bool, Error> {
        unit_of_work(
            &self.store,
            &Scope::Sequencer,
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let Some(head) = tx.log_heads().await?.pop() else {
                    return Ok(false);
                };
                let now = tx.now().await?;
                Ok(tx
                    .lease_cosigning(head.generation, holder, now, now.plus(lasts))
                    .await?)
            },
        )
        .await
    }

    async fn record_cosignatures(
        &self,
        generation: Generation,
        size: u64,
        signatures: &str,
    ) -> Result<StoredCheckpoint, Error> {
        unit_of_work(
            &self.store,
            &Scope::Sequencer,
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                log::cosign(tx, &self.log.rules, generation, size, signatures).await
            },
        )
        .await
    }

    async fn logs(&self) -> Result<Vec<LogHead>, Error> {
        self.reading(async |tx| Ok(tx.log_heads().await?)).await
    }

    async fn published_checkpoint(
        &self,
        generation: Option<Generation>,
    ) -> Result<Option<StoredCheckpoint>, Error> {
        self.reading(async |tx| log::published(tx, generation).await)
            .await
    }

    async fn log_tile(
        &self,
        generation: Option<Generation>,
        tile: Tile,
        width: usize,
    ) -> Result<Option<Vec<u8>>, Error> {
        self.reading(async |tx| log::tile(tx, generation, tile, width).await)
            .await
    }

    async fn log_bundle(
        &self,
        generation: Option<Generation>,
        bundle: u64,
        width: usize,
    ) -> Result<Option<Vec<u8>>, Error> {
        self.reading(async |tx| log::bundle(tx, generation, bundle, width).await)
            .await
    }

    async fn leaf_state(&self, commitment: &Commitment) -> Result<LeafState, Error> {
        unit_of_work(
            &self.store,
            &Scope::Sequencer,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| log::leaf_state(tx, commitment).await,
        )
        .await
    }

    async fn continue_log(&self, origin: &str) -> Result<LogHead, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::Sequencer,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| log::continue_as(tx, self.entropy(), origin).await,
        )
        .await;
        self.watched(outcome)
    }
}

impl<S: Store> Application<S> {
    /// Takes nothing on while too many events wait. Never asked by whatever takes something back.
    pub(super) fn expect_room(&self) -> Result<(), LogError> {
        let backlog = self.log.state.backlog();
        if backlog > self.log.rules.backlog_limit {
            return Err(LogError::Backlog(backlog));
        }
        Ok(())
    }

    /// Nothing is released or collected while the log has lacked a published checkpoint for too long.
    pub(super) async fn expect_cosigned<'tx, T: Tx<'tx>>(&self, tx: &mut T) -> Result<(), Error> {
        let Some(longest) = self.log.rules.quorum_timeout else {
            return Ok(());
        };
        let now = tx.now().await?;
        match tx.log_lag().await?.since() {
            Some(since) if since.plus(longest) < now => Err(LogError::NotCosigned { since }.into()),
            _ => Ok(()),
        }
    }

    /// Waits until a published checkpoint covers the leaf with this commitment.
    pub(super) async fn until_published(&self, commitment: &Commitment) -> Result<(), Error> {
        let mut last = None;
        for _ in 0..MOST_LOOKS {
            let (now, state) = self
                .reading(async |tx| Ok((tx.now().await?, log::is_published(tx, commitment).await?)))
                .await?;
            if state {
                return Ok(());
            }
            if *last.get_or_insert(now.plus(PATIENCE)) < now {
                break;
            }
            self.store.pause(BETWEEN_LOOKS).await;
        }
        Err(LogError::NotPublished.into())
    }

    async fn reading<R>(
        &self,
        work: impl for<'a, 'tx> AsyncFn(&'a mut S::Tx<'tx>) -> Result<R, Error>,
    ) -> Result<R, Error> {
        unit_of_work(&self.store, &Scope::Directory, Mode::Read, work).await
    }

    /// Passes a result on, and remembers if the log does not fit together: this node then says that it is not ready.
    fn watched<R>(&self, outcome: Result<R, Error>) -> Result<R, Error> {
        match &outcome {
            Err(Error::Log(LogError::Fault(fault))) => {
                self.log.state.set_fault(Some(fault.clone()));
            }
            // A row of the log makes no sense, or the head was not what had been read under its lock.
            Err(Error::Store(StoreError::Corrupt(_) | StoreError::Affected { .. })) => {
                let fault = log::LogFault::Impossible("a row of the log makes no sense");
                self.log.state.set_fault(Some(fault));
            }
            _ => {}
        }
        outcome
    }
}
