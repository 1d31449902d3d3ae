//! What is told is readable nowhere but in the answer to a collection.

use freigabe_domain::{
    Error,
    access::Partner,
    entropy::SequentialEntropy,
    exchange::{
        CollectionDesk as _, ContactConsentDesk as _, ContactPairDesk as _, ReleaseDesk as _,
        SecurityInboxDesk as _, SecurityNoticeDesk as _, WithdrawalDesk as _,
    },
    store::StoreError,
};
use freigabe_storage::{MasterKey, OpenError};
use freigabe_testkit::{
    Backend, TestStore, on_both_databases,
    store::{CANARY, master_key},
};
use sea_orm::{ConnectionTrait as _, Statement};

use super::{contact_pairs, isolation::Given, raw};

on_both_databases! {
    async fn content_evidence_and_references_are_sealed_at_rest(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        let id = test.release(consent).await;
        let request = test.request(test.office());
        let collected = test.application.collect_disclosure(test.office(), &request, id).await.unwrap();
        assert_eq!(collected.content().unwrap().items()[0].text.as_ref().unwrap().as_str(), CANARY);
        for canary in ["Kanarienvogel", "Kanarienzimmer", "AKTE-1", "PERSON-1", &"ab".repeat(32)] {
            assert!(!everything_stored(&test).await.contains(canary), "{canary} is readable in the database");
        }
    }

    async fn who_a_person_is_is_sealed_at_rest_and_destroyed_when_she_takes_it_back(given: Given) {
        let test = &given.test;
        for canary in ["Kanarienvogel", "Kanarienzimmer", "AKTE-4", "PERSON-4"] {
            assert!(!everything_stored(test).await.contains(canary), "{canary} is readable in the database");
        }
        let contents = "SELECT count(*) FROM contact_contents";
        assert_eq!(test.number(contents).await, 1);
        let withdrawn = test.application.withdraw_contact_consent(test.office(), given.allowed).await.unwrap();
        assert_eq!(withdrawn.value.sealed, 1);
        assert_eq!(test.number(contents).await, 0);
    }

    async fn what_a_centre_is_warned_of_is_sealed_at_rest_under_a_key_that_goes_with_it(given: Given) {
        let test = &given.test;
        let (application, centre, office) = (&test.application, test.centre(), test.office());
        let id = given.security_notice;
        let read = application.read_security_notice(centre, &test.request(centre), id).await.unwrap();
        let (_, said) = read.value;
        assert_eq!(said.unwrap().statements[0].text.as_str(), CANARY);
        assert!(!everything_stored(test).await.contains("Kanarienvogel"), "what is warned of is readable in the database");
        let others_key = "UPDATE security_notices SET wrapped_key = (SELECT wrapped_key FROM cases ORDER BY id LIMIT 1)";
        let kept = "SELECT count(*) FROM security_notices WHERE sealed_assessment IS NOT NULL OR wrapped_key IS NOT NULL";
        assert_eq!(test.execute(others_key).await.unwrap(), 1);
        let read = application.read_security_notice(centre, &test.request(centre), id).await;
        assert!(matches!(read, Err(Error::Store(StoreError::Sealed(_)))), "a case's key opens no notice: {read:?}");
        assert_eq!(test.number(kept).await, 1);
        let _ = application.withdraw_security_notice(office, &test.request(office), id).await.unwrap();
        assert_eq!(test.number(kept).await, 0);
    }

    async fn whom_two_sides_name_each_other_is_sealed_at_rest_and_gone_when_it_is_changed(given: Given) {
        let test = &given.test;
        for canary in ["Kanarienvogel", "0404711", "kanarie@example.org"] {
            assert!(!everything_stored(test).await.contains(canary), "{canary} is readable in the database");
        }
        let sealed = "SELECT count(*) FROM contact_pair_contents WHERE wrapped_key IS NOT NULL AND sealed_contacts IS NOT NULL";
        assert_eq!(test.number(sealed).await, 2, "each half under a key of its own");
        contact_pairs::the_office_names_somebody_else(test, given.contact_pair).await;
        assert_eq!(test.number(sealed).await, 2, "in the place of what there was");
    }

    async fn one_half_of_a_pair_can_not_be_put_in_the_place_of_the_other(given: Given) {
        let swapped = "UPDATE contact_pair_contents SET \
            wrapped_key = (SELECT wrapped_key FROM contact_pair_contents WHERE side = 'office'), \
            sealed_contacts = (SELECT sealed_contacts FROM contact_pair_contents WHERE side = 'office') WHERE side = 'centre'";
        assert_eq!(given.test.execute(swapped).await.unwrap(), 1);
        let office = Partner::Office(given.test.office().clone());
        let read = given.test.application.contact_pair(&office, given.contact_pair).await;
        assert!(matches!(read, Err(Error::Store(StoreError::Sealed(_)))), "{read:?}");
    }

    async fn a_database_opens_only_with_its_own_master_key(test: TestStore) {
        assert!(test.reopen(master_key()).await.is_ok());
        let other = MasterKey::generate(&SequentialEntropy::starting_at(99)).unwrap();
        assert!(matches!(test.reopen(other).await, Err(OpenError::WrongMasterKey)));
    }

    async fn withdrawal_recall_and_acknowledgement_destroy_the_content(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        let recalled = test.release(consent).await;
        test.application.recall_disclosure(test.centre(), &test.request(test.centre()), recalled).await.unwrap();
        let acknowledged = test.release(consent).await;
        let (office, application) = (test.office(), &test.application);
        let _ = application.collect_disclosure(office, &test.request(office), acknowledged).await.unwrap();
        application.acknowledge_disclosure(office, &test.request(office), acknowledged).await.unwrap();
        assert_eq!(test.number("SELECT count(*) FROM contents").await, 0);

        let collected = test.release(consent).await;
        let _ = application.collect_disclosure(office, &test.request(office), collected).await.unwrap();
        test.release(consent).await;
        assert_eq!(test.number("SELECT count(*) FROM contents").await, 2);
        let outcome = application.withdraw_consent(test.centre(), consent).await.unwrap();
        assert_eq!((outcome.sealed, outcome.notices), (1, 2), "one held; one collected and one acknowledged");
        assert_eq!(test.number("SELECT count(*) FROM contents").await, 0);
    }
}

/// The text of every column of every table, and the bytes of the files where there are files.
async fn everything_stored(test: &TestStore) -> String {
    let mut all = String::new();
    if test.backend == Backend::Sqlite {
        let path = test.database.url.trim_start_matches("sqlite://");
        for suffix in ["", "-wal"] {
            let bytes = std::fs::read(format!("{path}{suffix}")).unwrap_or_default();
            all.push_str(&String::from_utf8_lossy(&bytes));
        }
        return all;
    }
    let connection = test.connection().await;
    let tables = "SELECT CAST(relname AS TEXT) AS name FROM pg_class WHERE relnamespace = to_regnamespace('public') \
                  AND relkind IN ('r', 'p') AND NOT relispartition";
    for table in raw::texts(&connection, tables.to_owned()).await {
        // Binary columns in PostgreSQL's escape format, so that readable bytes are readable here.
        connection
            .execute_unprepared("SET bytea_output = 'escape'")
            .await
            .unwrap();
        let sql = format!(
            "SELECT coalesce(string_agg(CAST(t AS TEXT), '\n'), '') AS rows FROM {table} t"
        );
        let row = connection
            .query_one_raw(Statement::from_string(
                connection.get_database_backend(),
                sql,
            ))
            .await;
        all.push_str(&row.unwrap().unwrap().try_get::<String>("", "rows").unwrap());
    }
    assert!(
        all.contains("disclosure_collected"),
        "the search does see what is stored in the clear"
    );
    all
}
