//! The tables of joint activities refuse what makes no sense; nobody answers for another, or changes what was proposed.

use freigabe_domain::{
    access::{Partner, PartnerOrCoordination},
    exchange::JointActivityDesk as _,
    gathering::{CostBearing, LongGeneralText, Participant, ShortGeneralText, Span, Venue},
    instant::Instant,
    joint::{JointActivityKind, NewJointActivity},
    office::OfficeId,
    store::Scope,
};
use freigabe_testkit::{Backend, TestStore, on_both::run, on_both_databases};

use super::{
    isolation::Given,
    raw::{self, Says},
    refusals::{
        Rule::{Check, Foreign, Unique},
        assert_refused,
    },
};

/// The office proposes an exhibition, the centre agrees, and another office is invited.
pub(super) async fn under_way(test: &TestStore) {
    let office = PartnerOrCoordination::Partner(Partner::Office(test.office().clone()));
    let centre = PartnerOrCoordination::Partner(Partner::Centre(test.centre().clone()));
    let text = |text: &str| ShortGeneralText::parse(text).unwrap();
    let at = |time: &str| Instant::parse(time).unwrap();
    let new = NewJointActivity {
        kind: JointActivityKind::Exhibition,
        title: text("Ausstellung"),
        description: LongGeneralText::parse("Wer hilft").unwrap(),
        span: Span::new(at("2029-05-01T09:00:00Z"), at("2029-05-01T16:00:00Z")).unwrap(),
        venue: Venue::new(Some(text("Kiel")), None).unwrap(),
        public: true,
        costs: CostBearing::Own,
        counterpart: Participant::Centre(test.centre().centre()),
    };
    let application = &test.application;
    let request = test.request(&office);
    let proposed = application.propose_joint_activity(&office, &request, new);
    let id = proposed.await.unwrap().value.id;
    let agreed = application.agree_joint_activity(&centre, id, Some(1));
    agreed.await.unwrap();
    let other = Participant::Office(OfficeId::parse("bpoli-kiel").unwrap());
    let invited = application.invite_to_joint_activity(&centre, id, Some(2), vec![other]);
    assert_eq!(invited.await.unwrap().value.invitations.len(), 1);
}

on_both_databases! {
    async fn contradictory_activities_are_refused_by_the_database(given: Given) {
        for (why, rule, statement) in [
            ("an activity has a length", Check, "UPDATE joint_activities SET ends_at = starts_at"),
            ("an activity is somewhere", Check, "UPDATE joint_activities SET place = NULL"),
            ("a kind is one of the vocabulary", Check, "UPDATE joint_activities SET kind = 'raid'"),
            ("a state is one of the vocabulary", Check, "UPDATE joint_activities SET state = 'postponed'"),
            ("somebody proposes", Check, "UPDATE joint_activities SET proposed_by_office = NULL"),
            ("somebody is to agree", Check, "UPDATE joint_activities SET counterpart_centre = NULL"),
            ("both sides take part", Check, "UPDATE joint_activities SET counterpart_centre = NULL, counterpart_office = 'bpoli-kiel'"),
            ("what is agreed was answered", Check, "UPDATE joint_activities SET answered_at = NULL"),
            ("what is proposed was not", Check, "UPDATE joint_activities SET state = 'proposed'"),
            ("what is over has an end", Check, "UPDATE joint_activities SET state = 'cancelled'"),
            ("what goes on has none", Check, "UPDATE joint_activities SET closed_at = starts_at"),
            ("nothing is held before it begins", Check, "UPDATE joint_activities SET state = 'held', closed_at = starts_at - 1"),
            ("nothing is held that was not agreed", Check, "UPDATE joint_activities SET state = 'held', closed_at = starts_at, answered_at = NULL"),
            ("costs rest on an agreement", Foreign, "UPDATE joint_activities SET supplementary_agreement = id"),
            ("an answer has its time", Check, "UPDATE joint_activity_invitations SET answer = 'accepted'"),
            ("an answer is one of the vocabulary", Check, "UPDATE joint_activity_invitations SET answer = 'maybe', answered_at = invited_at"),
            ("somebody is invited", Check, "UPDATE joint_activity_invitations SET office_id = NULL"),
            (
                "each is invited once",
                Unique,
                "INSERT INTO joint_activity_invitations (activity_id, number, office_id, invited_at) \
                 SELECT activity_id, number + 5, office_id, invited_at FROM joint_activity_invitations",
            ),
        ] {
            assert_refused(&given.test, why, rule, statement).await;
        }
    }
}

#[test]
fn nobody_does_what_is_anothers_about_a_joint_activity() {
    run(async {
        let given = Given::start(Backend::Postgres).await;
        let connection = given.test.connection().await;
        let office = Says::of(&Scope::from(given.test.office()));
        let centre = Says::of(&Scope::from(given.test.centre()));
        let stranger = Says::of(&Scope::from(&given.other_centre));
        let cancels =
            "UPDATE joint_activities SET state = 'cancelled', closed_at = 4102444800000000";
        for (says, expected) in [(&stranger, 0), (&office, 1), (&centre, 1)] {
            assert_eq!(
                raw::execute(&connection, says, cancels).await.unwrap(),
                expected
            );
        }
        let invites = "INSERT INTO joint_activity_invitations (activity_id, number, office_id, invited_at) \
             SELECT id, 7, 'bpoli-hamburg', 1 FROM joint_activities";
        let another = "INSERT INTO joint_activity_invitations (activity_id, number, office_id, invited_at, answer, answered_at) \
             SELECT id, 7, 'bpoli-hamburg', 1, 'accepted', 2 FROM joint_activities";
        for (says, statement) in [
            (&stranger, invites),
            (&office, another),
            (&office, "UPDATE joint_activities SET title = 'x'"),
            (
                &office,
                "UPDATE joint_activities SET counterpart_centre = proposed_by_centre",
            ),
            (&office, "UPDATE joint_activities SET state = 'declined'"),
            (&centre, "DELETE FROM joint_activity_invitations"),
        ] {
            raw::assert_held_off(&connection, says, statement).await;
        }
        assert_eq!(
            raw::execute(&connection, &centre, invites).await.unwrap(),
            1
        );
        let answers =
            "UPDATE joint_activity_invitations SET answer = 'accepted', answered_at = invited_at";
        for says in [&stranger, &office, &centre] {
            assert_eq!(raw::execute(&connection, says, answers).await.unwrap(), 0);
        }
    });
}
