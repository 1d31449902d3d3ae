//! The whole application in one process: a fresh database, the server on a port, and a client for everybody.

use std::{ops::Deref, sync::Arc};

use freigabe_contract::Timestamp;
use freigabe_domain::{
    exchange::{Application, Exchange},
    instant::Instant,
};
use freigabe_storage::SqlStore;
use time::Duration;

use crate::{
    Backend, TestDatabase,
    foreign::ForeignIssuer,
    inspect::Inspector,
    logs,
    node::{Installation, Node, Opened},
    tokens::TokenForge,
};

/// The application under test: its first node, to which it dereferences, and what surrounds it.
///
/// A test owns its application: its database is fresh, and its clock begins at [`START`](crate::node::START).
pub struct TestApp {
    // Dropped in this order: the server lets go of the database before it is removed.
    node: Node,
    inspector: Inspector,
    installation: Installation,
    _database: Arc<TestDatabase>,
}

impl TestApp {
    /// Starts the application on a fresh database.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(backend: Backend) -> Self {
        logs::keep_usual();
        let database = Arc::new(TestDatabase::fresh(backend).await);
        let installation = Installation::new(&database);
        let node = Node::first(installation.clone()).await;
        let inspector = Inspector::open(&database.url).await;
        Self {
            node,
            inspector,
            installation,
            _database: database,
        }
    }

    /// Starts another node of the same installation, on the same database.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_second_node(&self) -> Node {
        Node::another(self.installation.clone(), &self.node).await
    }

    /// Does something as the operator at the command line would, beside the running server.
    ///
    /// # Panics
    /// When the database can't be opened.
    pub async fn operate<R>(&self, what: impl AsyncFnOnce(&dyn Exchange) -> R) -> R {
        let opened = Opened::open(&self.installation, None).await;
        let result = what(opened.exchange.as_ref()).await;
        opened.store.close().await.expect("the store closed");
        result
    }

    /// The use cases as the owner of the tables has them, who erases.
    ///
    /// # Panics
    /// When the database can't be opened.
    pub async fn eraser(&self) -> Application<SqlStore> {
        Opened::eraser(&self.installation, None).await
    }

    /// Puts every event into the log's tree and signs it, as the keeper of a running server does by itself.
    ///
    /// # Panics
    /// When the log does not fit together.
    pub async fn publish_log(&self) {
        self.operate(async |exchange| {
            while exchange.sequence().await.expect("a sequenced log").backlog > 0 {}
            let _ = exchange.sign_checkpoint(&[]).await.expect("a signed log");
        })
        .await;
    }

    /// Moves the database's clock on. Tokens live by the nodes' clock, which stays as it is.
    pub fn advance(&self, by: Duration) {
        self.installation.shift.advance(by);
    }

    /// Sets the database's clock: from now on it shows this time (RFC 3339, any offset) or a later one.
    ///
    /// # Panics
    /// When it is not a time.
    #[track_caller]
    pub fn set_database_time(&self, rfc3339: &str) {
        let time = Timestamp::parse(rfc3339).unwrap_or_else(|_| panic!("{rfc3339} is not a time"));
        self.installation.shift.set(time.get());
    }

    /// Lets the database's clock show the machine's time.
    pub fn use_machine_time(&self) {
        self.installation.shift.reset();
    }

    /// Stops the nodes' clock, by which tokens and proofs are judged: from now on it shows this time. The
    /// clients of [`Node::client`] live by the machine's.
    pub fn stop_node_clock(&self, at: Instant) {
        self.installation.clock.stop(at);
    }

    /// What is in the database.
    #[must_use]
    pub const fn inspect(&self) -> &Inspector {
        &self.inspector
    }

    /// Another authorization server whose tokens are taken.
    #[must_use]
    pub fn foreign_issuer(&self) -> &ForeignIssuer {
        self.installation.foreign.answering()
    }

    /// Signs tokens with the server's own key.
    #[must_use]
    pub fn token_forge(&self) -> TokenForge {
        TokenForge::new(&self.installation.token_key)
    }
}

impl Deref for TestApp {
    type Target = Node;

    fn deref(&self) -> &Node {
        &self.node
    }
}
