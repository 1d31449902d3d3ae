//! What is fuzzed: each target takes any bytes and panics when a rule is broken. The tests run them with what is written
//! by hand, with damaged documents and with random bytes; `cargo fuzz` runs them for as long as you like.

use freigabe_ledger::merkle::{verify_consistency, verify_inclusion};
use freigabe_ledger::note::{NoteSigner, Signature};
use freigabe_ledger::tile::{Appender, Tiles, consistency_proof, inclusion_proof};
use freigabe_ledger::witness::{AddCheckpoint, Seen, read_conflict, read_response};
use freigabe_ledger::{
    Checkpoint, Commitment, CosignatureSigner, CosignatureVerifier, Hash, Leaf, LeafClass, Note,
    NoteVerifier, Policy, Receipt, SignedCheckpoint, TilePath, TlogProof, bundle,
};

#[path = "exports.rs"]
mod exports;

/// A target.
pub(crate) type Target = fn(&[u8]);

/// All targets with their names.
pub(crate) const TARGETS: &[(&str, Target)] = &[
    ("note", note),
    ("checkpoint", checkpoint),
    ("cosignature", cosignature),
    ("tlog_proof", tlog_proof),
    ("policy", policy),
    ("receipt", receipt),
    ("add_checkpoint", add_checkpoint),
    ("witness_response", witness_response),
    ("keys", keys),
    ("tile_path", tile_path),
    ("bundle", entry_bundle),
    ("inclusion", inclusion),
    ("consistency", consistency),
    ("appender", appender),
    ("export_line", exports::export_line),
    ("export", exports::export),
    ("events", exports::events),
    ("evidence", exports::evidence),
];

/// The log of all targets has this many leaves.
const SIZE: u64 = 77;

/// The older tree that a witness has seen.
const OLD: u64 = 30;

/// The index of the leaf of proof and receipt.
const INDEX: u64 = 40;

/// Everything that is signed in the world of the targets, so that whatever verifies must be one of these.
pub(crate) struct World {
    pub(crate) log: NoteSigner,
    pub(crate) witness: CosignatureSigner,
    pub(crate) policy: Policy,
    pub(crate) tiles: Tiles,
    pub(crate) bundle: Vec<u8>,
    pub(crate) root: Hash,
    pub(crate) old_root: Hash,
    pub(crate) checkpoint: Note,
    pub(crate) receipt: Note,
    pub(crate) proof: TlogProof,
    pub(crate) request: AddCheckpoint,
}

/// A leaf of the log.
pub(crate) fn leaf(number: u64) -> Leaf {
    Leaf {
        class: LeafClass::Operations,
        expiry_year: 2027,
        commitment: Commitment::over(&exports::salt(number), &exports::event(number)),
    }
}

impl World {
    /// Makes it anew, always the same.
    pub(crate) fn new() -> Self {
        let log = NoteSigner::from_seed("log.example", &[1; 32]).unwrap();
        let witness = CosignatureSigner::from_seed("witness.example", &[2; 32]).unwrap();
        let mut appender = Appender::new(0, &Tiles::new(), &[]).unwrap();
        (0..SIZE).for_each(|number| {
            appender.append(&leaf(number));
        });
        let appended = appender.finish();
        let tiles: Tiles = appended.tiles.into_iter().collect();
        let tree = Checkpoint {
            origin: "log.example".to_owned(),
            size: SIZE,
            root: appended.root,
        };
        let signed = SignedCheckpoint::sign(&tree, &[&log]).unwrap();
        let mut checkpoint = signed.note().clone();
        checkpoint
            .add(witness.cosign(&tree, 1_800_000_000).unwrap())
            .unwrap();
        let receipt = Receipt {
            origin: "log.example".to_owned(),
            leaf: leaf(INDEX),
            merge_by: 1_800_000_000,
        };
        let growth = consistency_proof(OLD, SIZE, &tiles).unwrap();
        let (key, cokey) = (log.verifier(), witness.verifier());
        let policy =
            format!("# one\nlog {key}\nwitness w {cokey} https://w\ngroup g all w\nquorum g\n");
        Self {
            policy: Policy::parse(policy).unwrap(),
            bundle: appended.bundles[0].1.clone(),
            root: appended.root,
            old_root: freigabe_ledger::tile::root(OLD, &tiles).unwrap(),
            receipt: receipt.sign(&[&log]).unwrap(),
            proof: TlogProof {
                extra: Some(vec![1, 2, 3]),
                index: INDEX,
                hashes: inclusion_proof(INDEX, SIZE, &tiles).unwrap(),
                checkpoint: checkpoint.clone(),
            },
            request: AddCheckpoint::new(OLD, growth, signed),
            log,
            witness,
            tiles,
            checkpoint,
        }
    }

    /// Good inputs of a target, to begin with.
    pub(crate) fn seeds(&self, target: &str) -> Vec<Vec<u8>> {
        let cosignature = self.checkpoint.signatures()[1].to_string();
        let hashes = |hashes: &[Hash]| {
            hashes
                .iter()
                .flat_map(|hash| *hash.as_bytes())
                .collect::<Vec<u8>>()
        };
        let numbers = |a: u64, b: u64| [a.to_be_bytes(), b.to_be_bytes()].concat();
        let text = |text: &dyn ToString| vec![text.to_string().into_bytes()];
        match target {
            "note" | "cosignature" => text(&self.checkpoint),
            "checkpoint" => text(&self.checkpoint.text()),
            "tlog_proof" => text(&self.proof),
            "policy" => text(&self.policy),
            "receipt" => text(&self.receipt),
            "add_checkpoint" => text(&self.request),
            "witness_response" => vec![format!("{cosignature}\n").into_bytes(), b"77\n".to_vec()],
            "keys" => vec![
                self.log.verifier().to_string().into_bytes(),
                self.witness.verifier().to_string().into_bytes(),
                self.log.to_text().as_bytes().to_vec(),
                self.witness.to_text().as_bytes().to_vec(),
            ],
            "tile_path" => vec![
                b"tile/0/x001/x234/067".to_vec(),
                b"tile/entries/000.p/77".to_vec(),
            ],
            "bundle" => vec![self.bundle.clone()],
            "inclusion" => vec![[numbers(INDEX, SIZE), hashes(&self.proof.hashes)].concat()],
            "consistency" => vec![[numbers(OLD, SIZE), hashes(&self.request.proof)].concat()],
            "appender" => vec![[numbers(SIZE, 0), self.bundle.clone()].concat()],
            other => exports::seeds(self, other).unwrap_or_else(|| panic!("{other} has no seeds")),
        }
    }
}

thread_local! {
    static WORLD: World = World::new();
}

fn with(test: impl FnOnce(&World)) {
    WORLD.with(test);
}

fn note(data: &[u8]) {
    let Ok(note) = Note::parse(data) else { return };
    assert_eq!(
        note.to_string().as_bytes(),
        data,
        "a note is written as it was read"
    );
    with(|world| {
        if note.open([world.log.verifier()]).is_ok() {
            let signed = [world.checkpoint.text(), world.receipt.text()];
            assert!(
                signed.contains(&note.text()),
                "a note that was never signed opens"
            );
        }
    });
}

fn checkpoint(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert_eq!(
            checkpoint.to_string(),
            text,
            "a checkpoint is written as it was read"
        );
        assert!(Receipt::parse(text).is_err(), "a checkpoint is a receipt");
    }
}

fn cosignature(data: &[u8]) {
    let Ok(note) = Note::parse(data) else { return };
    with(|world| {
        if let Ok(Some(time)) = world.witness.verifier().cosigned(&note) {
            assert_eq!(
                (time, note.text()),
                (1_800_000_000, world.checkpoint.text())
            );
        }
    });
}

fn tlog_proof(data: &[u8]) {
    let Ok(proof) = TlogProof::parse(data) else {
        return;
    };
    assert_eq!(
        proof.to_string().as_bytes(),
        data,
        "a proof is written as it was read"
    );
    with(|world| {
        if proof
            .verify(leaf(proof.index).leaf_hash(), &world.policy)
            .is_ok()
        {
            let expected = inclusion_proof(proof.index, SIZE, &world.tiles);
            assert_eq!(Ok(proof.hashes), expected, "two proofs of one leaf");
        }
    });
}

fn policy(data: &[u8]) {
    let Ok(policy) = Policy::parse(data) else {
        return;
    };
    let again = Policy::parse(policy.to_string());
    assert_eq!(again, Ok(policy.clone()), "a policy means what it prints");
    let all = policy
        .witnesses()
        .iter()
        .map(|witness| witness.name.as_str());
    assert!(policy.is_quorum(all), "no quorum with all witnesses");
    assert_eq!(policy.is_quorum([]), policy.quorum().is_none());
    with(|world| {
        // Whatever it says, this must not panic.
        let _ = policy.verify(world.checkpoint.clone());
    });
}

fn receipt(data: &[u8]) {
    if let Ok(text) = str::from_utf8(data) {
        if let Ok(receipt) = Receipt::parse(text) {
            assert_eq!(
                receipt.to_string(),
                text,
                "a receipt is written as it was read"
            );
            assert!(
                Checkpoint::parse(text).is_err(),
                "a receipt is a checkpoint"
            );
        }
        if let Ok(note) = freigabe_ledger::receipt::from_header(text) {
            assert_eq!(freigabe_ledger::receipt::to_header(&note), text);
        }
    }
    let Ok(note) = Note::parse(data) else { return };
    with(|world| {
        if Receipt::open(&note, [world.log.verifier()]).is_ok() {
            assert_eq!(note.text(), world.receipt.text());
        }
    });
}

fn add_checkpoint(data: &[u8]) {
    let Ok(request) = AddCheckpoint::parse(data) else {
        return;
    };
    assert_eq!(
        request.to_string().as_bytes(),
        data,
        "a request is written as it was read"
    );
    with(|world| {
        let keys = [world.log.verifier().clone()];
        for seen in [
            Seen::NOTHING,
            Seen {
                size: OLD,
                root: world.old_root,
            },
            Seen {
                size: SIZE,
                root: world.root,
            },
            Seen {
                size: SIZE,
                root: world.old_root,
            },
        ] {
            if let Ok(accepted) = request.judge(&keys, seen) {
                assert_eq!(accepted.before(), seen);
                assert_eq!(
                    accepted.after(),
                    Seen {
                        size: SIZE,
                        root: world.root
                    }
                );
                let expected = consistency_proof(seen.size, SIZE, &world.tiles);
                assert_eq!(Ok(request.proof.clone()), expected);
            }
        }
    });
}

fn witness_response(data: &[u8]) {
    if let Some(size) = read_conflict(data) {
        assert_eq!(format!("{size}\n").as_bytes(), data);
    }
    with(|world| {
        let signed =
            SignedCheckpoint::open(world.checkpoint.clone(), [world.log.verifier()]).unwrap();
        if let Ok(found) = read_response(data, &signed, world.witness.verifier()) {
            let known = &world.checkpoint.signatures()[1];
            assert!(
                found
                    .iter()
                    .all(|(signature, time)| signature == known && *time == 1_800_000_000)
            );
        }
    });
    let line = str::from_utf8(data)
        .ok()
        .and_then(|text| text.strip_suffix('\n'));
    let Some(line) = line else { return };
    if let Ok(signature) = Signature::parse_line(line) {
        assert_eq!(
            signature.to_string(),
            line,
            "a signature is written as it was read"
        );
    }
}

fn keys(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    if let Ok(key) = NoteVerifier::parse(text) {
        assert_eq!(key.to_string(), text);
        assert!(CosignatureVerifier::parse(text).is_err());
    }
    if let Ok(key) = CosignatureVerifier::parse(text) {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(key) = NoteSigner::parse(text) {
        assert_eq!(key.to_text().as_str(), text);
    }
    if let Ok(key) = CosignatureSigner::parse(text) {
        assert_eq!(key.to_text().as_str(), text);
    }
}

fn tile_path(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    if let Ok(path) = text.parse::<TilePath>() {
        assert_eq!(path.to_string(), text, "a path is written as it was read");
    }
}

fn entry_bundle(data: &[u8]) {
    let Ok(entries) = bundle::entries(data) else {
        return;
    };
    let mut again = Vec::new();
    for entry in entries {
        bundle::push(&mut again, entry).unwrap();
    }
    assert_eq!(again, data, "a bundle is written as it was read");
    if let Ok(leaves) = bundle::leaves(data) {
        let mut again = Vec::new();
        for leaf in leaves {
            bundle::push(&mut again, &leaf.encode()).unwrap();
        }
        assert_eq!(again, data, "leaves are written as they were read");
    }
}

/// Two numbers and hashes.
fn numbers_and_hashes(data: &[u8]) -> Option<(u64, u64, Vec<Hash>)> {
    let (a, rest) = data.split_first_chunk::<8>()?;
    let (b, rest) = rest.split_first_chunk::<8>()?;
    let hashes = rest
        .as_chunks::<32>()
        .0
        .iter()
        .copied()
        .map(Hash::from_bytes);
    Some((
        u64::from_be_bytes(*a),
        u64::from_be_bytes(*b),
        hashes.collect(),
    ))
}

fn inclusion(data: &[u8]) {
    let Some((index, size, proof)) = numbers_and_hashes(data) else {
        return;
    };
    with(|world| {
        let verified =
            |size| verify_inclusion(index, size, leaf(index).leaf_hash(), &proof, world.root);
        // A root does not say of how many leaves; only with the signed size does a proof say where the leaf is.
        let _ = verified(size);
        if verified(SIZE).is_ok() {
            assert_eq!(
                Ok(proof.clone()),
                inclusion_proof(index, SIZE, &world.tiles)
            );
        }
    });
}

fn consistency(data: &[u8]) {
    let Some((old, new, proof)) = numbers_and_hashes(data) else {
        return;
    };
    with(|world| {
        let _ = verify_consistency(old, world.old_root, new, world.root, &proof);
        if verify_consistency(OLD, world.old_root, SIZE, world.root, &proof).is_ok() {
            assert_eq!(
                Ok(proof.clone()),
                consistency_proof(OLD, SIZE, &world.tiles)
            );
        }
    });
}

fn appender(data: &[u8]) {
    let Some((size, more)) = data.split_first_chunk::<8>() else {
        return;
    };
    let Some((more, last)) = more.split_first_chunk::<8>() else {
        return;
    };
    with(|world| {
        let size = u64::from_be_bytes(*size);
        let Ok(mut appender) = Appender::new(size, &world.tiles, last) else {
            return;
        };
        assert!(
            size == 0 || (size == SIZE && last == world.bundle),
            "damaged ground is built upon"
        );
        for number in 0..u64::from_be_bytes(*more) % 300 {
            appender.append(&leaf(size + number));
        }
        let appended = appender.finish();
        if size == SIZE && appended.size == SIZE {
            assert_eq!(appended.root, world.root);
        }
    });
}
