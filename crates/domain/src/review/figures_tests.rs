use super::*;
use crate::office::{Land, Specialism};

fn office(id: &str, kind: OfficeKind, parent: Option<&str>, land: Option<Land>) -> Office {
    let id_of = |id: &str| OfficeId::parse(id).unwrap();
    Office {
        id: id_of(id),
        kind,
        name: id.to_owned(),
        parent: parent.map(id_of),
        city: None,
        land,
        point: None,
        specialism: Specialism::General,
        active: true,
    }
}

fn offices() -> Vec<Office> {
    use OfficeKind::{Direktion, Inspektion, Praesidium, Revier};
    vec![
        office("bpolp", Praesidium, None, Some(Land::Brandenburg)),
        office(
            "bpold-nord",
            Direktion,
            Some("bpolp"),
            Some(Land::SchleswigHolstein),
        ),
        office(
            "bpoli-kiel",
            Inspektion,
            Some("bpold-nord"),
            Some(Land::SchleswigHolstein),
        ),
        office(
            "bpolr-eutin",
            Revier,
            Some("bpoli-kiel"),
            Some(Land::SchleswigHolstein),
        ),
        office(
            "bpoli-rostock",
            Inspektion,
            Some("bpold-nord"),
            Some(Land::MecklenburgVorpommern),
        ),
        office("bpold-see", Direktion, Some("bpolp"), None),
    ]
}

fn count(office: &str, category: Option<&str>, cases: u64) -> OfficeCount {
    OfficeCount {
        topic: FigureTopic::InvolvementOffers,
        office: OfficeId::parse(office).unwrap(),
        category: category.map(str::to_owned),
        cases,
    }
}

fn span(office: &str, minutes: u64) -> OfficeSpan {
    OfficeSpan {
        kind: SpanKind::OfferToAnswer,
        office: OfficeId::parse(office).unwrap(),
        minutes,
    }
}

fn offers(facts: &ReviewFacts) -> FigureTable {
    let set = FigureSet::of(facts, &offices(), Threshold::DEFAULT);
    assert_eq!(set.tables.len(), FigureTopic::ALL.len());
    let mut tables = set.tables.into_iter();
    tables
        .find(|table| table.topic == FigureTopic::InvolvementOffers)
        .unwrap()
}

fn row<'a>(table: &'a FigureTable, direktion: Option<&str>, land: Option<&str>) -> &'a FigureRow {
    let found = table
        .rows
        .iter()
        .find(|row| row.direktion.as_deref() == direktion && row.land.as_deref() == land);
    found.unwrap()
}

#[test]
fn offices_count_at_their_direktion_and_the_land_of_their_seat() {
    let facts = ReviewFacts {
        counts: vec![
            count("bpoli-kiel", Some("accepted"), 6),
            count("bpolr-eutin", Some("accepted"), 5),
            count("bpoli-rostock", Some("declined"), 9),
            count("bpold-see", Some("open"), 20),
            count("bpoli-nirgendwo", Some("open"), 100),
        ],
        spans: Vec::new(),
    };
    let table = offers(&facts);
    let some = |numbers: [u64; 5]| numbers.map(Some).to_vec();
    assert_eq!(row(&table, None, None).counts, some([11, 9, 0, 20, 40]));
    assert_eq!(
        row(&table, Some("bpold-nord"), None).counts,
        some([11, 9, 0, 0, 20])
    );
    assert_eq!(
        row(&table, Some("bpold-nord"), Some("DE-SH")).counts,
        some([11, 0, 0, 0, 11])
    );
    assert_eq!(
        row(&table, Some("bpold-see"), Some(UNKNOWN_LAND)).counts,
        some([0, 0, 0, 20, 20])
    );
    assert_eq!(row(&table, Some("bpolp"), None).counts, some([0; 5]));
}

#[test]
fn medians_are_told_of_enough_cases_only() {
    let facts = ReviewFacts {
        counts: vec![
            count("bpoli-kiel", Some("accepted"), 6),
            count("bpoli-rostock", Some("accepted"), 40),
        ],
        spans: [10, 60, 120, 200, 240, 6_000]
            .map(|minutes| span("bpoli-kiel", minutes))
            .into_iter()
            .chain((0..4).map(|_| span("bpoli-rostock", 60)))
            .collect(),
    };
    let table = offers(&facts);
    let hours = |direktion, land| {
        let medians = &row(&table, direktion, land).medians;
        medians
            .iter()
            .find(|one| one.kind == SpanKind::OfferToAnswer)
            .unwrap()
            .hours
    };
    assert_eq!(hours(Some("bpold-nord"), Some("DE-SH")), Some(3));
    assert_eq!(hours(Some("bpold-nord"), Some("DE-MV")), None, "four times");
    assert_eq!(hours(Some("bpolp"), None), None);
    assert_eq!(hours(None, None), Some(1));
}

#[test]
fn where_a_number_is_withheld_no_time_is_told() {
    // Both are withheld: three, and the six that protect them.
    let facts = ReviewFacts {
        counts: vec![
            count("bpoli-kiel", Some("accepted"), 6),
            count("bpoli-rostock", Some("accepted"), 3),
        ],
        spans: (0..6).map(|_| span("bpoli-kiel", 600)).collect(),
    };
    let table = offers(&facts);
    let kiel = row(&table, Some("bpold-nord"), Some("DE-SH"));
    assert_eq!(kiel.counts.last(), Some(&None));
    assert!(kiel.medians.iter().all(|median| median.hours.is_none()));
    assert_eq!(row(&table, None, None).counts.last(), Some(&Some(9)));
}

#[test]
fn a_refusal_is_counted_after_the_moment_in_which_it_was() {
    let at = Instant::from_unix_micros(1_800_000_000_123_456);
    let refusal = ReleaseRefusal::new(
        Uuid::nil(),
        at,
        OfficeId::parse("bpoli-kiel").unwrap(),
        Vec::new(),
    );
    let micros = refusal.refused_at.as_unix_micros();
    assert_eq!(micros % 60_000_000, 0);
    assert!((1..=60_000_000).contains(&(micros - at.as_unix_micros())));
}
