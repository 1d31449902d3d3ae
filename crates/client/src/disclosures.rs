//! Disclosures: checked, released, followed and recalled by counselling centres.

use freigabe_contract::{
    disclosure::{CheckResult, Disclosure, DisclosurePage, DisclosureView, DraftDisclosure},
    query::PageQuery,
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `checkDisclosure`: what would happen to a draft, and what consent is missing. Changes nothing.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn check_disclosure(&self, draft: &DraftDisclosure) -> Result<CheckResult, Error> {
        Call::post("checkDisclosure", &["v1", "disclosure-checks"])
            .json(draft)?
            .fetch(self)
            .await
    }

    /// `releaseDisclosure`: releases a draft, whole or not at all.
    ///
    /// # Errors
    /// Status 422 with every refusal when the consent does not allow it; what else the server refuses; what goes wrong on
    /// the way.
    pub async fn release_disclosure(
        &self,
        draft: &DraftDisclosure,
        idempotency_key: Option<&str>,
    ) -> Result<Disclosure, Error> {
        Call::post("releaseDisclosure", &["v1", "disclosures"])
            .json(draft)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listDisclosures`: the centre's disclosures, newest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_disclosures(&self, page: &PageQuery) -> Result<DisclosurePage, Error> {
        Call::get("listDisclosures", &["v1", "disclosures"])
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getDisclosure`: a disclosure without its content, as the centre that released it or the addressed office may see it.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_disclosure(&self, id: Uuid) -> Result<DisclosureView, Error> {
        let path = ["v1", "disclosures", &id.to_string()];
        Call::get("getDisclosure", &path).fetch(self).await
    }

    /// `recallDisclosure`: takes a message back that was not collected yet.
    ///
    /// # Errors
    /// Status 409 when it was collected already; what else the server refuses; what goes wrong on the way.
    pub async fn recall_disclosure(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<Disclosure, Error> {
        let path = ["v1", "disclosures", &id.to_string(), "recall"];
        Call::post("recallDisclosure", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `redirectDisclosure`: lets a held message wait for the office that handles its case now.
    ///
    /// # Errors
    /// Status 422 with every refusal when the consent does not allow it; what else the server refuses; what goes wrong on the way.
    pub async fn redirect_disclosure(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<Disclosure, Error> {
        let path = ["v1", "disclosures", &id.to_string(), "redirection"];
        Call::post("redirectDisclosure", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }
}
