//! Access tokens that are bound to the client's certificate (RFC 8705 §3): from the handshake, or the header of a proxy, to
//! the answer.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::Command,
    time::Duration,
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use freigabe_client::{ClientKeyPair, Surroundings};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{AlertDescription, Error as TlsError, pki_types::CertificateDer};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{LONG, Place, Server, TLS, connect, renew};

const CLIENT: &str = "beratung.akte";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const INVALID_TOKEN: &str =
    "www-authenticate: dpop error=\"invalid_token\", algs=\"eddsa ed25519 es256 ps256\"";

#[test]
fn a_token_is_good_on_every_connection_with_its_certificate_and_on_no_other() {
    let site = Site::new("bound");
    let any = ["--tls-client-certificates", "any"];
    let server = site.serve(&[&TLS[..], &any].concat());
    let (own, other) = (Identity::new("own"), Identity::new("other"));

    let mut first = server.connect(Some(&own));
    let token = sign_in(&mut first, &site.assertion(&server.issuer), "").token(&own);
    for _ in 0..2 {
        assert_eq!(list(&mut first, &token, "").status, 200, "where it came by");
    }
    let again = list(&mut server.connect(Some(&own)), &token, "");
    assert_eq!(again.status, 200, "on a new connection");
    list(&mut server.connect(Some(&other)), &token, "").is_refused("another certificate");
    list(&mut server.connect(None), &token, "").is_refused("no certificate");
    // Nobody named a proxy here.
    list(&mut server.connect(None), &token, &own.header()).is_refused("only claimed");

    let unbound = sign_in(
        &mut server.connect(None),
        &site.assertion(&server.issuer),
        "",
    );
    assert_eq!(unbound.status, 400);
    assert_eq!(unbound.body["error"], "invalid_dpop_proof");
}

#[test]
fn with_authorities_a_certificate_of_another_one_ends_the_handshake() {
    let site = Site::new("authorities");
    let (authority, own) = Identity::issued("An authority");
    let (_, stranger) = Identity::issued("Another authority");
    fs::write(site.folder().join("ca.pem"), &authority.pem).unwrap();
    let server = site.serve(&[&TLS[..], &["--tls-client-ca-file", "ca.pem"]].concat());

    let mut first = server.connect(Some(&own));
    let token = sign_in(&mut first, &site.assertion(&server.issuer), "").token(&own);
    let again = list(&mut server.connect(Some(&own)), &token, "");
    assert_eq!(again.status, 200);
    list(&mut server.connect(None), &token, "").is_refused("no certificate");

    for refused in [stranger, Identity::new("vouches for itself")] {
        // In TLS 1.3 the client is done before the server looks at its certificate: what it reads first is the refusal.
        let error = server
            .connect(Some(&refused))
            .read(&mut [0])
            .expect_err("a connection");
        let error = error
            .get_ref()
            .and_then(|error| error.downcast_ref::<TlsError>());
        assert_eq!(
            error,
            Some(&TlsError::AlertReceived(AlertDescription::UnknownCA))
        );
    }
}

#[test]
fn a_named_proxy_says_whose_certificate_it_is_and_nobody_else_does() {
    let site = Site::new("proxy");
    let (own, other) = (Identity::new("own"), Identity::new("other"));
    let behind = |proxy: &str| {
        site.serve(&[
            "--public-url",
            "https://freigabe.example",
            "--proxy-client-certificate-header",
            "client-cert",
            "--proxy-addresses",
            proxy,
        ])
    };
    let server = behind("127.0.0.1");
    let mut proxy = server.plain();
    let granted = sign_in(&mut proxy, &site.assertion(&server.issuer), &own.header());
    let token = granted.token(&own);
    assert_eq!(list(&mut proxy, &token, &own.header()).status, 200);
    assert_eq!(list(&mut server.plain(), &token, &own.header()).status, 200);
    list(&mut proxy, &token, &other.header()).is_refused("another certificate");
    list(&mut proxy, &token, "").is_refused("no certificate");
    list(&mut proxy, &token, &own.header().repeat(2)).is_refused("the header twice");
    drop(server);

    // The same installation, in which this machine is no proxy.
    let server = behind("192.0.2.1");
    let mut stranger = server.plain();
    list(&mut stranger, &token, &own.header()).is_refused("somebody else says so");
    let refused = sign_in(
        &mut stranger,
        &site.assertion(&server.issuer),
        &own.header(),
    );
    assert_eq!(refused.status, 400);
    assert_eq!(refused.body["error"], "invalid_dpop_proof");
}

/// An installation with one client, and the server's certificate.
struct Site {
    place: Place,
    certificate: CertificateDer<'static>,
    key: ClientKeyPair,
}

impl Site {
    fn new(name: &str) -> Self {
        let place = Place::new(name);
        let certificate = renew(&place.0, LONG);
        let organisation = says(
            &place.0,
            &[
                "organisation",
                "add",
                "--role",
                "centre",
                "--name",
                "Beratung",
            ],
        );
        let add = ["client", "add", "--id", CLIENT, "--organisation"];
        let of = [organisation.trim(), "--generate-key", "client.jwk"];
        let _ = says(&place.0, &[&add[..], &of].concat());
        let jwk = fs::read_to_string(place.0.join("client.jwk")).unwrap();
        Self {
            place,
            certificate,
            key: ClientKeyPair::from_private_jwk(&jwk).unwrap(),
        }
    }

    fn folder(&self) -> &Path {
        &self.place.0
    }

    fn serve(&self, arguments: &[&str]) -> Serving<'_> {
        let server = Server::start(
            self.folder(),
            &[arguments, &["--listen", "127.0.0.1:0"]].concat(),
        );
        let address = server.address();
        let named = arguments
            .iter()
            .position(|argument| *argument == "--public-url");
        let issuer = match named {
            Some(at) => arguments[at + 1].to_owned(),
            None => format!("https://{address}"),
        };
        Serving {
            site: self,
            address,
            issuer,
            _server: server,
        }
    }

    /// A client assertion (RFC 7523) for this issuer.
    fn assertion(&self, issuer: &str) -> String {
        let surroundings = Surroundings::system();
        let now = (surroundings.now)().unix_timestamp();
        let mut id = [0_u8; 16];
        surroundings.random.fill(&mut id).unwrap();
        let claims = json!({
            "iss": CLIENT, "sub": CLIENT, "aud": issuer, "jti": URL_SAFE_NO_PAD.encode(id), "iat": now, "exp": now + 60,
        });
        let key = EncodingKey::from_ed_der(&self.key.pkcs8_der());
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims, &key).unwrap()
    }
}

/// What the program says when all goes well.
#[track_caller]
fn says(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_freigabe"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    assert!(output.status.success(), "{}", text(output.stderr));
    text(output.stdout)
}

/// A running server of an installation.
struct Serving<'s> {
    site: &'s Site,
    address: String,
    issuer: String,
    _server: Server,
}

impl Serving<'_> {
    /// A connection by TLS, on which this certificate is shown.
    #[track_caller]
    fn connect(&self, shows: Option<&Identity>) -> impl Read + Write + use<> {
        let shows = shows.map(|identity| (&identity.certificate, &identity.key));
        connect(&self.address, &self.site.certificate, shows).unwrap()
    }

    /// A connection without TLS, as from a proxy.
    fn plain(&self) -> TcpStream {
        let socket = TcpStream::connect(&self.address).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        socket
    }
}

/// A certificate, and its key.
struct Identity {
    certificate: CertificateDer<'static>,
    pem: String,
    key: KeyPair,
}

impl Identity {
    /// One that vouches for itself.
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = params(name).self_signed(&key).unwrap();
        Self::of(&certificate, key)
    }

    /// An authority, and one that it vouches for.
    fn issued(authority: &str) -> (Self, Self) {
        let mut ca = params(authority);
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let (ca_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let own = ca.self_signed(&ca_key).unwrap();
        let issued = params("a client")
            .signed_by(&key, &Issuer::from_params(&ca, &ca_key))
            .unwrap();
        (Self::of(&own, ca_key), Self::of(&issued, key))
    }

    fn of(certificate: &rcgen::Certificate, key: KeyPair) -> Self {
        Self {
            certificate: certificate.der().clone(),
            pem: certificate.pem(),
            key,
        }
    }

    /// The header in which a proxy says that its client showed it (RFC 9440).
    fn header(&self) -> String {
        format!("Client-Cert: :{}:\r\n", STANDARD.encode(&self.certificate))
    }
}

fn params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(vec!["client.invalid".to_owned()]).unwrap();
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, name);
    params
}

/// An answer: its status, its head in small letters, its body.
struct Answer {
    status: u16,
    head: String,
    body: Value,
}

impl Answer {
    /// The token that was granted, which is bound to this certificate and to nothing else.
    #[track_caller]
    fn token(&self, bound_to: &Identity) -> String {
        assert_eq!(self.status, 200, "{}", self.body);
        assert_eq!(self.body["token_type"], "Bearer");
        let token = self.body["access_token"].as_str().unwrap();
        let claims = token.split('.').nth(1).unwrap();
        let claims: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
        let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(&bound_to.certificate));
        assert_eq!(claims["cnf"], json!({ "x5t#S256": thumbprint }));
        token.to_owned()
    }

    #[track_caller]
    fn is_refused(&self, why: &str) {
        assert_eq!(self.status, 401, "{why}: {}", self.body);
        assert!(self.head.contains(INVALID_TOKEN), "{why}: {}", self.head);
    }
}

/// Asks for a token without a proof of possession.
fn sign_in(stream: &mut (impl Read + Write), assertion: &str, headers: &str) -> Answer {
    let body = format!(
        "grant_type=client_credentials&client_assertion_type={}&client_assertion={assertion}",
        JWT_BEARER.replace(':', "%3A")
    );
    let headers = format!("Content-Type: application/x-www-form-urlencoded\r\n{headers}");
    ask(stream, "POST /oauth2/token", &headers, &body)
}

/// Lists consents with this token.
fn list(stream: &mut (impl Read + Write), token: &str, headers: &str) -> Answer {
    let headers = format!("Authorization: Bearer {token}\r\n{headers}");
    ask(stream, "GET /v1/consents", &headers, "")
}

/// Sends a request; the connection stays open.
fn ask(stream: &mut (impl Read + Write), what: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    write!(
        stream,
        "{what} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    )
    .unwrap();
    stream.flush().unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name));
    let length = field("content-length: ").unwrap().parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        body: serde_json::from_slice(&body).unwrap(),
        head,
    }
}
