//! The application and its server.

mod connection;
#[cfg(test)]
mod tests;

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web,
};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    access, audit, consent, contact, contact_pair, directory, disclosure, docs, edge, handover,
    health, involvement, leaflet, log, office, onboarding,
    problem::{self, ApiError},
    proxy::Proxies,
    referral, regional, security_notice,
    state::{HttpState, state},
    tls::{self, Tls},
    withdrawal,
};

/// Time that open requests have to finish when the server stops.
const FINISHES_WITHIN: u64 = 10;

/// Every operation of the API, with its description.
pub(crate) fn operations(config: &mut ServiceConfig<'_>) {
    config
        .configure(consent::configure)
        .configure(disclosure::configure)
        .configure(withdrawal::configure)
        .configure(office::configure)
        .configure(directory::configure)
        .configure(leaflet::configure)
        .configure(referral::configure)
        .configure(involvement::configure)
        .configure(contact::configure)
        .configure(security_notice::configure)
        .configure(handover::configure)
        .configure(contact_pair::configure)
        .configure(regional::configure)
        .configure(audit::configure)
        .configure(log::configure)
        .configure(onboarding::configure)
        .configure(access::configure)
        .configure(health::configure)
        .configure(docs::configure)
        .configure(problem::configure);
}

/// Registers every route. The application must have the shared state as `web::Data<HttpState>`; what surrounds a request
/// (headers, denials, traces) comes with [`application`].
pub fn configure(config: &mut web::ServiceConfig) {
    operations(&mut ServiceConfig::new(config));
    docs::configure_pages(config);
    config.default_service(web::to(elsewhere));
}

/// The whole application, for a server or for a test.
pub fn application(
    state: web::Data<HttpState>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let site = state.site.clone();
    App::new()
        .app_data(state)
        .configure(|config| {
            if let Some(site) = &site {
                site.configure(config);
            }
        })
        .configure(configure)
        .wrap(from_fn(connection::count))
        .wrap(from_fn(edge::surround))
}

/// How a server listens.
#[derive(Default)]
pub struct Listening {
    /// Threads that answer requests; at least one.
    pub workers: usize,
    /// TLS; without it the server speaks plain HTTP.
    pub tls: Option<Tls>,
    /// Proxies that say something about their clients.
    pub proxies: Option<Proxies>,
    /// When clients are cut off.
    pub limits: Limits,
}

/// When clients are cut off, so that a few slow ones do not keep out all others.
///
/// A connection on which no request is being answered lasts no longer than `keep_alive` and `head` together, whatever the client
/// sends or does not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Time for a TLS handshake.
    pub handshake: Duration,
    /// Time for the head of the first request.
    pub head: Duration,
    /// Silence after an answer, before the next request.
    pub keep_alive: Duration,
    /// Time for the client to end its side after the server ended its own.
    pub disconnect: Duration,
    /// Connections that one worker has at a time; more wait in the operating system's queue.
    pub connections_per_worker: usize,
    /// TLS handshakes that one worker is in at a time; more wait.
    pub handshakes_per_worker: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(5),
            head: Duration::from_secs(10),
            keep_alive: Duration::from_secs(15),
            disconnect: Duration::from_secs(5),
            connections_per_worker: 1024,
            handshakes_per_worker: 128,
        }
    }
}

/// A server on this socket. It begins to answer when it is awaited.
///
/// # Errors
/// When the socket can't be used.
pub fn server(state: HttpState, listener: TcpListener, listening: Listening) -> io::Result<Server> {
    run(web::Data::new(state), listener, listening, |_| {})
}

/// `more` adds routes: a test's own.
pub(crate) fn run(
    state: web::Data<HttpState>,
    listener: TcpListener,
    listening: Listening,
    more: fn(&mut web::ServiceConfig),
) -> io::Result<Server> {
    let Listening {
        workers,
        tls,
        proxies,
        limits,
    } = listening;
    let proxies = proxies.map(Arc::new);
    let patience = limits.keep_alive.saturating_add(limits.head);
    let server = HttpServer::new(move || application(state.clone()).configure(more))
        .workers(workers.max(1))
        .max_connections(limits.connections_per_worker)
        .max_connection_rate(limits.handshakes_per_worker)
        .tls_handshake_timeout(limits.handshake)
        .client_request_timeout(limits.head)
        .keep_alive(limits.keep_alive)
        .client_disconnect_timeout(limits.disconnect)
        .shutdown_timeout(FINISHES_WITHIN)
        .disable_signals()
        // Before the listener: it takes along what is set by then.
        .on_connect(move |stream, data| {
            tls::note_peer(stream, proxies.as_ref(), data);
            connection::watch(stream, patience, data);
        });
    let server = match tls {
        Some(tls) => server.listen_rustls_0_23(listener, tls.into_config())?,
        None => server.listen(listener)?,
    };
    Ok(server.run())
}

/// Whatever no route answers: nothing is there, or not with this method.
async fn elsewhere(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    match state(&request)?.methods.allow(request.path()) {
        Some(methods) => Err(ApiError::MethodNotAllowed(methods)),
        None => Err(ApiError::NotFound),
    }
}
