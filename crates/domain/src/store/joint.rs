//! Joint activities.
#![expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]

use super::{Page, PageRequest, StoreError};
use crate::{
    gathering::Participant,
    ids::JointActivityId,
    joint::{JointActivity, JointActivityState},
    prevention::{Invitation, InvitationReply},
};

/// Joint activities (agreement, point 7). Partners and the coordination read all of them; its two parties change one, and whoever is
/// invited answers for itself.
pub trait JointActivityStore<'tx> {
    /// Stores a proposal. Nobody is invited yet.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_joint_activity(&mut self, activity: &JointActivity) -> Result<(), StoreError>;

    /// A joint activity with its invitations.
    ///
    /// # Errors
    /// When the store fails.
    async fn joint_activity(
        &mut self,
        id: JointActivityId,
    ) -> Result<Option<JointActivity>, StoreError>;

    /// The same, held against changes by others; none where the caller is neither a party nor invited.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_joint_activity(
        &mut self,
        id: JointActivityId,
    ) -> Result<Option<JointActivity>, StoreError>;

    /// All of them, or those that stand so; the last proposed first.
    ///
    /// # Errors
    /// When the store fails.
    async fn joint_activities(
        &mut self,
        state: Option<JointActivityState>,
        page: PageRequest,
    ) -> Result<Page<JointActivity>, StoreError>;

    /// State, times and version of an activity that is held and was at `before`, with these invited besides.
    ///
    /// # Errors
    /// When the store fails, or it was not at that version.
    async fn update_joint_activity(
        &mut self,
        activity: &JointActivity,
        before: u64,
        invited: &[Invitation],
    ) -> Result<(), StoreError>;

    /// Somebody who is invited answers; the activity is held.
    ///
    /// # Errors
    /// When the store fails, or they are not invited.
    async fn reply_to_invitation(
        &mut self,
        id: JointActivityId,
        who: &Participant,
        reply: InvitationReply,
    ) -> Result<(), StoreError>;
}
