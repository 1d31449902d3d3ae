//! Reviews, which fail like everything else.

use async_trait::async_trait;
use freigabe_domain::{
    Error,
    access::{Overseer, PartnerOrCoordination},
    audit::Logged,
    exchange::{ReviewDesk, ReviewDueDesk},
    ids::{ReviewId, ReviewMeasureId},
    review::{FigureSet, NewAssessment, NewMeasure, Review, ReviewReason},
    store::{Page, PageRequest, RequestKey},
};

use super::FakeExchange;

type Changed = Result<Logged<Review>, Error>;

#[async_trait(?Send)]
impl ReviewDesk for FakeExchange {
    async fn ask_for_review(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: ReviewReason,
    ) -> Changed {
        self.fail()
    }

    async fn review(&self, _: &PartnerOrCoordination, _: ReviewId) -> Result<Review, Error> {
        self.fail()
    }

    async fn reviews(
        &self,
        _: &PartnerOrCoordination,
        _: PageRequest,
    ) -> Result<Page<Review>, Error> {
        self.fail()
    }

    async fn review_figures(
        &self,
        _: &PartnerOrCoordination,
        _: ReviewId,
    ) -> Result<(Review, FigureSet), Error> {
        self.fail()
    }

    async fn assess_review(
        &self,
        _: &Overseer,
        _: &RequestKey,
        _: ReviewId,
        _: Vec<NewAssessment>,
    ) -> Changed {
        self.fail()
    }

    async fn propose_measure(
        &self,
        _: &Overseer,
        _: &RequestKey,
        _: ReviewId,
        _: NewMeasure,
    ) -> Changed {
        self.fail()
    }

    async fn agree_measure(&self, _: &Overseer, _: &RequestKey, _: ReviewMeasureId) -> Changed {
        self.fail()
    }

    async fn complete_measure(&self, _: &Overseer, _: &RequestKey, _: ReviewMeasureId) -> Changed {
        self.fail()
    }

    async fn conclude_review(&self, _: &Overseer, _: &RequestKey, _: ReviewId) -> Changed {
        self.fail()
    }
}

#[async_trait(?Send)]
impl ReviewDueDesk for FakeExchange {
    async fn open_due_review(&self) -> Result<usize, Error> {
        self.fail()
    }
}
