//! Every step in every state, by everybody: what is not possible changes nothing.

use freigabe_client::{Client, Error};
use freigabe_contract::{ProblemType, training::Training, vocabulary::TrainingState};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp,
    expect::pointers,
    network::{CENTRE_A, HAMBURG},
    on_both_databases,
    request::fresh_key,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{OFFICE, host, opened, wish, with};
use crate::support::NOBODYS;

use TrainingState::{Agreed, Cancelled, Declined, Evaluated, Held, Requested};

/// It has begun by the clock of tests, and goes on.
fn now() -> Value {
    json!({
        "starts_at": "2026-11-01T08:00:00Z",
        "ends_at": "2027-02-01T15:00:00Z",
        "venue": { "place": "Hamburg, Lehrsaal 2" }
    })
}

/// It lies ahead.
fn later() -> Value {
    json!({
        "starts_at": "2031-05-01T08:00:00Z",
        "ends_at": "2031-05-01T15:00:00Z",
        "venue": { "online": "https://example.org/schulung" }
    })
}

fn written<T: DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).expect("a body")
}

/// Every step besides asking, in order.
const STEPS: [&str; 6] = [
    "agree",
    "decline",
    "cancel",
    "hold",
    "evaluate",
    "add a file",
];

async fn step(name: &str, by: &Client, id: Uuid) -> Result<Training, Error> {
    match name {
        "agree" => by.agree_training(id, &written(now()), None).await,
        "decline" => by.decline_training(id, None).await,
        "cancel" => by.cancel_training(id, None).await,
        "hold" => {
            let held = written(json!({ "participants": 17 }));
            by.record_training_held(id, &held, None).await
        }
        "evaluate" => {
            let said = written(json!({ "grade": 2, "remark": "Mehr Übungen." }));
            by.evaluate_training(id, &said, None).await
        }
        _ => {
            let file = json!({
                "title": "Folien",
                "address": "https://example.org/folien.pdf",
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
            });
            by.add_training_material(id, &written(file), None).await
        }
    }
}

/// Who of the two takes this step.
fn whose<'a>(name: &str, office: &'a Client, centre: &'a Client) -> &'a Client {
    if name == "evaluate" { office } else { centre }
}

on_both_databases! {
    async fn every_step_has_its_state_and_no_other(app: TestApp) {
        let (office, centre) = (app.office(OFFICE), app.centre_a());
        for (before, state, possible) in [
            (&[][..], Requested, &["agree", "decline"][..]),
            (&["agree"][..], Agreed, &["cancel", "hold", "add a file"][..]),
            (&["agree", "hold"][..], Held, &["evaluate", "add a file"][..]),
            (&["agree", "hold", "evaluate"][..], Evaluated, &["add a file"][..]),
            (&["agree", "cancel"][..], Cancelled, &[][..]),
        ] {
            for name in STEPS {
                // Addressed to this centre, so that it may decline.
                let host = host(&app, CENTRE_A);
                let training = opened(&office, with(wish(), "host", host)).await;
                for earlier in before {
                    step(earlier, whose(earlier, &office, &centre), training.id).await.unwrap();
                }
                let known = office.get_training(training.id).await.unwrap();
                assert_eq!(known.state, state);
                let outcome = step(name, whose(name, &office, &centre), training.id).await;
                let now = office.get_training(training.id).await.unwrap();
                if possible.contains(&name) {
                    assert_eq!(outcome.unwrap(), now, "{name} when {state:?}");
                    assert_eq!(now.version, known.version + 1, "{name} when {state:?}");
                } else {
                    outcome.expect_problem(ProblemType::Conflict);
                    assert_eq!(now, known, "{name} when {state:?} changes nothing");
                }
            }
        }
        let declined = opened(&office, wish()).await;
        assert_eq!(office.decline_training(declined.id, None).await.unwrap().state, Declined, "taken back");
        step("agree", &centre, declined.id).await.expect_problem(ProblemType::Conflict);
    }

    async fn nobody_else_takes_a_step(app: TestApp) {
        let (other_office, other_centre) = (app.office(HAMBURG), app.centre_b());
        let training = opened(&app.office(OFFICE), wish()).await;
        step("agree", &app.centre_a(), training.id).await.unwrap();
        for name in ["cancel", "hold", "add a file"] {
            step(name, &other_centre, training.id).await.expect_problem(ProblemType::NotFound);
            step(name, &other_centre, NOBODYS).await.expect_problem(ProblemType::NotFound);
        }
        for name in ["cancel", "hold"] {
            step(name, &other_office, training.id).await.expect_problem(ProblemType::NotFound);
            step(name, &app.coordination(), training.id).await.expect_problem(ProblemType::NotFound);
        }
        step("evaluate", &app.centre_a(), training.id).await.expect_problem(ProblemType::Forbidden);
        step("add a file", &app.office(OFFICE), training.id).await.expect_problem(ProblemType::Forbidden);
        step("hold", &app.centre_a(), training.id).await.unwrap();
        step("evaluate", &other_office, training.id).await.expect_problem(ProblemType::NotFound);
        assert_eq!(app.centre_a().get_training(training.id).await.unwrap().state, Held);
    }

    async fn an_office_can_not_agree_to_what_an_office_asks_for(app: TestApp) {
        let asked = opened(&app.office(OFFICE), wish()).await;
        step("agree", &app.office(HAMBURG), asked.id).await.expect_problem(ProblemType::NotFound);
        step("agree", &app.office(OFFICE), asked.id).await.expect_problem(ProblemType::Conflict);
        let host = host(&app, CENTRE_A);
        let directed = opened(&app.office(OFFICE), with(wish(), "host", host)).await;
        step("agree", &app.centre_b(), directed.id).await.expect_problem(ProblemType::NotFound);
        step("decline", &app.centre_b(), directed.id).await.expect_problem(ProblemType::NotFound);
        assert_eq!(step("agree", &app.coordination(), asked.id).await.unwrap().state, Agreed, "it is of the network too");
    }

    async fn what_lies_ahead_was_not_held_and_what_is_past_is_not_agreed(app: TestApp) {
        let (office, centre) = (app.office(OFFICE), app.centre_a());
        let training = opened(&office, wish()).await;
        centre.agree_training(training.id, &written(later()), None).await.unwrap();
        step("hold", &centre, training.id).await.expect_problem(ProblemType::Conflict);
        app.set_database_time("2031-05-01T08:00:01Z");
        assert_eq!(step("hold", &office, training.id).await.unwrap().state, Held);
        let asked = opened(&office, wish()).await;
        let refused = Raw::post(format!("/v1/trainings/{}/agreement", asked.id)).json(&now()).send(&centre).await;
        assert_eq!(pointers(&refused.expect_problem(ProblemType::InvalidBody)), ["/ends_at"]);
    }

    async fn a_repeated_change_is_one(app: TestApp) {
        let (office, centre) = (app.office(OFFICE), app.centre_a());
        let key = fresh_key();
        let asked = office.request_training(&written(wish()), Some(&key)).await.unwrap();
        assert_eq!(office.request_training(&written(wish()), Some(&key)).await.unwrap(), asked);
        let key = fresh_key();
        let done = centre.agree_training(asked.id, &written(now()), Some(&key)).await.unwrap();
        assert_eq!(centre.agree_training(asked.id, &written(now()), Some(&key)).await.unwrap(), done);
        let other = centre.agree_training(asked.id, &written(later()), Some(&key)).await;
        assert!(other.is_err(), "a key is for one request");
        assert_eq!(app.inspect().rows_in("trainings").await, 1);
    }

    async fn of_two_centres_one_agrees(app: TestApp) {
        let asked = opened(&app.office(OFFICE), wish()).await;
        let (a, b) = (app.centre_a(), app.centre_b());
        let (one, other) = tokio::join!(step("agree", &a, asked.id), step("agree", &b, asked.id));
        assert_ne!(one.is_ok(), other.is_ok(), "exactly one of them: {one:?} {other:?}");
        let known = a.get_training(asked.id).await.unwrap();
        assert_eq!((known.state, known.version), (Agreed, 2));
        assert_eq!(Some(known), one.ok().or(other.ok()));
    }
}
