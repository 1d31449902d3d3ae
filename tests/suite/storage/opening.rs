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

use super::migrations::RELEASED;

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
        let all = application
            .organisations(&Operator::AtTheMachine, None, 10)
            .await
            .unwrap();
        assert_eq!((all.items.len(), all.next), (1, None));
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
        assert!(
            matches!(refused, OpenError::NotMigrated(missing) if missing == RELEASED.len()),
            "{refused:?}"
        );
        assert!(refused.to_string().contains("freigabe migrate"));
        std::fs::remove_dir_all(&folder).unwrap();
    });
}

#[cfg(unix)]
#[test]
fn the_file_of_a_database_is_its_owners_alone_from_the_first_byte() {
    use std::os::unix::fs::PermissionsExt as _;

    run(async {
        let folder = std::env::temp_dir().join(format!("freigabe-mode-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let url = |name: &str| format!("sqlite://{}", folder.join(name).display());
        freigabe_storage::migration_status(&url("asked.db"))
            .await
            .unwrap();
        freigabe_storage::migrate(&url("migrated%20a.db"))
            .await
            .unwrap();
        let store = SqlStore::open(settings(&url("migrated%20a.db")))
            .await
            .unwrap();
        let mut found: Vec<(String, u32)> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let mode = entry.metadata().unwrap().permissions().mode() & 0o7777;
                (entry.file_name().into_string().unwrap(), mode)
            })
            .collect();
        found.sort();
        let private = |name: &str| (name.to_owned(), 0o600);
        let expected = [
            "asked.db",
            "migrated a.db",
            "migrated a.db-shm",
            "migrated a.db-wal",
        ];
        assert_eq!(found, expected.map(private));
        store.close().await.unwrap();

        // What somebody else may read knowingly stays as it is.
        let shared = folder.join("shared.db");
        std::fs::write(&shared, b"").unwrap();
        std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o640)).unwrap();
        freigabe_storage::migrate(&url("shared.db")).await.unwrap();
        let mode = std::fs::metadata(&shared).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o640);
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
