//! 200 withdrawals against 200 collections: whatever order they come in, it is one order, and a withdrawal that was
//! acknowledged comes before every collection that is sent afterwards.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

use freigabe_client::{AuditFilter, Client, Error, every_item};
use freigabe_contract::{
    Timestamp,
    vocabulary::{DisclosureState, Operation, Outcome},
};
use freigabe_testkit::{
    TestApp, a_consent, a_draft, network::KB_HAMBURG, on_both_databases, random::Choices,
};
use tokio::{
    sync::{Barrier, Semaphore},
    task::JoinSet,
    time::sleep,
};
use uuid::Uuid;

use crate::support::{
    collected, followed, recorded, released,
    trail::{text, trail},
};

const PAIRS: usize = 200;
/// Pairs that run at the same time.
const AT_ONCE: usize = 10;
/// How far apart the two sides of a pair begin at most, in microseconds; about what one request takes.
const STAGGER: usize = 12_000;

/// One message and the consent that it rests on.
#[derive(Debug, Clone, Copy)]
struct Pair {
    consent: Uuid,
    disclosure: Uuid,
    /// Whether the office had it already, and wants it again.
    fetched: bool,
}

/// One attempt to collect.
#[derive(Debug, Clone, Copy)]
struct Attempt {
    sent: Instant,
    got_content: bool,
}

/// What each side of a pair saw.
#[derive(Debug)]
struct Seen {
    pair: Pair,
    acknowledged: Instant,
    told: u32,
    attempts: Vec<Attempt>,
}

on_both_databases! {
    async fn no_collection_sent_after_the_acknowledged_withdrawal_returns_content(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let pairs = prepare(&centre, &office).await;

        let mut choices = Choices::seeded(4);
        let mut seen = Vec::with_capacity(PAIRS);
        for group in pairs.chunks(AT_ONCE) {
            let mut racing = JoinSet::new();
            for &pair in group {
                let delays = [choices.below(STAGGER), choices.below(STAGGER)].map(micros);
                racing.spawn(race(pair, centre.clone(), office.clone(), delays));
            }
            seen.extend(racing.join_all().await);
        }

        for pair in &seen {
            for attempt in pair.attempts.iter().filter(|attempt| attempt.got_content) {
                assert!(
                    attempt.sent < pair.acknowledged,
                    "content was returned to a collection that was sent {:?} after the withdrawal was acknowledged",
                    attempt.sent - pair.acknowledged
                );
            }
            let last = pair.attempts.last().expect("an attempt after the acknowledgement");
            assert!(last.sent > pair.acknowledged && !last.got_content);
        }
        for fetched in [false, true] {
            let of_this_kind = seen.iter().filter(|seen| seen.pair.fetched == fetched);
            let first = of_this_kind.filter(|seen| seen.attempts.iter().any(|a| a.got_content)).count();
            assert!((10..PAIRS / 2 - 10).contains(&first), "collection came first {first} times: that is no race");
        }
        compare_with_the_log(&app, &seen).await;
    }
}

/// Consents with one released message each; half of the messages were collected before.
async fn prepare(centre: &Client, office: &Client) -> Vec<Pair> {
    let mut preparing = JoinSet::new();
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    for number in 0..PAIRS {
        let (centre, office, slots) = (centre.clone(), office.clone(), Arc::clone(&slots));
        preparing.spawn(async move {
            let _slot = slots.acquire_owned().await;
            let consent = recorded(&centre, a_consent()).await.record_id;
            let disclosure = released(&centre, a_draft(consent)).await.id;
            let fetched = number % 2 == 0;
            if fetched {
                collected(&office, disclosure).await;
            }
            Pair {
                consent,
                disclosure,
                fetched,
            }
        });
    }
    preparing.join_all().await
}

/// Withdraws on one side, collects again and again on the other, until one collection was sent after the withdrawal was
/// acknowledged.
async fn race(pair: Pair, centre: Client, office: Client, [first, second]: [Duration; 2]) -> Seen {
    let start = Arc::new(Barrier::new(2));
    let withdrawing = tokio::spawn({
        let start = Arc::clone(&start);
        async move {
            start.wait().await;
            sleep(first).await;
            let withdrawal = centre
                .withdraw_consent(pair.consent)
                .await
                .expect("a withdrawal is never refused");
            (Instant::now(), withdrawal.withdrawal_notices)
        }
    });
    start.wait().await;
    sleep(second).await;
    let mut attempts = Vec::new();
    loop {
        let over = withdrawing.is_finished();
        attempts.push(attempt(&office, pair.disclosure).await);
        if over {
            break;
        }
    }
    let (acknowledged, told) = withdrawing.await.expect("the withdrawing side");
    Seen {
        pair,
        acknowledged,
        told,
        attempts,
    }
}

async fn attempt(office: &Client, disclosure: Uuid) -> Attempt {
    let sent = Instant::now();
    let got_content = match office.collect_disclosure(disclosure, None).await {
        Ok(collected) => !collected.items.is_empty(),
        Err(Error::Api(error)) if error.is_not_found() => false,
        Err(error) => panic!("a collection ends in content or in nothing, not in: {error}"),
    };
    Attempt { sent, got_content }
}

/// The log and the effects say the same as the answers, and the log's order is the one that both sides saw.
async fn compare_with_the_log(app: &TestApp, seen: &[Seen]) {
    let auditor = app.auditor();
    let done = |operation| AuditFilter {
        operation: Some(operation),
        outcome: Some(Outcome::Done),
        ..AuditFilter::default()
    };
    let mut collections: BTreeMap<String, Vec<Timestamp>> = BTreeMap::new();
    for event in trail(&auditor, &done(Operation::DisclosureCollected)).await {
        let times = collections.entry(text(&event, "/disclosure")).or_default();
        times.push(event.at);
    }
    let withdrawals = trail(&auditor, &done(Operation::ConsentWithdrawn)).await;
    let withdrawals: BTreeMap<String, Timestamp> = withdrawals
        .iter()
        .map(|event| (text(event, "/consent"), event.at))
        .collect();
    let office = app.office(KB_HAMBURG);
    let notices = every_item(async |page| office.list_withdrawal_notices(false, &page).await)
        .await
        .unwrap();
    let told: BTreeSet<Uuid> = notices.iter().map(|notice| notice.disclosure_id).collect();
    assert_eq!(told.len(), notices.len(), "one notice for each message");

    for Seen {
        pair,
        told: announced,
        attempts,
        ..
    } in seen
    {
        let Pair {
            consent,
            disclosure,
            fetched,
        } = *pair;
        let returned = attempts.iter().filter(|attempt| attempt.got_content);
        let returned = returned.count() + usize::from(fetched);
        let logged = collections
            .remove(&disclosure.to_string())
            .unwrap_or_default();
        assert_eq!(
            logged.len(),
            returned,
            "as many collections in the log as answers with content"
        );
        let withdrawn = withdrawals[&consent.to_string()];
        let after = logged.iter().find(|at| **at > withdrawn);
        assert_eq!(
            after, None,
            "in the log stands a collection after the withdrawal of {withdrawn}"
        );

        let collected = returned > 0;
        assert_eq!(
            told.contains(&disclosure),
            collected,
            "told exactly if it was collected"
        );
        assert_eq!(
            *announced,
            u32::from(collected),
            "the withdrawal's answer says so as well"
        );
        let state = followed(&app.centre_a(), disclosure).await.state;
        let expected = if collected {
            DisclosureState::Collected
        } else {
            DisclosureState::Sealed
        };
        assert_eq!(state, expected);
    }
    assert_eq!(
        app.inspect().rows_in("contents").await,
        0,
        "no content is left of any of them"
    );
}

fn micros(number: usize) -> Duration {
    Duration::from_micros(u64::try_from(number).expect("a small number"))
}
