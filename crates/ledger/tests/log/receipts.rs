//! Receipts.

use freigabe_ledger::checkpoint::CheckpointError;
use freigabe_ledger::note::{Note, NoteError};
use freigabe_ledger::receipt::{Receipt, ReceiptError, from_header, to_header};
use freigabe_ledger::{Checkpoint, NoteSigner};

use crate::given::{ORIGIN, leaf, log_key};

fn receipt() -> Receipt {
    Receipt {
        origin: ORIGIN.to_owned(),
        leaf: leaf(5),
        merge_by: 1_764_015_300,
    }
}

#[test]
fn a_receipt_is_read_as_it_was_signed() {
    let (old, new) = (log_key(1), log_key(2));
    let note = receipt().sign(&[&old, &new]).unwrap();
    let expected = format!(
        "freigabe-receipt/v1\n{ORIGIN}\nAQEH7AAAAAAAAAAFpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWl\n2025-11-24T20:15:00Z\n"
    );
    assert_eq!(note.text(), expected);
    let read = from_header(&to_header(&note)).unwrap();
    assert_eq!(read, note);
    for key in [&old, &new] {
        assert_eq!(Receipt::open(&read, [key.verifier()]), Ok(receipt()));
    }
    let unknown = Receipt::open(&read, [log_key(3).verifier()]);
    assert_eq!(unknown, Err(NoteError::Unverified.into()));
}

#[test]
fn a_key_promises_only_for_its_own_log() {
    let foreign = NoteSigner::from_seed("other.example", &[9; 32]).unwrap();
    assert!(matches!(
        receipt().sign(&[&foreign]),
        Err(ReceiptError::OtherOrigin { .. })
    ));
    let note = Note::sign(receipt().to_string(), &[&foreign]).unwrap();
    let refused = Receipt::open(&note, [foreign.verifier()]);
    assert!(matches!(refused, Err(ReceiptError::OtherOrigin { .. })));
}

#[test]
fn no_receipt_is_a_checkpoint() {
    let malformed = Err(CheckpointError::Malformed);
    assert_eq!(Checkpoint::parse(&receipt().to_string()), malformed);
    let number = Receipt {
        origin: "7".to_owned(),
        ..receipt()
    };
    let key = NoteSigner::from_seed("7", &[1; 32]).unwrap();
    assert_eq!(number.sign(&[&key]), Err(ReceiptError::Malformed));
    assert_eq!(
        Receipt::parse(&number.to_string()),
        Err(ReceiptError::Malformed)
    );
}

#[test]
fn only_receipts_are_read() {
    let good = receipt().to_string();
    for (from, to) in [
        ("receipt/v1", "receipt/v2"),
        ("00Z", "00.0Z"),
        ("00Z", "00+00:00"),
        ("2025-11-24T20", "2025-11-24t20"),
        ("2025-11-24T20", "1925-11-24T20"),
        ("2025-11-24", "2025-02-30"),
        ("00Z\n", "00Z"),
        ("00Z\n", "00Z\nmore\n"),
        (ORIGIN, ""),
        (ORIGIN, "a b"),
        ("AQEH", "AQE"),
    ] {
        let wrong = good.replacen(from, to, 1);
        assert_ne!(wrong, good);
        assert_eq!(
            Receipt::parse(&wrong),
            Err(ReceiptError::Malformed),
            "{wrong}"
        );
    }
    let other_version = good.replacen("AQEH", "AgEH", 1);
    assert!(matches!(
        Receipt::parse(&other_version),
        Err(ReceiptError::Leaf(_))
    ));
}

#[test]
fn the_last_second_that_can_be_written_is_promised_and_none_after_it() {
    let key = log_key(1);
    let until = |merge_by| Receipt {
        merge_by,
        ..receipt()
    };
    // 9999-12-31T23:59:59Z
    let last = until(253_402_300_799);
    let note = last.sign(&[&key]).unwrap();
    assert_eq!(Receipt::open(&note, [key.verifier()]), Ok(last));
    for beyond in [253_402_300_800, u64::MAX] {
        assert_eq!(until(beyond).sign(&[&key]), Err(ReceiptError::Malformed));
    }
}
