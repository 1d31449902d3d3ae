//! The client against a server that answers by a script.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use freigabe_contract::OfficeId;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    Client, ClientKeyPair, Credentials, Error, Limits, Method, PageQuery, Surroundings,
    SystemRandom, header::HeaderMap,
};

/// One request as it came.
#[derive(Debug, Clone)]
struct Seen {
    line: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Seen {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    fn is_for_a_token(&self) -> bool {
        self.line.starts_with("POST /oauth2/token")
    }

    /// The claims in a token request's assertion.
    fn claims(&self) -> serde_json::Value {
        let assertion = self.body.split("client_assertion=").nth(1).unwrap();
        let claims = assertion.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
    }
}

/// A server that answers token requests with `token-1`, `token-2` … and everything else by a function.
struct Scripted {
    url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

type Script = fn(&Seen) -> (u16, &'static str, String);

impl Scripted {
    fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), &noted, script);
            }
        });
        Self { url, seen }
    }

    fn client(&self) -> Client {
        Client::new(&self.url, credentials()).unwrap()
    }

    fn seen(&self, wanted: impl Fn(&Seen) -> bool) -> Vec<Seen> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|seen| wanted(seen)).cloned().collect()
    }

    fn tokens_asked_for(&self) -> usize {
        self.seen(Seen::is_for_a_token).len()
    }
}

fn answer(mut stream: TcpStream, noted: &Mutex<Vec<Seen>>, script: Script) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        match header.trim_end().split_once(": ") {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.to_owned())),
            None => break,
        }
    }
    let mut seen = Seen {
        line,
        headers,
        body: String::new(),
    };
    let length = seen
        .header("content-length")
        .map_or(0, |text| text.parse().unwrap());
    reader.take(length).read_to_string(&mut seen.body).unwrap();
    let asked_before = noted
        .lock()
        .unwrap()
        .iter()
        .filter(|s| s.is_for_a_token())
        .count();
    let (status, content_type, body) = if seen.is_for_a_token() {
        let token = format!(
            r#"{{"access_token":"token-{}","token_type":"DPoP","expires_in":300}}"#,
            asked_before + 1
        );
        (200, "application/json", token)
    } else {
        script(&seen)
    };
    noted.lock().unwrap().push(seen);
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\nlocation: /elsewhere\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    // The client may have hung up already: some tests make it.
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body.as_bytes());
}

fn credentials() -> Credentials {
    let pair = ClientKeyPair::generate(&SystemRandom).unwrap();
    Credentials {
        client_id: "test-client".to_owned(),
        private_jwk: pair.private_jwk().to_string(),
    }
}

fn empty_page(_: &Seen) -> (u16, &'static str, String) {
    (200, "application/json", r#"{"items":[]}"#.to_owned())
}

#[tokio::test]
async fn one_token_serves_many_calls_until_shortly_before_its_end() {
    let server = Scripted::start(empty_page);
    let seconds = Arc::new(AtomicI64::new(1_800_000_000));
    let clock = Arc::clone(&seconds);
    let surroundings = Surroundings {
        now: Arc::new(move || {
            OffsetDateTime::from_unix_timestamp(clock.load(Ordering::Relaxed)).unwrap()
        }),
        random: Arc::new(SystemRandom),
    };
    let client = Client::builder(&server.url, credentials())
        .surroundings(surroundings)
        .build()
        .unwrap();
    let page = PageQuery::default();
    for _ in 0..3 {
        client.list_inbox(&page).await.unwrap();
    }
    seconds.fetch_add(289, Ordering::Relaxed);
    client.list_inbox(&page).await.unwrap();
    assert_eq!(server.tokens_asked_for(), 1);
    seconds.fetch_add(2, Ordering::Relaxed);
    client.list_inbox(&page).await.unwrap();
    assert_eq!(server.tokens_asked_for(), 2, "renewed 10 s before the end");
}

#[tokio::test]
async fn many_calls_at_once_ask_for_one_token() {
    let server = Scripted::start(empty_page);
    let client = server.client();
    let page = PageQuery::default();
    let (a, b, c) = tokio::join!(
        client.list_inbox(&page),
        client.list_consents(&page),
        client.list_disclosures(&page)
    );
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!(server.tokens_asked_for(), 1);
}

#[tokio::test]
async fn an_assertion_is_for_the_issuer_short_lived_and_unique() {
    let server = Scripted::start(empty_page);
    for issuer in ["https://freigabe.example", "https://freigabe.example"] {
        let client = Client::builder(&server.url, credentials()).issuer(issuer);
        client.build().unwrap().access_token().await.unwrap();
    }
    let asked = server.seen(Seen::is_for_a_token);
    let (first, second) = (asked[0].claims(), asked[1].claims());
    for claims in [&first, &second] {
        assert_eq!(claims["aud"], "https://freigabe.example");
        assert_eq!(
            (&claims["iss"], &claims["sub"]),
            (&claims["sub"], &"test-client".into())
        );
        let (exp, iat) = (
            claims["exp"].as_i64().unwrap(),
            claims["iat"].as_i64().unwrap(),
        );
        assert_eq!(exp - iat, 60);
    }
    assert_ne!(first["jti"], second["jti"]);
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_and_the_call_repeated_as_it_was() {
    let server = Scripted::start(|seen| match seen.header("authorization") {
        Some("DPoP token-1") => (401, "application/json", String::new()),
        _ => (200, "application/json", "{}".to_owned()),
    });
    let client = server.client();
    let answer = client.acknowledge_disclosure(Uuid::nil(), None).await;
    assert!(
        matches!(answer, Err(Error::Unreadable { .. })),
        "{answer:?}"
    );
    let calls = server.seen(|seen| !seen.is_for_a_token());
    assert_eq!(calls.len(), 2);
    assert_eq!(
        calls[0].header("idempotency-key"),
        calls[1].header("idempotency-key"),
        "the same request, so the same key"
    );
}

#[tokio::test]
async fn a_token_that_is_refused_again_is_an_answer() {
    let server = Scripted::start(|_| (401, "application/json", String::new()));
    let answer = server.client().list_inbox(&PageQuery::default()).await;
    assert_eq!(answer.unwrap_err().status(), Some(401));
    assert_eq!(server.tokens_asked_for(), 2);
}

#[tokio::test]
async fn each_call_has_its_own_key_unless_the_caller_gives_one() {
    let server = Scripted::start(|_| (409, "application/json", String::new()));
    let client = server.client();
    for key in [None, None, Some("chosen-key-1"), Some("chosen-key-1")] {
        let refused = client.collect_disclosure(Uuid::nil(), key).await;
        assert_eq!(refused.unwrap_err().status(), Some(409));
    }
    let calls = server.seen(|seen| !seen.is_for_a_token());
    let keys: Vec<_> = calls
        .iter()
        .map(|seen| seen.header("idempotency-key").unwrap())
        .collect();
    assert_ne!(keys[0], keys[1]);
    assert_eq!(keys[0].len(), 32);
    assert_eq!(keys[2..], ["chosen-key-1", "chosen-key-1"]);
}

#[tokio::test]
async fn a_problem_is_read_and_anything_else_is_not_taken_for_one() {
    let server = Scripted::start(|seen| {
        if seen.line.contains("/v1/inbox") {
            let problem = r#"{"type":"urn:problem-type:freigabe:forbidden","title":"T","status":403,"detail":"D"}"#;
            (403, "application/problem+json", problem.to_owned())
        } else {
            (502, "text/html", "<html>".to_owned())
        }
    });
    let client = server.client();
    let refused = client.list_inbox(&PageQuery::default()).await.unwrap_err();
    let problem = refused.api().unwrap().problem.as_ref().unwrap();
    assert_eq!(problem.detail.as_deref(), Some("D"));
    assert_eq!(refused.to_string(), "the server answered 403 T: D");
    let broken = client
        .list_consents(&PageQuery::default())
        .await
        .unwrap_err();
    assert!(broken.api().unwrap().problem.is_none());
    assert!(broken.api().unwrap().is_transient());
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_cut_off() {
    let server = Scripted::start(|_| (200, "application/json", " ".repeat(200_000)));
    let client = Client::builder(&server.url, credentials())
        .limits(Limits {
            answer_bytes: 100_000,
            ..Limits::default()
        })
        .build()
        .unwrap();
    let answer = client.list_inbox(&PageQuery::default()).await;
    assert!(
        matches!(answer, Err(Error::TooLarge { limit: 100_000 })),
        "{answer:?}"
    );
}

#[tokio::test]
async fn what_is_unreadable_is_named_without_repeating_it() {
    let server = Scripted::start(|_| (200, "application/json", r#"{"items":"secret"}"#.to_owned()));
    let answer = server.client().list_inbox(&PageQuery::default()).await;
    let message = answer.unwrap_err().to_string();
    assert!(
        message.contains("listInbox") && !message.contains("secret"),
        "{message}"
    );
}

#[tokio::test]
async fn identifiers_cannot_lead_out_of_their_path() {
    let server = Scripted::start(|_| (404, "application/json", String::new()));
    let client = server.client();
    for id in ["../consents", "a?b", "a#b", "a/b"] {
        let missing = client.get_office(&OfficeId::from(id)).await;
        assert!(missing.unwrap_err().api().unwrap().is_not_found());
    }
    for call in server.seen(|seen| !seen.is_for_a_token()) {
        let path = call.line.split(' ').nth(1).unwrap();
        assert!(path.starts_with("/v1/offices/"), "{path}");
        assert_eq!(path.matches('/').count(), 3, "{path}");
        assert!(!path.contains('?'), "{path}");
    }
}

#[tokio::test]
async fn raw_requests_go_out_as_they_are_and_every_status_is_an_answer() {
    let server = Scripted::start(|_| (302, "text/plain", "moved".to_owned()));
    let client = server.client();
    let answer = client
        .raw(
            Method::PUT,
            "/v1/x?a=1",
            HeaderMap::new(),
            Some(b"{".to_vec()),
        )
        .await;
    let answer = answer.unwrap();
    assert_eq!(
        (answer.status.as_u16(), answer.body.as_slice()),
        (302, b"moved".as_slice())
    );
    let anonymous = Client::anonymous(&server.url).unwrap();
    let answer = anonymous
        .raw(Method::GET, "/v1/y", HeaderMap::new(), None)
        .await
        .unwrap();
    assert_eq!(answer.status.as_u16(), 302);
    let calls = server.seen(|seen| !seen.is_for_a_token());
    assert!(calls[0].line.starts_with("PUT /v1/x?a=1 "));
    assert_eq!(
        (calls[0].body.as_str(), calls[0].header("authorization")),
        ("{", Some("DPoP token-1"))
    );
    assert_eq!(calls[1].header("authorization"), None);
}

#[tokio::test]
async fn no_server_is_a_transport_error_with_its_cause() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let client = Client::new(format!("http://{closed}"), credentials()).unwrap();
    let error = client.list_inbox(&PageQuery::default()).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)));
    assert!(error.to_string().contains("refused"), "{error}");
}

#[test]
fn addresses_and_keys_that_cannot_be_used_are_refused_at_once() {
    for address in ["freigabe.example", "ftp://freigabe.example", "http://x/?a"] {
        assert!(Client::new(address, credentials()).is_err(), "{address}");
    }
    let no_key = Credentials {
        client_id: "x".to_owned(),
        private_jwk: "{}".to_owned(),
    };
    assert!(matches!(
        Client::new("http://x", no_key),
        Err(Error::Key(_))
    ));
}

/// The header and the claims of the proof of possession that came with a request.
fn proof_of(seen: &Seen) -> (serde_json::Value, serde_json::Value) {
    let proof = seen.header("dpop").expect("a proof");
    let mut parts = proof
        .split('.')
        .take(2)
        .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).expect("JSON"));
    (parts.next().unwrap(), parts.next().unwrap())
}

#[tokio::test]
async fn each_request_has_a_proof_of_its_own_for_its_method_address_and_token() {
    let server = Scripted::start(empty_page);
    let client =
        Client::builder(&server.url, credentials()).public_url("https://freigabe.example/");
    let client = client.build().unwrap();
    let page = PageQuery {
        limit: Some(5),
        cursor: None,
    };
    client.list_inbox(&page).await.unwrap();
    client.list_inbox(&page).await.unwrap();
    let seen = server.seen(|_| true);
    let proofs: Vec<_> = seen.iter().map(proof_of).collect();
    let (header, of_token) = &proofs[0];
    assert_eq!(header["typ"], "dpop+jwt");
    assert_eq!(
        header["jwk"].as_object().unwrap().len(),
        3,
        "nothing private"
    );
    assert_eq!(of_token["htm"], "POST");
    assert_eq!(of_token["htu"], "https://freigabe.example/oauth2/token");
    assert!(of_token.get("ath").is_none());
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"token-1");
    for (header, claims) in &proofs[1..] {
        assert_eq!(
            header["jwk"], proofs[0].0["jwk"],
            "the key that the token is bound to"
        );
        assert_eq!(claims["htm"], "GET");
        assert_eq!(
            claims["htu"], "https://freigabe.example/v1/inbox",
            "without the query"
        );
        assert_eq!(claims["ath"], URL_SAFE_NO_PAD.encode(hash.as_ref()));
    }
    assert_ne!(proofs[1].1["jti"], proofs[2].1["jti"]);
    for call in &seen[1..] {
        assert_eq!(call.header("authorization"), Some("DPoP token-1"));
    }
}

#[tokio::test]
async fn a_nonce_that_is_asked_for_is_sent_once_and_kept() {
    let server = Scripted::start(|seen| {
        if proof_of(seen).1.get("nonce").is_some() {
            return empty_page(seen);
        }
        (
            401,
            "application/json\r\ndpop-nonce: n-1\r\nwww-authenticate: DPoP error=\"use_dpop_nonce\"",
            String::new(),
        )
    });
    let client = server.client();
    for _ in 0..2 {
        client.list_inbox(&PageQuery::default()).await.unwrap();
    }
    let calls = server.seen(|seen| !seen.is_for_a_token());
    let nonces: Vec<_> = calls
        .iter()
        .map(|seen| proof_of(seen).1["nonce"].clone())
        .collect();
    assert_eq!(
        nonces,
        [serde_json::Value::Null, "n-1".into(), "n-1".into()]
    );
    assert_eq!(server.tokens_asked_for(), 1, "the token was good");
}

#[tokio::test]
async fn a_token_that_is_not_bound_is_not_taken_for_one_that_is() {
    let server = Scripted::start(empty_page);
    let plain = Client::builder(&server.url, credentials()).with_plain_tokens();
    let refused = plain.build().unwrap().access_token().await.unwrap_err();
    assert!(matches!(refused, Error::Unreadable { .. }), "{refused:?}");
}
