//! What centres were asked.

use freigabe_domain::{
    ids::{CaseId, CentreId, InvolvementId, InvolvementOfferId, OrganisationId},
    instant::Instant,
    involvement::{InvolvementOffer, InvolvementState, OfferReason, OfferState},
    store::{Cursor, Page, PageRequest, StoreError},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, Query, SimpleExpr},
};
use uuid::Uuid;

use crate::{
    entity::{
        involvement,
        involvement_offer::{ActiveModel, Column, Entity, Model},
    },
    failure::{exactly_one, failed},
    rows::{Cell, instant},
    tx::{SqlTx, after_ascending, after_descending},
};

fn offer_of(row: &Model) -> Result<InvolvementOffer, StoreError> {
    let cell = Cell {
        table: "involvement_offers",
        row: &row.id,
    };
    let reason = row.reason.as_deref();
    let reason = reason.map(|code| cell.code("reason", OfferReason::from_code, code));
    Ok(InvolvementOffer {
        id: InvolvementOfferId::from_uuid(row.id),
        involvement: InvolvementId::from_uuid(row.involvement_id),
        office: cell.office("office_id", &row.office_id)?,
        case: CaseId::from_uuid(row.case_id),
        centre: CentreId::from_uuid(row.centre_id),
        organisation: OrganisationId::from_uuid(row.organisation_id),
        person_for_centre: cell.pseudonym("person_for_centre", &row.person_for_centre)?,
        state: cell.code("state", OfferState::from_code, &row.state)?,
        reason: reason.transpose()?,
        offered_at: instant(row.offered_at),
        remind_at: instant(row.remind_at),
        answer_by: instant(row.answer_by),
        reminded_at: row.reminded_at.map(instant),
        escalated_at: row.escalated_at.map(instant),
        answered_at: row.answered_at.map(instant),
    })
}

fn row_of(offer: &InvolvementOffer) -> ActiveModel {
    let micros = |at: Option<Instant>| at.map(Instant::as_unix_micros);
    ActiveModel {
        id: Set(offer.id.as_uuid()),
        involvement_id: Set(offer.involvement.as_uuid()),
        office_id: Set(offer.office.as_str().to_owned()),
        case_id: Set(offer.case.as_uuid()),
        centre_id: Set(offer.centre.as_uuid()),
        organisation_id: Set(offer.organisation.as_uuid()),
        person_for_centre: Set(offer.person_for_centre.as_str().to_owned()),
        state: Set(offer.state.code().to_owned()),
        reason: Set(offer.reason.map(|reason| reason.code().to_owned())),
        offered_at: Set(offer.offered_at.as_unix_micros()),
        remind_at: Set(offer.remind_at.as_unix_micros()),
        answer_by: Set(offer.answer_by.as_unix_micros()),
        reminded_at: Set(micros(offer.reminded_at)),
        escalated_at: Set(micros(offer.escalated_at)),
        answered_at: Set(micros(offer.answered_at)),
    }
}

fn offers_of(rows: &[Model]) -> Result<Vec<InvolvementOffer>, StoreError> {
    rows.iter().map(offer_of).collect()
}

fn position(offer: &InvolvementOffer) -> Cursor {
    Cursor {
        at: offer.offered_at,
        id: offer.id.as_uuid(),
    }
}

/// Nobody has answered, no other centre helps, and it is not over.
fn waits() -> SimpleExpr {
    let states = [InvolvementState::Noted, InvolvementState::Offered].map(InvolvementState::code);
    let of = Query::select()
        .expr(Expr::value(1))
        .from(involvement::Entity)
        .and_where(
            Expr::col((involvement::Entity, involvement::Column::Id))
                .equals((Entity, Column::InvolvementId)),
        )
        .and_where(Expr::col((involvement::Entity, involvement::Column::State)).is_in(states))
        .to_owned();
    Column::State
        .eq(OfferState::Open.code())
        .and(Expr::exists(of))
}

impl SqlTx<'_> {
    pub(super) async fn insert_offer_rows(
        &mut self,
        offers: &[InvolvementOffer],
    ) -> Result<(), StoreError> {
        if offers.is_empty() {
            return Ok(());
        }
        Entity::insert_many(offers.iter().map(row_of))
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    pub(super) async fn offer_row(
        &mut self,
        id: InvolvementOfferId,
    ) -> Result<Option<InvolvementOffer>, StoreError> {
        let row = Entity::find_by_id(id.as_uuid())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        row.as_ref().map(offer_of).transpose()
    }

    pub(super) async fn offer_rows_within(
        &mut self,
        involvements: impl Iterator<Item = Uuid>,
    ) -> Result<Vec<InvolvementOffer>, StoreError> {
        let rows = Entity::find()
            .filter(Column::InvolvementId.is_in(involvements))
            .order_by_asc(Column::OfferedAt)
            .order_by_asc(Column::Id)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        offers_of(&rows)
    }

    pub(super) async fn offer_rows_to(
        &mut self,
        centre: OrganisationId,
        page: PageRequest,
    ) -> Result<Page<InvolvementOffer>, StoreError> {
        let mut select = Entity::find().filter(Column::OrganisationId.eq(centre.as_uuid()));
        if let Some(after) = page.after {
            select = select.filter(after_descending(Column::OfferedAt, Column::Id, after));
        }
        let rows = select
            .order_by_desc(Column::OfferedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(Page::cut(offers_of(&rows)?, page.limit, position))
    }

    pub(super) async fn update_offer_row(
        &mut self,
        offer: &InvolvementOffer,
    ) -> Result<(), StoreError> {
        let micros = |at: Option<Instant>| Expr::value(at.map(Instant::as_unix_micros));
        let reason = offer.reason.map(OfferReason::code);
        let changed = Entity::update_many()
            .col_expr(Column::State, Expr::value(offer.state.code()))
            .col_expr(Column::Reason, Expr::value(reason))
            .col_expr(Column::RemindedAt, micros(offer.reminded_at))
            .col_expr(Column::EscalatedAt, micros(offer.escalated_at))
            .col_expr(Column::AnsweredAt, micros(offer.answered_at))
            .filter(Column::Id.eq(offer.id.as_uuid()))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("update_offer", changed.rows_affected)
    }

    pub(super) async fn due_offer_rows(
        &mut self,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<InvolvementOfferId>, StoreError> {
        let now = now.as_unix_micros();
        let due = Condition::any()
            .add(Column::RemindedAt.is_null().and(Column::RemindAt.lte(now)))
            .add(Column::EscalatedAt.is_null().and(Column::AnswerBy.lte(now)));
        let ids: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(waits())
            .filter(due)
            .order_by_asc(Column::RemindAt)
            .order_by_asc(Column::Id)
            .limit(u64::from(limit))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(ids.into_iter().map(InvolvementOfferId::from_uuid).collect())
    }

    pub(super) async fn unanswered_offer_rows(
        &mut self,
        page: PageRequest,
    ) -> Result<Page<InvolvementOffer>, StoreError> {
        let mut select = Entity::find()
            .filter(waits())
            .filter(Column::EscalatedAt.is_not_null());
        if let Some(after) = page.after {
            select = select.filter(after_ascending(Column::OfferedAt, Column::Id, after));
        }
        let rows = select
            .order_by_asc(Column::OfferedAt)
            .order_by_asc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(Page::cut(offers_of(&rows)?, page.limit, position))
    }
}
