//! A witness of the disclosure log (C2SP tlog-witness), with a store of its own.
//!
//! It knows a few logs by their keys. Shown a new checkpoint of one, it cosigns it only if the tree grew out of the largest one
//! that it cosigned before, and remembers it before anybody sees the cosignature. What it saw it shows to everybody. The rules
//! themselves are [`freigabe_ledger::witness`]; here are the memory, the clock and the pages around them.
//!
//! It shares no table, no key and no process with the log that it watches: whoever rules over the log's database has no say here.

mod connection;
mod http;
#[cfg(test)]
mod scratch;
#[cfg(test)]
mod slow;
mod store;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use freigabe_ledger::{
    CosignatureSigner, Hash, NoteVerifier,
    witness::{AddCheckpoint, Refusal, response},
};

pub use self::{
    http::{id_of, server},
    store::{Seen, Store, StoreError},
};

/// Where the time comes from: seconds since 1970. It stands in cosignatures and decides nothing.
pub trait Clock: Send + Sync {
    /// The time now, in seconds since 1970-01-01 UTC.
    fn now(&self) -> u64;
}

/// A witness: its key, its memory, and the logs that it knows.
pub struct Witness {
    signer: CosignatureSigner,
    logs: BTreeMap<String, Vec<NoteVerifier>>,
    store: Store,
    clock: Arc<dyn Clock>,
}

/// Why there is no cosignature.
#[derive(Debug, thiserror::Error)]
pub enum NotCosigned {
    /// As the specification says.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Witness {
    /// A witness of these logs. Several keys with one name are keys of one log, any of which may sign.
    pub fn new(
        signer: CosignatureSigner,
        logs: impl IntoIterator<Item = NoteVerifier>,
        store: Store,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let mut known: BTreeMap<String, Vec<NoteVerifier>> = BTreeMap::new();
        for log in logs {
            known.entry(log.name().to_owned()).or_default().push(log);
        }
        Self {
            signer,
            logs: known,
            store,
            clock,
        }
    }

    /// Judges the body of an add-checkpoint request; the lines of the answer. When it gives them, the checkpoint is remembered.
    ///
    /// # Errors
    /// A refusal with the status and body that the specification gives it; or the store fails, and then nobody knows whether the
    /// checkpoint is remembered, and nobody gets a cosignature.
    pub async fn add_checkpoint(&self, body: &[u8]) -> Result<String, NotCosigned> {
        let request = AddCheckpoint::parse(body)?;
        let origin = &request.claimed().origin;
        // A stranger's request takes no lock.
        let keys = self.logs.get(origin).ok_or(Refusal::UnknownOrigin)?;
        let mut lines = String::new();
        let kept = self
            .store
            .advance(origin, |last| {
                let seen = last.map_or(freigabe_ledger::witness::Seen::NOTHING, Seen::tree);
                let accepted = request.judge(keys, seen)?;
                // Made inside the transaction, because it is kept with the checkpoint; let out after it.
                let at = self.clock.now();
                let signature = accepted
                    .cosign(&self.signer, at)
                    .map_err(|_| Refusal::Malformed)?;
                let signed = accepted.checkpoint();
                let mut note = signed.note().clone();
                note.add(signature.clone())
                    .map_err(|_| Refusal::Malformed)?;
                lines = response(&[signature]);
                Ok(Seen {
                    origin: origin.clone(),
                    size: accepted.after().size,
                    root: *accepted.after().root.as_bytes(),
                    note: note.to_string(),
                    at,
                })
            })
            .await?;
        match kept {
            Ok(seen) => {
                tracing::debug!(log = %seen.origin, size = seen.size, "cosigned");
                Ok(lines)
            }
            Err(refusal) => {
                let (old_size, size) = (request.old_size, request.claimed().size);
                match refusal {
                    // Possibly a log that forks: what its operator should not be the only one to know.
                    Refusal::BadProof => tracing::error!(
                        log = %origin, old_size, size,
                        "a checkpoint that the log signed does not follow from the one seen before: nothing is cosigned"
                    ),
                    _ => tracing::info!(log = %origin, old_size, size, "not cosigned: {refusal}"),
                }
                Err(refusal.into())
            }
        }
    }

    /// What was seen of each log that is known here.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn seen(&self) -> Result<Vec<(String, Option<Seen>)>, StoreError> {
        let mut all = self.store.all().await?;
        let mut found = Vec::with_capacity(self.logs.len());
        for origin in self.logs.keys() {
            let position = all.iter().position(|seen| seen.origin == *origin);
            found.push((origin.clone(), position.map(|at| all.swap_remove(at))));
        }
        // A log that is no longer watched: what was seen of it stays public.
        all.sort_by(|one, other| one.origin.cmp(&other.origin));
        found.extend(
            all.into_iter()
                .map(|seen| (seen.origin.clone(), Some(seen))),
        );
        Ok(found)
    }

    /// Names of the logs that it knows.
    pub fn logs(&self) -> impl Iterator<Item = &str> {
        self.logs.keys().map(String::as_str)
    }

    /// Closes the store.
    pub async fn close(&self) {
        self.store.close().await;
    }
}

impl Seen {
    fn tree(&self) -> freigabe_ledger::witness::Seen {
        freigabe_ledger::witness::Seen {
            size: self.size,
            root: Hash::from_bytes(self.root),
        }
    }
}
