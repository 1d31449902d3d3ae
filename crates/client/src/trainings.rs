//! Trainings, general advisories and the calendar.

use freigabe_contract::{
    advisory::{AdvisoryPage, GeneralAdvisory, PublishAdvisory},
    query::{PageQuery, TrainingFilter},
    training::{
        AddTrainingMaterial, RequestTraining, Training, TrainingEvaluation, TrainingHeld,
        TrainingPage, TrainingPlan,
    },
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `requestTraining`: asks for a training, or offers one.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn request_training(
        &self,
        training: &RequestTraining,
        idempotency_key: Option<&str>,
    ) -> Result<Training, Error> {
        let path = ["v1", "trainings"];
        Call::post("requestTraining", &path)
            .json(training)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listTrainings`: all trainings, newest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_trainings(
        &self,
        filter: &TrainingFilter,
        page: &PageQuery,
    ) -> Result<TrainingPage, Error> {
        let path = ["v1", "trainings"];
        Call::get("listTrainings", &path)
            .query(filter)?
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getTraining`: one of them.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_training(&self, id: Uuid) -> Result<Training, Error> {
        let path = ["v1", "trainings", &id.to_string()];
        Call::get("getTraining", &path).fetch(self).await
    }

    /// `agreeTraining`: agrees to what the other side asks for or offers.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn agree_training(
        &self,
        id: Uuid,
        plan: &TrainingPlan,
        idempotency_key: Option<&str>,
    ) -> Result<Training, Error> {
        let path = ["v1", "trainings", &id.to_string(), "agreement"];
        Call::post("agreeTraining", &path)
            .json(plan)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `declineTraining`: declines it, or takes it back.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn decline_training(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<Training, Error> {
        let path = ["v1", "trainings", &id.to_string(), "refusal"];
        Call::post("declineTraining", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `cancelTraining`: calls it off.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn cancel_training(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<Training, Error> {
        let path = ["v1", "trainings", &id.to_string(), "cancellation"];
        Call::post("cancelTraining", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `rescheduleTraining`: puts it off or moves it, as it was read under the tag.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn reschedule_training(
        &self,
        id: Uuid,
        etag: &str,
        plan: &TrainingPlan,
    ) -> Result<Training, Error> {
        let path = ["v1", "trainings", &id.to_string(), "plan"];
        Call::put("rescheduleTraining", &path)
            .if_match(etag)?
            .json(plan)?
            .fetch(self)
            .await
    }

    /// `recordTrainingHeld`: says that it took place.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn record_training_held(
        &self,
        id: Uuid,
        held: &TrainingHeld,
        idempotency_key: Option<&str>,
    ) -> Result<Training, Error> {
        let path = ["v1", "trainings", &id.to_string(), "holding"];
        Call::post("recordTrainingHeld", &path)
            .json(held)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `evaluateTraining`: says how it was.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn evaluate_training(
        &self,
        id: Uuid,
        evaluation: &TrainingEvaluation,
        idempotency_key: Option<&str>,
    ) -> Result<Training, Error> {
        let path = ["v1", "trainings", &id.to_string(), "evaluation"];
        Call::post("evaluateTraining", &path)
            .json(evaluation)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `addTrainingMaterial`: adds a file.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn add_training_material(
        &self,
        id: Uuid,
        material: &AddTrainingMaterial,
        idempotency_key: Option<&str>,
    ) -> Result<Training, Error> {
        let path = ["v1", "trainings", &id.to_string(), "materials"];
        Call::post("addTrainingMaterial", &path)
            .json(material)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `publishAdvisory`: publishes a general advisory.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn publish_advisory(
        &self,
        advisory: &PublishAdvisory,
        idempotency_key: Option<&str>,
    ) -> Result<GeneralAdvisory, Error> {
        let path = ["v1", "advisories"];
        Call::post("publishAdvisory", &path)
            .json(advisory)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listAdvisories`: those that nobody took back, newest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_advisories(&self, page: &PageQuery) -> Result<AdvisoryPage, Error> {
        let path = ["v1", "advisories"];
        Call::get("listAdvisories", &path)
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getAdvisory`: one of them.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_advisory(&self, id: Uuid) -> Result<GeneralAdvisory, Error> {
        let path = ["v1", "advisories", &id.to_string()];
        Call::get("getAdvisory", &path).fetch(self).await
    }

    /// `withdrawAdvisory`: takes it back.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn withdraw_advisory(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<GeneralAdvisory, Error> {
        let path = ["v1", "advisories", &id.to_string(), "withdrawal"];
        Call::post("withdrawAdvisory", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `getCalendar`: what the caller's organisation takes part in, as iCalendar (RFC 5545).
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_calendar(&self) -> Result<String, Error> {
        text(Call::get("getCalendar", &["v1", "calendar"]), self).await
    }

    /// `getPublicCalendar`: what is for everybody, as iCalendar (RFC 5545).
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_public_calendar(&self) -> Result<String, Error> {
        let call = Call::get("getPublicCalendar", &["v1", "public-calendar"]);
        text(call.public(), self).await
    }
}

async fn text(call: Call, client: &Client) -> Result<String, Error> {
    let answer = call.answer(client).await?;
    String::from_utf8(answer.body.to_vec())
        .map_err(|_| Error::Malformed("the calendar is not UTF-8"))
}
