//! `inviteClient`

use actix_web::{post, web};
use freigabe_contract::onboarding::{Invitation, InviteClient};
use freigabe_domain::ids::OrganisationId;

use crate::{
    access::{ByOperator, REGISTRATION},
    convert::onboarding as convert,
    extract::Id,
    json::Body,
    problem::ApiError,
    reply::Reply,
    state::HttpState,
};

/// Invite an organisation to register a client
///
/// The answer holds a registration token, good for seven days and for one registration at `/oauth2/register` (RFC 7591): the
/// organisation's system makes its own key there, and no private key ever travels. Hand the token to the organisation alone.
///
/// The token is kept nowhere, only a hash of it. So this takes no `Idempotency-Key`: whoever got no answer invites again, which
/// makes a new token and leaves the earlier one good for nothing. A client that exists already is not invited (409).
#[utoipa::path(
    operation_id = "inviteClient",
    tag = "access-administration",
    params(("organisation_id" = uuid::Uuid, Path, description = "The organisation's `id`.")),
    request_body = InviteClient,
    responses((status = 201, description = "The invitation, with its token.", body = Invitation))
)]
#[post("/v1/organisations/{organisation_id}/invitations")]
pub(super) async fn invite_client(
    ByOperator(operator): ByOperator,
    Id(organisation): Id<OrganisationId>,
    body: Body<InviteClient>,
    state: web::Data<HttpState>,
) -> Result<Reply<Invitation>, ApiError> {
    let (client, scopes) = convert::invited(body.value)?;
    let exchange = &state.exchange;
    let invited = exchange
        .invite_client(&operator, &client, organisation, scopes.as_ref())
        .await?;
    let endpoint = format!("{}{REGISTRATION}", state.issuer.issuer());
    let (invitation, secret) = &invited.value;
    let invitation = convert::invitation(invitation, secret, endpoint);
    Ok(Reply::made(invitation).receipt(state.receipt(&invited)))
}
