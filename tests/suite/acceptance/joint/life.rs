//! How a joint activity goes: proposed, agreed or declined, held or called off.

use freigabe_client::{JointActivityFilter, PageQuery};
use freigabe_contract::{
    ProblemType,
    vocabulary::{JointActivityKind, JointActivityState, Operation},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp,
    network::{CENTRE_A, COORDINATION, HAMBURG, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};
use time::Duration;
use uuid::Uuid;

use super::{a_conference, agreed, centre, coordination, office, proposed};
use crate::support::{
    NOBODYS,
    trail::{text, trail_of},
};

use JointActivityState::{Agreed, Cancelled, Declined, Held, Proposed};

on_both_databases! {
    async fn the_other_side_agrees_and_nobody_else(app: TestApp) {
        let (a, kb) = (app.centre_a(), app.office(KB_HAMBURG));
        let proposal = proposed(&a, a_conference(&office(KB_HAMBURG))).await;
        assert_eq!((proposal.state, proposal.version, proposal.kind), (Proposed, 1, JointActivityKind::Conference));
        assert_eq!((&proposal.proposed_by, &proposal.counterpart), (&centre(&app, CENTRE_A), &office(KB_HAMBURG)));
        assert_eq!((proposal.answered_at, proposal.invitations.len()), (None, 0));
        for stranger in [app.centre_b(), app.office(HAMBURG), app.coordination()] {
            stranger.agree_joint_activity(proposal.id, &proposal.etag).await.expect_problem(ProblemType::NotFound);
            stranger.decline_joint_activity(proposal.id, &proposal.etag).await.expect_problem(ProblemType::NotFound);
            stranger.cancel_joint_activity(proposal.id, &proposal.etag).await.expect_problem(ProblemType::NotFound);
            assert_eq!(*stranger.get_joint_activity(proposal.id).await.unwrap(), *proposal, "it is no secret");
        }
        a.agree_joint_activity(proposal.id, &proposal.etag).await.expect_problem(ProblemType::Conflict);
        kb.cancel_joint_activity(proposal.id, &proposal.etag).await.expect_problem(ProblemType::Conflict);
        let agreed = kb.agree_joint_activity(proposal.id, &proposal.etag).await.unwrap();
        assert_eq!((agreed.state, agreed.version, agreed.answered_at.is_some()), (Agreed, 2, true));
        kb.decline_joint_activity(proposal.id, &agreed.etag).await.expect_problem(ProblemType::Conflict);
        kb.agree_joint_activity(NOBODYS, "\"1\"").await.expect_problem(ProblemType::NotFound);
    }

    async fn what_is_declined_or_taken_back_stays_so(app: TestApp) {
        let (kb, c) = (app.office(KB_HAMBURG), app.coordination());
        let proposal = proposed(&kb, a_conference(&coordination(&app))).await;
        let declined = c.decline_joint_activity(proposal.id, &proposal.etag).await.unwrap();
        assert_eq!((declined.state, declined.closed_at), (Declined, None));
        for outcome in [
            c.agree_joint_activity(proposal.id, &declined.etag).await,
            kb.cancel_joint_activity(proposal.id, &declined.etag).await,
            kb.record_joint_activity_held(proposal.id, &declined.etag).await,
        ] {
            outcome.expect_problem(ProblemType::Conflict);
        }
        let proposal = proposed(&kb, a_conference(&coordination(&app))).await;
        let back = kb.cancel_joint_activity(proposal.id, &proposal.etag).await.unwrap();
        assert_eq!((back.state, back.answered_at, back.closed_at.is_some()), (Cancelled, None, true));
        c.agree_joint_activity(proposal.id, &back.etag).await.expect_problem(ProblemType::Conflict);
    }

    async fn either_party_says_that_it_was_held_once_it_has_begun(app: TestApp) {
        let (kb, c) = (app.office(KB_HAMBURG), app.coordination());
        let activity = agreed(&app).await;
        c.record_joint_activity_held(activity.id, &activity.etag).await.expect_problem(ProblemType::Conflict);
        let off = agreed(&app).await;
        assert_eq!(kb.cancel_joint_activity(off.id, &off.etag).await.unwrap().state, Cancelled);
        app.set_database_time("2027-01-10T09:00:00Z");
        let held = c.record_joint_activity_held(activity.id, &activity.etag).await.unwrap();
        assert_eq!((held.state, held.version), (Held, 3));
        kb.record_joint_activity_held(activity.id, &held.etag).await.expect_problem(ProblemType::Conflict);
        kb.cancel_joint_activity(activity.id, &held.etag).await.expect_problem(ProblemType::Conflict);
        kb.record_joint_activity_held(off.id, "\"3\"").await.expect_problem(ProblemType::Conflict);
    }

    async fn nobody_agrees_to_what_is_over(app: TestApp) {
        let proposal = proposed(&app.coordination(), a_conference(&office(KB_HAMBURG))).await;
        app.set_database_time("2027-01-10T16:00:00Z");
        let late = app.office(KB_HAMBURG).agree_joint_activity(proposal.id, &proposal.etag).await;
        late.expect_problem(ProblemType::Conflict);
    }

    async fn a_change_rests_on_what_was_read(app: TestApp) {
        let (kb, c) = (app.office(KB_HAMBURG), app.coordination());
        let activity = agreed(&app).await;
        for stale in ["\"1\"", "\"nonsense\""] {
            c.cancel_joint_activity(activity.id, stale).await.expect_problem(ProblemType::Stale);
        }
        // Two at once: one of them comes first, and the other has not read what it did.
        let (one, other) = tokio::join!(
            kb.cancel_joint_activity(activity.id, &activity.etag),
            c.cancel_joint_activity(activity.id, &activity.etag)
        );
        let done = [one, other].into_iter().filter_map(Result::ok).count();
        assert_eq!(done, 1);
        assert_eq!(c.get_joint_activity(activity.id).await.unwrap().version, 3);
    }

    async fn a_repeated_proposal_is_one_proposal(app: TestApp) {
        let (c, key) = (app.coordination(), fresh_key());
        let body = serde_json::from_value(a_conference(&office(KB_HAMBURG))).unwrap();
        let first = c.propose_joint_activity(&body, Some(&key)).await.unwrap();
        let again = c.propose_joint_activity(&body, Some(&key)).await.unwrap();
        assert_eq!(*first, *again);
        let other = serde_json::from_value(a_conference(&office(HAMBURG))).unwrap();
        c.propose_joint_activity(&other, Some(&key)).await.expect_problem(ProblemType::IdempotencyKeyReused);
        assert_eq!(app.inspect().rows_in("joint_activities").await, 1);
    }

    async fn the_list_has_all_of_them_or_those_that_stand_so(app: TestApp) {
        let first = agreed(&app).await;
        app.advance(Duration::seconds(1));
        let second = proposed(&app.centre_a(), a_conference(&office(HAMBURG))).await;
        let all = async |state| {
            let filter = JointActivityFilter { state };
            let found = app.centre_b().list_joint_activities(&filter, &PageQuery::default()).await;
            found.unwrap().items.into_iter().map(|one| one.id).collect::<Vec<_>>()
        };
        assert_eq!(all(None).await, [second.id, first.id]);
        assert_eq!(all(Some(Proposed)).await, [second.id]);
        assert_eq!(all(Some(Agreed)).await, [first.id]);
        assert_eq!(all(Some(Held)).await, Vec::<Uuid>::new());
    }

    async fn every_step_is_in_the_log_and_no_text(app: TestApp) {
        let activity = agreed(&app).await;
        app.set_database_time("2027-01-10T10:00:00Z");
        app.coordination().record_joint_activity_held(activity.id, &activity.etag).await.unwrap();
        for (operation, by, version) in [
            (Operation::JointActivityProposed, COORDINATION, 1),
            (Operation::JointActivityAgreed, KB_HAMBURG, 2),
            (Operation::JointActivityHeld, COORDINATION, 3),
        ] {
            let [event] = trail_of(&app.auditor(), operation).await.try_into().expect("one event");
            assert_eq!((text(&event, "/actor/client"), text(&event, "/joint_activity")), (by.to_owned(), activity.id.to_string()));
            let whole = serde_json::to_value(&event).unwrap().to_string();
            assert!(whole.contains(&format!("\"entry_version\":{version}")), "{whole}");
            assert!(!whole.contains("Kanarienvogel"), "{whole}");
        }
    }
}
