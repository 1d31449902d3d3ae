//! Every change of an export is found.

use freigabe_ledger::{
    MAX_SIZE,
    export::{FaultKind, Header, Line, MAX_LINE},
    verify::Remark,
};
use proptest::prelude::*;

use crate::book::{Book, eventful, setup, try_verify, verify};

#[test]
fn a_whole_log_verifies() {
    let report = verify(&setup(), &eventful().whole());
    assert_eq!(report.violations, []);
    assert!(report.verified);
    assert_eq!(report.leaves.total, 14);
    assert_eq!(report.order.shown, 2);
}

proptest! {
    #[test]
    fn every_part_of_a_log_verifies(from in 0_u64..=14, length in 0_u64..=14) {
        let book = eventful();
        let until = (from + length).min(book.size());
        let report = verify(&setup(), &book.lines(from..until));
        let missing = report.violations.iter().all(|finding| {
            // What an erasure behind this part explains.
            finding.violation == freigabe_ledger::verify::Violation::Missing
        });
        prop_assert!(missing, "{:?}", report.violations);
        if from == 0 && until >= 13 {
            prop_assert!(report.verified);
        }
        prop_assert_eq!(report.leaves.total, until - from);
    }
}

/// A change of a file that somebody could make.
#[derive(Debug, Clone)]
enum Change {
    /// A byte is another one.
    Flip(prop::sample::Index, u8),
    /// A byte is gone.
    Drop(prop::sample::Index),
    /// The file ends here.
    Truncate(prop::sample::Index),
    /// A line is gone.
    Delete(prop::sample::Index),
    /// A line stands once more.
    Repeat(prop::sample::Index, prop::sample::Index),
    /// Two lines have changed places.
    Swap(prop::sample::Index, prop::sample::Index),
    /// A line of another export of the same log stands there instead.
    Replace(prop::sample::Index),
}

fn any_change() -> impl Strategy<Value = Change> {
    use prop::sample::Index;
    prop_oneof![
        6 => (any::<Index>(), 1_u8..).prop_map(|(at, flip)| Change::Flip(at, flip)),
        2 => any::<Index>().prop_map(Change::Drop),
        1 => any::<Index>().prop_map(Change::Truncate),
        1 => any::<Index>().prop_map(Change::Delete),
        1 => any::<(Index, Index)>().prop_map(|(of, to)| Change::Repeat(of, to)),
        1 => any::<(Index, Index)>().prop_map(|(one, other)| Change::Swap(one, other)),
        1 => any::<Index>().prop_map(Change::Replace),
    ]
}

fn changed(lines: &[Vec<u8>], change: &Change, other: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut lines = lines.to_vec();
    match change {
        Change::Flip(at, flip) => {
            let mut bytes = lines.concat();
            *at.get_mut(&mut bytes) ^= flip;
            return split(&bytes);
        }
        Change::Drop(at) => {
            let mut bytes = lines.concat();
            bytes.remove(at.index(bytes.len()));
            return split(&bytes);
        }
        Change::Truncate(at) => {
            let bytes = lines.concat();
            return split(&bytes[..at.index(bytes.len())]);
        }
        Change::Delete(at) => {
            lines.remove(at.index(lines.len()));
        }
        Change::Repeat(of, to) => {
            let line = of.get(&lines).clone();
            lines.insert(to.index(lines.len() + 1), line);
        }
        Change::Swap(one, other) => {
            let length = lines.len();
            lines.swap(one.index(length), other.index(length));
        }
        Change::Replace(at) => *at.get_mut(&mut lines) = at.get(other).clone(),
    }
    lines
}

fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    lines.map(<[u8]>::to_vec).collect()
}

/// The same log, had other things happened.
fn other_book() -> Book {
    let mut book = eventful();
    for entry in &mut book.entries {
        entry.leaf.expiry_year += 1;
    }
    book
}

fn assert_found(
    lines: &[Vec<u8>],
    change: &Change,
    other: &[Vec<u8>],
) -> Result<(), TestCaseError> {
    let changed = changed(lines, change, other);
    if changed == lines {
        return Ok(());
    }
    let verified = match changed.is_empty() {
        true => false,
        // Whoever signed a former log's end may be unknown here; that is said.
        false => try_verify(&setup(), &changed).is_ok_and(|report| {
            let unknown = |remark: &Remark| matches!(remark, Remark::FormerNotVerified { .. });
            report.verified && !report.remarks.iter().any(unknown)
        }),
    };
    prop_assert!(!verified, "{change:?} was not found");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_change_of_an_export_is_found(change in any_change()) {
        assert_found(&eventful().whole(), &change, &other_book().whole())?;
    }

    #[test]
    fn every_change_of_a_part_is_found(change in any_change()) {
        assert_found(&eventful().lines(7..12), &change, &other_book().lines(7..12))?;
    }

    /// What was asked is the operator's word: a hit must meet it, but the words could be others. That the order changed
    /// is no violation either.
    #[test]
    fn every_change_of_a_selection_is_found(change in any_change()) {
        let book = eventful();
        let lines = book.selection("queried", &[13, 9]);
        let other = other_book().selection("queried", &[13, 9]);
        let in_order = book.selection("queried", &[9, 13]);
        let after = changed(&lines, &change, &other);
        let words_alone = after.get(1..) == lines.get(1..);
        if after != in_order && !words_alone {
            assert_found(&lines, &change, &other)?;
        }
    }
}

/// The same content in other words would be harmless; that there is one spelling makes two exports of the same comparable.
#[test]
fn a_line_that_is_spelt_in_another_way_is_not_read() {
    let lines = eventful().whole();
    let text = |number: usize| String::from_utf8(lines[number].clone()).unwrap();
    let moved = text(2).replacen("{\"index\":1,", "{", 1);
    let moved = moved.replacen("}\n", ",\"index\":1}\n", 1);
    let spellings = [
        (1, text(1).replacen("\"index\":0", "\"index\": 0", 1)),
        (1, text(1).replacen("\"name\"", "\"n\\u0061me\"", 1)),
        (2, moved),
        (15, text(15).replacen("14", "14 ", 1)),
    ];
    for (number, line) in spellings {
        assert_ne!(line, text(number));
        let read = Line::parse(line.as_bytes()).map(|_| line.clone());
        let fault = read.expect_err("another spelling is read");
        assert_eq!(fault.kind, FaultKind::Spelling, "{line}");
        let mut changed = lines.clone();
        changed[number] = line.into_bytes();
        assert!(!verify(&setup(), &changed).verified);
    }
    let header = text(0).replacen("\"generation\":1", "\"generation\":\t1", 1);
    let fault = Header::parse(header.as_bytes()).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Spelling);
}

#[test]
fn a_range_ends_where_it_begins_or_later_and_in_a_tree_that_there_can_be() {
    let lines = eventful().whole();
    let header = Header::parse(&lines[0]).unwrap();
    let with = |from: u64, until: u64| {
        let line = Header {
            range: from..until,
            ..header.clone()
        }
        .to_line();
        Header::parse(&line).map(|header| header.range)
    };
    for (from, until) in [(0, 0), (3, 3), (3, 4), (0, MAX_SIZE), (MAX_SIZE, MAX_SIZE)] {
        assert_eq!(with(from, until), Ok(from..until));
    }
    for (from, until) in [
        (4, 3),
        (0, MAX_SIZE + 1),
        (MAX_SIZE + 1, MAX_SIZE + 1),
        (MAX_SIZE + 2, MAX_SIZE + 1),
    ] {
        let fault = with(from, until).unwrap_err();
        assert_eq!(
            (fault.pointer.as_str(), fault.kind),
            ("/range", FaultKind::Unexpected)
        );
    }
}

#[test]
fn a_line_has_as_many_bytes_as_it_may_and_no_more() {
    let kind = |bytes| {
        Line::parse(&vec![b' '; bytes])
            .map(|_| ())
            .unwrap_err()
            .kind
    };
    assert_eq!(kind(MAX_LINE), FaultKind::NoLineFeed);
    for longer in [MAX_LINE + 1, MAX_LINE + 2] {
        assert_eq!(kind(longer), FaultKind::TooLong);
    }
}

#[test]
fn a_changed_bit_is_found_wherever_it_is() {
    let lines = eventful().whole();
    let bytes = lines.concat();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        let verified = try_verify(&setup(), &split(&changed)).is_ok_and(|report| report.verified);
        assert!(!verified, "byte {at} of {}", bytes.len());
    }
}
