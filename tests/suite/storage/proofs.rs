//! What a client proved itself by is used up, and forgotten when nobody would take it any more.

use freigabe_domain::{
    exchange::{Admission, Presenter, ProofUse, UpkeepDesk as _},
    store::prelude::*,
    store::{Mode, Scope, Store, unit_of_work},
};
use freigabe_storage::SqlStore;
use freigabe_testkit::{TestStore, admission::admit_one, on_both_databases};
use time::Duration;

/// How long the proofs of these tests are good.
const GOOD_FOR: Duration = Duration::minutes(5);

async fn used(test: &TestStore, jti: &str) -> ProofUse {
    let presenter = Presenter::Client(test.centre().as_ref().client.clone());
    let now = unit_of_work(
        &test.store,
        &Scope::Upkeep,
        Mode::Read,
        async |tx: &mut <SqlStore as Store>::Tx<'_>| Ok(tx.now().await?),
    );
    let until = now.await.unwrap().plus(GOOD_FOR);
    admit_one(&test.application, &presenter, jti, until)
        .await
        .unwrap()
}

#[track_caller]
fn admission(used: ProofUse) -> Admission {
    match used {
        ProofUse::Fresh(admission) => *admission,
        other => panic!("{other:?}"),
    }
}

on_both_databases! {
    async fn a_proof_counts_once_and_only_then_is_its_request_counted(test: TestStore) {
        let first = admission(used(&test, "one").await);
        test.advance(Duration::seconds(i64::from(first.minute_ends_in)));
        assert_eq!(admission(used(&test, "two").await).requests, 1, "another minute begins");
        for _ in 0..3 {
            assert_eq!(used(&test, "one").await, ProofUse::UsedBefore);
            assert_eq!(used(&test, "two").await, ProofUse::UsedBefore);
        }
        assert_eq!(admission(used(&test, "three").await).requests, 2);
    }

    async fn the_upkeep_forgets_proofs_that_are_over_and_no_others(test: TestStore) {
        admission(used(&test, "early").await);
        test.advance(GOOD_FOR - Duration::seconds(30));
        admission(used(&test, "late").await);
        assert_eq!(test.application.forget_used_proofs().await.unwrap(), 0);
        assert_eq!(used(&test, "early").await, ProofUse::UsedBefore);
        test.advance(Duration::minutes(1));
        assert_eq!(test.application.forget_used_proofs().await.unwrap(), 1);
        assert_eq!(test.number("SELECT count(*) FROM used_assertions").await, 1);
        assert_eq!(used(&test, "late").await, ProofUse::UsedBefore);
    }
}
