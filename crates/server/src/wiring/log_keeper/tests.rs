//! What is made of a witness's answers, with one that answers whatever a test says.

use std::net::TcpListener;

use actix_web::{App, HttpResponse, HttpServer, web};
use freigabe_domain::log::{Generation, LogHead, LogRules};
use freigabe_ledger::{
    Checkpoint, CosignatureSigner, Hash, NoteSigner, Policy, SignedCheckpoint, witness::response,
};

use super::witness::{Answer, Contacts};

const ORIGIN: &str = "log.test/freigabe";

fn signer() -> NoteSigner {
    NoteSigner::from_seed(ORIGIN, &[1; 32]).unwrap()
}

fn key() -> CosignatureSigner {
    CosignatureSigner::from_seed("witness.test", &[2; 32]).unwrap()
}

fn checkpoint(size: u64) -> Checkpoint {
    let root = match size {
        0 => Hash::EMPTY,
        _ => Hash::from_bytes([7; 32]),
    };
    Checkpoint {
        origin: ORIGIN.to_owned(),
        size,
        root,
    }
}

fn signed(size: u64) -> SignedCheckpoint {
    SignedCheckpoint::sign(&checkpoint(size), &[&signer()]).unwrap()
}

fn cosigned(by: &CosignatureSigner, size: u64) -> String {
    response(&[by.cosign(&checkpoint(size), 1_800_000_000).unwrap()])
}

/// A witness with these answers to add-checkpoint and to what it saw.
fn witness(add: (u16, String), seen: (u16, String)) -> Contacts {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = HttpServer::new(move || {
        let (add, seen) = (add.clone(), seen.clone());
        let page = |(status, body): (u16, String)| {
            move || {
                let status = actix_web::http::StatusCode::from_u16(status).unwrap();
                let body = body.clone();
                async move { HttpResponse::build(status).body(body) }
            }
        };
        App::new()
            .route("/add-checkpoint", web::post().to(page(add)))
            .route("/seen/{id}", web::get().to(page(seen)))
    })
    .workers(1)
    .disable_signals()
    .listen(listener)
    .unwrap();
    actix_web::rt::spawn(server.run());
    contacts(&url)
}

fn contacts(url: &str) -> Contacts {
    let policy = format!("witness w {} {url}\nquorum w\n", key().verifier());
    Contacts::of(&LogRules {
        policy: Some(Policy::parse(policy).unwrap()),
        ..LogRules::new(ORIGIN)
    })
    .unwrap()
}

async fn answer(status: u16, body: impl Into<String>) -> Answer {
    let contacts = witness((status, body.into()), (404, String::new()));
    let asked = contacts.all().next().unwrap();
    contacts.add(&asked, 0, Vec::new(), signed(5)).await
}

#[actix_web::test]
async fn only_a_cosignature_by_the_policys_key_counts() {
    assert!(matches!(
        answer(200, cosigned(&key(), 5)).await,
        Answer::Cosigned(_)
    ));
    let stranger = CosignatureSigner::from_seed("witness.test", &[9; 32]).unwrap();
    for body in [
        cosigned(&stranger, 5),
        cosigned(&key(), 6),
        "fine".to_owned(),
        String::new(),
        "a".repeat(100_000),
    ] {
        assert!(matches!(answer(200, body).await, Answer::Failed(_)));
    }
}

#[actix_web::test]
async fn refusals_are_told_apart() {
    assert!(matches!(answer(409, "12\n").await, Answer::Saw(12)));
    assert!(matches!(answer(409, "many").await, Answer::Failed(_)));
    assert!(matches!(answer(422, "").await, Answer::NotContinued));
    for (status, told) in [
        (404, "does not know"),
        (403, "another key"),
        (500, "status 500"),
        (302, "status 302"),
    ] {
        let Answer::Failed(why) = answer(status, "").await else {
            panic!("{status}");
        };
        assert!(why.contains(told), "{status}: {why}");
    }
}

/// What a log of ten leaves learns.
async fn learns(contacts: &Contacts) -> Result<Option<(u64, Hash)>, String> {
    let head = LogHead {
        size: 10,
        ..LogHead::empty(Generation::FIRST, ORIGIN.to_owned())
    };
    let asked = contacts.all().next().unwrap();
    let saw = contacts.ask(&asked, &head, &[signer()]).await?;
    assert_eq!(saw.witness, "w", "by its name in the policy");
    Ok(saw.newest)
}

#[actix_web::test]
async fn what_a_witness_shows_counts_if_it_cosigned_it() {
    let none = || (500, String::new());
    let shown = format!("{}{}", signed(5).note(), cosigned(&key(), 5));
    let saw = learns(&witness(none(), (200, shown.clone()))).await;
    assert_eq!(saw, Ok(Some((5, Hash::from_bytes([7; 32])))));
    let unsigned = signed(5).note().to_string();
    for lie in [
        unsigned,
        shown.replace("\n5\n", "\n4\n"),
        "nothing".to_owned(),
    ] {
        assert!(learns(&witness(none(), (200, lie))).await.is_err());
    }
}

#[actix_web::test]
async fn a_witness_that_shows_nothing_has_to_say_which_size_it_knows() {
    let hidden = || (404, String::new());
    let new = witness((200, cosigned(&key(), 0)), hidden());
    assert_eq!(learns(&new).await, Ok(None));
    let behind = witness((409, "9\n".to_owned()), hidden());
    assert_eq!(
        learns(&behind).await,
        Ok(None),
        "which root it does not say"
    );
    let ahead = witness((409, "11\n".to_owned()), hidden());
    assert_eq!(
        learns(&ahead).await.unwrap().unwrap().0,
        11,
        "more than is here"
    );
    let stranger = witness((404, String::new()), hidden());
    assert!(
        learns(&stranger)
            .await
            .unwrap_err()
            .contains("does not know this log")
    );
    let gone = contacts("http://127.0.0.1:9");
    assert!(
        learns(&gone)
            .await
            .unwrap_err()
            .contains("can't be reached")
    );
}
