//! Used proofs are forgotten by the upkeep, not by every request.

use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;

use crate::backend;

/// Who signs in uses proofs up, and forgets none.
const POLICIES: &str = "
    DROP POLICY forgotten_when_over ON used_assertions;
    DROP POLICY forgotten_elsewhere_when_over ON used_assertions;
    CREATE POLICY upkeep_reads ON used_assertions FOR SELECT USING ((SELECT freigabe_scope() = 'upkeep'));
    CREATE POLICY upkeep_forgets ON used_assertions FOR DELETE USING ((SELECT freigabe_scope() = 'upkeep'))";

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if backend::has_row_security(manager.get_database_backend()) {
            manager
                .get_connection()
                .execute_unprepared(POLICIES)
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
