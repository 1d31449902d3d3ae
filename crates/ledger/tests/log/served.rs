//! A log as it is served, with what its clients and witnesses hold of it; and what may be done to it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use freigabe_ledger::note::{Note, NoteSigner};
use freigabe_ledger::receipt::Receipt;
use freigabe_ledger::tile::{consistency_proof, inclusion_proof};
use freigabe_ledger::tlog_proof::TlogProof;
use freigabe_ledger::witness::AddCheckpoint;
use freigabe_ledger::{Hash, SignedCheckpoint, TilePath};

use crate::given::{Log, ORIGIN, leaf, log_key, witness_key};

/// Two full tiles of leaf hashes, one partial; so two hashes at the level above.
pub(crate) const SIZE: u64 = 600;

/// Where the older checkpoint was.
pub(crate) const OLD: u64 = 300;

/// The entry of the proof and of the receipt.
pub(crate) const INDEX: u64 = 299;

/// Files of a log, and besides: `old` (a checkpoint), `growth` (a request to a witness), `proof` and `receipt`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Served(pub(crate) BTreeMap<String, Vec<u8>>);

/// What may be done to a log, by name.
pub(crate) type Mutation = (&'static str, fn(&mut Served));

static GOOD: LazyLock<Served> = LazyLock::new(Served::make);

impl Served {
    /// The log as it should be.
    pub(crate) fn new() -> Self {
        GOOD.clone()
    }

    fn make() -> Self {
        let (old, log) = (Log::of(OLD), Log::of(SIZE));
        let cosigned = |log: &Log| {
            let mut note = log.signed().into_note();
            let cosignature =
                witness_key("witness.example", 7).cosign(&log.checkpoint(), 1_800_000_000);
            note.add(cosignature.unwrap()).unwrap();
            note
        };
        let note = cosigned(&log);
        let signed = SignedCheckpoint::open(note.clone(), [log_key(1).verifier()]).unwrap();
        let growth = consistency_proof(OLD, SIZE, &log.tiles).unwrap();
        let proof = TlogProof {
            extra: None,
            index: INDEX,
            hashes: inclusion_proof(INDEX, SIZE, &log.tiles).unwrap(),
            checkpoint: note.clone(),
        };
        let receipt = Receipt {
            origin: ORIGIN.to_owned(),
            leaf: leaf(INDEX),
            merge_by: 1_800_000_060,
        };
        let mut files: BTreeMap<String, Vec<u8>> = [
            ("checkpoint", note.to_string()),
            ("old", cosigned(&old).to_string()),
            (
                "growth",
                AddCheckpoint::new(OLD, growth, signed).to_string(),
            ),
            ("proof", proof.to_string()),
            ("receipt", receipt.sign(&[&log_key(1)]).unwrap().to_string()),
        ]
        .map(|(name, text)| (name.to_owned(), text.into_bytes()))
        .into();
        for (tile, hashes) in log.tiles.iter() {
            let path = tile.path_at(SIZE).unwrap().to_string();
            files.insert(path, hashes.to_vec());
        }
        for (index, entries) in log.bundles {
            let path = TilePath::entries_at(index, SIZE).unwrap().to_string();
            files.insert(path, entries);
        }
        Self(files)
    }

    pub(crate) fn write_to(&self, folder: &Path) {
        for (path, bytes) in &self.0 {
            let file = folder.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, bytes).unwrap();
        }
    }

    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.0[name].clone()).unwrap()
    }

    pub(crate) fn note(&self, name: &str) -> Result<Note, freigabe_ledger::note::NoteError> {
        Note::parse(&self.0[name])
    }

    fn file(&mut self, name: &str) -> &mut Vec<u8> {
        self.0.get_mut(name).unwrap()
    }

    fn replace(&mut self, name: &str, from: &str, to: &str) {
        let text = self.text(name);
        assert!(text.contains(from), "{name} has no {from}");
        self.0
            .insert(name.to_owned(), text.replacen(from, to, 1).into_bytes());
    }

    /// Changes the lines of a text.
    fn lines(&mut self, name: &str, change: fn(&mut Vec<String>)) {
        let text = self.text(name);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        change(&mut lines);
        self.0
            .insert(name.to_owned(), (lines.join("\n") + "\n").into_bytes());
    }

    /// Signs a changed checkpoint anew, with a key of the same name.
    fn sign_again(&mut self, name: &str, key: &NoteSigner, from: &str, to: &str) {
        let text = self.note(name).unwrap().text().replacen(from, to, 1);
        let note = Note::sign(text, &[key]).unwrap().to_string();
        self.0.insert(name.to_owned(), note.into_bytes());
    }
}

/// A byte in the middle of a signature line's base64, which then says something else.
fn damage_line(line: &mut String) {
    let at = line.len() - 20;
    let other = if &line[at..=at] == "A" { "B" } else { "A" };
    line.replace_range(at..=at, other);
}

/// The length of a leaf in a bundle.
const ENTRY: usize = 38;

pub(crate) const MUTATIONS: &[Mutation] = &[
    ("a leaf is changed", |log| {
        log.file("tile/entries/000")[50] ^= 1
    }),
    ("a leaf's expiry year is changed", |log| {
        log.file("tile/entries/001")[5] ^= 1
    }),
    ("the last leaf is deleted", |log| {
        let bundle = log.file("tile/entries/002.p/88");
        bundle.truncate(87 * ENTRY);
    }),
    ("a leaf in the middle is deleted", |log| {
        log.file("tile/entries/001").drain(ENTRY..2 * ENTRY);
    }),
    ("a leaf is added", |log| {
        let bundle = log.file("tile/entries/002.p/88");
        bundle.extend_from_within(..ENTRY);
    }),
    ("two leaves change places", |log| {
        log.file("tile/entries/000")[..2 * ENTRY].rotate_left(ENTRY)
    }),
    ("two bundles change places", |log| {
        let first = log
            .0
            .insert("tile/entries/000".to_owned(), Vec::new())
            .unwrap();
        let second = log.0.insert("tile/entries/001".to_owned(), first).unwrap();
        log.0.insert("tile/entries/000".to_owned(), second);
    }),
    ("a bundle is cut off", |log| {
        log.file("tile/entries/002.p/88").pop();
    }),
    ("a leaf hash is flipped", |log| {
        log.file("tile/0/001")[70] ^= 0x80
    }),
    ("a hash above is flipped", |log| {
        log.file("tile/1/000.p/2")[5] ^= 1
    }),
    ("two hashes of a tile change places", |log| {
        log.file("tile/0/000")[..64].rotate_left(32)
    }),
    ("a tile is cut off", |log| {
        log.file("tile/0/002.p/88").truncate(32 * 87)
    }),
    ("the size is changed", |log| {
        log.replace("checkpoint", "\n600\n", "\n599\n")
    }),
    ("the size is changed and signed", |log| {
        log.sign_again("checkpoint", &log_key(1), "\n600\n", "\n599\n")
    }),
    ("the root is changed", |log| {
        let root = Log::of(SIZE).root().to_string();
        log.replace("checkpoint", &root, &Hash::EMPTY.to_string());
    }),
    ("the root is changed and signed", |log| {
        let root = Log::of(SIZE).root().to_string();
        log.sign_again("checkpoint", &log_key(1), &root, &Hash::EMPTY.to_string());
    }),
    ("the origin is changed", |log| {
        log.replace("checkpoint", ORIGIN, "log.example/freigabf")
    }),
    ("the checkpoint is signed by another key", |log| {
        log.sign_again("checkpoint", &log_key(2), "", "")
    }),
    ("the signature is changed", |log| {
        log.lines("checkpoint", |lines| damage_line(&mut lines[4]))
    }),
    ("the signature is dropped", |log| {
        log.lines("checkpoint", |lines| {
            lines.remove(4);
        });
    }),
    ("the cosignature is changed", |log| {
        log.lines("checkpoint", |lines| damage_line(&mut lines[5]))
    }),
    ("the cosignature is dropped", |log| {
        log.lines("checkpoint", |lines| {
            lines.pop();
        });
    }),
    ("a hash of the proof is changed", |log| {
        log.lines("proof", |lines| lines[4] = Hash::EMPTY.to_string());
    }),
    ("a hash of the proof is dropped", |log| {
        log.lines("proof", |lines| {
            lines.remove(2);
        });
    }),
    ("a hash is added to the proof", |log| {
        log.lines("proof", |lines| lines.insert(2, lines[2].clone()))
    }),
    ("two hashes of the proof change places", |log| {
        log.lines("proof", |lines| lines.swap(2, 3))
    }),
    ("the proof's index is changed", |log| {
        log.replace("proof", "index 299\n", "index 298\n")
    }),
    ("the proof's index lies outside", |log| {
        log.replace("proof", "index 299\n", "index 600\n")
    }),
    ("the proof's checkpoint is changed", |log| {
        log.replace("proof", "\n600\n", "\n601\n")
    }),
    ("a hash of the growth is changed", |log| {
        log.lines("growth", |lines| lines[1] = Hash::EMPTY.to_string());
    }),
    ("a hash of the growth is dropped", |log| {
        log.lines("growth", |lines| {
            lines.remove(1);
        });
    }),
    ("a hash is added to the growth", |log| {
        log.lines("growth", |lines| lines.insert(1, lines[1].clone()))
    }),
    ("two hashes of the growth change places", |log| {
        log.lines("growth", |lines| lines.swap(1, 2))
    }),
    ("the growth begins elsewhere", |log| {
        log.replace("growth", "old 300\n", "old 299\n")
    }),
    ("the older tree was another one", |log| {
        let root = Log::of(OLD).root().to_string();
        let other = Log::of(OLD - 1).root().to_string();
        log.sign_again("old", &log_key(1), &root, &other);
        let witness = witness_key("witness.example", 7);
        let mut note = log.note("old").unwrap();
        let checkpoint = note.text().parse().unwrap();
        note.add(witness.cosign(&checkpoint, 1).unwrap()).unwrap();
        log.0
            .insert("old".to_owned(), note.to_string().into_bytes());
    }),
    ("the receipt's time is changed", |log| {
        log.replace("receipt", "2027", "2028")
    }),
    ("the receipt is for a leaf that is not there", |log| {
        let (from, to) = (receipt_leaf(INDEX), receipt_leaf(SIZE));
        log.sign_again("receipt", &log_key(1), &from, &to);
    }),
    ("the receipt is signed by another key", |log| {
        log.sign_again("receipt", &log_key(2), "", "")
    }),
];

/// The line of a receipt with this leaf.
fn receipt_leaf(number: u64) -> String {
    let receipt = Receipt {
        origin: ORIGIN.to_owned(),
        leaf: leaf(number),
        merge_by: 0,
    };
    receipt.to_string().lines().nth(2).unwrap().to_owned()
}
