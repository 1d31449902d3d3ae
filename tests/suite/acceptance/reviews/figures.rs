//! Figures of a review: counted by office, told by Direktion and Land, once, and so that nobody is revealed.

use freigabe_client::Client;
use freigabe_contract::{
    examples,
    review::{FigureTable, Review, ReviewFigures},
    vocabulary::{FigureTopic, ReviewReason},
};
use freigabe_testkit::{
    TestApp, a_consent, a_draft,
    network::{HANNOVER, KB_HAMBURG},
    on_both_databases,
};
use serde_json::json;
use time::Duration;
use uuid::Uuid;

use super::{asked, by_date, concluded};
use crate::support::{directory::entry_of, recorded, released, upkeep::open_due};

async fn figures(app: &TestApp, review: &Review) -> ReviewFigures {
    let figures = app.centre_a().get_review_figures(review.id).await;
    figures.expect("figures")
}

fn table(figures: &ReviewFigures, topic: FigureTopic) -> &FigureTable {
    let mut tables = figures.tables.iter();
    tables
        .find(|table| table.topic == topic)
        .expect("every topic is there")
}

/// The number of a column in an area.
fn count(
    table: &FigureTable,
    direktion: Option<&str>,
    land: Option<&str>,
    column: &str,
) -> Option<u64> {
    let at = table.columns.iter().position(|one| one.code == column);
    let row = table.rows.iter().find(|row| {
        row.direktion.as_ref().map(|office| office.as_str()) == direktion
            && row.land.as_deref() == land
    });
    row.expect("an area").figures[at.expect("a column")].count
}

pub(super) async fn told_of_help(office: &Client, entry: Uuid, times: usize) {
    let mut referral = examples::note_referral();
    referral["centres"] = json!([entry]);
    let referral = serde_json::from_value(referral).expect("a referral");
    for _ in 0..times {
        office.note_referral(&referral, None).await.expect("noted");
    }
}

on_both_databases! {
    async fn small_numbers_are_withheld_with_what_they_would_follow_from(app: TestApp) {
        let entry = entry_of(&app.centre_a()).await;
        told_of_help(&app.office(KB_HAMBURG), entry, 6).await;
        told_of_help(&app.office(HANNOVER), entry, 2).await;
        let review = by_date(&app).await;
        let figures = figures(&app, &review).await;
        assert_eq!((figures.threshold, Some(figures.period_until)), (5, review.period_until));
        assert_eq!(figures.tables.len(), FigureTopic::ALL.len());
        let referrals = table(&figures, FigureTopic::ReferralNotices);
        let of = |direktion, land| count(referrals, direktion, land, "sum");
        assert_eq!(of(None, None), Some(8));
        assert_eq!(of(Some(HANNOVER), None), Some(8));
        assert_eq!(of(Some(HANNOVER), Some("DE-NI")), None, "two");
        assert_eq!(of(Some(HANNOVER), Some("DE-HH")), None, "six, from which two would follow");
        assert_eq!(of(Some(HANNOVER), Some("DE-HB")), Some(0));
        for topic in [FigureTopic::DisclosedItems, FigureTopic::InvolvementOffers, FigureTopic::Withdrawals] {
            assert_eq!(count(table(&figures, topic), None, None, "sum"), Some(0));
        }
    }

    async fn figures_are_made_once_and_two_reviews_share_no_case(app: TestApp) {
        let entry = entry_of(&app.centre_a()).await;
        told_of_help(&app.office(KB_HAMBURG), entry, 6).await;
        let first = by_date(&app).await;
        let before = figures(&app, &first).await;
        let of = |figures: &ReviewFigures| count(table(figures, FigureTopic::ReferralNotices), None, None, "sum");
        assert_eq!(of(&before), Some(6));
        // What comes later is in no figure of the first, so that nothing follows from a difference.
        told_of_help(&app.office(KB_HAMBURG), entry, 1).await;
        for side in [app.office(KB_HAMBURG), app.coordination()] {
            concluded(&side, first.id).await;
        }
        let second = asked(&app.coordination(), ReviewReason::NewNeeds).await;
        assert_eq!(open_due(&app).await, 1);
        assert_eq!(of(&figures(&app, &second).await), None, "one: not seven");
        assert_eq!(figures(&app, &first).await, before);
    }

    async fn messages_refusals_and_withdrawals_are_counted_at_the_office_concerned(app: TestApp) {
        let centre = app.centre_a();
        let consent = recorded(&centre, a_consent()).await.record_id;
        for _ in 0..5 {
            released(&centre, a_draft(consent)).await;
        }
        centre.withdraw_consent(consent).await.unwrap();
        for _ in 0..5 {
            centre.release_disclosure(&a_draft(consent).build(), None).await.unwrap_err();
        }
        // A check is none.
        centre.check_disclosure(&a_draft(consent).build()).await.unwrap();
        app.advance(Duration::minutes(2));
        let review = by_date(&app).await;
        let figures = figures(&app, &review).await;
        let at = |topic, column| {
            let table = table(&figures, topic);
            let whole = count(table, None, None, column);
            assert_eq!(count(table, Some(HANNOVER), Some("DE-HH"), column), whole, "{topic:?}");
            whole
        };
        assert_eq!(at(FigureTopic::Withdrawals, "before_collection"), Some(5));
        assert_eq!(at(FigureTopic::Withdrawals, "after_collection"), Some(0));
        assert_eq!(at(FigureTopic::RefusalReasons, "WITHDRAWN"), Some(5));
        let items = a_draft(consent).build().items.len() as u64;
        assert_eq!(at(FigureTopic::DisclosedItems, "sum"), Some(5 * items));
    }
}
