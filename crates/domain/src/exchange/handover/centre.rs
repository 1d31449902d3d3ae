//! What a centre is told, and that it acknowledges.

use async_trait::async_trait;

use crate::{
    access::CentreCaller,
    audit::{self, Logged, Operation},
    disclosure::DisclosureState,
    error::Error,
    exchange::{Application, earlier, unchanged},
    handover::{CaseAtOffice, Handover, case_at_office},
    ids::{DisclosureId, HandoverId},
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, Tx, unit_of_work},
};

/// A handover as the centre that is told sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldHandover {
    /// The handover.
    pub handover: Handover,
    /// Messages of the case that still wait for the office which handed it over: nobody can collect them. Oldest first; none once the case
    /// is back there.
    pub waiting: Vec<DisclosureId>,
}

/// Handovers that a centre is told of (agreement, point 9).
#[async_trait(?Send)]
pub trait ToldHandoverDesk {
    /// What the centre is told of, newest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn told_handovers(
        &self,
        caller: &CentreCaller,
        page: PageRequest,
    ) -> Result<Page<Handover>, Error>;

    /// One of them, with what waits.
    ///
    /// # Errors
    /// No such handover; the store's failure.
    async fn told_handover(
        &self,
        caller: &CentreCaller,
        id: HandoverId,
    ) -> Result<ToldHandover, Error>;

    /// Acknowledges it, once.
    ///
    /// # Errors
    /// No such handover; acknowledged already; a reused key; the store's failure.
    async fn acknowledge_handover(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: HandoverId,
    ) -> Result<Logged<ToldHandover>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> ToldHandoverDesk for Application<S> {
    async fn told_handovers(
        &self,
        caller: &CentreCaller,
        page: PageRequest,
    ) -> Result<Page<Handover>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.handovers_told_to(caller.centre(), page).await?),
        )
        .await
    }

    async fn told_handover(
        &self,
        caller: &CentreCaller,
        id: HandoverId,
    ) -> Result<ToldHandover, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| told(tx, caller, id).await,
        )
        .await;
        self.logged(caller, "getHandover", outcome).await
    }

    async fn acknowledge_handover(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: HandoverId,
    ) -> Result<Logged<ToldHandover>, Error> {
        self.expect_room()?;
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let view = told(tx, caller, id).await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| view));
                }
                let at = tx.now().await?;
                if !tx.acknowledge_handover(id, at).await? {
                    let raced = view.handover.acknowledged_at.is_none();
                    return Err(unchanged(raced, "this handover was acknowledged already"));
                }
                let ToldHandover { handover, waiting } = view;
                let handover = Handover {
                    acknowledged_at: Some(at),
                    ..handover
                };
                let operation = Operation::HandoverAcknowledged;
                let event = self.handover_event(caller.as_ref(), operation, &handover, at)?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(ToldHandover { handover, waiting }, leaf, at))
            },
        )
        .await;
        self.logged(caller, "acknowledgeHandover", outcome).await
    }
}

/// With what waits, if the centre is told of it.
async fn told<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &CentreCaller,
    id: HandoverId,
) -> Result<ToldHandover, Error> {
    let found = tx.handover(id).await?;
    let own = found.filter(|handover| handover.centre == caller.centre());
    let handover = own.ok_or(Error::NotFound)?;
    let (case, office) = (handover.case(), &handover.office);
    let records = match case_at_office(tx, case, office).await? {
        CaseAtOffice::GivenAway(_) => tx.live_disclosures_for(case, office).await?,
        // The case is back: the office collects what waits.
        CaseAtOffice::TakenOver | CaseAtOffice::Untouched => Vec::new(),
    };
    let waiting = records
        .iter()
        .filter(|record| record.state == DisclosureState::Held)
        .map(|record| record.id)
        .collect();
    Ok(ToldHandover { handover, waiting })
}
