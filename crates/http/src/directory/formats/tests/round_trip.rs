//! What was written reads back as it was.

use freigabe_contract::{directory::CentreEntry, vocabulary::DirectoryFormat};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use super::{super::rule, centre, entries, example, good, write};

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_entry_reads_back_from_every_format(entries in vec(entries::entry(), 0..3)) {
        let centres: Vec<_> = (1..).zip(&entries).map(|(number, entry)| centre(number, entry.clone())).collect();
        for format in DirectoryFormat::ALL {
            let bytes = write(*format, &centres).unwrap();
            prop_assert!(bytes == write(*format, &centres).unwrap(), "{format}: other bytes");
            let read = good(*format, &bytes);
            prop_assert_eq!(read.len(), centres.len());
            for (read, written) in read.iter().zip(&centres) {
                prop_assert_eq!(read.id, written.id);
                prop_assert_eq!(shown(&read.entry), shown(&written.entry), "{}", format);
            }
        }
    }

    #[test]
    fn every_schedule_reads_back_from_its_line(schedule in entries::schedule()) {
        let line = rule::write(&schedule);
        prop_assert_eq!(rule::read(&line), Ok(schedule), "{}", line);
    }
}

/// An entry with its texts, which `Debug` leaves out.
fn shown(entry: &CentreEntry) -> String {
    serde_json::to_string_pretty(entry).unwrap()
}

#[test]
fn identifiers_of_services_follow_from_their_names_and_are_never_read() {
    let written = write(DirectoryFormat::HsdsJson, &[centre(7, example())]).unwrap();
    let mut document: Value = serde_json::from_slice(&written).unwrap();
    let id = document[0]["services"][0]["id"].clone();
    let expected = uuid::Uuid::new_v5(&uuid::Uuid::from_u128(7), b"Counselling in Rostock");
    assert_eq!(id, json!(expected));
    document[0]["services"][0]["id"] = json!("ac148810-d857-441c-9679-408f346de14b");
    let read = good(
        DirectoryFormat::HsdsJson,
        &serde_json::to_vec(&document).unwrap(),
    );
    assert_eq!(shown(&read[0].entry), shown(&example()));
}

#[test]
fn places_of_an_entry_are_found_in_each_file() {
    for (format, expected) in [
        (
            DirectoryFormat::HsdsJson,
            [
                "/0/services/0/schedules/0/byday",
                "/0/services/0/contacts/0/email",
                "/0/services/0/service_at_locations/0/location/addresses/0/postal_code",
                "/0/services/1/service_areas/1/extent",
                "/0/services/1/name",
                "/0",
            ],
        ),
        (
            DirectoryFormat::HsdsPackage,
            [
                "schedules.csv, line 2, column byday",
                "contacts.csv, line 2, column email",
                "addresses.csv, line 2, column postal_code",
                "service_areas.csv, line 4, column extent",
                "services.csv, line 3, column name",
                "organizations.csv, line 2",
            ],
        ),
        (
            DirectoryFormat::Csv,
            [
                "line 2, column schedules",
                "line 2, column email",
                "line 2, column postcode",
                "line 3, column area",
                "line 3, column service",
                "line 2",
            ],
        ),
    ] {
        let bytes = write(format, &[centre(7, example())]).unwrap();
        let read = good(format, &bytes);
        let places = [
            "/services/0/schedules/0/byday",
            "/services/0/contacts/1/address",
            "/services/0/place/location/postcode",
            "/services/1/place/area/laender/1",
            "/services/1/name",
            "/nothing/of/that/name",
        ];
        let found = places.map(|pointer| read[0].origin.place(pointer).to_string());
        assert_eq!(found, expected, "{format}");
    }
}

#[test]
fn a_shelter_is_written_without_any_location() {
    let mut entry = example();
    entry.services.remove(0);
    for format in DirectoryFormat::ALL {
        let bytes = write(*format, &[centre(7, entry.clone())]).unwrap();
        let text = match format {
            DirectoryFormat::HsdsPackage => {
                unpacked(&bytes, "locations.csv") + &unpacked(&bytes, "addresses.csv")
            }
            _ => String::from_utf8(bytes).unwrap(),
        };
        match format {
            DirectoryFormat::HsdsPackage => assert_eq!(text.lines().count(), 2, "{text}"),
            DirectoryFormat::HsdsJson => assert!(!text.contains("location"), "{text}"),
            DirectoryFormat::Csv => assert!(!text.contains("Rostock"), "{text}"),
        }
    }
}

/// A file of a package.
pub(super) fn unpacked(package: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}
