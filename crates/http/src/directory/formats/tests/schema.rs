//! What is written is HSDS, by its own schemas (`hsds_schema`).

use std::collections::{BTreeMap, BTreeSet};

use freigabe_contract::vocabulary::DirectoryFormat;
use jsonschema::{Draft, Registry, Validator};
use proptest::{
    collection::vec,
    strategy::{Strategy as _, ValueTree as _},
    test_runner::TestRunner,
};
use serde_json::{Value, json};

use super::{centre, entries, example, round_trip::unpacked, write};

macro_rules! schemas {
    ($($name:literal),+) => {
        &[$(($name, include_str!(concat!("../hsds_schema/", $name, ".json")))),+]
    };
}

const SCHEMAS: &[(&str, &str)] = schemas!(
    "accessibility",
    "address",
    "attribute",
    "contact",
    "cost_option",
    "funding",
    "language",
    "location",
    "metadata",
    "organization",
    "organization_identifier",
    "phone",
    "program",
    "required_document",
    "schedule",
    "service",
    "service_area",
    "service_at_location",
    "taxonomy",
    "taxonomy_term"
);

fn schema(name: &str) -> Value {
    let (_, text) = SCHEMAS.iter().find(|(known, _)| *known == name).unwrap();
    serde_json::from_str(text).unwrap()
}

fn validator() -> Validator {
    let uri = |name: &str| format!("https://hsds.example/{name}.json");
    let mut registry = Registry::new().draft(Draft::Draft202012);
    for (name, _) in SCHEMAS {
        registry = registry.add(uri(name), schema(name)).unwrap();
    }
    let registry = registry.prepare().unwrap();
    // Compiled, the specification's schema of organizations has their services as well.
    let services = json!({ "type": "array", "items": { "$ref": uri("service") } });
    let organization =
        json!({ "$ref": uri("organization"), "properties": { "services": services } });
    let root = json!({ "type": "array", "items": organization });
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .with_registry(&registry)
        .should_validate_formats(true)
        .build(&root)
        .unwrap()
}

/// Centres of every kind, always the same.
fn centres() -> Vec<freigabe_contract::directory::CounsellingCentre> {
    let mut runner = TestRunner::deterministic();
    let any = vec(entries::entry(), 60)
        .new_tree(&mut runner)
        .unwrap()
        .current();
    (1..)
        .zip(any.into_iter().chain([example()]))
        .map(|(number, entry)| centre(number, entry))
        .collect()
}

#[test]
fn documents_follow_the_schema_of_the_specification() {
    let validator = validator();
    let document: Value =
        serde_json::from_slice(&write(DirectoryFormat::HsdsJson, &centres()).unwrap()).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(faults, [""; 0]);
    let mut broken = document;
    broken[0]["services"][0]["status"] = json!("open");
    broken[0]["services"][0]["attributes"] = json!([{ "taxonomy_term": { "id": "1" } }]);
    broken[1]["id"] = json!("1");
    let places: Vec<String> = validator
        .iter_errors(&broken)
        .map(|error| error.instance_path().to_string())
        .collect();
    for place in [
        "/0/services/0/status",
        "/0/services/0/attributes/0",
        "/0/services/0/attributes/0/taxonomy_term/id",
        "/1/id",
    ] {
        assert!(
            places.iter().any(|told| told == place),
            "{place}: {places:?}"
        );
    }
}

#[test]
fn tables_have_the_columns_of_the_specification() {
    let package = write(DirectoryFormat::HsdsPackage, &[]).unwrap();
    let descriptor: Value = serde_json::from_str(&unpacked(&package, "datapackage.json")).unwrap();
    let resources = descriptor["resources"].as_array().unwrap();
    assert_eq!(resources.len(), 14);
    for resource in resources {
        let name = resource["name"].as_str().unwrap();
        let schema = schema(name);
        assert_eq!(resource["path"], schema["path"], "{name}");
        let expected: BTreeMap<String, Value> = schema["properties"]
            .as_object()
            .unwrap()
            .iter()
            .filter(|(_, property)| property["type"] != "array" && property.get("$ref").is_none())
            .map(|(column, property)| (column.clone(), as_column(&schema, column, property)))
            .collect();
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let written: BTreeMap<String, Value> = fields
            .iter()
            .map(|field| {
                let constraints = &field["constraints"];
                let column = json!([field["type"], constraints["required"], constraints["enum"]]);
                (field["name"].as_str().unwrap().to_owned(), column)
            })
            .collect();
        assert_eq!(written, expected, "{name}");
        let names: Vec<&str> = fields
            .iter()
            .map(|field| field["name"].as_str().unwrap())
            .collect();
        assert_eq!(
            rows(&package, resource["path"].as_str().unwrap()).0,
            names,
            "{name}"
        );
    }
}

/// Type, whether it is needed, and its codes.
fn as_column(schema: &Value, name: &str, property: &Value) -> Value {
    let kind = property
        .get("datapackage_type")
        .unwrap_or(&property["type"]);
    let needed = ["required", "tabular_required"]
        .iter()
        .filter_map(|list| schema[list].as_array())
        .flatten()
        .any(|needed| needed == name);
    json!([kind, needed, property["enum"]])
}

#[test]
fn tables_hold_what_their_description_promises() {
    let package = write(DirectoryFormat::HsdsPackage, &centres()).unwrap();
    let descriptor: Value = serde_json::from_str(&unpacked(&package, "datapackage.json")).unwrap();
    let resources = descriptor["resources"].as_array().unwrap();
    let tables: BTreeMap<&str, (Vec<String>, Vec<Vec<String>>)> = resources
        .iter()
        .map(|resource| {
            (
                resource["name"].as_str().unwrap(),
                rows(&package, resource["path"].as_str().unwrap()),
            )
        })
        .collect();
    let column = |table: &str, name: &str| -> Vec<&str> {
        let (header, rows) = &tables[table];
        let index = header.iter().position(|column| column == name).unwrap();
        rows.iter().map(|row| row[index].as_str()).collect()
    };
    for resource in resources {
        let table = resource["name"].as_str().unwrap();
        for field in resource["schema"]["fields"].as_array().unwrap() {
            let name = field["name"].as_str().unwrap();
            let cells = column(table, name);
            assert!(!cells.is_empty(), "{table} is tested with nothing in it");
            if field["constraints"]["required"] == true {
                assert!(
                    cells.iter().all(|cell| !cell.is_empty()),
                    "{table}.{name} has an empty cell"
                );
            }
            if field["constraints"]["unique"] == true || (table, name) == ("taxonomy_term", "code")
            {
                assert_eq!(
                    cells.iter().collect::<BTreeSet<_>>().len(),
                    cells.len(),
                    "{table}.{name} is not unique"
                );
            }
            for cell in cells.iter().filter(|cell| !cell.is_empty()) {
                let is_good = match (field["type"].as_str().unwrap(), field["format"].as_str()) {
                    ("number", _) => cell.parse::<f64>().is_ok(),
                    ("date", _) => cell.len() == 10,
                    ("time", _) => cell.len() == 8,
                    (_, Some("uuid")) => uuid::Uuid::try_parse(cell).is_ok(),
                    _ => true,
                };
                let codes = field["constraints"]["enum"].as_array();
                assert!(
                    is_good && codes.is_none_or(|codes| codes.contains(&json!(cell))),
                    "{table}.{name}: {cell}"
                );
            }
        }
        for key in resource["schema"]["foreignKeys"]
            .as_array()
            .into_iter()
            .flatten()
        {
            let link = key["fields"].as_str().unwrap();
            let known: BTreeSet<&str> =
                column(key["reference"]["resource"].as_str().unwrap(), "id")
                    .into_iter()
                    .collect();
            let loose = column(table, link)
                .into_iter()
                .find(|id| !id.is_empty() && !known.contains(id));
            assert_eq!(loose, None, "{table}.{link}");
        }
    }
}

fn rows(package: &[u8], file: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let text = unpacked(package, file);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let cells = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let header = cells(reader.headers().unwrap());
    (
        header,
        reader
            .records()
            .map(|record| cells(&record.unwrap()))
            .collect(),
    )
}
