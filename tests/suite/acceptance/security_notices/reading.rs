//! Each reading is an event, with who read.

use freigabe_contract::vocabulary::Operation;
use freigabe_testkit::{TestApp, network::KB_HAMBURG, on_both_databases, request::fresh_key};
use serde_json::json;

use super::{inbox, issued, known, to_person};
use crate::support::{
    directory::entry_at,
    trail::{text, trail_of},
};

on_both_databases! {
    async fn a_repeated_reading_is_an_event_of_its_own_with_who_read(app: TestApp) {
        let (disclosure, _) = known(&app).await;
        let notice = issued(&app.office(KB_HAMBURG), to_person(disclosure)).await.id;
        let key = fresh_key();
        let mut read = Vec::new();
        for user in ["LEITUNG-1", "BERATUNG-2"] {
            let reader = app.centre_a().on_behalf_of(user).unwrap();
            let told = reader.read_security_notice(notice, Some(&key)).await.unwrap();
            read.push((told.assessment, told.notice.read_at));
        }
        assert!(read[0].0.is_some());
        assert_eq!(read[0], read[1], "the first reading counts");
        let events = trail_of(&app.auditor(), Operation::SecurityNoticeRead).await;
        let users: Vec<_> = events.iter().map(|event| text(event, "/actor/user")).collect();
        assert_eq!(users, ["LEITUNG-1", "BERATUNG-2"]);
    }

    async fn what_is_listed_is_delivered_once(app: TestApp) {
        let (office, centre) = (app.office(KB_HAMBURG), app.centre_a());
        let (disclosure, _) = known(&app).await;
        for _ in 0..3 {
            issued(&office, to_person(disclosure)).await;
        }
        assert_eq!(inbox(&centre).await.len(), 3);
        assert_eq!(inbox(&centre).await.len(), 3);
        assert_eq!(trail_of(&app.auditor(), Operation::SecurityNoticeDelivered).await.len(), 3);
    }

    async fn a_centre_whose_area_is_postcodes_alone_is_told_in_any_land(app: TestApp) {
        let (office, centre) = (app.office(KB_HAMBURG), app.centre_b());
        entry_at(&centre, json!({ "type": "shelter", "area": { "postcodes": ["80"] } })).await;
        let mut notice = freigabe_contract::examples::issue_security_broadcast();
        notice["audience"] = json!({ "type": "region", "laender": ["DE-HH"], "subject": { "type": "country", "country": "RO" } });
        assert_eq!(issued(&office, notice).await.counts.addressed, 1);
        assert_eq!(inbox(&centre).await.len(), 1);
        assert!(inbox(&app.centre_a()).await.is_empty());
    }
}
