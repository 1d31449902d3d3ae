//! The wrong office: refused with the competent one suggested, and nothing is rerouted.

use freigabe_client::{AuditFilter, MatterQuery};
use freigabe_contract::{
    OfficeId, ProblemType,
    disclosure::Needed,
    vocabulary::{CompetenceReason, Operation, Outcome, RefusalReason, Task},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, a_consent, a_draft,
    draft::IN_HAMBURG,
    expect::reasons,
    network::{FRANKFURT_ODER, HAMBURG, HANNOVER, KB_HAMBURG},
    on_both_databases,
};

use crate::support::{
    inbox_of, recorded, released,
    trail::{field, text, trail, trail_of},
};

on_both_databases! {
    async fn a_message_to_an_office_that_is_not_competent_is_refused_and_the_competent_one_named(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent().recipient(FRANKFURT_ODER)).await;
        let before = app.inspect().rows().await;

        let draft = a_draft(consent.record_id).recipient(FRANKFURT_ODER);
        let refused = centre.release_disclosure(&draft.clone().build(), None).await;
        let problem = refused.expect_problem(ProblemType::DisclosureRefused);
        assert_eq!(reasons(&problem), [(RefusalReason::OfficeNotCompetent, None)]);
        assert_eq!(problem.refusals[0].consent_id, consent.record_id);
        let suggested = OfficeId::from(KB_HAMBURG);
        let needed = Needed::CompetentOffice { office: suggested.clone(), reason: CompetenceReason::PlaceAndTask };
        assert_eq!(problem.refusals[0].needed, needed);
        assert!(!problem.refusals[0].text_de.is_empty() && !problem.refusals[0].text_en.is_empty());
        assert_eq!(problem.passing_items, Some(Vec::new()), "no smaller message would be competent either");

        assert_eq!(app.inspect().rows().await, before, "nothing is stored but the refusal in the log");
        for office in [FRANKFURT_ODER, KB_HAMBURG, HAMBURG, HANNOVER] {
            assert!(inbox_of(&app.office(office)).await.is_empty(), "something was rerouted to {office}");
        }
        let filter = AuditFilter { refusal_reason: Some(RefusalReason::OfficeNotCompetent), ..AuditFilter::default() };
        let log = trail(&app.auditor(), &filter).await;
        let [event] = log.as_slice() else { panic!("one refusal is in the log, not {}", log.len()) };
        assert_eq!(text(event, "/operation"), Operation::DisclosureReleased.code());
        assert_eq!(text(event, "/outcome"), Outcome::Refused.code());
        assert_eq!(text(event, "/recipient"), FRANKFURT_ODER);
        assert!(field(event, "/disclosure").is_none(), "there is no disclosure");

        let matter = MatterQuery {
            handling_office: None,
            postcode: Some(IN_HAMBURG.into()),
            task: Task::CriminalInvestigation,
        };
        let competent = centre.get_competent_office(&matter).await.unwrap();
        assert_eq!(competent.office.id, suggested, "the directory suggests the same office");
        let readdressed = released(&centre, draft.recipient(KB_HAMBURG)).await;
        assert_eq!(inbox_of(&app.office(KB_HAMBURG)).await, [readdressed.id]);
    }

    async fn competence_alone_is_not_enough_the_person_must_have_named_the_office(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent()).await;
        for competent in [HAMBURG, HANNOVER] {
            let refused = centre.release_disclosure(&a_draft(consent.record_id).recipient(competent).build(), None).await;
            let problem = refused.expect_problem(ProblemType::DisclosureRefused);
            assert_eq!(reasons(&problem), [(RefusalReason::RecipientNotCovered, Some(0))], "{competent}");
            assert_eq!(problem.refusals[0].needed, Needed::Recipient { office: competent.into() });
        }
    }

    async fn the_office_that_handles_the_case_already_is_competent_and_alone(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent().recipient(FRANKFURT_ODER)).await;
        let draft = a_draft(consent.record_id).handled_by(FRANKFURT_ODER);

        let handled = released(&centre, draft.clone().recipient(FRANKFURT_ODER)).await;
        assert_eq!(handled.competence, CompetenceReason::HandlesCase);

        let refused = centre.release_disclosure(&draft.recipient(KB_HAMBURG).build(), None).await;
        let problem = refused.expect_problem(ProblemType::DisclosureRefused);
        assert_eq!(reasons(&problem), [(RefusalReason::OfficeNotCompetent, None)]);
    }

    async fn a_place_that_the_directory_does_not_know_is_refused_not_guessed(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent()).await;
        let refused = centre.release_disclosure(&a_draft(consent.record_id).postcode("00000").build(), None).await;
        let problem = refused.expect_problem(ProblemType::DisclosureRefused);
        assert_eq!(reasons(&problem), [(RefusalReason::OfficeNotCompetent, None)]);
        assert!(matches!(problem.refusals[0].needed, Needed::Competence { .. }), "{:?}", problem.refusals[0].needed);
        assert_eq!(trail_of(&app.auditor(), Operation::DisclosureReleased).await.len(), 1);
    }
}
