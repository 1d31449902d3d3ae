//! The disclosure log from outside: keys, witnesses, quorum, restored databases, and a lost key.

use std::{
    fs,
    path::{Path, PathBuf},
};

use freigabe_client::Error;
use freigabe_ledger::{Note, NoteVerifier};

use crate::{
    partners::Partners,
    place::{Place, Server, eventually, get},
    witness::Witness,
};

pub(super) const ORIGIN: &str = "log.test/freigabe";

/// An installation whose log the police and the network must cosign.
struct Network {
    place: Place,
    police: Witness,
    network: Witness,
}

impl Network {
    fn new(name: &str, more: &str) -> Self {
        let place = Place::new(name);
        settings(&place, "");
        let log = place.says(&["log", "key"]);
        assert!(log.starts_with(&format!("{ORIGIN}+")), "{log}");
        let (police, police_key) = Witness::begin(&place, "police", &[log.trim()]);
        let (network, network_key) = Witness::begin(&place, "network", &[log.trim()]);
        let policy = format!(
            "log {log}witness police {police_key} {}\nwitness network {network_key} {}/\n\
             group both all police network\nquorum both\n",
            police.url, network.url
        );
        fs::write(place.path().join("log.policy"), policy).unwrap();
        settings(&place, &format!("log_policy_file = \"log.policy\"\n{more}"));
        Self {
            place,
            police,
            network,
        }
    }

    fn server(&self) -> Server {
        Server::start(&self.place, &[])
    }

    /// An event.
    fn event(&self, name: &str) {
        self.place.organisation("centre", name);
    }

    fn start_network(&mut self) {
        let log = self.place.says(&["log", "key"]);
        let keys: Vec<&str> = log.lines().collect();
        self.network = Witness::start(&self.place, "network", &self.network.address(), &keys);
    }
}

fn settings(place: &Place, more: &str) {
    let text = format!("log_origin = \"{ORIGIN}\"\n{more}");
    fs::write(place.path().join("freigabe.toml"), text).unwrap();
}

/// What `freigabe log status` says.
#[derive(Debug, Default)]
pub(super) struct Status {
    pub(super) whole: String,
    pub(super) leaves: u64,
    pub(super) signed: u64,
    pub(super) published: u64,
}

pub(super) fn status(place: &Place) -> Status {
    let whole = place.says(&["log", "status"]);
    let number = |name: &str| {
        let line = whole
            .lines()
            .find_map(|line| line.trim().strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok())
            .unwrap_or_default()
    };
    Status {
        leaves: number("leaves"),
        signed: number("signed"),
        published: number("published"),
        whole,
    }
}

/// Waits until everything so far is published.
#[track_caller]
pub(super) fn published(place: &Place, at_least: u64) -> Status {
    eventually(
        "a published checkpoint",
        || status(place),
        |status| status.published >= at_least && status.published == status.leaves,
    )
}

/// The log's keys that signed the checkpoint that a server shows.
pub(super) fn signed_by(server: &Server, keys: &[String]) -> Vec<bool> {
    let answer = get(&server.url, "/log/checkpoint", "");
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let note = Note::parse(body).unwrap();
    let signed = |key: &String| NoteVerifier::parse(key).unwrap().signed(&note);
    keys.iter().map(|key| signed(key).unwrap()).collect()
}

#[test]
fn nothing_is_published_before_both_witnesses_cosigned_it() {
    let mut network = Network::new("quorum", "");
    network.event("Ahorn");
    let begun = status(&network.place).whole;
    assert!(
        begun.contains("has not begun") && begun.contains("1 events"),
        "{begun}"
    );
    let server = network.server();
    let first = published(&network.place, 1);
    for witness in ["police: cosigned this", "network: cosigned this"] {
        assert!(first.whole.contains(witness), "{}", first.whole);
    }
    for url in [&network.police.url, &network.network.url] {
        let seen = get(url, "/seen", "");
        assert!(
            seen.contains(&format!("\"size\":{}", first.published)),
            "{seen}"
        );
    }

    network.network.kill();
    network.event("Birke");
    let waits = eventually(
        "a signed checkpoint",
        || status(&network.place),
        |status| status.signed > first.published && status.whole.contains("police: cosigned this"),
    );
    assert_eq!(waits.published, first.published, "one witness is not both");
    assert!(waits.whole.contains("network: has not cosigned this"));
    eventually(
        "a word about it",
        || server.log.text(),
        |log| {
            log.contains("witness network does not cosign the disclosure log: it can't be reached")
        },
    );
    assert!(
        server.get("/health/ready", "").starts_with("HTTP/1.1 200"),
        "nothing is broken"
    );

    network.start_network();
    published(&network.place, waits.signed);
    eventually(
        "a word about it",
        || server.log.text(),
        |log| log.contains("witness network cosigns the disclosure log again"),
    );
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_server_that_never_heard_the_witnesses_signs_nothing() {
    let mut network = Network::new("silent", "");
    network.event("Ahorn");
    network.network.kill();
    let server = network.server();
    eventually(
        "a word about it",
        || server.log.text(),
        |log| log.contains("too few witnesses say what they saw"),
    );
    let silent = status(&network.place);
    assert_eq!((silent.leaves, silent.signed), (1, 0));
    network.start_network();
    published(&network.place, 1);
}

/// A database file with everything that SQLite keeps beside it.
fn database(folder: &Path) -> impl Iterator<Item = PathBuf> {
    ["freigabe.db", "freigabe.db-wal", "freigabe.db-shm"]
        .map(|name| folder.join(name))
        .into_iter()
}

fn put(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for (file, copy) in database(from).zip(database(to)) {
        let _ = fs::remove_file(&copy);
        if file.exists() {
            fs::copy(&file, &copy).unwrap();
        }
    }
}

#[test]
fn a_restored_database_is_not_signed_and_the_newer_one_goes_on() {
    let network = Network::new("restored", "");
    let here = network.place.path().to_owned();
    network.event("Ahorn");
    let server = network.server();
    published(&network.place, 1);
    assert_eq!(server.stop(), Some(0));
    put(&here, &here.join("older"));

    let server = network.server();
    network.event("Birke");
    let newer = published(&network.place, 2);
    assert_eq!(server.stop(), Some(0));
    put(&here, &here.join("newer"));

    put(&here.join("older"), &here);
    network.event("Clematis");
    network.event("Distel");
    let server = network.server();
    let ready = eventually(
        "a server that says that its log has stopped",
        || server.get("/health/ready", ""),
        |answer| answer.contains("log_stopped"),
    );
    assert!(
        ready.starts_with("HTTP/1.1 200"),
        "withdrawals must arrive: {ready}"
    );
    assert!(server.log.text().contains("has seen"));
    assert!(
        server
            .log
            .text()
            .contains("the disclosure log has stopped: ")
    );
    assert!(server.get("/health/live", "").starts_with("HTTP/1.1 200"));
    std::thread::sleep(std::time::Duration::from_secs(5));
    let stopped = status(&network.place);
    assert_eq!(
        (stopped.signed, stopped.published),
        (1, 1),
        "{}",
        stopped.whole
    );
    assert!(
        server.get("/health/ready", "").contains("log_stopped"),
        "it stays so"
    );
    assert_eq!(server.stop(), Some(0));

    put(&here.join("newer"), &here);
    let server = network.server();
    network.event("Eiche");
    published(&network.place, newer.published + 1);
    assert!(server.get("/health/ready", "").contains("\"ok\""));
}

#[test]
fn a_lost_key_ends_the_log_and_the_next_one_says_where_it_ended() {
    let place = Place::new("lost");
    settings(&place, "");
    place.organisation("centre", "Ahorn");
    let server = Server::start(&place, &[]);
    let ended = published(&place, 1);
    assert_eq!(server.stop(), Some(0));
    fs::remove_file(place.path().join("freigabe.db.log.key")).unwrap();
    for command in ["key", "serve"] {
        let arguments = if command == "key" {
            vec!["log", "key"]
        } else {
            vec!["serve", "--listen", "127.0.0.1:0"]
        };
        let said = place.fails(&arguments);
        assert!(said.contains("freigabe log restart"), "{said}");
    }
    assert!(
        !place.path().join("freigabe.db.log.key").exists(),
        "no new key by itself"
    );
    let same = place.fails(&["log", "restart", "--origin", ORIGIN]);
    assert!(same.contains("already"), "{same}");
    let said = place.says(&["log", "restart", "--origin", "log.test/freigabe/2"]);
    assert!(said.contains("log.test/freigabe/2"), "{said}");

    let said = place.fails(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(said.contains("a log keeps its name"), "{said}");
    fs::write(
        place.path().join("freigabe.toml"),
        "log_origin = \"log.test/freigabe/2\"\n",
    )
    .unwrap();
    let server = Server::start(&place, &[]);
    place.organisation("centre", "Birke");
    let next = published(&place, 2);
    assert!(
        next.whole.starts_with("log 1: log.test/freigabe/2"),
        "{}",
        next.whole
    );
    let former = format!("former log 0: {ORIGIN}, {} leaves", ended.leaves);
    assert!(next.whole.contains(&former), "{}", next.whole);
    assert_eq!(server.stop(), Some(0));
}

/// The detail of a refusal for the time being.
#[track_caller]
fn put_off<T>(outcome: Result<T, Error>) -> String {
    match outcome {
        Ok(_) => panic!("it was not put off"),
        Err(Error::Api(error)) => {
            let problem = error.problem.unwrap();
            assert_eq!(problem.status, 503, "{problem:?}");
            problem.detail.unwrap()
        }
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_handed_out_only_once_its_collection_is_cosigned() {
    let mut network = Network::new("before", "log_before_disclose = true\n");
    Partners::add(&network.place);
    let server = network.server();
    let partners = Partners::of(&network.place, &server);
    let (_, draft) = partners.draft().await;
    let first = partners
        .centre
        .release_disclosure(&draft, None)
        .await
        .unwrap();
    let collected = partners
        .office
        .collect_disclosure(first.id, None)
        .await
        .unwrap();
    assert_eq!(collected.items.len(), 1);
    // Whatever was handed out is in what both witnesses have seen.
    let size = status(&network.place).published;
    for url in [&network.police.url, &network.network.url] {
        assert!(get(url, "/seen", "").contains(&format!("\"size\":{size}")));
    }

    let (consent, draft) = partners.draft().await;
    let second = partners
        .centre
        .release_disclosure(&draft, None)
        .await
        .unwrap();
    network.network.kill();
    let key = Some("the-same-key");
    let told = put_off(partners.office.collect_disclosure(second.id, key).await);
    assert!(told.contains("Nothing was handed out"), "{told}");
    // A withdrawal is never refused, and it wins.
    partners.centre.withdraw_consent(consent).await.unwrap();
    network.start_network();
    let outcome = partners.office.collect_disclosure(second.id, key).await;
    assert!(
        outcome.is_err(),
        "it was withdrawn before it was handed out"
    );
    published(&network.place, size + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_quorum_for_too_long_nothing_is_released_and_withdrawals_are_taken() {
    let mut network = Network::new("timeout", "log_quorum_timeout_seconds = 5\n");
    Partners::add(&network.place);
    let server = network.server();
    let partners = Partners::of(&network.place, &server);
    let (consent, draft) = partners.draft().await;
    let held = partners
        .centre
        .release_disclosure(&draft, None)
        .await
        .unwrap();
    published(&network.place, 1);
    network.police.kill();
    network.event("Birke");
    let began = std::time::Instant::now();
    let told = loop {
        match partners.centre.release_disclosure(&draft, None).await {
            Ok(_) => assert!(
                began.elapsed().as_secs() < 30,
                "it goes on without a quorum"
            ),
            refused => break put_off(refused),
        }
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    };
    assert!(
        told.contains("has not been cosigned by enough witnesses"),
        "{told}"
    );
    assert!(began.elapsed().as_secs() >= 4, "not at once");
    put_off(partners.office.collect_disclosure(held.id, None).await);
    partners.centre.withdraw_consent(consent).await.unwrap();

    let log = network.place.says(&["log", "key"]);
    let address = network.police.address();
    network.police = Witness::start(&network.place, "police", &address, &[log.trim()]);
    published(&network.place, 1);
    let (_, draft) = partners.draft().await;
    partners
        .centre
        .release_disclosure(&draft, None)
        .await
        .unwrap();
}
