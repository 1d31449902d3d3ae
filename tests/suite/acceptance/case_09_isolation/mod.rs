//! Isolation: who has no business with something learns nothing, not even whether it exists.

pub(crate) mod description;
mod matrix;
mod order;
pub(crate) mod things;

use freigabe_client::PageQuery;
use freigabe_testkit::{TestApp, a_consent, a_draft, network::HAMBURG, on_both_databases};
use uuid::Uuid;

use self::things::Things;
use crate::support::{recorded, released};

on_both_databases! {
    async fn listings_hold_only_the_callers_own(app: TestApp) {
        let things = Things::prepare(&app).await;
        let (stranger, other_office) = (app.centre_b(), app.office(HAMBURG));
        let all = PageQuery::default();
        assert!(stranger.list_consents(&all).await.unwrap().items.is_empty());
        assert!(stranger.list_disclosures(&all).await.unwrap().items.is_empty());
        assert!(other_office.list_inbox(&all).await.unwrap().items.is_empty());
        assert!(other_office.list_withdrawal_notices(false, &all).await.unwrap().items.is_empty());

        let own = recorded(&stranger, a_consent()).await;
        let listed: Vec<Uuid> =
            stranger.list_consents(&all).await.unwrap().items.iter().map(|consent| consent.record_id).collect();
        assert_eq!(listed, [own.record_id]);
        things.are_untouched(&app).await;
    }

    async fn the_same_references_at_two_centres_are_two_persons(app: TestApp) {
        let consent = || a_consent().of("2026/FALL.1", "P-1");
        let at_a = recorded(&app.centre_a(), consent()).await;
        let at_b = recorded(&app.centre_b(), consent()).await;
        let again_at_a = recorded(&app.centre_a(), consent()).await;
        assert_ne!(at_a.case_id, at_b.case_id);
        assert_eq!(at_a.case_id, again_at_a.case_id);
        let from_a = released(&app.centre_a(), a_draft(at_a.record_id)).await;
        let from_b = released(&app.centre_b(), a_draft(at_b.record_id)).await;
        assert_ne!(from_a.person, from_b.person);
    }

    async fn one_clients_idempotency_key_is_nothing_to_another(app: TestApp) {
        let consent = a_consent().record();
        let at_a = app.centre_a().record_consent(&consent, Some("one-key-for-two")).await.unwrap();
        let at_b = app.centre_b().record_consent(&consent, Some("one-key-for-two")).await.unwrap();
        assert_ne!(at_a.record_id, at_b.record_id);
    }
}
