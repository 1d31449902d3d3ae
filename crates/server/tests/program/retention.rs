//! `freigabe retention`: a year and a person's case are erased beside a running server, and what is left verifies.

use std::{
    fs,
    sync::{Arc, atomic::AtomicI64},
};

use freigabe_domain::{
    access::{DataProtectionRegime, NewOrganisation, Operator, Role},
    erasure::ErasureTarget,
    exchange::{Application, OnboardingDesk as _, RetentionDesk as _},
    ids::CaseId,
    text::ShortText,
};
use freigabe_server::system::OsEntropy;
use freigabe_storage::{DatabaseClock, MasterKey, SqlStore, StoreSettings};
use freigabe_testkit::{Backend, TestDatabase, database::OwnLogin, on_both};
use serde_json::Value;

use crate::{
    partners::Partners,
    place::{Place, Server, stop},
};

const THREE_YEARS: i64 = 3 * 366 * 24 * 60 * 60 * 1_000_000;

/// The SQLite database of a place.
fn sqlite(place: &Place) -> (String, MasterKey) {
    let file = place.path().join("freigabe.db");
    let key = master_key(place, "freigabe.db.master.key");
    (format!("sqlite://{}", file.display()), key)
}

fn master_key(place: &Place, file: &str) -> MasterKey {
    let key = fs::read_to_string(place.path().join(file)).unwrap();
    MasterKey::from_base64(&key).unwrap()
}

/// The use cases over a database whose clock is so many microseconds behind.
async fn behind((url, key): (String, MasterKey), micros: i64) -> Application<SqlStore> {
    let mut settings = StoreSettings::new(url, key, Arc::new(OsEntropy));
    settings.clock = DatabaseClock::Shifted(Arc::new(AtomicI64::new(-micros)));
    let store = SqlStore::open_as_owner(settings).await.unwrap();
    Application::new(store, Arc::new(OsEntropy))
}

/// Lets organisations join in the year before last, at least.
async fn long_ago(database: (String, MasterKey), organisations: u32) {
    let application = behind(database, THREE_YEARS).await;
    for number in 0..organisations {
        let new = NewOrganisation {
            role: Role::Centre,
            name: ShortText::parse(format!("Altbestand {number}")).unwrap(),
            office: None,
            regime: DataProtectionRegime::Gdpr,
        };
        let added = application.add_organisation(&Operator::AtTheMachine, None, &new);
        added.await.unwrap();
    }
    application.store().close().await.unwrap();
}

/// What `freigabe verify` says about the whole log.
fn verified(place: &Place, server: &Server, file: &str) -> Value {
    place.says(&[
        "export",
        "--server",
        &server.url,
        "--client",
        "audit",
        "--key",
        "audit.jwk",
        "--output",
        file,
    ]);
    let key = place.says(&["log", "key"]);
    let said = place.run(&["verify", file, "--key", key.trim(), "--format", "json"]);
    serde_json::from_slice(&said.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_and_a_case_are_erased_beside_a_running_server() {
    let place = Place::new("retention");
    Partners::add(&place);
    let auditor = place.organisation("auditor", "Prüfstelle");
    place.client("audit", &auditor);
    assert!(
        place
            .says(&["retention", "run"])
            .contains("nothing is to be erased")
    );
    long_ago(sqlite(&place), 7).await;
    let server = Server::start(&place, &[]);
    let partners = Partners::of(&place, &server);
    let (consent, draft) = partners.draft().await;
    let _ = partners
        .centre
        .release_disclosure(&draft, None)
        .await
        .unwrap();
    let case = partners
        .centre
        .get_consent(consent)
        .await
        .unwrap()
        .case_id
        .to_string();

    let status = place.says(&["retention", "status"]);
    assert!(
        status.contains("over: freigabe retention run --execute"),
        "{status}"
    );
    let planned = place.says(&["retention", "run"]);
    assert!(
        planned.contains("would erase 7 events (7 operations"),
        "{planned}"
    );
    assert!(planned.contains("nothing was changed"), "{planned}");
    let given = place.fails(&["retention", "erase", &case]);
    assert!(given.contains("must be withdrawn first"), "{given}");

    let done = place.says(&["retention", "run", "--execute"]);
    assert!(done.contains("erased 7 events"), "{done}");
    assert!(done.contains("files of the database are clean"), "{done}");
    let again = place.says(&["retention", "run", "--execute"]);
    assert_eq!(again.trim(), "nothing is to be erased");

    partners.centre.withdraw_consent(consent).await.unwrap();
    let possible = place.says(&["retention", "erase", &case]);
    assert!(possible.contains("nothing was changed"), "{possible}");
    let done = place.says(&["retention", "erase", &case, "--execute"]);
    assert!(
        done.contains(&format!("case {case}: erased 3 events")),
        "{done}"
    );
    let gone = place.fails(&["retention", "erase", &case, "--execute"]);
    assert!(gone.contains("there is no such case"), "{gone}");
    assert!(partners.centre.get_consent(consent).await.is_err());

    let report = verified(&place, &server, "log.ndjson");
    assert_eq!(report["verified"], true, "{report}");
    assert_eq!(report["leaves"]["expired"], 7);
    assert_eq!(report["leaves"]["erased"], 3);
    assert_eq!(report["leaves"]["missing"], 0);
    let erasures = report["erasures"].as_array().unwrap();
    assert_eq!(erasures.len(), 2, "{erasures:?}");
    let german = place.says(&[
        "verify",
        "log.ndjson",
        "--key",
        place.says(&["log", "key"]).trim(),
        "--language",
        "de",
    ]);
    for told in [
        "Löschfrist der Protokolldaten",
        "Recht auf Löschung",
        "der Fall einer Person",
    ] {
        assert!(german.contains(told), "{told}: {german}");
    }
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_the_command_keeps_the_log_by_itself() {
    let place = Place::new("retention-alone");
    place.organisation("centre", "Ahorn");
    long_ago(sqlite(&place), 2).await;
    let done = place.says(&["retention", "run", "--execute", "--wait", "60"]);
    assert!(done.contains("erased 2 events"), "{done}");
    let status = place.says(&["log", "status"]);
    assert!(status.contains("leaves"), "{status}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_erased_holds_up_nothing_else() {
    let place = Place::new("retention-held");
    Partners::add(&place);
    long_ago(sqlite(&place), 3).await;
    let server = Server::start(&place, &[]);
    let partners = Partners::of(&place, &server);
    let decided = Partners::decided();
    let consent = partners.consent(&decided).await;
    let case = partners.centre.get_consent(consent).await.unwrap().case_id;
    partners.centre.withdraw_consent(consent).await.unwrap();
    // Announced, and before it is carried out the person comes back.
    let application = behind(sqlite(&place), 0).await;
    let target = ErasureTarget::Case(CaseId::from_uuid(case));
    loop {
        let announced = application.announce(target).await.unwrap();
        if announced.is_some_and(|announced| !announced.is_empty()) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    application.store().close().await.unwrap();
    let again = partners.consent(&decided).await;
    let again = partners.centre.get_consent(again).await.unwrap().case_id;
    assert_eq!(again, case, "the person is back in the same case");

    let output = place.run(&["retention", "run", "--execute"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("erased 3 events"), "{said}");
    assert!(said.contains("files of the database are clean"), "{said}");
    let failed = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}{failed}");
    let why =
        format!("case {case}: a consent of this case is still given: it must be withdrawn first");
    assert!(failed.contains(&why), "{failed}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn with_watch_it_runs_on_until_it_is_told_to_stop() {
    let place = Place::new("retention-watch");
    place.organisation("centre", "Ahorn");
    let mut process = place
        .command(&["retention", "run", "--execute", "--watch"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = std::io::BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut said, &mut line).unwrap();
    assert_eq!(line.trim(), "nothing is to be erased");
    assert_eq!(stop(&mut process), Some(0));
}

#[test]
fn on_postgresql_the_owner_erases_without_the_logs_key_while_a_server_keeps_the_log() {
    on_both::run(async {
        let database = TestDatabase::fresh(Backend::Postgres).await;
        let (node, owner) = (Place::new("retention-node"), Place::new("retention-owner"));
        for (kind, file) in [
            ("--master", "master.key"),
            ("--token-signing", "token.key"),
            ("--log-signing", "log.key"),
        ] {
            node.says(&["key", "generate", kind, file]);
        }
        let url = &database.url;
        let common = format!("database_url = \"{url}\"\nmaster_key_file = \"master.key\"\n");
        let keys = "token_signing_key_file = \"token.key\"\nlog_signing_key_file = \"log.key\"\n";
        fs::write(node.path().join("freigabe.toml"), format!("{common}{keys}")).unwrap();
        // As the service in deploy/compose.yaml: the master key alone.
        fs::copy(
            node.path().join("master.key"),
            owner.path().join("master.key"),
        )
        .unwrap();
        fs::write(owner.path().join("freigabe.toml"), &common).unwrap();
        long_ago((url.clone(), master_key(&node, "master.key")), 4).await;

        let waits = owner.fails(&["retention", "run", "--execute", "--wait", "1"]);
        assert!(waits.contains("not all of it is in the log yet"), "{waits}");
        let server = Server::start(&node, &[]);
        let done = owner.says(&["retention", "run", "--execute"]);
        assert!(done.contains("erased 4 events"), "{done}");
        assert!(done.contains("files of the database are clean"), "{done}");
        let status = owner.says(&["retention", "status"]);
        assert!(!status.contains("over:"), "{status}");

        let stranger = OwnLogin::with("").await.at(&database);
        let refused = owner.fails(&["retention", "status", "--database-url", &stranger]);
        assert!(refused.contains("does not own the tables"), "{refused}");
        assert_eq!(server.stop(), Some(0));
    });
}
