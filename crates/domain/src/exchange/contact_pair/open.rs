//! A pair is opened by either side, with its own half.

use super::{PairView, own, side};
use crate::{
    access::{CentreCaller, OfficeCaller, Partner},
    audit::{self, Logged, Operation},
    contact_pair::{ContactPair, HalfContacts, HalfDates, Halves, OtherSide, RoleContact},
    error::Error,
    exchange::{Application, earlier},
    ids::{CentreId, ContactPairId, OrganisationId},
    office::OfficeId,
    store::prelude::*,
    store::{Mode, RequestKey, Scope, Store, StoreError, Tx, unit_of_work},
};

impl<S: Store> Application<S> {
    pub(super) async fn opened_pair(
        &self,
        caller: &Partner,
        request: &RequestKey,
        with: OtherSide,
        contacts: Vec<RoleContact>,
    ) -> Result<Logged<PairView>, Error> {
        self.expect_room()?;
        let contacts = HalfContacts::new(side(caller), contacts).map_err(Error::Invalid)?;
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                if let Some(opened) = self.opened_before(tx, caller, request).await? {
                    return Ok(opened);
                }
                let (office, centre) = both(tx, caller, &with).await?;
                let at = tx.now().await?;
                let dates = HalfDates::first(at);
                let pair = ContactPair {
                    id: ContactPairId::fresh(at, self.entropy())?,
                    office,
                    centre,
                    opened_at: at,
                    halves: Halves::default().with(side(caller), dates),
                };
                if !tx.insert_contact_pair(&pair).await? {
                    // It waited for whoever opened it: perhaps the same request at another server.
                    let opened = self.opened_before(tx, caller, request).await?;
                    return opened.ok_or(Error::InvalidState(
                        "there is a contact pair of this office and this centre already: list your pairs, and write your contacts into that one",
                    ));
                }
                if !tx.insert_half(&pair, side(caller), dates, &contacts).await? {
                    return Err(StoreError::Conflict.into());
                }
                let event = self.pair_event(caller, Operation::ContactPairOpened, &pair, at)?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, pair.id.as_uuid(), &leaf, at)
                    .await?;
                let view = self.seen(tx, caller, pair, at).await?;
                Ok(Logged::new(view, leaf, at))
            },
        )
        .await
    }

    /// The pair that the same request opened before, as it is now.
    async fn opened_before<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        caller: &Partner,
        request: &RequestKey,
    ) -> Result<Option<Logged<PairView>>, Error> {
        let Some(earlier) = earlier(tx, request).await? else {
            return Ok(None);
        };
        let pair = own(tx, caller, ContactPairId::from_uuid(earlier.value)).await?;
        let at = tx.now().await?;
        let known = self.seen(tx, caller, pair, at).await?;
        Ok(Some(earlier.map(|_| known)))
    }
}

/// The office and the centre of a pair that the caller opens with somebody of the other side.
async fn both<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &Partner,
    with: &OtherSide,
) -> Result<(OfficeId, OrganisationId), Error> {
    match (caller, with) {
        (Partner::Office(office), OtherSide::Centre(entry)) => {
            with_centre(tx, office, *entry).await
        }
        (Partner::Centre(centre), OtherSide::Office(office)) => {
            with_office(tx, centre, office).await
        }
        (Partner::Office(_), OtherSide::Office(_)) => Err(Error::invalid(
            "/with/type",
            "a police office opens a pair with a counselling centre: centre",
        )),
        (Partner::Centre(_), OtherSide::Centre(_)) => Err(Error::invalid(
            "/with/type",
            "a counselling centre opens a pair with a police office: office",
        )),
    }
}

async fn with_centre<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &OfficeCaller,
    entry: CentreId,
) -> Result<(OfficeId, OrganisationId), Error> {
    let pointer = "/with/centre_id";
    let found = tx.centres_by_id(&[entry]).await?.pop();
    let found =
        found.ok_or_else(|| Error::invalid(pointer, "there is no such centre in the directory"))?;
    let keeper = found.organisation.ok_or_else(|| {
        let detail =
            "this centre does not take part, and can name nobody here: its entry says how to call it";
        Error::invalid(pointer, detail)
    })?;
    Ok((caller.office().clone(), keeper))
}

async fn with_office<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &CentreCaller,
    office: &OfficeId,
) -> Result<(OfficeId, OrganisationId), Error> {
    let pointer = "/with/office";
    let found = tx.office(office).await?;
    let found = found.ok_or_else(|| Error::invalid(pointer, "there is no such office"))?;
    if !found.active {
        return Err(Error::invalid(
            pointer,
            "this office is no longer active: name the one that took over",
        ));
    }
    Ok((found.id, caller.centre()))
}
