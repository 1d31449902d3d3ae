//! Tables joined to organizations as they are in the document, with the places of their records.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Map, Value};

use super::{
    is_computed,
    tables::{ATTRIBUTE, ORGANIZATION, Table, WRITTEN},
};
use crate::directory::formats::{
    FilePlace, MOST_CENTRES, ReadCentre,
    fault::Faults,
    hsds,
    sheet::{self, Sheet},
};

/// So many records at most belong to one organization.
const MOST_OF_ONE: usize = 100_000;

/// Reads the organizations of the tables, joining so many records at most.
pub(super) fn read(
    sheets: Vec<(&'static Table, Sheet)>,
    most: usize,
    faults: &mut Faults,
) -> Vec<ReadCentre> {
    let tables: HashMap<&str, Records> = sheets
        .into_iter()
        .map(|(table, sheet)| (table.file, Records::new(table, sheet, faults)))
        .collect();
    let mut join = Join {
        tables: &tables,
        left: 0,
    };
    join.refuse_loose(faults);
    let Some(organizations) = tables.get(ORGANIZATION.file) else {
        return Vec::new();
    };
    if organizations.records.len() > MOST_CENTRES {
        faults.add(
            FilePlace::Table(ORGANIZATION.file),
            format!("holds more than {MOST_CENTRES} organizations"),
        );
        return Vec::new();
    }
    let mut centres = Vec::new();
    let mut left = most;
    for record in &organizations.records {
        let mut places = BTreeMap::new();
        join.left = left.min(MOST_OF_ONE);
        left -= join.left;
        let organization = join.object(&ORGANIZATION, record, String::new(), &mut places);
        if join.left == 0 {
            faults.add(
                FilePlace::Whole,
                "is too large: too many records name each other",
            );
            return Vec::new();
        }
        left += join.left;
        let locate = |pointer: &str| locate(&places, pointer);
        let reader = hsds::Reader::new(&locate, faults);
        centres.extend(hsds::read_organization(
            &organization,
            String::new(),
            reader,
        ));
    }
    centres
}

struct Record {
    line: u64,
    cells: Vec<(&'static str, String)>,
}

impl Record {
    fn cell(&self, column: &str) -> Option<&str> {
        let found = self.cells.iter().find(|(name, _)| *name == column);
        found.map(|(_, cell)| cell.as_str())
    }

    /// An identifier, however it is written.
    fn link(&self, column: &str) -> Option<String> {
        self.cell(column).map(|id| id.trim().to_ascii_lowercase())
    }
}

/// A table with its records by their identifiers and links.
struct Records {
    records: Vec<Record>,
    ids: HashMap<String, usize>,
    linked: HashMap<(&'static str, String), Vec<usize>>,
}

impl Records {
    fn new(table: &'static Table, sheet: Sheet, faults: &mut Faults) -> Self {
        let columns = sheet.columns(table.columns.iter().map(|column| column.name), faults);
        if !columns.contains(&Some("id")) {
            faults.add(FilePlace::Table(table.file), "lacks the column id");
        }
        let links: Vec<&'static str> = WRITTEN
            .iter()
            .flat_map(|parent| parent.children)
            .filter(|child| child.table.file == table.file)
            .map(|child| child.link)
            .collect::<HashSet<_>>()
            .into_iter()
            .collect();
        let mut read = Self {
            records: Vec::new(),
            ids: HashMap::new(),
            linked: HashMap::new(),
        };
        for (line, cells) in &sheet.rows {
            let known = cells.iter().filter_map(|(index, cell)| {
                let column = (*columns.get(*index)?)?;
                Some((
                    column,
                    sheet::fused(cell, |cell| is_computed(column, cell)).to_owned(),
                ))
            });
            let record = Record {
                line: *line,
                cells: known.collect(),
            };
            let index = read.records.len();
            match record.link("id") {
                None => faults.add(sheet.at(*line, Some("id")), "is needed"),
                Some(id) => {
                    if read.ids.insert(id, index).is_some() {
                        faults.add(sheet.at(*line, Some("id")), "stands in this table before");
                    }
                }
            }
            for link in &links {
                if let Some(id) = record.link(link) {
                    read.linked.entry((link, id)).or_default().push(index);
                }
            }
            read.records.push(record);
        }
        read
    }
}

struct Join<'t> {
    tables: &'t HashMap<&'static str, Records>,
    /// So many records may still be joined to this organization.
    left: usize,
}

impl<'t> Join<'t> {
    /// Refuses records that belong to nothing that is there.
    fn refuse_loose(&self, faults: &mut Faults) {
        for parent in WRITTEN {
            for child in parent
                .children
                .iter()
                .filter(|child| child.link != "link_id")
            {
                self.refuse_unknown(child.table, child.link, parent, faults);
            }
            for one in parent.ones {
                self.refuse_unknown(parent, one.link, one.table, faults);
            }
            let table = self.tables.get(parent.file);
            let needed = parent
                .columns
                .iter()
                .filter(|column| column.is_needed && column.name.ends_with("_id"));
            for column in needed {
                for record in table.into_iter().flat_map(|table| &table.records) {
                    if record.cell(column.name).is_none() {
                        faults.add(at(parent, record.line, Some(column.name)), "is needed");
                    }
                }
            }
        }
        let attributes = self.tables.get(ATTRIBUTE.file);
        for record in attributes.into_iter().flat_map(|table| &table.records) {
            let entity = record.cell("link_entity");
            let named = WRITTEN.iter().find(|table| Some(table.resource) == entity);
            let Some((named, id)) = named.zip(record.link("link_id")) else {
                continue;
            };
            if self.find(named, &id).is_none() {
                let place = at(&ATTRIBUTE, record.line, Some("link_id"));
                faults.add(place, format!("names no record of {}", named.file));
            }
        }
    }

    fn refuse_unknown(
        &self,
        table: &Table,
        link: &'static str,
        other: &Table,
        faults: &mut Faults,
    ) {
        let Some(records) = self.tables.get(table.file) else {
            return;
        };
        for record in &records.records {
            if record
                .link(link)
                .is_some_and(|id| self.find(other, &id).is_none())
            {
                let place = at(table, record.line, Some(link));
                faults.add(place, format!("names no record of {}", other.file));
            }
        }
    }

    fn find(&self, table: &Table, id: &str) -> Option<&'t Record> {
        let records = self.tables.get(table.file)?;
        records
            .ids
            .get(id)
            .and_then(|index| records.records.get(*index))
    }

    /// A record as an object with all that belongs to it, and the places of all of it.
    fn object(
        &mut self,
        table: &'static Table,
        record: &Record,
        at: String,
        places: &mut BTreeMap<String, (&'static Table, u64)>,
    ) -> Value {
        self.left = self.left.saturating_sub(1);
        let cells = record.cells.iter();
        let mut object: Map<String, Value> = cells
            .map(|(name, cell)| ((*name).to_owned(), Value::String(cell.clone())))
            .collect();
        for one in table.ones {
            let other = record
                .link(one.link)
                .and_then(|id| self.find(one.table, &id));
            if let Some(other) = other {
                let value = self.object(one.table, other, format!("{at}/{}", one.field), places);
                object.insert(one.field.to_owned(), value);
            }
        }
        for child in table.children {
            let items = self.children(child, record, &at, places);
            if !items.is_empty() {
                object.insert(child.field.to_owned(), Value::Array(items));
            }
        }
        places.insert(at, (table, record.line));
        Value::Object(object)
    }

    fn children(
        &mut self,
        child: &super::tables::Child,
        parent: &Record,
        at: &str,
        places: &mut BTreeMap<String, (&'static Table, u64)>,
    ) -> Vec<Value> {
        let Some((records, id)) = self.tables.get(child.table.file).zip(parent.link("id")) else {
            return Vec::new();
        };
        let linked = records.linked.get(&(child.link, id)).into_iter().flatten();
        let mut items = Vec::new();
        for record in linked.filter_map(|index| records.records.get(*index)) {
            if self.left == 0 {
                break;
            }
            let at = format!("{at}/{}/{}", child.field, items.len());
            items.push(self.object(child.table, record, at, places));
        }
        items
    }
}

const fn at(table: &Table, line: u64, column: Option<&'static str>) -> FilePlace {
    FilePlace::Line {
        table: Some(table.file),
        line,
        column,
    }
}

/// Where in the tables stands what has this pointer in the organization.
fn locate(places: &BTreeMap<String, (&'static Table, u64)>, pointer: &str) -> FilePlace {
    let mut rest = pointer;
    let mut member = None;
    loop {
        if let Some((table, line)) = places.get(rest) {
            let column = table
                .columns
                .iter()
                .map(|column| column.name)
                .find(|name| Some(*name) == member);
            return at(table, *line, column);
        }
        let Some((before, last)) = rest.rsplit_once('/') else {
            return FilePlace::Whole;
        };
        member = Some(last);
        rest = before;
    }
}
