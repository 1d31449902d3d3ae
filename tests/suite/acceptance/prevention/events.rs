//! How a prevention day goes: planned, invited to, answered, held or called off.

use freigabe_client::{Client, PageQuery, PreventionFilter, Tagged};
use freigabe_contract::{
    ProblemType,
    gathering::Participant,
    prevention::{InvitePreventionEvent, PreventionEvent, ReplyToPreventionEvent},
    vocabulary::{InvitationAnswer, Land, Operation, PreventionState},
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp,
    expect::pointers,
    network::{CENTRE_A, CENTRE_B, COORDINATION, HAMBURG, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};
use serde_json::{Value, json};
use time::Duration;
use uuid::Uuid;

use super::{a_day, planned, with};
use crate::support::{
    NOBODYS,
    directory::{entry_at, entry_of, location},
    trail::{text, trail_of},
};

fn whom(body: Value) -> InvitePreventionEvent {
    serde_json::from_value(body).expect("invitations")
}

async fn invited(
    by: &Client,
    event: &Tagged<PreventionEvent>,
    who: Value,
) -> Tagged<PreventionEvent> {
    let invited = by
        .invite_prevention_event(event.id, &event.etag, &whom(who))
        .await;
    invited.expect("invitations")
}

async fn replied(by: &Client, id: Uuid, answer: InvitationAnswer) -> PreventionEvent {
    let reply = ReplyToPreventionEvent { answer };
    let replied = by.reply_to_prevention_event(id, &reply, None).await;
    replied.expect("an answer")
}

fn centre(app: &TestApp, client: &str) -> Participant {
    let organisation_id = app.network().participant(client).organisation;
    Participant::Centre { organisation_id }
}

fn coordination(app: &TestApp) -> Participant {
    let organisation_id = app.network().participant(COORDINATION).organisation;
    Participant::Coordination { organisation_id }
}

fn who_is_invited(event: &PreventionEvent) -> Vec<Participant> {
    event
        .invitations
        .iter()
        .map(|one| one.participant.clone())
        .collect()
}

on_both_databases! {
    async fn an_office_invites_the_coordination_and_centres_by_land_or_by_name(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let (a, b) = (app.centre_a(), app.centre_b());
        entry_at(&a, location("Rostock", "18055")).await;
        entry_at(&b, json!({ "type": "remote", "area": { "laender": ["DE-MV"] } })).await;
        let far = entry_at(&app.centre_c(), location("Hamburg", "20095")).await;
        let event = planned(&office, a_day()).await;
        assert_eq!((event.version, event.state), (1, PreventionState::Planned));
        assert!(event.invitations.is_empty(), "nobody is invited with that");

        let event = invited(&office, &event, json!({ "coordination": true, "laender": ["DE-MV"] })).await;
        let mut expected = vec![centre(&app, CENTRE_A), centre(&app, CENTRE_B), coordination(&app)];
        let mut found = who_is_invited(&event);
        let by_text = |one: &Participant| serde_json::to_string(one).unwrap();
        expected.sort_by_key(by_text);
        found.sort_by_key(by_text);
        assert_eq!((event.version, found), (2, expected), "of this Land, and that help in it");

        let again = whom(json!({ "laender": ["DE-MV"] }));
        let again = office.invite_prevention_event(event.id, &event.etag, &again).await;
        again.expect_problem(ProblemType::Conflict);
        let event = invited(&office, &event, json!({ "laender": ["DE-MV"], "centres": [far] })).await;
        assert_eq!((event.version, event.invitations.len()), (3, 4), "each once");
        for reader in [&a, &app.office(HAMBURG), &app.coordination()] {
            assert_eq!(*reader.get_prevention_event(event.id).await.unwrap(), *event);
        }
    }

    async fn whom_nobody_finds_is_told(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let nobodys = entry_of(&app.coordination()).await;
        let event = planned(&office, a_day()).await;
        let path = format!("/v1/prevention-events/{}/invitations", event.id);
        for (faulty, expected) in [
            (json!({}), ""),
            (json!({ "laender": ["DE-SL"] }), "/laender"),
            (json!({ "laender": ["DE-XX"] }), "/laender/0"),
            (json!({ "centres": [NOBODYS] }), "/centres/0"),
            (json!({ "centres": [nobodys] }), "/centres/0"),
            (json!({ "offices": [HAMBURG] }), "/offices"),
        ] {
            let answer = Raw::post(&path).header("if-match", &event.etag).json(&faulty).send(&office).await;
            assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), [expected], "{faulty}");
        }
        assert_eq!(office.get_prevention_event(event.id).await.unwrap().version, 1);
    }

    async fn whoever_is_invited_answers_for_itself_and_may_answer_anew(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let (a, b) = (app.centre_a(), app.centre_b());
        let entries = [entry_of(&a).await, entry_of(&b).await];
        let event = planned(&office, a_day()).await;
        let event = invited(&office, &event, json!({ "coordination": true, "centres": entries })).await;
        let answers = |event: &PreventionEvent| {
            let of = |who: Participant| {
                let found = event.invitations.iter().find(|one| one.participant == who);
                found.expect("an invitation").answer
            };
            [of(centre(&app, CENTRE_A)), of(centre(&app, CENTRE_B)), of(coordination(&app))]
        };
        replied(&a, event.id, InvitationAnswer::Tentative).await;
        replied(&app.coordination(), event.id, InvitationAnswer::Declined).await;
        let key = fresh_key();
        let accepted = ReplyToPreventionEvent { answer: InvitationAnswer::Accepted };
        let first = a.reply_to_prevention_event(event.id, &accepted, Some(&key)).await.unwrap();
        assert_eq!(a.reply_to_prevention_event(event.id, &accepted, Some(&key)).await.unwrap(), first);
        let seen = office.get_prevention_event(event.id).await.unwrap();
        assert_eq!(answers(&seen), [Some(InvitationAnswer::Accepted), None, Some(InvitationAnswer::Declined)]);
        assert_eq!(seen.etag, event.etag, "an answer is no version of the day");

        let strange = app.centre_c().reply_to_prevention_event(event.id, &accepted, None).await;
        strange.expect_problem(ProblemType::NotFound);
        let nothing = b.reply_to_prevention_event(NOBODYS, &accepted, None).await;
        nothing.expect_problem(ProblemType::NotFound);
        office.reply_to_prevention_event(event.id, &accepted, None).await.expect_problem(ProblemType::Forbidden);
        app.set_database_time("2027-01-10T16:00:00Z");
        let late = b.reply_to_prevention_event(event.id, &accepted, None).await;
        late.expect_problem(ProblemType::Conflict);
    }

    async fn its_office_says_that_it_was_held_once_it_has_begun(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let event = planned(&office, a_day()).await;
        office.record_prevention_event_held(event.id, &event.etag).await.expect_problem(ProblemType::Conflict);
        app.set_database_time("2027-01-10T09:00:00Z");
        let held = office.record_prevention_event_held(event.id, &event.etag).await.unwrap();
        assert_eq!((held.state, held.version, held.closed_at.is_some()), (PreventionState::Held, 2, true));
        for outcome in [
            office.record_prevention_event_held(event.id, &held.etag).await,
            office.cancel_prevention_event(event.id, &held.etag).await,
            office.invite_prevention_event(event.id, &held.etag, &whom(json!({ "coordination": true }))).await,
        ] {
            outcome.expect_problem(ProblemType::Conflict);
        }
    }

    async fn what_is_cancelled_is_neither_held_nor_answered(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let event = planned(&office, a_day()).await;
        let event = invited(&office, &event, json!({ "coordination": true })).await;
        let off = office.cancel_prevention_event(event.id, &event.etag).await.unwrap();
        assert_eq!((off.state, off.version), (PreventionState::Cancelled, 3));
        let accepted = ReplyToPreventionEvent { answer: InvitationAnswer::Accepted };
        let late = app.coordination().reply_to_prevention_event(event.id, &accepted, None).await;
        late.expect_problem(ProblemType::Conflict);
        app.set_database_time("2027-01-10T12:00:00Z");
        office.record_prevention_event_held(event.id, &off.etag).await.expect_problem(ProblemType::Conflict);
    }

    async fn a_change_rests_on_what_was_read(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let event = planned(&office, a_day()).await;
        invited(&office, &event, json!({ "coordination": true })).await;
        office.cancel_prevention_event(event.id, &event.etag).await.expect_problem(ProblemType::Stale);
        office.cancel_prevention_event(event.id, "\"nonsense\"").await.expect_problem(ProblemType::Stale);
        let other = app.office(HAMBURG).cancel_prevention_event(event.id, "\"2\"").await;
        other.expect_problem(ProblemType::NotFound);
        app.centre_a().cancel_prevention_event(event.id, "\"2\"").await.expect_problem(ProblemType::Forbidden);
    }

    async fn every_fault_of_a_plan_has_a_pointer(app: TestApp) {
        let pseudonym = format!("mit P-{}", "A1".repeat(16));
        for (faulty, expected) in [
            (with(a_day(), "ends_at", json!("2027-01-10T09:00:00Z")), "/ends_at"),
            (with(a_day(), "ends_at", json!("2029-01-10T09:00:00Z")), "/ends_at"),
            (with(a_day(), "venue", json!({})), "/venue"),
            (with(a_day(), "venue", json!({ "online": "http://localhost" })), "/venue/online"),
            (with(a_day(), "title", json!(pseudonym)), "/title"),
            (with(a_day(), "description", json!(pseudonym)), "/description"),
            (with(a_day(), "venue", json!({ "place": pseudonym })), "/venue/place"),
            (with(a_day(), "costs", json!({ "type": "shared", "supplementary_agreement_id": NOBODYS })), "/costs/supplementary_agreement_id"),
            (with(a_day(), "case_id", json!(NOBODYS)), "/case_id"),
        ] {
            let answer = Raw::post("/v1/prevention-events").json(&faulty).send(&app.office(KB_HAMBURG)).await;
            let mut found = pointers(&answer.expect_problem(ProblemType::InvalidBody));
            found.dedup();
            assert!(found.iter().any(|pointer| pointer == expected), "{faulty}: {found:?}");
        }
        let past = with(with(a_day(), "starts_at", json!("2026-01-10T09:00:00Z")), "ends_at", json!("2026-01-10T10:00:00Z"));
        let answer = Raw::post("/v1/prevention-events").json(&past).send(&app.office(KB_HAMBURG)).await;
        assert_eq!(pointers(&answer.expect_problem(ProblemType::InvalidBody)), ["/ends_at"]);
        assert_eq!(app.inspect().rows_in("prevention_events").await, 0);
        let day = serde_json::from_value(a_day()).unwrap();
        app.centre_a().plan_prevention_event(&day, None).await.expect_problem(ProblemType::Forbidden);
    }

    async fn the_list_has_all_of_them_or_those_that_stand_so(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let first = planned(&office, a_day()).await;
        app.advance(Duration::seconds(1));
        let second = planned(&app.office(HAMBURG), a_day()).await;
        office.cancel_prevention_event(first.id, &first.etag).await.unwrap();
        let all = async |state| {
            let filter = PreventionFilter { state };
            let found = app.centre_b().list_prevention_events(&filter, &PageQuery::default()).await;
            found.unwrap().items.into_iter().map(|one| one.id).collect::<Vec<_>>()
        };
        assert_eq!(all(None).await, [second.id, first.id]);
        assert_eq!(all(Some(PreventionState::Planned)).await, [second.id]);
        assert_eq!(all(Some(PreventionState::Cancelled)).await, [first.id]);
        assert_eq!(all(Some(PreventionState::Held)).await, Vec::<Uuid>::new());
    }

    async fn every_step_is_in_the_log_and_no_text(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let event = planned(&office, a_day()).await;
        let event = invited(&office, &event, json!({ "coordination": true })).await;
        replied(&app.coordination(), event.id, InvitationAnswer::Accepted).await;
        app.set_database_time("2027-01-10T10:00:00Z");
        office.record_prevention_event_held(event.id, &event.etag).await.unwrap();
        let off = planned(&office, with(a_day(), "ends_at", json!("2027-01-11T16:00:00Z"))).await;
        office.cancel_prevention_event(off.id, &off.etag).await.unwrap();
        for (operation, by, id) in [
            (Operation::PreventionEventPlanned, KB_HAMBURG, event.id),
            (Operation::PreventionEventInvited, KB_HAMBURG, event.id),
            (Operation::PreventionEventReplied, COORDINATION, event.id),
            (Operation::PreventionEventHeld, KB_HAMBURG, event.id),
            (Operation::PreventionEventCancelled, KB_HAMBURG, off.id),
        ] {
            let events = trail_of(&app.auditor(), operation).await;
            let first = &events[0];
            assert_eq!((text(first, "/actor/client"), text(first, "/prevention_event")), (by.to_owned(), id.to_string()));
            assert!(!serde_json::to_string(first).unwrap().contains("Präventionstag"));
            if operation == Operation::PreventionEventReplied {
                assert_eq!(text(first, "/answer"), "accepted");
            }
        }
        assert_eq!(Land::Saarland.code(), "DE-SL");
    }
}
