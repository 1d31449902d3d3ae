//! Organisations, clients and invitations: between the contract and the domain.

use freigabe_contract::{onboarding as wire, vocabulary};
use freigabe_domain::{
    access::{
        AccessScopes, AtIssuer, ClientId, ClientKey, Credential, DataProtectionRegime, Invitation,
        InvitationSecret, NewClient, NewOrganisation, Organisation, RegisteredClient, Role,
    },
    ids::OrganisationId,
    office::OfficeId,
    text::ShortText,
};

use super::{Faults, timestamp, vocabulary::Mirror};
use crate::{
    access::{KeySetUri, client_at_issuer_is_acceptable, issuer_is_acceptable, jwk_is_acceptable},
    problem::ApiError,
};

/// An organisation that is to be added.
pub(crate) fn new_organisation(body: wire::AddOrganisation) -> Result<NewOrganisation, ApiError> {
    let mut faults = Faults::default();
    let name = faults.keep(
        || "/name".to_owned(),
        ShortText::parse(body.name.into_string()),
    );
    let office = body
        .office
        .map(|id| faults.keep(|| "/office".to_owned(), OfficeId::parse(id.as_str())));
    let role: Role = body.role.mirror();
    let regime = body.regime.map_or_else(
        || DataProtectionRegime::usual_for(role),
        vocabulary::DataProtectionRegime::mirror,
    );
    let new = name.map(|name| NewOrganisation {
        role,
        name,
        office: office.flatten(),
        regime,
    });
    faults.finish(new)
}

/// An organisation.
pub(crate) fn organisation(organisation: &Organisation) -> wire::Organisation {
    wire::Organisation {
        id: organisation.id.as_uuid(),
        role: organisation.role.mirror(),
        name: organisation.name.as_str().into(),
        office: organisation.office.as_ref().map(|id| id.as_str().into()),
        regime: organisation.regime.mirror(),
    }
}

/// Whom to invite, and to what.
pub(crate) fn invited(
    body: wire::InviteClient,
) -> Result<(ClientId, Option<AccessScopes>), ApiError> {
    let mut faults = Faults::default();
    let client = faults.keep(
        || "/client_id".to_owned(),
        ClientId::parse(body.client_id.as_str()),
    );
    let scopes = scopes(body.scopes);
    faults.finish(client.map(|client| (client, scopes)))
}

/// An invitation with its secret, which leaves here and nowhere else.
pub(crate) fn invitation(
    invitation: &Invitation,
    secret: &InvitationSecret,
    registration_endpoint: String,
) -> wire::Invitation {
    wire::Invitation {
        client_id: invitation.client.as_str().into(),
        organisation_id: invitation.organisation.as_uuid(),
        registration_token: secret.reveal(),
        registration_endpoint,
        expires_at: timestamp(invitation.expires_at),
        scopes: invitation.scopes.as_ref().map(listed),
    }
}

/// A client that is to be added.
pub(crate) fn new_client(id: ClientId, body: wire::AddClient) -> Result<NewClient, ApiError> {
    let credential = credential(body.credential)?;
    Ok(NewClient {
        id,
        organisation: OrganisationId::from_uuid(body.organisation_id),
        credential,
        scopes: scopes(body.scopes),
    })
}

/// What a client is to be known by.
pub(crate) fn credential(body: wire::ClientCredential) -> Result<Credential, ApiError> {
    let mut faults = Faults::default();
    let credential = match body {
        wire::ClientCredential::Jwk { jwk } => {
            let key = jwk_is_acceptable(&jwk.to_json());
            let key = faults.keep(|| "/credential/jwk".to_owned(), key);
            key.map(Credential::Key)
        }
        wire::ClientCredential::JwksUri { jwks_uri } => {
            let address = KeySetUri::parse(&jwks_uri);
            let address = faults.keep(|| "/credential/jwks_uri".to_owned(), address);
            address.map(|address| Credential::KeySet(address.into()))
        }
        wire::ClientCredential::Issuer {
            issuer,
            issuer_client_id,
        } => {
            let issuer = issuer_is_acceptable(&issuer);
            let issuer = faults.keep(|| "/credential/issuer".to_owned(), issuer);
            let client = client_at_issuer_is_acceptable(&issuer_client_id);
            let client = faults.keep(|| "/credential/issuer_client_id".to_owned(), client);
            let at = issuer.zip(client);
            at.map(|(issuer, client)| Credential::Issuer(AtIssuer { issuer, client }))
        }
    };
    faults.finish(credential)
}

/// What a client is to be allowed.
pub(crate) fn scopes(body: Option<Vec<vocabulary::AccessScope>>) -> Option<AccessScopes> {
    body.map(|scopes| scopes.into_iter().map(Mirror::mirror).collect())
}

/// A client.
pub(crate) fn client(client: &RegisteredClient) -> Result<wire::RegisteredClient, ApiError> {
    Ok(wire::RegisteredClient {
        client_id: client.id.as_str().into(),
        organisation_id: client.organisation.id.as_uuid(),
        role: client.organisation.role.mirror(),
        credential: match &client.credential {
            Credential::Key(key) => wire::ClientCredential::Jwk {
                jwk: public_jwk(&client.id, key)?,
            },
            Credential::KeySet(address) => wire::ClientCredential::JwksUri {
                jwks_uri: address.clone(),
            },
            Credential::Issuer(at) => wire::ClientCredential::Issuer {
                issuer: at.issuer.clone(),
                issuer_client_id: at.client.clone(),
            },
        },
        scopes: client.scopes.as_ref().map(listed),
        allowed: listed(&client.allowed()),
        active: client.active,
    })
}

/// A client's key, as it is kept.
pub(crate) fn public_jwk(client: &ClientId, key: &ClientKey) -> Result<wire::PublicJwk, ApiError> {
    wire::PublicJwk::parse(&key.jwk)
        .ok_or_else(|| ApiError::Internal(format!("the key of the client {client} is no JWK")))
}

fn listed(scopes: &AccessScopes) -> Vec<vocabulary::AccessScope> {
    scopes.iter().map(Mirror::mirror).collect()
}
