//! What is kept too long is erased, and what a person may have erased.

use async_trait::async_trait;
use freigabe_ledger::Commitment;

use super::Application;
use crate::{
    erasure::{self, CaseStanding, Erasure, ErasureTarget, KeptGroup, Taken, TraceLeft, Traces},
    error::Error,
    ids::CaseId,
    instant::Instant,
    log,
    store::prelude::*,
    store::{Clean, ErasureStore, Mode, Scope, Store, unit_of_work},
};

/// Retention and erasure. Not a part of [`super::Exchange`]: no partner can ask for it, and on PostgreSQL the server's role
/// could not do it.
#[async_trait(?Send)]
pub trait RetentionDesk {
    /// The database's time, and what of the log's events is there: by expiry year, class and log, ascending.
    ///
    /// # Errors
    /// The store's failure.
    async fn kept(&self) -> Result<(Instant, Vec<KeptGroup>), Error>;

    /// How a case stands.
    ///
    /// # Errors
    /// [`Error::NotFound`]; the store's failure.
    async fn case_standing(&self, case: CaseId) -> Result<CaseStanding, Error>;

    /// What was announced and is not done, oldest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn announced(&self) -> Result<Vec<Erasure>, Error>;

    /// Announces an erasure in the log, unless it was before; returns what is announced of it. Nothing is erased yet. Of a
    /// year: one for each class and log; of a case: one for each log. None while an event of it is not in the log yet, which takes
    /// a moment: nothing is announced before.
    ///
    /// # Errors
    /// [`Error::InvalidState`] while the year is not over, or somebody still has to act upon the case; [`Error::NotFound`]
    /// when there is no such case; the store's failure.
    async fn announce(&self, target: ErasureTarget) -> Result<Option<Vec<Erasure>>, Error>;

    /// Whether a published checkpoint covers an announcement: only then is anything erased.
    ///
    /// # Errors
    /// The store's failure.
    async fn is_announcement_published(&self, intent: &Commitment) -> Result<bool, Error>;

    /// Erases what was announced, or the next part of it. The last part is reported in the log in the same transaction. May be
    /// called again and again, on any number of nodes.
    ///
    /// # Errors
    /// [`log::LogError::NotPublished`]; [`Error::InvalidState`] as with [`RetentionDesk::announce`]; the store's failure.
    async fn carry_out(&self, target: ErasureTarget) -> Result<Taken, Error>;

    /// Whether a published checkpoint covers the reports of all erasures that nothing was cleaned after yet. Until then a verifier
    /// is told of them by their announcements only.
    ///
    /// # Errors
    /// The store's failure.
    async fn are_reports_published(&self) -> Result<bool, Error>;

    /// Removes what erased events left in the files of the database. Returns why something may be left; none if there was
    /// nothing to do.
    ///
    /// # Errors
    /// The store's failure.
    async fn clean_up(&self) -> Result<Option<Vec<TraceLeft>>, Error>;
}

#[async_trait(?Send)]
impl<S: Store + Clean> RetentionDesk for Application<S>
where
    for<'tx> S::Tx<'tx>: ErasureStore<'tx>,
{
    async fn kept(&self) -> Result<(Instant, Vec<KeptGroup>), Error> {
        unit_of_work(
            &self.store,
            &Scope::Eraser,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok((tx.now().await?, tx.kept_groups(None).await?)),
        )
        .await
    }

    async fn case_standing(&self, case: CaseId) -> Result<CaseStanding, Error> {
        unit_of_work(
            &self.store,
            &Scope::Eraser,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| tx.case_standing(case).await?.ok_or(Error::NotFound),
        )
        .await
    }

    async fn announced(&self) -> Result<Vec<Erasure>, Error> {
        unit_of_work(
            &self.store,
            &Scope::Eraser,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.announced_erasures(None).await?),
        )
        .await
    }

    async fn announce(&self, target: ErasureTarget) -> Result<Option<Vec<Erasure>>, Error> {
        // Read first: finding out what there is takes long, and nobody should wait for it.
        let work = async |tx: &mut S::Tx<'_>| erasure::plan(tx, target).await;
        let plans = unit_of_work(&self.store, &Scope::Eraser, Mode::Read, work).await?;
        let Some(plans) = plans else {
            return Ok(None);
        };
        unit_of_work(
            &self.store,
            &Scope::Eraser,
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let announced = erasure::announce(tx, self.entropy(), target, &plans).await;
                announced.map(Some)
            },
        )
        .await
    }

    async fn is_announcement_published(&self, intent: &Commitment) -> Result<bool, Error> {
        unit_of_work(
            &self.store,
            &Scope::Eraser,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| log::is_published(tx, intent).await,
        )
        .await
    }

    async fn carry_out(&self, target: ErasureTarget) -> Result<Taken, Error> {
        unit_of_work(
            &self.store,
            &Scope::Eraser,
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| erasure::take(tx, self.entropy(), target).await,
        )
        .await
    }

    async fn are_reports_published(&self) -> Result<bool, Error> {
        unit_of_work(
            &self.store,
            &Scope::Eraser,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                for erasure in tx.uncleaned_erasures().await? {
                    if !log::is_published(tx, &erasure.report).await? {
                        return Ok(false);
                    }
                }
                Ok(true)
            },
        )
        .await
    }

    async fn clean_up(&self) -> Result<Option<Vec<TraceLeft>>, Error> {
        let work = async |tx: &mut S::Tx<'_>| Ok(tx.uncleaned_erasures().await?);
        let done = unit_of_work(&self.store, &Scope::Eraser, Mode::Read, work).await?;
        if done.is_empty() {
            return Ok(None);
        }
        let left = self.store.clean(&Traces::of(&done)).await?;
        if !left.iter().any(TraceLeft::is_passing) {
            unit_of_work(
                &self.store,
                &Scope::Eraser,
                Mode::RepeatableWrite,
                async |tx: &mut S::Tx<'_>| {
                    let now = tx.now().await?;
                    // These, and none that was done meanwhile.
                    for erasure in &done {
                        tx.note_cleaned(&erasure.intent, now).await?;
                    }
                    Ok(())
                },
            )
            .await?;
        }
        Ok(Some(left))
    }
}
