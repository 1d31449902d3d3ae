//! Listings, page by page: nothing is lost, nothing comes twice, also while the listing grows.

use std::collections::BTreeSet;

use freigabe_client::{AuditFilter, Client, OfficeFilter, PageQuery, every_item};
use freigabe_testkit::{
    ExpectAnswer as _, Raw, TestApp, a_consent, a_draft, network::KB_HAMBURG, on_both_databases,
};
use time::Duration;
use uuid::Uuid;

use crate::support::{inbox_of, recorded, released};

on_both_databases! {
    async fn a_listing_of_several_pages_has_every_item_once_and_in_order(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        let mut released_ids = Vec::new();
        for _ in 0..7 {
            released_ids.push(released(&centre, a_draft(consent.record_id)).await.id);
            app.advance(Duration::milliseconds(1));
        }

        let (inbox, pages) = walk(&office, "/v1/inbox?limit=2").await;
        assert_eq!(inbox, released_ids, "the inbox is oldest first");
        assert_eq!(pages, 4);
        let (listed, pages) = walk(&centre, "/v1/disclosures?limit=3").await;
        let newest_first: Vec<Uuid> = released_ids.iter().rev().copied().collect();
        assert_eq!(listed, newest_first, "the centre's listing is newest first");
        assert_eq!(pages, 3);
        let (all, pages) = walk(&centre, "/v1/disclosures?limit=7").await;
        assert_eq!((all.len(), pages), (7, 1), "a page that is just full has no next");
        assert_eq!(inbox_of(&office).await, released_ids);
    }

    async fn items_of_the_same_moment_are_neither_lost_nor_doubled(app: TestApp) {
        let centre = app.centre_a();
        let mut recorded_ids = BTreeSet::new();
        for _ in 0..9 {
            // Again and again the same millisecond.
            app.set_database_time("2026-11-24T12:00:00Z");
            recorded_ids.insert(recorded(&centre, a_consent()).await.record_id);
        }
        for limit in [1, 2, 4] {
            let (listed, _) = walk(&centre, &format!("/v1/consents?limit={limit}")).await;
            assert_eq!(listed.len(), 9, "limit {limit}");
            assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), recorded_ids, "limit {limit}");
        }
    }

    async fn what_comes_in_meanwhile_disturbs_no_walk(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        let mut before = Vec::new();
        for _ in 0..4 {
            before.push(released(&centre, a_draft(consent.record_id)).await.id);
            app.advance(Duration::milliseconds(1));
        }
        let page = PageQuery { cursor: None, limit: Some(2) };
        let first = office.list_inbox(&page).await.unwrap();
        // One on the first page leaves, one more arrives.
        office.collect_disclosure(before[0], None).await.unwrap();
        let late = released(&centre, a_draft(consent.record_id)).await.id;
        let rest = office.list_inbox(&PageQuery { cursor: first.next, limit: Some(10) }).await.unwrap();
        let rest: Vec<Uuid> = rest.items.iter().map(|item| item.id).collect();
        assert_eq!(rest, [before[2], before[3], late]);
    }

    async fn notices_offices_and_the_log_are_listed_in_pages_as_well(app: TestApp) {
        let (centre, office) = (app.centre_a(), app.office(KB_HAMBURG));
        let consent = recorded(&centre, a_consent()).await;
        for _ in 0..5 {
            let disclosure = released(&centre, a_draft(consent.record_id)).await;
            office.collect_disclosure(disclosure.id, None).await.unwrap();
        }
        centre.withdraw_consent(consent.record_id).await.unwrap();
        let (notices, pages) = walk(&office, "/v1/withdrawal-notices?open=true&limit=2").await;
        assert_eq!((notices.iter().collect::<BTreeSet<_>>().len(), pages), (5, 3));

        let offices = async |limit| {
            let list = async |page: PageQuery| {
                centre.list_offices(&OfficeFilter::default(), &PageQuery { limit: Some(limit), ..page }).await
            };
            every_item(list).await.unwrap().into_iter().map(|office| office.id).collect::<Vec<_>>()
        };
        let all = offices(200).await;
        assert!(all.len() > 60, "the directory holds {} offices", all.len());
        assert!(all.is_sorted());
        assert_eq!(offices(17).await, all, "in pages of 17 as in one");

        let auditor = app.auditor();
        let filter = AuditFilter { consent: Some(consent.record_id), ..AuditFilter::default() };
        let events = async |limit| {
            let list = async |page: PageQuery| {
                auditor.query_audit_events(&filter, &PageQuery { limit: Some(limit), ..page }).await
            };
            every_item(list).await.unwrap().into_iter().map(|event| event.id).collect::<Vec<_>>()
        };
        let all = events(200).await;
        assert_eq!(all.len(), 12, "recorded, five times released and collected, withdrawn");
        assert_eq!(events(5).await, all, "in pages of 5 as in one");
    }
}

/// Follows the `Link` headers from page to page; the identifiers on all pages, and how many pages there were.
async fn walk(client: &Client, first: &str) -> (Vec<Uuid>, usize) {
    let mut path = first.to_owned();
    let mut found = Vec::new();
    for pages in 1..=100 {
        let answer = Raw::get(&path).send(client).await.expect_status(200);
        let page = answer.json();
        for item in page["items"].as_array().expect("items") {
            let id = item["id"]
                .as_str()
                .or_else(|| item["record_id"].as_str())
                .expect("an identifier");
            found.push(Uuid::parse_str(id).expect("a UUID"));
        }
        match (answer.header("link"), page["next"].as_str()) {
            (None, None) => return (found, pages),
            (Some(link), Some(next)) => path = next_page(link, next, first),
            (link, next) => panic!("the header says {link:?}, the body says {next:?}"),
        }
    }
    panic!("the pages of {first} never end");
}

/// The address in a `Link` header (RFC 8288), which leads to the page that the body names and keeps the conditions.
fn next_page(link: &str, next: &str, first: &str) -> String {
    let address = link
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix(">; rel=\"next\""));
    let address = address.unwrap_or_else(|| panic!("{link} is no link to a next page"));
    let start = address.find("/v1/").expect("a path of the API");
    let path = &address[start..];
    assert!(
        path.contains(&format!("cursor={next}")),
        "{link} leads elsewhere than {next}"
    );
    let conditions = first.split_once('?').map_or("", |(_, query)| query);
    for condition in conditions
        .split('&')
        .filter(|condition| !condition.is_empty())
    {
        assert!(path.contains(condition), "{link} forgets {condition}");
    }
    path.to_owned()
}
