//! One centre.

use actix_web::http::StatusCode;
use serde_json::json;

use crate::{
    browser::{get, post},
    directory::{Directory, id, office},
};

#[actix_web::test]
async fn an_entry_says_everything_about_a_centre() {
    let answer = get(Directory::usual(), &format!("/help/{}", id(1))).await;
    answer
        .says(r#"<h1 lang="de">Hafenlicht</h1>"#)
        .says(r#"<p lang="de">Beratung für Betroffene.</p><p lang="de">Auch abends.</p>"#)
        .says("https://hafenlicht.example/")
        .says("Lange Straße 1<br>2. Stock<br>18055 Rostock")
        .says("Mecklenburg-Vorpommern")
        .says("href=\"mailto:beratung@hafenlicht.example\"")
        .says("auch nachts")
        .says("jetzt erreichbar, bis heute 16:00 Uhr")
        .says("Montag bis Donnerstag: 09:00–16:00 Uhr")
        .says("nicht an gesetzlichen Feiertagen")
        .says("Mit Dolmetschen: Arabisch")
        .says("sexuelle Ausbeutung")
        .says("stufenlos zugänglich")
        .says("DSG-EKD (evangelische Kirche)")
        .says("von der Koordination bestätigt (zuletzt am 24.11.2026)")
        .does_not_say("bitte vorher nachfragen");
    // The title is neutral: the browser's history keeps it.
    answer.says("<title>Eintrag</title>");
}

#[actix_web::test]
async fn leaflets_in_the_languages_of_a_centre_come_first() {
    let answer = get(Directory::usual(), &format!("/help/{}?lang=en", id(1))).await;
    let links: Vec<&str> = answer
        .body
        .split("href=\"/leaflets/")
        .skip(1)
        .filter_map(|link| link.split_once('/'))
        .map(|(language, _)| language)
        .collect();
    assert_eq!(links.len(), 20);
    assert_eq!(links[..4], ["de", "ro", "ar", "en"]);
}

#[actix_web::test]
async fn a_shelter_shows_an_area_and_no_address() {
    let entry = get(Directory::usual(), &format!("/help/{}", id(3))).await;
    entry
        .says("Die Adresse wird nicht gezeigt")
        .says("Mecklenburg-Vorpommern")
        .does_not_say("Adresse</dt>");
    let results = post(Directory::usual(), "lang=de&offer=shelter&place=Rostock").await;
    results
        .says("geschützte Unterkunft, für Mecklenburg-Vorpommern")
        .does_not_say(" km</span>");
    let leaflet = get(Directory::usual(), &format!("/leaflets/de/{}", id(3))).await;
    leaflet.says("Hier steht keine Adresse, damit die Menschen dort sicher sind.");
}

#[actix_web::test]
async fn a_service_that_is_closed_says_so_instead_of_when_it_opens() {
    let mut entry = office();
    entry["services"][0]["status"] = json!("temporarily closed");
    let directory = || Directory::of(vec![entry.clone()], &[1]);
    let page = get(directory(), &format!("/help/{}", id(1))).await;
    page.says("vorübergehend geschlossen").does_not_say("jetzt");
    let results = post(directory(), "lang=de").await;
    results.says("ist vorübergehend geschlossen");
    let leaflet = get(directory(), &format!("/leaflets/ro/{}", id(1))).await;
    leaflet.says("închis în prezent");
}

#[actix_web::test]
async fn an_unknown_centre_is_a_friendly_page() {
    let unknown = id(99).to_string();
    let upper = id(0xabc).to_string().to_uppercase();
    for centre in [unknown.as_str(), &upper, "x", "..", "%3Cscript%3E"] {
        for path in ["/help", "/leaflets/ro"] {
            let answer = get(Directory::usual(), &format!("{path}/{centre}?lang=en")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}/{centre}");
            answer
                .says("There is no such entry")
                .says("Search for help");
        }
    }
}
