//! Cleaning the files of the database.

use freigabe_domain::{
    erasure::{TraceLeft, Traces},
    store::{Clean, StoreError},
};

use crate::{backend, failure::failed, store::SqlStore};

impl Clean for SqlStore {
    async fn clean(&self, traces: &Traces) -> Result<Vec<TraceLeft>, StoreError> {
        // A table that is written anew can't be in any transaction, so this is no part of one.
        let connection = backend::connect_once(self.url()).await;
        let connection = connection.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let left = backend::clean(&connection, traces).await;
        connection.close().await.map_err(failed)?;
        left
    }
}
