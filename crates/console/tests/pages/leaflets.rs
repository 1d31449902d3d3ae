//! Leaflets.

use actix_web::http::StatusCode;
use freigabe_domain::{
    leaflet::{Leaflet, TextDirection},
    vocabulary::Language,
};
use serde_json::json;

use crate::{
    browser::{Answer, get},
    directory::{Directory, id, office},
};

/// As it stands in a page.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

#[track_caller]
fn says_all_of(answer: &Answer, leaflet: &Leaflet) {
    let (language, text) = (leaflet.language(), leaflet.text());
    let code = language.code();
    let direction = match leaflet.direction() {
        TextDirection::LeftToRight => "ltr",
        TextDirection::RightToLeft => "rtl",
    };
    answer
        .says(&format!(
            r#"<article class="sheet" lang="{code}" dir="{direction}">"#
        ))
        .says(&escaped(&text.title))
        .says(&escaped(&text.unchecked))
        .says(&format!(r#"<bdi dir="ltr">{code}-{}</bdi>"#, text.version));
    for section in &text.sections {
        answer.says(&escaped(&section.heading));
        for line in section.paragraphs.iter().chain(&section.points) {
            answer.says(&escaped(line));
        }
    }
    // Whoever hands it out reads in German that nobody checked it, and what it says.
    let german = Leaflet::in_language(Language::German).text();
    answer.says(&german.unchecked);
    let reference = r#"<aside class="reference" lang="de" dir="ltr">"#;
    if language == Language::German {
        answer.does_not_say(reference);
    } else {
        answer
            .says(reference)
            .says(&german.sections[4].paragraphs[0]);
    }
}

#[actix_web::test]
async fn every_language_is_listed_with_its_version_and_that_nobody_checked_it() {
    let answer = get(Directory::usual(), "/leaflets?lang=en").await;
    for leaflet in Leaflet::all() {
        let language = leaflet.language();
        answer
            .says(&format!("/leaflets/{}?lang=en", language.code()))
            .says(&escaped(&leaflet.text().own_name))
            .says(language.english());
    }
    let unchecked = answer
        .body
        .matches("not checked by a native speaker")
        .count();
    assert_eq!(unchecked, Language::ALL.len());
}

#[actix_web::test]
async fn every_leaflet_can_be_printed_without_a_centre() {
    for leaflet in Leaflet::all() {
        let path = format!("/leaflets/{}", leaflet.language().code());
        let answer = get(Directory::usual(), &path).await;
        assert_eq!(answer.status, StatusCode::OK);
        says_all_of(&answer, leaflet);
    }
}

#[actix_web::test]
async fn every_leaflet_can_be_printed_with_every_kind_of_centre() {
    for leaflet in Leaflet::all() {
        for centre in 1..=3 {
            let path = format!("/leaflets/{}/{}", leaflet.language().code(), id(centre));
            says_all_of(&get(Directory::usual(), &path).await, leaflet);
        }
    }
}

#[actix_web::test]
async fn a_leaflet_speaks_of_the_centre_in_its_own_words() {
    let answer = get(Directory::usual(), &format!("/leaflets/ro/{}", id(1))).await;
    answer
        .says("Hafenlicht")
        .says("luni – joi: <bdi dir=\"ltr\">09:00–16:00</bdi>")
        .says("nu în zilele de sărbătoare legală")
        .says(r#"<bdi dir="ltr"><a href="tel:03815550100" rel="noreferrer noopener">0381 555-0100</a></bdi>"#)
        .says(r#"<bdi lang="ro">română</bdi>"#)
        .says(r#"<bdi lang="ar">العربية</bdi> (cu interpret)"#)
        .says(r#"<bdi lang="pt">português</bdi>"#)
        .says("Consilierii vin la dumneavoastră.");
    let nationwide = get(Directory::usual(), &format!("/leaflets/ro/{}", id(2))).await;
    nationwide
        .says("toată Germania")
        .says("vă rugăm să întrebați înainte");
}

#[actix_web::test]
async fn hours_that_a_leaflet_has_no_words_for_stand_in_german() {
    let mut entry = office();
    entry["services"][0]["hours"] = json!([{
        "recurrence": {"freq": "MONTHLY", "byday": "1MO"}, "opens_at": "10:00", "closes_at": "12:00"
    }]);
    let answer = get(
        Directory::of(vec![entry], &[1]),
        &format!("/leaflets/ar/{}", id(1)),
    )
    .await;
    answer.says(r#"<bdi lang="de" dir="ltr">jeden 1. Montag im Monat: 10:00–12:00 Uhr</bdi>"#);
}

#[actix_web::test]
async fn what_is_printed_of_an_unconfirmed_entry_is_marked_on_the_screen() {
    let answer = get(Directory::usual(), &format!("/leaflets/de/{}", id(2))).await;
    answer.says("Eintrag noch nie bestätigt");
}

#[actix_web::test]
async fn an_unknown_language_is_answered_with_those_there_are() {
    for language in ["xx", "DE", "deu", "%3Cb%3E"] {
        for path in [
            format!("/leaflets/{language}"),
            format!("/leaflets/{language}/{}", id(1)),
        ] {
            let answer = get(Directory::usual(), &path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            answer.says("/leaflets/ro?lang=de").does_not_say("<b>E");
        }
    }
}
