//! As whom the server works on PostgreSQL, and who may migrate.

use std::sync::Arc;

use freigabe_domain::{
    access::{DataProtectionRegime, NewOrganisation, Operator, Role},
    entropy::SequentialEntropy,
    exchange::{Application, OnboardingDesk as _},
    text::ShortText,
};
use freigabe_storage::{OpenError, SqlStore, StoreSettings, migrate};
use freigabe_testkit::{
    Backend, TestDatabase, TestStore,
    database::{OwnLogin, connect},
    on_both::run,
    store::master_key,
};
use sea_orm::ConnectionTrait as _;

use super::migrations::RELEASED;

async fn open(url: &str) -> Result<SqlStore, OpenError> {
    let entropy = Arc::new(SequentialEntropy::starting_at(5));
    SqlStore::open(StoreSettings::new(url, master_key(), entropy)).await
}

async fn administrate(url: &str, statement: &str) {
    let connection = connect(url, 1).await;
    connection.execute_unprepared(statement).await.unwrap();
    connection.close().await.unwrap();
}

async fn serves(store: SqlStore) {
    let application = Application::new(store.clone(), Arc::new(SequentialEntropy::starting_at(6)));
    let name = ShortText::parse("Beispielberatung").unwrap();
    application
        .add_organisation(
            &Operator::AtTheMachine,
            None,
            &NewOrganisation {
                role: Role::Centre,
                name,
                office: None,
                regime: DataProtectionRegime::Gdpr,
            },
        )
        .await
        .unwrap();
    let listed = application.organisations(&Operator::AtTheMachine, None, 10);
    assert_eq!(listed.await.unwrap().items.len(), 1);
    store.close().await.unwrap();
}

#[test]
fn a_login_that_owns_nothing_serves_as_a_member_of_the_role_and_only_so() {
    run(async {
        let database = TestDatabase::fresh(Backend::Postgres).await;
        let login = OwnLogin::with("").await;
        let url = login.at(&database);
        let refused = open(&url).await.err().unwrap();
        assert!(matches!(refused, OpenError::NotInRole(_)), "{refused:?}");
        assert!(refused.to_string().contains("GRANT freigabe_app TO"));
        let join = format!("GRANT freigabe_app TO {}", login.name);
        administrate(&login.administrator, &join).await;
        serves(open(&url).await.unwrap()).await;
    });
}

#[test]
fn a_login_that_may_make_roles_migrates_its_own_database_and_serves_it() {
    run(async {
        let login = OwnLogin::with("CREATEROLE").await;
        assert_eq!(migrate(&login.url).await.unwrap().len(), RELEASED.len());
        serves(open(&login.url).await.unwrap()).await;
    });
}

#[test]
fn who_may_not_make_roles_migrates_where_the_role_is_and_leaves_serving_to_its_members() {
    run(async {
        // Some database of this server has made the role already.
        TestDatabase::fresh(Backend::Postgres).await;
        let login = OwnLogin::with("").await;
        assert_eq!(migrate(&login.url).await.unwrap().len(), RELEASED.len());
        let refused = open(&login.url).await.err().unwrap();
        assert!(matches!(refused, OpenError::NotInRole(_)), "{refused:?}");
        serves(open(&login.administrator).await.unwrap()).await;
    });
}

#[test]
fn databases_of_one_server_are_migrated_at_the_same_time() {
    run(async {
        let logins = [
            OwnLogin::with("CREATEROLE").await,
            OwnLogin::with("CREATEROLE").await,
            OwnLogin::with("CREATEROLE").await,
        ];
        let [a, b, c] = &logins;
        let (a, b, c) = tokio::join!(migrate(&a.url), migrate(&b.url), migrate(&c.url));
        assert_eq!(
            [a.unwrap().len(), b.unwrap().len(), c.unwrap().len()],
            [RELEASED.len(); 3]
        );
    });
}

#[test]
fn an_unmigrated_database_is_refused_with_what_to_run() {
    run(async {
        TestDatabase::fresh(Backend::Postgres).await;
        let login = OwnLogin::with("").await;
        let refused = open(&login.administrator).await.err().unwrap();
        assert!(
            matches!(refused, OpenError::NotMigrated(missing) if missing == RELEASED.len()),
            "{refused:?}"
        );
        assert!(refused.to_string().contains("freigabe migrate"));
    });
}

#[test]
fn a_role_that_owns_tables_is_refused() {
    run(async {
        let test = TestStore::start(Backend::Postgres).await;
        test.execute("ALTER TABLE contents OWNER TO freigabe_app")
            .await
            .unwrap();
        let refused = test.reopen(master_key()).await.err().unwrap();
        assert!(matches!(refused, OpenError::UnboundRole(_)), "{refused:?}");
    });
}

#[test]
fn what_earlier_installations_granted_is_taken_back() {
    run(async {
        TestDatabase::fresh(Backend::Postgres).await;
        let login = OwnLogin::with("").await;
        let generous = format!(
            "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public \
             GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO freigabe_app",
            login.name
        );
        administrate(&login.administrator, &generous).await;
        migrate(&login.url).await.unwrap();
        administrate(&login.url, "CREATE TABLE later (id INTEGER)").await;
        let connection = connect(&login.administrator, 1).await;
        let rights = "SELECT CAST(relname AS TEXT) AS name FROM pg_class WHERE relnamespace = to_regnamespace('public') \
                      AND relkind = 'r' AND has_table_privilege('freigabe_app', oid, 'UPDATE') OR relname = 'later' \
                      AND has_table_privilege('freigabe_app', oid, 'SELECT')";
        let rights = super::raw::texts(&connection, rights.to_owned()).await;
        assert!(rights.is_empty(), "{rights:?}");
    });
}
