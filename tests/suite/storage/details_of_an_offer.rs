//! A database from before contact details rested on an offer in the database too: its rows are there as they were, and the rule holds.

use freigabe_storage::{migrate, migrate_first};
use freigabe_testkit::{Backend, TestDatabase, database::connect, on_both_databases};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};

/// Migrations before it.
const BEFORE: u32 = 21;

struct Older {
    backend: Backend,
    database: TestDatabase,
    administrator: String,
}

impl Older {
    async fn start(backend: Backend) -> Self {
        let (database, administrator) = TestDatabase::empty(backend).await;
        Self {
            backend,
            database,
            administrator,
        }
    }

    /// The identifier with this number, and some bytes, as they are written in SQL.
    fn id(&self, number: u32) -> String {
        match self.backend {
            Backend::Sqlite => format!("X'{number:032x}'"),
            Backend::Postgres => format!("CAST('{number:032x}' AS UUID)"),
        }
    }

    const fn bytes(&self) -> &'static str {
        match self.backend {
            Backend::Sqlite => "X'00'",
            Backend::Postgres => "CAST('x' AS BYTEA)",
        }
    }

    /// An involvement with an accepted offer, and what was told under a consent.
    fn rows(&self) -> Vec<String> {
        let [
            centre,
            office,
            case,
            involvement,
            offer,
            consent,
            details,
            entry,
        ] = [1, 2, 3, 4, 5, 6, 7, 8].map(|number| self.id(number));
        let bytes = self.bytes();
        let at = "'bpoli-kb-hamburg'";
        vec![
            format!(
                "INSERT INTO organisations VALUES ({centre}, 'centre', 'A', NULL, 'gdpr', 1), ({office}, 'office', 'B', {at}, 'jhd', 1)"
            ),
            format!(
                "INSERT INTO cases VALUES ({case}, {office}, {bytes}, 'p', {bytes}, {bytes}, 1)"
            ),
            format!(
                "INSERT INTO involvements (id, office_id, organisation_id, case_id, person, suspicion_noted_at, opened_at, \
                 sealed_need, state, accepted_offer) VALUES ({involvement}, {at}, {office}, {case}, 'p', 1, 1, {bytes}, 'accepted', {offer})"
            ),
            format!(
                "INSERT INTO involvement_offers (id, involvement_id, office_id, case_id, centre_id, organisation_id, \
                 person_for_centre, state, offered_at, remind_at, answer_by, answered_at) \
                 VALUES ({offer}, {involvement}, {at}, {case}, {entry}, {centre}, 'p', 'accepted', 1, 2, 3, 2)"
            ),
            format!(
                "INSERT INTO contact_consents (id, involvement_id, office_id, case_id, person, status, recorded_at, valid_from, \
                 valid_until, sealed_terms, commitment) VALUES ({consent}, {involvement}, {at}, {case}, 'p', 'given', 1, 1, 9, {bytes}, {bytes})"
            ),
            format!(
                "INSERT INTO contact_details (id, consent_id, involvement_id, office_id, case_id, offer_id, centre_id, \
                 organisation_id, person, person_for_centre, kinds, state, released_at) \
                 VALUES ({details}, {consent}, {involvement}, {at}, {case}, {offer}, {entry}, {centre}, 'p', 'p', '[]', 'held', 3)"
            ),
            format!("INSERT INTO contact_contents VALUES ({details}, {bytes})"),
        ]
    }
}

async fn number(connection: &DatabaseConnection, sql: &str) -> i64 {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

on_both_databases! {
    async fn what_was_told_is_there_as_it_was_and_rests_on_its_offer_from_then_on(older: Older) {
        let url = &older.database.url;
        migrate_first(url, BEFORE).await.unwrap();
        let connection = connect(&older.administrator, 1).await;
        for row in older.rows() {
            connection.execute_unprepared(&row).await.unwrap();
        }
        let applied = migrate(url).await.unwrap();
        assert_eq!(applied.first().unwrap(), "m0022_details_of_an_offer");
        let told = format!(
            "SELECT count(*) FROM contact_details d JOIN contact_contents c ON c.details_id = d.id \
             WHERE d.id = {} AND d.offer_id = {} AND d.centre_id = {} AND d.organisation_id = {} AND d.state = 'held' \
             AND d.released_at = 3 AND d.kinds = '[]' AND d.collected_at IS NULL",
            older.id(7), older.id(5), older.id(8), older.id(1),
        );
        assert_eq!(number(&connection, &told).await, 1);

        for (column, other) in [("offer_id", 9), ("centre_id", 9), ("organisation_id", 2)] {
            let moved = format!("UPDATE contact_details SET {column} = {}", older.id(other));
            assert!(connection.execute_unprepared(&moved).await.is_err(), "{moved}");
        }
        let orphaned = connection.execute_unprepared("DELETE FROM contact_details").await;
        assert!(orphaned.is_err(), "what it says still refers to it");
        let harmless = "UPDATE contact_details SET person = 'q'";
        assert_eq!(connection.execute_unprepared(harmless).await.unwrap().rows_affected(), 1);
    }
}
