//! Requests that no well-behaved client sends.

use std::sync::atomic::{AtomicU32, Ordering};

use freigabe_client::{
    Client, Method, RawAnswer,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use serde::Serialize;

/// A request, header by header and byte by byte.
#[derive(Debug, Clone)]
#[must_use]
pub struct Raw {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl Raw {
    /// A request that carries nothing.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: HeaderMap::new(),
            body: None,
        }
    }

    /// A GET.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// A POST, with an idempotency key of its own.
    pub fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path).key(&fresh_key())
    }

    /// With this header, in the place of any other of the name.
    ///
    /// # Panics
    /// When it can't stand in a request.
    #[track_caller]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
        let value = HeaderValue::from_bytes(value.as_ref()).expect("a header's value");
        self.headers.insert(name, value);
        self
    }

    /// Without this header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// With this idempotency key.
    #[track_caller]
    pub fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With this token instead of the client's own. The client that sends it proves possession of its own key with it.
    ///
    /// # Panics
    /// When it can't stand in a header.
    #[track_caller]
    pub fn token(mut self, token: &str) -> Self {
        let value = HeaderValue::from_str(&format!("DPoP {token}")).expect("a token for a header");
        self.headers.insert(AUTHORIZATION, value);
        self
    }

    /// With this body, said to be JSON.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self
    }

    /// With this value as its body.
    ///
    /// # Panics
    /// When it can't be written as JSON.
    pub fn json(self, body: &impl Serialize) -> Self {
        self.body(serde_json::to_vec(body).expect("JSON"))
    }

    /// Sends it as this client.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn send(&self, client: &Client) -> RawAnswer {
        let answer = client
            .raw(
                self.method.clone(),
                &self.path,
                self.headers.clone(),
                self.body.clone(),
            )
            .await;
        answer.unwrap_or_else(|error| panic!("no answer to {} {}: {error}", self.method, self.path))
    }
}

/// An idempotency key that no other request of this process has.
#[must_use]
pub fn fresh_key() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("test-key-{:08}", NEXT.fetch_add(1, Ordering::Relaxed))
}
