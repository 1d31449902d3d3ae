//! What became of notices at each centre.

use freigabe_domain::{
    ids::{CaseId, OrganisationId, SecurityNoticeId},
    instant::Instant,
    security_notice::{AcknowledgingRole, NoticeDelivery, SecurityNoticeState},
    store::{Cursor, Page, PageRequest, StoreError},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, LockType, Query},
};
use uuid::Uuid;

use crate::{
    entity::{
        security_notice,
        security_notice_delivery::{ActiveModel, Column, Entity, Model},
    },
    failure::{exactly_one, failed},
    rows::{Cell, instant},
    tx::{SqlTx, after_descending, held},
};

fn delivery_of(row: &Model) -> Result<NoticeDelivery, StoreError> {
    let cell = Cell {
        table: "security_notice_deliveries",
        row: &row.notice_id,
    };
    let acknowledged = match (row.acknowledged_at, row.acknowledged_as.as_deref()) {
        (None, None) => None,
        (Some(at), Some(role)) => Some((
            instant(at),
            cell.code("acknowledged_as", AcknowledgingRole::from_code, role)?,
        )),
        _ => return Err(cell.corrupt("acknowledged_as", "a role without a time, or a time alone")),
    };
    Ok(NoticeDelivery {
        notice: SecurityNoticeId::from_uuid(row.notice_id),
        office: cell.office("office_id", &row.office_id)?,
        organisation: OrganisationId::from_uuid(row.organisation_id),
        case: row.case_id.map(CaseId::from_uuid),
        issued_at: instant(row.issued_at),
        remind_at: instant(row.remind_at),
        delivered_at: row.delivered_at.map(instant),
        read_at: row.read_at.map(instant),
        reminded_at: row.reminded_at.map(instant),
        acknowledged,
    })
}

fn row_of(delivery: &NoticeDelivery) -> ActiveModel {
    let micros = |at: Option<Instant>| at.map(Instant::as_unix_micros);
    let acknowledged = delivery.acknowledged;
    ActiveModel {
        notice_id: Set(delivery.notice.as_uuid()),
        organisation_id: Set(delivery.organisation.as_uuid()),
        office_id: Set(delivery.office.as_str().to_owned()),
        case_id: Set(delivery.case.map(|case| case.as_uuid())),
        issued_at: Set(delivery.issued_at.as_unix_micros()),
        remind_at: Set(delivery.remind_at.as_unix_micros()),
        delivered_at: Set(micros(delivery.delivered_at)),
        read_at: Set(micros(delivery.read_at)),
        reminded_at: Set(micros(delivery.reminded_at)),
        acknowledged_at: Set(micros(acknowledged.map(|(at, _)| at))),
        acknowledged_as: Set(acknowledged.map(|(_, role)| role.code().to_owned())),
    }
}

fn deliveries_of(rows: &[Model]) -> Result<Vec<NoticeDelivery>, StoreError> {
    rows.iter().map(delivery_of).collect()
}

impl SqlTx<'_> {
    pub(super) async fn insert_delivery_rows(
        &mut self,
        deliveries: &[NoticeDelivery],
    ) -> Result<(), StoreError> {
        if deliveries.is_empty() {
            return Ok(());
        }
        Entity::insert_many(deliveries.iter().map(row_of))
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    pub(super) async fn delivery_rows_of(
        &mut self,
        notices: impl Iterator<Item = Uuid>,
    ) -> Result<Vec<NoticeDelivery>, StoreError> {
        let rows = Entity::find()
            .filter(Column::NoticeId.is_in(notices))
            .order_by_asc(Column::NoticeId)
            .order_by_asc(Column::OrganisationId)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        deliveries_of(&rows)
    }

    pub(super) async fn lock_delivery_row(
        &mut self,
        notice: SecurityNoticeId,
        centre: OrganisationId,
    ) -> Result<Option<NoticeDelivery>, StoreError> {
        let row = Entity::find_by_id((notice.as_uuid(), centre.as_uuid()));
        let select = held(row, Some(LockType::Update));
        let row = select.one(&self.transaction).await.map_err(failed)?;
        row.as_ref().map(delivery_of).transpose()
    }

    pub(super) async fn delivery_rows_to(
        &mut self,
        centre: OrganisationId,
        page: PageRequest,
    ) -> Result<Page<NoticeDelivery>, StoreError> {
        let mut select = Entity::find().filter(Column::OrganisationId.eq(centre.as_uuid()));
        if let Some(after) = page.after {
            select = select.filter(after_descending(Column::IssuedAt, Column::NoticeId, after));
        }
        let rows = select
            .order_by_desc(Column::IssuedAt)
            .order_by_desc(Column::NoticeId)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(Page::cut(deliveries_of(&rows)?, page.limit, |one| Cursor {
            at: one.issued_at,
            id: one.notice.as_uuid(),
        }))
    }

    pub(super) async fn update_delivery_row(
        &mut self,
        delivery: &NoticeDelivery,
    ) -> Result<(), StoreError> {
        let micros = |at: Option<Instant>| Expr::value(at.map(Instant::as_unix_micros));
        let acknowledged = delivery.acknowledged;
        let role = acknowledged.map(|(_, role)| role.code());
        let changed = Entity::update_many()
            .col_expr(Column::DeliveredAt, micros(delivery.delivered_at))
            .col_expr(Column::ReadAt, micros(delivery.read_at))
            .col_expr(Column::RemindedAt, micros(delivery.reminded_at))
            .col_expr(
                Column::AcknowledgedAt,
                micros(acknowledged.map(|(at, _)| at)),
            )
            .col_expr(Column::AcknowledgedAs, Expr::value(role))
            .filter(Column::NoticeId.eq(delivery.notice.as_uuid()))
            .filter(Column::OrganisationId.eq(delivery.organisation.as_uuid()))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("update_delivery", changed.rows_affected)
    }

    pub(super) async fn due_delivery_rows(
        &mut self,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<(SecurityNoticeId, OrganisationId)>, StoreError> {
        let now = now.as_unix_micros();
        let holds = Query::select()
            .expr(Expr::value(1))
            .from(security_notice::Entity)
            .and_where(
                Expr::col((security_notice::Entity, security_notice::Column::Id))
                    .equals((Entity, Column::NoticeId)),
            )
            .and_where(
                Expr::col((security_notice::Entity, security_notice::Column::State))
                    .eq(SecurityNoticeState::Current.code()),
            )
            .and_where(
                Expr::col((security_notice::Entity, security_notice::Column::ValidUntil)).gt(now),
            )
            .to_owned();
        let due: Vec<(Uuid, Uuid)> = Entity::find()
            .select_only()
            .column(Column::NoticeId)
            .column(Column::OrganisationId)
            .filter(Column::AcknowledgedAt.is_null())
            .filter(Column::RemindedAt.is_null())
            .filter(Column::RemindAt.lte(now))
            .filter(Expr::exists(holds))
            .order_by_asc(Column::RemindAt)
            .order_by_asc(Column::NoticeId)
            .order_by_asc(Column::OrganisationId)
            .limit(u64::from(limit))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let ids = due.into_iter().map(|(notice, centre)| {
            (
                SecurityNoticeId::from_uuid(notice),
                OrganisationId::from_uuid(centre),
            )
        });
        Ok(ids.collect())
    }
}
