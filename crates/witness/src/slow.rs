//! Slow clients of a witness, over real sockets.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc,
    thread::{self, JoinHandle},
    time::{Duration, Instant as Stopwatch},
};

use actix_web::{dev::ServerHandle, rt::System};

use crate::{
    http::{Limits, server_within},
    scratch::Scratch,
    tests::{Log, witness},
};

/// Limits that a test can wait for.
const LIMITS: Limits = Limits {
    body: Duration::from_secs(1),
    head: Duration::from_secs(1),
    keep_alive: Duration::from_secs(1),
    disconnect: Duration::from_secs(1),
};
/// Long before any limit.
const EARLY: Duration = Duration::from_millis(700);
/// Well after head and silence together, on a busy machine too.
const LATE: Duration = Duration::from_secs(10);

/// A witness on a port of its own.
struct Running {
    address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    fn start(name: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (started, answer) = mpsc::channel();
        let thread = thread::spawn(move || {
            System::new().block_on(async move {
                let scratch = Scratch::new(name);
                let server = server_within(LIMITS, witness(&scratch).await, listener).unwrap();
                started.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self {
            address,
            handle: answer.recv().unwrap(),
            thread: Some(thread),
        }
    }

    fn socket(&self) -> TcpStream {
        let socket = TcpStream::connect(self.address).unwrap();
        socket.set_read_timeout(Some(LATE)).unwrap();
        socket
    }

    /// Somebody else is answered meanwhile.
    fn answers_others(&self) {
        let mut socket = self.socket();
        let request = b"GET /health/live HTTP/1.1\r\nhost: w\r\nconnection: close\r\n\r\n";
        socket.write_all(request).unwrap();
        let answer = until_closed(&mut socket);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The command is sent at once; the thread's end shows that it was followed.
        drop(self.handle.stop(false));
        let _ = self.thread.take().unwrap().join();
    }
}

/// What still comes until the other end closes.
fn until_closed(socket: &mut TcpStream) -> String {
    let mut rest = Vec::new();
    match socket.read_to_end(&mut rest) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => panic!("it was not cut off"),
        _ => String::from_utf8_lossy(&rest).into_owned(),
    }
}

/// How long the other end stays, and what it says, when this byte is sent again and again.
#[track_caller]
fn while_dribbling(socket: &mut TcpStream, byte: u8) -> (Duration, String) {
    let begin = Stopwatch::now();
    let mut ours = socket.try_clone().unwrap();
    let reader = thread::spawn(move || until_closed(&mut ours));
    while !reader.is_finished() && socket.write_all(&[byte]).is_ok() {
        assert!(begin.elapsed() < LATE, "it was not cut off");
        thread::sleep(Duration::from_millis(50));
    }
    (begin.elapsed(), reader.join().unwrap())
}

#[track_caller]
fn in_time(lasted: Duration) {
    assert!(lasted > EARLY, "cut off at once: {lasted:?}");
    assert!(lasted < LATE, "cut off late: {lasted:?}");
}

#[test]
fn who_says_nothing_is_cut_off() {
    let running = Running::start("silent");
    let begin = Stopwatch::now();
    let said = until_closed(&mut running.socket());
    in_time(begin.elapsed());
    assert!(
        said.is_empty() || said.starts_with("HTTP/1.1 408"),
        "{said}"
    );
}

#[test]
fn a_head_that_dribbles_is_cut_off_and_others_are_answered() {
    let running = Running::start("head");
    let mut socket = running.socket();
    socket.write_all(b"GET /seen HTTP/1.1\r\nx: ").unwrap();
    running.answers_others();
    let (lasted, said) = while_dribbling(&mut socket, b'a');
    in_time(lasted);
    assert!(
        said.is_empty() || said.starts_with("HTTP/1.1 408"),
        "{said}"
    );
}

#[test]
fn a_second_head_that_dribbles_is_cut_off() {
    let running = Running::start("second-head");
    let mut socket = running.socket();
    let request = b"GET /health/live HTTP/1.1\r\nhost: w\r\n\r\n";
    socket.write_all(request).unwrap();
    let mut first = [0; 12];
    socket.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    socket.write_all(b"GET /seen HTTP/1.1\r\nx: ").unwrap();
    let (lasted, _) = while_dribbling(&mut socket, b'a');
    in_time(lasted);
}

#[test]
fn a_body_that_dribbles_is_told_that_it_took_too_long_and_others_are_answered() {
    let running = Running::start("body");
    let mut socket = running.socket();
    let head = b"POST /add-checkpoint HTTP/1.1\r\nhost: w\r\ncontent-length: 5000\r\n\r\n";
    socket.write_all(head).unwrap();
    running.answers_others();
    let (lasted, said) = while_dribbling(&mut socket, b'a');
    in_time(lasted);
    assert!(said.starts_with("HTTP/1.1 408"), "{said}");
    assert!(said.contains("the body took too long"), "{said}");
}

#[test]
fn a_body_that_never_comes_is_told_so_and_the_witness_goes_on() {
    let running = Running::start("no-body");
    let mut socket = running.socket();
    let head = b"POST /add-checkpoint HTTP/1.1\r\nhost: w\r\ncontent-length: 5000\r\n\r\n";
    socket.write_all(head).unwrap();
    let begin = Stopwatch::now();
    let said = until_closed(&mut socket);
    in_time(begin.elapsed());
    assert!(said.starts_with("HTTP/1.1 408"), "{said}");
    // What came slowly, but in time, counts.
    let body = Log::of(3, None).step(0, 3);
    let mut socket = running.socket();
    let head = format!(
        "POST /add-checkpoint HTTP/1.1\r\nhost: w\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    socket.write_all(head.as_bytes()).unwrap();
    for part in body.as_bytes().chunks(body.len().div_ceil(4)) {
        thread::sleep(Duration::from_millis(100));
        socket.write_all(part).unwrap();
    }
    let said = until_closed(&mut socket);
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
}
