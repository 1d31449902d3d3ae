//! The evidence of a leaf whose event is gone holds what explains it.

use freigabe_domain::{
    Error,
    audit::EventReader,
    erasure::ErasureTarget,
    exchange::{EvidenceDesk as _, LogDesk as _, RetentionDesk as _},
};
use freigabe_ledger::verify::{Evidence, Remark, Report, Trust};
use freigabe_testkit::{TestStore, on_both_databases};
use sea_orm::{ConnectionTrait as _, Statement};

use super::{IN_TWO_YEARS, TWO_YEARS, a_closed_case, erase, settle};
use crate::support::log::log_key;

/// 2026-12-01T00:00:00Z, when no year of these tests is over.
const SOON: u64 = 1_796_083_200;

/// What a verifier says about a package, as whoever was handed it.
fn judged(files: &[(&'static str, Vec<u8>)], at: u64) -> Report {
    let of = |name: &str| {
        let found = files.iter().find(|(known, _)| *known == name);
        found.map(|(_, content)| content.clone())
    };
    let text = |name: &str| String::from_utf8(of(name).unwrap()).unwrap();
    let salt = of("salt").map(|salt| String::from_utf8(salt).unwrap());
    let event = of("event.json").zip(salt.as_deref());
    let erasures = of("erasures.ndjson").unwrap_or_default();
    let proof = of("proof.tlog-proof").unwrap();
    let evidence = Evidence::read(event, &text("leaf"), &proof, &erasures).unwrap();
    let trust = Trust::new(None, vec![log_key()]).unwrap();
    evidence.verify(&trust, false, at, &EventReader).unwrap()
}

/// The database's time, in seconds since 1970.
async fn now(test: &TestStore) -> u64 {
    let (now, _) = test.eraser().await.kept().await.unwrap();
    u64::try_from(now.as_unix_seconds()).unwrap()
}

/// Index of the first leaf of an operation.
async fn first(test: &TestStore, operation: &str) -> u64 {
    let connection = test.connection().await;
    let sql = format!(
        "SELECT min(l.leaf_index) AS at FROM log_leaves l JOIN events e ON e.commitment = l.commitment \
         WHERE e.operation = '{operation}'"
    );
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.unwrap().unwrap();
    let at: i64 = row.try_get("", "at").unwrap();
    connection.close().await.unwrap();
    u64::try_from(at).unwrap()
}

on_both_databases! {
    async fn of_a_case_and_of_a_year(test: TestStore) {
        let auditor = test.auditor().await;
        let case = a_closed_case(&test, &auditor, 1).await;
        settle(&test.application).await;
        let release = first(&test, "disclosure_released").await;
        let evidence = test.application.leaf_evidence(&auditor, release).await.unwrap();
        let open = judged(&evidence.files, SOON);
        assert_eq!((open.violations.as_slice(), open.leaves.open), ([].as_slice(), 1));
        assert_eq!(open.leaves.total, 1);

        let eraser = test.eraser().await;
        let target = ErasureTarget::Case(case);
        eraser.announce(target).await.unwrap().unwrap();
        settle(&eraser).await;
        eraser.carry_out(target).await.unwrap();
        // Nothing published reports it yet.
        let files = test.application.leaf_evidence(&auditor, release).await.unwrap().files;
        let (soon, late) = (now(&test).await, now(&test).await + 3 * 86_400);
        let under_way = judged(&files, soon);
        assert_eq!((under_way.violations.as_slice(), under_way.leaves.erased), ([].as_slice(), 1));
        assert!(under_way.remarks.contains(&Remark::ErasureUnderWay { count: 1 }));
        assert_eq!(judged(&files, late).leaves.missing, 1, "for a day, and no longer");
        settle(&test.application).await;
        let mut files = test.application.leaf_evidence(&auditor, release).await.unwrap().files;
        assert!(files.iter().all(|(name, _)| *name != "event.json" && *name != "salt"));
        let gone = judged(&files, SOON);
        assert_eq!((gone.violations.as_slice(), gone.leaves.erased), ([].as_slice(), 1));
        assert_eq!(gone.erasures[0].legal_basis, "right_to_erasure");
        // Without the explanation it is missing.
        let explanation = files.iter_mut().find(|(name, _)| *name == "erasures.ndjson").unwrap();
        let lines = String::from_utf8(std::mem::take(&mut explanation.1)).unwrap();
        assert_eq!(lines.lines().count(), 2, "announced, and done");
        assert_eq!(judged(&files, SOON).leaves.missing, 1);

        settle(&test.application).await;
        test.advance(TWO_YEARS);
        erase(&eraser, ErasureTarget::Year(2027)).await;
        settle(&test.application).await;
        let joined = 0;
        let files = test.application.leaf_evidence(&auditor, joined).await.unwrap().files;
        let expired = judged(&files, IN_TWO_YEARS);
        assert_eq!((expired.violations.as_slice(), expired.leaves.expired), ([].as_slice(), 1));
        assert_eq!(expired.erasures[0].legal_basis, "log_retention");

        let size = test.application.published_checkpoint(None).await.unwrap().unwrap().size;
        let missing = test.application.leaf_evidence(&auditor, size + 1_000).await;
        assert!(matches!(missing, Err(Error::NotFound)));
        settle(&test.application).await;
        assert!(first(&test, "audit_exported").await > release, "taking evidence is logged");
    }
}
