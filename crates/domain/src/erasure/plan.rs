//! What is to be erased is announced; what was announced is erased.

use std::collections::BTreeMap;

use freigabe_ledger::bundle;

use super::{Erasure, ErasureTarget, EventOfCase, KeptGroup, ranges_of};
use crate::{
    audit::{self, Event, Operation},
    entropy::Entropy,
    error::Error,
    ids::{CaseId, EventId},
    instant::Instant,
    log::{self, Generation, LeafPlace, LogError, LogFault},
    store::{ErasureStore, StoreError, Tx},
};

/// Events that are deleted in one transaction, where they are deleted one by one: other writers wait no longer than that takes.
pub(crate) const BATCH: u16 = 2_048;
/// Leaves of a bundle.
const WIDTH: u64 = 256;
/// Bundles that are read at once.
const BUNDLES: u64 = 64;

/// Whether a case can be erased, and what stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CaseStanding {
    /// Consents that are given and neither withdrawn nor marked as expired.
    pub given: u64,
    /// Withdrawal notices that no office has answered yet.
    pub unanswered: u64,
    /// Disclosures that wait to be collected.
    pub held: u64,
}

impl CaseStanding {
    /// Nothing may be lost that somebody still has to act upon.
    ///
    /// # Errors
    /// What stands in the way.
    pub fn expect_ended(&self) -> Result<(), Error> {
        let obstacle = match self {
            Self { given: 1.., .. } => {
                "a consent of this case is still given: it must be withdrawn first, so that the offices are told"
            }
            Self {
                unanswered: 1.., ..
            } => {
                "an office has not answered a withdrawal notice of this case yet: it must learn of it and answer first"
            }
            Self { held: 1.., .. } => "a disclosure of this case still waits to be collected",
            _ => return Ok(()),
        };
        Err(Error::InvalidState(obstacle))
    }
}

/// What came of one step of an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// So many events went, and there are more.
    Some(u64),
    /// So many events went, and those were the last.
    Last(u64),
    /// There is something to erase that was not announced: the announcement was taken back, and another one is needed.
    Changed,
    /// Nothing of the kind is announced.
    Nothing,
}

/// Announces the erasure, unless exactly this was announced before; returns what is announced now.
pub(crate) async fn announce<'tx, T: Tx<'tx> + ErasureStore<'tx>>(
    tx: &mut T,
    entropy: &dyn Entropy,
    target: ErasureTarget,
) -> Result<Vec<Erasure>, Error> {
    let now = tx.now().await?;
    let wanted = match target {
        ErasureTarget::Year(year) => {
            expect_over(year, now)?;
            of_year(tx, year, now).await?
        }
        ErasureTarget::Case(case) => of_case(tx, case, now).await?,
    };
    let mut announced = tx.announced_erasures(Some(target)).await?;
    let origins = origins(tx).await?;
    let mut still = Vec::with_capacity(wanted.len());
    for erasure in wanted {
        let same = |known: &Erasure| {
            (known.class, known.generation) == (erasure.class, erasure.generation)
        };
        if let Some(known) = announced.iter().position(same) {
            let known = announced.remove(known);
            if known.holds(&erasure) {
                still.push(known);
                continue;
            }
            tx.forget_erasure(&known.intent).await?;
        }
        let origin = origins.get(&erasure.generation);
        let origin = origin.ok_or(LogFault::Impossible("a leaf of no log"))?;
        let event = Event::new(
            EventId::fresh(now, entropy)?,
            now,
            Operation::ErasureIntended,
        )
        .about_erasure(erasure.intended(origin), erasure.latest_year);
        let intent = audit::append(tx, entropy, event).await?.commitment;
        let erasure = Erasure { intent, ..erasure };
        tx.insert_erasure(&erasure).await?;
        still.push(erasure);
    }
    // What is left was begun: nothing of it is there any more, but it was not reported yet.
    still.append(&mut announced);
    Ok(still)
}

/// Erases what was announced, or a part of it; after the last part the log says so. Everything that this depends on is asked
/// again in this transaction.
pub(crate) async fn take<'tx, T: Tx<'tx> + ErasureStore<'tx>>(
    tx: &mut T,
    entropy: &dyn Entropy,
    target: ErasureTarget,
) -> Result<Taken, Error> {
    let announced = tx.lock_announced(target).await?;
    if announced.is_empty() {
        return Ok(Taken::Nothing);
    }
    for erasure in &announced {
        if !log::is_published(tx, &erasure.intent).await? {
            return Err(LogError::NotPublished.into());
        }
    }
    let taken = match target {
        ErasureTarget::Year(year) => {
            let now = tx.now().await?;
            expect_over(year, now)?;
            take_year(tx, year, &announced).await?
        }
        ErasureTarget::Case(case) => take_case(tx, case, &announced).await?,
    };
    match taken {
        Taken::Last(_) => report(tx, entropy, &announced).await?,
        Taken::Changed => {
            for erasure in &announced {
                tx.forget_erasure(&erasure.intent).await?;
            }
        }
        Taken::Some(_) | Taken::Nothing => {}
    }
    Ok(taken)
}

/// Nothing is ever erased as expired before its year is over, by the database's clock.
fn expect_over(year: u16, now: Instant) -> Result<(), Error> {
    if year < now.year() {
        return Ok(());
    }
    Err(Error::InvalidState("this year is not over yet"))
}

async fn of_year<'tx, T: Tx<'tx> + ErasureStore<'tx>>(
    tx: &mut T,
    year: u16,
    now: Instant,
) -> Result<Vec<Erasure>, Error> {
    let mut wanted = Vec::new();
    for group in tx.kept_groups(Some(year)).await? {
        // What waits to be put into the log is a matter of the next time.
        let Some((first, last)) = group.places else {
            continue;
        };
        let range = first.index..last.index.saturating_add(1);
        let count = leaves(tx, first.generation, range.clone(), &group).await?;
        wanted.push(Erasure {
            target: ErasureTarget::Year(year),
            class: Some(group.class),
            generation: first.generation,
            ranges: vec![range],
            count,
            latest_year: year,
            years: vec![year],
            intent: freigabe_ledger::Commitment::from_bytes([0; 32]),
            announced_at: now,
        });
    }
    Ok(wanted)
}

/// How many leaves of the group's class and year there are in a range of the log, whether or not their events are still there:
/// so many a verifier counts.
async fn leaves<'tx, T: Tx<'tx> + ErasureStore<'tx>>(
    tx: &mut T,
    generation: Generation,
    range: std::ops::Range<u64>,
    group: &KeptGroup,
) -> Result<u64, Error> {
    let (mut count, mut at) = (0_u64, range.start / WIDTH);
    let end = range.end.div_ceil(WIDTH);
    while at < end {
        let until = at.saturating_add(BUNDLES).min(end);
        for (number, bytes) in tx.log_bundles(generation, at..until).await? {
            let stored = bundle::leaves(&bytes);
            let stored = stored.map_err(|_| LogFault::Bundle { index: number })?;
            let places = number.saturating_mul(WIDTH)..;
            let named = places.zip(stored).filter(|(place, leaf)| {
                range.contains(place)
                    && (leaf.class, leaf.expiry_year) == (group.class, group.expiry_year)
            });
            count = count.saturating_add(u64::try_from(named.count()).unwrap_or(u64::MAX));
        }
        at = until;
    }
    Ok(count)
}

async fn of_case<'tx, T: Tx<'tx> + ErasureStore<'tx>>(
    tx: &mut T,
    case: CaseId,
    now: Instant,
) -> Result<Vec<Erasure>, Error> {
    let standing = tx.case_standing(case).await?.ok_or(Error::NotFound)?;
    standing.expect_ended()?;
    let mut by_log: BTreeMap<Generation, Vec<EventOfCase>> = BTreeMap::new();
    for (place, event) in placed(&tx.events_of_case(case).await?)? {
        by_log.entry(place.generation).or_default().push(event);
    }
    let erasures = by_log.into_iter().map(|(generation, events)| {
        let places = events.iter().filter_map(|event| event.place);
        let mut years: Vec<u16> = events.iter().map(|event| event.expiry_year).collect();
        years.sort_unstable();
        years.dedup();
        Erasure {
            target: ErasureTarget::Case(case),
            class: None,
            generation,
            ranges: ranges_of(places.map(|place| place.index).collect()),
            count: u64::try_from(events.len()).unwrap_or(u64::MAX),
            latest_year: years.last().copied().unwrap_or_default(),
            years,
            intent: freigabe_ledger::Commitment::from_bytes([0; 32]),
            announced_at: now,
        }
    });
    Ok(erasures.collect())
}

/// Every event with its place.
fn placed(events: &[EventOfCase]) -> Result<Vec<(LeafPlace, EventOfCase)>, Error> {
    let all: Option<Vec<_>> = events
        .iter()
        .map(|event| Some((event.place?, *event)))
        .collect();
    all.ok_or(Error::InvalidState(
        "an event of this case is not in the log yet: try again in a few seconds",
    ))
}

async fn take_year<'tx, T: Tx<'tx> + ErasureStore<'tx>>(
    tx: &mut T,
    year: u16,
    announced: &[Erasure],
) -> Result<Taken, Error> {
    if let Some(kept) = tx.kept_apart(year).await? {
        // Held now: nothing is added to the year until the end.
        let named = |group: &KeptGroup| {
            group.places.is_some_and(|(first, last)| {
                let mut same = announced
                    .iter()
                    .filter(|erasure| erasure.class == Some(group.class));
                same.any(|erasure| {
                    erasure.covers(first.generation, first.index)
                        && erasure.covers(last.generation, last.index)
                })
            })
        };
        if !kept.iter().all(named) {
            return Ok(Taken::Changed);
        }
        tx.drop_year(year).await?;
        return Ok(Taken::Last(kept.iter().map(|group| group.count).sum()));
    }
    let mut gone = 0_u64;
    for erasure in announced {
        let room = u64::from(BATCH).saturating_sub(gone);
        let events = tx.events_of_erasure(erasure, year, room).await?;
        tx.erase_events(&events, &[year]).await?;
        gone = gone.saturating_add(u64::try_from(events.len()).unwrap_or(u64::MAX));
    }
    if gone >= u64::from(BATCH) {
        return Ok(Taken::Some(gone));
    }
    Ok(Taken::Last(gone))
}

async fn take_case<'tx, T: Tx<'tx> + ErasureStore<'tx>>(
    tx: &mut T,
    case: CaseId,
    announced: &[Erasure],
) -> Result<Taken, Error> {
    // Held now: nothing is added to the case until the end.
    let standing = tx.hold_case(case).await?.ok_or(Error::NotFound)?;
    standing.expect_ended()?;
    let events = tx.events_of_case(case).await?;
    let mut left: BTreeMap<Generation, Vec<u64>> = BTreeMap::new();
    for event in &events {
        let Some(place) = event.place else {
            return Ok(Taken::Changed);
        };
        left.entry(place.generation).or_default().push(place.index);
    }
    for erasure in announced {
        let there = left.remove(&erasure.generation).unwrap_or_default();
        if ranges_of(there) != erasure.ranges {
            return Ok(Taken::Changed);
        }
    }
    if !left.is_empty() {
        return Ok(Taken::Changed);
    }
    let mut years: Vec<u16> = events.iter().map(|event| event.expiry_year).collect();
    years.sort_unstable();
    years.dedup();
    let ids: Vec<EventId> = events.iter().map(|event| event.id).collect();
    tx.erase_events(&ids, &years).await?;
    tx.erase_case(case).await?;
    Ok(Taken::Last(u64::try_from(ids.len()).unwrap_or(u64::MAX)))
}

/// The log says what was erased, and by which announcement.
async fn report<'tx, T: Tx<'tx> + ErasureStore<'tx>>(
    tx: &mut T,
    entropy: &dyn Entropy,
    announced: &[Erasure],
) -> Result<(), Error> {
    let origins = origins(tx).await?;
    let now = tx.now().await?;
    for erasure in announced {
        let origin = origins.get(&erasure.generation);
        let origin = origin.ok_or(LogFault::Impossible("a leaf of no log"))?;
        let event = Event::new(EventId::fresh(now, entropy)?, now, Operation::ErasureDone)
            .about_erasure(erasure.done(origin), erasure.latest_year);
        let done = audit::append(tx, entropy, event).await?.commitment;
        tx.finish_erasure(&erasure.intent, &done, now).await?;
    }
    Ok(())
}

async fn origins<'tx, T: Tx<'tx> + ErasureStore<'tx>>(
    tx: &mut T,
) -> Result<BTreeMap<Generation, String>, StoreError> {
    let heads = tx.log_heads().await?.into_iter();
    Ok(heads.map(|head| (head.generation, head.origin)).collect())
}
