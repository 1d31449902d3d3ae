//! The disk is full, or can only be read: the database's, whichever it is.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use freigabe_client::{ApiError, Client, Error};
use freigabe_contract::vocabulary::ConsentStatus;
use freigabe_testkit::{
    Backend, Fleet, a_consent, a_draft,
    cluster::{self, Cluster},
    disk::{Ailment, Disk},
    network::{CENTRE_A, KB_HAMBURG},
    on_both_databases,
    stored_log::StoredLog,
};
use uuid::Uuid;

use crate::support::{assert_put_off, collected, inbox_of, recorded, released};

/// How long it may take until the server works again by itself.
const COMES_BACK_WITHIN: Duration = Duration::from_secs(10);

on_both_databases! {
    async fn a_full_disk_is_told_with_503_and_nothing_is_half_written_or_lost(place: Place) {
        let mut place = place;
        for _ in 0..3 {
            // Whatever has room still succeeds; what was answered stays.
            place.disk.falls_ill(Ailment::Full);
            place.refuses().await;
            place.recovers().await;
        }
        // The same after the server was killed in the middle of it.
        place.disk.falls_ill(Ailment::Full);
        place.refuses().await;
        assert!(place.fleet.kill(0));
        place.disk.recovers();
        place.fleet.start_again(0).await;
        place.is_whole().await;
    }

    async fn a_disk_that_can_only_be_read_is_told_with_503_until_it_can_be_written(place: Place) {
        let mut place = place;
        for _ in 0..2 {
            place.disk.falls_ill(Ailment::ReadOnly);
            place.refuses().await;
            // It goes on refusing, also where a connection is opened meanwhile.
            place.refuses_at_once().await;
            place.recovers().await;
        }
        place.is_whole().await;
    }
}

/// A server whose database lies on a disk that can fall ill, and a consent with messages under it.
struct Place {
    disk: Arc<Disk>,
    fleet: Fleet,
    /// The database's own server; none with SQLite.
    cluster: Option<Cluster>,
    consent: Uuid,
    /// What was released, and answered so.
    waiting: Vec<Uuid>,
    /// Another consent, and what was answered about it.
    other: Uuid,
    expected: ConsentStatus,
}

impl Place {
    async fn start(backend: Backend) -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_killable-server"));
        let temporary = std::env::temp_dir();
        let disk = Arc::new(Disk::below(match backend {
            Backend::Sqlite => &temporary,
            Backend::Postgres => Path::new(cluster::FOLDER),
        }));
        let (fleet, cluster) = match backend {
            Backend::Sqlite => (Fleet::on(program, Arc::clone(&disk)).await, None),
            Backend::Postgres => {
                let cluster = Cluster::on(Arc::clone(&disk)).await;
                let database = cluster.database().await;
                (Fleet::over(program, database, 1, None).await, Some(cluster))
            }
        };
        let mut place = Self {
            disk,
            fleet,
            cluster,
            consent: Uuid::nil(),
            waiting: Vec::new(),
            other: Uuid::nil(),
            expected: ConsentStatus::Given,
        };
        place.other = recorded(&place.centre(), a_consent()).await.record_id;
        place.consent = recorded(&place.centre(), a_consent()).await.record_id;
        let first = released(&place.centre(), a_draft(place.consent)).await.id;
        place.waiting.push(first);
        assert_eq!(inbox_of(&place.office()).await, place.waiting);
        place
    }

    fn centre(&self) -> Client {
        self.fleet.client(0, CENTRE_A).expect("a running server")
    }

    fn office(&self) -> Client {
        self.fleet.client(0, KB_HAMBURG).expect("a running server")
    }

    /// Releases until there is no room for it. Others may still find some: a withdrawal is told, or done.
    async fn refuses(&mut self) {
        for _ in 0..200 {
            match self.release().await {
                Ok(message) => self.waiting.push(message),
                Err(refused) => {
                    assert_put_off(&refused);
                    match self.centre().withdraw_consent(self.other).await {
                        Ok(_) => self.expected = ConsentStatus::Withdrawn,
                        Err(Error::Api(refused)) => assert_put_off(&refused),
                        Err(error) => panic!("{error}"),
                    }
                    return;
                }
            }
        }
        panic!("there is always room");
    }

    async fn refuses_at_once(&self) {
        let refused = self.release().await;
        assert_put_off(&refused.expect_err("it can't be written"));
    }

    /// The disk is well again: so is the server, by itself, and it knows what it has answered and nothing else.
    async fn recovers(&mut self) {
        self.disk.recovers();
        let began = Instant::now();
        let message = loop {
            if let Some(cluster) = &mut self.cluster
                && cluster.has_ended()
            {
                // PostgreSQL does not outlive every fault of its disk, and may still be about to end.
                cluster.run().await;
            }
            match self.release().await {
                Ok(message) => break message,
                Err(refused) => assert_put_off(&refused),
            }
            let took = began.elapsed();
            assert!(took < COMES_BACK_WITHIN, "not back after {took:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        println!("back after {:?}", began.elapsed());
        self.waiting.push(message);
        let other = self.centre().get_consent(self.other).await.unwrap();
        assert_eq!(other.status, self.expected, "done, or not");
        assert_eq!(
            inbox_of(&self.office()).await,
            self.waiting,
            "what was answered, and nothing else"
        );
    }

    /// All that was answered can be collected or withdrawn, and the log has it once.
    async fn is_whole(&self) {
        let (centre, office) = (self.centre(), self.office());
        assert_eq!(inbox_of(&office).await, self.waiting);
        assert_eq!(collected(&office, self.waiting[0]).await.items.len(), 1);
        let withdrawn = centre.withdraw_consent(self.consent).await.unwrap();
        assert_eq!(
            withdrawn.sealed_disclosures as usize,
            self.waiting.len() - 1
        );
        let exchange = self.fleet.exchange().await;
        while exchange.sequence().await.unwrap().backlog > 0 {}
        exchange.sign_checkpoint(&[]).await.unwrap();
        StoredLog::at(self.fleet.database_url()).await.is_complete();
    }

    async fn release(&self) -> Result<Uuid, ApiError> {
        let draft = a_draft(self.consent).build();
        match self.centre().release_disclosure(&draft, None).await {
            Ok(message) => Ok(message.id),
            Err(Error::Api(refused)) => Err(refused),
            Err(error) => panic!("{error}"),
        }
    }
}
