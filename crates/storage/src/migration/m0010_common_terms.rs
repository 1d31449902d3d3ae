//! PostgreSQL's planner knows the common terms of events: categories, reasons of refusals, organisations.
//!
//! It keeps the most common values of a column, usually a hundred, and takes all others for equally rare; of pseudonyms there
//! are so many that a reason which stands in every hundredth event then looks like one that a dozen events have. Such a dozen is
//! read whole and sorted, rather than a page of it in order. There are some two hundred common terms.

use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;

use crate::backend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if backend::has_row_security(manager.get_database_backend()) {
            let statistics = "ALTER TABLE event_terms ALTER COLUMN value SET STATISTICS 500";
            manager
                .get_connection()
                .execute_unprepared(statistics)
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
