//! How the parts are put together: the store, the use cases over it, and the server in front of them.

mod eraser;
mod log_keeper;
mod log_rules;
mod upkeep;

use std::{io, net::SocketAddr, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{dev::ServerHandle, web};
use freigabe_console::Pages;
use freigabe_domain::{
    contact_pair::ContactPairRules,
    directory::ConfirmationRules,
    entropy::Entropy,
    exchange::{Application, Exchange},
    instant::Clock,
    involvement::InvolvementRules,
    security_notice::NoticeRules,
};
use freigabe_http::{
    HttpState, IssuerError, Limits, Listening, NamedTwice, RateLimits, Site, TokenBinding,
    TokenIssuer,
};
use freigabe_storage::{OpenError, SqlStore, StoreSettings};
use tokio::{task::JoinHandle, time::timeout};

pub(crate) use self::eraser::Eraser;
use self::{log_keeper::LogKeeper, upkeep::Upkeep};
use crate::{
    keys::{
        self, KeysError,
        tls::{TlsFiles, TlsFilesError},
    },
    settings::{self, Database, DatabaseUrl, DatabaseUrlError, Settings, SettingsError},
    system::{OsEntropy, SystemClock},
};

/// How long the database may take to close its connections.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Why there is no server. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database's address fits no kind of database.
    #[error(transparent)]
    DatabaseUrl(#[from] DatabaseUrlError),
    /// A key is missing or can't be used.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The TLS certificate or its key can't be used.
    #[error(transparent)]
    Tls(#[from] TlsFilesError),
    /// Settings that contradict each other.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The database can't be used.
    #[error("{url}: {error}")]
    Database {
        /// Which.
        url: DatabaseUrl,
        /// Why.
        error: OpenError,
    },
    /// What the database holds of the log can't be read.
    #[error("what the database holds of the disclosure log can't be read: {0}")]
    Log(freigabe_domain::Error),
    /// The log has another name than the settings say.
    #[error(
        "log_origin is {configured}, but the disclosure log here is named {stored}, and a log keeps its name. Set log_origin to that, or begin the next log: freigabe log restart --origin {configured}"
    )]
    LogName {
        /// In the settings.
        configured: String,
        /// In the database.
        stored: String,
    },
    /// The key that signs tokens can't be used.
    #[error("the key that signs access tokens can't be used: {0}")]
    SigningKey(String),
    /// The HTTP edge can't be set up: a defect of this program.
    #[error("the server can't be set up: {0}; this is a defect, please report it")]
    Edge(String),
    /// Nothing can listen there.
    #[error("can't listen on {listen}: {error}; choose another address with --listen")]
    Listen {
        /// Where.
        listen: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// The operating system said no.
    #[error("the server could not be started or ended badly: {0}")]
    Io(#[from] io::Error),
}

/// What to do with migrations that were not applied yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pending {
    /// Apply them.
    Apply,
    /// Apply them to SQLite; with PostgreSQL, which other nodes use as well, refuse to start.
    ApplyToSqlite,
    /// Refuse to start.
    Refuse,
}

/// As whom a database is opened: PostgreSQL tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// As the server, which owns nothing.
    Server,
    /// As the owner of the tables.
    Owner,
}

/// What every kind of installation begins with.
struct Opened {
    application: Application<SqlStore>,
    store: SqlStore,
    notices: Vec<String>,
}

/// An opened installation: the use cases over its database.
pub struct Installation {
    /// The use cases.
    pub exchange: Arc<dyn Exchange>,
    /// What the operator should be told.
    pub notices: Vec<String>,
    entropy: Arc<dyn Entropy>,
    store: SqlStore,
}

/// A server that answers.
pub struct RunningServer {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The address by which partners reach it; the issuer of its tokens.
    pub url: String,
    /// For pausing and stopping it from elsewhere.
    pub handle: ServerHandle,
    /// The use cases behind it.
    pub exchange: Arc<dyn Exchange>,
    /// What the operator should be told.
    pub notices: Vec<String>,
    task: JoinHandle<io::Result<()>>,
    upkeep: Upkeep,
    log_keeper: LogKeeper,
    store: SqlStore,
    shutdown_timeout: Duration,
}

impl Installation {
    /// Opens the database that the settings name, with its keys.
    ///
    /// # Errors
    /// When a key or the database can't be used.
    pub async fn open(settings: &Settings, pending: Pending) -> Result<Self, StartError> {
        Self::open_with(settings, pending, Arc::new(OsEntropy)).await
    }

    /// The same with another source of randomness than the operating system's.
    ///
    /// # Errors
    /// When a key or the database can't be used.
    pub async fn open_with(
        settings: &Settings,
        pending: Pending,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StartError> {
        let opened = Opened::open(settings, pending, Role::Server, Arc::clone(&entropy)).await?;
        Ok(Self {
            exchange: Arc::new(opened.application),
            notices: opened.notices,
            entropy,
            store: opened.store,
        })
    }

    /// Closes the database.
    pub async fn close(self) {
        close(&self.store).await;
    }
}

impl Opened {
    async fn open(
        settings: &Settings,
        pending: Pending,
        role: Role,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StartError> {
        let database = settings.database_url.database()?;
        let master = keys::master(settings, &database, entropy.as_ref())?;
        let url = settings.database_url.reveal();
        let unusable = |error| StartError::Database {
            url: settings.database_url.clone(),
            error,
        };
        let mut notices: Vec<String> = master.notice.into_iter().collect();
        let apply = match (pending, &database) {
            // A database in memory is migrated as it is opened.
            (_, Database::SqliteMemory) | (Pending::Refuse, _) => false,
            (Pending::ApplyToSqlite, database) => *database != Database::Postgres,
            (Pending::Apply, _) => true,
        };
        if apply {
            let applied = freigabe_storage::migrate(url).await.map_err(unusable)?;
            notices.extend(
                applied
                    .into_iter()
                    .map(|name| format!("applied migration {name}")),
            );
        }
        let store = StoreSettings::new(url, master.key, Arc::clone(&entropy));
        let store = match role {
            Role::Server => SqlStore::open(store).await,
            Role::Owner => SqlStore::open_as_owner(store).await,
        };
        let store = store.map_err(unusable)?;
        let application = Application::new(store.clone(), Arc::clone(&entropy));
        let rules = log_rules::of(settings, &database, &application, entropy.as_ref()).await?;
        notices.extend(rules.notice);
        Ok(Self {
            application: application
                .with_log(rules.key)
                .with_confirmation(ConfirmationRules {
                    lasts: time::Duration::days(settings.directory_confirmation_days.into()),
                })
                .with_notices(NoticeRules {
                    remind_after: time::Duration::hours(
                        settings.security_notice_reminder_hours.into(),
                    ),
                    remind_urgent_after: time::Duration::hours(
                        settings.security_notice_urgent_reminder_hours.into(),
                    ),
                })
                .with_contact_pairs(ContactPairRules {
                    confirm_within: time::Duration::days(
                        settings.contact_pair_confirmation_days.into(),
                    ),
                })
                .with_involvement(InvolvementRules {
                    remind_after: time::Duration::hours(settings.involvement_reminder_hours.into()),
                    answer_within: time::Duration::hours(settings.involvement_answer_hours.into()),
                }),
            store,
            notices,
        })
    }
}

/// Starts a server over an opened installation. It answers when this returns.
///
/// # Errors
/// When nothing can listen where the settings say, or the signing key can't be used.
pub async fn start(
    settings: &Settings,
    installation: Installation,
) -> Result<RunningServer, StartError> {
    start_with(settings, installation, Arc::new(SystemClock)).await
}

/// The same with another clock than the machine's.
///
/// # Errors
/// When nothing can listen where the settings say, or the signing key can't be used.
pub async fn start_with(
    settings: &Settings,
    installation: Installation,
    clock: Arc<dyn Clock>,
) -> Result<RunningServer, StartError> {
    let mut notices = installation.notices;
    let database = settings.database_url.database()?;
    log_rules::expect_complete(settings, &database, installation.exchange.log_rules())?;
    let signing = keys::token_signing(settings, &database, installation.entropy.as_ref())?;
    notices.extend(signing.notice);
    let (tls, tls_files) = match TlsFiles::open(settings)? {
        Some((mut files, tls)) => {
            notices.extend(files.notice(clock.now()));
            (Some(tls), Some(files))
        }
        None => (None, None),
    };
    let listen = settings.listen;
    let listener =
        TcpListener::bind(listen).map_err(|error| StartError::Listen { listen, error })?;
    let addr = listener.local_addr()?;
    if tls.is_none() && !addr.ip().to_canonical().is_loopback() {
        notices.push(format!(
            "listening on {addr} in plain HTTP, and not for this machine alone: a proxy that ends TLS must stand before it; or set tls_certificate_file and tls_key_file"
        ));
    }
    let url = settings.public_url_for(addr);
    let lifetime = Duration::from_secs(u64::from(settings.token_lifetime_seconds));
    let unusable = |error: IssuerError| StartError::SigningKey(error.to_string());
    let mut issuer = TokenIssuer::new(url.clone(), &signing.key, lifetime).map_err(unusable)?;
    for other in keys::other_token_keys(settings)? {
        issuer = issuer.with_other_key(&other).map_err(unusable)?;
    }
    let exchange = installation.exchange;
    let entropy = installation.entropy;
    let state = HttpState::new(
        Arc::clone(&exchange),
        issuer,
        Arc::clone(&clock),
        Arc::clone(&entropy),
    )
    .map_err(|error| StartError::Edge(error.to_string()))?
    .with_limits(RateLimits {
        per_address: settings.rate_limit_per_address,
        sign_ins_per_address: settings.rate_limit_sign_ins,
        per_client: settings.rate_limit_per_client,
    })
    .with_binding(match settings.token_binding {
        settings::TokenBinding::Required => TokenBinding::Required,
        settings::TokenBinding::Development => {
            notices.push(
                "development mode: plain bearer tokens are accepted, which anybody can use who has them; \
                 never run this with anything real"
                    .to_owned(),
            );
            TokenBinding::Development
        }
    });
    let state = state
        .with_site(site(&exchange))
        .with_key_sets(keys::key_sets(settings, Arc::clone(&clock))?)
        .with_trusted(settings.issuers()?)
        .map_err(|NamedTwice(issuer)| SettingsError::NamedTwice(issuer))?;
    let listening = Listening {
        workers: settings.worker_count(),
        tls,
        proxies: settings.proxies()?,
        limits: Limits::default(),
    };
    let server = freigabe_http::server(state, listener, listening)?;
    let handle = server.handle();
    let log_keeper = LogKeeper::start(
        Arc::clone(&exchange),
        settings.log_checkpoint_interval(),
        entropy.as_ref(),
    )?;
    let upkeep = Upkeep::start(
        Arc::clone(&exchange),
        tls_files,
        clock,
        settings.expiry_interval(),
    )?;
    Ok(RunningServer {
        addr,
        url,
        handle,
        exchange,
        notices,
        task: tokio::spawn(server),
        upkeep,
        log_keeper,
        store: installation.store,
        shutdown_timeout: settings.shutdown_timeout(),
    })
}

/// The pages for people, beside the API.
fn site(exchange: &Arc<dyn Exchange>) -> Site {
    let pages = web::Data::new(Pages::new(Arc::clone(exchange) as _));
    Site::new(freigabe_console::PAGES, move |config| {
        config
            .app_data(pages.clone())
            .configure(freigabe_console::configure);
    })
}

impl RunningServer {
    /// Waits until the server ends by itself.
    ///
    /// # Errors
    /// When it ended badly.
    pub async fn ended(&mut self) -> Result<(), StartError> {
        match (&mut self.task).await {
            Ok(result) => Ok(result?),
            Err(error) => Err(StartError::Io(io::Error::other(error))),
        }
    }

    /// Takes no more requests, lets those under way finish within the shutdown timeout, and closes the database.
    pub async fn stop(self) {
        if timeout(self.shutdown_timeout, self.handle.stop(true))
            .await
            .is_err()
        {
            tracing::warn!("requests under way did not finish in time and are cut off");
            self.handle.stop(false).await;
        }
        self.upkeep.stop().await;
        self.log_keeper.stop().await;
        close(&self.store).await;
    }
}

async fn close(store: &SqlStore) {
    match timeout(CLOSE_TIMEOUT, store.close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the database was not closed cleanly"),
        Err(_) => tracing::warn!("the database took too long to close"),
    }
}
