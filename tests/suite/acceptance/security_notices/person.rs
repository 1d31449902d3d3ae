//! A notice about a person: it goes to the one centre that knows her, by what that centre knows her by, and nobody else learns of it.

use freigabe_client::PageQuery;
use freigabe_contract::{
    ProblemType, examples,
    involvement::AnswerOffer,
    known_person::KnownBy,
    security_notice::{ThreatAssessment, ToldSubject},
    vocabulary::{OfferAnswerKind, Operation, SecurityNoticeState, Urgency},
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp, a_consent, a_draft,
    expect::pointers,
    network::{HAMBURG, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};
use serde_json::json;

use super::{COUNSELLOR, MANAGEMENT, about, inbox, issued, known, somebody, to_person};
use crate::support::{
    NOBODYS,
    compare::assert_indistinguishable,
    directory::entry_of,
    recorded, released,
    trail::{field, text, trail_of},
};

on_both_databases! {
    async fn a_notice_about_a_person_reaches_the_one_centre_that_knows_her(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let (disclosure, case) = known(&app).await;
        let notice = issued(&office, to_person(disclosure)).await;
        assert_eq!((notice.version, notice.urgency, notice.series_id), (1, Urgency::Urgent, notice.id));
        assert_eq!((notice.counts.addressed, notice.counts.delivered), (1, 0));

        let [listed] = inbox(&app.centre_a()).await.try_into().expect("one notice");
        assert_eq!((listed.id, listed.office.as_str(), listed.read_at), (notice.id, KB_HAMBURG, None));
        let shown = serde_json::to_string(&listed).unwrap();
        assert!(!shown.contains(&disclosure.to_string()) && !shown.contains(&case.to_string()), "{shown}");
        assert_eq!(office.get_security_notice(notice.id).await.unwrap().counts.delivered, 1);

        let management = somebody(&app.centre_a());
        management.acknowledge_security_notice(notice.id, &MANAGEMENT, None).await.expect_problem(ProblemType::Conflict);
        let read = management.read_security_notice(notice.id, None).await.unwrap();
        let by_disclosure = KnownBy::Disclosure { disclosure_id: disclosure, case_id: case };
        assert_eq!(read.subject, ToldSubject::Person { known_by: by_disclosure });
        let said: ThreatAssessment = serde_json::from_value(to_person(disclosure)["assessment"].clone()).unwrap();
        assert_eq!(read.assessment, Some(said));
        assert!(read.notice.read_at.is_some());

        let refused = management.acknowledge_security_notice(notice.id, &COUNSELLOR, None).await;
        assert_eq!(pointers(&refused.expect_problem(ProblemType::InvalidBody)), ["/role"], "it is urgent");
        let unnamed = app.centre_a().acknowledge_security_notice(notice.id, &MANAGEMENT, None).await;
        unnamed.expect_problem(ProblemType::InvalidHeader);
        app.centre_a().read_security_notice(notice.id, None).await.expect_problem(ProblemType::InvalidHeader);
        let key = fresh_key();
        let done = management.acknowledge_security_notice(notice.id, &MANAGEMENT, Some(&key)).await.unwrap();
        assert_eq!(management.acknowledge_security_notice(notice.id, &MANAGEMENT, Some(&key)).await.unwrap(), done);
        management.acknowledge_security_notice(notice.id, &MANAGEMENT, None).await.expect_problem(ProblemType::Conflict);
        let [seen] = office.get_security_notice(notice.id).await.unwrap().deliveries.try_into().unwrap();
        assert_eq!((seen.acknowledged_at, seen.acknowledged_as), (done.acknowledged_at, Some(MANAGEMENT.role)));
        assert_eq!(seen.organisation_id, app.network().participant(freigabe_testkit::network::CENTRE_A).organisation);
    }

    async fn another_centre_never_learns_that_there_is_a_notice_about_a_person(app: TestApp) {
        let (disclosure, _) = known(&app).await;
        let notice = issued(&app.office(KB_HAMBURG), to_person(disclosure)).await;
        for other in [app.centre_b(), app.centre_c()] {
            assert!(inbox(&other).await.is_empty());
            for act in ["reading", "acknowledgement"] {
                let mut answers = Vec::new();
                for id in [notice.id, NOBODYS] {
                    let path = format!("/v1/security-inbox/{id}/{act}");
                    let mut request = Raw::post(path).key(&fresh_key()).header("freigabe-user", "LEITUNG-1");
                    if act == "acknowledgement" {
                        request = request.json(&examples::acknowledge_security_notice());
                    }
                    answers.push(request.send(&other).await.expect_status(404));
                }
                assert_indistinguishable("another's, and one that is not there", &answers[0], &answers[1]);
            }
        }
        let other = app.office(HAMBURG);
        let path = |id| format!("/v1/security-notices/{id}");
        let change = |id, act: &str| Raw::post(format!("{}/{act}", path(id))).key(&fresh_key());
        let asks = |id| [
            Raw::get(path(id)),
            change(id, "withdrawal"),
            change(id, "revisions").json(&examples::revise_security_notice()),
        ];
        for (anothers, nobodys) in asks(notice.id).into_iter().zip(asks(NOBODYS)) {
            let anothers = anothers.send(&other).await.expect_status(404);
            let nobodys = nobodys.send(&other).await.expect_status(404);
            assert_indistinguishable("another office's, and one that is not there", &anothers, &nobodys);
        }
        assert!(other.list_security_notices(&PageQuery::default()).await.unwrap().items.is_empty());
        let found = app.office(KB_HAMBURG).list_security_notices(&PageQuery::default()).await.unwrap().items;
        assert_eq!(found.iter().map(|one| (one.id, one.state)).collect::<Vec<_>>(), [(notice.id, SecurityNoticeState::Current)]);
    }

    async fn whom_a_centre_was_asked_to_help_is_known_by_the_pseudonym_that_it_was_told(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let entry = entry_of(&app.centre_b()).await;
        let mut asked = examples::note_involvement();
        asked["offer_to"] = json!([entry]);
        let asked = office.note_involvement(&serde_json::from_value(asked).unwrap(), None).await.unwrap();
        let offer = &asked.offers[0];
        let notice = about("threat_family", "family", json!({ "type": "offer", "offer_id": offer.id }));
        let refused = office.issue_security_notice(&serde_json::from_value(notice.clone()).unwrap(), None).await;
        let refused = refused.expect_problem(ProblemType::InvalidBody);
        assert_eq!(pointers(&refused), ["/audience/subject/known_from/offer_id"], "nobody helps yet");

        let accepted = AnswerOffer { answer: OfferAnswerKind::Accepted, reason: None };
        app.centre_b().answer_involvement_offer(offer.id, &accepted, None).await.unwrap();
        let known_by = KnownBy::Offer { offer_id: offer.id, person: offer.person_for_centre.clone() };
        let of_herself = about("threat_person", "person", json!({ "type": "offer", "offer_id": offer.id }));
        for (notice, subject) in [
            (notice, ToldSubject::Family { known_by: known_by.clone() }),
            (of_herself, ToldSubject::Person { known_by }),
        ] {
            let told = issued(&office, notice).await;
            assert_eq!(told.counts.addressed, 1);
            let read = somebody(&app.centre_b()).read_security_notice(told.id, None).await.unwrap();
            assert_eq!(read.subject, subject);
            let shown = serde_json::to_string(&read).unwrap();
            assert!(!shown.contains(&asked.case_id.to_string()), "the office's case is its own: {shown}");
        }
        assert!(inbox(&app.centre_a()).await.is_empty());
    }

    async fn who_is_not_known_to_the_office_can_not_be_addressed(app: TestApp) {
        let consent = recorded(&app.centre_a(), a_consent()).await;
        let held = released(&app.centre_a(), a_draft(consent.record_id)).await.id;
        let (anothers, _) = known(&app).await;
        for (office, disclosure) in [(KB_HAMBURG, held), (KB_HAMBURG, NOBODYS), (HAMBURG, anothers)] {
            let notice = serde_json::from_value(to_person(disclosure)).unwrap();
            let refused = app.office(office).issue_security_notice(&notice, None).await;
            let refused = refused.expect_problem(ProblemType::InvalidBody);
            assert_eq!(pointers(&refused), ["/audience/subject/known_from/disclosure_id"]);
        }
        assert!(inbox(&app.centre_a()).await.is_empty());
    }

    async fn whatever_is_done_with_a_notice_is_an_event_of_the_persons_case(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let (disclosure, case) = known(&app).await;
        let notice = issued(&office, to_person(disclosure)).await;
        inbox(&app.centre_a()).await;
        inbox(&app.centre_a()).await;
        let management = somebody(&app.centre_a());
        management.read_security_notice(notice.id, None).await.unwrap();
        management.read_security_notice(notice.id, None).await.unwrap();
        management.acknowledge_security_notice(notice.id, &MANAGEMENT, None).await.unwrap();
        office.withdraw_security_notice(notice.id, None).await.unwrap();
        for (operation, times) in [
            (Operation::SecurityNoticeIssued, 1),
            (Operation::SecurityNoticeDelivered, 1),
            (Operation::SecurityNoticeRead, 2),
            (Operation::SecurityNoticeAcknowledged, 1),
            (Operation::SecurityNoticeWithdrawn, 1),
        ] {
            let events = trail_of(&app.auditor(), operation).await;
            assert_eq!(events.len(), times, "{operation:?}");
            for event in &events {
                assert_eq!(text(event, "/security_notice"), notice.id.to_string());
                assert_eq!(text(event, "/case"), case.to_string());
                assert!(text(event, "/person").starts_with("p-"), "{operation:?}");
                // A client lists by itself; whoever reads or acknowledges is somebody.
                let by_somebody = operation != Operation::SecurityNoticeDelivered;
                assert_eq!(field(event, "/actor/user").is_some(), by_somebody, "{operation:?}");
            }
        }
        let acknowledged = trail_of(&app.auditor(), Operation::SecurityNoticeAcknowledged).await;
        assert_eq!(text(&acknowledged[0], "/answer"), "management");
        assert_eq!(text(&acknowledged[0], "/actor/user"), "LEITUNG-1");
    }
}
