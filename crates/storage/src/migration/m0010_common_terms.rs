//! PostgreSQL's planner knows the common terms of events: categories, reasons of refusals, organisations.
//!
//! It keeps the most common values of a column, usually a hundred, and takes all others for equally rare; of pseudonyms there
//! are so many that a reason which stands in every hundredth event then looks like one that a dozen events have. And it takes a
//! term for rarer than it is because its dimension is rare as well, though nearly every term has one dimension only. What is thought to
//! be a dozen is read whole and sorted, rather than a page of it in order. There are some two hundred common terms.
//!
//! That a term tells its dimension is kept as one number for each partition, not as values: nothing of it has to be erased.

use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;

use crate::backend;

/// The planner looks at each partition by itself.
const STATISTICS: &str = "
    ALTER TABLE event_terms ALTER COLUMN value SET STATISTICS 500;
    DO $$ DECLARE partition regclass; BEGIN
        FOR partition IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'event_terms'::regclass LOOP
            EXECUTE format(
                'CREATE STATISTICS %I (dependencies) ON dimension, value FROM %s',
                partition || '_dimension_of_value', partition
            );
        END LOOP;
    END $$";

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if backend::has_row_security(manager.get_database_backend()) {
            manager
                .get_connection()
                .execute_unprepared(STATISTICS)
                .await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "there is no way back: restore a backup".to_owned(),
        ))
    }
}
