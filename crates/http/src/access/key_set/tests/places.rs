//! Where a key set is fetched from, and where not.

use std::sync::atomic::AtomicUsize;

use super::*;
use crate::tls::tests::harness::Identity;

/// Key sets that may be fetched from public addresses alone.
fn strict() -> KeySets {
    KeySets::new(Vec::new(), Arc::new(Moved::new()))
}

#[track_caller]
fn is_forbidden(problem: &KeySetError) {
    assert!(matches!(problem, KeySetError::Forbidden(_)), "{problem:?}");
}

#[tokio::test]
async fn an_address_is_judged_though_it_is_never_looked_up() {
    let server = Server::start(ok(&named(&["a"])));
    let port = server.addr.port();
    for host in [
        "127.0.0.1",
        "127.1.2.3",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
    ] {
        let uri = KeySetUri::parse(&format!("http://{host}:{port}/keys")).unwrap();
        is_forbidden(&failure(&strict(), &uri).await);
    }
    for host in [
        "10.0.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "[::]",
        "[64:ff9b::7f00:1]",
        "[::ffff:169.254.169.254]",
    ] {
        let uri = KeySetUri::parse(&format!("https://{host}:{port}/keys")).unwrap();
        is_forbidden(&failure(&strict(), &uri).await);
        let (sets, _) = key_sets();
        is_forbidden(&failure(&sets, &uri).await);
    }
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn odd_spellings_of_an_address_lead_nowhere() {
    let server = Server::start(ok(&named(&["a"])));
    let port = server.addr.port();
    for host in ["2130706433", "0x7f.1", "0x7f000001", "0177.1", "127.1"] {
        for scheme in ["http", "https"] {
            let text = format!("{scheme}://{host}:{port}/keys");
            assert!(KeySetUri::parse(&text).is_err(), "{text}");
        }
    }
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn a_name_for_this_machine_is_refused() {
    let server = Server::start(ok(&named(&["a"])));
    for uri in ["http://localhost", "https://localhost", "https://LocalHost"] {
        let uri = KeySetUri::parse(&format!("{uri}:{}/keys", server.addr.port())).unwrap();
        is_forbidden(&failure(&strict(), &uri).await);
    }
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn a_refusal_is_not_asked_about_again_at_once() {
    let looked_up = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looked_up);
    let guard = Guard::new(Vec::new()).looking_up(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        vec![SocketAddr::from(([10, 0, 0, 1], 0))]
    });
    let clock = Moved::new();
    let sets = KeySets::fetching_by(Fetcher::new(guard), Arc::new(clock.clone()));
    let uri = KeySetUri::parse("https://sso.example/keys").unwrap();
    for _ in 0..5 {
        is_forbidden(&failure(&sets, &uri).await);
    }
    assert_eq!(looked_up.load(Ordering::SeqCst), 1);
    clock.by(10);
    is_forbidden(&failure(&sets, &uri).await);
    assert_eq!(looked_up.load(Ordering::SeqCst), 2);
}

/// A name that is another address each time (DNS rebinding): what was judged is what is connected to.
#[tokio::test]
async fn a_name_is_looked_up_once_and_that_address_is_asked() {
    let server = Server::start(ok(&named(&["a"])));
    let looked_up = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looked_up);
    let guard = Guard::new(vec!["127.0.0.1/32".parse().unwrap()]).looking_up(move |name| {
        assert_eq!(name, "localhost");
        let last = if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            1
        } else {
            2
        };
        vec![SocketAddr::from(([127, 0, 0, last], 0))]
    });
    let clock = Moved::new();
    let sets = KeySets::fetching_by(Fetcher::new(guard), Arc::new(clock.clone()));
    let uri = format!("http://localhost:{}/keys", server.addr.port());
    let uri = KeySetUri::parse(&uri).unwrap();
    assert_eq!(has(&sets, &uri, "a").await, Ok(true));
    assert_eq!(looked_up.load(Ordering::SeqCst), 1);
    clock.by(24 * 3_600 + 60);
    is_forbidden(&failure(&sets, &uri).await);
    assert_eq!(looked_up.load(Ordering::SeqCst), 2);
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn a_name_with_one_forbidden_address_is_refused_whole() {
    let server = Server::start(ok(&named(&["a"])));
    let uri = format!("http://localhost:{}/keys", server.addr.port());
    let uri = KeySetUri::parse(&uri).unwrap();
    for addresses in [[1, 9], [9, 1]] {
        let guard = Guard::new(vec!["127.0.0.1/32".parse().unwrap()]).looking_up(move |_| {
            let found = addresses.map(|last| SocketAddr::from(([127, 0, 0, last], 0)));
            found.to_vec()
        });
        let sets = KeySets::fetching_by(Fetcher::new(guard), Arc::new(Moved::new()));
        is_forbidden(&failure(&sets, &uri).await);
    }
    assert_eq!(server.asked(), 0);
}

#[tokio::test]
async fn a_name_without_an_address_can_not_be_reached() {
    let guard = Guard::new(Vec::new()).looking_up(|_| Vec::new());
    let sets = KeySets::fetching_by(Fetcher::new(guard), Arc::new(Moved::new()));
    let uri = KeySetUri::parse("https://sso.example/keys").unwrap();
    let problem = failure(&sets, &uri).await;
    assert!(
        matches!(problem, KeySetError::Unreachable(_)),
        "{problem:?}"
    );
}

#[tokio::test]
async fn an_allowed_private_network_is_asked() {
    let server = Server::start(ok(&named(&["a"])));
    let (sets, _) = key_sets();
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    let uri = format!("http://localhost:{}/keys", server.addr.port());
    let uri = KeySetUri::parse(&uri).unwrap();
    assert_eq!(has(&sets, &uri, "a").await, Ok(true));
}

/// An HTTPS server that shows this certificate; its port.
fn secure(identity: &Identity, body: String) -> u16 {
    use actix_web::{App, HttpServer, web};
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(
        rustls::crypto::aws_lc_rs::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .unwrap()
    .with_no_client_auth()
    .with_cert_resolver(identity.shown());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            HttpServer::new(move || {
                let body = body.clone();
                App::new().route(
                    "/keys",
                    web::get().to(move || std::future::ready(body.clone())),
                )
            })
            .workers(1)
            .disable_signals()
            .listen_rustls_0_23(listener, config)
            .unwrap()
            .run()
            .await
            .unwrap();
        });
    });
    port
}

#[tokio::test]
async fn servers_are_verified() {
    let (authority, identity) = Identity::issued("sso");
    let port = secure(&identity, named(&["a"]));
    let uri = |host: &str| KeySetUri::parse(&format!("https://{host}:{port}/keys")).unwrap();
    let (sets, _) = key_sets();
    let problem = failure(&sets, &uri("localhost")).await;
    assert!(
        matches!(&problem, KeySetError::Unreachable(why) if why.contains("certificate")),
        "{problem:?}"
    );
    let (sets, _) = key_sets();
    assert!(sets.trusting(b"no certificate").is_err());
    let (sets, _) = key_sets();
    let sets = sets.trusting(authority.pem().0.as_bytes()).unwrap();
    assert_eq!(has(&sets, &uri("localhost"), "a").await, Ok(true));
    // Its certificate is for another name.
    let problem = failure(&sets, &uri("127.0.0.1")).await;
    assert!(
        matches!(&problem, KeySetError::Unreachable(why) if why.contains("certificate")),
        "{problem:?}"
    );
}

#[tokio::test]
async fn a_server_that_never_shakes_hands_is_cut_off() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let uri = KeySetUri::parse(&format!("https://127.0.0.1:{port}/keys")).unwrap();
    let (sets, _) = key_sets();
    // Not the limit of the whole fetch, which is another failure.
    assert_eq!(failure(&sets, &uri).await, KeySetError::NotConnected);
    drop(listener);
}
