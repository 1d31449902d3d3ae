//! The public log, and what proves that something is in it.

use freigabe_contract::log::{AuditEventProof, CheckReceipt, ReceiptCheck};
use freigabe_ledger::tile::{Place, TilePath};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error, receipts::KeptReceipt};

impl Client {
    /// `checkReceipt`: what has become of a receipt.
    ///
    /// # Errors
    /// Status 422 when it is none of this log's; what else the server refuses; what goes wrong on the way.
    pub async fn check_receipt(&self, receipt: &KeptReceipt) -> Result<ReceiptCheck, Error> {
        let body = CheckReceipt {
            receipt: receipt.to_header(),
        };
        Call::post("checkReceipt", &["v1", "log", "receipt-checks"])
            .json(&body)?
            .fetch(self)
            .await
    }

    /// `getAuditEventProof`: that an event is in the published log. Reading it is in the log as well.
    ///
    /// # Errors
    /// Status 409 when no published checkpoint covers it yet; what else the server refuses; what goes wrong on the way.
    pub async fn get_audit_event_proof(&self, id: Uuid) -> Result<AuditEventProof, Error> {
        let path = ["v1", "audit", "events", &id.to_string(), "proof"];
        Call::get("getAuditEventProof", &path).fetch(self).await
    }

    /// `getLogCheckpoint`: the log's newest published checkpoint, a signed note.
    ///
    /// # Errors
    /// Status 404 when there is none yet; what goes wrong on the way.
    pub async fn get_log_checkpoint(&self) -> Result<String, Error> {
        let call = Call::get("getLogCheckpoint", &["log", "checkpoint"]);
        text(call, self).await
    }

    /// `getFormerLogCheckpoint`: the last checkpoint of the log with this number.
    ///
    /// # Errors
    /// Status 404 when there is no such log; what goes wrong on the way.
    pub async fn get_former_log_checkpoint(&self, generation: u32) -> Result<String, Error> {
        let generation = generation.to_string();
        let path = ["log", "former", &generation, "checkpoint"];
        text(Call::get("getFormerLogCheckpoint", &path), self).await
    }

    /// `getLogTile` or `getLogEntries`, as the path says: hashes, or an entry bundle.
    ///
    /// # Errors
    /// Status 404 when the published log does not have it; what goes wrong on the way.
    pub async fn get_log_tile(&self, path: &TilePath) -> Result<Vec<u8>, Error> {
        let operation = match path.place() {
            Place::Tile(_) => "getLogTile",
            Place::Entries(_) => "getLogEntries",
        };
        bytes(operation, &["log"], path, self).await
    }

    /// `getFormerLogTile` or `getFormerLogEntries`, as the path says, of the log with this number.
    ///
    /// # Errors
    /// Status 404 when that log does not have it; what goes wrong on the way.
    pub async fn get_former_log_tile(
        &self,
        generation: u32,
        path: &TilePath,
    ) -> Result<Vec<u8>, Error> {
        let operation = match path.place() {
            Place::Tile(_) => "getFormerLogTile",
            Place::Entries(_) => "getFormerLogEntries",
        };
        let generation = generation.to_string();
        bytes(operation, &["log", "former", &generation], path, self).await
    }
}

async fn bytes(
    operation: &'static str,
    below: &[&str],
    path: &TilePath,
    client: &Client,
) -> Result<Vec<u8>, Error> {
    let path = path.to_string();
    let segments: Vec<&str> = below.iter().copied().chain(path.split('/')).collect();
    let answer = Call::get(operation, &segments)
        .public()
        .answer(client)
        .await?;
    Ok(answer.body)
}

async fn text(call: Call, client: &Client) -> Result<String, Error> {
    let operation = call.operation();
    let answer = call.public().answer(client).await?;
    String::from_utf8(answer.body).map_err(|_| Error::Unreadable {
        operation,
        problem: "it is not UTF-8".to_owned(),
    })
}
