//! A review as a workbook (ECMA-376): a sheet for what both sides said, and one for each topic.

use freigabe_domain::{
    instant::Instant,
    review::{FigureSet, FigureTable, Review},
};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{area, columns, failed};
use crate::problem::ApiError;

/// What stands in the place of a number that is withheld.
const WITHHELD: &str = "–";

/// The workbook. The same review is the same bytes: it says that it was made when the review opened.
pub(in crate::review) fn xlsx(review: &Review, figures: &FigureSet) -> Result<Vec<u8>, ApiError> {
    write(review, figures).map_err(failed)
}

fn write(review: &Review, figures: &FigureSet) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let made = review.period_until.unwrap_or(review.asked_at);
    let made = ExcelDateTime::from_timestamp(made.as_unix_seconds())?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    said(workbook.add_worksheet(), review)?;
    for table in &figures.tables {
        topic(workbook.add_worksheet(), table)?;
    }
    workbook.save_to_buffer()
}

fn date(at: Option<Instant>) -> String {
    at.map(|at| at.to_datetime().date().to_string())
        .unwrap_or_default()
}

/// Texts are written as texts: nothing in them is a formula.
fn line(sheet: &mut Worksheet, row: u32, texts: &[&str]) -> Result<(), XlsxError> {
    for (column, text) in (0..).zip(texts) {
        sheet.write_string(row, column, *text)?;
    }
    Ok(())
}

fn said(sheet: &mut Worksheet, review: &Review) -> Result<(), XlsxError> {
    sheet.set_name("review")?;
    let mut rows: Vec<Vec<String>> = vec![
        vec!["number".to_owned(), review.number.to_string()],
        vec!["state".to_owned(), review.state().german().to_owned()],
        vec!["reason".to_owned(), review.reason.german().to_owned()],
        vec!["period_from".to_owned(), date(Some(review.period_from))],
        vec!["period_until".to_owned(), date(review.period_until)],
        vec![
            "threshold".to_owned(),
            review.threshold.unwrap_or_default().to_string(),
        ],
        vec![
            WITHHELD.to_owned(),
            "zurückgehalten: eine kleine Zahl, oder eine, aus der eine folgte".to_owned(),
        ],
        Vec::new(),
    ];
    for one in &review.assessments {
        let said = &one.assessment;
        rows.push(vec![
            said.point.german().to_owned(),
            one.side.german().to_owned(),
            said.attainment.german().to_owned(),
            said.remark
                .as_ref()
                .map(|remark| remark.as_str().to_owned())
                .unwrap_or_default(),
        ]);
    }
    rows.push(Vec::new());
    for one in &review.measures {
        rows.push(vec![
            one.measure.point.german().to_owned(),
            one.measure.by.german().to_owned(),
            one.measure.title.as_str().to_owned(),
            date(Some(one.measure.due_at)),
            date(one.agreed_at),
            date(one.completed_at),
        ]);
    }
    for (row, texts) in (0..).zip(&rows) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        line(sheet, row, &texts)?;
    }
    Ok(())
}

fn topic(sheet: &mut Worksheet, table: &FigureTable) -> Result<(), XlsxError> {
    sheet.set_name(table.topic.code())?;
    let bold = Format::new().set_bold();
    sheet.write_string_with_format(0, 0, table.topic.german(), &bold)?;
    let columns = columns(table);
    let spans = table.topic.spans();
    let heads = columns.iter().map(|column| column[1].to_owned());
    let heads = heads.chain(spans.iter().map(|span| format!("{} (h)", span.german())));
    for (column, head) in (1..).zip(heads) {
        sheet.write_string_with_format(1, column, head, &bold)?;
    }
    for (row, figures) in (2..).zip(&table.rows) {
        sheet.write_string(row, 0, area(figures, "Bundesgebiet"))?;
        let hours = figures.medians.iter().map(|median| median.hours);
        for (column, value) in (1..).zip(figures.counts.iter().copied().chain(hours)) {
            match value {
                // Exact up to 2^53.
                Some(value) => sheet.write_number(row, column, value as f64)?,
                None => sheet.write_string(row, column, WITHHELD)?,
            };
        }
    }
    Ok(())
}
