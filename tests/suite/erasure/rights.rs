//! Only the owner of the tables erases; what the server may do is not enough, whatever its transactions say about themselves.

use freigabe_domain::{
    entropy::SequentialEntropy,
    erasure::{ErasureTarget, TraceLeft},
    exchange::{Application, LogDesk as _, RetentionDesk as _, UpkeepDesk as _},
};
use freigabe_storage::{OpenError, SqlStore};
use freigabe_testkit::{
    Backend, TestStore,
    database::{OwnLogin, connect},
    on_both::run,
    store::log_rules,
};
use sea_orm::ConnectionTrait as _;
use std::sync::Arc;

use super::{TWO_YEARS, a_closed_case, erase, settle};

#[test]
fn the_servers_role_finds_nothing_to_erase_and_may_delete_nothing() {
    run(async {
        let test = TestStore::start(Backend::Postgres).await;
        let auditor = test.auditor().await;
        let case = a_closed_case(&test, &auditor, 1).await;
        settle(&test.application).await;
        test.advance(TWO_YEARS);
        for target in [ErasureTarget::Year(2027), ErasureTarget::Case(case)] {
            assert!(test.application.announce(target).await.is_err());
            assert!(test.application.carry_out(target).await.is_err());
        }
        assert_eq!(
            test.application.kept().await.unwrap().1,
            [],
            "it reads nothing"
        );
        let connection = connect(&test.database.url, 1).await;
        for claim in ["eraser", "auditor", "centre", "upkeep", "sequencer"] {
            for attempt in [
                "DELETE FROM events",
                "DELETE FROM event_terms",
                "DELETE FROM cases",
                "DELETE FROM consents",
                "TRUNCATE events",
                "DROP TABLE events_2027",
                "DELETE FROM events_2027",
                "SELECT * FROM erasures",
            ] {
                let sql = format!(
                    "BEGIN; SET LOCAL ROLE freigabe_app; SELECT set_config('freigabe.scope', '{claim}', true); {attempt}"
                );
                let refused = connection.execute_unprepared(&sql).await;
                assert!(refused.is_err(), "as {claim}: {attempt}");
                connection.execute_unprepared("ROLLBACK").await.unwrap();
            }
        }
        let rules = "SELECT count(*) FROM pg_policies WHERE policyname LIKE 'eraser%'";
        assert_eq!(test.number(rules).await, 46);
        let for_the_server =
            format!("{rules} AND roles && ARRAY['public', 'freigabe_app']::name[]");
        assert_eq!(test.number(&for_the_server).await, 0);
    });
}

#[test]
fn an_owner_that_is_no_superuser_erases_and_another_login_is_told_why_not() {
    run(async {
        let test = TestStore::start(Backend::Postgres).await;
        let login = OwnLogin::with("").await;
        let stranger = login.at(&test.database);
        let refused = SqlStore::open_as_owner(test.settings(&stranger))
            .await
            .err();
        assert!(matches!(refused, Some(OpenError::NotOwner)), "{refused:?}");

        let owner = OwnLogin::with("CREATEROLE").await;
        freigabe_storage::migrate(&owner.url).await.unwrap();
        let open = async |as_owner: bool| {
            let settings = test.settings(&owner.url);
            let store = if as_owner {
                SqlStore::open_as_owner(settings).await
            } else {
                SqlStore::open(settings).await
            };
            let entropy = Arc::new(SequentialEntropy::starting_at(77));
            Application::new(store.unwrap(), entropy).with_log(log_rules())
        };
        let server = open(false).await;
        freigabe_testkit::forms::register(&server).await;
        settle(&server).await;
        server.ready().await.unwrap();
        let eraser = open(true).await;
        test.advance(TWO_YEARS);
        let year = ErasureTarget::Year(2027);
        assert_eq!(eraser.kept().await.unwrap().1.len(), 1);
        eraser.announce(year).await.unwrap().unwrap();
        // Either of the two puts the announcement into the log.
        settle(&server).await;
        eraser.carry_out(year).await.unwrap();
        assert!(server.sequence().await.unwrap().added > 0);
        let left = eraser.clean_up().await.unwrap().unwrap();
        let [TraceLeft::NotAllowed(right)] = left.as_slice() else {
            panic!("{left:?}")
        };
        assert!(right.contains("CHECKPOINT"), "{right}");

        let administrator = connect(&owner.administrator, 1).await;
        for right in [
            "GRANT pg_checkpoint TO",
            "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO",
        ] {
            let grant = format!("{right} {}", owner.name);
            administrator.execute_unprepared(&grant).await.unwrap();
        }
        test.advance(TWO_YEARS);
        assert!(erase(&eraser, ErasureTarget::Year(2029)).await > 0);
        assert_eq!(eraser.clean_up().await.unwrap(), Some(Vec::new()));
    });
}

#[test]
fn who_got_the_tables_without_their_rules_is_told_instead_of_finding_nothing() {
    run(async {
        let test = TestStore::start(Backend::Postgres).await;
        let owner = OwnLogin::with("CREATEROLE").await;
        freigabe_storage::migrate(&owner.url).await.unwrap();
        let other = OwnLogin::with("").await;
        let administrator = connect(&owner.administrator, 1).await;
        for sql in [
            format!("REASSIGN OWNED BY {} TO {}", owner.name, other.name),
            format!("GRANT freigabe_app TO {}", other.name),
        ] {
            administrator.execute_unprepared(&sql).await.unwrap();
        }
        let open = async || {
            SqlStore::open_as_owner(test.settings(&other.at_url(&owner.administrator))).await
        };
        let refused = open().await.err();
        assert!(matches!(refused, Some(OpenError::NotOwner)), "{refused:?}");
    });
}
