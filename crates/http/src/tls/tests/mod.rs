//! TLS as a client sees it, over real sockets.

pub(crate) mod harness;

use std::{
    io::{self, Read as _},
    sync::Arc,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls::{
    AlertDescription, Error as TlsError, HandshakeKind, NamedGroup, ProtocolVersion,
    crypto::aws_lc_rs::kx_group,
};

use self::harness::{Client, Identity, Running, connect, get, tls};
use super::*;
use crate::Listening;

fn alert<T>(result: io::Result<T>) -> Option<AlertDescription> {
    let error = result.err()?;
    let error = error.get_ref()?.downcast_ref::<TlsError>();
    match error {
        Some(TlsError::AlertReceived(alert)) => Some(*alert),
        other => panic!("no alert: {other:?}"),
    }
}

/// Why the server ends the connection after the client's part of the handshake.
fn refusal(client: &Client, server: &Running) -> Option<AlertDescription> {
    // Nothing is sent: what the server did not read would end the connection before its reason arrives.
    let mut stream = client.connect(server).unwrap();
    alert(stream.read(&mut [0]))
}

#[test]
fn tls_1_3_is_spoken_with_the_hybrid_key_exchange() {
    let server = Identity::self_signed("server");
    let running = Running::with_tls(&server, &ClientCertificates::None);
    let mut client = Client::of(&server);
    let group = |client: &Client| {
        let stream = client.connect(&running)?;
        assert_eq!(
            stream.conn.protocol_version(),
            Some(ProtocolVersion::TLSv1_3)
        );
        let group = stream.conn.negotiated_key_exchange_group();
        Ok::<_, io::Error>(group.unwrap().name())
    };
    assert_eq!(group(&client).unwrap(), NamedGroup::X25519MLKEM768);
    // The share that a client begins with is taken; it is not asked for another one.
    client.provider.kx_groups = vec![kx_group::X25519, kx_group::X25519MLKEM768];
    assert_eq!(group(&client).unwrap(), NamedGroup::X25519);
    client.provider.kx_groups = vec![kx_group::X25519];
    assert_eq!(group(&client).unwrap(), NamedGroup::X25519);
    client.provider.kx_groups = vec![kx_group::SECP256R1];
    assert_eq!(group(&client).unwrap(), NamedGroup::secp256r1);
    client.provider.kx_groups = vec![kx_group::SECP384R1];
    assert_eq!(
        alert(group(&client)),
        Some(AlertDescription::HandshakeFailure)
    );
}

#[test]
fn tls_1_2_is_refused() {
    let server = Identity::self_signed("server");
    let running = Running::with_tls(&server, &ClientCertificates::None);
    let mut client = Client::of(&server);
    client.versions = vec![&rustls::version::TLS12];
    assert_eq!(
        alert(client.connect(&running)),
        Some(AlertDescription::ProtocolVersion)
    );
}

#[test]
fn http_2_and_http_1_1_are_offered() {
    let server = Identity::self_signed("server");
    let running = Running::with_tls(&server, &ClientCertificates::None);
    let mut client = Client::of(&server);
    for (offered, chosen) in [
        (vec!["http/1.1", "h2"], Some(&b"h2"[..])),
        (vec!["http/1.1"], Some(b"http/1.1")),
        (vec![], None),
    ] {
        client.protocols = offered;
        let stream = client.connect(&running).unwrap();
        assert_eq!(stream.conn.alpn_protocol(), chosen);
    }
    assert_eq!(running.get(&client, "/peer", "").unwrap(), "none");
    client.protocols = vec!["spdy/3"];
    assert_eq!(
        alert(client.connect(&running)),
        Some(AlertDescription::NoApplicationProtocol)
    );
}

#[test]
fn no_session_is_resumed() {
    let server = Identity::self_signed("server");
    let running = Running::with_tls(&server, &ClientCertificates::Any);
    let config = Client::of(&server).config();
    for _ in 0..2 {
        let mut stream = connect(&config, running.socket()).unwrap();
        // Tickets would come with the first answer.
        get(&mut stream, "/peer", "").unwrap();
        assert_eq!(stream.conn.handshake_kind(), Some(HandshakeKind::Full));
        assert_eq!(stream.conn.tls13_tickets_received(), 0);
    }
}

#[test]
fn a_self_signed_certificate_arrives_by_its_thumbprint() {
    let (server, identity) = (Identity::self_signed("server"), Identity::self_signed("c"));
    let running = Running::with_tls(&server, &ClientCertificates::Any);
    let client = Client::of(&server).showing(&identity);
    let mut stream = client.connect(&running).unwrap();
    for _ in 0..2 {
        let seen = get(&mut stream, "/peer", "").unwrap();
        assert_eq!(seen, identity.thumbprint(), "on each request of it");
    }
    assert_eq!(identity.thumbprint().len(), 43);
    assert_eq!(
        running.get(&Client::of(&server), "/peer", "").unwrap(),
        "none"
    );
}

#[test]
fn a_certificate_without_its_key_is_refused() {
    let (server, identity) = (Identity::self_signed("server"), Identity::self_signed("c"));
    let thief = Identity::self_signed("thief");
    let (ca, issued) = Identity::issued("client");
    let authorities = ClientCertificates::Authorities(ca.pem().0.into_bytes());
    for (clients, stolen) in [(ClientCertificates::Any, identity), (authorities, issued)] {
        let running = Running::with_tls(&server, &clients);
        let mut client = Client::of(&server);
        client.shows = Some(stolen.signing_with(&thief.key));
        assert_eq!(
            refusal(&client, &running),
            Some(AlertDescription::DecryptError)
        );
    }
}

#[test]
fn with_authorities_only_what_they_issued_is_taken() {
    let server = Identity::self_signed("server");
    let (ca, issued) = Identity::issued("client");
    let authorities = ClientCertificates::Authorities(ca.pem().0.into_bytes());
    let running = Running::with_tls(&server, &authorities);
    let client = Client::of(&server).showing(&issued);
    assert_eq!(
        running.get(&client, "/peer", "").unwrap(),
        issued.thumbprint()
    );
    // None is required.
    let client = Client::of(&server);
    assert_eq!(running.get(&client, "/peer", "").unwrap(), "none");
    let client = client.showing(&Identity::self_signed("stranger"));
    assert_eq!(
        refusal(&client, &running),
        Some(AlertDescription::UnknownCA)
    );
}

#[test]
fn without_the_setting_no_certificate_is_asked_for() {
    let server = Identity::self_signed("server");
    let running = Running::with_tls(&server, &ClientCertificates::None);
    let client = Client::of(&server).showing(&Identity::self_signed("client"));
    assert_eq!(running.get(&client, "/peer", "").unwrap(), "none");
}

#[test]
fn unusable_authorities_are_told() {
    let server = Identity::self_signed("server").shown();
    for pem in [
        "",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let authorities = ClientCertificates::Authorities(pem.as_bytes().to_vec());
        assert!(
            Tls::new(Arc::clone(&server), &authorities).is_err(),
            "{pem}"
        );
    }
}

fn forwarded_by(proxy: &str) -> Option<Proxies> {
    let proxies = Proxies::at(vec![proxy.parse().unwrap()]);
    Some(proxies.with_certificates_in("client-cert").unwrap())
}

fn header(identity: &Identity) -> String {
    format!("Client-Cert: :{}:\r\n", STANDARD.encode(identity.der()))
}

#[test]
fn a_proxy_says_which_certificate_its_client_showed() {
    let identity = Identity::self_signed("client");
    let header = header(&identity);
    let running = Running::start(Listening {
        proxies: forwarded_by("127.0.0.0/8"),
        ..Listening::default()
    });
    let seen = |headers: &str| get(&mut running.socket(), "/peer", headers).unwrap();
    assert_eq!(seen(&header), identity.thumbprint());
    assert_eq!(seen(""), "none");
    assert_eq!(seen(&header.repeat(2)), "none", "twice is not once");
    let no_certificate = format!("Client-Cert: :{}:\r\n", STANDARD.encode("no certificate"));
    for wrong in [
        no_certificate.as_str(),
        "Client-Cert: ::\r\n",
        "Client-Cert: \r\n",
        "Client-Cert: :AAA:\r\n",
        "X-Client-Cert: :AAAA:\r\n",
    ] {
        assert_eq!(seen(wrong), "none", "{wrong}");
    }
    let list = header.replace(":\r\n", ":, :AAAA:\r\n");
    assert_eq!(seen(&list), "none", "a list is not one certificate");
}

#[test]
fn from_anybody_but_the_proxy_the_header_is_ignored() {
    let header = header(&Identity::self_signed("client"));
    for proxies in [forwarded_by("10.1.2.3"), None] {
        let running = Running::start(Listening {
            proxies,
            ..Listening::default()
        });
        let seen = get(&mut running.socket(), "/peer", &header).unwrap();
        assert_eq!(seen, "none");
    }
}

#[test]
fn the_header_never_counts_beside_a_certificate_of_the_connection() {
    let server = Identity::self_signed("server");
    let (own, claimed) = (Identity::self_signed("own"), Identity::self_signed("other"));
    let running = Running::start(Listening {
        proxies: forwarded_by("127.0.0.1"),
        ..tls(&server.shown(), &ClientCertificates::Any)
    });
    let client = Client::of(&server);
    let header = header(&claimed);
    let seen = running.get(&client, "/peer", &header).unwrap();
    assert_eq!(seen, claimed.thumbprint(), "a proxy that speaks TLS itself");
    let client = client.showing(&own);
    let seen = running.get(&client, "/peer", &header).unwrap();
    assert_eq!(seen, own.thumbprint());
}

#[test]
fn a_new_certificate_is_shown_from_the_next_connection_on() {
    let (old, new) = (Identity::self_signed("old"), Identity::self_signed("new"));
    let shown = old.shown();
    let running = Running::start(tls(&shown, &ClientCertificates::None));
    let mut open = Client::of(&old).connect(&running).unwrap();
    let (chain, key) = new.pem();
    shown.replace(chain.as_bytes(), key.as_bytes()).unwrap();
    assert!(Client::of(&new).connect(&running).is_ok());
    assert!(Client::of(&old).connect(&running).is_err());
    assert_eq!(get(&mut open, "/peer", "").unwrap(), "none", "it goes on");

    let (_, foreign_key) = old.pem();
    for (chain, key, error) in [
        (&*chain, &*foreign_key, "does not belong"),
        ("", &key, "no certificate"),
        (&chain, "", "no private key"),
        (&chain, &chain, "no private key"),
    ] {
        let refused = shown.replace(chain.as_bytes(), key.as_bytes()).unwrap_err();
        assert!(refused.to_string().contains(error), "{refused}");
    }
    assert!(Client::of(&new).connect(&running).is_ok(), "it stays");
}
