//! The token endpoint (RFC 6749 §4.4 with RFC 7523).

use actix_web::{HttpRequest, HttpResponse, http::header, post, web};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_contract::access::{
    CLIENT_CREDENTIALS, JWT_BEARER, TokenError, TokenRequest, TokenResponse,
};
use freigabe_domain::{
    Error,
    access::{AccessScopes, Caller, RegisteredClient},
    audit::DenialReason,
    exchange::{Presenter, ProofUse},
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{
    assertion,
    binding::{Confirmation, TokenBinding},
    caller::only,
    dpop::{self, NONCE, PROOF, Proof, ProofFault},
    metadata, record, registration,
};
use crate::{json, problem::ApiError, state::HttpState};

/// Size of a form at most, in bytes.
const MOST_BYTES: usize = 16 * 1024;

/// Registers the operations.
pub(crate) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(issue_token)
        .service(registration::register_client)
        .service(metadata::get_server_metadata)
        .service(metadata::get_jwks);
}

/// Obtain an access token
///
/// OAuth 2 client credentials with `private_key_jwt` (RFC 7523): the client signs an assertion for exactly this issuer with
/// its registered key (EdDSA, ES256 or PS256, the one that belongs to the key). Each assertion can be used once. The token is
/// bound to the key of the DPoP proof that comes with the request (RFC 9449), which needs a nonce: without one the answer is
/// `use_dpop_nonce` with the nonce in `DPoP-Nonce`. Without a proof it is bound to the client's TLS certificate (RFC 8705),
/// if the server asks for one. Without `scope` the token has every scope that the client was given (RFC 6749 §3.3).
#[utoipa::path(
    operation_id = "issueToken",
    tag = "access",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "The token.", body = TokenResponse),
        (status = 400, description = "`invalid_request`, `unsupported_grant_type`, `invalid_scope`, `invalid_dpop_proof` or `use_dpop_nonce`.", body = TokenError),
        (status = 401, description = "`invalid_client`: the client is unknown or inactive, or its assertion is not valid. Nobody can tell which.", body = TokenError),
        (status = 500, description = "`server_error`: a defect of the service.", body = TokenError),
        (status = 503, description = "`temporarily_unavailable`: try again after `Retry-After`.", body = TokenError)
    )
)]
#[post("/oauth2/token")]
async fn issue_token(
    state: web::Data<HttpState>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    match answer(&state, &request, payload).await {
        Ok(token) => HttpResponse::Ok().json(token),
        Err(refusal) => refusal.response(),
    }
}

async fn answer(
    state: &HttpState,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<TokenResponse, Refusal> {
    let form = read_form(request, payload).await?;
    // Before the assertion is used up: whoever has to come again with a nonce comes with the same one.
    let proof = proof_of(state, request)?;
    let client = assertion::verify(state, &form.client_assertion, state.now()).await?;
    let named = |client: &RegisteredClient| {
        form.client_id
            .as_deref()
            .is_none_or(|named| named == client.id.as_str())
    };
    let Some(client) = client.filter(named) else {
        record(state, "issueToken", DenialReason::InvalidClient, None).await?;
        return Err(Refusal::InvalidClient);
    };
    let caller = Caller::of(&client, None).ok_or_else(|| {
        Refusal::Defect("an organisation's role and office contradict".to_owned())
    })?;
    let scopes = scopes(form.scope.as_deref(), &client)?;
    if let Some(proof) = &proof {
        let presenter = Presenter::Client(client.id);
        let ProofUse::Fresh(_) = proof.consume(state, &presenter).await? else {
            return Err(Refusal::InvalidProof);
        };
    }
    let confirmation = match proof {
        Some(proof) => Some(Confirmation::Key(proof.key)),
        None => Confirmation::of_certificate(request),
    };
    let mut jti = [0_u8; 16];
    state.entropy.fill(&mut jti).map_err(Error::from)?;
    let access_token = state
        .issuer
        .issue(
            &caller,
            &scopes,
            confirmation.as_ref(),
            state.now(),
            &URL_SAFE_NO_PAD.encode(jti),
        )
        .map_err(Refusal::Defect)?;
    Ok(TokenResponse {
        access_token,
        token_type: match confirmation {
            Some(Confirmation::Key(_)) => "DPoP".to_owned(),
            // Also one that is bound to a certificate (RFC 8705 §3).
            Some(Confirmation::Certificate(_)) | None => "Bearer".to_owned(),
        },
        expires_in: state.issuer.lifetime(),
        scope: scopes.to_string(),
    })
}

/// The proof of the key that the token is to be bound to (RFC 9449 §5). Without one it is bound to the client's certificate
/// (RFC 8705), if there is one. Only in development a token need not be bound.
fn proof_of(state: &HttpState, request: &HttpRequest) -> Result<Option<Proof>, Refusal> {
    let Some(proof) = only(request, &PROOF, Refusal::InvalidProof)? else {
        let bound_otherwise = Confirmation::of_certificate(request).is_some();
        return if bound_otherwise || state.binding == TokenBinding::Development {
            Ok(None)
        } else {
            Err(Refusal::ProofMissing)
        };
    };
    let url = format!("{}{}", state.issuer.issuer(), request.path());
    let asked = dpop::Request {
        method: request.method().as_str(),
        url: &url,
        token: None,
    };
    let now = state.now();
    match dpop::check(proof, &asked, &state.issuer, now) {
        Ok(proof) => Ok(Some(proof)),
        Err(ProofFault::Invalid) => Err(Refusal::InvalidProof),
        Err(ProofFault::Nonce) => Err(Refusal::NonceNeeded(state.issuer.current_nonce(now))),
    }
}

/// What the token is to be good for: what was asked for, as far as the client was given it all.
fn scopes(asked: Option<&str>, client: &RegisteredClient) -> Result<AccessScopes, Refusal> {
    let allowed = client.allowed();
    let Some(asked) = asked else {
        return Ok(allowed);
    };
    AccessScopes::parse(asked)
        .ok()
        .filter(|asked| !asked.is_empty() && asked.within(&allowed))
        .ok_or(Refusal::InvalidScope)
}

async fn read_form(request: &HttpRequest, payload: web::Payload) -> Result<TokenRequest, Refusal> {
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|essence| {
            essence
                .trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
    if !is_form {
        return Err(Refusal::InvalidRequest(
            "the body must be application/x-www-form-urlencoded",
        ));
    }
    // Only one way for a client to prove who it is (RFC 6749 §2.3).
    if request.headers().contains_key(header::AUTHORIZATION) {
        return Err(Refusal::InvalidRequest("no Authorization header here"));
    }
    let bytes = match json::read(payload, MOST_BYTES).await {
        Ok(bytes) => bytes,
        Err(ApiError::Unavailable(why) | ApiError::Internal(why)) => {
            return Err(Refusal::Defect(why));
        }
        Err(_) => return Err(Refusal::InvalidRequest("the body can't be read")),
    };
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Refusal::InvalidRequest("the body can't be read"))?;
    let pairs = web::Query::<Vec<(String, String)>>::from_query(text)
        .map_err(|_| Refusal::InvalidRequest("the body can't be read"))?
        .into_inner();
    interpret(&pairs)
}

fn interpret(pairs: &[(String, String)]) -> Result<TokenRequest, Refusal> {
    let take = |name: &str| {
        let mut values = pairs
            .iter()
            .filter(|(other, value)| other == name && !value.is_empty());
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(Refusal::InvalidRequest("a parameter stands twice")),
            (first, None) => Ok(first.map(|(_, value)| value.clone())),
        }
    };
    let grant_type = take("grant_type")?.ok_or(Refusal::InvalidRequest("grant_type is needed"))?;
    if grant_type != CLIENT_CREDENTIALS {
        return Err(Refusal::UnsupportedGrantType);
    }
    if take("client_secret")?.is_some() {
        return Err(Refusal::InvalidRequest("there are no client secrets here"));
    }
    let client_assertion_type = take("client_assertion_type")?
        .ok_or(Refusal::InvalidRequest("client_assertion_type is needed"))?;
    if client_assertion_type != JWT_BEARER {
        return Err(Refusal::InvalidRequest(
            "client_assertion_type must be urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ));
    }
    let client_assertion =
        take("client_assertion")?.ok_or(Refusal::InvalidRequest("client_assertion is needed"))?;
    let client_id = take("client_id")?;
    let scope = take("scope")?;
    Ok(TokenRequest {
        grant_type,
        client_assertion_type,
        client_assertion,
        client_id,
        scope,
    })
}

/// Why there is no token (RFC 6749 §5.2).
#[derive(Debug)]
enum Refusal {
    InvalidRequest(&'static str),
    InvalidClient,
    ProofMissing,
    InvalidProof,
    NonceNeeded(String),
    UnsupportedGrantType,
    InvalidScope,
    Unavailable(String),
    Defect(String),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match ApiError::from(error) {
            ApiError::Internal(why) => Self::Defect(why),
            ApiError::Unavailable(why) => Self::Unavailable(why),
            other => Self::Defect(other.to_string()),
        }
    }
}

impl Refusal {
    fn response(self) -> HttpResponse {
        let (mut response, code, description) = match self {
            Self::InvalidRequest(why) => (HttpResponse::BadRequest(), "invalid_request", Some(why)),
            Self::InvalidClient => {
                let mut response = HttpResponse::Unauthorized();
                response.insert_header((header::WWW_AUTHENTICATE, "DPoP"));
                (response, "invalid_client", None)
            }
            Self::ProofMissing => (
                HttpResponse::BadRequest(),
                "invalid_dpop_proof",
                Some("a DPoP proof is needed (RFC 9449): tokens are bound to a key of the client"),
            ),
            Self::InvalidProof => (
                HttpResponse::BadRequest(),
                "invalid_dpop_proof",
                Some("the DPoP proof is not valid for this request, or was used before"),
            ),
            Self::NonceNeeded(nonce) => {
                let mut response = HttpResponse::BadRequest();
                response.insert_header((NONCE, nonce));
                let why = "the DPoP proof needs the nonce that comes with this answer";
                (response, "use_dpop_nonce", Some(why))
            }
            Self::UnsupportedGrantType => {
                (HttpResponse::BadRequest(), "unsupported_grant_type", None)
            }
            Self::InvalidScope => (
                HttpResponse::BadRequest(),
                "invalid_scope",
                Some("a scope that is unknown, stands twice, or was not given to this client"),
            ),
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
        response.json(TokenError {
            error: code.to_owned(),
            error_description: description.map(str::to_owned),
        })
    }
}
