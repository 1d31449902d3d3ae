//! A witness as a process: its commands, its crash, and its memory.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    process::{Child, Stdio},
    time::Duration,
};

use freigabe_ledger::{
    Checkpoint, Commitment, Hash, Leaf, LeafClass, NoteSigner, Salt, SignedCheckpoint, Tiles,
    tile::{Appender, consistency_proof},
    witness::AddCheckpoint,
};

use crate::place::{Log, Place, get, stop, text};

/// A witness that runs until it is dropped.
pub(super) struct Witness {
    pub(super) process: Child,
    pub(super) url: String,
    pub(super) log: Log,
}

impl Witness {
    /// Makes key and store under this name, and starts; the public key.
    pub(super) fn begin(place: &Place, name: &str, logs: &[&str]) -> (Self, String) {
        let key = place.says(&[
            "witness",
            "key",
            "generate",
            &format!("{name}.key"),
            "--name",
            &format!("{name}.example"),
        ]);
        place.says(&["witness", "init", "--store", &format!("{name}.db")]);
        (
            Self::start(place, name, "127.0.0.1:0", logs),
            key.trim().to_owned(),
        )
    }

    /// Starts with the key and store of this name.
    #[track_caller]
    pub(super) fn start(place: &Place, name: &str, listen: &str, logs: &[&str]) -> Self {
        let (key, store) = (format!("{name}.key"), format!("{name}.db"));
        let mut arguments = vec![
            "witness", "serve", "--key", &key, "--store", &store, "--listen", listen,
        ];
        for log in logs {
            arguments.extend(["--log", log]);
        }
        let mut process = place
            .command(&arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (address, log) = Log::until(process.stderr.take().unwrap(), "address=");
        Self {
            process,
            url: format!("http://{address}"),
            log,
        }
    }

    /// Where it listens, for starting it again in the same place.
    pub(super) fn address(&self) -> String {
        self.url.trim_start_matches("http://").to_owned()
    }

    pub(super) fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.kill();
    }
}

const ORIGIN: &str = "log.example/freigabe";

/// A log with so many leaves, and its tree at every size.
struct Grown {
    tiles: Tiles,
    roots: Vec<Hash>,
    signer: NoteSigner,
}

impl Grown {
    fn to(size: u64) -> Self {
        let (mut tiles, mut roots) = (Tiles::new(), vec![Hash::EMPTY]);
        let mut bundle = Vec::new();
        for index in 0..size {
            let mut appender = Appender::new(index, &tiles, &bundle).unwrap();
            let salt = Salt::from_bytes([3; 32]);
            appender.append(&Leaf {
                class: LeafClass::Operations,
                expiry_year: 2030,
                commitment: Commitment::over(&salt, &index.to_be_bytes()),
            });
            let appended = appender.finish();
            tiles.update(&appended);
            roots.push(appended.root);
            bundle = appended
                .bundles
                .last()
                .map_or(Vec::new(), |(_, bytes)| bytes.clone());
            if appended.size.is_multiple_of(256) {
                bundle.clear();
            }
        }
        let signer = NoteSigner::from_seed(ORIGIN, &[1; 32]).unwrap();
        Self {
            tiles,
            roots,
            signer,
        }
    }

    fn key(&self) -> String {
        self.signer.verifier().to_string()
    }

    fn step(&self, old: u64, new: u64) -> String {
        let checkpoint = Checkpoint {
            origin: ORIGIN.to_owned(),
            size: new,
            root: self.roots[usize::try_from(new).unwrap()],
        };
        let signed = SignedCheckpoint::sign(&checkpoint, &[&self.signer]).unwrap();
        let proof = match old {
            0 => Vec::new(),
            _ if old == new => Vec::new(),
            _ => consistency_proof(old, new, &self.tiles).unwrap(),
        };
        AddCheckpoint::new(old, proof, signed).to_string()
    }
}

/// Status and body; nothing when the connection broke.
pub(super) fn post(url: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .ok()?;
    let head = format!(
        "POST /add-checkpoint HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    Some((status, body.to_owned()))
}

#[test]
fn a_witness_is_begun_on_purpose_and_keeps_what_it_needs_to_itself() {
    let place = Place::new("witness-begin");
    let log = Grown::to(0).key();
    let serve = [
        "witness", "serve", "--key", "w.key", "--store", "w.db", "--log", &log,
    ];
    let name = ["witness", "key", "generate", "w.key", "--name", "w.example"];
    let key = place.says(&name);
    assert!(key.starts_with("w.example+"), "{key}");
    assert_eq!(place.says(&["witness", "key", "public", "w.key"]), key);
    assert!(place.fails(&name).contains("not overwritten"));
    assert!(place.fails(&serve).contains("freigabe witness init"));
    assert!(!place.path().join("w.db").exists());
    place.says(&["witness", "init", "--store", "w.db"]);
    assert!(
        place
            .fails(&["witness", "init", "--store", "w.db"])
            .contains("not overwritten")
    );
    for private in ["w.key", "w.db"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(place.path().join(private))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o7777, 0o600, "{private}");
    }
    let bad_name = ["witness", "key", "generate", "x.key", "--name", "two words"];
    assert!(place.fails(&bad_name).contains("--name"));
    let not_a_log = [
        "witness", "serve", "--key", "w.key", "--store", "w.db", "--log", "nonsense",
    ];
    assert!(place.fails(&not_a_log).contains("freigabe log key"));
    let mut witness = Witness::start(&place, "w", "127.0.0.1:0", &[&log]);
    let well = place.says(&["health", "--server", &witness.url]);
    assert_eq!(well.trim(), "ok");
    assert_eq!(stop(&mut witness.process), Some(0));
    assert!(witness.log.text().contains("stopping"));
}

#[test]
fn settings_of_a_witness_come_from_the_file_and_the_environment() {
    let place = Place::new("witness-settings");
    let log = Grown::to(0).key();
    place.says(&["witness", "key", "generate", "w.key", "--name", "w.example"]);
    place.says(&["witness", "init", "--store", "w.db"]);
    let settings = format!("listen = \"127.0.0.1:0\"\nstore = \"w.db\"\nlogs = [\"{log}\"]\n");
    fs::write(place.path().join("witness.toml"), settings).unwrap();
    let mut process = place
        .command(&["witness", "serve", "--config", "witness.toml"])
        .env("FREIGABE_WITNESS_KEY_FILE", "w.key")
        .env("FREIGABE_WITNESS_LOGS", "")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (address, _) = Log::until(process.stderr.take().unwrap(), "address=");
    let seen = get(&address, "/seen", "");
    let _ = process.kill();
    let _ = process.wait();
    assert!(seen.contains(ORIGIN), "{seen}");
    let unset = place.run(&["witness", "serve", "--config", "witness.toml"]);
    assert!(text(&unset.stderr).contains("--key FILE"));
}

#[test]
fn the_example_settings_of_a_witness_are_understood() {
    let place = Place::new("witness-example");
    let example = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../deploy/witness.example.toml"
    );
    let whole = fs::read_to_string(example).unwrap().replace("#: ", "");
    fs::write(place.path().join("witness.toml"), whole).unwrap();
    // Everything is understood up to the key, which lies elsewhere.
    let said = place.fails(&["witness", "serve", "--config", "witness.toml"]);
    assert!(said.contains("/etc/freigabe-witness/witness.key"), "{said}");
}

#[test]
fn a_witness_killed_at_any_moment_keeps_every_cosignature_it_gave_and_never_goes_back() {
    let place = Place::new("witness-killed");
    let log = Grown::to(1_500);
    let (first, _) = Witness::begin(&place, "w", &[&log.key()]);
    let listen = first.address();
    drop(first);
    let (mut given, mut asked) = (0_u64, 0_u64);
    for round in 0..12_u64 {
        let mut witness = Witness::start(&place, "w", &listen, &[&log.key()]);
        // It says itself what it remembers, to whoever thinks that it knows more than that.
        let (status, told) = post(&witness.url, &log.step(1_499, 1_500)).unwrap();
        assert_eq!(status, 409, "{told}");
        let known: u64 = told.trim().parse().unwrap();
        assert!(known >= given, "it gave {given} and remembers {known}");
        assert!(
            known <= asked,
            "it remembers {known}, and was asked for {asked} at most"
        );
        given = known;
        let id = witness.process.id();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(23 + round * 17));
            let mut kill = std::process::Command::new("kill");
            kill.args(["-KILL", &id.to_string()]).status().unwrap();
        });
        while given < 1_400 {
            asked = given + 1;
            match post(&witness.url, &log.step(given, asked)) {
                Some((200, _)) => given = asked,
                Some((status, told)) => panic!("{status}: {told}"),
                None => break,
            }
        }
        killer.join().unwrap();
        witness.kill();
    }
    assert!(given > 12, "it was killed before it did anything");
}
