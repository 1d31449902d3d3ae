//! Auditors take the evidence of one event, or of what became of one leaf.

use async_trait::async_trait;
use freigabe_ledger::{
    tile,
    verify::{LogEvent, ReadPayload as _},
};

use super::{
    Application,
    examination::{NOTHING_PUBLISHED, broken, leaves_at, tiles_of},
};
use crate::{
    access::AuditorCaller,
    audit::{
        self, AuditQuery, EventReader, Evidence, ExportFormat, LeafRange, LoggedLeaf, Operation,
    },
    error::Error,
    ids::EventId,
    log::{self, Hash, LogFault, StoredCheckpoint},
    store::prelude::*,
    store::{Mode, PageRequest, Scope, Store, Tx, unit_of_work},
};

/// Erasures that are looked at in one go.
const PAGE: u16 = 200;
const NOT_PUBLISHED: &str =
    "no published checkpoint covers the event yet: try again in a few seconds";

/// Evidence, for auditors. That it was taken is logged in the same transaction.
#[async_trait(?Send)]
pub trait EvidenceDesk {
    /// Everything that proves one event.
    ///
    /// # Errors
    /// No such event; [`Error::InvalidState`] before its leaf is published; the store's failure.
    async fn audit_evidence(&self, caller: &AuditorCaller, id: EventId) -> Result<Evidence, Error>;

    /// Everything that proves what became of the leaf at this index of the newest log: its event, or the erasures that took it.
    ///
    /// # Errors
    /// No such leaf in the published log; [`Error::InvalidState`] before anything is published; the store's failure.
    async fn leaf_evidence(&self, caller: &AuditorCaller, index: u64) -> Result<Evidence, Error>;
}

#[async_trait(?Send)]
impl<S: Store> EvidenceDesk for Application<S> {
    async fn audit_evidence(&self, caller: &AuditorCaller, id: EventId) -> Result<Evidence, Error> {
        self.expect_room()?;
        let rules = &self.log.rules;
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let event = tx.event(id).await?.ok_or(Error::NotFound)?;
                let place = tx.leaf_place(&event.commitment).await?;
                let place = place.ok_or(Error::InvalidState(NOT_PUBLISHED))?;
                let published = log::published(tx, Some(place.generation)).await?;
                let published = published
                    .filter(|published| place.index < published.size)
                    .ok_or(Error::InvalidState(NOT_PUBLISHED))?;
                let years = [event.expiry_year];
                let leaf = tx.kept_at(place.generation, &[place.index], &years).await?;
                let leaf = leaf
                    .into_iter()
                    .next()
                    .ok_or(LogFault::Place { index: place.index })?;
                let proof = proof(tx, &published, place.index).await?;
                let query = AuditQuery {
                    event: Some(id),
                    ..AuditQuery::default()
                };
                self.log_query(tx, caller, &query, 1).await?;
                audit::evidence(rules, &leaf, &published, proof, &[])
            },
        )
        .await;
        self.logged(caller, "getAuditEvidence", outcome).await
    }

    async fn leaf_evidence(&self, caller: &AuditorCaller, index: u64) -> Result<Evidence, Error> {
        self.expect_room()?;
        let rules = &self.log.rules;
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let published = log::published(tx, None).await?.ok_or(NOTHING_PUBLISHED)?;
                if index >= published.size {
                    return Err(Error::NotFound);
                }
                let leaf = leaves_at(tx, &published, &[index]).await?;
                let leaf = leaf.into_iter().next();
                let leaf = leaf.ok_or(LogFault::Place { index })?;
                let erasures = match &leaf.kept {
                    Some(_) => Vec::new(),
                    None => erasures_of(tx, &published, &leaf).await?,
                };
                let taken = LeafRange {
                    generation: published.generation.number(),
                    from: index,
                    until: index.saturating_add(1),
                };
                let kept = u64::from(leaf.kept.is_some());
                let event = self
                    .use_of_log(tx, caller, Operation::AuditExported)
                    .await?
                    .of_export(ExportFormat::Ndjson, None, taken, kept);
                audit::append(tx, self.entropy(), event).await?;
                let proof = proof(tx, &published, index).await?;
                audit::evidence(rules, &leaf, &published, proof, &erasures)
            },
        )
        .await;
        self.logged(caller, "getLeafEvidence", outcome).await
    }
}

async fn proof<'tx, T: Tx<'tx>>(
    tx: &mut T,
    published: &StoredCheckpoint,
    index: u64,
) -> Result<Vec<Hash>, Error> {
    let tiles = tiles_of(tx, published, &[index]).await?;
    tile::inclusion_proof(index, published.size, &tiles).map_err(|_| broken(published))
}

/// The erasures that took a leaf, each after its announcement: lines with proofs, as in a selection.
async fn erasures_of<'tx, T: Tx<'tx>>(
    tx: &mut T,
    published: &StoredCheckpoint,
    taken: &LoggedLeaf,
) -> Result<Vec<Vec<u8>>, Error> {
    let all = LeafRange {
        generation: published.generation.number(),
        from: 0,
        until: published.size,
    };
    let query = AuditQuery {
        operation: Some(Operation::ErasureDone),
        ..AuditQuery::default()
    };
    let mut lines = Vec::new();
    let mut after = None;
    loop {
        let page = PageRequest { after, limit: PAGE };
        let found = tx.matching(&query, all, page).await?;
        for done in found.items {
            let Some(intent) = intent_of(&done, taken) else {
                continue;
            };
            if let Some(place) = tx.leaf_place(&intent).await? {
                for intended in leaves_at(tx, published, &[place.index]).await? {
                    lines.push(line(tx, published, &intended).await?);
                }
            }
            lines.push(line(tx, published, &done).await?);
        }
        match found.next {
            None => return Ok(lines),
            next => after = next,
        }
    }
}

/// The commitment of an erasure's announcement, if that erasure took this leaf.
fn intent_of(done: &LoggedLeaf, taken: &LoggedLeaf) -> Option<log::Commitment> {
    let kept = done.kept.as_ref()?;
    let read = EventReader.read(&kept.event.payload, &done.leaf).ok()?;
    match read.log_event {
        Some(LogEvent::Erased(erasure)) if erasure.took(taken.index, &taken.leaf) => {
            Some(erasure.intent)
        }
        _ => None,
    }
}

async fn line<'tx, T: Tx<'tx>>(
    tx: &mut T,
    published: &StoredCheckpoint,
    leaf: &LoggedLeaf,
) -> Result<Vec<u8>, Error> {
    let proof = proof(tx, published, leaf.index).await?;
    Ok(leaf.line(Some(proof)))
}
