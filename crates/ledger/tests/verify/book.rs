//! A log on paper, and somebody who reads its events.

use std::ops::Range;

use freigabe_ledger::{
    Checkpoint, Commitment, CosignatureSigner, Hash, Leaf, LeafClass, Note, NoteSigner, Policy,
    Receipt, Salt, SignedCheckpoint, canonical_json,
    export::{FormerLog, Header, Kept, LeafLine, Line, Part},
    merkle::CompactRange,
    verify::{
        Columns, Erasure, ErasureKind, LogEvent, ReadPayload, Reading, Report, Setup, Trust,
        UnreadablePayload, Unusable, Verification,
    },
};
use serde_json::{Map, Value, json};

pub(crate) const ORIGIN: &str = "log.example/freigabe";
pub(crate) const FORMER: &str = "log.example/before";

/// 2028-06-01T00:00:00Z.
pub(crate) const AT: u64 = 1_843_430_400;
/// 2028-05-31T00:00:00Z.
pub(crate) const COSIGNED: u64 = AT - 86_400;

/// Reads the events of these tests: an object with what the log depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader;

impl ReadPayload for Reader {
    fn read<'p>(&self, payload: &'p [u8], leaf: &Leaf) -> Result<Reading<'p>, UnreadablePayload> {
        let bad = |pointer: &str| UnreadablePayload {
            pointer: pointer.to_owned(),
        };
        let event: Value = serde_json::from_slice(payload).map_err(|_| bad(""))?;
        let name = event["name"].as_str().ok_or_else(|| bad("/name"))?;
        let at = event["at"].as_u64().unwrap_or(0);
        let columns = vec![("at", at.into()), ("name", name.to_owned().into())];
        let commitment = |value: &Value| value.as_str()?.parse::<Commitment>().ok();
        let erasure = &event["erasure"];
        let log_event = match name {
            "intended" if erasure.is_object() => Some(LogEvent::Announced(Erasure {
                kind: ErasureKind::Case,
                class: None,
                legal_basis: "a_law".to_owned(),
                cutoff: "2028-01-01".to_owned(),
                count: 0,
                ranges: vec![erasure["from"].as_u64().unwrap()..erasure["until"].as_u64().unwrap()],
                intent: leaf.commitment,
                log: None,
            })),
            "erased" => {
                let ranges = erasure["ranges"].as_array().unwrap().iter();
                Some(LogEvent::Erased(Erasure {
                    kind: if erasure["kind"] == "year" {
                        ErasureKind::Year
                    } else {
                        ErasureKind::Case
                    },
                    class: erasure["class"]
                        .as_u64()
                        .map(|code| u8::try_from(code).unwrap().try_into().unwrap()),
                    legal_basis: "a_law".to_owned(),
                    cutoff: erasure["cutoff"]
                        .as_str()
                        .unwrap_or("2028-01-01")
                        .to_owned(),
                    count: erasure["count"].as_u64().unwrap(),
                    ranges: ranges
                        .map(|r| r[0].as_u64().unwrap()..r[1].as_u64().unwrap())
                        .collect(),
                    intent: commitment(&erasure["intent"]).unwrap(),
                    log: erasure["log"].as_str().map(str::to_owned),
                }))
            }
            "continued" => Some(LogEvent::Continued {
                origin: FORMER.to_owned(),
                size: event["size"].as_u64().unwrap(),
                root: event["root"].as_str().unwrap().parse().unwrap(),
                checkpoint: event["checkpoint"].as_str().map(str::to_owned),
            }),
            _ => None,
        };
        Ok(Reading {
            columns: columns.into(),
            at,
            fits_leaf: name != "short" || leaf.expiry_year > 2028,
            relied_on: commitment(&event["relied_on"]),
            referable: name == "intended",
            log_event,
        })
    }

    fn matches(&self, query: &Map<String, Value>, columns: &Columns<'_>) -> Option<bool> {
        let name = columns.get("name").map(Value::from);
        Some(query.get("name") == name.as_ref())
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) leaf: Leaf,
    pub(crate) kept: Option<Kept>,
}

/// A log, as whoever keeps it has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Book {
    pub(crate) entries: Vec<Entry>,
    pub(crate) generation: u32,
    pub(crate) former: Vec<FormerLog>,
}

pub(crate) fn log_key() -> NoteSigner {
    NoteSigner::from_seed(ORIGIN, &[1; 32]).unwrap()
}

pub(crate) fn former_key() -> NoteSigner {
    NoteSigner::from_seed(FORMER, &[2; 32]).unwrap()
}

pub(crate) fn police() -> CosignatureSigner {
    CosignatureSigner::from_seed("police.example", &[3; 32]).unwrap()
}

pub(crate) fn network() -> CosignatureSigner {
    CosignatureSigner::from_seed("network.example", &[4; 32]).unwrap()
}

/// Both witnesses must have cosigned.
pub(crate) fn policy() -> Policy {
    Policy::parse(format!(
        "log {}\nlog {}\nwitness police {}\nwitness network {}\ngroup both 2 police network\nquorum both\n",
        log_key().verifier(),
        former_key().verifier(),
        police().verifier(),
        network().verifier(),
    ))
    .unwrap()
}

pub(crate) fn trust() -> Trust {
    Trust::new(Some(policy()), Vec::new()).unwrap()
}

pub(crate) fn setup() -> Setup {
    Setup {
        trust: trust(),
        last_seen: None,
        receipts: Vec::new(),
        at: AT,
    }
}

impl Book {
    pub(crate) fn size(&self) -> u64 {
        u64::try_from(self.entries.len()).unwrap()
    }

    /// Adds an event; its index.
    pub(crate) fn add(&mut self, event: Value, class: LeafClass, expiry_year: u16) -> u64 {
        let index = self.size();
        let mut event = event;
        event["at"] = (AT - 200_000 + index).into();
        let payload = canonical_json(&event).unwrap();
        let mut salt = [0x5A; 32];
        salt[..8].copy_from_slice(&index.to_be_bytes());
        let salt = Salt::from_bytes(salt);
        let leaf = Leaf {
            class,
            expiry_year,
            commitment: Commitment::over(&salt, &payload),
        };
        let columns = Reader.read(&payload, &leaf).unwrap().columns.into();
        self.entries.push(Entry {
            leaf,
            kept: Some(Kept {
                payload,
                salt,
                columns,
            }),
        });
        index
    }

    pub(crate) fn event(&mut self, name: &str) -> u64 {
        self.add(json!({ "name": name }), LeafClass::Operations, 2029)
    }

    pub(crate) fn consent(&mut self) -> u64 {
        let event = json!({ "name": "consent" });
        self.add(event, LeafClass::ConsentEvidence, 2031)
    }

    pub(crate) fn disclosure(&mut self, consent: u64) -> u64 {
        let relied_on = self.commitment(consent).to_string();
        let event = json!({ "name": "disclosed", "relied_on": relied_on });
        self.add(event, LeafClass::Operations, 2029)
    }

    pub(crate) fn erased(&mut self, erasure: Value) -> u64 {
        let event = json!({ "name": "erased", "erasure": erasure });
        self.add(event, LeafClass::Operations, 2031)
    }

    /// Announces, erases and reports, as an installation does.
    pub(crate) fn erase(&mut self, ranges: &[Range<u64>]) -> u64 {
        let intent = self.event("intended");
        self.forget(ranges);
        let count: u64 = ranges.iter().map(|range| range.end - range.start).sum();
        let listed: Vec<[u64; 2]> = ranges.iter().map(|r| [r.start, r.end]).collect();
        self.erased(json!({
            "kind": "case",
            "count": count,
            "ranges": listed,
            "intent": self.commitment(intent).to_string(),
        }))
    }

    /// Payload and salt are gone.
    pub(crate) fn forget(&mut self, ranges: &[Range<u64>]) {
        for index in ranges.iter().cloned().flatten() {
            self.entry(index).kept = None;
        }
    }

    pub(crate) fn entry(&mut self, index: u64) -> &mut Entry {
        &mut self.entries[usize::try_from(index).unwrap()]
    }

    pub(crate) fn commitment(&self, index: u64) -> Commitment {
        self.entries[usize::try_from(index).unwrap()]
            .leaf
            .commitment
    }

    pub(crate) fn compact(&self, range: Range<u64>) -> CompactRange {
        let mut compact = CompactRange::starting_at(range.start);
        for index in range {
            let entry = &self.entries[usize::try_from(index).unwrap()];
            compact.append(entry.leaf.leaf_hash());
        }
        compact
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            origin: ORIGIN.to_owned(),
            size: self.size(),
            root: self.compact(0..self.size()).root().unwrap(),
        }
    }

    /// Signed by the log, cosigned by both witnesses.
    pub(crate) fn note(&self) -> Note {
        let checkpoint = self.checkpoint();
        let mut note = SignedCheckpoint::sign(&checkpoint, &[&log_key()])
            .unwrap()
            .into_note();
        for witness in [police(), network()] {
            note.add(witness.cosign(&checkpoint, COSIGNED).unwrap())
                .unwrap();
        }
        note
    }

    pub(crate) fn header(&self, range: Range<u64>) -> Header {
        Header {
            generation: self.generation,
            origin: ORIGIN.to_owned(),
            checkpoint: self.note().to_string(),
            part: Part::Range {
                left: self.compact(0..range.start).hashes().to_vec(),
                right: self.compact(range.end..self.size()).hashes().to_vec(),
            },
            range,
            former: self.former.clone(),
        }
    }

    pub(crate) fn line(&self, index: u64, proof: Option<Vec<Hash>>) -> Vec<u8> {
        let entry = &self.entries[usize::try_from(index).unwrap()];
        LeafLine {
            index,
            leaf: entry.leaf,
            kept: entry.kept.clone(),
            proof,
        }
        .to_line()
    }

    /// The lines of an export.
    pub(crate) fn lines(&self, range: Range<u64>) -> Vec<Vec<u8>> {
        let mut lines = vec![self.header(range.clone()).to_line()];
        lines.extend(range.clone().map(|index| self.line(index, None)));
        lines.push(Line::end(range.end - range.start));
        lines
    }

    pub(crate) fn whole(&self) -> Vec<Vec<u8>> {
        self.lines(0..self.size())
    }

    /// The lines of a selection of events with this name.
    pub(crate) fn selection(&self, name: &str, indexes: &[u64]) -> Vec<Vec<u8>> {
        let query = json!({ "name": name });
        let hits = u64::try_from(indexes.len()).unwrap();
        let mut header = self.header(0..self.size());
        header.part = Part::Selection {
            query: query.as_object().unwrap().clone(),
            hits,
        };
        let mut lines = vec![header.to_line()];
        for index in indexes {
            lines.push(self.line(*index, Some(self.proof(*index))));
        }
        lines.push(Line::end(hits));
        lines
    }

    /// An inclusion proof, by the definition of RFC 6962.
    pub(crate) fn proof(&self, index: u64) -> Vec<Hash> {
        let leaves: Vec<Hash> = self.entries.iter().map(|e| e.leaf.leaf_hash()).collect();
        path(usize::try_from(index).unwrap(), &leaves)
    }
}

fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let half = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(half);
    let root = |leaves: &[Hash]| {
        let mut range = CompactRange::new();
        leaves.iter().for_each(|leaf| range.append(*leaf));
        range.root().unwrap()
    };
    let (mut path, sibling) = if index < half {
        (path(index, left), root(right))
    } else {
        (path(index - half, right), root(left))
    };
    path.push(sibling);
    path
}

/// Some of everything: consents, disclosures, a case erased, an expired year, and a log before this one.
pub(crate) fn eventful() -> Book {
    eventful_after(0, Hash::EMPTY)
}

/// Some of everything, after a log that ended so.
pub(crate) fn eventful_after(size: u64, root: Hash) -> Book {
    let mut book = Book {
        generation: 1,
        ..Book::default()
    };
    let former = Checkpoint {
        origin: FORMER.to_owned(),
        size,
        root,
    };
    let note = SignedCheckpoint::sign(&former, &[&former_key()])
        .unwrap()
        .into_note()
        .to_string();
    book.former.push(FormerLog {
        origin: FORMER.to_owned(),
        checkpoint: Some(note.clone()),
    });
    let continued = json!({
        "name": "continued", "size": size, "root": root.to_string(), "checkpoint": note,
    });
    book.add(continued, LeafClass::Operations, 2029);
    for _ in 0..3 {
        let consent = book.consent();
        book.disclosure(consent);
        book.event("queried");
    }
    let old = json!({ "name": "old" });
    let expired = book.add(old, LeafClass::Operations, 2027);
    book.forget(&[expired..expired + 1]);
    book.erase(&[1..3, 6..7]);
    book.event("queried");
    book
}

/// The report on these lines.
pub(crate) fn try_verify(setup: &Setup, lines: &[Vec<u8>]) -> Result<Report, Unusable> {
    let (first, rest) = lines.split_first().unwrap();
    let mut verification = Verification::begin(setup, first)?;
    let checker = verification.checker();
    for line in rest {
        verification.accept(checker.check(line, &Reader));
    }
    Ok(verification.finish())
}

#[track_caller]
pub(crate) fn verify(setup: &Setup, lines: &[Vec<u8>]) -> Report {
    try_verify(setup, lines).unwrap()
}

/// The codes of all violations, as they are in JSON, with the leaf's index.
pub(crate) fn found(report: &Report) -> Vec<(String, Option<u64>)> {
    assert_eq!(report.verified, report.violations.is_empty());
    let violations = serde_json::to_value(&report.violations).unwrap();
    violations
        .as_array()
        .unwrap()
        .iter()
        .map(|v| (v["code"].as_str().unwrap().to_owned(), v["index"].as_u64()))
        .collect()
}

#[track_caller]
pub(crate) fn assert_found(report: &Report, expected: &[(&str, Option<u64>)]) {
    let expected: Vec<(String, Option<u64>)> = expected
        .iter()
        .map(|(code, index)| ((*code).to_owned(), *index))
        .collect();
    assert_eq!(found(report), expected);
}

/// A receipt that the log gave.
pub(crate) fn receipt(leaf: Leaf, merge_by: u64) -> Note {
    let receipt = Receipt {
        origin: ORIGIN.to_owned(),
        leaf,
        merge_by,
    };
    receipt.sign(&[&log_key()]).unwrap()
}
