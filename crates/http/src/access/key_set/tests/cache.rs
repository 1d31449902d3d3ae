//! How often a server is asked, and how long its answer counts.

use std::sync::Barrier;

use super::*;

const DAY: i64 = 24 * 3_600;

#[tokio::test]
async fn a_fresh_set_is_not_asked_for_again() {
    let server = Server::start(ok(&named(&["a", "b"])));
    let (sets, clock) = key_sets();
    for _ in 0..3 {
        assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
        assert_eq!(has(&sets, &server.uri(), "b").await, Ok(true));
    }
    clock.by(599);
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn after_ten_minutes_it_is_asked_for_and_the_new_one_counts() {
    let server = Server::start(ok(&named(&["a"])));
    let (sets, clock) = key_sets();
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    server.says(ok(&named(&["b"])));
    clock.by(600);
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(false));
    assert_eq!(has(&sets, &server.uri(), "b").await, Ok(true));
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn a_shorter_max_age_counts_but_not_less_than_a_minute() {
    for (max_age, seconds) in [(300, 300), (5, 60), (86_400, 600)] {
        let headers = format!("Cache-Control: max-age={max_age}\r\n");
        let server = Server::start(with_headers(&headers, &named(&["a"])));
        let (sets, clock) = key_sets();
        assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
        clock.by(seconds - 1);
        assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
        assert_eq!(server.asked(), 1, "{max_age}");
        clock.by(1);
        assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
        assert_eq!(server.asked(), 2, "{max_age}");
    }
}

#[tokio::test]
async fn an_unknown_key_is_asked_for_once_a_minute() {
    let server = Server::start(ok(&named(&["a"])));
    let (sets, clock) = key_sets();
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    for unknown in 0..100 {
        let unknown = format!("unknown-{unknown}");
        assert_eq!(has(&sets, &server.uri(), &unknown).await, Ok(false));
    }
    clock.by(59);
    assert_eq!(has(&sets, &server.uri(), "b").await, Ok(false));
    assert_eq!(server.asked(), 1);
    server.says(ok(&named(&["a", "b"])));
    clock.by(1);
    assert_eq!(has(&sets, &server.uri(), "b").await, Ok(true));
    assert_eq!(has(&sets, &server.uri(), "c").await, Ok(false));
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn failed_fetches_for_an_unknown_key_count_as_well() {
    let server = Server::start(ok(&named(&["a"])));
    let (sets, clock) = key_sets();
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    server.says(answer("500 Oh", "", ""));
    clock.by(60);
    for _ in 0..10 {
        assert_eq!(has(&sets, &server.uri(), "b").await, Ok(false));
        clock.by(5);
    }
    assert_eq!(server.asked(), 2);
    clock.by(10);
    assert_eq!(has(&sets, &server.uri(), "b").await, Ok(false));
    assert_eq!(server.asked(), 3);
}

#[tokio::test]
async fn unknown_keys_leave_nothing_behind() {
    let server = Server::start(ok(&named(&["a"])));
    let (sets, clock) = key_sets();
    for unknown in 0..1_000 {
        let unknown = format!("unknown-{unknown}");
        assert_eq!(has(&sets, &server.uri(), &unknown).await, Ok(false));
    }
    clock.by(30);
    assert_eq!(sets.known.lock().unwrap().sets.len(), 1);
    let entry = sets.entry(&server.uri());
    // All there is to an entry is a set as its server published it, two moments and a reason.
    let State {
        set,
        asked: _,
        failure: None,
    } = &*entry.state()
    else {
        panic!("no failure");
    };
    assert_eq!(set.as_ref().unwrap().keys.len(), 1);
}

#[tokio::test]
async fn the_last_set_counts_for_a_day_when_its_server_fails() {
    let server = Server::start(ok(&named(&["a"])));
    let (sets, clock) = key_sets();
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    for (number, reply) in [
        Reply::Hang,
        answer("503 No", "", ""),
        answer("404 Not Found", "", "{}"),
        answer("301 Moved", "Location: https://other.example/\r\n", ""),
        ok("no JSON"),
        ok("{\"keys\":{}}"),
    ]
    .into_iter()
    .enumerate()
    {
        server.says(reply);
        clock.by(3_600);
        assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true), "{number}");
        assert_eq!(has(&sets, &server.uri(), "b").await, Ok(false), "{number}");
        assert_eq!(server.asked(), number + 2);
    }
    clock.by(DAY - 6 * 3_600 - 60);
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true), "23:59");
    clock.by(120);
    assert_eq!(
        failure(&sets, &server.uri()).await,
        KeySetError::NotAKeySet(super::super::set::NotAKeySet::Form),
        "24:01"
    );
}

#[tokio::test]
async fn a_set_that_nobody_asked_for_in_a_day_is_gone_too() {
    let server = Server::start(ok(&named(&["a"])));
    let (sets, clock) = key_sets();
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    server.says(answer("503 No", "", ""));
    clock.by(DAY + 60);
    let refused = KeySetError::Status(503);
    assert_eq!(failure(&sets, &server.uri()).await, refused);
    // And it is asked for as one that was never had.
    clock.by(9);
    assert_eq!(failure(&sets, &server.uri()).await, refused);
    assert_eq!(server.asked(), 2);
    clock.by(1);
    server.says(ok(&named(&["a"])));
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    assert_eq!(server.asked(), 3);
}

#[tokio::test]
async fn a_server_that_fails_is_not_asked_for_ten_seconds_and_then_recovers() {
    let server = Server::start(answer("503 No", "", ""));
    let (sets, clock) = key_sets();
    for _ in 0..10 {
        assert_eq!(
            failure(&sets, &server.uri()).await,
            KeySetError::Status(503)
        );
    }
    server.says(ok(&named(&["a"])));
    clock.by(9);
    assert_eq!(
        failure(&sets, &server.uri()).await,
        KeySetError::Status(503)
    );
    assert_eq!(server.asked(), 1);
    clock.by(1);
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn a_failing_server_is_asked_once_a_minute_while_the_old_set_counts() {
    let server = Server::start(ok(&named(&["a"])));
    let (sets, clock) = key_sets();
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    server.says(Reply::Hang);
    clock.by(600);
    for _ in 0..12 {
        assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
        clock.by(10);
    }
    assert_eq!(server.asked(), 3);
    server.says(ok(&named(&["b"])));
    assert_eq!(has(&sets, &server.uri(), "b").await, Ok(true));
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(false));
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_set_live_for_ever() {
    let server = Server::start(ok(&named(&["a"])));
    let (sets, clock) = key_sets();
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    clock.by(-3_600);
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    assert_eq!(server.asked(), 2, "nothing from the future is fresh");
    server.says(Reply::Hang);
    clock.by(-DAY - 60);
    assert!(has(&sets, &server.uri(), "a").await.is_err());
}

#[test]
fn one_fetch_serves_all_who_wait_on_whatever_runtime() {
    let body = named(&["a"]);
    let Reply::Say(bytes) = ok(&body) else {
        unreachable!()
    };
    let server = Server::start(Reply::Later(Duration::from_millis(500), bytes));
    let (sets, _) = key_sets();
    let all_there = Barrier::new(64);
    thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                all_there.wait();
                let found = runtime.block_on(has(&sets, &server.uri(), "a"));
                assert_eq!(found, Ok(true));
            });
        }
    });
    assert_eq!(server.asked(), 1);
}

#[test]
fn one_failure_serves_all_who_wait() {
    let Reply::Say(bytes) = answer("503 No", "", "") else {
        unreachable!()
    };
    let server = Server::start(Reply::Later(Duration::from_millis(500), bytes));
    let (sets, _) = key_sets();
    let all_there = Barrier::new(64);
    thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                all_there.wait();
                let refused = runtime.block_on(failure(&sets, &server.uri()));
                assert_eq!(refused, KeySetError::Status(503));
            });
        }
    });
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn a_caller_that_goes_away_takes_nobody_elses_answer_with_it() {
    let Reply::Say(bytes) = ok(&named(&["a"])) else {
        unreachable!()
    };
    let server = Server::start(Reply::Later(Duration::from_millis(700), bytes));
    let (sets, _) = key_sets();
    let uri = server.uri();
    let impatient = tokio::time::timeout(Duration::from_millis(200), has(&sets, &uri, "a"));
    assert!(impatient.await.is_err());
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    assert_eq!(server.asked(), 1);
}

#[test]
fn a_runtime_that_ends_takes_nobody_elses_answer_with_it() {
    let Reply::Say(bytes) = ok(&named(&["a"])) else {
        unreachable!()
    };
    let server = Server::start(Reply::Later(Duration::from_millis(700), bytes));
    let (sets, _) = key_sets();
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let uri = server.uri();
    let ending = runtime();
    ending.block_on(async {
        let asked = has(&sets, &uri, "a");
        let _ = tokio::time::timeout(Duration::from_millis(200), asked).await;
    });
    drop(ending);
    assert_eq!(runtime().block_on(has(&sets, &uri, "a")), Ok(true));
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn known_keys_do_not_wait_for_a_fetch_that_an_unknown_one_caused() {
    let server = Server::start(ok(&named(&["a"])));
    let (sets, clock) = key_sets();
    let sets = Arc::new(sets);
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    // It never answers.
    server.says(Reply::Later(Duration::from_secs(60), Vec::new()));
    clock.by(60);
    let (asking, uri) = (Arc::clone(&sets), server.uri());
    let unknown = tokio::spawn(async move { has(&asking, &uri, "b").await });
    while server.asked() < 2 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(has(&sets, &server.uri(), "a").await, Ok(true));
    assert!(!unknown.is_finished());
    assert_eq!(unknown.await.unwrap(), Ok(false));
}

#[tokio::test]
async fn sets_of_different_uris_are_different() {
    let one = Server::start(ok(&named(&["a"])));
    let other = Server::start(ok(&named(&["b"])));
    let (sets, _) = key_sets();
    assert_eq!(has(&sets, &one.uri(), "a").await, Ok(true));
    assert_eq!(has(&sets, &one.uri(), "b").await, Ok(false));
    assert_eq!(has(&sets, &other.uri(), "a").await, Ok(false));
    assert_eq!(has(&sets, &other.uri(), "b").await, Ok(true));
}

#[tokio::test]
async fn a_thousand_sets_are_kept_and_the_longest_unused_goes_first() {
    let server = Server::start(ok(&named(&["a"])));
    let (sets, _) = key_sets();
    let uri =
        |number: usize| KeySetUri::parse(&format!("http://{}/{number}", server.addr)).unwrap();
    assert_eq!(has(&sets, &uri(0), "a").await, Ok(true));
    assert_eq!(has(&sets, &uri(1), "a").await, Ok(true));
    for number in 2..1_000 {
        sets.entry(&uri(number));
    }
    assert_eq!(has(&sets, &uri(0), "a").await, Ok(true));
    assert_eq!(server.asked(), 2);
    for number in 1_000..3_000 {
        sets.entry(&uri(number));
        sets.entry(&uri(0));
    }
    assert_eq!(sets.known.lock().unwrap().sets.len(), 1_000);
    assert_eq!(has(&sets, &uri(0), "a").await, Ok(true));
    assert_eq!(server.asked(), 2, "still in use");
    assert_eq!(has(&sets, &uri(1), "a").await, Ok(true));
    assert_eq!(server.asked(), 3, "forgotten");
}
