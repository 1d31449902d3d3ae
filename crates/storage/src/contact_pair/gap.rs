//! Offices without a current pair.

use freigabe_domain::{
    contact_pair::Halves,
    office::{Office, OfficeId},
    store::{GapQuery, StoreError},
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, Query, SelectStatement},
};

use super::halves::together;
use crate::{
    backend::by_bytes,
    entity::{contact_pair_half, office},
    failure::failed,
    office::office_of,
    rows::Cell,
    tx::SqlTx,
};

/// Halves of one of the office's pairs, if both were confirmed after this moment. A pair has two at most.
fn a_current_pair(query: &GapQuery) -> SelectStatement {
    use contact_pair_half::{Column, Entity};
    Query::select()
        .column((Entity, Column::PairId))
        .from(Entity)
        .and_where(
            Expr::col((Entity, Column::OfficeId)).equals((office::Entity, office::Column::Id)),
        )
        .and_where(
            Expr::col((Entity, Column::ConfirmedAt)).gt(query.confirmed_after.as_unix_micros()),
        )
        .group_by_col((Entity, Column::PairId))
        .and_having(Expr::col((Entity, Column::Side)).count().eq(2))
        .to_owned()
}

impl SqlTx<'_> {
    pub(super) async fn office_rows_without_contact(
        &mut self,
        query: &GapQuery,
        limit: u16,
    ) -> Result<Vec<Office>, StoreError> {
        use office::{Column, Entity};
        let id = by_bytes(self.transaction.get_database_backend(), Column::Id);
        let mut select = Entity::find()
            .filter(Column::Active.eq(true))
            .filter(Column::Kind.is_in(query.kinds.iter().map(|kind| kind.code())))
            .filter(Expr::exists(a_current_pair(query)).not());
        if let Some(parent) = &query.parent {
            select = select.filter(Column::ParentId.eq(parent.as_str()));
        }
        if let Some(after) = &query.after {
            select = select.filter(id.clone().gt(after.as_str()));
        }
        let rows = select
            .order_by_asc(id)
            .limit(u64::from(limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.into_iter().map(office_of).collect()
    }

    pub(super) async fn half_rows_of_offices(
        &mut self,
        offices: &[OfficeId],
    ) -> Result<Vec<(OfficeId, Halves)>, StoreError> {
        use contact_pair_half::{Column, Entity};
        if offices.is_empty() {
            return Ok(Vec::new());
        }
        let rows = Entity::find()
            .filter(Column::OfficeId.is_in(offices.iter().map(OfficeId::as_str)))
            .order_by_asc(Column::PairId)
            .order_by_asc(Column::Side)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let pairs = rows.chunk_by(|one, next| one.pair_id == next.pair_id);
        let of_pair = |rows: &[contact_pair_half::Model]| {
            let row = rows
                .first()
                .ok_or_else(|| StoreError::Defect("a group of no rows".to_owned()))?;
            let cell = Cell {
                table: "contact_pair_halves",
                row: &row.pair_id,
            };
            Ok((cell.office("office_id", &row.office_id)?, together(rows)?))
        };
        pairs.map(of_pair).collect()
    }
}
