//! Whoever is no side of a pair can't tell it from one that is missing, and reads nobody's contacts.

use freigabe_contract::{ProblemType, vocabulary::PairStanding};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp,
    network::{HAMBURG, HANNOVER, KB_HAMBURG},
    on_both_databases,
};
use serde_json::json;

use super::{CANARY, known, of_centre, of_office, pairs_of, set};
use crate::support::{NOBODYS, compare::assert_indistinguishable};

on_both_databases! {
    async fn another_office_or_centre_gets_what_it_gets_for_a_missing_pair(app: TestApp) {
        let pair = known(&app, KB_HAMBURG).await;
        let body = json!({ "contacts": [{ "role": "management", "channel": "phone", "value": "040 555" }] });
        for (name, stranger) in [("another centre", app.centre_b()), ("another office", app.office(HAMBURG)), ("the Direktion above", app.office(HANNOVER))] {
            let requests = |id: uuid::Uuid| {
                let path = format!("/v1/contact-pairs/{id}");
                [
                    Raw::get(path.clone()),
                    Raw::new(freigabe_client::Method::PUT, format!("{path}/contacts")).header("if-match", "\"1\"").json(&body),
                    Raw::post(format!("{path}/confirmation")).header("if-match", "\"1\""),
                ]
            };
            for (theirs, missing) in requests(pair).into_iter().zip(requests(NOBODYS)) {
                let (theirs, missing) = (theirs.send(&stranger).await, missing.send(&stranger).await);
                assert_indistinguishable(name, &theirs, &missing);
                let _ = theirs.expect_problem(ProblemType::NotFound);
            }
            assert!(pairs_of(&stranger).await.is_empty());
        }
        let unchanged = app.centre_a().get_contact_pair(pair).await.unwrap();
        assert_eq!(unchanged.office_half.as_ref().unwrap().contacts, of_office());
        assert_eq!(unchanged.centre_half.as_ref().unwrap().contacts, of_centre());
    }

    async fn the_coordination_sees_that_there_are_pairs_and_nobodys_contacts(app: TestApp) {
        let pair = known(&app, KB_HAMBURG).await;
        let coordination = app.coordination();
        let answer = Raw::get("/v1/contact-pairs").send(&coordination).await.expect_status(200);
        assert!(!answer.text().contains(CANARY) && !answer.text().contains("555"), "{}", answer.text());
        let [listed] = pairs_of(&coordination).await.try_into().expect("one pair");
        assert_eq!((listed.id, listed.standing), (pair, PairStanding::Current));
        coordination.get_contact_pair(pair).await.expect_problem(ProblemType::Forbidden);
        coordination.confirm_contact_pair(pair, "\"1\"").await.expect_problem(ProblemType::Forbidden);
        let refused = coordination.set_pair_contacts(pair, "\"1\"", &set(of_centre())).await;
        refused.expect_problem(ProblemType::Forbidden);
    }

    async fn lists_name_nobody_to_the_sides_either(app: TestApp) {
        known(&app, KB_HAMBURG).await;
        for client in [app.centre_a(), app.office(KB_HAMBURG)] {
            let answer = Raw::get("/v1/contact-pairs").send(&client).await.expect_status(200);
            assert!(!answer.text().contains(CANARY), "{}", answer.text());
        }
    }
}
