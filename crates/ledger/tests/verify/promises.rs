//! Receipts against leaves, the checkpoint that was seen last, and who signed.

use freigabe_ledger::{
    Checkpoint, Hash, Leaf, LeafClass, Note, Policy, Receipt, SignedCheckpoint,
    export::Header,
    receipt::to_header,
    verify::{GivenReceipt, ReceiptState, Setup, Trust, Verification},
};

use crate::book::{
    AT, Book, COSIGNED, FORMER, ORIGIN, assert_found, eventful, eventful_after, former_key, found,
    log_key, network, police, receipt, setup, verify,
};

fn given(name: &str, leaf: Leaf, merge_by: u64) -> GivenReceipt {
    GivenReceipt {
        name: name.to_owned(),
        bytes: receipt(leaf, merge_by).to_string().into_bytes(),
    }
}

/// A leaf of no event in the book.
fn lost() -> Leaf {
    let mut elsewhere = Book::default();
    elsewhere.add(
        serde_json::json!({ "name": "lost" }),
        LeafClass::Operations,
        2040,
    );
    elsewhere.entries[0].leaf
}

fn with(receipts: Vec<GivenReceipt>) -> Setup {
    Setup {
        receipts,
        ..setup()
    }
}

#[test]
fn a_promise_is_kept_pending_or_broken() {
    let book = eventful();
    let kept = book.entries[3].leaf;
    let setup = with(vec![
        given("kept", kept, COSIGNED - 50),
        given("later", lost(), AT + 60),
        given("between", lost(), AT - 60),
        given("broken", lost(), COSIGNED - 500_000),
    ]);
    let report = verify(&setup, &book.whole());
    let states: Vec<_> = report
        .receipts
        .iter()
        .map(|receipt| (receipt.receipt.as_str(), receipt.state))
        .collect();
    assert_eq!(
        states,
        [
            ("kept", ReceiptState::Included),
            ("later", ReceiptState::NotYetDue),
            ("between", ReceiptState::AfterCheckpoint),
            ("broken", ReceiptState::Broken),
        ]
    );
    assert_eq!(report.receipts[0].index, Some(3));
    assert_found(&report, &[("broken_promise", None)]);
}

#[test]
fn a_promise_of_a_log_that_ended_is_kept_by_the_one_that_continues_it_alone() {
    let mut alone = Book::default();
    alone.event("queried");
    for (book, state) in [
        (eventful(), ReceiptState::Included),
        (alone, ReceiptState::OtherLog),
    ] {
        let former = Receipt {
            origin: FORMER.to_owned(),
            leaf: book.entries[0].leaf,
            merge_by: COSIGNED,
        };
        let note = former.sign(&[&former_key()]).unwrap();
        let given = GivenReceipt {
            name: "former".to_owned(),
            bytes: note.to_string().into_bytes(),
        };
        let report = verify(&with(vec![given]), &book.whole());
        assert_eq!(report.receipts[0].state, state);
    }
}

#[test]
fn a_promise_is_kept_by_a_leaf_that_is_shown_to_be_in_the_log_whatever_its_payload_is() {
    let mut book = eventful();
    let setup = with(vec![given("one", book.entries[9].leaf, COSIGNED)]);
    let mut selection = book.selection("queried", &[9]);
    let proven = verify(&setup, &selection);
    assert_eq!(proven.receipts[0].state, ReceiptState::Included);

    // The proof of another.
    selection[1] = book.line(9, Some(book.proof(8)));
    let unproven = verify(&setup, &selection);
    assert!(!unproven.verified);
    assert_eq!(unproven.receipts[0].state, ReceiptState::OutsideOfPart);

    // All leaves together lead to the root.
    let kept = book.entry(9).kept.as_mut().unwrap();
    kept.payload = br#"{"name":"harmless"}"#.to_vec();
    let whole = verify(&setup, &book.whole());
    assert!(!whole.verified);
    assert_eq!(whole.receipts[0].state, ReceiptState::Included);
}

#[test]
fn a_receipt_is_read_as_it_stood_in_its_header() {
    let book = eventful();
    let note = receipt(book.entries[5].leaf, COSIGNED);
    let header = GivenReceipt {
        name: "header".to_owned(),
        bytes: format!("{}\n", to_header(&note)).into_bytes(),
    };
    let report = verify(&with(vec![header]), &book.whole());
    assert!(report.verified, "{report:#?}");
    assert_eq!(report.receipts[0].state, ReceiptState::Included);
}

#[test]
fn a_receipt_that_nobody_known_signed_is_found() {
    let book = eventful();
    let mut forged = receipt(book.entries[0].leaf, COSIGNED).to_string();
    forged = forged.replace("freigabe-receipt/v1", "freigabe-receipt/v2");
    for bytes in [forged.into_bytes(), b"no receipt".to_vec()] {
        let name = "forged".to_owned();
        let report = verify(&with(vec![GivenReceipt { name, bytes }]), &book.whole());
        assert_found(&report, &[("bad_receipt", None)]);
        assert_eq!(report.receipts[0].state, ReceiptState::Unreadable);
    }
}

#[test]
fn the_log_must_go_on_from_what_was_seen_last() {
    let book = eventful();
    let mut before = book.clone();
    before.entries.truncate(7);
    let seen = |book: &Book| Setup {
        last_seen: Some(book.note()),
        ..setup()
    };
    let report = verify(&seen(&before), &book.whole());
    assert!(report.verified, "{report:#?}");
    assert!(report.last_seen.unwrap().consistent);

    let report = verify(&seen(&book), &before.whole());
    assert!(!report.verified);
    assert!(!report.last_seen.unwrap().consistent);

    let mut other = before.clone();
    other.event("never happened here");
    let report = verify(&seen(&other), &book.whole());
    assert_found(&report, &[("forked", None)]);
}

#[test]
fn leaves_that_are_not_those_of_the_checkpoint_do_not_tell_that_the_log_only_grew() {
    let book = eventful();
    let mut before = book.clone();
    before.entries.truncate(7);
    let mut other = before.clone();
    while other.size() < book.size() {
        other.event("never happened here");
    }
    let mut lines = other.whole();
    lines[0] = book.header(0..book.size()).to_line();
    let seen = Setup {
        last_seen: Some(before.note()),
        ..setup()
    };
    let report = verify(&seen, &lines);
    assert!(found(&report).contains(&("consistency_unknown".to_owned(), None)));
    assert!(!report.last_seen.unwrap().consistent);
}

#[test]
fn whatever_began_as_nothing_goes_on_from_it() {
    let book = eventful();
    let seen = Setup {
        last_seen: Some(Book::default().note()),
        ..setup()
    };
    // In a selection the leaves before don't stand.
    for lines in [book.whole(), book.selection("queried", &[9])] {
        let report = verify(&seen, &lines);
        assert_found(&report, &[]);
        assert!(report.last_seen.unwrap().consistent);
    }
}

#[test]
fn what_does_not_show_the_leaves_before_cannot_tell_whether_the_log_only_grew() {
    let book = eventful();
    let mut before = book.clone();
    before.entries.truncate(7);
    let seen = Setup {
        last_seen: Some(before.note()),
        ..setup()
    };
    let report = verify(&seen, &book.selection("queried", &[9]));
    assert_found(&report, &[("consistency_unknown", None)]);
    assert!(!report.last_seen.unwrap().consistent);
}

#[test]
fn a_log_that_was_ended_must_have_ended_with_what_was_seen_of_it() {
    let root = Hash::from_bytes([7; 32]);
    let book = eventful_after(5, root);
    let seen = |size: u64, root: Hash| {
        let seen = Checkpoint {
            origin: FORMER.to_owned(),
            size,
            root,
        };
        let signed = SignedCheckpoint::sign(&seen, &[&former_key()]).unwrap();
        let setup = Setup {
            last_seen: Some(signed.into_note()),
            ..setup()
        };
        verify(&setup, &book.whole())
    };
    assert_found(&seen(5, root), &[]);
    assert_found(&seen(5, Hash::EMPTY), &[("forked", None)]);
    // How it went on from there is not in the package.
    assert_found(&seen(4, root), &[("consistency_unknown", None)]);
    let longer = seen(6, root);
    assert_found(&longer, &[("shrunk", None)]);
    assert!(!longer.last_seen.unwrap().consistent);
}

#[test]
fn the_end_of_a_log_is_vouched_for_by_its_own_key() {
    let book = eventful_after(5, Hash::from_bytes([7; 32]));
    let report = verify(&setup(), &book.whole());
    let former = &report.log.former[0];
    assert_eq!(former.size, Some(5));
    assert!(former.signed && former.chained);
}

#[test]
fn who_signed_the_checkpoint_is_named() {
    let report = verify(&setup(), &eventful().whole());
    let signed_by = report.checkpoint.signed_by.iter();
    let names: Vec<_> = signed_by.map(|key| key.name.as_str()).collect();
    assert_eq!(names, [ORIGIN]);
}

#[test]
fn a_signature_over_another_checkpoint_is_found() {
    let book = eventful();
    let mut before = book.clone();
    before.entries.truncate(7);
    let signature = |note: &str| note.lines().nth(4).unwrap().to_owned();
    let own = book.note().to_string();
    let forged = own.replace(&signature(&own), &signature(&before.note().to_string()));
    assert_ne!(forged, own);
    let mut lines = book.whole();
    lines[0] = Header {
        checkpoint: forged,
        ..book.header(0..book.size())
    }
    .to_line();
    let report = verify(&setup(), &lines);
    assert_found(&report, &[("bad_signature", None)]);
    assert_eq!(report.checkpoint.signed_by.len(), 0);
}

#[test]
fn a_checkpoint_that_another_logs_key_signed_is_found() {
    let book = eventful();
    let checkpoint = book.checkpoint();
    let mut note = Note::sign(checkpoint.to_string(), &[&former_key()]).unwrap();
    for witness in [police(), network()] {
        note.add(witness.cosign(&checkpoint, COSIGNED).unwrap())
            .unwrap();
    }
    let mut lines = book.whole();
    lines[0] = Header {
        checkpoint: note.to_string(),
        ..book.header(0..book.size())
    }
    .to_line();
    assert_found(&verify(&setup(), &lines), &[("key_of_other_log", None)]);
}

#[test]
fn a_public_log_is_counted_by_its_leaves() {
    let book = eventful();
    let mut verification = Verification::begin_public(&setup(), &book.note()).unwrap();
    for entry in &book.entries {
        verification.accept_public(&entry.leaf);
    }
    let report = verification.finish();
    assert_found(&report, &[]);
    let leaves = report.leaves;
    assert_eq!((leaves.total, leaves.not_public), (14, 14));
    assert_eq!((leaves.operations, leaves.consent_evidence), (11, 3));
}

#[test]
fn a_key_alone_is_trusted_without_witnesses_and_another_key_is_not() {
    let book = eventful();
    let only = |key| Setup {
        trust: Trust::new(None::<Policy>, vec![key]).unwrap(),
        ..setup()
    };
    assert!(verify(&only(log_key().verifier().clone()), &book.whole()).verified);
    let stranger = freigabe_ledger::NoteSigner::from_seed(crate::book::ORIGIN, &[9; 32]).unwrap();
    let report = verify(&only(stranger.verifier().clone()), &book.whole());
    assert!(!report.verified);
    assert!(report.checkpoint.signed_by.is_empty());
}
