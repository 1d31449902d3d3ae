//! Trainings.

use actix_web::{get, post, put, web};
use freigabe_contract::{
    query::{PageQuery, TrainingFilter},
    training::{
        AddTrainingMaterial, RequestTraining, Training, TrainingEvaluation, TrainingHeld,
        TrainingPage, TrainingPlan,
    },
};
use freigabe_domain::{
    access::{self, Partner},
    audit::Logged,
    ids::TrainingId,
    store::PageRequest,
    training::{self as domain, TrainingState},
};

use crate::{
    access::{CentreOrCoordination, Office, PartnerOrCoordination},
    convert::training as convert,
    directory::tag,
    extract::{Id, IfMatch, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Parameters, Query, code},
    reply::Reply,
    state::HttpState,
};

/// What became of it, with the tag of its version and the receipt.
fn changed(state: &HttpState, training: &Logged<domain::Training>) -> Reply<Training> {
    Reply::ok(convert::training(training))
        .tagged(tag::write(training.version))
        .receipt(state.receipt(training))
}

/// Ask for a training, or offer one
///
/// An office asks: of the `host` that it names, or of the network as a whole, and then whoever of the network agrees first holds it. A centre
/// or the coordination offers one to the offices that it names; the first of them that agrees is the office that it is for. Nothing of
/// it is about a person or a case.
#[utoipa::path(
    operation_id = "requestTraining",
    tag = "trainings",
    request_body = RequestTraining,
    responses((
        status = 201,
        description = "It is asked for, or offered.",
        body = Training,
        headers(
            ("Location" = String, description = "Path of the training."),
            ("ETag" = String, description = "Tag of its version, for `If-Match`.")
        )
    ))
)]
#[post("/v1/trainings")]
pub(super) async fn request_training(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    key: Key,
    body: Body<RequestTraining>,
    state: web::Data<HttpState>,
) -> Result<Reply<Training>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let new = convert::new_training(body.value)?;
    let opened = state
        .exchange
        .request_training(&caller, &request, new)
        .await?;
    let location = format!("/v1/trainings/{}", opened.id);
    Ok(Reply::created(location, convert::training(&opened))
        .tagged(tag::write(opened.version))
        .receipt(state.receipt(&opened)))
}

pub(crate) struct Trainings {
    state: Option<TrainingState>,
    page: PageRequest,
}

impl Query for Trainings {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        Some(Self {
            state: code!(parameters, "state", TrainingState),
            page: parameters.page(),
        })
    }
}

/// List trainings
///
/// All of them, whoever they are between, newest first: they are no secret among the partners. With `state` only those that have come so far.
#[utoipa::path(
    operation_id = "listTrainings",
    tag = "trainings",
    params(TrainingFilter, PageQuery),
    responses((status = 200, description = "A page.", body = TrainingPage))
)]
#[get("/v1/trainings")]
pub(super) async fn list_trainings(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    asked: Asked<Trainings>,
    state: web::Data<HttpState>,
) -> Result<Reply<TrainingPage>, ApiError> {
    let Trainings { state: of, page } = asked.query;
    let found = state.exchange.trainings(&caller, of, page).await?;
    let items = found.items.iter().map(convert::training).collect();
    Ok(asked.page(items, found.next))
}

/// Read a training
#[utoipa::path(
    operation_id = "getTraining",
    tag = "trainings",
    description = "What it is, between whom, how far it has come, and its files.",
    params(("training_id" = uuid::Uuid, Path, description = "The training's `id`.")),
    responses((
        status = 200,
        description = "The training.",
        body = Training,
        headers(("ETag" = String, description = "Tag of its version, for `If-Match`."))
    ))
)]
#[get("/v1/trainings/{training_id}")]
pub(super) async fn get_training(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<TrainingId>,
    state: web::Data<HttpState>,
) -> Result<Reply<Training>, ApiError> {
    let found = state.exchange.training(&caller, id).await?;
    Ok(Reply::ok(convert::training(&found)).tagged(tag::write(found.version)))
}

/// Agree to a training
///
/// The other side agrees, and says when and where; from then on it stands in calendars. An office agrees to what it was offered; the host that was
/// asked to what an office asks for, or whoever of the network is first.
#[utoipa::path(
    operation_id = "agreeTraining",
    tag = "trainings",
    params(("training_id" = uuid::Uuid, Path, description = "The training's `id`.")),
    request_body = TrainingPlan,
    responses((
        status = 200,
        description = "It is agreed.",
        body = Training,
        headers(("ETag" = String, description = "Tag of its version, for `If-Match`."))
    ))
)]
#[post("/v1/trainings/{training_id}/agreement")]
pub(super) async fn agree_training(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<TrainingId>,
    key: Key,
    body: Body<TrainingPlan>,
    state: web::Data<HttpState>,
) -> Result<Reply<Training>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let said = convert::plan(body.value)?;
    let done = state
        .exchange
        .agree_training(&caller, &request, id, said)
        .await?;
    Ok(changed(&state, &done))
}

/// Decline a training
///
/// The other side declines it, or who opened it takes it back. Where others were asked as well, one of them can't decline for all (409); for the
/// network as a whole the coordination does.
#[utoipa::path(
    operation_id = "declineTraining",
    tag = "trainings",
    params(("training_id" = uuid::Uuid, Path, description = "The training's `id`.")),
    responses((
        status = 200,
        description = "It is declined.",
        body = Training,
        headers(("ETag" = String, description = "Tag of its version, for `If-Match`."))
    ))
)]
#[post("/v1/trainings/{training_id}/refusal")]
pub(super) async fn decline_training(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<TrainingId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<Training>, ApiError> {
    let request = key.without_body(&caller);
    let done = state
        .exchange
        .decline_training(&caller, &request, id)
        .await?;
    Ok(changed(&state, &done))
}

/// Cancel a training
///
/// Either side calls off what was agreed. It stays in calendars, as cancelled.
#[utoipa::path(
    operation_id = "cancelTraining",
    tag = "trainings",
    params(("training_id" = uuid::Uuid, Path, description = "The training's `id`.")),
    responses((
        status = 200,
        description = "It is called off.",
        body = Training,
        headers(("ETag" = String, description = "Tag of its version, for `If-Match`."))
    ))
)]
#[post("/v1/trainings/{training_id}/cancellation")]
pub(super) async fn cancel_training(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<TrainingId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<Training>, ApiError> {
    let request = key.without_body(&caller);
    let done = state
        .exchange
        .cancel_training(&caller, &request, id)
        .await?;
    Ok(changed(&state, &done))
}

/// Put off or move a training
///
/// Either side says when and where it is instead, of the training as it was read under the tag. Calendars show the new version.
#[utoipa::path(
    operation_id = "rescheduleTraining",
    tag = "trainings",
    params(("training_id" = uuid::Uuid, Path, description = "The training's `id`.")),
    request_body = TrainingPlan,
    responses((
        status = 200,
        description = "The training.",
        body = Training,
        headers(("ETag" = String, description = "Tag of its version, for `If-Match`."))
    ))
)]
#[put("/v1/trainings/{training_id}/plan")]
pub(super) async fn reschedule_training(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<TrainingId>,
    IfMatch(tag): IfMatch,
    body: Body<TrainingPlan>,
    state: web::Data<HttpState>,
) -> Result<Reply<Training>, ApiError> {
    let said = convert::plan(body.value)?;
    let done = state
        .exchange
        .reschedule_training(&caller, id, tag::read(&tag), said)
        .await?;
    Ok(changed(&state, &done))
}

/// Record that a training was held
///
/// Either side says that it took place, once it has begun, and how many took part. Who they were is stored nowhere.
#[utoipa::path(
    operation_id = "recordTrainingHeld",
    tag = "trainings",
    params(("training_id" = uuid::Uuid, Path, description = "The training's `id`.")),
    request_body = TrainingHeld,
    responses((
        status = 200,
        description = "It was held.",
        body = Training,
        headers(("ETag" = String, description = "Tag of its version, for `If-Match`."))
    ))
)]
#[post("/v1/trainings/{training_id}/holding")]
pub(super) async fn record_training_held(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<TrainingId>,
    key: Key,
    body: Body<TrainingHeld>,
    state: web::Data<HttpState>,
) -> Result<Reply<Training>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let said = convert::attendance(&body.value)?;
    let done = state
        .exchange
        .record_training_held(&caller, &request, id, said)
        .await?;
    Ok(changed(&state, &done))
}

/// Evaluate a training
///
/// The office that it was for says how it was, once: a grade from 1, the best, to 5, and a remark.
#[utoipa::path(
    operation_id = "evaluateTraining",
    tag = "trainings",
    params(("training_id" = uuid::Uuid, Path, description = "The training's `id`.")),
    request_body = TrainingEvaluation,
    responses((
        status = 200,
        description = "It is evaluated.",
        body = Training,
        headers(("ETag" = String, description = "Tag of its version, for `If-Match`."))
    ))
)]
#[post("/v1/trainings/{training_id}/evaluation")]
pub(super) async fn evaluate_training(
    Office(caller): Office,
    Id(id): Id<TrainingId>,
    key: Key,
    body: Body<TrainingEvaluation>,
    state: web::Data<HttpState>,
) -> Result<Reply<Training>, ApiError> {
    let caller = access::PartnerOrCoordination::Partner(Partner::Office(caller));
    let request = key.with_body(&caller, &body.bytes);
    let said = convert::evaluation(body.value)?;
    let done = state
        .exchange
        .evaluate_training(&caller, &request, id, said)
        .await?;
    Ok(changed(&state, &done))
}

/// Add a file to a training
///
/// Its host says where a file lies, with its SHA-256, by which whoever fetches it knows it again. At most 50; none is changed or removed.
#[utoipa::path(
    operation_id = "addTrainingMaterial",
    tag = "trainings",
    params(("training_id" = uuid::Uuid, Path, description = "The training's `id`.")),
    request_body = AddTrainingMaterial,
    responses((
        status = 200,
        description = "It is added.",
        body = Training,
        headers(("ETag" = String, description = "Tag of its version, for `If-Match`."))
    ))
)]
#[post("/v1/trainings/{training_id}/materials")]
pub(super) async fn add_training_material(
    CentreOrCoordination { caller, .. }: CentreOrCoordination,
    Id(id): Id<TrainingId>,
    key: Key,
    body: Body<AddTrainingMaterial>,
    state: web::Data<HttpState>,
) -> Result<Reply<Training>, ApiError> {
    let caller =
        access::PartnerOrCoordination::try_from(caller).map_err(|_| ApiError::Forbidden)?;
    let request = key.with_body(&caller, &body.bytes);
    let said = convert::material(body.value)?;
    let done = state
        .exchange
        .add_training_material(&caller, &request, id, said)
        .await?;
    Ok(changed(&state, &done))
}
