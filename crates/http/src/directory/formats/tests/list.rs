//! Tables as people have them: plain lists of centres, and what spreadsheets make of ours.

use freigabe_contract::{
    directory::{CounsellingCentre, ServicePlace},
    vocabulary::{Channel, DirectoryFormat::Csv, Land, LanguageMode, Offer, TargetGroup},
};
use uuid::Uuid;

use super::{bad, centre, example, good, write};

const CENTRES: &str = include_str!("../../../../../storage/reference-data/centres.csv");

#[test]
fn the_list_of_centres_is_read_without_faults() {
    let centres = good(Csv, CENTRES.as_bytes());
    assert_eq!(centres.len(), 48);
    for centre in &centres {
        assert_eq!(centre.id.get_version_num(), 5);
        assert_eq!(centre.entry.services.len(), 1);
        let ServicePlace::Location { location, .. } = &centre.entry.services[0].place else {
            continue;
        };
        assert_eq!(location.address, None);
        assert_eq!(location.point, None);
    }
    let named = |name: &str| {
        centres
            .iter()
            .find(|centre| centre.entry.name.as_str() == name)
            .unwrap()
    };
    let hydra = &named("Hydra e.V.").entry;
    let service = &hydra.services[0];
    assert_eq!(
        hydra.website.as_ref().unwrap().as_str(),
        "https://www.hydra-berlin.de"
    );
    assert_eq!(service.name.as_str(), "Beratung");
    let ways: Vec<_> = service
        .contacts
        .iter()
        .map(|way| (way.channel, way.address.as_str()))
        .collect();
    assert_eq!(
        ways,
        [
            (Channel::Phone, "030 611 00 23"),
            (Channel::Email, "kontakt@hydra-berlin.de")
        ]
    );
    let languages: Vec<_> = service
        .languages
        .iter()
        .map(|spoken| spoken.language.as_str())
        .collect();
    assert_eq!(languages, ["ar", "bg", "en", "fr", "ro", "es"]);
    assert!(
        service
            .languages
            .iter()
            .all(|spoken| spoken.mode == LanguageMode::Spoken)
    );
    assert_eq!(service.target_groups, [TargetGroup::SexWorkers]);
    assert_eq!(service.offers, [Offer::Counselling]);
    assert_eq!(
        service.description.as_ref().unwrap().as_str(),
        "Angebote: workshops; meeting point."
    );
    // A part of those that it is for would keep the others away.
    let midnight = &named("Dortmunder Mitternachtsmission e.V.").entry.services[0];
    assert!(midnight.target_groups.is_empty());
    assert!(
        midnight
            .description
            .as_ref()
            .unwrap()
            .as_str()
            .contains("Für: people affected by trafficking")
    );
    let thuringia = &named("bekom thüringen – Koordinierungs- und Fachberatungsstelle für Betroffene von Menschenhandel").entry;
    assert!(
        matches!(&thuringia.services[0].place, ServicePlace::Remote { area } if area.laender == [Land::Thuringia])
    );
    assert_eq!(
        named("KARO e.V.").id,
        Uuid::new_v5(&super::super::NAMESPACE, b"centre/karo-plauen")
    );
}

#[test]
fn lists_that_were_read_are_tables_that_read_back() {
    let centres: Vec<CounsellingCentre> = good(Csv, CENTRES.as_bytes())
        .into_iter()
        .map(|read| CounsellingCentre {
            id: read.id,
            ..centre(0, read.entry)
        })
        .collect();
    let again = good(Csv, &write(Csv, &centres).unwrap());
    for (read, written) in again.iter().zip(&centres) {
        assert_eq!((read.id, &read.entry), (written.id, &written.entry));
    }
}

#[test]
fn a_plain_list_has_a_centre_once() {
    let list = "id,name,city\na,Hafenlicht,Rostock\na,Hafenlicht,Rostock\n";
    let detail = "stands on a line before; only a table with the column service has several lines for a centre";
    assert_eq!(
        bad(Csv, list.as_bytes()),
        [format!("line 3, column id: {detail}")]
    );
    let list = "id,name,city,offers\na,Hafenlicht,,counselling\n";
    assert_eq!(
        bad(Csv, list.as_bytes()),
        ["line 2, column city: is needed, or else an area or a Land"]
    );
}

#[test]
fn codes_of_a_table_with_services_are_ours_alone() {
    let table = "id,name,service,city,offers,mobile\na,Hafenlicht,Beratung,Rostock,counseling|shelter,vielleicht\n";
    let told = bad(Csv, table.as_bytes());
    assert!(
        told[0].starts_with("line 2, column offers: must be any of: counselling, "),
        "{told:?}"
    );
    assert_eq!(told[1], "line 2, column mobile: must be yes or no");
}

#[test]
fn tables_come_back_from_german_spreadsheets() {
    let written = String::from_utf8(write(Csv, &[centre(7, example())]).unwrap()).unwrap();
    assert!(written.starts_with("\u{FEFF}\"id\",\"name\""), "{written}");
    let mut reader = csv::Reader::from_reader(written.trim_start_matches('\u{FEFF}').as_bytes());
    let mut writer = csv::WriterBuilder::new()
        .delimiter(b';')
        .from_writer(Vec::new());
    writer.write_record(reader.headers().unwrap()).unwrap();
    for record in reader.records() {
        writer.write_record(&record.unwrap()).unwrap();
    }
    let with_semicolons = writer.into_inner().unwrap();
    assert_eq!(good(Csv, &with_semicolons)[0].entry, example());
    let leipzig = "id;name;service;city;postcode;phone\na;Haus;Beratung;Dresden;1067;'0351123\n";
    let read = good(Csv, leipzig.as_bytes());
    let service = &read[0].entry.services[0];
    assert!(
        matches!(&service.place, ServicePlace::Location { location, .. } if location.postcode.as_ref().unwrap().as_str() == "01067")
    );
    assert_eq!(service.contacts[0].address.as_str(), "0351123");
}

#[test]
fn no_cell_is_taken_for_a_formula() {
    let mut entry = example();
    entry.name = "=HYPERLINK(\"https://example.org\")".into();
    entry.services[0].description = Some("@SUM(A1)".into());
    entry.services[0].contacts[0].address = "+49 381 555 0100".into();
    for format in freigabe_contract::vocabulary::DirectoryFormat::ALL {
        let bytes = write(*format, &[centre(7, entry.clone())]).unwrap();
        assert_eq!(good(*format, &bytes)[0].entry, entry);
    }
    let text = String::from_utf8(write(Csv, &[centre(7, entry)]).unwrap()).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let cells = reader.records().flat_map(|record| {
        record
            .unwrap()
            .iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    let formulas: Vec<String> = cells
        .filter(|cell| cell.starts_with(['=', '+', '-', '@']))
        .collect();
    assert!(formulas.is_empty(), "{formulas:?}");
}
