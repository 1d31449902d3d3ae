//! The directory of counselling centres: anybody searches it, centres and the coordination keep it.

mod import;
mod keep;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;

pub use self::{
    import::{ImportDesk, ImportOutcome, ImportedCentre},
    keep::KeeperDesk,
};
use super::Application;
use crate::{
    directory::{
        Centre, ConfirmationRules, DirectoryIndex, Gazetteer, Indexed, MatchPosition, Matches,
        NameMatch, NamedPlace, Search, Spot,
    },
    error::Error,
    ids::CentreId,
    instant::Instant,
    office::{Land, Place, Postcode},
    store::prelude::*,
    store::{CentreQuery, Mode, Page, Scope, Store, Tx, unit_of_work},
};

/// Other places with the name that was asked for are told up to so many.
const OTHER_PLACES: usize = 5;
/// Entries are read so many at a time.
const AT_A_TIME: u16 = 200;

/// Where somebody looks for help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Near {
    /// Around a postcode.
    Postcode(Postcode),
    /// Around a place with this name, or one like it.
    Named {
        /// As somebody wrote it.
        name: String,
        /// In this Land, where several have the name.
        land: Option<Land>,
    },
}

/// The place around which was searched.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchedPlace {
    /// Its name.
    pub name: String,
    /// Its Land.
    pub land: Land,
    /// Its postcode, if it was named by it.
    pub postcode: Option<Postcode>,
    /// How it was found; none by its postcode.
    pub by: Option<NameMatch>,
    /// Others that could have been meant, the likelier first.
    pub others: Vec<NamedPlace>,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Around where, if a place was named.
    pub place: Option<SearchedPlace>,
    /// What fits.
    pub matches: Matches,
    /// The entries of all matches.
    pub centres: HashMap<CentreId, Centre>,
    /// The database's time: what is open now is open then.
    pub at: Instant,
}

/// No place has the name, or one like it; no place has the postcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such place is known")]
pub struct UnknownPlace;

/// The directory (agreement, points 1 and 2). Nothing is kept about who searches it, not even that somebody did.
#[async_trait(?Send)]
pub trait DirectoryDesk {
    /// What fits, around a place or anywhere.
    ///
    /// # Errors
    /// The store's failure.
    async fn search_centres(
        &self,
        near: Option<&Near>,
        search: &Search,
        after: Option<MatchPosition>,
        limit: u16,
    ) -> Result<Result<Found, UnknownPlace>, Error>;

    /// Places with a name or one like it, at most `limit`, the likelier first.
    ///
    /// # Errors
    /// The store's failure.
    async fn places(
        &self,
        name: &str,
        land: Option<Land>,
        limit: u16,
    ) -> Result<Vec<(NamedPlace, NameMatch)>, Error>;

    /// The place of a postcode, if it is known.
    ///
    /// # Errors
    /// The store's failure.
    async fn place_of(&self, postcode: &Postcode) -> Result<Option<Place>, Error>;

    /// One entry, and the time at which it was read.
    ///
    /// # Errors
    /// No such entry; the store's failure.
    async fn centre(&self, id: CentreId) -> Result<(Centre, Instant), Error>;

    /// Entries in the order of their ids, at most `limit`, and the time at which they were read.
    ///
    /// # Errors
    /// The store's failure.
    async fn centres(
        &self,
        after: Option<CentreId>,
        limit: u16,
    ) -> Result<(Page<Centre, CentreId>, Instant), Error>;

    /// How long a confirmation is good for.
    fn confirmation_rules(&self) -> ConfirmationRules;
}

/// What this process knows of the directory, so that it need not be read for each search. Held against the store's version in the
/// transaction of each search.
#[derive(Default)]
pub(super) struct DirectoryMemory {
    index: Mutex<Arc<DirectoryIndex>>,
    gazetteer: Mutex<Arc<Gazetteer>>,
}

fn remembered<T>(memory: &Mutex<Arc<T>>) -> Arc<T> {
    Arc::clone(&memory.lock().unwrap_or_else(PoisonError::into_inner))
}

fn remember<T>(memory: &Mutex<Arc<T>>, made: T) -> Arc<T> {
    let made = Arc::new(made);
    *memory.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&made);
    made
}

#[async_trait(?Send)]
impl<S: Store> DirectoryDesk for Application<S> {
    async fn search_centres(
        &self,
        near: Option<&Near>,
        search: &Search,
        after: Option<MatchPosition>,
        limit: u16,
    ) -> Result<Result<Found, UnknownPlace>, Error> {
        unit_of_work(
            &self.store,
            &Scope::Directory,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let index = self.index(tx).await?;
                let (mut search, mut place) = (search.clone(), None);
                if let Some(near) = near {
                    let Some((searched, spot)) = spot(near, &*self.gazetteer(tx).await?) else {
                        return Ok(Err(UnknownPlace));
                    };
                    search.near = Some(spot);
                    place = Some(searched);
                }
                let at = tx.now().await?;
                let matches = index.search(&search, self.confirmation, at, after, limit);
                let mut ids: Vec<CentreId> =
                    matches.items.iter().map(|found| found.centre).collect();
                ids.sort_unstable();
                ids.dedup();
                let centres = tx.centres_by_id(&ids).await?;
                let centres = centres
                    .into_iter()
                    .map(|centre| (centre.id, centre))
                    .collect();
                Ok(Ok(Found {
                    place,
                    matches,
                    centres,
                    at,
                }))
            },
        )
        .await
    }

    async fn places(
        &self,
        name: &str,
        land: Option<Land>,
        limit: u16,
    ) -> Result<Vec<(NamedPlace, NameMatch)>, Error> {
        let gazetteer = self.known_places().await?;
        let found = gazetteer.find(name, land, usize::from(limit));
        Ok(found
            .into_iter()
            .map(|hit| (hit.place.clone(), hit.by))
            .collect())
    }

    async fn place_of(&self, postcode: &Postcode) -> Result<Option<Place>, Error> {
        Ok(self.known_places().await?.postcode(postcode).cloned())
    }

    async fn centre(&self, id: CentreId) -> Result<(Centre, Instant), Error> {
        unit_of_work(
            &self.store,
            &Scope::Directory,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let centre = one(tx, id).await?.ok_or(Error::NotFound)?;
                Ok((centre, tx.now().await?))
            },
        )
        .await
    }

    async fn centres(
        &self,
        after: Option<CentreId>,
        limit: u16,
    ) -> Result<(Page<Centre, CentreId>, Instant), Error> {
        let query = CentreQuery {
            keeper: None,
            after,
        };
        unit_of_work(
            &self.store,
            &Scope::Directory,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let found = tx.centres(query, limit).await?;
                Ok((Page::cut(found, limit, |centre| centre.id), tx.now().await?))
            },
        )
        .await
    }

    fn confirmation_rules(&self) -> ConfirmationRules {
        self.confirmation
    }
}

impl<S: Store> Application<S> {
    /// What can be found, as of this transaction.
    async fn index<'tx, T: Tx<'tx>>(&self, tx: &mut T) -> Result<Arc<DirectoryIndex>, Error> {
        let version = tx.directory_version().await?;
        let known = remembered(&self.directory.index);
        if known.version() == version {
            return Ok(known);
        }
        let mut services = Vec::new();
        let mut query = CentreQuery::default();
        loop {
            let read = Page::cut(tx.centres(query, AT_A_TIME).await?, AT_A_TIME, |centre| {
                centre.id
            });
            services.extend(read.items.iter().flat_map(Indexed::of));
            query.after = read.next;
            if query.after.is_none() {
                break;
            }
        }
        Ok(remember(
            &self.directory.index,
            DirectoryIndex::new(version, services),
        ))
    }

    /// All places, which are the same as long as this process runs.
    async fn gazetteer<'tx, T: Tx<'tx>>(&self, tx: &mut T) -> Result<Arc<Gazetteer>, Error> {
        let known = remembered(&self.directory.gazetteer);
        if !known.is_empty() {
            return Ok(known);
        }
        let made = Gazetteer::new(tx.named_places().await?, tx.postcodes().await?);
        Ok(remember(&self.directory.gazetteer, made))
    }

    /// The same without a transaction, but for the first time.
    async fn known_places(&self) -> Result<Arc<Gazetteer>, Error> {
        let known = remembered(&self.directory.gazetteer);
        if !known.is_empty() {
            return Ok(known);
        }
        unit_of_work(
            &self.store,
            &Scope::Directory,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| self.gazetteer(tx).await,
        )
        .await
    }
}

async fn one<'tx, T: Tx<'tx>>(tx: &mut T, id: CentreId) -> Result<Option<Centre>, Error> {
    Ok(tx.centres_by_id(&[id]).await?.pop())
}

/// Where on the map somebody means.
fn spot(near: &Near, gazetteer: &Gazetteer) -> Option<(SearchedPlace, Spot)> {
    match near {
        Near::Postcode(postcode) => {
            let place = gazetteer.postcode(postcode)?;
            let spot = Spot {
                point: place.point,
                land: place.land,
                postcode: Some(postcode.clone()),
            };
            let searched = SearchedPlace {
                name: place.name.clone(),
                land: place.land,
                postcode: Some(postcode.clone()),
                by: None,
                others: Vec::new(),
            };
            Some((searched, spot))
        }
        Near::Named { name, land } => {
            let mut found = gazetteer.find(name, *land, OTHER_PLACES + 1).into_iter();
            let first = found.next()?;
            let spot = Spot {
                point: first.place.point,
                land: first.place.land,
                postcode: None,
            };
            let searched = SearchedPlace {
                name: first.place.name.clone(),
                land: first.place.land,
                postcode: None,
                by: Some(first.by),
                others: found.map(|other| other.place.clone()).collect(),
            };
            Some((searched, spot))
        }
    }
}
