//! Which offices don't know whom to call.

use async_trait::async_trait;

use crate::{
    access::Overseer,
    contact_pair::{Halves, OfficeWithoutContact},
    error::Error,
    exchange::Application,
    instant::Instant,
    office::{Office, OfficeId, OfficeKind},
    store::prelude::*,
    store::{GapQuery, Mode, OfficeQuery, Page, Scope, Store, unit_of_work},
};

/// The offices that are to know a centre, unless others are asked for: those that investigate and protect, not the stations below them
/// and not the headquarters.
const EXPECTED: [OfficeKind; 2] = [OfficeKind::Direktion, OfficeKind::Inspektion];

/// Offices that have no current contact pair (agreement, point 9).
#[async_trait(?Send)]
pub trait ContactGapDesk {
    /// Active offices without a current pair, with what each lacks, in the order of their ids: Direktionen and Inspektionen, unless another
    /// kind is asked for. By the database's clock.
    ///
    /// # Errors
    /// The store's failure.
    async fn offices_without_contact(
        &self,
        caller: &Overseer,
        query: OfficeQuery,
        limit: u16,
    ) -> Result<Page<OfficeWithoutContact, OfficeId>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> ContactGapDesk for Application<S> {
    async fn offices_without_contact(
        &self,
        caller: &Overseer,
        query: OfficeQuery,
        limit: u16,
    ) -> Result<Page<OfficeWithoutContact, OfficeId>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let now = tx.now().await?;
                let wanted = GapQuery {
                    kinds: query
                        .kind
                        .map_or_else(|| EXPECTED.to_vec(), |kind| vec![kind]),
                    parent: query.parent.clone(),
                    after: query.after.clone(),
                    confirmed_after: self.pairs.confirmed_after(now),
                };
                let found = tx.offices_without_contact(&wanted, limit).await?;
                let Page { items, next } = Page::cut(found, limit, |office| office.id.clone());
                let ids: Vec<OfficeId> = items.iter().map(|office| office.id.clone()).collect();
                let halves = tx.halves_of_offices(&ids).await?;
                let with_gap = |office| self.without_contact(office, &halves, now);
                Ok(Page {
                    items: items.into_iter().map(with_gap).collect(),
                    next,
                })
            },
        )
        .await
    }
}

impl<S: Store> Application<S> {
    fn without_contact(
        &self,
        office: Office,
        all: &[(OfficeId, Halves)],
        now: Instant,
    ) -> OfficeWithoutContact {
        let own = all.iter().filter(|(of, _)| *of == office.id);
        let own: Vec<Halves> = own.map(|(_, halves)| *halves).collect();
        let (gap, since) = self.pairs.gap(&own, now);
        OfficeWithoutContact { office, gap, since }
    }
}
