//! The application and its server.

use std::{io, net::TcpListener, time::Duration};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web,
};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    access, audit, consent, disclosure, docs, edge, health, office,
    problem::{self, ApiError},
    state::{HttpState, state},
    withdrawal,
};

/// Time in which the head of a request must arrive.
const HEAD_ARRIVES_WITHIN: Duration = Duration::from_secs(10);
/// Time that open requests have to finish when the server stops.
const FINISHES_WITHIN: u64 = 10;

/// Every operation of the API, with its description.
pub(crate) fn operations(config: &mut ServiceConfig<'_>) {
    config
        .configure(consent::configure)
        .configure(disclosure::configure)
        .configure(withdrawal::configure)
        .configure(office::configure)
        .configure(audit::configure)
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
    App::new()
        .app_data(state)
        .configure(configure)
        .wrap(from_fn(edge::surround))
}

/// A server on this socket. It begins to answer when it is awaited.
///
/// # Errors
/// When the socket can't be used.
pub fn server(state: HttpState, listener: TcpListener, workers: usize) -> io::Result<Server> {
    let state = web::Data::new(state);
    let server = HttpServer::new(move || application(state.clone()))
        .workers(workers.max(1))
        .client_request_timeout(HEAD_ARRIVES_WITHIN)
        .shutdown_timeout(FINISHES_WITHIN)
        .disable_signals()
        .listen(listener)?;
    Ok(server.run())
}

/// Whatever no route answers: nothing is there, or not with this method.
async fn elsewhere(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    match state(&request)?.methods.allow(request.path()) {
        Some(methods) => Err(ApiError::MethodNotAllowed(methods)),
        None => Err(ApiError::NotFound),
    }
}
