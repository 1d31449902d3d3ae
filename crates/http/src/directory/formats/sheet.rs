//! Comma-separated values (RFC 4180), in both directions.
//!
//! A cell that a spreadsheet would compute begins with an apostrophe, which is taken off again when the file is read.

use csv::{ByteRecord, QuoteStyle, ReaderBuilder, Terminator, Writer, WriterBuilder};

use super::{FilePlace, FormatError, fault::Faults};

/// What a file in UTF-8 may begin with.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A table that was read.
pub(super) struct Sheet {
    /// Which file of a package.
    pub(super) file: Option<&'static str>,
    /// The names of the columns, trimmed.
    pub(super) header: Vec<String>,
    /// The records with their lines: the cells that aren't empty, with the numbers of their columns.
    pub(super) rows: Vec<(u64, Vec<(usize, String)>)>,
}

impl Sheet {
    /// Reads a table, at most so many records of it. Lines that are none are faults.
    pub(super) fn read(
        bytes: &[u8],
        delimiter: u8,
        file: Option<&'static str>,
        most: usize,
        faults: &mut Faults,
    ) -> Self {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(bytes);
        let mut lines = Lines {
            bytes,
            at: 0,
            line: 1,
        };
        let mut sheet = Self {
            file,
            header: Vec::new(),
            rows: Vec::new(),
        };
        let mut record = ByteRecord::new();
        let mut is_header = true;
        while matches!(reader.read_byte_record(&mut record), Ok(true)) {
            let line = lines.at(record.position().map_or(0, csv::Position::byte));
            let place = sheet.at(line, None);
            let cells = record.iter().map(|cell| String::from_utf8(cell.to_vec()));
            let Ok(cells) = cells.collect::<Result<Vec<String>, _>>() else {
                faults.add(place, "is not in UTF-8");
                continue;
            };
            if is_header {
                is_header = false;
                sheet.header = cells.iter().map(|name| name.trim().to_owned()).collect();
            } else if cells.iter().all(String::is_empty) {
                // Spreadsheets leave empty lines at the end.
            } else if cells.len() != sheet.header.len() {
                faults.add(place, "has another number of cells than the first line");
            } else if sheet.rows.len() == most {
                faults.add(place, format!("is one line too many: {most} at most"));
                break;
            } else {
                let cells = cells
                    .into_iter()
                    .enumerate()
                    .filter(|(_, cell)| !cell.is_empty());
                sheet.rows.push((line, cells.collect()));
            }
        }
        sheet
    }

    /// A place in it.
    pub(super) const fn at(&self, line: u64, column: Option<&'static str>) -> FilePlace {
        FilePlace::Line {
            table: self.file,
            line,
            column,
        }
    }

    /// The columns, of those that are known.
    pub(super) fn columns(
        &self,
        known: impl Iterator<Item = &'static str> + Clone,
        faults: &mut Faults,
    ) -> Vec<Option<&'static str>> {
        let mut columns = Vec::new();
        for name in &self.header {
            let column = known.clone().find(|known| known == name);
            if column.is_some() && columns.contains(&column) {
                faults.add(self.at(1, column), "stands there twice");
            }
            columns.push(column);
        }
        columns
    }
}

/// Counts the lines of a file: a record's own position is where the one before it ended, which may be before the line's end.
struct Lines<'b> {
    bytes: &'b [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which the record begins that was found there.
    fn at(&mut self, position: u64) -> u64 {
        let position = usize::try_from(position).unwrap_or(usize::MAX).max(self.at);
        let ends = self.bytes.get(position..).unwrap_or_default();
        let ends = ends
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let begins = position + ends;
        let passed = self.bytes.get(self.at..begins).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = begins;
        self.line
    }
}

/// A table that is written.
pub(super) struct SheetWriter(Writer<Vec<u8>>);

impl SheetWriter {
    /// For people with spreadsheets: every cell quoted, and a mark at the beginning without which some of them misread umlauts.
    pub(super) fn for_spreadsheets() -> Self {
        let mut builder = WriterBuilder::new();
        builder
            .quote_style(QuoteStyle::Always)
            .terminator(Terminator::CRLF);
        Self(builder.from_writer(BYTE_ORDER_MARK.to_vec()))
    }

    /// For programs.
    pub(super) fn for_programs() -> Self {
        Self(
            WriterBuilder::new()
                .terminator(Terminator::CRLF)
                .from_writer(Vec::new()),
        )
    }

    /// Writes a line.
    pub(super) fn line<C: AsRef<[u8]>>(
        &mut self,
        cells: impl IntoIterator<Item = C>,
    ) -> Result<(), FormatError> {
        Ok(self.0.write_record(cells)?)
    }

    /// The file.
    pub(super) fn finish(self) -> Result<Vec<u8>, FormatError> {
        self.0
            .into_inner()
            .map_err(|error| FormatError::Memory(error.into_error()))
    }
}

/// Defuses what a spreadsheet would compute; [`fused`] undoes it.
pub(super) fn defused(cell: String, computed: impl Fn(&str) -> bool) -> String {
    if computed(cell.trim_start_matches('\'')) {
        format!("'{cell}")
    } else {
        cell
    }
}

/// A cell as it was before [`defused`].
pub(super) fn fused(cell: &str, computed: impl Fn(&str) -> bool) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if computed(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

/// Whether spreadsheets compute what begins like this.
pub(super) fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_reads_back_defused_or_not() {
        for cell in [
            "=1+1",
            "+49 30",
            "'=1",
            "''@x",
            "'s-Hertogenbosch",
            "\t",
            "-1FR",
            "a=b",
            "'",
            "",
        ] {
            let written = defused(cell.to_owned(), is_formula);
            assert!(!is_formula(&written), "{cell:?}");
            assert_eq!(fused(&written, is_formula), cell);
        }
    }

    #[test]
    fn every_bad_line_is_told() {
        let mut faults = Faults::default();
        let bytes = b"\xEF\xBB\xBFa, b\r\n1,2\r\n1\r\n\"x\ny\",2\r\n\xFF,2\r\n,\r\n\r\n1,2,3\r\n";
        let sheet = Sheet::read(bytes, b',', None, 9, &mut faults);
        assert_eq!(sheet.header, ["a", "b"]);
        assert_eq!(sheet.rows.len(), 2);
        assert_eq!(sheet.rows[1].0, 4);
        let places: Vec<String> = faults
            .into_vec()
            .iter()
            .map(|fault| fault.place.to_string())
            .collect();
        assert_eq!(places, ["line 3", "line 6", "line 9"]);
    }
}
