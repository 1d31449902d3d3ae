//! Opening a database: in memory, unmigrated, unknown.

use std::sync::Arc;

use freigabe_domain::{
    access::{DataProtectionRegime, NewOrganisation, Operator, Role},
    entropy::SequentialEntropy,
    exchange::{Application, OnboardingDesk as _, UpkeepDesk as _},
    text::ShortText,
};
use freigabe_storage::{OpenError, SqlStore, StoreSettings};
use freigabe_testkit::{on_both::run, store::master_key};

fn settings(url: &str) -> StoreSettings {
    StoreSettings::new(
        url,
        master_key(),
        Arc::new(SequentialEntropy::starting_at(5)),
    )
}

#[test]
fn a_database_in_memory_is_whole_and_lasts_as_long_as_the_store() {
    run(async {
        let store = SqlStore::open(settings("sqlite::memory:")).await.unwrap();
        let application = Application::new(store, Arc::new(SequentialEntropy::starting_at(6)));
        application.ready().await.unwrap();
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
        let (all, more) = application
            .organisations(&Operator::AtTheMachine, None, 10)
            .await
            .unwrap();
        assert_eq!((all.len(), more), (1, false));
    });
}

#[test]
fn an_unmigrated_database_is_refused_with_what_to_run() {
    run(async {
        let folder =
            std::env::temp_dir().join(format!("freigabe-unmigrated-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("empty.db");
        std::fs::write(&file, b"").unwrap();
        let refused = SqlStore::open(settings(&format!("sqlite://{}", file.display())))
            .await
            .err()
            .unwrap();
        assert!(matches!(refused, OpenError::NotMigrated(6)), "{refused:?}");
        assert!(refused.to_string().contains("freigabe migrate"));
        std::fs::remove_dir_all(&folder).unwrap();
    });
}

#[test]
fn a_missing_file_is_not_made_by_opening() {
    run(async {
        let refused = SqlStore::open(settings("sqlite:///nonexistent/folder/x.db"))
            .await
            .err()
            .unwrap();
        assert!(matches!(refused, OpenError::Unreachable(_)), "{refused:?}");
    });
}

#[test]
fn only_sqlite_and_postgresql_are_databases() {
    run(async {
        let refused = SqlStore::open(settings("mysql://localhost/x"))
            .await
            .err()
            .unwrap();
        assert!(matches!(refused, OpenError::UnknownDatabase), "{refused:?}");
    });
}
