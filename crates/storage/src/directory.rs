//! The directory of counselling centres, and the places that one looks for them by.

use freigabe_domain::{
    directory::{Assurance, Centre, CentreEntry, NamedPlace},
    ids::{CentreId, OrganisationId},
    office::{GeoPoint, Land, Place},
    store::{CentreQuery, DirectoryStore, StoreError},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};

use crate::{
    entity::{counselling_centre, directory_state, place, postcode},
    failure::{exactly_one, failed},
    office::place_of,
    rows::{Cell, instant, to_text},
    tx::SqlTx,
};

fn centre_of(row: counselling_centre::Model) -> Result<Centre, StoreError> {
    let cell = Cell {
        table: "counselling_centres",
        row: &row.id,
    };
    let assurance = match (row.assured_at, row.assured_version) {
        (Some(at), Some(version)) => Some(Assurance {
            at: instant(at),
            version: cell.number("assured_version", version)?,
        }),
        _ => None,
    };
    let entry: CentreEntry = cell.json("entry", row.entry.as_bytes())?;
    if entry.check().is_err() {
        return Err(cell.corrupt("entry", "not an entry of the directory"));
    }
    Ok(Centre {
        id: CentreId::from_uuid(row.id),
        organisation: row.organisation_id.map(OrganisationId::from_uuid),
        version: cell.number("version", row.version)?,
        changed_at: instant(row.changed_at),
        assurance,
        entry,
    })
}

fn row_of(centre: &Centre) -> Result<counselling_centre::ActiveModel, StoreError> {
    Ok(counselling_centre::ActiveModel {
        id: Set(centre.id.as_uuid()),
        organisation_id: Set(centre.organisation.map(|id| id.as_uuid())),
        version: Set(number(centre.version)?),
        changed_at: Set(centre.changed_at.as_unix_micros()),
        assured_at: Set(centre
            .assurance
            .map(|assurance| assurance.at.as_unix_micros())),
        assured_version: Set(centre
            .assurance
            .map(|assurance| number(assurance.version))
            .transpose()?),
        entry: Set(text(&centre.entry)?),
    })
}

fn text(entry: &CentreEntry) -> Result<String, StoreError> {
    to_text(entry)
}

fn number(version: u64) -> Result<i64, StoreError> {
    i64::try_from(version).map_err(|error| StoreError::Defect(error.to_string()))
}

fn named_place_of(row: place::Model) -> Result<NamedPlace, StoreError> {
    let cell = Cell {
        table: "places",
        row: &row.geoname_id,
    };
    Ok(NamedPlace {
        land: cell.code("land", Land::from_code, &row.land)?,
        point: GeoPoint::new(row.lat, row.lon)
            .map_err(|_| cell.corrupt("lat", "not on the earth"))?,
        population: row
            .population
            .map(|population| cell.number("population", population))
            .transpose()?,
        name: row.name.clone(),
    })
}

impl SqlTx<'_> {
    /// Every change of an entry counts.
    async fn count_change(&mut self) -> Result<(), StoreError> {
        let counted = directory_state::Entity::update_many()
            .col_expr(
                directory_state::Column::Version,
                Expr::col(directory_state::Column::Version).add(1),
            )
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("count_change", counted.rows_affected)
    }

    /// Whether one entry was changed, which counts; none was is no error.
    async fn counted(
        &mut self,
        operation: &'static str,
        affected: u64,
    ) -> Result<bool, StoreError> {
        if affected == 0 {
            return Ok(false);
        }
        exactly_one(operation, affected)?;
        self.count_change().await?;
        Ok(true)
    }
}

/// A column that has this value, or none.
fn same<V: Into<sea_orm::Value>>(column: counselling_centre::Column, value: Option<V>) -> Expr {
    match value {
        Some(value) => column.eq(value),
        None => column.is_null(),
    }
}

impl<'tx> DirectoryStore<'tx> for SqlTx<'tx> {
    async fn directory_version(&mut self) -> Result<u64, StoreError> {
        let row = directory_state::Entity::find_by_id(1)
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let row = row.ok_or_else(|| StoreError::Defect("the directory has no state".to_owned()))?;
        let cell = Cell {
            table: "directory_state",
            row: &row.id,
        };
        cell.number("version", row.version)
    }

    async fn centres(&mut self, query: CentreQuery, limit: u16) -> Result<Vec<Centre>, StoreError> {
        use counselling_centre::{Column, Entity};
        let mut select = Entity::find()
            .order_by_asc(Column::Id)
            .limit(u64::from(limit) + 1);
        if let Some(keeper) = query.keeper {
            select = select.filter(Column::OrganisationId.eq(keeper.as_uuid()));
        }
        if let Some(after) = query.after {
            select = select.filter(Column::Id.gt(after.as_uuid()));
        }
        let rows = select.all(&self.transaction).await.map_err(failed)?;
        rows.into_iter().map(centre_of).collect()
    }

    async fn centres_by_id(&mut self, ids: &[CentreId]) -> Result<Vec<Centre>, StoreError> {
        use counselling_centre::{Column, Entity};
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let rows = Entity::find()
            .filter(Column::Id.is_in(ids.iter().map(CentreId::as_uuid)))
            .order_by_asc(Column::Id)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.into_iter().map(centre_of).collect()
    }

    async fn insert_centre(&mut self, centre: &Centre) -> Result<bool, StoreError> {
        use counselling_centre::{Column, Entity};
        let unless_taken = OnConflict::column(Column::Id).do_nothing().to_owned();
        let inserted = Entity::insert(row_of(centre)?)
            .on_conflict(unless_taken)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        if inserted == 0 {
            return Ok(false);
        }
        self.count_change().await?;
        Ok(true)
    }

    async fn update_centre(
        &mut self,
        centre: &Centre,
        before: &Centre,
    ) -> Result<bool, StoreError> {
        use counselling_centre::{Column, Entity};
        let assurance = centre.assurance;
        let changed = Entity::update_many()
            .col_expr(
                Column::OrganisationId,
                Expr::value(centre.organisation.map(|id| id.as_uuid())),
            )
            .col_expr(Column::Version, Expr::value(number(centre.version)?))
            .col_expr(
                Column::ChangedAt,
                Expr::value(centre.changed_at.as_unix_micros()),
            )
            .col_expr(
                Column::AssuredAt,
                Expr::value(assurance.map(|assurance| assurance.at.as_unix_micros())),
            )
            .col_expr(
                Column::AssuredVersion,
                Expr::value(
                    assurance
                        .map(|assurance| number(assurance.version))
                        .transpose()?,
                ),
            )
            .col_expr(Column::Entry, Expr::value(text(&centre.entry)?))
            .filter(Column::Id.eq(centre.id.as_uuid()))
            .filter(Column::Version.eq(number(before.version)?))
            .filter(same(
                Column::OrganisationId,
                before.organisation.map(|id| id.as_uuid()),
            ))
            .filter(same(
                Column::AssuredAt,
                before
                    .assurance
                    .map(|assurance| assurance.at.as_unix_micros()),
            ))
            .filter(same(
                Column::AssuredVersion,
                before
                    .assurance
                    .map(|assurance| number(assurance.version))
                    .transpose()?,
            ))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        self.counted("update_centre", changed.rows_affected).await
    }

    async fn remove_centre(&mut self, id: CentreId, at: u64) -> Result<bool, StoreError> {
        use counselling_centre::{Column, Entity};
        let removed = Entity::delete_many()
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::Version.eq(number(at)?))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        self.counted("remove_centre", removed.rows_affected).await
    }

    async fn named_places(&mut self) -> Result<Vec<NamedPlace>, StoreError> {
        let rows = place::Entity::find()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.into_iter().map(named_place_of).collect()
    }

    async fn postcodes(&mut self) -> Result<Vec<Place>, StoreError> {
        let rows = postcode::Entity::find()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.into_iter().map(place_of).collect()
    }
}
