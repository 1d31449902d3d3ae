//! `proposeJointActivity`, `listJointActivities`, `getJointActivity`, `agreeJointActivity`, `declineJointActivity`, `cancelJointActivity`,
//! `recordJointActivityHeld`, `inviteToJointActivity`, `replyToInvitation`

use actix_web::{get, post, web};
use freigabe_contract::{
    joint::{
        InviteToJointActivity, JointActivity, JointActivityPage, ProposeJointActivity,
        ReplyToInvitation,
    },
    query::{JointActivityFilter, PageQuery},
};
use freigabe_domain::{
    ids::JointActivityId,
    joint::{self, JointActivityState},
    store::PageRequest,
};

use crate::{
    access::PartnerOrCoordination,
    convert::joint as convert,
    directory::tag,
    extract::{Id, IfMatch, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Parameters, Query, code},
    reply::Reply,
    state::HttpState,
};

/// The activity with the tag of its version.
fn tagged(
    activity: &joint::JointActivity,
    reply: impl FnOnce(JointActivity) -> Reply<JointActivity>,
) -> Reply<JointActivity> {
    reply(convert::activity(activity)).tagged(tag::write(activity.version))
}

/// Propose a joint activity
///
/// To one of the other side, which agrees or declines. Nobody else is invited with that: see `inviteToJointActivity`. Each side bears its own
/// costs, or a supplementary agreement of which both are parties shares them.
#[utoipa::path(
    operation_id = "proposeJointActivity",
    tag = "activities",
    request_body = ProposeJointActivity,
    responses((
        status = 201,
        description = "It is proposed.",
        body = JointActivity,
        headers(
            ("Location" = String, description = "Path of the joint activity."),
            ("ETag" = String, description = "Tag of this version, for `If-Match`.")
        )
    ))
)]
#[post("/v1/joint-activities")]
pub(super) async fn propose_joint_activity(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    key: Key,
    body: Body<ProposeJointActivity>,
    state: web::Data<HttpState>,
) -> Result<Reply<JointActivity>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let new = convert::new_activity(body.value)?;
    let proposed = state
        .exchange
        .propose_joint_activity(&caller, &request, new)
        .await?;
    let location = format!("/v1/joint-activities/{}", proposed.id);
    let reply = tagged(&proposed, |activity| Reply::created(location, activity));
    Ok(reply.receipt(state.receipt(&proposed)))
}

pub(crate) struct Activities {
    state: Option<JointActivityState>,
    page: PageRequest,
}

impl Query for Activities {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        Some(Self {
            state: code!(parameters, "state", JointActivityState),
            page: parameters.page(),
        })
    }
}

/// List joint activities
///
/// All of them, whoever the parties are, the last proposed first. With `state` only those that stand so.
#[utoipa::path(
    operation_id = "listJointActivities",
    tag = "activities",
    params(JointActivityFilter, PageQuery),
    responses((status = 200, description = "A page.", body = JointActivityPage))
)]
#[get("/v1/joint-activities")]
pub(super) async fn list_joint_activities(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    asked: Asked<Activities>,
    state: web::Data<HttpState>,
) -> Result<Reply<JointActivityPage>, ApiError> {
    let query = &asked.query;
    let found = state
        .exchange
        .joint_activities(&caller, query.state, query.page)
        .await?;
    let items = found.items.iter().map(convert::activity).collect();
    Ok(asked.page(items, found.next))
}

/// Read a joint activity
#[utoipa::path(
    operation_id = "getJointActivity",
    tag = "activities",
    description = "What is proposed, by whom to whom, where it stands, who else is invited, and what they answered.",
    params(("joint_activity_id" = uuid::Uuid, Path, description = "The joint activity's `id`.")),
    responses((
        status = 200,
        description = "The joint activity.",
        body = JointActivity,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`. Answers to invitations are no part of it."))
    ))
)]
#[get("/v1/joint-activities/{joint_activity_id}")]
pub(super) async fn get_joint_activity(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<JointActivityId>,
    state: web::Data<HttpState>,
) -> Result<Reply<JointActivity>, ApiError> {
    let found = state.exchange.joint_activity(&caller, id).await?;
    Ok(tagged(&found, Reply::ok))
}

/// Agree to a joint activity
///
/// The counterpart does, to what it read under the tag, as long as it is proposed and not over.
#[utoipa::path(
    operation_id = "agreeJointActivity",
    tag = "activities",
    params(("joint_activity_id" = uuid::Uuid, Path, description = "The joint activity's `id`.")),
    responses((
        status = 200,
        description = "It is agreed.",
        body = JointActivity,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`."))
    ))
)]
#[post("/v1/joint-activities/{joint_activity_id}/agreement")]
pub(super) async fn agree_joint_activity(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<JointActivityId>,
    IfMatch(tag): IfMatch,
    state: web::Data<HttpState>,
) -> Result<Reply<JointActivity>, ApiError> {
    let changed = state
        .exchange
        .agree_joint_activity(&caller, id, tag::read(&tag))
        .await?;
    Ok(tagged(&changed, Reply::ok).receipt(state.receipt(&changed)))
}

/// Decline a joint activity
///
/// The counterpart does, as long as it is proposed. No reason is asked for.
#[utoipa::path(
    operation_id = "declineJointActivity",
    tag = "activities",
    params(("joint_activity_id" = uuid::Uuid, Path, description = "The joint activity's `id`.")),
    responses((
        status = 200,
        description = "It is declined.",
        body = JointActivity,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`."))
    ))
)]
#[post("/v1/joint-activities/{joint_activity_id}/declination")]
pub(super) async fn decline_joint_activity(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<JointActivityId>,
    IfMatch(tag): IfMatch,
    state: web::Data<HttpState>,
) -> Result<Reply<JointActivity>, ApiError> {
    let changed = state
        .exchange
        .decline_joint_activity(&caller, id, tag::read(&tag))
        .await?;
    Ok(tagged(&changed, Reply::ok).receipt(state.receipt(&changed)))
}

/// Call a joint activity off
///
/// Either party does, once it is agreed; whoever proposed it takes it back before.
#[utoipa::path(
    operation_id = "cancelJointActivity",
    tag = "activities",
    params(("joint_activity_id" = uuid::Uuid, Path, description = "The joint activity's `id`.")),
    responses((
        status = 200,
        description = "It is cancelled.",
        body = JointActivity,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`."))
    ))
)]
#[post("/v1/joint-activities/{joint_activity_id}/cancellation")]
pub(super) async fn cancel_joint_activity(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<JointActivityId>,
    IfMatch(tag): IfMatch,
    state: web::Data<HttpState>,
) -> Result<Reply<JointActivity>, ApiError> {
    let changed = state
        .exchange
        .cancel_joint_activity(&caller, id, tag::read(&tag))
        .await?;
    Ok(tagged(&changed, Reply::ok).receipt(state.receipt(&changed)))
}

/// Say that a joint activity was held
///
/// Either party does, once it is agreed and has begun.
#[utoipa::path(
    operation_id = "recordJointActivityHeld",
    tag = "activities",
    params(("joint_activity_id" = uuid::Uuid, Path, description = "The joint activity's `id`.")),
    responses((
        status = 200,
        description = "It was held.",
        body = JointActivity,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`."))
    ))
)]
#[post("/v1/joint-activities/{joint_activity_id}/holding")]
pub(super) async fn record_joint_activity_held(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<JointActivityId>,
    IfMatch(tag): IfMatch,
    state: web::Data<HttpState>,
) -> Result<Reply<JointActivity>, ApiError> {
    let changed = state
        .exchange
        .record_joint_activity_held(&caller, id, tag::read(&tag))
        .await?;
    Ok(tagged(&changed, Reply::ok).receipt(state.receipt(&changed)))
}

/// Invite to a joint activity
///
/// Either party invites others, of either side, to what is agreed and not over. Who takes part already stays as it is.
#[utoipa::path(
    operation_id = "inviteToJointActivity",
    tag = "activities",
    params(("joint_activity_id" = uuid::Uuid, Path, description = "The joint activity's `id`.")),
    request_body = InviteToJointActivity,
    responses((
        status = 200,
        description = "They are invited.",
        body = JointActivity,
        headers(("ETag" = String, description = "Tag of this version, for `If-Match`."))
    ))
)]
#[post("/v1/joint-activities/{joint_activity_id}/invitations")]
pub(super) async fn invite_to_joint_activity(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<JointActivityId>,
    IfMatch(tag): IfMatch,
    body: Body<InviteToJointActivity>,
    state: web::Data<HttpState>,
) -> Result<Reply<JointActivity>, ApiError> {
    let who = convert::invited(&body.value)?;
    let changed = state
        .exchange
        .invite_to_joint_activity(&caller, id, tag::read(&tag), who)
        .await?;
    Ok(tagged(&changed, Reply::ok).receipt(state.receipt(&changed)))
}

/// Answer an invitation to a joint activity
///
/// Whoever is invited answers for itself, and may answer anew as long as the activity is agreed and not over.
#[utoipa::path(
    operation_id = "replyToInvitation",
    tag = "activities",
    params(("joint_activity_id" = uuid::Uuid, Path, description = "The joint activity's `id`.")),
    request_body = ReplyToInvitation,
    responses((status = 200, description = "It is answered.", body = JointActivity))
)]
#[post("/v1/joint-activities/{joint_activity_id}/reply")]
pub(super) async fn reply_to_invitation(
    PartnerOrCoordination(caller): PartnerOrCoordination,
    Id(id): Id<JointActivityId>,
    key: Key,
    body: Body<ReplyToInvitation>,
    state: web::Data<HttpState>,
) -> Result<Reply<JointActivity>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let answer = convert::answer(&body.value);
    let answered = state
        .exchange
        .reply_to_invitation(&caller, &request, id, answer)
        .await?;
    Ok(Reply::ok(convert::activity(&answered)).receipt(state.receipt(&answered)))
}
