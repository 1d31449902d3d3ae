//! A SQLite and a PostgreSQL store side by side, and the one road to both.

use std::cell::{Ref, RefCell};

use freigabe_domain::{
    Error,
    store::{Mode, unit_of_work},
};
use freigabe_storage::{SqlStore, StoreSettings};
use freigabe_testkit::{
    Backend, TestDatabase,
    database::connect,
    over::{Over, OverTx},
    store::master_key,
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use tokio::{runtime::Runtime, sync::Notify};

use super::{
    machine::{Answers, Failure, Port, Work},
    slips::{Slip, Slips},
    world,
};

/// A transaction of either.
pub(super) type Transaction<'tx> = OverTx<'tx, Slips>;

/// Both databases, for one test's sequences one after the other.
pub(super) struct Pair {
    sqlite: RefCell<Side>,
    postgres: RefCell<Side>,
    slips: Slips,
    runtime: Runtime,
}

struct Side {
    database: TestDatabase,
    store: SqlStore,
    over: Over<Slips>,
    /// Past all rules, to empty the tables between sequences.
    administrator: DatabaseConnection,
    as_owner: bool,
}

impl Pair {
    /// Fresh databases with those who take part, and what the port asks for.
    pub(super) fn start<P: Port>() -> Self {
        // One thread, as for a request: nothing that a port answers with need be `Send`.
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.enable_all().build().expect("a runtime");
        let slips = Slips::default();
        let side = |backend| Side::start(backend, P::AS_OWNER, &slips);
        let (sqlite, postgres) = runtime
            .block_on(async { (side(Backend::Sqlite).await, side(Backend::Postgres).await) });
        let pair = Self {
            sqlite: RefCell::new(sqlite),
            postgres: RefCell::new(postgres),
            slips,
            runtime,
        };
        pair.runtime.block_on(async {
            world::take_part(&pair).await;
            P::given(&pair).await;
        });
        pair
    }

    /// From now on both stores make this mistake.
    pub(super) fn plant(&self, slip: Slip) {
        self.slips.plant(slip);
    }

    /// The store below all mistakes.
    pub(super) fn store(&self, backend: Backend) -> SqlStore {
        self.side(backend).store.clone()
    }

    /// A connection past all rules.
    pub(super) fn administrator(&self, backend: Backend) -> DatabaseConnection {
        self.side(backend).administrator.clone()
    }

    fn side(&self, backend: Backend) -> Ref<'_, Side> {
        match backend {
            Backend::Sqlite => self.sqlite.borrow(),
            Backend::Postgres => self.postgres.borrow(),
        }
    }

    /// Removes all rows of these tables.
    pub(super) fn empty(&self, tables: &[&str]) {
        let deletes: String = tables
            .iter()
            .map(|table| format!("DELETE FROM {table};"))
            .collect();
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let administrator = self.administrator(backend);
            let emptied = self
                .runtime
                .block_on(administrator.execute_unprepared(&deletes));
            emptied.expect("emptied tables");
        }
    }

    /// Closes both stores and opens them again.
    pub(super) fn restart(&self) {
        for side in [&self.sqlite, &self.postgres] {
            let mut side = side.borrow_mut();
            self.runtime.block_on(side.restart(&self.slips));
        }
    }

    /// Carries a unit of work out on one of them: what its calls answered, or why the work as a whole came to another end.
    pub(super) fn carry_out<P: Port>(
        &self,
        backend: Backend,
        work: &Work<P::Call>,
    ) -> Result<Answers, String> {
        let side = self.side(backend);
        let answers = RefCell::new(Answers::new());
        let reached = Notify::new();
        let scope = work.by.scope();
        let outcome = self.runtime.block_on(async {
            let whole = unit_of_work(
                &side.over,
                &scope,
                Mode::Write,
                async |tx: &mut Transaction<'_>| {
                    answers.borrow_mut().clear();
                    self.slips.desk().acts(work.by);
                    for call in &work.calls {
                        let answer = P::carry_out(tx, self.slips.desk(), work.by, call).await;
                        let answer = answer.map_err(Failure::from);
                        let failed = answer.is_err();
                        answers.borrow_mut().push(answer);
                        if failed {
                            // Not the store's error: on a conflict the whole work would be run again.
                            return Err(GIVEN_UP);
                        }
                    }
                    work.end.reached(&reached).await;
                    match work.end {
                        super::machine::End::GiveUp => Err(GIVEN_UP),
                        _ => Ok(()),
                    }
                },
            );
            tokio::select! {
                outcome = whole => outcome,
                () = reached.notified() => Ok(()),
            }
        });
        match outcome {
            Ok(()) | Err(Error::InvalidState(_)) => Ok(answers.into_inner()),
            Err(error) => Err(format!("{backend:?} does not end {work:?}: {error:?}")),
        }
    }
}

const GIVEN_UP: Error = Error::InvalidState("given up");

impl Side {
    async fn start(backend: Backend, as_owner: bool, slips: &Slips) -> Self {
        let database = TestDatabase::fresh(backend).await;
        let administrator = connect(&database.url, 1).await;
        let store = open(&database, as_owner).await;
        Self {
            over: Over::new(store.clone(), slips.clone()),
            store,
            database,
            administrator,
            as_owner,
        }
    }

    async fn restart(&mut self, slips: &Slips) {
        self.store.close().await.expect("a closed store");
        self.store = open(&self.database, self.as_owner).await;
        self.over = Over::new(self.store.clone(), slips.clone());
    }
}

async fn open(database: &TestDatabase, as_owner: bool) -> SqlStore {
    let mut settings = StoreSettings::new(&database.url, master_key(), world::entropy());
    settings.connections = 2;
    let opened = if as_owner {
        SqlStore::open_as_owner(settings).await
    } else {
        SqlStore::open(settings).await
    };
    opened.expect("the store opens")
}
