//! The evidence of one event, taken from a running installation and verified with `freigabe verify`.

use std::{
    fs,
    io::{Cursor, Read as _, Write as _},
    path::Path,
    process::{Command, Output},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use freigabe_ledger::NoteSigner;
use serde_json::Value;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::verify::{Audited, ORIGIN, lines, report, text};

/// A package that was taken, and the installation that it comes from.
struct Taken {
    audited: Audited,
    name: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Taken {
    /// Takes the evidence of the first event of the log, into a file of the name that the package has.
    fn new(place: &str) -> Self {
        let audited = Audited::new(place);
        audited.export("log.ndjson");
        let first: Value =
            serde_json::from_str(&lines(&audited.place.path().join("log.ndjson"))[1]).unwrap();
        let payload = STANDARD.decode(first["payload"].as_str().unwrap()).unwrap();
        let event: Value = serde_json::from_slice(&payload).unwrap();
        let id = event["id"].as_str().unwrap();
        let taken = audited.place.run(&[
            "request",
            "--server",
            &audited.server.url,
            "--client",
            "audit",
            "--key",
            "audit.jwk",
            &format!("/v1/audit/events/{id}/evidence"),
        ]);
        assert!(taken.status.success(), "{taken:?}");
        let name = format!("freigabe-evidence-{id}.zip");
        fs::write(audited.place.path().join(&name), &taken.stdout).unwrap();
        let files = unpacked(&taken.stdout);
        Self {
            audited,
            name,
            files,
        }
    }

    fn path(&self) -> &Path {
        self.audited.place.path()
    }

    fn file(&self, name: &str) -> String {
        let (_, content) = self.files.iter().find(|(file, _)| file == name).unwrap();
        String::from_utf8(content.clone()).unwrap()
    }

    /// Puts a package with another content of one file into `changed.zip`.
    fn change(&self, name: &str, content: &str) {
        let mut files = self.files.clone();
        let file = files.iter_mut().find(|(file, _)| file == name).unwrap();
        assert_ne!(file.1, content.as_bytes(), "{name} is not changed");
        file.1 = content.as_bytes().to_vec();
        fs::write(self.path().join("changed.zip"), packed(&files)).unwrap();
    }

    /// The lines of the package's README that call the program.
    fn calls(&self) -> Vec<String> {
        let readme = self.file("README.md");
        let calls = readme
            .lines()
            .filter(|line| line.starts_with("freigabe verify "));
        calls.map(str::to_owned).collect()
    }

    /// Runs a line as somebody does who copies it into a shell.
    fn shell(&self, line: &str) -> Output {
        let program = Path::new(env!("CARGO_BIN_EXE_freigabe"));
        let folder = program.parent().unwrap().display();
        Command::new("sh")
            .args(["-c", line])
            .current_dir(self.path())
            .env_clear()
            .env("PATH", format!("{folder}:/usr/bin:/bin"))
            .output()
            .unwrap()
    }
}

fn unpacked(package: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut package = ZipArchive::new(Cursor::new(package)).expect("a ZIP");
    (0..package.len())
        .map(|index| {
            let mut file = package.by_index(index).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        })
        .collect()
}

fn packed(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, content) in files {
        package.start_file(name.as_str(), options).unwrap();
        package.write_all(content).unwrap();
    }
    package.finish().unwrap().into_inner()
}

/// Base64 with one bit of one byte flipped.
fn flipped(base64: &str, byte: usize) -> String {
    let mut bytes = STANDARD.decode(base64.trim_end()).unwrap();
    bytes[byte] ^= 1;
    format!("{}\n", STANDARD.encode(bytes))
}

/// A text with one of its lines changed.
fn with_line(text: &str, number: usize, change: impl Fn(&str) -> String) -> String {
    let changed = text.lines().enumerate();
    let changed = changed.map(|(line, content)| match line == number {
        true => change(content) + "\n",
        false => format!("{content}\n"),
    });
    changed.collect()
}

/// Where the checkpoint begins in a proof.
fn checkpoint_of(proof: &str) -> usize {
    proof.lines().position(str::is_empty).unwrap() + 1
}

#[test]
fn the_calls_that_a_package_shows_verify_it() {
    let taken = Taken::new("evidence-readme");
    let calls = taken.calls();
    assert_eq!(calls.len(), 6, "{calls:?}");
    // Handed over in another way.
    let policy = format!("log {}\nquorum none\n", taken.audited.key);
    fs::write(taken.path().join("log.policy"), policy).unwrap();
    fs::write(
        taken.path().join("log.vkey"),
        format!("{}\n", taken.audited.key),
    )
    .unwrap();
    for call in &calls {
        let output = taken.shell(call);
        assert_eq!(output.status.code(), Some(0), "{call}: {output:?}");
        let said = text(&output);
        let german = call.ends_with("--language de");
        let (verified, subject, own) = if german {
            (
                "GEPRÜFT: nichts zu beanstanden.",
                "Beweis eines Ereignisses",
                "nur das Beweispaket selbst",
            )
        } else {
            (
                "VERIFIED: nothing is wrong.",
                "evidence of one event",
                "taken from the package itself",
            )
        };
        assert!(said.starts_with(verified), "{call}: {said}");
        for told in [subject, ORIGIN] {
            assert!(said.contains(told), "{told}: {said}");
        }
        let trusted = call.contains("--policy") || call.contains("--key");
        assert_eq!(said.contains(own), !trusted, "{call}: {said}");
    }
    let json = taken.shell(&format!("{} --format json", calls[0]));
    assert_eq!(json.status.code(), Some(0), "{json:?}");
    let told = report(&json);
    assert_eq!(told["verified"], true);
    assert_eq!(told["subject"], "event");
    assert_eq!(told["event"]["index"], 0);
    assert_eq!(told["payloads"]["checked"], 1);
}

#[test]
fn whatever_is_changed_in_a_package_is_found_and_named() {
    let taken = Taken::new("evidence-changed");
    let (salt, leaf) = (taken.file("salt"), taken.file("leaf"));
    let (event, proof) = (taken.file("event.json"), taken.file("proof.tlog-proof"));
    let checkpoint = checkpoint_of(&proof);
    assert!(proof.contains("\nindex 0\n"), "{proof}");
    let other_event = ("other_payload", "commits to", "auf das sich der Eintrag");
    let not_included = ("not_included", "does not lead from", "führt nicht vom");
    let bad_signature = ("bad_signature", "is wrong", "ist falsch");
    let retention = (
        "wrong_retention",
        "expiry year of the leaf",
        "Löschjahr des Eintrags",
    );
    let changes = [
        (
            "event.json",
            event.replacen("organisation_added", "organisation_adder", 1),
            vec![other_event],
        ),
        ("salt", flipped(&salt, 31), vec![other_event]),
        // Its expiry year.
        ("leaf", flipped(&leaf, 3), vec![not_included, retention]),
        // Its commitment.
        ("leaf", flipped(&leaf, 35), vec![not_included, other_event]),
        (
            "proof.tlog-proof",
            proof.replacen("index 0", "index 1", 1),
            vec![not_included],
        ),
        (
            "proof.tlog-proof",
            with_line(&proof, 2, |hash| flipped(hash, 7).trim_end().to_owned()),
            vec![not_included],
        ),
        // The size of the signed tree.
        (
            "proof.tlog-proof",
            with_line(&proof, checkpoint + 1, |size| format!("1{size}")),
            vec![bad_signature, not_included],
        ),
        // The root of the signed tree.
        (
            "proof.tlog-proof",
            with_line(&proof, checkpoint + 2, |root| {
                flipped(root, 0).trim_end().to_owned()
            }),
            vec![bad_signature, not_included],
        ),
        // The signature.
        (
            "proof.tlog-proof",
            with_line(&proof, checkpoint + 4, |line| {
                let (name, signature) = line.rsplit_once(' ').unwrap();
                format!("{name} {}", flipped(signature, 20).trim_end())
            }),
            vec![bad_signature],
        ),
    ];
    for (file, content, expected) in changes {
        taken.change(file, &content);
        found(&taken.audited, "changed.zip", &taken.audited.key, &expected);
    }
}

#[test]
fn a_foreign_key_proves_nothing() {
    let taken = Taken::new("evidence-key");
    let foreign = NoteSigner::from_seed(ORIGIN, &[9; 32]).unwrap();
    let foreign = foreign.verifier().to_string();
    let not_signed = (
        "not_signed",
        "None of the known keys",
        "Keiner der bekannten",
    );
    found(&taken.audited, &taken.name, &foreign, &[not_signed]);
    // Nor does one that somebody wrote into the package itself.
    let policy = taken
        .file("policy.txt")
        .replace(&taken.audited.key, &foreign);
    taken.change("policy.txt", &policy);
    let output = taken.audited.place.run(&["verify", "changed.zip"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(&output).contains(not_signed.1), "{output:?}");
    // Whoever names the right one is not deceived by it.
    let output = taken.audited.verify("changed.zip", &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn what_can_not_be_read_in_a_package_is_status_2_and_named() {
    let taken = Taken::new("evidence-unreadable");
    let leaf = taken.file("leaf");
    let short = format!("{}\n", STANDARD.encode([7; 31]));
    let salt = taken.file("salt");
    let unreadable = [
        ("leaf", flipped(&leaf, 0), "leaf"),
        ("salt", short, "salt"),
        ("salt", salt.replace('=', ""), "salt"),
        (
            "proof.tlog-proof",
            "no proof\n".to_owned(),
            "proof.tlog-proof",
        ),
    ];
    for (file, content, named) in unreadable {
        taken.change(file, &content);
        let output = taken.audited.verify("changed.zip", &[]);
        assert_eq!(output.status.code(), Some(2), "{file}: {output:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            said.contains("changed.zip") && said.contains(named),
            "{said}"
        );
    }
}

/// Finds exactly this, and says it in both languages and for programs.
#[track_caller]
fn found(audited: &Audited, package: &str, key: &str, expected: &[(&str, &str, &str)]) {
    let place = &audited.place;
    let verify = |more: &[&str]| {
        let output = place.run(&[&["verify", package, "--key", key], more].concat());
        assert_eq!(output.status.code(), Some(1), "{expected:?}: {output:?}");
        output
    };
    let told = report(&verify(&["--format", "json"]));
    assert_eq!(told["verified"], false);
    let violations = told["violations"].as_array().unwrap().iter();
    let mut codes: Vec<&str> = violations.map(|v| v["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    let mut wanted: Vec<&str> = expected.iter().map(|(code, ..)| *code).collect();
    wanted.sort_unstable();
    assert_eq!(codes, wanted, "{told}");
    let english = text(&verify(&[]));
    assert!(english.starts_with("NOT VERIFIED."), "{english}");
    let german = text(&verify(&["--language", "de"]));
    assert!(german.starts_with("NICHT IN ORDNUNG."), "{german}");
    for (_, in_english, in_german) in expected {
        assert!(english.contains(in_english), "{in_english}: {english}");
        assert!(german.contains(in_german), "{in_german}: {german}");
    }
}
