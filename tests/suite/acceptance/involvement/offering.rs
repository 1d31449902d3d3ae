//! An office notes a suspected case, looks for centres, and asks them.

use freigabe_client::PageQuery;
use freigabe_contract::{
    ProblemType,
    involvement::{AgreeContact, NoteInvolvement, OfferInvolvement},
    vocabulary::{ContactMode, InvolvementState, OfferStanding, Operation},
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp,
    expect::pointers,
    network::{HAMBURG, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};
use serde_json::{Value, json};
use time::Duration;

use super::{ACCEPTED, NOTED, entry, listed, noted, offers, suspected, three, time};
use crate::support::{
    NOBODYS,
    directory::added,
    trail::{steps, text, trail, trail_of},
};

on_both_databases! {
    async fn from_suspicion_to_contact_with_all_its_times(app: TestApp) {
        let (office, centre) = (app.office(KB_HAMBURG), app.centre_a());
        let [near, _, _] = three(&app).await;
        let opened = noted(&office, "P-1", &[]).await;
        assert_eq!((opened.state, opened.offers.len()), (InvolvementState::Noted, 0));
        assert_eq!(opened.suspicion_noted_at, time(NOTED));

        let suggested = office.suggest_centres(opened.id).await.unwrap();
        assert_eq!(suggested.items[0].centre_id, near);
        let names: Vec<&str> = suggested.items.iter().map(|found| found.centre.as_str()).collect();
        assert_eq!(names, ["Ahorn", "Birke", "Clematis"], "the nearest first");
        let reasons: Vec<&str> = suggested.items[0].reasons.iter().map(|reason| reason.code.code()).collect();
        assert!(reasons.contains(&"speaks_language") && reasons.contains(&"comes_to_person"), "{reasons:?}");

        app.advance(Duration::minutes(10));
        let offered = office.offer_involvement(opened.id, &OfferInvolvement { centres: vec![near] }, None).await.unwrap();
        assert_eq!((offered.state, offered.offers[0].standing), (InvolvementState::Offered, OfferStanding::Open));
        let [asked] = offers(&centre).await.try_into().expect("one offer");
        assert_eq!((asked.id, asked.person.clone()), (offered.offers[0].id, offered.offers[0].person_for_centre.clone()));
        assert_eq!(asked.office.as_str(), KB_HAMBURG);
        assert_eq!(asked.needed.postcode_region.as_ref().map(|region| region.as_str().to_owned()), Some("20".to_owned()));

        app.advance(Duration::minutes(10));
        let accepted = centre.answer_involvement_offer(asked.id, &ACCEPTED, None).await.unwrap();
        assert_eq!((accepted.standing, accepted.contact), (OfferStanding::Accepted, None));
        app.advance(Duration::minutes(10));
        let contact = AgreeContact { mode: ContactMode::CentreComes, meeting_at: Some(time("2026-01-02T12:00:00Z")) };
        let agreed = office.agree_contact(opened.id, &contact, None).await.unwrap();
        assert_eq!((agreed.state, agreed.accepted_offer_id), (InvolvementState::ContactAgreed, Some(asked.id)));
        let seen = centre.get_involvement_offer(asked.id).await.unwrap().contact.expect("a contact");
        assert_eq!((seen.mode, seen.meeting_at), (ContactMode::CentreComes, contact.meeting_at));
        let closed = office.close_involvement(opened.id, None).await.unwrap();
        assert_eq!(closed.state, InvolvementState::Closed);

        // What the yearly review asks for: from suspicion to offer, to answer, to contact.
        let of = &closed.offers[0];
        let times = [
            closed.opened_at, of.offered_at, of.answered_at.unwrap(), closed.contact.unwrap().agreed_at, closed.closed_at.unwrap(),
        ];
        assert!(closed.suspicion_noted_at < times[0]);
        for pair in times.windows(2).take(3) {
            assert!(pair[1].get() - pair[0].get() >= Duration::minutes(10), "{times:?}");
        }
        assert_eq!(office.get_involvement(opened.id).await.unwrap(), {
            let listed = office.list_involvements(&PageQuery::default()).await.unwrap();
            listed.items.into_iter().next().unwrap()
        });

        let trail = trail(&app.auditor(), &Default::default()).await;
        let of_case: Vec<_> = trail.into_iter().filter(|event| text(event, "/involvement") == opened.id.to_string()).collect();
        let told: Vec<String> = steps(&of_case).into_iter().map(|(operation, _)| operation).collect();
        assert_eq!(told, ["involvement_noted", "involvement_offered", "involvement_answered", "contact_agreed", "involvement_closed"]);
        assert!(of_case.iter().all(|event| text(event, "/case") == opened.case_id.to_string()));
    }

    async fn a_centre_sees_a_pseudonym_of_its_own_and_not_who_else_was_asked(app: TestApp) {
        let (office, other_office) = (app.office(KB_HAMBURG), app.office(HAMBURG));
        let [a, b, _] = three(&app).await;
        let first = noted(&office, "P-1", &[a, b]).await;
        let again = noted(&office, "P-1", &[a]).await;
        assert_eq!(first.case_id, again.case_id, "the same references lead to the same case");
        let elsewhere = noted(&other_office, "P-1", &[a]).await;
        assert_ne!(first.case_id, elsewhere.case_id);

        let at_a = offers(&app.centre_a()).await;
        let at_b = offers(&app.centre_b()).await;
        assert_eq!((at_a.len(), at_b.len()), (3, 1));
        assert_eq!(at_a[2].person, at_a[1].person, "known again by the same centre");
        assert_ne!(at_a[2].person, at_b[0].person, "two centres can't join what they see");
        assert_ne!(at_a[2].person, at_a[0].person, "two offices' persons are not the same");
        for offer in at_a.iter().chain(&at_b) {
            let told = serde_json::to_string(offer).unwrap();
            let secret = [first.id.to_string(), first.case_id.to_string(), "P-1".into(), "VG/".into(), "20095".into()];
            for word in secret {
                assert!(!told.contains(&word), "{word} in {told}");
            }
        }
        let told = serde_json::to_string(&at_b[0]).unwrap();
        assert!(!told.contains(&a.to_string()), "centre B does not learn that A was asked");
        // Nor does the log connect them but for auditors.
        let answer = Raw::get(format!("/v1/involvement-offers/{}", at_a[2].id)).send(&app.centre_b()).await;
        answer.expect_problem(ProblemType::NotFound);
    }

    async fn only_centres_that_take_part_are_asked_and_each_once(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let near = listed(&app.centre_a(), "Ahorn", "Hamburg", "20095").await;
        let alone = json!({ "entry": entry("Eibe", "Kiel", "24103") });
        let alone = added(&app.coordination(), alone).await;
        let before = app.inspect().rows().await;
        let refused = office.note_involvement(&suspected("P-1", &[near, alone, NOBODYS, near]), None).await;
        let refused = refused.expect_problem(ProblemType::InvalidBody);
        assert_eq!(pointers(&refused), ["/offer_to/1", "/offer_to/2", "/offer_to/3"]);
        assert_eq!(app.inspect().rows().await, before, "nothing is half written");

        let opened = noted(&office, "P-1", &[near]).await;
        let twice = OfferInvolvement { centres: vec![near] };
        let refused = office.offer_involvement(opened.id, &twice, None).await.expect_problem(ProblemType::InvalidBody);
        assert_eq!(pointers(&refused), ["/centres/0"]);
        let key = fresh_key();
        let second = listed(&app.centre_b(), "Birke", "Rostock", "18055").await;
        let more = OfferInvolvement { centres: vec![second] };
        let offered = office.offer_involvement(opened.id, &more, Some(&key)).await.unwrap();
        assert_eq!(office.offer_involvement(opened.id, &more, Some(&key)).await.unwrap(), offered, "once for one key");
        assert_eq!(trail_of(&app.auditor(), Operation::InvolvementOffered).await.len(), 1);

        app.centre_b().answer_involvement_offer(offered.offers[1].id, &ACCEPTED, None).await.unwrap();
        let third = OfferInvolvement { centres: vec![listed(&app.centre_c(), "Clematis", "München", "80331").await] };
        office.offer_involvement(opened.id, &third, None).await.expect_problem(ProblemType::Conflict);
        office.close_involvement(opened.id, None).await.unwrap();
        office.offer_involvement(opened.id, &third, None).await.expect_problem(ProblemType::Conflict);
        office.close_involvement(opened.id, None).await.expect_problem(ProblemType::Conflict);
    }

    async fn what_makes_no_sense_is_refused_with_each_fault(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let before = app.inspect().rows().await;
        let future = NoteInvolvement { suspicion_noted_at: time("2090-01-01T00:00:00Z"), ..suspected("P-1", &[]) };
        let refused = office.note_involvement(&future, None).await.expect_problem(ProblemType::InvalidBody);
        assert_eq!(pointers(&refused), ["/suspicion_noted_at"]);
        let good = serde_json::to_value(suspected("P-1", &[])).unwrap();
        let refused = async |change: &dyn Fn(&mut Value)| {
            let mut body = good.clone();
            change(&mut body);
            let answer = Raw::post("/v1/involvements").json(&body).send(&office).await;
            pointers(&answer.expect_problem(ProblemType::InvalidBody))
        };
        assert_eq!(refused(&|body| body["person_reference"] = json!("Maria Muster")).await, ["/person_reference"]);
        assert_eq!(refused(&|body| body["needed"]["language"] = json!("xx")).await, ["/needed/language"]);
        assert_eq!(refused(&|body| body["needed"]["postcode"] = json!("2009")).await, ["/needed/postcode"]);
        assert_eq!(refused(&|body| body["needed"]["cooperates"] = json!(true)).await, ["/needed/cooperates"]);
        assert_eq!(refused(&|body| body["willing_to_testify"] = json!(false)).await, ["/willing_to_testify"]);
        assert_eq!(app.inspect().rows().await, before);
    }

    async fn a_place_that_is_not_known_leads_to_no_distance(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        three(&app).await;
        let mut unknown = suspected("P-1", &[]);
        unknown.needed.postcode = Some("00000".into());
        let opened = office.note_involvement(&unknown, None).await.unwrap();
        let suggested = office.suggest_centres(opened.id).await.unwrap();
        assert_eq!(suggested.total, 3);
        assert!(suggested.items.iter().all(|found| found.distance_km.is_none()));
    }

    async fn pages_of_involvements_and_offers_show_each_once(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let near = listed(&app.centre_a(), "Ahorn", "Hamburg", "20095").await;
        let mut all = Vec::new();
        for person in ["P-1", "P-2", "P-3"] {
            all.insert(0, noted(&office, person, &[near]).await.id);
        }
        let mut page = PageQuery { limit: Some(2), cursor: None };
        let first = office.list_involvements(&page).await.unwrap();
        page.cursor = first.next;
        let second = office.list_involvements(&page).await.unwrap();
        let seen: Vec<_> = first.items.iter().chain(&second.items).map(|one| one.id).collect();
        assert_eq!((seen, second.next), (all, None));
        let mut page = PageQuery { limit: Some(2), cursor: None };
        let centre = app.centre_a();
        let first = centre.list_involvement_offers(&page).await.unwrap();
        page.cursor = first.next;
        let second = centre.list_involvement_offers(&page).await.unwrap();
        assert_eq!((first.items.len(), second.items.len(), second.next), (2, 1, None));
    }
}
