//! One migration set for both databases.

#![allow(
    elided_lifetimes_in_paths,
    reason = "the trait of sea-orm-migration is written so"
)]

/// A migration whose way up is the block, and which has no way down.
macro_rules! migration {
    ($manager:ident => $up:block) => {
        use sea_orm_migration::prelude::*;

        #[derive(DeriveMigrationName)]
        pub(super) struct Migration;

        #[async_trait::async_trait]
        impl MigrationTrait for Migration {
            async fn up(&self, $manager: &SchemaManager) -> Result<(), DbErr> $up

            async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
                Err(DbErr::Migration(
                    "there is no way back: restore a backup".to_owned(),
                ))
            }
        }
    };
}

/// A migration of PostgreSQL's row-level security alone.
macro_rules! row_rules {
    ($statements:expr) => {
        use sea_orm::ConnectionTrait as _;

        migration!(manager => {
            if crate::backend::has_row_security(manager.get_database_backend()) {
                let connection = manager.get_connection();
                connection.execute_unprepared($statements).await?;
            }
            Ok(())
        });
    };
}

mod m0001_tables;
mod m0002_reference_data;
mod m0003_consent_forms;
mod m0004_requests_by_age;
mod m0005_row_security;
mod m0006_onboarding;
mod m0007_log;
mod m0008_log_dimensions;
mod m0009_erasures;
mod m0010_common_terms;
mod m0011_latest_year;
mod m0012_proofs_by_upkeep;
mod m0013_eraser_by_role;
mod m0014_admission;
mod m0015_messages_of_a_consent;
mod m0016_directory;
mod m0017_involvements;
mod m0018_security_notices;
mod m0019_handovers;
mod m0020_contact_pairs;
mod m0021_regional_agreements;
mod m0022_details_of_an_offer;
mod m0023_rests_on_its_basis;

use sea_orm_migration::prelude::*;

/// The migrations, oldest first. One that was released is never changed.
///
/// On PostgreSQL the owner is bound by row-level security too (`m0005_row_security`), and finds no rows. A migration that
/// changes rows begins with `ALTER TABLE … NO FORCE ROW LEVEL SECURITY` and ends with `FORCE`: nobody else sees what is between.
pub(crate) struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_tables::Migration),
            Box::new(m0002_reference_data::Migration),
            Box::new(m0003_consent_forms::Migration),
            Box::new(m0004_requests_by_age::Migration),
            Box::new(m0005_row_security::Migration),
            Box::new(m0006_onboarding::Migration),
            Box::new(m0007_log::Migration),
            Box::new(m0008_log_dimensions::Migration),
            Box::new(m0009_erasures::Migration),
            Box::new(m0010_common_terms::Migration),
            Box::new(m0011_latest_year::Migration),
            Box::new(m0012_proofs_by_upkeep::Migration),
            Box::new(m0013_eraser_by_role::Migration),
            Box::new(m0014_admission::Migration),
            Box::new(m0015_messages_of_a_consent::Migration),
            Box::new(m0016_directory::Migration),
            Box::new(m0017_involvements::Migration),
            Box::new(m0018_security_notices::Migration),
            Box::new(m0019_handovers::Migration),
            Box::new(m0020_contact_pairs::Migration),
            Box::new(m0021_regional_agreements::Migration),
            Box::new(m0022_details_of_an_offer::Migration),
            Box::new(m0023_rests_on_its_basis::Migration),
        ]
    }
}
