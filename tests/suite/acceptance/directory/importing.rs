//! The directory is brought in from files, all of a file or nothing, and taken along into files.

use freigabe_client::{AuditFilter, CentreFilter, Client, PageQuery};
use freigabe_contract::{
    Problem,
    vocabulary::{Operation, SearchOrder},
};
use freigabe_testkit::{ExpectAnswer as _, Raw, TestApp, on_both_databases};
use serde_json::{Value, json};

use super::{added, entry, found, names, service_at, shelter};
use crate::support::trail::{text, trail};

/// What the installation can begin with: centres as they were found on public pages.
const REFERENCE: &str = include_str!("../../../../crates/storage/reference-data/centres.csv");

fn file(format: &str, bytes: &[u8], rehearsal: bool) -> Value {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    json!({ "format": format, "content": STANDARD.encode(bytes), "rehearsal": rehearsal })
}

async fn imported(coordination: &Client, body: &Value) -> Value {
    let request = Raw::post("/v1/counselling-centre-imports").json(body);
    request.send(coordination).await.expect_status(200).json()
}

async fn exported(client: &Client, format: &str) -> Vec<u8> {
    let path = format!("/v1/counselling-centre-export?format={format}");
    Raw::get(path)
        .send(client)
        .await
        .expect_status(200)
        .body
        .to_vec()
}

on_both_databases! {
    async fn a_file_is_brought_in_once_however_often_it_is_sent(app: TestApp) {
        let coordination = app.coordination();
        let rows = REFERENCE.lines().count() as u64 - 1;
        let before = app.inspect().rows().await;
        let rehearsed = imported(&coordination, &file("csv", REFERENCE.as_bytes(), true)).await;
        assert_eq!(rehearsed, json!({ "added": rows, "changed": 0, "unchanged": 0, "rehearsal": true }));
        assert_eq!(app.inspect().rows().await, before);

        let first = imported(&coordination, &file("csv", REFERENCE.as_bytes(), false)).await;
        assert_eq!((first["added"].as_u64(), first["rehearsal"].as_bool()), (Some(rows), Some(false)));
        let after = app.inspect().rows().await;
        let again = imported(&coordination, &file("csv", REFERENCE.as_bytes(), false)).await;
        assert_eq!(again, json!({ "added": 0, "changed": 0, "unchanged": rows, "rehearsal": false }));
        assert_eq!(app.inspect().rows().await, after, "the same again leaves no trace");

        let filter = AuditFilter { operation: Some(Operation::DirectoryImported), ..AuditFilter::default() };
        let events = trail(&app.auditor(), &filter).await;
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].event["hits"], rows);
        assert_eq!(text(&events[0], "/actor/client"), "coordination");
    }

    async fn every_bad_row_is_told_and_nothing_is_half_brought_in(app: TestApp) {
        let coordination = app.coordination();
        let before = app.inspect().rows().await;
        let table = "id,name,city,postcode,land,phone,email,languages\n\
            a,Ahorn,Rostock,18055,DE-MV,0381 555,,de\n\
            b,Birke,Nirgendwo,00000,,,,de\n\
            c,Clematis,Kiel,24103,DE-SH,,kein-at,de\n\
            a,Noch einmal,Kiel,24103,DE-SH,,,xx\n";
        let request = Raw::post("/v1/counselling-centre-imports").json(&file("csv", table.as_bytes(), false));
        let answer = request.send(&coordination).await.expect_status(400);
        let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
        let told: Vec<&str> = problem.errors.iter().map(|fault| fault.detail.as_str()).collect();
        for line in ["line 4", "line 5"] {
            assert!(told.iter().any(|fault| fault.starts_with(line)), "{line}: {told:?}");
        }
        assert!(told.iter().all(|fault| !fault.contains("kein-at")), "what stands there is not repeated: {told:?}");
        let unknown = "id,name,city,postcode\nb,Birke,Nirgendwo,00000\n";
        let request = Raw::post("/v1/counselling-centre-imports").json(&file("csv", unknown.as_bytes(), false));
        let answer = request.send(&coordination).await.expect_status(400);
        let problem: Problem = serde_json::from_slice(&answer.body).unwrap();
        assert!(problem.errors[0].detail.starts_with("line 2"), "{:?}", problem.errors);
        for (format, bytes) in [("hsds_json", b"[{]".as_slice()), ("hsds_package", b"not a zip"), ("csv", b"\xff\xfe")] {
            let request = Raw::post("/v1/counselling-centre-imports").json(&file(format, bytes, false));
            let _ = request.send(&coordination).await.expect_status(400);
        }
        assert_eq!(app.inspect().rows().await, before);
    }

    async fn what_is_taken_along_reads_back_as_it_was(app: TestApp) {
        let services = freigabe_contract::examples::centre_entry()["services"].clone();
        added(&app.centre_a(), entry("Ahorn", services)).await;
        added(&app.centre_b(), entry("Birke", json!([service_at("Kiel", "Kiel", "24103"), shelter("Haus", "DE-SH")]))).await;
        let coordination = app.coordination();
        for format in ["hsds_json", "hsds_package", "csv"] {
            let bytes = exported(&coordination, format).await;
            assert_eq!(exported(&app.centre_c(), format).await, bytes, "{format}: the same bytes");
            let report = imported(&coordination, &file(format, &bytes, false)).await;
            assert_eq!((report["added"].as_u64(), report["unchanged"].as_u64()), (Some(0), Some(2)), "{format}: {report}");
        }
    }

    async fn the_nearest_is_that_of_a_search_of_everything(app: TestApp) {
        let coordination = app.coordination();
        imported(&coordination, &file("csv", REFERENCE.as_bytes(), false)).await;
        let anybody = app.anonymous();
        let all = anybody.search_counselling_centres(&CentreFilter::default(), &PageQuery { limit: Some(200), cursor: None }).await.unwrap();
        let point = |hit: &freigabe_contract::directory::FoundService| {
            let place = serde_json::to_value(&hit.service.place).unwrap();
            let point = &place["location"]["point"];
            point["lat"].as_f64().zip(point["lon"].as_f64())
        };
        for (postcode, lat, lon) in postcodes() {
            let filter = CentreFilter { postcode: Some(postcode.as_str().into()), order: Some(SearchOrder::Distance), ..CentreFilter::default() };
            let nearest = found(&anybody, &filter).await;
            let mut distances: Vec<f64> = all.items.iter().filter_map(point).map(|place| great_circle((lat, lon), place)).collect();
            distances.sort_by(f64::total_cmp);
            let told: Vec<f64> = nearest.items.iter().filter_map(|hit| hit.distance_km).collect();
            assert_eq!(told.len(), distances.len().min(50), "{postcode}");
            for (one, other) in told.iter().zip(&distances) {
                assert!((one - other).abs() <= 0.11, "{postcode}: {one} {other}");
            }
        }
        assert_eq!(names(&all.items).len(), all.total as usize);
    }
}

/// Each so many postcodes of the reference data is asked about.
const EACH: usize = 50;

/// Postcodes with their middles.
fn postcodes() -> Vec<(String, f64, f64)> {
    let table = include_str!("../../../../crates/storage/reference-data/postcodes.csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let row = |record: Result<csv::StringRecord, csv::Error>| {
        let record = record.unwrap();
        let number = |column: usize| record[column].parse::<f64>().unwrap();
        (record[0].to_owned(), number(3), number(4))
    };
    reader.records().step_by(EACH).map(row).collect()
}

/// By the spherical law of cosines, in kilometres.
fn great_circle(from: (f64, f64), to: (f64, f64)) -> f64 {
    let radians = |(lat, lon): (f64, f64)| (lat.to_radians(), lon.to_radians());
    let ((lat, lon), (other_lat, other_lon)) = (radians(from), radians(to));
    let cosine =
        lat.sin() * other_lat.sin() + lat.cos() * other_lat.cos() * (other_lon - lon).cos();
    6_371.008_8 * cosine.clamp(-1.0, 1.0).acos()
}
