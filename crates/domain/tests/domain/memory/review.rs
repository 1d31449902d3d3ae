//! Reviews. What is counted, the tests of the real stores hold.

use freigabe_domain::{
    gathering::Side,
    ids::{ReviewId, ReviewMeasureId},
    instant::Instant,
    review::{Assessment, FigureSet, Measure, ReleaseRefusal, Review, ReviewFacts, SideAssessment},
    store::{Cursor, Page, PageRequest, ReviewStore, StoreError},
};

use super::{
    MemoryTx,
    ports::{Order, affected, page},
    scope::{CENTRE, OFFICE_COORDINATION, PARTNERS, UPKEEP},
};

/// All reviews, and what belongs to them.
#[derive(Debug, Clone, Default)]
pub(super) struct Reviews {
    reviews: Vec<Review>,
    measures: Vec<Measure>,
    figures: Vec<(ReviewId, FigureSet)>,
    refusals: Vec<ReleaseRefusal>,
}

impl MemoryTx<'_> {
    fn whole_review(&self, review: &Review) -> Review {
        let mut review = review.clone();
        let (id, asked_at) = (review.id, review.asked_at);
        let belongs = |one: &&Measure| {
            one.review == id
                || (one.agreed_at.is_some_and(|agreed| agreed <= asked_at)
                    && one.completed_at.is_none_or(|done| done > asked_at))
        };
        let measures = self.state.reviews.measures.iter();
        review.measures = measures.filter(belongs).cloned().collect();
        review
    }

    fn found_review(&self, id: ReviewId) -> Option<Review> {
        let all = &self.state.reviews.reviews;
        all.iter()
            .find(|one| one.id == id)
            .map(|one| self.whole_review(one))
    }

    fn changed_review(
        &mut self,
        id: ReviewId,
        what: &'static str,
    ) -> Result<&mut Review, StoreError> {
        let all = &mut self.writable()?.reviews.reviews;
        all.iter_mut()
            .find(|one| one.id == id)
            .ok_or(affected(what))
    }
}

impl<'tx> ReviewStore<'tx> for MemoryTx<'tx> {
    async fn insert_review(&mut self, review: &Review) -> Result<(), StoreError> {
        let all = &mut self.writable()?.reviews.reviews;
        if all.iter().any(|one| one.number == review.number) {
            return Err(StoreError::Conflict);
        }
        all.push(review.clone());
        Ok(())
    }

    async fn latest_review(&mut self) -> Result<Option<Review>, StoreError> {
        let all = &self.state.reviews.reviews;
        Ok(all
            .iter()
            .max_by_key(|one| one.number)
            .map(|one| self.whole_review(one)))
    }

    async fn review(&mut self, id: ReviewId) -> Result<Option<Review>, StoreError> {
        Ok(self.found_review(id))
    }

    async fn lock_review(&mut self, id: ReviewId) -> Result<Option<Review>, StoreError> {
        self.store.wait_for_row();
        Ok(self.found_review(id))
    }

    async fn reviews(&mut self, request: PageRequest) -> Result<Page<Review>, StoreError> {
        self.only(PARTNERS, "reviews")?;
        let all = &self.state.reviews.reviews;
        let all = all.iter().map(|one| self.whole_review(one)).collect();
        Ok(page(all, Order::NewestFirst, request, |one| Cursor {
            at: one.asked_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn open_review(
        &mut self,
        id: ReviewId,
        at: Instant,
        threshold: u64,
        figures: &FigureSet,
    ) -> Result<(), StoreError> {
        self.only(UPKEEP, "open_review")?;
        let review = self.changed_review(id, "open_review")?;
        review.period_until = Some(at);
        review.threshold = Some(threshold);
        self.writable()?.reviews.figures.push((id, figures.clone()));
        Ok(())
    }

    async fn conclude_review(
        &mut self,
        id: ReviewId,
        side: Side,
        at: Instant,
    ) -> Result<(), StoreError> {
        self.only(OFFICE_COORDINATION, "conclude_review")?;
        let review = self.changed_review(id, "conclude_review")?;
        match side {
            Side::Police => review.concluded_by_police_at = Some(at),
            Side::Network => review.concluded_by_network_at = Some(at),
        }
        Ok(())
    }

    async fn assess_review(
        &mut self,
        id: ReviewId,
        side: Side,
        assessments: &[Assessment],
        at: Instant,
    ) -> Result<(), StoreError> {
        self.only(OFFICE_COORDINATION, "assess_review")?;
        let review = self.changed_review(id, "assess_review")?;
        for assessment in assessments {
            let before =
                |one: &SideAssessment| one.side == side && one.assessment.point == assessment.point;
            review.assessments.retain(|one| !before(one));
            review.assessments.push(SideAssessment {
                side,
                assessment: assessment.clone(),
                at,
            });
        }
        Ok(())
    }

    async fn insert_measure(&mut self, measure: &Measure) -> Result<(), StoreError> {
        self.only(OFFICE_COORDINATION, "insert_measure")?;
        self.writable()?.reviews.measures.push(measure.clone());
        Ok(())
    }

    async fn review_of_measure(
        &mut self,
        id: ReviewMeasureId,
    ) -> Result<Option<ReviewId>, StoreError> {
        let all = &self.state.reviews.measures;
        Ok(all.iter().find(|one| one.id == id).map(|one| one.review))
    }

    async fn agree_measure(&mut self, id: ReviewMeasureId, at: Instant) -> Result<(), StoreError> {
        let all = &mut self.writable()?.reviews.measures;
        let found = all
            .iter_mut()
            .find(|one| one.id == id && one.agreed_at.is_none());
        found.ok_or(affected("agree_measure"))?.agreed_at = Some(at);
        Ok(())
    }

    async fn complete_measure(
        &mut self,
        id: ReviewMeasureId,
        at: Instant,
    ) -> Result<(), StoreError> {
        let all = &mut self.writable()?.reviews.measures;
        let found = all
            .iter_mut()
            .find(|one| one.id == id && one.completed_at.is_none());
        found.ok_or(affected("complete_measure"))?.completed_at = Some(at);
        Ok(())
    }

    async fn review_figures(&mut self, id: ReviewId) -> Result<Option<FigureSet>, StoreError> {
        let all = &self.state.reviews.figures;
        Ok(all.iter().find(|one| one.0 == id).map(|one| one.1.clone()))
    }

    async fn review_facts(
        &mut self,
        _: Instant,
        _: Instant,
        _: Instant,
    ) -> Result<ReviewFacts, StoreError> {
        self.only(UPKEEP, "review_facts")?;
        Ok(ReviewFacts::default())
    }

    async fn insert_release_refusal(&mut self, refusal: &ReleaseRefusal) -> Result<(), StoreError> {
        self.only(CENTRE, "insert_release_refusal")?;
        self.writable()?.reviews.refusals.push(refusal.clone());
        Ok(())
    }
}
