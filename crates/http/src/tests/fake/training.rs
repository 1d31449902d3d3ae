//! Trainings, advisories and calendars, which fail like everything else.

use async_trait::async_trait;
use freigabe_domain::{
    Error,
    access::PartnerOrCoordination,
    advisory::{GeneralAdvisory, NewAdvisory},
    audit::Logged,
    exchange::{AdvisoryDesk, CalendarDesk, TrainingDesk},
    gathering::CalendarEvent,
    ids::{AdvisoryId, TrainingId},
    store::{Page, PageRequest, RequestKey},
    training::{Attendance, Evaluation, NewMaterial, NewTraining, Plan, Training, TrainingState},
};

use super::FakeExchange;

type Changed = Result<Logged<Training>, Error>;

#[async_trait(?Send)]
impl TrainingDesk for FakeExchange {
    async fn request_training(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: NewTraining,
    ) -> Changed {
        self.fail()
    }
    async fn training(&self, _: &PartnerOrCoordination, _: TrainingId) -> Result<Training, Error> {
        self.fail()
    }
    async fn trainings(
        &self,
        _: &PartnerOrCoordination,
        _: Option<TrainingState>,
        _: PageRequest,
    ) -> Result<Page<Training>, Error> {
        self.fail()
    }
    async fn agree_training(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: TrainingId,
        _: Plan,
    ) -> Changed {
        self.fail()
    }
    async fn decline_training(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: TrainingId,
    ) -> Changed {
        self.fail()
    }
    async fn cancel_training(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: TrainingId,
    ) -> Changed {
        self.fail()
    }
    async fn reschedule_training(
        &self,
        _: &PartnerOrCoordination,
        _: TrainingId,
        _: Option<u64>,
        _: Plan,
    ) -> Changed {
        self.fail()
    }
    async fn record_training_held(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: TrainingId,
        _: Attendance,
    ) -> Changed {
        self.fail()
    }
    async fn evaluate_training(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: TrainingId,
        _: Evaluation,
    ) -> Changed {
        self.fail()
    }
    async fn add_training_material(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: TrainingId,
        _: NewMaterial,
    ) -> Changed {
        self.fail()
    }
}

#[async_trait(?Send)]
impl AdvisoryDesk for FakeExchange {
    async fn publish_advisory(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: NewAdvisory,
    ) -> Result<Logged<GeneralAdvisory>, Error> {
        self.fail()
    }
    async fn advisory(
        &self,
        _: &PartnerOrCoordination,
        _: AdvisoryId,
    ) -> Result<GeneralAdvisory, Error> {
        self.fail()
    }
    async fn advisories(
        &self,
        _: &PartnerOrCoordination,
        _: PageRequest,
    ) -> Result<Page<GeneralAdvisory>, Error> {
        self.fail()
    }
    async fn withdraw_advisory(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: AdvisoryId,
    ) -> Result<Logged<GeneralAdvisory>, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl CalendarDesk for FakeExchange {
    async fn calendar(&self, _: &PartnerOrCoordination) -> Result<Vec<CalendarEvent>, Error> {
        self.fail()
    }
    async fn public_calendar(&self) -> Result<Vec<CalendarEvent>, Error> {
        self.fail()
    }
}
