//! Each side writes and confirms its own half, and nobody else's.

use super::{PairView, own, side};
use crate::{
    access::Partner,
    audit::{self, Logged, Operation},
    contact_pair::{ContactPair, HalfContacts, HalfDates, RoleContact},
    error::Error,
    exchange::Application,
    ids::ContactPairId,
    instant::Instant,
    store::prelude::*,
    store::{Mode, Scope, Store, StoreError, Tx, unit_of_work},
};

impl<S: Store> Application<S> {
    pub(super) async fn written_half(
        &self,
        caller: &Partner,
        id: ContactPairId,
        version: Option<u64>,
        contacts: Vec<RoleContact>,
    ) -> Result<Logged<PairView>, Error> {
        self.expect_room()?;
        let contacts = HalfContacts::new(side(caller), contacts).map_err(Error::Invalid)?;
        let work = async |tx: &mut S::Tx<'_>| {
            let pair = at_version(tx, caller, id, version).await?;
            let at = tx.now().await?;
            let side = side(caller);
            let (operation, written, dates) = match pair.halves.of(side) {
                None => {
                    let first = HalfDates::first(at);
                    let written = tx.insert_half(&pair, side, first, &contacts).await?;
                    (Operation::ContactPairChanged, written, first)
                }
                // The same contacts again only confirm them.
                Some(before) if tx.pair_contacts(id, side).await?.as_ref() == Some(&contacts) => {
                    let after = before.confirmed(at);
                    let written = tx.update_half(id, side, (before, after), None).await?;
                    (Operation::ContactPairConfirmed, written, after)
                }
                Some(before) => {
                    let after = before.changed(at);
                    let new = Some(&contacts);
                    let written = tx.update_half(id, side, (before, after), new).await?;
                    (Operation::ContactPairChanged, written, after)
                }
            };
            self.noted_half(tx, caller, (pair, operation), written.then_some(dates), at)
                .await
        };
        unit_of_work(&self.store, &Scope::from(caller), Mode::Write, work).await
    }

    pub(super) async fn confirmed_half(
        &self,
        caller: &Partner,
        id: ContactPairId,
        version: Option<u64>,
    ) -> Result<Logged<PairView>, Error> {
        self.expect_room()?;
        let work = async |tx: &mut S::Tx<'_>| {
            let pair = at_version(tx, caller, id, version).await?;
            let at = tx.now().await?;
            let side = side(caller);
            let Some(before) = pair.halves.of(side) else {
                return Err(Error::InvalidState(
                    "there are no contacts of yours in this pair yet: write them first",
                ));
            };
            let after = before.confirmed(at);
            let written = tx.update_half(id, side, (before, after), None).await?;
            let operation = Operation::ContactPairConfirmed;
            self.noted_half(tx, caller, (pair, operation), written.then_some(after), at)
                .await
        };
        unit_of_work(&self.store, &Scope::from(caller), Mode::Write, work).await
    }

    /// Notes in the log what was done to the caller's half, which now has these dates. Without dates somebody else of the same side was
    /// first: the work is run again, and sees it.
    async fn noted_half<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        caller: &Partner,
        (pair, operation): (ContactPair, Operation),
        dates: Option<HalfDates>,
        at: Instant,
    ) -> Result<Logged<PairView>, Error> {
        let dates = dates.ok_or(StoreError::Conflict)?;
        let pair = ContactPair {
            halves: pair.halves.with(side(caller), dates),
            ..pair
        };
        let event = self.pair_event(caller, operation, &pair, at)?;
        let leaf = audit::append(tx, self.entropy(), event).await?;
        let view = self.seen(tx, caller, pair, at).await?;
        Ok(Logged::new(view, leaf, at))
    }
}

/// A pair of the caller's whose own half is at this version: nought where it is not there.
async fn at_version<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &Partner,
    id: ContactPairId,
    version: Option<u64>,
) -> Result<ContactPair, Error> {
    let pair = own(tx, caller, id).await?;
    let half = pair.halves.of(side(caller));
    if version == Some(half.map_or(0, |half| half.version)) {
        Ok(pair)
    } else {
        Err(Error::Stale)
    }
}
