//! Two servers on one PostgreSQL database keep one log: one of them asks the witnesses, and none signs what is not its own.

use std::{fs, time::Duration};

use freigabe_testkit::{Backend, TestDatabase, database::cosigning_lease, on_both::run};
use uuid::Uuid;

use crate::{
    log::{ORIGIN, published, signed_by, status},
    place::{Place, Server, eventually},
    witness::Witness,
};

/// How long one node alone asks the witnesses, in microseconds.
const LEASE: i64 = 10_000_000;

/// Two nodes with the same database and the same keys.
struct Nodes {
    database: TestDatabase,
    places: [Place; 2],
}

impl Nodes {
    async fn new(name: &str) -> Self {
        let database = TestDatabase::fresh(Backend::Postgres).await;
        let places = ["one", "two"].map(|node| Place::new(&format!("{name}-{node}")));
        let [first, second] = &places;
        for (kind, file) in [
            ("--master", "master.key"),
            ("--token-signing", "token.key"),
            ("--log-signing", "log.key"),
        ] {
            first.says(&["key", "generate", kind, file]);
            fs::copy(first.path().join(file), second.path().join(file)).unwrap();
        }
        let nodes = Self { database, places };
        for place in &nodes.places {
            nodes.settings(place, ORIGIN, "log.key", "");
        }
        nodes
    }

    fn settings(&self, place: &Place, origin: &str, key: &str, more: &str) {
        let url = &self.database.url;
        let text = format!(
            "database_url = \"{url}\"\nmaster_key_file = \"master.key\"\ntoken_signing_key_file = \"token.key\"\n\
             log_origin = \"{origin}\"\nlog_signing_key_file = \"{key}\"\n\
             log_level = \"info,freigabe_server=debug\"\n{more}"
        );
        fs::write(place.path().join("freigabe.toml"), text).unwrap();
    }

    fn server(&self, node: usize) -> Server {
        Server::start(&self.places[node], &[])
    }

    /// An event, until it is published.
    fn event(&self, name: &str) {
        let place = &self.places[0];
        let before = status(place).leaves;
        place.organisation("centre", name);
        published(place, before + 1);
    }

    async fn lease(&self) -> (Uuid, i64) {
        let lease = cosigning_lease(&self.database.url).await;
        lease.expect("somebody asked")
    }

    /// Waits until another node than this one has the lease; the lease as it was then.
    async fn taken_over(&self, from: Uuid) -> (Uuid, i64) {
        for _ in 0..400 {
            let lease = self.lease().await;
            if lease.0 != from {
                return lease;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("nobody took the lease over");
    }
}

/// How many cosignatures a node was given.
fn cosigned(server: &Server) -> usize {
    let said = server.log.text();
    said.matches("a witness cosigned the disclosure log")
        .count()
}

#[test]
fn one_node_asks_the_witnesses_and_the_other_goes_on_when_it_ends() {
    run(async {
        let nodes = Nodes::new("lease").await;
        let key = nodes.places[0].says(&["log", "key"]);
        let (witness, witness_key) = Witness::begin(&nodes.places[0], "police", &[key.trim()]);
        let policy = format!(
            "log {key}witness police {witness_key} {}\nquorum police\n",
            witness.url
        );
        for place in &nodes.places {
            fs::write(place.path().join("log.policy"), &policy).unwrap();
            let policy = "log_policy_file = \"log.policy\"\n";
            nodes.settings(place, ORIGIN, "log.key", policy);
        }
        let first = nodes.server(0);
        nodes.event("Ahorn");
        let (holder, _) = nodes.lease().await;
        let second = nodes.server(1);
        for name in ["Birke", "Clematis", "Distel", "Eiche"] {
            nodes.event(name);
        }
        let held = nodes.lease().await;
        assert_eq!(held.0, holder, "whoever has the lease keeps it");
        assert_eq!(cosigned(&second), 0, "the other asks nobody");
        assert!(cosigned(&first) >= 5);

        // It dies, and gives nothing up.
        drop(first);
        nodes.places[0].organisation("centre", "Fichte");
        let taken = nodes.taken_over(holder).await;
        assert!(
            taken.1 - LEASE >= held.1,
            "not before the lease of the dead was over: {taken:?} after {held:?}"
        );
        nodes.event("Ginster");
        assert!(cosigned(&second) >= 1);

        // It ends as it should, and gives up what it has.
        let first = nodes.server(0);
        let held = nodes.lease().await;
        assert_eq!(second.stop(), Some(0));
        let given_up = nodes.lease().await;
        assert_eq!(given_up.0, taken.0);
        assert!(
            given_up.1 < held.1,
            "given up before its time: {given_up:?}, {held:?}"
        );
        nodes.event("Hasel");
        assert_ne!(nodes.lease().await.0, taken.0);
        assert!(cosigned(&first) >= 1);
        assert_eq!(first.stop(), Some(0));
    });
}

#[test]
fn a_node_that_still_has_the_settings_of_an_ended_log_signs_nothing_and_says_why() {
    run(async {
        let next = format!("{ORIGIN}/2");
        let nodes = Nodes::new("ended").await;
        let [behind, changed] = &nodes.places;
        let server = nodes.server(0);
        nodes.event("Ahorn");
        let ended = status(behind);
        let old_key = behind.says(&["log", "key"]).trim().to_owned();

        // On another machine the log is continued under another name, while this node runs.
        changed.says(&["key", "generate", "--log-signing", "log.2.key"]);
        let said = changed.says(&["log", "restart", "--origin", &next]);
        assert!(said.contains(&next), "{said}");
        nodes.settings(changed, &next, "log.2.key", "");
        let why = format!("the newest log here is named {next}, and the settings say {ORIGIN}");
        eventually(
            "a node that says that its log has ended",
            || server.log.text(),
            |log| log.contains(&format!("the disclosure log has stopped: {why}")),
        );
        let ready = server.get("/health/ready", "");
        assert!(ready.contains("log_stopped"), "{ready}");
        assert!(
            ready.starts_with("HTTP/1.1 200"),
            "withdrawals must arrive: {ready}"
        );
        changed.organisation("centre", "Birke");
        tokio::time::sleep(Duration::from_secs(3)).await;
        let waits = status(changed);
        assert!(
            waits.whole.starts_with(&format!("log 1: {next}")),
            "{}",
            waits.whole
        );
        assert_eq!((waits.leaves, waits.signed), (1, 0), "{}", waits.whole);
        let former = format!("former log 0: {ORIGIN}, {} leaves", ended.leaves);
        assert!(waits.whole.contains(&former), "{}", waits.whole);

        // A node with the new settings goes on, and this one stays out of it.
        let other = nodes.server(1);
        let new_key = changed.says(&["log", "key"]).trim().to_owned();
        published(changed, 2);
        changed.organisation("centre", "Clematis");
        published(changed, 3);
        assert_eq!(signed_by(&other, &[old_key, new_key]), [false, true]);
        assert!(other.get("/health/ready", "").contains("\"ok\""));
        assert!(server.get("/health/ready", "").contains("log_stopped"));
        assert_eq!(server.stop(), Some(0));

        // With the new settings it takes part again.
        let key = changed.path().join("log.2.key");
        fs::copy(key, behind.path().join("log.2.key")).unwrap();
        nodes.settings(behind, &next, "log.2.key", "");
        let server = nodes.server(0);
        assert_eq!(other.stop(), Some(0));
        nodes.event("Distel");
        assert!(server.get("/health/ready", "").contains("\"ok\""));
    });
}
