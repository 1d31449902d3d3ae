//! The reference data hold together, and what doesn't is refused.

use std::collections::BTreeSet;

use super::*;

/// How many different values there are.
fn distinct<T: Ord>(values: impl IntoIterator<Item = T>) -> usize {
    values.into_iter().collect::<BTreeSet<T>>().len()
}

#[test]
fn every_office_is_there_once_below_a_superior_that_stands_before_it() {
    let rows = parse_offices().unwrap();
    assert_eq!(rows.len(), 117);
    let mut seen = BTreeSet::new();
    for OfficeRow { office, source, .. } in &rows {
        assert_eq!(
            office.parent.is_none(),
            office.kind == OfficeKind::Praesidium,
            "{}",
            office.id
        );
        assert!(
            office
                .parent
                .as_ref()
                .is_none_or(|parent| seen.contains(parent)),
            "{}: no such parent",
            office.id
        );
        assert!(seen.insert(office.id.clone()), "{} stands twice", office.id);
        assert!(source.starts_with("http"), "{} has no source", office.id);
    }
    assert_eq!(
        rows.iter()
            .filter(|row| row.office.kind == OfficeKind::Direktion)
            .count(),
        11
    );
    assert_eq!(
        rows.iter()
            .filter(|row| row.office.kind == OfficeKind::Inspektion)
            .count(),
        68
    );
}

#[test]
fn every_land_is_the_area_of_one_direktion() {
    let direktionen: BTreeSet<OfficeId> = parse_offices()
        .unwrap()
        .into_iter()
        .filter(|row| {
            row.office.kind == OfficeKind::Direktion && row.office.specialism == Specialism::General
        })
        .map(|row| row.office.id)
        .collect();
    let areas = parse_direktion_areas().unwrap();
    assert_eq!(areas.len(), Land::ALL.len());
    assert_eq!(
        distinct(areas.iter().map(|area| area.land)),
        Land::ALL.len()
    );
    assert_eq!(
        areas
            .into_iter()
            .map(|area| area.office_id)
            .collect::<BTreeSet<_>>(),
        direktionen
    );
}

#[test]
fn every_postcode_is_there_once() {
    let rows = parse_postcodes().unwrap();
    assert_eq!(rows.len(), 8307);
    assert_eq!(
        distinct(rows.iter().map(|row| &row.place.postcode)),
        rows.len()
    );
    assert!(rows.iter().all(|row| row.source_rows > 0));
    assert_eq!(
        rows.iter()
            .filter(|row| row.quality == PostcodeQuality::Check)
            .count(),
        6
    );
}

#[test]
fn every_place_is_there_once() {
    let rows = parse_places().unwrap();
    assert_eq!(rows.len(), 11870);
    assert_eq!(distinct(rows.iter().map(|row| row.geoname_id)), rows.len());
    assert!(rows.iter().all(|row| row.population != Some(0)));
    assert_eq!(
        rows.iter().filter(|row| row.feature_code.is_none()).count(),
        379
    );
}

#[track_caller]
fn refusal(text: &'static str) -> String {
    File {
        name: "a.csv",
        text,
    }
    .rows(Ok::<DirektionAreaRow, _>)
    .unwrap_err()
    .to_string()
}

#[test]
fn a_bad_row_is_refused_with_file_and_line() {
    for bad in [
        "office_id,land,source\nbpold-a,DE-BB,x\nbpold-a,DE-XX,x\n",
        "office_id,land,source\nbpold-a,DE-BB,x\nBPOLD A,DE-BB,x\n",
        "office_id,land,source\nbpold-a,DE-BB,x\nbpold-a,DE-BB\n",
    ] {
        assert!(
            refusal(bad).starts_with("a.csv, line 3: "),
            "{}",
            refusal(bad)
        );
    }
}

#[test]
fn a_renamed_or_added_column_is_refused() {
    assert!(refusal("office,land,source\nbpold-a,DE-BB,x\n").starts_with("a.csv, line 2: "));
    assert!(
        refusal("office_id,land,source,more\nbpold-a,DE-BB,x,y\n").starts_with("a.csv, line 2: ")
    );
}
