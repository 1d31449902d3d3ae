//! The calendar: what takes place, from every noun that has a time and a place.

use async_trait::async_trait;
use time::Duration;

use crate::{
    access::PartnerOrCoordination,
    error::Error,
    exchange::Application,
    gathering::{CalendarEvent, CalendarOf, Participant},
    office::OfficeId,
    store::{Mode, Scope, Store, StoreError, Tx, unit_of_work},
};

/// So long what is over stays in a calendar.
const KEPT: Duration = Duration::days(366);
/// Events of one kind at most, the earliest first.
const MOST: u16 = 1000;

/// What takes place.
#[async_trait(?Send)]
pub trait CalendarDesk {
    /// What the caller's organisation takes part in, the earliest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn calendar(&self, caller: &PartnerOrCoordination) -> Result<Vec<CalendarEvent>, Error>;

    /// What is for everybody, the earliest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn public_calendar(&self) -> Result<Vec<CalendarEvent>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> CalendarDesk for Application<S> {
    async fn calendar(&self, caller: &PartnerOrCoordination) -> Result<Vec<CalendarEvent>, Error> {
        let participant = caller.participant();
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let above = match &participant {
                    Participant::Office(office) => above(tx, office).await?,
                    Participant::Centre(_) | Participant::Coordination(_) => Vec::new(),
                };
                let of = CalendarOf::Participant(participant.clone(), above);
                Ok(collected(tx, &of).await?)
            },
        )
        .await
    }

    async fn public_calendar(&self) -> Result<Vec<CalendarEvent>, Error> {
        unit_of_work(
            &self.store,
            &Scope::Directory,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(collected(tx, &CalendarOf::Public).await?),
        )
        .await
    }
}

/// What every noun has for this calendar: a line for each.
async fn collected<'tx, T: Tx<'tx>>(
    tx: &mut T,
    of: &CalendarOf,
) -> Result<Vec<CalendarEvent>, StoreError> {
    let since = tx.now().await?.plus(-KEPT);
    let mut events = Vec::new();
    events.extend(tx.trainings_in_calendar(of, since, MOST).await?);
    events.sort_by(|one, other| (one.span, &one.uid).cmp(&(other.span, &other.uid)));
    Ok(events)
}

/// The offices above one, nearest first. There are four levels; nothing goes round.
async fn above<'tx, T: Tx<'tx>>(
    tx: &mut T,
    office: &OfficeId,
) -> Result<Vec<OfficeId>, StoreError> {
    let mut found: Vec<OfficeId> = Vec::new();
    let mut next = Some(office.clone());
    while let Some(id) = next {
        let parent = tx.office(&id).await?.and_then(|office| office.parent);
        next = parent.filter(|parent| !found.contains(parent) && parent != office);
        found.extend(next.clone());
    }
    Ok(found)
}
