//! A review as files: a table for spreadsheets, a workbook, a page to print. What is withheld is so in each of them: they are made of
//! the same figures.

mod page;
mod workbook;

use freigabe_domain::review::{FigureRow, FigureSet, FigureTable};

pub(super) use self::{
    page::{Reader, page},
    workbook::xlsx,
};
use crate::problem::ApiError;

/// One line for each figure. A figure that is withheld has no value.
pub(super) fn csv(figures: &FigureSet) -> Result<Vec<u8>, ApiError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut line = |fields: [&str; 9]| writer.write_record(fields).map_err(failed);
    line([
        "topic",
        "direktion",
        "land",
        "what",
        "label_de",
        "label_en",
        "unit",
        "value",
        "withheld",
    ])?;
    for table in &figures.tables {
        for row in &table.rows {
            let direktion = row.direktion.as_deref().unwrap_or_default();
            let land = row.land.as_deref().unwrap_or_default();
            for (column, count) in columns(table).iter().zip(&row.counts) {
                let [code, german, english] = *column;
                line([
                    table.topic.code(),
                    direktion,
                    land,
                    code,
                    german,
                    english,
                    "cases",
                    &number(*count),
                    withheld(*count),
                ])?;
            }
            for median in &row.medians {
                line([
                    table.topic.code(),
                    direktion,
                    land,
                    median.kind.code(),
                    median.kind.german(),
                    median.kind.english(),
                    "hours",
                    &number(median.hours),
                    withheld(median.hours),
                ])?;
            }
        }
    }
    writer.into_inner().map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> ApiError {
    ApiError::Internal(error.to_string())
}

fn number(value: Option<u64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

const fn withheld(value: Option<u64>) -> &'static str {
    if value.is_some() { "no" } else { "yes" }
}

/// Code, German and English label of each column of a table, the sum last. Labels are those of today: codes don't change.
fn columns(table: &FigureTable) -> Vec<[&str; 3]> {
    let known = table.topic.categories();
    table
        .categories
        .iter()
        .map(|code| {
            let label = known.iter().find(|one| one.code == code);
            label.map_or([code.as_str(); 3], |one| {
                [one.code, one.german, one.english]
            })
        })
        .chain([["sum", "insgesamt", "in all"]])
        .collect()
}

/// What an area is called: the whole, a Direktion, a Land within it.
fn area(row: &FigureRow, whole: &str) -> String {
    match (&row.direktion, &row.land) {
        (None, _) => whole.to_owned(),
        (Some(direktion), None) => direktion.clone(),
        (Some(direktion), Some(land)) => format!("{direktion} · {land}"),
    }
}
