//! What happens when a centre does not acknowledge: it is reminded, once.

use async_trait::async_trait;

use crate::{
    audit::{self, Operation},
    error::Error,
    exchange::Application,
    ids::{OrganisationId, SecurityNoticeId},
    security_notice::NoticeDelivery,
    store::prelude::*,
    store::{Lock, Mode, Scope, Store, unit_of_work},
};

/// Centres reminded in one go.
const BATCH: u16 = 100;

/// Notices that a centre has not acknowledged (agreement, point 5).
#[async_trait(?Send)]
pub trait NoticeReminderDesk {
    /// Reminds centres of what is due; returns how many were reminded. The times are those of each notice, by the database's clock.
    ///
    /// # Errors
    /// The store's failure.
    async fn remind_of_security_notices(&self) -> Result<usize, Error>;
}

#[async_trait(?Send)]
impl<S: Store> NoticeReminderDesk for Application<S> {
    async fn remind_of_security_notices(&self) -> Result<usize, Error> {
        let due = async |tx: &mut S::Tx<'_>, now| tx.due_deliveries(now, BATCH).await;
        let remind = async |(id, centre)| self.remind(id, centre).await;
        self.one_by_one(due, remind).await
    }
}

impl<S: Store> Application<S> {
    async fn remind(&self, id: SecurityNoticeId, centre: OrganisationId) -> Result<bool, Error> {
        unit_of_work(
            &self.store,
            &Scope::Upkeep,
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                // Decided again while both are held: it may have been acknowledged or withdrawn since the list was made.
                let Some(notice) = tx.lock_security_notice(id, Lock::Shared).await? else {
                    return Ok(false);
                };
                let Some(delivery) = tx.lock_delivery(id, centre).await? else {
                    return Ok(false);
                };
                let at = tx.now().await?;
                if !(notice.holds_at(at) && delivery.is_to_be_reminded(at)) {
                    return Ok(false);
                }
                let delivery = NoticeDelivery {
                    reminded_at: Some(at),
                    ..delivery
                };
                tx.update_delivery(&delivery).await?;
                let operation = Operation::SecurityNoticeReminded;
                let event = self
                    .notice_event(None, operation, &notice, at)?
                    .at_centre(&delivery);
                audit::append(tx, self.entropy(), event).await?;
                Ok(true)
            },
        )
        .await
    }
}
