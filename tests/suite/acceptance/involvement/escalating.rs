//! When nobody answers: the centre is reminded, then the coordination is told. The times are configuration, and each offer keeps its own.

use freigabe_client::PageQuery;
use freigabe_contract::vocabulary::Operation;
use freigabe_testkit::{TestApp, network::KB_HAMBURG, on_both_databases};
use time::Duration;

use super::{ACCEPTED, DECLINED, noted, offers, three};
use crate::support::{
    trail::{field, text, trail_of},
    upkeep::follow_up,
};

on_both_databases! {
    async fn a_reminder_comes_first_then_the_coordination_is_told(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let [a, b, _] = three(&app).await;
        let opened = noted(&office, "P-1", &[a, b]).await;
        app.centre_b().answer_involvement_offer(offers(&app.centre_b()).await[0].id, &DECLINED, None).await.unwrap();
        let unanswered = async || app.coordination().list_unanswered_offers(&PageQuery::default()).await.unwrap().items;
        assert_eq!(follow_up(&app).await, 0, "nothing is due yet");

        app.advance(Duration::hours(4));
        assert_eq!(follow_up(&app).await, 1, "who answered is not reminded");
        assert_eq!(follow_up(&app).await, 0, "once");
        let [asked] = offers(&app.centre_a()).await.try_into().expect("one offer");
        assert!(asked.reminded_at.is_some());
        assert_eq!(asked.answer_by.get() - asked.offered_at.get(), Duration::hours(24));
        assert!(unanswered().await.is_empty());

        app.advance(Duration::hours(20));
        assert_eq!(follow_up(&app).await, 1);
        let [told] = unanswered().await.try_into().expect("one offer");
        assert_eq!((told.id, told.centre_id, told.office.as_str()), (asked.id, a, KB_HAMBURG));
        let of_case = serde_json::to_string(&told).unwrap();
        assert!(!of_case.contains(&opened.id.to_string()) && !of_case.contains(asked.person.as_str()), "{of_case}");
        assert!(office.get_involvement(opened.id).await.unwrap().offers[0].escalated_at.is_some());

        app.centre_a().answer_involvement_offer(asked.id, &ACCEPTED, None).await.unwrap();
        assert!(unanswered().await.is_empty(), "a late answer is an answer");
        for operation in [Operation::InvolvementReminded, Operation::InvolvementEscalated] {
            let [event] = trail_of(&app.auditor(), operation).await.try_into().expect("one event");
            assert_eq!(text(&event, "/involvement"), opened.id.to_string());
            assert_eq!(field(&event, "/actor"), None, "the server does it by itself");
        }
    }

    async fn what_is_no_longer_needed_is_not_followed_up(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let [a, b, _] = three(&app).await;
        noted(&office, "P-1", &[a, b]).await;
        let closed = noted(&office, "P-2", &[a]).await;
        office.close_involvement(closed.id, None).await.unwrap();
        app.centre_b().answer_involvement_offer(offers(&app.centre_b()).await[0].id, &ACCEPTED, None).await.unwrap();
        app.advance(Duration::hours(48));
        assert_eq!(follow_up(&app).await, 0);
        let told = app.coordination().list_unanswered_offers(&PageQuery::default()).await.unwrap();
        assert!(told.items.is_empty());
        assert!(offers(&app.centre_a()).await.iter().all(|offer| offer.reminded_at.is_none()));
    }

    async fn both_are_due_at_once_when_nobody_looked_for_long(app: TestApp) {
        let [a, _, _] = three(&app).await;
        noted(&app.office(KB_HAMBURG), "P-1", &[a]).await;
        app.advance(Duration::hours(30));
        assert_eq!(follow_up(&app).await, 1);
        let [told] = app.coordination().list_unanswered_offers(&PageQuery::default()).await.unwrap().items.try_into().unwrap();
        assert_eq!(offers(&app.centre_a()).await[0].reminded_at, Some(told.escalated_at));
    }
}
