//! What a client proved itself by is used up, and forgotten when nobody would take it any more.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use freigabe_domain::{
    access::{Caller, ClientId},
    exchange::{
        AccessDesk as _, Admission, Application, Arrival, Presenter, ProofUse, UpkeepDesk as _,
    },
    instant::Instant,
    store::prelude::*,
    store::{CountedRequest, Mode, Scope, Store, StoreError, unit_of_work},
};
use freigabe_storage::SqlStore;
use freigabe_testkit::{
    TestStore,
    admission::{admit_one, arrival},
    machine::MachineEntropy,
    on_both_databases,
    over::{Hooks, Over, SqlTx},
};
use time::Duration;

/// How long the proofs of these tests are good.
const GOOD_FOR: Duration = Duration::minutes(5);

/// When a proof of now is over.
async fn later(test: &TestStore) -> Instant {
    let now = unit_of_work(
        &test.store,
        &Scope::Upkeep,
        Mode::Read,
        async |tx: &mut <SqlStore as Store>::Tx<'_>| Ok(tx.now().await?),
    );
    now.await.unwrap().plus(GOOD_FOR)
}

async fn used(test: &TestStore, jti: &str) -> ProofUse {
    let presenter = Presenter::Client(test.centre().as_ref().client.clone());
    let until = later(test).await;
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

    async fn of_those_who_are_let_in_together_each_has_its_own_number(test: TestStore) {
        let [centre, office] = [test.centre().as_ref(), test.office().as_ref()];
        let [centre, office] = [centre, office].map(|caller: &Caller| Presenter::Client(caller.client.clone()));
        let unknown = Presenter::Client(ClientId::parse("nobody").unwrap());
        let until = later(&test).await;
        let with_certificate = |presenter: &Presenter| Arrival { presenter: presenter.clone(), proof: None };
        let arrivals = [
            arrival(&centre, "one", until),
            arrival(&office, "one", until),
            with_certificate(&centre),
            arrival(&centre, "one", until),
            arrival(&unknown, "one", until),
            with_certificate(&unknown),
            with_certificate(&office),
            arrival(&centre, "two", until),
        ];
        let used = test.application.admit(&arrivals).await.unwrap();
        let numbers: Vec<_> = used
            .into_iter()
            .map(|used| match used {
                ProofUse::Fresh(admission) => Ok((Presenter::Client(admission.client.id), admission.requests)),
                other => Err(other),
            })
            .collect();
        assert_eq!(numbers, [
            Ok((centre.clone(), 1)),
            Ok((office.clone(), 1)),
            Ok((centre.clone(), 2)),
            Err(ProofUse::UsedBefore),
            Err(ProofUse::NoClient),
            Err(ProofUse::NoClient),
            Ok((office, 2)),
            Ok((centre, 3)),
        ]);
    }

    async fn two_that_let_in_the_same_at_once_wait_for_each_other_and_never_both(test: TestStore) {
        let counting = Counting::default();
        let over = Over::new(test.store.clone(), counting.clone());
        let application = Application::new(over, Arc::new(MachineEntropy));
        let callers = [test.centre().as_ref(), test.office().as_ref()];
        let callers = callers.map(|caller: &Caller| Presenter::Client(caller.client.clone()));
        let until = later(&test).await;
        for round in 1..=30 {
            let all: Vec<_> = (0..8)
                .flat_map(|number| callers.iter().map(move |caller| (number, caller)))
                .map(|(number, caller)| arrival(caller, &format!("{round}-{number}"), until))
                .collect();
            let backwards: Vec<_> = all.iter().rev().cloned().collect();
            let (one, other) = tokio::join!(application.admit(&all), application.admit(&backwards));
            let fresh = |used: &ProofUse| matches!(used, ProofUse::Fresh(_));
            for (one, other) in one.unwrap().iter().zip(other.unwrap().iter().rev()) {
                assert!(fresh(one) != fresh(other), "{one:?} and {other:?}");
            }
            // Of two that wait for each other one is turned away, and tries again.
            assert_eq!(counting.0.load(Ordering::SeqCst), 2 * round);
        }
    }
}

/// How often requests were counted, in vain or not.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicUsize>);

impl Hooks for Counting {
    async fn count_requests<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        requests: &[CountedRequest],
        minute: i64,
    ) -> Result<Vec<Option<u32>>, StoreError> {
        self.0.fetch_add(1, Ordering::SeqCst);
        // The other has begun as well.
        tokio::task::yield_now().await;
        transaction.count_requests(requests, minute).await
    }
}
