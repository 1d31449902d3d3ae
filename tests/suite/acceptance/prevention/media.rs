//! Where the police name the network: kept by an office, looked at again and again.

use freigabe_client::{Client, MediaReferenceFilter, PageQuery};
use freigabe_contract::{
    ProblemType,
    prevention::{AddMediaReference, MediaReference, RecordMediaReferenceCheck},
    vocabulary::{MediaCheckedBy, MediaFound, Operation},
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
use uuid::Uuid;

use crate::support::{
    NOBODYS,
    directory::entry_of,
    trail::{text, trail_of},
};

fn a_page() -> Value {
    json!({
        "place": { "type": "page", "address": "https://www.example.org/hilfe" },
        "names": { "type": "coordination" }
    })
}

async fn added(by: &Client, reference: Value) -> MediaReference {
    let reference: AddMediaReference = serde_json::from_value(reference).expect("a reference");
    let added = by.add_media_reference(&reference, None).await;
    added.expect("an added reference")
}

const fn found(still_live: MediaFound) -> RecordMediaReferenceCheck {
    RecordMediaReferenceCheck {
        still_live,
        checked_by: MediaCheckedBy::Hand,
    }
}

async fn listed(by: &Client, office: Option<&str>, stale: Option<bool>) -> Vec<Uuid> {
    let filter = MediaReferenceFilter {
        office: office.map(Into::into),
        stale,
    };
    let page = by
        .list_media_references(&filter, &PageQuery::default())
        .await;
    page.expect("a page")
        .items
        .into_iter()
        .map(|one| one.id)
        .collect()
}

on_both_databases! {
    async fn an_office_keeps_pages_and_leaflets_and_says_what_it_found(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let page = added(&office, a_page()).await;
        assert_eq!((page.still_live, page.last_checked_at, page.stale), (MediaFound::Unknown, None, false));
        let entry = entry_of(&app.centre_a()).await;
        let leaflet = json!({
            "place": { "type": "leaflet", "title": "Hilfe für Betroffene", "lies_at": "Wache Hauptbahnhof" },
            "names": { "type": "centre", "centre_id": entry }
        });
        let leaflet = added(&office, leaflet).await;
        let key = fresh_key();
        let checked = office.record_media_reference_check(leaflet.id, &found(MediaFound::Gone), Some(&key)).await.unwrap();
        assert_eq!((checked.still_live, checked.checked_by), (MediaFound::Gone, Some(MediaCheckedBy::Hand)));
        assert_eq!(office.record_media_reference_check(leaflet.id, &found(MediaFound::Gone), Some(&key)).await.unwrap(), checked);
        for reader in [&app.centre_b(), &app.office(HAMBURG), &app.coordination()] {
            assert_eq!(reader.get_media_reference(leaflet.id).await.unwrap(), checked);
        }
        let other = app.office(HAMBURG);
        for id in [page.id, NOBODYS] {
            other.record_media_reference_check(id, &found(MediaFound::Live), None).await.expect_problem(ProblemType::NotFound);
            other.remove_media_reference(id, None).await.expect_problem(ProblemType::NotFound);
        }
        let centre = app.centre_a().remove_media_reference(page.id, None).await;
        centre.expect_problem(ProblemType::Forbidden);
    }

    async fn what_nobody_looked_at_for_too_long_is_stale(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let first = added(&office, a_page()).await;
        app.advance(Duration::days(100));
        let second = added(&app.office(HAMBURG), a_page()).await;
        assert_eq!(listed(&office, None, Some(true)).await, Vec::<Uuid>::new());
        app.advance(Duration::days(80));
        assert_eq!(listed(&office, None, Some(true)).await, [first.id]);
        assert_eq!(listed(&office, None, Some(false)).await, [second.id]);
        assert_eq!(listed(&office, None, None).await, [second.id, first.id]);
        assert_eq!(listed(&office, Some(HAMBURG), None).await, [second.id]);
        assert!(app.coordination().get_media_reference(first.id).await.unwrap().stale);
        let looked = office.record_media_reference_check(first.id, &found(MediaFound::Live), None).await.unwrap();
        assert!(!looked.stale);
        assert_eq!(listed(&office, None, Some(true)).await, Vec::<Uuid>::new());
    }

    async fn what_is_removed_is_no_longer_listed_and_stays_as_it_was(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let page = added(&office, a_page()).await;
        let key = fresh_key();
        let removed = office.remove_media_reference(page.id, Some(&key)).await.unwrap();
        assert!(removed.removed_at.is_some());
        assert_eq!(office.remove_media_reference(page.id, Some(&key)).await.unwrap(), removed);
        office.remove_media_reference(page.id, None).await.expect_problem(ProblemType::Conflict);
        let late = office.record_media_reference_check(page.id, &found(MediaFound::Live), None).await;
        late.expect_problem(ProblemType::Conflict);
        assert_eq!(listed(&app.centre_a(), None, None).await, Vec::<Uuid>::new());
        assert_eq!(app.centre_a().get_media_reference(page.id).await.unwrap(), removed);
        app.advance(Duration::days(400));
        assert!(!office.get_media_reference(page.id).await.unwrap().stale, "nobody need look");
    }

    async fn every_fault_has_a_pointer(app: TestApp) {
        let place = |place: Value| json!({ "place": place, "names": { "type": "coordination" } });
        let pseudonym = format!("p-{}", "0f".repeat(16));
        for (faulty, expected) in [
            (place(json!({ "type": "page", "address": "ftp://example.org" })), "/place/address"),
            (place(json!({ "type": "page", "address": "https://u:p@example.org/" })), "/place/address"),
            (place(json!({ "type": "leaflet", "title": pseudonym, "lies_at": "Wache" })), "/place/title"),
            (place(json!({ "type": "leaflet", "title": "Hilfe", "lies_at": pseudonym })), "/place/lies_at"),
            (
                json!({ "place": { "type": "leaflet", "title": "Hilfe", "lies_at": "Wache" }, "names": { "type": "centre", "centre_id": NOBODYS } }),
                "/names/centre_id",
            ),
        ] {
            let answer = Raw::post("/v1/media-references").json(&faulty).send(&app.office(KB_HAMBURG)).await;
            let found = pointers(&answer.expect_problem(ProblemType::InvalidBody));
            assert!(found.iter().all(|pointer| expected.starts_with(pointer.as_str())), "{faulty}: {found:?}");
        }
        for query in ["stale=maybe", "office=BPOL", "removed=true"] {
            let answer = Raw::get(format!("/v1/media-references?{query}")).send(&app.centre_a()).await;
            let _ = answer.expect_problem(ProblemType::InvalidQuery);
        }
    }

    async fn what_was_done_is_in_the_log_without_the_place(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        let page = added(&office, a_page()).await;
        office.record_media_reference_check(page.id, &found(MediaFound::Live), None).await.unwrap();
        office.remove_media_reference(page.id, None).await.unwrap();
        for operation in [
            Operation::MediaReferenceAdded,
            Operation::MediaReferenceChecked,
            Operation::MediaReferenceRemoved,
        ] {
            let [event] = trail_of(&app.auditor(), operation).await.try_into().expect("one event");
            assert_eq!(text(&event, "/media_reference"), page.id.to_string());
            assert!(!serde_json::to_string(&event).unwrap().contains("example.org"));
            if operation == Operation::MediaReferenceChecked {
                assert_eq!(text(&event, "/answer"), "yes");
            }
        }
    }
}
