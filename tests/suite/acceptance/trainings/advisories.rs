//! General advisories: read by all who take part, taken back by their author.

use freigabe_client::PageQuery;
use freigabe_contract::{ProblemType, advisory::PublishAdvisory, vocabulary::Operation};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, expect::pointers, on_both_databases,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{OFFICE, with};
use crate::support::trail::{text, trail_of};

fn news() -> Value {
    json!({
        "title": "Anwerbung über Stellenportale",
        "text": "Anzeigen führen vermehrt zu Adressen, unter denen niemand arbeitet.",
        "topics": ["other", "indicators"],
        "countries": ["VN", "RO"],
        "exploitation_forms": ["labour"]
    })
}

fn written(body: Value) -> PublishAdvisory {
    serde_json::from_value(body).expect("an advisory")
}

on_both_databases! {
    async fn whoever_takes_part_publishes_and_all_read(app: TestApp) {
        let authors = [app.centre_a(), app.office(OFFICE), app.coordination()];
        let mut published: Vec<Uuid> = Vec::new();
        for author in &authors {
            let advisory = author.publish_advisory(&written(news()), None).await.unwrap();
            assert_eq!((advisory.topics.len(), advisory.countries[0].as_str(), advisory.withdrawn_at), (2, "VN", None));
            published.insert(0, advisory.id);
            app.advance(time::Duration::seconds(1));
        }
        let listed = async || -> Vec<Uuid> {
            let found = app.centre_b().list_advisories(&PageQuery::default()).await.unwrap();
            found.items.iter().map(|one| one.id).collect()
        };
        assert_eq!(listed().await, published, "newest first");
        // Its author alone takes one back, once.
        let last = published.remove(2);
        app.coordination().withdraw_advisory(last, None).await.expect_problem(ProblemType::NotFound);
        app.centre_b().withdraw_advisory(last, None).await.expect_problem(ProblemType::NotFound);
        assert!(app.centre_a().withdraw_advisory(last, None).await.unwrap().withdrawn_at.is_some());
        app.centre_a().withdraw_advisory(last, None).await.expect_problem(ProblemType::Conflict);
        assert_eq!(listed().await, published);
        assert!(app.centre_b().get_advisory(last).await.unwrap().withdrawn_at.is_some());
        let [event] = trail_of(&app.auditor(), Operation::AdvisoryWithdrawn).await.try_into().expect("one event");
        assert_eq!(text(&event, "/advisory"), last.to_string());
        let all = trail_of(&app.auditor(), Operation::AdvisoryPublished).await;
        assert_eq!(all.len(), 3);
        assert!(all.iter().all(|event| !event.payload.contains("Stellenportale")));
    }

    async fn nothing_of_it_is_about_a_person(app: TestApp) {
        let pseudonym = "p-0f1e2d3c4b5a69788796a5b4c3d2e1f0";
        for (faulty, expected) in [
            (with(news(), "title", json!(pseudonym)), "/title"),
            (with(news(), "text", json!(format!("({pseudonym})"))), "/text"),
            (with(news(), "topics", json!([])), "/topics"),
            (with(news(), "topics", json!(["other", "other"])), "/topics/1"),
            (with(news(), "countries", json!(["RO", "RO"])), "/countries/1"),
            (with(news(), "countries", json!(["ro"])), "/countries/0"),
            (with(news(), "exploitation_forms", json!(["slavery"])), "/exploitation_forms/0"),
            (with(news(), "person", json!("x")), "/person"),
        ] {
            let answer = Raw::post("/v1/advisories").json(&faulty).send(&app.centre_a()).await;
            assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), [expected], "{faulty}");
        }
        assert_eq!(app.inspect().rows_in("advisories").await, 0);
    }
}
