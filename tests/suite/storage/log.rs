//! Every effect has its event, in the same transaction, and the event proves what it says.

use freigabe_domain::{
    audit::AuditQuery,
    exchange::{AuditDesk as _, CollectionDesk as _, ReleaseDesk as _},
    store::PageRequest,
};
use freigabe_ledger::{Commitment, Salt};
use freigabe_testkit::{
    TestStore, on_both_databases,
    store::{CANARY, good_draft},
};
use sea_orm::{ConnectionTrait as _, Statement};

on_both_databases! {
    async fn every_events_commitment_verifies_over_payload_and_salt(test: TestStore) {
        let id = test.release(test.consent(1).await.head.id).await;
        let _ = test.application.collect_disclosure(test.office(), &test.request(test.office()), id).await.unwrap();
        let connection = test.connection().await;
        let all = "SELECT payload, salt, commitment FROM events";
        let rows = connection.query_all_raw(Statement::from_string(connection.get_database_backend(), all)).await;
        let rows = rows.unwrap();
        assert!(rows.len() >= 7, "two organisations, two clients, consent, release, collection");
        let mut salts = std::collections::BTreeSet::new();
        for row in rows {
            let payload: Vec<u8> = row.try_get("", "payload").unwrap();
            let salt: Vec<u8> = row.try_get("", "salt").unwrap();
            let commitment: Vec<u8> = row.try_get("", "commitment").unwrap();
            let commitment = Commitment::try_from(commitment.as_slice()).unwrap();
            assert!(commitment.verify(&Salt::try_from(salt.as_slice()).unwrap(), &payload));
            let parsed: serde_json::Value = serde_json::from_slice(&payload).unwrap();
            assert_eq!(freigabe_ledger::canonical_json(&parsed).unwrap(), payload, "canonical JSON");
            assert!(salts.insert(salt), "no two events share a salt");
        }
    }

    async fn a_disclosures_event_holds_the_commitment_of_the_consents_event(test: TestStore) {
        let consent = test.consent(1).await.head;
        test.release(consent.id).await;
        let release = only_event(&test, "disclosure_released").await;
        let recorded = event_with_commitment(&test, &consent.commitment).await;
        assert_eq!(release["relied_on"], consent.commitment.to_string());
        assert_eq!(recorded["operation"], "consent_recorded");
        assert_eq!(recorded["consent"], release["consent"]);
    }

    async fn the_log_never_holds_content_or_the_centres_references(test: TestStore) {
        let id = test.release(test.consent(1).await.head.id).await;
        let _ = test.application.collect_disclosure(test.office(), &test.request(test.office()), id).await.unwrap();
        let auditor = test.auditor().await;
        let page = PageRequest { after: None, limit: 200 };
        let events = test.application.audit_events(&auditor, &AuditQuery::default(), page).await.unwrap();
        for event in events.items {
            let payload = String::from_utf8(event.payload).unwrap();
            for canary in [CANARY, "AKTE-1", "PERSON-1"] {
                assert!(!payload.contains(canary), "{payload}");
            }
        }
    }

    async fn an_audit_query_is_itself_in_the_log(test: TestStore) {
        let auditor = test.auditor().await;
        let page = PageRequest { after: None, limit: 200 };
        let before = test.application.audit_events(&auditor, &AuditQuery::default(), page).await.unwrap();
        let after = test.application.audit_events(&auditor, &AuditQuery::default(), page).await.unwrap();
        assert_eq!(after.items.len(), before.items.len() + 1);
        let query: serde_json::Value = serde_json::from_slice(&after.items[0].payload).unwrap();
        assert_eq!(query["operation"], "audit_queried");
        assert_eq!(query["hits"], before.items.len());
    }

    async fn a_refused_release_leaves_its_event_and_nothing_else(test: TestStore) {
        let mut draft = good_draft(test.consent(1).await.head.id);
        draft.onward_transfer = true;
        let request = test.request(test.centre());
        let events = test.number("SELECT count(*) FROM events").await;
        assert!(test.application.release_disclosure(test.centre(), &request, draft).await.is_err());
        assert_eq!(test.number("SELECT count(*) FROM events").await, events + 1);
        for table in ["disclosures", "contents", "withdrawal_notices"] {
            assert_eq!(test.number(&format!("SELECT count(*) FROM {table}")).await, 0, "{table}");
        }
        let refused = only_event(&test, "disclosure_released").await;
        assert_eq!(refused["outcome"], "refused");
        assert_eq!(refused["refusal_reasons"][0], "ACTION_NOT_COVERED");
    }
}

async fn only_event(test: &TestStore, operation: &str) -> serde_json::Value {
    let connection = test.connection().await;
    let sql = format!("SELECT payload FROM events WHERE operation = '{operation}'");
    let rows = connection
        .query_all_raw(Statement::from_string(
            connection.get_database_backend(),
            sql,
        ))
        .await
        .unwrap();
    assert_eq!(rows.len(), 1, "one event {operation}");
    serde_json::from_slice(&rows[0].try_get::<Vec<u8>>("", "payload").unwrap()).unwrap()
}

async fn event_with_commitment(test: &TestStore, commitment: &Commitment) -> serde_json::Value {
    let connection = test.connection().await;
    let sql = "SELECT payload, commitment FROM events";
    let rows = connection
        .query_all_raw(Statement::from_string(
            connection.get_database_backend(),
            sql,
        ))
        .await
        .unwrap();
    let found = rows
        .iter()
        .find(|row| row.try_get::<Vec<u8>>("", "commitment").unwrap() == commitment.as_bytes());
    let payload: Vec<u8> = found
        .expect("an event with this commitment")
        .try_get("", "payload")
        .unwrap();
    serde_json::from_slice(&payload).unwrap()
}
