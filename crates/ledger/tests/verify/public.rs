//! The public log: leaves without their events.

use freigabe_ledger::{
    export::{Fault, FaultKind},
    verify::{Report, Subject, Verification},
};

use crate::book::{Book, assert_found, eventful, found, setup};

/// Verifies these leaves of a public log, and whatever happens besides.
fn verify(book: &Book, leaves: usize, besides: impl FnOnce(&mut Verification)) -> Report {
    let mut verification = Verification::begin_public(&setup(), &book.note()).unwrap();
    for entry in &book.entries[..leaves] {
        verification.accept_public(&entry.leaf);
    }
    besides(&mut verification);
    verification.finish()
}

#[test]
fn a_public_log_verifies_without_its_events() {
    let book = eventful();
    let report = verify(&book, book.entries.len(), |_| {});
    assert_found(&report, &[]);
    assert_eq!(report.subject, Subject::PublicLog);
    // It does not say which of an installation's logs it is; an export does.
    assert_eq!(report.log.generation, None);
    let export = crate::book::verify(&setup(), &book.whole());
    assert_eq!(export.log.generation, Some(book.generation));
    assert_eq!(report.leaves.not_public, book.size());
}

#[test]
fn a_tile_that_is_another_is_found() {
    let book = eventful();
    let report = verify(&book, book.entries.len(), |verification| {
        verification.other_tile("tile/1/000".to_owned());
    });
    assert_found(&report, &[("other_tile", None)]);
}

#[test]
fn an_entry_that_is_no_leaf_is_found() {
    let book = eventful();
    let report = verify(&book, 5, |verification| {
        let pointer = "/tile/entries/000".to_owned();
        let kind = FaultKind::Unexpected;
        verification.unreadable_entry(5, Fault { pointer, kind });
    });
    assert!(found(&report).contains(&("unreadable_line".to_owned(), Some(5))));
}
