//! Opening, migrating, and beginning transactions.

use std::{sync::Arc, time::Duration};

use freigabe_domain::{
    audit::AuditQuery,
    entropy::Entropy,
    store::{Begin, Mode, PageRequest, Scope, Store, StoreError},
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend,
    EntityTrait as _, TransactionTrait as _,
};
use sea_orm_migration::{MigratorTrait as _, SchemaManager, seaql_migrations};

use tokio::runtime::Handle;

use crate::{
    DatabaseClock, StoreSettings,
    backend::{self, Pools, Role},
    crypto::Keys,
    entity::installation,
    failure::{failed, is_lost},
    migration::Migrator,
    tx::SqlTx,
};

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL means neither SQLite nor PostgreSQL.
    #[error("the database URL must begin with sqlite: or postgres://")]
    UnknownDatabase,
    /// The database does not answer, or not as it should.
    #[error("the database can't be opened: {0}")]
    Unreachable(StoreError),
    /// The database is older than what is tested.
    #[error("this database is version {found}; at least {oldest} is needed")]
    TooOld {
        /// Its version.
        found: String,
        /// The oldest that may be used.
        oldest: &'static str,
    },
    /// The tables are not up to date.
    #[error("{0} migrations are pending; run `freigabe migrate`")]
    NotMigrated(usize),
    /// The role as which the server works is missing.
    #[error("this PostgreSQL has no role {0}; run `freigabe migrate`, which makes it")]
    NoRole(&'static str),
    /// The login may not work as the server's role.
    #[error("this login may not work as {0}; let an administrator run: GRANT {0} TO the login")]
    NotInRole(&'static str),
    /// The rules of the database would not bind the server.
    #[error(
        "the role {0} is a superuser, passes over row-level security, or owns tables; the database would not hold anything back from it"
    )]
    UnboundRole(&'static str),
    /// Whoever signed in does not own the tables.
    #[error(
        "this login does not own the tables, and only their owner erases: use the login that ran `freigabe migrate`"
    )]
    NotOwner,
    /// A migration failed.
    #[error("a migration failed: {0}")]
    MigrationFailed(String),
    /// The master key is not the one that this database was begun with.
    #[error(
        "the master key does not belong to this database; nothing that is sealed could be opened"
    )]
    WrongMasterKey,
}

/// The store on SQLite or PostgreSQL. Cloning is cheap; clones share their connections.
#[derive(Clone)]
pub struct SqlStore {
    inner: Arc<Inner>,
}

struct Inner {
    pools: Pools,
    keys: Arc<Keys>,
    entropy: Arc<dyn Entropy>,
    clock: DatabaseClock,
    /// Where the store was opened.
    home: Handle,
    url: String,
    /// How many connections a pool may have.
    connections: u32,
}

impl SqlStore {
    /// Opens a migrated database and makes sure that the master key belongs to it.
    ///
    /// # Errors
    /// When the database can't be reached, is too old or not migrated, or belongs to another key.
    pub async fn open(settings: StoreSettings) -> Result<Self, OpenError> {
        Self::open_as(settings, Role::Application).await
    }

    /// The same as whoever signs in, who must own the tables: to erase what is to be erased. On SQLite there is no difference.
    ///
    /// # Errors
    /// As [`SqlStore::open`].
    pub async fn open_as_owner(settings: StoreSettings) -> Result<Self, OpenError> {
        Self::open_as(settings, Role::Owner).await
    }

    async fn open_as(settings: StoreSettings, role: Role) -> Result<Self, OpenError> {
        // A database in memory lives and dies with its one connection, so it is migrated right here.
        let in_memory = settings.url.contains(":memory:");
        let mut pools =
            backend::connect(&settings.url, settings.connections, role, in_memory).await?;
        backend::check_version(&pools.writer).await?;
        if in_memory {
            Migrator::up(&pools.writer, None)
                .await
                .map_err(|e| OpenError::MigrationFailed(e.to_string()))?;
        }
        if role == Role::Owner {
            backend::check_owner(&pools.writer).await?;
        }
        let status = status(&pools.reader).await?;
        let pending = status.iter().filter(|(_, applied)| !applied).count();
        if pending > 0 {
            return Err(OpenError::NotMigrated(pending));
        }
        if role == Role::Application {
            backend::check_role(&pools.writer).await?;
        }
        let keys = Keys::derive(&settings.master_key).map_err(OpenError::Unreachable)?;
        claim(&pools.writer, &keys).await?;
        if let Some(observer) = settings.observer {
            let Pools { writer, reader } = &mut pools;
            for pool in [writer, reader] {
                let observer = Arc::clone(&observer);
                pool.set_metric_callback(move |info| observer(info.statement));
            }
        }
        let inner = Inner {
            pools,
            keys: Arc::new(keys),
            entropy: settings.entropy,
            clock: settings.clock,
            home: Handle::current(),
            url: settings.url,
            connections: settings.connections,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Where the database is, with its password.
    pub(crate) fn url(&self) -> &str {
        &self.inner.url
    }

    /// Begins a transaction and tells the database for whom it is.
    async fn begin_for(
        &self,
        scope: &Scope,
        mode: Mode,
    ) -> Result<DatabaseTransaction, StoreError> {
        let pools = &self.inner.pools;
        let pool = match mode {
            Mode::Read => &pools.reader,
            Mode::Write | Mode::Provisional | Mode::RepeatableWrite => &pools.writer,
        };
        let backend = pool.get_database_backend();
        let transaction = self.begin_in(pool, backend, mode).await?;
        if let Some(sql) = backend::opening_statement(backend, mode) {
            transaction.execute_unprepared(sql).await.map_err(failed)?;
        }
        if let Some(statement) = backend::scope_statement(backend, scope, mode) {
            transaction.execute_raw(statement).await.map_err(failed)?;
        }
        Ok(transaction)
    }

    /// Begins on a connection that works. Those that the database has cut since they were used last are found out by this
    /// very statement, before anything was done, and are gone from the pool then.
    async fn begin_in(
        &self,
        pool: &DatabaseConnection,
        backend: DbBackend,
        mode: Mode,
    ) -> Result<DatabaseTransaction, StoreError> {
        let mut cut = 0;
        loop {
            let options = backend::transaction(backend, mode);
            match pool.begin_with_options(options).await.map_err(failed) {
                Err(error) if is_lost(&error) && cut <= self.inner.connections => cut += 1,
                begun => return begun,
            }
        }
    }

    /// Closes all connections.
    ///
    /// # Errors
    /// When the database objects.
    pub async fn close(&self) -> Result<(), StoreError> {
        let Pools { writer, reader } = &self.inner.pools;
        for pool in [reader, writer] {
            pool.clone().close().await.map_err(failed)?;
        }
        Ok(())
    }
}

/// Notes the master key's check value in a new database; compares it in an old one.
async fn claim(database: &DatabaseConnection, keys: &Keys) -> Result<(), OpenError> {
    let unreachable = |error| OpenError::Unreachable(failed(error));
    let row = installation::ActiveModel {
        id: Set(1),
        master_key_check: Set(keys.check().to_vec()),
    };
    let conflict = sea_orm::sea_query::OnConflict::column(installation::Column::Id)
        .do_nothing()
        .to_owned();
    installation::Entity::insert(row)
        .on_conflict(conflict)
        .exec_without_returning(database)
        .await
        .map_err(unreachable)?;
    let stored = installation::Entity::find_by_id(1)
        .one(database)
        .await
        .map_err(unreachable)?;
    match stored {
        Some(row) if row.master_key_check == keys.check() => Ok(()),
        _ => Err(OpenError::WrongMasterKey),
    }
}

impl Store for SqlStore {
    type Tx<'tx> = SqlTx<'tx>;

    async fn begin<'tx>(
        &self,
        begin: Begin<'tx>,
        scope: &Scope,
        mode: Mode,
    ) -> Result<SqlTx<'tx>, StoreError> {
        Ok(SqlTx::new(
            &begin,
            self.begin_for(scope, mode).await?,
            Arc::clone(&self.inner.keys),
            Arc::clone(&self.inner.entropy),
            self.inner.clock.clone(),
            self.inner.home.clone(),
        ))
    }

    async fn pause(&self, attempt: u32) {
        // 2, 4, 8 … 256 ms, each with up to as much again, so that two that collided don't collide again.
        let base = 1_u64 << attempt.min(8);
        let mut random = [0_u8; 1];
        let jitter = if self.inner.entropy.fill(&mut random).is_ok() {
            u64::from(random[0])
        } else {
            0
        };
        tokio::time::sleep(Duration::from_millis(base + base * jitter / 255)).await;
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.inner.pools.writer.ping().await.map_err(failed)
    }
}

/// Applies all pending migrations; makes the file of a SQLite database if there is none, for its owner alone. Returns what was
/// applied.
///
/// # Errors
/// When the database can't be reached, is too old, or a migration fails (it is then rolled back).
pub async fn migrate(url: &str) -> Result<Vec<String>, OpenError> {
    migrate_some(url, None).await
}

/// Applies only the next migrations, so many: for the tests that show what becomes of an older database's rows.
///
/// # Errors
/// As [`migrate`].
pub async fn migrate_first(url: &str, migrations: u32) -> Result<Vec<String>, OpenError> {
    migrate_some(url, Some(migrations)).await
}

async fn migrate_some(url: &str, most: Option<u32>) -> Result<Vec<String>, OpenError> {
    let before = migration_status(url).await?;
    let pools = backend::connect(url, 2, Role::Owner, true).await?;
    Migrator::up(&pools.writer, most)
        .await
        .map_err(|error| OpenError::MigrationFailed(error.to_string()))?;
    close(pools).await;
    let pending = before.into_iter().filter(|(_, applied)| !applied);
    let most = most.map_or(usize::MAX, |most| {
        usize::try_from(most).unwrap_or(usize::MAX)
    });
    Ok(pending.take(most).map(|(name, _)| name).collect())
}

/// Every migration, and whether it was applied. Only reads, but makes the file of a SQLite database if there is none, for its
/// owner alone.
///
/// # Errors
/// When the database can't be reached or is too old.
pub async fn migration_status(url: &str) -> Result<Vec<(String, bool)>, OpenError> {
    let pools = backend::connect(url, 2, Role::Owner, true).await?;
    backend::check_version(&pools.writer).await?;
    let status = status(&pools.writer).await?;
    close(pools).await;
    Ok(status)
}

/// Reads which migrations were applied. The migrator's own question makes its table first, which a role that may only
/// read and write rows can't.
async fn status(database: &DatabaseConnection) -> Result<Vec<(String, bool)>, OpenError> {
    let unreachable = |error| OpenError::Unreachable(failed(error));
    let manager = SchemaManager::new(database);
    let begun = manager
        .has_table("seaql_migrations")
        .await
        .map_err(unreachable)?;
    let applied = if begun {
        let rows = seaql_migrations::Entity::find().all(database).await;
        rows.map_err(unreachable)?
    } else {
        Vec::new()
    };
    let is_applied = |name: &str| applied.iter().any(|row| row.version == name);
    Ok(Migrator::migrations()
        .iter()
        .map(|migration| (migration.name().to_owned(), is_applied(migration.name())))
        .collect())
}

async fn close(pools: Pools) {
    // Nothing is open on them any more; an error here changes nothing.
    let _ = pools.reader.close().await;
    let _ = pools.writer.close().await;
}

/// How the database would carry out an audit query for this scope: for the test that shows that each dimension has its index.
///
/// # Errors
/// When the database can't be reached.
pub async fn explain_audit_query(
    store: &SqlStore,
    scope: &Scope,
    query: &AuditQuery,
    page: PageRequest,
) -> Result<Vec<String>, StoreError> {
    let transaction = store.begin_for(scope, Mode::Read).await?;
    crate::audit::explain(&transaction, query, page).await
}
