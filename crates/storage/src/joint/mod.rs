//! Joint activities with their invitations (agreement, point 7).

mod form;

use freigabe_domain::{
    gathering::Participant,
    ids::JointActivityId,
    joint::{JointActivity, JointActivityState},
    prevention::{Invitation, InvitationReply},
    store::{Cursor, JointActivityStore, Page, PageRequest, StoreError},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, LockType},
};

use self::form::{activity_of, invitation_rows, row_of, version};
use crate::{
    entity::{
        joint_activity::{Column, Entity, Model},
        joint_activity_invitation as invitation,
    },
    failure::{exactly_one, failed},
    tx::{SqlTx, after_descending, held},
};

impl SqlTx<'_> {
    /// The activities of these rows, in their order.
    async fn joint_with_invitations(
        &mut self,
        rows: Vec<Model>,
    ) -> Result<Vec<JointActivity>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let invited = invitation::Entity::find()
            .filter(invitation::Column::ActivityId.is_in(rows.iter().map(|row| row.id)))
            .order_by_asc(invitation::Column::ActivityId)
            .order_by_asc(invitation::Column::Number)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.iter().map(|row| activity_of(row, &invited)).collect()
    }

    async fn joint(
        &mut self,
        id: JointActivityId,
        lock: Option<LockType>,
    ) -> Result<Option<JointActivity>, StoreError> {
        let select = held(Entity::find_by_id(id.as_uuid()), lock);
        let row = select.one(&self.transaction).await.map_err(failed)?;
        let rows = row.into_iter().collect();
        Ok(self.joint_with_invitations(rows).await?.pop())
    }
}

impl<'tx> JointActivityStore<'tx> for SqlTx<'tx> {
    async fn insert_joint_activity(&mut self, activity: &JointActivity) -> Result<(), StoreError> {
        Entity::insert(row_of(activity)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn joint_activity(
        &mut self,
        id: JointActivityId,
    ) -> Result<Option<JointActivity>, StoreError> {
        self.joint(id, None).await
    }

    async fn lock_joint_activity(
        &mut self,
        id: JointActivityId,
    ) -> Result<Option<JointActivity>, StoreError> {
        self.joint(id, Some(LockType::Update)).await
    }

    async fn joint_activities(
        &mut self,
        state: Option<JointActivityState>,
        page: PageRequest,
    ) -> Result<Page<JointActivity>, StoreError> {
        let mut select = Entity::find();
        if let Some(state) = state {
            select = select.filter(Column::State.eq(state.code()));
        }
        if let Some(after) = page.after {
            select = select.filter(after_descending(Column::ProposedAt, Column::Id, after));
        }
        let rows = select
            .order_by_desc(Column::ProposedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let all = self.joint_with_invitations(rows).await?;
        Ok(Page::cut(all, page.limit, |one| Cursor {
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
        // First: who is invited is invited to what is still agreed.
        if !invited.is_empty() {
            invitation::Entity::insert_many(invitation_rows(activity, invited)?)
                .exec_without_returning(&self.transaction)
                .await
                .map_err(failed)?;
        }
        let answered_at = activity.answered_at.map(|at| at.as_unix_micros());
        let closed_at = activity.closed_at.map(|at| at.as_unix_micros());
        let changed = Entity::update_many()
            .col_expr(Column::Version, Expr::value(version(activity.version)?))
            .col_expr(Column::State, Expr::value(activity.state.code()))
            .col_expr(Column::AnsweredAt, Expr::value(answered_at))
            .col_expr(Column::ClosedAt, Expr::value(closed_at))
            .filter(Column::Id.eq(activity.id.as_uuid()))
            .filter(Column::Version.eq(version(before)?))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("update_joint_activity", changed.rows_affected)
    }

    async fn reply_to_invitation(
        &mut self,
        id: JointActivityId,
        who: &Participant,
        reply: InvitationReply,
    ) -> Result<(), StoreError> {
        let itself = match who {
            Participant::Office(office) => invitation::Column::OfficeId.eq(office.as_str()),
            Participant::Centre(centre) => {
                invitation::Column::CentreOrganisation.eq(centre.as_uuid())
            }
            Participant::Coordination(coordination) => {
                invitation::Column::CoordinationOrganisation.eq(coordination.as_uuid())
            }
        };
        let at = reply.at.as_unix_micros();
        let changed = invitation::Entity::update_many()
            .col_expr(invitation::Column::Answer, Expr::value(reply.answer.code()))
            .col_expr(invitation::Column::AnsweredAt, Expr::value(at))
            .filter(invitation::Column::ActivityId.eq(id.as_uuid()))
            .filter(itself)
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("reply_to_invitation", changed.rows_affected)
    }
}
