//! A centre answers; the first that accepts helps.

use freigabe_contract::{
    ProblemType,
    involvement::AgreeContact,
    vocabulary::{ContactMode, InvolvementState, OfferReason, OfferStanding},
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, expect::pointers, network::KB_HAMBURG,
    on_both_databases, request::fresh_key,
};
use serde_json::json;

use super::{ACCEPTED, DECLINED, UNAVAILABLE, listed, noted, offers, three};

on_both_databases! {
    async fn the_first_that_accepts_helps_and_the_others_are_no_longer_needed(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let [a, b, c] = three(&app).await;
        let opened = noted(&office, "P-1", &[a, b, c]).await;
        let [at_a, at_b, at_c] = [app.centre_a(), app.centre_b(), app.centre_c()];
        let (mine, others, third) = (offers(&at_a).await[0].id, offers(&at_b).await[0].id, offers(&at_c).await[0].id);
        let declined = at_c.answer_involvement_offer(third, &DECLINED, None).await.unwrap();
        assert_eq!((declined.standing, declined.reason), (OfferStanding::Declined, Some(OfferReason::Capacity)));
        assert_eq!(office.get_involvement(opened.id).await.unwrap().state, InvolvementState::Offered);

        let key = fresh_key();
        let accepted = at_b.answer_involvement_offer(others, &ACCEPTED, Some(&key)).await.unwrap();
        assert_eq!(at_b.answer_involvement_offer(others, &ACCEPTED, Some(&key)).await.unwrap(), accepted, "once for one key");
        assert_eq!(offers(&at_a).await[0].standing, OfferStanding::Lapsed);
        at_a.answer_involvement_offer(mine, &ACCEPTED, None).await.expect_problem(ProblemType::Conflict);
        at_b.answer_involvement_offer(others, &DECLINED, None).await.expect_problem(ProblemType::Conflict);
        at_c.answer_involvement_offer(third, &ACCEPTED, None).await.expect_problem(ProblemType::Conflict);
        let seen = office.get_involvement(opened.id).await.unwrap();
        let standings: Vec<_> = seen.offers.iter().map(|offer| offer.standing).collect();
        assert_eq!(standings, [OfferStanding::Lapsed, OfferStanding::Accepted, OfferStanding::Declined]);
    }

    async fn a_centre_that_can_not_after_all_makes_room_for_the_others(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let [a, b, _] = three(&app).await;
        let opened = noted(&office, "P-1", &[a, b]).await;
        let (at_a, at_b) = (app.centre_a(), app.centre_b());
        let (first, second) = (offers(&at_a).await[0].id, offers(&at_b).await[0].id);
        at_a.answer_involvement_offer(first, &ACCEPTED, None).await.unwrap();
        let contact = AgreeContact { mode: ContactMode::OfficeCalls, meeting_at: None };
        office.agree_contact(opened.id, &contact, None).await.unwrap();
        at_a.answer_involvement_offer(first, &UNAVAILABLE, None).await.unwrap();
        let seen = office.get_involvement(opened.id).await.unwrap();
        assert_eq!((seen.state, seen.accepted_offer_id, seen.contact), (InvolvementState::Offered, None, None));
        office.agree_contact(opened.id, &contact, None).await.expect_problem(ProblemType::Conflict);
        let helped = at_b.answer_involvement_offer(second, &ACCEPTED, None).await.unwrap();
        assert_eq!((helped.standing, helped.contact), (OfferStanding::Accepted, None));
        // How it was to meet the other centre is not this one's to know.
        office.agree_contact(opened.id, &contact, None).await.unwrap();
        assert_eq!(at_a.get_involvement_offer(first).await.unwrap().contact, None);
        assert!(at_b.get_involvement_offer(second).await.unwrap().contact.is_some());
        office.close_involvement(opened.id, None).await.unwrap();
        at_b.answer_involvement_offer(second, &UNAVAILABLE, None).await.expect_problem(ProblemType::Conflict);
    }

    async fn of_two_that_accept_at_once_one_helps(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let [a, b, _] = three(&app).await;
        let (at_a, at_b) = (app.centre_a(), app.centre_b());
        for person in 0..8 {
            let opened = noted(&office, &format!("P-{person}"), &[a, b]).await;
            let (first, second) = (offers(&at_a).await[0].id, offers(&at_b).await[0].id);
            let (one, other) = tokio::join!(
                at_a.answer_involvement_offer(first, &ACCEPTED, None),
                at_b.answer_involvement_offer(second, &ACCEPTED, None)
            );
            let helps = match (one, other) {
                (Ok(helps), refused) | (refused, Ok(helps)) => {
                    refused.expect_problem(ProblemType::Conflict);
                    helps.id
                }
                (Err(one), Err(other)) => panic!("nobody helps: {one}, {other}"),
            };
            assert_eq!(office.get_involvement(opened.id).await.unwrap().accepted_offer_id, Some(helps));
        }
    }

    async fn an_answer_that_makes_no_sense_is_refused(app: TestApp) {
        let near = listed(&app.centre_a(), "Ahorn", "Hamburg", "20095").await;
        noted(&app.office(KB_HAMBURG), "P-1", &[near]).await;
        let centre = app.centre_a();
        let path = format!("/v1/involvement-offers/{}/answer", offers(&centre).await[0].id);
        for (body, pointer) in [
            (json!({ "answer": "accepted", "reason": "capacity" }), "/reason"),
            (json!({ "answer": "perhaps" }), "/answer"),
            (json!({ "answer": "declined", "reason": "does_not_testify" }), "/reason"),
            (json!({ "answer": "declined", "note": "x" }), "/note"),
        ] {
            let answer = Raw::post(path.clone()).json(&body).send(&centre).await;
            assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), [pointer]);
        }
        assert_eq!(offers(&centre).await[0].standing, OfferStanding::Open);
    }
}
