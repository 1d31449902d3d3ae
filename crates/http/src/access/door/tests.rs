use std::{
    collections::VecDeque,
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use freigabe_domain::{
    access::{CentreCaller, ClientId, Organisation, RegisteredClient},
    exchange::Presenter,
    store::{CorruptRecord, SingleUse},
};
use tokio::sync::Semaphore;

use super::*;

/// Lets in as many times as it is told to, and notes who came together.
struct Desk {
    times: Semaphore,
    together: Mutex<Vec<Vec<String>>>,
    asked: AtomicUsize,
}

/// A proof that was used before.
const USED: &str = "used";
/// Proofs by which something goes wrong for whoever comes with them.
const CORRUPT: &str = "corrupt";
const UNAVAILABLE: &str = "unavailable";
const UNKNOWN: &str = "unknown";
const PANICS: &str = "panics";

impl Desk {
    fn door(times: usize) -> Arc<Door<Self>> {
        Door::new(Arc::new(Self {
            times: Semaphore::new(times),
            together: Mutex::default(),
            asked: AtomicUsize::new(0),
        }))
    }

    fn together(&self) -> Vec<Vec<String>> {
        self.together.lock().unwrap().clone()
    }
}

#[async_trait(?Send)]
impl AccessDesk for Desk {
    async fn registered_client(&self, _: &ClientId) -> Result<Option<RegisteredClient>, Error> {
        panic!("nobody signs in at the door")
    }

    async fn use_assertion(&self, _: &ClientId, _: SingleUse) -> Result<ProofUse, Error> {
        panic!("nobody signs in at the door")
    }

    /// Nobody is a client, which is an answer as well.
    async fn admit(&self, arrivals: &[Arrival]) -> Result<Vec<ProofUse>, Error> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.times.acquire().await.unwrap().forget();
        let proofs = arrivals.iter().flat_map(|arrival| &arrival.proof);
        let names: Vec<_> = proofs.map(|proof| proof.jti.clone()).collect();
        let has = |name: &str| names.iter().any(|other| other == name);
        if has(CORRUPT) {
            return Err(Error::Store(StoreError::Corrupt(CorruptRecord {
                table: "clients",
                column: "scopes",
                row: "x".to_owned(),
                problem: "not scopes",
            })));
        }
        if has(UNAVAILABLE) {
            return Err(Error::Store(StoreError::Unavailable("down".to_owned())));
        }
        if has(UNKNOWN) {
            return Err(Error::Store(StoreError::CommitUnknown));
        }
        assert!(!has(PANICS), "as it was told");
        self.together.lock().unwrap().push(names);
        let used = |arrival: &Arrival| match &arrival.proof {
            Some(proof) if proof.jti == USED => ProofUse::UsedBefore,
            _ => ProofUse::NoClient,
        };
        Ok(arrivals.iter().map(used).collect())
    }

    async fn own_organisation(&self, _: &CentreCaller) -> Result<Organisation, Error> {
        panic!("nobody asks at the door")
    }
}

fn arrival(jti: &str) -> Arrival {
    Arrival {
        presenter: Presenter::Client(ClientId::parse("a.client").unwrap()),
        proof: Some(SingleUse {
            jti: jti.to_owned(),
            expires_at: freigabe_domain::instant::Instant::from_unix_micros(0),
        }),
    }
}

type Entering = Pin<Box<dyn Future<Output = Result<ProofUse, Error>>>>;

/// They arrive one after the other, and each waits.
async fn arrive(door: &Arc<Door<Desk>>, names: &[&str]) -> VecDeque<Entering> {
    let mut all = VecDeque::new();
    for name in names {
        let (door, arrival) = (Arc::clone(door), arrival(name));
        let mut entering: Entering = Box::pin(async move { door.enter(arrival).await });
        let waits = std::future::poll_fn(|context| {
            std::task::Poll::Ready(entering.as_mut().poll(context).is_pending())
        });
        assert!(waits.await, "{name}");
        all.push_back(entering);
        // The attendant gets as far as it can.
        tokio::task::yield_now().await;
    }
    all
}

async fn answers(all: VecDeque<Entering>) -> Vec<Result<ProofUse, Error>> {
    let mut answers = Vec::new();
    for entering in all {
        answers.push(entering.await);
    }
    answers
}

#[actix_web::test]
async fn who_arrives_while_others_are_let_in_is_let_in_together_with_all_who_wait() {
    let door = Desk::door(0);
    let all = arrive(&door, &["first", "second", "third", "fourth"]).await;
    door.desk.times.add_permits(2);
    assert!(answers(all).await.iter().all(Result::is_ok));
    assert_eq!(
        door.desk.together(),
        [vec!["first"], vec!["second", "third", "fourth"]]
    );
    // Nobody attends any more; who comes now is let in all the same.
    let later = arrive(&door, &["later"]).await;
    door.desk.times.add_permits(1);
    assert!(answers(later).await.iter().all(Result::is_ok));
}

#[actix_web::test]
async fn no_more_than_so_many_are_let_in_at_once() {
    let door = Desk::door(0);
    let names: Vec<_> = (0..=2 * AT_ONCE).map(|number| number.to_string()).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let all = arrive(&door, &names).await;
    door.desk.times.add_permits(3);
    assert!(answers(all).await.iter().all(Result::is_ok));
    let numbers: Vec<_> = door.desk.together().iter().map(Vec::len).collect();
    assert_eq!(numbers, [1, AT_ONCE, AT_ONCE]);
}

#[actix_web::test]
async fn what_is_wrong_with_one_is_not_the_others_fault() {
    let door = Desk::door(0);
    let all = arrive(&door, &["first", "second", CORRUPT, "fourth"]).await;
    door.desk.times.add_permits(5);
    let answers = answers(all).await;
    let good: Vec<_> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(good, [true, true, false, true]);
    assert!(matches!(
        answers[2],
        Err(Error::Store(StoreError::Corrupt(_)))
    ));
    let used = arrive(&door, &[USED]).await;
    door.desk.times.add_permits(1);
    assert_eq!(
        self::answers(used).await[0].as_ref().unwrap(),
        &ProofUse::UsedBefore
    );
    // Alone it is told as well.
    let alone = arrive(&door, &[CORRUPT]).await;
    door.desk.times.add_permits(1);
    assert!(self::answers(alone).await[0].is_err());
}

#[actix_web::test]
async fn a_store_that_is_down_is_asked_once_for_all() {
    let door = Desk::door(0);
    let names: Vec<_> = (0..2 * AT_ONCE).map(|number| number.to_string()).collect();
    let mut names: Vec<_> = names.iter().map(String::as_str).collect();
    names[1] = UNAVAILABLE;
    let all = arrive(&door, &names).await;
    door.desk.times.add_permits(2);
    let answers = answers(all).await;
    assert!(answers[0].is_ok());
    for answer in &answers[1..] {
        assert!(matches!(
            answer,
            Err(Error::Store(StoreError::Unavailable(_)))
        ));
    }
    assert_eq!(door.desk.asked.load(Ordering::SeqCst), 2);
}

#[actix_web::test]
async fn when_nobody_knows_whether_proofs_were_used_up_they_are_not_used_again() {
    let door = Desk::door(0);
    let all = arrive(&door, &["first", USED, UNKNOWN]).await;
    door.desk.times.add_permits(4);
    let answers = answers(all).await;
    assert!(answers[0].is_ok());
    for answer in &answers[1..] {
        // The honest owner of a proof would be told that it was used before.
        assert!(matches!(
            answer,
            Err(Error::Store(StoreError::CommitUnknown))
        ));
    }
    assert_eq!(door.desk.asked.load(Ordering::SeqCst), 2);
}

#[actix_web::test]
async fn a_request_that_is_given_up_takes_nobody_with_it() {
    let door = Desk::door(0);
    let mut all = arrive(&door, &["first", "second", "third", "fourth"]).await;
    // The first, by which all others are let in, and one of those.
    drop(all.pop_front());
    drop(all.pop_front());
    door.desk.times.add_permits(2);
    assert!(answers(all).await.iter().all(Result::is_ok));
}

#[actix_web::test]
async fn a_defect_ends_whoever_lets_in_and_not_the_door() {
    let door = Desk::door(0);
    let all = arrive(&door, &[PANICS]).await;
    door.desk.times.add_permits(ATTEMPTS as usize);
    for answer in answers(all).await {
        assert!(matches!(
            answer,
            Err(Error::Store(StoreError::Unavailable(_)))
        ));
    }
    let next = arrive(&door, &["next"]).await;
    door.desk.times.add_permits(1);
    assert!(answers(next).await.iter().all(Result::is_ok));
}

#[actix_web::test]
async fn when_the_thread_that_lets_in_ends_those_on_others_are_let_in_all_the_same() {
    for name in ["second", USED] {
        let door = Desk::door(0);
        let (arrived, is_there) = std::sync::mpsc::channel();
        let (end, ends) = std::sync::mpsc::channel();
        let there = Arc::clone(&door);
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let first = arrive(&there, &["first"]).await;
                arrived.send(()).unwrap();
                ends.recv().unwrap();
                drop(first);
            });
        });
        is_there.recv().unwrap();
        let second = arrive(&door, &[name]).await;
        end.send(()).unwrap();
        thread.join().unwrap();
        door.desk.times.add_permits(1);
        match &answers(second).await[0] {
            Ok(ProofUse::NoClient) if name != USED => {}
            // Perhaps by whoever ended: nobody can tell, so nobody is accused.
            Err(Error::Store(StoreError::Unavailable(_))) if name == USED => {}
            other => panic!("{name}: {other:?}"),
        }
    }
}
