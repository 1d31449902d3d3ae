//! **A connection on which no request is being answered lasts no longer than the patience.** The web framework bounds the time
//! for the first head and the silence between two requests, but neither a second head that never ends nor a client that never
//! reads its answer.

use std::{
    any::Any,
    cell::Cell,
    io,
    net::{Shutdown, TcpStream as Socket},
    os::fd::AsFd as _,
    rc::{Rc, Weak},
    time::{Duration, Instant as Stopwatch},
};

use actix_web::{
    Error,
    body::MessageBody,
    dev::{Extensions, ServiceRequest, ServiceResponse},
    middleware::Next,
    rt::{self, net::TcpStream, time::sleep},
};

struct Connection {
    /// A second handle of its socket, to cut it off. It is closed with the connection.
    socket: Socket,
    open: Cell<usize>,
    quiet_since: Cell<Stopwatch>,
}

impl Connection {
    fn of(stream: &TcpStream) -> io::Result<Rc<Self>> {
        Ok(Rc::new(Self {
            socket: Socket::from(stream.as_fd().try_clone_to_owned()?),
            open: Cell::new(0),
            quiet_since: Cell::new(Stopwatch::now()),
        }))
    }

    fn quiet(&self) -> Duration {
        if self.open.get() > 0 {
            Duration::ZERO
        } else {
            self.quiet_since.get().elapsed()
        }
    }
}

/// Watches over a new connection.
pub(crate) fn watch(stream: &dyn Any, patience: Duration, data: &mut Extensions) {
    let Some(stream) = stream.downcast_ref::<TcpStream>() else {
        return;
    };
    match Connection::of(stream) {
        Ok(connection) => {
            rt::spawn(cut_off(Rc::downgrade(&connection), patience));
            data.insert(connection);
        }
        Err(error) => tracing::warn!(%error, "a connection can't be watched"),
    }
}

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

/// Notes that a request of a connection is being answered.
pub(crate) async fn count(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let connection = request.conn_data::<Rc<Connection>>().cloned();
    if let Some(connection) = &connection {
        connection.open.set(connection.open.get() + 1);
    }
    let response = next.call(request).await;
    if let Some(connection) = &connection {
        connection.open.set(connection.open.get().saturating_sub(1));
        connection.quiet_since.set(Stopwatch::now());
    }
    response
}
