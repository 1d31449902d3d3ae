//! Exports of the log, read piece by piece.

use std::time::Duration;

use freigabe_contract::{
    audit::EXPORTED_RECORDS,
    query::{AuditFilter, ExportQuery},
};

use crate::{call::Call, client::Client, error::Error};

/// The longest export.
const WHOLE: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest wait for the next piece.
const PIECE: Duration = Duration::from_secs(120);

/// An export that is being read.
#[derive(Debug)]
#[must_use]
pub struct Export {
    response: reqwest::Response,
    records: u64,
}

impl Export {
    /// How many records there will be, besides those at the beginning and at the end. An export that holds another number was
    /// cut off, or events were erased while it was written.
    #[must_use]
    pub const fn records(&self) -> u64 {
        self.records
    }

    /// The next piece; none at the end.
    ///
    /// # Errors
    /// When the connection breaks, or nothing comes for two minutes: then the export is not complete.
    pub async fn piece(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let piece = tokio::time::timeout(PIECE, self.response.chunk())
            .await
            .map_err(|_| Error::Malformed("the export stopped in the middle"))??;
        Ok(piece.map(|piece| piece.to_vec()))
    }
}

impl Client {
    /// `exportAuditEvents`: a part of the log, or what matches in it. The export is in the log as well.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn export_audit_events(
        &self,
        query: &ExportQuery,
        filter: &AuditFilter,
    ) -> Result<Export, Error> {
        let response = Call::get("exportAuditEvents", &["v1", "audit", "exports"])
            .query(query)?
            .query(filter)?
            .open(self, WHOLE)
            .await?;
        let records = response
            .headers()
            .get(EXPORTED_RECORDS)
            .and_then(|value| value.to_str().ok()?.parse().ok())
            .ok_or(Error::Malformed("the export does not say how long it is"))?;
        Ok(Export { response, records })
    }
}
