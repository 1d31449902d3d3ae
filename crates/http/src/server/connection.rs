//! What is known of a connection while it lasts, and when it is cut off.
//!
//! The web framework limits the time for the first request's head and for the silence between two requests. It does not limit a
//! second head that never ends, a client that never reads its answer, or a client of HTTP/2 that asks for nothing. Here is the
//! one rule that bounds them all: **a connection on which no request is being answered lasts no longer than the patience.**

use std::{
    any::Any,
    cell::Cell,
    io,
    net::{Shutdown, TcpStream as Socket},
    os::fd::AsFd,
    rc::{Rc, Weak},
    time::{Duration, Instant as Stopwatch},
};

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{Extensions, ServiceRequest, ServiceResponse},
    middleware::Next,
    rt::{self, net::TcpStream, time::sleep},
};

use crate::problem::ApiError;

/// Requests that one connection may have open at a time. HTTP/2 allows many, and the framework sets no limit of its own.
const MOST_OPEN: usize = 64;

/// A connection.
struct Connection {
    /// A second handle of its socket, to cut it off. It is closed with the connection.
    socket: Socket,
    open: Cell<usize>,
    /// When the last request was answered; the connection's begin before the first.
    quiet_since: Cell<Stopwatch>,
}

impl Connection {
    fn of(stream: &dyn Any) -> io::Result<Option<Rc<Self>>> {
        let socket = stream.downcast_ref::<TcpStream>().or_else(|| {
            let stream = stream.downcast_ref::<TlsStream<TcpStream>>()?;
            Some(stream.get_ref().0)
        });
        let Some(socket) = socket else {
            return Ok(None);
        };
        Ok(Some(Rc::new(Self {
            socket: Socket::from(socket.as_fd().try_clone_to_owned()?),
            open: Cell::new(0),
            quiet_since: Cell::new(Stopwatch::now()),
        })))
    }

    /// How long nothing was asked on it.
    fn quiet(&self) -> Duration {
        if self.open.get() > 0 {
            Duration::ZERO
        } else {
            self.quiet_since.get().elapsed()
        }
    }
}

/// A request that is being answered.
struct Open(Rc<Connection>);

impl Open {
    fn on(connection: Rc<Connection>) -> Option<Self> {
        let open = connection.open.get();
        (open < MOST_OPEN).then(|| {
            connection.open.set(open + 1);
            Self(connection)
        })
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.set(self.0.open.get().saturating_sub(1));
        self.0.quiet_since.set(Stopwatch::now());
    }
}

/// Watches over a new connection.
pub(super) fn watch(stream: &dyn Any, patience: Duration, data: &mut Extensions) {
    match Connection::of(stream) {
        Ok(Some(connection)) => {
            rt::spawn(cut_off(Rc::downgrade(&connection), patience));
            data.insert(connection);
        }
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "a connection can't be watched"),
    }
}

/// Waits until the connection was quiet for too long, and ends it. It ends by itself when the connection does.
async fn cut_off(connection: Weak<Connection>, patience: Duration) {
    let mut wait = patience;
    loop {
        sleep(wait).await;
        let Some(connection) = connection.upgrade() else {
            return;
        };
        let quiet = connection.quiet();
        if quiet >= patience {
            // It may have ended meanwhile.
            let _ = connection.socket.shutdown(Shutdown::Both);
            return;
        }
        wait = patience.saturating_sub(quiet);
    }
}

/// Counts the requests that a connection has open, and refuses one too many.
pub(super) async fn count(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let open = match request.conn_data::<Rc<Connection>>() {
        None => None,
        Some(connection) => match Open::on(Rc::clone(connection)) {
            None => {
                let error = ApiError::Unavailable(format!(
                    "a connection has more than {MOST_OPEN} requests open"
                ));
                return Ok(request.into_response(HttpResponse::from_error(error)));
            }
            open => open,
        },
    };
    let response = next.call(request).await?.map_into_boxed_body();
    drop(open);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[actix_web::test]
    async fn a_connection_has_a_bounded_number_of_requests_open() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let connection = Connection::of(&stream).unwrap().unwrap();
        let mut open: Vec<Open> = Vec::new();
        while let Some(one) = Open::on(Rc::clone(&connection)) {
            open.push(one);
            assert!(open.len() <= MOST_OPEN, "no bound");
        }
        assert_eq!(open.len(), MOST_OPEN);
        assert_eq!(connection.quiet(), Duration::ZERO);
        open.pop();
        assert!(
            Open::on(Rc::clone(&connection)).is_some(),
            "one was answered, the next has its place"
        );
        open.clear();
        sleep(Duration::from_millis(5)).await;
        assert!(connection.quiet() > Duration::ZERO);
    }
}
