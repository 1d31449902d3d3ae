//! How a training comes about, and what becomes of it.

use freigabe_client::{PageQuery, TrainingFilter};
use freigabe_contract::{
    ProblemType,
    gathering::Participant,
    training::{AddTrainingMaterial, TrainingEvaluation, TrainingHeld},
    vocabulary::{Operation, TrainingState},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp,
    expect::pointers,
    network::{CENTRE_A, HAMBURG, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};
use serde_json::json;

use super::{OFFICE, agreed, host, opened, plan, wish, with};
use crate::support::{
    NOBODYS,
    trail::{text, trail_of},
};

use TrainingState::{Agreed, Cancelled, Declined, Evaluated, Held, Requested};

fn material() -> AddTrainingMaterial {
    let material = json!({
        "title": "Folien",
        "address": "https://example.org/folien.pdf",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    });
    serde_json::from_value(material).expect("a file")
}

fn good() -> TrainingEvaluation {
    serde_json::from_value(json!({ "grade": 2, "remark": "Mehr Zeit." })).expect("an evaluation")
}

const HELD: TrainingHeld = TrainingHeld { participants: 18 };

on_both_databases! {
    async fn an_office_asks_a_centre_agrees_it_is_held_and_evaluated(app: TestApp) {
        let (office, centre) = (app.office(OFFICE), app.centre_a());
        let asked = opened(&office, with(wish(), "host", host(&app, CENTRE_A))).await;
        assert_eq!((asked.state, asked.version, asked.plan.is_none()), (Requested, 1, true));
        assert_eq!(asked.opened_by, Participant::Office { office: OFFICE.into() });
        // Its own request is not the office's to agree to; whoever else was not asked does not find it.
        office.agree_training(asked.id, &plan(), None).await.expect_problem(ProblemType::Conflict);
        for stranger in [app.centre_b(), app.office(HAMBURG), app.coordination()] {
            stranger.agree_training(asked.id, &plan(), None).await.expect_problem(ProblemType::NotFound);
            stranger.decline_training(asked.id, None).await.expect_problem(ProblemType::NotFound);
        }
        let fixed = agreed(&centre, asked.id).await;
        assert_eq!((fixed.state, fixed.version, fixed.office.as_ref().map(|one| one.as_str())), (Agreed, 2, Some(OFFICE)));
        centre.agree_training(asked.id, &plan(), None).await.expect_problem(ProblemType::Conflict);
        centre.decline_training(asked.id, None).await.expect_problem(ProblemType::Conflict);

        // Not before it has begun, and by nobody else.
        centre.record_training_held(asked.id, &HELD, None).await.expect_problem(ProblemType::Conflict);
        office.evaluate_training(asked.id, &good(), None).await.expect_problem(ProblemType::Conflict);
        app.set_database_time("2027-01-20T08:00:01Z");
        app.centre_b().record_training_held(asked.id, &HELD, None).await.expect_problem(ProblemType::NotFound);
        let held = centre.record_training_held(asked.id, &HELD, None).await.unwrap();
        assert_eq!((held.state, held.participants), (Held, Some(18)));
        office.cancel_training(asked.id, None).await.expect_problem(ProblemType::Conflict);
        app.office(HAMBURG).evaluate_training(asked.id, &good(), None).await.expect_problem(ProblemType::NotFound);
        let judged = office.evaluate_training(asked.id, &good(), None).await.unwrap();
        assert_eq!((judged.state, judged.evaluation), (Evaluated, Some(good())));
        office.evaluate_training(asked.id, &good(), None).await.expect_problem(ProblemType::Conflict);
        assert_eq!(app.coordination().get_training(asked.id).await.unwrap().state, Evaluated);
    }

    async fn what_the_network_as_a_whole_is_asked_is_held_by_whoever_agrees_first(app: TestApp) {
        let (office, a, b) = (app.office(OFFICE), app.centre_a(), app.centre_b());
        let asked = opened(&office, wish()).await;
        assert_eq!(asked.host, None);
        b.decline_training(asked.id, None).await.expect_problem(ProblemType::Conflict);
        let fixed = agreed(&b, asked.id).await;
        let organisation = app.network().participant(freigabe_testkit::network::CENTRE_B).organisation;
        assert_eq!(fixed.host, Some(Participant::Centre { organisation_id: organisation }));
        a.agree_training(asked.id, &plan(), None).await.expect_problem(ProblemType::NotFound);
        // The coordination declines for all, or holds it.
        let second = opened(&office, wish()).await;
        let declined = app.coordination().decline_training(second.id, None).await.unwrap();
        assert_eq!(declined.state, Declined);
        let third = opened(&office, wish()).await;
        assert!(matches!(agreed(&app.coordination(), third.id).await.host, Some(Participant::Coordination { .. })));
    }

    async fn an_offer_is_for_the_offices_that_it_names(app: TestApp) {
        let (a, office, other) = (app.centre_a(), app.office(OFFICE), app.office(HAMBURG));
        let both = json!({ "type": "offices", "offices": [KB_HAMBURG, HAMBURG] });
        let offered = opened(&a, with(wish(), "audience", both)).await;
        assert_eq!(offered.office, None);
        a.agree_training(offered.id, &plan(), None).await.expect_problem(ProblemType::Conflict);
        app.office("bpoli-frankfurt-oder").agree_training(offered.id, &plan(), None).await.expect_problem(ProblemType::NotFound);
        office.decline_training(offered.id, None).await.expect_problem(ProblemType::Conflict);
        let fixed = agreed(&other, offered.id).await;
        assert_eq!(fixed.office.map(|one| one.into_string()), Some(HAMBURG.to_owned()));
        office.cancel_training(offered.id, None).await.expect_problem(ProblemType::NotFound);
        assert_eq!(other.cancel_training(offered.id, None).await.unwrap().state, Cancelled);
        // One alone declines; who offered it takes it back.
        let alone = opened(&a, wish()).await;
        assert_eq!(office.decline_training(alone.id, None).await.unwrap().state, Declined);
        let taken_back = opened(&a, wish()).await;
        assert_eq!(a.decline_training(taken_back.id, None).await.unwrap().state, Declined);
    }

    async fn it_is_moved_only_as_it_was_read(app: TestApp) {
        let (office, centre) = (app.office(OFFICE), app.centre_a());
        let asked = opened(&office, with(wish(), "host", host(&app, CENTRE_A))).await;
        office.reschedule_training(asked.id, "\"1\"", &plan()).await.expect_problem(ProblemType::Conflict);
        agreed(&centre, asked.id).await;
        office.reschedule_training(asked.id, "\"1\"", &plan()).await.expect_problem(ProblemType::Stale);
        app.centre_b().reschedule_training(asked.id, "\"1\"", &plan()).await.expect_problem(ProblemType::NotFound);
        let mut later = plan();
        later.ends_at = freigabe_contract::Timestamp::parse("2027-01-21T12:00:00Z").unwrap();
        let moved = office.reschedule_training(asked.id, "\"2\"", &later).await.unwrap();
        assert_eq!((moved.version, moved.plan), (3, Some(later.clone())));
        app.set_database_time("2027-02-01T00:00:00Z");
        let past = office.reschedule_training(asked.id, "\"3\"", &later).await;
        assert_eq!(pointers(&past.expect_problem(ProblemType::InvalidBody)), ["/ends_at"]);
    }

    async fn its_host_adds_files(app: TestApp) {
        let (office, centre) = (app.office(OFFICE), app.centre_a());
        let asked = opened(&office, with(wish(), "host", host(&app, CENTRE_A))).await;
        centre.add_training_material(asked.id, &material(), None).await.expect_problem(ProblemType::Conflict);
        agreed(&centre, asked.id).await;
        app.centre_b().add_training_material(asked.id, &material(), None).await.expect_problem(ProblemType::NotFound);
        let key = fresh_key();
        let added = centre.add_training_material(asked.id, &material(), Some(&key)).await.unwrap();
        assert_eq!((added.materials.len(), added.materials[0].sha256.as_str()), (1, material().sha256.as_str()));
        let again = centre.add_training_material(asked.id, &material(), Some(&key)).await.unwrap();
        assert_eq!(again, added, "the same request is one file");
        let two = centre.add_training_material(asked.id, &material(), None).await.unwrap();
        assert_eq!((two.materials.len(), two.version), (2, 4));
        assert_eq!(office.get_training(asked.id).await.unwrap(), two);
    }

    async fn all_of_them_are_listed_or_those_that_have_come_so_far(app: TestApp) {
        let (office, centre) = (app.office(OFFICE), app.centre_a());
        let first = opened(&office, wish()).await.id;
        app.advance(time::Duration::seconds(1));
        let second = opened(&office, wish()).await.id;
        agreed(&centre, second).await;
        for reader in [app.centre_c(), app.office(HAMBURG), app.coordination()] {
            for (state, expected) in [(None, vec![second, first]), (Some(Requested), vec![first]), (Some(Agreed), vec![second]), (Some(Held), vec![])] {
                let found = reader.list_trainings(&TrainingFilter { state }, &PageQuery::default()).await.unwrap();
                let found: Vec<_> = found.items.iter().map(|one| one.id).collect();
                assert_eq!(found, expected);
            }
        }
        app.centre_a().get_training(NOBODYS).await.expect_problem(ProblemType::NotFound);
    }

    async fn who_did_what_with_which_version_is_in_the_log_and_no_word_of_it(app: TestApp) {
        let (office, centre) = (app.office(OFFICE), app.centre_a());
        let asked = opened(&office, with(wish(), "host", host(&app, CENTRE_A))).await;
        agreed(&centre, asked.id).await;
        centre.cancel_training(asked.id, None).await.unwrap();
        for (operation, by, version) in [
            (Operation::TrainingRequested, OFFICE, 1),
            (Operation::TrainingAgreed, CENTRE_A, 2),
            (Operation::TrainingCancelled, CENTRE_A, 3),
        ] {
            let [event] = trail_of(&app.auditor(), operation).await.try_into().expect("one event");
            assert_eq!(text(&event, "/training"), asked.id.to_string());
            assert_eq!(text(&event, "/actor/client"), by);
            assert_eq!(event.event.get("entry_version"), Some(&json!(version)));
            assert!(!event.payload.contains("Anzeichen"));
        }
    }
}
