//! Who searches needs no token, leaves nothing behind, and learns where help is, in which language, and when.

use freigabe_client::{CentreFilter, PageQuery, PlaceQuery};
use freigabe_contract::{
    ProblemType,
    vocabulary::{
        Channel, ExploitationForm, Land, Offer, OpeningKind, PlaceMatch, SearchOrder, TargetGroup,
    },
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, a_consent, on_both_databases,
};
use serde_json::{Value, json};

use super::{added, entry, found, names, reasons, service_at, shelter, with};
use crate::support::recorded;

/// Four services around the coast, and a shelter.
async fn coast(app: &TestApp) {
    let rostock = with(
        service_at("Rostock", "Rostock", "18055"),
        json!({
            "languages": [
                { "language": "ro", "mode": "spoken" },
                { "language": "bin", "mode": "interpreter" }
            ],
            "target_groups": ["women"],
            "exploitation_forms": ["sexual"],
            "offers": ["counselling"],
            "contacts": [{ "channel": "phone", "address": "0381 555 0100" }],
            "schedules": [{ "freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR", "opens_at": "09:00", "closes_at": "17:00" }]
        }),
    );
    let schwerin = with(
        service_at("Schwerin", "Schwerin", "19053"),
        json!({ "languages": [{ "language": "bin", "mode": "spoken" }], "mobile": true }),
    );
    let hamburg = service_at("Hamburg", "Hamburg", "20095");
    added(&app.centre_a(), entry("Ahorn", json!([rostock, schwerin]))).await;
    added(
        &app.centre_b(),
        entry("Birke", json!([hamburg, shelter("Haus", "DE-MV")])),
    )
    .await;
}

fn around(place: &str) -> CentreFilter {
    CentreFilter {
        place: Some(place.to_owned()),
        ..CentreFilter::default()
    }
}

on_both_databases! {
    async fn the_nearest_that_is_there_for_the_place_comes_first_with_reasons(app: TestApp) {
        coast(&app).await;
        let anybody = app.anonymous();
        // Wismar lies between Rostock and Schwerin, which is nearer.
        let answer = found(&anybody, &around("Wismar")).await;
        assert_eq!(names(&answer.items), ["Schwerin", "Rostock", "Haus", "Hamburg"]);
        assert_eq!(answer.total, 4);
        let [schwerin, rostock, house, hamburg] = answer.items.as_slice() else { panic!("four") };
        let kilometres = |hit: &freigabe_contract::directory::FoundService| hit.distance_km;
        assert!(kilometres(schwerin).unwrap() < kilometres(rostock).unwrap());
        assert!((25.0..35.0).contains(&kilometres(schwerin).unwrap()), "{:?}", schwerin.distance_km);
        assert_eq!(house.distance_km, None, "a shelter shows no place");
        assert_eq!(reasons(schwerin), ["same_land", "comes_to_person", "not_confirmed"]);
        assert_eq!(reasons(house), ["serves_place", "not_confirmed"]);
        assert_eq!(reasons(hamburg), ["area_not_stated", "not_confirmed"]);
        assert!(schwerin.reasons[0].text_de.contains("Land") && schwerin.reasons[0].text_en.contains("Land"));
        let place = answer.place.unwrap();
        assert_eq!((place.name.as_str(), place.land, place.found_by), ("Wismar", Land::MecklenburgVorpommern, PlaceMatch::Exact));

        let by_distance = CentreFilter { order: Some(SearchOrder::Distance), ..around("Hamburg") };
        assert_eq!(names(&found(&anybody, &by_distance).await.items), ["Hamburg", "Schwerin", "Rostock", "Haus"]);
        let by_postcode = CentreFilter { postcode: Some("18055".into()), ..CentreFilter::default() };
        let answer = found(&anybody, &by_postcode).await;
        assert_eq!(answer.items[0].distance_km, Some(0.0));
        assert_eq!(answer.place.unwrap().found_by, PlaceMatch::Postcode);
    }

    async fn names_of_places_may_be_misspelt_and_what_is_unknown_is_said(app: TestApp) {
        coast(&app).await;
        let anybody = app.anonymous();
        for (written, by) in [
            ("rostok", PlaceMatch::Similar), ("ROSTOCK", PlaceMatch::Exact), ("Ros tock", PlaceMatch::Exact),
            ("Rostock Hauptbahnhof", PlaceMatch::Beginning), ("Rosto", PlaceMatch::Beginning),
        ] {
            let answer = found(&anybody, &around(written)).await;
            let place = answer.place.unwrap();
            assert_eq!((place.name.as_str(), place.found_by), ("Rostock", by), "{written}");
        }
        let ambiguous = found(&anybody, &around("Neustadt")).await.place.unwrap();
        assert!(ambiguous.others.len() > 1, "{ambiguous:?}");
        let there = CentreFilter { land: Some(Land::Saxony), ..around("Neustadt") };
        assert_eq!(found(&anybody, &there).await.place.unwrap().land, Land::Saxony);

        for (parameter, filter) in [
            ("place", around("Xyzzyhausen am Ende")),
            ("postcode", CentreFilter { postcode: Some("00000".into()), ..CentreFilter::default() }),
        ] {
            let refused = anybody.search_counselling_centres(&filter, &PageQuery::default()).await;
            let problem = refused.expect_problem(ProblemType::InvalidQuery);
            assert_eq!(problem.errors[0].parameter.as_deref(), Some(parameter));
            assert!(!problem.errors[0].detail.contains("Xyzzy"));
        }
        let suggested = anybody.find_places(&PlaceQuery { name: "Muenchn".to_owned(), land: None }).await.unwrap();
        assert_eq!(suggested.items[0].name, "München");
    }

    async fn conditions_of_a_search_all_hold(app: TestApp) {
        coast(&app).await;
        let anybody = app.anonymous();
        let any = CentreFilter::default;
        let everybody = ["Haus", "Hamburg", "Schwerin"];
        for (filter, expected) in [
            (CentreFilter { language: Some("ro".into()), ..any() }, vec!["Rostock"]),
            (CentreFilter { language: Some("bin".into()), ..any() }, vec!["Schwerin", "Rostock"]),
            (CentreFilter { language: Some("bin".into()), spoken_only: Some(true), ..any() }, vec!["Schwerin"]),
            (CentreFilter { land: Some(Land::Hamburg), ..any() }, vec!["Hamburg"]),
            (CentreFilter { offer: Some(Offer::Counselling), ..any() }, vec!["Rostock"]),
            (CentreFilter { offer: Some(Offer::Shelter), ..any() }, vec!["Haus"]),
            (CentreFilter { channel: Some(Channel::Phone), ..any() }, vec!["Rostock"]),
            (CentreFilter { mobile: Some(true), ..any() }, vec!["Schwerin"]),
            (CentreFilter { target_group: Some(TargetGroup::Men), ..any() }, everybody.to_vec()),
            (CentreFilter { exploitation_form: Some(ExploitationForm::Labour), ..any() }, everybody.to_vec()),
        ] {
            let answer = found(&anybody, &filter).await;
            let mut names = names(&answer.items);
            if filter.language.is_none() {
                names.sort_by_key(|name| expected.iter().position(|other| other == name));
            }
            assert_eq!(names, expected, "{filter:?}");
        }
        let here = CentreFilter { in_person: Some(true), ..any() };
        assert_eq!(found(&anybody, &here).await.total, 3);
    }

    async fn what_is_open_is_told_across_the_change_of_summer_time_and_on_holidays(app: TestApp) {
        coast(&app).await;
        let anybody = app.anonymous();
        let open = CentreFilter { open_now: Some(true), ..CentreFilter::default() };
        let opening = async || {
            let answer = found(&anybody, &CentreFilter { offer: Some(Offer::Counselling), ..CentreFilter::default() }).await;
            answer.items[0].opening.clone()
        };
        // Tuesday, ten o'clock in winter.
        assert_eq!(names(&found(&anybody, &open).await.items), ["Rostock"]);
        assert_eq!(opening().await.closes.unwrap().to_string(), "2026-11-24T16:00:00.000000Z");
        // Christmas Day is a Friday; the office opens on Monday.
        app.set_database_time("2026-12-25T10:00:00Z");
        assert_eq!(found(&anybody, &open).await.total, 0);
        let closed = opening().await;
        assert_eq!(closed.state, OpeningKind::Closed);
        assert_eq!(closed.opens.unwrap().to_string(), "2026-12-28T08:00:00.000000Z");
        // Maundy Thursday after hours, then Easter: Good Friday and Easter Monday are holidays, and the clocks changed the Sunday before.
        app.set_database_time("2027-03-25T17:30:00Z");
        assert_eq!(opening().await.opens.unwrap().to_string(), "2027-03-30T07:00:00.000000Z");
        // A quarter to nine in summer is closed, which nine in winter would not be.
        app.set_database_time("2027-06-01T06:45:00Z");
        assert_eq!(found(&anybody, &open).await.total, 0);
        app.set_database_time("2027-06-01T07:00:00Z");
        assert_eq!(found(&anybody, &open).await.total, 1);
    }

    async fn a_search_leaves_nothing_behind(app: TestApp) {
        coast(&app).await;
        let before = app.inspect().rows().await;
        let anybody = app.anonymous();
        found(&anybody, &around("Wismar")).await;
        let _ = anybody.search_counselling_centres(&around("Nirgendwohausen"), &PageQuery::default()).await;
        let _ = anybody.find_places(&PlaceQuery { name: "Wism".to_owned(), land: None }).await;
        let _ = Raw::get("/v1/counselling-centres?person=x").send(&anybody).await.expect_status(400);
        assert_eq!(app.inspect().rows().await, before);
        // Nobody may keep an answer either.
        let answer = Raw::get("/v1/counselling-centres").send(&anybody).await.expect_status(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }

    async fn pages_put_together_are_the_whole_answer(app: TestApp) {
        coast(&app).await;
        let anybody = app.anonymous();
        let whole = found(&anybody, &around("Wismar")).await;
        let mut page = PageQuery { limit: Some(1), cursor: None };
        let mut all = Vec::new();
        loop {
            let part = anybody.search_counselling_centres(&around("Wismar"), &page).await.unwrap();
            assert_eq!((part.items.len(), part.total), (1, 4));
            all.extend(part.items);
            page.cursor = part.next;
            if page.cursor.is_none() {
                break;
            }
        }
        assert_eq!(names(&all), names(&whole.items));
    }

    async fn whether_a_person_cooperates_changes_nothing_here(app: TestApp) {
        coast(&app).await;
        let anybody = app.anonymous();
        let answer = async || {
            let mut told = Vec::new();
            for path in ["?place=Wismar", "?language=bin", "?offer=shelter", ""] {
                let path = format!("/v1/counselling-centres{path}");
                let mut answer: Value = Raw::get(path).send(&anybody).await.expect_status(200).json();
                answer["at"] = json!(null);
                told.push(answer.to_string());
            }
            told
        };
        let nobody_was_asked = answer().await;
        let given = recorded(&app.centre_a(), a_consent()).await;
        assert_eq!(answer().await, nobody_was_asked, "a consent");
        app.centre_a().withdraw_consent(given.record_id).await.unwrap();
        assert_eq!(answer().await, nobody_was_asked, "a withdrawal");
    }
}
