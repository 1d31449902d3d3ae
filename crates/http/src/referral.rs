//! Referral notices (agreement, point 2): an office notes that somebody was told about help.

use actix_web::{get, post, web};
use freigabe_contract::{
    query::PageQuery,
    referral::{NoteReferral, ReferralNotice, ReferralNoticePage},
};
use freigabe_domain::ids::ReferralNoticeId;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    access::Office,
    convert::involvement as convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Listing},
    reply::Reply,
    state::HttpState,
};

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(note_referral)
        .service(list_referral_notices)
        .service(get_referral_notice);
}

/// Note that somebody was told about help
///
/// In which language, how, when, and about which centres (agreement, point 2; § 406j StPO). Nothing about the person can be
/// said, and nothing is kept of her: it is for the yearly review.
#[utoipa::path(
    operation_id = "noteReferral",
    tag = "involvements",
    request_body = NoteReferral,
    responses((status = 201, description = "It is noted.", body = ReferralNotice))
)]
#[post("/v1/referral-notices")]
async fn note_referral(
    Office(caller): Office,
    key: Key,
    body: Body<NoteReferral>,
    state: web::Data<HttpState>,
) -> Result<Reply<ReferralNotice>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let referral = convert::new_referral(body.value)?;
    let noted = state
        .exchange
        .note_referral(&caller, &request, referral)
        .await?;
    let location = format!("/v1/referral-notices/{}", noted.value.id);
    Ok(Reply::created(location, convert::referral(&noted)).receipt(state.receipt(&noted)))
}

/// List the office's referral notices
///
/// Newest first.
#[utoipa::path(
    operation_id = "listReferralNotices",
    tag = "involvements",
    params(PageQuery),
    responses((status = 200, description = "A page.", body = ReferralNoticePage))
)]
#[get("/v1/referral-notices")]
async fn list_referral_notices(
    Office(caller): Office,
    asked: Asked<Listing>,
    state: web::Data<HttpState>,
) -> Result<Reply<ReferralNoticePage>, ApiError> {
    let found = state.exchange.referrals(&caller, asked.query.0).await?;
    let items = found.items.iter().map(convert::referral).collect();
    Ok(asked.page(items, found.next))
}

/// Read a referral notice
#[utoipa::path(
    operation_id = "getReferralNotice",
    tag = "involvements",
    description = "One of the office's own.",
    params(("referral_id" = uuid::Uuid, Path, description = "The notice's `id`.")),
    responses((status = 200, description = "The notice.", body = ReferralNotice))
)]
#[get("/v1/referral-notices/{referral_id}")]
async fn get_referral_notice(
    Office(caller): Office,
    Id(id): Id<ReferralNoticeId>,
    state: web::Data<HttpState>,
) -> Result<Reply<ReferralNotice>, ApiError> {
    let notice = state.exchange.referral(&caller, id).await?;
    Ok(Reply::ok(convert::referral(&notice)))
}
