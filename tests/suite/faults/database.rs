//! The database's server is gone for a while, or for good.

use std::{
    collections::BTreeSet,
    path::Path,
    time::{Duration, Instant},
};

use freigabe_client::{Client, Error};
use freigabe_testkit::{
    Fleet, a_consent, a_draft,
    cluster::Cluster,
    network::{CENTRE_A, KB_HAMBURG},
    on_both::run,
};
use uuid::Uuid;

use crate::support::{assert_put_off, collected, inbox_of, recorded, released};

/// How long it may take until the servers work again by themselves.
const COMES_BACK_WITHIN: Duration = Duration::from_secs(10);
/// The same when another server takes the database's place.
const FAILS_OVER_WITHIN: Duration = Duration::from_secs(30);

#[test]
fn a_database_that_is_gone_is_told_with_503_and_when_it_is_back_all_goes_on_by_itself() {
    run(async {
        let mut cluster = Cluster::start().await;
        let fleet = start(&cluster).await;
        let (centre, office) = (client(&fleet, CENTRE_A), client(&fleet, KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await.record_id;
        let before = released(&centre, a_draft(consent)).await.id;
        assert_eq!(inbox_of(&office).await, [before]);
        for round in 0..2 {
            cluster.kill();
            let refused = centre
                .release_disclosure(&a_draft(consent).build(), None)
                .await;
            let Err(Error::Api(refused)) = refused else {
                panic!("round {round}: {refused:?}");
            };
            assert_put_off(&refused);
            cluster.run().await;
            let back = Instant::now();
            let after = until_released(&centre, consent).await;
            assert!(
                back.elapsed() < COMES_BACK_WITHIN,
                "after {:?}",
                back.elapsed()
            );
            assert!(inbox_of(&office).await.contains(&after));
        }
        assert_eq!(
            inbox_of(&office).await.len(),
            3,
            "nothing of what was refused was done"
        );
        assert_eq!(collected(&office, before).await.items.len(), 1);
    });
}

#[test]
fn when_a_standby_takes_over_no_acknowledged_write_is_lost() {
    run(async {
        let mut all = Followed::start().await;
        let (centre, office, consent) = (all.centre(), all.office(), all.consent);
        // Somebody releases without pause, until the database is gone.
        let releasing = tokio::spawn({
            let centre = centre.clone();
            async move {
                let mut acknowledged = BTreeSet::new();
                while let Ok(message) = centre
                    .release_disclosure(&a_draft(consent).build(), None)
                    .await
                {
                    acknowledged.insert(message.id);
                }
                acknowledged
            }
        });
        tokio::time::sleep(Duration::from_secs(2)).await;
        all.primary.kill();
        let gone = Instant::now();
        let mut acknowledged = releasing.await.expect("a list");
        all.standby.take_over_from(&mut all.primary).await;
        acknowledged.insert(until_released(&centre, consent).await);
        let took = gone.elapsed();
        assert!(took < FAILS_OVER_WITHIN, "after {took:?}");
        assert!(acknowledged.len() > 5, "{} releases", acknowledged.len());

        // One that was not acknowledged may be there as well; none that was is missing.
        let mut waiting = BTreeSet::new();
        let every = freigabe_client::every_item(async |page| office.list_inbox(&page).await).await;
        waiting.extend(every.unwrap().iter().map(|message| message.id));
        assert!(waiting.is_superset(&acknowledged), "acknowledged and lost");
        assert!(waiting.len() <= acknowledged.len() + 1);
        let withdrawn = centre.withdraw_consent(consent).await.unwrap();
        assert_eq!(withdrawn.sealed_disclosures as usize, waiting.len());
        println!("{} releases, on after {took:?}", acknowledged.len());
    });
}

#[test]
fn a_database_that_can_only_be_read_is_told_with_503_until_it_can_be_written() {
    run(async {
        let mut all = Followed::start().await;
        let (centre, office, consent) = (all.centre(), all.office(), all.consent);
        let before = released(&centre, a_draft(consent)).await.id;
        assert_eq!(inbox_of(&office).await, [before]);
        all.primary.kill();
        all.standby.stand_in_for(&mut all.primary).await;
        for _ in 0..5 {
            let draft = a_draft(consent).build();
            let refusals = [
                centre.release_disclosure(&draft, None).await.err(),
                centre.withdraw_consent(consent).await.err(),
                office.collect_disclosure(before, None).await.err(),
            ];
            for refused in refusals {
                let Some(Error::Api(refused)) = refused else {
                    panic!("{refused:?}")
                };
                assert_put_off(&refused);
            }
        }
        all.standby.promote().await;
        let promoted = Instant::now();
        let after = until_released(&centre, consent).await;
        let took = promoted.elapsed();
        assert!(took < COMES_BACK_WITHIN, "after {took:?}");
        assert_eq!(inbox_of(&office).await, [before, after]);
        assert_eq!(collected(&office, before).await.items.len(), 1);
        let withdrawn = centre.withdraw_consent(consent).await.unwrap();
        assert_eq!(withdrawn.sealed_disclosures, 1);
    });
}

/// A server over a database that a copy follows, and a consent.
struct Followed {
    primary: Cluster,
    standby: Cluster,
    fleet: Fleet,
    consent: Uuid,
}

impl Followed {
    async fn start() -> Self {
        let primary = Cluster::start().await;
        let fleet = start(&primary).await;
        let standby = primary.standby().await;
        let consent = recorded(&client(&fleet, CENTRE_A), a_consent()).await;
        Self {
            primary,
            standby,
            fleet,
            consent: consent.record_id,
        }
    }

    fn centre(&self) -> Client {
        client(&self.fleet, CENTRE_A)
    }

    fn office(&self) -> Client {
        client(&self.fleet, KB_HAMBURG)
    }
}

async fn start(cluster: &Cluster) -> Fleet {
    let program = Path::new(env!("CARGO_BIN_EXE_killable-server"));
    Fleet::over(program, cluster.database().await, 1, None).await
}

fn client(fleet: &Fleet, name: &'static str) -> Client {
    fleet.client(0, name).expect("a running server")
}

/// Releases a message, however often it takes.
async fn until_released(centre: &Client, consent: Uuid) -> Uuid {
    let began = Instant::now();
    loop {
        match centre
            .release_disclosure(&a_draft(consent).build(), None)
            .await
        {
            Ok(message) => return message.id,
            Err(error) => assert!(began.elapsed() < Duration::from_secs(60), "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
