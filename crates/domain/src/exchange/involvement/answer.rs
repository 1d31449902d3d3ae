//! What a centre does: see what it was asked, and answer.

use std::collections::HashMap;

use async_trait::async_trait;

use crate::{
    access::CentreCaller,
    audit::{self, Logged, Operation},
    error::Error,
    exchange::{Application, earlier},
    ids::{InvolvementId, InvolvementOfferId},
    involvement::{
        HelpNeeded, HelpNeededByCentre, Involvement, InvolvementOffer, InvolvementState,
        OfferAnswer, OfferStanding,
    },
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, Tx, unit_of_work},
};

/// What a centre was asked, as it sees it: neither the person, nor the place, nor who else was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferView {
    /// The offer.
    pub offer: InvolvementOffer,
    /// Where it stands.
    pub standing: OfferStanding,
    /// Which help is needed.
    pub needed: HelpNeededByCentre,
    /// How the centre and the person find each other, once that is agreed with this centre.
    pub contact: Option<crate::involvement::ContactAgreed>,
}

impl OfferView {
    fn of(offer: InvolvementOffer, involvement: &Involvement, needed: &HelpNeeded) -> Self {
        Self {
            standing: offer.standing(involvement),
            needed: needed.for_centre(),
            contact: involvement
                .contact
                .filter(|_| involvement.accepted == Some(offer.id)),
            offer,
        }
    }
}

/// Involvements as a centre is asked about them (agreement, point 3).
#[async_trait(?Send)]
pub trait OfferDesk {
    /// What the centre was asked, newest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn offers(
        &self,
        caller: &CentreCaller,
        page: PageRequest,
    ) -> Result<Page<OfferView>, Error>;

    /// One of them.
    ///
    /// # Errors
    /// No such offer; the store's failure.
    async fn offer(
        &self,
        caller: &CentreCaller,
        id: InvolvementOfferId,
    ) -> Result<OfferView, Error>;

    /// Answers. The first centre that accepts helps; whoever accepted can still say that it can't.
    ///
    /// # Errors
    /// No such offer; it was answered already, or is no longer needed; a reused key; the store's failure.
    async fn answer_offer(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: InvolvementOfferId,
        answer: OfferAnswer,
    ) -> Result<Logged<OfferView>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> OfferDesk for Application<S> {
    async fn offers(
        &self,
        caller: &CentreCaller,
        page: PageRequest,
    ) -> Result<Page<OfferView>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let Page { items, next } = tx.offers_to(caller.centre(), page).await?;
                let ids: Vec<InvolvementId> = items.iter().map(|offer| offer.involvement).collect();
                let involvements = tx.involvements_by_id(&ids).await?;
                let needed: HashMap<_, _> = tx.help_needed(&ids).await?.into_iter().collect();
                let mut views = Vec::with_capacity(items.len());
                for offer in items {
                    let of = involvements.iter().find(|one| one.id == offer.involvement);
                    let needed = needed.get(&offer.involvement);
                    let (of, needed) = of.zip(needed).ok_or(Error::NotFound)?;
                    views.push(OfferView::of(offer, of, needed));
                }
                Ok(Page { items: views, next })
            },
        )
        .await
    }

    async fn offer(
        &self,
        caller: &CentreCaller,
        id: InvolvementOfferId,
    ) -> Result<OfferView, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let offer = own(tx, caller, id).await?;
                let involvement = tx.involvement(offer.involvement).await?;
                let involvement = involvement.ok_or(Error::NotFound)?;
                let needed = needed(tx, involvement.id).await?;
                Ok(OfferView::of(offer, &involvement, &needed))
            },
        )
        .await;
        self.logged(caller, "getInvolvementOffer", outcome).await
    }

    async fn answer_offer(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: InvolvementOfferId,
        answer: OfferAnswer,
    ) -> Result<Logged<OfferView>, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let involvement = own(tx, caller, id).await?.involvement;
                let held = tx.lock_involvement(involvement).await?;
                let involvement = held.ok_or(Error::NotFound)?;
                // Again, under the lock: two centres may accept at the same moment, or the office may close it.
                let offer = own(tx, caller, id).await?;
                let needed = needed(tx, involvement.id).await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    let view = OfferView::of(offer, &involvement, &needed);
                    return Ok(earlier.map(|_| view));
                }
                let at = tx.now().await?;
                let involvement = after(&offer, involvement, answer)?;
                let offer = InvolvementOffer {
                    state: answer.state(),
                    reason: answer.reason(),
                    answered_at: Some(at),
                    ..offer
                };
                tx.update_offer(&offer).await?;
                tx.update_involvement(&involvement).await?;
                let operation = Operation::InvolvementAnswered;
                let event = self
                    .involvement_event(caller, operation, &involvement, at)?
                    .about_offers(std::slice::from_ref(&offer))
                    .answered(answer);
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                let view = OfferView::of(offer, &involvement, &needed);
                Ok(Logged::new(view, leaf, at))
            },
        )
        .await;
        self.logged(caller, "answerInvolvementOffer", outcome).await
    }
}

/// What becomes of the involvement.
fn after(
    offer: &InvolvementOffer,
    involvement: Involvement,
    answer: OfferAnswer,
) -> Result<Involvement, Error> {
    match (offer.standing(&involvement), answer) {
        (OfferStanding::Open, OfferAnswer::Accepted) => Ok(involvement.accepted(offer.id)),
        (OfferStanding::Open, OfferAnswer::Declined(_) | OfferAnswer::Unavailable(_)) => {
            Ok(involvement)
        }
        (OfferStanding::Accepted, OfferAnswer::Unavailable(_))
            if involvement.state != InvolvementState::Closed =>
        {
            Ok(involvement.given_up())
        }
        (OfferStanding::Lapsed, _) => Err(Error::InvalidState("this help is no longer needed")),
        (OfferStanding::Accepted, OfferAnswer::Unavailable(_)) => {
            Err(Error::InvalidState("the involvement is closed"))
        }
        (
            OfferStanding::Accepted | OfferStanding::Declined | OfferStanding::Unavailable,
            OfferAnswer::Accepted | OfferAnswer::Declined(_) | OfferAnswer::Unavailable(_),
        ) => Err(Error::InvalidState("this offer was answered already")),
    }
}

async fn own<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &CentreCaller,
    id: InvolvementOfferId,
) -> Result<InvolvementOffer, Error> {
    let found = tx.offer(id).await?;
    let own = found.filter(|offer| offer.organisation == caller.centre());
    own.ok_or(Error::NotFound)
}

async fn needed<'tx, T: Tx<'tx>>(tx: &mut T, id: InvolvementId) -> Result<HelpNeeded, Error> {
    let found = tx.help_needed(&[id]).await?.pop();
    Ok(found.ok_or(Error::NotFound)?.1)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        disclosure::Pseudonym,
        ids::{CaseId, CentreId, OrganisationId},
        instant::Instant,
        involvement::OfferState,
        office::OfficeId,
    };

    const AT: Instant = Instant::from_unix_micros(0);
    const ID: Uuid = Uuid::from_u128(1);

    fn offer(state: OfferState) -> InvolvementOffer {
        InvolvementOffer {
            id: InvolvementOfferId::from_uuid(ID),
            involvement: InvolvementId::from_uuid(ID),
            office: OfficeId::parse("bpoli-kiel").unwrap(),
            case: CaseId::from_uuid(ID),
            centre: CentreId::from_uuid(ID),
            organisation: OrganisationId::from_uuid(ID),
            person_for_centre: Pseudonym::from_bytes([0; 16]),
            state,
            reason: None,
            offered_at: AT,
            remind_at: AT,
            answer_by: AT,
            reminded_at: None,
            escalated_at: None,
            answered_at: None,
        }
    }

    fn involvement(state: InvolvementState) -> Involvement {
        let helps = matches!(
            state,
            InvolvementState::Accepted | InvolvementState::ContactAgreed
        );
        Involvement {
            id: InvolvementId::from_uuid(ID),
            office: OfficeId::parse("bpoli-kiel").unwrap(),
            organisation: OrganisationId::from_uuid(ID),
            case: CaseId::from_uuid(ID),
            person: Pseudonym::from_bytes([0; 16]),
            suspicion_noted_at: AT,
            opened_at: AT,
            state,
            accepted: helps.then(|| InvolvementOfferId::from_uuid(ID)),
            contact: None,
            closed_at: None,
        }
    }

    /// Every answer in every state: where it leads, or that it is refused.
    #[test]
    fn the_first_centre_that_accepts_helps_and_nobody_answers_twice() {
        let answers = [
            OfferAnswer::Accepted,
            OfferAnswer::Declined(None),
            OfferAnswer::Unavailable(None),
        ];
        let mut seen = Vec::new();
        for state in InvolvementState::ALL {
            for offered in OfferState::ALL {
                for answer in answers {
                    let before = involvement(*state);
                    if let Ok(then) = after(&offer(*offered), before, answer) {
                        seen.push((*state, *offered, answer.state(), then.state));
                    }
                }
            }
        }
        use InvolvementState as I;
        use OfferState as O;
        let open = [I::Noted, I::Offered].into_iter().flat_map(|state| {
            [
                (state, O::Open, O::Accepted, I::Accepted),
                (state, O::Open, O::Declined, state),
                (state, O::Open, O::Unavailable, state),
                (state, O::Accepted, O::Unavailable, I::Offered),
            ]
        });
        let helping = [I::Accepted, I::ContactAgreed]
            .map(|state| (state, O::Accepted, O::Unavailable, I::Offered));
        assert_eq!(seen, open.chain(helping).collect::<Vec<_>>());
    }
}
