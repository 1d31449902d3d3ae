//! Whether the server is alive, and ready. Public.

use freigabe_contract::access::Health;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `getLiveness`: whether the server answers at all.
    ///
    /// # Errors
    /// When it does not.
    pub async fn get_liveness(&self) -> Result<Health, Error> {
        Call::get("getLiveness", &["health", "live"])
            .public()
            .fetch(self)
            .await
    }

    /// `getReadiness`: whether the server reaches its database.
    ///
    /// # Errors
    /// Status 503 when it does not; what goes wrong on the way.
    pub async fn get_readiness(&self) -> Result<Health, Error> {
        Call::get("getReadiness", &["health", "ready"])
            .public()
            .fetch(self)
            .await
    }
}
