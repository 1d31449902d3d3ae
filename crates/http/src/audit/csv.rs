//! Events as comma-separated values (RFC 4180), for spreadsheets.
//!
//! The header line names the columns; several values in a cell stand with a space between them. Every cell is quoted. A cell
//! that a spreadsheet would take for a formula begins with an apostrophe.

use csv::{QuoteStyle, Terminator, WriterBuilder};
use serde_json::{Map, Value};

use crate::problem::ApiError;

/// A column: its name, and where its value stands in an event.
type Column = (&'static str, &'static str);

/// Columns of the event itself; `index` and `commitment` stand before them.
const COLUMNS: &[Column] = &[
    ("id", "/id"),
    ("at", "/at"),
    ("operation", "/operation"),
    ("outcome", "/outcome"),
    ("actor", "/actor/client"),
    ("organisation", "/actor/organisation"),
    ("role", "/actor/role"),
    ("user", "/actor/user"),
    ("centre", "/centre"),
    ("recipient", "/recipient"),
    ("case", "/case"),
    ("consent", "/consent"),
    ("consent_revision", "/consent_revision"),
    ("disclosure", "/disclosure"),
    ("notice", "/notice"),
    ("answer", "/answer"),
    ("person", "/person"),
    ("person_for_recipient", "/person_for_recipient"),
    ("purpose", "/purpose"),
    ("legal_basis", "/legal_basis"),
    ("competence", "/competence"),
    ("categories", "/categories"),
    ("refusal_reasons", "/refusal_reasons"),
    ("sealed", "/sealed"),
    ("notified", "/notified"),
    ("denial", "/denial"),
    ("attempted", "/attempted"),
    ("participant", "/participant"),
    ("consent_form", "/consent_form"),
    ("query", "/query"),
    ("hits", "/hits"),
    ("relied_on", "/relied_on"),
];

/// The header line.
pub(super) fn header() -> Result<Vec<u8>, ApiError> {
    let names = COLUMNS.iter().map(|(name, _)| (*name).to_owned());
    let leading = ["leaf_index", "commitment", "state"].map(str::to_owned);
    line(leading.into_iter().chain(names))
}

/// The line of a leaf whose event is still there, or of one whose event is gone (`None`).
pub(super) fn record(
    index: u64,
    commitment: &str,
    event: Option<&Map<String, Value>>,
) -> Result<Vec<u8>, ApiError> {
    let state = if event.is_some() { "open" } else { "gone" };
    let leading = [index.to_string(), commitment.to_owned(), state.to_owned()];
    let cells = COLUMNS.iter().map(|(_, pointer)| {
        event
            .and_then(|event| find(event, pointer))
            .map(cell)
            .unwrap_or_default()
    });
    line(leading.into_iter().chain(cells))
}

fn find<'e>(event: &'e Map<String, Value>, pointer: &str) -> Option<&'e Value> {
    let mut names = pointer.split('/').skip(1);
    let first = event.get(names.next()?)?;
    names.try_fold(first, |value, name| value.get(name))
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}

fn line(cells: impl Iterator<Item = String>) -> Result<Vec<u8>, ApiError> {
    let failed = |error: String| ApiError::Internal(format!("a line of CSV: {error}"));
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .from_writer(Vec::with_capacity(512));
    writer
        .write_record(cells.map(defused))
        .map_err(|error| failed(error.to_string()))?;
    writer
        .into_inner()
        .map_err(|error| failed(error.error().to_string()))
}

/// Spreadsheets compute what begins like this.
fn defused(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn every_line_has_as_many_cells_as_the_header() {
        let event = json!({"id": "e", "actor": {"client": "a.b", "user": "P-1"}, "categories": ["vehicle", "travel_route"]});
        let whole = [
            text(header().unwrap()),
            text(record(7, "c0", event.as_object()).unwrap()),
            text(record(8, "c1", None).unwrap()),
        ]
        .concat();
        assert!(
            whole
                .lines()
                .all(|line| line.starts_with('"') && line.ends_with('"'))
        );
        assert_eq!(whole.matches("\r\n").count(), 3);
        let mut reader = csv::Reader::from_reader(whole.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let at = |name: &str| headers.iter().position(|header| header == name).unwrap();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(&rows[0][at("leaf_index")], "7");
        assert_eq!(&rows[0][at("user")], "P-1");
        assert_eq!(&rows[0][at("categories")], "vehicle travel_route");
        assert_eq!(&rows[0][at("state")], "open");
        assert_eq!(&rows[1][at("state")], "gone");
        assert_eq!(&rows[1][at("operation")], "");
    }

    #[test]
    fn quotes_are_doubled_and_line_breaks_stay_within_their_cell() {
        let event = json!({"answer": "a \"b\"\r\nc,d"});
        let line = text(record(0, "c", event.as_object()).unwrap());
        assert!(line.contains("\"a \"\"b\"\"\r\nc,d\""));
    }

    #[test]
    fn no_cell_is_taken_for_a_formula() {
        for formula in [
            "=1+1",
            "+cmd",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "=HYPERLINK(\"x\")",
        ] {
            let event = json!({ "participant": formula });
            let line = text(record(0, "c", event.as_object()).unwrap());
            let written = format!("\"'{}\"", formula.replace('"', "\"\""));
            assert!(line.contains(&written), "{formula:?}: {line}");
        }
        let event = json!({"participant": "p-1 = 2"});
        let line = text(record(0, "c", event.as_object()).unwrap());
        assert!(line.contains("\"p-1 = 2\""));
    }
}
