//! Pages for people: the search for help, entries, and leaflets to print, by the whole server.

use freigabe_client::{Method, RawAnswer};
use freigabe_contract::{
    ProblemType,
    vocabulary::{Language, LeafletReview, LeafletTopic, TextDirection},
};
use freigabe_testkit::{ExpectAnswer as _, Raw, TestApp, logs, on_both_databases};
use uuid::Uuid;

use crate::support::directory::entry_of;

/// What DOMAIN names as needed most.
const NEEDED: &[&str] = &[
    "de", "en", "fr", "ro", "bg", "hu", "zh", "es", "vi", "th", "ar", "ru", "pcm", "bin", "mnk",
    "ff",
];

async fn listed(app: &TestApp) -> Uuid {
    entry_of(&app.centre_a()).await
}

async fn page(app: &TestApp, path: &str) -> RawAnswer {
    Raw::get(path).send(&app.anonymous()).await
}

/// What somebody typed into the form.
async fn searched(app: &TestApp, form: &str) -> RawAnswer {
    Raw::new(Method::POST, "/help")
        .body(form)
        .header("content-type", "application/x-www-form-urlencoded")
        .send(&app.anonymous())
        .await
}

on_both_databases! {
    async fn help_is_found_without_a_token_and_without_a_trace(app: TestApp) {
        let id = listed(&app).await;
        assert!(page(&app, "/help").await.expect_status(200).text().contains("<form"));
        let before = app.inspect().rows().await;
        let found = searched(&app, "lang=en&place=Rostok&language=ro").await.expect_status(200);
        let told = found.text();
        for words in ["Hafenlicht", "tel:", &id.to_string()] {
            assert!(told.contains(words), "{words}");
        }
        assert_eq!(found.header("cache-control"), Some("no-store"));
        assert_eq!(found.header("set-cookie"), None);
        let nowhere = searched(&app, "place=Kanarienvogelhausen").await.expect_status(422);
        assert!(nowhere.text().contains("Kanarienvogelhausen"), "what was typed stays");
        assert_eq!(app.inspect().rows().await, before);
        let lines = logs::kept();
        assert!(!lines.contains("Kanarienvogelhausen") && !lines.contains("Rostok"), "nothing of a search is in a log");
        assert!(lines.contains("/help"), "the lines are looked at");
    }

    async fn each_page_says_itself_what_it_may_load(app: TestApp) {
        let id = listed(&app).await;
        for path in ["/help".into(), format!("/help/{id}"), "/leaflets".into(), "/leaflets/ar".into(), format!("/leaflets/ar/{id}")] {
            let answer = page(&app, &path).await.expect_status(200);
            assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
            let policy = answer.header("content-security-policy").unwrap();
            assert!(policy.contains("default-src 'none'") && policy.contains("style-src 'self'") && !policy.contains("script"), "{policy}");
            assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
            assert!(!answer.text().contains("<script"), "{path}");
        }
        let style = page(&app, "/help/style.css").await.expect_status(200);
        assert_eq!(style.header("content-type"), Some("text/css; charset=utf-8"));
        let arabic = page(&app, &format!("/leaflets/ar/{id}")).await.text();
        assert!(arabic.contains("dir=\"rtl\"") && arabic.contains("Hafenlicht"));
    }

    async fn what_is_not_there_and_wrong_methods_are_told(app: TestApp) {
        for path in ["/help/nobody", "/leaflets/xx", "/leaflets/de/nobody"] {
            let answer = page(&app, path).await.expect_status(404);
            assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        }
        for (path, allowed) in [("/help", "GET, HEAD, POST"), ("/leaflets", "GET, HEAD"), ("/leaflets/de", "GET, HEAD")] {
            let answer = Raw::new(Method::DELETE, path).send(&app.anonymous()).await;
            assert_eq!(answer.header("allow"), Some(allowed), "{path}");
            let _ = answer.expect_problem(ProblemType::MethodNotAllowed);
        }
        let head = Raw::new(Method::HEAD, "/help").send(&app.anonymous()).await;
        assert_eq!(head.status.as_u16(), 200);
    }

    async fn leaflets_are_there_as_data_and_say_that_nobody_checked_them(app: TestApp) {
        let anyone = app.anonymous();
        let all = anyone.list_leaflets().await.unwrap().items;
        for code in NEEDED {
            assert!(all.iter().any(|leaflet| leaflet.language.code() == *code), "{code}");
        }
        for summary in all {
            let leaflet = anyone.get_leaflet(summary.language).await.unwrap();
            assert_eq!(leaflet.summary, summary);
            assert_eq!(leaflet.summary.review, LeafletReview::Unchecked);
            assert!(leaflet.unchecked.is_some(), "{}", summary.language);
            let topics: Vec<_> = leaflet.sections.iter().map(|section| section.topic).collect();
            assert_eq!(topics, LeafletTopic::ALL, "{}", summary.language);
            let from_the_right = summary.language == Language::Arabic;
            assert_eq!(summary.direction == TextDirection::RightToLeft, from_the_right);
        }
        let missing = Raw::get("/v1/leaflets/xx").send(&anyone).await;
        let _ = missing.expect_problem(ProblemType::NotFound);
    }
}
