//! Another authorization server, as far as ours is concerned: a name, a key set at an address, and tokens that it signs.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    sync::{
        Arc, Mutex, Once, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_client::{ClientKeyPair, RandomSource as _, SystemRandom};
use freigabe_domain::{access::Role, ids::OrganisationId};
use freigabe_http::{KeySetUri, TrustedIssuer};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Map, Value, json};

use crate::{
    machine::machine_time,
    network::{CENTRE_A, HAMBURG, KB_HAMBURG, Network},
};

/// The server. It listens from the beginning and answers from when a test first asks for it.
pub struct ForeignIssuer {
    url: String,
    key: ClientKeyPair,
    listener: TcpListener,
    answers: Once,
    served: Arc<Served>,
}

struct Served {
    key_set: Mutex<Option<Value>>,
    asked: AtomicUsize,
}

impl ForeignIssuer {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("the port's address");
        let key = ClientKeyPair::generate(&SystemRandom).expect("a key pair");
        let public: Value = serde_json::from_str(&key.public_jwk()).expect("a JWK");
        Self {
            url: format!("http://{address}"),
            served: Arc::new(Served {
                key_set: Mutex::new(Some(json!({ "keys": [public] }))),
                asked: AtomicUsize::new(0),
            }),
            key,
            listener,
            answers: Once::new(),
        }
    }

    /// Trusted for two offices and a centre, if their role is that of an office.
    pub(crate) fn trusted(&self, network: &Network) -> TrustedIssuer {
        let organisations = [KB_HAMBURG, HAMBURG, CENTRE_A]
            .map(|name| OrganisationId::from_uuid(network.participant(name).organisation));
        let key_set = KeySetUri::parse(&self.key_set_uri()).expect("an address");
        TrustedIssuer::new(
            self.url.clone(),
            key_set,
            vec![Role::Office],
            organisations.into(),
        )
        .expect("an issuer")
    }

    /// Lets it answer.
    pub(crate) fn answering(&self) -> &Self {
        self.answers.call_once(|| {
            let listener = self.listener.try_clone().expect("the port");
            let served = Arc::clone(&self.served);
            thread::spawn(move || {
                for connection in listener.incoming().flatten() {
                    let mut head = BufReader::new(&connection).lines();
                    while head.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
                    served.asked.fetch_add(1, Ordering::SeqCst);
                    let key_set = served.key_set.lock().unwrap_or_else(PoisonError::into_inner);
                    let (status, body) = match key_set.as_ref() {
                        Some(key_set) => ("200 OK", key_set.to_string()),
                        None => ("503 Service Unavailable", String::new()),
                    };
                    let answer = format!(
                        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                        body.len()
                    );
                    let _ = (&connection).write_all(answer.as_bytes());
                }
            });
        });
        self
    }

    /// Its name (`iss`).
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where it publishes its keys.
    #[must_use]
    pub fn key_set_uri(&self) -> String {
        format!("{}/keys", self.url)
    }

    /// The key with which it signs.
    #[must_use]
    pub const fn key(&self) -> &ClientKeyPair {
        &self.key
    }

    /// Publishes other keys from now on; none: it fails.
    pub fn publish(&self, key_set: Option<Value>) {
        *self
            .served
            .key_set
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = key_set;
    }

    /// How often it was asked for its keys.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.served.asked.load(Ordering::SeqCst)
    }

    /// Header and claims of a good token of this client, for this audience, bound to this key.
    ///
    /// # Panics
    /// When there is no randomness.
    pub fn token_for(
        &self,
        client: &str,
        audience: &str,
        bound_to: &ClientKeyPair,
    ) -> ForeignToken {
        let mut id = [0_u8; 16];
        SystemRandom.fill(&mut id).expect("randomness");
        let now = machine_time().unix_timestamp();
        let members = |value: Value| value.as_object().cloned().expect("an object");
        ForeignToken {
            header: members(json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": self.key.key_id() })),
            claims: members(json!({
                "iss": self.url,
                // Keycloak's is that of a service account, and not the client's.
                "sub": "0f0c52e1-8a0a-4b1c-9a53-5d4d3d3b7a11",
                "client_id": client,
                "aud": audience,
                "iat": now,
                "exp": now + 300,
                "jti": format!("trrtcc:{}", URL_SAFE_NO_PAD.encode(id)),
                "scope": "openid disclosures:read inbox:read inbox:write directory:read",
                "cnf": { "jkt": bound_to.key_id() },
                "azp": client,
                "typ": "DPoP",
            })),
            key: self.key.clone(),
        }
    }
}

/// A token of the other server before it is signed.
#[derive(Debug, Clone)]
#[must_use]
pub struct ForeignToken {
    /// Its header.
    pub header: Map<String, Value>,
    /// Its claims.
    pub claims: Map<String, Value>,
    key: ClientKeyPair,
}

impl ForeignToken {
    /// With another member of the header.
    pub fn header(mut self, name: &str, value: Value) -> Self {
        self.header.insert(name.to_owned(), value);
        self
    }

    /// With another claim.
    pub fn claim(mut self, name: &str, value: Value) -> Self {
        self.claims.insert(name.to_owned(), value);
        self
    }

    /// Without a claim, or a member of the header.
    pub fn without(mut self, name: &str) -> Self {
        let removed = [self.claims.remove(name), self.header.remove(name)];
        assert!(removed.iter().any(Option::is_some), "it has no {name}");
        self
    }

    /// Signs it.
    #[must_use]
    pub fn sign(&self) -> String {
        self.sign_with(&self.key)
    }

    /// Signs it with another key.
    ///
    /// # Panics
    /// When it can't be signed.
    #[must_use]
    pub fn sign_with(&self, key: &ClientKeyPair) -> String {
        let part = |members: &Map<String, Value>| {
            URL_SAFE_NO_PAD.encode(serde_json::to_vec(members).expect("JSON"))
        };
        let message = format!("{}.{}", part(&self.header), part(&self.claims));
        let key = EncodingKey::from_ed_der(&key.pkcs8_der());
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::EdDSA);
        format!("{message}.{}", signature.expect("a signature"))
    }
}
