//! What a fetch puts up with, and what it tells.

use std::time::Instant as Stopwatch;

use super::*;
use crate::access::key_set::set::NotAKeySet;

/// More than any fetch takes, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(25);

const FORM: KeySetError = KeySetError::NotAKeySet(NotAKeySet::Form);

/// Why nothing can be had from a server that answers like this.
async fn refused(reply: Reply) -> KeySetError {
    let server = Server::start(reply);
    let (sets, _) = key_sets();
    let began = Stopwatch::now();
    let problem = failure(&sets, &server.uri()).await;
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    assert_eq!(server.asked(), 1);
    problem
}

#[tokio::test]
async fn only_the_status_200_is_an_answer() {
    for status in [201, 204, 206, 304, 400, 401, 404, 500, 503] {
        let problem = refused(answer(&format!("{status} So"), "", &named(&["a"]))).await;
        // A body does not belong to these, and is not read.
        assert_eq!(problem, KeySetError::Status(status));
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Server::start(ok(&named(&["a"])));
    for target in [
        format!("http://{}/keys", elsewhere.addr),
        "/other".to_owned(),
        "https://sso.example/keys".to_owned(),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "file:///etc/passwd".to_owned(),
    ] {
        for status in [301, 302, 303, 307, 308] {
            let location = format!("Location: {target}\r\n");
            let reply = answer(&format!("{status} Moved"), &location, &named(&["a"]));
            assert_eq!(
                refused(reply).await,
                KeySetError::Status(status),
                "{target}"
            );
        }
    }
    assert_eq!(elsewhere.asked(), 0);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_cut_off() {
    let silent = Reply::Later(Duration::from_secs(60), Vec::new());
    assert_eq!(refused(silent).await, KeySetError::TooSlow);
}

#[tokio::test]
async fn a_head_without_end_is_cut_off() {
    let head = b"HTTP/1.1 200 OK\r\n".to_vec();
    let dribbling = Reply::Endless(head, b"X-Y: z\r\n".to_vec(), Duration::from_millis(100));
    let problem = refused(dribbling).await;
    // Too slow, or too many lines.
    assert!(
        matches!(problem, KeySetError::TooSlow | KeySetError::Unreachable(_)),
        "{problem:?}"
    );
}

#[tokio::test]
async fn a_flood_before_the_body_is_cut_off() {
    let head = b"HTTP/1.1 200 OK\r\n".to_vec();
    for flood in [b"X-Y: z\r\n".repeat(1_000), vec![b'x'; 8_192]] {
        let problem = refused(Reply::Endless(head.clone(), flood, Duration::ZERO)).await;
        assert!(
            matches!(problem, KeySetError::Unreachable(_)),
            "{problem:?}"
        );
    }
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n".to_vec();
    let problem = refused(Reply::Endless(interim.clone(), interim, Duration::ZERO)).await;
    assert!(
        matches!(problem, KeySetError::TooSlow | KeySetError::Unreachable(_)),
        "{problem:?}"
    );
}

#[tokio::test]
async fn a_body_without_end_that_dribbles_is_cut_off() {
    let head = b"HTTP/1.1 200 OK\r\n\r\n{".to_vec();
    let dribbling = Reply::Endless(head, b" ".to_vec(), Duration::from_millis(100));
    assert_eq!(refused(dribbling).await, KeySetError::TooSlow);
}

#[tokio::test]
async fn a_body_without_end_is_cut_off_at_64_kib() {
    let head = b"HTTP/1.1 200 OK\r\n\r\n{".to_vec();
    let flood = Reply::Endless(head, vec![b' '; 8_192], Duration::ZERO);
    assert_eq!(refused(flood).await, KeySetError::TooLarge);
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let mut chunk = b"2000\r\n".to_vec();
    chunk.extend([b' '; 8_192]);
    chunk.extend(b"\r\n");
    let chunked = Reply::Endless(head, chunk, Duration::ZERO);
    assert_eq!(refused(chunked).await, KeySetError::TooLarge);
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".to_vec();
    let promised = Reply::Endless(head, vec![b' '; 8_192], Duration::ZERO);
    assert_eq!(refused(promised).await, KeySetError::TooLarge);
}

#[tokio::test]
async fn a_set_of_64_kib_is_taken_and_one_byte_more_is_not() {
    let padded = |length: usize| {
        let set = named(&["a"]);
        let padding = " ".repeat(length - set.len());
        format!("{set}{padding}")
    };
    let server = Server::start(ok(&padded(64 * 1024)));
    let (sets, _) = key_sets();
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    let larger = ok(&padded(64 * 1024 + 1));
    assert_eq!(refused(larger).await, KeySetError::TooLarge);
    let huge = ok(&padded(10 * 1024 * 1024));
    assert_eq!(refused(huge).await, KeySetError::TooLarge);
}

#[tokio::test]
async fn a_length_that_lies_is_no_way_in() {
    let say = |length: usize, body: &str| {
        Reply::Say(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}").into())
    };
    let body = named(&["a"]);
    // Too short: what is told to be the body is half a set.
    assert_eq!(refused(say(20, &body)).await, FORM);
    // Too long: the body breaks off.
    let problem = refused(say(body.len() + 1, &body)).await;
    assert!(
        matches!(problem, KeySetError::Unreachable(_)),
        "{problem:?}"
    );
    // Two of them.
    let twice = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nContent-Length: 5\r\n\r\n{body}",
        body.len()
    );
    let problem = refused(Reply::Say(twice.into())).await;
    assert!(
        matches!(problem, KeySetError::Unreachable(_)),
        "{problem:?}"
    );
}

#[tokio::test]
async fn a_body_without_a_length_is_read_to_its_end() {
    let body = named(&["a"]);
    for reply in [
        format!("HTTP/1.1 200 OK\r\n\r\n{body}"),
        format!("HTTP/1.0 200 OK\r\n\r\n{body}"),
        format!(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
            body.len()
        ),
    ] {
        let server = Server::start(Reply::Say(reply.into()));
        let (sets, _) = key_sets();
        assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    }
}

#[tokio::test]
async fn what_is_no_key_set_is_a_failure_and_an_empty_set_is_not() {
    for body in ["", "{}", "not JSON", "{\"keys\":[],\"keys\":[]}"] {
        assert_eq!(refused(ok(body)).await, FORM, "{body:?}");
    }
    let many: Vec<String> = (0..33).map(|number| number.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let too_many = KeySetError::NotAKeySet(NotAKeySet::TooMany);
    assert_eq!(refused(ok(&named(&many))).await, too_many);
    let server = Server::start(ok(&named(&[])));
    let (sets, _) = key_sets();
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(false));
}

#[tokio::test]
async fn an_empty_set_takes_all_keys_away() {
    let server = Server::start(ok(&named(&["a"])));
    let (sets, clock) = key_sets();
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    server.says(ok(&named(&[])));
    clock.by(600);
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(false));
}

#[tokio::test]
async fn the_type_of_the_content_does_not_matter_and_nothing_is_unpacked() {
    for kind in ["application/jwk-set+json", "text/html", "image/png"] {
        let headers = format!("Content-Type: {kind}\r\n");
        let server = Server::start(with_headers(&headers, &named(&["a"])));
        let (sets, _) = key_sets();
        assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true), "{kind}");
    }
    // `{"keys":[]}`, packed.
    let packed: &[u8] = &[
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0xca, 0x4e, 0xad,
        0x2c, 0x56, 0xb2, 0x8a, 0x8e, 0xad, 0x05, 0x00, 0xef, 0x67, 0x88, 0x2a, 0x0b, 0x00, 0x00,
        0x00,
    ];
    let mut reply = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".to_vec();
    reply.extend(packed);
    assert_eq!(refused(Reply::Say(reply)).await, FORM);
}

#[tokio::test]
async fn a_request_tells_nothing_but_what_it_wants() {
    let cookie = "Set-Cookie: a=b; Path=/\r\n";
    let server = Server::start(with_headers(cookie, &named(&["a"])));
    let (sets, clock) = key_sets();
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    clock.by(600);
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    let heads = server.heads();
    assert_eq!(heads.len(), 2);
    for head in heads {
        let mut lines: Vec<String> = head.trim().lines().map(str::to_lowercase).collect();
        assert_eq!(lines.remove(0), "get /keys?of=realm http/1.1");
        lines.sort();
        assert_eq!(
            lines,
            [
                "accept: application/jwk-set+json, application/json".to_owned(),
                format!("host: {}", server.addr),
                "user-agent: freigabe".to_owned(),
            ]
        );
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_can_not_be_reached() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    drop(listener);
    let uri = KeySetUri::parse(&format!("http://{addr}/keys?secret")).unwrap();
    let (sets, _) = key_sets();
    let problem = failure(&sets, &uri).await;
    assert!(
        matches!(problem, KeySetError::Unreachable(_)),
        "{problem:?}"
    );
    assert!(!problem.to_string().contains("secret"), "{problem}");
    let hanging = refused(Reply::Hang).await;
    assert!(!hanging.to_string().contains("realm"), "{hanging}");
}

#[tokio::test]
async fn the_log_names_the_host_and_neither_the_rest_of_the_uri_nor_what_came() {
    let log = Log::default();
    let _listening = tracing::subscriber::set_default(log.clone());
    for reply in [
        ok("canary-body"),
        answer(
            "500 canary-reason",
            "X-Canary: canary-header\r\n",
            "canary-body",
        ),
        Reply::Hang,
        ok(&set(&[json!({ "kty": "canary-key" })])),
    ] {
        let server = Server::start(reply);
        let (sets, _) = key_sets();
        let uri = format!("http://{}/canary-path?canary-query", server.addr);
        let _ = has(&sets, &KeySetUri::parse(&uri).unwrap(), "canary-kid").await;
    }
    let lines = log.0.lock().unwrap();
    let warnings = lines.iter().filter(|line| line.starts_with("WARN"));
    assert_eq!(warnings.count(), 4, "{lines:?}");
    for line in lines.iter() {
        assert!(line.contains("host=\"127.0.0.1\""), "{line}");
        assert!(!line.contains("canary"), "{line}");
    }
}

#[tokio::test]
async fn only_a_set_without_a_key_that_can_be_used_is_warned_of() {
    for (body, told) in [
        (named(&["a", "b"]), "DEBUG"),
        (named(&[]), "WARN"),
        (set(&[but(ed25519("a"), json!({ "use": "enc" }))]), "WARN"),
    ] {
        let log = Log::default();
        let _listening = tracing::subscriber::set_default(log.clone());
        let server = Server::start(ok(&body));
        let (sets, _) = key_sets();
        let _ = has(&sets, &server.uri(), "a").await;
        let lines = log.0.lock().unwrap();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].starts_with(told), "{lines:?}");
    }
}

/// What this crate logs, a line for each event.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("freigabe")
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        struct Fields(String);
        impl tracing::field::Visit for Fields {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                self.0 += &format!(" {field}={value:?}");
            }
        }
        let mut fields = Fields(event.metadata().level().to_string());
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

/// The environment can only be set for another process: this test starts itself again in one.
#[test]
fn no_proxy_of_the_environment_is_used() {
    const AGAIN: &str = "FREIGABE_TEST_WITH_PROXIES";
    if std::env::var_os(AGAIN).is_some() {
        let server = Server::start(ok(&named(&["a"])));
        let (sets, _) = key_sets();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let found = runtime.block_on(has(&sets, &server.uri(), "a"));
        assert_eq!(found, Ok(true));
        return;
    }
    let proxy = Server::start(answer("502 Proxied", "", ""));
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    again.arg("no_proxy_of_the_environment_is_used");
    again
        .env(AGAIN, "1")
        .env_remove("NO_PROXY")
        .env_remove("no_proxy");
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        let address = format!("http://{}", proxy.addr);
        again.env(name, &address).env(name.to_lowercase(), address);
    }
    let output = again.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("1 passed"), "{told}");
    assert_eq!(proxy.asked(), 0);
}
