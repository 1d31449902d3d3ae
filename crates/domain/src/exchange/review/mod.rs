//! Reviews of the agreement (agreement, point 11): asked for by either side or due by date, with both sides' assessments and what they agree
//! to do.

mod due;

use async_trait::async_trait;

pub use self::due::ReviewDueDesk;
use crate::{
    access::{Caller, Overseer, PartnerOrCoordination},
    audit::{self, Event, Logged, Operation},
    error::Error,
    exchange::{Application, earlier},
    gathering::Side,
    ids::{EventId, ReviewId, ReviewMeasureId},
    instant::Instant,
    review::{FigureSet, Measure, NewAssessment, NewMeasure, Review, ReviewReason, ReviewState},
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, unit_of_work},
};

/// Reviews (agreement, point 11). All partners read all of them. For the police an office speaks that was given `reviews:write`, for the network
/// its coordination.
#[async_trait(?Send)]
pub trait ReviewDesk {
    /// Asks for a review on occasion. It opens by itself, with its figures, within minutes.
    ///
    /// # Errors
    /// One is under way; a reason that nobody can have; a reused key; the store's failure.
    async fn ask_for_review(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        reason: ReviewReason,
    ) -> Result<Logged<Review>, Error>;

    /// A review.
    ///
    /// # Errors
    /// No such review; the store's failure.
    async fn review(&self, caller: &PartnerOrCoordination, id: ReviewId) -> Result<Review, Error>;

    /// All reviews, newest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn reviews(
        &self,
        caller: &PartnerOrCoordination,
        page: PageRequest,
    ) -> Result<Page<Review>, Error>;

    /// The figures that a review opened with.
    ///
    /// # Errors
    /// No such review; it is not open yet; the store's failure.
    async fn review_figures(
        &self,
        caller: &PartnerOrCoordination,
        id: ReviewId,
    ) -> Result<(Review, FigureSet), Error>;

    /// A side says how far it sees the aims of some points attained; again for a point: in the place of what it said before.
    ///
    /// # Errors
    /// No such review; not open, or the side has concluded it; a point twice; a reused key; the store's failure.
    async fn assess_review(
        &self,
        caller: &Overseer,
        request: &RequestKey,
        id: ReviewId,
        assessments: Vec<NewAssessment>,
    ) -> Result<Logged<Review>, Error>;

    /// A side proposes a measure.
    ///
    /// # Errors
    /// No such review; not open yet; due in the past; a reused key; the store's failure.
    async fn propose_measure(
        &self,
        caller: &Overseer,
        request: &RequestKey,
        id: ReviewId,
        measure: NewMeasure,
    ) -> Result<Logged<Review>, Error>;

    /// The other side agrees to a measure.
    ///
    /// # Errors
    /// No such measure; proposed by the caller's own side, or agreed already; a reused key; the store's failure.
    async fn agree_measure(
        &self,
        caller: &Overseer,
        request: &RequestKey,
        measure: ReviewMeasureId,
    ) -> Result<Logged<Review>, Error>;

    /// The side that does it says that a measure is done.
    ///
    /// # Errors
    /// No such measure; not agreed, done already, or the other side's; a reused key; the store's failure.
    async fn complete_measure(
        &self,
        caller: &Overseer,
        request: &RequestKey,
        measure: ReviewMeasureId,
    ) -> Result<Logged<Review>, Error>;

    /// A side says that a review is over. It is once both have.
    ///
    /// # Errors
    /// No such review; not open; the side has said so already, or has not assessed every point; a reused key; the store's failure.
    async fn conclude_review(
        &self,
        caller: &Overseer,
        request: &RequestKey,
        id: ReviewId,
    ) -> Result<Logged<Review>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> ReviewDesk for Application<S> {
    async fn ask_for_review(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        reason: ReviewReason,
    ) -> Result<Logged<Review>, Error> {
        self.expect_room()?;
        if reason == ReviewReason::Date {
            return Err(Error::invalid(
                "/reason",
                "says itself when it is there: name an occasion",
            ));
        }
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    let known = tx.review(ReviewId::from_uuid(earlier.value)).await?;
                    let known = known.ok_or(Error::NotFound)?;
                    return Ok(earlier.map(|_| known));
                }
                // Two that ask at once take the same number: one of them comes again, and finds the other's.
                let latest = tx.latest_review().await?;
                let state = latest.as_ref().map(Review::state);
                if matches!(state, Some(ReviewState::Due | ReviewState::Open)) {
                    return Err(Error::InvalidState("a review is under way"));
                }
                let id = ReviewId::fresh(at, self.entropy())?;
                let asked_by = Some(caller.participant());
                let rules = &self.reviews;
                let review = Review::next(latest.as_ref(), id, reason, asked_by, at, rules);
                tx.insert_review(&review).await?;
                let operation = Operation::ReviewAskedFor;
                let event = self.review_event(Some(caller.as_ref()), operation, id, at)?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                let review = tx.review(id).await?.ok_or(Error::NotFound)?;
                Ok(Logged::new(review, leaf, at))
            },
        )
        .await
    }

    async fn review(&self, caller: &PartnerOrCoordination, id: ReviewId) -> Result<Review, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| tx.review(id).await?.ok_or(Error::NotFound),
        )
        .await;
        self.logged(caller, "getReview", outcome).await
    }

    async fn reviews(
        &self,
        caller: &PartnerOrCoordination,
        page: PageRequest,
    ) -> Result<Page<Review>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.reviews(page).await?),
        )
        .await
    }

    async fn review_figures(
        &self,
        caller: &PartnerOrCoordination,
        id: ReviewId,
    ) -> Result<(Review, FigureSet), Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let review = tx.review(id).await?.ok_or(Error::NotFound)?;
                let figures = tx.review_figures(id).await?.ok_or(NOT_OPEN_YET)?;
                Ok((review, figures))
            },
        )
        .await;
        self.logged(caller, "getReviewFigures", outcome).await
    }

    async fn assess_review(
        &self,
        caller: &Overseer,
        request: &RequestKey,
        id: ReviewId,
        assessments: Vec<NewAssessment>,
    ) -> Result<Logged<Review>, Error> {
        self.expect_room()?;
        for (index, one) in assessments.iter().enumerate() {
            let twice = |other: &NewAssessment| other.point == one.point;
            if assessments.iter().take(index).any(twice) {
                let pointer = format!("/assessments/{index}/point");
                return Err(Error::invalid(pointer, "is assessed already above"));
            }
        }
        let side = side_of(caller);
        let change = async |tx: &mut S::Tx<'_>, review: &Review, at| {
            expect_open_for(review, side)?;
            Ok(tx.assess_review(id, side, &assessments, at).await?)
        };
        let operation = Operation::ReviewAssessed;
        let outcome = self
            .reviewed(caller, request, Of::Review(id), operation, change)
            .await;
        self.logged(caller, "assessReview", outcome).await
    }

    async fn propose_measure(
        &self,
        caller: &Overseer,
        request: &RequestKey,
        id: ReviewId,
        measure: NewMeasure,
    ) -> Result<Logged<Review>, Error> {
        self.expect_room()?;
        let change = async |tx: &mut S::Tx<'_>, review: &Review, at: Instant| {
            if review.state() == ReviewState::Due {
                return Err(NOT_OPEN_YET);
            }
            if measure.due_at <= at {
                return Err(Error::invalid("/due_at", "must lie in the future"));
            }
            let measure = Measure {
                id: ReviewMeasureId::fresh(at, self.entropy())?,
                review: id,
                measure: measure.clone(),
                proposed_by: side_of(caller),
                proposed_at: at,
                agreed_at: None,
                completed_at: None,
            };
            Ok(tx.insert_measure(&measure).await?)
        };
        let operation = Operation::MeasureProposed;
        let outcome = self
            .reviewed(caller, request, Of::Review(id), operation, change)
            .await;
        self.logged(caller, "proposeMeasure", outcome).await
    }

    async fn agree_measure(
        &self,
        caller: &Overseer,
        request: &RequestKey,
        measure: ReviewMeasureId,
    ) -> Result<Logged<Review>, Error> {
        let change = async |tx: &mut S::Tx<'_>, review: &Review, at: Instant| {
            let own = |one: &&Measure| one.id == measure;
            let found = review.measures.iter().find(own).ok_or(Error::NotFound)?;
            if found.proposed_by == side_of(caller) {
                return Err(Error::InvalidState("the other side agrees to this measure"));
            }
            if found.agreed_at.is_some() {
                return Err(Error::InvalidState("this measure is agreed already"));
            }
            Ok(tx.agree_measure(measure, at).await?)
        };
        let operation = Operation::MeasureAgreed;
        let of = Of::Measure(measure);
        let outcome = self.reviewed(caller, request, of, operation, change).await;
        self.logged(caller, "agreeMeasure", outcome).await
    }

    async fn complete_measure(
        &self,
        caller: &Overseer,
        request: &RequestKey,
        measure: ReviewMeasureId,
    ) -> Result<Logged<Review>, Error> {
        let change = async |tx: &mut S::Tx<'_>, review: &Review, at: Instant| {
            let here = |one: &&Measure| one.id == measure;
            let found = review.measures.iter().find(here).ok_or(Error::NotFound)?;
            if found.measure.by != side_of(caller) {
                return Err(Error::InvalidState("the other side does this"));
            }
            if found.agreed_at.is_none() {
                return Err(Error::InvalidState("this measure is not agreed"));
            }
            if found.completed_at.is_some() {
                return Err(Error::InvalidState("this measure is done already"));
            }
            Ok(tx.complete_measure(measure, at).await?)
        };
        let operation = Operation::MeasureCompleted;
        let of = Of::Measure(measure);
        let outcome = self.reviewed(caller, request, of, operation, change).await;
        self.logged(caller, "completeMeasure", outcome).await
    }

    async fn conclude_review(
        &self,
        caller: &Overseer,
        request: &RequestKey,
        id: ReviewId,
    ) -> Result<Logged<Review>, Error> {
        let side = side_of(caller);
        let change = async |tx: &mut S::Tx<'_>, review: &Review, at| {
            expect_open_for(review, side)?;
            if !review.is_assessed_by(side) {
                return Err(Error::InvalidState(
                    "your side has not assessed every point of the agreement",
                ));
            }
            Ok(tx.conclude_review(id, side, at).await?)
        };
        let operation = Operation::ReviewConcluded;
        let outcome = self
            .reviewed(caller, request, Of::Review(id), operation, change)
            .await;
        self.logged(caller, "concludeReview", outcome).await
    }
}

/// What is changed.
#[derive(Debug, Clone, Copy)]
enum Of {
    Review(ReviewId),
    Measure(ReviewMeasureId),
}

const NOT_OPEN_YET: Error =
    Error::InvalidState("this review is not open yet: its figures are being made");

const fn side_of(caller: &Overseer) -> Side {
    match caller {
        Overseer::Office(_) => Side::Police,
        Overseer::Coordination(_) => Side::Network,
    }
}

fn expect_open_for(review: &Review, side: Side) -> Result<(), Error> {
    match review.state() {
        ReviewState::Due => Err(NOT_OPEN_YET),
        ReviewState::Open if review.concluded_by(side).is_some() => {
            Err(Error::InvalidState("your side has concluded this review"))
        }
        ReviewState::Open => Ok(()),
        ReviewState::Concluded | ReviewState::Adapted => {
            Err(Error::InvalidState("this review is concluded"))
        }
    }
}

impl<S: Store> Application<S> {
    /// What a side does about a review, under its lock.
    async fn reviewed(
        &self,
        caller: &Overseer,
        request: &RequestKey,
        of: Of,
        operation: Operation,
        change: impl AsyncFn(&mut S::Tx<'_>, &Review, Instant) -> Result<(), Error>,
    ) -> Result<Logged<Review>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let id = match of {
                    Of::Review(id) => Some(id),
                    Of::Measure(measure) => tx.review_of_measure(measure).await?,
                };
                let id = id.ok_or(Error::NotFound)?;
                let review = tx.lock_review(id).await?.ok_or(Error::NotFound)?;
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| review));
                }
                change(tx, &review, at).await?;
                let event = self.review_event(Some(caller.as_ref()), operation, id, at)?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                let review = tx.review(id).await?.ok_or(Error::NotFound)?;
                Ok(Logged::new(review, leaf, at))
            },
        )
        .await
    }

    fn review_event(
        &self,
        caller: Option<&Caller>,
        operation: Operation,
        review: ReviewId,
        at: Instant,
    ) -> Result<Event, Error> {
        let event = Event::new(EventId::fresh(at, self.entropy())?, at, operation);
        let event = event.about_review(review);
        Ok(match caller {
            Some(caller) => event.by(caller),
            None => event,
        })
    }
}
