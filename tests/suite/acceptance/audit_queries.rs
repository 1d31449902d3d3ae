//! The auditor's queries: by every dimension, each also logged.

use freigabe_client::{AuditFilter, AuditPeriod, PageQuery};
use freigabe_contract::{
    OfficeId, ProblemType, Pseudonym,
    audit::{AuditCount, AuditEvent},
    vocabulary::{Category, LegalBasis, Operation, Outcome, Purpose, RefusalReason, Retention},
};
use freigabe_testkit::{
    ExpectRefusal as _, TestApp, a_consent, a_draft, an_item,
    consent::at,
    network::{AUDITOR, CENTRE_A, CENTRE_B, COORDINATION, HAMBURG, KB_HAMBURG, USER},
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
                "user, on whose behalf it was done",
                AuditFilter { user: Some(USER.to_owned()), ..none() },
                vec![COLLECTED, DENIED],
            ),
            ("user", AuditFilter { user: Some("P-0".to_owned()), ..none() }, vec![]),
            (
                "purpose",
                AuditFilter { purpose: Some(Purpose::CriminalInvestigation), actor: Some(CENTRE_A.to_owned()), ..none() },
                vec![RELEASED, REFUSED],
            ),
            ("purpose", AuditFilter { purpose: Some(Purpose::DangerPrevention), ..none() }, vec![]),
            (
                "legal basis",
                AuditFilter { legal_basis: Some(LegalBasis::Consent), consent: Some(story.consent_a), ..none() },
                vec![RELEASED, COLLECTED, REFUSED],
            ),
            (
                "legal basis",
                AuditFilter { legal_basis: Some(LegalBasis::ProofOfConsent), ..none() },
                vec![RECORDED, RECORDED],
            ),
            (
                "consent and revision",
                AuditFilter { consent: Some(story.consent_a), revision: Some(1), ..none() },
                vec![RECORDED, RELEASED, COLLECTED, REFUSED],
            ),
            (
                "consent and revision",
                AuditFilter { consent: Some(story.consent_a), revision: Some(2), ..none() },
                vec![],
            ),
            (
                "retention state",
                AuditFilter { retention: Some(Retention::Open), consent: Some(story.consent_b), ..none() },
                vec![RECORDED, RELEASED],
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

    async fn uses_of_the_log_are_found_by_what_they_were_about_and_how_much_they_found(app: TestApp) {
        let story = Story::tell(&app).await;
        let auditor = app.auditor();
        let log = trail(&auditor, &AuditFilter { consent: Some(story.consent_a), ..AuditFilter::default() }).await;
        let person = Pseudonym::from(text(&log[0], "/person"));
        for filter in [
            AuditFilter { case: Some(story.case_a), ..AuditFilter::default() },
            AuditFilter { pseudonym: Some(person.clone()), ..AuditFilter::default() },
            AuditFilter { outcome: Some(Outcome::Denied), ..AuditFilter::default() },
        ] {
            app.advance(A_MINUTE);
            let _ = trail(&auditor, &filter).await;
        }
        app.advance(A_MINUTE);
        let found = async |filter: AuditFilter| {
            app.advance(A_MINUTE);
            let uses = trail(&auditor, &filter).await;
            uses.iter().map(|event| field(event, "/query").cloned().unwrap_or_default()).collect::<Vec<_>>()
        };
        let of_consent = json!({ "consent": story.consent_a });
        let of_case = json!({ "case": story.case_a });
        let of_person = json!({ "pseudonym": person });
        let of_denials = json!({ "outcome": "denied" });
        let none = AuditFilter::default;
        let all = [of_consent.clone(), of_case.clone(), of_person.clone()];
        assert_eq!(found(AuditFilter { min_hits: Some(4), ..none() }).await, all);
        assert_eq!(found(AuditFilter { min_hits: Some(1), max_hits: Some(1), ..none() }).await, [of_denials]);
        assert!(found(AuditFilter { min_hits: Some(5), ..none() }).await.is_empty());
        let queried = |what: String| AuditFilter { queried: Some(what), ..none() };
        assert_eq!(found(queried(story.consent_a.to_string())).await, [of_consent]);
        assert_eq!(found(queried(story.case_a.to_string())).await, [of_case]);
        assert_eq!(found(queried(person.as_str().to_owned())).await, [of_person]);
        assert!(found(queried(story.consent_b.to_string())).await.is_empty());
        app.advance(A_MINUTE);
        // Whoever asked what was asked about somebody asked about her.
        let of_queries = AuditFilter { queried: Some(story.case_a.to_string()), ..none() };
        assert_eq!(trail(&auditor, &of_queries).await.len(), 2);
    }

    async fn conditions_that_say_nothing_together_are_refused(app: TestApp) {
        let auditor = app.auditor();
        for (filter, parameter) in [
            (AuditFilter { revision: Some(1), ..AuditFilter::default() }, "revision"),
            (
                AuditFilter {
                    retention: Some(Retention::Gone),
                    outcome: Some(Outcome::Done),
                    ..AuditFilter::default()
                },
                "retention",
            ),
        ] {
            let refused = auditor.query_audit_events(&filter, &PageQuery::default()).await;
            let problem = refused.expect_problem(ProblemType::InvalidQuery);
            assert_eq!(problem.errors[0].parameter.as_deref(), Some(parameter));
        }
    }

    async fn numbers_of_events_are_for_the_coordination_too_and_nothing_else_is(app: TestApp) {
        let story = Story::tell(&app).await;
        let coordination = app.client(COORDINATION);
        let counts = coordination.count_audit_events(&AuditPeriod::default()).await.unwrap();
        let number = |operation, outcome| -> u64 {
            let of = |count: &&AuditCount| count.operation == operation && count.outcome == outcome;
            counts.counts.iter().filter(of).map(|count| count.count).sum()
        };
        assert_eq!(number(Operation::ConsentRecorded, Outcome::Done), 2);
        assert_eq!(number(Operation::DisclosureReleased, Outcome::Done), 2);
        assert_eq!(number(Operation::DisclosureReleased, Outcome::Refused), 1);
        assert_eq!(number(Operation::AccessDenied, Outcome::Denied), 1);
        assert!(counts.counts.iter().all(|count| count.month == "2026-11"));
        assert_eq!(counts.gone, 0);
        let told = serde_json::to_string(&counts).unwrap();
        for secret in [story.person.as_str(), &story.case_a.to_string(), &story.centre_a.to_string()] {
            assert!(!told.contains(secret));
        }
        let nothing = AuditPeriod { until: Some(counts.from), ..AuditPeriod::default() };
        assert!(coordination.count_audit_events(&nothing).await.unwrap().counts.is_empty());
        let refused = coordination.query_audit_events(&AuditFilter::default(), &PageQuery::default()).await;
        let _ = refused.expect_problem(ProblemType::Forbidden);
        app.advance(A_MINUTE);
        let counted = trail_of(&app.auditor(), Operation::AuditCounted).await;
        assert_eq!(text(&counted[0], "/actor/client"), COORDINATION);
        assert_eq!(counted.len(), 2);
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
