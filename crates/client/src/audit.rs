//! The disclosure log, for auditors.

use freigabe_contract::{
    audit::{AuditCounts, AuditEvent, AuditEventPage, AuditSample, DrawAuditSample},
    query::{AuditFilter, AuditPeriod, PageQuery},
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `queryAuditEvents`: events that match, newest first. The query is in the log as well.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn query_audit_events(
        &self,
        filter: &AuditFilter,
        page: &PageQuery,
    ) -> Result<AuditEventPage, Error> {
        Call::get("queryAuditEvents", &["v1", "audit", "events"])
            .query(filter)?
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getAuditEvent`: one event. Reading it is in the log as well.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_audit_event(&self, id: Uuid) -> Result<AuditEvent, Error> {
        let path = ["v1", "audit", "events", &id.to_string()];
        Call::get("getAuditEvent", &path).fetch(self).await
    }

    /// `countAuditEvents`: how many events there are. Counting is in the log as well.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn count_audit_events(&self, period: &AuditPeriod) -> Result<AuditCounts, Error> {
        Call::get("countAuditEvents", &["v1", "audit", "counts"])
            .query(period)?
            .fetch(self)
            .await
    }

    /// `drawAuditSample`: a random sample of the published log. Drawing it is in the log as well.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn draw_audit_sample(&self, wanted: &DrawAuditSample) -> Result<AuditSample, Error> {
        Call::post("drawAuditSample", &["v1", "audit", "samples"])
            .json(wanted)?
            .fetch(self)
            .await
    }

    /// `getAuditEvidence`: a package (ZIP) that proves one event. Taking it is in the log as well.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_audit_evidence(&self, id: Uuid) -> Result<Vec<u8>, Error> {
        let path = ["v1", "audit", "events", &id.to_string(), "evidence"];
        let answer = Call::get("getAuditEvidence", &path).answer(self).await?;
        Ok(answer.body)
    }

    /// `getLeafEvidence`: a package (ZIP) that proves what became of the leaf at this index of the newest log. Taking it is in the
    /// log as well.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_leaf_evidence(&self, index: u64) -> Result<Vec<u8>, Error> {
        let path = ["v1", "audit", "leaves", &index.to_string(), "evidence"];
        let answer = Call::get("getLeafEvidence", &path).answer(self).await?;
        Ok(answer.body)
    }
}
