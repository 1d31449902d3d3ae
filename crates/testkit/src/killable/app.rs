//! One server that can be killed and started again.

use std::path::Path;

use freigabe_client::Client;
use freigabe_domain::exchange::Application;
use freigabe_storage::SqlStore;

use super::{ISSUER, Order, Target, Word, process::Process};
use crate::{
    Backend, TestDatabase,
    inspect::{Contents, contents_at},
    network::Network,
    node::{Installation, Opened},
};

/// A piece of the log keeper's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// What waits enters the tree.
    Sequencing,
    /// The tree is signed.
    Signing,
    /// What was announced is erased.
    Erasing(Target),
}

/// An installation whose only server is a process that can be killed and started again.
pub struct KillableApp {
    program: &'static Path,
    installation: Installation,
    network: Network,
    process: Option<Process>,
    database: TestDatabase,
}

impl KillableApp {
    /// Starts the program, which calls [`main`], on a fresh database in which everybody is registered.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(program: &'static Path, backend: Backend) -> Self {
        let database = TestDatabase::fresh(backend).await;
        let installation = Installation::new(&database);
        let opened = Opened::open(&installation, None).await;
        let network = Network::register(opened.exchange.as_ref()).await;
        opened.store.close().await.expect("the store closed");
        let mut app = Self {
            program,
            installation,
            network,
            process: None,
            database,
        };
        app.start_again().await;
        app
    }

    /// Starts the server again, on the database as the killed one left it.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_again(&mut self) {
        assert!(self.process.is_none(), "it still runs");
        let process = Process::start(self.program, &self.installation, None).await;
        self.process = Some(process);
    }

    /// Kills the server: `SIGKILL`.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill(&mut self) {
        drop(self.process.take().expect("a running server"));
    }

    /// From here on statements are counted; after the one with this number the server halts where it is.
    ///
    /// # Panics
    /// When it does not obey.
    pub async fn watch(&mut self, halt_after: Option<usize>) {
        let process = self.running();
        process.order(&Order::Watch { halt_after });
        assert_eq!(process.word().await, Word::Watching);
    }

    /// How many statements there were since [`Self::watch`].
    ///
    /// # Panics
    /// When it does not say.
    pub async fn statements(&mut self) -> usize {
        let process = self.running();
        process.order(&Order::Count);
        match process.word().await {
            Word::Counted { statements } => statements,
            other => panic!("it said {other:?} instead of a number"),
        }
    }

    /// The use cases as the owner of the tables, who erases, in this process.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn eraser(&self) -> Application<SqlStore> {
        Opened::eraser(&self.installation, None).await
    }

    /// Moves the database's clock, for servers that are started from now on.
    pub fn advance(&self, by: time::Duration) {
        self.installation.shift.advance(by);
    }

    /// The database's URL.
    #[must_use]
    pub fn database_url(&self) -> &str {
        &self.database.url
    }

    /// Lets the process put what waits into the log's tree, or sign it, and does not wait for it.
    ///
    /// # Panics
    /// When the server does not run.
    pub fn begin_keeping(&mut self, work: Keeping) {
        let order = match work {
            Keeping::Sequencing => Order::Sequence,
            Keeping::Signing => Order::Sign,
            Keeping::Erasing(target) => Order::Erase(target),
        };
        self.running().order(&order);
    }

    /// Waits until that work is done.
    ///
    /// # Panics
    /// When it is not.
    pub async fn kept(&mut self) {
        assert_eq!(self.running().word().await, Word::Kept);
    }

    /// Waits until the server halts.
    ///
    /// # Panics
    /// When it does not.
    pub async fn halted(&mut self) {
        assert_eq!(self.running().word().await, Word::Halted);
    }

    /// A client of the running server that signs in as the named one, an office's on behalf of [`USER`](crate::network::USER).
    ///
    /// # Panics
    /// When nobody has that name, or the server does not run.
    #[must_use]
    pub fn client(&self, name: &str) -> Client {
        let url = &self.process.as_ref().expect("a running server").url;
        let participant = self.network.participant(name);
        let builder = Client::builder(url, participant.credentials.clone())
            .issuer(ISSUER)
            .public_url(ISSUER);
        participant.calling(builder.build().expect("a client"))
    }

    /// Every row of every table that the use cases write, in words that can be compared.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn contents(&self) -> Contents {
        contents_at(&self.database.url).await
    }

    fn running(&mut self) -> &mut Process {
        self.process.as_mut().expect("a running server")
    }
}
