//! Several servers over one database, each a process of its own that can be killed while the others go on.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use freigabe_client::Client;
use freigabe_domain::exchange::Exchange;
use sea_orm::DatabaseConnection;
use time::OffsetDateTime;

use crate::{
    Backend, TestDatabase,
    database::connect,
    disk::Disk,
    killable::{ISSUER, Order, Process},
    machine::machine_time,
    network::Network,
    node::{Installation, Opened},
    planted::{Mistake, Planted},
};

/// An installation of several servers.
pub struct Fleet {
    program: PathBuf,
    installation: Installation,
    network: Network,
    nodes: Vec<Mutex<Option<Running>>>,
    look: DatabaseConnection,
    database: TestDatabase,
    disk: Option<Arc<Disk>>,
}

struct Running {
    process: Process,
    clients: BTreeMap<&'static str, Client>,
}

impl Fleet {
    /// Starts so many servers on a fresh database in which everybody is registered. `program` calls
    /// [`killable::main`](crate::killable::main). The servers make a mistake, if one is named.
    ///
    /// # Panics
    /// When they don't start.
    pub async fn start(
        program: &Path,
        backend: Backend,
        nodes: usize,
        planted: Option<Mistake>,
    ) -> Self {
        Self::over(program, TestDatabase::fresh(backend).await, nodes, planted).await
    }

    /// One server on a fresh SQLite database that sees the disk below the folder of temporary files as it is here.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn on(program: &Path, disk: Arc<Disk>) -> Self {
        let database = TestDatabase::fresh(Backend::Sqlite).await;
        Self::begin(program, database, 1, None, Some(disk)).await
    }

    /// The same over a migrated database that nobody is registered in.
    ///
    /// # Panics
    /// When they don't start.
    pub async fn over(
        program: &Path,
        database: TestDatabase,
        nodes: usize,
        planted: Option<Mistake>,
    ) -> Self {
        Self::begin(program, database, nodes, planted, None).await
    }

    async fn begin(
        program: &Path,
        database: TestDatabase,
        nodes: usize,
        planted: Option<Mistake>,
        disk: Option<Arc<Disk>>,
    ) -> Self {
        let mut installation = Installation::new(&database);
        let opened = Opened::open(&installation, None).await;
        let network = Network::register(opened.exchange.as_ref()).await;
        opened.store.close().await.expect("the store closed");
        installation.planted = planted.map(Planted::new);
        let fleet = Self {
            program: program.to_owned(),
            installation,
            network,
            nodes: (0..nodes).map(|_| Mutex::new(None)).collect(),
            look: connect(&database.url, 2).await,
            database,
            disk,
        };
        for node in 0..nodes {
            fleet.start_again(node).await;
        }
        fleet
    }

    /// How many servers there are, running or not.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// Starts a server that was killed. It keeps the log as well.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_again(&self, node: usize) {
        let mut process =
            Process::start(&self.program, &self.installation, self.disk.as_deref()).await;
        process.order(&Order::KeepLog);
        let running = Running {
            process,
            clients: BTreeMap::new(),
        };
        *self.slot(node) = Some(running);
    }

    /// Kills a server: `SIGKILL`. False when it does not run.
    ///
    /// # Panics
    /// When it can't be killed.
    pub fn kill(&self, node: usize) -> bool {
        let killed = self.slot(node).take();
        killed.is_some()
    }

    /// A client of a server, which signs in as the named one; none while that server is down.
    ///
    /// # Panics
    /// When nobody has that name.
    #[must_use]
    pub fn client(&self, node: usize, name: &'static str) -> Option<Client> {
        let mut slot = self.slot(node);
        let Running { process, clients } = slot.as_mut()?;
        let client = clients.entry(name).or_insert_with(|| {
            let participant = self.network.participant(name);
            let builder = Client::builder(&process.url, participant.credentials.clone())
                .issuer(ISSUER)
                .public_url(ISSUER)
                .proof_key(participant.key.clone());
            participant.calling(builder.build().expect("a client"))
        });
        Some(client.clone())
    }

    /// What the database's clock shows, nearly.
    #[must_use]
    pub fn database_time(&self) -> OffsetDateTime {
        machine_time() + time::Duration::microseconds(self.installation.shift.micros())
    }

    /// The use cases over the same database, in this process, without any mistake.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn exchange(&self) -> Arc<dyn Exchange> {
        let installation = Installation {
            planted: None,
            ..self.installation.clone()
        };
        Opened::open(&installation, None).await.exchange
    }

    /// Connections to the database, past the application.
    #[must_use]
    pub const fn look(&self) -> &DatabaseConnection {
        &self.look
    }

    /// The database's address.
    #[must_use]
    pub fn database_url(&self) -> &str {
        &self.database.url
    }

    fn slot(&self, node: usize) -> std::sync::MutexGuard<'_, Option<Running>> {
        let slot = self.nodes.get(node).expect("a node of this fleet");
        slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
