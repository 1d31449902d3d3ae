//! Contact pairs: whose they are, when each half was confirmed, and what it says.

mod gap;
mod halves;

use freigabe_domain::{
    contact_pair::{ContactPair, HalfContacts, HalfDates, Halves, Side},
    ids::{ContactPairId, OrganisationId},
    office::{Office, OfficeId},
    store::{ContactPairStore, Cursor, GapQuery, Page, PageRequest, PairsOf, StoreError},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, sea_query::OnConflict,
};

use self::halves::of_pair;
use crate::{
    entity::contact_pair::{ActiveModel, Column, Entity, Model},
    failure::failed,
    rows::{Cell, instant},
    tx::{SqlTx, after_descending},
};

fn pair_of(row: &Model, halves: Halves) -> Result<ContactPair, StoreError> {
    let cell = Cell {
        table: "contact_pairs",
        row: &row.id,
    };
    Ok(ContactPair {
        id: ContactPairId::from_uuid(row.id),
        office: cell.office("office_id", &row.office_id)?,
        centre: OrganisationId::from_uuid(row.organisation_id),
        opened_at: instant(row.opened_at),
        halves,
    })
}

impl<'tx> ContactPairStore<'tx> for SqlTx<'tx> {
    async fn insert_contact_pair(&mut self, pair: &ContactPair) -> Result<bool, StoreError> {
        let row = ActiveModel {
            id: Set(pair.id.as_uuid()),
            office_id: Set(pair.office.as_str().to_owned()),
            organisation_id: Set(pair.centre.as_uuid()),
            opened_at: Set(pair.opened_at.as_unix_micros()),
        };
        let unless_there = OnConflict::new().do_nothing().to_owned();
        let inserted = Entity::insert(row)
            .on_conflict(unless_there)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(inserted == 1)
    }

    async fn contact_pair(&mut self, id: ContactPairId) -> Result<Option<ContactPair>, StoreError> {
        let row = Entity::find_by_id(id.as_uuid())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let Some(row) = row else {
            return Ok(None);
        };
        let halves = self.half_rows_of_pairs(&[row.id]).await?;
        pair_of(&row, of_pair(&halves, row.id)?).map(Some)
    }

    async fn contact_pairs(
        &mut self,
        of: &PairsOf,
        page: PageRequest,
    ) -> Result<Page<ContactPair>, StoreError> {
        let select = Entity::find();
        let mut select = match of {
            PairsOf::Office(office) => select.filter(Column::OfficeId.eq(office.as_str())),
            PairsOf::Centre(centre) => select.filter(Column::OrganisationId.eq(centre.as_uuid())),
            PairsOf::All => select,
        };
        if let Some(after) = page.after {
            select = select.filter(after_descending(Column::OpenedAt, Column::Id, after));
        }
        let rows = select
            .order_by_desc(Column::OpenedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let halves = self.half_rows_of_pairs(&ids).await?;
        let pairs = rows
            .iter()
            .map(|row| pair_of(row, of_pair(&halves, row.id)?))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(pairs, page.limit, |pair| Cursor {
            at: pair.opened_at,
            id: pair.id.as_uuid(),
        }))
    }

    async fn pair_contacts(
        &mut self,
        id: ContactPairId,
        side: Side,
    ) -> Result<Option<HalfContacts>, StoreError> {
        self.opened_half(id.as_uuid(), side).await
    }

    async fn insert_half(
        &mut self,
        pair: &ContactPair,
        side: Side,
        dates: HalfDates,
        contacts: &HalfContacts,
    ) -> Result<bool, StoreError> {
        self.insert_half_rows(pair, side, dates, contacts).await
    }

    async fn update_half(
        &mut self,
        id: ContactPairId,
        side: Side,
        (before, after): (HalfDates, HalfDates),
        contacts: Option<&HalfContacts>,
    ) -> Result<bool, StoreError> {
        let id = id.as_uuid();
        if !self.update_half_dates(id, side, before, after).await? {
            return Ok(false);
        }
        if let Some(contacts) = contacts {
            self.replace_half_contacts(id, side, contacts).await?;
        }
        Ok(true)
    }

    async fn offices_without_contact(
        &mut self,
        query: &GapQuery,
        limit: u16,
    ) -> Result<Vec<Office>, StoreError> {
        self.office_rows_without_contact(query, limit).await
    }

    async fn halves_of_offices(
        &mut self,
        offices: &[OfficeId],
    ) -> Result<Vec<(OfficeId, Halves)>, StoreError> {
        self.half_rows_of_offices(offices).await
    }
}
