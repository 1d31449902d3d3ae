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
    log::{self, Hash, LogFault, LogRules, StoredCheckpoint},
    store::prelude::*,
    store::{PageRequest, Store, Tx},
};

/// Erasures that are looked at in one go.
const PAGE: u16 = 200;
const NOT_PUBLISHED: &str =
    "no published checkpoint covers the event yet: try again in a few seconds";

/// Evidence, for auditors. That it was taken is logged before the answer.
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
        let rules = &self.log.rules;
        let outcome = self
            .read_and_log(
                caller,
                Operation::AuditQueried,
                async |tx: &mut S::Tx<'_>| {
                    let event = tx.event(id).await?.ok_or(Error::NotFound)?;
                    let place = tx.leaf_place(&event.commitment).await?;
                    let place = place.ok_or(Error::InvalidState(NOT_PUBLISHED))?;
                    let published = log::published(tx, Some(place.generation)).await?;
                    let published = published
                        .filter(|published| place.index < published.size)
                        .ok_or(Error::InvalidState(NOT_PUBLISHED))?;
                    let leaf = leaf_at(tx, &published, place.index).await?;
                    package(tx, rules, &published, &leaf).await
                },
                |event, _| event.of_query(&AuditQuery::of_event(id), 1),
            )
            .await;
        self.logged(caller, "getAuditEvidence", outcome).await
    }

    async fn leaf_evidence(&self, caller: &AuditorCaller, index: u64) -> Result<Evidence, Error> {
        let rules = &self.log.rules;
        let outcome = self
            .read_and_log(
                caller,
                Operation::AuditExported,
                async |tx: &mut S::Tx<'_>| {
                    let published = log::published(tx, None).await?.ok_or(NOTHING_PUBLISHED)?;
                    if index >= published.size {
                        return Err(Error::NotFound);
                    }
                    let leaf = leaf_at(tx, &published, index).await?;
                    let taken = LeafRange {
                        generation: published.generation.number(),
                        from: index,
                        until: index.saturating_add(1),
                    };
                    let kept = u64::from(leaf.kept.is_some());
                    let evidence = package(tx, rules, &published, &leaf).await?;
                    Ok((evidence, taken, kept))
                },
                |event, (_, taken, kept)| {
                    event.of_export(ExportFormat::Ndjson, None, *taken, *kept)
                },
            )
            .await;
        let (evidence, ..) = self.logged(caller, "getLeafEvidence", outcome).await?;
        Ok(evidence)
    }
}

async fn leaf_at<'tx, T: Tx<'tx>>(
    tx: &mut T,
    published: &StoredCheckpoint,
    index: u64,
) -> Result<LoggedLeaf, Error> {
    let found = leaves_at(tx, published, &[index]).await?;
    let leaf = found.into_iter().next();
    leaf.ok_or_else(|| LogFault::Place { index }.into())
}

async fn package<'tx, T: Tx<'tx>>(
    tx: &mut T,
    rules: &LogRules,
    published: &StoredCheckpoint,
    leaf: &LoggedLeaf,
) -> Result<Evidence, Error> {
    let erasures = match &leaf.kept {
        Some(_) => Vec::new(),
        None => erasures_of(tx, published, leaf).await?,
    };
    let proof = proof(tx, published, leaf.index).await?;
    audit::evidence(rules, leaf, published, proof, &erasures)
}

async fn proof<'tx, T: Tx<'tx>>(
    tx: &mut T,
    published: &StoredCheckpoint,
    index: u64,
) -> Result<Vec<Hash>, Error> {
    let tiles = tiles_of(tx, published, &[index]).await?;
    tile::inclusion_proof(index, published.size, &tiles).map_err(|_| broken(published))
}

/// What explains why a leaf's event is gone: announcements and reports of the erasures that name it, as lines of a selection. A
/// report may be still to come.
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
    let mut lines = Vec::new();
    for operation in [Operation::ErasureIntended, Operation::ErasureDone] {
        let query = AuditQuery {
            operation: Some(operation),
            ..AuditQuery::default()
        };
        let mut after = None;
        loop {
            let page = PageRequest { after, limit: PAGE };
            let found = tx.matching(&query, all, page).await?;
            for event in found.items.iter().filter(|event| names(event, taken)) {
                let proof = proof(tx, published, event.index).await?;
                lines.push(event.line(Some(proof)));
            }
            match found.next {
                None => break,
                next => after = next,
            }
        }
    }
    Ok(lines)
}

/// Whether an event of an erasure names this leaf.
fn names(event: &LoggedLeaf, taken: &LoggedLeaf) -> bool {
    let Some(kept) = &event.kept else {
        return false;
    };
    let read = EventReader.read(&kept.event.payload, &event.leaf);
    match read.map(|reading| reading.log_event) {
        Ok(Some(LogEvent::Announced(erasure) | LogEvent::Erased(erasure))) => {
            erasure.took(taken.index, &taken.leaf)
        }
        _ => false,
    }
}
