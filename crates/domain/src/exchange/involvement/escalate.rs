//! What happens when nobody answers: the centre is reminded, then the coordination is told.

use async_trait::async_trait;

use crate::{
    access::CoordinationCaller,
    audit::{self, Event, Operation},
    error::Error,
    exchange::Application,
    ids::{EventId, InvolvementOfferId},
    involvement::{InvolvementOffer, OfferStanding},
    store::prelude::*,
    store::{Mode, Page, PageRequest, Scope, Store, unit_of_work},
};

/// Offers followed up in one go.
const BATCH: u16 = 100;

/// Offers that nobody answers (agreement, point 3).
#[async_trait(?Send)]
pub trait EscalationDesk {
    /// Reminds centres, and tells the coordination, of what is due; returns how many offers were followed up. The times are those of
    /// each offer, by the database's clock.
    ///
    /// # Errors
    /// The store's failure.
    async fn follow_up_offers(&self) -> Result<usize, Error>;

    /// Offers that still wait although the coordination was told, the oldest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn unanswered_offers(
        &self,
        caller: &CoordinationCaller,
        page: PageRequest,
    ) -> Result<Page<InvolvementOffer>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> EscalationDesk for Application<S> {
    async fn follow_up_offers(&self) -> Result<usize, Error> {
        let due = async |tx: &mut S::Tx<'_>, now| tx.due_offers(now, BATCH).await;
        let follow_up = async |id| self.follow_up(id).await;
        self.one_by_one(due, follow_up).await
    }

    async fn unanswered_offers(
        &self,
        caller: &CoordinationCaller,
        page: PageRequest,
    ) -> Result<Page<InvolvementOffer>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.unanswered_offers(page).await?),
        )
        .await
    }
}

impl<S: Store> Application<S> {
    async fn follow_up(&self, id: InvolvementOfferId) -> Result<bool, Error> {
        unit_of_work(
            &self.store,
            &Scope::Upkeep,
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let Some(offer) = tx.offer(id).await? else {
                    return Ok(false);
                };
                let Some(involvement) = tx.lock_involvement(offer.involvement).await? else {
                    return Ok(false);
                };
                // Decided again under the lock: it may have been answered since the list was made.
                let Some(mut offer) = tx.offer(id).await? else {
                    return Ok(false);
                };
                let at = tx.now().await?;
                let remind = offer.is_to_be_reminded(at);
                let escalate = offer.is_to_be_escalated(at);
                if offer.standing(&involvement) != OfferStanding::Open || !(remind || escalate) {
                    return Ok(false);
                }
                let mut done = Vec::new();
                if remind {
                    offer.reminded_at = Some(at);
                    done.push(Operation::InvolvementReminded);
                }
                if escalate {
                    offer.escalated_at = Some(at);
                    done.push(Operation::InvolvementEscalated);
                }
                tx.update_offer(&offer).await?;
                for operation in done {
                    let event = Event::new(EventId::fresh(at, self.entropy())?, at, operation)
                        .about_involvement(&involvement)
                        .about_offers(std::slice::from_ref(&offer));
                    audit::append(tx, self.entropy(), event).await?;
                }
                Ok(true)
            },
        )
        .await
    }
}
