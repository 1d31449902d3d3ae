//! A centre keeps its own entry, the coordination keeps all and confirms them, and whatever is not confirmed says so.

use freigabe_client::{AuditFilter, CentreFilter, KeptCentreFilter, PageQuery};
use freigabe_contract::{
    ProblemType,
    directory::{AddCounsellingCentre, SetKeeper},
    examples,
    vocabulary::{EntryStanding, Operation},
};
use freigabe_testkit::{
    Backend, ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp,
    expect::pointers,
    network::{AUDITOR, CENTRE_A, CENTRE_B},
    on_both, on_both_databases,
    request::fresh_key,
};
use serde_json::{Value, json};
use time::Duration;
use uuid::Uuid;

use super::{added, entry, found, names, service_at, shelter};
use crate::support::trail::{field, text, trail};

fn one(name: &str) -> freigabe_contract::directory::CentreEntry {
    entry(name, json!([service_at(name, "Rostock", "18055")]))
}

async fn standing(app: &TestApp, id: Uuid) -> EntryStanding {
    let read = app.anonymous().get_counselling_centre(id).await;
    read.expect("an entry").standing
}

on_both_databases! {
    async fn a_centre_keeps_its_own_entry_and_nobody_elses(app: TestApp) {
        let (own, other) = (app.centre_a(), app.centre_b());
        let made = added(&own, one("Ahorn")).await;
        assert_eq!((made.version, made.etag.as_str()), (1, "\"1\""));
        let read = app.anonymous().get_counselling_centre(made.id).await.unwrap();
        assert_eq!(read.value, made.value);

        let changed = own.change_counselling_centre(made.id, &made.etag, &one("Ahorn neu")).await.unwrap();
        assert_eq!((changed.version, changed.entry.name.as_str()), (2, "Ahorn neu"));
        assert_eq!(names(&found(&app.anonymous(), &CentreFilter::default()).await.items), ["Ahorn neu"]);
        // The same again changes nothing.
        let again = own.change_counselling_centre(made.id, &changed.etag, &one("Ahorn neu")).await.unwrap();
        assert_eq!(again.value, changed.value);

        let stale = own.change_counselling_centre(made.id, &made.etag, &one("Alt")).await;
        stale.expect_problem(ProblemType::Stale);
        let refused = other.change_counselling_centre(made.id, &changed.etag, &one("Fremd")).await;
        refused.expect_problem(ProblemType::NotFound);
        let new = AddCounsellingCentre { organisation_id: Some(app.network().participant(CENTRE_B).organisation), entry: one("Fremd") };
        let refused = own.add_counselling_centre(&new, None).await.expect_problem(ProblemType::InvalidBody);
        assert_eq!(pointers(&refused), ["/organisation_id"]);
        let kept = other.list_kept_centres(&KeptCentreFilter::default(), &PageQuery::default()).await.unwrap();
        assert!(kept.items.is_empty());
        let kept = own.list_kept_centres(&KeptCentreFilter::default(), &PageQuery::default()).await.unwrap();
        assert_eq!(kept.items[0].organisation_id, Some(app.network().participant(CENTRE_A).organisation));
    }

    async fn the_coordination_confirms_a_version_for_a_time(app: TestApp) {
        let (centre, coordination) = (app.centre_a(), app.coordination());
        let made = added(&centre, one("Ahorn")).await;
        assert_eq!(standing(&app, made.id).await, EntryStanding::NeverConfirmed);
        let confirmed = coordination.confirm_counselling_centre(made.id, &made.etag).await.unwrap();
        assert_eq!(confirmed.standing, EntryStanding::Confirmed);
        assert!(confirmed.standing_de.contains("bestätigt") && confirmed.standing_en.contains("confirmed"));
        let answer = found(&app.anonymous(), &CentreFilter::default()).await;
        assert_eq!(answer.items[0].standing, EntryStanding::Confirmed);
        assert!(answer.items[0].reasons.is_empty());

        let changed = centre.change_counselling_centre(made.id, &made.etag, &one("Neu")).await.unwrap();
        assert_eq!(changed.standing, EntryStanding::Changed);
        let waiting = KeptCentreFilter { standing: Some(EntryStanding::Changed) };
        let waiting = coordination.list_kept_centres(&waiting, &PageQuery::default()).await.unwrap();
        assert_eq!(waiting.items[0].centre.id, made.id);
        // Only what was read is confirmed.
        let stale = coordination.confirm_counselling_centre(made.id, &made.etag).await;
        stale.expect_problem(ProblemType::Stale);
        coordination.confirm_counselling_centre(made.id, &changed.etag).await.unwrap();
        app.advance(Duration::days(366));
        assert_eq!(standing(&app, made.id).await, EntryStanding::Overdue);
        let answer = found(&app.anonymous(), &CentreFilter::default()).await;
        assert_eq!(answer.items[0].reasons[0].code.code(), "not_confirmed");
    }

    async fn the_coordination_says_who_keeps_an_entry_and_removes_it(app: TestApp) {
        let coordination = app.coordination();
        let made = added(&coordination, one("Ahorn")).await;
        let own = app.network().participant(CENTRE_A).organisation;
        let keeper = SetKeeper { organisation_id: Some(own) };
        let kept = coordination.set_counselling_centre_keeper(made.id, &made.etag, &keeper).await.unwrap();
        assert_eq!(kept.organisation_id, Some(own));
        let changed = app.centre_a().change_counselling_centre(made.id, &kept.etag, &one("Ahorn neu")).await.unwrap();
        let nobody = SetKeeper { organisation_id: Some(app.network().participant(AUDITOR).organisation) };
        let refused = coordination.set_counselling_centre_keeper(made.id, &changed.etag, &nobody).await;
        assert_eq!(pointers(&refused.expect_problem(ProblemType::InvalidBody)), ["/organisation_id"]);

        coordination.remove_counselling_centre(made.id, &changed.etag).await.unwrap();
        app.anonymous().get_counselling_centre(made.id).await.expect_problem(ProblemType::NotFound);
        assert_eq!(found(&app.anonymous(), &CentreFilter::default()).await.total, 0);

        let filter = AuditFilter::default();
        let events = trail(&app.auditor(), &filter).await;
        let about = |event: &&freigabe_contract::audit::AuditEvent| text(event, "/operation").starts_with("centre_");
        let steps: Vec<(String, String)> = events.iter().filter(about)
            .map(|event| (text(event, "/operation"), field(event, "/entry_version").unwrap().to_string()))
            .collect();
        let expected = [("centre_added", "1"), ("centre_keeper_changed", "1"), ("centre_changed", "2"), ("centre_removed", "2")];
        assert_eq!(steps, expected.map(|(operation, version)| (operation.to_owned(), version.to_owned())));
        assert!(events.iter().filter(about).all(|event| text(event, "/participant") == made.id.to_string()));
    }

    async fn an_entry_is_added_once_for_one_key(app: TestApp) {
        let centre = app.centre_a();
        let (new, key) = (AddCounsellingCentre { organisation_id: None, entry: one("Ahorn") }, fresh_key());
        let first = centre.add_counselling_centre(&new, Some(&key)).await.unwrap();
        let second = centre.add_counselling_centre(&new, Some(&key)).await.unwrap();
        assert_eq!(first.value, second.value);
        let other = AddCounsellingCentre { organisation_id: None, entry: one("Birke") };
        let refused = centre.add_counselling_centre(&other, Some(&key)).await;
        refused.expect_problem(ProblemType::IdempotencyKeyReused);
        assert_eq!(app.inspect().rows_in("counselling_centres").await, 1);
        assert_eq!(trail(&app.auditor(), &AuditFilter { operation: Some(Operation::CentreAdded), ..AuditFilter::default() }).await.len(), 1);
    }

    async fn faults_of_an_entry_are_told_with_their_places_and_nothing_is_written(app: TestApp) {
        let centre = app.centre_a();
        let before = app.inspect().rows().await;
        let refused = async |change: &dyn Fn(&mut Value)| {
            let mut body = examples::add_counselling_centre();
            change(&mut body["entry"]);
            let request = Raw::post("/v1/counselling-centres").key(&fresh_key()).json(&body);
            let answer = request.send(&centre).await.expect_status(400);
            let problem: freigabe_contract::Problem = serde_json::from_slice(&answer.body).unwrap();
            pointers(&problem)
        };
        let shelters = |entry: &mut Value, field: &str, value: Value| entry["services"][1]["place"][field] = value;
        // A shelter has no field for where it is.
        for (field, value) in [
            ("location", examples::centre_entry()["services"][0]["place"]["location"].clone()),
            ("address", json!({ "street": "Lange Strasse 1" })),
            ("city", json!("Rostock")),
            ("point", json!({ "lat": 54.1, "lon": 12.1 })),
        ] {
            let at = refused(&|entry| shelters(entry, field, value.clone())).await;
            assert_eq!(at, [format!("/entry/services/1/place/{field}")], "{field}");
        }
        let at = refused(&|entry| entry["services"][1]["place"]["area"] = json!({ "postcodes": ["18055"] })).await;
        assert_eq!(at, ["/entry/services/1/place/area/postcodes/0"]);
        let at = refused(&|entry| entry["services"][1]["place"]["area"] = json!({})).await;
        assert_eq!(at, ["/entry/services/1/place/area"]);
        let at = refused(&|entry| {
            entry["services"][0]["contacts"][0]["address"] = json!("not a number");
            entry["services"][0]["languages"][0]["language"] = json!("xx");
            entry["services"][0]["schedules"][0]["byday"] = json!("XX");
            entry["services"][1]["name"] = entry["services"][0]["name"].clone();
        }).await;
        assert_eq!(at, ["/entry/services/0/contacts/0/address", "/entry/services/0/languages/0/language", "/entry/services/0/schedules/0/byday"]);
        let at = refused(&|entry| entry["services"][1]["name"] = entry["services"][0]["name"].clone()).await;
        assert_eq!(at, ["/entry/services/1/name"]);
        let at = refused(&|entry| {
            entry["services"][0]["place"]["location"] = json!({ "city": "Nirgendwo" });
        }).await;
        assert_eq!(at, ["/entry/services/0/place/location/city"]);
        for field in ["fee", "cooperation_required", "condition"] {
            let at = refused(&|entry| entry["services"][0][field] = json!(1)).await;
            assert_eq!(at, [format!("/entry/services/0/{field}")]);
        }
        assert_eq!(app.inspect().rows().await, before);
    }

    async fn what_is_left_out_about_a_place_follows_from_its_postcode_or_its_name(app: TestApp) {
        let centre = app.centre_a();
        let named = json!({ "name": "Nach Namen", "status": "active",
            "place": { "type": "location", "location": { "city": "Kiel" } } });
        let made = added(&centre, entry("Ahorn", json!([service_at("Nach Postleitzahl", "Rostock", "18055"), named, shelter("Haus", "DE-SH")]))).await;
        let places: Vec<Value> = made.entry.services.iter().map(|service| serde_json::to_value(&service.place).unwrap()).collect();
        assert_eq!(places[0]["location"]["land"], "DE-MV");
        assert_eq!(places[1]["location"]["land"], "DE-SH");
        assert!(places[0]["location"]["point"]["lat"].as_f64().unwrap() > 54.0);
        assert!(places[1]["location"]["point"]["lat"].as_f64().unwrap() > 54.2);
    }
}

#[test]
fn what_one_node_changes_is_what_the_other_finds() {
    on_both::run(async {
        let app = TestApp::start(Backend::Postgres).await;
        let second = app.start_second_node().await;
        let anybody = second.anonymous();
        assert_eq!(found(&anybody, &CentreFilter::default()).await.total, 0);
        let made = added(&app.centre_a(), one("Ahorn")).await;
        assert_eq!(
            names(&found(&anybody, &CentreFilter::default()).await.items),
            ["Ahorn"]
        );
        let changed = app
            .centre_a()
            .change_counselling_centre(made.id, &made.etag, &one("Birke"))
            .await;
        let changed = changed.unwrap();
        assert_eq!(
            names(&found(&anybody, &CentreFilter::default()).await.items),
            ["Birke"]
        );
        let removed = app
            .coordination()
            .remove_counselling_centre(made.id, &changed.etag)
            .await;
        removed.unwrap();
        assert_eq!(found(&anybody, &CentreFilter::default()).await.total, 0);
    });
}
