//! What became of an event: OPEN, EXPIRED, ERASED or MISSING; and consent before disclosure.

use freigabe_ledger::{
    LeafClass,
    verify::{Remark, Report, Setup, Violation},
};
use serde_json::json;

use crate::book::{AT, Book, FORMER, ORIGIN, assert_found, eventful, found, setup, verify};

fn report(book: &Book) -> Report {
    verify(&setup(), &book.whole())
}

#[test]
fn each_leaf_is_open_expired_or_erased() {
    let leaves = report(&eventful()).leaves;
    assert_eq!((leaves.open, leaves.expired, leaves.erased), (10, 1, 3));
    assert_eq!(leaves.missing, 0);
    assert_eq!((leaves.operations, leaves.consent_evidence), (11, 3));
}

#[test]
fn an_event_that_is_gone_without_a_reason_is_missing() {
    let mut book = eventful();
    book.forget(&[8..10]);
    let report = report(&book);
    assert_eq!(report.leaves.missing, 2);
    // Neighbours of one class: one run.
    assert_found(&report, &[("missing", Some(8))]);
    assert_eq!(report.violations[0].until, Some(10));
}

#[test]
fn neighbours_that_are_missing_are_one_finding() {
    let mut book = Book::default();
    for _ in 0..6 {
        book.event("queried");
    }
    book.forget(&[1..5]);
    let report = report(&book);
    assert_found(&report, &[("missing", Some(1))]);
    assert_eq!(report.violations[0].until, Some(5));
}

#[test]
fn an_event_expires_only_when_its_year_is_over() {
    let mut book = Book::default();
    let event = |book: &mut Book, year| book.add(json!({"name": "x"}), LeafClass::Operations, year);
    let (over, running) = (event(&mut book, 2027), event(&mut book, 2028));
    book.forget(&[over..over + 1, running..running + 1]);
    let report = report(&book);
    assert_eq!((report.leaves.expired, report.leaves.missing), (1, 1));
    assert_found(&report, &[("missing", Some(running))]);
}

#[test]
fn what_should_be_erased_already_is_remarked() {
    let mut book = Book::default();
    book.add(json!({"name": "x"}), LeafClass::Operations, 2027);
    let report = report(&book);
    assert!(report.verified);
    assert_eq!(report.leaves.overdue, 1);
    assert!(report.remarks.contains(&Remark::Overdue { count: 1 }));
}

#[test]
fn a_leaf_that_stands_twice_in_a_selection_does_not_hide_another() {
    let book = eventful();
    let lines = book.selection("queried", &[9, 9]);
    assert_found(&verify(&setup(), &lines), &[("repeated", Some(9))]);
}

#[test]
fn leaves_that_stand_twice_break_nothing() {
    let mut book = Book::default();
    for _ in 0..10 {
        book.event("queried");
    }
    let intent = book.event("intended");
    book.erased(json!({
        "kind": "case",
        "count": 2,
        "ranges": [[5, 7]],
        "intent": book.commitment(intent).to_string(),
    }));
    let whole = book.whole();
    let (first, leaves, last) = (&whole[..1], &whole[1..12], &whole[12..]);
    // All of them several times, and then a single one, before the range that the erasure names.
    let one = &whole[4..5];
    let lines = [first, leaves, leaves, leaves, leaves, one, last].concat();
    let report = verify(&setup(), &lines);
    let repeated = report.violations.iter();
    let repeated = repeated.filter(|finding| finding.violation == Violation::Repeated);
    let places: Vec<_> = repeated.map(|found| (found.index, found.until)).collect();
    let all = (Some(0), Some(11));
    assert_eq!(places, [all, all, all, (Some(3), None)]);
    assert_eq!(report.leaves.open, 12, "each counts once");
}

#[test]
fn an_erasure_is_explained() {
    let report = report(&eventful());
    let [erasure] = report.erasures.as_slice() else {
        panic!("{:?}", report.erasures)
    };
    assert_eq!(erasure.index, 12);
    assert_eq!(erasure.line, Some(14));
    assert_eq!(erasure.legal_basis, "a_law");
    assert_eq!(erasure.ranges, [[1, 3], [6, 7]]);
    assert_eq!((erasure.count, erasure.in_this_file), (3, 3));
    assert!(erasure.valid);
}

fn with_erasure(change: impl FnOnce(&mut serde_json::Value)) -> Book {
    let mut book = Book::default();
    for _ in 0..4 {
        book.event("queried");
    }
    let intent = book.event("intended");
    let mut erasure = json!({
        "kind": "case", "count": 2, "ranges": [[1, 3]],
        "intent": book.commitment(intent).to_string(),
    });
    change(&mut erasure);
    book.forget(&[1..3]);
    book.erased(erasure);
    book
}

#[test]
fn an_erasure_that_was_announced_explains() {
    assert!(report(&with_erasure(|_| {})).verified);
}

#[test]
fn an_erasure_that_nothing_announced_explains_nothing() {
    let report = report(&with_erasure(|erasure| {
        erasure["intent"] = json!("00".repeat(32));
    }));
    assert_found(
        &report,
        &[("erasure_without_intent", Some(5)), ("missing", Some(1))],
    );
    assert!(!report.erasures[0].valid);
}

#[test]
fn an_erasure_is_announced_before_it_is_done() {
    let mut book = Book::default();
    book.event("queried");
    // The commitment of what will stand behind the erasure.
    let mut later = book.clone();
    later.event("queried");
    let intent = later.event("intended");
    let intent = later.commitment(intent).to_string();
    book.forget(&[0..1]);
    book.erased(json!({ "kind": "case", "count": 1, "ranges": [[0, 1]], "intent": intent }));
    book.event("intended");
    assert_eq!(book.commitment(2).to_string(), intent);
    let report = report(&book);
    assert_found(
        &report,
        &[("erasure_without_intent", Some(1)), ("missing", Some(0))],
    );
}

#[test]
fn an_erasure_must_have_erased_what_it_names() {
    let mut book = with_erasure(|erasure| {
        erasure["ranges"] = json!([[1, 4]]);
        erasure["count"] = json!(3);
    });
    let report = report(&book);
    assert_found(&report, &[("still_there", Some(3))]);
    assert_eq!(report.leaves.erased, 2);
    book.forget(&[3..4]);
    assert!(self::report(&book).verified);
}

#[test]
fn an_erasure_counts_right_and_lists_what_stands_before_it() {
    let wrong = report(&with_erasure(|erasure| erasure["count"] = json!(7)));
    assert_found(&wrong, &[("wrong_erasure_count", Some(5))]);
    for ranges in [
        json!([[1, 3], [2, 3]]),
        json!([[1, 3], [9, 11]]),
        json!([[2, 3], [1, 2]]),
        json!([[1, 3], [3, 3]]),
        json!([[3, 1]]),
    ] {
        let report = report(&with_erasure(|erasure| erasure["ranges"] = ranges));
        assert_found(&report, &[("bad_ranges", Some(5)), ("missing", Some(1))]);
    }
}

#[test]
fn an_erasure_of_a_year_leaves_later_years_alone() {
    let mut book = Book::default();
    let event = |book: &mut Book, year| book.add(json!({"name": "x"}), LeafClass::Operations, year);
    event(&mut book, 2028);
    event(&mut book, 2030);
    event(&mut book, 2028);
    let intent = book.event("intended");
    book.forget(&[0..1, 2..3]);
    book.erased(json!({
        "kind": "year", "cutoff": "2028-12-31", "count": 2, "ranges": [[0, 3]],
        "intent": book.commitment(intent).to_string(),
    }));
    let first = report(&book);
    assert_eq!(first.violations, []);
    assert_eq!(first.leaves.erased, 2);
    assert_eq!(first.erasures[0].in_this_file, 2);
    book.forget(&[1..2]);
    assert_found(&report(&book), &[("missing", Some(1))]);
}

#[test]
fn an_erasure_of_a_year_takes_that_year_and_class_alone() {
    let mut book = Book::default();
    let event = |book: &mut Book, class, year| book.add(json!({"name": "x"}), class, year);
    event(&mut book, LeafClass::Operations, 2028);
    event(&mut book, LeafClass::ConsentEvidence, 2028);
    event(&mut book, LeafClass::Operations, 2027);
    event(&mut book, LeafClass::Operations, 2028);
    let intent = book.event("intended");
    let erasure = |class: u8, count: u64| {
        json!({
            "kind": "year", "class": class, "cutoff": "2028-12-31", "count": count, "ranges": [[0, 4]],
            "intent": book.commitment(intent).to_string(),
        })
    };
    let (operations, both) = (erasure(1, 2), erasure(1, 3));
    book.forget(&[0..1, 3..4]);
    let mut wrong = book.clone();
    book.erased(operations);
    let first = report(&book);
    assert_eq!(first.violations, []);
    assert_eq!((first.leaves.erased, first.leaves.open), (2, 4));
    assert_eq!(first.erasures[0].class, Some(1));
    wrong.erased(both);
    assert_found(&report(&wrong), &[("wrong_erasure_count", Some(5))]);
    book.forget(&[1..2]);
    assert_found(&report(&book), &[("missing", Some(1))]);
}

#[test]
fn an_erasure_that_is_announced_and_not_reported_yet_explains_for_a_day() {
    let mut book = Book::default();
    for _ in 0..4 {
        book.event("queried");
    }
    let erasure = json!({ "from": 1, "until": 3 });
    let intended = json!({ "name": "intended", "erasure": erasure });
    book.add(intended, LeafClass::Operations, 2031);
    book.forget(&[1..4]);
    // The events of these tests are more than two days old.
    let told = |at| {
        let setup = Setup { at, ..setup() };
        verify(&setup, &book.whole())
    };
    let soon = told(AT - 200_000 + 3_600);
    assert_found(&soon, &[("missing", Some(3))]);
    assert_eq!((soon.leaves.erased, soon.leaves.missing), (2, 1));
    let remark = Remark::ErasureUnderWay { count: 2 };
    assert!(soon.remarks.contains(&remark), "{:?}", soon.remarks);
    let late = told(AT);
    assert_found(&late, &[("missing", Some(1))]);
    assert_eq!(late.violations[0].until, Some(4));
}

#[test]
fn an_erasure_in_a_former_log_explains_nothing_here() {
    assert!(report(&with_erasure(|erasure| erasure["log"] = json!(ORIGIN))).verified);
    let book = with_erasure(|erasure| erasure["log"] = json!(FORMER));
    let report = report(&book);
    assert_found(&report, &[("missing", Some(1))]);
    assert!(
        report
            .remarks
            .contains(&Remark::ErasuresElsewhere { count: 1 })
    );
}

#[test]
fn consent_stands_before_disclosure() {
    let mut book = Book::default();
    let consent = book.consent();
    book.disclosure(consent);
    let good = report(&book);
    assert_eq!((good.order.shown, good.verified), (1, true));
    // The consent was logged afterwards.
    let mut late = Book::default();
    let mut early = Book::default();
    early.event("queried");
    let consent = early.consent();
    let relied_on = early.commitment(consent).to_string();
    late.add(
        json!({"name": "disclosed", "relied_on": relied_on}),
        LeafClass::Operations,
        2029,
    );
    late.consent();
    assert_eq!(late.commitment(1), early.commitment(1));
    assert_found(&report(&late), &[("consent_later", Some(0))]);
    // Or never.
    late.entries.pop();
    assert_found(&report(&late), &[("consent_unknown", Some(0))]);
}

#[test]
fn a_consent_whose_evidence_is_gone_still_stands_before_its_disclosure() {
    let mut book = Book::default();
    let consent = book.add(json!({"name": "x"}), LeafClass::Operations, 2027);
    book.disclosure(consent);
    book.forget(&[consent..consent + 1]);
    let report = report(&book);
    assert_eq!((report.verified, report.order.shown), (true, 1));
}

#[test]
fn in_a_part_a_consent_may_stand_before_the_part() {
    let mut book = Book::default();
    let consent = book.consent();
    book.disclosure(consent);
    let report = verify(&setup(), &book.lines(1..2));
    assert!(report.verified);
    assert_eq!(report.order.elsewhere, 1);
    assert!(
        report
            .remarks
            .contains(&Remark::ConsentsElsewhere { count: 1 })
    );
}

#[test]
fn an_event_has_the_class_and_the_year_that_the_law_gives_it() {
    let mut book = Book::default();
    book.add(json!({"name": "short"}), LeafClass::Operations, 2028);
    assert_found(&report(&book), &[("wrong_retention", Some(0))]);
}

#[test]
fn a_column_that_says_something_else_is_named() {
    let mut book = eventful();
    let columns = |book: &mut Book| book.entry(13).kept.as_mut().unwrap().columns.clone();
    let mut other = columns(&mut book);
    other.insert("name".to_owned(), json!("harmless"));
    book.entry(13).kept.as_mut().unwrap().columns = other;
    let changed = report(&book);
    assert_found(&changed, &[("other_column", Some(13))]);
    let finding = serde_json::to_value(&changed.violations[0]).unwrap();
    assert_eq!(finding["column"], "name");
    assert_eq!(finding["line"], 15);
    assert!(
        !finding.to_string().contains("harmless"),
        "contents stay out of reports"
    );
    let kept = book.entry(13).kept.as_mut().unwrap();
    kept.columns.remove("name");
    kept.columns.insert("more".to_owned(), json!(1));
    assert_found(
        &report(&book),
        &[("other_column", Some(13)), ("other_column", Some(13))],
    );
}

#[test]
fn payloads_and_their_columns_are_counted() {
    let mut book = eventful();
    let before = report(&book).payloads;
    assert_eq!(
        before.checked,
        book.entries.iter().filter(|e| e.kept.is_some()).count() as u64
    );
    book.event("queried");
    let after = report(&book).payloads;
    assert_eq!(after.checked, before.checked + 1);
    assert!(after.columns > before.columns);
}

#[test]
fn a_leaf_that_stands_where_another_should_is_named_once() {
    let book = eventful();
    let mut lines = book.whole();
    // The first line is no leaf.
    lines.swap(4, 5);
    let out_of_place = ("out_of_place".to_owned(), Some(4));
    let found = found(&verify(&setup(), &lines));
    let named: Vec<_> = found
        .iter()
        .filter(|(code, _)| code == "out_of_place")
        .collect();
    assert_eq!(named, [&out_of_place]);
    assert!(!found.iter().any(|(code, _)| code == "other_root"));
}

#[test]
fn of_leaves_that_are_cut_off_no_root_is_asked() {
    let book = eventful();
    let mut lines = book.whole();
    lines.truncate(lines.len() - 2);
    let found = found(&verify(&setup(), &lines));
    let codes: Vec<_> = found.iter().map(|(code, _)| code.as_str()).collect();
    assert_eq!(codes, ["cut", "wrong_count"]);
}

#[test]
fn whatever_is_not_the_whole_says_so() {
    let mut book = Book::default();
    for _ in 0..4 {
        book.event("queried");
    }
    let remarks = |lines: &[Vec<u8>]| verify(&setup(), lines).remarks;
    assert_eq!(remarks(&book.whole()), []);
    assert_eq!(remarks(&book.lines(1..3)), [Remark::OnlyPart]);
    let selection = book.selection("queried", &[0, 1, 2, 3]);
    assert_eq!(remarks(&selection), [Remark::SelectionMayLack]);
}

#[test]
fn a_changed_payload_or_salt_is_found() {
    let mut book = eventful();
    let kept = book.entry(9).kept.as_mut().unwrap();
    kept.payload = br#"{"name":"harmless"}"#.to_vec();
    assert_found(&report(&book), &[("other_payload", Some(9))]);
}
