//! Security notices: an office tells centres, a centre reads and acknowledges.

use freigabe_contract::{
    query::PageQuery,
    security_notice::{
        AcknowledgeSecurityNotice, InboxSecurityNotice, InboxSecurityNoticePage,
        IssueSecurityNotice, ReadSecurityNotice, ReviseSecurityNotice, SecurityNotice,
        SecurityNoticePage,
    },
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `issueSecurityNotice`: tells the centres that a development concerns. Needs [`Client::on_behalf_of`].
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn issue_security_notice(
        &self,
        notice: &IssueSecurityNotice,
        idempotency_key: Option<&str>,
    ) -> Result<SecurityNotice, Error> {
        Call::post("issueSecurityNotice", &["v1", "security-notices"])
            .json(notice)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listSecurityNotices`: the office's notices, newest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_security_notices(
        &self,
        page: &PageQuery,
    ) -> Result<SecurityNoticePage, Error> {
        Call::get("listSecurityNotices", &["v1", "security-notices"])
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getSecurityNotice`: one of them, and what became of it.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_security_notice(&self, id: Uuid) -> Result<SecurityNotice, Error> {
        let path = ["v1", "security-notices", &id.to_string()];
        Call::get("getSecurityNotice", &path).fetch(self).await
    }

    /// `reviseSecurityNotice`: puts a new version in the place of one. Needs [`Client::on_behalf_of`].
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn revise_security_notice(
        &self,
        id: Uuid,
        version: &ReviseSecurityNotice,
        idempotency_key: Option<&str>,
    ) -> Result<SecurityNotice, Error> {
        let path = ["v1", "security-notices", &id.to_string(), "revisions"];
        Call::post("reviseSecurityNotice", &path)
            .json(version)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `withdrawSecurityNotice`: withdraws a version; what it said is destroyed. Needs [`Client::on_behalf_of`].
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn withdraw_security_notice(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<SecurityNotice, Error> {
        let path = ["v1", "security-notices", &id.to_string(), "withdrawal"];
        Call::post("withdrawSecurityNotice", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listSecurityInbox`: what the centre was told, newest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_security_inbox(
        &self,
        page: &PageQuery,
    ) -> Result<InboxSecurityNoticePage, Error> {
        Call::get("listSecurityInbox", &["v1", "security-inbox"])
            .query(page)?
            .fetch(self)
            .await
    }

    /// `readSecurityNotice`: reads one of them. Needs [`Client::on_behalf_of`].
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn read_security_notice(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<ReadSecurityNotice, Error> {
        let path = ["v1", "security-inbox", &id.to_string(), "reading"];
        Call::post("readSecurityNotice", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `acknowledgeSecurityNotice`: acknowledges one that was read. Needs [`Client::on_behalf_of`].
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn acknowledge_security_notice(
        &self,
        id: Uuid,
        acknowledgement: &AcknowledgeSecurityNotice,
        idempotency_key: Option<&str>,
    ) -> Result<InboxSecurityNotice, Error> {
        let path = ["v1", "security-inbox", &id.to_string(), "acknowledgement"];
        Call::post("acknowledgeSecurityNotice", &path)
            .json(acknowledgement)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }
}
