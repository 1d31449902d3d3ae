//! A server on a free port, certificates made on the spot, and a client that shows what it is told to.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use actix_web::{HttpRequest, dev::ServerHandle, web};
use freigabe_domain::{Error, store::StoreError};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion,
    client::ResolvesClientCert,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer},
    sign::{CertifiedKey, SingleCertAndKey},
};

use crate::{
    Listening, RateLimits,
    tests::{fake::FakeExchange, state},
    tls::{ClientCertificates, PeerCertificate, ServerCertificate, Tls, peer_certificate},
};

/// No answer takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A certificate, and its key.
pub(crate) struct Identity {
    pub(crate) certificate: rcgen::Certificate,
    pub(crate) key: KeyPair,
}

impl Identity {
    /// One that vouches for itself.
    pub(crate) fn self_signed(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params(name).self_signed(&key).unwrap();
        Self { certificate, key }
    }

    /// An authority, and one that it vouches for.
    pub(crate) fn issued(name: &str) -> (Self, Self) {
        let mut ca = params("An authority");
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca_key = KeyPair::generate().unwrap();
        let ca_certificate = ca.self_signed(&ca_key).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = params(name)
            .signed_by(&key, &Issuer::from_params(&ca, &ca_key))
            .unwrap();
        let ca = Self {
            certificate: ca_certificate,
            key: ca_key,
        };
        (ca, Self { certificate, key })
    }

    pub(crate) fn der(&self) -> CertificateDer<'static> {
        self.certificate.der().clone()
    }

    pub(crate) fn pem(&self) -> (String, String) {
        (self.certificate.pem(), self.key.serialize_pem())
    }

    pub(crate) fn thumbprint(&self) -> String {
        PeerCertificate::of_der(self.certificate.der()).x5t_s256
    }

    pub(crate) fn shown(&self) -> Arc<ServerCertificate> {
        let (chain, key) = self.pem();
        Arc::new(ServerCertificate::from_pem(chain.as_bytes(), key.as_bytes()).unwrap())
    }

    /// Shows the certificate, and signs with a key that may be another's.
    pub(crate) fn signing_with(&self, key: &KeyPair) -> Arc<dyn ResolvesClientCert> {
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let key = aws_lc_rs::default_provider()
            .key_provider
            .load_private_key(key)
            .unwrap();
        let certified = CertifiedKey::new(vec![self.der()], key);
        Arc::new(SingleCertAndKey::from(certified))
    }
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, name);
    params
}

/// A server that runs until it is dropped. Beside the API it says under `/peer` which certificate it sees.
pub(crate) struct Running {
    pub(crate) addr: SocketAddr,
    handle: ServerHandle,
}

impl Running {
    pub(crate) fn start(listening: Listening) -> Self {
        Self::limited(listening, RateLimits::default())
    }

    /// One that takes no more than so many requests.
    pub(crate) fn limited(listening: Listening, limits: RateLimits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = listener.local_addr().unwrap();
        let (started, handle) = mpsc::channel();
        thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let unavailable = StoreError::Unavailable("a test without a store".to_owned());
                let state = state(FakeExchange::failing_with(Error::Store(unavailable)));
                let state = Arc::into_inner(state.into_inner()).unwrap();
                let state = web::Data::new(state.with_limits(limits));
                let server = crate::server::run(state, listener, listening, |config| {
                    config.route("/peer", web::get().to(peer));
                });
                let server = server.unwrap();
                started.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        let handle = handle.recv().unwrap();
        Self { addr, handle }
    }

    /// One that shows this certificate, and takes these of its clients.
    pub(crate) fn with_tls(server: &Identity, clients: &ClientCertificates) -> Self {
        Self::start(tls(&server.shown(), clients))
    }

    /// A socket to it, on which nothing waits for ever.
    pub(crate) fn socket(&self) -> TcpStream {
        let socket = TcpStream::connect(self.addr).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        socket.set_write_timeout(Some(PATIENCE)).unwrap();
        socket
    }

    /// What a request for `path` gets on a new TLS connection.
    pub(crate) fn get(&self, client: &Client, path: &str, headers: &str) -> io::Result<String> {
        get(&mut client.connect(self)?, path, headers)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The command is sent by the call; nobody waits for its end.
        drop(self.handle.stop(false));
    }
}

pub(crate) fn tls(shown: &Arc<ServerCertificate>, clients: &ClientCertificates) -> Listening {
    Listening {
        workers: 1,
        tls: Some(Tls::new(Arc::clone(shown), clients).unwrap()),
        ..Listening::default()
    }
}

async fn peer(request: HttpRequest) -> String {
    peer_certificate(&request).map_or_else(|| "none".to_owned(), |shown| shown.x5t_s256)
}

/// A client with its habits.
pub(crate) struct Client {
    pub(crate) provider: CryptoProvider,
    pub(crate) versions: Vec<&'static SupportedProtocolVersion>,
    pub(crate) protocols: Vec<&'static str>,
    pub(crate) trusts: CertificateDer<'static>,
    pub(crate) shows: Option<Arc<dyn ResolvesClientCert>>,
}

impl Client {
    pub(crate) fn of(server: &Identity) -> Self {
        Self {
            provider: aws_lc_rs::default_provider(),
            versions: rustls::ALL_VERSIONS.to_vec(),
            protocols: vec!["http/1.1"],
            trusts: server.der(),
            shows: None,
        }
    }

    pub(crate) fn showing(self, identity: &Identity) -> Self {
        Self {
            shows: Some(identity.signing_with(&identity.key)),
            ..self
        }
    }

    pub(crate) fn config(&self) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(self.trusts.clone()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(self.provider.clone()))
            .with_protocol_versions(&self.versions)
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match &self.shows {
            Some(shown) => config.with_client_cert_resolver(Arc::clone(shown)),
            None => config.with_no_client_auth(),
        };
        config.alpn_protocols = self
            .protocols
            .iter()
            .map(|name| name.as_bytes().to_vec())
            .collect();
        Arc::new(config)
    }

    pub(crate) fn connect(
        &self,
        server: &Running,
    ) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
        connect(&self.config(), server.socket())
    }
}

/// A handshake that came to its end.
pub(crate) fn connect(
    config: &Arc<ClientConfig>,
    mut socket: TcpStream,
) -> io::Result<StreamOwned<ClientConnection, TcpStream>> {
    let name = "localhost".try_into().unwrap();
    let mut session = ClientConnection::new(Arc::clone(config), name).unwrap();
    while session.is_handshaking() {
        session.complete_io(&mut socket)?;
    }
    Ok(StreamOwned::new(session, socket))
}

/// The body of the answer to a request; the connection stays open.
pub(crate) fn get(
    stream: &mut (impl Read + Write),
    path: &str,
    headers: &str,
) -> io::Result<String> {
    ask(stream, path, headers).map(|(_, body)| body)
}

/// The head of the answer to a request, in small letters, and its body; the connection stays open.
pub(crate) fn ask(
    stream: &mut (impl Read + Write),
    path: &str,
    headers: &str,
) -> io::Result<(String, String)> {
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n"
    )?;
    stream.flush()?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.unwrap().parse().unwrap()];
    stream.read_exact(&mut body)?;
    Ok((head, String::from_utf8(body).unwrap()))
}
