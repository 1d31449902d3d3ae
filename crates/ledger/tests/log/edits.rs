//! Damage done to documents, and fuzz targets that are given such.

use proptest::{prelude::*, test_runner::TestRunner};

/// One change of a document.
#[derive(Debug, Clone)]
pub(crate) enum Edit {
    Flip(prop::sample::Index, u8),
    Insert(prop::sample::Index, u8),
    Delete(prop::sample::Index, usize),
    Truncate(prop::sample::Index),
    Repeat(prop::sample::Index, usize),
    Newline(prop::sample::Index),
}

impl Edit {
    pub(crate) fn apply(&self, data: &mut Vec<u8>) {
        let length = data.len();
        let at = |index: &prop::sample::Index| index.index(length + 1);
        match self {
            Self::Flip(index, bits) if length > 0 => data[index.index(length)] ^= bits,
            Self::Flip(..) => {}
            Self::Insert(index, byte) => data.insert(at(index), *byte),
            Self::Delete(index, count) => {
                let start = at(index);
                data.drain(start..(start + count).min(length));
            }
            Self::Truncate(index) => data.truncate(at(index)),
            Self::Repeat(index, count) => {
                let start = at(index);
                data.extend_from_within(start..(start + count).min(length));
            }
            Self::Newline(index) => data.insert(at(index), b'\n'),
        }
    }
}

pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        4 => (index(), 1_u8..).prop_map(|(index, bits)| Edit::Flip(index, bits)),
        2 => (index(), any::<u8>()).prop_map(|(index, byte)| Edit::Insert(index, byte)),
        2 => (index(), 1_usize..60).prop_map(|(index, count)| Edit::Delete(index, count)),
        1 => index().prop_map(Edit::Truncate),
        1 => (index(), 1_usize..200).prop_map(|(index, count)| Edit::Repeat(index, count)),
        1 => index().prop_map(Edit::Newline),
    ]
}

/// Runs a fuzz target with good inputs, with so many damaged and random ones, and says which of them broke its rules.
pub(crate) fn fuzz(name: &str, target: fn(&[u8]), seeds: Vec<Vec<u8>>, cases: u32) {
    assert!(!seeds.is_empty(), "{name}: no good inputs");
    seeds.iter().for_each(|seed| target(seed));
    let damaged = (
        prop::sample::select(seeds),
        prop::collection::vec(edit(), 1..4),
    )
        .prop_map(|(mut data, edits)| {
            edits.iter().for_each(|edit| edit.apply(&mut data));
            data
        });
    let random = prop::collection::vec(any::<u8>(), 0..300);
    let inputs = prop_oneof![4 => damaged, 1 => random];
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    };
    let result = TestRunner::new(config).run(&inputs, |data| {
        target(&data);
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{name}: {failure}"));
}
