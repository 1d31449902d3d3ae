//! Tables an attacker solves for, with everything that is published.

mod attacker;

use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner},
};

use super::{AreaIndex, Areas, Column, Figure, Table, Threshold, network::Network, protect};
use attacker::Breach;

/// The areas of a review: the whole, some Direktionen, some Länder in each.
fn areas(laender: &[usize]) -> Areas {
    let mut areas = Areas::new();
    for laender in laender {
        let direktion = areas.below(Areas::WHOLE).unwrap();
        for _ in 0..*laender {
            areas.below(direktion).unwrap();
        }
    }
    areas
}

fn leaves(areas: &Areas) -> Vec<AreaIndex> {
    areas.iter().filter(|area| areas.is_leaf(*area)).collect()
}

/// A table with these counts: leaf by leaf, in each category by category; what is missing is zero.
fn table(laender: &[usize], categories: usize, counts: &[u64]) -> Table {
    let mut table = Table::new(areas(laender), categories);
    let columns: Vec<Column> = match categories {
        0 => vec![Column::Sum],
        _ => (0..categories).map(Column::Category).collect(),
    };
    let cells: Vec<(AreaIndex, Column)> = leaves(table.areas())
        .into_iter()
        .flat_map(|leaf| columns.iter().map(move |column| (leaf, *column)))
        .collect();
    for ((leaf, column), count) in cells.into_iter().zip(counts) {
        assert!(table.add(leaf, column, *count));
    }
    table
}

fn threshold() -> Threshold {
    Threshold::DEFAULT
}

/// Mostly small numbers, many zeros and ones, and a few large ones: where tables are hard.
fn count() -> impl Strategy<Value = u64> {
    prop_oneof![
        4 => Just(0_u64),
        3 => Just(1_u64),
        4 => 2_u64..5,
        3 => 5_u64..9,
        2 => 9_u64..60,
        1 => 60_u64..5_000,
    ]
}

fn tables() -> impl Strategy<Value = Table> {
    let laender = prop::collection::vec(0_usize..4, 0..4);
    (laender, 0_usize..5).prop_flat_map(|(laender, categories)| {
        let cells = leaves(&areas(&laender)).len() * categories.max(1);
        prop::collection::vec(count(), cells)
            .prop_map(move |counts| table(&laender, categories, &counts))
    })
}

/// What an attacker learns from a table with these cells withheld.
fn breaches(table: &Table, withheld: &[bool]) -> Vec<Breach> {
    attacker::breaches(table, withheld, threshold())
}

/// A fixed seed: a run that fails fails again.
fn runner(cases: u32) -> TestRunner {
    TestRunner::new_with_rng(
        Config {
            cases,
            failure_persistence: None,
            ..Config::default()
        },
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    )
}

/// Whether the attacker finds something in tables made with this mistake.
fn is_found(mistake: impl Fn(&Table) -> Vec<bool>) -> bool {
    let found = runner(200).run(&tables(), |table| {
        let withheld = mistake(&table);
        prop_assert!(breaches(&table, &withheld).is_empty());
        Ok(())
    });
    matches!(found, Err(TestError::Fail(..)))
}

#[test]
fn nothing_withheld_can_be_determined() {
    let mut runner = runner(Config::default().cases);
    let found = runner.run(&tables(), |table| {
        let withheld = protect::withheld(&table, threshold());
        let breaches = breaches(&table, &withheld);
        prop_assert!(breaches.is_empty(), "{breaches:?} with {withheld:?}");
        Ok(())
    });
    if let Err(error) = found {
        panic!("{error}");
    }
}

#[test]
fn an_attacker_finds_small_numbers_that_alone_are_withheld() {
    assert!(is_found(|table| protect::primary(
        &Network::of(table),
        threshold()
    )));
}

/// The mistake of doing it by hand: a second cell in each row, none in the columns.
fn second_in_rows(table: &Table) -> Vec<bool> {
    let mut withheld = protect::primary(&Network::of(table), threshold());
    let width = table.columns().count();
    for (row, area) in withheld.chunks_mut(width).zip(table.areas().iter()) {
        if row.iter().filter(|cell| **cell).count() == 1 {
            let second = table
                .columns()
                .enumerate()
                .find(|(at, column)| !row[*at] && table.count(area, *column) > 0);
            if let Some((at, _)) = second {
                row[at] = true;
            }
        }
    }
    withheld
}

#[test]
fn an_attacker_finds_what_is_protected_in_rows_only() {
    assert!(is_found(second_in_rows));
}

/// The mistake of counting cells instead of solving for them: a second cell in every sum, whatever it holds.
#[test]
fn an_attacker_finds_what_is_protected_by_too_small_a_neighbour() {
    // 5 = 1 + 4 and zeros: both are withheld, in both rows and columns, and each says what the other is.
    let table = table(&[1, 1], 2, &[1, 4, 4, 1]);
    let withheld = protect::primary(&Network::of(&table), threshold());
    assert!(
        breaches(&table, &withheld)
            .iter()
            .any(|breach| matches!(breach, Breach::Narrow { .. }))
    );
    assert!(breaches(&table, &protect::withheld(&table, threshold())).is_empty());
}

#[test]
fn the_same_table_has_the_same_answer() {
    let found = runner(50).run(&tables(), |table| {
        let once = table.clone().publish(threshold());
        prop_assert_eq!(once, table.publish(threshold()));
        Ok(())
    });
    if let Err(error) = found {
        panic!("{error}");
    }
}

fn shown(table: Table) -> Vec<Option<u64>> {
    let published = table.publish(threshold());
    published
        .areas()
        .iter()
        .flat_map(|area| published.columns().map(move |column| (area, column)))
        .map(|(area, column)| published.figure(area, column).shown())
        .collect()
}

#[test]
fn large_numbers_and_zeros_are_shown() {
    assert_eq!(
        shown(table(&[2], 0, &[5, 0])),
        [Some(5), Some(5), Some(5), Some(0)]
    );
}

/// Two Länder with 3 and 40: neither may be shown when their sum is. A neighbour's sum stays.
#[test]
fn the_cheapest_neighbour_is_withheld_too() {
    assert_eq!(
        shown(table(&[3, 1], 0, &[3, 40, 9, 100])),
        [
            Some(152), // the whole
            Some(52),  // the first Direktion
            None,      // 3
            Some(40),
            None, // 9, cheaper than 40
            Some(100),
            Some(100),
        ]
    );
}

/// One case in the whole country: every sum it is part of is withheld, what is zero is shown.
#[test]
fn a_single_case_is_nowhere_a_number() {
    let shown = shown(table(&[1, 1], 2, &[1, 0, 0, 0]));
    assert_eq!(
        shown,
        [
            (None, Some(0), None),
            (None, Some(0), None),
            (None, Some(0), None),
            (Some(0), Some(0), Some(0)),
            (Some(0), Some(0), Some(0)),
        ]
        .into_iter()
        .flat_map(|(a, b, c)| [a, b, c])
        .collect::<Vec<_>>()
    );
}

/// Many small cells give way together where none of them could alone.
#[test]
fn small_cells_together_protect_each_other() {
    let shown = shown(table(&[6], 0, &[3, 3, 3, 3, 3, 3]));
    assert_eq!(
        shown,
        [Some(18), Some(18), None, None, None, None, None, None]
    );
}

#[test]
fn the_threshold_is_at_least_three() {
    assert_eq!(Threshold::DEFAULT.get(), 5);
    assert_eq!(Threshold::new(2), None);
    let three = Threshold::new(3).unwrap();
    assert_eq!(
        [0, 1, 2, 3].map(|count| three.hides(count)),
        [false, true, true, false]
    );
    let published = table(&[2], 0, &[3, 4]).publish(three);
    assert_eq!(
        published.figure(Areas::WHOLE, Column::Sum),
        Figure::Shown(7)
    );
}

#[test]
fn what_a_table_does_not_have_is_neither_counted_nor_shown() {
    let mut table = table(&[1], 2, &[9, 9]);
    let whole = Areas::WHOLE;
    let leaf = leaves(table.areas())[0];
    assert!(!table.add(whole, Column::Category(0), 1));
    assert!(!table.add(leaf, Column::Category(2), 1));
    assert!(!table.add(leaf, Column::Sum, 1));
    assert_eq!(table.count(whole, Column::Sum), 18);
    let published = table.publish(threshold());
    assert_eq!(
        published.figure(whole, Column::Category(2)),
        Figure::Withheld
    );
}

/// A country as it is: ten Direktionen, their Länder, and all categories of point 4. It is fast enough to be done when asked.
#[test]
fn a_table_of_the_size_of_the_country_is_protected() {
    let laender = [2, 3, 1, 3, 1, 1, 3, 2, 1, 1];
    let categories = 25;
    let cells = laender.iter().sum::<usize>() * categories;
    let counts: Vec<u64> = (0..cells as u64)
        .map(|cell| match (cell * 7_919) % 11 {
            0..=3 => 0,
            4 => 1,
            5 => 3,
            6 => 7,
            more => (cell * 104_729) % (13 * more),
        })
        .collect();
    let table = table(&laender, categories, &counts);
    let withheld = protect::withheld(&table, threshold());
    assert!(withheld.iter().any(|withheld| !withheld));
    assert!(
        attacker::sample(&table, &withheld, threshold(), 97).is_empty(),
        "something can be determined"
    );
}
