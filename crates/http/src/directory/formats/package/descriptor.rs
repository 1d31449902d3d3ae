//! `datapackage.json`: which tables there are, and what is in their columns.

use serde_json::{Map, Value, json};

use super::tables::{Column, Kind, Table, WRITTEN};

/// The description of the tables that are written.
pub(super) fn written() -> Value {
    json!({
        "name": "counselling_centres",
        "title": "Directory of counselling centres for people affected by human trafficking",
        "description": "Human Services Data Specification (HSDS) 3, of Open Referral",
        "homepage": "https://docs.openreferral.org",
        "profile": "tabular-data-package",
        "resources": WRITTEN.iter().map(|table| resource(table)).collect::<Vec<_>>(),
    })
}

fn resource(table: &Table) -> Value {
    let fields: Vec<Value> = table.columns.iter().map(field).collect();
    let mut schema = Map::from_iter([
        ("primaryKey".to_owned(), json!("id")),
        ("fields".to_owned(), json!(fields)),
    ]);
    let keys = foreign_keys(table);
    if !keys.is_empty() {
        schema.insert("foreignKeys".to_owned(), json!(keys));
    }
    json!({
        "name": table.resource,
        "path": table.file,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "profile": "tabular-data-resource",
        "schema": schema,
    })
}

fn field(column: &Column) -> Value {
    let (kind, format) = match column.kind {
        Kind::Uuid => ("string", Some("uuid")),
        Kind::Uri => ("string", Some("uri")),
        Kind::Email => ("string", Some("email")),
        Kind::Text | Kind::Code(_) => ("string", None),
        Kind::Number => ("number", None),
        Kind::Date => ("date", None),
        Kind::DateTime => ("datetime", Some("any")),
        Kind::Time => ("time", None),
    };
    let mut constraints = Map::new();
    constraints.insert("required".to_owned(), json!(column.is_needed));
    if column.name == "id" {
        constraints.insert("unique".to_owned(), json!(true));
    }
    if let Kind::Code(codes) = column.kind {
        constraints.insert("enum".to_owned(), json!(codes));
    }
    let mut field = Map::from_iter([
        ("name".to_owned(), json!(column.name)),
        ("type".to_owned(), json!(kind)),
        ("constraints".to_owned(), json!(constraints)),
    ]);
    field.extend(format.map(|format| ("format".to_owned(), json!(format))));
    Value::Object(field)
}

/// The columns that name objects of other tables of the package.
fn foreign_keys(table: &Table) -> Vec<Value> {
    let of_children = WRITTEN.iter().flat_map(|parent| {
        let named = parent
            .children
            .iter()
            .filter(|child| child.table.file == table.file && child.link != "link_id");
        named.map(|child| (child.link, parent.resource))
    });
    let of_ones = table.ones.iter().map(|one| (one.link, one.table.resource));
    let has_taxonomy = table
        .columns
        .iter()
        .any(|column| column.name == "taxonomy_id");
    let of_terms = has_taxonomy.then_some(("taxonomy_id", "taxonomy"));
    of_children
        .chain(of_ones)
        .chain(of_terms)
        .map(|(link, resource)| {
            json!({ "fields": link, "reference": { "resource": resource, "fields": "id" } })
        })
        .collect()
}
