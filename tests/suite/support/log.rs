//! The log as somebody verifies it who has nothing but what was handed out.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use freigabe_client::{AuditFilter, Client, Export, ExportQuery};
use freigabe_domain::audit::EventReader;
use freigabe_ledger::{
    Checkpoint, Commitment, Hash, Leaf, Note, NoteVerifier, Salt, SignedCheckpoint,
    export::{Header, Line},
    verify::{Report, Setup, Trust, Verification},
};
use freigabe_testkit::store::log_rules;
use serde_json::Value;

/// The key that signs the log of all tests.
pub(crate) fn log_key() -> NoteVerifier {
    log_rules().signers[0].verifier().clone()
}

/// What a signed checkpoint says.
#[track_caller]
pub(crate) fn opened(note: &str) -> Checkpoint {
    let note = Note::parse(note).expect("a note");
    let key = log_key();
    let signed = SignedCheckpoint::open(note, [&key]).expect("signed by the log's key");
    signed.checkpoint().clone()
}

/// Bytes in Base64.
#[track_caller]
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    STANDARD
        .decode(value.as_str().expect("a text"))
        .expect("Base64")
}

/// A leaf in Base64.
#[track_caller]
pub(crate) fn leaf(value: &Value) -> Leaf {
    Leaf::decode(&bytes(value)).expect("a leaf")
}

/// Hashes in Base64.
pub(crate) fn hashes(value: &Value) -> Vec<Hash> {
    let hash = |hash: &Value| Hash::try_from(bytes(hash).as_slice()).expect("a hash");
    value.as_array().expect("hashes").iter().map(hash).collect()
}

/// The event of a line, after its payload was found to be what the leaf commits to.
#[track_caller]
pub(crate) fn event_of(line: &Value) -> Value {
    let payload = bytes(&line["payload"]);
    let salt: [u8; 32] = bytes(&line["salt"]).try_into().expect("32 bytes");
    let commitment = Commitment::over(&Salt::from_bytes(salt), &payload);
    assert_eq!(leaf(&line["leaf"]).commitment, commitment);
    serde_json::from_slice(&payload).expect("JSON")
}

/// An export with its announced number of records.
pub(crate) async fn exported(
    auditor: &Client,
    query: &ExportQuery,
    filter: &AuditFilter,
) -> (u64, String) {
    let export = auditor.export_audit_events(query, filter).await;
    whole(export.expect("an export")).await
}

/// All of an export.
pub(crate) async fn whole(mut export: Export) -> (u64, String) {
    let mut all = Vec::new();
    while let Some(piece) = export.piece().await.expect("a piece") {
        all.extend(piece);
    }
    (export.records(), String::from_utf8(all).expect("UTF-8"))
}

/// Each line of an export that can be verified, after it was read as strictly as a verifier reads it.
#[track_caller]
pub(crate) fn strict_lines(text: &str) -> Vec<Value> {
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number == 0 {
            Header::parse(line.as_bytes()).expect("a header");
        } else {
            Line::parse(line.as_bytes()).expect("a line");
        }
    }
    lines(text)
}

/// What a verifier says about an export who has the log's key and nothing else.
#[track_caller]
pub(crate) fn verified(text: &str) -> Report {
    verified_at(1_795_600_000, text)
}

/// The same at another time: seconds since 1970.
#[track_caller]
pub(crate) fn verified_at(at: u64, text: &str) -> Report {
    let setup = Setup {
        trust: Trust::new(None, vec![log_key()]).expect("a key to trust"),
        last_seen: None,
        receipts: Vec::new(),
        at,
    };
    let mut lines = text.split_inclusive('\n').map(str::as_bytes);
    let header = lines.next().expect("a header");
    let mut verification = Verification::begin(&setup, header).expect("an export");
    let checker = verification.checker();
    for line in lines {
        verification.accept(checker.check(line, &EventReader));
    }
    verification.finish()
}

/// Each line of NDJSON.
#[track_caller]
pub(crate) fn lines(text: &str) -> Vec<Value> {
    assert!(text.ends_with('\n'), "the last line is whole");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}
