//! Auditors take events with them: random samples and exports. Each is logged first.

use async_trait::async_trait;
use freigabe_ledger::{
    Leaf, bundle,
    export::{FormerLog, Header, Part},
    sample,
    tile::{self, Tiles},
};

use serde_json::{Map, Value};

use super::Application;
use crate::{
    access::AuditorCaller,
    audit::{
        AuditQuery, ExportBatch, ExportFormat, ExportPlan, ExportPosition, ExportRequest,
        LeafRange, LoggedLeaf, Operation, Sample, SampleRequest, SampleSeed, WantedLeaves,
    },
    error::Error,
    log::{self, Generation, Hash, LogFault, StoredCheckpoint},
    store::{Cursor, Mode, PageRequest, Scope, Store, StoreError, Tx, unit_of_work},
};

/// Leaves of a bundle, and leaves that are read at once.
const BATCH: u16 = 256;
/// Events that are counted at once.
const COUNTED: u16 = 4_096;

pub(super) const NOTHING_PUBLISHED: Error =
    Error::InvalidState("no checkpoint of the log is published yet");

/// Events with their leaves, for auditors. What is begun is an event, so it waits while too many events wait for the log
/// ([`LogError::Backlog`](crate::log::LogError::Backlog)); an export that was begun goes on.
#[async_trait(?Send)]
pub trait ExaminationDesk {
    /// Draws a random sample of the published log. Seed, population and size are logged before the answer.
    ///
    /// # Errors
    /// [`Error::InvalidState`] before anything is published; the store's failure.
    async fn audit_sample(
        &self,
        caller: &AuditorCaller,
        request: SampleRequest,
    ) -> Result<Sample, Error>;

    /// Fixes what an export is of, counts it, and logs it. A range is cut to what is published.
    ///
    /// # Errors
    /// [`Error::InvalidState`] before anything is published; the store's failure.
    async fn begin_export(
        &self,
        caller: &AuditorCaller,
        format: ExportFormat,
        request: ExportRequest,
    ) -> Result<ExportPlan, Error>;

    /// The next part of an export, read in a transaction of its own.
    ///
    /// # Errors
    /// [`LogFault`] when an event is not the one of its leaf; the store's failure.
    async fn export_batch(
        &self,
        caller: &AuditorCaller,
        plan: &ExportPlan,
        from: ExportPosition,
    ) -> Result<ExportBatch, Error>;
}

#[async_trait(?Send)]
impl<S: Store> ExaminationDesk for Application<S> {
    async fn audit_sample(
        &self,
        caller: &AuditorCaller,
        request: SampleRequest,
    ) -> Result<Sample, Error> {
        let mut drawn = [0; 32];
        self.entropy().fill(&mut drawn)?;
        let seed = request.seed.unwrap_or(SampleSeed::from_bytes(drawn));
        self.read_and_log(
            caller,
            Operation::AuditSampled,
            async |tx: &mut S::Tx<'_>| {
                let published = log::published(tx, None).await?.ok_or(NOTHING_PUBLISHED)?;
                let population = population(&published, request.leaves);
                let indexes: Vec<u64> =
                    sample::sample(seed.as_bytes(), population.len(), request.size)
                        .map(|index| population.from.saturating_add(index))
                        .collect();
                Ok(Sample {
                    seed,
                    population,
                    leaves: leaves_at(tx, &published, &indexes).await?,
                    checkpoint: published.note,
                    at: tx.now().await?,
                })
            },
            |event, sample| {
                let kept = sample.leaves.iter().filter(|leaf| leaf.kept.is_some());
                event.of_sample(sample.population, seed, request.size, number(kept.count()))
            },
        )
        .await
    }

    async fn begin_export(
        &self,
        caller: &AuditorCaller,
        format: ExportFormat,
        request: ExportRequest,
    ) -> Result<ExportPlan, Error> {
        self.read_and_log(
            caller,
            Operation::AuditExported,
            async |tx: &mut S::Tx<'_>| plan(tx, format, &request).await,
            |event, plan| {
                event.of_export(format, plan.query.as_ref(), plan.population, plan.records)
            },
        )
        .await
    }

    async fn export_batch(
        &self,
        caller: &AuditorCaller,
        plan: &ExportPlan,
        from: ExportPosition,
    ) -> Result<ExportBatch, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| match (from, &plan.query) {
                (ExportPosition::Leaf(first), _) => range_batch(tx, plan, first).await,
                (ExportPosition::After(after), Some(query)) => {
                    selected_batch(tx, plan, query, after).await
                }
                (ExportPosition::After(_), None) => Err(Error::InvalidState(
                    "an export of a range is read by its leaves",
                )),
            },
        )
        .await
    }
}

/// What is wanted, as far as it is published.
fn population(published: &StoredCheckpoint, wanted: WantedLeaves) -> LeafRange {
    let until = wanted
        .until
        .map_or(published.size, |until| until.min(published.size));
    LeafRange {
        generation: published.generation.number(),
        from: wanted.from.unwrap_or(0).min(until),
        until,
    }
}

async fn plan<'tx, T: Tx<'tx>>(
    tx: &mut T,
    format: ExportFormat,
    request: &ExportRequest,
) -> Result<ExportPlan, Error> {
    let published = log::published(tx, None).await?.ok_or(NOTHING_PUBLISHED)?;
    let (population, query) = match request {
        ExportRequest::Leaves(wanted) => (population(&published, *wanted), None),
        ExportRequest::Matching(query) => {
            let all = population(&published, WantedLeaves::default());
            (all, Some(query.as_ref().clone()))
        }
    };
    let records = match (&query, format) {
        (Some(query), _) => counted(tx, query, population).await?,
        // A leaf without an event is no resource.
        (None, ExportFormat::Fhir) => tx.count_kept(population).await?,
        (None, ExportFormat::Ndjson | ExportFormat::Csv) => population.len(),
    };
    let header = header(tx, &published, population, query.as_ref(), records).await?;
    Ok(ExportPlan {
        format,
        population,
        size: published.size,
        query,
        records,
        header,
    })
}

/// Counted part by part: each statement is short.
async fn counted<'tx, T: Tx<'tx>>(
    tx: &mut T,
    query: &AuditQuery,
    population: LeafRange,
) -> Result<u64, Error> {
    let mut all: u64 = 0;
    let mut after = None;
    loop {
        let (some, next) = tx.count_matching(query, population, after, COUNTED).await?;
        all = all.saturating_add(some);
        match next {
            None => return Ok(all),
            next => after = next,
        }
    }
}

async fn header<'tx, T: Tx<'tx>>(
    tx: &mut T,
    published: &StoredCheckpoint,
    population: LeafRange,
    query: Option<&AuditQuery>,
    hits: u64,
) -> Result<Vec<u8>, Error> {
    let heads = tx.log_heads().await?;
    let origin = heads
        .iter()
        .find(|head| head.generation == published.generation)
        .map(|head| head.origin.clone())
        .unwrap_or_default();
    let mut former = Vec::new();
    for head in heads
        .iter()
        .filter(|head| head.generation < published.generation)
    {
        let last = tx.signed_checkpoint(head.generation).await?;
        former.push(FormerLog {
            origin: head.origin.clone(),
            checkpoint: last.map(|last| last.note),
        });
    }
    let part = match query {
        Some(query) => Part::Selection {
            query: as_asked(query)?,
            hits,
        },
        None => Part::Range {
            left: compact(tx, published, 0..population.from).await?,
            right: compact(tx, published, population.until..published.size).await?,
        },
    };
    let header = Header {
        generation: population.generation,
        origin,
        checkpoint: published.note.clone(),
        range: population.from..population.until,
        part,
        former,
    };
    Ok(header.to_line())
}

/// A query as it stands in the log.
fn as_asked(query: &AuditQuery) -> Result<Map<String, Value>, StoreError> {
    match serde_json::to_value(query) {
        Ok(Value::Object(query)) => Ok(query),
        _ => Err(StoreError::Defect("a query is no object".to_owned())),
    }
}

/// The hashes that stand for the leaves before or behind a range.
async fn compact<'tx, T: Tx<'tx>>(
    tx: &mut T,
    published: &StoredCheckpoint,
    range: std::ops::Range<u64>,
) -> Result<Vec<Hash>, Error> {
    let needed = tile::tiles_for_range(range.clone());
    let tiles = tx.log_tiles(published.generation, &needed).await?;
    let tiles: Tiles = tiles.into_iter().collect();
    let range = tile::range_hash(range, &tiles).map_err(|_| broken(published))?;
    Ok(range.hashes().to_vec())
}

pub(super) async fn tiles_of<'tx, T: Tx<'tx>>(
    tx: &mut T,
    published: &StoredCheckpoint,
    indexes: &[u64],
) -> Result<Tiles, Error> {
    let mut needed: Vec<_> = indexes
        .iter()
        .flat_map(|index| tile::tiles_for_inclusion(*index, published.size))
        .collect();
    needed.sort_unstable();
    needed.dedup();
    let tiles = tx.log_tiles(published.generation, &needed).await?;
    Ok(tiles.into_iter().collect())
}

pub(super) fn broken(published: &StoredCheckpoint) -> Error {
    LogFault::Tree {
        size: published.size,
    }
    .into()
}

/// The rest of a bundle.
async fn range_batch<'tx, T: Tx<'tx>>(
    tx: &mut T,
    plan: &ExportPlan,
    first: u64,
) -> Result<ExportBatch, Error> {
    let generation = Generation::from_number(plan.population.generation);
    let bundle_index = first / u64::from(BATCH);
    let end = bundle_index
        .saturating_add(1)
        .saturating_mul(u64::from(BATCH))
        .min(plan.population.until);
    if first >= end {
        return Ok(ExportBatch {
            leaves: Vec::new(),
            next: None,
        });
    }
    let all = bundle_of(tx, generation, bundle_index).await?;
    let begin = bundle_index.saturating_mul(u64::from(BATCH));
    let leaves: Vec<(u64, Leaf)> = (begin..)
        .zip(all)
        .filter(|(index, _)| (first..end).contains(index))
        .collect();
    if number(leaves.len()) != end.saturating_sub(first) {
        return Err(LogFault::Bundle {
            index: bundle_index,
        }
        .into());
    }
    let years = years(leaves.iter().map(|(_, leaf)| leaf));
    let kept = tx.kept_between(generation, first..end, &years).await?;
    let mut batch = Vec::with_capacity(leaves.len());
    for leaf in together(leaves, kept)? {
        let line = leaf.line(None);
        batch.push((leaf, Some(line)));
    }
    Ok(ExportBatch {
        leaves: batch,
        next: (end < plan.population.until).then_some(ExportPosition::Leaf(end)),
    })
}

async fn selected_batch<'tx, T: Tx<'tx>>(
    tx: &mut T,
    plan: &ExportPlan,
    query: &AuditQuery,
    after: Option<Cursor>,
) -> Result<ExportBatch, Error> {
    let generation = Generation::from_number(plan.population.generation);
    let page = PageRequest {
        after,
        limit: BATCH,
    };
    let found = tx.matching(query, plan.population, page).await?;
    let published = tx.checkpoint_at(generation, plan.size).await?;
    let published = published.ok_or(LogFault::Checkpoint { size: plan.size })?;
    let tiles = if plan.format == ExportFormat::Ndjson {
        let indexes: Vec<u64> = found.items.iter().map(|leaf| leaf.index).collect();
        tiles_of(tx, &published, &indexes).await?
    } else {
        Tiles::new()
    };
    let mut batch = Vec::with_capacity(found.items.len());
    for leaf in found.items {
        let line = if plan.format == ExportFormat::Ndjson {
            let proof = tile::inclusion_proof(leaf.index, plan.size, &tiles)
                .map_err(|_| broken(&published))?;
            Some(leaf.line(Some(proof)))
        } else {
            None
        };
        batch.push((leaf, line));
    }
    Ok(ExportBatch {
        leaves: batch,
        next: found.next.map(|next| ExportPosition::After(Some(next))),
    })
}

pub(super) async fn leaves_at<'tx, T: Tx<'tx>>(
    tx: &mut T,
    published: &StoredCheckpoint,
    indexes: &[u64],
) -> Result<Vec<LoggedLeaf>, Error> {
    let generation = published.generation;
    let mut leaves = Vec::with_capacity(indexes.len());
    for index in indexes {
        let bundle_index = index / u64::from(BATCH);
        let within = usize::try_from(index % u64::from(BATCH)).unwrap_or(usize::MAX);
        let leaf = bundle_of(tx, generation, bundle_index)
            .await?
            .get(within)
            .copied();
        let leaf = leaf.ok_or(LogFault::Bundle {
            index: bundle_index,
        })?;
        leaves.push((*index, leaf));
    }
    let years = years(leaves.iter().map(|(_, leaf)| leaf));
    let kept = tx.kept_at(generation, indexes, &years).await?;
    together(leaves, kept)
}

async fn bundle_of<'tx, T: Tx<'tx>>(
    tx: &mut T,
    generation: Generation,
    index: u64,
) -> Result<Vec<Leaf>, Error> {
    let fault = || LogFault::Bundle { index };
    let found = tx
        .log_bundles(generation, index..index.saturating_add(1))
        .await?;
    let (_, bytes) = found.into_iter().next().ok_or_else(fault)?;
    Ok(bundle::leaves(&bytes).map_err(|_| fault())?)
}

fn years<'l>(leaves: impl Iterator<Item = &'l Leaf>) -> Vec<u16> {
    let mut years: Vec<u16> = leaves.map(|leaf| leaf.expiry_year).collect();
    years.sort_unstable();
    years.dedup();
    years
}

/// Leaves with their events, in the order of the leaves. An event must be the one of its leaf.
fn together(leaves: Vec<(u64, Leaf)>, kept: Vec<LoggedLeaf>) -> Result<Vec<LoggedLeaf>, Error> {
    let mut kept: std::collections::BTreeMap<u64, LoggedLeaf> =
        kept.into_iter().map(|leaf| (leaf.index, leaf)).collect();
    leaves
        .into_iter()
        .map(|(index, leaf)| match kept.remove(&index) {
            Some(found) if found.leaf != leaf => Err(LogFault::Place { index }.into()),
            Some(found) => Ok(found),
            None => Ok(LoggedLeaf {
                index,
                leaf,
                kept: None,
            }),
        })
        .collect()
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
