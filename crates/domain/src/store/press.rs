//! Press releases of both sides.
#![expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]

use super::{Page, PageRequest, StoreError};
use crate::{
    gathering::Participant,
    ids::{OrganisationId, PressReleaseId},
    press::{
        Discard, PressApproval, PressComment, PressStanding, PressVersion, PublicationPermit,
        StoredPressRelease,
    },
};

/// Press releases (agreement, point 7). A draft is there for those who are named in it, a published one for partners and the coordination.
pub trait PressStore<'tx> {
    /// As what these organisations take part: those of them that are centres or the coordination, in any order.
    ///
    /// # Errors
    /// When the store fails.
    async fn press_participants(
        &mut self,
        ids: &[OrganisationId],
    ) -> Result<Vec<Participant>, StoreError>;

    /// Stores a draft with its participants and its first version.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_press_release(
        &mut self,
        release: &StoredPressRelease,
    ) -> Result<(), StoreError>;

    /// A release, with everything that whoever works on it sees.
    ///
    /// # Errors
    /// When the store fails, or a version is not what its digest says.
    async fn press_release(
        &mut self,
        id: PressReleaseId,
    ) -> Result<Option<StoredPressRelease>, StoreError>;

    /// The same, its row held alone; none where the caller is not named in it, at least on PostgreSQL. Whatever is done about a release
    /// waits for whatever else is.
    ///
    /// # Errors
    /// As [`PressStore::press_release`].
    async fn lock_press_release(
        &mut self,
        id: PressReleaseId,
    ) -> Result<Option<StoredPressRelease>, StoreError>;

    /// Those in which `reader` is named and those that are published, or of these the ones that stand so; newest draft first. Without
    /// former versions and comments.
    ///
    /// # Errors
    /// When the store fails.
    async fn press_releases(
        &mut self,
        reader: &Participant,
        standing: Option<PressStanding>,
        page: PageRequest,
    ) -> Result<Page<StoredPressRelease>, StoreError>;

    /// Adds the version after the latest; the row is held. Approvals of the former one count no longer.
    ///
    /// # Errors
    /// When the store fails, or it is not the version after the latest.
    async fn revise_press_release(
        &mut self,
        id: PressReleaseId,
        version: &PressVersion,
    ) -> Result<(), StoreError>;

    /// Adds a comment; the row is held.
    ///
    /// # Errors
    /// When the store fails.
    async fn comment_press_release(
        &mut self,
        id: PressReleaseId,
        comment: &PressComment,
    ) -> Result<(), StoreError>;

    /// Stores a side's approval of the latest version, which it has not given before; the row is held.
    ///
    /// # Errors
    /// When the store fails.
    async fn approve_press_release(
        &mut self,
        id: PressReleaseId,
        approval: &PressApproval,
    ) -> Result<(), StoreError>;

    /// Stores that it is public. The database itself holds that both sides approved this version, that it is the latest, and that its
    /// embargo is over.
    ///
    /// # Errors
    /// When the store fails.
    async fn publish_press_release(
        &mut self,
        permit: &PublicationPermit<'tx>,
    ) -> Result<(), StoreError>;

    /// Stores that it was given up; the row is held.
    ///
    /// # Errors
    /// When the store fails, or it is over already.
    async fn discard_press_release(
        &mut self,
        id: PressReleaseId,
        discard: &Discard,
    ) -> Result<(), StoreError>;
}
