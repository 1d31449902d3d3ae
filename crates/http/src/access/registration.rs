//! Registration by whoever was invited (RFC 7591).

use actix_web::{HttpRequest, HttpResponse, http::header, post, web};
use freigabe_contract::{
    Fault,
    access::CLIENT_CREDENTIALS,
    registration::{
        ClientKeys, ClientMetadata, ClientRegistration, PRIVATE_KEY_JWT, RegistrationError,
    },
};
use freigabe_domain::{
    Error,
    access::{Credential, InvitationSecret},
    audit::DenialReason,
};

use super::{caller::only, client_key::jwk_is_acceptable, key_set::KeySetUri, record};
use crate::{convert, json, problem::ApiError, reply::RECEIPT, state::HttpState};

/// Path of the registration endpoint.
pub(crate) const REGISTRATION: &str = "/oauth2/register";
/// Size of a body at most, in bytes.
const MOST_BYTES: usize = 16 * 1024;

/// Register an invited client
///
/// OAuth 2.0 Dynamic Client Registration (RFC 7591) with an initial access token: `Authorization: Bearer` and the
/// `registration_token` that the operator handed over. It is good once, for seven days. The client says its one public key
/// (`jwks`) or where its organisation publishes its keys (`jwks_uri`); everything else the invitation said. There is no client
/// secret and no registration access token: whoever wants another key asks the operator.
///
/// A token that is missing, unknown, over, used, or was replaced by a later one has the same answer.
#[utoipa::path(
    operation_id = "registerClient",
    tag = "access",
    request_body = ClientMetadata,
    responses(
        (status = 201, description = "The client as it was registered.", body = ClientRegistration),
        (status = 400, description = "`invalid_client_metadata`: what is wrong stands in `error_description`. The token is still good.", body = RegistrationError),
        (
            status = 401,
            description = "`invalid_token`: the registration token is good for nothing. Nobody can tell why.",
            body = RegistrationError,
            headers(("WWW-Authenticate" = String, description = "`Bearer error=\"invalid_token\"` (RFC 6750)."))
        ),
        (status = 500, description = "`server_error`: a defect of the service.", body = RegistrationError),
        (status = 503, description = "`temporarily_unavailable`: try again after `Retry-After`.", body = RegistrationError)
    )
)]
#[post("/oauth2/register")]
pub(super) async fn register_client(
    state: web::Data<HttpState>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let answer = match answer(&state, &request, payload).await {
        Err(Refusal::InvalidToken) => {
            let reason = DenialReason::InvalidInvitation;
            let recorded = record(&state, "registerClient", reason, None).await;
            Err(recorded.map_or_else(Refusal::from, |()| Refusal::InvalidToken))
        }
        other => other,
    };
    match answer {
        Ok((registered, receipt)) => {
            let mut response = HttpResponse::Created();
            if let Some(receipt) = receipt {
                response.insert_header((RECEIPT, receipt));
            }
            response.json(registered)
        }
        Err(refusal) => refusal.response(),
    }
}

async fn answer(
    state: &HttpState,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<(ClientRegistration, Option<String>), Refusal> {
    let secret = secret_of(request).ok_or(Refusal::InvalidToken)?;
    json::check_headers(request)?;
    let bytes = json::read(payload, MOST_BYTES).await?;
    let metadata: ClientMetadata = json::interpret(&state.schemas, &bytes)?;
    let credential = credential_of(metadata).map_err(Refusal::Metadata)?;
    let client = state.exchange.register_client(&secret, &credential).await?;
    let (jwks, jwks_uri) = match &client.credential {
        Credential::Key(key) => {
            let key = convert::onboarding::public_jwk(&client.id, key)?;
            (Some(ClientKeys { keys: vec![key] }), None)
        }
        Credential::KeySet(address) => (None, Some(address.clone())),
        Credential::Issuer(_) => (None, None),
    };
    let registration = ClientRegistration {
        client_id: client.id.as_str().into(),
        client_id_issued_at: state.now().as_unix_seconds(),
        token_endpoint_auth_method: PRIVATE_KEY_JWT.to_owned(),
        grant_types: vec![CLIENT_CREDENTIALS.to_owned()],
        scope: client.allowed().to_string(),
        jwks,
        jwks_uri,
    };
    Ok((registration, state.receipt(&client)))
}

/// The registration token; none when it is missing or can be none.
fn secret_of(request: &HttpRequest) -> Option<InvitationSecret> {
    let credential = only(request, &header::AUTHORIZATION, ()).ok()??;
    let (scheme, token) = credential.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("Bearer")
        .then(|| InvitationSecret::parse(token.trim_matches(' ')))?
}

/// What the client is to be known by; otherwise what is wrong.
fn credential_of(metadata: ClientMetadata) -> Result<Credential, String> {
    let method = metadata.token_endpoint_auth_method.as_deref();
    if method.is_some_and(|method| method != PRIVATE_KEY_JWT) {
        return Err(format!(
            "token_endpoint_auth_method must be {PRIVATE_KEY_JWT}"
        ));
    }
    let grants = metadata.grant_types.as_deref();
    if grants.is_some_and(|grants| grants != [CLIENT_CREDENTIALS]) {
        return Err(format!("grant_types must be {CLIENT_CREDENTIALS} alone"));
    }
    if metadata.scope.is_some() {
        return Err(
            "scope must be left out: the invitation says what the client may do".to_owned(),
        );
    }
    match (metadata.jwks, metadata.jwks_uri) {
        (Some(jwks), None) => match jwks.keys.as_slice() {
            [key] => jwk_is_acceptable(&key.to_json())
                .map(Credential::Key)
                .map_err(|problem| format!("/jwks/keys/0: {problem}")),
            _ => Err("/jwks/keys: must hold exactly one key".to_owned()),
        },
        (None, Some(address)) => KeySetUri::parse(&address)
            .map(|address| Credential::KeySet(address.into()))
            .map_err(|problem| format!("/jwks_uri: {problem}")),
        (None, None) => Err("jwks or jwks_uri is needed".to_owned()),
        (Some(_), Some(_)) => Err("only one of jwks and jwks_uri may be there".to_owned()),
    }
}

/// Why there is no registration (RFC 7591 §3.2.2).
#[derive(Debug)]
enum Refusal {
    Metadata(String),
    InvalidToken,
    Unavailable(String),
    Defect(String),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::InvalidToken,
            Error::InvalidState(why) => Self::Metadata(format!("{why}; ask the operator")),
            other => ApiError::from(other).into(),
        }
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        match error {
            ApiError::MalformedJson(faults) | ApiError::InvalidBody(faults) => {
                let said: Vec<String> = faults.iter().take(MOST_TOLD).map(told).collect();
                Self::Metadata(said.join("; "))
            }
            ApiError::UnsupportedMediaType => {
                Self::Metadata("the body must be application/json".to_owned())
            }
            ApiError::TooLarge => Self::Metadata(format!("more than {MOST_BYTES} bytes")),
            ApiError::RequestTimeout => {
                Self::Metadata("the body did not arrive in time".to_owned())
            }
            ApiError::Unavailable(why) => Self::Unavailable(why),
            ApiError::LogBehind(why) => Self::Unavailable(why.to_string()),
            ApiError::Internal(why) => Self::Defect(why),
            other => Self::Defect(other.to_string()),
        }
    }
}

/// Faults told at most.
const MOST_TOLD: usize = 10;

fn told(fault: &Fault) -> String {
    match fault.pointer.as_deref() {
        None | Some("") => fault.detail.clone(),
        Some(pointer) => format!("{pointer}: {}", fault.detail),
    }
}

/// As an `error_description` may be written (RFC 6749 §5.2): printable ASCII without quotation marks and backslashes.
fn described(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '"' => '\'',
            ' '..='~' if c != '\\' => c,
            _ => '?',
        })
        .collect()
}

impl Refusal {
    fn response(self) -> HttpResponse {
        let (mut response, code, description) = match self {
            Self::Metadata(why) => (
                HttpResponse::BadRequest(),
                "invalid_client_metadata",
                Some(described(&why)),
            ),
            Self::InvalidToken => {
                let mut response = HttpResponse::Unauthorized();
                let challenge = "Bearer error=\"invalid_token\"";
                response.insert_header((header::WWW_AUTHENTICATE, challenge));
                (response, "invalid_token", None)
            }
            Self::Unavailable(why) => {
                tracing::warn!(error = %why, "unavailable");
                let mut response = HttpResponse::ServiceUnavailable();
                response.insert_header((header::RETRY_AFTER, "2"));
                (response, "temporarily_unavailable", None)
            }
            Self::Defect(why) => {
                tracing::error!(error = %why, "defect");
                (HttpResponse::InternalServerError(), "server_error", None)
            }
        };
        response.json(RegistrationError {
            error: code.to_owned(),
            error_description: description,
        })
    }
}

#[cfg(test)]
mod tests {
    use freigabe_contract::{examples, onboarding::PublicJwk};
    use freigabe_domain::log::LogError;

    use super::*;

    fn by_key(keys: usize) -> ClientMetadata {
        let key: PublicJwk = serde_json::from_value(examples::public_jwk()).unwrap();
        ClientMetadata {
            jwks: Some(ClientKeys {
                keys: vec![key; keys],
            }),
            ..ClientMetadata::default()
        }
    }

    fn at(address: &str) -> ClientMetadata {
        ClientMetadata {
            jwks_uri: Some(address.to_owned()),
            ..ClientMetadata::default()
        }
    }

    #[test]
    fn a_client_is_known_by_one_key_or_by_where_its_keys_are() {
        let key = examples::public_jwk().to_string();
        let key = Credential::Key(jwk_is_acceptable(&key).unwrap());
        let elsewhere = Credential::KeySet("https://sso.example/keys".to_owned());
        let method = Some("private_key_jwt".to_owned());
        let grants = Some(vec!["client_credentials".to_owned()]);
        for (metadata, credential) in [
            (by_key(1), &key),
            (at("https://SSO.example/keys"), &elsewhere),
            (
                ClientMetadata {
                    token_endpoint_auth_method: method,
                    grant_types: grants,
                    ..by_key(1)
                },
                &key,
            ),
        ] {
            assert_eq!(credential_of(metadata).as_ref(), Ok(credential));
        }
    }

    #[test]
    fn who_asks_for_anything_else_is_told_what_is_wrong() {
        let grants = |grants: &[&str]| ClientMetadata {
            grant_types: Some(grants.iter().map(|grant| (*grant).to_owned()).collect()),
            ..by_key(1)
        };
        for (metadata, wrong) in [
            (
                ClientMetadata {
                    token_endpoint_auth_method: Some("client_secret_basic".to_owned()),
                    ..by_key(1)
                },
                "token_endpoint_auth_method must be private_key_jwt",
            ),
            (
                grants(&["authorization_code"]),
                "grant_types must be client_credentials alone",
            ),
            (
                grants(&["client_credentials", "authorization_code"]),
                "grant_types must be client_credentials alone",
            ),
            (grants(&[]), "grant_types must be client_credentials alone"),
            (
                ClientMetadata {
                    scope: Some(String::new()),
                    ..by_key(1)
                },
                "scope must be left out: the invitation says what the client may do",
            ),
            (by_key(0), "/jwks/keys: must hold exactly one key"),
            (by_key(2), "/jwks/keys: must hold exactly one key"),
            (
                at("http://sso.example/keys"),
                "/jwks_uri: must begin with https://: http:// is only for this machine (127.0.0.1, [::1] or localhost)",
            ),
            (ClientMetadata::default(), "jwks or jwks_uri is needed"),
            (
                ClientMetadata {
                    jwks_uri: Some("https://sso.example/keys".to_owned()),
                    ..by_key(1)
                },
                "only one of jwks and jwks_uri may be there",
            ),
        ] {
            assert_eq!(credential_of(metadata), Err(wrong.to_owned()));
        }
    }

    #[test]
    fn the_first_ten_faults_are_told_with_their_places() {
        assert_eq!(told(&Fault::at("/jwks", "is wrong")), "/jwks: is wrong");
        assert_eq!(told(&Fault::at("", "is wrong")), "is wrong");
        let faults = (0..11).map(|place| Fault::at(format!("/{place}"), "x"));
        let refusal = Refusal::from(ApiError::InvalidBody(faults.collect()));
        let Refusal::Metadata(why) = refusal else {
            panic!("{refusal:?}");
        };
        assert_eq!(
            why,
            "/0: x; /1: x; /2: x; /3: x; /4: x; /5: x; /6: x; /7: x; /8: x; /9: x"
        );
    }

    #[test]
    fn a_log_that_is_behind_is_no_defect() {
        let refusal = Refusal::from(Error::Log(LogError::Backlog(70_000)));
        assert_eq!(refusal.response().status(), 503);
    }

    #[test]
    fn an_error_description_is_ascii_without_quotation_marks() {
        assert_eq!(described("a \"b\" \\ § c\n"), "a 'b' ? ? c?");
    }
}
