//! Centres keep their own entries; the coordination keeps all, says who else does, and confirms them.

use async_trait::async_trait;

use super::{AT_A_TIME, one};
use crate::{
    access::{CoordinationCaller, Keeper, Role},
    audit::{self, Event, Logged, Operation},
    directory::{Assurance, Centre, CentreEntry, EntryError, EntryStanding},
    error::{Error, InvalidInput},
    exchange::{Application, earlier},
    ids::{CentreId, EventId, OrganisationId},
    instant::Instant,
    store::prelude::*,
    store::{CentreQuery, Mode, Page, RequestKey, Scope, Store, StoreError, Tx, unit_of_work},
};

/// Who keeps what stands in the directory.
#[async_trait(?Send)]
pub trait KeeperDesk {
    /// The entries that somebody keeps, in the order of their ids: only those of this standing, if one is named.
    ///
    /// # Errors
    /// The store's failure.
    async fn kept_centres(
        &self,
        keeper: &Keeper,
        standing: Option<EntryStanding>,
        after: Option<CentreId>,
        limit: u16,
    ) -> Result<(Page<Centre, CentreId>, Instant), Error>;

    /// Adds an entry: a centre one that it keeps itself, the coordination one for whomever. Nobody has confirmed it yet.
    ///
    /// # Errors
    /// What is wrong with the entry; no such centre to keep it; a reused key; the store's failure.
    async fn add_centre(
        &self,
        keeper: &Keeper,
        request: &RequestKey,
        organisation: Option<OrganisationId>,
        entry: &CentreEntry,
    ) -> Result<Logged<(Centre, Instant)>, Error>;

    /// Says something else in an entry that was at `version`. The same again changes nothing.
    ///
    /// # Errors
    /// What is wrong with the entry; [`Error::Stale`] when it was changed meanwhile, [`Error::NotFound`] when it is not there or
    /// another's; the store's failure.
    async fn change_centre(
        &self,
        keeper: &Keeper,
        id: CentreId,
        version: Option<u64>,
        entry: &CentreEntry,
    ) -> Result<Logged<(Centre, Instant)>, Error>;

    /// Confirms an entry as it is at `version`.
    ///
    /// # Errors
    /// As [`KeeperDesk::change_centre`].
    async fn confirm_centre(
        &self,
        by: &CoordinationCaller,
        id: CentreId,
        version: Option<u64>,
    ) -> Result<Logged<(Centre, Instant)>, Error>;

    /// Lets a centre that takes part keep an entry, or nobody but the coordination.
    ///
    /// # Errors
    /// As [`KeeperDesk::change_centre`]; no such centre.
    async fn set_keeper(
        &self,
        by: &CoordinationCaller,
        id: CentreId,
        version: Option<u64>,
        organisation: Option<OrganisationId>,
    ) -> Result<Logged<(Centre, Instant)>, Error>;

    /// Removes an entry that is at `version`.
    ///
    /// # Errors
    /// As [`KeeperDesk::change_centre`].
    async fn remove_centre(
        &self,
        by: &CoordinationCaller,
        id: CentreId,
        version: Option<u64>,
    ) -> Result<Logged<()>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> KeeperDesk for Application<S> {
    async fn kept_centres(
        &self,
        keeper: &Keeper,
        standing: Option<EntryStanding>,
        after: Option<CentreId>,
        limit: u16,
    ) -> Result<(Page<Centre, CentreId>, Instant), Error> {
        unit_of_work(
            &self.store,
            &Scope::from(keeper),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let at = tx.now().await?;
                let wanted = |centre: &Centre| {
                    standing.is_none_or(|standing| standing == self.standing(centre, at))
                };
                let mut query = CentreQuery {
                    keeper: keeper.only(),
                    after,
                };
                let mut found: Vec<Centre> = Vec::new();
                loop {
                    let read = tx.centres(query, AT_A_TIME).await?;
                    let read = Page::cut(read, AT_A_TIME, |centre| centre.id);
                    query.after = read.next;
                    found.extend(read.items.into_iter().filter(wanted));
                    if query.after.is_none() || found.len() > usize::from(limit) {
                        break;
                    }
                }
                Ok((Page::cut(found, limit, |centre| centre.id), at))
            },
        )
        .await
    }

    async fn add_centre(
        &self,
        keeper: &Keeper,
        request: &RequestKey,
        organisation: Option<OrganisationId>,
        entry: &CentreEntry,
    ) -> Result<Logged<(Centre, Instant)>, Error> {
        checked(entry, "/entry")?;
        let organisation = match (keeper.only(), organisation) {
            (Some(own), None) => Some(own),
            (Some(own), Some(named)) if own != named => {
                return Err(Error::invalid(
                    "/organisation_id",
                    "a centre adds entries that it keeps itself",
                ));
            }
            (_, named) => named,
        };
        unit_of_work(
            &self.store,
            &Scope::from(keeper),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                if let Some(earlier) = earlier(tx, request).await? {
                    let known = one(tx, CentreId::from_uuid(earlier.value)).await?;
                    let known = (known.ok_or(Error::NotFound)?, tx.now().await?);
                    return Ok(earlier.map(|_| known));
                }
                reject_keeper(tx, organisation, "/organisation_id").await?;
                let at = tx.now().await?;
                let centre = Centre {
                    id: CentreId::fresh(at, self.entropy())?,
                    organisation,
                    version: 1,
                    changed_at: at,
                    assurance: None,
                    entry: entry.clone(),
                };
                if !tx.insert_centre(&centre).await? {
                    return Err(Error::InvalidState("the entry is there already"));
                }
                let added = self.centre_event(keeper, Operation::CentreAdded, &centre, at)?;
                let leaf = audit::append(tx, self.entropy(), added).await?;
                tx.remember_request(request, centre.id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new((centre, at), leaf, at))
            },
        )
        .await
    }

    async fn change_centre(
        &self,
        keeper: &Keeper,
        id: CentreId,
        version: Option<u64>,
        entry: &CentreEntry,
    ) -> Result<Logged<(Centre, Instant)>, Error> {
        checked(entry, "")?;
        let change = |centre: &mut Centre, at| {
            if centre.entry != *entry {
                centre.entry = entry.clone();
                centre.version = centre.version.saturating_add(1);
                centre.changed_at = at;
            }
        };
        let operation = Operation::CentreChanged;
        let outcome = self
            .changed_centre(keeper, id, version, operation, change)
            .await;
        self.logged_if_known(keeper.caller(), "changeCounsellingCentre", outcome)
            .await
    }

    async fn confirm_centre(
        &self,
        by: &CoordinationCaller,
        id: CentreId,
        version: Option<u64>,
    ) -> Result<Logged<(Centre, Instant)>, Error> {
        let keeper = Keeper::Coordination(by.clone());
        let confirm = |centre: &mut Centre, at| {
            centre.assurance = Some(Assurance {
                at,
                version: centre.version,
            });
        };
        let operation = Operation::CentreConfirmed;
        let outcome = self
            .changed_centre(&keeper, id, version, operation, confirm)
            .await;
        self.logged(by, "confirmCounsellingCentre", outcome).await
    }

    async fn set_keeper(
        &self,
        by: &CoordinationCaller,
        id: CentreId,
        version: Option<u64>,
        organisation: Option<OrganisationId>,
    ) -> Result<Logged<(Centre, Instant)>, Error> {
        let keeper = Keeper::Coordination(by.clone());
        let work = async |tx: &mut S::Tx<'_>| {
            let before = kept(tx, &keeper, id, version).await?;
            reject_keeper(tx, organisation, "/organisation_id").await?;
            let at = tx.now().await?;
            let after = Centre {
                organisation,
                ..before.clone()
            };
            let operation = Operation::CentreKeeperChanged;
            self.put_centre(tx, &keeper, operation, &before, after, at)
                .await
        };
        let scope = Scope::from(&keeper);
        let outcome = unit_of_work(&self.store, &scope, Mode::Write, work).await;
        self.logged(by, "setCounsellingCentreKeeper", outcome).await
    }

    async fn remove_centre(
        &self,
        by: &CoordinationCaller,
        id: CentreId,
        version: Option<u64>,
    ) -> Result<Logged<()>, Error> {
        let keeper = Keeper::Coordination(by.clone());
        let work = async |tx: &mut S::Tx<'_>| {
            let centre = kept(tx, &keeper, id, version).await?;
            let at = tx.now().await?;
            if !tx.remove_centre(id, centre.version).await? {
                return Err(StoreError::Conflict.into());
            }
            let removed = self.centre_event(&keeper, Operation::CentreRemoved, &centre, at)?;
            let leaf = audit::append(tx, self.entropy(), removed).await?;
            Ok(Logged::new((), leaf, at))
        };
        let scope = Scope::from(&keeper);
        let outcome = unit_of_work(&self.store, &scope, Mode::Write, work).await;
        self.logged(by, "removeCounsellingCentre", outcome).await
    }
}

impl<S: Store> Application<S> {
    fn standing(&self, centre: &Centre, now: Instant) -> EntryStanding {
        self.confirmation
            .standing(centre.version, centre.assurance, now)
    }

    /// An event about an entry, as it is afterwards.
    pub(super) fn centre_event(
        &self,
        keeper: &Keeper,
        operation: Operation,
        centre: &Centre,
        at: Instant,
    ) -> Result<Event, Error> {
        let id = EventId::fresh(at, self.entropy())?;
        Ok(Event::new(id, at, operation)
            .by_if_known(keeper.caller())
            .about_centre(centre.id, centre.version))
    }

    /// Changes an entry that somebody keeps.
    async fn changed_centre(
        &self,
        keeper: &Keeper,
        id: CentreId,
        version: Option<u64>,
        operation: Operation,
        change: impl Fn(&mut Centre, Instant),
    ) -> Result<Logged<(Centre, Instant)>, Error> {
        let work = async |tx: &mut S::Tx<'_>| {
            let before = kept(tx, keeper, id, version).await?;
            let at = tx.now().await?;
            let mut after = before.clone();
            change(&mut after, at);
            self.put_centre(tx, keeper, operation, &before, after, at)
                .await
        };
        unit_of_work(&self.store, &Scope::from(keeper), Mode::Write, work).await
    }

    /// Puts an entry in the place of what was there before. What changes nothing leaves no trace. Whatever somebody else changed
    /// meanwhile is a conflict: the work is run again, and sees it.
    pub(super) async fn put_centre<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        keeper: &Keeper,
        operation: Operation,
        before: &Centre,
        after: Centre,
        at: Instant,
    ) -> Result<Logged<(Centre, Instant)>, Error> {
        if after == *before {
            return Ok(Logged::before((after, at), None));
        }
        if !tx.update_centre(&after, before).await? {
            return Err(StoreError::Conflict.into());
        }
        let event = self.centre_event(keeper, operation, &after, at)?;
        let leaf = audit::append(tx, self.entropy(), event).await?;
        Ok(Logged::new((after, at), leaf, at))
    }
}

/// Faults of an entry that stands at this place of a request.
pub(super) fn faults(entry: &CentreEntry, at: &str) -> Vec<InvalidInput> {
    let found = entry
        .check()
        .err()
        .map_or_else(Vec::new, |EntryError(faults)| faults);
    found
        .into_iter()
        .map(|fault| InvalidInput {
            pointer: format!("{at}{}", fault.pointer),
            ..fault
        })
        .collect()
}

fn checked(entry: &CentreEntry, at: &str) -> Result<(), Error> {
    match faults(entry, at) {
        found if found.is_empty() => Ok(()),
        found => Err(Error::Invalid(found)),
    }
}

/// An entry that is the keeper's, at this version.
async fn kept<'tx, T: Tx<'tx>>(
    tx: &mut T,
    keeper: &Keeper,
    id: CentreId,
    version: Option<u64>,
) -> Result<Centre, Error> {
    let found = one(tx, id).await?;
    let own = |centre: &Centre| {
        keeper
            .only()
            .is_none_or(|only| centre.organisation == Some(only))
    };
    let centre = found.filter(own).ok_or(Error::NotFound)?;
    if Some(centre.version) == version {
        Ok(centre)
    } else {
        Err(Error::Stale)
    }
}

/// An entry is kept by a centre that takes part.
async fn reject_keeper<'tx, T: Tx<'tx>>(
    tx: &mut T,
    organisation: Option<OrganisationId>,
    at: &str,
) -> Result<(), Error> {
    let Some(id) = organisation else {
        return Ok(());
    };
    let found = tx.organisation(id).await?;
    match found.filter(|organisation| organisation.role == Role::Centre) {
        Some(_) => Ok(()),
        None => Err(Error::invalid(
            at,
            "there is no such counselling centre that takes part",
        )),
    }
}
