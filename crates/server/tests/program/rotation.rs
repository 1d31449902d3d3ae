//! Another key for the log, by the steps of deploy/README.md.

use std::{fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use freigabe_ledger::{Checkpoint, Note, NoteSigner, SignedCheckpoint, witness::AddCheckpoint};

use crate::{
    log::{ORIGIN, Status, published, signed_by, status},
    place::{Place, Server, eventually, get},
    witness::{Witness, post},
};

/// Where the steps keep keys.
const FOLDER: &str = "/etc/freigabe/";

/// The numbered steps, as they are printed.
fn steps() -> Vec<String> {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let (_, section) = readme.split_once("### Replacing the log's key\n").unwrap();
    let (section, _) = section.split_once("\n**").unwrap();
    let mut steps: Vec<String> = Vec::new();
    for line in section.lines() {
        let number = format!("{}. ", steps.len() + 1);
        if let Some(step) = line.strip_prefix(&number) {
            steps.push(step.to_owned());
        } else if let (Some(step), Some(more)) = (steps.last_mut(), line.strip_prefix("   ")) {
            step.push(' ');
            step.push_str(more);
        }
    }
    assert_eq!(steps.len(), 5, "{steps:?}");
    steps
}

/// What stands in a step as code, with files in this folder.
fn code(step: &str) -> Vec<String> {
    let parts = step.split('`').skip(1).step_by(2);
    parts.map(|part| part.replace(FOLDER, "")).collect()
}

/// A log with two witnesses and a policy that names it by some of its keys.
struct Changing {
    place: Place,
    witnesses: Vec<(&'static str, Witness, String)>,
    /// The old key, and the new one once it is made.
    keys: Vec<String>,
}

impl Changing {
    fn new(name: &str) -> Self {
        let place = Place::new(name);
        place.says(&["key", "generate", "--log-signing", "log.key"]);
        let mut log = Self {
            place,
            witnesses: Vec::new(),
            keys: Vec::new(),
        };
        log.settings("log_signing_key_file = \"log.key\"\n", false);
        log.keys = log.printed();
        for name in ["police", "network"] {
            let (witness, key) = Witness::begin(&log.place, name, &[&log.keys[0]]);
            log.witnesses.push((name, witness, key));
        }
        log.policy(&log.keys);
        log.settings("log_signing_key_file = \"log.key\"\n", true);
        log
    }

    fn settings(&self, keys: &str, with_policy: bool) {
        let policy = if with_policy {
            "log_policy_file = \"log.policy\"\n"
        } else {
            ""
        };
        let text = format!("log_origin = \"{ORIGIN}\"\n{policy}{keys}");
        fs::write(self.place.path().join("freigabe.toml"), text).unwrap();
    }

    /// What `freigabe log key` prints.
    fn printed(&self) -> Vec<String> {
        let printed = self.place.says(&["log", "key"]);
        printed.lines().map(str::to_owned).collect()
    }

    fn policy(&self, keys: &[String]) {
        let mut policy: String = keys.iter().map(|key| format!("log {key}\n")).collect();
        for (name, witness, key) in &self.witnesses {
            policy.push_str(&format!("witness {name} {key} {}\n", witness.url));
        }
        policy.push_str("group both all police network\nquorum both\n");
        fs::write(self.place.path().join("log.policy"), policy).unwrap();
    }

    /// The witnesses know the log by these keys from now on.
    fn tell_witnesses(&mut self, keys: &[String]) {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        for (name, witness, _) in &mut self.witnesses {
            let address = witness.address();
            witness.kill();
            *witness = Witness::start(&self.place, name, &address, &keys);
        }
    }

    fn server(&self) -> Server {
        Server::start(&self.place, &[])
    }

    /// Who verifies with this key of the log, and the key of both witnesses.
    fn verifies(&self, server: &Server, key: &str) -> Option<i32> {
        let mut policy = format!("log {key}\n");
        for (name, _, key) in &self.witnesses {
            policy.push_str(&format!("witness {name} {key}\n"));
        }
        policy.push_str("group both all police network\nquorum both\n");
        fs::write(self.place.path().join("verifier.policy"), policy).unwrap();
        let verify = ["verify", &server.url, "--policy", "verifier.policy"];
        self.place.run(&verify).status.code()
    }

    /// An event, until it is published.
    fn event(&self, name: &str) -> Status {
        let before = status(&self.place).leaves;
        self.place.organisation("centre", name);
        published(&self.place, before + 1)
    }
}

#[track_caller]
fn until_signed_by(server: &Server, keys: &[String], expected: &[bool]) {
    eventually(
        "a checkpoint with these signatures",
        || signed_by(server, keys),
        |signed| signed == expected,
    );
}

#[test]
fn a_key_changes_by_the_printed_steps_and_nobody_meets_what_can_not_be_checked() {
    let steps = steps();
    let mut log = Changing::new("rotation");
    let server = log.server();
    log.event("Ahorn");
    assert_eq!(server.stop(), Some(0));

    // Step 1.
    let made = &code(&steps[0])[0];
    let made: Vec<&str> = made.strip_prefix("freigabe ").unwrap().split(' ').collect();
    log.place.says(&made);
    let next = *made.last().unwrap();

    // Step 2. The newest checkpoint bears both signatures before anything else happens.
    let code_2 = code(&steps[1]);
    log.settings(
        &format!("log_signing_key_file = \"log.key\"\n{}\n", code_2[0]),
        true,
    );
    assert!(code_2[0].contains(next) && code_2[1] == "freigabe log key");
    log.keys = log.printed();
    let (old, new) = (log.keys[0].clone(), log.keys[1].clone());
    let server = log.server();
    until_signed_by(&server, &log.keys, &[true, true]);
    log.event("Birke");
    assert_eq!(signed_by(&server, &log.keys), [true, true]);
    for key in [&old, &new] {
        assert_eq!(
            log.verifies(&server, key),
            Some(0),
            "whoever knows one of them"
        );
    }
    assert_eq!(server.stop(), Some(0));

    // Step 3.
    assert_eq!(code(&steps[2]), ["logs", "log KEY"]);
    log.tell_witnesses(&log.keys.clone());
    log.policy(&log.keys);

    // Step 4.
    assert_eq!(
        code(&steps[3]),
        ["log_signing_key_file", "log_other_key_files"]
    );
    log.settings(
        &format!("log_signing_key_file = \"{next}\"\nlog_other_key_files = [\"log.key\"]\n"),
        true,
    );
    assert_eq!(log.printed(), [new.clone(), old.clone()]);
    let server = log.server();
    log.event("Clematis");
    assert_eq!(signed_by(&server, &log.keys), [true, true]);
    for key in [&old, &new] {
        assert_eq!(
            log.verifies(&server, key),
            Some(0),
            "whoever knows one of them"
        );
    }
    assert_eq!(server.stop(), Some(0));

    // Step 5: on the server first.
    log.settings(&format!("log_signing_key_file = \"{next}\"\n"), true);
    fs::remove_file(log.place.path().join("log.key")).unwrap();
    let server = log.server();
    log.event("Distel");
    assert_eq!(signed_by(&server, &log.keys), [false, true]);
    assert_eq!(log.verifies(&server, &new), Some(0));
    assert_eq!(
        log.verifies(&server, &old),
        Some(1),
        "the old key signs no more"
    );
    let kept = log.keys[1..].to_vec();
    log.tell_witnesses(&kept);
    log.policy(&kept);
    log.event("Eiche");
    assert!(server.get("/health/ready", "").contains("\"ok\""));
    assert_eq!(server.stop(), Some(0));
}

/// A key of the log, as whoever stole its file has it.
fn stolen(file: &Path) -> NoteSigner {
    let pem = fs::read_to_string(file).unwrap();
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let key = STANDARD.decode(base64).unwrap();
    NoteSigner::from_seed(ORIGIN, key[16..48].try_into().unwrap()).unwrap()
}

#[test]
fn a_stolen_key_is_replaced_at_once_and_gets_no_cosignature_any_more() {
    let mut log = Changing::new("stolen");
    let server = log.server();
    let before = log.event("Ahorn");
    assert_eq!(server.stop(), Some(0));
    let thief = stolen(&log.place.path().join("log.key"));
    assert_eq!(thief.verifier().to_string(), log.keys[0]);

    // Without step 2 the new key is a stranger's.
    log.place
        .says(&["key", "generate", "--log-signing", "log.next.key"]);
    log.settings("log_signing_key_file = \"log.next.key\"\n", false);
    let server = log.server();
    eventually(
        "a server that does not take the new key for the log's",
        || server.get("/health/ready", ""),
        |answer| answer.contains("log_stopped"),
    );
    assert_eq!(server.stop(), Some(0));
    assert_eq!(status(&log.place).signed, before.signed);

    // Steps 1 and 2, without waiting for anybody.
    log.settings(
        "log_signing_key_file = \"log.key\"\nlog_other_key_files = [\"log.next.key\"]\n",
        true,
    );
    log.keys = log.printed();
    let (old, new) = (log.keys[0].clone(), log.keys[1].clone());
    let server = log.server();
    until_signed_by(&server, &log.keys, &[true, true]);
    assert_eq!(server.stop(), Some(0));

    // Step 4 with the old key left out; witnesses and policy get the new one instead of it.
    fs::remove_file(log.place.path().join("log.key")).unwrap();
    log.settings("log_signing_key_file = \"log.next.key\"\n", true);
    let kept = log.keys[1..].to_vec();
    log.policy(&kept);
    log.tell_witnesses(&kept);
    let server = log.server();
    log.event("Birke");
    assert_eq!(signed_by(&server, &log.keys), [false, true]);
    assert_eq!(log.verifies(&server, &new), Some(0));
    assert_eq!(log.verifies(&server, &old), Some(1));

    // Whatever the thief signs, no witness cosigns.
    let answer = get(&server.url, "/log/checkpoint", "");
    let (_, note) = answer.split_once("\r\n\r\n").unwrap();
    let seen = Checkpoint::parse(Note::parse(note).unwrap().text()).unwrap();
    let forged = SignedCheckpoint::sign(&seen, &[&thief]).unwrap();
    let request = AddCheckpoint::new(seen.size, Vec::new(), forged).to_string();
    for (name, witness, _) in &log.witnesses {
        let (status, told) = post(&witness.url, &request).unwrap();
        assert_eq!(status, 403, "{name}: {told}");
    }
    assert_eq!(server.stop(), Some(0));
}
