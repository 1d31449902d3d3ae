//! Rows that make no sense are reported and never guessed at; and nothing stands in a withdrawal's way.

use freigabe_domain::{
    Error,
    exchange::{CollectionDesk as _, ConsentDesk as _, ReleaseDesk as _, WithdrawalDesk as _},
    store::{PageRequest, StoreError},
};
use freigabe_testkit::{Backend, TestStore, on_both_databases, store::good_draft};

on_both_databases! {
    async fn a_tampered_content_is_not_handed_out_and_nothing_is_recorded(test: TestStore) {
        let id = test.release(test.consent(1).await.head.id).await;
        let flip = match test.backend {
            Backend::Sqlite => "UPDATE contents SET sealed = CAST(substr(sealed, 1, 40) || X'FF00' || substr(sealed, 43) AS BLOB)",
            Backend::Postgres => "UPDATE contents SET sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)",
        };
        test.execute(flip).await.unwrap();
        let request = test.request(test.office());
        let outcome = test.application.collect_disclosure(test.office(), &request, id).await;
        assert!(matches!(outcome, Err(Error::Store(StoreError::Sealed(_)))), "{outcome:?}");
        assert_eq!(test.number("SELECT count(*) FROM events WHERE operation = 'disclosure_collected'").await, 0);
        assert_eq!(test.number("SELECT count(*) FROM disclosures WHERE state = 'held'").await, 1);
    }

    async fn content_moved_to_another_disclosure_does_not_open(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        let (first, second) = (test.release(consent).await, test.release(consent).await);
        let id = |uuid: uuid::Uuid| match test.backend {
            Backend::Sqlite => format!("X'{}'", uuid.simple()),
            Backend::Postgres => format!("'{uuid}'"),
        };
        let swap = format!(
            "UPDATE contents SET sealed = (SELECT sealed FROM contents WHERE disclosure_id = {}) WHERE disclosure_id = {}",
            id(first.as_uuid()),
            id(second.as_uuid())
        );
        assert_eq!(test.execute(&swap).await.unwrap(), 1);
        let request = test.request(test.office());
        let outcome = test.application.collect_disclosure(test.office(), &request, second).await;
        assert!(matches!(outcome, Err(Error::Store(StoreError::Sealed(_)))), "{outcome:?}");
    }

    async fn a_withdrawal_needs_no_key(test: TestStore) {
        let consent = test.consent(1).await.head.id;
        test.release(consent).await;
        let nothing = if test.backend == Backend::Sqlite { "X''" } else { "''" };
        let destroy = format!("UPDATE cases SET wrapped_key = {nothing}, sealed_references = {nothing}");
        test.execute(&destroy).await.unwrap();
        let request = test.request(test.centre());
        let release = test.application.release_disclosure(test.centre(), &request, good_draft(consent)).await;
        assert!(matches!(release, Err(Error::Store(StoreError::Sealed(_)))), "{release:?}");
        let outcome = test.application.withdraw_consent(test.centre(), consent).await.unwrap();
        assert_eq!(outcome.sealed, 1);
        assert_eq!(test.number("SELECT count(*) FROM contents").await, 0);
    }

    async fn a_row_that_makes_no_sense_names_table_column_and_row(test: TestStore) {
        let id = test.release(test.consent(1).await.head.id).await;
        test.execute("UPDATE disclosures SET purpose = 'curiosity'").await.unwrap();
        let page = PageRequest { after: None, limit: 10 };
        let outcome = test.application.released_disclosures(test.centre(), page).await;
        let Err(Error::Store(StoreError::Corrupt(corrupt))) = outcome else { panic!("{outcome:?}") };
        assert_eq!((corrupt.table, corrupt.column), ("disclosures", "purpose"));
        assert_eq!(corrupt.row, id.to_string());
        assert!(!corrupt.to_string().contains("curiosity"), "the value itself stays out of the error");
    }

    async fn a_given_consent_without_readable_terms_authorises_nothing(test: TestStore) {
        let view = test.consent(1).await;
        let garbage = if test.backend == Backend::Sqlite { "X'0102'" } else { "'\\x0102'" };
        test.execute(&format!("UPDATE consent_revisions SET sealed_terms = {garbage}")).await.unwrap();
        let request = test.request(test.centre());
        let release = test.application.release_disclosure(test.centre(), &request, good_draft(view.head.id)).await;
        assert!(matches!(release, Err(Error::Store(StoreError::Sealed(_)))), "{release:?}");
        let read = test.application.consent(test.centre(), view.head.id).await;
        assert!(matches!(read, Err(Error::Store(StoreError::Sealed(_)))), "{read:?}");
    }
}
