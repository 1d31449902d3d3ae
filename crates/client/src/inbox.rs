//! What waits for a police office: listed, collected, acknowledged.

use freigabe_contract::{
    disclosure::{AddressedDisclosure, AddressedDisclosurePage, CollectedDisclosure},
    query::PageQuery,
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `listInbox`: what waits for the office, oldest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_inbox(&self, page: &PageQuery) -> Result<AddressedDisclosurePage, Error> {
        Call::get("listInbox", &["v1", "inbox"])
            .query(page)?
            .fetch(self)
            .await
    }

    /// `collectDisclosure`: fetches the content. The consent is asked each time, the same key or not.
    ///
    /// # Errors
    /// Status 404 when there is nothing for the office, or no longer; what else the server refuses; what goes wrong on the
    /// way.
    pub async fn collect_disclosure(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<CollectedDisclosure, Error> {
        let path = ["v1", "disclosures", &id.to_string(), "collection"];
        Call::post("collectDisclosure", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `acknowledgeDisclosure`: says that the content arrived; the server then destroys its copy.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn acknowledge_disclosure(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<AddressedDisclosure, Error> {
        let path = ["v1", "disclosures", &id.to_string(), "acknowledgement"];
        Call::post("acknowledgeDisclosure", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }
}
