//! Offices, areas, postcodes and places of `reference-data/`.

use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel as _};
use sea_orm_migration::prelude::*;

use crate::{
    entity::{direktion_area, office, place, postcode},
    reference::{parse_direktion_areas, parse_offices, parse_places, parse_postcodes},
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// Rows in one statement: under SQLite's limit of 32,766 and PostgreSQL's of 65,535 values.
const BATCH: usize = 1_000;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let unreadable =
            |error: crate::reference::ReferenceError| DbErr::Migration(error.to_string());
        let offices = parse_offices()
            .map_err(unreadable)?
            .into_iter()
            .map(|row| office::Model::from(&row.office));
        // Superiors come first in the file, so each row finds its parent.
        insert::<office::Entity, _, _>(manager, offices.map(|m| m.into_active_model())).await?;
        let areas = parse_direktion_areas()
            .map_err(unreadable)?
            .into_iter()
            .map(|row| direktion_area::ActiveModel {
                land: Set(row.land.code().to_owned()),
                office_id: Set(row.office_id.as_str().to_owned()),
            });
        insert::<direktion_area::Entity, _, _>(manager, areas).await?;
        let postcodes = parse_postcodes()
            .map_err(unreadable)?
            .into_iter()
            .map(|row| postcode::ActiveModel {
                postcode: Set(row.place.postcode.as_str().to_owned()),
                name: Set(row.place.name),
                land: Set(row.place.land.code().to_owned()),
                lat: Set(row.place.point.lat()),
                lon: Set(row.place.point.lon()),
            });
        insert::<postcode::Entity, _, _>(manager, postcodes).await?;
        let places =
            parse_places()
                .map_err(unreadable)?
                .into_iter()
                .map(|row| place::ActiveModel {
                    geoname_id: Set(i64::from(row.geoname_id)),
                    name: Set(row.name),
                    land: Set(row.land.code().to_owned()),
                    lat: Set(row.point.lat()),
                    lon: Set(row.point.lon()),
                    population: Set(row.population.map(i64::from)),
                    feature_code: Set(row.feature_code),
                });
        insert::<place::Entity, _, _>(manager, places).await
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "there is no way back: restore a backup".to_owned(),
        ))
    }
}

async fn insert<E, A, I>(manager: &SchemaManager<'_>, rows: I) -> Result<(), DbErr>
where
    E: EntityTrait,
    A: sea_orm::ActiveModelTrait<Entity = E> + Send,
    I: Iterator<Item = A>,
{
    let rows: Vec<A> = rows.collect();
    for batch in rows.chunks(BATCH) {
        E::insert_many(batch.to_vec())
            .exec_without_returning(manager.get_connection())
            .await?;
    }
    Ok(())
}
