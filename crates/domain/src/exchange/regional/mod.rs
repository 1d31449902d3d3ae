//! Regional agreements (agreement, point 9): a party proposes, the others confirm exactly that, any of them ends it.

mod proposal;

use async_trait::async_trait;

use crate::{
    access::{Partner, PartnerOrCoordination},
    audit::{self, Event, Logged, Operation},
    error::Error,
    exchange::{Application, earlier},
    ids::{EventId, RegionalAgreementId},
    instant::Instant,
    regional::{AgreementStanding, NewRegionalAgreement, RegionalAgreement},
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, unit_of_work},
};

/// An agreement, and where it stands at the moment of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionalAgreementView {
    /// The agreement.
    pub agreement: RegionalAgreement,
    /// Where it stands, by the database's clock.
    pub standing: AgreementStanding,
}

impl RegionalAgreementView {
    fn at(agreement: RegionalAgreement, now: Instant) -> Self {
        let standing = agreement.standing(now);
        Self {
            agreement,
            standing,
        }
    }
}

/// Regional agreements (agreement, point 9). They are no secret among the partners.
#[async_trait(?Send)]
pub trait RegionalDesk {
    /// Proposes an agreement; the caller is one of its parties, and has confirmed it with that. It binds nobody until all have.
    ///
    /// # Errors
    /// What makes no sense; parties that are none; a reused key; the store's failure.
    async fn propose_regional_agreement(
        &self,
        caller: &Partner,
        request: &RequestKey,
        new: NewRegionalAgreement,
    ) -> Result<Logged<RegionalAgreementView>, Error>;

    /// An agreement.
    ///
    /// # Errors
    /// No such agreement; the store's failure.
    async fn regional_agreement(
        &self,
        caller: &PartnerOrCoordination,
        id: RegionalAgreementId,
    ) -> Result<RegionalAgreementView, Error>;

    /// All agreements, or those that stand so at present; newest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn regional_agreements(
        &self,
        caller: &PartnerOrCoordination,
        standing: Option<AgreementStanding>,
        page: PageRequest,
    ) -> Result<Page<RegionalAgreementView>, Error>;

    /// A party says yes to exactly this text. With the last yes it holds, from its beginning on.
    ///
    /// # Errors
    /// No such agreement, or the caller is no party; it has confirmed already, or all is over; a reused key; the store's failure.
    async fn confirm_regional_agreement(
        &self,
        caller: &Partner,
        request: &RequestKey,
        id: RegionalAgreementId,
    ) -> Result<Logged<RegionalAgreementView>, Error>;

    /// A party ends an agreement, or takes a proposal back or declines it. From then on the federal default holds again, or what else was
    /// agreed.
    ///
    /// # Errors
    /// No such agreement, or the caller is no party; it is over already; a reused key; the store's failure.
    async fn end_regional_agreement(
        &self,
        caller: &Partner,
        request: &RequestKey,
        id: RegionalAgreementId,
    ) -> Result<Logged<RegionalAgreementView>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> RegionalDesk for Application<S> {
    async fn propose_regional_agreement(
        &self,
        caller: &Partner,
        request: &RequestKey,
        new: NewRegionalAgreement,
    ) -> Result<Logged<RegionalAgreementView>, Error> {
        self.expect_room()?;
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    let id = RegionalAgreementId::from_uuid(earlier.value);
                    let known = tx.regional_agreement(id).await?.ok_or(Error::NotFound)?;
                    return Ok(earlier.map(|_| RegionalAgreementView::at(known, at)));
                }
                let id = RegionalAgreementId::fresh(at, self.entropy())?;
                let agreement = proposal::agreement(tx, caller.party(), &new, id, at).await?;
                tx.insert_regional_agreement(&agreement).await?;
                let operation = Operation::RegionalAgreementProposed;
                let event = self.regional_event(caller, operation, &agreement, at)?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(
                    RegionalAgreementView::at(agreement, at),
                    leaf,
                    at,
                ))
            },
        )
        .await
    }

    async fn regional_agreement(
        &self,
        caller: &PartnerOrCoordination,
        id: RegionalAgreementId,
    ) -> Result<RegionalAgreementView, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let now = tx.now().await?;
                let found = tx.regional_agreement(id).await?.ok_or(Error::NotFound)?;
                Ok(RegionalAgreementView::at(found, now))
            },
        )
        .await;
        self.logged(caller, "getRegionalAgreement", outcome).await
    }

    async fn regional_agreements(
        &self,
        caller: &PartnerOrCoordination,
        standing: Option<AgreementStanding>,
        page: PageRequest,
    ) -> Result<Page<RegionalAgreementView>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let now = tx.now().await?;
                let Page { items, next } = tx.regional_agreements(standing, now, page).await?;
                let view = |agreement| RegionalAgreementView::at(agreement, now);
                let items = items.into_iter().map(view).collect();
                Ok(Page { items, next })
            },
        )
        .await
    }

    async fn confirm_regional_agreement(
        &self,
        caller: &Partner,
        request: &RequestKey,
        id: RegionalAgreementId,
    ) -> Result<Logged<RegionalAgreementView>, Error> {
        self.expect_room()?;
        let party = caller.party();
        let change = async |tx: &mut S::Tx<'_>, agreement: RegionalAgreement, at| {
            if agreement.is_confirmed_by(&party) {
                return Err(Error::InvalidState(
                    "your side has confirmed this agreement already",
                ));
            }
            tx.confirm_regional_agreement(id, &party, at).await?;
            Ok(agreement.confirmed_by(&party, at))
        };
        let operation = Operation::RegionalAgreementConfirmed;
        let outcome = self.decided(caller, request, id, operation, change).await;
        self.logged(caller, "confirmRegionalAgreement", outcome)
            .await
    }

    async fn end_regional_agreement(
        &self,
        caller: &Partner,
        request: &RequestKey,
        id: RegionalAgreementId,
    ) -> Result<Logged<RegionalAgreementView>, Error> {
        let change = async |tx: &mut S::Tx<'_>, agreement: RegionalAgreement, at| {
            let party = caller.party();
            tx.end_regional_agreement(id, &party, at).await?;
            Ok(agreement.ended_by(party, at))
        };
        let operation = Operation::RegionalAgreementEnded;
        let outcome = self.decided(caller, request, id, operation, change).await;
        self.logged(caller, "endRegionalAgreement", outcome).await
    }
}

impl<S: Store> Application<S> {
    /// What a party does about an agreement that is not over, under its lock.
    async fn decided(
        &self,
        caller: &Partner,
        request: &RequestKey,
        id: RegionalAgreementId,
        operation: Operation,
        change: impl AsyncFn(
            &mut S::Tx<'_>,
            RegionalAgreement,
            Instant,
        ) -> Result<RegionalAgreement, Error>,
    ) -> Result<Logged<RegionalAgreementView>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_regional_agreement(id).await?;
                let own = held.filter(|agreement| agreement.binds(&caller.party()));
                let agreement = own.ok_or(Error::NotFound)?;
                // After the lock: whoever waited for the row must not judge by the time at which it began to wait.
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| RegionalAgreementView::at(agreement, at)));
                }
                if agreement.standing(at) == AgreementStanding::Ended {
                    return Err(Error::InvalidState(
                        "this agreement is over: propose a new one",
                    ));
                }
                let agreement = change(tx, agreement, at).await?;
                let event = self.regional_event(caller, operation, &agreement, at)?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(
                    RegionalAgreementView::at(agreement, at),
                    leaf,
                    at,
                ))
            },
        )
        .await
    }

    fn regional_event(
        &self,
        caller: &Partner,
        operation: Operation,
        agreement: &RegionalAgreement,
        at: Instant,
    ) -> Result<Event, Error> {
        let id = EventId::fresh(at, self.entropy())?;
        Ok(Event::new(id, at, operation)
            .by(caller.as_ref())
            .about_regional_agreement(agreement))
    }
}
