//! The store without its log: the same in everything, but that an event is not written.
//!
//! It stands here, and nowhere that a server could reach.

use freigabe_domain::{audit::SealedEvent, store::StoreError};
use freigabe_testkit::over::{Hooks, SqlTx};

/// Writes no events.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Silent;

impl Hooks for Silent {
    async fn append<'tx>(&self, _: &mut SqlTx<'tx>, _: &SealedEvent) -> Result<(), StoreError> {
        Ok(())
    }
}
