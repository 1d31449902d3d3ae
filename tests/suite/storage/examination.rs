//! Leaves whose events were erased, and events that are not those of their leaves.

use freigabe_domain::{
    Error,
    access::AuditorCaller,
    audit::{
        EventState, ExportFormat, ExportPlan, ExportRequest, LoggedLeaf, SampleRequest, SampleSeed,
        WantedLeaves,
    },
    exchange::{AuditDesk as _, ExaminationDesk as _, LogDesk as _},
    log::LogError,
};
use freigabe_testkit::{TestStore, on_both_databases};

const EVERYTHING: ExportRequest = ExportRequest::Leaves(WantedLeaves {
    from: None,
    until: None,
});

/// A log of a consent and a message, published.
async fn published(test: &TestStore) -> AuditorCaller {
    let auditor = test.auditor().await;
    test.release(test.consent(1).await.head.id).await;
    test.application.sequence().await.unwrap();
    test.application.sign_checkpoint(&[]).await.unwrap();
    auditor
}

/// Erases the events with this condition, as the retention of an installation does.
async fn erase(test: &TestStore, condition: &str) {
    for sql in [
        format!(
            "DELETE FROM event_terms WHERE event_id IN (SELECT id FROM events WHERE {condition})"
        ),
        format!("DELETE FROM events WHERE {condition}"),
    ] {
        test.execute(&sql).await.unwrap();
    }
}

async fn all(test: &TestStore, auditor: &AuditorCaller, plan: &ExportPlan) -> Vec<LoggedLeaf> {
    let mut leaves = Vec::new();
    let mut position = Some(plan.begin());
    while let Some(from) = position {
        let batch = test
            .application
            .export_batch(auditor, plan, from)
            .await
            .unwrap();
        leaves.extend(batch.leaves.into_iter().map(|(leaf, _)| leaf));
        position = batch.next;
    }
    leaves
}

on_both_databases! {
    async fn erased_events_leave_their_leaves_and_are_counted(test: TestStore) {
        let auditor = published(&test).await;
        let size = u64::try_from(test.number("SELECT size FROM log_heads").await).unwrap();
        assert_eq!(test.application.audit_gone(&auditor).await.unwrap(), 0);
        erase(&test, "operation = 'disclosure_released'").await;
        assert_eq!(test.application.audit_gone(&auditor).await.unwrap(), 1);

        let plan = test.application.begin_export(&auditor, ExportFormat::Ndjson, EVERYTHING).await.unwrap();
        assert_eq!(plan.records, size, "a range has every leaf");
        let leaves = all(&test, &auditor, &plan).await;
        let indexes: Vec<u64> = leaves.iter().map(|leaf| leaf.index).collect();
        assert_eq!(indexes, (0..size).collect::<Vec<_>>());
        assert_eq!(leaves.iter().filter(|leaf| leaf.kept.is_none()).count(), 1);
        let fhir = test.application.begin_export(&auditor, ExportFormat::Fhir, EVERYTHING).await.unwrap();
        assert_eq!(fhir.records, size - 1, "without an event there is no resource");

        let request = SampleRequest {
            size,
            leaves: WantedLeaves::default(),
            seed: Some(SampleSeed::from_bytes([7; 32])),
        };
        let drawn = test.application.audit_sample(&auditor, request).await.unwrap();
        let states = |drawn: &freigabe_domain::audit::Sample, state| {
            drawn.leaves.iter().filter(|leaf| leaf.state(drawn.at) == state).count()
        };
        assert_eq!(states(&drawn, EventState::Gone), 1, "before its year is over");
        test.advance(time::Duration::days(2 * 366));
        let later = test.application.audit_sample(&auditor, request).await.unwrap();
        assert_eq!(states(&later, EventState::Expired), 1);
        let of = |drawn: &freigabe_domain::audit::Sample| drawn.leaves.iter().map(|leaf| leaf.index).collect::<Vec<_>>();
        assert_eq!(of(&later), of(&drawn), "erasure changes no sample");
    }

    async fn an_event_that_is_not_the_one_of_its_leaf_ends_the_export(test: TestStore) {
        let auditor = published(&test).await;
        let plan = test.application.begin_export(&auditor, ExportFormat::Csv, EVERYTHING).await.unwrap();
        test.execute("UPDATE events SET class = 3 - class WHERE operation = 'disclosure_released'").await.unwrap();
        let batch = test.application.export_batch(&auditor, &plan, plan.begin()).await;
        assert!(matches!(batch, Err(Error::Log(LogError::Fault(_)))), "{batch:?}");
    }
}
