//! Either side opens a pair, with its own half; there is one of both.

use freigabe_contract::{
    ProblemType,
    vocabulary::{Operation, PairChannel, PairRole, PairStanding},
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp,
    expect::pointers,
    network::{CENTRE_A, CENTRE_B, HAMBURG, KB_HAMBURG},
    on_both_databases,
    request::fresh_key,
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{CANARY, of_centre, of_office, opened, pairs_of, set, with_centre, with_office};
use crate::support::{
    NOBODYS,
    directory::entry_of,
    trail::{field, text, trail_of},
};

on_both_databases! {
    async fn an_office_opens_a_pair_and_the_centre_answers_in_it(app: TestApp) {
        let (office, centre) = (app.office(KB_HAMBURG), app.centre_a());
        let pair = opened(&office, &centre).await;
        let organisation = app.network().participant(CENTRE_A).organisation;
        assert_eq!((pair.office.as_str(), pair.organisation_id), (KB_HAMBURG, organisation));
        assert_eq!((pair.standing, pair.since, pair.until), (PairStanding::Incomplete, Some(pair.opened_at), None));
        assert_eq!((pair.office_half.as_ref().unwrap().contacts.clone(), pair.etag.as_str()), (of_office(), "\"1\""));
        assert_eq!(pair.centre_half, None);

        // The centre reads whom the office names before it names anybody.
        let seen = centre.get_contact_pair(pair.id).await.unwrap();
        assert_eq!((&seen.office_half, seen.etag.as_str()), (&pair.office_half, "\"0\""));
        let named = centre.set_pair_contacts(pair.id, &seen.etag, &set(of_centre())).await.unwrap();
        assert_eq!((named.standing, named.since, named.etag.as_str()), (PairStanding::Current, None, "\"1\""));
        assert!(named.until.is_some());
        assert_eq!(named.centre_half.as_ref().unwrap().contacts, of_centre());
        assert_eq!(office.get_contact_pair(pair.id).await.unwrap().value, named.value);

        let [event] = trail_of(&app.auditor(), Operation::ContactPairOpened).await.try_into().unwrap();
        assert_eq!(text(&event, "/contact_pair"), pair.id.to_string());
        assert_eq!((text(&event, "/centre"), text(&event, "/recipient")), (organisation.to_string(), KB_HAMBURG.to_owned()));
        assert_eq!((text(&event, "/actor/role"), field(&event, "/person")), ("office".to_owned(), None));
        let [event] = trail_of(&app.auditor(), Operation::ContactPairChanged).await.try_into().unwrap();
        assert_eq!((text(&event, "/contact_pair"), text(&event, "/actor/role")), (pair.id.to_string(), "centre".to_owned()));
        assert!(!format!("{:?}", event.event).contains(CANARY), "nobody's name is in the log");
    }

    async fn a_centre_opens_a_pair_and_the_office_answers_in_it(app: TestApp) {
        let (office, centre) = (app.office(HAMBURG), app.centre_b());
        let pair = centre.open_contact_pair(&with_office(HAMBURG), None).await.unwrap();
        let organisation = app.network().participant(CENTRE_B).organisation;
        assert_eq!((pair.office.as_str(), pair.organisation_id), (HAMBURG, organisation));
        assert_eq!((pair.office_half.as_ref(), pair.standing), (None, PairStanding::Incomplete));
        let named = office.set_pair_contacts(pair.id, "\"0\"", &set(of_office())).await.unwrap();
        assert_eq!(named.standing, PairStanding::Current);
        for client in [&office, &centre, &app.coordination()] {
            let [listed] = pairs_of(client).await.try_into().expect("one pair");
            assert_eq!((listed.id, listed.standing, listed.until), (pair.id, PairStanding::Current, named.until));
            assert!(listed.office_half.is_some() && listed.centre_half.is_some());
        }
    }

    async fn there_is_one_pair_of_both_whoever_opens_it(app: TestApp) {
        let (office, centre) = (app.office(KB_HAMBURG), app.centre_a());
        let pair = opened(&office, &centre).await;
        let again = with_centre(entry_of(&centre).await);
        let refused = office.open_contact_pair(&again, None).await.expect_problem(ProblemType::Conflict);
        assert!(refused.detail.unwrap_or_default().contains("already"));
        centre.open_contact_pair(&with_office(KB_HAMBURG), None).await.expect_problem(ProblemType::Conflict);
        assert_eq!(pairs_of(&centre).await.len(), 1);
        assert_eq!(centre.get_contact_pair(pair.id).await.unwrap().centre_half, None, "what was refused is not written");
        // With others there is none yet.
        centre.open_contact_pair(&with_office(HAMBURG), None).await.expect("another office");
        app.centre_b().open_contact_pair(&with_office(KB_HAMBURG), None).await.expect("another centre");
        assert_eq!((pairs_of(&centre).await.len(), pairs_of(&office).await.len(), pairs_of(&app.coordination()).await.len()), (2, 2, 3));
    }

    async fn both_open_at_the_same_moment_and_one_pair_comes_of_it(app: TestApp) {
        let centre = app.centre_a();
        let entry = entry_of(&centre).await;
        let mut opening = JoinSet::new();
        for number in 0..6 {
            let (client, pair) = if number % 2 == 0 {
                (app.office(KB_HAMBURG), with_centre(entry))
            } else {
                (centre.clone(), with_office(KB_HAMBURG))
            };
            opening.spawn(async move {
                match client.open_contact_pair(&pair, None).await {
                    Ok(_) => true,
                    refused => {
                        refused.expect_problem(ProblemType::Conflict);
                        false
                    }
                }
            });
        }
        let made = opening.join_all().await.into_iter().filter(|made| *made).count();
        assert_eq!((made, pairs_of(&centre).await.len()), (1, 1));
    }

    async fn an_opening_that_is_sent_again_with_its_key_is_one_pair(app: TestApp) {
        let (office, centre) = (app.office(KB_HAMBURG), app.centre_a());
        let pair = with_centre(entry_of(&centre).await);
        let first = office.open_contact_pair(&pair, Some("one-pair")).await.unwrap();
        let named = centre.set_pair_contacts(first.id, "\"0\"", &set(of_centre())).await.unwrap();
        let again = office.open_contact_pair(&pair, Some("one-pair")).await.unwrap();
        assert_eq!(again.value, named.value, "the answer tells how it stands now");
        let other = with_centre(entry_of(&app.centre_b()).await);
        office.open_contact_pair(&other, Some("one-pair")).await.expect_problem(ProblemType::IdempotencyKeyReused);
        assert_eq!(trail_of(&app.auditor(), Operation::ContactPairOpened).await.len(), 1);
    }

    async fn only_who_takes_part_on_the_other_side_can_be_opened_with(app: TestApp) {
        let (office, centre) = (app.office(KB_HAMBURG), app.centre_a());
        let unkept = entry_of(&app.coordination()).await;
        for (client, with, pointer, says) in [
            (&office, json!({ "type": "centre", "centre_id": NOBODYS }), "/with/centre_id", "no such centre"),
            (&office, json!({ "type": "centre", "centre_id": unkept }), "/with/centre_id", "does not take part"),
            (&office, json!({ "type": "office", "office": HAMBURG }), "/with/type", "counselling centre"),
            (&centre, json!({ "type": "office", "office": "bpoli-nirgends" }), "/with/office", "no such office"),
            (&centre, json!({ "type": "centre", "centre_id": unkept }), "/with/type", "police office"),
        ] {
            let contacts = json!([{ "role": "management", "channel": "phone", "value": "040 555" }]);
            let body = json!({ "with": with, "contacts": contacts });
            let answer = Raw::post("/v1/contact-pairs").key(&fresh_key()).json(&body).send(client).await;
            let problem = answer.expect_problem(ProblemType::InvalidBody);
            assert_eq!(pointers(&problem), [pointer], "{with}");
            assert!(problem.errors[0].detail.contains(says), "{:?}", problem.errors);
        }
        assert_eq!(app.inspect().rows_in("contact_pairs").await, 0);
    }

    async fn contacts_that_make_no_sense_are_refused_each_with_its_place(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let entry = entry_of(&app.centre_a()).await;
        let good = json!({ "role": "management", "channel": "phone", "value": "+49 40 555 0100" });
        let with = |name: &str, value: Value| {
            let mut contact = good.clone();
            contact[name] = value;
            contact
        };
        let nine: Vec<Value> = (0..9).map(|number| with("value", json!(format!("040 555 010{number}")))).collect();
        for (contacts, expected) in [
            (json!([]), vec!["/contacts"]),
            (json!(nine), vec!["/contacts"]),
            (json!([with("role", json!("counselling"))]), vec!["/contacts/0/role"]),
            (json!([with("role", json!("bystander"))]), vec!["/contacts/0/role"]),
            (json!([with("channel", json!("fax"))]), vec!["/contacts/0/channel"]),
            (json!([with("channel", json!("email"))]), vec!["/contacts/0/value"]),
            (json!([good, with("value", json!("call me"))]), vec!["/contacts/1/value"]),
            (json!([with("value", json!("")), with("name", json!(" "))]), vec!["/contacts/0/value", "/contacts/1/name"]),
            (json!([with("name", json!(null))]), vec!["/contacts/0/name"]),
            (json!([with("reachable", json!("x".repeat(201)))]), vec!["/contacts/0/reachable"]),
            (json!([with("street", json!("Hafenstraße"))]), vec!["/contacts/0/street"]),
            (json!([good, good]), vec!["/contacts/1"]),
            (json!([with("role", json!("on_call_counselling")), with("value", json!("x"))]), vec!["/contacts/1/value"]),
        ] {
            let body = json!({ "with": { "type": "centre", "centre_id": entry }, "contacts": contacts });
            let answer = Raw::post("/v1/contact-pairs").key(&fresh_key()).json(&body).send(&office).await;
            let problem = answer.expect_problem(ProblemType::InvalidBody);
            assert_eq!(pointers(&problem), expected, "{contacts}");
        }
        assert_eq!(app.inspect().rows_in("contact_pairs").await, 0);
    }
}

/// Names are a choice; roles and numbers are not.
#[test]
fn nobody_has_to_be_named() {
    let contact = json!({ "role": "on_call_desk", "channel": "mobile", "value": "0170 5550100" });
    let read: freigabe_contract::contact_pair::RoleContact =
        serde_json::from_value(contact).unwrap();
    assert_eq!(
        (read.role, read.channel, read.name),
        (PairRole::OnCallDesk, PairChannel::Mobile, None)
    );
}
