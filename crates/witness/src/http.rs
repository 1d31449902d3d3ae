//! The witness's pages: C2SP tlog-witness, and what it saw.
//!
//! | page | answer |
//! | --- | --- |
//! | `POST /add-checkpoint` | cosignatures, or why not, as <https://c2sp.org/tlog-witness> says |
//! | `GET /seen` | what it saw of every log it knows: JSON |
//! | `GET /seen/{hex}` | the cosigned checkpoint of one log; `{hex}` is the SHA-256 of its name |
//! | `GET /health/live`, `GET /health/ready` | it answers; its store does, too |
//!
//! Another method than these (`GET` stands for `HEAD` as well) is answered with 405, and with those that there are.
//!
//! There is no authentication: nobody gets a cosignature for what a known log did not sign, and what was seen is public.

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App, Error, FromRequest, Handler, HttpResponse, HttpServer, Resource,
    body::MessageBody,
    dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    middleware::{Next, from_fn},
    rt::time::timeout,
    web,
};
use freigabe_ledger::Hash;
use serde::Serialize;

use crate::{NotCosigned, StoreError, Witness, connection};

/// Largest request: 63 hashes and a checkpoint with many signatures fit several times.
const LARGEST_BODY: usize = 64 * 1024;
/// How long whom is waited for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Time in which a body must arrive.
    pub(crate) body: Duration,
    /// Time for the head of the first request.
    pub(crate) head: Duration,
    /// Silence after an answer, before the next request.
    pub(crate) keep_alive: Duration,
    /// Time for the client to end its side after the witness ended its own.
    pub(crate) disconnect: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: Duration::from_secs(15),
            head: Duration::from_secs(10),
            keep_alive: Duration::from_secs(15),
            disconnect: Duration::from_secs(5),
        }
    }
}

/// Time that open requests have to finish when the witness stops, in seconds.
const FINISHES_WITHIN: u64 = 10;
/// Connections at a time; more wait in the operating system's queue.
const CONNECTIONS: usize = 1024;
/// Seconds after which it is worth another try when the store fails.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("5");

const TEXT: &str = "text/plain; charset=utf-8";

/// What the witness saw of one log, as `GET /seen` lists it.
#[derive(Debug, Serialize)]
struct Listed {
    /// The log's name.
    origin: String,
    /// SHA-256 of the name, in hexadecimal: where the checkpoint is, below `/seen/`.
    id: String,
    /// Size of the largest checkpoint that was cosigned; 0 when there was none yet.
    size: u64,
    /// Its root, in base64; missing when there was none yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<Hash>,
    /// When it was cosigned, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    cosigned_at: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Health {
    status: &'static str,
}

/// A server on this socket. It begins to answer when it is awaited, and ends when its handle says so.
///
/// # Errors
/// When the socket can't be used.
pub fn server(witness: Arc<Witness>, listener: TcpListener) -> io::Result<Server> {
    server_within(Limits::default(), witness, listener)
}

pub(crate) fn server_within(
    limits: Limits,
    witness: Arc<Witness>,
    listener: TcpListener,
) -> io::Result<Server> {
    let witness = web::Data::from(witness);
    let patience = limits.head.saturating_add(limits.keep_alive);
    let server = HttpServer::new(move || application(witness.clone(), limits))
        // One writes at a time anyway; the second answers while the first waits for the disk.
        .workers(2)
        .max_connections(CONNECTIONS)
        .client_request_timeout(limits.head)
        .keep_alive(limits.keep_alive)
        .client_disconnect_timeout(limits.disconnect)
        .shutdown_timeout(FINISHES_WITHIN)
        .disable_signals()
        .on_connect(move |stream, data| connection::watch(stream, patience, data))
        .listen(listener)?;
    Ok(server.run())
}

pub(crate) fn application(
    witness: web::Data<Witness>,
    limits: Limits,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(witness)
        .app_data(web::Data::new(limits))
        .service(
            web::resource("/add-checkpoint")
                .route(web::post().to(add_checkpoint))
                .default_service(web::to(only_post)),
        )
        .service(shown("/seen", list))
        .service(shown("/seen/{id}", seen))
        .service(shown("/health/live", live))
        .service(shown("/health/ready", ready))
        .default_service(web::to(elsewhere))
        .wrap(from_fn(connection::count))
        .wrap(from_fn(headers))
}

/// A page that can be read, and nothing else.
fn shown<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args, Output = HttpResponse> + Copy,
    Args: FromRequest + 'static,
{
    web::resource(path)
        .route(web::get().to(handler))
        .route(web::head().to(handler))
        .default_service(web::to(only_read))
}

async fn only_post() -> HttpResponse {
    not_allowed("POST")
}

async fn only_read() -> HttpResponse {
    not_allowed("GET, HEAD")
}

/// The page is there, and can't be asked this way (RFC 9110, section 15.5.6).
fn not_allowed(methods: &'static str) -> HttpResponse {
    let mut response = HttpResponse::MethodNotAllowed();
    response.insert_header((header::ALLOW, methods));
    told(response, "this page is not asked by this method")
}

async fn add_checkpoint(
    witness: web::Data<Witness>,
    limits: web::Data<Limits>,
    payload: web::Payload,
) -> HttpResponse {
    let body = match timeout(limits.body, payload.to_bytes_limited(LARGEST_BODY)).await {
        Ok(Ok(Ok(body))) => body,
        Ok(Ok(Err(_))) => return told(HttpResponse::BadRequest(), "the body broke off"),
        Ok(Err(_)) => return told(HttpResponse::PayloadTooLarge(), "the body is too long"),
        Err(_) => return told(HttpResponse::RequestTimeout(), "the body took too long"),
    };
    match witness.add_checkpoint(&body).await {
        Ok(lines) => HttpResponse::Ok().content_type(TEXT).body(lines),
        Err(NotCosigned::Refused(refusal)) => {
            let status = StatusCode::from_u16(refusal.status());
            HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
                .content_type(refusal.content_type())
                .body(refusal.body())
        }
        Err(NotCosigned::Store(error)) => unavailable(&error),
    }
}

async fn list(witness: web::Data<Witness>) -> HttpResponse {
    let seen = match witness.seen().await {
        Ok(seen) => seen,
        Err(error) => return unavailable(&error),
    };
    let listed: Vec<Listed> = seen
        .into_iter()
        .map(|(origin, seen)| Listed {
            id: id_of(&origin),
            size: seen.as_ref().map_or(0, |seen| seen.size),
            root: seen.as_ref().map(|seen| Hash::from_bytes(seen.root)),
            cosigned_at: seen.map(|seen| seen.at),
            origin,
        })
        .collect();
    HttpResponse::Ok().json(listed)
}

async fn seen(witness: web::Data<Witness>, id: web::Path<String>) -> HttpResponse {
    let seen = match witness.seen().await {
        Ok(seen) => seen,
        Err(error) => return unavailable(&error),
    };
    let found = seen.into_iter().find(|(origin, _)| id_of(origin) == *id);
    match found.and_then(|(_, seen)| seen) {
        Some(seen) => HttpResponse::Ok().content_type(TEXT).body(seen.note),
        None => told(HttpResponse::NotFound(), "nothing was seen of such a log"),
    }
}

async fn live() -> HttpResponse {
    well()
}

async fn ready(witness: web::Data<Witness>) -> HttpResponse {
    match witness.seen().await {
        Ok(_) => well(),
        Err(error) => unavailable(&error),
    }
}

/// As the server of an installation says it, so that one program asks both.
fn well() -> HttpResponse {
    HttpResponse::Ok().json(Health { status: "ok" })
}

async fn elsewhere() -> HttpResponse {
    told(HttpResponse::NotFound(), "there is nothing here")
}

/// Nothing here is to be kept by anybody in between, and nothing is a page.
async fn headers(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

fn told(mut response: actix_web::HttpResponseBuilder, text: &str) -> HttpResponse {
    response.content_type(TEXT).body(format!("{text}\n"))
}

fn unavailable(error: &StoreError) -> HttpResponse {
    tracing::error!(%error, "the store fails: nothing is cosigned");
    let mut response = HttpResponse::ServiceUnavailable();
    response.insert_header((header::RETRY_AFTER, RETRY_AFTER));
    told(response, "the witness's store does not answer")
}

/// SHA-256 of a log's name, in hexadecimal: where its checkpoint is, below `/seen/`.
#[must_use]
pub fn id_of(origin: &str) -> String {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(origin.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
