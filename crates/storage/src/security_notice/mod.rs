//! Security notices, and what became of them at each centre.

mod deliveries;
mod form;

use freigabe_domain::{
    access::Role,
    ids::{OrganisationId, SecurityNoticeId},
    instant::Instant,
    office::OfficeId,
    security_notice::{NoticeDelivery, SecurityNotice, SecurityNoticeState, ThreatAssessment},
    store::{Cursor, Lock, Page, PageRequest, SecurityNoticeStore, StoreError},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, LockType},
};
use uuid::Uuid;

use self::form::{TABLE, notice_of, row_of};
use crate::{
    consent::lock_type,
    crypto::Place,
    entity::{
        organisation,
        security_notice::{Column, Entity},
    },
    failure::{exactly_one, failed},
    rows::{Cell, to_json},
    tx::{SqlTx, after_descending, held},
};

/// A wrapped key, and what is sealed under it.
type Sealed = (Option<Vec<u8>>, Option<Vec<u8>>);

fn uuids(ids: &[SecurityNoticeId]) -> impl Iterator<Item = Uuid> {
    ids.iter().map(SecurityNoticeId::as_uuid)
}

impl SqlTx<'_> {
    async fn notice_row(
        &mut self,
        id: SecurityNoticeId,
        lock: Option<LockType>,
    ) -> Result<Option<SecurityNotice>, StoreError> {
        let select = held(Entity::find_by_id(id.as_uuid()), lock);
        let row = select.one(&self.transaction).await.map_err(failed)?;
        row.as_ref().map(notice_of).transpose()
    }
}

impl<'tx> SecurityNoticeStore<'tx> for SqlTx<'tx> {
    async fn centres_taking_part(&mut self) -> Result<Vec<OrganisationId>, StoreError> {
        let ids: Vec<Uuid> = organisation::Entity::find()
            .select_only()
            .column(organisation::Column::Id)
            .filter(organisation::Column::Role.eq(Role::Centre.code()))
            .order_by_asc(organisation::Column::Id)
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(ids.into_iter().map(OrganisationId::from_uuid).collect())
    }

    async fn insert_security_notice(
        &mut self,
        notice: &SecurityNotice,
        assessment: &ThreatAssessment,
    ) -> Result<(), StoreError> {
        let id = notice.id.as_uuid();
        let entropy = self.entropy.as_ref();
        let places = (Place::NoticeKey(id), Place::Assessment(id));
        let wrapping = &self.keys.wrapping;
        let (wrapped, sealed) = wrapping.seal_alone(places, &to_json(assessment)?, entropy)?;
        Entity::insert(row_of(notice, wrapped, sealed)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn security_notice(
        &mut self,
        id: SecurityNoticeId,
    ) -> Result<Option<SecurityNotice>, StoreError> {
        self.notice_row(id, None).await
    }

    async fn lock_security_notice(
        &mut self,
        id: SecurityNoticeId,
        lock: Lock,
    ) -> Result<Option<SecurityNotice>, StoreError> {
        self.notice_row(id, Some(lock_type(lock))).await
    }

    async fn security_notices_by_id(
        &mut self,
        ids: &[SecurityNoticeId],
    ) -> Result<Vec<SecurityNotice>, StoreError> {
        let rows = Entity::find()
            .filter(Column::Id.is_in(uuids(ids)))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.iter().map(notice_of).collect()
    }

    async fn security_notices(
        &mut self,
        office: &OfficeId,
        page: PageRequest,
    ) -> Result<Page<SecurityNotice>, StoreError> {
        let mut select = Entity::find().filter(Column::OfficeId.eq(office.as_str()));
        if let Some(after) = page.after {
            select = select.filter(after_descending(Column::IssuedAt, Column::Id, after));
        }
        let rows = select
            .order_by_desc(Column::IssuedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let all = rows.iter().map(notice_of).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(all, page.limit, |one| Cursor {
            at: one.issued_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn threat_assessment(
        &mut self,
        id: SecurityNoticeId,
    ) -> Result<Option<ThreatAssessment>, StoreError> {
        let id = id.as_uuid();
        let row: Option<Sealed> = Entity::find_by_id(id)
            .select_only()
            .column(Column::WrappedKey)
            .column(Column::SealedAssessment)
            .into_tuple()
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let Some((Some(wrapped), Some(sealed))) = row else {
            return Ok(None);
        };
        let places = (Place::NoticeKey(id), Place::Assessment(id));
        let wrapping = &self.keys.wrapping;
        let opened = wrapping.open_alone(places, (&wrapped, &sealed))?;
        let cell = Cell {
            table: TABLE,
            row: &id,
        };
        cell.json("sealed_assessment", &opened).map(Some)
    }

    async fn end_security_notice(&mut self, notice: &SecurityNotice) -> Result<(), StoreError> {
        let ended = notice.ended_at.map(Instant::as_unix_micros);
        let mut update = Entity::update_many()
            .col_expr(Column::State, Expr::value(notice.state.code()))
            .col_expr(Column::EndedAt, Expr::value(ended));
        if notice.state == SecurityNoticeState::Withdrawn {
            let gone = || Expr::value(None::<Vec<u8>>);
            update = update
                .col_expr(Column::WrappedKey, gone())
                .col_expr(Column::SealedAssessment, gone());
        }
        let changed = update
            .filter(Column::Id.eq(notice.id.as_uuid()))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("end_security_notice", changed.rows_affected)
    }

    async fn insert_deliveries(&mut self, deliveries: &[NoticeDelivery]) -> Result<(), StoreError> {
        self.insert_delivery_rows(deliveries).await
    }

    async fn deliveries_of(
        &mut self,
        ids: &[SecurityNoticeId],
    ) -> Result<Vec<NoticeDelivery>, StoreError> {
        self.delivery_rows_of(uuids(ids)).await
    }

    async fn lock_delivery(
        &mut self,
        id: SecurityNoticeId,
        centre: OrganisationId,
    ) -> Result<Option<NoticeDelivery>, StoreError> {
        self.lock_delivery_row(id, centre).await
    }

    async fn deliveries_to(
        &mut self,
        centre: OrganisationId,
        page: PageRequest,
    ) -> Result<Page<NoticeDelivery>, StoreError> {
        self.delivery_rows_to(centre, page).await
    }

    async fn update_delivery(&mut self, delivery: &NoticeDelivery) -> Result<(), StoreError> {
        self.update_delivery_row(delivery).await
    }

    async fn due_deliveries(
        &mut self,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<(SecurityNoticeId, OrganisationId)>, StoreError> {
        self.due_delivery_rows(now, limit).await
    }
}
