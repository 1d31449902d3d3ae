//! Covered: the way of a message from the centre to the office, and what the auditor reads of it.

use freigabe_client::{AuditFilter, PageQuery};
use freigabe_contract::{
    disclosure::Details,
    vocabulary::{Category, CompetenceReason, ConsentStatus, DisclosureState, Handling, Operation},
};
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp, a_consent, a_draft, an_item,
    network::{CENTRE_A, HAMBURG, KB_HAMBURG},
    on_both_databases,
};

use crate::support::{
    A_MINUTE, collected, followed, inbox_of, recorded, released,
    trail::{field, steps, text, trail_of_consent},
};

const VAN: &str = "Kanarienvogel: weißer Lieferwagen mit Delle an der Tür";
const FROM: &str = "Kanarienvogel am Anfang der Reise";
const TO: &str = "Kanarienvogel am Ende der Reise";

on_both_databases! {
    async fn a_covered_message_is_released_waits_is_collected_and_acknowledged(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        assert_eq!(consent.status, ConsentStatus::Given);

        let route = Details::Route { from: FROM.into(), to: TO.into(), means: None };
        let draft = a_draft(consent.record_id).revision(1).items([
            an_item(Category::Vehicle).text(VAN),
            an_item(Category::TravelRoute).without_text().details(route),
        ]);
        let check = centre.check_disclosure(&draft.clone().build()).await.unwrap();
        assert!(check.authorized, "{check:?}");
        assert_eq!(check.passing_items, [0, 1]);

        let disclosure = released(&centre, draft.clone()).await;
        assert_eq!(disclosure.state, DisclosureState::Held);
        assert_eq!(disclosure.competence, CompetenceReason::PlaceAndTask);
        assert_eq!(disclosure.consent_revision, 1);

        let inbox = office.list_inbox(&PageQuery::default()).await.unwrap();
        let [waiting] = inbox.items.as_slice() else { panic!("one message waits, not {}", inbox.items.len()) };
        assert_eq!(waiting.id, disclosure.id);
        assert_eq!(waiting.person, disclosure.person);
        let categories: Vec<Category> = waiting.items.iter().map(|item| item.category).collect();
        assert_eq!(categories, [Category::Vehicle, Category::TravelRoute]);

        let content = collected(&office, disclosure.id).await;
        assert_eq!(content.items, draft.build().items, "the office gets exactly what the centre sent");
        assert_eq!(content.disclosure.state, DisclosureState::Collected);
        assert_eq!(followed(&centre, disclosure.id).await.state, DisclosureState::Collected);
        assert!(inbox_of(&office).await.is_empty(), "a collected message waits no longer");

        let acknowledged = office.acknowledge_disclosure(disclosure.id, None).await.unwrap();
        assert_eq!(acknowledged.state, DisclosureState::Acknowledged);
        assert_eq!(followed(&centre, disclosure.id).await.state, DisclosureState::Acknowledged);
        assert!(!app.inspect().holds_content_of(disclosure.id).await, "what arrived is not kept here");
    }

    async fn the_auditor_reads_every_step_in_order_with_consent_category_recipient_and_pseudonym(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        app.advance(A_MINUTE);
        let draft = a_draft(consent.record_id).items([an_item(Category::Vehicle), an_item(Category::TravelRoute)]);
        let disclosure = released(&centre, draft).await;
        app.advance(A_MINUTE);
        collected(&office, disclosure.id).await;
        app.advance(A_MINUTE);
        office.acknowledge_disclosure(disclosure.id, None).await.unwrap();
        app.advance(A_MINUTE);

        let trail = trail_of_consent(&app.auditor(), consent.record_id).await;
        let done = |operation: Operation| (operation.to_string(), "done".to_owned());
        assert_eq!(steps(&trail), [
            done(Operation::ConsentRecorded),
            done(Operation::DisclosureReleased),
            done(Operation::DisclosureCollected),
            done(Operation::DisclosureAcknowledged),
        ]);
        let actors: Vec<String> = trail.iter().map(|event| text(event, "/actor/client")).collect();
        assert_eq!(actors, [CENTRE_A, CENTRE_A, KB_HAMBURG, KB_HAMBURG]);
        let person = text(&trail[0], "/person");
        assert!(person.starts_with("p-"), "the log knows the person by a pseudonym, not {person:?}");
        assert_ne!(person, disclosure.person.as_str(), "the office's pseudonym is not the log's");
        for event in &trail {
            assert_eq!(text(event, "/consent"), consent.record_id.to_string());
            assert_eq!(text(event, "/case"), consent.case_id.to_string());
            assert_eq!(text(event, "/centre"), consent.pii_controller.to_string());
            assert_eq!(text(event, "/person"), person);
            assert_eq!(event.commitment.len(), 64);
            assert_eq!(serde_json::to_value(&event.event).unwrap(), serde_json::from_str::<serde_json::Value>(&event.payload).unwrap());
        }
        // The consent ends in 2027.
        assert_eq!(trail[0].expiry_year, 2030, "evidence: three years after the consent's last");
        for event in &trail[1..] {
            assert_eq!(event.expiry_year, 2027, "§ 76(4) BDSG: the end of the year after");
            assert_eq!(text(event, "/disclosure"), disclosure.id.to_string());
            assert_eq!(text(event, "/recipient"), KB_HAMBURG);
            assert_eq!(text(event, "/purpose"), "criminal_investigation");
            assert_eq!(text(event, "/person_for_recipient"), disclosure.person.as_str());
            assert_eq!(field(event, "/categories"), Some(&serde_json::json!(["vehicle", "travel_route"])));
        }
        let relied_on = trail[1..3].iter().map(|event| text(event, "/relied_on"));
        for commitment in relied_on {
            assert_eq!(commitment, trail[0].commitment, "release and collection point at the consent's own event");
        }
    }

    async fn the_auditor_never_reads_what_was_told_nor_by_what_names_the_centre_works(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = a_consent().of("2026/KANARIEN-1", "KANARIEN-PERSON").handling(Handling::H1, "Kanarienhinweis");
        let consent = recorded(&centre, consent).await;
        let route = Details::Route { from: FROM.into(), to: TO.into(), means: None };
        let draft = a_draft(consent.record_id).items([
            an_item(Category::Vehicle).text(VAN),
            an_item(Category::TravelRoute).without_text().details(route),
        ]);
        centre.check_disclosure(&draft.clone().build()).await.unwrap();
        let disclosure = released(&centre, draft).await;
        let content = collected(&office, disclosure.id).await;
        assert_eq!(content.handling_instructions, ["Kanarienhinweis".into()]);
        office.acknowledge_disclosure(disclosure.id, None).await.unwrap();
        centre.withdraw_consent(consent.record_id).await.unwrap();

        let mut path = "/v1/audit/events?limit=200".to_owned();
        loop {
            let page = Raw::get(&path).send(&app.auditor()).await.expect_status(200);
            for canary in ["anarien", "KANARIEN", "Lieferwagen", "Aktenschrank", "BERAT-04", "Nachweispflicht"] {
                assert!(!page.text().contains(canary), "the log tells {canary:?}");
            }
            match page.json()["next"].as_str() {
                Some(next) => path = format!("/v1/audit/events?limit=200&cursor={next}"),
                None => break,
            }
        }
    }

    async fn two_offices_know_the_same_person_by_different_pseudonyms(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent().recipient(HAMBURG)).await;
        let first = released(&centre, a_draft(consent.record_id)).await;
        let again = released(&centre, a_draft(consent.record_id)).await;
        let other = released(&centre, a_draft(consent.record_id).recipient(HAMBURG)).await;
        assert_eq!(first.person, again.person, "one office always knows her by the same");
        assert_ne!(first.person, other.person, "two offices can't find out that they know the same person");

        let filter = AuditFilter { pseudonym: Some(other.person.clone()), ..AuditFilter::default() };
        let about_her = crate::support::trail::trail(&app.auditor(), &filter).await;
        assert_eq!(about_her.len(), 1, "the auditor finds her by the office's pseudonym");
    }

    async fn a_message_that_was_not_collected_can_be_recalled_and_is_gone(app: TestApp) {
        use freigabe_contract::ProblemType;
        use freigabe_testkit::ExpectRefusal as _;

        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        let taken_back = released(&centre, a_draft(consent.record_id)).await;
        let fetched = released(&centre, a_draft(consent.record_id)).await;
        collected(&office, fetched.id).await;

        let recalled = centre.recall_disclosure(taken_back.id, None).await.unwrap();
        assert_eq!(recalled.state, DisclosureState::Recalled);
        assert!(!app.inspect().holds_content_of(taken_back.id).await);
        office.collect_disclosure(taken_back.id, None).await.expect_problem(ProblemType::NotFound);
        centre.recall_disclosure(fetched.id, None).await.expect_problem(ProblemType::Conflict);
    }
}
