//! Who does not acknowledge is reminded, once. The times are configuration, and each notice keeps its own.

use freigabe_contract::{examples, vocabulary::Operation};
use freigabe_testkit::{TestApp, network::KB_HAMBURG, on_both_databases};
use serde_json::json;
use time::Duration;

use super::{MANAGEMENT, inbox, issued, known, somebody, to_person};
use crate::support::{
    trail::{field, text, trail_of},
    upkeep::remind,
};

on_both_databases! {
    async fn an_urgent_notice_is_reminded_of_sooner_and_each_once(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let (disclosure, case) = known(&app).await;
        let urgent = issued(&office, to_person(disclosure)).await;
        let routine = issued(&office, examples::issue_security_broadcast()).await;
        assert_eq!(remind(&app).await, 0, "nothing is due yet");

        app.advance(Duration::hours(4));
        assert_eq!(remind(&app).await, 1);
        assert_eq!(remind(&app).await, 0, "once");
        let reminded = async |id| office_sees(&app.office(KB_HAMBURG), id).await;
        assert_eq!(reminded(urgent.id).await, 1);
        assert_eq!(reminded(routine.id).await, 0);
        let [event] = trail_of(&app.auditor(), Operation::SecurityNoticeReminded).await.try_into().unwrap();
        assert_eq!((text(&event, "/security_notice"), text(&event, "/case")), (urgent.id.to_string(), case.to_string()));
        assert_eq!(field(&event, "/actor"), None, "the server does it by itself");
        let listed = inbox(&app.centre_a()).await;
        assert!(listed.iter().find(|one| one.id == urgent.id).unwrap().reminded_at.is_some());

        let counsellor = somebody(&app.centre_b());
        counsellor.read_security_notice(routine.id, None).await.unwrap();
        counsellor.acknowledge_security_notice(routine.id, &MANAGEMENT, None).await.unwrap();
        app.advance(Duration::hours(68));
        assert_eq!(remind(&app).await, 2, "who has acknowledged is not reminded");
        assert_eq!(reminded(routine.id).await, 2);
    }

    async fn what_no_longer_holds_is_not_reminded_of(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let (disclosure, _) = known(&app).await;
        let withdrawn = issued(&office, to_person(disclosure)).await;
        office.withdraw_security_notice(withdrawn.id, None).await.unwrap();
        let superseded = issued(&office, to_person(disclosure)).await;
        let version = serde_json::from_value(examples::revise_security_notice()).unwrap();
        let later = office.revise_security_notice(superseded.id, &version, None).await.unwrap();
        let management = somebody(&app.centre_a());
        management.read_security_notice(later.id, None).await.unwrap();
        management.acknowledge_security_notice(later.id, &MANAGEMENT, None).await.unwrap();
        let mut short = to_person(disclosure);
        short["valid_until"] = json!("2026-11-28T00:00:00Z");
        app.set_database_time("2026-11-27T23:59:00Z");
        issued(&office, short).await;
        app.advance(Duration::hours(5));
        assert_eq!(remind(&app).await, 0, "withdrawn, superseded, acknowledged, or over");
    }
}

/// At how many centres a notice was reminded of.
async fn office_sees(office: &freigabe_client::Client, id: uuid::Uuid) -> usize {
    let notice = office
        .get_security_notice(id)
        .await
        .expect("the office's notice");
    let deliveries = notice.deliveries.iter();
    deliveries.filter(|one| one.reminded_at.is_some()).count()
}
