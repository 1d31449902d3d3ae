//! HSDS 3 as a tabular data package (<https://specs.frictionlessdata.io/tabular-data-package/>): a ZIP file with `datapackage.json` and
//! one CSV table for each kind of object. What it says is what the JSON document says.
//!
//! A cell that a spreadsheet would compute begins with an apostrophe, except for numbers and days of the week.

mod archive;
mod descriptor;
mod join;
mod tables;

use std::io::{Cursor, Write as _};

use freigabe_contract::directory as wire;
use serde_json::{Map, Value};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use self::tables::{Table, WRITTEN};
use super::{
    FormatError, Limits, ReadCentre,
    fault::Faults,
    hsds,
    sheet::{self, SheetWriter},
    terms,
};

const DESCRIPTOR: &str = "datapackage.json";

/// Columns whose cells may begin with a sign.
const SIGNED: &[&str] = &["number", "latitude", "longitude", "byday", "bymonthday"];

/// Reads a package.
pub(super) fn read(bytes: &[u8], limits: Limits, faults: &mut Faults) -> Vec<ReadCentre> {
    match archive::open(bytes, limits.bytes, faults) {
        Some(sheets) => join::read(sheets, limits.joined, faults),
        None => Vec::new(),
    }
}

/// Writes a package: always every table, in the same order.
pub(super) fn write(centres: &[wire::CounsellingCentre]) -> Result<Vec<u8>, FormatError> {
    let mut rows = Rows::new()?;
    for centre in centres {
        let organization = hsds::write_organization(centre);
        rows.add(&tables::ORGANIZATION, &organization, None)?;
    }
    for taxonomy in terms::taxonomies() {
        rows.add(&tables::TAXONOMY, &taxonomy, None)?;
    }
    for term in terms::all() {
        rows.add(&tables::TAXONOMY_TERM, &term.written(), None)?;
    }
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    package.start_file(DESCRIPTOR, options)?;
    package.write_all(&serde_json::to_vec_pretty(&descriptor::written())?)?;
    for (table, sheet) in rows.0 {
        package.start_file(table.file, options)?;
        package.write_all(&sheet.finish()?)?;
    }
    Ok(package.finish()?.into_inner())
}

/// The tables while they are written.
struct Rows(Vec<(&'static Table, SheetWriter)>);

impl Rows {
    fn new() -> Result<Self, FormatError> {
        let mut rows = Vec::new();
        for table in WRITTEN {
            let mut sheet = SheetWriter::for_programs();
            sheet.line(table.columns.iter().map(|column| column.name))?;
            rows.push((*table, sheet));
        }
        Ok(Self(rows))
    }

    /// An object and all that belongs to it, with its link to what it belongs to.
    fn add(
        &mut self,
        table: &'static Table,
        object: &Value,
        link: Option<&Link<'_>>,
    ) -> Result<(), FormatError> {
        let nothing = Map::new();
        let object = object.as_object().unwrap_or(&nothing);
        let id = object.get("id").and_then(Value::as_str).unwrap_or_default();
        // The terms of attributes are written once, all of them.
        for one in table.ones.iter().filter(|one| one.field != "taxonomy_term") {
            if let Some(other) = object.get(one.field) {
                self.add(one.table, other, None)?;
            }
        }
        let cells: Vec<String> = table
            .columns
            .iter()
            .map(|column| cell(table, object, column.name, link))
            .collect();
        if let Some((_, sheet)) = self
            .0
            .iter_mut()
            .find(|(written, _)| written.file == table.file)
        {
            sheet.line(cells)?;
        }
        for child in table.children {
            for item in object
                .get(child.field)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                let link = Link {
                    column: child.link,
                    id,
                    entity: table.resource,
                };
                self.add(child.table, item, Some(&link))?;
            }
        }
        Ok(())
    }
}

/// What an object belongs to.
struct Link<'l> {
    /// The column in which it says so.
    column: &'static str,
    id: &'l str,
    /// The kind of what it belongs to, which attributes name.
    entity: &'static str,
}

fn cell(
    table: &Table,
    object: &Map<String, Value>,
    column: &'static str,
    link: Option<&Link<'_>>,
) -> String {
    match link {
        Some(link) if link.column == column => return link.id.to_owned(),
        Some(link) if column == "link_entity" => return link.entity.to_owned(),
        _ => {}
    }
    let one = table.ones.iter().find(|one| one.link == column);
    let value = match one {
        Some(one) => object.get(one.field).and_then(|other| other.get("id")),
        None => object.get(column),
    };
    let text = match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    sheet::defused(text, |cell| is_computed(column, cell))
}

/// Whether a spreadsheet would compute the cell.
fn is_computed(column: &str, cell: &str) -> bool {
    let harmless = |character: char| {
        character.is_ascii_digit()
            || character.is_ascii_uppercase()
            || " +-/(),.".contains(character)
    };
    let is_signed =
        SIGNED.contains(&column) && !cell.starts_with('=') && cell.chars().all(harmless);
    sheet::is_formula(cell) && !is_signed
}
