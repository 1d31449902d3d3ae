//! Joint activities: they fail like everything else.

use async_trait::async_trait;
use freigabe_domain::{
    Error,
    access::PartnerOrCoordination,
    audit::Logged,
    exchange::JointActivityDesk,
    gathering::Participant,
    ids::JointActivityId,
    joint::{JointActivity, JointActivityState, NewJointActivity},
    prevention::InvitationAnswer,
    store::{Page, PageRequest, RequestKey},
};

use super::FakeExchange;

type Changed = Result<Logged<JointActivity>, Error>;

#[async_trait(?Send)]
impl JointActivityDesk for FakeExchange {
    async fn propose_joint_activity(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: NewJointActivity,
    ) -> Changed {
        self.fail()
    }

    async fn joint_activity(
        &self,
        _: &PartnerOrCoordination,
        _: JointActivityId,
    ) -> Result<JointActivity, Error> {
        self.fail()
    }

    async fn joint_activities(
        &self,
        _: &PartnerOrCoordination,
        _: Option<JointActivityState>,
        _: PageRequest,
    ) -> Result<Page<JointActivity>, Error> {
        self.fail()
    }

    async fn agree_joint_activity(
        &self,
        _: &PartnerOrCoordination,
        _: JointActivityId,
        _: Option<u64>,
    ) -> Changed {
        self.fail()
    }

    async fn decline_joint_activity(
        &self,
        _: &PartnerOrCoordination,
        _: JointActivityId,
        _: Option<u64>,
    ) -> Changed {
        self.fail()
    }

    async fn cancel_joint_activity(
        &self,
        _: &PartnerOrCoordination,
        _: JointActivityId,
        _: Option<u64>,
    ) -> Changed {
        self.fail()
    }

    async fn record_joint_activity_held(
        &self,
        _: &PartnerOrCoordination,
        _: JointActivityId,
        _: Option<u64>,
    ) -> Changed {
        self.fail()
    }

    async fn invite_to_joint_activity(
        &self,
        _: &PartnerOrCoordination,
        _: JointActivityId,
        _: Option<u64>,
        _: Vec<Participant>,
    ) -> Changed {
        self.fail()
    }

    async fn reply_to_invitation(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: JointActivityId,
        _: InvitationAnswer,
    ) -> Changed {
        self.fail()
    }
}
