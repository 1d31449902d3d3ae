//! Files that are broken, or made to harm.

use std::io::{Cursor, Write as _};

use freigabe_contract::vocabulary::DirectoryFormat::{Csv, HsdsJson, HsdsPackage};
use proptest::prelude::*;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{
    super::{LIMITS, Limits, MIB},
    bad, bad_within, centre, example, good, read,
    round_trip::unpacked,
    write,
};

const HEADER: &str = "id,name,service,place,city,area,street,phone,schedules\n";

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut package = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in files {
        package.start_file(*name, options).unwrap();
        package.write_all(content).unwrap();
    }
    package.finish().unwrap().into_inner()
}

/// A package that was written, with a file of it changed.
fn changed(file: &str, change: impl Fn(&str) -> String) -> Vec<u8> {
    renamed(|name| name.to_owned(), file, change)
}

fn renamed(
    rename: impl Fn(&str) -> String,
    file: &str,
    change: impl Fn(&str) -> String,
) -> Vec<u8> {
    let package = write(HsdsPackage, &[centre(7, example())]).unwrap();
    let names: Vec<String> = zip::ZipArchive::new(Cursor::new(&package))
        .unwrap()
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    let files: Vec<(String, String)> = names
        .into_iter()
        .map(|name| {
            let text = unpacked(&package, &name);
            let text = if name == file { change(&text) } else { text };
            (format!("folder/{}", rename(&name)), text)
        })
        .collect();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_bytes()))
        .collect();
    zipped(&files)
}

#[test]
fn a_package_may_be_in_a_folder_with_other_names_for_its_tables() {
    let described = |text: &str| text.replace("\"phones.csv\"", "\"telephones.csv\"");
    let package = renamed(
        |name| name.replace("phones.csv", "telephones.csv"),
        "datapackage.json",
        described,
    );
    assert_eq!(good(HsdsPackage, &package)[0].entry, example());
    let lacking = changed("datapackage.json", described);
    assert_eq!(bad(HsdsPackage, &lacking), ["phones.csv: is missing"]);
}

#[test]
fn records_that_belong_to_nothing_are_refused() {
    let loose = |file, column: usize| {
        bad(
            HsdsPackage,
            &changed(file, |text| {
                let mut lines = text.lines().map(str::to_owned).collect::<Vec<_>>();
                let mut cells: Vec<String> = lines[1].split(',').map(str::to_owned).collect();
                cells[column] = "ac148810-d857-441c-9679-408f346de14b".to_owned();
                lines[1] = cells.join(",");
                lines.join("\n")
            }),
        )
    };
    assert!(
        loose("services.csv", 1).contains(
            &"services.csv, line 2, column organization_id: names no record of organizations.csv"
                .to_owned()
        )
    );
    assert_eq!(
        loose("service_at_location.csv", 2)[0],
        "service_at_location.csv, line 2, column location_id: names no record of locations.csv"
    );
    assert_eq!(
        loose("languages.csv", 1),
        ["languages.csv, line 2, column service_id: names no record of services.csv"]
    );
    assert_eq!(
        loose("attributes.csv", 1),
        ["attributes.csv, line 2, column link_id: names no record of accessibility.csv"]
    );
    let twice = changed("services.csv", |text| {
        format!("{text}{}\n", text.lines().nth(1).unwrap())
    });
    assert!(
        bad(HsdsPackage, &twice)
            .contains(&"services.csv, line 4, column id: stands in this table before".to_owned())
    );
    let without_id = changed("phones.csv", |text| text.replacen("id,", "no,", 1));
    assert_eq!(
        bad(HsdsPackage, &without_id)[0],
        "phones.csv: lacks the column id"
    );
}

#[test]
fn a_location_given_to_a_shelter_in_the_tables_is_refused() {
    let shelter = uuid::Uuid::new_v5(&uuid::Uuid::from_u128(7), b"Shelter");
    let package = changed("service_at_location.csv", |text| {
        let mut cells: Vec<&str> = text.lines().nth(1).unwrap().split(',').collect();
        let shelter = shelter.to_string();
        cells[0] = "ac148810-d857-441c-9679-408f346de14b";
        cells[1] = &shelter;
        format!("{text}{}\r\n", cells.join(","))
    });
    assert_eq!(
        bad(HsdsPackage, &package),
        ["service_at_location.csv, line 3: a shelter has no address: nothing tells where it is"]
    );
}

#[test]
fn what_unpacks_to_too_much_is_refused() {
    let limits = Limits {
        bytes: MIB,
        ..LIMITS
    };
    let zeros = vec![b'0'; MIB + 1];
    let bomb = zipped(&[("organizations.csv", &zeros)]);
    assert!(bomb.len() < MIB / 100);
    let too_large = "is too large: the package has more than 1 MiB unpacked";
    assert_eq!(
        bad_within(limits, HsdsPackage, &bomb),
        [format!("organizations.csv: {too_large}")]
    );
    let halves = zipped(&[
        ("organizations.csv", &zeros[..MIB / 2]),
        ("services.csv", &zeros[..=MIB / 2]),
    ]);
    assert_eq!(
        bad_within(limits, HsdsPackage, &halves),
        [format!("services.csv: {too_large}")]
    );
    let names: Vec<String> = (0..201).map(|number| format!("{number}.csv")).collect();
    let many: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), b"".as_slice()))
        .collect();
    assert_eq!(
        bad(HsdsPackage, &zipped(&many)),
        ["the file: holds more than 200 files"]
    );
    for format in [HsdsJson, HsdsPackage, Csv] {
        assert_eq!(
            bad_within(limits, format, &zeros),
            ["the file: is larger than 1 MiB"]
        );
    }
}

#[test]
fn one_location_of_thousands_of_services_does_not_grow() {
    let location = "3a19ff88-4620-4d17-9830-ac1d859eb5d5";
    let organization = "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610";
    let mut services = "id,organization_id,name,status\n".to_owned();
    let mut there = "id,service_id,location_id\n".to_owned();
    let mut features = "id,location_id,description\n".to_owned();
    for number in 0..200 {
        let id = uuid::Uuid::from_u128(number);
        services += &format!("{id},{organization},{number},active\n");
        there += &format!("{id},{id},{location}\n");
        features += &format!("{id},{location},x\n");
    }
    let package = zipped(&[
        (
            "organizations.csv",
            format!("id,name\n{organization},Hafenlicht\n").as_bytes(),
        ),
        ("services.csv", services.as_bytes()),
        ("service_at_location.csv", there.as_bytes()),
        (
            "locations.csv",
            format!("id,location_type\n{location},physical\n").as_bytes(),
        ),
        ("accessibility.csv", features.as_bytes()),
    ]);
    let limits = Limits {
        joined: 20_000,
        ..LIMITS
    };
    assert_eq!(
        bad_within(limits, HsdsPackage, &package),
        ["the file: is too large: too many records name each other"]
    );
}

#[test]
fn a_file_has_5000_centres_at_most() {
    let line = |number| format!("{number},Hafenlicht,Beratung,remote,,DE,,,\n");
    let lines = |number: usize| HEADER.to_owned() + &(0..number).map(line).collect::<String>();
    assert_eq!(good(Csv, lines(5_000).as_bytes()).len(), 5_000);
    assert_eq!(
        bad(Csv, lines(5_001).as_bytes()),
        ["the file: holds more than 5000 centres"]
    );
}

#[test]
fn broken_files_are_told_with_the_place() {
    assert_eq!(
        bad(HsdsJson, b"[{\n\"id\": x"),
        ["line 2: is not JSON, from character 7 on"]
    );
    assert_eq!(
        bad(HsdsJson, b"[{\"id\": 1,\n\"id\": 2}]"),
        ["line 2: has a member twice"]
    );
    assert_eq!(
        bad(HsdsJson, b"17"),
        ["the document: must be an array of organizations"]
    );
    assert_eq!(bad(HsdsPackage, b"17"), ["the file: is not a ZIP file"]);
    assert_eq!(
        bad(HsdsPackage, &zipped(&[])),
        ["organizations.csv: is missing"]
    );
    assert_eq!(
        bad(HsdsPackage, &zipped(&[("datapackage.json", b"x")])),
        ["datapackage.json: is not JSON"]
    );
    assert_eq!(
        bad(Csv, b"id,name,name\n"),
        ["line 1, column name: stands there twice"]
    );
    assert_eq!(
        bad(Csv, b""),
        [
            "line 1: lacks the column id",
            "line 1: lacks the column name"
        ]
    );
}

#[test]
fn a_damaged_identifier_is_no_new_centre() {
    for id in ["00000000-0000-0000-0000-00000000000x", "a\u{0}"] {
        let table = format!("id,name,city\n{id},Hafenlicht,Rostock\n");
        let told = bad(Csv, table.as_bytes());
        assert_eq!(
            told,
            ["line 2, column id: is neither a UUID nor a plain text"]
        );
    }
}

#[test]
fn every_bad_line_of_a_table_is_told() {
    let table = HEADER.to_owned()
        + "a,Hafenlicht,Beratung,shelter,Rostock,DE-MV,Lange Strasse 1,,\n"
        + "a,Leuchtturm,Telefon,remote,,,,,\n"
        + "b,Hafenlicht,Beratung,somewhere,,DE,,,\n"
        + "c,Hafenlicht,,location,Rostock,Atlantis,,\"030 1; colour=red\",Montag 9-17\n"
        + ",Hafenlicht,Beratung,remote,,180,,,\n"
        + "d,Hafenlicht,Beratung,location,,,,,MO 25:00-26:00\n"
        + "e,Hafenlicht,Beratung,remote,,DE,,030 1,MO 25:00-26:00\n";
    let expected = [
        "line 2, column city: a shelter has no address: nothing tells where it is",
        "line 2, column street: a shelter has no address: nothing tells where it is",
        "line 3, column name: says something else than line 2 about the same centre",
        "line 3, column area: is needed where there is no place that people come to",
        "line 4, column place: must be one of: location, remote, shelter",
        "line 5, column phone: has a part other than languages, hours, position and note",
        "line 5, column service: is needed",
        "line 5, column area: must be DE, codes or names of Länder, or the first one or two digits of postcodes with * behind them",
        "line 5, column schedules: names days other than MO, TU, WE, TH, FR, SA, SU",
        "line 6, column id: is needed: a UUID, or any text that stays the same",
        "line 6, column area: must be DE, codes or names of Länder, or the first one or two digits of postcodes with * behind them",
        "line 7, column city: is needed",
        "line 8, column schedules: must be a time of day as HH:MM, 24:00 at the latest",
    ];
    assert_eq!(bad(Csv, table.as_bytes()), expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_are_refused_or_read_and_never_more(
        cut in 0..4_000usize,
        noise in proptest::collection::vec((0..60_000usize, any::<u8>()), 0..6),
    ) {
        for format in [HsdsJson, HsdsPackage, Csv] {
            let mut bytes = write(format, &[centre(7, example())]).unwrap();
            let length = bytes.len();
            for (at, byte) in &noise {
                bytes[at % length] = *byte;
            }
            bytes.truncate(length - (cut % length) * usize::from(cut % 2 == 0));
            let (centres, faults) = read(format, &bytes);
            // A line with another identifier is of another centre.
            prop_assert!(centres.len() <= 2 && faults.len() <= super::super::MOST_FAULTS);
        }
    }
}
