//! One person's case is erased, her key included (Art. 17 GDPR; § 58(2) BDSG).

use freigabe_domain::{
    Error,
    erasure::{ErasureTarget, Taken},
    exchange::{CollectionDesk as _, ConsentDesk as _, RetentionDesk as _, WithdrawalDesk as _},
    ids::CaseId,
};
use freigabe_ledger::verify::ErasureKind;
use freigabe_testkit::{Backend, TestStore, on_both_databases};
use uuid::Uuid;

use super::{a_closed_case, answer_all, close, erase, names, report, settle};

/// 2026-12-01T00:00:00Z, when no year of these tests is over.
const SOON: u64 = 1_796_083_200;

on_both_databases! {
    async fn a_case_is_erased_with_its_key_and_the_log_still_verifies(test: TestStore) {
        let auditor = test.auditor().await;
        let case = a_closed_case(&test, &auditor, 1).await;
        let other = a_closed_case(&test, &auditor, 2).await;
        let before = report(&test, &auditor, SOON).await;
        let eraser = test.eraser().await;
        let target = ErasureTarget::Case(case);
        let gone = erase(&eraser, target).await;
        // Recorded, released twice, collected, withdrawn, answered, and two searches.
        assert_eq!(gone, 8);

        let after = report(&test, &auditor, SOON).await;
        assert_eq!(after.violations, []);
        assert_eq!((after.leaves.erased, after.leaves.missing), (gone, 0));
        assert!(after.leaves.total > before.leaves.total, "leaves stay");
        let [told] = after.erasures.as_slice() else { panic!("{:?}", after.erasures) };
        assert_eq!((told.kind, told.class), (ErasureKind::Case, None));
        assert_eq!((told.legal_basis.as_str(), told.count, told.valid), ("right_to_erasure", gone, true));

        for table in ["cases", "consents", "consent_revisions", "consent_events", "disclosures", "withdrawal_notices"] {
            let left = test.number(&format!("SELECT count(*) FROM {table}")).await;
            assert!(left > 0, "{table} has what the other case has");
        }
        assert_eq!(test.number("SELECT count(*) FROM cases").await, 1);
        assert_eq!(test.number("SELECT count(*) FROM consents").await, 1);
        assert_eq!(test.number("SELECT count(*) FROM disclosures").await, 2);
        assert_eq!(test.number("SELECT count(*) FROM withdrawal_notices").await, 1);
        assert_eq!(test.number("SELECT count(*) FROM requests").await, 5, "the other case's");
        assert_eq!(test.number("SELECT count(*) FROM event_terms WHERE dimension = 'queried'").await, 2);
        assert_eq!(test.number("SELECT count(*) FROM erasures WHERE case_id IS NOT NULL").await, 0, "which case is forgotten");
        assert!(matches!(eraser.announce(target).await, Err(Error::NotFound)));
        assert_eq!(eraser.carry_out(target).await.unwrap(), Taken::Nothing);

        assert_eq!(erase(&eraser, ErasureTarget::Case(other)).await, 8);
        let last = report(&test, &auditor, SOON).await;
        assert_eq!((last.violations.as_slice(), last.leaves.erased), ([].as_slice(), 16));
    }

    async fn the_same_reference_begins_a_new_case_afterwards(test: TestStore) {
        let auditor = test.auditor().await;
        let case = a_closed_case(&test, &auditor, 1).await;
        settle(&test.application).await;
        erase(&test.eraser().await, ErasureTarget::Case(case)).await;
        assert_ne!(test.consent(1).await.head.case, case);
    }

    async fn an_explanation_is_kept_as_long_as_what_it_explains_would_have_been(test: TestStore) {
        let auditor = test.auditor().await;
        let case = a_closed_case(&test, &auditor, 1).await;
        settle(&test.application).await;
        // The consent would have been valid until 2090; evidence of it is kept for three years more.
        let latest = "SELECT CAST(max(expiry_year) AS BIGINT) FROM events";
        assert_eq!(test.number(latest).await, 2093);
        erase(&test.eraser().await, ErasureTarget::Case(case)).await;
        let told = "SELECT CAST(min(expiry_year) AS BIGINT) FROM events WHERE operation IN ('erasure_intended', 'erasure_done')";
        assert_eq!(test.number(told).await, 2093);
    }

    async fn nothing_is_erased_that_somebody_still_has_to_act_upon(test: TestStore) {
        let consent = test.consent(1).await.head;
        let target = ErasureTarget::Case(consent.case);
        let disclosure = test.release(consent.id).await;
        settle(&test.application).await;
        let eraser = test.eraser().await;
        let refused = |outcome: Result<_, Error>, word: &str| {
            let Err(Error::InvalidState(why)) = outcome else { panic!("{word}") };
            assert!(why.contains(word), "{why}");
        };
        refused(eraser.announce(target).await.map(drop), "withdrawn first");
        let request = test.request(test.office());
        let _ = test.application.collect_disclosure(test.office(), &request, disclosure).await.unwrap();
        let _ = test.application.withdraw_consent(test.centre(), consent.id).await.unwrap();
        settle(&test.application).await;
        refused(eraser.announce(target).await.map(drop), "answer first");
        let standing = eraser.case_standing(consent.case).await.unwrap();
        assert_eq!((standing.given, standing.unanswered, standing.held), (0, 1, 0));
        answer_all(&test).await;
        settle(&test.application).await;
        assert_eq!(names(&eraser.announce(target).await.unwrap().unwrap()), [(target, 5)]);
    }

    async fn what_happened_after_the_announcement_is_announced_as_well(test: TestStore) {
        let first = test.consent(1).await.head;
        close(&test, first.id).await;
        settle(&test.application).await;
        let eraser = test.eraser().await;
        let target = ErasureTarget::Case(first.case);
        eraser.announce(target).await.unwrap().unwrap();
        settle(&eraser).await;
        // The person comes back.
        let second = test.consent(1).await.head;
        assert_eq!(second.case, first.case);
        let given = eraser.carry_out(target).await;
        assert!(matches!(given, Err(Error::InvalidState(_))), "{given:?}");
        close(&test, second.id).await;
        settle(&test.application).await;
        assert_eq!(eraser.carry_out(target).await.unwrap(), Taken::Changed);
        assert_eq!(eraser.carry_out(target).await.unwrap(), Taken::Nothing, "taken back");
        assert_eq!(erase(&eraser, target).await, 4);
        let auditor = test.auditor().await;
        let report = report(&test, &auditor, SOON).await;
        assert_eq!((report.violations.as_slice(), report.erasures.len()), ([].as_slice(), 1));
    }

    async fn what_an_older_version_announced_is_carried_out(test: TestStore) {
        let consent = test.consent(1).await.head;
        close(&test, consent.id).await;
        settle(&test.application).await;
        let eraser = test.eraser().await;
        let target = ErasureTarget::Case(consent.case);
        let announced = eraser.announce(target).await.unwrap().unwrap();
        settle(&eraser).await;
        // As m0009 has it.
        for older in [
            "ALTER TABLE erasures ADD COLUMN latest_year smallint NOT NULL DEFAULT 2027",
            "DELETE FROM seaql_migrations WHERE version = 'm0011_latest_year'",
        ] {
            // STRICT tables of SQLite know other names of types.
            let older = match test.backend {
                Backend::Sqlite => older.replace("smallint", "INTEGER"),
                Backend::Postgres => older.to_owned(),
            };
            test.execute(&older).await.unwrap();
        }
        let applied = freigabe_storage::migrate(&test.database.url).await.unwrap();
        assert_eq!(applied, ["m0011_latest_year"]);
        assert_eq!(eraser.announced().await.unwrap(), announced);
        assert_eq!(erase(&eraser, target).await, 2);
    }

    async fn an_unknown_case_is_not_found(test: TestStore) {
        let eraser = test.eraser().await;
        let nobodys = CaseId::from_uuid(Uuid::from_u128(7));
        assert!(matches!(eraser.announce(ErasureTarget::Case(nobodys)).await, Err(Error::NotFound)));
        assert!(matches!(eraser.case_standing(nobodys).await, Err(Error::NotFound)));
    }

    async fn a_consent_that_is_recorded_at_the_same_moment_is_lost_to_nobody(test: TestStore) {
        let first = test.consent(1).await.head;
        close(&test, first.id).await;
        settle(&test.application).await;
        let eraser = test.eraser().await;
        let target = ErasureTarget::Case(first.case);
        eraser.announce(target).await.unwrap().unwrap();
        settle(&eraser).await;
        let recording = test.consent(1);
        let erasing = eraser.carry_out(target);
        let (recorded, erased) = tokio::join!(recording, erasing);
        let found = test.application.consent(test.centre(), recorded.head.id).await;
        assert!(found.is_ok(), "it stands, in the old case or in a new one: {erased:?}");
        let is_old = recorded.head.case == first.case;
        assert_eq!(matches!(erased, Ok(Taken::Last(_))), !is_old, "{erased:?}");
    }
}
