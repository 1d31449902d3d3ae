//! Verifiers that nobody here wrote: Go's `sumdb/note` and `sumdb/tlog`, and the crates `signed_note` (Cloudflare) and
//! `ct-merkle` (rozbb). They accept what we serve, and reject each thing that may be done to it, as ours does.

use std::path::{Path, PathBuf};
use std::process::Command;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
use freigabe_ledger::{Checkpoint, Hash};
use sha2::Sha256;
use signed_note::{StandardVerifier, VerifierList};

use crate::given::{log_key, witness_key};
use crate::ours::{self, Rejected};
use crate::served::{MUTATIONS, Served};

/// Where Debian puts the sources of Go's packages.
const GOPATH: &str = "/usr/share/gocode";

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("foreign-{}", std::process::id());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed lies in the target folder and harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Builds tests/foreign/log/verify.go.
fn go_verifier(folder: &Folder) -> PathBuf {
    let program = folder.0.join("verify");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/foreign/log/verify.go");
    let built = Command::new("go")
        .args(["build", "-o"])
        .arg(&program)
        .arg(source)
        .envs([
            ("GO111MODULE", "off"),
            ("GOPATH", GOPATH),
            ("CGO_ENABLED", "0"),
        ])
        .env(
            "GOCACHE",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("go-cache"),
        )
        .output()
        .unwrap_or_else(|error| panic!("Go cannot be started ({error}): {INSTALL}"));
    let complaint = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{complaint}\n{INSTALL}");
    program
}

const INSTALL: &str =
    "sudo apt-get install --yes golang-go golang-golang-x-mod-dev, or let `cargo xtask test` do it";

/// Lets Go's packages verify a log.
fn go(program: &Path, log: &Path) -> Result<(), Rejected> {
    let file = |name: &str| log.join(name);
    let output = Command::new(program)
        .args(["-key", &log_key(1).verifier().to_string()])
        .args([
            "-witness",
            &witness_key("witness.example", 7).verifier().to_string(),
        ])
        .arg("-old")
        .arg(file("old"))
        .arg("-growth")
        .arg(file("growth"))
        .arg("-proof")
        .arg(file("proof"))
        .arg("-receipt")
        .arg(file("receipt"))
        .arg(log)
        .output()?;
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    match output.status.code() {
        Some(0) => Ok(()),
        Some(1) if complaint.starts_with("rejected: ") => Err(complaint.into()),
        other => panic!("the verifier ended with {other:?}: {complaint}"),
    }
}

/// Lets `signed_note` and `ct-merkle` verify a log. They know no cosignatures.
fn crates(served: &Served) -> Result<(), Rejected> {
    let key = log_key(1).verifier().to_string();
    let open = |bytes: &[u8]| -> Result<String, Rejected> {
        let known = VerifierList::new(vec![Box::new(StandardVerifier::new(&key)?)]);
        let note = signed_note::Note::from_bytes(bytes)?;
        note.verify(&known)?;
        Ok(String::from_utf8(note.text().to_vec())?)
    };
    let checkpoint = |bytes: &[u8]| -> Result<Checkpoint, Rejected> { Ok(open(bytes)?.parse()?) };
    let tree = checkpoint(&served.0["checkpoint"])?;
    let root = root_hash(&tree);

    let entries = entries(served, tree.size)?;
    require(
        tree_over(&entries).root() == root,
        "the entries have another root",
    )?;
    let hashes = |level: &str| -> Vec<u8> {
        let tiles = served
            .0
            .iter()
            .filter(|(path, _)| path.starts_with(&format!("tile/{level}/")));
        tiles.flat_map(|(_, hashes)| hashes.clone()).collect()
    };
    let roots = |span: usize| -> Vec<u8> {
        let trees = entries.chunks_exact(span).map(tree_over);
        trees
            .flat_map(|tree| tree.root().as_bytes().to_vec())
            .collect()
    };
    require(hashes("0") == roots(1), "a leaf hash is another")?;
    require(hashes("1") == roots(256), "a hash above is another")?;

    let (head, note) = parts(served, "proof")?;
    let index: u64 = head[1].strip_prefix("index ").ok_or("no index")?.parse()?;
    let entry = entries
        .get(usize::try_from(index)?)
        .ok_or("no such entry")?;
    let proof = InclusionProof::<Sha256>::try_from_bytes(decoded(&head[2..])?).map_err(debug)?;
    root_hash(&checkpoint(&note)?)
        .verify_inclusion(entry, index, &proof)
        .map_err(debug)?;

    let old = checkpoint(&served.0["old"])?;
    let (head, note) = parts(served, "growth")?;
    require(
        head[0] == format!("old {}", old.size),
        "the growth begins elsewhere",
    )?;
    let growth = ConsistencyProof::<Sha256>::try_from_bytes(decoded(&head[1..])?).map_err(debug)?;
    root_hash(&checkpoint(&note)?)
        .verify_consistency(&root_hash(&old), &growth)
        .map_err(debug)?;

    let receipt = open(&served.0["receipt"])?;
    let leaf: freigabe_ledger::Receipt = receipt.parse()?;
    require(
        entries.contains(&leaf.leaf.encode().to_vec()),
        "the receipt's leaf is not there",
    )
}

fn entries(served: &Served, size: u64) -> Result<Vec<Vec<u8>>, Rejected> {
    let mut found = Vec::new();
    let bundles = served
        .0
        .iter()
        .filter(|(path, _)| path.starts_with("tile/entries/"));
    for mut rest in bundles.map(|(_, bytes)| bytes.as_slice()) {
        while let Some((length, after)) = rest.split_first_chunk() {
            let length = usize::from(u16::from_be_bytes(*length));
            let (entry, after) = after.split_at_checked(length).ok_or("cut off")?;
            found.push(entry.to_vec());
            rest = after;
        }
        require(rest.is_empty(), "cut off")?;
    }
    require(found.len() as u64 == size, "another number of entries")?;
    Ok(found)
}

fn tree_over(entries: &[Vec<u8>]) -> MemoryBackedTree<Sha256, Vec<u8>> {
    let mut tree = MemoryBackedTree::new();
    entries.iter().for_each(|entry| tree.push(entry.clone()));
    tree
}

fn root_hash(checkpoint: &Checkpoint) -> RootHash<Sha256> {
    RootHash::new((*checkpoint.root.as_bytes()).into(), checkpoint.size)
}

/// The lines before an empty line, and the note after it.
fn parts(served: &Served, name: &str) -> Result<(Vec<String>, Vec<u8>), Rejected> {
    let text = served.text(name);
    let (head, note) = text.split_once("\n\n").ok_or("no note")?;
    let lines = head.lines().map(str::to_owned).collect();
    Ok((lines, note.as_bytes().to_vec()))
}

fn decoded(lines: &[String]) -> Result<Vec<u8>, Rejected> {
    let mut bytes = Vec::new();
    for line in lines {
        bytes.extend_from_slice(line.parse::<Hash>()?.as_bytes());
    }
    Ok(bytes)
}

fn require(holds: bool, otherwise: &str) -> Result<(), Rejected> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

fn debug(error: impl std::fmt::Debug) -> Rejected {
    format!("{error:?}").into()
}

fn ours(served: &Served) -> Result<(), Rejected> {
    let (key, witness) = (log_key(1), witness_key("witness.example", 7));
    ours::verify(served, key.verifier(), witness.verifier())
}

#[test]
fn go_and_ours_accept_what_is_served_and_reject_each_change() {
    let folder = Folder::new();
    let program = go_verifier(&folder);
    let good = Served::new();
    let log = folder.0.join("log");
    good.write_to(&log);
    go(&program, &log).unwrap();
    ours(&good).unwrap();
    for (name, change) in MUTATIONS {
        let mut changed = good.clone();
        change(&mut changed);
        assert!(changed != good, "nothing happens when {name}");
        let log = folder.0.join("changed");
        changed.write_to(&log);
        assert!(go(&program, &log).is_err(), "Go accepts when {name}");
        assert!(ours(&changed).is_err(), "ours accepts when {name}");
        std::fs::remove_dir_all(log).unwrap();
    }
}

#[test]
fn two_crates_accept_what_is_served_and_reject_each_change() {
    let good = Served::new();
    crates(&good).unwrap();
    for (name, change) in MUTATIONS
        .iter()
        .filter(|(name, _)| !name.contains("cosignature"))
    {
        let mut changed = good.clone();
        change(&mut changed);
        assert!(crates(&changed).is_err(), "they accept when {name}");
    }
}
