//! Leaves whose events were erased, and events that are not those of their leaves.

use std::sync::Arc;

use freigabe_domain::{
    Error,
    access::AuditorCaller,
    audit::{
        AuditQuery, EventState, ExportFormat, ExportPlan, ExportRequest, LoggedLeaf, SampleRequest,
        SampleSeed, StoredEvent, WantedLeaves,
    },
    exchange::{
        Application, AuditDesk as _, EvidenceDesk as _, ExaminationDesk as _, LogDesk as _,
        ReceiptDesk as _,
    },
    ids::{ConsentId, EventId},
    log::{Generation, LogError},
    store::{Page, PageRequest, StoreError, prelude::*},
};
use freigabe_ledger::{Leaf, Salt};
use freigabe_testkit::{
    TestStore,
    machine::MachineEntropy,
    on_both_databases,
    over::{Hooks, Over, SqlTx},
    store::log_rules,
};

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

    async fn nobody_waits_for_what_an_auditor_reads(test: TestStore) {
        let auditor = published(&test).await;
        let event = newest_event(&test, &auditor).await;
        let consent = test.consent(2).await.head.id;
        let meanwhile = Meanwhile { test: Arc::new(test), consent };
        let over = Over::new(meanwhile.test.store.clone(), meanwhile.clone());
        let application = Application::new(over, Arc::new(MachineEntropy)).with_log(log_rules());
        let (test, mut messages) = (&meanwhile.test, 1);
        let mut released_and_logged = async |operation: &str, earlier: i64| {
            messages += 1;
            assert_eq!(test.number("SELECT count(*) FROM disclosures").await, messages, "{operation}");
            let logged = test.number(&format!("SELECT count(*) FROM events WHERE operation = '{operation}'")).await;
            assert_eq!(logged, earlier + 1, "{operation}");
        };

        // The first query was that for the newest event.
        let page = PageRequest { after: None, limit: 1 };
        application.audit_events(&auditor, &AuditQuery::default(), page).await.unwrap();
        released_and_logged("audit_queried", 1).await;
        application.audit_event(&auditor, event).await.unwrap();
        released_and_logged("audit_queried", 2).await;
        application.event_proof(&auditor, event).await.unwrap();
        released_and_logged("audit_queried", 3).await;
        application.audit_gone(&auditor).await.unwrap();
        released_and_logged("audit_queried", 4).await;
        let request = SampleRequest { size: 2, leaves: WantedLeaves::default(), seed: None };
        let drawn = application.audit_sample(&auditor, request).await.unwrap();
        assert_eq!(drawn.leaves.len(), 2);
        released_and_logged("audit_sampled", 0).await;
        application.leaf_evidence(&auditor, 0).await.unwrap();
        released_and_logged("audit_exported", 0).await;
    }

    async fn what_was_read_and_could_not_be_logged_is_not_shown(test: TestStore) {
        let auditor = published(&test).await;
        let event = newest_event(&test, &auditor).await;
        let over = Over::new(test.store.clone(), FullLog);
        let application = Application::new(over, Arc::new(MachineEntropy)).with_log(log_rules());
        let page = PageRequest { after: None, limit: 1 };
        let unavailable = |outcome: &Error| matches!(outcome, Error::Store(StoreError::Unavailable(_)));
        let query = AuditQuery::default();
        assert!(unavailable(&application.audit_events(&auditor, &query, page).await.unwrap_err()));
        assert!(unavailable(&application.audit_event(&auditor, event).await.unwrap_err()));
        assert!(unavailable(&application.event_proof(&auditor, event).await.unwrap_err()));
        assert!(unavailable(&application.audit_gone(&auditor).await.unwrap_err()));
        let request = SampleRequest { size: 2, leaves: WantedLeaves::default(), seed: None };
        assert!(unavailable(&application.audit_sample(&auditor, request).await.unwrap_err()));
        assert!(unavailable(&application.leaf_evidence(&auditor, 0).await.unwrap_err()));
        assert!(unavailable(&application.audit_evidence(&auditor, event).await.unwrap_err()));
        let export = application.begin_export(&auditor, ExportFormat::Csv, EVERYTHING).await;
        assert!(unavailable(&export.map(|_| ()).unwrap_err()));
    }
}

async fn newest_event(test: &TestStore, auditor: &AuditorCaller) -> EventId {
    let page = PageRequest {
        after: None,
        limit: 1,
    };
    let found = test
        .application
        .audit_events(auditor, &AuditQuery::default(), page)
        .await;
    found.unwrap().items[0].id
}

/// Events can be read, and none can be written.
#[derive(Clone)]
struct FullLog;

impl Hooks for FullLog {
    fn before(&self, method: &'static str) -> Result<(), StoreError> {
        match method {
            "append" => Err(StoreError::Unavailable("full".to_owned())),
            _ => Ok(()),
        }
    }
}

/// A message is released whenever an auditor reads.
#[derive(Clone)]
struct Meanwhile {
    test: Arc<TestStore>,
    consent: ConsentId,
}

impl Hooks for Meanwhile {
    async fn events<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        query: &AuditQuery,
        page: PageRequest,
    ) -> Result<Page<StoredEvent>, StoreError> {
        self.test.release(self.consent).await;
        transaction.events(query, page).await
    }

    async fn event<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        id: EventId,
    ) -> Result<Option<StoredEvent>, StoreError> {
        self.test.release(self.consent).await;
        transaction.event(id).await
    }

    async fn opening<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        id: EventId,
    ) -> Result<Option<(Leaf, Salt)>, StoreError> {
        self.test.release(self.consent).await;
        transaction.opening(id).await
    }

    async fn erased_events<'tx>(&self, transaction: &mut SqlTx<'tx>) -> Result<u64, StoreError> {
        self.test.release(self.consent).await;
        transaction.erased_events().await
    }

    async fn kept_at<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        generation: Generation,
        places: &[u64],
        years: &[u16],
    ) -> Result<Vec<LoggedLeaf>, StoreError> {
        self.test.release(self.consent).await;
        transaction.kept_at(generation, places, years).await
    }
}
