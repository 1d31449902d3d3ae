//! An installation as the owner of its tables, who erases what is to be erased.

use std::sync::Arc;

use freigabe_domain::exchange::{Application, LogDesk as _, RetentionDesk};
use freigabe_storage::SqlStore;

use super::{Opened, Pending, Role, StartError, close, log_keeper::LogKeeper};
use crate::{settings::Settings, system::OsEntropy};

/// An opened installation that can erase.
pub(crate) struct Eraser {
    /// What the operator should be told.
    pub(crate) notices: Vec<String>,
    application: Arc<Application<SqlStore>>,
    keeper: Option<LogKeeper>,
    store: SqlStore,
}

impl Eraser {
    /// Opens the database that the settings name, as the owner of its tables. With the log's key at hand the log is kept
    /// meanwhile as a server keeps it, so that announcements are published even where no server runs.
    pub(crate) async fn open(settings: &Settings, keep_log: bool) -> Result<Self, StartError> {
        let entropy = Arc::new(OsEntropy);
        let opened = Opened::open(
            settings,
            Pending::ApplyToSqlite,
            Role::Owner,
            entropy.clone(),
        )
        .await?;
        let application = Arc::new(opened.application);
        let can_sign = !application.log_rules().signers.is_empty();
        let keeper = if keep_log && can_sign {
            let interval = settings.log_checkpoint_interval();
            let exchange = Arc::clone(&application);
            Some(LogKeeper::start(exchange, interval, entropy.as_ref())?)
        } else {
            None
        };
        Ok(Self {
            notices: opened.notices,
            application,
            keeper,
            store: opened.store,
        })
    }

    /// The use cases.
    pub(crate) fn desk(&self) -> &dyn RetentionDesk {
        self.application.as_ref()
    }

    /// Closes the database.
    pub(crate) async fn close(self) {
        if let Some(keeper) = self.keeper {
            keeper.stop().await;
        }
        close(&self.store).await;
    }
}
