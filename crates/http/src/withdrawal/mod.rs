//! Withdrawal notices: an office reads and answers them.

use actix_web::{get, post, web};
use freigabe_contract::{
    query::{NoticeFilter, PageQuery},
    withdrawal::{AnswerWithdrawalNotice, WithdrawalNotice, WithdrawalNoticePage},
};
use freigabe_domain::{ids::WithdrawalNoticeId, store::PageRequest};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    access::Office,
    convert,
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Parameters, Query},
    reply::Reply,
    state::HttpState,
};

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_withdrawal_notices)
        .service(get_withdrawal_notice)
        .service(answer_withdrawal_notice);
}

pub(crate) struct Notices {
    open_only: bool,
    page: PageRequest,
}

impl Query for Notices {
    fn read(parameters: &mut Parameters) -> Option<Self> {
        let open = parameters.optional("open", "true or false", |text| text.parse().ok());
        Some(Self {
            open_only: open.unwrap_or(false),
            page: parameters.page(),
        })
    }
}

/// List the office's withdrawal notices
///
/// Oldest first.
#[utoipa::path(
    operation_id = "listWithdrawalNotices",
    tag = "withdrawal-notices",
    params(NoticeFilter, PageQuery),
    responses((status = 200, description = "A page.", body = WithdrawalNoticePage))
)]
#[get("/v1/withdrawal-notices")]
async fn list_withdrawal_notices(
    Office(caller): Office,
    asked: Asked<Notices>,
    state: web::Data<HttpState>,
) -> Result<Reply<WithdrawalNoticePage>, ApiError> {
    let Notices { open_only, page } = asked.query;
    let found = state
        .exchange
        .withdrawal_notices(&caller, open_only, page)
        .await?;
    let items = found.items.iter().map(convert::notice).collect();
    Ok(asked.page(items, found.next))
}

/// Read a withdrawal notice
#[utoipa::path(
    operation_id = "getWithdrawalNotice",
    tag = "withdrawal-notices",
    description = "One of the office's notices, with its answer if it has one.",
    params(("notice_id" = uuid::Uuid, Path, description = "The notice's `id`.")),
    responses((status = 200, description = "The notice.", body = WithdrawalNotice))
)]
#[get("/v1/withdrawal-notices/{notice_id}")]
async fn get_withdrawal_notice(
    Office(caller): Office,
    Id(id): Id<WithdrawalNoticeId>,
    state: web::Data<HttpState>,
) -> Result<Reply<WithdrawalNotice>, ApiError> {
    let notice = state.exchange.withdrawal_notice(&caller, id).await?;
    Ok(Reply::ok(convert::notice(&notice)))
}

/// Answer a withdrawal notice
///
/// What the office did with what it had collected: erased it (§ 75 BDSG), restricted its processing (§ 58(3) BDSG), or keeps
/// it on a legal basis that it names. A notice is answered once.
#[utoipa::path(
    operation_id = "answerWithdrawalNotice",
    tag = "withdrawal-notices",
    params(("notice_id" = uuid::Uuid, Path, description = "The notice's `id`.")),
    request_body = AnswerWithdrawalNotice,
    responses((status = 200, description = "It is answered.", body = WithdrawalNotice))
)]
#[post("/v1/withdrawal-notices/{notice_id}/acknowledgement")]
async fn answer_withdrawal_notice(
    Office(caller): Office,
    Id(id): Id<WithdrawalNoticeId>,
    key: Key,
    body: Body<AnswerWithdrawalNotice>,
    state: web::Data<HttpState>,
) -> Result<Reply<WithdrawalNotice>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let answer = convert::answer(body.value)?;
    let notice = state
        .exchange
        .answer_withdrawal_notice(&caller, &request, id, answer)
        .await?;
    Ok(Reply::ok(convert::notice(&notice)).receipt(state.receipt(&notice)))
}
