//! The witness over HTTP, with a log that the test is.

use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::{
    body::to_bytes,
    http::{Method, StatusCode, header},
    test, web,
};
use freigabe_ledger::{
    Checkpoint, Commitment, CosignatureVerifier, Leaf, LeafClass, Note, NoteSigner, Salt,
    SignedCheckpoint, Tiles,
    tile::{Appender, consistency_proof},
    witness::{read_conflict, read_response},
};

use super::*;
use crate::{http::Limits, scratch::Scratch};

const ORIGIN: &str = "log.example/freigabe";

/// A clock that a test sets.
struct Hands(AtomicU64);

impl Clock for Hands {
    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A log whose leaves are numbers; with `twist`, leaves from there on are others.
pub(crate) struct Log {
    tiles: Tiles,
    roots: Vec<Hash>,
    signer: NoteSigner,
}

impl Log {
    pub(crate) fn of(size: u64, twist: Option<u64>) -> Self {
        let mut log = Self {
            tiles: Tiles::new(),
            roots: vec![Hash::EMPTY],
            signer: NoteSigner::from_seed(ORIGIN, &[1; 32]).unwrap(),
        };
        let mut bundle: Vec<u8> = Vec::new();
        for index in 0..size {
            let mut appender = Appender::new(index, &log.tiles, &bundle).unwrap();
            let name = match twist {
                Some(from) if index >= from => format!("other {index}"),
                _ => format!("leaf {index}"),
            };
            let commitment = Commitment::over(&Salt::from_bytes([3; 32]), name.as_bytes());
            appender.append(&Leaf {
                class: LeafClass::Operations,
                expiry_year: 2030,
                commitment,
            });
            let appended = appender.finish();
            log.tiles.update(&appended);
            log.roots.push(appended.root);
            bundle = match appended.bundles.last() {
                Some((_, bytes)) if !appended.size.is_multiple_of(256) => bytes.clone(),
                _ => Vec::new(),
            };
        }
        log
    }

    fn signed(&self, size: u64) -> SignedCheckpoint {
        self.signed_by(size, &[&self.signer])
    }

    fn signed_by(&self, size: u64, signers: &[&NoteSigner]) -> SignedCheckpoint {
        let checkpoint = Checkpoint {
            origin: ORIGIN.to_owned(),
            size,
            root: self.roots[usize::try_from(size).unwrap()],
        };
        SignedCheckpoint::sign(&checkpoint, signers).unwrap()
    }

    pub(crate) fn step(&self, old: u64, new: u64) -> String {
        let proof = if old == 0 || old == new {
            Vec::new()
        } else {
            consistency_proof(old, new, &self.tiles).unwrap()
        };
        AddCheckpoint::new(old, proof, self.signed(new)).to_string()
    }
}

fn key() -> CosignatureSigner {
    CosignatureSigner::from_seed("witness.example", &[9; 32]).unwrap()
}

fn verifier() -> CosignatureVerifier {
    key().verifier().clone()
}

pub(crate) async fn witness(scratch: &Scratch) -> Arc<Witness> {
    let path = scratch.path().join("w.db");
    if !path.exists() {
        Store::create(&path).await.unwrap();
    }
    let log = Log::of(0, None).signer.verifier().clone();
    Arc::new(Witness::new(
        key(),
        [log],
        Store::open(&path).await.unwrap(),
        Arc::new(Hands(AtomicU64::new(1_800_000_000))),
    ))
}

struct Told {
    status: StatusCode,
    kind: String,
    allow: String,
    body: String,
}

async fn ask(witness: &Arc<Witness>, request: test::TestRequest) -> Told {
    let app = test::init_service(http::application(
        web::Data::from(Arc::clone(witness)),
        Limits::default(),
    ))
    .await;
    let response = test::call_service(&app, request.to_request()).await;
    assert_eq!(
        response.headers().get(header::CACHE_CONTROL).unwrap(),
        "no-store"
    );
    let value = |name| {
        let value = response.headers().get(name);
        value.map_or(String::new(), |value: &header::HeaderValue| {
            value.to_str().unwrap().to_owned()
        })
    };
    Told {
        status: response.status(),
        kind: value(header::CONTENT_TYPE),
        allow: value(header::ALLOW),
        body: String::from_utf8(to_bytes(response.into_body()).await.ok().unwrap().to_vec())
            .unwrap(),
    }
}

async fn add(witness: &Arc<Witness>, body: impl Into<web::Bytes>) -> Told {
    let request = test::TestRequest::post().uri("/add-checkpoint");
    ask(witness, request.set_payload(body.into())).await
}

async fn get(witness: &Arc<Witness>, path: &str) -> Told {
    ask(witness, test::TestRequest::get().uri(path)).await
}

#[actix_web::test]
async fn what_only_grew_is_cosigned_and_may_be_asked_again() {
    let scratch = Scratch::new("grows");
    let (witness, log) = (witness(&scratch).await, Log::of(300, None));
    for (old, new) in [(0, 0), (0, 5), (5, 5), (5, 256), (256, 300), (300, 300)] {
        let told = add(&witness, log.step(old, new)).await;
        assert_eq!(told.status, StatusCode::OK, "{old} to {new}: {}", told.body);
        let cosigned = read_response(&told.body, &log.signed(new), &verifier()).unwrap();
        assert_eq!(cosigned.len(), 1);
        assert_eq!(cosigned[0].1, 1_800_000_000, "the time is the clock's");
    }
}

#[actix_web::test]
async fn each_refusal_has_the_status_of_the_specification() {
    let scratch = Scratch::new("refusals");
    let (witness, log) = (witness(&scratch).await, Log::of(20, None));
    assert_eq!(add(&witness, log.step(0, 10)).await.status, StatusCode::OK);

    for malformed in [
        String::new(),
        "old 10\n".to_owned(),
        log.step(10, 20).replacen("old 10", "old 010", 1),
        log.step(10, 20).replacen("old 10", "old -1", 1),
        log.step(10, 20).replacen("\n\n", "\nnot a hash\n\n", 1),
        log.step(10, 20).replacen("old 10", "old 21", 1),
        log.step(10, 20).trim_end().to_owned(),
        AddCheckpoint::new(10, vec![Hash::EMPTY; 64], log.signed(20)).to_string(),
    ] {
        let told = add(&witness, malformed.clone()).await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{malformed}");
    }
    let not_text = add(&witness, vec![0xff, 0xfe, 0x0a]).await;
    assert_eq!(not_text.status, StatusCode::BAD_REQUEST);

    let stranger = NoteSigner::from_seed(ORIGIN, &[2; 32]).unwrap();
    let forged = AddCheckpoint::new(10, Vec::new(), log.signed_by(20, &[&stranger]));
    assert_eq!(
        add(&witness, forged.to_string()).await.status,
        StatusCode::FORBIDDEN
    );

    let elsewhere = NoteSigner::from_seed("other.example", &[1; 32]).unwrap();
    let checkpoint = Checkpoint {
        origin: "other.example".to_owned(),
        size: 20,
        root: log.roots[20],
    };
    let unknown = SignedCheckpoint::sign(&checkpoint, &[&elsewhere]).unwrap();
    let unknown = AddCheckpoint::new(10, Vec::new(), unknown).to_string();
    assert_eq!(add(&witness, unknown).await.status, StatusCode::NOT_FOUND);

    for stale in [
        log.step(0, 20),
        log.step(9, 20),
        log.step(11, 20),
        log.step(5, 5),
    ] {
        let told = add(&witness, stale).await;
        assert_eq!(told.status, StatusCode::CONFLICT);
        assert_eq!(told.kind, "text/x.tlog.size");
        assert_eq!(told.body, "10\n");
        assert_eq!(read_conflict(&told.body), Some(10));
    }
    let fork = Log::of(20, Some(3));
    let same_size = add(&witness, fork.step(10, 10)).await;
    assert_eq!(
        same_size.status,
        StatusCode::CONFLICT,
        "another tree of the same size"
    );

    let told = add(&witness, fork.step(10, 20)).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    let honest = consistency_proof(10, 20, &log.tiles).unwrap();
    for wrong in [&honest[1..], &honest[..honest.len() - 1], &[]] {
        let request = AddCheckpoint::new(10, wrong.to_vec(), log.signed(20));
        let told = add(&witness, request.to_string()).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    let long = add(&witness, vec![b'a'; 65 * 1024]).await;
    assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
    // After all that it still stands where it stood.
    assert_eq!(add(&witness, log.step(10, 20)).await.status, StatusCode::OK);
}

#[actix_web::test]
async fn another_method_is_told_which_ones_there_are() {
    let scratch = Scratch::new("methods");
    let witness = witness(&scratch).await;
    let seen = format!("/seen/{}", id_of(ORIGIN));
    let read = [Method::GET, Method::HEAD];
    for (path, allowed, there) in [
        ("/add-checkpoint", "POST", [Method::POST].as_slice()),
        ("/seen", "GET, HEAD", &read),
        (&seen, "GET, HEAD", &read),
        ("/health/live", "GET, HEAD", &read),
        ("/health/ready", "GET, HEAD", &read),
    ] {
        for method in [
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
        ] {
            let request = test::TestRequest::with_uri(path).method(method.clone());
            let told = ask(&witness, request).await;
            let refused = told.status == StatusCode::METHOD_NOT_ALLOWED;
            assert_eq!(refused, !there.contains(&method), "{method} {path}");
            assert_eq!(told.allow, if refused { allowed } else { "" });
        }
    }
    let nowhere = test::TestRequest::post().uri("/nowhere");
    let told = ask(&witness, nowhere).await;
    assert_eq!(
        told.status,
        StatusCode::NOT_FOUND,
        "a page that is not there"
    );
}

#[actix_web::test]
async fn signatures_by_unknown_keys_are_ignored() {
    let scratch = Scratch::new("more-keys");
    let (witness, log) = (witness(&scratch).await, Log::of(4, None));
    let next = NoteSigner::from_seed(ORIGIN, &[7; 32]).unwrap();
    let both = log.signed_by(4, &[&next, &log.signer]);
    let told = add(
        &witness,
        AddCheckpoint::new(0, Vec::new(), both).to_string(),
    )
    .await;
    assert_eq!(told.status, StatusCode::OK, "{}", told.body);
    let only_next = log.signed_by(4, &[&next]);
    let told = add(
        &witness,
        AddCheckpoint::new(4, Vec::new(), only_next).to_string(),
    )
    .await;
    assert_eq!(told.status, StatusCode::FORBIDDEN);
}

#[actix_web::test]
async fn of_two_different_steps_at_the_same_moment_one_is_cosigned() {
    for round in 0..20 {
        let scratch = Scratch::new(&format!("race-{round}"));
        let (witness, log) = (witness(&scratch).await, Log::of(40, None));
        // A second process on the same store.
        let other = self::witness(&scratch).await;
        assert_eq!(add(&witness, log.step(0, 10)).await.status, StatusCode::OK);
        let bodies: Vec<String> = (11..=40).map(|new| log.step(10, new)).collect();
        let asked = bodies.iter().enumerate().map(|(index, body)| {
            let of = if index % 2 == 0 { &witness } else { &other };
            async move { (index, of.add_checkpoint(body.as_bytes()).await) }
        });
        let mut won = Vec::new();
        for (index, outcome) in futures(asked).await {
            match outcome {
                Ok(_) => won.push(index),
                Err(NotCosigned::Refused(Refusal::Conflict { .. })) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(won.len(), 1, "{won:?}");
        let expected = 11 + u64::try_from(won[0]).unwrap();
        let seen = witness.seen().await.unwrap();
        assert_eq!(seen[0].1.as_ref().unwrap().size, expected);
    }
}

/// Drives all at once, on this thread.
async fn futures<T: 'static>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = all.map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(move |context| {
        waiting.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(value) => {
                done.push(value);
                false
            }
            std::task::Poll::Pending => true,
        });
        if waiting.is_empty() {
            std::task::Poll::Ready(std::mem::take(&mut done))
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}

#[actix_web::test]
async fn what_was_seen_is_shown_and_survives_a_restart() {
    let scratch = Scratch::new("shown");
    let log = Log::of(8, None);
    let page = format!("/seen/{}", id_of(ORIGIN));
    {
        let witness = witness(&scratch).await;
        let nothing = get(&witness, "/seen").await;
        let expected = format!(
            r#"[{{"origin":"{ORIGIN}","id":"{}","size":0}}]"#,
            id_of(ORIGIN)
        );
        assert_eq!(nothing.body, expected);
        assert_eq!(get(&witness, &page).await.status, StatusCode::NOT_FOUND);
        assert_eq!(add(&witness, log.step(0, 8)).await.status, StatusCode::OK);
        witness.close().await;
    }
    let witness = witness(&scratch).await;
    let listed: serde_json::Value =
        serde_json::from_str(&get(&witness, "/seen").await.body).unwrap();
    assert_eq!(listed[0]["size"], 8);
    assert_eq!(listed[0]["root"], log.roots[8].to_string());
    assert_eq!(listed[0]["cosigned_at"], 1_800_000_000_u64);
    let shown = get(&witness, &page).await;
    assert_eq!(shown.status, StatusCode::OK);
    let note = Note::parse(&shown.body).unwrap();
    assert_eq!(verifier().cosigned(&note).unwrap(), Some(1_800_000_000));
    SignedCheckpoint::open(note, [log.signer.verifier()]).unwrap();
    assert_eq!(
        add(&witness, log.step(0, 8)).await.body,
        "8\n",
        "it did not forget"
    );
    for missing in ["/seen/", "/seen/00", "/", "/add"] {
        assert_eq!(
            get(&witness, missing).await.status,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
    for well in ["/health/live", "/health/ready"] {
        assert_eq!(get(&witness, well).await.body, r#"{"status":"ok"}"#);
    }
}

#[actix_web::test]
async fn a_store_that_fails_cosigns_nothing_and_says_when_to_come_again() {
    let scratch = Scratch::new("fails");
    let (witness, log) = (witness(&scratch).await, Log::of(8, None));
    witness.close().await;
    assert_eq!(
        add(&witness, log.step(0, 8)).await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(
        get(&witness, "/health/ready").await.status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(get(&witness, "/health/live").await.status, StatusCode::OK);
}
