//! Which offices know nobody to call.

use freigabe_client::{Client, OfficeFilter, PageQuery};
use freigabe_contract::{
    ProblemType,
    contact_pair::OfficeWithoutContact,
    vocabulary::{ContactGap, OfficeKind},
};
use freigabe_testkit::{
    ExpectAnswer as _, ExpectRefusal as _, Raw, TestApp,
    network::{FRANKFURT_ODER, HAMBURG, HANNOVER, KB_HAMBURG},
    on_both_databases,
};
use time::Duration;

use super::{CANARY, known, of_centre, opened, set, with_centre};
use crate::support::directory::entry_of;

/// Everything that is listed, on pages of so many.
async fn without(
    client: &Client,
    filter: &OfficeFilter,
    limit: Option<u16>,
) -> Vec<OfficeWithoutContact> {
    let mut page = PageQuery {
        limit,
        cursor: None,
    };
    let mut all = Vec::new();
    loop {
        let found = client.list_offices_without_contact(filter, &page).await;
        let found = found.expect("a page");
        all.extend(found.items);
        page.cursor = found.next;
        if page.cursor.is_none() {
            return all;
        }
    }
}

/// What is said of one office; nothing if it is not listed.
async fn gap_of(client: &Client, office: &str) -> Option<(ContactGap, bool)> {
    let all = without(client, &OfficeFilter::default(), None).await;
    let found = all.into_iter().find(|one| one.office.id.as_str() == office);
    found.map(|one| (one.gap, one.since.is_some()))
}

on_both_databases! {
    async fn an_office_is_listed_until_both_sides_know_each_other_and_again_when_they_no_longer_say_so(app: TestApp) {
        let (office, centre, coordination) = (app.office(KB_HAMBURG), app.centre_a(), app.coordination());
        assert_eq!(gap_of(&coordination, KB_HAMBURG).await, Some((ContactGap::NoPair, false)));
        let pair = opened(&office, &centre).await;
        let all = without(&coordination, &OfficeFilter::default(), None).await;
        let own = all.iter().find(|one| one.office.id.as_str() == KB_HAMBURG).unwrap();
        assert_eq!((own.gap, own.since), (ContactGap::Incomplete, Some(pair.opened_at)));
        let current = centre.set_pair_contacts(pair.id, "\"0\"", &set(of_centre())).await.unwrap();
        assert_eq!(gap_of(&coordination, KB_HAMBURG).await, None);
        assert_eq!(gap_of(&coordination, HAMBURG).await, Some((ContactGap::NoPair, false)), "others are as they were");

        app.advance(Duration::days(365));
        let all = without(&coordination, &OfficeFilter::default(), None).await;
        let own = all.iter().find(|one| one.office.id.as_str() == KB_HAMBURG).unwrap();
        assert_eq!((own.gap, own.since), (ContactGap::Stale, current.until));
        office.confirm_contact_pair(pair.id, "\"1\"").await.unwrap();
        assert_eq!(gap_of(&coordination, KB_HAMBURG).await, Some((ContactGap::Stale, true)), "one side alone is not enough");
        centre.confirm_contact_pair(pair.id, "\"1\"").await.unwrap();
        assert_eq!(gap_of(&coordination, KB_HAMBURG).await, None);
    }

    async fn one_current_pair_is_enough_and_two_halves_of_two_pairs_are_none(app: TestApp) {
        let office = app.office(KB_HAMBURG);
        opened(&office, &app.centre_a()).await;
        let second = opened(&office, &app.centre_b()).await;
        assert_eq!(gap_of(&office, KB_HAMBURG).await, Some((ContactGap::Incomplete, true)), "both are the office's own halves");
        app.centre_b().set_pair_contacts(second.id, "\"0\"", &set(of_centre())).await.unwrap();
        assert_eq!(gap_of(&office, KB_HAMBURG).await, None);
        let third = with_centre(entry_of(&app.centre_c()).await);
        office.open_contact_pair(&third, None).await.unwrap();
        assert_eq!(gap_of(&office, KB_HAMBURG).await, None, "another that is incomplete takes nothing away");
    }

    async fn offices_that_are_to_know_a_centre_are_listed_in_order_page_by_page(app: TestApp) {
        known(&app, HANNOVER).await;
        let coordination = app.coordination();
        let all = without(&coordination, &OfficeFilter::default(), Some(200)).await;
        assert_eq!(all.len(), 11 + 68 - 1, "Direktionen and Inspektionen, less the one that knows somebody");
        assert!(all.iter().all(|one| one.office.active && matches!(one.office.kind, OfficeKind::Direktion | OfficeKind::Inspektion)));
        assert!(all.is_sorted_by_key(|one| one.office.id.as_str().to_owned()));
        for limit in [1, 7] {
            assert_eq!(without(&app.office(FRANKFURT_ODER), &OfficeFilter::default(), Some(limit)).await, all);
        }
        let below = OfficeFilter { parent: Some(HANNOVER.into()), kind: None };
        let below = without(&coordination, &below, None).await;
        assert!(below.iter().any(|one| one.office.id.as_str() == KB_HAMBURG));
        assert!(below.iter().all(|one| one.office.parent == Some(HANNOVER.into())));
        let direktionen = OfficeFilter { parent: None, kind: Some(OfficeKind::Direktion) };
        assert_eq!(without(&coordination, &direktionen, None).await.len(), 10);
        let stations = OfficeFilter { parent: None, kind: Some(OfficeKind::Revier) };
        assert_eq!(without(&coordination, &stations, None).await.len(), 37, "who asks for stations is told of them");
    }

    async fn the_list_says_nothing_of_whom_anybody_names_and_centres_do_not_read_it(app: TestApp) {
        known(&app, KB_HAMBURG).await;
        app.advance(Duration::days(365));
        for client in [app.coordination(), app.office(FRANKFURT_ODER)] {
            let answer = Raw::get("/v1/offices-without-contact?limit=200").send(&client).await.expect_status(200);
            let text = answer.text();
            assert!(text.contains("stale") && !text.contains(CANARY) && !text.contains("organisation_id"), "{text}");
        }
        let centre = app.centre_a();
        let refused = centre.list_offices_without_contact(&OfficeFilter::default(), &PageQuery::default()).await;
        refused.expect_problem(ProblemType::Forbidden);
        for query in ["kind=bystander", "parent=%20", "cursor=AAAA", "unknown=1"] {
            let answer = Raw::get(format!("/v1/offices-without-contact?{query}")).send(&app.coordination()).await;
            let _ = answer.expect_problem(ProblemType::InvalidQuery);
        }
    }
}
