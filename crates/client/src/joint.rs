//! Joint activities: a side proposes, the other agrees or declines, both invite, whoever is invited answers.

use freigabe_contract::{
    joint::{
        InviteToJointActivity, JointActivity, JointActivityPage, ProposeJointActivity,
        ReplyToInvitation,
    },
    query::{JointActivityFilter, PageQuery},
};
use uuid::Uuid;

use crate::{call::Call, client::Client, consents::Tagged, error::Error};

impl Client {
    /// `proposeJointActivity`: proposes one to the other side.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn propose_joint_activity(
        &self,
        activity: &ProposeJointActivity,
        idempotency_key: Option<&str>,
    ) -> Result<Tagged<JointActivity>, Error> {
        let call = Call::post("proposeJointActivity", &["v1", "joint-activities"])
            .json(activity)?
            .idempotent(idempotency_key, self)?;
        self.tagged(call).await
    }

    /// `listJointActivities`: all of them, the last proposed first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_joint_activities(
        &self,
        filter: &JointActivityFilter,
        page: &PageQuery,
    ) -> Result<JointActivityPage, Error> {
        Call::get("listJointActivities", &["v1", "joint-activities"])
            .query(filter)?
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getJointActivity`: one of them, with its invitations.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_joint_activity(&self, id: Uuid) -> Result<Tagged<JointActivity>, Error> {
        let path = ["v1", "joint-activities", &id.to_string()];
        self.tagged(Call::get("getJointActivity", &path)).await
    }

    /// `agreeJointActivity`: the counterpart agrees to what was read under `etag`.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn agree_joint_activity(
        &self,
        id: Uuid,
        etag: &str,
    ) -> Result<Tagged<JointActivity>, Error> {
        let path = ["v1", "joint-activities", &id.to_string(), "agreement"];
        let call = Call::post("agreeJointActivity", &path).if_match(etag)?;
        self.tagged(call).await
    }

    /// `declineJointActivity`: the counterpart declines.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn decline_joint_activity(
        &self,
        id: Uuid,
        etag: &str,
    ) -> Result<Tagged<JointActivity>, Error> {
        let path = ["v1", "joint-activities", &id.to_string(), "declination"];
        let call = Call::post("declineJointActivity", &path).if_match(etag)?;
        self.tagged(call).await
    }

    /// `cancelJointActivity`: a party calls it off, or takes its proposal back.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn cancel_joint_activity(
        &self,
        id: Uuid,
        etag: &str,
    ) -> Result<Tagged<JointActivity>, Error> {
        let path = ["v1", "joint-activities", &id.to_string(), "cancellation"];
        let call = Call::post("cancelJointActivity", &path).if_match(etag)?;
        self.tagged(call).await
    }

    /// `recordJointActivityHeld`: it was held.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn record_joint_activity_held(
        &self,
        id: Uuid,
        etag: &str,
    ) -> Result<Tagged<JointActivity>, Error> {
        let path = ["v1", "joint-activities", &id.to_string(), "holding"];
        let call = Call::post("recordJointActivityHeld", &path).if_match(etag)?;
        self.tagged(call).await
    }

    /// `inviteToJointActivity`: invites others to what was read under `etag`.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn invite_to_joint_activity(
        &self,
        id: Uuid,
        etag: &str,
        who: &InviteToJointActivity,
    ) -> Result<Tagged<JointActivity>, Error> {
        let path = ["v1", "joint-activities", &id.to_string(), "invitations"];
        let call = Call::post("inviteToJointActivity", &path)
            .json(who)?
            .if_match(etag)?;
        self.tagged(call).await
    }

    /// `replyToInvitation`: answers an invitation.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn reply_to_invitation(
        &self,
        id: Uuid,
        reply: &ReplyToInvitation,
        idempotency_key: Option<&str>,
    ) -> Result<JointActivity, Error> {
        let path = ["v1", "joint-activities", &id.to_string(), "reply"];
        Call::post("replyToInvitation", &path)
            .json(reply)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }
}
