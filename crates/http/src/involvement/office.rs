//! What an office does.

use actix_web::{get, post, web};
use freigabe_contract::{
    directory::FoundServicePage,
    involvement::{AgreeContact, Involvement, InvolvementPage, NoteInvolvement, OfferInvolvement},
    query::PageQuery,
};
use freigabe_domain::ids::InvolvementId;

use crate::{
    access::Office,
    convert::{directory, involvement as convert},
    extract::{Id, Key},
    json::Body,
    problem::ApiError,
    query::{Asked, Listing},
    reply::Reply,
    state::HttpState,
};

/// Suggestions are so many at most: an office asks one or several, not all.
const SUGGESTIONS: u16 = 20;

/// Note a suspected case
///
/// Somebody may be affected, and is to be helped early (agreement, point 3). Whoever is named in `offer_to` is asked at once. Who the
/// person is, nobody else learns: a centre sees a pseudonym of its own, which help is needed, and a region. Whether she
/// helps to prosecute anybody is not asked, and there is no field for it.
#[utoipa::path(
    operation_id = "noteInvolvement",
    tag = "involvements",
    request_body = NoteInvolvement,
    responses((status = 201, description = "It is noted.", body = Involvement))
)]
#[post("/v1/involvements")]
pub(super) async fn note_involvement(
    Office(caller): Office,
    key: Key,
    body: Body<NoteInvolvement>,
    state: web::Data<HttpState>,
) -> Result<Reply<Involvement>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let new = convert::new_involvement(body.value)?;
    let noted = state
        .exchange
        .note_involvement(&caller, &request, new)
        .await?;
    let location = format!("/v1/involvements/{}", noted.value.involvement.id);
    Ok(Reply::created(location, convert::involvement(&noted)).receipt(state.receipt(&noted)))
}

/// List the office's involvements
///
/// Newest first.
#[utoipa::path(
    operation_id = "listInvolvements",
    tag = "involvements",
    params(PageQuery),
    responses((status = 200, description = "A page.", body = InvolvementPage))
)]
#[get("/v1/involvements")]
pub(super) async fn list_involvements(
    Office(caller): Office,
    asked: Asked<Listing>,
    state: web::Data<HttpState>,
) -> Result<Reply<InvolvementPage>, ApiError> {
    let found = state.exchange.involvements(&caller, asked.query.0).await?;
    let items = found.items.iter().map(convert::involvement).collect();
    Ok(asked.page(items, found.next))
}

/// Read an involvement
#[utoipa::path(
    operation_id = "getInvolvement",
    tag = "involvements",
    description = "One of the office's own, with what each centre was asked and has answered.",
    params(("involvement_id" = uuid::Uuid, Path, description = "The involvement's `id`.")),
    responses((status = 200, description = "The involvement.", body = Involvement))
)]
#[get("/v1/involvements/{involvement_id}")]
pub(super) async fn get_involvement(
    Office(caller): Office,
    Id(id): Id<InvolvementId>,
    state: web::Data<HttpState>,
) -> Result<Reply<Involvement>, ApiError> {
    let found = state.exchange.involvement(&caller, id).await?;
    Ok(Reply::ok(convert::involvement(&found)))
}

/// Suggest centres
///
/// What the directory has for the help that is needed, the suitable and nearest first, each with the reasons why it is where it is. A
/// postcode that is not known leads to no distance.
#[utoipa::path(
    operation_id = "suggestCentres",
    tag = "involvements",
    params(("involvement_id" = uuid::Uuid, Path, description = "The involvement's `id`.")),
    responses((status = 200, description = "Services, at most 20.", body = FoundServicePage))
)]
#[get("/v1/involvements/{involvement_id}/suggestions")]
pub(super) async fn suggest_centres(
    Office(caller): Office,
    Id(id): Id<InvolvementId>,
    state: web::Data<HttpState>,
) -> Result<Reply<FoundServicePage>, ApiError> {
    let found = state.exchange.suggestions(&caller, id, SUGGESTIONS).await?;
    Ok(Reply::ok(directory::found(&found, None)))
}

/// Ask centres
///
/// One or several of the directory, which take part. The first that accepts helps. A centre is asked once.
#[utoipa::path(
    operation_id = "offerInvolvement",
    tag = "involvements",
    params(("involvement_id" = uuid::Uuid, Path, description = "The involvement's `id`.")),
    request_body = OfferInvolvement,
    responses((status = 200, description = "They are asked.", body = Involvement))
)]
#[post("/v1/involvements/{involvement_id}/offers")]
pub(super) async fn offer_involvement(
    Office(caller): Office,
    Id(id): Id<InvolvementId>,
    key: Key,
    body: Body<OfferInvolvement>,
    state: web::Data<HttpState>,
) -> Result<Reply<Involvement>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let centres = convert::centres(body.value.centres);
    let changed = state
        .exchange
        .offer_involvement(&caller, &request, id, &centres)
        .await?;
    Ok(Reply::ok(convert::involvement(&changed)).receipt(state.receipt(&changed)))
}

/// Agree on a contact
///
/// How the person and the centre that helps find each other. It can be said anew until the involvement is closed; the centre sees it in its
/// offer.
#[utoipa::path(
    operation_id = "agreeContact",
    tag = "involvements",
    params(("involvement_id" = uuid::Uuid, Path, description = "The involvement's `id`.")),
    request_body = AgreeContact,
    responses((status = 200, description = "It is agreed.", body = Involvement))
)]
#[post("/v1/involvements/{involvement_id}/contact")]
pub(super) async fn agree_contact(
    Office(caller): Office,
    Id(id): Id<InvolvementId>,
    key: Key,
    body: Body<AgreeContact>,
    state: web::Data<HttpState>,
) -> Result<Reply<Involvement>, ApiError> {
    let request = key.with_body(&caller, &body.bytes);
    let (mode, meeting_at) = convert::contact(body.value)?;
    let changed = state
        .exchange
        .agree_contact(&caller, &request, id, mode, meeting_at)
        .await?;
    Ok(Reply::ok(convert::involvement(&changed)).receipt(state.receipt(&changed)))
}

/// Close an involvement
///
/// In whatever state it is, and without a reason: none is asked for. Offers that were not answered are no longer needed then.
#[utoipa::path(
    operation_id = "closeInvolvement",
    tag = "involvements",
    params(("involvement_id" = uuid::Uuid, Path, description = "The involvement's `id`.")),
    responses((status = 200, description = "It is closed.", body = Involvement))
)]
#[post("/v1/involvements/{involvement_id}/closure")]
pub(super) async fn close_involvement(
    Office(caller): Office,
    Id(id): Id<InvolvementId>,
    key: Key,
    state: web::Data<HttpState>,
) -> Result<Reply<Involvement>, ApiError> {
    let request = key.without_body(&caller);
    let closed = state
        .exchange
        .close_involvement(&caller, &request, id)
        .await?;
    Ok(Reply::ok(convert::involvement(&closed)).receipt(state.receipt(&closed)))
}
