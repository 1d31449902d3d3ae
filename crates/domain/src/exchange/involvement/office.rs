//! What an office does: note, look for centres, offer, agree on a contact, close.

use std::collections::HashMap;

use async_trait::async_trait;

use crate::{
    access::{Caller, OfficeCaller},
    audit::{self, Event, Logged, Operation},
    error::{Error, InvalidInput},
    exchange::{Application, DirectoryDesk as _, Found, Near, UnknownPlace, earlier},
    ids::{CaseId, CentreId, EventId, InvolvementId, InvolvementOfferId},
    instant::Instant,
    involvement::{
        ContactAgreed, ContactMode, HelpNeeded, Involvement, InvolvementOffer, InvolvementState,
        NewInvolvement, OfferState,
    },
    office::Postcode,
    regional::offer_rules,
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, Tx, unit_of_work},
};

/// An involvement as its office sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvolvementView {
    /// The involvement.
    pub involvement: Involvement,
    /// Which help is needed.
    pub needed: HelpNeeded,
    /// What centres were asked, in the order of the times.
    pub offers: Vec<InvolvementOffer>,
}

/// Involvements of an office (agreement, point 3).
#[async_trait(?Send)]
pub trait InvolvementDesk {
    /// Notes that somebody is suspected to be affected, and asks centres at once if any are named.
    ///
    /// # Errors
    /// What makes no sense; a centre that can't be asked; a reused key; the store's failure.
    async fn note_involvement(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        new: NewInvolvement,
    ) -> Result<Logged<InvolvementView>, Error>;

    /// One of the office's involvements.
    ///
    /// # Errors
    /// No such involvement; the store's failure.
    async fn involvement(
        &self,
        caller: &OfficeCaller,
        id: InvolvementId,
    ) -> Result<InvolvementView, Error>;

    /// The office's involvements, newest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn involvements(
        &self,
        caller: &OfficeCaller,
        page: PageRequest,
    ) -> Result<Page<InvolvementView>, Error>;

    /// What the directory has for what is needed, the suitable and nearest first. A place that is not known counts for nothing.
    ///
    /// # Errors
    /// No such involvement; the store's failure.
    async fn suggestions(
        &self,
        caller: &OfficeCaller,
        id: InvolvementId,
        limit: u16,
    ) -> Result<Found, Error>;

    /// Asks more centres.
    ///
    /// # Errors
    /// No such involvement; a centre that can't be asked; a centre helps already, or all is over; a reused key; the store's failure.
    async fn offer_involvement(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: InvolvementId,
        centres: &[CentreId],
    ) -> Result<Logged<InvolvementView>, Error>;

    /// Says how the person and the centre that helps find each other, or something else than before.
    ///
    /// # Errors
    /// No such involvement; no centre has accepted, or all is over; a reused key; the store's failure.
    async fn agree_contact(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: InvolvementId,
        mode: ContactMode,
        meeting_at: Option<Instant>,
    ) -> Result<Logged<InvolvementView>, Error>;

    /// Closes an involvement in whatever state it is. Nothing asks for a reason. Again it changes nothing.
    ///
    /// # Errors
    /// No such involvement; a reused key; the store's failure.
    async fn close_involvement(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: InvolvementId,
    ) -> Result<Logged<InvolvementView>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> InvolvementDesk for Application<S> {
    async fn note_involvement(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        new: NewInvolvement,
    ) -> Result<Logged<InvolvementView>, Error> {
        self.expect_room()?;
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                if let Some(earlier) = earlier(tx, request).await? {
                    let id = InvolvementId::from_uuid(earlier.value);
                    let known = seen(tx, caller, id).await?;
                    return Ok(earlier.map(|_| known));
                }
                let at = tx.now().await?;
                let faults = new.faults(at);
                if !faults.is_empty() {
                    return Err(Error::Invalid(faults));
                }
                let organisation = caller.as_ref().organisation;
                let case = CaseId::fresh(at, self.entropy())?;
                let case = tx.case_for(organisation, &new.references, case, at).await?;
                let mut involvement = Involvement {
                    id: InvolvementId::fresh(at, self.entropy())?,
                    office: caller.office().clone(),
                    organisation,
                    case: case.id,
                    person: case.person,
                    suspicion_noted_at: new.suspicion_noted_at,
                    opened_at: at,
                    state: InvolvementState::Noted,
                    accepted: None,
                    contact: None,
                    closed_at: None,
                };
                let asked = Asked {
                    before: &[],
                    centres: &new.offer_to,
                    pointer: "/offer_to",
                    place: new.needed.place.as_ref(),
                };
                let offers = self.offers(tx, &involvement, asked, at).await?;
                if !offers.is_empty() {
                    involvement = involvement.offered();
                }
                tx.insert_involvement(&involvement, &new.needed).await?;
                tx.insert_offers(&offers).await?;
                let event = self
                    .involvement_event(caller, Operation::InvolvementNoted, &involvement, at)?
                    .about_offers(&offers);
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, involvement.id.as_uuid(), &leaf, at)
                    .await?;
                let view = InvolvementView {
                    involvement,
                    needed: new.needed.clone(),
                    offers,
                };
                Ok(Logged::new(view, leaf, at))
            },
        )
        .await
    }

    async fn involvement(
        &self,
        caller: &OfficeCaller,
        id: InvolvementId,
    ) -> Result<InvolvementView, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| seen(tx, caller, id).await,
        )
        .await;
        self.logged(caller, "getInvolvement", outcome).await
    }

    async fn involvements(
        &self,
        caller: &OfficeCaller,
        page: PageRequest,
    ) -> Result<Page<InvolvementView>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let Page { items, next } = tx.involvements(caller.office(), page).await?;
                let ids: Vec<InvolvementId> = items.iter().map(|one| one.id).collect();
                let mut offers = tx.offers_within(&ids).await?;
                let mut needed: HashMap<_, _> = tx.help_needed(&ids).await?.into_iter().collect();
                let mut views = Vec::with_capacity(items.len());
                for involvement in items {
                    let of_it = |offer: &mut InvolvementOffer| offer.involvement == involvement.id;
                    views.push(InvolvementView {
                        offers: offers.extract_if(.., of_it).collect(),
                        needed: needed.remove(&involvement.id).ok_or(Error::NotFound)?,
                        involvement,
                    });
                }
                Ok(Page { items: views, next })
            },
        )
        .await
    }

    async fn suggestions(
        &self,
        caller: &OfficeCaller,
        id: InvolvementId,
        limit: u16,
    ) -> Result<Found, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| seen(tx, caller, id).await,
        )
        .await;
        let outcome = self.logged(caller, "suggestCentres", outcome).await;
        let needed = outcome?.needed;
        let near = needed.place.clone().map(Near::Postcode);
        let search = needed.search();
        let found = self
            .search_centres(near.as_ref(), &search, None, limit)
            .await?;
        match found {
            Ok(found) => Ok(found),
            // Nothing was named: there is no place that could be unknown.
            Err(UnknownPlace) => self
                .search_centres(None, &search, None, limit)
                .await?
                .map_err(|UnknownPlace| Error::NotFound),
        }
    }

    async fn offer_involvement(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: InvolvementId,
        centres: &[CentreId],
    ) -> Result<Logged<InvolvementView>, Error> {
        let change = async |tx: &mut S::Tx<'_>, view: InvolvementView, at| {
            let InvolvementView {
                involvement,
                needed,
                mut offers,
            } = view;
            if !involvement.can_be_offered() {
                return Err(Error::InvalidState(
                    "a centre helps already, or the involvement is closed",
                ));
            }
            let asked = Asked {
                before: &offers,
                centres,
                pointer: "/centres",
                place: needed.place.as_ref(),
            };
            let new = self.offers(tx, &involvement, asked, at).await?;
            let involvement = involvement.offered();
            tx.insert_offers(&new).await?;
            let event = self
                .involvement_event(caller, Operation::InvolvementOffered, &involvement, at)?
                .about_offers(&new);
            offers.extend(new);
            let view = InvolvementView {
                involvement,
                needed,
                offers,
            };
            Ok((view, event))
        };
        let outcome = self.changed(caller, request, id, change).await;
        self.logged(caller, "offerInvolvement", outcome).await
    }

    async fn agree_contact(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: InvolvementId,
        mode: ContactMode,
        meeting_at: Option<Instant>,
    ) -> Result<Logged<InvolvementView>, Error> {
        let change = async |_: &mut S::Tx<'_>, view: InvolvementView, at| {
            let agreed = view.involvement.with_contact(ContactAgreed {
                mode,
                meeting_at,
                agreed_at: at,
            });
            let involvement = agreed.ok_or(Error::InvalidState(
                "no centre has accepted yet, or the involvement is closed",
            ))?;
            let helping: Vec<InvolvementOffer> = view
                .offers
                .iter()
                .filter(|offer| Some(offer.id) == involvement.accepted)
                .cloned()
                .collect();
            let event = self
                .involvement_event(caller, Operation::ContactAgreed, &involvement, at)?
                .about_offers(&helping);
            let view = InvolvementView {
                involvement,
                ..view
            };
            Ok((view, event))
        };
        let outcome = self.changed(caller, request, id, change).await;
        self.logged(caller, "agreeContact", outcome).await
    }

    async fn close_involvement(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: InvolvementId,
    ) -> Result<Logged<InvolvementView>, Error> {
        let change = async |_: &mut S::Tx<'_>, view: InvolvementView, at| {
            if view.involvement.state == InvolvementState::Closed {
                return Err(Error::InvalidState("the involvement is closed already"));
            }
            let involvement = view.involvement.closed(at);
            let event =
                self.involvement_event(caller, Operation::InvolvementClosed, &involvement, at)?;
            let view = InvolvementView {
                involvement,
                ..view
            };
            Ok((view, event))
        };
        let outcome = self.changed(caller, request, id, change).await;
        self.logged(caller, "closeInvolvement", outcome).await
    }
}

impl<S: Store> Application<S> {
    /// Changes one of the office's involvements under its lock.
    async fn changed(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: InvolvementId,
        change: impl AsyncFn(
            &mut S::Tx<'_>,
            InvolvementView,
            Instant,
        ) -> Result<(InvolvementView, Event), Error>,
    ) -> Result<Logged<InvolvementView>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_involvement(id).await?;
                let view = own(tx, caller, held).await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| view));
                }
                let at = tx.now().await?;
                let (view, event) = change(tx, view, at).await?;
                tx.update_involvement(&view.involvement).await?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(view, leaf, at))
            },
        )
        .await
    }

    /// Offers to these centres, if each stands in the directory, takes part, and was not asked yet. The deadlines are the usual ones, or
    /// those that office and centre have agreed on (point 9).
    async fn offers<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        involvement: &Involvement,
        asked: Asked<'_>,
        at: Instant,
    ) -> Result<Vec<InvolvementOffer>, Error> {
        let Asked {
            before,
            centres,
            pointer,
            place,
        } = asked;
        if centres.is_empty() {
            return Ok(Vec::new());
        }
        let entries = tx.centres_by_id(centres).await?;
        let agreed = tx.deadlines_agreed(&involvement.office, place, at).await?;
        // In the order in which they were named: of one moment the smaller comes first.
        let ids = centres
            .iter()
            .map(|_| InvolvementOfferId::fresh(at, self.entropy()));
        let mut ids = ids.collect::<Result<Vec<_>, _>>()?;
        ids.sort_unstable();
        let (mut offers, mut faults) = (Vec::with_capacity(centres.len()), Vec::new());
        for (index, (centre, id)) in centres.iter().zip(ids).enumerate() {
            let entry = entries.iter().find(|entry| entry.id == *centre);
            let organisation = entry.and_then(|entry| entry.organisation);
            let twice = before
                .iter()
                .chain(&offers)
                .any(|offer: &InvolvementOffer| offer.centre == *centre);
            let detail = match (entry, organisation) {
                (None, _) => Some("there is no such centre in the directory"),
                (Some(_), None) => Some("this centre does not take part: call it"),
                (Some(_), Some(_)) if twice => Some("this centre was asked already"),
                (Some(_), Some(_)) => None,
            };
            if let Some(detail) = detail {
                faults.push(InvalidInput {
                    pointer: format!("{pointer}/{index}"),
                    detail: detail.to_owned(),
                });
            } else if let Some(organisation) = organisation {
                let person = tx
                    .pseudonym_for_centre(involvement.case, organisation)
                    .await?;
                let rules = offer_rules(&agreed, organisation, place, self.involvement);
                offers.push(InvolvementOffer {
                    id,
                    involvement: involvement.id,
                    office: involvement.office.clone(),
                    case: involvement.case,
                    centre: *centre,
                    organisation,
                    person_for_centre: person,
                    state: OfferState::Open,
                    reason: None,
                    offered_at: at,
                    remind_at: at.plus(rules.remind_after),
                    answer_by: at.plus(rules.answer_within),
                    reminded_at: None,
                    escalated_at: None,
                    answered_at: None,
                });
            }
        }
        if faults.is_empty() {
            Ok(offers)
        } else {
            Err(Error::Invalid(faults))
        }
    }

    /// An event about an involvement, as it is afterwards.
    pub(super) fn involvement_event(
        &self,
        caller: impl AsRef<Caller>,
        operation: Operation,
        involvement: &Involvement,
        at: Instant,
    ) -> Result<Event, Error> {
        let id = EventId::fresh(at, self.entropy())?;
        Ok(Event::new(id, at, operation)
            .by(caller.as_ref())
            .about_involvement(involvement))
    }
}

/// Which centres are asked.
struct Asked<'a> {
    /// What was asked before.
    before: &'a [InvolvementOffer],
    /// Who is asked now.
    centres: &'a [CentreId],
    /// Where they stand in the request.
    pointer: &'a str,
    /// Where help is needed, if that was said.
    place: Option<&'a Postcode>,
}

async fn seen<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &OfficeCaller,
    id: InvolvementId,
) -> Result<InvolvementView, Error> {
    let found = tx.involvement(id).await?;
    own(tx, caller, found).await
}

/// With its offers, if it is the office's.
async fn own<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &OfficeCaller,
    found: Option<Involvement>,
) -> Result<InvolvementView, Error> {
    let involvement = found
        .filter(|involvement| involvement.office == *caller.office())
        .ok_or(Error::NotFound)?;
    let needed = tx.help_needed(&[involvement.id]).await?.pop();
    Ok(InvolvementView {
        needed: needed.ok_or(Error::NotFound)?.1,
        offers: tx.offers_within(&[involvement.id]).await?,
        involvement,
    })
}
