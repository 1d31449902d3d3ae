//! A review as a page: to read and to print, with plots drawn on the server, and nothing from elsewhere.

use freigabe_domain::{
    instant::Instant,
    review::{FigureRow, FigureSet, FigureTable, Review},
};
use maud::{DOCTYPE, Markup, html};

use super::{area, columns};

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::review) enum Reader {
    German,
    English,
}

impl Reader {
    const fn of<'a>(self, german: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::German => german,
            Self::English => english,
        }
    }
}

const STYLE: &str = "body{font:11pt/1.4 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#111}\
table{border-collapse:collapse;width:100%;font-size:9pt;margin:.5em 0 1.5em}\
th,td{border:1px solid #999;padding:.2em .4em;text-align:right}th:first-child,td:first-child{text-align:left}\
thead th{background:#eee}h2{break-after:avoid}svg{width:100%;height:auto;margin:.5em 0}\
@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}";

fn date(at: Option<Instant>) -> String {
    at.map(|at| at.to_datetime().date().to_string())
        .unwrap_or_default()
}

pub(in crate::review) fn page(review: &Review, figures: &FigureSet, reader: Reader) -> Vec<u8> {
    let title = match reader {
        Reader::German => format!("Überprüfung Nr. {} der Vereinbarung", review.number),
        Reader::English => format!("Review no. {} of the agreement", review.number),
    };
    let page = html! {
        (DOCTYPE)
        html lang=(reader.of("de", "en")) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                title { (title) }
                style { (STYLE) }
            }
            body {
                h1 { (title) }
                p {
                    (reader.of("Zeitraum: ", "Period: ")) (date(Some(review.period_from))) " – " (date(review.period_until))
                    br;
                    (reader.of("Anlass: ", "Reason: ")) (reader.of(review.reason.german(), review.reason.english()))
                    br;
                    (reader.of("Stand: ", "State: ")) (reader.of(review.state().german(), review.state().english()))
                }
                p {
                    (reader.of(
                        "„–“ ist eine zurückgehaltene Zahl: sie ist klein, oder eine kleine folgte aus ihr. Mindestzahl: ",
                        "“–” is a number that is withheld: it is small, or a small one would follow from it. Least number shown: ",
                    ))
                    (review.threshold.unwrap_or_default()) "."
                }
                (said(review, reader))
                @for table in &figures.tables { (topic(table, reader)) }
            }
        }
    };
    page.into_string().into_bytes()
}

fn said(review: &Review, reader: Reader) -> Markup {
    html! {
        h2 { (reader.of("Zielerreichung", "Goal attainment")) }
        table {
            tbody {
                @for one in &review.assessments {
                    tr {
                        td { (reader.of(one.assessment.point.german(), one.assessment.point.english())) }
                        td { (reader.of(one.side.german(), one.side.english())) }
                        td { (reader.of(one.assessment.attainment.german(), one.assessment.attainment.english())) }
                        td { @if let Some(remark) = &one.assessment.remark { (remark.as_str()) } }
                    }
                }
            }
        }
        h2 { (reader.of("Maßnahmen", "Measures")) }
        table {
            thead {
                tr {
                    th { (reader.of("Maßnahme", "Measure")) }
                    th { (reader.of("durch", "by")) }
                    th { (reader.of("bis", "until")) }
                    th { (reader.of("vereinbart", "agreed")) }
                    th { (reader.of("erledigt", "done")) }
                }
            }
            tbody {
                @for one in &review.measures {
                    tr {
                        td { (one.measure.title.as_str()) }
                        td { (reader.of(one.measure.by.german(), one.measure.by.english())) }
                        td { (date(Some(one.measure.due_at))) }
                        td { (date(one.agreed_at)) }
                        td { (date(one.completed_at)) }
                    }
                }
            }
        }
    }
}

fn topic(table: &FigureTable, reader: Reader) -> Markup {
    let columns = columns(table);
    html! {
        h2 { (reader.of(table.topic.german(), table.topic.english())) }
        (plot(table, reader))
        table {
            thead {
                tr {
                    th { (reader.of("Gebiet", "Area")) }
                    @for [_, german, english] in &columns { th { (reader.of(german, english)) } }
                    @for span in table.topic.spans() { th { (reader.of(span.german(), span.english())) " (h)" } }
                }
            }
            tbody {
                @for row in &table.rows {
                    tr {
                        td { (area(row, reader.of("Bundesgebiet", "Germany"))) }
                        @for count in &row.counts { td { (figure(*count)) } }
                        @for median in &row.medians { td { (figure(median.hours)) } }
                    }
                }
            }
        }
    }
}

fn figure(value: Option<u64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| value.to_string())
}

/// Bars of the Direktionen's sums. One that is withheld has none, which says nothing of its length.
fn plot(table: &FigureTable, reader: Reader) -> Markup {
    const LINE: usize = 18;
    const WIDEST: u64 = 360;
    let direktionen: Vec<&FigureRow> = table
        .rows
        .iter()
        .filter(|row| row.direktion.is_some() && row.land.is_none())
        .collect();
    let sum = |row: &FigureRow| row.counts.last().copied().flatten();
    let most = direktionen
        .iter()
        .filter_map(|row| sum(row))
        .max()
        .unwrap_or(0)
        .max(1);
    let height = direktionen.len() * LINE;
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 640 {height}")) role="img"
            aria-label=(reader.of("Summen nach Direktion", "Sums by Direktion")) {
            @for (at, row) in direktionen.iter().enumerate() {
                @let y = at * LINE;
                text x="0" y=(y + 13) font-size="11" { (row.direktion.as_deref().unwrap_or_default()) }
                @if let Some(count) = sum(row) {
                    rect x="200" y=(y + 3) width=(count.saturating_mul(WIDEST) / most) height=(LINE - 6) fill="#1f4e79" {}
                }
                text x=(206 + sum(row).map_or(0, |count| count.saturating_mul(WIDEST) / most)) y=(y + 13) font-size="11" {
                    (figure(sum(row)))
                }
            }
        }
    }
}
