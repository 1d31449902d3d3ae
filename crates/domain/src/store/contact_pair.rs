//! Contact pairs (agreement, point 9).

use super::{Page, PageRequest, StoreError};
use crate::{
    contact_pair::{ContactPair, HalfContacts, HalfDates, Halves, Side},
    ids::{ContactPairId, OrganisationId},
    instant::Instant,
    office::{Office, OfficeId, OfficeKind},
};

/// Whose pairs are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PairsOf {
    /// This office's.
    Office(OfficeId),
    /// This centre's.
    Centre(OrganisationId),
    /// All.
    All,
}

/// Which offices without a current pair are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapQuery {
    /// Of these kinds.
    pub kinds: Vec<OfficeKind>,
    /// Directly below this office.
    pub parent: Option<OfficeId>,
    /// After this office, in the order of ids.
    pub after: Option<OfficeId>,
    /// A pair is current when both its halves were confirmed after this.
    pub confirmed_after: Instant,
}

/// Contact pairs, what their halves say, and which offices have none that is current.
#[expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]
pub trait ContactPairStore<'tx> {
    /// Stores a new pair, as yet without halves. False when its office and its centre have one.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_contact_pair(&mut self, pair: &ContactPair) -> Result<bool, StoreError>;

    /// A pair with the dates of its halves. Nothing that is sealed is opened for it.
    ///
    /// # Errors
    /// When the store fails.
    async fn contact_pair(&mut self, id: ContactPairId) -> Result<Option<ContactPair>, StoreError>;

    /// Pairs, the newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn contact_pairs(
        &mut self,
        of: &PairsOf,
        page: PageRequest,
    ) -> Result<Page<ContactPair>, StoreError>;

    /// What one half says; none where it is not there.
    ///
    /// # Errors
    /// When the store fails, or what is sealed can't be opened.
    async fn pair_contacts(
        &mut self,
        id: ContactPairId,
        side: Side,
    ) -> Result<Option<HalfContacts>, StoreError>;

    /// Stores the first contacts of a half, sealed under a key of their own. False when it is there already.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_half(
        &mut self,
        pair: &ContactPair,
        side: Side,
        dates: HalfDates,
        contacts: &HalfContacts,
    ) -> Result<bool, StoreError>;

    /// Writes the dates of a half, before and after, that still is as it was read. With other contacts these take the place of the former ones, which
    /// are gone with their key. False when the half was changed or confirmed meanwhile, or is not there.
    ///
    /// # Errors
    /// When the store fails.
    async fn update_half(
        &mut self,
        id: ContactPairId,
        side: Side,
        dates: (HalfDates, HalfDates),
        contacts: Option<&HalfContacts>,
    ) -> Result<bool, StoreError>;

    /// Active offices without a current pair, in the order of their ids: at most `limit` and one more to tell whether others follow.
    ///
    /// # Errors
    /// When the store fails.
    async fn offices_without_contact(
        &mut self,
        query: &GapQuery,
        limit: u16,
    ) -> Result<Vec<Office>, StoreError>;

    /// The halves of all pairs of these offices, whoever the centres are.
    ///
    /// # Errors
    /// When the store fails.
    async fn halves_of_offices(
        &mut self,
        offices: &[OfficeId],
    ) -> Result<Vec<(OfficeId, Halves)>, StoreError>;
}
