//! The database itself refuses what the types rule out, whoever writes.

use freigabe_domain::{
    Error,
    consent::{ConsentForm, FormKind},
    exchange::CollectionDesk as _,
    instant::Instant,
    store::{Mode, Scope, StoreError, prelude::*, unit_of_work},
    text::Reference,
    vocabulary::Language,
};
use freigabe_storage::SqlTx;
use freigabe_testkit::{Backend, TestStore, on_both_databases};

on_both_databases! {
    async fn contradictory_rows_are_refused_by_the_database(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        test.release(consent).await;
        for (rule, statement) in [
            ("a withdrawn consent has a time of withdrawal", "UPDATE consents SET status = 'withdrawn'"),
            ("a given consent has an end", "UPDATE consents SET valid_from = NULL, valid_until = NULL"),
            ("validity ends after it begins", "UPDATE consents SET valid_until = valid_from"),
            ("a status is one of the vocabulary", "UPDATE consents SET status = 'implied'"),
            ("a given revision has terms", "UPDATE consent_revisions SET sealed_terms = NULL"),
            ("a sealed disclosure says why", "UPDATE disclosures SET state = 'sealed', closed_at = 1"),
            ("a held disclosure was not collected", "UPDATE disclosures SET collected_at = 1"),
            ("a collected disclosure has a time", "UPDATE disclosures SET state = 'collected'"),
            ("a disclosure has a known office", "UPDATE disclosures SET recipient = 'nobody'"),
            ("a disclosure rests on an existing revision", "UPDATE disclosures SET consent_revision = 2"),
            ("a commitment stands once", "INSERT INTO events SELECT * FROM events"),
            ("only an office is an office", "UPDATE organisations SET office_id = NULL"),
            ("a form is for one of the two declarations", "UPDATE consent_forms SET kind = 'blanket_consent'"),
            ("a form stands once", "INSERT INTO consent_forms SELECT * FROM consent_forms"),
            ("a consent with disclosures stays", "DELETE FROM consents"),
        ] {
            assert!(test.execute(statement).await.is_err(), "{rule}, but the database took: {statement}");
        }
    }

    async fn a_transaction_that_only_reads_writes_nothing(test: TestStore) {
        let form = ConsentForm {
            kind: FormKind::ConfidentialityRelease,
            version: Reference::parse("2027-1").unwrap(),
            language: Language::German,
        };
        let forms = test.number("SELECT count(*) FROM consent_forms").await;
        let operator = Scope::Operator { client: None };
        let added = unit_of_work(&test.store, &operator, Mode::Read, async |tx: &mut SqlTx<'_>| {
            Ok(tx.insert_consent_form(&form, Instant::from_unix_micros(1)).await?)
        });
        let added = added.await;
        assert!(matches!(added, Err(Error::Store(StoreError::Unavailable(_)))), "{added:?}");
        assert_eq!(test.number("SELECT count(*) FROM consent_forms").await, forms);
        // And whoever writes next, on whichever connection, still can.
        test.release(test.consent(1).await.head.id).await;
    }

    async fn a_disclosure_belongs_to_its_consents_centre_and_case(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        test.release(consent).await;
        test.consent(2).await;
        let other_case = "UPDATE disclosures SET case_id = (SELECT id FROM cases WHERE id <> disclosures.case_id)";
        assert!(test.execute(other_case).await.is_err());
    }

    async fn an_answered_notice_says_when_and_a_retention_says_why(test: TestStore) {
        use freigabe_domain::exchange::WithdrawalDesk as _;
        let consent = test.consent(1).await.head.id;
        let id = test.release(consent).await;
        let request = test.request(test.office());
        let _ = test.application.collect_disclosure(test.office(), &request, id).await.unwrap();
        test.application.withdraw_consent(test.centre(), consent).await.unwrap();
        assert!(test.execute("UPDATE withdrawal_notices SET answer = 'erased'").await.is_err());
        let retained = "UPDATE withdrawal_notices SET answer = 'retained', answered_at = 1";
        assert!(test.execute(retained).await.is_err());
    }

    async fn migrating_again_changes_nothing(test: TestStore) {
        assert_eq!(freigabe_storage::migrate(&test.database.url).await.unwrap(), Vec::<String>::new());
        let status = freigabe_storage::migration_status(&test.database.url).await.unwrap();
        assert!(status.iter().all(|(_, applied)| *applied), "{status:?}");
        assert_eq!(test.number("SELECT count(*) FROM offices").await, 117);
    }

    async fn durability_is_on(test: TestStore) {
        match test.backend {
            // 2 is FULL. The pragma belongs to a connection, so it is read on the store's own.
            Backend::Sqlite => {
                let file = test.database.url.trim_start_matches("sqlite://").to_owned();
                assert!(std::path::Path::new(&format!("{file}-wal")).exists(), "the journal is a WAL");
            }
            Backend::Postgres => {
                let on = "SELECT count(*) FROM pg_settings WHERE name = 'synchronous_commit' AND setting = 'on'";
                assert_eq!(test.number(on).await, 1);
            }
        }
    }
}
