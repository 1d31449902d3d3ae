//! What the domain asks of a transaction about events together with their leaves.

use std::{collections::BTreeMap, ops::Range};

use freigabe_domain::{
    audit::{AuditQuery, EventCount, KeptEvent, LeafRange, LoggedLeaf, Period, SealedEvent},
    instant::Instant,
    log::Generation,
    store::{Cursor, ExaminationStore, Page, PageRequest, StoreError},
};
use freigabe_ledger::{Commitment, Leaf};

use super::{
    MemoryTx,
    directory::{meets, stored},
    ports::{Order, page},
    scope::AUDITOR,
};

impl MemoryTx<'_> {
    /// Everything that is in a tree and still there, in its order.
    fn kept(&self, generation: Generation) -> Vec<(LoggedLeaf, &SealedEvent)> {
        let leaves = self.state.tree.leaves.iter();
        let leaves = leaves.filter(|(place, _)| place.generation == generation);
        leaves
            .filter_map(|(place, commitment)| {
                let mut log = self.state.log.iter();
                let event = log.find(|event| event.commitment == *commitment)?;
                let leaf = LoggedLeaf {
                    index: place.index,
                    leaf: Leaf {
                        class: event.class,
                        expiry_year: event.expiry_year,
                        commitment: *commitment,
                    },
                    kept: Some(KeptEvent {
                        event: stored(event),
                        salt: event.salt.clone(),
                        columns: serde_json::Map::new(),
                    }),
                };
                Some((leaf, event))
            })
            .collect()
    }

    fn found(&self, query: &AuditQuery, population: LeafRange) -> Vec<LoggedLeaf> {
        let places = population.from..population.until;
        let kept = self.kept(Generation::from_number(population.generation));
        kept.into_iter()
            .filter(|(leaf, event)| places.contains(&leaf.index) && meets(&event.projection, query))
            .map(|(leaf, _)| leaf)
            .collect()
    }
}

fn position(leaf: &LoggedLeaf) -> Cursor {
    let event = &leaf.kept.as_ref().expect("an event").event;
    Cursor {
        at: event.at,
        id: event.id.as_uuid(),
    }
}

impl<'tx> ExaminationStore<'tx> for MemoryTx<'tx> {
    async fn count_events(&mut self, period: Period) -> Result<Vec<EventCount>, StoreError> {
        self.only(AUDITOR, "count_events")?;
        let mut counts: BTreeMap<_, u64> = BTreeMap::new();
        let log = self.state.log.iter().map(|event| &event.projection);
        for event in log.filter(|event| (period.from..period.until).contains(&event.at)) {
            *counts.entry((event.operation, event.outcome)).or_default() += 1;
        }
        let counted = counts
            .into_iter()
            .map(|((operation, outcome), count)| EventCount {
                operation,
                outcome,
                count,
            });
        Ok(counted.collect())
    }

    async fn first_event(&mut self) -> Result<Option<Instant>, StoreError> {
        self.only(AUDITOR, "first_event")?;
        Ok(self.state.log.iter().map(|event| event.projection.at).min())
    }

    async fn erased_events(&mut self) -> Result<u64, StoreError> {
        self.only(AUDITOR, "erased_events")?;
        let is_there = |commitment: &&Commitment| {
            let mut log = self.state.log.iter();
            log.any(|event| event.commitment == **commitment)
        };
        let leaves = self.state.tree.leaves.values();
        Ok(leaves.filter(|leaf| !is_there(leaf)).count() as u64)
    }

    async fn kept_between(
        &mut self,
        generation: Generation,
        places: Range<u64>,
        _years: &[u16],
    ) -> Result<Vec<LoggedLeaf>, StoreError> {
        self.only(AUDITOR, "kept_between")?;
        let kept = self.kept(generation).into_iter().map(|(leaf, _)| leaf);
        Ok(kept.filter(|leaf| places.contains(&leaf.index)).collect())
    }

    async fn kept_at(
        &mut self,
        generation: Generation,
        places: &[u64],
        _years: &[u16],
    ) -> Result<Vec<LoggedLeaf>, StoreError> {
        self.only(AUDITOR, "kept_at")?;
        let kept = self.kept(generation).into_iter().map(|(leaf, _)| leaf);
        Ok(kept.filter(|leaf| places.contains(&leaf.index)).collect())
    }

    async fn count_kept(&mut self, population: LeafRange) -> Result<u64, StoreError> {
        self.only(AUDITOR, "count_kept")?;
        Ok(self.found(&AuditQuery::default(), population).len() as u64)
    }

    async fn matching(
        &mut self,
        query: &AuditQuery,
        population: LeafRange,
        request: PageRequest,
    ) -> Result<Page<LoggedLeaf>, StoreError> {
        self.only(AUDITOR, "matching")?;
        let found = self.found(query, population);
        Ok(page(found, Order::NewestFirst, request, position))
    }

    async fn count_matching(
        &mut self,
        query: &AuditQuery,
        population: LeafRange,
        after: Option<Cursor>,
        most: u16,
    ) -> Result<(u64, Option<Cursor>), StoreError> {
        let request = PageRequest { after, limit: most };
        let found = self.matching(query, population, request).await?;
        Ok((found.items.len() as u64, found.next))
    }
}
