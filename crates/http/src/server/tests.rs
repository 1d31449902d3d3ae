//! Slow clients, over real sockets. Each test is over in a few seconds.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant as Stopwatch},
};

use super::*;
use crate::tls::{
    ClientCertificates,
    tests::harness::{Client, Identity, Running, get, tls},
};

/// Limits that a test can wait for.
const LIMITS: Limits = Limits {
    handshake: Duration::from_secs(1),
    head: Duration::from_secs(1),
    keep_alive: Duration::from_secs(1),
    disconnect: Duration::from_secs(1),
    connections_per_worker: 64,
    handshakes_per_worker: 64,
};
/// Long before the limit.
const EARLY: Duration = Duration::from_millis(700);
/// Well after one limit, on a busy machine too.
const LATE: Duration = Duration::from_secs(5);

fn plain(limits: Limits) -> Running {
    Running::start(Listening {
        workers: 1,
        limits,
        ..Listening::default()
    })
}

fn with_tls(server: &Identity, limits: Limits) -> Running {
    Running::start(Listening {
        limits,
        ..tls(&server.shown(), &ClientCertificates::None)
    })
}

/// What still comes until the other end closes.
fn until_closed(stream: &mut impl Read) -> Vec<u8> {
    let mut rest = Vec::new();
    match stream.read_to_end(&mut rest) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => panic!("it was not cut off"),
        _ => rest,
    }
}

/// How long the other end stays when this is sent byte after byte, again and again.
#[track_caller]
fn lasts_while_dribbling(socket: &mut TcpStream, bytes: &[u8]) -> Duration {
    let begin = Stopwatch::now();
    let mut ours = socket.try_clone().unwrap();
    let reader = thread::spawn(move || until_closed(&mut ours).len());
    for byte in bytes.iter().cycle() {
        if reader.is_finished() || socket.write_all(&[*byte]).is_err() {
            break;
        }
        assert!(begin.elapsed() < LATE, "it was not cut off");
        thread::sleep(Duration::from_millis(50));
    }
    reader.join().unwrap();
    begin.elapsed()
}

#[track_caller]
fn in_time(lasted: Duration) {
    assert!(lasted > EARLY, "cut off at once: {lasted:?}");
    assert!(lasted < LATE, "cut off late: {lasted:?}");
}

#[test]
fn a_handshake_that_does_not_begin_is_cut_off() {
    let running = with_tls(&Identity::self_signed("server"), LIMITS);
    let begin = Stopwatch::now();
    assert_eq!(until_closed(&mut running.socket()), b"");
    in_time(begin.elapsed());
}

#[test]
fn a_handshake_that_dribbles_is_cut_off() {
    let running = with_tls(&Identity::self_signed("server"), LIMITS);
    // The head of a handshake record of 16,000 bytes, which then come one by one.
    let mut socket = running.socket();
    socket
        .write_all(&[22, 3, 1, 62, 128, 1, 0, 62, 124])
        .unwrap();
    in_time(lasts_while_dribbling(&mut socket, &[0]));
}

#[test]
fn handshakes_beyond_the_cap_wait_for_the_others() {
    let server = Identity::self_signed("server");
    let limits = Limits {
        handshakes_per_worker: 1,
        handshake: Duration::from_secs(2),
        ..LIMITS
    };
    let running = with_tls(&server, limits);
    let client = Client::of(&server);
    client.connect(&running).unwrap();
    let slow = running.socket();
    thread::sleep(Duration::from_millis(200));
    let begin = Stopwatch::now();
    client.connect(&running).unwrap();
    in_time(begin.elapsed());
    drop(slow);
}

#[test]
fn a_first_head_that_dribbles_is_cut_off() {
    let running = plain(LIMITS);
    let mut socket = running.socket();
    socket.write_all(b"GET /peer HTTP/1.1\r\n").unwrap();
    in_time(lasts_while_dribbling(&mut socket, b"x-slow: 1\r\n"));
}

#[test]
fn a_later_head_that_dribbles_is_cut_off() {
    let running = plain(LIMITS);
    let mut socket = running.socket();
    get(&mut socket, "/peer", "").unwrap();
    socket.write_all(b"GET /peer HTTP/1.1\r\n").unwrap();
    in_time(lasts_while_dribbling(&mut socket, b"x-slow: 1\r\n"));
}

#[test]
fn silence_after_an_answer_ends_the_connection() {
    let server = Identity::self_signed("server");
    let running = with_tls(&server, LIMITS);
    let mut stream = Client::of(&server).connect(&running).unwrap();
    get(&mut stream, "/peer", "").unwrap();
    get(&mut stream, "/peer", "").unwrap();
    let begin = Stopwatch::now();
    assert_eq!(until_closed(&mut stream), b"");
    in_time(begin.elapsed());
}

#[test]
fn who_does_not_end_after_the_server_ended_is_cut_off() {
    let limits = Limits {
        // Only the time to disconnect is short.
        head: Duration::from_secs(60),
        keep_alive: Duration::from_secs(60),
        ..LIMITS
    };
    let running = plain(limits);
    let mut socket = running.socket();
    // It is refused before its body was read, and the body never comes.
    socket
        .write_all(
            b"POST /v1/consents HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{",
        )
        .unwrap();
    let begin = Stopwatch::now();
    let answer = until_closed(&mut socket);
    assert!(answer.starts_with(b"HTTP/1.1 401"), "{answer:?}");
    in_time(begin.elapsed());
}

#[test]
fn connections_beyond_the_cap_wait_for_the_others() {
    let limits = Limits {
        connections_per_worker: 1,
        ..LIMITS
    };
    let running = plain(limits);
    let mut first = running.socket();
    get(&mut first, "/peer", "").unwrap();
    let begin = Stopwatch::now();
    get(&mut running.socket(), "/peer", "").unwrap();
    in_time(begin.elapsed());
}

#[test]
fn who_never_reads_the_answers_is_cut_off() {
    let running = plain(LIMITS);
    let mut socket = running.socket();
    // More than fits between the two ends: the server can't write on. What it never read it refuses when it cuts off.
    let requests = "GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(200);
    socket.write_all(requests.as_bytes()).unwrap();
    thread::sleep(LIMITS.head + LIMITS.keep_alive + Duration::from_secs(1));
    let begin = Stopwatch::now();
    let came = until_closed(&mut socket).len();
    let whole = crate::openapi_json().len() * 200;
    assert!(came < whole, "all {whole} bytes came");
    assert!(begin.elapsed() < LATE);
}

#[test]
fn http_2_without_requests_is_cut_off_although_it_answers_pings() {
    let server = Identity::self_signed("server");
    let running = with_tls(&server, LIMITS);
    let mut client = Client::of(&server);
    client.protocols = vec!["h2"];
    let mut stream = client.connect(&running).unwrap();
    let begin = Stopwatch::now();
    // The preface, and settings without any setting (RFC 9113 §3.4).
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0")
        .unwrap();
    let mut pings = 0;
    loop {
        let mut head = [0; 9];
        if stream.read_exact(&mut head).is_err() {
            break;
        }
        let [a, b, c, kind, flags, ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        if stream.read_exact(&mut payload).is_err() {
            break;
        }
        assert!(begin.elapsed() < LATE, "it was not cut off");
        if kind == 6 && flags == 0 {
            pings += 1;
            let mut answer = b"\0\0\x08\x06\x01\0\0\0\0".to_vec();
            answer.extend(payload);
            if stream.write_all(&answer).is_err() {
                break;
            }
        }
    }
    in_time(begin.elapsed());
    assert!(pings > 0, "the server asks whether anybody is there");
}
