//! Events are erased: what was announced and what is done. On PostgreSQL only the owner of the tables can erase.

use sea_orm::ConnectionTrait as _;
use sea_orm_migration::prelude::*;

use crate::backend;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (database, kind) = (manager.get_connection(), manager.get_database_backend());
        for statement in TABLES {
            database
                .execute_unprepared(&backend::ddl(kind, statement))
                .await?;
        }
        if backend::has_row_security(kind) {
            for part in [NO_SAMPLES, OWNER, ROW_SECURITY] {
                database.execute_unprepared(part).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Err(DbErr::Migration(
            "there is no way back: restore a backup".to_owned(),
        ))
    }
}

const TABLES: &[&str] = &[
    // `ranges` and `years` are JSON. Which case it was is forgotten when it is done.
    "CREATE TABLE erasures (
        intent {bytes} PRIMARY KEY,
        kind {text} NOT NULL CHECK (kind IN ('year', 'case')),
        expiry_year {smallint},
        class {smallint},
        case_id {uuid},
        generation {bigint} NOT NULL REFERENCES log_heads (generation),
        ranges {text} NOT NULL,
        count {bigint} NOT NULL CHECK (count >= 0),
        latest_year {smallint} NOT NULL,
        years {text} NOT NULL,
        announced_at {bigint} NOT NULL,
        done {bytes} UNIQUE,
        done_at {bigint},
        cleaned_at {bigint},
        CHECK ((kind = 'year') = (expiry_year IS NOT NULL)),
        CHECK ((kind = 'year') = (class IS NOT NULL)),
        CHECK ((kind = 'case' AND done IS NULL) = (case_id IS NOT NULL)),
        CHECK ((done IS NULL) = (done_at IS NULL)),
        CHECK (cleaned_at IS NULL OR done_at IS NOT NULL)
    ){strict}",
    "CREATE UNIQUE INDEX erasures_of_years ON erasures (expiry_year, class, generation)
        WHERE kind = 'year' AND done IS NULL",
    "CREATE UNIQUE INDEX erasures_of_cases ON erasures (case_id, generation)
        WHERE kind = 'case' AND done IS NULL",
];

/// The planner's statistics hold samples of columns' values. Of these columns it needs none, and none may outlive its row.
const NO_SAMPLES: &str = "
ALTER TABLE events ALTER COLUMN payload SET STATISTICS 0, ALTER COLUMN salt SET STATISTICS 0,
    ALTER COLUMN commitment SET STATISTICS 0;
ALTER TABLE cases ALTER COLUMN wrapped_key SET STATISTICS 0, ALTER COLUMN sealed_references SET STATISTICS 0,
    ALTER COLUMN lookup SET STATISTICS 0;
ALTER TABLE consent_revisions ALTER COLUMN sealed_terms SET STATISTICS 0;
ALTER TABLE contents ALTER COLUMN sealed SET STATISTICS 0";

/// Whether a statement is carried out as the owner of the tables: what a transaction says about itself anybody could say.
const OWNER: &str = "
CREATE FUNCTION freigabe_erases() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    RETURN freigabe_scope() = 'eraser'
        AND pg_has_role((SELECT c.relowner FROM pg_class c WHERE c.oid = 'events'::regclass), 'USAGE');
GRANT EXECUTE ON FUNCTION freigabe_erases() TO freigabe_app";

/// Whoever erases reads and deletes; an event of the erasure is written as any other. Rows of cases and consents are held, not
/// changed.
const ROW_SECURITY: &str = "
DO $$
DECLARE
    place text;
BEGIN
    FOREACH place IN ARRAY ARRAY['events', 'event_terms', 'cases', 'consents', 'consent_revisions', 'consent_events',
        'disclosures', 'contents', 'withdrawal_notices', 'requests', 'log_pending']
    LOOP
        EXECUTE format('CREATE POLICY eraser_reads ON %I FOR SELECT USING ((SELECT freigabe_erases()))', place);
        EXECUTE format('CREATE POLICY eraser_deletes ON %I FOR DELETE USING ((SELECT freigabe_erases()))', place);
    END LOOP;
    FOREACH place IN ARRAY ARRAY['cases', 'consents']
    LOOP
        EXECUTE format('CREATE POLICY eraser_holds ON %I FOR UPDATE USING ((SELECT freigabe_erases())) WITH CHECK (false)', place);
    END LOOP;
    FOREACH place IN ARRAY ARRAY['events', 'event_terms', 'log_pending']
    LOOP
        EXECUTE format('CREATE POLICY eraser_reports ON %I FOR INSERT WITH CHECK ((SELECT freigabe_erases()))', place);
    END LOOP;
END
$$;
REVOKE ALL ON erasures FROM freigabe_app;
ALTER TABLE erasures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY eraser_keeps ON erasures FOR ALL USING ((SELECT freigabe_erases())) WITH CHECK ((SELECT freigabe_erases()))";
