//! A scripted server on a loopback address, a clock that is moved by hand, and keys.

mod cache;
mod fetching;
mod issuers;
mod keys;
mod places;

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_domain::instant::{Clock, Instant};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use super::{KeySetError, KeySetUri, KeySets, State, fetch::Fetcher, guard::Guard};
use crate::network::Network;

const NOW: i64 = 1_795_507_200_000_000;

/// A clock that stands until it is moved.
#[derive(Clone)]
struct Moved(Arc<AtomicI64>);

impl Moved {
    fn new() -> Self {
        Self(Arc::new(AtomicI64::new(NOW)))
    }

    fn by(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for Moved {
    fn now(&self) -> Instant {
        Instant::from_unix_micros(self.0.load(Ordering::SeqCst))
    }
}

/// What a server does with a connection after it read the head of the request.
#[derive(Clone)]
enum Reply {
    /// Says this and closes.
    Say(Vec<u8>),
    /// Waits, then says this and closes.
    Later(Duration, Vec<u8>),
    /// Says this, and then this again and again, with pauses.
    Endless(Vec<u8>, Vec<u8>, Duration),
    /// Closes at once.
    Hang,
}

fn ok(body: &str) -> Reply {
    with_headers("", body)
}

/// `headers` end with a line break each.
fn with_headers(headers: &str, body: &str) -> Reply {
    answer("200 OK", headers, body)
}

fn answer(status: &str, headers: &str, body: &str) -> Reply {
    let length = body.len();
    Reply::Say(
        format!(
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
        )
        .into_bytes(),
    )
}

/// A server on a free port of 127.0.0.1. It ends with the process.
struct Server {
    addr: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    reply: Arc<Mutex<Reply>>,
}

impl Server {
    fn start(reply: Reply) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), reply)
    }

    fn on(listener: TcpListener, reply: Reply) -> Self {
        let addr = listener.local_addr().unwrap();
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let reply = Arc::new(Mutex::new(reply));
        let (seen, says) = (Arc::clone(&heads), Arc::clone(&reply));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (seen, says) = (Arc::clone(&seen), Arc::clone(&says));
                thread::spawn(move || {
                    let mut stream = stream.unwrap();
                    let head = head(&mut stream);
                    // The order in which requests came is the order in which they are answered.
                    let reply = {
                        let mut seen = seen.lock().unwrap();
                        seen.push(head);
                        says.lock().unwrap().clone()
                    };
                    serve(stream, reply);
                });
            }
        });
        Self { addr, heads, reply }
    }

    fn says(&self, reply: Reply) {
        *self.reply.lock().unwrap() = reply;
    }

    /// How often it was asked.
    fn asked(&self) -> usize {
        self.heads.lock().unwrap().len()
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    fn uri(&self) -> KeySetUri {
        KeySetUri::parse(&format!("http://{}/keys?of=realm", self.addr)).unwrap()
    }
}

fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            _ => break,
        }
    }
    String::from_utf8(head).unwrap()
}

fn serve(mut stream: TcpStream, reply: Reply) {
    let (first, more) = match reply {
        Reply::Say(bytes) => (bytes, None),
        Reply::Later(pause, bytes) => {
            thread::sleep(pause);
            (bytes, None)
        }
        Reply::Endless(first, again, pause) => (first, Some((again, pause))),
        Reply::Hang => return,
    };
    let _ = stream.write_all(&first);
    if let Some((again, pause)) = more {
        while stream.write_all(&again).is_ok() {
            thread::sleep(pause);
        }
    }
    // Until the other side has read it all.
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let _ = stream.read(&mut [0; 64]);
}

fn loopback() -> Vec<Network> {
    vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]
}

/// Key sets that may be fetched from loopback addresses.
fn key_sets() -> (KeySets, Moved) {
    let clock = Moved::new();
    (
        KeySets::new(loopback(), Arc::new(clock.clone())),
        clock.clone(),
    )
}

/// Bytes in base64url.
fn bytes(length: usize, of: u8) -> String {
    URL_SAFE_NO_PAD.encode(vec![of; length])
}

fn ed25519(kid: &str) -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": bytes(32, 7), "kid": kid })
}

fn p256(kid: &str) -> Value {
    json!({ "kty": "EC", "crv": "P-256", "x": bytes(32, 8), "y": bytes(32, 9), "kid": kid })
}

fn rsa(kid: &str) -> Value {
    json!({ "kty": "RSA", "n": bytes(384, 200), "e": "AQAB", "kid": kid })
}

/// A key with some members more, or others.
fn but(mut key: Value, members: Value) -> Value {
    let Value::Object(members) = members else {
        panic!("an object");
    };
    key.as_object_mut().unwrap().extend(members);
    key
}

fn set(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

/// A set with one Ed25519 key for each of these names.
fn named(kids: &[&str]) -> String {
    set(&kids.iter().copied().map(ed25519).collect::<Vec<_>>())
}

/// Whether the set has this Ed25519 key.
async fn has(sets: &KeySets, uri: &KeySetUri, kid: &str) -> Result<bool, KeySetError> {
    let key = sets.key(uri, Some(kid), Algorithm::EdDSA).await?;
    Ok(key
        .inspect(|key| assert_eq!(key.key_id.as_deref(), Some(kid)))
        .is_some())
}

/// Why there is no set.
async fn failure(sets: &KeySets, uri: &KeySetUri) -> KeySetError {
    has(sets, uri, "a").await.unwrap_err()
}
