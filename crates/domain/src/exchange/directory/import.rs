//! Entries are taken over from elsewhere, all of them or none.

use std::collections::HashMap;

use async_trait::async_trait;

use super::{AT_A_TIME, keep::faults};
use crate::{
    access::Keeper,
    audit::{self, Event, Logged, Operation},
    directory::{Centre, CentreEntry},
    error::{Error, InvalidInput},
    exchange::Application,
    ids::{CentreId, EventId},
    instant::Instant,
    store::prelude::*,
    store::{Mode, Scope, Store, Tx, unit_of_work},
};

/// An entry to be taken over from elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedCentre {
    /// Its identifier, the same each time.
    pub id: CentreId,
    /// What it says.
    pub entry: CentreEntry,
}

/// What became of entries that were taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportOutcome {
    /// New ones.
    pub added: u64,
    /// Ones that said something else before.
    pub changed: u64,
    /// Ones that said the same before.
    pub unchanged: u64,
}

/// Takes over what another system exported.
#[async_trait(?Send)]
pub trait ImportDesk {
    /// Takes entries over from elsewhere, all of them or none. With `rehearsal` only says what would become of them. The same again
    /// changes nothing.
    ///
    /// # Errors
    /// Everything that is wrong, each with the place of its entry (`/3/services/0`); the store's failure.
    async fn import_centres(
        &self,
        by: &Keeper,
        centres: &[ImportedCentre],
        rehearsal: bool,
    ) -> Result<Logged<ImportOutcome>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> ImportDesk for Application<S> {
    async fn import_centres(
        &self,
        by: &Keeper,
        centres: &[ImportedCentre],
        rehearsal: bool,
    ) -> Result<Logged<ImportOutcome>, Error> {
        reject_faults(centres)?;
        let mode = if rehearsal {
            Mode::Read
        } else {
            Mode::RepeatableWrite
        };
        let work = async |tx: &mut S::Tx<'_>| {
            let at = tx.now().await?;
            let mut outcome = ImportOutcome::default();
            for part in centres.chunks(usize::from(AT_A_TIME)) {
                let ids: Vec<CentreId> = part.iter().map(|centre| centre.id).collect();
                let known = tx.centres_by_id(&ids).await?;
                let mut known: HashMap<CentreId, Centre> = known
                    .into_iter()
                    .map(|centre| (centre.id, centre))
                    .collect();
                for imported in part {
                    let step = self.import_centre(
                        tx,
                        by,
                        imported,
                        known.remove(&imported.id),
                        at,
                        rehearsal,
                    );
                    step.await?.count(&mut outcome);
                }
            }
            let changes = outcome.added.saturating_add(outcome.changed);
            if rehearsal || changes == 0 {
                return Ok(Logged::before(outcome, None));
            }
            let id = EventId::fresh(at, self.entropy())?;
            let event = Event::new(id, at, Operation::DirectoryImported)
                .by_if_known(by.caller())
                .of_changes(changes);
            let leaf = audit::append(tx, self.entropy(), event).await?;
            Ok(Logged::new(outcome, leaf, at))
        };
        unit_of_work(&self.store, &Scope::from(by), mode, work).await
    }
}

/// What became of one entry that was taken over.
enum Imported {
    Added,
    Changed,
    Unchanged,
}

impl Imported {
    const fn count(&self, outcome: &mut ImportOutcome) {
        let counted = match self {
            Self::Added => &mut outcome.added,
            Self::Changed => &mut outcome.changed,
            Self::Unchanged => &mut outcome.unchanged,
        };
        *counted = counted.saturating_add(1);
    }
}

impl<S: Store> Application<S> {
    /// Takes over one entry, or says what would become of it.
    async fn import_centre<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        by: &Keeper,
        imported: &ImportedCentre,
        known: Option<Centre>,
        at: Instant,
        rehearsal: bool,
    ) -> Result<Imported, Error> {
        let Some(known) = known else {
            let centre = Centre {
                id: imported.id,
                organisation: by.only(),
                version: 1,
                changed_at: at,
                assurance: None,
                entry: imported.entry.clone(),
            };
            if !rehearsal {
                if !tx.insert_centre(&centre).await? {
                    return Err(Error::Stale);
                }
                let added = self.centre_event(by, Operation::CentreAdded, &centre, at)?;
                audit::append(tx, self.entropy(), added).await?;
            }
            return Ok(Imported::Added);
        };
        if known.entry == imported.entry {
            return Ok(Imported::Unchanged);
        }
        if !rehearsal {
            let after = Centre {
                version: known.version.saturating_add(1),
                changed_at: at,
                entry: imported.entry.clone(),
                ..known.clone()
            };
            self.put_centre(tx, by, Operation::CentreChanged, &known, after, at)
                .await?;
        }
        Ok(Imported::Changed)
    }
}

fn reject_faults(centres: &[ImportedCentre]) -> Result<(), Error> {
    let mut seen: HashMap<CentreId, usize> = HashMap::new();
    let mut found = Vec::new();
    for (index, centre) in centres.iter().enumerate() {
        if seen.insert(centre.id, index).is_some() {
            found.push(InvalidInput {
                pointer: format!("/{index}/id"),
                detail: "stands twice".to_owned(),
            });
        }
        found.extend(faults(&centre.entry, &format!("/{index}")));
    }
    if found.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(found))
    }
}
