//! The search.

use actix_web::{http::StatusCode, test::TestRequest};
use serde_json::json;

use crate::{
    browser::{Answer, ask, get, post},
    directory::{Directory, id, office},
};

/// The names of the services found, in order.
fn found(answer: &Answer) -> Vec<&str> {
    let headings = answer.body.split("<h2><a href=\"/help/").skip(1);
    headings
        .map(|heading| {
            let (_, name) = heading.split_once('>').unwrap();
            name.split_once('<').unwrap().0
        })
        .collect()
}

#[actix_web::test]
async fn the_form_is_empty_and_comes_by_post() {
    let german = get(Directory::usual(), "/help").await;
    assert_eq!(german.header("content-language"), "de");
    german
        .says("Ort oder Postleitzahl")
        .says(r#"<form class="search" method="post" action="/help" autocomplete="off">"#)
        .says("href=\"tel:110\"")
        .says("href=\"tel:112\"")
        .says("Seite schnell verlassen")
        .says("href=\"/help?lang=en\"");
    let english = get(Directory::usual(), "/help?lang=en").await;
    assert_eq!(english.header("content-language"), "en");
    english
        .says("Place or postcode")
        .does_not_say("Postleitzahl");
}

#[actix_web::test]
async fn what_fits_best_comes_first_and_says_why() {
    let answer = post(
        Directory::usual(),
        "lang=de&place=Rostock&language=&target_group=women",
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        found(&answer),
        ["Hafenlicht", "Schutzhaus", "Ferne Beratung"]
    );
    answer
        .says("3 Angebote gefunden")
        .says("Gesucht wurde um <b>Rostock</b> (Mecklenburg-Vorpommern).")
        .says("1,1 km")
        .says("jetzt erreichbar, bis heute 16:00 Uhr")
        .says("ist für diesen Ort da")
        .says("ausdrücklich für diese Zielgruppe")
        .says("kommt dorthin, wo die Person ist")
        .says("href=\"tel:03815550100\"")
        .says("Spricht Deutsch, Rumänisch, Portugiesisch")
        .says("Mit Dolmetschen: Arabisch")
        // The second alone is not confirmed.
        .says("Eintrag noch nie bestätigt: bitte vorher nachfragen.");
    let unconfirmed = answer.body.matches("bitte vorher nachfragen").count();
    assert_eq!(unconfirmed, 1);
}

#[actix_web::test]
async fn what_was_searched_stands_in_no_address() {
    let fields = "lang=en&place=Neustadt&language=ro&exploitation_form=labour&open_now=on";
    let answer = post(Directory::of_many(25), fields).await;
    for link in answer.body.split("href=\"").skip(1) {
        let (link, _) = link.split_once('"').unwrap();
        for kept in [
            "Neustadt", "language", "labour", "open_now", "place", "after",
        ] {
            assert!(!link.contains(kept), "{link}");
        }
    }
    // Nor in the title, which the browser's history keeps.
    answer.says("<title>Search</title>");
    assert!(answer.headers.get("location").is_none());
}

#[actix_web::test]
async fn the_other_language_asks_the_same_again() {
    let answer = post(Directory::usual(), "lang=de&place=Rostock&open_now=on").await;
    answer
        .says(r#"<input type="hidden" name="lang" value="en"><input type="hidden" name="place" value="Rostock"><input type="hidden" name="open_now" value="on"><button class="link" type="submit" lang="en">English</button>"#);
    assert_eq!(found(&answer), ["Hafenlicht"]);
}

#[actix_web::test]
async fn pages_of_results_follow_each_other_without_a_gap() {
    let mut fields = "lang=de&place=18055".to_owned();
    let mut all = Vec::new();
    for page in 0..3 {
        let answer = post(Directory::of_many(25), &fields).await;
        answer.says("25 Angebote gefunden");
        all.extend(found(&answer).into_iter().map(str::to_owned));
        if page == 2 {
            answer.does_not_say("Weitere zeigen");
            break;
        }
        // The last form of the page is that of the button.
        let (_, form) = answer.body.rsplit_once("name=\"after\" value=\"").unwrap();
        let (cursor, rest) = form.split_once('"').unwrap();
        assert!(rest.contains("Weitere zeigen"));
        fields = format!("lang=de&place=18055&after={cursor}");
    }
    let expected: Vec<String> = (1..=25)
        .map(|number| format!("Stelle Nummer {number}"))
        .collect();
    assert_eq!(all, expected);
}

#[actix_web::test]
async fn other_places_with_the_name_are_offered() {
    let answer = post(Directory::usual(), "lang=de&place=Neustadt&mobile=on").await;
    answer
        .says("Gesucht wurde um <b>Neustadt</b> (Sachsen).")
        .says("Meinten Sie einen anderen Ort?")
        .says(r#"name="land" value="DE-HE""#)
        .says("Neustadt (Hessen)");
    let meant = post(
        Directory::usual(),
        "lang=de&place=Neustadt&land=DE-HE&mobile=on",
    )
    .await;
    meant
        .says("<b>Neustadt</b> (Hessen).")
        .does_not_say("Meinten Sie");
    let misspelt = post(Directory::usual(), "lang=de&place=Rostok").await;
    misspelt.says("Diesen Ort haben wir unter Ihrer Eingabe verstanden.");
}

#[actix_web::test]
async fn what_is_wrong_stands_beside_the_field_and_what_was_typed_stays() {
    for (place, message) in [
        ("1805", "Eine Postleitzahl hat fünf Ziffern"),
        ("%3F%3F", "Bitte den Namen eines Ortes"),
        ("Atlantis", "Diesen Ort kennen wir nicht."),
        ("99999", "Diesen Ort kennen wir nicht."),
    ] {
        let fields = format!("lang=de&place={place}&language=ro&offer=shelter&open_now=on");
        let answer = post(Directory::usual(), &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let typed = place.replace("%3F", "?");
        answer
            .says(message)
            .says(&format!(r#"name="place" type="text" value="{typed}""#))
            .says(r#"aria-describedby="place-fault place-hint" aria-invalid="true""#)
            .says(r#"<option value="ro" selected>"#)
            .says(r#"<option value="shelter" selected>"#)
            .says(r#"name="open_now" type="checkbox" value="on" checked"#)
            .says("<details open>");
    }
}

#[actix_web::test]
async fn nothing_found_says_what_to_try() {
    let answer = post(Directory::usual(), "lang=en&language=th").await;
    assert_eq!(answer.status, StatusCode::OK);
    answer
        .says("Nothing was found")
        .says("Choose “any language”")
        .says(r#"<option value="th" selected>"#);
}

#[actix_web::test]
async fn a_form_that_is_not_ours_is_refused_without_repeating_it() {
    for fields in [
        "nonsense=1",
        "language=klingon",
        "place=a&place=b",
        "after=9",
    ] {
        let answer = post(Directory::usual(), fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{fields}");
        answer
            .does_not_say("nonsense")
            .does_not_say("klingon")
            .says("Neu beginnen");
    }
    let long = format!("place={}", "a".repeat(5_000));
    let answer = post(Directory::usual(), &long).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let json = TestRequest::post()
        .uri("/help")
        .set_json(json!({"place": "Rostock"}));
    let answer = ask(Directory::usual(), json).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[actix_web::test]
async fn a_directory_that_fails_leaves_the_numbers_to_call() {
    for answer in [
        post(Directory::failing(), "lang=en&place=Rostock").await,
        get(Directory::failing(), &format!("/help/{}?lang=en", id(1))).await,
        get(
            Directory::failing(),
            &format!("/leaflets/ar/{}?lang=en", id(1)),
        )
        .await,
    ] {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        answer.says("href=\"tel:110\"").does_not_say("database");
    }
}

#[actix_web::test]
async fn what_an_entry_says_is_text_and_nothing_else() {
    let hostile = "<script>alert(1)</script>\"'&";
    let mut entry = office();
    for field in [
        "/name",
        "/description",
        "/services/0/name",
        "/services/0/contacts/0/note",
    ] {
        *entry.pointer_mut(field).unwrap() = json!(hostile);
    }
    let address = "/services/0/place/location/address/street";
    *entry.pointer_mut(address).unwrap() = json!(hostile);
    *entry
        .pointer_mut("/services/0/place/location/city")
        .unwrap() = json!(hostile);
    let directory = || Directory::of(vec![entry.clone()], &[]);
    let in_results = post(directory(), "lang=de").await;
    let in_entry = get(directory(), &format!("/help/{}", id(1))).await;
    let on_leaflet = get(directory(), &format!("/leaflets/ar/{}", id(1))).await;
    for answer in [in_results, in_entry, on_leaflet] {
        answer
            .does_not_say("<script")
            .says("&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;");
    }
    // Nor what was typed.
    let typed = post(directory(), "lang=de&place=%3Cscript%3E%22x").await;
    typed.does_not_say("<script").says("&lt;script&gt;&quot;x");
}
