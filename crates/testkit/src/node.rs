//! A running server: the real one, on a port of its own, in a thread of its own.

use std::{
    collections::BTreeMap,
    net::TcpListener,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use actix_web::{dev::ServerHandle, web};
use freigabe_client::{Client, ClientKeyPair, SystemRandom};
use freigabe_console::Pages;
use freigabe_contract::Timestamp;
use freigabe_domain::{
    exchange::{Application, Exchange},
    store::Store,
};
use freigabe_http::{
    HttpState, KeySets, Listening, RateLimits, Site, TokenIssuer, TrustedIssuer, proxy::Proxies,
};
use freigabe_storage::{
    DatabaseClock, MasterKey, OpenError, SqlStore, StatementObserver, StoreSettings,
};
use tokio::sync::oneshot;

use crate::{
    TestDatabase,
    foreign::ForeignIssuer,
    machine::{DatabaseShift, MachineEntropy, NodeClock},
    network::{AUDITOR, CENTRE_A, CENTRE_B, CENTRE_C, COORDINATION, Network, OPERATOR},
    over::Over,
    planted::Planted,
    store::log_rules,
};

/// What the database's clock shows when a test begins.
pub const START: &str = "2026-11-24T09:00:00Z";
/// Header in which a proxy on this machine says which certificate its client showed.
pub const CERTIFICATE_HEADER: &str = "client-cert";
/// Lifetime of access tokens.
const TOKEN_LIFETIME: Duration = Duration::from_secs(300);
/// How long a database may be down while a server starts.
const PATIENCE: Duration = Duration::from_secs(30);
/// Threads that answer requests.
const WORKERS: usize = 2;

/// What the nodes of one installation have in common.
#[derive(Clone)]
pub(crate) struct Installation {
    pub(crate) database_url: String,
    pub(crate) master_key: MasterKey,
    /// Ed25519, PKCS#8, DER.
    pub(crate) token_key: Vec<u8>,
    pub(crate) shift: DatabaseShift,
    pub(crate) foreign: Arc<ForeignIssuer>,
    pub(crate) clock: NodeClock,
    /// A mistake that it makes.
    pub(crate) planted: Option<Planted>,
}

impl Installation {
    /// New keys over a database, whose clock shows [`START`].
    pub(crate) fn new(database: &TestDatabase) -> Self {
        let key = ClientKeyPair::generate(&SystemRandom).expect("a key pair");
        let shift = DatabaseShift::default();
        shift.set(Timestamp::parse(START).expect("a time").get());
        Self {
            database_url: database.url.clone(),
            master_key: MasterKey::generate(&MachineEntropy).expect("a master key"),
            token_key: key.pkcs8_der().to_vec(),
            shift,
            foreign: Arc::new(ForeignIssuer::new()),
            clock: NodeClock::default(),
            planted: None,
        }
    }
}

/// A running server.
pub struct Node {
    url: String,
    issuer: String,
    network: Arc<Network>,
    clients: Mutex<BTreeMap<String, Client>>,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

struct Started {
    handle: ServerHandle,
    network: Arc<Network>,
}

impl Node {
    /// Starts the first node of an installation, which is the issuer of its tokens, and registers the network.
    pub(crate) async fn first(installation: Installation) -> Self {
        Self::start(installation, None).await
    }

    /// Starts another node of the same installation.
    pub(crate) async fn another(installation: Installation, first: &Self) -> Self {
        Self::start(
            installation,
            Some((first.issuer.clone(), Arc::clone(&first.network))),
        )
        .await
    }

    async fn start(installation: Installation, joined: Option<(String, Arc<Network>)>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let url = format!(
            "http://{}",
            listener.local_addr().expect("the port's address")
        );
        let (issuer, network) = match joined {
            Some((issuer, network)) => (issuer, Some(network)),
            None => (url.clone(), None),
        };
        let (started, answer) = oneshot::channel();
        let named = issuer.clone();
        let thread = thread::Builder::new()
            .name("node".to_owned())
            .spawn(move || serve(installation, named, network, listener, started))
            .expect("a thread for the server");
        let Started { handle, network } = answer.await.expect("a server that started");
        Self {
            url,
            issuer,
            network,
            clients: Mutex::default(),
            handle,
            thread: Some(thread),
        }
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The issuer of tokens: the first node's address.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Who takes part.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// A client of this node that signs in as the named one, an office's on behalf of [`USER`](crate::network::USER). The same each time, so that it signs in once.
    ///
    /// # Panics
    /// When nobody has that name.
    #[must_use]
    #[track_caller]
    pub fn client(&self, name: &str) -> Client {
        let participant = self.network.participant(name);
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let client = clients.entry(name.to_owned()).or_insert_with(|| {
            let builder = Client::builder(&self.url, participant.credentials.clone());
            let builder = builder.issuer(&self.issuer).public_url(&self.issuer);
            // The same for every node, so that a token of one can be used at another.
            let builder = builder.proof_key(participant.key.clone());
            participant.calling(builder.build().expect("a client"))
        });
        client.clone()
    }

    /// The first counselling centre.
    #[must_use]
    pub fn centre_a(&self) -> Client {
        self.client(CENTRE_A)
    }

    /// The second counselling centre.
    #[must_use]
    pub fn centre_b(&self) -> Client {
        self.client(CENTRE_B)
    }

    /// The third counselling centre.
    #[must_use]
    pub fn centre_c(&self) -> Client {
        self.client(CENTRE_C)
    }

    /// A police office, by its identifier.
    ///
    /// # Panics
    /// When that office does not take part.
    #[must_use]
    #[track_caller]
    pub fn office(&self, id: &str) -> Client {
        self.client(id)
    }

    /// The coordination.
    #[must_use]
    pub fn coordination(&self) -> Client {
        self.client(COORDINATION)
    }

    /// The auditor.
    #[must_use]
    pub fn auditor(&self) -> Client {
        self.client(AUDITOR)
    }

    /// The operator.
    #[must_use]
    pub fn operator(&self) -> Client {
        self.client(OPERATOR)
    }

    /// Somebody without credentials.
    ///
    /// # Panics
    /// When no client can be made.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::anonymous(&self.url).expect("a client")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // The command is sent at once; the future would only wait for the end, which the thread's end shows.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !thread::panicking()
        {
            panic!("the server's thread panicked");
        }
    }
}

/// The life of a server's thread.
fn serve(
    installation: Installation,
    issuer: String,
    network: Option<Arc<Network>>,
    listener: TcpListener,
    started: oneshot::Sender<Started>,
) {
    actix_web::rt::System::new().block_on(async move {
        let opened = Opened::open(&installation, None).await;
        let network = match network {
            Some(network) => network,
            None => Arc::new(Network::register(opened.exchange.as_ref()).await),
        };
        let trusted = vec![installation.foreign.trusted(&network)];
        let server = opened.server(&installation, issuer, trusted, listener);
        let handle = server.handle();
        assert!(
            started.send(Started { handle, network }).is_ok(),
            "the test is gone already"
        );
        server.await.expect("a server that ended well");
        opened.store.close().await.expect("the store closed");
    });
}

/// An installation's database, and the use cases over it.
pub(crate) struct Opened {
    pub(crate) store: SqlStore,
    pub(crate) exchange: Arc<dyn Exchange>,
}

impl Opened {
    /// Opens the database; `observer` is told of each statement.
    pub(crate) async fn open(
        installation: &Installation,
        observer: Option<StatementObserver>,
    ) -> Self {
        let settings = store_settings(installation, observer);
        let store = open_patiently(settings).await;
        let exchange: Arc<dyn Exchange> = match &installation.planted {
            Some(planted) => Arc::new(use_cases(Over::new(store.clone(), planted.clone()))),
            None => Arc::new(use_cases(store.clone())),
        };
        Self { store, exchange }
    }

    /// The use cases as the owner of the tables, who erases.
    pub(crate) async fn eraser(
        installation: &Installation,
        observer: Option<StatementObserver>,
    ) -> Application<SqlStore> {
        let settings = store_settings(installation, observer);
        let store = SqlStore::open_as_owner(settings).await;
        use_cases(store.expect("the store opened"))
    }

    /// The pages for people, as the program has them.
    fn site(&self) -> Site {
        let pages = web::Data::new(Pages::new(Arc::clone(&self.exchange) as _));
        Site::new(freigabe_console::PAGES, move |config| {
            config
                .app_data(pages.clone())
                .configure(freigabe_console::configure);
        })
    }

    /// The real server on this port. Key sets are fetched from this machine.
    pub(crate) fn server(
        &self,
        installation: &Installation,
        issuer: String,
        trusted: Vec<TrustedIssuer>,
        listener: TcpListener,
    ) -> actix_web::dev::Server {
        let issuer = TokenIssuer::new(issuer, &installation.token_key, TOKEN_LIFETIME)
            .expect("a key that signs tokens");
        let state = HttpState::new(
            Arc::clone(&self.exchange),
            issuer,
            Arc::new(installation.clock.clone()),
            Arc::new(MachineEntropy),
        )
        .expect("a sound description of the API")
        .with_site(self.site())
        .with_limits(RateLimits::NONE)
        .with_key_sets(KeySets::new(
            vec!["127.0.0.0/8".parse().expect("a network")],
            Arc::new(installation.clock.clone()),
        ))
        .with_trusted(trusted)
        .expect("issuers that differ");
        let this_machine = "127.0.0.1".parse().expect("an address");
        let proxies = Proxies::at(vec![this_machine]).with_certificates_in(CERTIFICATE_HEADER);
        let listening = Listening {
            workers: WORKERS,
            proxies: Some(proxies.expect("a header")),
            ..Listening::default()
        };
        freigabe_http::server(state, listener, listening).expect("a server")
    }
}

/// Opens the store. A database that is down comes back: as a server is started again until it is.
async fn open_patiently(settings: StoreSettings) -> SqlStore {
    let began = std::time::Instant::now();
    loop {
        match SqlStore::open(settings.clone()).await {
            Err(OpenError::Unreachable(_)) if began.elapsed() < PATIENCE => {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            opened => return opened.expect("the store opened"),
        }
    }
}

fn store_settings(
    installation: &Installation,
    observer: Option<StatementObserver>,
) -> StoreSettings {
    let mut settings = StoreSettings::new(
        &installation.database_url,
        installation.master_key.clone(),
        Arc::new(MachineEntropy),
    );
    settings.clock = DatabaseClock::Shifted(installation.shift.handle());
    settings.observer = observer;
    settings
}

fn use_cases<S: Store>(store: S) -> Application<S> {
    Application::new(store, Arc::new(MachineEntropy)).with_log(log_rules())
}
