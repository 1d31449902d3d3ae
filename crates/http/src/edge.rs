//! What surrounds every request: its span, the headers of its answer, and the record of a denied access.

use std::time::Instant as Stopwatch;

use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use freigabe_domain::audit::DenialReason;
use tracing::{Instrument as _, field};

use crate::{
    access::{self, NONCE, PROOF, TokenBinding, Verified},
    limits::Standing,
    operation::{Callers, Operation},
    problem::ApiError,
    proxy,
    state::{HttpState, state},
};

/// Says in every answer that this installation takes tokens that anybody could use who has them.
const MODE: HeaderName = HeaderName::from_static("freigabe-mode");
const DEVELOPMENT: &str = "development";
/// What the documentation page needs: its own files, inline styles and embedded images, and nothing from elsewhere.
const CSP_OF_DOCS: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Every other answer is data.
const CSP: &str = "default-src 'none'; frame-ancestors 'none'";

/// Where whoever is not known yet shows that it should be: counted apart, since each attempt costs a signature or a secret.
const SIGN_INS: &[&str] = &["issueToken", "registerClient"];

/// Two years, as long as lists of such hosts ask for (RFC 6797).
const ALWAYS_TLS: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// Surrounds a request.
pub(crate) async fn surround(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let stopwatch = Stopwatch::now();
    // A HEAD is answered like a GET; the connection leaves the body out.
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(SentAsHead);
    }
    // The pattern, never the path or the query: identifiers and what people asked for stay out of logs.
    let pattern = request.match_pattern();
    let operation = pattern
        .as_deref()
        .and_then(|pattern| Operation::of(request.method(), pattern));
    let span = tracing::info_span!(
        "request",
        operation = operation.map_or("none", |operation| operation.id),
        method = %known(request.method()),
        route = pattern.as_deref().unwrap_or("none"),
        client = field::Empty,
        mode = field::Empty,
    );
    async move {
        let mut response = answer(request, next, operation).await?;
        if let Some(Verified(caller)) = response.request().extensions().get::<Verified>() {
            tracing::Span::current().record("client", caller.client.as_str());
        }
        let path = response.request().path().to_owned();
        let succeeded = response.status().is_success();
        let next_nonce = next_nonce(response.request());
        let standing = response.request().extensions().get::<Standing>().copied();
        add_headers(response.headers_mut(), &path, succeeded);
        if is_behind_tls(response.request()) {
            response
                .headers_mut()
                .insert(header::STRICT_TRANSPORT_SECURITY, ALWAYS_TLS);
        }
        if let Some(nonce) = next_nonce {
            response.headers_mut().insert(NONCE, nonce);
        }
        if let Some(standing) = standing {
            standing.write(response.headers_mut());
        }
        if in_development(response.request()) {
            tracing::Span::current().record("mode", DEVELOPMENT);
            let mode = HeaderValue::from_static(DEVELOPMENT);
            response.headers_mut().insert(MODE, mode);
        }
        tracing::info!(
            status = response.status().as_u16(),
            duration_ms = stopwatch.elapsed().as_secs_f64() * 1_000.0,
            "answered"
        );
        Ok(response)
    }
    .instrument(span)
    .await
}

/// The request came as a HEAD.
struct SentAsHead;

/// The method that the request came with: what a proof of possession speaks of.
pub(crate) fn method_as_sent(request: &HttpRequest) -> &str {
    if request.extensions().contains::<SentAsHead>() {
        Method::HEAD.as_str()
    } else {
        request.method().as_str()
    }
}

/// A method of the API by its name; whatever else was sent is not repeated.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        _ => "other",
    }
}

/// Whoever proves possession gets the nonce for the next proof (RFC 9449 §8.2).
fn next_nonce(request: &HttpRequest) -> Option<HeaderValue> {
    if !request.headers().contains_key(PROOF) {
        return None;
    }
    let state = state(request).ok()?;
    HeaderValue::from_str(&state.issuer.current_nonce(state.now())).ok()
}

/// Whether partners reach this server by TLS alone.
fn is_behind_tls(request: &HttpRequest) -> bool {
    state(request).is_ok_and(|state| state.issuer.issuer().starts_with("https://"))
}

fn in_development(request: &HttpRequest) -> bool {
    state(request).is_ok_and(|state| state.binding == TokenBinding::Development)
}

async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    operation: Option<&'static Operation>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let state = request.app_data::<web::Data<HttpState>>().cloned();
    if let (Some(state), Some(address)) = (&state, proxy::client_address(request.request())) {
        let signs_in = operation.is_some_and(|operation| SIGN_INS.contains(&operation.id));
        let standing = state.limiter.count_address(address, signs_in);
        request.extensions_mut().insert(standing);
        if let Some(seconds) = standing.wait() {
            let refusal = HttpResponse::from_error(ApiError::TooManyRequests(seconds));
            return Ok(request.into_response(refusal));
        }
    }
    if operation.is_some_and(|operation| operation.callers != Callers::Public) {
        access::judge(request.request()).await;
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    if response.status() == StatusCode::METHOD_NOT_ALLOWED && response.response().error().is_none()
    {
        response = with_methods(response);
    }
    let denied = response
        .response()
        .error()
        .and_then(|error| error.as_error::<ApiError>())
        .and_then(|error| match error {
            ApiError::NoToken => Some(DenialReason::NoToken),
            ApiError::InvalidToken => Some(DenialReason::InvalidToken),
            ApiError::InvalidProof => Some(DenialReason::InvalidProof),
            ApiError::Forbidden => Some(DenialReason::WrongRole),
            ApiError::InsufficientScope(_) => Some(DenialReason::InsufficientScope),
            _ => None,
        });
    let (Some(reason), Some(operation), Some(state)) = (denied, operation, state) else {
        return Ok(response);
    };
    let caller = response
        .request()
        .extensions()
        .get::<Verified>()
        .map(|Verified(caller)| caller.clone());
    match access::record(&state, operation.id, reason, caller).await {
        Ok(()) => Ok(response),
        // A denial that can't be recorded is refused for that reason instead.
        Err(error) => {
            let instead = HttpResponse::from_error(ApiError::from(error));
            Ok(response.into_response(instead))
        }
    }
}

/// A page that was asked with another method than its own is refused as an operation is.
fn with_methods(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let methods = state(response.request())
        .ok()
        .and_then(|state| state.methods.allow(response.request().path()));
    match methods {
        Some(methods) => {
            let refusal = HttpResponse::from_error(ApiError::MethodNotAllowed(methods));
            response.into_response(refusal)
        }
        None => response,
    }
}

fn add_headers(headers: &mut HeaderMap, path: &str, succeeded: bool) {
    // A page for people says itself what it may load, and whether it may be kept.
    let says_itself = headers.contains_key(header::CONTENT_SECURITY_POLICY);
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    if says_itself {
        return;
    }
    let of_docs = path.starts_with("/docs/");
    set(
        header::CONTENT_SECURITY_POLICY,
        if of_docs { CSP_OF_DOCS } else { CSP },
    );
    let is_public = of_docs
        || path == "/openapi.json"
        || path.starts_with("/.well-known/")
        || path.starts_with("/log/");
    // A 404 or 405 could be stored otherwise (RFC 9110 §15.1), whatever it is about.
    if !(is_public && succeeded) {
        set(header::CACHE_CONTROL, "no-store");
    }
}
