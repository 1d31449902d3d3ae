//! `freigabe retention`: a year and a person's case are erased beside a running server, and what is left verifies.

use std::{
    fs,
    sync::{Arc, atomic::AtomicI64},
};

use freigabe_domain::{
    access::{DataProtectionRegime, NewOrganisation, Operator, Role},
    exchange::{Application, OnboardingDesk as _},
    text::ShortText,
};
use freigabe_server::system::OsEntropy;
use freigabe_storage::{DatabaseClock, MasterKey, SqlStore, StoreSettings};
use serde_json::Value;

use crate::{
    partners::Partners,
    place::{Place, Server},
};

/// Lets organisations join in the year before last, at least.
async fn long_ago(place: &Place, organisations: u32) {
    let file = place.path().join("freigabe.db");
    let key = fs::read_to_string(place.path().join("freigabe.db.master.key")).unwrap();
    let url = format!("sqlite://{}", file.display());
    let key = MasterKey::from_base64(&key).unwrap();
    let mut settings = StoreSettings::new(url, key, Arc::new(OsEntropy));
    let three_years = -3_i64 * 366 * 24 * 60 * 60 * 1_000_000;
    settings.clock = DatabaseClock::Shifted(Arc::new(AtomicI64::new(three_years)));
    let store = SqlStore::open(settings).await.unwrap();
    let application = Application::new(store.clone(), Arc::new(OsEntropy));
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
    store.close().await.unwrap();
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
    long_ago(&place, 7).await;
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
    long_ago(&place, 2).await;
    let done = place.says(&["retention", "run", "--execute", "--wait", "60"]);
    assert!(done.contains("erased 2 events"), "{done}");
    let status = place.says(&["log", "status"]);
    assert!(status.contains("leaves"), "{status}");
}
