//! Who else is invited to what is agreed, and what they answer.

use freigabe_client::{Client, Tagged};
use freigabe_contract::{
    ProblemType,
    gathering::Participant,
    joint::{InviteToJointActivity, JointActivity, ReplyToInvitation},
    vocabulary::{InvitationAnswer, Operation},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp,
    network::{CENTRE_A, CENTRE_B, HAMBURG, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};

use super::{a_conference, agreed, centre, coordination, office, proposed};
use crate::support::trail::{text, trail_of};

async fn invited(
    by: &Client,
    activity: &Tagged<JointActivity>,
    participants: Vec<Participant>,
) -> Tagged<JointActivity> {
    let who = InviteToJointActivity { participants };
    let invited = by.invite_to_joint_activity(activity.id, &activity.etag, &who);
    invited.await.expect("invitations")
}

const fn reply(answer: InvitationAnswer) -> ReplyToInvitation {
    ReplyToInvitation { answer }
}

on_both_databases! {
    async fn either_party_invites_each_once(app: TestApp) {
        let (kb, c) = (app.office(KB_HAMBURG), app.coordination());
        let activity = agreed(&app).await;
        let activity = invited(&c, &activity, vec![centre(&app, CENTRE_A), office(HAMBURG)]).await;
        assert_eq!((activity.version, activity.invitations.len()), (3, 2));
        let more = vec![centre(&app, CENTRE_A), centre(&app, CENTRE_B), coordination(&app), office(KB_HAMBURG)];
        let activity = invited(&kb, &activity, more.clone()).await;
        assert_eq!((activity.version, activity.invitations.len()), (4, 3), "the parties take part anyhow");
        let who = InviteToJointActivity { participants: more };
        kb.invite_to_joint_activity(activity.id, &activity.etag, &who).await.expect_problem(ProblemType::Conflict);
        let stranger = app.centre_c().invite_to_joint_activity(activity.id, &activity.etag, &who).await;
        stranger.expect_problem(ProblemType::NotFound);
        let guest = app.centre_a().invite_to_joint_activity(activity.id, &activity.etag, &who).await;
        guest.expect_problem(ProblemType::NotFound);
        let events = trail_of(&app.auditor(), Operation::JointActivityInvited).await;
        assert_eq!(events.len(), 2);
    }

    async fn nobody_is_invited_to_what_is_not_agreed(app: TestApp) {
        let c = app.coordination();
        let proposal = proposed(&c, a_conference(&office(KB_HAMBURG))).await;
        let who = InviteToJointActivity { participants: vec![office(HAMBURG)] };
        c.invite_to_joint_activity(proposal.id, &proposal.etag, &who).await.expect_problem(ProblemType::Conflict);
        let off = agreed(&app).await;
        let off = c.cancel_joint_activity(off.id, &off.etag).await.unwrap();
        c.invite_to_joint_activity(off.id, &off.etag, &who).await.expect_problem(ProblemType::Conflict);
    }

    async fn whoever_is_invited_answers_for_itself_and_may_answer_anew(app: TestApp) {
        let (a, hamburg) = (app.centre_a(), app.office(HAMBURG));
        let activity = agreed(&app).await;
        let activity = invited(&app.coordination(), &activity, vec![centre(&app, CENTRE_A), office(HAMBURG)]).await;
        a.reply_to_invitation(activity.id, &reply(InvitationAnswer::Tentative), None).await.unwrap();
        let key = fresh_key();
        let first = a.reply_to_invitation(activity.id, &reply(InvitationAnswer::Accepted), Some(&key)).await.unwrap();
        assert_eq!(a.reply_to_invitation(activity.id, &reply(InvitationAnswer::Accepted), Some(&key)).await.unwrap(), first);
        hamburg.reply_to_invitation(activity.id, &reply(InvitationAnswer::Declined), None).await.unwrap();
        let seen = app.centre_b().get_joint_activity(activity.id).await.unwrap();
        let answers: Vec<_> = seen.invitations.iter().map(|one| (one.participant.clone(), one.answer)).collect();
        for expected in [
            (centre(&app, CENTRE_A), Some(InvitationAnswer::Accepted)),
            (office(HAMBURG), Some(InvitationAnswer::Declined)),
        ] {
            assert!(answers.contains(&expected), "{answers:?}");
        }
        assert_eq!(seen.etag, activity.etag, "an answer is no version of the activity");
        for uninvited in [app.centre_b(), app.office(KB_HAMBURG), app.coordination()] {
            let strange = uninvited.reply_to_invitation(activity.id, &reply(InvitationAnswer::Accepted), None).await;
            strange.expect_problem(ProblemType::NotFound);
        }
        let events = trail_of(&app.auditor(), Operation::JointActivityReplied).await;
        assert_eq!(events.len(), 3);
        assert!(["tentative", "accepted", "declined"].contains(&text(&events[0], "/answer").as_str()));
        app.set_database_time("2027-01-10T16:00:00Z");
        let late = a.reply_to_invitation(activity.id, &reply(InvitationAnswer::Declined), None).await;
        late.expect_problem(ProblemType::Conflict);
    }
}
