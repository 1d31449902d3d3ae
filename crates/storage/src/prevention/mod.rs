//! Prevention days with their invitations (agreement, point 8).

mod form;
mod media;

use freigabe_domain::{
    gathering::Participant,
    ids::PreventionEventId,
    prevention::{Invitation, InvitationReply, PreventionEvent, PreventionState},
    store::{Cursor, Page, PageRequest, PreventionStore, StoreError},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, LockType},
};

use self::form::{event_of, invitation_rows, row_of, version};
use crate::{
    entity::{
        prevention_event::{Column, Entity, Model},
        prevention_invitation as invitation,
    },
    failure::{exactly_one, failed},
    gathering::ParticipantColumns,
    tx::{SqlTx, after_descending, held},
};

impl SqlTx<'_> {
    /// The prevention days of these rows, in their order.
    async fn with_invitations(
        &mut self,
        rows: Vec<Model>,
    ) -> Result<Vec<PreventionEvent>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let invited = invitation::Entity::find()
            .filter(invitation::Column::EventId.is_in(rows.iter().map(|row| row.id)))
            .order_by_asc(invitation::Column::EventId)
            .order_by_asc(invitation::Column::Number)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.iter().map(|row| event_of(row, &invited)).collect()
    }

    async fn prevention(
        &mut self,
        id: PreventionEventId,
        lock: Option<LockType>,
    ) -> Result<Option<PreventionEvent>, StoreError> {
        let select = held(Entity::find_by_id(id.as_uuid()), lock);
        let row = select.one(&self.transaction).await.map_err(failed)?;
        Ok(self
            .with_invitations(row.into_iter().collect())
            .await?
            .pop())
    }
}

impl<'tx> PreventionStore<'tx> for SqlTx<'tx> {
    async fn insert_prevention_event(&mut self, event: &PreventionEvent) -> Result<(), StoreError> {
        Entity::insert(row_of(event)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn prevention_event(
        &mut self,
        id: PreventionEventId,
    ) -> Result<Option<PreventionEvent>, StoreError> {
        self.prevention(id, None).await
    }

    async fn lock_prevention_event(
        &mut self,
        id: PreventionEventId,
    ) -> Result<Option<PreventionEvent>, StoreError> {
        self.prevention(id, Some(LockType::Update)).await
    }

    async fn prevention_events(
        &mut self,
        state: Option<PreventionState>,
        page: PageRequest,
    ) -> Result<Page<PreventionEvent>, StoreError> {
        let mut select = Entity::find();
        if let Some(state) = state {
            select = select.filter(Column::State.eq(state.code()));
        }
        if let Some(after) = page.after {
            select = select.filter(after_descending(Column::PlannedAt, Column::Id, after));
        }
        let rows = select
            .order_by_desc(Column::PlannedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let all = self.with_invitations(rows).await?;
        Ok(Page::cut(all, page.limit, |one| Cursor {
            at: one.planned_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn update_prevention_event(
        &mut self,
        event: &PreventionEvent,
        before: u64,
        invited: &[Invitation],
    ) -> Result<(), StoreError> {
        // First: who is invited is invited to what is still planned.
        if !invited.is_empty() {
            invitation::Entity::insert_many(invitation_rows(event, invited)?)
                .exec_without_returning(&self.transaction)
                .await
                .map_err(failed)?;
        }
        let closed_at = event.closed_at.map(|at| at.as_unix_micros());
        let changed = Entity::update_many()
            .col_expr(Column::Version, Expr::value(version(event.version)?))
            .col_expr(Column::State, Expr::value(event.state.code()))
            .col_expr(Column::ClosedAt, Expr::value(closed_at))
            .filter(Column::Id.eq(event.id.as_uuid()))
            .filter(Column::Version.eq(version(before)?))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("update_prevention_event", changed.rows_affected)
    }

    async fn answer_invitation(
        &mut self,
        id: PreventionEventId,
        who: &Participant,
        reply: InvitationReply,
    ) -> Result<(), StoreError> {
        let ParticipantColumns {
            centre,
            coordination,
            ..
        } = ParticipantColumns::of(who);
        let itself = match coordination {
            Some(coordination) => invitation::Column::CoordinationOrganisation.eq(coordination),
            None => invitation::Column::CentreOrganisation.eq(centre),
        };
        let at = reply.at.as_unix_micros();
        let changed = invitation::Entity::update_many()
            .col_expr(invitation::Column::Answer, Expr::value(reply.answer.code()))
            .col_expr(invitation::Column::AnsweredAt, Expr::value(at))
            .filter(invitation::Column::EventId.eq(id.as_uuid()))
            .filter(itself)
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("answer_invitation", changed.rows_affected)
    }
}
