//! What expired at the end of a year is erased after it (§ 76(4) BDSG).

use freigabe_domain::{
    Error,
    erasure::{ErasureTarget, Taken},
    exchange::RetentionDesk as _,
    log::LogError,
};
use freigabe_ledger::{LeafClass, verify::ErasureKind};
use freigabe_testkit::{Backend, TestStore, on_both_databases};

use super::{IN_TWO_YEARS, TWO_YEARS, a_closed_case, close, erase, report, settle};
use crate::log::let_happen_until;

const YEAR: ErasureTarget = ErasureTarget::Year(2027);

on_both_databases! {
    async fn a_year_is_erased_after_its_end_and_the_log_still_verifies(test: TestStore) {
        let auditor = test.auditor().await;
        a_closed_case(&test, &auditor, 1).await;
        settle(&test.application).await;
        let eraser = test.eraser().await;
        let early = eraser.announce(YEAR).await;
        assert!(matches!(early, Err(Error::InvalidState(_))), "the year is not over: {early:?}");
        let expiring = test.number("SELECT count(*) FROM events WHERE expiry_year = 2027").await;
        let evidence = test.number("SELECT count(*) FROM events WHERE class = 2").await;
        assert!(expiring > 5 && evidence > 1);

        test.advance(TWO_YEARS);
        assert_eq!(erase(&eraser, YEAR).await, expiring as u64);
        assert_eq!(test.number("SELECT count(*) FROM events WHERE expiry_year = 2027").await, 0);
        assert_eq!(test.number("SELECT count(*) FROM event_terms WHERE expiry_year = 2027").await, 0);
        assert_eq!(test.number("SELECT count(*) FROM events WHERE class = 2").await, evidence, "of another period");

        let report = report(&test, &auditor, IN_TWO_YEARS).await;
        assert_eq!(report.violations, []);
        assert_eq!((report.leaves.expired, report.leaves.missing), (expiring as u64, 0));
        let [told] = report.erasures.as_slice() else { panic!("{:?}", report.erasures) };
        assert_eq!((told.kind, told.class), (ErasureKind::Year, Some(LeafClass::Operations.code())));
        assert_eq!((told.legal_basis.as_str(), told.cutoff.as_str()), ("log_retention", "2027-12-31"));
        assert_eq!((told.count, told.in_this_file, told.valid), (expiring as u64, expiring as u64, true));
        let again = eraser.announce(YEAR).await.unwrap().unwrap();
        assert!(again.is_empty(), "there is nothing left: {again:?}");
        assert_eq!(eraser.carry_out(YEAR).await.unwrap(), Taken::Nothing);
    }

    async fn nothing_is_erased_before_its_announcement_is_published(test: TestStore) {
        test.consent(1).await;
        settle(&test.application).await;
        test.advance(TWO_YEARS);
        let eraser = test.eraser().await;
        assert_eq!(eraser.carry_out(YEAR).await.unwrap(), Taken::Nothing, "nothing is announced");
        let announced = eraser.announce(YEAR).await.unwrap().unwrap();
        assert_eq!(eraser.announce(YEAR).await.unwrap().unwrap(), announced, "announced once");
        let count = "SELECT count(*) FROM events WHERE expiry_year = 2027";
        let before = test.number(count).await;
        let early = eraser.carry_out(YEAR).await;
        assert!(matches!(early, Err(Error::Log(LogError::NotPublished))), "{early:?}");
        crate::log::sequence_all(&eraser).await;
        let early = eraser.carry_out(YEAR).await;
        assert!(matches!(early, Err(Error::Log(LogError::NotPublished))), "in the tree, and not signed: {early:?}");
        assert_eq!(test.number(count).await, before);
        assert!(!eraser.is_announcement_published(&announced[0].intent).await.unwrap());
        settle(&eraser).await;
        assert!(eraser.is_announcement_published(&announced[0].intent).await.unwrap());
        assert_eq!(eraser.carry_out(YEAR).await.unwrap(), Taken::Last(before as u64));
        assert_eq!(test.number("SELECT count(*) FROM events WHERE operation = 'erasure_intended'").await, 1);
        assert_eq!(test.number("SELECT count(*) FROM events WHERE operation = 'erasure_done'").await, 1);
    }

    async fn nothing_is_announced_before_all_of_it_is_in_the_log(test: TestStore) {
        let consent = test.consent(1).await.head;
        let eraser = test.eraser().await;
        let case = ErasureTarget::Case(consent.case);
        close(&test, consent.id).await;
        assert_eq!(eraser.announce(case).await.unwrap(), None);
        test.advance(TWO_YEARS);
        assert_eq!(eraser.announce(YEAR).await.unwrap(), None);
        assert_eq!(eraser.announced().await.unwrap(), []);
        settle(&eraser).await;
        assert_eq!(eraser.announce(case).await.unwrap().unwrap().len(), 1);
        assert_eq!(eraser.announce(YEAR).await.unwrap().unwrap().len(), 1);
    }

    async fn what_comes_late_to_a_year_is_announced_as_well(test: TestStore) {
        let_happen_until(&test, 20, 2027).await;
        settle(&test.application).await;
        test.advance(TWO_YEARS);
        let eraser = test.eraser().await;
        let first = eraser.announce(YEAR).await.unwrap().unwrap();
        // Rows of an older installation that were put in afterwards.
        let_happen_until(&test, 7, 2027).await;
        settle(&eraser).await;
        let taken = eraser.carry_out(YEAR).await.unwrap();
        let dropped = "SELECT count(*) FROM erasures WHERE years = '[]'";
        if test.backend == Backend::Postgres {
            assert_eq!(taken, Taken::Changed, "a partition is dropped whole, or not at all");
            assert_eq!(eraser.announced().await.unwrap(), [], "taken back");
        }
        let second = eraser.announce(YEAR).await.unwrap().unwrap();
        assert_ne!(second, first);
        settle(&eraser).await;
        assert!(matches!(eraser.carry_out(YEAR).await.unwrap(), Taken::Last(7..)));
        let whole = test.number(dropped).await;
        assert_eq!(whole > 0, test.backend == Backend::Postgres, "what is dropped whole leaves no traces in tables");
        assert_eq!(test.number("SELECT count(*) FROM events WHERE expiry_year = 2027").await, 0);
        let auditor = test.auditor().await;
        let report = report(&test, &auditor, IN_TWO_YEARS).await;
        assert_eq!((report.leaves.missing, report.leaves.overdue), (0, 0));
        assert!(report.erasures.iter().all(|erasure| erasure.valid));
    }

    async fn a_year_that_is_not_kept_apart_goes_in_parts(test: TestStore) {
        let_happen_until(&test, 4_500, 2025).await;
        settle(&test.application).await;
        test.advance(TWO_YEARS);
        let eraser = test.eraser().await;
        let year = ErasureTarget::Year(2025);
        let announced = eraser.announce(year).await.unwrap().unwrap();
        settle(&eraser).await;
        assert_eq!(eraser.carry_out(year).await.unwrap(), Taken::Some(2_048));
        // Whoever comes next goes on with the same announcement.
        let another = test.eraser().await;
        assert_eq!(another.announce(year).await.unwrap().unwrap(), announced);
        assert_eq!(another.carry_out(year).await.unwrap(), Taken::Some(2_048));
        assert_eq!(another.carry_out(year).await.unwrap(), Taken::Last(404));
        assert_eq!(test.number("SELECT count(*) FROM events WHERE expiry_year = 2025").await, 0);
        assert_eq!(announced[0].plan.count, 4_500);
        let done = "SELECT count FROM erasures WHERE done IS NOT NULL";
        assert_eq!(test.number(done).await, 4_500, "reported as a whole");
    }
}
