//! The directory of counselling centres.

use super::StoreError;
use crate::{
    directory::{Centre, NamedPlace},
    ids::{CentreId, OrganisationId},
    office::Place,
};

/// Which entries are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CentreQuery {
    /// Those that this organisation keeps; none: all.
    pub keeper: Option<OrganisationId>,
    /// After this one, in the order of ids.
    pub after: Option<CentreId>,
}

/// Counselling centres, and the places that one looks for them by.
#[expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]
pub trait DirectoryStore<'tx> {
    /// Counts the changes of the directory: another number whenever any entry was added, changed, confirmed or removed.
    ///
    /// # Errors
    /// When the store fails.
    async fn directory_version(&mut self) -> Result<u64, StoreError>;

    /// Entries in the order of their ids, at most `limit` and one more to tell whether others follow.
    ///
    /// # Errors
    /// When the store fails.
    async fn centres(&mut self, query: CentreQuery, limit: u16) -> Result<Vec<Centre>, StoreError>;

    /// Those of these entries that are there, in the order of their ids.
    ///
    /// # Errors
    /// When the store fails.
    async fn centres_by_id(&mut self, ids: &[CentreId]) -> Result<Vec<Centre>, StoreError>;

    /// Adds an entry. False when its id is taken.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_centre(&mut self, centre: &Centre) -> Result<bool, StoreError>;

    /// Puts an entry in the place of the one with its id, if that still is as it was read: at the same version, kept by the same
    /// organisation, and confirmed as it was. False when it is not, or not there.
    ///
    /// # Errors
    /// When the store fails.
    async fn update_centre(&mut self, centre: &Centre, before: &Centre)
    -> Result<bool, StoreError>;

    /// Removes an entry that is at this version. False when it is not, or not there.
    ///
    /// # Errors
    /// When the store fails.
    async fn remove_centre(&mut self, id: CentreId, at: u64) -> Result<bool, StoreError>;

    /// All places with a name. They come with the program and change with it alone.
    ///
    /// # Errors
    /// When the store fails.
    async fn named_places(&mut self) -> Result<Vec<NamedPlace>, StoreError>;

    /// All postcodes with their places. They come with the program and change with it alone.
    ///
    /// # Errors
    /// When the store fails.
    async fn postcodes(&mut self) -> Result<Vec<Place>, StoreError>;
}
