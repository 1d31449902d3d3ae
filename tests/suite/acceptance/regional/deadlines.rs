//! Deadlines that office and centre have agreed on are those of the offers and the security notices between them.

use freigabe_client::Client;
use freigabe_contract::{
    examples,
    involvement::{Involvement, MadeOffer, OfferInvolvement},
};
use freigabe_testkit::{
    TestApp, a_consent, a_draft,
    network::{HAMBURG, KB_HAMBURG},
    on_both_databases,
};
use serde_json::{Value, json};
use time::Duration;
use uuid::Uuid;

use super::{REPLACES, SUPPLEMENTS, confirmed, ended, proposed, with};
use crate::support::{
    collected,
    directory::entry_of,
    recorded, released,
    upkeep::{follow_up, remind},
};

/// The office in Hamburg and a centre agree on deadlines in Hamburg.
async fn agreed(
    app: &TestApp,
    centre: &Client,
    entry: Uuid,
    precedence: &str,
    deviations: Value,
) -> Uuid {
    let terms = with(
        super::terms(entry, precedence),
        "offices",
        json!([KB_HAMBURG]),
    );
    let terms = with(terms, "area", json!({ "laender": ["DE-HH"] }));
    let proposal = proposed(centre, with(terms, "deviations", deviations)).await;
    confirmed(&app.office(KB_HAMBURG), proposal.id).await.id
}

/// A suspected case at this place, or nowhere in particular, for which these centres are asked.
async fn asked(office: &Client, postcode: Option<&str>, offer_to: &[Uuid]) -> Involvement {
    let mut new = json!({
        "case_reference": "VG/1",
        "person_reference": "P-1",
        "suspicion_noted_at": "2026-01-01T06:30:00Z",
        "needed": { "language": "ro" },
        "offer_to": offer_to
    });
    if let Some(postcode) = postcode {
        new["needed"]["postcode"] = json!(postcode);
    }
    let new = serde_json::from_value(new).expect("a suspected case");
    office.note_involvement(&new, None).await.expect("noted")
}

/// The hours until an answer of each offer, in the order of the offers.
fn hours(involvement: &Involvement) -> Vec<i64> {
    let within = |one: &MadeOffer| (one.answer_by.get() - one.offered_at.get()).whole_hours();
    involvement.offers.iter().map(within).collect()
}

fn offers_within(remind: u16, answer: u16) -> Value {
    json!({ "offer_deadlines": { "remind_after_hours": remind, "answer_within_hours": answer } })
}

on_both_databases! {
    async fn an_offer_has_the_deadlines_that_office_and_centre_agreed_on(app: TestApp) {
        let (a, b) = (app.centre_a(), app.centre_b());
        let entries = [entry_of(&a).await, entry_of(&b).await];
        let office = app.office(KB_HAMBURG);
        let agreement = agreed(&app, &a, entries[0], REPLACES, offers_within(12, 48)).await;
        let noted = asked(&office, Some("20095"), &entries).await;
        assert_eq!(hours(&noted), [48, 24], "centre B has agreed on nothing");
        assert_eq!(hours(&asked(&office, Some("18055"), &entries[..1]).await), [24], "outside of the area");
        assert_eq!(hours(&asked(&office, Some("00000"), &entries[..1]).await), [24], "a place that nobody knows is nowhere");
        assert_eq!(hours(&asked(&office, None, &entries[..1]).await), [48], "without a place there is no outside");
        assert_eq!(hours(&asked(&app.office(HAMBURG), Some("20095"), &entries[..1]).await), [24], "another office has agreed on nothing");

        let later = asked(&office, Some("20095"), &[]).await;
        let more = OfferInvolvement { centres: vec![entries[0]] };
        let offered = office.offer_involvement(later.id, &more, None).await.unwrap();
        assert_eq!(hours(&offered), [48], "also when it is asked later");
        ended(&office, agreement).await;
        assert_eq!(hours(&office.get_involvement(noted.id).await.unwrap()), [48, 24], "what was asked keeps its deadline");
        assert_eq!(hours(&asked(&office, Some("20095"), &entries[..1]).await), [24]);
    }

    async fn the_agreed_reminder_is_the_one_that_comes(app: TestApp) {
        let centre = app.centre_a();
        let entry = entry_of(&centre).await;
        agreed(&app, &centre, entry, REPLACES, offers_within(12, 48)).await;
        asked(&app.office(KB_HAMBURG), Some("20095"), &[entry]).await;
        app.advance(Duration::hours(11));
        assert_eq!(follow_up(&app).await, 0, "four hours are the federal default, which does not come back in silence");
        app.advance(Duration::hours(2));
        assert_eq!(follow_up(&app).await, 1);
        app.advance(Duration::hours(20));
        assert_eq!(follow_up(&app).await, 0, "nor does the day after which the coordination is told");
        app.advance(Duration::hours(20));
        assert_eq!(follow_up(&app).await, 1);
    }

    async fn of_what_supplements_the_shorter_deadline_holds(app: TestApp) {
        let centre = app.centre_a();
        let entry = entry_of(&centre).await;
        let office = app.office(KB_HAMBURG);
        let longer = agreed(&app, &centre, entry, SUPPLEMENTS, offers_within(12, 48)).await;
        assert_eq!(hours(&asked(&office, Some("20095"), &[entry]).await), [24]);
        ended(&centre, longer).await;
        agreed(&app, &centre, entry, SUPPLEMENTS, offers_within(2, 8)).await;
        assert_eq!(hours(&asked(&office, Some("20095"), &[entry]).await), [8]);
    }

    async fn a_centre_is_reminded_of_a_notice_when_it_was_agreed(app: TestApp) {
        let centre = app.centre_a();
        let office = app.office(KB_HAMBURG);
        let deviations = json!({ "notice_deadlines": { "routine_hours": 24, "urgent_hours": 8 } });
        agreed(&app, &centre, entry_of(&centre).await, REPLACES, deviations).await;
        let consent = recorded(&centre, a_consent()).await;
        let disclosure = released(&centre, a_draft(consent.record_id)).await.id;
        collected(&office, disclosure).await;
        let mut urgent = examples::issue_security_notice();
        urgent["audience"]["subject"]["known_from"]["disclosure_id"] = json!(disclosure);
        let urgent = serde_json::from_value(urgent).unwrap();
        office.issue_security_notice(&urgent, None).await.unwrap();
        let to_all = serde_json::from_value(examples::issue_security_broadcast()).unwrap();
        let to_all = office.issue_security_notice(&to_all, None).await.unwrap();
        assert_eq!(to_all.counts.addressed, 3);

        app.advance(Duration::hours(7));
        assert_eq!(remind(&app).await, 0, "four hours are the federal default");
        app.advance(Duration::hours(2));
        assert_eq!(remind(&app).await, 1);
        app.advance(Duration::hours(16));
        assert_eq!(remind(&app).await, 1, "of the routine notice the one centre that agreed on a day");
        app.advance(Duration::hours(48));
        assert_eq!(remind(&app).await, 2, "the others after three");

        let version = serde_json::from_value(examples::revise_security_notice()).unwrap();
        office.revise_security_notice(to_all.id, &version, None).await.unwrap();
        app.advance(Duration::hours(25));
        assert_eq!(remind(&app).await, 1, "a later version keeps to it too");
    }
}
