//! What the server does about reviews: makes one when the date is there, and opens what is due, with its figures.

use async_trait::async_trait;

use crate::{
    audit::{self, Operation},
    error::Error,
    exchange::Application,
    ids::ReviewId,
    office::Office,
    review::{FigureSet, Review, ReviewReason, ReviewState},
    store::prelude::*,
    store::{Mode, OfficeQuery, Scope, Store, unit_of_work},
};

/// Offices read at a time.
const OFFICES: u16 = 200;

/// Reviews that are due (agreement, point 11).
#[async_trait(?Send)]
pub trait ReviewDueDesk {
    /// Opens the review that is due, if one is, because somebody asked for it or because the date is there; returns how many were opened. The
    /// figures are made here, once.
    ///
    /// # Errors
    /// The store's failure.
    async fn open_due_review(&self) -> Result<usize, Error>;
}

#[async_trait(?Send)]
impl<S: Store> ReviewDueDesk for Application<S> {
    async fn open_due_review(&self) -> Result<usize, Error> {
        let rules = &self.reviews;
        unit_of_work(
            &self.store,
            &Scope::Upkeep,
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let latest = tx.latest_review().await?;
                let latest = match latest {
                    Some(latest) => tx.lock_review(latest.id).await?,
                    None => None,
                };
                let at = tx.now().await?;
                let asked_for = |latest: &Review| latest.state() == ReviewState::Due;
                let due = match latest {
                    Some(latest) if asked_for(&latest) => latest,
                    latest if Review::is_due(latest.as_ref(), at, rules) => {
                        let id = ReviewId::fresh(at, self.entropy())?;
                        let reason = ReviewReason::Date;
                        let due = Review::next(latest.as_ref(), id, reason, None, at, rules);
                        tx.insert_review(&due).await?;
                        due
                    }
                    _ => return Ok(0),
                };
                let offices = all_offices::<S>(tx).await?;
                let confirmed_since = at.plus(-self.pairs.confirm_within);
                let facts = tx
                    .review_facts(due.period_from, at, confirmed_since)
                    .await?;
                let figures = FigureSet::of(&facts, &offices, rules.threshold);
                tx.open_review(due.id, at, rules.threshold.get(), &figures)
                    .await?;
                let event = self.review_event(None, Operation::ReviewOpened, due.id, at)?;
                audit::append(tx, self.entropy(), event).await?;
                Ok(1)
            },
        )
        .await
    }
}

async fn all_offices<S: Store>(tx: &mut S::Tx<'_>) -> Result<Vec<Office>, Error> {
    let mut offices: Vec<Office> = Vec::new();
    loop {
        let query = OfficeQuery {
            after: offices.last().map(|office| office.id.clone()),
            ..OfficeQuery::default()
        };
        let part = tx.offices(&query, OFFICES).await?;
        if part.is_empty() {
            return Ok(offices);
        }
        offices.extend(part);
    }
}
