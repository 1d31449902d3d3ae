//! Exports and evidence: their lines, and the verification that is fed with them.

use std::ops::Range;

use freigabe_ledger::export::{Header, Kept, LeafLine, Line, Part};
use freigabe_ledger::merkle::CompactRange;
use freigabe_ledger::tile::inclusion_proof;
use freigabe_ledger::verify::{
    Columns, Erasure, ErasureKind, Evidence, GivenReceipt, LogEvent, ReadPayload, Reading, Report,
    Setup, Subject, Trust, UnreadablePayload, Verification,
};
use freigabe_ledger::{Checkpoint, Commitment, Hash, Leaf, LeafClass, Salt, SignedCheckpoint};
use serde_json::{Map, Value};

use super::{INDEX, SIZE, World, leaf, with};

/// 2028-06-01: the year of all leaves of the log is over.
const AT: u64 = 1_843_430_400;

/// Separates the files of a package of evidence.
const NEXT_FILE: u8 = 0;

/// The salt of a leaf of the log.
pub(super) fn salt(number: u64) -> Salt {
    let mut salt = [0x5A; 32];
    salt[..8].copy_from_slice(&number.to_be_bytes());
    Salt::from_bytes(salt)
}

/// The event of a leaf of the log.
pub(super) fn event(number: u64) -> Vec<u8> {
    let name = ["consent", "queried", "intended"]
        [usize::from(number % 3 == 1) + usize::from(number % 7 == 1)];
    format!(
        r#"{{"at":{},"name":"{name}"}}"#,
        1_800_000_000 + number % 1_000
    )
    .into_bytes()
}

/// Reads events as far as they have something that the log depends on, whatever else stands there.
struct Reader;

impl ReadPayload for Reader {
    fn read<'p>(&self, payload: &'p [u8], leaf: &Leaf) -> Result<Reading<'p>, UnreadablePayload> {
        let event: Map<String, Value> =
            serde_json::from_slice(payload).map_err(|_| UnreadablePayload {
                pointer: String::new(),
            })?;
        let text = |name: &str| event.get(name).and_then(Value::as_str);
        let number = |name: &str| event.get(name).and_then(Value::as_u64);
        let commitment = |name: &str| text(name).and_then(|text| text.parse::<Commitment>().ok());
        let owned = |name: &str| text(name).unwrap_or_default().to_owned();
        let erasure = commitment("intent").map(|intent| {
            let told = if text("announced").is_some() {
                LogEvent::Announced
            } else {
                LogEvent::Erased
            };
            told(Erasure {
                kind: if text("kind") == Some("year") {
                    ErasureKind::Year
                } else {
                    ErasureKind::Case
                },
                class: number("class").and_then(|code| u8::try_from(code).ok()?.try_into().ok()),
                legal_basis: owned("basis"),
                cutoff: owned("cutoff"),
                count: number("count").unwrap_or_default(),
                ranges: event.get("ranges").map(ranges).unwrap_or_default(),
                intent,
                log: text("log").map(str::to_owned),
            })
        });
        let root = text("root").and_then(|root| root.parse::<Hash>().ok());
        let continued = root.map(|root| LogEvent::Continued {
            origin: owned("origin"),
            size: number("size").unwrap_or_default(),
            root,
            checkpoint: text("checkpoint").map(str::to_owned),
        });
        let columns = vec![("name", owned("name").into())];
        Ok(Reading {
            columns: columns.into(),
            at: number("at").unwrap_or_default(),
            fits_leaf: leaf.expiry_year >= 2027,
            relied_on: commitment("relied_on"),
            referable: text("name") == Some("intended"),
            log_event: erasure.or(continued),
        })
    }

    fn matches(&self, query: &Map<String, Value>, columns: &Columns<'_>) -> Option<bool> {
        let asked = query.get("name");
        let name = columns.get("name").map(Value::from);
        Some(asked.is_none() || asked == name.as_ref())
    }
}

/// Pairs of numbers, in any order.
fn ranges(written: &Value) -> Vec<Range<u64>> {
    let pairs = written.as_array().into_iter().flatten();
    let number = |pair: &Value, at: usize| pair.get(at).and_then(Value::as_u64);
    pairs
        .filter_map(|pair| Some(number(pair, 0)?..number(pair, 1)?))
        .collect()
}

fn kept(payload: Vec<u8>, salt: Salt, leaf: &Leaf) -> Option<Kept> {
    let columns = Reader.read(&payload, leaf).ok()?.columns.into();
    Some(Kept {
        payload,
        salt,
        columns,
    })
}

/// The line of a leaf of the log. Of every fourth the event is gone.
fn line(world: &World, index: u64, proven: bool) -> Vec<u8> {
    let own = leaf(index);
    LeafLine {
        index,
        leaf: own,
        kept: (!index.is_multiple_of(4))
            .then(|| kept(event(index), salt(index), &own))
            .flatten(),
        proof: proven.then(|| inclusion_proof(index, SIZE, &world.tiles).unwrap()),
    }
    .to_line()
}

fn header(world: &World, range: Range<u64>, part: Part) -> Vec<u8> {
    Header {
        generation: 0,
        origin: "log.example".to_owned(),
        checkpoint: world.checkpoint.to_string(),
        range,
        part,
        former: Vec::new(),
    }
    .to_line()
}

fn compact(range: Range<u64>) -> Vec<Hash> {
    let mut compact = CompactRange::starting_at(range.start);
    range.for_each(|number| compact.append(leaf(number).leaf_hash()));
    compact.hashes().to_vec()
}

/// Good inputs of the targets here; none of another.
pub(super) fn seeds(world: &World, target: &str) -> Option<Vec<Vec<u8>>> {
    let range = |range: Range<u64>| {
        let part = Part::Range {
            left: compact(0..range.start),
            right: compact(range.end..SIZE),
        };
        let mut lines = vec![header(world, range.clone(), part)];
        lines.extend(range.clone().map(|index| line(world, index, false)));
        lines.push(Line::end(range.end - range.start));
        lines
    };
    let mut query = Map::new();
    query.insert("name".to_owned(), "queried".into());
    let part = Part::Selection { query, hits: 2 };
    let mut selection = vec![header(world, 0..SIZE, part)];
    let chosen = (0..SIZE).filter(|number| event(*number).ends_with(b"queried\"}"));
    selection.extend(
        chosen
            .filter(|index| !index.is_multiple_of(4))
            .take(2)
            .map(|index| line(world, index, true)),
    );
    selection.push(Line::end(2));
    Some(match target {
        "export_line" => [range(38..42), selection].concat(),
        "export" => {
            let exports = [range(0..SIZE), range(30..44), selection].map(|lines| lines.concat());
            for export in &exports {
                let report = verify(&setup(world), lines(export)).unwrap();
                assert!(report.verified, "{:?}", report.violations);
            }
            exports.to_vec()
        }
        "evidence" => {
            let written: Value = serde_json::from_slice(&line(world, INDEX + 1, false)).unwrap();
            let part = |name: &str| written[name].as_str().unwrap().as_bytes().to_vec();
            let mut proof = world.proof.clone();
            proof.index = INDEX + 1;
            proof.hashes = inclusion_proof(INDEX + 1, SIZE, &world.tiles).unwrap();
            let proof = proof.to_string().into_bytes();
            let erasure = line(world, 5, true);
            let files = [event(INDEX + 1), part("salt"), part("leaf"), proof, erasure];
            let files = files.join(&NEXT_FILE);
            let (report, _) = proven(world, &files, true).unwrap();
            assert!(report.verified, "{:?}", report.violations);
            vec![files]
        }
        "events" => {
            let history = history();
            let (report, ..) = told(world, &history);
            let erasures = report.erasures.iter().map(|erasure| erasure.valid);
            assert_eq!(erasures.collect::<Vec<_>>(), [true, true, false]);
            vec![
                history.clone(),
                [history, b"\n=\x03\n=\x00".to_vec()].concat(),
            ]
        }
        _ => return None,
    })
}

/// Consents, messages under them, erasures of years and cases, and a former log, for [`events`].
fn history() -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut add = |class: u8, year: u8, kept: u8, text: String| {
        let payload = text.into_bytes();
        let own = made(lines.len(), class, year, &payload);
        lines.push([&[class, year, kept], payload.as_slice()].concat());
        own.commitment
    };
    let consent = add(b'c', 31, b'+', r#"{"name":"consent"}"#.to_owned());
    add(
        b'o',
        29,
        b'+',
        format!(r#"{{"name":"sent","relied_on":"{consent}"}}"#),
    );
    (0..4).for_each(|_| {
        add(b'o', 28, b'-', r#"{"name":"old"}"#.to_owned());
    });
    let intent = add(b'o', 31, b'+', r#"{"name":"intended"}"#.to_owned());
    for more in [
        r#""kind":"case","count":2,"ranges":[[2,3],[4,5]]"#,
        r#""kind":"year","cutoff":"2028-12-31","count":2,"ranges":[[3,4],[5,6]]"#,
        r#""kind":"case","count":1,"ranges":[[0,1]],"log":"log.example/before""#,
    ] {
        let text = format!(r#"{{"name":"erased","intent":"{intent}",{more}}}"#);
        add(b'o', 31, b'+', text);
    }
    lines.join(&b'\n')
}

/// The leaf of an event of a history.
fn made(index: usize, class: u8, year: u8, payload: &[u8]) -> Leaf {
    let salt = salt(index as u64);
    Leaf {
        class: if class == b'c' {
            LeafClass::ConsentEvidence
        } else {
            LeafClass::Operations
        },
        expiry_year: 2000 + u16::from(year),
        commitment: Commitment::over(&salt, payload),
    }
}

fn setup(world: &World) -> Setup {
    Setup {
        trust: Trust::new(Some(world.policy.clone()), Vec::new()).unwrap(),
        last_seen: Some(world.checkpoint.clone()),
        receipts: vec![GivenReceipt {
            name: "one.receipt".to_owned(),
            bytes: world.receipt.to_string().into_bytes(),
        }],
        at: AT,
    }
}

fn verify<'l>(setup: &Setup, mut lines: impl Iterator<Item = &'l [u8]>) -> Option<Report> {
    let mut verification = Verification::begin(setup, lines.next()?).ok()?;
    let checker = verification.checker();
    for line in lines {
        verification.accept(checker.check(line, &Reader));
    }
    Some(verification.finish())
}

fn lines(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split_inclusive(|byte| *byte == b'\n')
}

/// A line is written as it was read.
pub(super) fn export_line(data: &[u8]) {
    if let Ok(header) = Header::parse(data) {
        assert_eq!(header.to_line(), data, "a header is written as it was read");
        assert!(Line::parse(data).is_err(), "a header is another line");
    }
    match Line::parse(data) {
        Ok(Line::Leaf(leaf)) => {
            assert_eq!(leaf.to_line(), data, "a leaf is written as it was read")
        }
        Ok(Line::End { count }) => assert_eq!(Line::end(count), data),
        Err(fault) => drop(fault.to_string()),
    }
}

/// What verifies is the log.
pub(super) fn export(data: &[u8]) {
    with(|world| {
        let Some(report) = verify(&setup(world), lines(data)) else {
            return;
        };
        let _ = serde_json::to_vec(&report).unwrap();
        if !report.verified {
            return;
        }
        assert_eq!((report.log.size, report.log.root), (SIZE, world.root));
        let mut found = 0;
        for line in lines(data).skip(1) {
            let Ok(Line::Leaf(line)) = Line::parse(line) else {
                continue;
            };
            found += 1;
            assert_eq!(line.leaf, leaf(line.index), "another leaf verifies");
            if let Some(kept) = line.kept {
                assert_eq!(kept.payload, event(line.index), "another event verifies");
            }
        }
        assert_eq!(report.leaves.total, found);
        if report.subject == Subject::Export {
            assert_eq!(
                report.log.until - report.log.from,
                found,
                "a leaf is missing"
            );
        }
    });
}

/// What is proven stands in the log.
pub(super) fn evidence(data: &[u8]) {
    for with_event in [true, false] {
        with(|world| {
            let Some((report, evidence)) = proven(world, data, with_event) else {
                return;
            };
            if report.verified {
                let index = evidence.proof.index;
                assert_eq!(evidence.leaf, leaf(index), "another leaf is proven");
                if let Some((payload, _)) = &evidence.event {
                    assert_eq!(*payload, event(index), "another event is proven");
                }
            }
        });
    }
}

fn proven(world: &World, data: &[u8], with_event: bool) -> Option<(Report, Evidence)> {
    let files: Vec<&[u8]> = data.splitn(5, |byte| *byte == NEXT_FILE).collect();
    let [payload, salt, leaf_file, proof, erasures] = files[..] else {
        return None;
    };
    let (salt, leaf_file) = (str::from_utf8(salt).ok()?, str::from_utf8(leaf_file).ok()?);
    let given = with_event.then(|| (payload.to_vec(), salt));
    let evidence = Evidence::read(given, leaf_file, proof, erasures).ok()?;
    let trust = Trust::new(Some(world.policy.clone()), Vec::new()).unwrap();
    let report = evidence.verify(&trust, true, AT, &Reader).ok()?;
    Some((report, evidence))
}

/// Whatever happens in an honest log, its tree stands, and each leaf is counted once. Lines are events behind three bytes:
/// class, year, and whether the event is still there; or `=` and which of the leaves so far is written once more.
pub(super) fn events(data: &[u8]) {
    with(|world| {
        let (report, size, honest) = told(world, data);
        let counted = &report.leaves;
        let states = counted.open + counted.expired + counted.erased + counted.missing;
        assert_eq!(states, size, "each leaf has one state");
        let found = serde_json::to_value(&report.violations).unwrap();
        for violation in found.as_array().unwrap() {
            let code = violation["code"].as_str().unwrap();
            let of_tree = ["other_root", "out_of_place", "repeated", "wrong_count"];
            assert!(
                !honest || !of_tree.contains(&code),
                "{code} in an honest log"
            );
        }
        assert!(
            honest || !report.verified,
            "a leaf that stands twice verifies"
        );
    });
}

/// What is found in the export of a log of these events; its size, and whether each leaf is in it once.
fn told(world: &World, data: &[u8]) -> (Report, u64, bool) {
    let mut tree = CompactRange::new();
    let (mut leaves, mut written) = (Vec::new(), Vec::new());
    for line in data.split(|byte| *byte == b'\n').take(64) {
        match line {
            [b'=', which, ..] if !leaves.is_empty() => {
                let again: &Vec<u8> = &leaves[usize::from(*which) % leaves.len()];
                written.push(again.clone());
            }
            [class, year, is_kept, payload @ ..] => {
                let leaf = made(leaves.len(), *class, *year, payload);
                tree.append(leaf.leaf_hash());
                let index = leaves.len() as u64;
                let line = LeafLine {
                    index,
                    leaf,
                    kept: (*is_kept != b'-')
                        .then(|| kept(payload.to_vec(), salt(index), &leaf))
                        .flatten(),
                    proof: None,
                };
                leaves.push(line.to_line());
                written.push(line.to_line());
            }
            _ => {}
        }
    }
    let size = leaves.len() as u64;
    let checkpoint = Checkpoint {
        origin: "log.example".to_owned(),
        size,
        root: tree.root().unwrap(),
    };
    let signed = SignedCheckpoint::sign(&checkpoint, &[&world.log]).unwrap();
    let part = Part::Range {
        left: Vec::new(),
        right: Vec::new(),
    };
    let header = Header {
        generation: 0,
        origin: checkpoint.origin,
        checkpoint: signed.note().to_string(),
        range: 0..size,
        part,
        former: Vec::new(),
    };
    let honest = written.len() == leaves.len();
    let mut all = vec![header.to_line()];
    all.append(&mut written);
    all.push(Line::end(size));
    let report = verify(&setup(world), all.iter().map(Vec::as_slice)).unwrap();
    (report, size, honest)
}
