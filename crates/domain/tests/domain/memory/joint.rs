//! Joint activities.

use freigabe_domain::{
    gathering::Participant,
    ids::JointActivityId,
    joint::{JointActivity, JointActivityState},
    prevention::{Invitation, InvitationReply},
    store::{Cursor, JointActivityStore, Page, PageRequest, StoreError},
};

use super::{
    MemoryTx,
    ports::{Order, affected, page},
    scope::PARTNERS,
};

impl<'tx> JointActivityStore<'tx> for MemoryTx<'tx> {
    async fn insert_joint_activity(&mut self, activity: &JointActivity) -> Result<(), StoreError> {
        self.only_participant(&activity.proposed_by, "insert_joint_activity")?;
        let all = &mut self.writable()?.joint_activities;
        all.insert(activity.id, activity.clone());
        Ok(())
    }

    async fn joint_activity(
        &mut self,
        id: JointActivityId,
    ) -> Result<Option<JointActivity>, StoreError> {
        self.only(PARTNERS, "joint_activity")?;
        Ok(self.state.joint_activities.get(&id).cloned())
    }

    async fn lock_joint_activity(
        &mut self,
        id: JointActivityId,
    ) -> Result<Option<JointActivity>, StoreError> {
        self.only(PARTNERS, "lock_joint_activity")?;
        self.store.wait_for_row();
        Ok(self.state.joint_activities.get(&id).cloned())
    }

    async fn joint_activities(
        &mut self,
        state: Option<JointActivityState>,
        request: PageRequest,
    ) -> Result<Page<JointActivity>, StoreError> {
        self.only(PARTNERS, "joint_activities")?;
        let mut all: Vec<_> = self.state.joint_activities.values().cloned().collect();
        all.retain(|one| state.is_none_or(|state| one.state == state));
        Ok(page(all, Order::NewestFirst, request, |one| Cursor {
            at: one.proposed_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn update_joint_activity(
        &mut self,
        activity: &JointActivity,
        before: u64,
        invited: &[Invitation],
    ) -> Result<(), StoreError> {
        let own = self.only_participant(&activity.proposed_by, "update_joint_activity");
        own.or_else(|_| self.only_participant(&activity.counterpart, "update_joint_activity"))?;
        let all = &mut self.writable()?.joint_activities;
        let row = all
            .get_mut(&activity.id)
            .filter(|one| one.version == before);
        let row = row.ok_or(affected("update_joint_activity"))?;
        (row.version, row.state) = (activity.version, activity.state);
        (row.answered_at, row.closed_at) = (activity.answered_at, activity.closed_at);
        row.invitations.extend(invited.iter().cloned());
        Ok(())
    }

    async fn reply_to_invitation(
        &mut self,
        id: JointActivityId,
        who: &Participant,
        reply: InvitationReply,
    ) -> Result<(), StoreError> {
        self.only_participant(who, "reply_to_invitation")?;
        let row = self.writable()?.joint_activities.get_mut(&id);
        let mut all = row.into_iter().flat_map(|row| &mut row.invitations);
        let own = all.find(|one| one.to == *who);
        own.ok_or(affected("reply_to_invitation"))?.reply = Some(reply);
        Ok(())
    }
}
