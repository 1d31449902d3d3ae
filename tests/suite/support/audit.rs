//! Everything that auditors ask of the log.

use freigabe_domain::{
    Error,
    access::{AuditorCaller, CountingCaller},
    audit::{AuditQuery, ExportFormat, ExportRequest, SampleRequest, WantedLeaves},
    exchange::{
        Application, AuditDesk as _, EvidenceDesk as _, ExaminationDesk as _, ReceiptDesk as _,
    },
    ids::EventId,
    store::{PageRequest, Store},
};
use freigabe_testkit::TestStore;

/// One event.
pub(crate) const ONE: PageRequest = PageRequest {
    after: None,
    limit: 1,
};

/// A published event, the newest. That it was asked for is one more.
pub(crate) async fn newest_event(test: &TestStore, auditor: &AuditorCaller) -> EventId {
    let query = AuditQuery::default();
    let found = test.application.audit_events(auditor, &query, ONE).await;
    found.expect("events").items[0].id
}

/// Asks each once, of a log with two published leaves or more; a use of the log each.
pub(crate) async fn ask_everything<S: Store>(
    application: &Application<S>,
    auditor: &AuditorCaller,
    event: EventId,
) -> Vec<(&'static str, Result<(), Error>)> {
    fn as_to<T>(
        what: &'static str,
        outcome: Result<T, Error>,
    ) -> (&'static str, Result<(), Error>) {
        (what, outcome.map(|_| ()))
    }
    let counting = CountingCaller::try_from(auditor.as_ref().clone()).expect("an auditor counts");
    let (query, all) = (
        AuditQuery::default(),
        ExportRequest::Leaves(WantedLeaves::default()),
    );
    let sample = SampleRequest {
        size: 2,
        leaves: WantedLeaves::default(),
        seed: None,
    };
    let format = ExportFormat::Ndjson;
    vec![
        as_to(
            "a query",
            application.audit_events(auditor, &query, ONE).await,
        ),
        as_to("an event", application.audit_event(auditor, event).await),
        as_to("what is gone", application.audit_gone(auditor).await),
        as_to(
            "counts",
            application.audit_counts(&counting, None, None).await,
        ),
        as_to("a sample", application.audit_sample(auditor, sample).await),
        as_to(
            "an export",
            application.begin_export(auditor, format, all).await,
        ),
        as_to("evidence", application.audit_evidence(auditor, event).await),
        as_to(
            "evidence of a leaf",
            application.leaf_evidence(auditor, 0).await,
        ),
        as_to("a proof", application.event_proof(auditor, event).await),
    ]
}
