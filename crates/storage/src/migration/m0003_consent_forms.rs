//! The register of consent forms. Rows are added, never changed and never removed.

use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;

use crate::backend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const TABLE: &str = "CREATE TABLE consent_forms (
        kind {text} NOT NULL CHECK (kind IN ('data_protection_consent', 'confidentiality_release')),
        version {text} NOT NULL CHECK (version <> ''),
        language {text} NOT NULL CHECK (language <> ''),
        added_at {bigint} NOT NULL,
        PRIMARY KEY (kind, version, language)
    ){strict}";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = backend::ddl(manager.get_database_backend(), TABLE);
        manager.get_connection().execute_unprepared(&table).await?;
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "there is no way back: restore a backup".to_owned(),
        ))
    }
}
