//! Supplementary agreements (agreement, point 10): a party proposes, the others confirm exactly that, any of them ends it; what is done
//! together rests on them.

mod cover;
mod proposal;

use async_trait::async_trait;

pub(crate) use self::cover::expect_cost_bearing;
use crate::{
    access::PartnerOrCoordination,
    audit::{self, Event, Logged, Operation},
    error::Error,
    exchange::{Application, earlier},
    ids::{EventId, SupplementaryAgreementId},
    instant::Instant,
    regional::AgreementStanding,
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, unit_of_work},
    supplementary::{NewSupplementaryAgreement, SupplementaryAgreement},
};

/// A supplementary agreement, and where it stands at the moment of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplementaryAgreementView {
    /// The agreement.
    pub agreement: SupplementaryAgreement,
    /// Where it stands, by the database's clock.
    pub standing: AgreementStanding,
}

impl SupplementaryAgreementView {
    fn at(agreement: SupplementaryAgreement, now: Instant) -> Self {
        let standing = agreement.standing(now);
        Self {
            agreement,
            standing,
        }
    }
}

/// Supplementary agreements (agreement, point 10). They are no secret among the partners.
#[async_trait(?Send)]
pub trait SupplementaryDesk {
    /// Proposes one; the caller is one of its parties, and has confirmed it with that. It binds nobody until all have.
    ///
    /// # Errors
    /// What makes no sense; parties that are none; a reused key; the store's failure.
    async fn propose_supplementary_agreement(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        new: NewSupplementaryAgreement,
    ) -> Result<Logged<SupplementaryAgreementView>, Error>;

    /// One of them.
    ///
    /// # Errors
    /// No such agreement; the store's failure.
    async fn supplementary_agreement(
        &self,
        caller: &PartnerOrCoordination,
        id: SupplementaryAgreementId,
    ) -> Result<SupplementaryAgreementView, Error>;

    /// All of them, or those that stand so at present; newest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn supplementary_agreements(
        &self,
        caller: &PartnerOrCoordination,
        standing: Option<AgreementStanding>,
        page: PageRequest,
    ) -> Result<Page<SupplementaryAgreementView>, Error>;

    /// A party says yes to exactly this. With the last yes it holds, from its beginning on.
    ///
    /// # Errors
    /// No such agreement, or the caller is no party; it has confirmed already, or all is over; a reused key; the store's failure.
    async fn confirm_supplementary_agreement(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: SupplementaryAgreementId,
    ) -> Result<Logged<SupplementaryAgreementView>, Error>;

    /// A party ends one, or takes a proposal back or declines it. What was planned on it stays as it was agreed; nothing new can rest on it.
    ///
    /// # Errors
    /// No such agreement, or the caller is no party; it is over already; a reused key; the store's failure.
    async fn end_supplementary_agreement(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: SupplementaryAgreementId,
    ) -> Result<Logged<SupplementaryAgreementView>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> SupplementaryDesk for Application<S> {
    async fn propose_supplementary_agreement(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        new: NewSupplementaryAgreement,
    ) -> Result<Logged<SupplementaryAgreementView>, Error> {
        self.expect_room()?;
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    let id = SupplementaryAgreementId::from_uuid(earlier.value);
                    let known = tx.supplementary_agreement(id).await?;
                    let known = known.ok_or(Error::NotFound)?;
                    return Ok(earlier.map(|_| SupplementaryAgreementView::at(known, at)));
                }
                let id = SupplementaryAgreementId::fresh(at, self.entropy())?;
                let proposer = caller.participant();
                let agreement = proposal::agreement(tx, proposer, &new, id, at).await?;
                tx.insert_supplementary_agreement(&agreement).await?;
                let operation = Operation::SupplementaryAgreementProposed;
                self.noted_supplementary(tx, caller, request, (operation, agreement), at)
                    .await
            },
        )
        .await
    }

    async fn supplementary_agreement(
        &self,
        caller: &PartnerOrCoordination,
        id: SupplementaryAgreementId,
    ) -> Result<SupplementaryAgreementView, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let now = tx.now().await?;
                let found = tx.supplementary_agreement(id).await?;
                let found = found.ok_or(Error::NotFound)?;
                Ok(SupplementaryAgreementView::at(found, now))
            },
        )
        .await;
        self.logged(caller, "getSupplementaryAgreement", outcome)
            .await
    }

    async fn supplementary_agreements(
        &self,
        caller: &PartnerOrCoordination,
        standing: Option<AgreementStanding>,
        page: PageRequest,
    ) -> Result<Page<SupplementaryAgreementView>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let now = tx.now().await?;
                let found = tx.supplementary_agreements(standing, now, page).await?;
                let Page { items, next } = found;
                let view = |agreement| SupplementaryAgreementView::at(agreement, now);
                let items = items.into_iter().map(view).collect();
                Ok(Page { items, next })
            },
        )
        .await
    }

    async fn confirm_supplementary_agreement(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: SupplementaryAgreementId,
    ) -> Result<Logged<SupplementaryAgreementView>, Error> {
        let party = caller.participant();
        let change = async |tx: &mut S::Tx<'_>, agreement: SupplementaryAgreement, at| {
            if agreement.is_confirmed_by(&party) {
                return Err(Error::InvalidState(
                    "your side has confirmed this agreement already",
                ));
            }
            tx.confirm_supplementary_agreement(id, &party, at).await?;
            Ok(agreement.confirmed_by(&party, at))
        };
        let operation = Operation::SupplementaryAgreementConfirmed;
        let outcome = self
            .decided_supplementary(caller, request, id, operation, change)
            .await;
        self.logged(caller, "confirmSupplementaryAgreement", outcome)
            .await
    }

    async fn end_supplementary_agreement(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: SupplementaryAgreementId,
    ) -> Result<Logged<SupplementaryAgreementView>, Error> {
        let party = caller.participant();
        let change = async |tx: &mut S::Tx<'_>, agreement: SupplementaryAgreement, at| {
            tx.end_supplementary_agreement(id, &party, at).await?;
            Ok(agreement.ended_by(party.clone(), at))
        };
        let operation = Operation::SupplementaryAgreementEnded;
        let outcome = self
            .decided_supplementary(caller, request, id, operation, change)
            .await;
        self.logged(caller, "endSupplementaryAgreement", outcome)
            .await
    }
}

impl<S: Store> Application<S> {
    /// What a party does about an agreement that is not over, under its lock.
    async fn decided_supplementary(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: SupplementaryAgreementId,
        operation: Operation,
        change: impl AsyncFn(
            &mut S::Tx<'_>,
            SupplementaryAgreement,
            Instant,
        ) -> Result<SupplementaryAgreement, Error>,
    ) -> Result<Logged<SupplementaryAgreementView>, Error> {
        self.expect_room()?;
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_supplementary_agreement(id).await?;
                let own = held.filter(|agreement| agreement.binds(&caller.participant()));
                let agreement = own.ok_or(Error::NotFound)?;
                // After the lock: whoever waited for the row must not judge by the time at which it began to wait.
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| SupplementaryAgreementView::at(agreement, at)));
                }
                if agreement.standing(at) == AgreementStanding::Ended {
                    return Err(Error::InvalidState(
                        "this agreement is over: propose a new one",
                    ));
                }
                let agreement = change(tx, agreement, at).await?;
                self.noted_supplementary(tx, caller, request, (operation, agreement), at)
                    .await
            },
        )
        .await
    }

    /// Notes in the log what was done, and remembers the request.
    async fn noted_supplementary(
        &self,
        tx: &mut S::Tx<'_>,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        (operation, agreement): (Operation, SupplementaryAgreement),
        at: Instant,
    ) -> Result<Logged<SupplementaryAgreementView>, Error> {
        let event = EventId::fresh(at, self.entropy())?;
        let event = Event::new(event, at, operation)
            .by(caller.as_ref())
            .about_supplementary_agreement(&agreement);
        let leaf = audit::append(tx, self.entropy(), event).await?;
        tx.remember_request(request, agreement.id.as_uuid(), &leaf, at)
            .await?;
        let view = SupplementaryAgreementView::at(agreement, at);
        Ok(Logged::new(view, leaf, at))
    }
}
