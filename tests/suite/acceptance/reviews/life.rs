//! How a review comes, and how it ends.

use freigabe_contract::{
    ProblemType,
    gathering::Participant,
    review::OpenReview,
    vocabulary::{AgreementSide, GoalAttainment, Operation, ReviewReason, ReviewState},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp,
    network::{HAMBURG, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};
use serde_json::json;
use time::Duration;

use super::{all, asked, assessments, by_date, concluded, measure};
use crate::support::{NOBODYS, trail::trail_of, upkeep::open_due};

const YEAR: Duration = Duration::days(365);

on_both_databases! {
    async fn a_year_after_the_agreement_a_review_opens_by_itself_and_then_every_year(app: TestApp) {
        let reader = app.centre_a();
        assert!(all(&reader).await.is_empty());
        let first = by_date(&app).await;
        assert_eq!((first.number, first.state, first.reason, first.asked_by.clone()), (1, ReviewState::Open, ReviewReason::Date, None));
        assert_eq!(first.period_from, serde_json::from_value(json!("2022-07-21T22:00:00Z")).unwrap());
        assert_eq!(open_due(&app).await, 0, "once");
        for reader in [&reader, &app.office(HAMBURG), &app.coordination()] {
            assert_eq!(reader.get_review(first.id).await.unwrap(), first);
        }
        app.advance(YEAR - Duration::hours(1));
        assert_eq!(open_due(&app).await, 0);
        app.advance(Duration::hours(2));
        // Nobody has concluded the first: the year is over all the same.
        let second = by_date(&app).await;
        assert_eq!((second.number, second.state), (2, ReviewState::Open));
        assert_eq!(Some(second.period_from), first.period_until, "nothing is left out, and nothing stands in both");
        assert_eq!(trail_of(&app.auditor(), Operation::ReviewOpened).await.len(), 2);
    }

    async fn either_side_asks_for_one_on_occasion_and_not_while_one_is_under_way(app: TestApp) {
        let centre = app.centre_a();
        let organisation = app.network().participant(freigabe_testkit::network::CENTRE_A).organisation;
        let key = fresh_key();
        let body = OpenReview { reason: ReviewReason::SafetyOfAffectedPersons };
        let due = centre.open_review(&body, Some(&key)).await.unwrap();
        assert_eq!((due.state, due.period_until), (ReviewState::Due, None));
        assert_eq!(due.asked_by, Some(Participant::Centre { organisation_id: organisation }));
        assert_eq!(centre.open_review(&body, Some(&key)).await.unwrap(), due, "once, however often it is sent");
        centre.get_review_figures(due.id).await.expect_problem(ProblemType::Conflict);
        for other in [app.office(HAMBURG), app.coordination()] {
            other.open_review(&body, None).await.expect_problem(ProblemType::Conflict);
        }
        app.coordination().conclude_review(due.id, None).await.expect_problem(ProblemType::Conflict);
        assert_eq!(open_due(&app).await, 1);
        let open = centre.get_review(due.id).await.unwrap();
        assert_eq!((open.state, open.reason), (ReviewState::Open, ReviewReason::SafetyOfAffectedPersons));
        centre.open_review(&body, None).await.expect_problem(ProblemType::Conflict);
        for side in [app.office(KB_HAMBURG), app.coordination()] {
            concluded(&side, due.id).await;
        }
        let next = asked(&app.office(HAMBURG), ReviewReason::NewNeeds).await;
        assert_eq!((next.number, Some(next.period_from)), (2, open.period_until));
        assert_eq!(next.asked_by, Some(Participant::Office { office: HAMBURG.into() }));
        assert_eq!(trail_of(&app.auditor(), Operation::ReviewAskedFor).await.len(), 2);
    }

    async fn it_is_concluded_when_both_sides_have_assessed_everything_and_say_so(app: TestApp) {
        let review = by_date(&app).await;
        let (police, network) = (app.office(KB_HAMBURG), app.coordination());
        let one = assessments(json!([{ "point": "costs", "attainment": "attained" }]));
        police.assess_review(review.id, &one, None).await.unwrap();
        police.conclude_review(review.id, None).await.expect_problem(ProblemType::Conflict);
        let again = assessments(json!([{ "point": "costs", "attainment": "not_attained", "remark": "Die Räume fehlen." }]));
        let said = police.assess_review(review.id, &again, None).await.unwrap().assessments;
        assert_eq!(said.len(), 1, "in the place of what it said before");
        assert_eq!((said[0].side, said[0].attainment), (AgreementSide::Police, GoalAttainment::NotAttained));
        let half = concluded(&police, review.id).await;
        assert_eq!((half.state, half.concluded_by_police_at.is_some(), half.concluded_by_network_at), (ReviewState::Open, true, None));
        police.conclude_review(review.id, None).await.expect_problem(ProblemType::Conflict);
        police.assess_review(review.id, &one, None).await.expect_problem(ProblemType::Conflict);
        let whole = concluded(&network, review.id).await;
        assert_eq!((whole.state, whole.assessments.len()), (ReviewState::Concluded, 22));
        network.assess_review(review.id, &one, None).await.expect_problem(ProblemType::Conflict);
        app.centre_a().assess_review(review.id, &one, None).await.expect_problem(ProblemType::Forbidden);
        network.assess_review(NOBODYS, &one, None).await.expect_problem(ProblemType::NotFound);
    }

    async fn a_measure_binds_when_both_sides_agree_and_goes_on_until_it_is_done(app: TestApp) {
        let review = by_date(&app).await;
        let (police, network) = (app.office(KB_HAMBURG), app.coordination());
        let proposed = network.propose_measure(review.id, &measure("police"), None).await.unwrap().measures;
        let (one, never) = (proposed[0].id, network.propose_measure(review.id, &measure("network"), None).await.unwrap().measures[1].id);
        network.agree_measure(one, None).await.expect_problem(ProblemType::Conflict);
        police.complete_measure(one, None).await.expect_problem(ProblemType::Conflict);
        let agreed = police.agree_measure(one, None).await.unwrap();
        assert!(agreed.measures[0].agreed_at.is_some());
        police.agree_measure(one, None).await.expect_problem(ProblemType::Conflict);
        for side in [&police, &network] {
            concluded(side, review.id).await;
        }
        assert_eq!(network.get_review(review.id).await.unwrap().state, ReviewState::Adapted);

        app.advance(YEAR);
        let next = by_date(&app).await;
        let carried: Vec<_> = next.measures.iter().map(|one| (one.id, one.review_id)).collect();
        assert_eq!(carried, [(one, review.id)], "what nobody agreed to does not go on");
        network.complete_measure(one, None).await.expect_problem(ProblemType::Conflict);
        let done = police.complete_measure(one, None).await.unwrap();
        assert!(done.measures.iter().any(|measure| measure.id == one && measure.completed_at.is_some()));
        police.complete_measure(one, None).await.expect_problem(ProblemType::Conflict);
        app.advance(YEAR);
        assert!(by_date(&app).await.measures.is_empty(), "it is done");
        police.agree_measure(NOBODYS, None).await.expect_problem(ProblemType::NotFound);
        let _ = never;
        for (operation, times) in [
            (Operation::MeasureProposed, 2),
            (Operation::MeasureAgreed, 1),
            (Operation::MeasureCompleted, 1),
            (Operation::ReviewConcluded, 2),
        ] {
            assert_eq!(trail_of(&app.auditor(), operation).await.len(), times, "{operation:?}");
        }
    }
}
