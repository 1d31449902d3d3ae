//! The auditor's queries: by every dimension, each also logged.

use freigabe_client::{AuditFilter, PageQuery};
use freigabe_contract::{
    OfficeId, ProblemType, Pseudonym,
    audit::AuditEvent,
    vocabulary::{Category, Operation, Outcome, RefusalReason},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, a_consent, a_draft, an_item,
    consent::at,
    network::{AUDITOR, CENTRE_A, CENTRE_B, HAMBURG, KB_HAMBURG},
    on_both_databases,
};
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    A_MINUTE, NOBODYS, collected, recorded, released,
    trail::{field, steps, text, trail, trail_of},
};

/// What [`Story::tell`] did.
struct Story {
    centre_a: Uuid,
    centre_b: Uuid,
    case_a: Uuid,
    consent_a: Uuid,
    consent_b: Uuid,
    released: Uuid,
    person: Pseudonym,
}

impl Story {
    /// Two centres record a consent each; A releases to the Inspektion for serious crime, which collects, and is refused
    /// once; B releases to the general Inspektion; one office asks for what is not there. A minute lies between the steps.
    async fn tell(app: &TestApp) -> Self {
        let (a, b) = (app.centre_a(), app.centre_b());
        let consent_a = recorded(&a, a_consent()).await;
        app.advance(A_MINUTE);
        let consent_b = recorded(&b, a_consent().only_recipients(&[HAMBURG])).await;
        app.advance(A_MINUTE);
        let from_a = released(&a, a_draft(consent_a.record_id)).await;
        app.advance(A_MINUTE);
        let from_b = a_draft(consent_b.record_id)
            .recipient(HAMBURG)
            .category(Category::TravelRoute);
        let _ = released(&b, from_b).await;
        app.advance(A_MINUTE);
        collected(&app.office(KB_HAMBURG), from_a.id).await;
        app.advance(A_MINUTE);
        let uncovered = a_draft(consent_a.record_id)
            .items([an_item(Category::PhoneNumber)])
            .build();
        let _ = a
            .release_disclosure(&uncovered, None)
            .await
            .expect_problem(ProblemType::DisclosureRefused);
        app.advance(A_MINUTE);
        let _ = app
            .office(HAMBURG)
            .collect_disclosure(NOBODYS, None)
            .await
            .expect_problem(ProblemType::NotFound);
        app.advance(A_MINUTE);
        Self {
            centre_a: consent_a.pii_controller,
            centre_b: consent_b.pii_controller,
            case_a: consent_a.case_id,
            consent_a: consent_a.record_id,
            consent_b: consent_b.record_id,
            released: from_a.id,
            person: from_a.person,
        }
    }
}

on_both_databases! {
    async fn the_log_is_found_by_every_dimension(app: TestApp) {
        let story = Story::tell(&app).await;
        let log_name = |log: &[AuditEvent]| log.first().map(|event| text(event, "/person")).unwrap_or_default();
        let of_a = AuditFilter { consent: Some(story.consent_a), ..AuditFilter::default() };
        let person_in_log = Pseudonym::from(log_name(&trail(&app.auditor(), &of_a).await));

        const RECORDED: (Operation, Outcome) = (Operation::ConsentRecorded, Outcome::Done);
        const RELEASED: (Operation, Outcome) = (Operation::DisclosureReleased, Outcome::Done);
        const COLLECTED: (Operation, Outcome) = (Operation::DisclosureCollected, Outcome::Done);
        const REFUSED: (Operation, Outcome) = (Operation::DisclosureReleased, Outcome::Refused);
        const DENIED: (Operation, Outcome) = (Operation::AccessDenied, Outcome::Denied);
        let none = AuditFilter::default;
        for (dimension, filter, expected) in [
            ("actor", AuditFilter { actor: Some(CENTRE_A.to_owned()), ..none() }, vec![RECORDED, RELEASED, REFUSED]),
            ("actor", AuditFilter { actor: Some(CENTRE_B.to_owned()), ..none() }, vec![RECORDED, RELEASED]),
            ("actor", AuditFilter { actor: Some("nobody".to_owned()), ..none() }, vec![]),
            (
                "organisation, also as the one concerned",
                AuditFilter { organisation: Some(story.centre_a), ..none() },
                vec![RECORDED, RELEASED, COLLECTED, REFUSED],
            ),
            ("organisation", AuditFilter { organisation: Some(story.centre_b), ..none() }, vec![RECORDED, RELEASED]),
            (
                "recipient",
                AuditFilter { recipient: Some(OfficeId::from(KB_HAMBURG)), ..none() },
                vec![RELEASED, COLLECTED, REFUSED],
            ),
            ("recipient", AuditFilter { recipient: Some(OfficeId::from(HAMBURG)), ..none() }, vec![RELEASED]),
            (
                "operation",
                AuditFilter { operation: Some(Operation::DisclosureReleased), ..none() },
                vec![RELEASED, RELEASED, REFUSED],
            ),
            ("outcome", AuditFilter { outcome: Some(Outcome::Refused), ..none() }, vec![REFUSED]),
            ("outcome", AuditFilter { outcome: Some(Outcome::Denied), ..none() }, vec![DENIED]),
            (
                "refusal reason",
                AuditFilter { refusal_reason: Some(RefusalReason::CategoryNotCovered), ..none() },
                vec![REFUSED],
            ),
            ("refusal reason", AuditFilter { refusal_reason: Some(RefusalReason::Withdrawn), ..none() }, vec![]),
            ("category", AuditFilter { category: Some(Category::Vehicle), ..none() }, vec![RELEASED, COLLECTED]),
            ("category", AuditFilter { category: Some(Category::TravelRoute), ..none() }, vec![RELEASED]),
            ("category", AuditFilter { category: Some(Category::PhoneNumber), ..none() }, vec![REFUSED]),
            ("case", AuditFilter { case: Some(story.case_a), ..none() }, vec![RECORDED, RELEASED, COLLECTED, REFUSED]),
            ("consent", AuditFilter { consent: Some(story.consent_b), ..none() }, vec![RECORDED, RELEASED]),
            (
                "pseudonym in the log",
                AuditFilter { pseudonym: Some(person_in_log), ..none() },
                vec![RECORDED, RELEASED, COLLECTED, REFUSED],
            ),
            (
                "pseudonym for the office",
                AuditFilter { pseudonym: Some(story.person.clone()), ..none() },
                vec![RELEASED, COLLECTED],
            ),
            (
                "two conditions",
                AuditFilter {
                    operation: Some(Operation::DisclosureReleased),
                    outcome: Some(Outcome::Done),
                    category: Some(Category::Vehicle),
                    actor: Some(CENTRE_A.to_owned()),
                    ..none()
                },
                vec![RELEASED],
            ),
        ] {
            let found = steps(&trail(&app.auditor(), &filter).await);
            let expected: Vec<_> =
                expected.iter().map(|(what, how)| (what.code().to_owned(), how.code().to_owned())).collect();
            assert_eq!(found, expected, "by {dimension}: {filter:?}");
        }
    }

    async fn the_log_is_found_by_time_from_a_moment_until_before_another(app: TestApp) {
        let story = Story::tell(&app).await;
        let between = async |from: Option<&str>, until: Option<&str>| {
            let filter = AuditFilter {
                from: from.map(at),
                until: until.map(at),
                organisation: Some(story.centre_a),
                ..AuditFilter::default()
            };
            trail(&app.auditor(), &filter).await
        };
        let all = between(None, None).await;
        assert_eq!(all.len(), 4);
        let moment = all[1].at.to_string();
        assert_eq!(between(Some(&moment), None).await, all[1..], "from includes its moment");
        assert_eq!(between(None, Some(&moment)).await, all[..1], "until does not");
        assert!(between(Some(&moment), Some(&moment)).await.is_empty());
        let in_berlin = "2026-11-24T10:01:30+01:00";
        assert_eq!(between(Some(in_berlin), None).await, all[1..], "any offset is read");
    }

    async fn a_query_is_in_the_log_itself_as_it_was_asked(app: TestApp) {
        let story = Story::tell(&app).await;
        let filter = AuditFilter {
            consent: Some(story.consent_a),
            outcome: Some(Outcome::Done),
            ..AuditFilter::default()
        };
        let auditor = app.auditor();
        let found = auditor.query_audit_events(&filter, &PageQuery::default()).await.unwrap();
        assert_eq!(found.items.len(), 3);
        app.advance(A_MINUTE);
        let queries = trail_of(&auditor, Operation::AuditQueried).await;
        let [query] = queries.as_slice() else { panic!("one query was logged before, not {}", queries.len()) };
        assert_eq!(text(query, "/actor/client"), AUDITOR);
        assert_eq!(field(query, "/query"), Some(&json!({ "consent": story.consent_a, "outcome": "done" })));
        assert_eq!(field(query, "/hits"), Some(&json!(3)));
    }

    async fn one_event_is_read_by_its_identifier_and_that_is_logged(app: TestApp) {
        let story = Story::tell(&app).await;
        let auditor = app.auditor();
        let collected = trail_of(&auditor, Operation::DisclosureCollected).await.remove(0);
        assert_eq!(text(&collected, "/disclosure"), story.released.to_string());
        app.advance(A_MINUTE);
        assert_eq!(auditor.get_audit_event(collected.id).await.unwrap(), collected);
        app.advance(A_MINUTE);
        let last = trail_of(&auditor, Operation::AuditQueried).await.pop().unwrap();
        assert_eq!(field(&last, "/query"), Some(&json!({ "event": collected.id })));
        let _ = auditor.get_audit_event(NOBODYS).await.expect_problem(ProblemType::NotFound);
    }

    async fn every_event_of_a_story_has_a_commitment_of_its_own(app: TestApp) {
        let _ = Story::tell(&app).await;
        let all = trail(&app.auditor(), &AuditFilter::default()).await;
        let mut commitments: Vec<_> = all.iter().map(|event| event.commitment.clone()).collect();
        commitments.sort();
        commitments.dedup();
        assert_eq!(commitments.len(), all.len());
        assert!(all.len() > 20, "organisations and clients were added in the log as well");
    }
}
