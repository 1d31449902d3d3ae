//! Failures at every call of the store.

use std::{collections::BTreeMap, sync::Arc};

use freigabe_domain::{
    Error, entropy::SequentialEntropy, exchange::Application, store::StoreError,
};
use freigabe_testkit::{
    TestStore,
    faulty::{Failed, Fault, Faulty},
    on_both_databases,
    over::Over,
    store::log_rules,
};

use super::deeds::{Deed, Scene};

type Growth = BTreeMap<String, i64>;

on_both_databases! {
    async fn a_conflict_at_any_call_is_run_again_and_done_once(test: TestStore) {
        everywhere(&test, &[Fault::Conflict], |found| {
            found.outcome.as_ref().expect("done");
            assert_eq!(found.growth, found.whole, "{found:?}");
        })
        .await;
    }

    async fn conflicts_without_end_leave_nothing_half_done(test: TestStore) {
        everywhere(&test, &[Fault::Conflicts], |found| {
            assert!(matches!(found.outcome, Err(Error::Store(StoreError::Conflict))), "{found:?}");
            assert!(found.untouched, "{found:?}");
        })
        .await;
    }

    async fn a_database_that_is_gone_at_any_call_leaves_nothing_half_done(test: TestStore) {
        everywhere(&test, &[Fault::Unavailable], |found| {
            assert!(matches!(found.outcome, Err(Error::Store(StoreError::Unavailable(_)))), "{found:?}");
            assert!(found.untouched, "{found:?}");
        })
        .await;
    }

    async fn a_commit_whose_outcome_is_unknown_is_done_once(test: TestStore) {
        everywhere(&test, &[Fault::CommitUnknownDone, Fault::CommitUnknownUndone], |found| {
            found.outcome.as_ref().expect("done");
            let mut expected = found.whole.clone();
            if (found.deed, found.fault) == (Deed::Collect, Fault::CommitUnknownDone) {
                // Content that is opened once more is logged once more.
                for table in ["events", "event_terms", "log_pending"] {
                    if let Some(rows) = expected.get_mut(table) {
                        *rows *= 2;
                    }
                }
            }
            assert_eq!(found.growth, expected, "{found:?}");
        })
        .await;
    }
}

/// What came of a deed at which the store failed.
#[derive(Debug)]
#[expect(dead_code, reason = "told when something is wrong")]
struct Found {
    deed: Deed,
    fault: Fault,
    failed: Failed,
    outcome: Result<(), Error>,
    /// What the deed changed, and what it changes when nothing comes between.
    growth: Growth,
    whole: Growth,
    untouched: bool,
}

/// Does every deed once for each of its calls, with the failure there. Afterwards it is asked for again, and is done whole.
async fn everywhere(test: &TestStore, faults: &[Fault], holds: impl Fn(&Found)) {
    let faulty = Faulty::default();
    let entropy = Arc::new(SequentialEntropy::starting_at(0xFA17));
    let application = Application::new(Over::new(test.store.clone(), faulty.clone()), entropy)
        .with_log(log_rules());
    let mut number = 0;
    let mut struck = 0;
    for deed in Deed::ALL {
        number += 1;
        let scene = Scene::set(test, deed, number).await;
        faulty.arm(None);
        scene.act(test, &application).await.unwrap();
        let (calls, whole) = (faulty.calls(), scene.growth(test).await);
        assert!(calls > 4, "{deed:?} takes {calls} calls");
        for fault in faults {
            for call in 1..=calls {
                number += 1;
                let scene = Scene::set(test, deed, number).await;
                faulty.arm(Some((call, *fault)));
                let outcome = scene.act(test, &application).await;
                let failed = faulty.failed();
                faulty.arm(None);
                // Not every call is a commit.
                let Some(failed) = failed else { continue };
                struck += 1;
                let found = Found {
                    deed,
                    fault: *fault,
                    failed,
                    outcome,
                    growth: scene.growth(test).await,
                    whole: whole.clone(),
                    untouched: scene.is_untouched(test).await,
                };
                if failed.after_commit {
                    // Only the reading of what is to be answered failed.
                    assert_eq!(found.growth, whole, "{found:?}");
                } else {
                    holds(&found);
                }
                scene.act(test, &application).await.unwrap();
                let again = scene.growth(test).await;
                for (table, rows) in &whole {
                    assert!(
                        again.get(table) >= Some(rows),
                        "{found:?}, and then {again:?}"
                    );
                }
            }
        }
    }
    println!("{faults:?}: struck {struck} times");
    assert!(struck > 8 * faults.len());
}
