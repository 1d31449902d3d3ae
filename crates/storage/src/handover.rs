//! Handovers of cases.

use freigabe_domain::{
    handover::{Handler, HandlerKind, Handover},
    ids::{CaseId, HandoverId, OrganisationId},
    instant::Instant,
    known_person::KnownPerson,
    office::{Land, OfficeId},
    store::{Cursor, HandoverStore, Page, PageRequest, StoreError},
    text::ShortText,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, Select, sea_query::Expr,
};

use crate::{
    entity::handover::{ActiveModel, Column, Entity, Model},
    failure::{at_most_one, failed},
    known_person::BasisColumns,
    rows::{Cell, instant},
    tx::{SqlTx, after_descending},
};

fn handover_of(row: &Model) -> Result<Handover, StoreError> {
    let cell = Cell {
        table: "handovers",
        row: &row.id,
    };
    let basis = BasisColumns {
        disclosure_id: row.disclosure_id,
        offer_id: row.offer_id,
        person_for_centre: row.person_for_centre.clone(),
    };
    Ok(Handover {
        id: HandoverId::from_uuid(row.id),
        office: cell.office("office_id", &row.office_id)?,
        centre: OrganisationId::from_uuid(row.organisation_id),
        known: KnownPerson {
            case: CaseId::from_uuid(row.case_id),
            person: cell.pseudonym("person", &row.person)?,
            basis: basis.read(&cell)?,
        },
        to: handler_of(&cell, row)?,
        handed_over_at: instant(row.handed_over_at),
        turn: cell.number("turn", row.turn)?,
        acknowledged_at: row.acknowledged_at.map(instant),
    })
}

fn handler_of(cell: &Cell<'_>, row: &Model) -> Result<Handler, StoreError> {
    let land = row.to_land.as_deref();
    let land = land.map(|land| cell.code("to_land", Land::from_code, land));
    let unit = row.to_unit.as_deref().map(ShortText::parse).transpose();
    let unit = unit.map_err(|_| cell.corrupt("to_unit", "not a text"))?;
    let kind = cell.code("to_kind", HandlerKind::from_code, &row.to_kind)?;
    match (kind, row.to_office.as_deref(), land.transpose()?) {
        (HandlerKind::Office, Some(office), None) => {
            Ok(Handler::Office(cell.office("to_office", office)?))
        }
        (HandlerKind::LandPolice, None, Some(land)) => Ok(Handler::LandPolice { land, unit }),
        (HandlerKind::Prosecution, None, Some(land)) => Ok(Handler::Prosecution { land, unit }),
        _ => Err(cell.corrupt("to_kind", "another body than its columns say")),
    }
}

fn row_of(handover: &Handover) -> ActiveModel {
    let basis = BasisColumns::of(Some(&handover.known.basis));
    let to = &handover.to;
    ActiveModel {
        id: Set(handover.id.as_uuid()),
        office_id: Set(handover.office.as_str().to_owned()),
        organisation_id: Set(handover.centre.as_uuid()),
        case_id: Set(handover.known.case.as_uuid()),
        turn: Set(handover.turn.into()),
        person: Set(handover.known.person.as_str().to_owned()),
        disclosure_id: Set(basis.disclosure_id),
        offer_id: Set(basis.offer_id),
        person_for_centre: Set(basis.person_for_centre),
        to_kind: Set(to.kind().code().to_owned()),
        to_office: Set(to.office().map(|office| office.as_str().to_owned())),
        to_land: Set(to.land().map(|land| land.code().to_owned())),
        to_unit: Set(to.unit().map(|unit| unit.as_str().to_owned())),
        handed_over_at: Set(handover.handed_over_at.as_unix_micros()),
        acknowledged_at: Set(handover.acknowledged_at.map(Instant::as_unix_micros)),
    }
}

/// Handovers by an office, and to it.
fn known_to(office: &OfficeId) -> Select<Entity> {
    let by_or_to = Condition::any()
        .add(Column::OfficeId.eq(office.as_str()))
        .add(Column::ToOffice.eq(office.as_str()));
    Entity::find().filter(by_or_to)
}

impl SqlTx<'_> {
    async fn page_of_handovers(
        &mut self,
        mut select: Select<Entity>,
        page: PageRequest,
    ) -> Result<Page<Handover>, StoreError> {
        if let Some(after) = page.after {
            select = select.filter(after_descending(Column::HandedOverAt, Column::Id, after));
        }
        let rows = select
            .order_by_desc(Column::HandedOverAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let all = rows
            .iter()
            .map(handover_of)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(all, page.limit, |one| Cursor {
            at: one.handed_over_at,
            id: one.id.as_uuid(),
        }))
    }
}

impl<'tx> HandoverStore<'tx> for SqlTx<'tx> {
    async fn insert_handover(&mut self, handover: &Handover) -> Result<(), StoreError> {
        Entity::insert(row_of(handover))
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn handover(&mut self, id: HandoverId) -> Result<Option<Handover>, StoreError> {
        let row = Entity::find_by_id(id.as_uuid())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        row.as_ref().map(handover_of).transpose()
    }

    async fn handovers_by(
        &mut self,
        office: &OfficeId,
        page: PageRequest,
    ) -> Result<Page<Handover>, StoreError> {
        let select = Entity::find().filter(Column::OfficeId.eq(office.as_str()));
        self.page_of_handovers(select, page).await
    }

    async fn handovers_told_to(
        &mut self,
        centre: OrganisationId,
        page: PageRequest,
    ) -> Result<Page<Handover>, StoreError> {
        let select = Entity::find().filter(Column::OrganisationId.eq(centre.as_uuid()));
        self.page_of_handovers(select, page).await
    }

    async fn latest_handover(
        &mut self,
        case: CaseId,
        office: &OfficeId,
    ) -> Result<Option<Handover>, StoreError> {
        let row = known_to(office)
            .filter(Column::CaseId.eq(case.as_uuid()))
            .order_by_desc(Column::HandedOverAt)
            .order_by_desc(Column::Id)
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        row.as_ref().map(handover_of).transpose()
    }

    async fn acknowledge_handover(
        &mut self,
        id: HandoverId,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let changed = Entity::update_many()
            .col_expr(Column::AcknowledgedAt, Expr::value(at.as_unix_micros()))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::AcknowledgedAt.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        at_most_one("acknowledge_handover", changed.rows_affected)
    }
}
