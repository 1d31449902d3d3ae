//! What is to be erased is announced; what was announced is erased.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{Erasure, ErasurePlan, ErasureTarget, EventOfCase, KeptGroup, ranges_of};
use crate::{
    audit::{self, Event, Operation},
    entropy::Entropy,
    error::Error,
    ids::{CaseId, EventId},
    instant::Instant,
    log::{self, Generation, LogError, LogFault},
    store::{ErasureStore, StoreError, Tx},
};

/// Events that are deleted in one transaction, where they are deleted one by one: other writers wait no longer than that takes.
pub(crate) const BATCH: u16 = 2_048;
/// Leaves that are read at once.
const AT_ONCE: u64 = 16_384;

/// Whether a case can be erased, and what stands in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CaseStanding {
    /// Consents that are given and neither withdrawn nor marked as expired.
    pub given: u64,
    /// Withdrawal notices that no office has answered yet.
    pub unanswered: u64,
    /// Disclosures that wait to be collected.
    pub held: u64,
    /// Involvements that are not closed.
    pub involved: u64,
    /// Contact consents that are given and neither withdrawn nor marked as expired.
    pub contact: u64,
    /// Contact details that a centre was asked to erase and has not yet.
    pub unerased: u64,
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
            Self { involved: 1.., .. } => {
                "an involvement of this case is still open: the office must close it first"
            }
            Self { contact: 1.., .. } => {
                "a contact consent of this case is still given: it must be withdrawn first, so that the centre is told"
            }
            Self { unerased: 1.., .. } => {
                "a centre has not said yet that it erased contact details of this case: it must learn of it first"
            }
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

/// What is to be erased now, only read; none while anything of it is not in the log yet.
pub(crate) async fn plan<'tx, T: Tx<'tx> + ErasureStore<'tx>>(
    tx: &mut T,
    target: ErasureTarget,
) -> Result<Option<Vec<ErasurePlan>>, Error> {
    match target {
        ErasureTarget::Year(year) => {
            expect_over(year, tx.now().await?)?;
            of_year(tx, year).await
        }
        ErasureTarget::Case(case) => {
            let standing = tx.case_standing(case).await?.ok_or(Error::NotFound)?;
            standing.expect_ended()?;
            Ok(of_case(case, &tx.events_of_case(case).await?))
        }
    }
}

/// Announces these erasures, unless exactly they were announced before; returns what is announced now. Nothing depends on the plans
/// being right still: [`take`] asks again.
pub(crate) async fn announce<'tx, T: Tx<'tx> + ErasureStore<'tx>>(
    tx: &mut T,
    entropy: &dyn Entropy,
    target: ErasureTarget,
    plans: &[ErasurePlan],
) -> Result<Vec<Erasure>, Error> {
    let now = tx.now().await?;
    let mut announced = tx.announced_erasures(Some(target)).await?;
    let origins = origins(tx).await?;
    let mut still = Vec::with_capacity(plans.len());
    for plan in plans {
        if let Some(known) = announced
            .iter()
            .position(|known| known.plan.is_of_same(plan))
        {
            let known = announced.remove(known);
            if known.plan.holds(plan) {
                still.push(known);
                continue;
            }
            tx.forget_erasure(&known.intent).await?;
        }
        let event = Event::new(
            EventId::fresh(now, entropy)?,
            now,
            Operation::ErasureIntended,
        );
        let terms = plan.intended(origin_of(&origins, plan)?, now);
        let event = event.about_erasure(terms, plan.latest_year());
        let erasure = Erasure {
            plan: plan.clone(),
            intent: audit::append(tx, entropy, event).await?.commitment,
            announced_at: now,
        };
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
) -> Result<Option<Vec<ErasurePlan>>, Error> {
    let mut plans = Vec::new();
    for group in tx.kept_groups(Some(year)).await? {
        let Some((first, last)) = group.places else {
            return Ok(None);
        };
        let range = first.index..last.index.saturating_add(1);
        plans.push(ErasurePlan {
            target: ErasureTarget::Year(year),
            class: Some(group.class),
            generation: first.generation,
            count: leaves(tx, first.generation, &range, &group).await?,
            ranges: vec![range],
            years: vec![year],
        });
    }
    Ok(Some(plans))
}

/// How many leaves of the group's class and year there are in a range of the log, whether or not their events are still there:
/// so many a verifier counts.
async fn leaves<'tx, T: Tx<'tx>>(
    tx: &mut T,
    generation: Generation,
    range: &Range<u64>,
    group: &KeptGroup,
) -> Result<u64, Error> {
    let (mut count, mut at) = (0_usize, range.start);
    while at < range.end {
        let until = at.saturating_add(AT_ONCE).min(range.end);
        let leaves = log::stored_leaves(tx, generation, at, until).await?;
        let named = leaves
            .iter()
            .filter(|leaf| (leaf.class, leaf.expiry_year) == (group.class, group.expiry_year));
        count = count.saturating_add(named.count());
        at = until;
    }
    Ok(number(count))
}

/// One plan for each log; none if an event is in no log yet.
fn of_case(case: CaseId, events: &[EventOfCase]) -> Option<Vec<ErasurePlan>> {
    let mut by_log: BTreeMap<Generation, Vec<(u64, u16)>> = BTreeMap::new();
    for event in events {
        let place = event.place?;
        let of_log = by_log.entry(place.generation).or_default();
        of_log.push((place.index, event.expiry_year));
    }
    let plans = by_log.into_iter().map(|(generation, events)| ErasurePlan {
        target: ErasureTarget::Case(case),
        class: None,
        generation,
        ranges: ranges_of(events.iter().map(|(index, _)| *index).collect()),
        count: number(events.len()),
        years: ascending(events.iter().map(|(_, year)| *year)),
    });
    Some(plans.collect())
}

async fn take_year<'tx, T: Tx<'tx> + ErasureStore<'tx>>(
    tx: &mut T,
    year: u16,
    announced: &[Erasure],
) -> Result<Taken, Error> {
    if let Some(kept) = tx.kept_apart(year).await? {
        // Held now: nothing is added to the year until the end.
        let named = |group: &KeptGroup| {
            let Some((first, last)) = group.places else {
                return false;
            };
            announced.iter().any(|Erasure { plan, .. }| {
                plan.class == Some(group.class)
                    && [first, last]
                        .iter()
                        .all(|place| plan.covers(place.generation, place.index))
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
        let events = tx.events_of_plan(&erasure.plan, year, room).await?;
        tx.erase_events(&events, &[year]).await?;
        gone = gone.saturating_add(number(events.len()));
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
    // Exactly what was announced, log by log, is what there is.
    let mut left: Vec<&ErasurePlan> = announced.iter().map(|known| &known.plan).collect();
    let Some(plans) = of_case(case, &events) else {
        return Ok(Taken::Changed);
    };
    for plan in plans {
        let known = left
            .iter()
            .position(|known| known.is_of_same(&plan) && known.holds(&plan));
        match known {
            Some(known) => drop(left.swap_remove(known)),
            None => return Ok(Taken::Changed),
        }
    }
    if !left.is_empty() {
        return Ok(Taken::Changed);
    }
    let years = ascending(events.iter().map(|event| event.expiry_year));
    let ids: Vec<EventId> = events.iter().map(|event| event.id).collect();
    tx.erase_events(&ids, &years).await?;
    tx.erase_case(case).await?;
    Ok(Taken::Last(number(ids.len())))
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
        let terms = erasure.done(origin_of(&origins, &erasure.plan)?);
        let event = Event::new(EventId::fresh(now, entropy)?, now, Operation::ErasureDone)
            .about_erasure(terms, erasure.plan.latest_year());
        let done = audit::append(tx, entropy, event).await?.commitment;
        tx.finish_erasure(&erasure.intent, &done, now).await?;
    }
    Ok(())
}

async fn origins<'tx, T: Tx<'tx>>(tx: &mut T) -> Result<BTreeMap<Generation, String>, StoreError> {
    let heads = tx.log_heads().await?.into_iter();
    Ok(heads.map(|head| (head.generation, head.origin)).collect())
}

fn origin_of<'o>(
    origins: &'o BTreeMap<Generation, String>,
    plan: &ErasurePlan,
) -> Result<&'o str, LogFault> {
    let origin = origins.get(&plan.generation).map(String::as_str);
    origin.ok_or(LogFault::Impossible("a leaf of no log"))
}

fn ascending(years: impl Iterator<Item = u16>) -> Vec<u16> {
    years.collect::<BTreeSet<_>>().into_iter().collect()
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
