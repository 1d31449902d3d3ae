//! Nobody waits until the use of a proof is on disk (decision 0022), and yet it is there before whatever the request changes: the
//! database's server is killed, with everything that it had not written yet.

use freigabe_domain::{
    exchange::{AccessDesk as _, Application, Presenter, ProofUse},
    instant::Instant,
    store::SingleUse,
};
use freigabe_storage::SqlStore;
use freigabe_testkit::{Backend, TestStore, admission::admit_one, cluster::Cluster, on_both::run};

/// How often the use of a proof may survive by chance before that is no chance any more.
const TRIES: u32 = 20;

#[test]
fn a_proof_is_lost_with_the_database_at_most_together_with_what_it_let_in() {
    run(async {
        let mut cluster = Cluster::start().await;
        let test = TestStore::over(cluster.database().await, Backend::Postgres).await;
        // Nothing gets to the disk by itself for so long.
        test.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            .await
            .expect("set");
        test.execute("SELECT pg_reload_conf()").await.expect("read");
        let consent = test.consent(1).await.head.id;
        let presenter = Presenter::Client(test.centre().as_ref().client.clone());
        let application = &test.application;

        let mut survived = 0;
        loop {
            let jti = format!("changes-nothing-{survived}");
            assert!(is_fresh(application, &presenter, &jti).await);
            cluster.kill();
            cluster.run().await;
            if is_fresh(application, &presenter, &jti).await {
                break;
            }
            survived += 1;
            assert!(
                survived < TRIES,
                "nothing is ever lost: this test sees nothing"
            );
        }
        for number in 0..5 {
            let jti = format!("releases-{number}");
            assert!(is_fresh(application, &presenter, &jti).await);
            test.release(consent).await;
            cluster.kill();
            cluster.run().await;
            assert!(
                !is_fresh(application, &presenter, &jti).await,
                "{jti} again"
            );
        }
        for number in 0..5 {
            let jti = format!("signs-in-{number}");
            let client = &test.centre().as_ref().client;
            let assertion = SingleUse {
                jti: jti.clone(),
                expires_at: later(),
            };
            let used = application.use_assertion(client, assertion).await;
            assert!(matches!(used, Ok(ProofUse::Fresh(_))), "{used:?}");
            cluster.kill();
            cluster.run().await;
            assert!(
                !is_fresh(application, &presenter, &jti).await,
                "{jti} again"
            );
        }
    });
}

async fn is_fresh(application: &Application<SqlStore>, presenter: &Presenter, jti: &str) -> bool {
    match admit_one(application, presenter, jti, later()).await {
        Ok(ProofUse::Fresh(_)) => true,
        Ok(ProofUse::UsedBefore) => false,
        other => panic!("{jti}: {other:?}"),
    }
}

fn later() -> Instant {
    Instant::parse("2090-01-01T00:00:00Z").expect("a time")
}
