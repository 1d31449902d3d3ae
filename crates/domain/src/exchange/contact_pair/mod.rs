//! An office and a centre name each other whom to call, before there is any case; who has no contact is told.

mod gap;
mod open;
mod own;

use async_trait::async_trait;

pub use self::gap::ContactGapDesk;
use crate::{
    access::{Caller, CoordinationCaller, Partner},
    audit::{Event, Logged, Operation},
    contact_pair::{ContactPair, HalfContacts, OtherSide, RoleContact, Side, TimedStanding},
    error::Error,
    exchange::Application,
    ids::{ContactPairId, EventId},
    instant::Instant,
    store::prelude::*,
    store::{Mode, Page, PageRequest, PairsOf, RequestKey, Scope, Store, Tx, unit_of_work},
};

/// A pair in a list: whose it is and where it stands, and not what its halves say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPair {
    /// The pair.
    pub pair: ContactPair,
    /// Where it stands.
    pub standing: TimedStanding,
}

/// A pair as its two sides see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairView {
    /// The pair, and where it stands.
    pub listed: ListedPair,
    /// The side that asks. The other's half it reads, its own it writes.
    pub own: Side,
    /// Whom the office names.
    pub office: Option<HalfContacts>,
    /// Whom the centre names.
    pub centre: Option<HalfContacts>,
}

/// Contact pairs of an office or a centre (agreement, point 9).
#[async_trait(?Send)]
pub trait ContactPairDesk {
    /// Opens a pair with the other side, and writes one's own half of it.
    ///
    /// # Errors
    /// Contacts that make no sense; somebody with whom no pair can be opened; there is one already; a reused key; the store's failure.
    async fn open_contact_pair(
        &self,
        caller: &Partner,
        request: &RequestKey,
        with: OtherSide,
        contacts: Vec<RoleContact>,
    ) -> Result<Logged<PairView>, Error>;

    /// The caller's pairs, the newest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn contact_pairs(
        &self,
        caller: &Partner,
        page: PageRequest,
    ) -> Result<Page<ListedPair>, Error>;

    /// All pairs, the newest first. Nobody's contacts are shown in it.
    ///
    /// # Errors
    /// The store's failure.
    async fn all_contact_pairs(
        &self,
        caller: &CoordinationCaller,
        page: PageRequest,
    ) -> Result<Page<ListedPair>, Error>;

    /// One of the caller's pairs, with both halves.
    ///
    /// # Errors
    /// No such pair; the store's failure.
    async fn contact_pair(&self, caller: &Partner, id: ContactPairId) -> Result<PairView, Error>;

    /// Writes the caller's half, which was at `version`: nought where it is not there yet. That confirms it as well; the same contacts
    /// again are a confirmation and nothing else.
    ///
    /// # Errors
    /// Contacts that make no sense; no such pair; [`Error::Stale`] when the half was changed meanwhile; the store's failure.
    async fn set_pair_contacts(
        &self,
        caller: &Partner,
        id: ContactPairId,
        version: Option<u64>,
        contacts: Vec<RoleContact>,
    ) -> Result<Logged<PairView>, Error>;

    /// Says that the caller's half, as it is at `version`, still holds.
    ///
    /// # Errors
    /// No such pair; the half is not there yet; [`Error::Stale`] when it was changed meanwhile; the store's failure.
    async fn confirm_contact_pair(
        &self,
        caller: &Partner,
        id: ContactPairId,
        version: Option<u64>,
    ) -> Result<Logged<PairView>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> ContactPairDesk for Application<S> {
    async fn open_contact_pair(
        &self,
        caller: &Partner,
        request: &RequestKey,
        with: OtherSide,
        contacts: Vec<RoleContact>,
    ) -> Result<Logged<PairView>, Error> {
        self.opened_pair(caller, request, with, contacts).await
    }

    async fn contact_pairs(
        &self,
        caller: &Partner,
        page: PageRequest,
    ) -> Result<Page<ListedPair>, Error> {
        let of = match caller {
            Partner::Office(office) => PairsOf::Office(office.office().clone()),
            Partner::Centre(centre) => PairsOf::Centre(centre.centre()),
        };
        self.listed_pairs(&Scope::from(caller), &of, page).await
    }

    async fn all_contact_pairs(
        &self,
        caller: &CoordinationCaller,
        page: PageRequest,
    ) -> Result<Page<ListedPair>, Error> {
        self.listed_pairs(&Scope::from(caller), &PairsOf::All, page)
            .await
    }

    async fn contact_pair(&self, caller: &Partner, id: ContactPairId) -> Result<PairView, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let pair = own(tx, caller, id).await?;
                let at = tx.now().await?;
                self.seen(tx, caller, pair, at).await
            },
        )
        .await;
        self.logged(caller, "getContactPair", outcome).await
    }

    async fn set_pair_contacts(
        &self,
        caller: &Partner,
        id: ContactPairId,
        version: Option<u64>,
        contacts: Vec<RoleContact>,
    ) -> Result<Logged<PairView>, Error> {
        let outcome = self.written_half(caller, id, version, contacts).await;
        self.logged(caller, "setPairContacts", outcome).await
    }

    async fn confirm_contact_pair(
        &self,
        caller: &Partner,
        id: ContactPairId,
        version: Option<u64>,
    ) -> Result<Logged<PairView>, Error> {
        let outcome = self.confirmed_half(caller, id, version).await;
        self.logged(caller, "confirmContactPair", outcome).await
    }
}

impl<S: Store> Application<S> {
    async fn listed_pairs(
        &self,
        scope: &Scope,
        of: &PairsOf,
        page: PageRequest,
    ) -> Result<Page<ListedPair>, Error> {
        unit_of_work(
            &self.store,
            scope,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let Page { items, next } = tx.contact_pairs(of, page).await?;
                let at = tx.now().await?;
                let items = items.into_iter().map(|pair| self.listed(pair, at));
                Ok(Page {
                    items: items.collect(),
                    next,
                })
            },
        )
        .await
    }

    fn listed(&self, pair: ContactPair, at: Instant) -> ListedPair {
        ListedPair {
            standing: self.pairs.standing(pair.halves, at),
            pair,
        }
    }

    /// What a side of a pair sees of it at this moment.
    async fn seen<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        caller: &Partner,
        pair: ContactPair,
        at: Instant,
    ) -> Result<PairView, Error> {
        let (office, centre) = (
            tx.pair_contacts(pair.id, Side::Office).await?,
            tx.pair_contacts(pair.id, Side::Centre).await?,
        );
        Ok(PairView {
            listed: self.listed(pair, at),
            own: side(caller),
            office,
            centre,
        })
    }

    /// An event about a pair.
    fn pair_event(
        &self,
        caller: &Partner,
        operation: Operation,
        pair: &ContactPair,
        at: Instant,
    ) -> Result<Event, Error> {
        let id = EventId::fresh(at, self.entropy())?;
        let caller: &Caller = caller.as_ref();
        Ok(Event::new(id, at, operation)
            .by(caller)
            .about_contact_pair(pair))
    }
}

/// On which side the caller is.
const fn side(caller: &Partner) -> Side {
    match caller {
        Partner::Centre(_) => Side::Centre,
        Partner::Office(_) => Side::Office,
    }
}

/// A pair that the caller is a side of.
async fn own<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &Partner,
    id: ContactPairId,
) -> Result<ContactPair, Error> {
    let found = tx.contact_pair(id).await?;
    let own = found.filter(|pair| match caller {
        Partner::Centre(centre) => pair.centre == centre.centre(),
        Partner::Office(office) => pair.office == *office.office(),
    });
    own.ok_or(Error::NotFound)
}
