//! `freigabe verify` as an auditor uses it: over an export, the public log, and receipts.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::Path,
    process::Output,
};

use serde_json::Value;

use crate::place::{Place, Server, eventually, get};

pub(super) const ORIGIN: &str = "log.test/verified";

/// A running installation with an auditor, a centre whose receipts are kept, and the log's key.
pub(super) struct Audited {
    pub(super) place: Place,
    pub(super) server: Server,
    pub(super) key: String,
}

impl Audited {
    pub(super) fn new(name: &str) -> Self {
        let place = Place::new(name);
        fs::write(
            place.path().join("freigabe.toml"),
            format!("log_origin = \"{ORIGIN}\"\n"),
        )
        .unwrap();
        for (role, client) in [("auditor", "audit"), ("centre", "centre")] {
            let organisation = place.organisation(role, "Beispiel");
            let file = format!("{client}.jwk");
            place.says(&[
                "client",
                "add",
                "--id",
                client,
                "--organisation",
                &organisation,
                "--generate-key",
                &file,
            ]);
        }
        let key = place.says(&["log", "key"]).trim().to_owned();
        let server = Server::start(&place, &[]);
        let audited = Self { place, server, key };
        audited.published(4);
        audited
    }

    /// Waits until the published log has so many leaves.
    fn published(&self, leaves: u64) {
        eventually(
            "the published log",
            || get(&self.server.url, "/log/checkpoint", ""),
            |answer| {
                let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
                let size = body
                    .lines()
                    .nth(1)
                    .and_then(|line| line.parse::<u64>().ok());
                size >= Some(leaves)
            },
        );
    }

    pub(super) fn export(&self, file: &str) {
        let (url, output) = (self.server.url.clone(), file);
        self.place.says(&[
            "export",
            "--server",
            &url,
            "--client",
            "audit",
            "--key",
            "audit.jwk",
            "--output",
            output,
        ]);
    }

    pub(super) fn verify(&self, what: &str, more: &[&str]) -> Output {
        let mut arguments = vec!["verify", what, "--key", &self.key];
        arguments.extend(more);
        self.place.run(&arguments)
    }
}

pub(super) fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(super) fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

pub(super) fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn put(path: &Path, lines: &[String]) {
    fs::write(path, format!("{}\n", lines.join("\n"))).unwrap();
}

#[test]
fn an_export_verifies_and_any_change_of_it_is_found() {
    let audited = Audited::new("verify-export");
    audited.export("log.ndjson");
    let good = audited.verify("log.ndjson", &["--format", "json"]);
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    let told = report(&good);
    assert_eq!(told["verified"], true);
    assert_eq!(told["log"]["origin"], ORIGIN);
    let leaves = told["leaves"]["total"].as_u64().unwrap();
    assert!(leaves >= 2 && told["leaves"]["open"] == leaves, "{told}");
    assert_eq!(told["payloads"]["checked"], leaves);
    assert!(told["payloads"]["columns"].as_u64().unwrap() > leaves);

    let path = audited.place.path().join("log.ndjson");
    let whole = lines(&path);
    let changed = |change: &dyn Fn(&mut Vec<String>)| {
        let mut some = whole.clone();
        change(&mut some);
        put(&path, &some);
        audited.verify("log.ndjson", &["--format", "json"])
    };
    type Change<'a> = (&'a str, &'a dyn Fn(&mut Vec<String>));
    let changes: [Change<'_>; 5] = [
        ("a leaf left out", &|lines| drop(lines.remove(1))),
        ("leaves swapped", &|lines| lines.swap(1, 2)),
        ("a leaf twice", &|lines| lines.insert(1, lines[1].clone())),
        ("the end cut off", &|lines| drop(lines.pop())),
        ("a column changed", &|lines| {
            lines[1] = lines[1].replace("organisation_added", "organisation_changed");
        }),
    ];
    for (what, change) in changes {
        let found = changed(change);
        assert_eq!(found.status.code(), Some(1), "{what}: {found:?}");
        assert!(
            report(&found)["violation_count"].as_u64().unwrap() > 0,
            "{what}"
        );
    }
}

#[test]
fn the_report_is_for_people_in_german_and_english() {
    let audited = Audited::new("verify-report");
    audited.export("log.ndjson");
    let english = text(&audited.verify("log.ndjson", &[]));
    assert!(
        english.starts_with("VERIFIED: nothing is wrong.\n"),
        "{english}"
    );
    for told in [
        ORIGIN,
        "signed by",
        "OPEN",
        "MISSING",
        "No witness is required",
    ] {
        assert!(english.contains(told), "{told}: {english}");
    }
    let german = text(&audited.verify("log.ndjson", &["--language", "de"]));
    assert!(
        german.starts_with("GEPRÜFT: nichts zu beanstanden.\n"),
        "{german}"
    );
    for told in [
        "unterschrieben",
        "OFFEN",
        "FEHLT",
        "Kein Zeuge wird verlangt",
    ] {
        assert!(german.contains(told), "{told}: {german}");
    }
}

#[test]
fn the_public_log_verifies_by_its_address_and_remembers_what_was_seen() {
    let audited = Audited::new("verify-public");
    let url = audited.server.url.clone();
    let seen = ["--last-seen", "seen.note", "--update-last-seen"];
    let first = audited.verify(&url, &seen);
    assert_eq!(first.status.code(), Some(0), "{first:?}");
    assert!(text(&first).contains("not public"));
    let note = fs::read_to_string(audited.place.path().join("seen.note")).unwrap();
    assert!(note.starts_with(ORIGIN), "{note}");

    audited.place.organisation("centre", "Zweite");
    audited.published(5);
    let again = audited.verify(&url, &seen);
    assert_eq!(again.status.code(), Some(0), "{again:?}");
    assert!(text(&again).contains("it only grew since"), "{again:?}");

    // A checkpoint of another tree under the same name can't have been seen.
    let path = audited.place.path().join("seen.note");
    let forged = fs::read_to_string(&path).unwrap().replacen('\n', "\n9", 1);
    fs::write(&path, forged).unwrap();
    let found = audited.verify(&url, &["--last-seen", "seen.note"]);
    assert_eq!(found.status.code(), Some(1), "{found:?}");
}

#[test]
fn what_is_no_export_and_whom_nobody_named_are_status_2() {
    let place = Place::new("verify-unusable");
    fs::write(place.path().join("notes.txt"), "milk\n").unwrap();
    let untrusted = place.run(&["verify", "notes.txt"]);
    assert_eq!(untrusted.status.code(), Some(2), "{untrusted:?}");
    assert!(String::from_utf8_lossy(&untrusted.stderr).contains("say whom to trust"));
    let key = "log.test/verified+37a1e1c5+AVXFzrVpd0L9UlW7kKpTlqxa9xyJmaBUUI0Ma0qXv1vn";
    for (what, told) in [
        ("notes.txt", "line 1"),
        ("missing.ndjson", "missing.ndjson"),
    ] {
        let output = place.run(&["verify", what, "--key", key]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(told) || said.contains("key"), "{said}");
    }
}

#[test]
fn an_address_without_a_checkpoint_is_told_what_that_may_mean() {
    let place = Place::new("verify-nothing");
    let key = place.says(&["log", "key"]);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answering = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        assert!(connection.read(&mut request).unwrap() > 0);
        let answer = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        connection.write_all(answer.as_bytes()).unwrap();
    });
    let told = place.run(&["verify", &url, "--key", key.trim()]);
    answering.join().unwrap();
    assert_eq!(told.status.code(), Some(2), "{told:?}");
    let told = String::from_utf8(told.stderr).unwrap();
    assert!(told.contains("has published no checkpoint"), "{told}");
    assert!(told.contains("try again"), "{told}");
}
