//! One database with everybody registered, and what the operations are done to: consents, held messages.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use freigabe_domain::{
    Error,
    access::{AuditorCaller, Caller, CentreCaller, ClientId, OfficeCaller, UserReference},
    consent::{ConsentHead, Decision, NewConsent},
    entropy::Entropy as _,
    exchange::{AccessDesk as _, Application, ConsentDesk as _, LogDesk as _, ReleaseDesk as _},
    ids::{ConsentId, DisclosureId},
    store::{IdempotencyKey, RequestKey, Store, StoreError},
};
use freigabe_storage::{MasterKey, SqlStore, StatementObserver, StoreSettings};
use freigabe_testkit::{
    Backend, TestDatabase,
    database::connect,
    machine::MachineEntropy,
    network::{AUDITOR, CENTRE_A, KB_HAMBURG, Network},
    store::{good_draft, good_terms, log_rules, references},
};
use sea_orm::ConnectionTrait as _;

/// Of the use cases beside the server, which only prepare what is measured.
const CONNECTIONS: u32 = 12;

/// An installation, and the use cases over its database beside the server.
pub(crate) struct Scene {
    pub(crate) backend: Backend,
    pub(crate) database: TestDatabase,
    /// In base64, as the program takes it.
    pub(crate) master_key: String,
    pub(crate) network: Network,
    pub(crate) application: Arc<Application<SqlStore>>,
    pub(crate) centre: CentreCaller,
    pub(crate) office: OfficeCaller,
    pub(crate) auditor: AuditorCaller,
    cases: AtomicU32,
    keys: AtomicU32,
}

impl Scene {
    /// How idempotency keys begin.
    pub(crate) const KEY: &str = "cost-";

    /// Registers everybody in a fresh database.
    pub(crate) async fn set(backend: Backend) -> Self {
        Self::with_events(backend, async |_| {}).await
    }

    /// Registers everybody in a fresh database whose log was filled before.
    pub(crate) async fn with_events(backend: Backend, fill: impl AsyncFn(&TestDatabase)) -> Self {
        let database = TestDatabase::fresh(backend).await;
        fill(&database).await;
        let mut key = [0; 32];
        MachineEntropy.fill(&mut key).expect("randomness");
        let master_key = STANDARD.encode(key);
        let store = open(&database, &master_key, None).await;
        let application = Application::new(store, Arc::new(MachineEntropy)).with_log(log_rules());
        let network = Network::register(&application).await;
        let office = caller(&application, KB_HAMBURG, Some("P-4711")).await;
        Self {
            backend,
            centre: CentreCaller::try_from(caller(&application, CENTRE_A, None).await)
                .expect("a centre"),
            office: OfficeCaller::try_from(office).expect("an office"),
            auditor: AuditorCaller::try_from(caller(&application, AUDITOR, None).await)
                .expect("an auditor"),
            database,
            master_key,
            network,
            application: Arc::new(application),
            cases: AtomicU32::new(1),
            keys: AtomicU32::new(1),
        }
    }

    /// The same database once more, with connections of its own; `observer` is told of each statement.
    pub(crate) async fn open(&self, observer: Option<StatementObserver>) -> SqlStore {
        open(&self.database, &self.master_key, observer).await
    }

    /// A consent of another person, valid from 2020 to 2090, for vehicles to one office.
    pub(crate) async fn consent(&self) -> ConsentHead {
        let new = NewConsent {
            references: references(self.cases.fetch_add(1, Ordering::Relaxed)),
            decision: Decision::Given(Box::new(good_terms())),
        };
        let request = self.request(&self.centre);
        let record = async || {
            let new = new.clone();
            let recorded = self.application.record_consent(&self.centre, &request, new);
            recorded.await
        };
        prepared(record).await.value.head
    }

    /// A message that the office may collect.
    pub(crate) async fn held(&self, consent: ConsentId) -> DisclosureId {
        let request = self.request(&self.centre);
        let release = async || {
            let draft = good_draft(consent);
            let application = &self.application;
            let released = application.release_disclosure(&self.centre, &request, draft);
            released.await
        };
        prepared(release).await.id
    }

    /// A request with a key of its own.
    pub(crate) fn request(&self, caller: impl AsRef<Caller>) -> RequestKey {
        RequestKey {
            client: caller.as_ref().client.clone(),
            key: IdempotencyKey::parse(&self.key()).expect("a key"),
            fingerprint: [7; 32],
        }
    }

    /// A key that no other request has; all are of one length.
    pub(crate) fn key(&self) -> String {
        format!(
            "{}{:012}",
            Self::KEY,
            self.keys.fetch_add(1, Ordering::Relaxed)
        )
    }

    /// What was written so far is not a later round's burden.
    pub(crate) async fn checkpoint(&self) {
        let connection = connect(&self.database.url, 1).await;
        let sql = match self.backend {
            Backend::Postgres => "CHECKPOINT",
            Backend::Sqlite => "PRAGMA wal_checkpoint(PASSIVE)",
        };
        connection
            .execute_unprepared(sql)
            .await
            .expect("a checkpoint");
        connection.close().await.expect("the connection closed");
    }

    /// Lets go of the database.
    pub(crate) async fn finish(self) -> TestDatabase {
        self.application
            .store()
            .close()
            .await
            .expect("the store closed");
        self.database
    }

    /// Events that are not in the log's tree yet.
    pub(crate) async fn waiting(&self) -> u64 {
        let waiting = self.application.pending_events().await;
        waiting.expect("the number of events that wait")
    }
}

/// Of one thing that is prepared. Each time it is waited for a connection for half a minute.
const ATTEMPTS: u32 = 10;

/// Prepares something beside the program, which may hold the writer of the same file for long: asked again with the
/// same request, as a client would.
async fn prepared<T>(attempt: impl AsyncFn() -> Result<T, Error>) -> T {
    for _ in 1..ATTEMPTS {
        match attempt().await {
            Err(Error::Store(StoreError::Unavailable(_))) => {}
            outcome => return outcome.expect("prepared"),
        }
    }
    attempt().await.expect("prepared")
}

async fn open(database: &TestDatabase, key: &str, observer: Option<StatementObserver>) -> SqlStore {
    let key = MasterKey::from_base64(key).expect("a master key");
    let mut settings = StoreSettings::new(&database.url, key, Arc::new(MachineEntropy));
    settings.connections = CONNECTIONS;
    settings.observer = observer;
    SqlStore::open(settings).await.expect("the store opens")
}

async fn caller<S: Store>(
    application: &Application<S>,
    client: &str,
    user: Option<&str>,
) -> Caller {
    let id = ClientId::parse(client).expect("a client's identifier");
    let client = application.registered_client(&id).await;
    let client = client.expect("the store").expect("a registered client");
    let user = user.map(|user| UserReference::parse(user).expect("a user's reference"));
    Caller::of(&client, user).expect("a role with its office")
}
