//! The messages of a consent, by office: an office reaches a consent that a message for it rests on, and PostgreSQL asks for that
//! message whenever the consent is read. By an index that knows no office it looked through all messages of the consent, or through
//! all that the office ever had.

use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let database = manager.get_connection();
        for statement in [
            "DROP INDEX disclosures_by_consent",
            "CREATE INDEX disclosures_by_consent ON disclosures (consent_id, recipient, released_at, id)",
        ] {
            database.execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "there is no way back: restore a backup".to_owned(),
        ))
    }
}
