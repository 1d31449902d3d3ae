//! The halves of pairs: dates in the clear, contacts sealed.

use freigabe_domain::{
    contact_pair::{ContactPair, HalfContacts, HalfDates, Halves, RoleContact, Side},
    store::StoreError,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use crate::{
    crypto::Place,
    entity::{
        contact_pair_content,
        contact_pair_half::{ActiveModel, Column, Entity, Model},
    },
    failure::{at_most_one, exactly_one, failed},
    rows::{Cell, instant, to_json},
    tx::SqlTx,
};

/// A wrapped key, and what is sealed under it.
type Sealed = (Vec<u8>, Vec<u8>);

fn cell<'a>(row: &'a Uuid, table: &'static str) -> Cell<'a> {
    Cell { table, row }
}

/// The side and the dates of a row.
fn half_of(row: &Model) -> Result<(Side, HalfDates), StoreError> {
    let cell = cell(&row.pair_id, "contact_pair_halves");
    let dates = HalfDates {
        version: cell.number("version", row.version)?,
        since: instant(row.since),
        changed_at: instant(row.changed_at),
        confirmed_at: instant(row.confirmed_at),
    };
    Ok((cell.code("side", Side::from_code, &row.side)?, dates))
}

/// The halves of one pair among these rows.
pub(super) fn of_pair(rows: &[Model], pair: Uuid) -> Result<Halves, StoreError> {
    together(rows.iter().filter(|row| row.pair_id == pair))
}

/// The halves that these rows are, all of one pair.
pub(super) fn together<'a>(
    rows: impl IntoIterator<Item = &'a Model>,
) -> Result<Halves, StoreError> {
    rows.into_iter()
        .map(half_of)
        .try_fold(Halves::default(), |halves, half| {
            let (side, dates) = half?;
            Ok(halves.with(side, dates))
        })
}

fn version(dates: HalfDates) -> Result<i64, StoreError> {
    i64::try_from(dates.version).map_err(|error| StoreError::Defect(error.to_string()))
}

impl SqlTx<'_> {
    pub(super) async fn half_rows_of_pairs(
        &mut self,
        pairs: &[Uuid],
    ) -> Result<Vec<Model>, StoreError> {
        if pairs.is_empty() {
            return Ok(Vec::new());
        }
        Entity::find()
            .filter(Column::PairId.is_in(pairs.iter().copied()))
            .order_by_asc(Column::PairId)
            .order_by_asc(Column::Side)
            .all(&self.transaction)
            .await
            .map_err(failed)
    }

    pub(super) async fn insert_half_rows(
        &mut self,
        pair: &ContactPair,
        side: Side,
        dates: HalfDates,
        contacts: &HalfContacts,
    ) -> Result<bool, StoreError> {
        let id = pair.id.as_uuid();
        let row = ActiveModel {
            pair_id: Set(id),
            side: Set(side.code().to_owned()),
            office_id: Set(pair.office.as_str().to_owned()),
            version: Set(version(dates)?),
            since: Set(dates.since.as_unix_micros()),
            changed_at: Set(dates.changed_at.as_unix_micros()),
            confirmed_at: Set(dates.confirmed_at.as_unix_micros()),
        };
        let unless_there = OnConflict::columns([Column::PairId, Column::Side])
            .do_nothing()
            .to_owned();
        let inserted = Entity::insert(row)
            .on_conflict(unless_there)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        if inserted == 0 {
            return Ok(false);
        }
        let (wrapped, sealed) = self.sealed_half(id, side, contacts)?;
        let row = contact_pair_content::ActiveModel {
            pair_id: Set(id),
            side: Set(side.code().to_owned()),
            wrapped_key: Set(wrapped),
            sealed_contacts: Set(sealed),
        };
        contact_pair_content::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(true)
    }

    /// False when the half is not as it was before.
    pub(super) async fn update_half_dates(
        &mut self,
        pair: Uuid,
        side: Side,
        before: HalfDates,
        after: HalfDates,
    ) -> Result<bool, StoreError> {
        let changed = Entity::update_many()
            .col_expr(Column::Version, Expr::value(version(after)?))
            .col_expr(
                Column::ChangedAt,
                Expr::value(after.changed_at.as_unix_micros()),
            )
            .col_expr(
                Column::ConfirmedAt,
                Expr::value(after.confirmed_at.as_unix_micros()),
            )
            .filter(Column::PairId.eq(pair))
            .filter(Column::Side.eq(side.code()))
            .filter(Column::Version.eq(version(before)?))
            .filter(Column::ConfirmedAt.eq(before.confirmed_at.as_unix_micros()))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        at_most_one("update_half", changed.rows_affected)
    }

    /// Under a new key: what was sealed under the former one can be opened by nobody.
    pub(super) async fn replace_half_contacts(
        &mut self,
        pair: Uuid,
        side: Side,
        contacts: &HalfContacts,
    ) -> Result<(), StoreError> {
        use contact_pair_content::{Column, Entity};
        let (wrapped, sealed) = self.sealed_half(pair, side, contacts)?;
        let changed = Entity::update_many()
            .col_expr(Column::WrappedKey, Expr::value(wrapped))
            .col_expr(Column::SealedContacts, Expr::value(sealed))
            .filter(Column::PairId.eq(pair))
            .filter(Column::Side.eq(side.code()))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("update_half", changed.rows_affected)
    }

    pub(super) async fn opened_half(
        &mut self,
        pair: Uuid,
        side: Side,
    ) -> Result<Option<HalfContacts>, StoreError> {
        use contact_pair_content::{Column, Entity};
        let row: Option<Sealed> = Entity::find_by_id((pair, side.code().to_owned()))
            .select_only()
            .column(Column::WrappedKey)
            .column(Column::SealedContacts)
            .into_tuple()
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let Some((wrapped, sealed)) = row else {
            return Ok(None);
        };
        let wrapping = &self.keys.wrapping;
        let opened = wrapping.open_alone(places(pair, side), (&wrapped, &sealed))?;
        let cell = cell(&pair, "contact_pair_contents");
        let contacts: Vec<RoleContact> = cell.json("sealed_contacts", &opened)?;
        HalfContacts::new(side, contacts)
            .map(Some)
            .map_err(|_| cell.corrupt("sealed_contacts", "no contacts of this side"))
    }

    fn sealed_half(
        &self,
        pair: Uuid,
        side: Side,
        contacts: &HalfContacts,
    ) -> Result<Sealed, StoreError> {
        let (wrapping, said) = (&self.keys.wrapping, to_json(contacts)?);
        wrapping.seal_alone(places(pair, side), &said, self.entropy.as_ref())
    }
}

/// Where a half's key is, and what it says.
const fn places(pair: Uuid, side: Side) -> (Place, Place) {
    (Place::HalfKey(pair, side), Place::HalfContacts(pair, side))
}
